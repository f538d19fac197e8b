"""crossing: who goes over an alert boundary within 12 hours, with what probability, and about when.

The usual alarm, "nearer than x miles", wakes the officer for every boat that fishes along the line. What separates a
boat that will cross from one that works there is how fast and how steadily she closes with the drawn line; a model
fitted on past tracks turns that into a probability. Only fixes *received* by the time of issue are ever looked at:
satellite terminals deliver hours late, and a forecast that peeks at them is a lie in every replay.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from haidang.core.columns import F64, I64, Positions
from haidang.core.errors import InvalidInput, NotFound
from haidang.core.time import HOUR_US, NO_TIME_US
from haidang.core.zone import Port, Zone
from haidang.forecast.approach import Approach, approach
from haidang.forecast.boundaries import Boundaries, boundaries_of
from haidang.forecast.chance import HORIZONS_H, CrossingModel, chances

__all__ = ["HORIZONS_H", "CrossingModel", "Forecasts", "load_model", "predict", "read_model"]

#: No arrival times are given below this chance of crossing at all within 12 h.
MIN_P_FOR_ETA = 0.02


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Forecasts in columns: one row per vessel and boundary within 60 nm; all of length n.

    Attributes:
        vessel_id, zone_id, zone_name: texts.
        issued_us: (n,) int64, UTC microseconds.
        p_1h … p_12h: (n,) chance that her path crosses the boundary within so many hours of issue, rising with hours.
        eta_p10_us, eta_median_us, eta_p90_us: (n,) int64, when, if she crosses within 12 h; NO_TIME_US where the
            chance is too small to say.
        distance_m: (n,) metres from the last fix to the boundary, positive on either side.
        baseline_ttl_h: (n,) hours from issue to the boundary at her mean velocity of the last hours; NaN if she is not
            heading there within 12 h.
        is_outward: (n,) bool, crossing would lead beyond (not back).
        lat_deg, lon_deg, fix_time_us: (n,) the fix it started from.
    """

    vessel_id: tuple[str, ...]
    zone_id: tuple[str, ...]
    zone_name: tuple[str, ...]
    issued_us: I64
    p_1h: F64
    p_2h: F64
    p_4h: F64
    p_6h: F64
    p_12h: F64
    eta_p10_us: I64
    eta_median_us: I64
    eta_p90_us: I64
    distance_m: F64
    baseline_ttl_h: F64
    is_outward: NDArray[np.bool_]
    lat_deg: F64
    lon_deg: F64
    fix_time_us: I64

    def __len__(self) -> int:
        return len(self.vessel_id)

    def p_within(self, hours: int) -> F64:
        """Return (n,) the chance within so many hours; one of HORIZONS_H."""
        column: F64 = getattr(self, f"p_{hours}h")
        return column

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> "Forecasts":
        """Return the rows chosen by an index array or a mask."""
        chosen = np.arange(len(self))[rows]
        columns: dict[str, Any] = {}
        for f in fields(self):
            value = getattr(self, f.name)
            columns[f.name] = tuple(value[i] for i in chosen) if isinstance(value, tuple) else value[chosen]
        return Forecasts(**columns)

    @staticmethod
    def concat(parts: Sequence["Forecasts"]) -> "Forecasts":
        """Return all rows in order."""
        if not parts:
            return Forecasts.empty()
        columns: dict[str, Any] = {}
        for f in fields(Forecasts):
            values = [getattr(part, f.name) for part in parts]
            columns[f.name] = sum(values, ()) if isinstance(values[0], tuple) else np.concatenate(values)
        return Forecasts(**columns)

    @staticmethod
    def empty() -> "Forecasts":
        """Return no rows."""
        columns: dict[str, Any] = {}
        for f in fields(Forecasts):
            dtype = np.int64 if f.name.endswith("_us") else np.bool_ if f.name == "is_outward" else np.float64
            columns[f.name] = () if f.name in {"vessel_id", "zone_id", "zone_name"} else np.empty(0, dtype)
        return Forecasts(**columns)


def load_model(path: str | Path | None = None) -> CrossingModel:
    """Return a model: ours, fitted on the simulator, or the one in a file of `haidang forecast fit`.

    Raises:
        NotFound: no such file.
        InvalidInput: the file is not a crossing model of a version that is read here.
    """
    if path is None:
        source = resources.files("haidang.forecast") / "models" / "crossing.json"
        return read_model(source.read_text(encoding="utf8"), where="crossing.json")
    file = Path(path)
    if not file.is_file():
        raise NotFound(
            f"model {file}: no such file; make one with: haidang forecast fit --history POSITIONS --out {file}"
        )
    return read_model(file.read_text(encoding="utf8"), where=str(file))


def read_model(text: str, *, where: str) -> CrossingModel:
    """Return the model of a JSON text; `where` names it in messages.

    Raises:
        InvalidInput: not a crossing model of a version that is read here.
    """
    try:
        return CrossingModel.from_json(json.loads(text))
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"{where}: not a crossing model of this version ({error}); fit it again") from error


def predict(
    recent: Positions,
    zones: Sequence[Zone] | Boundaries,
    issued_us: int,
    model: CrossingModel,
    *,
    ports: Sequence[Port] = (),
) -> Forecasts:
    """Return the forecasts issued at a time for every vessel within 60 nm of a boundary.

    Args:
        recent: fixes of the last day or more, any order; those received or solved after `issued_us` are not looked at.
        zones: zones, or boundaries prepared once with `boundaries_of`.
        issued_us: UTC microseconds.
        model: from load_model.
        ports: decide the inside of lines that leave it open.
    """
    boundaries = boundaries_of(zones, ports)
    near = approach(recent, boundaries, issued_us)
    return forecasts_of(near, boundaries, issued_us, model)


def forecasts_of(near: Approach, boundaries: Boundaries, issued_us: int, model: CrossingModel) -> Forecasts:
    """Return the forecasts of vessels seen approaching."""
    p = chances(model, near)
    early, middle, late = (_arrival_us(p, share, issued_us) for share in (0.1, 0.5, 0.9))
    ids = near.vessel_ids
    return Forecasts(
        vessel_id=tuple(ids[v] for v in near.vessel),
        zone_id=tuple(boundaries.zones[z].zone_id for z in near.zone),
        zone_name=tuple(boundaries.zones[z].name for z in near.zone),
        issued_us=np.full(len(near), issued_us, np.int64),
        **{f"p_{h}h": np.ascontiguousarray(p[:, k]) for k, h in enumerate(HORIZONS_H)},
        eta_p10_us=early,
        eta_median_us=middle,
        eta_p90_us=late,
        distance_m=near.distance_m,
        baseline_ttl_h=np.where(np.isfinite(near.ttl_h), np.maximum(near.ttl_h, 0.0), np.nan),
        is_outward=near.is_outward,
        lat_deg=near.lat_deg,
        lon_deg=near.lon_deg,
        fix_time_us=near.fix_time_us,
    )


def _arrival_us(p: F64, share: float, issued_us: int) -> I64:
    """Return (n,) when this share of the crossings within 12 h has happened, by straight lines between horizons."""
    hours = np.array([0.0, *HORIZONS_H])
    cumulative = np.column_stack([np.zeros(len(p)), p])
    wanted = share * p[:, -1]
    right = np.clip((cumulative < wanted[:, None]).sum(axis=1), 1, len(HORIZONS_H))
    rows = np.arange(len(p))
    low, high = cumulative[rows, right - 1], cumulative[rows, right]
    within = np.where(high > low, (wanted - low) / np.where(high > low, high - low, 1.0), 1.0)
    hour = hours[right - 1] + within * (hours[right] - hours[right - 1])
    times = issued_us + np.round(hour * HOUR_US).astype(np.int64)
    return np.where(p[:, -1] >= MIN_P_FOR_ETA, times, NO_TIME_US).astype(np.int64)
