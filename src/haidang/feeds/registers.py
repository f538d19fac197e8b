"""Register and trip lists as CSV: which hull is which, what it may do, when it sailed and when it is due.

Lists come from spreadsheets: any delimiter and encoding, `15,6` metres, dates in either order, and registration
numbers in every spelling; those are normalised, and an odd one is kept as written and said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from haidang.core.columns import Reject
from haidang.core.errors import SchemaError
from haidang.core.registration import parse
from haidang.core.time import DAY_US, NO_TIME_US
from haidang.core.vessel import Vessel
from haidang.feeds import csv_blocks
from haidang.feeds.csv_sniff import SAMPLE_BYTES, Shape, refine, sniff
from haidang.feeds.opening import read_blocks
from haidang.feeds.table_csv import whole_lines
from haidang.feeds.table_layout import Layout, header_key
from haidang.feeds.table_rows import excerpt
from haidang.feeds.table_values import numbers, texts, times_us

_VESSEL_HEADERS: dict[str, tuple[str, ...]] = {
    "vessel_id": ("vesselid",),
    "registration": ("registration", "registrationnumber", "sodangky", "sodk", "sohieutau"),
    "mmsi": ("mmsi", "ssvid"),
    "imo": ("imo",),
    "call_sign": ("callsign", "hohieu"),
    "name": ("name", "vesselname", "tentau"),
    "kind": ("kind",),
    "length_m": ("lengthm", "length", "lmax", "chieudai", "chieudailonnhat"),
    "gear": ("gear", "nghe", "nghekhaithac"),
    "supplier": ("supplier", "nhacungcap"),
    "home_port": ("homeport", "cangdangky", "bendau"),
    "licence_to": ("licenceto", "licenseto", "hangiayphep", "giayphepden"),
    "pair_id": ("pairid", "capdoi"),
}
_TRIP_HEADERS: dict[str, tuple[str, ...]] = {
    "vessel_id": ("vesselid", "mmsi", "ssvid", "sodangky", "registration"),
    "departure_time": ("departuretime", "departure", "ngayxuatben", "gioxuatben", "xuatben"),
    "planned_return": ("plannedreturn", "dukienve", "ngayvedukien"),
    "port_id": ("portid", "port", "cang", "macang"),
}
_KINDS = ("unknown", "fishing", "merchant", "patrol")


@dataclass(frozen=True, slots=True)
class Trip:
    """One declared trip.

    Attributes:
        departure_us, planned_return_us: UTC microseconds; planned_return_us None if not declared.
        port_id: where it left from and should come back to, None if not said.
    """

    vessel_id: str
    departure_us: int
    planned_return_us: int | None
    port_id: str | None


@dataclass(frozen=True, slots=True)
class _Table:
    """A small CSV read whole: field -> cells, row numbers, lines, and how to read the cells."""

    columns: dict[str, pa.Array]
    rows: list[int]
    lines: list[str]
    layout: Layout
    rejects: list[Reject]


def read_vessels_csv(
    source: Path | bytes, *, assumed: list[str] | None = None
) -> tuple[dict[str, Vessel], list[Reject]]:
    """Return vessels by id and the rows that could not be used.

    A row without `vessel_id` takes its MMSI, else its registration number. A second row for one id is a reject.

    Raises:
        NotFound, DecodeError: no such file, no table.
        SchemaError: none of vessel_id, mmsi, registration is a column.
    """
    table = _read(source, _VESSEL_HEADERS, assumed)
    if not {"vessel_id", "mmsi", "registration"} & table.columns.keys():
        raise SchemaError("a vessel list needs a column vessel_id, mmsi or registration")
    text = {name: texts(column).to_pylist() for name, column in table.columns.items()}
    lengths = [None] * len(table.rows)
    bad_length = [False] * len(table.rows)
    if "length_m" in table.columns:
        values, bad = numbers(table.columns["length_m"], decimal_comma=table.layout.decimal_comma)
        bad_length = (bad | (values <= 0) | (values >= 500)).tolist()
        lengths = [None if value != value else value for value in values.tolist()]  # noqa: PLR0124 - NaN
    licence = _times(table, "licence_to", whole_days=True)
    vessels: dict[str, Vessel] = {}
    rejects = list(table.rejects)
    for i, row in enumerate(table.rows):
        cell = {name: values[i] for name, values in text.items()}
        number = parse(cell["registration"]).canonical if cell.get("registration") else None
        vessel_id = cell.get("vessel_id") or cell.get("mmsi") or number
        reason = _vessel_problem(vessel_id, vessels, bad_length=bad_length[i], bad_licence=licence[i] == NO_TIME_US)
        if reason or vessel_id is None:
            rejects.append(Reject(row, reason or "no_vessel", excerpt(table.lines[i])))
            continue
        kind = (cell.get("kind") or "").lower()
        vessels[vessel_id] = Vessel(
            vessel_id, name=cell.get("name"), kind=kind if kind in _KINDS else "fishing" if number else "unknown",
            registration=number, mmsi=cell.get("mmsi"), imo=cell.get("imo"), call_sign=cell.get("call_sign"),
            length_m=lengths[i], gear=cell.get("gear"), supplier=cell.get("supplier"), home_port=cell.get("home_port"),
            licence_to_us=licence[i], pair_id=cell.get("pair_id"),
        )  # fmt: skip
        if number and not parse(number).valid and assumed is not None:
            assumed.append(f"Row {row}: {number!r} is not a registration number of the known form; kept as written.")
    return vessels, sorted(rejects, key=lambda r: r.row)


def _vessel_problem(
    vessel_id: str | None, vessels: Mapping[str, Vessel], *, bad_length: bool, bad_licence: bool
) -> str:
    if not vessel_id:
        return "no_vessel"
    if vessel_id in vessels:
        return "twice"
    if bad_length:
        return "bad_length"
    return "bad_time" if bad_licence else ""


def read_trips_csv(source: Path | bytes, *, assumed: list[str] | None = None) -> tuple[list[Trip], list[Reject]]:
    """Return declared trips in file order and the rows that could not be used.

    Raises:
        NotFound, DecodeError: no such file, no table.
        SchemaError: vessel_id or departure_time is not a column.
    """
    table = _read(source, _TRIP_HEADERS, assumed)
    for name in ("vessel_id", "departure_time"):
        if name not in table.columns:
            raise SchemaError(f"a trip list needs a column {name}")
    vessel = texts(table.columns["vessel_id"]).to_pylist()
    port = texts(table.columns["port_id"]).to_pylist() if "port_id" in table.columns else [None] * len(vessel)
    departure, planned = _times(table, "departure_time"), _times(table, "planned_return")
    trips: list[Trip] = []
    rejects = list(table.rejects)
    for i, row in enumerate(table.rows):
        left, due = departure[i], planned[i]
        if not vessel[i]:
            reason = "no_vessel"
        elif left is None or NO_TIME_US in {left, due}:
            reason = "bad_time"
        elif due is not None and due < left:
            reason = "returns_before_departure"
        else:
            found = parse(vessel[i])
            trips.append(Trip(found.canonical if found.valid else vessel[i], left, due, port[i]))
            continue
        rejects.append(Reject(row, reason, excerpt(table.lines[i])))
    return trips, sorted(rejects, key=lambda r: r.row)


def _read(source: Path | bytes, headers: Mapping[str, tuple[str, ...]], assumed: list[str] | None) -> _Table:
    """Return the recognised columns of a small CSV."""
    blocks = [source] if isinstance(source, bytes) else list(read_blocks(source))
    shape = sniff(b"".join(blocks)[:SAMPLE_BYTES])
    by_key: dict[str, str] = {}
    for header in shape.headers:
        by_key.setdefault(header_key(header), header)
    found = {f: next((by_key[k] for k in keys if k in by_key), None) for f, keys in headers.items()}
    names = {f: theirs for f, theirs in found.items() if theirs is not None}
    layout = _guess(names, shape)
    if assumed is not None:
        assumed.extend((*shape.assumed, *layout.assumed))
    wanted = list(dict.fromkeys(names.values()))
    parts, rows, lines, rejects = [], [], [], []
    row = 0
    for piece in whole_lines(blocks, shape):
        block = csv_blocks.cut(piece, shape, first_row=row, wanted=wanted, numeric=(), decimal_comma=False)
        row = block.next_row
        parts.append(block.columns)
        rows += block.rows.tolist()
        lines += [block.lines.text(i) for i in range(len(block.lines))]
        rejects += block.rejects
    empty = pa.array([], pa.string())
    columns = {f: pa.concat_arrays([empty, *(part[theirs] for part in parts)]) for f, theirs in names.items()}
    return _Table(columns, rows, lines, layout, rejects)


def _guess(names: Mapping[str, str], shape: Shape) -> Layout:
    """Return decimal sign and date order of a list, by the position reader's rules on the list's own columns."""
    stand_in = {
        ours: names[theirs]
        for ours, theirs in (("lat_deg", "length_m"), ("fix_time", "departure_time"), ("date", "planned_return"),
                             ("date", "licence_to"))
        if theirs in names
    }  # fmt: skip
    return refine(Layout(stand_in), shape)


def _times(table: _Table, field: str, *, whole_days: bool = False) -> list[int | None]:
    """Return UTC microseconds, None where nothing is written, NO_TIME_US where it cannot be read.

    A licence "to 2026-12-31" holds through that day, so midnight is moved to the day's last microsecond.
    """
    if field not in table.columns:
        return [None] * len(table.rows)
    values, bad = times_us(table.columns[field], date_order=table.layout.date_order or "dmy")
    times: list[int | None] = []
    for value, unreadable in zip(values.tolist(), bad.tolist(), strict=True):
        known = value != NO_TIME_US
        through = DAY_US - 1 if known and whole_days and value % DAY_US == 0 else 0
        times.append(value + through if known else NO_TIME_US if unreadable else None)
    return times
