"""The fixes of one vessel that are still judged: ten days of them, in canonical order, in one growing array."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from haidang.core.columns import Positions

#: One retained fix: the columns of Positions and what the segmenter said.
FIX: np.dtype[Any] = np.dtype(
    [
        ("fix_time_us", np.int64), ("lat_deg", np.float64), ("lon_deg", np.float64), ("received_time_us", np.int64),
        ("sog_kn", np.float32), ("cog_deg", np.float32), ("row", np.int64), ("kind", np.int8), ("flag", np.int8),
        ("segment_id", np.int64), ("batch_row", np.int64),
    ]
)  # fmt: skip

#: Canonical order of the fixes of one vessel; the same as events/chain.py, without the vessel.
_KEYS = ("fix_time_us", "lat_deg", "lon_deg", "received_time_us", "sog_kn", "cog_deg", "row")
_COLUMNS = ("fix_time_us", "received_time_us", "lat_deg", "lon_deg", "sog_kn", "cog_deg", "kind", "row")

Fixes = NDArray[Any]


def to_fixes(positions: Positions) -> Fixes:
    """Return the rows of a batch as records; flag and segment not set, `batch_row` the place in the batch."""
    fixes = np.empty(len(positions), FIX)
    for name in _COLUMNS:
        fixes[name] = getattr(positions, name)
    fixes["batch_row"] = np.arange(len(positions))
    return fixes


def to_positions(fixes: Fixes, vessel_ids: tuple[str, ...], vessel: int | NDArray[np.int32]) -> Positions:
    """Return records as a batch; `vessel` is one code or (n,) codes."""
    columns: dict[str, Any] = {name: np.ascontiguousarray(fixes[name]) for name in _COLUMNS}
    codes = np.full(len(fixes), vessel, np.int32) if isinstance(vessel, int) else vessel
    return Positions(vessel_ids, vessel=codes, **columns)


def joined(parts: Sequence[Fixes]) -> Fixes:
    """Return records in one array; NumPy's own concatenate compares the fields of every part anew."""
    out = np.empty(sum(len(part) for part in parts), FIX)
    at = 0
    for part in parts:
        out[at : at + len(part)] = part
        at += len(part)
    return out


class Retained:
    """Growing array of one vessel's fixes, always in canonical order."""

    __slots__ = ("_n", "_room")

    def __init__(self) -> None:
        self._room: Fixes = np.empty(4, FIX)
        self._n = 0

    def fixes(self) -> Fixes:
        """Return the fixes, a view."""
        return self._room[: self._n]

    def follows(self, first: Any) -> bool:
        """Return whether a fix comes after the last one here in canonical order."""
        if self._n == 0:
            return True
        last = self._room[self._n - 1]
        if first["fix_time_us"] != last["fix_time_us"]:
            return bool(first["fix_time_us"] > last["fix_time_us"])
        return tuple(first[k] for k in _KEYS) > tuple(last[k] for k in _KEYS)

    def append(self, fixes: Fixes) -> None:
        """Add fixes that follow."""
        end = self._n + len(fixes)
        if end > len(self._room):
            grown = np.empty(max(end, 2 * len(self._room)), FIX)
            grown[: self._n] = self.fixes()
            self._room = grown
        self._room[self._n : end] = fixes
        self._n = end

    def merge(self, fixes: Fixes) -> None:
        """Add fixes that may lie anywhere."""
        everything = joined([self.fixes(), fixes])
        order = np.lexsort([everything[k] for k in reversed(_KEYS)])
        self._room, self._n = everything[order], len(everything)

    def cut_before(self, time_us: int) -> Fixes:
        """Remove and return the fixes older than a time."""
        at = int(np.searchsorted(self.fixes()["fix_time_us"], time_us))
        gone = self._room[:at].copy()
        self._room, self._n = self._room[at : self._n].copy(), self._n - at
        return gone
