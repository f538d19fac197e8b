"""The file of `haidang forecast run`: one row per vessel, boundary and time of issue, columns of the interface."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from haidang.core.errors import NotFound, SchemaError
from haidang.core.time import NO_TIME_US
from haidang.forecast.crossing import Forecasts

_TIMES = {"issued_time": "issued_us", "eta_p10_time": "eta_p10_us", "eta_median_time": "eta_median_us",
          "eta_p90_time": "eta_p90_us", "fix_time": "fix_time_us"}  # fmt: skip
_ORDER = ("vessel_id", "issued_time", "zone_id", "p_1h", "p_2h", "p_4h", "p_6h", "p_12h", "eta_p10_time",
          "eta_median_time", "eta_p90_time", "distance_m", "baseline_ttl_h", "is_outward", "lat_deg", "lon_deg",
          "fix_time", "zone_name")  # fmt: skip


def write_forecasts(forecasts: Forecasts, out: Path, model: str) -> None:
    """Write forecasts as Parquet; the model's name goes into the file's metadata."""
    columns: dict[str, Any] = {}
    for name in _ORDER:
        if name in _TIMES:
            times = getattr(forecasts, _TIMES[name])
            columns[name] = pa.array(times, pa.int64(), mask=times == NO_TIME_US).cast(pa.timestamp("us", tz="UTC"))
        elif name == "baseline_ttl_h":
            columns[name] = pa.array(forecasts.baseline_ttl_h, pa.float64(), mask=np.isnan(forecasts.baseline_ttl_h))
        elif name in {"vessel_id", "zone_id", "zone_name"}:
            columns[name] = pa.array(getattr(forecasts, name), pa.string())
        else:
            columns[name] = pa.array(getattr(forecasts, name))
    out.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns).replace_schema_metadata({"model": model}), out)


def read_forecasts(path: Path) -> Forecasts:
    """Return the forecasts of a file; columns that only we write may be missing.

    Raises:
        NotFound, SchemaError: no such file, or not one of forecasts.
    """
    if not path.is_file():
        raise NotFound(f"{path}: no such file; make one with: haidang forecast run")
    try:
        table = pq.read_table(path)
    except pa.ArrowInvalid as error:
        raise SchemaError(f"{path}: not a Parquet file of forecasts: {error}") from error
    needed = [n for n in _ORDER[:13] if n not in table.column_names]
    if needed:
        raise SchemaError(f"{path}: columns missing: {', '.join(needed)}; expected those of `haidang forecast run`")
    n = table.num_rows
    columns: dict[str, Any] = {}
    for name in _ORDER:
        field = _TIMES.get(name, name)
        if name not in table.column_names:
            columns[field] = {"zone_name": ("",) * n, "is_outward": np.ones(n, np.bool_)}.get(
                name, np.full(n, NO_TIME_US, np.int64) if name in _TIMES else np.full(n, np.nan)
            )
        elif name in _TIMES:
            times = table[name].cast(pa.timestamp("us", tz="UTC")).cast(pa.int64())
            columns[field] = times.fill_null(NO_TIME_US).to_numpy().astype(np.int64)
        elif name in {"vessel_id", "zone_id", "zone_name"}:
            columns[field] = tuple(table[name].to_pylist())
        elif name == "is_outward":
            columns[field] = table[name].to_numpy().astype(np.bool_)
        else:
            columns[field] = table[name].cast(pa.float64()).fill_null(float("nan")).to_numpy().astype(np.float64)
    return Forecasts(**columns)
