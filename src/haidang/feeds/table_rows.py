"""Recognised columns turned into positions and rejects: the one place where CSV, Parquet and JSON rows are judged.

What is not a place stays out and is counted: AIS writes 91°/181° for "no position", VMS devices write 0/0. A speed or
course outside its range is only unknown, for the place is still good.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from haidang.core.columns import F64, I8, I32, I64, KINDS, Positions, Reject
from haidang.core.registration import parse
from haidang.core.time import NO_TIME_US
from haidang.core.vessel import Vessel
from haidang.feeds.decoded import Decoded
from haidang.feeds.table_layout import Layout, header_key
from haidang.feeds.table_values import Mask, Times, degrees, numbers, read_times, texts, times_us
from haidang.feeds.vessel_ids import unfit_vessel_ids

EXCERPT_CHARS = 120
#: Reject reasons of tables; the first that fits is given.
REASONS: tuple[str, ...] = (
    "bad_fields", "bad_bytes", "not_a_vessel", "no_vessel", "bad_vessel", "bad_time", "bad_latitude", "bad_longitude",
    "no_place",
)  # fmt: skip
#: AIS: 102.3 is "not available", 102.2 "that or more".
_SOG_LIMIT_KN = 102.25
_REGISTRATION_HEADERS = {"sodangky", "sodk", "sohieutau", "registration", "registrationnumber"}
_TEXT_STATICS = ("name", "registration", "mmsi", "imo", "call_sign", "gear", "supplier", "home_port")
#: DMA's "Ship type" in words.
_SHIP_WORDS = {
    "fishing": "fishing", "cargo": "merchant", "tanker": "merchant", "passenger": "merchant", "hsc": "merchant",
    "law enforcement": "patrol", "military": "patrol", "sar": "patrol",
}  # fmt: skip
#: DMA's "Type of mobile": these are not vessels.
_FIXED = ("base station", "aton", "sar airborne", "search and rescue transponder", "man overboard device")


def excerpt(text: str) -> str:
    """Return the first 120 characters with control characters escaped."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:EXCERPT_CHARS])
    return shown[:EXCERPT_CHARS]


def needed_columns(layout: Layout) -> list[str]:
    """Return their names of the columns that will be read, each once."""
    return list(dict.fromkeys(layout.columns.values()))


def decode_columns(
    columns: Mapping[str, pa.Array],
    layout: Layout,
    rows: I64,
    excerpt_at: Callable[[int], str],
    *,
    assumed: list[str] | None = None,
) -> Decoded:
    """Return positions and rejects of a table's columns.

    Args:
        columns: their name -> column, all of one length n; only those of the layout are looked at.
        layout: how to read them.
        rows: (n,) int64, row numbers for positions and rejects.
        excerpt_at: index 0..n-1 -> what to show of a rejected row.
        assumed: gets the sentence on times without a zone, once, if there is one among these rows.
    """
    ours = {field: columns[theirs] for field, theirs in layout.columns.items() if theirs in columns}
    n = len(rows)
    ids, vessel, bad_vessel = _vessels(ours["vessel_id"], layout)
    order = layout.date_order or "dmy"
    times = _fix_times(ours, layout, order)
    fix_us = times.us
    if times.any_naive and layout.if_naive and assumed is not None and layout.if_naive not in assumed:
        assumed.append(layout.if_naive)
    lat, bad_lat = degrees(ours["lat_deg"], decimal_comma=layout.decimal_comma)
    lon, bad_lon = degrees(ours["lon_deg"], decimal_comma=layout.decimal_comma)
    no_place = np.isnan(lat) | np.isnan(lon) | (lat == 91.0) | (lon == 181.0) | ((lat == 0.0) & (lon == 0.0))
    tests = (
        ("not_a_vessel", _fixed_stations(ours, n)),
        ("no_vessel", (vessel < 0) & ~bad_vessel),
        ("bad_vessel", bad_vessel),
        ("bad_time", times.bad | (fix_us == NO_TIME_US)),
        ("bad_latitude", bad_lat | ((np.abs(lat) > 90.0) & (lat != 91.0))),
        ("bad_longitude", bad_lon | ((np.abs(lon) > 180.0) & (lon != 181.0))),
        ("no_place", no_place),
    )
    reason = np.full(n, -1, np.int8)
    for code, (_, mask) in enumerate(tests):
        reason[(reason < 0) & mask] = code
    good = reason < 0
    rejects = [Reject(int(rows[i]), tests[reason[i]][0], excerpt(excerpt_at(int(i)))) for i in np.flatnonzero(~good)]
    received = fix_us
    if "received_time" in ours:
        received, _ = times_us(ours["received_time"], zone_us=layout.zone_us, date_order=order)
        received = np.where(received == NO_TIME_US, fix_us, received)
    kind = _kinds(ours, n)
    statics = _statics(ours, layout, ids, np.where(tests[0][1], -1, vessel), kind)
    positions = Positions.build(
        ids, vessel[good], fix_us[good], lat[good], lon[good],
        received_time_us=received[good], sog_kn=_speeds(ours, layout, n)[good], cog_deg=_courses(ours, layout, n)[good],
        kind=kind[good], row=rows[good],
    )  # fmt: skip
    counts = {"position": int(good.sum()), "reject": len(rejects)}
    return Decoded(positions, rejects, statics, counts)


def _vessels(column: pa.Array, layout: Layout) -> tuple[tuple[str, ...], I32, Mask]:
    """Return the vessel ids, the index (n,) into them, -1 where the row names none, and where it names no usable one.

    Ids are judged once for each different one.
    """
    encoded = pc.dictionary_encode(texts(column))
    names: list[str] = encoded.dictionary.to_pylist()
    refused = np.array(unfit_vessel_ids(encoded.dictionary).to_numpy(zero_copy_only=False), np.bool_)
    if header_key(layout.columns["vessel_id"]) in _REGISTRATION_HEADERS:
        # The same boat is written three ways in one file.
        names = [found.canonical if (found := parse(name)).valid else name for name in names]
    code: dict[str, int] = {}
    remap = np.array(
        [-1 if bad else code.setdefault(name, len(code)) for name, bad in zip(names, refused, strict=True)] or [0],
        np.int32,
    )
    index = np.asarray(pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False), np.int64)
    bad = (index >= 0) & (np.append(refused, False)[index])
    return tuple(code), np.where(index < 0, -1, remap[index]).astype(np.int32), bad


def _fix_times(ours: Mapping[str, pa.Array], layout: Layout, order: str) -> Times:
    if "fix_time" in ours:
        return read_times(ours["fix_time"], zone_us=layout.zone_us, date_order=order)
    joined = pc.binary_join_element_wise(texts(ours["date"]), texts(ours["clock"]), " ")
    return read_times(joined, zone_us=layout.zone_us, date_order=order)


def _speeds(ours: Mapping[str, pa.Array], layout: Layout, n: int) -> F64:
    """Return knots (n,), NaN where not given or impossible."""
    if "sog_kn" not in ours:
        return np.full(n, np.nan)
    values = numbers(ours["sog_kn"], decimal_comma=layout.decimal_comma)[0] * layout.speed_factor
    return np.where((values >= 0.0) & (values < _SOG_LIMIT_KN), values, np.nan)


def _courses(ours: Mapping[str, pa.Array], layout: Layout, n: int) -> F64:
    """Return degrees (n,), 0 <= x < 360, NaN where not given or impossible (AIS: 360 is "not available")."""
    if "cog_deg" not in ours:
        return np.full(n, np.nan)
    values = numbers(ours["cog_deg"], decimal_comma=layout.decimal_comma)[0]
    # The cut is made after rounding to float32: 359.99999999 becomes 360 there.
    near = np.where((values >= 0.0) & (values < 361.0), values, np.nan)
    return np.where(near.astype(np.float32) < np.float32(360.0), near, np.nan)


def _fixed_stations(ours: Mapping[str, pa.Array], n: int) -> Mask:
    if "mobile_type" not in ours:
        return np.zeros(n, np.bool_)
    words = pc.utf8_lower(texts(ours["mobile_type"]))
    return np.array(pc.is_in(words, pa.array(_FIXED)).to_numpy(zero_copy_only=False), np.bool_)


def _kinds(ours: Mapping[str, pa.Array], n: int) -> I8:
    """Return the kind (n,) from a `kind` column, else from AIS ship types."""
    if "kind" in ours:
        found = pc.index_in(pc.utf8_lower(texts(ours["kind"])), pa.array(KINDS))
        return np.asarray(pc.fill_null(found, 0).to_numpy(zero_copy_only=False), np.int8)
    if "ship_type" not in ours:
        return np.zeros(n, np.int8)
    encoded = pc.dictionary_encode(texts(ours["ship_type"]))
    codes = np.array([KINDS.index(kind_of_ship(name)) for name in encoded.dictionary.to_pylist()] + [0], np.int8)
    return codes[np.asarray(pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False), np.int64)]


def kind_of_ship(ship_type: str) -> str:
    """Return our kind for an AIS ship type, as a number or in DMA's words."""
    if not ship_type.isdecimal():
        return _SHIP_WORDS.get(ship_type.lower(), "unknown")
    code = int(ship_type[:6])
    if code == 30:
        return "fishing"
    if code in {35, 51, 55}:
        return "patrol"
    return "merchant" if 40 <= code < 50 or 60 <= code < 90 else "unknown"


def _statics(
    ours: Mapping[str, pa.Array], layout: Layout, ids: Sequence[str], vessel: I32, kind: I8
) -> dict[str, Vessel]:
    """Return what the table says of each vessel: of every field the last cell that says something."""
    learned: dict[int, dict[str, object]] = {}
    for name in (f.name for f in fields(Vessel)):
        if name in _TEXT_STATICS and name in ours:
            values = texts(ours[name])
            known = np.array(values.is_valid().to_numpy(zero_copy_only=False), np.bool_) & (vessel >= 0)
        elif name == "length_m" and name in ours:
            lengths, _ = numbers(ours[name], decimal_comma=layout.decimal_comma)
            # 0 is how AIS says "unknown"; the longest ship ever built had 458 m.
            known = (lengths > 0) & (lengths < 500) & (vessel >= 0)
            values = pa.array(lengths)
        elif name == "kind":
            known = (kind > 0) & (vessel >= 0)
            values = pa.array(kind)
        else:
            continue
        rows = np.flatnonzero(known)
        # The last row of each vessel: the first in the order turned round.
        codes, last = np.unique(vessel[rows][::-1], return_index=True)
        cells = pc.take(values, pa.array(rows[::-1][last])).to_pylist()
        for code, cell in zip(codes.tolist(), cells, strict=True):
            learned.setdefault(code, {})[name] = _static(name, cell)
    return {ids[code]: Vessel(ids[code], **known) for code, known in learned.items()}  # type: ignore[arg-type]


def _static(name: str, cell: object) -> object:
    if name == "kind":
        assert isinstance(cell, int)
        return KINDS[cell]
    if name == "registration":
        found = parse(str(cell))
        return found.canonical if found.valid else str(cell)
    if name == "imo":
        return str(cell).upper().removeprefix("IMO").strip()
    return cell
