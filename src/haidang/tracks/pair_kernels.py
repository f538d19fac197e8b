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
    """Return the height of cell rows, degrees, and per row (n_rows, 2) reach in longitude and number of columns.

    Row r covers latitudes from -90 + r * height on; its reach, degrees, holds for every pair of places in rows r - 1 to
    r + 1; a reach of 180 means the whole circle. Cells are two reaches wide and high: a place then has to look into two
    or four of them, not nine, and finds no more strangers there.
    """
    height = 2.0 * max_distance_m / _LAT_M_PER_DEG * _SLACK
    n_rows = int(180.0 / height) + 2
    low = -90.0 + (np.arange(n_rows) - 1) * height
    polar = np.minimum(np.maximum(np.abs(low), np.abs(low + 3 * height)), 90.0)
    across = np.maximum(_LON_M_PER_DEG * np.cos(np.radians(polar)), 1e-9)
    reach = np.minimum(max_distance_m / across * _SLACK, 180.0)
    return height, np.ascontiguousarray(np.column_stack([reach, np.maximum(np.floor(180.0 / reach), 1.0)]))


@njit(nogil=True, cache=True)
def _longest_run(bucket: I64, start: int) -> int:
    longest, i = 0, start
    while i < len(bucket):
        j = i
        while j < len(bucket) and bucket[j] == bucket[i]:
            j += 1
        longest, i = max(longest, j - i), j
    return longest


@njit(nogil=True, cache=True)
def _slot(key: int, size: int) -> int:
    """Return the place of a cell in a table of `size`, a power of two."""
    return ((key ^ (key >> 29)) * 0x9E3779B1 >> 9) & (size - 1)


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
        cells: row height and belts (`cell_rows`), squared distance limit.
        out: (room, 2).

    Returns:
        The next row to do (the first of a bucket) and the number of pairs written.
    """
    height, belts, limit2 = cells
    n_out, longest, n = 0, _longest_run(bucket, start), len(bucket)
    size = 16
    while size < 4 * longest:
        size *= 2
    # A head below the bucket's first row is a leftover of an earlier bucket: rows only grow.
    head = np.full(size, -1, np.int64)
    following, keys = np.empty(longest + 1, np.int64), np.empty(longest + 1, np.int64)
    first = start
    while first < n:
        last, before = first, n_out
        while last < n and bucket[last] == bucket[first]:
            last += 1
        for p in range(first, last):
            y, x = places[p, 0] + 90.0, places[p, 1] + 180.0
            r = int(y / height)
            own_column, reach = int(x * belts[r, 1] / 360.0) % int(belts[r, 1]), belts[r, 0]
            for rr in range(max(int(y / height - 0.5), 0), min(int(y / height + 0.5), len(belts) - 1) + 1):
                n_columns = int(belts[rr, 1])
                c0 = int(np.floor((x - reach) * belts[rr, 1] / 360.0))
                c1 = int(np.floor((x + reach) * belts[rr, 1] / 360.0))
                if c1 - c0 >= n_columns:
                    c0, c1 = 0, n_columns - 1
                for c in range(c0, c1 + 1):
                    key = rr * _ROW_STRIDE + (c + n_columns if c < 0 else (c - n_columns if c >= n_columns else c))
                    q = head[_slot(key, size)]
                    while q >= first:
                        if keys[q - first] == key and vessel[q] != vessel[p]:
                            dx, dy, dz = xyz[p, 0] - xyz[q, 0], xyz[p, 1] - xyz[q, 1], xyz[p, 2] - xyz[q, 2]
                            if dx * dx + dy * dy + dz * dz <= limit2:
                                if n_out == len(out):
                                    return first, before
                                out[n_out, 0], out[n_out, 1] = q, p
                                n_out += 1
                        q = following[q - first]
            key = r * _ROW_STRIDE + own_column
            slot = _slot(key, size)
            following[p - first], keys[p - first], head[slot] = head[slot], key, p
        first = last
    return n, n_out
