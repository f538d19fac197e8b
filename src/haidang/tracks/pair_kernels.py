"""Who is near whom at the same time: tracks on a common time grid, and close pairs by a spatial hash per time step.

Cells have one longitude width per cell row. A width per place loses pairs at the seam where two widths meet; that
fault was seen in practice (0.1 % of pairs gone at whole latitudes).
"""

import numpy as np
from numba import njit

from haidang.core.columns import F64, I32, I64
from haidang.tracks.place import distance_m, turn_deg

#: Least length of a degree of latitude, and of longitude at the equator, on WGS84, metres.
_LAT_M_PER_DEG = 110_574.0
_LON_M_PER_DEG = 111_319.0
#: Columns of one cell row never reach this number.
_ROW_STRIDE = 1 << 32
_SLACK = 1.001


@njit(nogil=True, cache=True)
def resample(track: I64, fixes: tuple[I64, F64, F64], times: tuple[int, int], out: tuple[I64, I64, F64]) -> int:
    """Write grid rows (bucket, row of the fix that ends the leg, lat, lon and speed in m/s); return how many.

    A leg's grid times are those after its first fix up to and with its last. The speed is that over the last grid
    step where the track was seen then, else the leg's: between fixes seconds apart GNSS noise alone makes knots.

    Args:
        track: (n,) int64, rows grouped by track and in time order within.
        fixes: time (n,) in microseconds, lat (n,), lon (n,).
        times: grid step and longest leg to interpolate over (not included), microseconds.
        out: buffers (m,), (m,), (m, 3); with too little room only the count is right.
    """
    time, lat, lon = fixes
    step, longest = times
    bucket, row, values = out
    n = 0
    for i in range(1, len(track)):
        span = time[i] - time[i - 1]
        if track[i] != track[i - 1] or span <= 0 or span >= longest:
            continue
        first = time[i - 1] // step + 1
        if first > time[i] // step:
            continue
        leg_speed = distance_m(lat[i - 1], lon[i - 1], lat[i], lon[i]) / (span * 1e-6)
        turn = turn_deg(lon[i - 1], lon[i])
        for b in range(first, time[i] // step + 1):
            if n < len(bucket):
                w = (b * step - time[i - 1]) / span
                x = lon[i - 1] + w * turn
                x = x - 360.0 if x >= 180.0 else (x + 360.0 if x < -180.0 else x)
                y = lat[i - 1] + w * (lat[i] - lat[i - 1])
                bucket[n], row[n] = b, i
                values[n, 0], values[n, 1], values[n, 2] = y, x, leg_speed
                if n > 0 and bucket[n - 1] == b - 1 and track[row[n - 1]] == track[i]:
                    values[n, 2] = distance_m(values[n - 1, 0], values[n - 1, 1], y, x) / (step * 1e-6)
            n += 1
    return n


@njit(nogil=True, cache=True)
def group_by_bucket(bucket: I64, n_buckets: int) -> I64:
    """Return the stable order that sorts buckets 0..n_buckets-1, by counting."""
    start = np.zeros(n_buckets + 1, np.int64)
    for b in bucket:
        start[b + 1] += 1
    for b in range(n_buckets):
        start[b + 1] += start[b]
    order = np.empty(len(bucket), np.int64)
    for i in range(len(bucket)):
        order[start[bucket[i]]] = i
        start[bucket[i]] += 1
    return order


def earth_centred_m(lat_deg: F64, lon_deg: F64) -> F64:
    """Return (n, 3) earth-centred coordinates on the WGS84 ellipsoid, metres; straight lines between them are exact."""
    phi, lam = np.radians(lat_deg), np.radians(lon_deg)
    radius = 6378137.0 / np.sqrt(1.0 - 0.0066943799901413165 * np.sin(phi) ** 2)
    across = radius * np.cos(phi)
    up = radius * (1.0 - 0.0066943799901413165) * np.sin(phi)
    return np.ascontiguousarray(np.column_stack([across * np.cos(lam), across * np.sin(lam), up]))


def cell_rows(max_distance_m: float) -> tuple[float, F64]:
    """Return the height of cell rows, degrees, and per row the longitude reach of max_distance_m around it, degrees.

    Row r covers latitudes -90 + r * height; its reach holds for every pair of places in rows r - 1 .. r + 1. Reaches of
    180 or more mean the whole circle.
    """
    height = max_distance_m / _LAT_M_PER_DEG * _SLACK
    n_rows = int(180.0 / height) + 2
    low = -90.0 + (np.arange(n_rows) - 1) * height
    polar = np.minimum(np.maximum(np.abs(low), np.abs(low + 3 * height)), 90.0)
    across = np.maximum(_LON_M_PER_DEG * np.cos(np.radians(polar)), 1e-9)
    return height, np.minimum(max_distance_m / across * _SLACK, 180.0)


@njit(nogil=True, cache=True)
def find_close(
    start: int, bucket: I64, vessel: I32, places: F64, xyz: F64, cells: tuple[float, F64, float], out: I64
) -> tuple[int, int]:
    """Write (i, j) rows of different vessels in one bucket within a distance, from row `start` on.

    Args:
        start: first row to do, the first of a bucket.
        bucket: (n,) int64, sorted.
        vessel: (n,) int32.
        places: (n, 2) lat, lon.
        xyz: (n, 3) earth-centred metres.
        cells: row height, reach per row (`cell_rows`), squared distance limit.
        out: (room, 2).

    Returns:
        The next row to do (the first of a bucket) and the number of pairs written.
    """
    height, reach, limit2 = cells
    n_out = 0
    n = len(bucket)
    longest = 0
    i = start
    while i < n:
        j = i
        while j < n and bucket[j] == bucket[i]:
            j += 1
        longest = max(longest, j - i)
        i = j
    size = 16
    while size < 2 * longest:
        size *= 2
    head, stamp = np.empty(size, np.int64), np.full(size, -1, np.int64)
    following, keys = np.empty(longest + 1, np.int64), np.empty(longest + 1, np.int64)
    first = start
    while first < n:
        last = first
        while last < n and bucket[last] == bucket[first]:
            last += 1
        before = n_out
        for p in range(first, last):
            r = int((places[p, 0] + 90.0) / height)
            for rr in range(max(r - 1, 0), min(r + 1, len(reach) - 1) + 1):
                n_columns = max(int(360.0 / reach[rr]), 1)
                width = 360.0 / n_columns
                c0 = int(np.floor((places[p, 1] + 180.0 - reach[r]) / width))
                c1 = int(np.floor((places[p, 1] + 180.0 + reach[r]) / width))
                if c1 - c0 >= n_columns:
                    c0, c1 = 0, n_columns - 1
                for c in range(c0, c1 + 1):
                    key = rr * _ROW_STRIDE + c % n_columns
                    slot = (key ^ (key >> 29)) * 0x9E3779B1 >> 7 & (size - 1)
                    if stamp[slot] != first:
                        continue
                    q = head[slot]
                    while q >= 0:
                        if keys[q - first] == key and vessel[q] != vessel[p]:
                            dx, dy, dz = xyz[p, 0] - xyz[q, 0], xyz[p, 1] - xyz[q, 1], xyz[p, 2] - xyz[q, 2]
                            if dx * dx + dy * dy + dz * dz <= limit2:
                                if n_out == len(out):
                                    return first, before
                                out[n_out, 0], out[n_out, 1] = q, p
                                n_out += 1
                        q = following[q - first]
            n_columns = max(int(360.0 / reach[r]), 1)
            key = r * _ROW_STRIDE + int(np.floor((places[p, 1] + 180.0) / (360.0 / n_columns))) % n_columns
            slot = (key ^ (key >> 29)) * 0x9E3779B1 >> 7 & (size - 1)
            following[p - first] = head[slot] if stamp[slot] == first else -1
            keys[p - first], head[slot], stamp[slot] = key, p, first
        first = last
    return n, n_out
