"""What a store holds after it all: positions, alerts, and the events it stands by at a given moment."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from crash_fleet import Fleet, Key
from sqlalchemy import select

from haidang.core.time import ManualClock
from haidang.desk.watch.alert import Alert
from haidang.feeds.registers import read_vessels_csv
from haidang.feeds.zones_geojson import read_zones
from haidang.forecast.crossing import load_model
from haidang.live.fanout import Fanout
from haidang.live.restart import rebuild, show_stored
from haidang.live.room import Room
from haidang.live.watchkeeper import Watchkeeper
from haidang.rules.pack import load_pack
from haidang.store import alerts, events, feeds
from haidang.store import vessels as stored_vessels
from haidang.store.bulk import fetch_tuples
from haidang.store.database import open_store
from haidang.store.location import locate
from haidang.store.tables import events as events_table
from haidang.store.tables import positions, vessels

#: Event id -> (kind, vessel, when it ended or None).
Standing = dict[str, tuple[str, str, int | None]]


@dataclass
class Found:
    """A store's contents. `standing` is what was stored; `judged` what it stands by at the moment asked for."""

    positions: Counter[Key] = field(default_factory=Counter)
    duplicates: int = 0
    alerts: list[Alert] = field(default_factory=list)
    event_ids: set[str] = field(default_factory=set)
    standing: Standing = field(default_factory=dict)
    judged: Standing = field(default_factory=dict)
    engine: Standing = field(default_factory=dict)


def look(data: Path, fleet: Fleet, now_us: int) -> Found:
    """Read a stopped desk's store, then judge it at `now_us` as a desk started then would."""
    found = Found()
    read, _ = read_vessels_csv(fleet.vessels)
    zones, _ = read_zones(fleet.zones)
    clock = ManualClock(now_us)
    with open_store(locate(data=data, environment={}), is_server=True) as store:
        room = Room("live", store, clock, load_pack("vietnam"), load_model(None), Fanout(0), zones=tuple(zones))
        since_us = now_us - room.settings.retained_us
        p, v = positions.c, vessels.c
        with store.read() as conn:
            names = {row.vessel_key: row.vessel_id for row in conn.execute(select(v.vessel_key, v.vessel_id))}
            rows = fetch_tuples(conn, select(p.vessel_key, p.fix_time_us, p.lat_e7, p.lon_e7))
            found.positions.update((names[key], at, lat, lon) for key, at, lat, lon in rows)
            found.duplicates = sum(feed.duplicates for feed in feeds.all_feeds(conn))
            found.alerts = alerts.find(conn, limit=None)
            found.event_ids = {row.event_id for row in conn.execute(select(events_table.c.event_id))}
            found.standing = {e.event_id: (e.kind, e.vessel_id, e.end_us) for e in events.standing(conn, since_us)}
            cards = stored_vessels.cards(conn)
        assert cards.keys() >= read.keys()
        show_stored(room, cards)
        rebuild(room, now_us)
        Watchkeeper(room).turn([])
        with store.read() as conn:
            found.judged = {e.event_id: (e.kind, e.vessel_id, e.end_us) for e in events.standing(conn, since_us)}
        found.engine = {e.event_id: (e.kind, e.vessel_id, e.end_us) for e in room.watch.standing()}
    return found


def lasting(found: Found, *, without: frozenset[str]) -> set[tuple[str, str, int]]:
    """Return (vessel, rule, since) of the alerts whose cause lasts, but for some rules."""
    return {(a.vessel_id, a.rule_id, a.since_us) for a in found.alerts if a.lasting and a.rule_id not in without}


def doubled(found: Found) -> list[tuple[tuple[str, str, int], int]]:
    """Return alerts that stand more than once for one vessel, rule and beginning."""
    counted = Counter((a.vessel_id, a.rule_id, a.since_us) for a in found.alerts)
    open_ones = Counter((a.vessel_id, a.rule_id, -1) for a in found.alerts if a.state != "resolved")
    return [(matter, n) for matter, n in (counted + open_ones).items() if n > 1]
