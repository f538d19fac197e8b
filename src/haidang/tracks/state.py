"""What the segmenter remembers of one vessel: a few open tracks, each a short record.

One identity often speaks for several hulls (a shared MMSI, a terminal moved, a receiver whose clock is wrong),
so a vessel has several open tracks at a time. Arrays of records, not objects: 100,000 vessels fit in cache-friendly
memory, the kernel takes them in and leaves them changed, and copying a slice is a checkpoint.
"""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from haidang.core.columns import I64
from haidang.core.time import NO_TIME_US

#: Open tracks kept per vessel; the fifth real hull under one identity takes the place of the one silent longest.
SLOTS = 6

#: Status of an open track: empty; stray fixes near an open track (each its own segment); a second track far away,
#: not yet believed; believed.
EMPTY, STRAY, YOUNG, BELIEVED = 0, 1, 2, 3

#: One open track. `t, lat, lon` is the last fix matched, `ok_*` the last fix accepted for events, `back_*` the fix
#: before a doubtful leg, kept for `back_left` more fixes; `others` how many fixes the believed tracks had at the start.
#: Degrees, metres per second, UTC microseconds.
SLOT: np.dtype[Any] = np.dtype(
    [
        ("t", np.int64), ("lat", np.float64), ("lon", np.float64),
        ("east_mps", np.float64), ("north_mps", np.float64),
        ("ok_t", np.int64), ("ok_lat", np.float64), ("ok_lon", np.float64), ("ok_row", np.int64),
        ("back_t", np.int64), ("back_lat", np.float64), ("back_lon", np.float64),
        ("start_t", np.int64), ("segment_id", np.int64),
        ("n", np.int32), ("back_left", np.int32), ("status", np.int32), ("others", np.int32),
    ]
)  # fmt: skip

Records = NDArray[Any]


def slots(n_vessels: int) -> Records:
    """Return (n_vessels, SLOTS) empty open tracks."""
    state = np.zeros((n_vessels, SLOTS), SLOT)
    for name in ("t", "ok_t", "back_t", "start_t"):
        state[name] = NO_TIME_US
    state["segment_id"] = -1
    return state


def identity_seeds(vessel_ids: tuple[str, ...]) -> I64:
    """Return (n,) int64, one seed per vessel id from which its segment ids are derived.

    The seed depends on the id alone, so a segment keeps its number whatever else is in the file or the feed.
    """
    digests = (hashlib.blake2b(v.encode(), digest_size=8).digest() for v in vessel_ids)
    return np.frombuffer(b"".join(digests), dtype="<i8").astype(np.int64)
