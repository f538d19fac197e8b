"""Forecasts between the engine's columns and the store's rows, and their score once the truth has arrived.

Stored are every warning, every chance of one per cent or more and a weighted sample of the rest; so a score counts each
stored forecast by its weight, else the desk would look better than it is.
"""

import math
from collections.abc import Mapping

import numpy as np

from haidang.core.columns import F64, I64
from haidang.core.time import HOUR_US, NO_TIME_US
from haidang.forecast.crossing import HORIZONS_H, Forecasts
from haidang.forecast.scoring import Score, score
from haidang.forecast.storage import select_for_storage
from haidang.live.room import Room
from haidang.store import events, forecasts
from haidang.store.forecasts import ForecastRow

MODEL = "crossing/1"
SCORED_HORIZON_H = 6


def stored_rows(issued: Forecasts, *, seed: int) -> list[ForecastRow]:
    """Return the forecasts to store, each with its weight."""
    chosen, weight = select_for_storage(issued, seed)
    return [_row(issued, int(i), float(w)) for i, w in zip(chosen, weight, strict=True)]


def _row(issued: Forecasts, i: int, weight: float) -> ForecastRow:
    def time(column: I64) -> int | None:
        return None if column[i] == NO_TIME_US else int(column[i])

    def real(column: F64) -> float | None:
        return None if np.isnan(column[i]) else float(column[i])

    return ForecastRow(
        vessel_id=issued.vessel_id[i],
        issued_us=int(issued.issued_us[i]),
        zone_id=issued.zone_id[i],
        p_1h=float(issued.p_1h[i]),
        p_2h=float(issued.p_2h[i]),
        p_4h=float(issued.p_4h[i]),
        p_6h=float(issued.p_6h[i]),
        p_12h=float(issued.p_12h[i]),
        eta_p10_us=time(issued.eta_p10_us),
        eta_median_us=time(issued.eta_median_us),
        eta_p90_us=time(issued.eta_p90_us),
        distance_m=real(issued.distance_m),
        baseline_ttl_h=real(issued.baseline_ttl_h),
        lat_deg=real(issued.lat_deg),
        lon_deg=real(issued.lon_deg),
        weight=weight,
        model=MODEL,
    )


def scored(room: Room, since_us: int, until_us: int) -> dict[str, object]:
    """Return the score of the stored forecasts whose six hours are over, against the crossings the desk observed."""
    last_us = until_us - SCORED_HORIZON_H * HOUR_US
    with room.store.read() as conn:
        issued = forecasts.between(conn, since_us, last_us)
        crossed = events.find(conn, kinds=["crossing_in", "crossing_out"], since_us=since_us, limit=None)
    if not issued:
        return {"n": 0, "horizon_h": SCORED_HORIZON_H}
    first = _first_crossings([(one.event.vessel_id, one.event.zone_id or "", one.event.start_us) for one in crossed])
    happened = np.array([_happened(first, row) for row in issued], np.float64)
    result = score(
        np.array([row.p_6h for row in issued]),
        happened,
        np.array([row.distance_m or 0.0 for row in issued]),
        weight=np.array([row.weight for row in issued]),
        draws=0,
    )
    return {"horizon_h": SCORED_HORIZON_H, "horizons": list(HORIZONS_H), **_shown(result)}


def _shown(result: Score) -> dict[str, object]:
    """Return a score as JSON types; what is not a number (nothing happened yet) is null."""

    def real(value: float) -> float | None:
        return None if math.isnan(value) else round(value, 5)

    names = ("n", "n_crossed", "base_rate", "brier", "brier_climatology", "skill", "ece")
    bins = [{"p_mean": real(b.p_mean), "observed": real(b.observed), "n": real(b.n)} for b in result.bins]
    return {**{name: real(getattr(result, name)) for name in names}, "bins": bins}


def _first_crossings(found: list[tuple[str, str, int]]) -> dict[tuple[str, str], I64]:
    times: dict[tuple[str, str], list[int]] = {}
    for vessel_id, zone_id, start_us in found:
        times.setdefault((vessel_id, zone_id), []).append(start_us)
    return {key: np.array(sorted(values), np.int64) for key, values in times.items()}


def _happened(first: Mapping[tuple[str, str], I64], row: ForecastRow) -> bool:
    times = first.get((row.vessel_id, row.zone_id))
    if times is None:
        return False
    i = int(np.searchsorted(times, row.issued_us, side="right"))
    return i < len(times) and int(times[i]) <= row.issued_us + SCORED_HORIZON_H * HOUR_US
