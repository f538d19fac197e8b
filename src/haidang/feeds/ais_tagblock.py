"""Times and sources around AIS sentences, read plainly: tag blocks, `$PGHP` lines, epochs behind and before.

The plain twin of ais_time_kernels: slow, by regular expressions, and independent of it, so that each can
show the other wrong. Source: NMEA 0183 4.10 annex E; `$PGHP` as gatehouse receivers write it.
"""

import re
from datetime import UTC, datetime
from functools import reduce
from operator import xor
from typing import NamedTuple

from haidang.core.time import from_datetime

_EPOCH = re.compile(rb"(\d{9,10})(?:\.(\d*))?(?![\d.])|(\d{12,13})(?!\d)|(\d{15,16})(?!\d)")
_SUFFIX = re.compile(rb"(?<=[,;\x00-\x20])(?:(\d{9,10})(?:\.(\d*))?|(\d{12,13})|(\d{15,16}))(?=[,;\x00-\x20]|$)")
_PREFIX_ISO = re.compile(rb"(\d{4})-(\d\d)-(\d\d).(\d\d).(\d\d).(\d\d)(?:\.(\d{1,3})\d*)?", re.DOTALL)
_GROUP = re.compile(rb"[^,-]*-[^,-]*-([^,-]*)$")
_PGHP = re.compile(rb"\$PGHP,1,(\d{1,9}),(\d{1,9}),(\d{1,9}),(\d{1,9}),(\d{1,9}),(\d{1,9}),(\d{1,9})(?!\d)")
_SHORTEST_PREFIXED_LINE = 20


class TagBlock(NamedTuple):
    """What a tag block says: its time (UTC microseconds or None) and which stream the line belongs to."""

    time_us: int | None
    stream: bytes


def checksum(body: bytes) -> int:
    """Return the exclusive or of the bytes."""
    return reduce(xor, body, 0)


def read_tag_block(block: bytes) -> TagBlock | None:
    """Return what the tag block between two backslashes says; None if it is no tag block.

    A block whose checksum is wrong says nothing, except 00, which some loggers write always.
    """
    found = re.match(rb"([^*]*)\*([0-9A-Fa-f]{2})", block)
    if found is None:
        return None
    if int(found[2], 16) not in (checksum(found[1]), 0):
        return TagBlock(None, b"")
    time_us, source, group = None, b"", b""
    for field in found[1].split(b","):
        if field.startswith(b"c:"):
            time_us = _epoch_us(_EPOCH.match(field, 2))
        elif field.startswith(b"s:"):
            source = b"s" + field[2:]
        elif field.startswith(b"g:") and (numbers := _GROUP.match(field, 2)):
            group = b"g" + numbers[1]
    return TagBlock(time_us, group or source)


def suffix_time_us(tail: bytes) -> int | None:
    """Return the first epoch in the fields behind a checksum, UTC microseconds."""
    return _epoch_us(_SUFFIX.search(re.split(rb"[\\!]", tail, maxsplit=1)[0]))


def prefix_time_us(line: bytes) -> int | None:
    """Return the epoch or ISO time that a line starts with, UTC microseconds."""
    if len(line) < _SHORTEST_PREFIXED_LINE or not line[:1].isdigit():
        return None
    if line[4:5] != b"-":
        found = _EPOCH.match(line)
        return _epoch_us(found) if found and re.match(rb"[,;\x00-\x20]|$", line[found.end() :]) else None
    iso = _PREFIX_ISO.match(line)
    return _civil_us([*map(int, iso.groups()[:6]), int((iso[7] or b"0").ljust(3, b"0"))]) if iso else None


def pghp_time_us(sentence: bytes) -> int | None:
    """Return the time of a `$PGHP` line whose checksum fits, UTC microseconds."""
    found = _PGHP.match(sentence)
    stated = re.match(rb"[^*]*\*([0-9A-Fa-f]{2})", sentence)
    if not found or not stated or int(stated[1], 16) != checksum(sentence[1 : sentence.index(b"*")]):
        return None
    return _civil_us(list(map(int, found.groups())))


def _epoch_us(found: re.Match[bytes] | None) -> int | None:
    if found is None:
        return None
    seconds, fraction, millis, micros = found.groups()
    if seconds:
        return int(seconds) * 1_000_000 + int((fraction or b"")[:6].ljust(6, b"0"))
    return int(millis) * 1000 if millis else int(micros)


def _civil_us(f: list[int]) -> int | None:
    leap = f[5] == 60
    if not 1970 <= f[0] <= 2999 or f[6] > 999:
        return None
    try:
        moment = datetime(f[0], f[1], f[2], f[3], f[4], 59 if leap else f[5], f[6] * 1000, tzinfo=UTC)
    except ValueError:
        return None
    return from_datetime(moment) + leap * 1_000_000
