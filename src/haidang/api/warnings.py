"""Warnings: what is about to happen, how sure the desk is, and how right it was."""

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool

from haidang.api import show
from haidang.api.deps import TheActor, TheRoom
from haidang.core.time import DAY_US, HOUR_US, NO_TIME_US
from haidang.core.units import m_to_nm
from haidang.forecast.crossing import Forecasts
from haidang.live.forecast_rows import scored
from haidang.live.room import Room

router = APIRouter(prefix="/api", tags=["warnings"])
#: Smaller chances are stored and scored, but nobody is told of them.
MIN_P_12H = 0.1
HORIZONS = ("p_1h", "p_2h", "p_4h", "p_6h", "p_12h")


def warnings_state(room: Room) -> dict[str, Any]:
    """Return the newest warnings, the soonest first, as the screen is sent them."""
    issued = room.warnings
    if issued is None:
        return {"warnings": []}
    rows = np.flatnonzero(issued.is_outward & (issued.p_12h >= MIN_P_12H))
    soonest = np.where(issued.eta_median_us[rows] == NO_TIME_US, np.iinfo(np.int64).max, issued.eta_median_us[rows])
    order = rows[np.lexsort((-issued.p_12h[rows], soonest))]
    return {"warnings": [_shown(room, issued, int(i)) for i in order]}


def _shown(room: Room, issued: Forecasts, i: int) -> dict[str, Any]:
    eta_us, vessel_id = int(issued.eta_median_us[i]), issued.vessel_id[i]
    hours = None if eta_us == NO_TIME_US else max(0.0, (eta_us - int(issued.issued_us[i])) / HOUR_US)
    ten = round(float(issued.p_12h[i]) * 10)
    distance_nm = m_to_nm(float(issued.distance_m[i]))
    when_vi = "" if hours is None else f", nếu vượt thì sau khoảng {_vietnamese(hours)} giờ"
    when_en = "" if hours is None else f", if she crosses then in about {hours:.1f} h"
    return {
        "vessel_id": vessel_id,
        "vessel_label": show.label(room.picture.card(vessel_id)),
        "zone_id": issued.zone_id[i],
        "zone_name": issued.zone_name[i],
        "issued_time": show.iso(int(issued.issued_us[i])),
        **{name: show.number(float(getattr(issued, name)[i]), 3) for name in HORIZONS},
        "eta_p10_time": show.iso(int(issued.eta_p10_us[i])),
        "eta_median_time": show.iso(eta_us),
        "eta_p90_time": show.iso(int(issued.eta_p90_us[i])),
        "distance_m": show.number(float(issued.distance_m[i]), 0),
        "lat_deg": show.number(float(issued.lat_deg[i])),
        "lon_deg": show.number(float(issued.lon_deg[i])),
        "reason_vi": f"Cách ranh giới {_vietnamese(distance_nm)} hải lý{when_vi}; khả năng {ten}/10 trong 12 giờ",
        "reason_en": f"{distance_nm:.1f} nm from the boundary{when_en}; about {ten} in 10 within 12 h",
    }


def _vietnamese(value: float) -> str:
    """Return a number as written in Vietnamese: decimal comma."""
    return f"{value:.1f}".replace(".", ",")


@router.get("/warnings")
def warnings(room: TheRoom, _actor: TheActor) -> dict[str, Any]:
    """Return who may cross an alert boundary within 12 hours."""
    return warnings_state(room)


@router.get("/warnings/score")
async def score(room: TheRoom, _actor: TheActor, days: Annotated[int, Query(ge=1, le=60)] = 30) -> dict[str, Any]:
    """Return how right the desk's own forecasts of the last days were, beside what distance alone would have said."""
    until_us = room.clock.now_us()
    found = await run_in_threadpool(scored, room, until_us - days * DAY_US, until_us)
    return {"days": days, **found}
