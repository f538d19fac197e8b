"""Columns of text or numbers turned into numbers, degrees and times, a whole column at a time.

The trouble: 15,123 and 15.123, 16°04'.5 N, 03/04/2026, 1700000000 and 1700000000000, "NULL", "-" and empty cells
all stand in real exports. Each function returns the values and a mask of what was there but could not be read;
what was not there is NaN (or NO_TIME_US) without being bad.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from haidang.core.columns import F64, I64
from haidang.core.time import NO_TIME_US

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Times:
    """A column of times.

    Attributes:
        us: (n,) int64 UTC microseconds, NO_TIME_US where missing or unreadable.
        bad: (n,) what was there and could not be read.
        any_naive: whether a time that was read named no zone, so that one had to be assumed.
    """

    us: I64
    bad: Mask
    any_naive: bool = False


#: Cells that say "nothing here", after trimming, lower case.
EMPTY_WORDS = ("", "na", "n/a", "nan", "null", "none", "nil", "-", "--", r"\n", "nat", "unknown", "undefined")
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_DEGREES = (
    r"^(?P<h1>[NSEWnsewBbĐđTt]?)\s*(?P<sign>[+-]?)(?P<d>\d{1,3}(?:\.\d+)?)\s*[°º˚d: ]?\s*"
    r"(?P<m>\d{1,2}(?:\.\d+)?)?\s*['′’´m: ]?\s*(?P<s>\d{1,2}(?:\.\d+)?)?\s*(?:[\"″”s]|''|′′|’’)?\s*"
    r"(?P<h2>[NSEWnsewBbĐđTt]?)$"
)
_DATE_TIME = (
    r"^(?P<a>\d{1,4})[-/.](?P<b>\d{1,2})[-/.](?P<c>\d{1,4})"
    r"(?:[ T,]+(?P<h>\d{1,2})[:h](?P<mi>\d{1,2})(?::(?P<s>\d{1,2})(?:[.,](?P<f>\d+))?)?)?"
    r"\s*(?P<half>[AaPp][Mm]|SA|CH)?\s*(?P<z>Z|z|UTC|GMT|[+-]\d{2}:?(?:\d{2})?)?$"
)
_COMPACT = (
    (r"^(\d{4})(\d{2})(\d{2})T?(\d{2})(\d{2})(\d{2})(Z?)$", r"\1-\2-\3 \4:\5:\6\7"),
    (r"^([12]\d{3})(\d{2})(\d{2})T?(\d{2})(\d{2})$", r"\1-\2-\3 \4:\5"),
    (r"^([12]\d{3})(\d{2})(\d{2})$", r"\1-\2-\3"),
)
_CLOCK_FIRST = r"^(\d{1,2}[:h]\d{1,2}(?::\d{1,2})?)[ ,]+(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})$"
#: Years 1 to 9999: what a date can be written in.
_MIN_US, _MAX_US = -62_135_596_800_000_000, 253_402_300_799_999_999


def texts(column: pa.Array) -> pa.Array:
    """Return the column as trimmed strings, null where the cell says nothing. Whole floats lose their `.0`."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return texts(column.dictionary_decode())
    if pa.types.is_floating(kind):
        values = pc.if_else(pc.is_finite(column), column, None)
        whole = pc.equal(pc.floor(values), values)
        small = pc.less(pc.abs(values), 1e15)
        as_int = pc.if_else(pc.fill_null(pc.and_(whole, small), False), values, 0).cast(pa.int64()).cast(pa.string())
        return pc.if_else(pc.and_(whole, small), as_int, values.cast(pa.string()))
    if not pa.types.is_string(kind):
        column = column.cast(pa.string())
    trimmed = pc.utf8_trim_whitespace(column)
    unknown = pc.is_in(pc.utf8_lower(trimmed), pa.array(EMPTY_WORDS))
    return pc.if_else(unknown, None, trimmed)


def numbers(column: pa.Array, *, decimal_comma: bool = False) -> tuple[F64, Mask]:
    """Return values (n,) float64, NaN where missing or unreadable, and the mask of unreadable cells.

    A comma is a decimal sign if the table says so, or where the cell has one comma and no point.
    """
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        values = _numpy(pc.cast(column, pa.float64(), safe=False))
        return values, np.isinf(values)
    if pa.types.is_boolean(kind) or pa.types.is_nested(kind):
        return np.full(len(column), np.nan), ~_numpy_bool(column.is_null())
    text = texts(column)
    if decimal_comma or pc.any(pc.match_substring(text, ",")).as_py():
        text = pc.replace_substring_regex(text, r"^([^,.]*),([^,.]*)$", r"\1.\2")
    readable = pc.match_substring_regex(text, _NUMBER)
    values = _numpy(pc.if_else(readable, text, None).cast(pa.float64()))
    bad = _numpy_bool(pc.fill_null(pc.invert(readable), False)) | np.isinf(values)
    return np.where(bad, np.nan, values), bad


def degrees(column: pa.Array, *, decimal_comma: bool = False) -> tuple[F64, Mask]:
    """Return signed degrees (n,) from decimal degrees, degrees-minutes(-seconds) and hemisphere letters.

    N S E W and the Vietnamese B (north), Đ (east), T (west) are known; N is north, for Nam (south) writes the same.
    """
    values, bad = numbers(column, decimal_comma=decimal_comma)
    if not bad.any() or not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return values, bad
    rows = np.flatnonzero(bad)
    text = pc.take(texts(column), pa.array(rows))
    text = pc.replace_substring_regex(text, r"(\d),(\d)", r"\1.\2")
    parts = pc.extract_regex(text, _DEGREES)
    matched = _numpy_bool(parts.is_valid())

    def part(name: str) -> F64:
        raw = pc.struct_field(parts, name)
        return _numpy(pc.fill_null(pc.if_else(pc.equal(raw, ""), "0", raw), "0").cast(pa.float64()))

    minutes, seconds = part("m"), part("s")
    letters = pc.binary_join_element_wise(
        pc.struct_field(parts, "h1"), pc.struct_field(parts, "sign"), pc.struct_field(parts, "h2"), ""
    )
    negative = _numpy_bool(pc.fill_null(pc.match_substring_regex(letters, r"[SsWwTt-]"), False))
    size = part("d") + minutes / 60.0 + seconds / 3600.0
    good = matched & (minutes < 60) & (seconds < 60)
    values[rows] = np.where(good, np.where(negative, -size, size), np.nan)
    bad[rows] = ~good
    return values, bad


def times_us(column: pa.Array, *, zone_us: int = 0, date_order: str = "dmy") -> tuple[I64, Mask]:
    """Return what `read_times` returns, without whether a zone was missing."""
    times = read_times(column, zone_us=zone_us, date_order=date_order)
    return times.us, times.bad


def read_times(column: pa.Array, *, zone_us: int = 0, date_order: str = "dmy") -> Times:
    """Return UTC microseconds of a column, what could not be read of it, and whether a zone was missing.

    Args:
        column: timestamps of any unit and zone, epoch numbers (s, ms, µs, ns by size), or text.
        zone_us: what naive times are ahead of UTC.
        date_order: "dmy" or "mdy" for dates that do not begin with the year.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return read_times(column.dictionary_decode(), zone_us=zone_us, date_order=date_order)
    if pa.types.is_date(kind):
        column = column.cast(pa.timestamp("s"))
        kind = column.type
    if pa.types.is_timestamp(kind):
        per_unit = {"s": 1_000_000.0, "ms": 1000.0, "us": 1.0, "ns": 0.001}[kind.unit]
        us, bad = _scaled(column.cast(pa.int64()), per_unit, 0 if kind.tz else zone_us)
        return Times(us, bad, not kind.tz and bool((us != NO_TIME_US).any()))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return Times(*_epoch(_numpy(pc.cast(column, pa.float64(), safe=False))))
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return Times(np.full(len(column), NO_TIME_US), ~_numpy_bool(column.is_null()))
    return _text_times(column, zone_us, date_order)


def _scaled(units: pa.Array, per_unit: float, zone_us: int) -> tuple[I64, Mask]:
    """Return microseconds of integer units since 1970, with what lies outside years 1-9999 as bad."""
    missing = _numpy_bool(units.is_null())
    raw = np.asarray(pc.fill_null(units, 0).to_numpy(zero_copy_only=False), np.int64)
    outside = np.abs(raw.astype(np.float64)) * per_unit > _MAX_US - 2e12
    safe = np.where(outside, 0, raw)
    micros = safe // 1000 if per_unit < 1 else safe * int(per_unit)
    outside |= (micros - zone_us < _MIN_US) | (micros - zone_us > _MAX_US)
    return np.where(missing | outside, NO_TIME_US, micros - zone_us), outside & ~missing


def _epoch(values: F64) -> tuple[I64, Mask]:
    """Return microseconds of epoch numbers whose unit shows by their size."""
    size = np.abs(values)
    factor = np.select([size < 1e11, size < 1e14, size < 1e17], [1e6, 1e3, 1.0], 1e-3)
    micros = np.round(values * factor)
    bad = np.isinf(values) | (micros < _MIN_US) | (micros > _MAX_US)
    usable = np.isfinite(values) & ~bad
    return np.where(usable, np.where(usable, micros, 0).astype(np.int64), NO_TIME_US), bad


def _text_times(column: pa.Array, zone_us: int, date_order: str) -> Times:
    """Return times of a text column: the ISO forms by Arrow's parser, everything else by pattern."""
    for kind, ahead in ((pa.timestamp("us", "UTC"), 0), (pa.timestamp("us"), zone_us)):
        try:
            # All of one form: three times as fast as patterns.
            us, bad = _scaled(column.cast(kind).cast(pa.int64()), 1.0, ahead)
        except pa.ArrowInvalid:
            continue
        return Times(us, bad, kind.tz is None and bool((us != NO_TIME_US).any()))
    # Many rows share a second: patterns are matched once for each different text.
    encoded = pc.dictionary_encode(texts(column), null_encoding="encode")
    different = _different_times(encoded.dictionary, zone_us, date_order)
    index = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), np.int64)
    return Times(different.us[index], different.bad[index], different.any_naive)


def _different_times(text: pa.Array, zone_us: int, date_order: str) -> Times:
    """Return times of texts in any of the forms that are known."""
    text = pc.replace_substring_regex(text, _CLOCK_FIRST, r"\2 \1")
    # yyyymmdd[hhmm[ss]]: eight, twelve or fourteen digits; ten and thirteen are epoch numbers.
    # Some programs pad a clock with spaces: 00: 6:00.
    text = pc.replace_substring_regex(text, r": +(\d)", r":\1")
    for compact, spread in _COMPACT:
        text = pc.replace_substring_regex(text, compact, spread)
    matched = _pattern_times(text, zone_us, date_order)
    micros, unread = matched.us, matched.bad
    if unread.any():
        digits = pc.if_else(pc.match_substring_regex(text, r"^-?\d{9,19}(\.\d+)?$"), text, None)
        epoch, bad = _epoch(_numpy(digits.cast(pa.float64())))
        found = unread & (epoch != NO_TIME_US) & ~bad
        micros = np.where(found, epoch, micros)
        unread &= ~found
    return Times(micros, unread, matched.any_naive)


def _pattern_times(text: pa.Array, zone_us: int, date_order: str) -> Times:
    """Return times of texts like 03/04/2026 05:06:07 or 2026-04-03T05:06:07.5+07:00."""
    parts = pc.extract_regex(text, _DATE_TIME)
    matched = _numpy_bool(parts.is_valid())

    def part(name: str) -> I64:
        raw = pc.struct_field(parts, name)
        whole = pc.fill_null(pc.if_else(pc.equal(raw, ""), "0", raw), "0").cast(pa.int64())
        return np.asarray(whole.to_numpy(zero_copy_only=False), np.int64)

    first, second, third = part("a"), part("b"), part("c")
    year_first = first > 31
    month_first = (date_order == "mdy") & ~year_first
    year = np.where(year_first, first, third)
    month = np.where(month_first, first, second)
    day = np.where(year_first, third, np.where(month_first, second, first))
    hour, minute, second = part("h"), part("mi"), part("s")
    half = pc.utf8_upper(pc.fill_null(pc.struct_field(parts, "half"), ""))
    after_noon = _numpy_bool(pc.is_in(half, pa.array(["PM", "CH"])))
    twelve_hours = after_noon | _numpy_bool(pc.is_in(half, pa.array(["AM", "SA"])))
    good = matched & (~twelve_hours | ((hour >= 1) & (hour <= 12)))
    hour = np.where(twelve_hours, hour % 12 + 12 * after_noon, hour)
    fraction = pc.utf8_rpad(pc.utf8_slice_codeunits(pc.fill_null(pc.struct_field(parts, "f"), ""), 0, 6), 6, "0")
    micro = np.asarray(fraction.cast(pa.int64()).to_numpy(zero_copy_only=False), np.int64)
    days, real = _civil_days(year, month, day)
    good &= real & (hour < 24) & (minute < 60) & (second < 60)
    clock_us = ((hour * 60 + minute) * 60 + second) * 1_000_000 + micro
    micros = days * 86_400_000_000 + clock_us - _zones(pc.struct_field(parts, "z"), zone_us)
    good &= (micros >= _MIN_US) & (micros <= _MAX_US)
    unzoned = _numpy_bool(pc.equal(pc.fill_null(pc.struct_field(parts, "z"), ""), ""))
    return Times(np.where(good, micros, NO_TIME_US), ~good & _numpy_bool(text.is_valid()), bool((good & unzoned).any()))


def _zones(zone: pa.Array, naive_us: int) -> I64:
    """Return the offset (n,) in microseconds of each written zone; `naive_us` where none is written."""
    present = pc.unique(pc.fill_null(zone, ""))
    offsets = np.array([_zone_us(z, naive_us) for z in present.to_pylist()] or [0], np.int64)
    index = pc.index_in(pc.fill_null(zone, ""), present)
    return offsets[np.asarray(index.to_numpy(zero_copy_only=False), np.int64)]


def _zone_us(zone: str, naive_us: int) -> int:
    if not zone:
        return naive_us
    if zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:4])
    return minutes * 60_000_000 * (-1 if zone[0] == "-" else 1)


def _civil_days(year: I64, month: I64, day: I64) -> tuple[I64, Mask]:
    """Return days since 1970 of Gregorian dates, and which dates exist (years 1-9999)."""
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    lengths = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    in_year = np.clip(month, 0, 12)
    real = (month >= 1) & (month <= 12) & (day >= 1) & (day <= lengths[in_year] + (leap & (month == 2)))
    # Two-digit years are refused: 26/11/25 could be three dates.
    real &= (year >= 1000) & (year <= 9999)
    shifted = np.where(month <= 2, year - 1, year)
    era = shifted // 400
    of_era = shifted - era * 400
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + day_of_year - 719_468, real


def _numpy(column: pa.Array) -> F64:
    return np.array(pc.fill_null(column, np.nan).to_numpy(zero_copy_only=False), np.float64)


def _numpy_bool(column: pa.Array) -> Mask:
    return np.array(column.to_numpy(zero_copy_only=False), np.bool_)
