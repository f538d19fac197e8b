"""Parquet position files: ours, and those with the AIS habit's names; any number, text or timestamp types.

Read row group by row group, so an archive needs no more memory than a piece of it. Parquet is read from its end, so one
that came packed again (.gz, .zst) is unpacked to a temporary file first.
"""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from haidang.core.errors import DecodeError, Unavailable
from haidang.feeds.csv_sniff import Shape, refine
from haidang.feeds.decoded import Decoded
from haidang.feeds.opening import Progress, is_packed, unpacked_file
from haidang.feeds.table_layout import Layout, find_layout, load_mapping
from haidang.feeds.table_rows import decode_columns, needed_columns

BATCH_ROWS = 500_000
SAMPLE_ROWS = 5_000


def read_parquet(
    path: Path,
    *,
    mapping: Mapping[str, object] | Path | None = None,
    assumed: list[str] | None = None,
    on_progress: Progress | None = None,
) -> Iterator[Decoded]:
    """Yield positions and rejects in batches of at most BATCH_ROWS; row numbers are global to the file.

    Raises:
        NotFound, Unavailable: the file is not there or cannot be read.
        DecodeError: it is not Parquet, or is damaged.
        SchemaError: vessel, time or place columns are not found.
    """
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(unpacked_file(path)) if is_packed(path) else path
        try:
            file = stack.enter_context(pq.ParquetFile(source))
        except (pa.ArrowException, OSError) as error:
            if isinstance(error, PermissionError):
                raise Unavailable(f"{path}: cannot be read ({error.strerror})") from error
            raise DecodeError(f"{path}: not a Parquet file, or damaged ({_first_line(error)})") from error
        flat = [f.name for f in file.schema_arrow if not pa.types.is_nested(f.type)]
        layout = find_layout(flat, load_mapping(mapping) if isinstance(mapping, Path) else mapping)
        layout = _refined(file, layout)
        if assumed is not None:
            assumed.extend(layout.assumed)
        yield from _batches(path, file, layout=layout, assumed=assumed, on_progress=on_progress)


def _batches(
    path: Path, file: pq.ParquetFile, *, layout: Layout, assumed: list[str] | None, on_progress: Progress | None
) -> Iterator[Decoded]:
    wanted = needed_columns(layout)
    size, total = path.stat().st_size, max(file.metadata.num_rows, 1)
    row = 0
    try:
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=wanted):
            columns = {name: batch.column(name) for name in wanted}

            def shown(i: int, columns: Mapping[str, pa.Array] = columns) -> str:
                return ",".join(str(c[i].as_py()) for c in columns.values())

            rows = np.arange(row, row + batch.num_rows, dtype=np.int64)
            row += batch.num_rows
            if on_progress is not None:
                on_progress(size * row // total, size)
            yield decode_columns(columns, layout, rows, shown, assumed=assumed)
    except (pa.ArrowException, OSError) as error:
        raise DecodeError(f"{path}: the Parquet file is damaged after row {row} ({_first_line(error)})") from error


def _refined(file: pq.ParquetFile, layout: Layout) -> Layout:
    """Return the layout with date order and decimal sign where the first rows hold them as text."""
    wanted = needed_columns(layout)
    for batch in file.iter_batches(batch_size=SAMPLE_ROWS, columns=wanted):
        cells = [[str(v) for v in batch.column(name).to_pylist()] for name in wanted]
        return refine(layout, Shape("utf-8", ",", tuple(wanted), 0, tuple(zip(*cells, strict=True)), ()))
    return layout


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
