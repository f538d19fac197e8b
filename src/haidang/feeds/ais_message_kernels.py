"""Compiled readers of AIS message bits: places, times and names out of the six-bit payload.

Transponders fill fields they cannot know with marks (longitude 181, speed 102.3, course 360); such a report
is no error, but it places nobody. ITU-R M.1371-5 annex 8.
"""

import numpy as np
from numba import njit

from haidang.core.columns import F64, I32, I64
from haidang.feeds.ais_rules import (
    BAD_LATITUDE,
    BAD_LONGITUDE,
    BAD_MMSI,
    MAX_MMSI,
    NO_TIME,
    NO_US,
    OTHER,
    POSITION,
    REJECT,
    TOO_SHORT,
    UNKNOWN_TYPE,
)
from haidang.feeds.ais_rules import MIN_BITS as _MIN_BITS
from haidang.feeds.ais_sinks import NO_POSITIONS, ROWS, STATICS, TYPES, U8

_MINUTE_US = 60_000_000
MIN_BITS = tuple(_MIN_BITS.get(t, 38) for t in range(28))
#: type -> first bit of speed (0: no position report), longitude, course, UTC second (0: none).
_SPEED_BIT = (0, 50, 50, 50, 0, 0, 0, 0, 0, 50, 0, 0, 0, 0, 0, 0, 0, 0, 46, 46, 0, 0, 0, 0, 0, 0, 0, 79)
_LON_BIT = (0, 61, 61, 61, 0, 0, 0, 0, 0, 61, 0, 0, 0, 0, 0, 0, 0, 0, 57, 57, 0, 0, 0, 0, 0, 0, 0, 44)
_COURSE_BIT = (0, 116, 116, 116, 0, 0, 0, 0, 0, 116, 0, 0, 0, 0, 0, 0, 0, 0, 112, 112, 0, 0, 0, 0, 0, 0, 0, 85)
_SECOND_BIT = (0, 137, 137, 137, 0, 0, 0, 0, 0, 128, 0, 0, 0, 0, 0, 0, 0, 0, 133, 133, 0, 0, 0, 0, 0, 0, 0, 0)


@njit(nogil=True, cache=True)
def bits(six: U8, start: int, width: int) -> int:
    """Return `width` (at most 30) bits from bit `start` as an unsigned number.

    Six characters hold them wherever they start; without a loop the compiler folds this into its caller.
    """
    i = start // 6
    value = (
        (six[i] << 30) | (six[i + 1] << 24) | (six[i + 2] << 18) | (six[i + 3] << 12) | (six[i + 4] << 6) | six[i + 5]
    )
    found: int = (value >> (36 - (start - 6 * i) - width)) & ((1 << width) - 1)
    return found


@njit(nogil=True, cache=True)
def signed_bits(six: U8, start: int, width: int) -> int:
    """Return `width` bits from bit `start` as a two's complement number."""
    value: int = bits(six, start, width)
    return value - (1 << width) if value >> (width - 1) else value


@njit(nogil=True, cache=True)
def fix_time(base_us: int, second: int) -> int:
    """Return the time in the minute nearest to `base_us` at which the UTC second was `second`.

    60 and above mean the device had no time: then the fix is as old as its reception.
    """
    if second > 59:
        return base_us
    candidate = base_us - base_us % _MINUTE_US + second * 1_000_000
    if candidate - base_us > _MINUTE_US // 2:
        return candidate - _MINUTE_US
    if base_us - candidate > _MINUTE_US // 2:
        return candidate + _MINUTE_US
    return candidate


@njit(nogil=True, cache=True)
def read_place(six: U8, kind: int) -> tuple[int, float, float, float, float]:
    """Return (0, a reject reason, or -1 if no place is given; latitude, longitude, speed, course)."""
    at = _LON_BIT[kind]
    if kind == 27:
        lon, lat = signed_bits(six, at, 18) / 600.0, signed_bits(six, at + 18, 17) / 600.0
        speed, course = bits(six, 79, 6), bits(six, 85, 9)
        sog_kn = np.nan if speed == 63 else float(speed)
        cog_deg = np.nan if course >= 360 else float(course)
    else:
        lon, lat = signed_bits(six, at, 28) / 600000.0, signed_bits(six, at + 28, 27) / 600000.0
        speed, course = bits(six, _SPEED_BIT[kind], 10), bits(six, _COURSE_BIT[kind], 12)
        # search aircraft (9) report whole knots
        sog_kn = np.nan if speed == 1023 else speed / (1.0 if kind == 9 else 10.0)
        cog_deg = np.nan if course >= 3600 else course / 10.0
    reason = 0
    if lon == 181.0 or lat == 91.0:
        reason = -1
    elif lat < -90.0 or lat > 90.0:
        reason = BAD_LATITUDE
    elif lon < -180.0 or lon > 180.0:
        reason = BAD_LONGITUDE
    return reason, lat, lon, sog_kn, cog_deg


@njit(nogil=True, cache=True)
def store_static(tally: I64, statics: U8, six: U8, mmsi: int, kind: int, part: int) -> None:
    """Append a static record (see STATIC_BYTES). `part` tells A (0) from B (1) of message 24."""
    record = statics[tally[STATICS]]
    tally[STATICS] += 1
    record[:] = 0
    for i in range(4):
        record[i] = (mmsi >> (8 * i)) & 255
    record[4] = kind + part
    name_bit, call_bit, type_bit, bow_bit = -1, -1, -1, -1
    if kind == 5:
        imo = bits(six, 40, 30)
        for i in range(4):
            record[5 + i] = (imo >> (8 * i)) & 255
        name_bit, call_bit, type_bit, bow_bit = 112, 70, 232, 240
    elif kind == 19:
        name_bit, type_bit, bow_bit = 143, 263, 271
    elif part == 0:
        name_bit = 40
    else:
        type_bit, call_bit = 40, 90
        if mmsi // 10_000_000 != 98:  # an auxiliary craft gives its mother ship's MMSI here, no sizes
            bow_bit = 132
    if type_bit >= 0:
        record[9] = bits(six, type_bit, 8)
    if bow_bit >= 0:
        bow, stern = bits(six, bow_bit, 9), bits(six, bow_bit + 9, 9)
        record[10], record[11], record[12], record[13] = bow & 255, bow >> 8, stern & 255, stern >> 8
    if name_bit >= 0:
        for i in range(20):
            c = bits(six, name_bit + 6 * i, 6)
            record[14 + i] = c + 64 if c < 32 else c
    if call_bit >= 0:
        for i in range(7):
            c = bits(six, call_bit + 6 * i, 6)
            record[34 + i] = c + 64 if c < 32 else c


@njit(nogil=True, cache=True)
def header_reason(six: U8, n_bits: int) -> int:
    """Return why a message cannot be read, judged by its type, length and sender; 0 if it can."""
    if n_bits < 38:
        return TOO_SHORT
    kind = bits(six, 0, 6)
    if kind == 0 or kind > 27:
        return UNKNOWN_TYPE
    if n_bits < MIN_BITS[kind]:
        return TOO_SHORT
    mmsi = bits(six, 8, 30)
    if mmsi == 0 or mmsi > MAX_MMSI:
        return BAD_MMSI
    # part B of message 24 needs two bits more than part A
    return TOO_SHORT if kind == 24 and n_bits < 162 and bits(six, 38, 2) == 1 else 0


@njit(nogil=True, cache=True)
def receive_time(own_us: int, base_us: int, clock: I64) -> int:
    """Return the sentence's own time, else the `$PGHP` line's, the caller's, the log's last, the default; or NO_US."""
    received_us = own_us
    if received_us == NO_US:
        received_us = base_us
    for i in (3, 2, 4):
        if received_us == NO_US:
            received_us = clock[i]
    return received_us


@njit(nogil=True, cache=True, inline="always")
def read_message(
    tally: I64,
    six: U8,
    whole: I64,
    real: F64,
    statics: U8,
    n_bits: int,
    own_us: int,
    base_us: int,
    clock: I64,
    line: int,
) -> tuple[int, int]:
    """Decode one whole message; return (line class, reject reason).

    Args:
        tally: see Sink.
        six: the payload, six bits a byte, with room for six more behind it.
        whole: see Sink.
        real: see Sink.
        statics: see Sink.
        n_bits: its length without fill bits.
        own_us: receive time on the sentence itself; NO_US if none.
        base_us: time of the `$PGHP` line before it: when the first station heard it.
        clock: see read_lines.
        line: the line that completed the message.
    """
    if own_us != NO_US:
        clock[2] = own_us
    reason = header_reason(six, n_bits)
    if reason > 0:
        return REJECT, reason
    kind, mmsi = bits(six, 0, 6), bits(six, 8, 30)
    part = bits(six, 38, 2) if kind == 24 else 0
    if _LON_BIT[kind] == 0:
        tally[TYPES + kind] += 1
        if kind == 5 or (kind == 24 and part < 2):
            store_static(tally, statics, six, mmsi, kind, part)
        return OTHER, 0
    reason, lat_deg, lon_deg, sog_kn, cog_deg = read_place(six, kind)
    if reason > 0:
        return REJECT, reason
    if reason == 0:
        received_us = receive_time(own_us, base_us, clock)
        if received_us == NO_US:
            return REJECT, NO_TIME
        second = bits(six, _SECOND_BIT[kind], 6) if _SECOND_BIT[kind] else 60
        k = tally[ROWS]
        fix_us = fix_time(base_us if base_us != NO_US else received_us, second)
        whole[0, k], whole[1, k], whole[2, k], whole[3, k] = mmsi, fix_us, received_us, line
        real[0, k], real[1, k], real[2, k], real[3, k] = lat_deg, lon_deg, sog_kn, cog_deg
        tally[ROWS] = k + 1
    tally[TYPES + kind] += 1
    if kind == 19:
        store_static(tally, statics, six, mmsi, kind, 0)
    if reason == 0:
        return POSITION, 0
    tally[NO_POSITIONS] += 1
    return OTHER, 0


@njit(nogil=True, cache=True)
def index_ids(mmsi: I64, index: I32, distinct: I32) -> int:
    """Write to `index` where each MMSI stands in `distinct` (by first appearance); return how many are distinct."""
    size = 1024  # grown with the fleet, not with the rows: a table that fits the cache is many times faster
    places = np.full(size, -1, np.int32)
    n = 0
    for i in range(len(mmsi)):
        value = mmsi[i]
        h = (value * 2654435761) & (size - 1)
        while places[h] != -1 and distinct[places[h]] != value:
            h = (h + 1) & (size - 1)
        if places[h] == -1:
            places[h] = n
            distinct[n] = value
            n += 1
            if 2 * n > size:
                size *= 2
                places = np.full(size, -1, np.int32)
                for k in range(n):
                    h = (distinct[k] * 2654435761) & (size - 1)
                    while places[h] != -1:
                        h = (h + 1) & (size - 1)
                    places[h] = k
            index[i] = n - 1
        else:
            index[i] = places[h]
    return n
