"""Batch: every event of a set of fixes at once. The same chain as the living watch, so the same answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from haidang.core.columns import I8, I64, Positions
from haidang.core.event import Event
from haidang.core.time import DAY_US
from haidang.core.vessel import Vessel
from haidang.core.zone import Port, Zone
from haidang.events.chain import Chain, States, canonical_order, classes_and_seeds, crossing_events, fishing_seen
from haidang.events.drafts import Drafts
from haidang.events.encounter import find_encounters
from haidang.events.feed_outage import advance_outages
from haidang.events.fleet import encounter_settings, outage_settings, released, supplier_groups
from haidang.events.settings import EngineSettings
from haidang.events.wrong_zone_fishing import find_wrong_zone_fishing
from haidang.tracks.segment import DUPLICATE, JUMP, NOISE, OK

Scalar = TypeVar("Scalar", bound=np.generic)
#: The last rows of an archive may not lie further apart than this.
_LEAP_US = 365 * DAY_US
#: Rows per step of the chain: bounds the draft buffers, keeps the columns in cache-sized pieces.
_CHUNK_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Detection:
    """What was found.

    Attributes:
        events: sorted by start, vessel, kind.
        segment_id: (n,) int64 in the order of the rows given; -1 none.
        flag: (n,) int8, index into core FLAGS.
    """

    events: list[Event]
    segment_id: I64
    flag: I8


def detect(
    positions: Positions,
    *,
    zones: Sequence[Zone] = (),
    ports: Sequence[Port] = (),
    vessels: Mapping[str, Vessel] | None = None,
    settings: EngineSettings | None = None,
    until_us: int | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Detection:
    """Return every event of a set of fixes, as known at `until_us`.

    Args:
        positions: any order; vessel ids may repeat over inputs.
        zones: without them there are no zone events.
        ports: without them there are no port events, and no place is known to be a port.
        vessels: what the register knows, by vessel id.
        settings: thresholds.
        until_us: the time to judge at, UTC microseconds; None is where the archive ends (its newest fix).
        on_progress: told the share of the work done since the last call.
    """
    settings = settings or EngineSettings()
    vessels = vessels or {}
    tell = on_progress or (lambda _share: None)
    chain = Chain(settings, zones, ports)
    order = canonical_order(positions)
    rows = positions.take(order)
    codes = len(rows.vessel_ids)
    classes, seeds = classes_and_seeds(rows.vessel_ids, vessels, fishing_seen(rows, codes))
    states = States.fresh(codes)
    flag, segment = np.empty(len(rows), np.int8), np.empty(len(rows), np.int64)
    drafts: list[Drafts] = []
    for part in _vessel_chunks(rows):
        track, found = chain.advance(rows.take(part), states, classes, seeds)
        flag[part], segment[part] = track.flag, track.segment_id
        drafts += found
        tell(0.6 * (part.stop - part.start) / len(rows))
    accepted = np.flatnonzero(flag == OK)
    now_us = _end_us(rows.take(accepted)) if until_us is None else until_us
    drafts += chain.running(states, np.arange(codes, dtype=np.int64), classes, now_us)
    events = chain.write(drafts, rows.vessel_ids)
    events += _fleet_events(chain, rows.take(accepted), segment[accepted], vessels, now_us)
    tell(0.2)
    groups = supplier_groups(vessels)
    if groups:
        outages, _ = advance_outages(
            None,
            rows.take(np.flatnonzero(_usable(flag))),
            groups,
            now_us=now_us,
            ports=chain.ports,
            settings=outage_settings(settings),
        )
        events = [*released(events, groups, outages, now_us), *outages]
    tell(0.2)
    events.sort(key=event_order)
    return Detection(events, _back(segment, order), _back(flag, order))


def _fleet_events(chain: Chain, rows: Positions, track: I64, vessels: Mapping[str, Vessel], now_us: int) -> list[Event]:
    """Return crossings, wrong-zone fishing and encounters of the accepted fixes."""
    events, _ = crossing_events(chain, rows, track, None)
    if chain.index is not None:
        events += find_wrong_zone_fishing(rows, track, chain.index, now_us=now_us, vessels=vessels, ports=chain.ports)
    events += find_encounters(
        rows, track, now_us=now_us, ports=chain.ports, vessels=vessels, settings=encounter_settings(chain.settings)
    )
    return events


def event_order(event: Event) -> tuple[int, str, str, str, str]:
    """Return the sort key of events: start, vessel, kind, zone, other vessel."""
    return (event.start_us, event.vessel_id, event.kind, event.zone_id or "", event.other_vessel_id or "")


def _usable(flag: I8) -> NDArray[np.bool_]:
    """Return which rows show that a terminal reports, wherever it says it is."""
    return np.isin(flag, (OK, DUPLICATE, JUMP, NOISE))


def _end_us(rows: Positions) -> int:
    """Return the moment an archive ends: its newest fix, and no later than its latest reception.

    A few stored-and-forwarded fixes are received hours after everything else; judged at that time, every vessel and
    every supplier would have been silent since the export was made.
    """
    return min(latest_us(rows.fix_time_us), latest_us(rows.received_time_us))


def latest_us(received_us: I64) -> int:
    """Return the latest of some times, strays left out; 0 without rows.

    One row in a thousand may lie years ahead of all others (a receiver's clock set wrong); the archive does not end
    there, or every vessel in it would have been silent for years.
    """
    if not len(received_us):
        return 0
    times = np.sort(received_us)
    strays = len(times) // 1000
    if strays:
        leaps = np.flatnonzero(np.diff(times[-strays - 1 :]) > _LEAP_US)
        if len(leaps):
            return int(times[len(times) - strays - 1 + leaps[0]])
    return int(times[-1])


def _vessel_chunks(rows: Positions) -> list[slice]:
    """Return slices of about _CHUNK_ROWS sorted rows that never cut a vessel in two."""
    starts = np.flatnonzero(np.r_[True, rows.vessel[1:] != rows.vessel[:-1]]) if len(rows) else np.empty(0, np.int64)
    cuts = [0]
    for start in [*starts.tolist(), len(rows)]:
        if start - cuts[-1] >= _CHUNK_ROWS:
            cuts.append(start)
    if cuts[-1] != len(rows):
        cuts.append(len(rows))
    return [slice(a, b) for a, b in pairwise(cuts)]


def _back(sorted_values: NDArray[Scalar], order: I64) -> NDArray[Scalar]:
    """Return values of sorted rows in the order the rows were given."""
    out = np.empty_like(sorted_values)
    out[order] = sorted_values
    return out
