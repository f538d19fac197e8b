"""Blocks of CSV bytes cut into columns; a line that cannot be cut becomes a reject and costs nothing else.

A CSV parser that meets one stray quote may swallow a thousand lines. So lines are counted first, with NumPy, on the raw
bytes: only lines with the right number of cells and closed quotes reach Arrow's parser, and if it does not then
return one row per line, that block is cut line by line. A line break inside quotes is therefore not supported.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from haidang.core.columns import I64, Reject
from haidang.feeds.csv_sniff import Shape, cells
from haidang.feeds.table_rows import excerpt
from haidang.feeds.table_values import EMPTY_WORDS, Mask

_NULLS = [w for word in EMPTY_WORDS for w in dict.fromkeys((word, word.upper(), word.title()))]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of lines in columns.

    Attributes:
        columns: header -> column of m strings or float64.
        rows: (m,) int64, data row numbers in the file.
        lines: the m lines, to show in rejects.
        rejects: the lines that were no rows.
        next_row: the number of the first row after this block.
    """

    columns: dict[str, pa.Array]
    rows: I64
    lines: "Lines"
    rejects: list[Reject]
    next_row: int


class Lines:
    """The lines of a block by number, decoded only when asked for."""

    def __init__(self, block: bytes, starts: I64, ends: I64) -> None:
        self._block, self._starts, self._ends = block, starts, ends

    def __len__(self) -> int:
        return len(self._starts)

    def raw(self, i: int) -> bytes:
        """Return the bytes of line `i` without its end."""
        return self._block[self._starts[i] : self._ends[i]]

    def text(self, i: int) -> str:
        """Return line `i` as text."""
        return self.raw(i).decode("utf-8", "replace")

    def only(self, keep: I64) -> "Lines":
        """Return the chosen lines."""
        return Lines(self._block, self._starts[keep], self._ends[keep])


def cut(block: bytes, shape: Shape, *, first_row: int, wanted: Sequence[str], numeric: Sequence[str],
        decimal_comma: bool) -> Block:  # fmt: skip
    """Return a block of whole UTF-8 lines as columns.

    Args:
        block: bytes that end with a line end; no lone carriage returns.
        shape: the file's delimiter and headers.
        first_row: the number of the first line's row; empty lines are no rows.
        wanted: headers to return.
        numeric: those of `wanted` to read as float64 if the whole block allows it.
        decimal_comma: how the numbers are written.
    """
    lines = _split(block)
    rows = first_row + np.arange(len(lines), dtype=np.int64)
    next_row = first_row + len(lines)
    fields, quotes, nul = _counts(block, lines, shape.delimiter)
    bad = (fields != len(shape.headers)) | (quotes % 2 == 1) | nul
    rejects = [
        Reject(int(rows[i]), "bad_bytes" if nul[i] else "bad_fields", excerpt(lines.text(i)))
        for i in np.flatnonzero(bad).tolist()
    ]
    keep = np.flatnonzero(~bad)
    lines, rows = lines.only(keep), rows[keep]
    if not len(lines):
        return Block({h: pa.array([], pa.string()) for h in wanted}, rows, lines, rejects, next_row)
    clean = block if not rejects and len(lines) == block.count(b"\n") else b"\n".join(
        lines.raw(i) for i in range(len(lines))
    )  # fmt: skip
    table = _parse(clean, shape, wanted=wanted, numeric=numeric, decimal_comma=decimal_comma, expected=len(lines))
    if table is not None:
        columns = {name: table.column(name).combine_chunks() for name in wanted}
        return Block(columns, rows, lines, rejects, next_row)
    return _cut_slowly(lines, shape, rows=rows, wanted=wanted, rejects=rejects, next_row=next_row)


def _split(block: bytes) -> Lines:
    """Return the lines that are not empty."""
    raw = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(raw == 10).astype(np.int64)
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1]) if len(ends) else np.zeros(0, np.int64)
    before = raw[np.maximum(ends - 1, 0)] == 13
    ends = np.where(before & (ends > starts), ends - 1, ends)
    full = ends > starts
    return Lines(block, starts[full], ends[full])


def _counts(block: bytes, lines: Lines, delimiter: str) -> tuple[I64, I64, Mask]:
    """Return cells and quotes of each line, and whether it holds a NUL."""
    raw = np.frombuffer(block, np.uint8)
    starts, ends = lines._starts, lines._ends  # noqa: SLF001 - the same thing, split for reading
    at = np.flatnonzero(raw == ord(delimiter))
    quotes = np.flatnonzero(raw == ord('"')) if b'"' in block else np.zeros(0, np.int64)
    if quotes.size:
        quotes = _structural(raw, quotes, starts, ord(delimiter))
        # Delimiters after an odd number of quotes in their line are text.
        line = np.searchsorted(starts, at, side="right") - 1
        opened = np.searchsorted(quotes, at) - np.searchsorted(quotes, starts[np.maximum(line, 0)])
        at = at[opened % 2 == 0]
    fields = np.searchsorted(at, ends) - np.searchsorted(at, starts) + 1
    quoted = np.searchsorted(quotes, ends) - np.searchsorted(quotes, starts)
    nuls = np.flatnonzero(raw == 0) if b"\0" in block else np.zeros(0, np.int64)
    return fields, quoted, np.searchsorted(nuls, ends) > np.searchsorted(nuls, starts)


def _structural(raw: "np.ndarray[tuple[int], np.dtype[np.uint8]]", quotes: I64, starts: I64, delimiter: int) -> I64:
    """Return the quotes of lines where one opens a cell; in other lines they are characters, as in 13°45'30"N."""
    before = raw[np.maximum(quotes - 1, 0)]
    opens = (before == delimiter) | (before == 10) | (quotes == 0)
    line = np.searchsorted(starts, quotes, side="right") - 1
    return quotes[np.isin(line, line[opens])]


def _parse(
    clean: bytes, shape: Shape, *, wanted: Sequence[str], numeric: Sequence[str], decimal_comma: bool, expected: int
) -> pa.Table | None:
    """Return Arrow's table of the wanted columns, or None where it does not see one row per line."""
    # Two columns of one name would be confused; the first is meant.
    names = [h if shape.headers.index(h) == i else f"\0{i}" for i, h in enumerate(shape.headers)]
    read = pacsv.ReadOptions(column_names=names, use_threads=True, block_size=max(len(clean) + 1, 1 << 16))
    cut_options = pacsv.ParseOptions(delimiter=shape.delimiter, quote_char='"' if b'"' in clean else False)
    for floats in (numeric, ()) if numeric else ((),):
        types = {name: pa.float64() if name in floats else pa.string() for name in wanted}
        convert = pacsv.ConvertOptions(
            check_utf8=False, column_types=types, include_columns=list(wanted), null_values=_NULLS,
            strings_can_be_null=False, decimal_point="," if decimal_comma else ".",
        )  # fmt: skip
        try:
            table = pacsv.read_csv(pa.BufferReader(clean), read, cut_options, convert)
        except pa.ArrowInvalid:
            continue
        if table.num_rows == expected:
            return table
        return None
    return None


def _cut_slowly(
    lines: Lines, shape: Shape, *, rows: I64, wanted: Sequence[str], rejects: list[Reject], next_row: int
) -> Block:
    """Cut line by line: for blocks where quotes stand in odd places."""
    at = [shape.headers.index(name) for name in wanted]
    kept: list[int] = []
    found: list[list[str]] = []
    for i in range(len(lines)):
        try:
            row = cells(lines.text(i), shape.delimiter)
        except csv.Error:
            row = ()
        if len(row) == len(shape.headers):
            kept.append(i)
            found.append([row[k] for k in at])
        else:
            rejects.append(Reject(int(rows[i]), "bad_fields", excerpt(lines.text(i))))
    columns = {name: pa.array([row[k] for row in found], pa.string()) for k, name in enumerate(wanted)}
    keep = np.array(kept, np.int64)
    return Block(columns, rows[keep], lines.only(keep), sorted(rejects, key=lambda r: r.row), next_row)
