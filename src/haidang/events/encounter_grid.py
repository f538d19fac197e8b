"""Close pairs on the time grid: the compact memory from which encounters are read at any time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from haidang.core.columns import F64, I32, I64, Positions
from haidang.core.time import SECOND_US
from haidang.core.zone import Port
from haidang.tracks.near_port import nearest_port_m
from haidang.tracks.pair_kernels import cell_rows, earth_centred_m, find_close, group_by_bucket, resample

#: One close pair at one grid time; a and b index the dictionary of vessel ids, a < b; rows are those of the fixes that
#: end the legs; lat and lon lie half way between the two.
PAIR: np.dtype[Any] = np.dtype(
    [
        ("a", np.int32), ("b", np.int32), ("bucket", np.int64), ("lat", np.float64), ("lon", np.float64),
        ("distance_m", np.float64), ("speed_a", np.float64), ("speed_b", np.float64),
        ("row_a", np.int64), ("row_b", np.int64),
    ]
)  # fmt: skip

Pairs = np.ndarray[tuple[int], np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class EncounterSettings:
    """Thresholds of an encounter. Source: Global Fishing Watch's published definition.

    Attributes:
        step_s: time grid.
        max_interpolated_s: places are interpolated only between fixes closer in time than this.
        max_distance_m: how near the two are.
        min_together_s: for how long they must be near and slow.
        min_run_s: shorter approaches do not count towards that time.
        max_speed_kn: both vessels' median speed over min_together_s must be below.
        min_port_distance_m: nearer to a port nothing counts: there boats lie side by side for other reasons.
        merge_s: approaches closer in time than this belong together.
    """

    step_s: int = 600
    max_interpolated_s: float = 3600.0
    max_distance_m: float = 500.0
    min_together_s: float = 7200.0
    min_run_s: float = 3600.0
    max_speed_kn: float = 2.0
    min_port_distance_m: float = 10_000.0
    merge_s: float = 4 * 3600.0

    @property
    def step_us(self) -> int:
        """Return the grid step in microseconds."""
        return self.step_s * SECOND_US


@dataclass(frozen=True, slots=True)
class GridRows:
    """Tracks on the time grid: bucket (m,), row of the positions (m,), lat, lon, speed in m/s (m, 3)."""

    bucket: I64
    row: I64
    values: F64


def grid_rows(positions: Positions, track: I64, settings: EncounterSettings) -> GridRows:
    """Return the grid rows of the tracks; rows must be in time order within each track, track < 0 is left out."""
    order = np.flatnonzero(track >= 0)
    order = order[np.argsort(track[order], kind="stable")]
    fixes = (positions.fix_time_us[order], positions.lat_deg[order], positions.lon_deg[order])
    times = (settings.step_us, int(settings.max_interpolated_s * SECOND_US))
    tracks = np.ascontiguousarray(track[order])
    room = len(order) + 16
    while True:
        out = (np.empty(room, np.int64), np.empty(room, np.int64), np.empty((room, 3)))
        n = resample(tracks, fixes, times, out)
        if n <= room:
            return GridRows(out[0][:n], order[out[1][:n]], out[2][:n])
        room = n


def close_pairs(
    positions: Positions, track: I64, *, ports: Sequence[Port], settings: EncounterSettings, code: I32 | None = None
) -> Pairs:
    """Return all close pairs away from ports, sorted by a, b, bucket, each once (the nearest where a vessel has twins).

    Args:
        positions: rows in time order within each track.
        track: (n,) int64, < 0 left out.
        ports: pairs near them are left out.
        settings: thresholds.
        code: (len(vessel_ids),) codes to use instead of the batch's own dictionary.
    """
    grid = grid_rows(positions, track, settings)
    far = nearest_port_m(grid.values[:, 0], grid.values[:, 1], ports, limit_m=settings.min_port_distance_m)
    keep = np.flatnonzero(far >= settings.min_port_distance_m)
    if not len(keep):
        return np.empty(0, PAIR)
    order = keep[_order_of(grid.bucket[keep])]
    bucket, row = grid.bucket[order], grid.row[order]
    places = np.ascontiguousarray(grid.values[order, :2])
    vessel = positions.vessel[row] if code is None else code[positions.vessel[row]]
    xyz = earth_centred_m(places[:, 0], places[:, 1])
    pair = _all_close(bucket, np.ascontiguousarray(vessel), places, xyz, settings.max_distance_m)
    swap = vessel[pair[:, 0]] > vessel[pair[:, 1]]
    a, b = np.where(swap, pair[:, 1], pair[:, 0]), np.where(swap, pair[:, 0], pair[:, 1])
    pairs = np.empty(len(pair), PAIR)
    pairs["a"], pairs["b"], pairs["bucket"] = vessel[a], vessel[b], bucket[a]
    turn = (places[b, 1] - places[a, 1] + 180.0) % 360.0 - 180.0
    pairs["lat"] = 0.5 * (places[a, 0] + places[b, 0])
    pairs["lon"] = (places[a, 1] + 0.5 * turn + 180.0) % 360.0 - 180.0
    pairs["distance_m"] = np.sqrt(((xyz[a] - xyz[b]) ** 2).sum(axis=1))
    pairs["speed_a"], pairs["speed_b"] = grid.values[order[a], 2], grid.values[order[b], 2]
    pairs["row_a"], pairs["row_b"] = positions.row[row[a]], positions.row[row[b]]
    return in_order(pairs)


def in_order(pairs: Pairs) -> Pairs:
    """Return the pairs sorted by a, b, bucket; of several at one time the nearest stays."""
    keys = (pairs["row_b"], pairs["row_a"], pairs["distance_m"], pairs["bucket"], pairs["b"], pairs["a"])
    pairs = pairs[np.lexsort(keys)]
    if len(pairs) < 2:
        return pairs
    again = np.ones(len(pairs), bool)
    for name in ("a", "b", "bucket"):
        again[1:] &= pairs[name][1:] == pairs[name][:-1]
    again[0] = False
    return pairs[~again]


def _order_of(bucket: I64) -> I64:
    low = int(bucket.min())
    span = int(bucket.max()) - low + 1
    # A few fixes of other centuries must not cost a counter for every ten minutes between.
    if span > 8 * len(bucket) + 1024:
        return np.argsort(bucket, kind="stable")
    return np.asarray(group_by_bucket(bucket - low, span))


def _all_close(bucket: I64, vessel: I32, places: F64, xyz: F64, max_distance_m: float) -> I64:
    height, belts = cell_rows(max_distance_m)
    cells = (height, belts, max_distance_m**2)
    found, first, room = [np.empty((0, 2), np.int64)], 0, max(4096, len(bucket))
    while first < len(bucket):
        out = np.empty((room, 2), np.int64)
        reached, n = find_close(first, bucket, vessel, places, xyz, cells, out)
        room = room * 4 if reached == first else room
        first = reached
        found.append(out[:n])
    return np.concatenate(found)
