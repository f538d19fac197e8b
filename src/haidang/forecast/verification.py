"""Forecasts against what came after: who crossed, when, and how good the forecasts and the simple rules were.

The same functions score a file of forecasts and the desk's own stored ones of the last days. What is not known yet
(the vessel was not heard long enough after issue) is left out, never counted as "did not cross".
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from haidang.core.columns import F64, I64, Positions
from haidang.core.time import DAY_US, HOUR_US, NO_TIME_US, format_iso
from haidang.core.units import METRES_PER_NM
from haidang.core.zone import Zone
from haidang.forecast import scoring
from haidang.forecast.boundaries import Boundaries, boundaries_of
from haidang.forecast.chance import HORIZONS_H
from haidang.forecast.crossing import Forecasts
from haidang.forecast.fitting import crossings_of

#: Alarms are judged among vessels this near, as in the literature we compare with; moored ones included.
ALARM_REACH_M = 40.0 * METRES_PER_NM
ALARM_HORIZON_H = 6
#: The desk's own score is that of this horizon.
DESK_HORIZON_H = 6


def outcomes(
    vessel_id: Sequence[str], zone_id: Sequence[str], issued_us: I64, *, truth: Positions, boundaries: Boundaries
) -> tuple[I64, F64]:
    """Return what came after each forecast.

    Args:
        vessel_id: n texts.
        zone_id: n texts.
        issued_us: (n,) UTC microseconds.
        truth: the finest tracks there are.
        boundaries: what is crossed.

    Returns:
        (n,) int64 time of the first crossing after issue, NO_TIME_US if none was seen; (n,) hours after issue for
        which the truth is known, -1 where the vessel or the zone is not in the truth.
    """
    after = crossings_of(truth, boundaries)
    vessels = {v: k for k, v in enumerate(truth.vessel_ids)}
    zones = {z.zone_id: k for k, z in enumerate(boundaries.zones)}
    vessel = np.array([vessels.get(v, -1) for v in vessel_id], np.int32)
    zone = np.array([zones.get(z, -1) for z in zone_id], np.int32)
    is_there = (vessel >= 0) & (zone >= 0)
    next_us = after.next_us(np.maximum(vessel, 0), np.maximum(zone, 0), issued_us)
    until_us = (
        after.known_until_us[np.maximum(vessel, 0)] if len(truth.vessel_ids) else np.full(len(vessel), NO_TIME_US)
    )
    is_there &= until_us != NO_TIME_US
    known_h = np.where(is_there, (np.where(is_there, until_us, issued_us) - issued_us) / HOUR_US, -1.0)
    return np.where(is_there, next_us, NO_TIME_US).astype(np.int64), known_h


def judged(crossing_us: I64, known_h: F64, issued_us: I64, hours: float) -> tuple[I64, F64]:
    """Return (rows that can be judged at a horizon, 0/1 happened for each of them)."""
    ahead_h = np.where(crossing_us == NO_TIME_US, np.inf, (crossing_us - issued_us) / HOUR_US)
    happened = ahead_h <= hours
    rows = np.flatnonzero(happened | (known_h >= hours)).astype(np.int64)
    return rows, happened[rows].astype(np.float64)


def desk_score(
    p: F64, distance_m: F64, weight: F64, *, outcome: tuple[I64, F64], issued_us: I64, hours: int = DESK_HORIZON_H
) -> dict[str, Any]:
    """Return the score of stored forecasts as the screen shows it.

    Args:
        p: (n,) chances within `hours`.
        distance_m: (n,) at issue.
        weight: (n,) how many forecasts each row stands for.
        outcome: from `outcomes`.
        issued_us: (n,) UTC microseconds.
        hours: the horizon of `p`.
    """
    rows, happened = judged(*outcome, issued_us, hours)
    known = scoring.score(p[rows], happened, distance_m[rows], weight=weight[rows])
    days = float(np.ptp(issued_us[rows])) / DAY_US if len(rows) else 0.0
    return {
        "days": round(days, 2),
        "hours": hours,
        "n": round(known.n),
        **{k: _digits(getattr(known, k)) for k in ("base_rate", "brier", "brier_climatology", "skill", "ece")},
        "bins": [asdict(b) for b in known.bins],
    }


def verify(forecasts: Forecasts, truth: Positions, zones: Sequence[Zone] | Boundaries) -> dict[str, Any]:
    """Return everything the evaluation page shows, JSON values.

    Args:
        forecasts: all of them, not a sample.
        truth: the finest tracks of the same vessels.
        zones: the zones the forecasts are about.
    """
    boundaries = boundaries_of(zones)
    crossing_us, known_h = outcomes(
        forecasts.vessel_id, forecasts.zone_id, forecasts.issued_us, truth=truth, boundaries=boundaries
    )
    _, vessel = np.unique(np.array(forecasts.vessel_id, object).astype(str), return_inverse=True)
    horizons = []
    for hours in HORIZONS_H:
        rows, happened = judged(crossing_us, known_h, forecasts.issued_us, hours)
        horizons.append(_horizon(forecasts, rows, happened, vessel.astype(np.int64), hours))
    times = np.unique(forecasts.issued_us)
    return {
        "forecasts": len(forecasts),
        "vessels": len(set(forecasts.vessel_id)),
        "issues": len(times),
        "first_issue": format_iso(int(times[0])) if len(times) else None,
        "last_issue": format_iso(int(times[-1])) if len(times) else None,
        "zones": sorted(set(forecasts.zone_id)),
        "not_in_truth": int((known_h < 0).sum()),
        "horizons": horizons,
        "alarms": _alarms(forecasts, crossing_us, known_h),
        "arrival": _arrival(forecasts, crossing_us),
        "baselines": {
            "climatology": "chance by distance alone, rising map fitted on these very rows (in its favour)",
            "time_to_line": "chance by hours to the line at constant velocity, rising map fitted on these very rows",
        },
    }


def _horizon(f: Forecasts, rows: I64, happened: F64, vessel: I64, hours: int) -> dict[str, Any]:
    p, distance = f.p_within(hours)[rows], f.distance_m[rows]
    known = scoring.score(p, happened, distance, vessel=vessel[rows])
    straight = scoring.by_isotonic(_to_line(f)[rows], happened)
    row = {k: _digits(v) for k, v in asdict(known).items() if isinstance(v, float)}
    row |= {
        "hours": hours,
        "bins": [{k: _digits(v) for k, v in asdict(b).items()} for b in known.bins],
        "brier_time_to_line": _digits(scoring.brier(straight, happened)),
        "skill_vs_time_to_line": _digits(scoring.skill(known.brier, scoring.brier(straight, happened))),
        "average_precision_climatology": _digits(scoring.average_precision(-distance, happened)),
        "average_precision_time_to_line": _digits(scoring.average_precision(_to_line(f)[rows], happened)),
    }
    return row


def _to_line(f: Forecasts) -> F64:
    """Return a score that falls with the straight time to the line; those not heading there come last."""
    return -np.where(np.isfinite(f.baseline_ttl_h), f.baseline_ttl_h, 99.0)


def _alarms(f: Forecasts, crossing_us: I64, known_h: F64) -> dict[str, list[dict[str, Any]]]:
    """Return recall and lead of the alarm on p_6h and of the simple alarms, among vessels within 40 nm."""
    seen = (crossing_us != NO_TIME_US) & (crossing_us - f.issued_us <= ALARM_HORIZON_H * HOUR_US)
    rows = np.flatnonzero((f.distance_m <= ALARM_REACH_M) & (seen | (known_h >= ALARM_HORIZON_H)))
    times = np.unique(f.issued_us)
    step_us = float(np.median(np.diff(times))) if len(times) > 1 else float(HOUR_US)
    keys = [f"{f.vessel_id[i]}\x1f{f.zone_id[i]}" for i in rows]
    _, track = np.unique(np.array(keys, object).astype(str), return_inverse=True)
    issues = scoring.Issues(track.astype(np.int64), f.issued_us[rows], crossing_us[rows], len(rows) * step_us / DAY_US)
    scores = {"p_6h": f.p_6h, "distance": -f.distance_m, "time_to_line": _to_line(f)}
    return {
        name: [{k: _digits(v) for k, v in asdict(a).items()} for a in scoring.alarms(issues, value[rows])]
        for name, value in scores.items()
    }


def _arrival(f: Forecasts, crossing_us: I64) -> dict[str, Any]:
    crossed = (crossing_us != NO_TIME_US) & (crossing_us - f.issued_us <= HORIZONS_H[-1] * HOUR_US)
    rows = np.flatnonzero(crossed & (f.eta_median_us != NO_TIME_US))
    good = scoring.arrival_times(f.eta_p10_us[rows], f.eta_median_us[rows], f.eta_p90_us[rows], crossing_us[rows])
    return {k: _digits(v) for k, v in asdict(good).items()}


def _digits(value: Any) -> Any:
    """Return a number as JSON can hold it: six digits, no NaN, no infinity."""
    if not isinstance(value, float):
        return value
    return float(f"{value:.6g}") if np.isfinite(value) else None
