"""Warnings: what is about to happen, how sure the desk is, and how right it was."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool

from haidang.api import show
from haidang.api.deps import TheActor, TheRoom
from haidang.core.time import DAY_US
from haidang.live.forecast_rows import scored, stored_rows
from haidang.live.room import Room

router = APIRouter(prefix="/api", tags=["warnings"])
#: Smaller chances are stored and scored, but nobody is told of them.
MIN_P_12H = 0.1
HORIZONS = ("p_1h", "p_2h", "p_4h", "p_6h", "p_12h")


def warnings_state(room: Room) -> dict[str, Any]:
    """Return the newest warnings, the most urgent first, as the screen is sent them."""
    if room.warnings is None:
        return {"warnings": []}
    zones = {zone.zone_id: zone.name for zone in room.zones}
    rows = [row for row in stored_rows(room.warnings, seed=None) if row.p_12h >= MIN_P_12H]
    rows.sort(key=lambda row: (row.eta_median_us is None, row.eta_median_us or 0, -row.p_12h, row.vessel_id))
    shown = []
    for row in rows:
        ten = round(row.p_12h * 10)
        hours = None if row.eta_median_us is None else max(0.0, (row.eta_median_us - row.issued_us) / 3.6e9)
        distance_nm = (row.distance_m or 0.0) / 1852.0
        when_vi = "" if hours is None else f", nếu đi tiếp thì sau khoảng {hours:.1f} giờ"
        when_en = "" if hours is None else f", if she goes on in about {hours:.1f} h"
        zone_name = zones.get(row.zone_id, row.zone_id)
        shown.append({
            "vessel_id": row.vessel_id,
            "vessel_label": show.label(room.picture.card(row.vessel_id)),
            "zone_id": row.zone_id,
            "zone_name": zone_name,
            "issued_time": show.iso(row.issued_us),
            **{name: show.number(getattr(row, name), 3) for name in HORIZONS},
            "eta_p10_time": show.iso(row.eta_p10_us),
            "eta_median_time": show.iso(row.eta_median_us),
            "eta_p90_time": show.iso(row.eta_p90_us),
            "distance_m": show.number(row.distance_m, 0),
            "lat_deg": show.number(row.lat_deg),
            "lon_deg": show.number(row.lon_deg),
            "reason_vi": f"Cách ranh giới {distance_nm:.1f} hải lý{when_vi}; khả năng {ten}/10 trong 12 giờ",
            "reason_en": f"{distance_nm:.1f} nm from the boundary{when_en}; about {ten} in 10 within 12 h",
        })  # fmt: skip
    return {"warnings": shown}


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
