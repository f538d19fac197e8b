"""Drafts: what a compiled detector writes down, and the step from drafts to events.

A kernel cannot make Python objects, so it fills records of numbers; only what is worth an event becomes one.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from haidang.core.event import Event
from haidang.core.time import NO_TIME_US

#: Codes of Draft.kind; the code is the index.
DRAFT_KINDS: tuple[str, ...] = ("silence", "stop", "port_in", "port_out")
SILENCE, STOP, PORT_IN, PORT_OUT = range(4)

#: One draft. `end` is NO_TIME_US while it lasts; `place` an index of a port, -1 none; `rows` the evidence; `values`
#: four measured numbers whose meaning each detector states.
DRAFT: np.dtype[Any] = np.dtype(
    [
        ("kind", np.int32), ("vessel", np.int32), ("start", np.int64), ("end", np.int64),
        ("lat", np.float64), ("lon", np.float64), ("confidence", np.float64), ("place", np.int64),
        ("row_first", np.int64), ("row_last", np.int64), ("segment_id", np.int64),
        ("a", np.float64), ("b", np.float64), ("c", np.float64), ("d", np.float64),
    ]
)  # fmt: skip

Drafts = NDArray[Any]
#: Turns one draft into an event; each detector has one.
Writer = Callable[[Any, str], Event]


def room(n_rows: int) -> Drafts:
    """Return an unfilled buffer large enough for one kernel over n_rows fixes (two drafts a fix at most)."""
    return np.empty(2 * n_rows + 2, DRAFT)


@njit(nogil=True, cache=True)
def put(out: Any, m: int, kind: int, vessel: int, span: Any, place: Any, rows: Any, values: Any) -> int:
    """Write draft number m and return m + 1.

    Args:
        out: buffer of DRAFT.
        m: how many drafts stand in it.
        kind: code of DRAFT_KINDS.
        vessel: vessel code.
        span: (start, end) microseconds.
        place: (lat, lon, index of port or -1, confidence).
        rows: (first evidence row, last evidence row, segment id).
        values: four measured numbers.
    """
    d = out[m]
    d.kind, d.vessel, d.start, d.end = kind, vessel, span[0], span[1]
    d.lat, d.lon, d.place, d.confidence = place
    d.row_first, d.row_last, d.segment_id = rows
    d.a, d.b, d.c, d.d = values
    return m + 1


def write_events(drafts: Drafts, vessel_ids: Sequence[str], writers: Sequence[Writer]) -> list[Event]:
    """Return the events of drafts, in their order; `writers` is indexed by kind code."""
    return [writers[draft["kind"]](draft, vessel_ids[draft["vessel"]]) for draft in drafts]


def end_of(draft: Any) -> int | None:
    """Return the end of a draft, None while it lasts."""
    return None if draft["end"] == NO_TIME_US else int(draft["end"])
