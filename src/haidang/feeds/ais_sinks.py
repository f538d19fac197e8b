"""Where the compiled AIS decoder writes: plain columns, and the slots of messages still waiting for a part.

Named tuples of arrays are what compiled code takes and gives without copying.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haidang.core.columns import F32, F64, I8, I32, I64
from haidang.feeds.ais_rules import MAX_PAYLOAD, NO_US

U8 = NDArray[np.uint8]
#: Total, part, sequence, channel, payload start, payload end, fill bits of a VDM sentence.
Fields = tuple[int, int, int, int, int, int, int]
SLOTS = 1024
#: Bytes of one static record: MMSI 4, part 1, IMO 4, ship type 1, bow 2, stern 2, name 20, call sign 7.
STATIC_BYTES = 41


class Sink(NamedTuple):
    """Output columns of one call. `sizes` counts rows used: positions, rejects, statics, no_position."""

    sizes: I64
    classes: I64
    types: I64
    six: U8
    mmsi: I32
    fix_time_us: I64
    received_time_us: I64
    lat_deg: F64
    lon_deg: F64
    sog_kn: F32
    cog_deg: F32
    row: I64
    reject_row: I64
    reject_reason: I8
    reject_start: I64
    reject_end: I64
    statics: U8


class Slots(NamedTuple):
    """Open messages of several sentences; `key` -1 is free."""

    key: I64
    total: I64
    next: I64
    line: I64
    fill: I64
    own_us: I64
    base_us: I64
    six: U8


def make_sink(lines: int, messages: int) -> Sink:
    """Return empty columns for at most `messages` messages on `lines` lines (untouched memory costs nothing)."""
    return Sink(
        sizes=np.zeros(4, np.int64),
        classes=np.zeros(5, np.int64),
        types=np.zeros(64, np.int64),
        six=np.zeros(MAX_PAYLOAD + 8, np.uint8),
        mmsi=np.empty(messages, np.int32),
        fix_time_us=np.empty(messages, np.int64),
        received_time_us=np.empty(messages, np.int64),
        lat_deg=np.empty(messages, np.float64),
        lon_deg=np.empty(messages, np.float64),
        sog_kn=np.empty(messages, np.float32),
        cog_deg=np.empty(messages, np.float32),
        row=np.empty(messages, np.int64),
        reject_row=np.empty(lines, np.int64),
        reject_reason=np.empty(lines, np.int8),
        reject_start=np.empty(lines, np.int64),
        reject_end=np.empty(lines, np.int64),
        statics=np.empty((messages, STATIC_BYTES), np.uint8),
    )


def make_slots() -> Slots:
    """Return slots with no open message."""
    columns = {name: np.zeros(SLOTS, np.int64) for name in ("total", "next", "line", "fill")}
    times = {name: np.full(SLOTS, NO_US, np.int64) for name in ("own_us", "base_us")}
    return Slots(key=np.full(SLOTS, -1, np.int64), **columns, **times, six=np.zeros((SLOTS, MAX_PAYLOAD + 8), np.uint8))
