"""Compiled readers of the times and sources a log puts around AIS sentences.

Every network writes its own: tag blocks with seconds or milliseconds, `$PGHP` lines before the sentence,
an epoch after the checksum or before the line. A satellite's `$PGHP` is when the satellite heard the ship,
the epoch behind the checksum when the ground station got it, an hour or more later.
"""

import numpy as np
from numba import njit

from haidang.core.columns import I64
from haidang.feeds.ais_rules import NO_US
from haidang.feeds.ais_sinks import U8

_BACKSLASH, _STAR, _COMMA, _COLON, _BANG = 92, 42, 44, 58, 33


@njit(nogil=True, cache=True)
def is_digit(c: int) -> bool:
    """Return whether the byte is a digit."""
    return 48 <= c <= 57


@njit(nogil=True, cache=True)
def epoch_us(buf: U8, p: int, end: int) -> tuple[int, int]:
    """Return (UTC microseconds, place after it) of a number of seconds, milliseconds or microseconds since 1970 at p.

    The size tells the unit: 9 or 10 digits are seconds (a fraction may follow), 12 or 13 milliseconds, 15 or 16
    microseconds; anything else is no time (NO_US).
    """
    value = 0
    q = p
    while q < end and is_digit(buf[q]) and q - p < 17:
        value = value * 10 + (buf[q] - 48)
        q += 1
    digits = q - p
    if 9 <= digits <= 10:
        value *= 1_000_000
        if q < end and buf[q] == 46:
            q += 1
            scale = 100_000
            while q < end and is_digit(buf[q]):
                value += (buf[q] - 48) * scale
                scale //= 10
                q += 1
        return value, q
    if 12 <= digits <= 13:
        return value * 1000, q
    if 15 <= digits <= 16:
        return value, q
    return NO_US, q


@njit(nogil=True, cache=True)
def is_break(buf: U8, p: int, end: int) -> bool:
    """Return whether a field ends at p: the line's end, a comma, a blank or a control character."""
    return p >= end or buf[p] == _COMMA or buf[p] <= 32 or buf[p] == 59


@njit(nogil=True, cache=True)
def suffix_time(buf: U8, p: int, end: int) -> int:
    """Return the first epoch among the fields after the checksum, up to the next sentence; NO_US if none."""
    time_us: int
    while p < end and buf[p] != _BACKSLASH and buf[p] != _BANG:
        if is_break(buf, p, end) and p + 1 < end and is_digit(buf[p + 1]):
            time_us, q = epoch_us(buf, p + 1, end)
            if time_us != NO_US and (is_break(buf, q, end) or buf[q] == _BACKSLASH or buf[q] == _BANG):
                return time_us
        p += 1
    return NO_US


@njit(nogil=True, cache=True)
def days_from_civil(year: int, month: int, day: int) -> int:
    """Return days since 1970-01-01 of a date of the proleptic Gregorian calendar."""
    y = year - (month <= 2)
    era = y // 400
    yoe = y - era * 400
    doy = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719468


@njit(nogil=True, cache=True)
def civil_us(f: I64) -> int:
    """Return UTC microseconds of (year, month, day, hour, minute, second, millisecond); NO_US if out of range."""
    if not (1970 <= f[0] <= 2999 and 1 <= f[1] <= 12 and 1 <= f[2] <= 31):
        return NO_US
    if not (f[3] <= 23 and f[4] <= 59 and f[5] <= 60 and f[6] <= 999):
        return NO_US
    days = days_from_civil(f[0], f[1], f[2])
    if f[2] > 28 and days >= days_from_civil(f[0] + f[1] // 12, f[1] % 12 + 1, 1):
        return NO_US
    seconds: int = days * 86400 + f[3] * 3600 + f[4] * 60 + f[5]
    time_us: int = seconds * 1_000_000 + f[6] * 1000
    return time_us


@njit(nogil=True, cache=True)
def read_numbers(buf: U8, p: int, end: int, f: I64) -> int:
    """Read up to len(f) comma-separated whole numbers from p into f; return how many were read."""
    n = 0
    while n < len(f) and p < end and is_digit(buf[p]):
        value = 0
        first = p
        while p < end and is_digit(buf[p]) and p - first < 9:
            value = value * 10 + (buf[p] - 48)
            p += 1
        f[n] = value
        n += 1
        if p >= end or buf[p] != _COMMA:
            break
        p += 1
    return n


@njit(nogil=True, cache=True)
def pghp_time(buf: U8, p: int, end: int, clock: I64) -> None:
    """Set clock[1] and clock[2] from a `$PGHP,1,year,month,day,hour,minute,second,millisecond,...*hh` line at p."""
    if end - p < 24 or not (buf[p + 1] == 80 and buf[p + 2] == 71 and buf[p + 3] == 72 and buf[p + 4] == 80):
        return
    if not (buf[p + 5] == _COMMA and buf[p + 6] == 49 and buf[p + 7] == _COMMA):
        return
    total, stated, _ = checksum(buf, p + 1, end, end)
    if stated != total:
        return
    f = np.zeros(7, np.int64)
    if read_numbers(buf, p + 8, end, f) == 7:
        time_us = civil_us(f)
        if time_us != NO_US:
            clock[1] = time_us
            clock[2] = time_us


@njit(nogil=True, cache=True)
def checksum(buf: U8, p: int, stop: int, end: int) -> tuple[int, int, int]:
    """Return (exclusive or of the bytes from p to the star, the stated value or -1, place of the star or -1)."""
    total = 0
    while p < stop and buf[p] != _STAR:
        total ^= buf[p]
        p += 1
    if p + 2 >= end or p >= stop:
        return total, -1, -1
    stated = 0
    for q in range(p + 1, p + 3):
        c = buf[q]
        digit = c - 48 if is_digit(c) else (c - 55 if 65 <= c <= 70 else (c - 87 if 97 <= c <= 102 else -1))
        if digit < 0:
            return total, -1, p
        stated = stated * 16 + digit
    return total, stated, p


@njit(nogil=True, cache=True)
def tag_block(buf: U8, p: int, end: int) -> tuple[int, int, int]:
    """Return (place after it or -1, time, source key) of the tag block whose backslash is at p (NMEA 4.10, annex E).

    The key is the group's id where one is given (`g:1-2-1234`: the source stands on its first line only), else a
    hash of the source `s:`, else 0. What a block with a wrong checksum says is not believed, except where the
    checksum is 00, which some loggers write always.
    """
    close = p + 1
    while close < end and buf[close] != _BACKSLASH:
        close += 1
    if close >= end:
        return -1, NO_US, 0
    total, stated, star = checksum(buf, p + 1, close, close)
    if star < 0 or stated < 0:
        return -1, NO_US, 0
    time_us, source, group = NO_US, 0, 0
    if stated not in (total, 0):
        return close + 1, NO_US, 0
    q = p + 1
    while q + 1 < star:
        if buf[q + 1] == _COLON:
            if buf[q] == 99:
                time_us, _ = epoch_us(buf, q + 2, star)
            elif buf[q] == 115:
                source = text_key(buf, q + 2, star)
            elif buf[q] == 103:
                group = group_key(buf, q + 2, star)
        while q < star and buf[q] != _COMMA:
            q += 1
        q += 1
    return close + 1, time_us, group if group != 0 else source


@njit(nogil=True, cache=True)
def text_key(buf: U8, p: int, star: int) -> int:
    """Return a 47-bit hash of the field at p, marked as a source."""
    h = 5381
    while p < star and buf[p] != _COMMA:
        h = (h * 33 + buf[p]) & 0x7FFFFFFFFFF
        p += 1
    return (2 << 48) + h


@njit(nogil=True, cache=True)
def group_key(buf: U8, p: int, star: int) -> int:
    """Return the id of a group `line-lines-id`, marked as a group; 0 if it is not of that form."""
    dashes = 0
    value = 0
    while p < star and buf[p] != _COMMA:
        if buf[p] == 45:
            dashes += 1
            value = 0
        else:
            value = (value * 31 + buf[p]) & 0x7FFFFFFFFFF
        p += 1
    return (1 << 48) + value if dashes == 2 else 0


@njit(nogil=True, cache=True)
def prefix_time(buf: U8, p: int, end: int) -> int:
    """Return the time a line starts with: an epoch, or an ISO 8601 date and time; NO_US if it starts otherwise."""
    if end - p < 20 or not is_digit(buf[p]):
        return NO_US
    if buf[p + 4] != 45:
        time_us, q = epoch_us(buf, p, end)
        return time_us if is_break(buf, q, end) else NO_US
    f = np.zeros(7, np.int64)
    places = (0, 5, 8, 11, 14, 17)
    widths = (4, 2, 2, 2, 2, 2)
    for i in range(6):
        for k in range(widths[i]):
            c = buf[p + places[i] + k]
            if not is_digit(c):
                return NO_US
            f[i] = f[i] * 10 + c - 48
    q = p + 19
    if buf[q] == 46:
        for k in range(3):
            f[6] = f[6] * 10 + (buf[q + 1 + k] - 48 if q + 1 + k < end and is_digit(buf[q + 1 + k]) else 0)
    iso_us: int = civil_us(f)
    return iso_us
