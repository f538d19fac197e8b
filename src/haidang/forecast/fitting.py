"""Fitting the crossing model on tracks: the same approach as in service, at many past times, with what came after.

Split by vessel, never by row: rows of one boat an hour apart are nearly the same row, and a model judged on its own
boats looks better than it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from haidang.core.columns import F64, I8, I32, I64, Positions
from haidang.core.errors import InvalidInput
from haidang.core.time import HOUR_US, NO_TIME_US, format_iso
from haidang.core.units import METRES_PER_NM
from haidang.core.zone import Zone
from haidang.forecast.approach import WINDOW_US, Approach, approach
from haidang.forecast.boundaries import Boundaries, FirstCrossings
from haidang.forecast.calibration import calibration_map
from haidang.forecast.chance import HORIZONS_H, CrossingModel, features, fit_weights

FOLDS = 5
#: Fewer crossings than this say nothing.
MIN_CROSSINGS = 30
#: A longer pause in the truth is no path.
MAX_LEG_US = 24 * HOUR_US
#: Examples farther away that did not cross are thinned to one in so many, which then counts so many times.
FAR_M = 15.0 * METRES_PER_NM
FAR_ONE_IN = 6


@dataclass(frozen=True, slots=True)
class Examples:
    """Approaches at many times with what happened after; n rows.

    Attributes:
        near: the approaches, vessel codes into one dictionary.
        issued_us: (n,) time of each.
        hours: (n,) hours until the first crossing after issue; inf if none was seen.
        known_h: (n,) hours after issue for which the truth is known.
    """

    near: Approach
    issued_us: I64
    hours: F64
    known_h: F64

    def outcome(self, horizon_h: float) -> tuple[I8, F64]:
        """Return (rows usable as int8 mask, 0/1 happened): known to the horizon, or crossed before it."""
        happened = self.hours <= horizon_h
        return (happened | (self.known_h >= horizon_h)).astype(np.int8), happened.astype(np.float64)


class Window:
    """Positions by fix time, to cut the window before an issue time out of years quickly."""

    def __init__(self, positions: Positions) -> None:
        self._rows = positions.take(np.argsort(positions.fix_time_us, kind="stable"))

    def before(self, issued_us: int) -> Positions:
        """Return the rows solved in the window up to a time (received or not)."""
        times = self._rows.fix_time_us
        first = int(np.searchsorted(times, issued_us - WINDOW_US))
        return self._rows.take(slice(first, int(np.searchsorted(times, issued_us, side="right"))))


def crossings_of(truth: Positions, boundaries: Boundaries) -> FirstCrossings:
    """Return every crossing on the paths between successive fixes of each vessel."""
    rows = truth.take(truth.order_by_vessel_time())
    known_until_us = np.full(len(truth.vessel_ids), NO_TIME_US, np.int64)
    np.maximum.at(known_until_us, rows.vessel, rows.fix_time_us)
    span_us = np.diff(rows.fix_time_us)
    at = np.flatnonzero((np.diff(rows.vessel) == 0) & (span_us > 0) & (span_us <= MAX_LEG_US))
    hits = boundaries.index.legs(rows.lat_deg[at], rows.lon_deg[at], rows.lat_deg[at + 1], rows.lon_deg[at + 1])
    leg = at[hits.leg]
    time_us = rows.fix_time_us[leg] + np.round(hits.fraction * span_us[leg]).astype(np.int64)
    vessel, zone = rows.vessel[leg], hits.zone
    order = np.lexsort((time_us, zone, vessel))
    return FirstCrossings(vessel[order], zone[order], time_us[order], known_until_us)


def collect_examples(
    history: Positions,
    boundaries: Boundaries,
    *,
    truth: Positions | None = None,
    every_us: int = 2 * HOUR_US,
    on_progress: Callable[[float], None] = lambda _by: None,
) -> Examples:
    """Return approaches at regular times of a history, with the outcome.

    Args:
        history: what was received.
        boundaries: what is crossed.
        truth: finer tracks of the same vessels to take the outcome from; None takes the history itself.
        every_us: time between issues.
        on_progress: called with 1 after each issue time.

    Raises:
        InvalidInput: the history is shorter than a day.
    """
    if not len(history) or int(np.ptp(history.fix_time_us)) < 24 * HOUR_US:
        raise InvalidInput("the history is shorter than 24 hours; expected days of positions")
    after = crossings_of(history if truth is None else truth, boundaries)
    codes = _codes(history.vessel_ids, history.vessel_ids if truth is None else truth.vessel_ids)
    window = Window(history)
    parts: list[tuple[Approach, I64]] = []
    first_us = int(history.fix_time_us.min()) + 12 * HOUR_US
    for issued_us in range(-(-first_us // every_us) * every_us, int(history.fix_time_us.max()), every_us):
        near = approach(window.before(issued_us), boundaries, issued_us)
        parts.append((near, np.full(len(near), issued_us, np.int64)))
        on_progress(1.0)
    if not sum(len(near) for near, _ in parts):
        raise InvalidInput("no vessel of the history comes within 60 nm of a boundary; check --zones")
    return _judged(_joined([near for near, _ in parts]), np.concatenate([t for _, t in parts]), after, codes)


def _codes(ids: Sequence[str], truth_ids: Sequence[str]) -> I32:
    place = {v: k for k, v in enumerate(truth_ids)}
    return np.array([place.get(v, -1) for v in ids] or [-1], np.int32)


def _joined(parts: Sequence[Approach]) -> Approach:
    names = [f.name for f in fields(Approach) if f.name != "vessel_ids"]
    columns: dict[str, Any] = {name: np.concatenate([getattr(p, name) for p in parts]) for name in names}
    return Approach(vessel_ids=parts[0].vessel_ids, **columns)


def _judged(near: Approach, issued_us: I64, after: FirstCrossings, codes: I32) -> Examples:
    vessel = codes[near.vessel]
    known = vessel >= 0
    safe = np.maximum(vessel, 0)
    next_us = after.next_us(safe, near.zone, issued_us)
    hours = np.where(known & (next_us != NO_TIME_US), (next_us - issued_us) / HOUR_US, np.inf)
    until_us = after.known_until_us[safe]
    known_h = np.where(known & (until_us != NO_TIME_US), (until_us - issued_us) / HOUR_US, -1.0)
    return Examples(near, issued_us, hours, known_h)


def chosen(near: Approach, rows: I64) -> Approach:
    """Return the rows of an approach chosen by an index array."""
    names = [f.name for f in fields(Approach) if f.name != "vessel_ids"]
    return replace(near, **{name: getattr(near, name)[rows] for name in names})


def joined(parts: Sequence[Examples]) -> Examples:
    """Return the examples of several histories; their vessels stay apart even where ids are the same."""
    shifted, first = [], 0
    for part in parts:
        shifted.append(replace(part.near, vessel=(part.near.vessel + first).astype(np.int32)))
        first += len(part.near.vessel_ids)
    near = replace(_joined(shifted), vessel_ids=tuple(v for part in parts for v in part.near.vessel_ids))
    columns = {n: np.concatenate([getattr(p, n) for p in parts]) for n in ("issued_us", "hours", "known_h")}
    return Examples(near, **columns)


def fit_model(examples: Examples, *, name: str, provenance: Mapping[str, Any], seed: int = 0) -> CrossingModel:
    """Return a model: weights on all examples, calibration from folds by vessel.

    Args:
        examples: from collect_examples or joined.
        name: name and version stored with each forecast.
        provenance: what it was fitted on; counts are added.
        seed: of the folds and of the sample of examples far from any crossing.

    Raises:
        InvalidInput: too few crossings to learn from.
    """
    n_crossings = int((examples.hours <= HORIZONS_H[-1]).sum())
    if n_crossings < MIN_CROSSINGS:
        raise InvalidInput(
            f"{n_crossings} examples are followed by a crossing within 12 h; expected {MIN_CROSSINGS} or more: "
            "give a longer history, or leave --zones out to learn on lines laid through it"
        )
    rng = np.random.default_rng(seed)
    rows, mass = _thinned(examples, rng)
    near = chosen(examples.near, rows)
    names, group = np.unique(near.vessel, return_inverse=True)
    fold = rng.integers(0, FOLDS, len(names))[group]
    weights, maps = [], []
    for horizon_h in HORIZONS_H:
        usable, happened = (column[rows] for column in examples.outcome(horizon_h))
        known = usable == 1
        table, truth, m = features(near, float(horizon_h))[known], happened[known], mass[known]
        weights.append(fit_weights(table, truth, m))
        raw = np.empty(len(truth))
        for f in range(FOLDS):
            learn, judge = fold[known] != f, fold[known] == f
            held_out = fit_weights(table[learn], truth[learn], m[learn], start=weights[-1], rounds=4)
            raw[judge] = 1.0 / (1.0 + np.exp(-(table[judge] @ held_out)))
        maps.append(calibration_map(raw, truth, m))
    counts = {
        "examples": len(examples.near), "followed_by_a_crossing_within_12_h": n_crossings, "vessels": len(names),
        "first_issue": format_iso(int(examples.issued_us.min())),
        "last_issue": format_iso(int(examples.issued_us.max())),
    }  # fmt: skip
    return CrossingModel(name, np.array(weights), tuple(maps), {**provenance, **counts})


def _thinned(examples: Examples, rng: np.random.Generator) -> tuple[I64, F64]:
    """Return rows to fit on and how many each stands for: of those far off that did not cross, one in so many."""
    is_far = (examples.near.distance_m > FAR_M) & (examples.hours > HORIZONS_H[-1])
    keep = ~is_far | (rng.random(len(is_far)) < 1.0 / FAR_ONE_IN)
    rows = np.flatnonzero(keep).astype(np.int64)
    return rows, np.where(is_far[rows], float(FAR_ONE_IN), 1.0)


def lines_through(history: Positions, *, n_lines: int, seed: int) -> list[Zone]:
    """Return straight lines laid through places of a history in random directions: something to learn crossing on.

    Used where no boundary is given. Skippers do not know these lines, so nobody turns before them: chances learned here
    are too high near a real boundary and have to be fitted again on it.
    """
    rng = np.random.default_rng(seed)
    zones = []
    for k in range(n_lines):
        row = int(rng.integers(len(history)))
        angle, offset_nm = rng.uniform(0.0, 2.0 * np.pi), rng.uniform(-15.0, 15.0)
        lat, lon = float(history.lat_deg[row]), float(history.lon_deg[row])
        along = np.linspace(-120.0, 120.0, 9) / 60.0
        scale = max(float(np.cos(np.radians(lat))), 0.05)
        north = along * np.cos(angle) - offset_nm / 60.0 * np.sin(angle)
        east = along * np.sin(angle) + offset_nm / 60.0 * np.cos(angle)
        line = np.column_stack([lon + east / scale, np.clip(lat + north, -89.0, 89.0)])
        zones.append(Zone(f"line-{k}", f"line {k}", "permitted_boundary", lines=(line,), inside="left"))
    return zones
