"""Scores of forecasts once the truth has come: honest numbers with the simple rules beside them.

A probability is judged by Brier score against what the distance alone would have said, by calibration (of those given
4 in 10, do 4 in 10 cross?), and as an alarm: how many crossings were warned of, how early, at how many false warnings
per vessel-day. Pure functions of arrays; the command line and the living desk use the same ones.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from haidang.core.columns import F64, I64
from haidang.core.time import HOUR_US
from haidang.forecast.calibration import isotonic

#: Reliability bins; most chances are small, so the lower ones are narrow.
BIN_EDGES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of about the same chance: mean chance, share that happened, how many (weighted)."""

    p_mean: float
    observed: float
    n: float


@dataclass(frozen=True, slots=True)
class Score:
    """How good probabilities were; see `score`. `skill` is 1 for perfect and 0 for climatology by distance.

    Attributes:
        n: forecasts scored (weighted); n_crossed: how many of them happened.
        brier = reliability - resolution + uncertainty (by bins, so nearly).
        skill_low, skill_high: 90 % interval of the skill, bootstrapped by vessel; NaN without vessels.
        average_precision: area under the precision-recall curve.
    """

    n: float
    n_crossed: float
    base_rate: float
    brier: float
    brier_climatology: float
    skill: float
    ece: float
    reliability: float
    resolution: float
    average_precision: float
    bins: tuple[Bin, ...]
    skill_low: float = float("nan")
    skill_high: float = float("nan")


def brier(p: F64, happened: F64, weight: F64 | None = None) -> float:
    """Return the mean squared difference of chance and outcome; NaN for nothing."""
    return float(np.average((p - happened) ** 2, weights=weight)) if len(p) else float("nan")


def reliability_bins(p: F64, happened: F64, weight: F64 | None = None) -> tuple[Bin, ...]:
    """Return the bins that hold anything, from small to large chances."""
    weight = np.ones(len(p)) if weight is None else weight
    place = np.clip(np.searchsorted(BIN_EDGES, p, side="right") - 1, 0, len(BIN_EDGES) - 2)
    mass = np.bincount(place, weight, len(BIN_EDGES) - 1)
    mean, observed = (np.bincount(place, weight * v, len(BIN_EDGES) - 1) for v in (p, happened))
    return tuple(
        Bin(float(mean[k] / mass[k]), float(observed[k] / mass[k]), float(mass[k])) for k in np.flatnonzero(mass)
    )


def ece(bins: tuple[Bin, ...]) -> float:
    """Return the expected calibration error: mean distance of chance and share over the bins."""
    total = sum(b.n for b in bins)
    return sum(b.n * abs(b.p_mean - b.observed) for b in bins) / total if total else float("nan")


def by_isotonic(score: F64, happened: F64, weight: F64 | None = None) -> F64:
    """Return (n,) chances of the best rising map from a score, fitted on the same rows: a baseline at its best."""
    if not len(score):
        return np.empty(0)
    x, y = isotonic(score, happened, weight)
    return np.interp(score, x, y)


def climatology_by_distance(distance_m: F64, happened: F64, weight: F64 | None = None) -> F64:
    """Return (n,) what the distance alone says, fitted on the rows it is judged on, in its own favour."""
    return by_isotonic(-distance_m, happened, weight)


def score(
    p: F64, happened: F64, distance_m: F64, *, weight: F64 | None = None, vessel: I64 | None = None, draws: int = 200
) -> Score:
    """Return the score of chances against outcomes.

    Args:
        p: (n,) chances.
        happened: (n,) 0 or 1.
        distance_m: (n,) distance at issue, for the climatology.
        weight: (n,) how many forecasts each row stands for (see storage.py); None is 1 each.
        vessel: (n,) codes for the bootstrap; None leaves the interval out.
        draws: of the bootstrap.
    """
    weight = np.ones(len(p)) if weight is None else weight
    bins = reliability_bins(p, happened, weight)
    total = float(weight.sum())
    base = float(np.average(happened, weights=weight)) if total else float("nan")
    plain = climatology_by_distance(distance_m, happened, weight)
    mine, theirs = brier(p, happened, weight), brier(plain, happened, weight)
    low, high = _bootstrap((p, plain, happened, weight), vessel, draws) if vessel is not None else (np.nan, np.nan)
    return Score(
        n=total,
        n_crossed=float((weight * happened).sum()),
        base_rate=base,
        brier=mine,
        brier_climatology=theirs,
        skill=skill(mine, theirs),
        ece=ece(bins),
        reliability=sum(b.n * (b.p_mean - b.observed) ** 2 for b in bins) / total if total else float("nan"),
        resolution=sum(b.n * (b.observed - base) ** 2 for b in bins) / total if total else float("nan"),
        average_precision=average_precision(p, happened, weight),
        bins=bins,
        skill_low=low,
        skill_high=high,
    )


def skill(mine: float, reference: float) -> float:
    """Return the Brier skill against a reference; NaN where the reference is perfect."""
    return 1.0 - mine / reference if reference > 0 else float("nan")


def average_precision(p: F64, happened: F64, weight: F64 | None = None) -> float:
    """Return the mean precision over the recall; NaN if nothing happened."""
    weight = np.ones(len(p)) if weight is None else weight
    if not (weight * happened).sum():
        return float("nan")
    order = np.argsort(-p, kind="stable")
    # Equal chances are one step of the curve.
    step = np.append(np.diff(p[order]) != 0, True)
    hit = np.cumsum((weight * happened)[order])[step]
    shown = np.cumsum(weight[order])[step]
    return float(np.sum(np.diff(np.append(0.0, hit)) * hit / shown) / hit[-1])


def _bootstrap(rows: tuple[F64, F64, F64, F64], vessel: I64, draws: int) -> tuple[float, float]:
    """Return the 5 % and 95 % points of the skill when whole vessels are drawn again."""
    p, plain, happened, weight = rows
    names, group = np.unique(vessel, return_inverse=True)
    if len(names) < 5:
        return float("nan"), float("nan")
    mine = np.bincount(group, weight * (p - happened) ** 2)
    theirs = np.bincount(group, weight * (plain - happened) ** 2)
    pick = np.random.default_rng(0).integers(0, len(names), (draws, len(names)))
    reference = theirs[pick].sum(axis=1)
    drawn = 1.0 - mine[pick].sum(axis=1) / np.where(reference > 0, reference, np.nan)
    low, high = np.nanquantile(drawn, [0.05, 0.95]) if np.isfinite(drawn).any() else (np.nan, np.nan)
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What an alarm on one score gives at one rate of false warnings.

    Attributes:
        false_per_vessel_day: the rate asked for; threshold: the lowest score that keeps it.
        recall: share of crossings warned of at all; recall_2h: 2 hours or more ahead.
        lead_median_h: median lead of those warned of, hours; NaN if none.
        n_crossings: crossings that could have been warned of.
    """

    false_per_vessel_day: float
    threshold: float
    recall: float
    recall_2h: float
    lead_median_h: float
    n_crossings: int


@dataclass(frozen=True, slots=True)
class Issues:
    """Forecasts in time order for judging alarms; n rows.

    Attributes:
        track: (n,) code of vessel and boundary; issued_us: (n,).
        crossing_us: (n,) first crossing after issue, or a value <= issued_us where none was seen.
        vessel_days: how long vessels were within reach, all together.
    """

    track: I64
    issued_us: I64
    crossing_us: I64
    vessel_days: float


def alarms(
    issues: Issues, value: F64, rates: tuple[float, ...] = (0.05, 0.1, 0.2), *, hours: float = 6.0
) -> list[Alarm]:
    """Return recall and lead at each rate of false warnings per vessel-day within reach.

    A warning begins when the score reaches the threshold; repeats within `hours` are the same warning; it is false
    when no crossing follows within `hours`. Only crossings that were in view `hours` before count.

    Args:
        issues: when what was said of whom.
        value: (n,) the score the alarm goes by, larger is likelier.
        rates: false warnings per vessel-day.
        hours: of the forecast the alarm goes by.
    """
    order = np.lexsort((issues.issued_us, issues.track))
    track, issued, crossing = (a[order] for a in (issues.track, issues.issued_us, issues.crossing_us))
    v = value[order]
    ahead_h = np.where(crossing > issued, (crossing - issued) / HOUR_US, np.inf)
    judge = _judge(track, issued, crossing, ahead_h, hours)
    steps = np.unique(v[np.isfinite(v)])
    found = []
    for rate in rates:
        allowed = rate * issues.vessel_days
        low, high = 0, len(steps)
        # The number of false warnings falls as the threshold rises (all but for merged repeats): halve the interval.
        while low < high:
            middle = (low + high) // 2
            if judge(v >= steps[middle])[0] <= allowed:
                high = middle
            else:
                low = middle + 1
        threshold = float(steps[low]) if low < len(steps) else float("inf")
        _, leads, n = judge(v >= threshold)
        warned = leads[leads > 0]
        found.append(
            Alarm(
                rate, threshold,
                len(warned) / n if n else float("nan"),
                float((warned >= 2.0).sum()) / n if n else float("nan"),
                float(np.median(warned)) if len(warned) else float("nan"),
                n,
            )
        )  # fmt: skip
    return found


def _judge(
    track: I64, issued: I64, crossing: I64, ahead_h: F64, hours: float
) -> Callable[[np.ndarray[tuple[int], np.dtype[np.bool_]]], tuple[int, F64, int]]:
    """Return a function of the rows on alarm: false warnings, lead of each crossing in view (0: none), crossings."""
    is_soon = ahead_h <= hours
    key = np.column_stack([track, crossing])
    names, group = np.unique(key[is_soon], axis=0, return_inverse=True)
    seen_h = np.zeros(len(names))
    np.maximum.at(seen_h, group.ravel(), ahead_h[is_soon])
    # In view for most of the window; issues come every half hour or slower.
    in_view = seen_h >= hours * 0.75
    reach_us = hours * HOUR_US

    def judged(on: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[int, F64, int]:
        lead = np.zeros(len(names))
        hit = on[is_soon]
        np.maximum.at(lead, group.ravel()[hit], ahead_h[is_soon][hit])
        rows = np.flatnonzero(on & ~is_soon)
        n_false = _merged(track[rows], issued[rows], reach_us)
        return n_false, lead[in_view], int(in_view.sum())

    return judged


def _merged(track: I64, issued: I64, reach_us: float) -> int:
    """Return how many warnings remain when repeats within reach of the first one of a run are one."""
    count, last_track, last_us = 0, -1, 0
    for one, at in zip(track.tolist(), issued.tolist(), strict=True):
        if one != last_track or at - last_us > reach_us:
            count, last_track, last_us = count + 1, one, at
    return count


@dataclass(frozen=True, slots=True)
class Arrival:
    """How good the times were for those that did cross within 12 h.

    Attributes:
        n: crossings judged; median_error_h: median absolute error of the median time; coverage_80: share between the
            10 % and 90 % times.
    """

    n: int
    median_error_h: float
    coverage_80: float


def arrival_times(early_us: I64, median_us: I64, late_us: I64, crossing_us: I64) -> Arrival:
    """Return how good the times were; all (n,) int64 of rows that had times and crossed."""
    if not len(crossing_us):
        return Arrival(0, float("nan"), float("nan"))
    error = np.abs(median_us - crossing_us) / HOUR_US
    within = (crossing_us >= early_us) & (crossing_us <= late_us)
    return Arrival(len(error), float(np.median(error)), float(within.mean()))
