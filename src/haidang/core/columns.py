"""The position batch: one schema, in columns, for every step of the house.

A national feed brings millions of rows; one Python object per row would cost a hundred times the work on
it. So a batch is a handful of NumPy arrays of equal length and a dictionary of vessel ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NewType, Self

import numpy as np
from numpy.typing import NDArray

VesselId = NewType("VesselId", str)
EventId = NewType("EventId", str)
AlertId = NewType("AlertId", str)
ZoneId = NewType("ZoneId", str)

I8 = NDArray[np.int8]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

#: Codes of `Positions.kind`; the code is the index.
KINDS: tuple[str, ...] = ("unknown", "fishing", "merchant", "patrol")

#: Codes of the flag column that tracks/ writes; the code is the index. A `duplicate` carries its original's segment, a
#: `jump` one of its own.
FLAGS: tuple[str, ...] = ("ok", "duplicate", "jump", "bad_time", "bad_place", "noise", "future", "late")

_DTYPES: dict[str, type] = {
    "vessel": np.int32,
    "fix_time_us": np.int64,
    "received_time_us": np.int64,
    "lat_deg": np.float64,
    "lon_deg": np.float64,
    "sog_kn": np.float32,
    "cog_deg": np.float32,
    "kind": np.int8,
    "row": np.int64,
}


@dataclass(frozen=True, slots=True)
class Positions:
    """Positions in columns; all arrays have the same length n and are C-contiguous.

    Attributes:
        vessel_ids: the dictionary; `vessel` indexes into it. Ids may stand in it without rows.
        vessel: (n,) int32, index into `vessel_ids`.
        fix_time_us: (n,) int64, UTC microseconds, when the device solved the fix.
        received_time_us: (n,) int64, UTC microseconds, when the receiver had it; equal to fix_time_us if unknown.
        lat_deg, lon_deg: (n,) float64, WGS84 degrees, -90..90 and -180..180.
        sog_kn: (n,) float32, speed over ground in knots as transmitted; NaN if not given.
        cog_deg: (n,) float32, course over ground, 0 <= x < 360; NaN if not given.
        kind: (n,) int8, index into KINDS.
        row: (n,) int64, 0-based data row of the input, or line for text feeds.
    """

    vessel_ids: tuple[str, ...]
    vessel: I32
    fix_time_us: I64
    received_time_us: I64
    lat_deg: F64
    lon_deg: F64
    sog_kn: F32
    cog_deg: F32
    kind: I8
    row: I64

    def __post_init__(self) -> None:
        n = len(self.vessel)
        for name, dtype in _DTYPES.items():
            column = getattr(self, name)
            if column.dtype != dtype or column.shape != (n,):
                raise TypeError(f"{name}: expected ({n},) {np.dtype(dtype)}, got {column.shape} {column.dtype}")

    def __len__(self) -> int:
        return len(self.vessel)

    @classmethod
    def empty(cls) -> Self:
        """Return a batch of no rows."""
        return cls((), **{name: np.empty(0, dtype) for name, dtype in _DTYPES.items()})

    @classmethod
    def build(
        cls,
        vessel_ids: Sequence[str],
        vessel: object,
        fix_time_us: object,
        lat_deg: object,
        lon_deg: object,
        *,
        received_time_us: object | None = None,
        sog_kn: object | None = None,
        cog_deg: object | None = None,
        kind: object | None = None,
        row: object | None = None,
    ) -> Self:
        """Return a batch from array-likes, filling what is not given (NaN speed and course, kind unknown)."""
        index = np.ascontiguousarray(vessel, dtype=np.int32)
        n = len(index)
        fix = np.ascontiguousarray(fix_time_us, dtype=np.int64)

        def column(value: object | None, dtype: type, fill: object) -> NDArray[np.generic]:
            if value is None:
                return np.full(n, fill, dtype)
            return np.ascontiguousarray(value, dtype=dtype)

        return cls(
            tuple(vessel_ids),
            vessel=index,
            fix_time_us=fix,
            received_time_us=fix if received_time_us is None else np.ascontiguousarray(received_time_us, np.int64),
            lat_deg=np.ascontiguousarray(lat_deg, np.float64),
            lon_deg=np.ascontiguousarray(lon_deg, np.float64),
            sog_kn=column(sog_kn, np.float32, np.nan),  # type: ignore[arg-type]
            cog_deg=column(cog_deg, np.float32, np.nan),  # type: ignore[arg-type]
            kind=column(kind, np.int8, 0),  # type: ignore[arg-type]
            row=np.arange(n, dtype=np.int64) if row is None else np.ascontiguousarray(row, np.int64),
        )

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_] | slice) -> Self:
        """Return the rows chosen by an index array, a mask or a slice; the dictionary stays."""
        columns = {name: np.ascontiguousarray(getattr(self, name)[rows]) for name in _DTYPES}
        return type(self)(self.vessel_ids, **columns)

    def order_by_vessel_time(self) -> I64:
        """Return the stable order (n,) that sorts by vessel, then fix_time, then received_time, then row."""
        return np.lexsort((self.row, self.received_time_us, self.fix_time_us, self.vessel)).astype(np.int64)

    @classmethod
    def concat(cls, batches: Sequence["Positions"]) -> "Positions":
        """Return one batch of all rows in order; vessel ids are merged into one dictionary."""
        batches = [b for b in batches if len(b)]
        if not batches:
            return cls.empty()
        if len(batches) == 1:
            return batches[0]
        code: dict[str, int] = {}
        vessel = []
        for batch in batches:
            remap = np.array([code.setdefault(v, len(code)) for v in batch.vessel_ids] or [0], np.int32)
            vessel.append(remap[batch.vessel])
        columns = {name: np.concatenate([getattr(b, name) for b in batches]) for name in _DTYPES if name != "vessel"}
        return cls(tuple(code), vessel=np.concatenate(vessel), **columns)


def column_names() -> tuple[str, ...]:
    """Return the names of the array columns, in schema order."""
    return tuple(f.name for f in fields(Positions) if f.name != "vessel_ids")


@dataclass(frozen=True, slots=True)
class Reject:
    """An input that could not be used: kept, counted, shown; never an exception.

    Attributes:
        row: 0-based data row or line of the input.
        reason: stable code, e.g. `bad_checksum`, `bad_latitude`; translated by the screen.
        excerpt: the first 120 characters of the input, control characters escaped.
    """

    row: int
    reason: str
    excerpt: str
