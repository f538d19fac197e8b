"""The engine after a restart: made from the store's retained window, and what happened meanwhile told once.

A desk that was off for a night wakes up to vessels that fell silent at two; those events were never written. And a
silence of eleven days has no fix in the window at all, yet nobody may forget that boat.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from sqlalchemy import Connection

from haidang.core.columns import Positions
from haidang.core.event import Event
from haidang.core.time import DAY_US
from haidang.core.vessel import Vessel
from haidang.events.standing import Differences
from haidang.live.room import Room
from haidang.store import events
from haidang.store import positions as stored

#: Events that began this soon after the window's start may only look as if they began there.
EDGE_US = DAY_US
REASON = "restart"


def rebuild(room: Room, now_us: int) -> list[Event]:
    """Put a fresh engine in place that stands where the store stands; returns its standing events.

    Called at start and after a failed transaction. What differs from the stored events is left in `room.catch_up`
    for the next turn to write.
    """
    room.renew_watch()
    retained_us = room.settings.retained_us
    with room.store.read() as conn:
        _feed_long_silent(conn, room, now_us - retained_us)
        window = stored.window(conn, now_us - retained_us)
        told = events.standing(conn, now_us - retained_us)
    room.watch.update(window.positions, now_us)
    standing = room.watch.standing()
    room.catch_up = missed(told, standing, edge_us=now_us - retained_us + EDGE_US)
    return standing


def _feed_long_silent(conn: Connection, room: Room, limit_us: int) -> None:
    """Give the engine the last fixes of the vessels whose silence began before the window."""
    running = events.find(conn, kinds=["silence"], is_running=True, until_us=limit_us, limit=None)
    if not running:
        return
    last = stored.last(conn).positions
    silent = {one.event.vessel_id: one.event.start_us for one in running}
    wanted = np.array([silent.get(v, -1) for v in last.vessel_ids], np.int64)
    rows = np.flatnonzero(last.fix_time_us == wanted[last.vessel]) if len(last) else np.empty(0, np.int64)
    rows = rows[np.argsort(last.fix_time_us[rows], kind="stable")]
    # In stretches as long as the window, since the engine does not judge what is older than that.
    while len(rows):
        until_us = min(limit_us, int(last.fix_time_us[rows[0]]) + room.settings.retained_us)
        n = max(1, int(np.searchsorted(last.fix_time_us[rows], until_us, side="right")))
        room.watch.update(last.take(rows[:n]), until_us)
        rows = rows[n:]


def missed(told: Sequence[Event], standing: Iterable[Event], *, edge_us: int) -> Differences:
    """Return what the store was not told of yet.

    Args:
        told: events that stand in the store.
        standing: events that stand in the engine.
        edge_us: what began before this may have begun earlier than the engine can see; it is neither opened nor taken
            back, unless it goes on in an event the engine does see.
    """
    differences = Differences()
    known = {event.event_id: event for event in told}
    now = {event.event_id: event for event in standing}
    fresh = [event for event_id, event in now.items() if event_id not in known]
    heirs: dict[tuple[str, str, str | None, str | None], list[Event]] = {}
    for event in fresh:
        heirs.setdefault(_matter(event), []).append(event)
    inherited: set[str] = set()
    for event_id, event in known.items():
        if event_id in now:
            if event.end_us != now[event_id].end_us:
                differences.closed.append(now[event_id])
            continue
        heir = next((h for h in heirs.get(_matter(event), ()) if _overlap(event, h)), None)
        if heir is None and event.start_us < edge_us:
            continue
        if heir is not None:
            inherited.add(heir.event_id)
        differences.superseded.append((event_id, None if heir is None else heir.event_id, REASON))
    differences.opened += [e for e in fresh if e.start_us >= edge_us or e.event_id in inherited]
    return differences


def _matter(event: Event) -> tuple[str, str, str | None, str | None]:
    return event.kind, event.vessel_id, event.other_vessel_id, event.zone_id


def _overlap(one: Event, other: Event) -> bool:
    return (one.end_us is None or other.start_us <= one.end_us) and (
        other.end_us is None or one.start_us <= other.end_us
    )


def show_stored(room: Room, cards: Mapping[str, Vessel]) -> None:
    """Fill the picture from the store: cards and the newest fix of every vessel."""
    room.picture.learn(cards)
    with room.store.read() as conn:
        last: Positions = stored.last(conn).positions
    room.picture.update(last, np.ones(len(last), bool))
