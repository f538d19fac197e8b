"""Where the compiled AIS decoder writes: plain columns, and the slots of messages still waiting for a part.

Named tuples of arrays are what compiled code takes and gives without copying.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haidang.core.columns import F64, I64
from haidang.feeds.ais_rules import MAX_PAYLOAD

U8 = NDArray[np.uint8]
#: Total, part, sequence, channel, payload start, payload end, fill bits of a VDM sentence.
Fields = tuple[int, int, int, int, int, int, int]
SLOTS = 1024
#: Bytes of one static record: MMSI 4, part 1, IMO 4, ship type 1, bow 2, stern 2, name 20, call sign 7.
STATIC_BYTES = 41
#: Places in `Sink.tally`: rows used of whole and real, of rejects, of statics; reports without a place; then the
#: line classes by code and the message types by number.
ROWS, REJECTS, STATICS, NO_POSITIONS, CLASSES, TYPES = 0, 1, 2, 3, 4, 9
#: Columns of `Slots.state`.
KEY, TOTAL, NEXT, LINE, FILL, OWN_US, BASE_US = range(7)


class Sink(NamedTuple):
    """Output of one call, in few arrays: each one handed down costs every call of a kernel some nanoseconds.

    Attributes:
        tally: counts, at the places named by ROWS, REJECTS, STATICS, NO_POSITIONS, CLASSES and TYPES.
        six: scratch for the six-bit values of one payload.
        whole: (4, n) MMSI, fix time, received time, line.
        real: (4, n) latitude, longitude, speed in knots, course; NaN unknown.
        rejects: (m, 4) line, reason, first byte, byte after the last.
        statics: (n, STATIC_BYTES) static records.
    """

    tally: I64
    six: U8
    whole: I64
    real: F64
    rejects: I64
    statics: U8


class Slots(NamedTuple):
    """Open messages of several sentences.

    Attributes:
        state: (SLOTS, 7) key (-1 is free), total, next part, line, characters so far, own time, `$PGHP` time.
        six: (SLOTS, ...) their payloads so far.
    """

    state: I64
    six: U8


def make_sink(lines: int, messages: int) -> Sink:
    """Return empty columns for at most `messages` messages on `lines` lines (untouched memory costs nothing)."""
    return Sink(
        tally=np.zeros(TYPES + 64, np.int64),
        six=np.zeros(MAX_PAYLOAD + 8, np.uint8),
        whole=np.empty((4, messages), np.int64),
        real=np.empty((4, messages), np.float64),
        rejects=np.empty((lines, 4), np.int64),
        statics=np.empty((messages, STATIC_BYTES), np.uint8),
    )


def make_slots() -> Slots:
    """Return slots with no open message."""
    state = np.zeros((SLOTS, 7), np.int64)
    state[:, KEY] = -1
    return Slots(state, np.zeros((SLOTS, MAX_PAYLOAD + 8), np.uint8))
