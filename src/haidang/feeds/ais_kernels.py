"""Compiled AIS decoder: bytes of whole lines in, columns out, one pass, no Python object per line.

A national network brings some hundred million sentences a day. Each line is cut into tag blocks and
sentences here; times and the bits of messages are read by the kernels of ais_time_kernels and
ais_message_kernels. The plain twin is ais_sentences with ais_fields.
"""

from numba import njit

from haidang.core.columns import F64, I64
from haidang.feeds.ais_message_kernels import read_message
from haidang.feeds.ais_rules import (
    BAD_CHECKSUM,
    BAD_PAYLOAD,
    BAD_SENTENCE,
    COMMENT,
    EMPTY_PAYLOAD,
    LINE_TOO_LONG,
    MAX_LINE,
    MAX_PAYLOAD,
    NO_US,
    NOT_NMEA,
    PART,
    REJECT,
    STALE_LINES,
    STALE_US,
)
from haidang.feeds.ais_sinks import (
    BASE_US,
    CLASSES,
    FILL,
    KEY,
    LINE,
    NEXT,
    OWN_US,
    REJECTS,
    TOTAL,
    U8,
    Fields,
    Sink,
    Slots,
)
from haidang.feeds.ais_time_kernels import is_digit, pghp_time, prefix_time, suffix_time, tag_block

_BACKSLASH, _BANG, _DOLLAR, _HASH, _STAR, _COMMA = 92, 33, 36, 35, 42, 44
WAYS = 4


@njit(nogil=True, cache=True)
def count_lines(buf: U8) -> tuple[int, int]:
    """Return (lines, sentence starts) of the bytes; the bytes end with a line feed."""
    lines = 0
    starts = 0
    for i in range(len(buf)):
        lines += buf[i] == 10
        starts += buf[i] == _BANG
    return lines, starts


@njit(nogil=True, cache=True)
def hex_value(c: int) -> int:
    """Return the value of a hexadecimal digit, -1 if it is none."""
    if 48 <= c <= 57:
        return c - 48
    if 65 <= c <= 70:
        return c - 55
    return c - 87 if 97 <= c <= 102 else -1


@njit(nogil=True, cache=True)
def is_upper(c: int) -> bool:
    """Return whether the byte is a capital letter or a digit."""
    return 65 <= c <= 90 or 48 <= c <= 57


@njit(nogil=True, cache=True)
def is_ais_start(buf: U8, p: int, end: int) -> bool:
    """Return whether `!ttVDM,` or `!ttVDO,` of any talker tt stands at p."""
    return (
        p + 7 <= end
        and buf[p] == _BANG
        and buf[p + 3] == 86
        and buf[p + 4] == 68
        and (buf[p + 5] == 77 or buf[p + 5] == 79)
        and buf[p + 6] == _COMMA
    )


@njit(nogil=True, cache=True)
def is_sentence_start(buf: U8, p: int, end: int) -> bool:
    """Return whether another sentence ($ or !) with a proper address stands at p."""
    q = p + 1
    while q < end and is_upper(buf[q]):
        q += 1
    return 3 <= q - p - 1 <= 8 and (q == end or buf[q] == _COMMA or buf[q] == _STAR)


@njit(nogil=True, cache=True)
def find_checksum(buf: U8, p: int, end: int) -> tuple[int, bool]:
    """Return (place of the star, whether the checksum after it fits) of the sentence at p; star -1 if there is none."""
    total = 0
    q = p + 1
    while q < end and buf[q] != _STAR:
        total ^= buf[q]
        q += 1
    if q + 2 >= end:
        return -1, False
    high, low = hex_value(buf[q + 1]), hex_value(buf[q + 2])
    return q, high >= 0 and low >= 0 and high * 16 + low == total


@njit(nogil=True, cache=True)
def find_slot(state: I64, key: int) -> int:
    """Return the slot of an open message, else the one to give up: the way not used for longest."""
    first = ((key * 0x1E3779B97F4A7C15 >> 17) & 255) * WAYS
    oldest = first
    for i in range(first, first + WAYS):
        if state[i, KEY] == key:
            return i
        if state[i, LINE] < state[oldest, LINE]:
            oldest = i
    return oldest


@njit(nogil=True, cache=True)
def part_fields(buf: U8, p: int, star: int) -> Fields:
    """Return (total, part, sequence, channel, payload start, payload end, fill bits) of a VDM; total 0 if malformed."""
    bad = (0, 0, 0, 0, 0, 0, 0)
    if star - p < 14 or not (is_digit(buf[p + 7]) and buf[p + 8] == _COMMA and is_digit(buf[p + 9])):
        return bad
    total, part = buf[p + 7] - 48, buf[p + 9] - 48
    if buf[p + 10] != _COMMA or part < 1 or part > total:
        return bad
    q = p + 11
    sequence = 0
    while q < star and is_digit(buf[q]) and q < p + 14:
        sequence = sequence * 10 + buf[q] - 47
        q += 1
    if q >= star or buf[q] != _COMMA:
        return bad
    q += 1
    channel = 0
    if q < star and buf[q] != _COMMA:
        channel = buf[q]
        q += 1
    if q >= star or buf[q] != _COMMA:
        return bad
    first = q + 1
    last = first
    while last < star and buf[last] != _COMMA:
        last += 1
    if last + 2 != star or buf[last + 1] < 48 or buf[last + 1] > 53:
        return bad
    return total, part, sequence, channel, first, last, buf[last + 1] - 48


@njit(nogil=True, cache=True)
def unpack(buf: U8, first: int, last: int, six: U8) -> bool:
    """Write the six-bit values of a payload to `six`; return False on a character that is none."""
    for i in range(first, last):
        c = buf[i]
        if c < 48 or c > 119 or 87 < c < 96:
            return False
        six[i - first] = c - 48 if c < 88 else c - 56
    return True


@njit(nogil=True, cache=True)
def join_part(slots: Slots, six: U8, fields: Fields, key: int, own_us: int, base_us: int, line: int) -> int:
    """Add a part, already unpacked in `six`, to its message; return the slot when complete, -1 waiting, -2 too long."""
    total, part, _, _, first, last, _ = fields
    state = slots.state
    i: int = find_slot(state, key)
    known = state[i, KEY] == key
    if part == 1:
        state[i, KEY], state[i, TOTAL], state[i, FILL] = key, total, 0
        state[i, OWN_US], state[i, BASE_US] = own_us, base_us
    else:
        # strictly in order: a part of a newer message must never complete an older one
        late = own_us != NO_US and state[i, OWN_US] != NO_US and abs(own_us - state[i, OWN_US]) > STALE_US
        if (
            not known
            or state[i, TOTAL] != total
            or state[i, NEXT] != part
            or line - state[i, LINE] > STALE_LINES
            or late
        ):
            if known:
                state[i, KEY] = -1
            return -1
    size = last - first
    if state[i, FILL] + size > MAX_PAYLOAD:
        state[i, KEY] = -1
        return -2
    for k in range(size):
        slots.six[i, state[i, FILL] + k] = six[k]
    state[i, FILL] += size
    state[i, NEXT], state[i, LINE] = part + 1, line
    if part < total:
        return -1
    state[i, KEY] = -1
    return i


@njit(nogil=True, cache=True, inline="always")
def read_sentence(
    buf: U8,
    p: int,
    star: int,
    tag: int,
    own_us: int,
    tally: I64,
    six: U8,
    whole: I64,
    real: F64,
    statics: U8,
    slots: Slots,
    clock: I64,
    line: int,
) -> tuple[int, int]:
    """Decode one VDM or VDO whose checksum fits; return (class, reason)."""
    fields = part_fields(buf, p, star)
    total, part, sequence, channel, first, last, pad = fields
    if total == 0:
        return REJECT, BAD_SENTENCE
    if last == first:
        return REJECT, EMPTY_PAYLOAD
    if last - first > MAX_PAYLOAD or not unpack(buf, first, last, six):
        return REJECT, BAD_PAYLOAD
    base_us = NO_US
    if part == 1:
        # a $PGHP time belongs to the next message only
        base_us = clock[1]
        clock[1] = NO_US
    size = last - first
    if total > 1:
        group = tag if tag != 0 else (3 << 48) + buf[p + 1] * 256 + buf[p + 2]
        key = (group * 131 + sequence) * 257 + channel
        i = join_part(slots, six, fields, key & 0x7FFFFFFFFFFFFFFF, own_us, base_us, line)
        if i == -2:
            return REJECT, BAD_PAYLOAD
        if i < 0:
            return PART, 0
        state = slots.state
        size = state[i, FILL]
        for k in range(size):
            six[k] = slots.six[i, k]
        if state[i, OWN_US] != NO_US:
            own_us = state[i, OWN_US]
        base_us = state[i, BASE_US]
    outcome: tuple[int, int] = read_message(
        tally, six, whole, real, statics, size * 6 - pad, own_us, base_us, clock, line
    )
    return outcome


@njit(nogil=True, cache=True, inline="always")
def read_line(
    buf: U8,
    start: int,
    end: int,
    tally: I64,
    six: U8,
    whole: I64,
    real: F64,
    statics: U8,
    slots: Slots,
    clock: I64,
    line: int,
) -> tuple[int, int]:
    """Decode one line without its end; return (class, reason)."""
    if start == end:
        return COMMENT, 0
    if end - start > MAX_LINE:
        return REJECT, LINE_TOO_LONG
    if buf[start] == _HASH:
        return COMMENT, 0
    best, reason = -1, NOT_NMEA
    tag, own_us = 0, prefix_time(buf, start, end)
    prefixed = own_us != NO_US
    fresh = True  # nothing but tag blocks and blanks, or a time, stands before p
    p = start
    while p < end:
        c = buf[p]
        cls, why = -1, 0
        if c == _BACKSLASH:
            after, tag_us, tag_key = tag_block(buf, p, end)
            if after > 0:
                own_us, tag = tag_us if tag_us != NO_US else own_us, tag_key
                best = max(best, COMMENT)
                p, fresh, prefixed = after, True, False
                continue
            fresh = fresh and prefixed
        elif c == _BANG and is_ais_start(buf, p, end):
            star, fits = find_checksum(buf, p, end)
            if fits:
                if own_us == NO_US:
                    own_us = suffix_time(buf, star + 3, end)
                cls, why = read_sentence(
                    buf, p, star, tag, own_us, tally, six, whole, real, statics, slots, clock, line
                )
                p = star + 2
                tag, own_us = 0, NO_US
            else:
                cls, why = REJECT, BAD_CHECKSUM
            fresh = prefixed = False
        elif c in (_DOLLAR, _BANG) and fresh and is_sentence_start(buf, p, end):
            if c == _DOLLAR:
                pghp_time(buf, p, end, clock)
            best = max(best, COMMENT)
            break
        elif c > 32:
            fresh = fresh and prefixed
        if cls > best or (cls == REJECT and best == COMMENT):
            best, reason = cls, why
        p += 1
    return (REJECT if best < 0 else best), reason


@njit(nogil=True, cache=True)
def read_lines(buf: U8, sink: Sink, slots: Slots, clock: I64) -> None:
    """Decode whole lines, each ended by a line feed.

    Args:
        buf: (n,) uint8, C-contiguous, the last byte is a line feed.
        sink: where the columns go; large enough for the lines and sentence starts of `buf`.
        slots: messages of several sentences that wait for their next part; kept between calls.
        clock: (5,) int64: next line number, pending $PGHP time, last time of the log, the caller's receive
            time, default receive time; microseconds, NO_US if unknown.
    """
    tally, six, whole, real, rejects, statics = sink
    start = 0
    while start < len(buf):
        stop = start
        while buf[stop] != 10:
            stop += 1
        end = stop - 1 if stop > start and buf[stop - 1] == 13 else stop
        line = clock[0]
        cls, reason = read_line(buf, start, end, tally, six, whole, real, statics, slots, clock, line)
        tally[CLASSES + cls] += 1
        if cls == REJECT:
            reject = rejects[tally[REJECTS]]
            reject[0], reject[1], reject[2], reject[3] = line, reason, start, end
            tally[REJECTS] += 1
        clock[0] = line + 1
        start = stop + 1
