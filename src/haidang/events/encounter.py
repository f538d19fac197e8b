"""Two vessels close and slow for hours: encounters, at AIS rates.

A transfer at sea is two boats within a few hundred metres, nearly still, for two hours and more, far from any port. At
VMS rates nobody can see that: places are interpolated only across less than an hour, so from two-hourly reports no
encounter is ever claimed here, and none being claimed proves nothing. `details.method` names how an encounter was
found; a method for VMS rates (a likelihood) would be another value of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from haidang.core.columns import I64, Positions
from haidang.core.event import Event
from haidang.core.time import HOUR_US, SECOND_US
from haidang.core.units import mps_to_kn
from haidang.core.vessel import Vessel
from haidang.core.zone import Port
from haidang.events.encounter_grid import PAIR, EncounterSettings, Pairs, close_pairs, in_order

__all__ = ["EncounterSettings", "EncounterState", "find_encounters", "standing_encounters", "update_encounters"]

ENCOUNTER_VERSION = "encounter/1"
#: The only method so far; see the module's docstring.
DISTANCE_GRID = "distance_grid"


@dataclass(frozen=True, slots=True)
class EncounterState:
    """Close pairs of the retained window; `pairs` (PAIR, sorted) index into `vessel_ids`."""

    vessel_ids: tuple[str, ...]
    pairs: Pairs


def find_encounters(
    positions: Positions,
    track: I64,
    *,
    now_us: int,
    ports: Sequence[Port] = (),
    vessels: Mapping[str, Vessel] | None = None,
    settings: EncounterSettings | None = None,
) -> list[Event]:
    """Batch: return all encounters of the rows as known at now_us, in order of start.

    Args:
        positions: rows in time order within each track.
        track: (n,) int64 id of the unbroken path a row belongs to; < 0: row ignored.
        now_us: an encounter that may still go on at this time has no end yet.
        ports: where boats lie side by side for other reasons.
        vessels: registered pair trawlers (same pair_id) are excepted.
        settings: thresholds.
    """
    settings = settings or EncounterSettings()
    pairs = close_pairs(positions, track, ports=ports, settings=settings)
    state = EncounterState(positions.vessel_ids, pairs)
    return standing_encounters(state, now_us=now_us, vessels=vessels, settings=settings)


def update_encounters(
    state: EncounterState | None,
    positions: Positions,
    track: I64,
    *,
    from_us: int,
    to_us: int,
    ports: Sequence[Port] = (),
    settings: EncounterSettings | None = None,
    keep_from_us: int | None = None,
) -> EncounterState:
    """Live: return the state after fixes within [from_us, to_us] came, came late, or were withdrawn.

    Args:
        state: before; None at the start.
        positions: every accepted fix of every vessel within [from_us - 3 h, to_us + 3 h], in time order within each
            track; more does no harm.
        track: (n,) int64; only equality matters, ids may differ from call to call.
        from_us: first fix_time of what changed.
        to_us: last fix_time of what changed.
        ports: as for the batch.
        settings: thresholds.
        keep_from_us: pairs that ended before are forgotten; a running encounter keeps its beginning.
    """
    settings = settings or EncounterSettings()
    known = list(state.vessel_ids) if state else []
    number = {v: k for k, v in enumerate(known)}
    code = np.array([number.setdefault(v, len(number)) for v in positions.vessel_ids] or [0], np.int32)
    reach_us = int(settings.max_interpolated_s * SECOND_US) + settings.step_us
    # Fixes of other times cannot matter; leaving them out keeps the cost that of the changed hours.
    near = (positions.fix_time_us >= from_us - 3 * reach_us) & (positions.fix_time_us <= to_us + 3 * reach_us)
    fresh = close_pairs(positions, np.where(near, track, -1), ports=ports, settings=settings, code=code)
    first, last = (from_us - reach_us) // settings.step_us, (to_us + reach_us) // settings.step_us
    fresh = fresh[(fresh["bucket"] >= first) & (fresh["bucket"] <= last)]
    kept = state.pairs if state else np.empty(0, PAIR)
    kept = kept[(kept["bucket"] < first) | (kept["bucket"] > last)]
    pairs = in_order(np.concatenate([kept, fresh]))
    if keep_from_us is not None:
        pairs = _without_ended(pairs, keep_from_us, settings)
    return EncounterState(tuple(number), pairs)


def standing_encounters(
    state: EncounterState,
    *,
    now_us: int,
    vessels: Mapping[str, Vessel] | None = None,
    settings: EncounterSettings | None = None,
) -> list[Event]:
    """Return the encounters of the state as known at now_us; the same as find_encounters over the same fixes."""
    settings = settings or EncounterSettings()
    events = []
    for meeting in _meetings(state.pairs, settings):
        a, b = state.vessel_ids[meeting["a"][0]], state.vessel_ids[meeting["b"][0]]
        if vessels is None or not _is_registered_pair(vessels.get(a), vessels.get(b)):
            events += [_event(a, b, part, settings, now_us) for part in _slow_parts(meeting, settings)]
    return sorted(events, key=lambda e: (e.start_us, e.vessel_id, e.other_vessel_id or ""))


def _is_registered_pair(a: Vessel | None, b: Vessel | None) -> bool:
    return a is not None and b is not None and bool(a.pair_id) and a.pair_id == b.pair_id


def _breaks(pairs: Pairs, max_gap: int) -> I64:
    """Return where a new pair of vessels begins, or the same after more than max_gap buckets; and the end."""
    apart = (np.diff(pairs["a"]) != 0) | (np.diff(pairs["b"]) != 0) | (np.diff(pairs["bucket"]) > max_gap)
    return np.concatenate([[0], np.flatnonzero(apart) + 1, [len(pairs)]]).astype(np.int64)


def _merge_buckets(settings: EncounterSettings) -> int:
    """Return the largest bucket difference of approaches that belong together: less than merge_s apart."""
    return max(1, -(-int(settings.merge_s) // settings.step_s) - 1)


def _least_rows(seconds: float, settings: EncounterSettings) -> int:
    """Return how many grid times span at least this long."""
    return int(np.ceil(seconds / settings.step_s)) + 1


def _meetings(pairs: Pairs, settings: EncounterSettings) -> Iterator[Pairs]:
    """Yield the grid times of two vessels together: runs long enough, those close in time joined."""
    if not len(pairs):
        return
    bounds = _breaks(pairs, 1)
    size = np.diff(bounds)
    pairs = pairs[np.repeat(size >= _least_rows(settings.min_run_s, settings), size)]
    if not len(pairs):
        return
    bounds = _breaks(pairs, _merge_buckets(settings))
    for first, last in pairwise(bounds):
        if last - first >= _least_rows(settings.min_together_s, settings):
            yield pairs[first:last]


def _slow_parts(meeting: Pairs, settings: EncounterSettings) -> Iterator[Pairs]:
    """Yield the parts of a meeting that are slow: every stretch of min_together_s with both median speeds low.

    Judging stretches and not the whole keeps an encounter that once was one, however fast the two sail on together.
    """
    window = _least_rows(settings.min_together_s, settings)
    slow = np.ones(len(meeting) - window + 1, bool)
    for speed in ("speed_a", "speed_b"):
        stretches = np.lib.stride_tricks.sliding_window_view(meeting[speed], window)
        slow &= mps_to_kn(1.0) * np.median(stretches, axis=1) < settings.max_speed_kn
    is_part = np.zeros(len(meeting), bool)
    for k in np.flatnonzero(slow):
        is_part[k : k + window] = True
    part = meeting[is_part]
    if len(part):
        bounds = _breaks(part, _merge_buckets(settings))
        for first, last in pairwise(bounds):
            yield part[first:last]


def _without_ended(pairs: Pairs, keep_from_us: int, settings: EncounterSettings) -> Pairs:
    if not len(pairs):
        return pairs
    bounds = _breaks(pairs, _merge_buckets(settings))
    lasts = pairs["bucket"][bounds[1:] - 1] * settings.step_us
    return pairs[np.repeat(lasts >= keep_from_us, np.diff(bounds))]


def _event(a: str, b: str, part: Pairs, settings: EncounterSettings, now_us: int) -> Event:
    suffixes = ("a", "b")
    if b < a:
        a, b, suffixes = b, a, ("b", "a")
    start_us, end_us = int(part["bucket"][0]) * settings.step_us, int(part["bucket"][-1]) * settings.step_us
    # A later approach may still be joined on, and needs min_together_s to be recognised.
    settled_us = end_us + int((settings.merge_s + settings.min_together_s) * SECOND_US)
    seen = len(part) / (part["bucket"][-1] - part["bucket"][0] + 1)
    return Event(
        kind="encounter",
        vessel_id=a,
        other_vessel_id=b,
        start_us=start_us,
        end_us=end_us if now_us >= settled_us else None,
        lat_deg=float(part["lat"][0]),
        lon_deg=float(part["lon"][0]),
        confidence=round(0.6 + 0.35 * float(seen), 3),
        detector=ENCOUNTER_VERSION,
        details={
            "method": DISTANCE_GRID,
            "together_h": round(len(part) * settings.step_us / HOUR_US, 2),
            "median_distance_m": round(float(np.median(part["distance_m"])), 1),
            "min_distance_m": round(float(part["distance_m"].min()), 1),
            "median_speed_kn": [round(mps_to_kn(float(np.median(part[f"speed_{s}"]))), 2) for s in suffixes],
            "share_seen": round(float(seen), 3),
            "last_lat_deg": float(part["lat"][-1]),
            "last_lon_deg": float(part["lon"][-1]),
            "first_rows": [int(part[f"row_{s}"][0]) for s in suffixes],
            "last_rows": [int(part[f"row_{s}"][-1]) for s in suffixes],
            "parameters": {
                "step_s": settings.step_s,
                "max_distance_m": settings.max_distance_m,
                "min_together_s": settings.min_together_s,
                "max_speed_kn": settings.max_speed_kn,
                "min_port_distance_m": settings.min_port_distance_m,
                "merge_s": settings.merge_s,
            },
        },
    )
