"""The result files of `haidang detect`: fixed columns, present even when there is nothing to say."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from haidang.core.columns import FLAGS, I8, I64, Positions, Reject
from haidang.core.errors import Unavailable
from haidang.core.event import Event

_TIME = pa.timestamp("us", tz="UTC")

EVENTS = pa.schema(
    [
        ("event_id", pa.string()), ("kind", pa.string()), ("vessel_id", pa.string()), ("other_vessel_id", pa.string()),
        ("start_time", _TIME), ("end_time", _TIME), ("lat_deg", pa.float64()), ("lon_deg", pa.float64()),
        ("zone_id", pa.string()), ("confidence", pa.float64()), ("superseded_by", pa.string()),
        ("detector", pa.string()), ("details", pa.string()),
    ]
)  # fmt: skip
POSITIONS = pa.schema(
    [
        ("input", pa.string()), ("row", pa.int64()), ("vessel_id", pa.string()), ("fix_time", _TIME),
        ("lat_deg", pa.float64()), ("lon_deg", pa.float64()), ("segment_id", pa.int64()), ("flag", pa.string()),
        ("fishing_probability", pa.float64()),
    ]
)  # fmt: skip
REJECTS = pa.schema([("input", pa.string()), ("row", pa.int64()), ("reason", pa.string()), ("excerpt", pa.string())])
#: Rows per Arrow batch written: bounds memory while dictionaries become text.
_WRITE_ROWS = 500_000


def write_events(path: Path, events: Sequence[Event]) -> None:
    """Write events.parquet."""
    columns = [
        [e.event_id for e in events], [e.kind for e in events], [e.vessel_id for e in events],
        [e.other_vessel_id for e in events], [e.start_us for e in events], [e.end_us for e in events],
        [e.lat_deg for e in events], [e.lon_deg for e in events], [e.zone_id for e in events],
        [e.confidence for e in events], [e.superseded_by for e in events], [e.detector for e in events],
        [json.dumps(dict(e.details), ensure_ascii=False, sort_keys=True, default=str) for e in events],
    ]  # fmt: skip
    arrays = [pa.array(c, field.type) for c, field in zip(columns, EVENTS, strict=True)]
    _write(path, pa.table(arrays, schema=EVENTS))


def write_positions(
    path: Path, positions: Positions, inputs: tuple[Sequence[str], I64], segment_id: I64, flag: I8
) -> None:
    """Write positions.parquet, in the order of the rows.

    Args:
        path: the file.
        positions: rows; `row` counts over all inputs.
        inputs: names of the inputs and (inputs + 1,) the number at which each begins.
        segment_id: (n,) int64.
        flag: (n,) int8.
    """
    names, starts = inputs
    ids = pa.array(positions.vessel_ids or ("",), pa.string())
    try:
        with pq.ParquetWriter(path, POSITIONS, compression="zstd") as writer:
            for a in range(0, len(positions), _WRITE_ROWS):
                p = positions.take(slice(a, a + _WRITE_ROWS))
                at = np.searchsorted(starts, p.row, "right") - 1
                arrays = [
                    pa.array(list(names) or [""], pa.string()).take(pa.array(at)),
                    pa.array(p.row - starts[at]), ids.take(pa.array(p.vessel)),
                    pa.array(p.fix_time_us).cast(_TIME), pa.array(p.lat_deg), pa.array(p.lon_deg),
                    pa.array(segment_id[a : a + _WRITE_ROWS]),
                    pa.array(FLAGS, pa.string()).take(pa.array(flag[a : a + _WRITE_ROWS])),
                    pa.nulls(len(p), pa.float64()),
                ]  # fmt: skip
                writer.write_batch(pa.record_batch(arrays, schema=POSITIONS))
    except OSError as error:
        raise Unavailable(f"{path}: cannot be written ({error})") from error


def write_rejects(path: Path, rejects: Sequence[tuple[str, Reject]]) -> None:
    """Write rejects.parquet from (input, reject)."""
    columns = [
        [name for name, _ in rejects], [r.row for _, r in rejects], [r.reason for _, r in rejects],
        [r.excerpt for _, r in rejects],
    ]  # fmt: skip
    arrays = [pa.array(c, field.type) for c, field in zip(columns, REJECTS, strict=True)]
    _write(path, pa.table(arrays, schema=REJECTS))


def write_summary(path: Path, summary: Mapping[str, object]) -> None:
    """Write summary.json."""
    try:
        path.write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf8")
    except OSError as error:
        raise Unavailable(f"{path}: cannot be written ({error})") from error


def _write(path: Path, table: pa.Table) -> None:
    try:
        pq.write_table(table, path, compression="zstd")
    except OSError as error:
        raise Unavailable(f"{path}: cannot be written ({error})") from error
