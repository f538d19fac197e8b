"""What a vessel's last fixes say about her way to a boundary: distance, closing speed, straight time to the line.

Terminals report every two hours with gaps, transponders every few seconds; so every measure is taken over lags of
hours, from the fix at or before the lag, and says over how long it was really taken.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haidang.core.columns import F64, I32, I64, Positions
from haidang.core.time import HOUR_US
from haidang.core.units import METRES_PER_NM, MPS_PER_KN
from haidang.forecast.boundaries import Boundaries

#: Nobody farther away is forecast.
REACH_M = 60.0 * METRES_PER_NM
#: A vessel not heard for longer has no row: that is a silence, not an approach.
MAX_AGE_US = 24 * HOUR_US
#: Fixes this far before issue are looked at.
WINDOW_US = 50 * HOUR_US
#: Lags the motion is measured over, hours: the last leg, some hours, half a day, a day.
LAGS_H = (0.9, 3.5, 11.0, 23.0)
#: The longest horizon.
AHEAD_H = 12.0
_DEGREE_M = 111_195.0
_MAX_SPEED_MPS = 30.0 * MPS_PER_KN


@dataclass(frozen=True, slots=True)
class Approach:
    """Vessels within reach of a boundary at one time of issue; n rows, one per vessel and boundary.

    Attributes:
        vessel_ids: dictionary; vessel: (n,) int32 into it; zone: (n,) int32 into Boundaries.zones.
        lat_deg, lon_deg, fix_time_us: (n,) the last fix received by then.
        distance_m: (n,) from that fix to the boundary, positive.
        is_outward: (n,) bool, crossing would lead beyond.
        age_h: (n,) hours since that fix.
        closing_mps: (n, len(LAGS_H)) mean closing speed over each lag, positive when approaching.
        speed_mps: (n, len(LAGS_H)) net speed over each lag.
        straight: (n,) net distance over sailed distance of some hours, 0..1.
        ttl_h: (n,) hours from issue to the boundary straight on at the mean velocity of the last hours; inf if not
            within AHEAD_H.
        ttl_leg_h: (n,) the same at the velocity of the last leg.
        n_fixes: (n,) how many fixes of the last day there were.
        is_merchant: (n,) bool.
        local_hour: (n,) hour of the day at issue by the sun, 0..24.
    """

    vessel_ids: tuple[str, ...]
    vessel: I32
    zone: I32
    lat_deg: F64
    lon_deg: F64
    fix_time_us: I64
    distance_m: F64
    is_outward: NDArray[np.bool_]
    age_h: F64
    closing_mps: F64
    speed_mps: F64
    straight: F64
    ttl_h: F64
    ttl_leg_h: F64
    n_fixes: F64
    is_merchant: NDArray[np.bool_]
    local_hour: F64

    def __len__(self) -> int:
        return len(self.vessel)


@dataclass(frozen=True, slots=True)
class _Motion:
    """Last fix and lagged fixes of each vessel heard; m vessels."""

    vessel: I32
    last: I64
    lagged: I64
    lag_s: F64
    east_mps: F64
    north_mps: F64
    straight: F64
    n_fixes: F64


def approach(recent: Positions, boundaries: Boundaries, issued_us: int) -> Approach:
    """Return the vessels within reach at a time, from fixes received by then and nothing else.

    Args:
        recent: any order; rows received or solved after `issued_us` are ignored.
        boundaries: what is approached.
        issued_us: UTC microseconds.
    """
    rows = known_by(recent, issued_us)
    motion = _motion(rows)
    heard = issued_us - rows.fix_time_us[motion.last] <= MAX_AGE_US
    motion = _Motion(*(getattr(motion, name)[heard] for name in _Motion.__slots__))
    numbers = boundaries.in_force(issued_us)
    parts = [_towards(rows, motion, boundaries, number) for number in numbers]
    picked = np.concatenate([p for p, _ in parts]) if parts else np.empty(0, np.int64)
    signed_m = np.concatenate([d for _, d in parts]) if parts else np.empty((0, len(LAGS_H) + 1))
    zone = np.repeat(np.array(numbers, np.int32), [len(p) for p, _ in parts]) if parts else np.empty(0, np.int32)
    order = np.lexsort((zone, motion.vessel[picked]))
    return _table(rows, motion, boundaries, issued_us, picked=picked[order], zone=zone[order], signed_m=signed_m[order])


def known_by(recent: Positions, issued_us: int) -> Positions:
    """Return the rows of the window that had been received by a time, by vessel and time, one per vessel and time."""
    usable = (recent.received_time_us <= issued_us) & (recent.fix_time_us <= issued_us)
    usable &= recent.fix_time_us >= issued_us - WINDOW_US
    rows = recent.take(np.flatnonzero(usable))
    rows = rows.take(rows.order_by_vessel_time())
    same = np.append(False, (np.diff(rows.vessel) == 0) & (np.diff(rows.fix_time_us) == 0))
    return rows.take(~same) if same.any() else rows


def _motion(rows: Positions) -> _Motion:
    n = len(rows)
    if n == 0:
        none, real = np.empty(0, np.int64), np.empty(0)
        wide = np.empty((0, len(LAGS_H)))
        return _Motion(none.astype(np.int32), none, np.empty((0, len(LAGS_H)), np.int64), wide, wide, wide, real, real)
    last = np.append(np.flatnonzero(np.diff(rows.vessel)), n - 1)
    first = np.append(0, last[:-1] + 1)
    time_us = rows.fix_time_us
    # Vessels as stretches of one long time axis: one search finds every lagged fix.
    start_us = int(time_us.min())
    span = int(time_us.max()) - start_us + int(48 * HOUR_US)
    stretch = np.repeat(np.arange(len(last), dtype=np.int64), last - first + 1)
    axis = stretch * span + (time_us - start_us)
    lagged = np.empty((len(last), len(LAGS_H)), np.int64)
    for k, lag_h in enumerate(LAGS_H):
        found = np.searchsorted(axis, axis[last] - round(lag_h * HOUR_US), side="right") - 1
        lagged[:, k] = np.maximum(found, first)
    lag_s = (time_us[last][:, None] - time_us[lagged]) / 1e6
    east, north = _offset_m(rows, lagged, last[:, None])
    safe = np.where(lag_s > 0, lag_s, np.inf)
    east_mps, north_mps = _limited(east / safe, north / safe)
    _by_transponder(rows, last, lag_s, (east_mps, north_mps))
    sailed = np.zeros(n)
    step_east, step_north = _offset_m(rows, np.arange(n - 1), np.arange(1, n))
    sailed[1:] = np.hypot(step_east, step_north)
    sailed = np.cumsum(sailed)
    path_m = sailed[last] - sailed[lagged[:, 2]]
    net_m = np.hypot(east[:, 2], north[:, 2])
    straight = np.where(path_m > 500.0, np.minimum(net_m / np.maximum(path_m, 1.0), 1.0), 0.0)
    return _Motion(
        rows.vessel[last], last, lagged, lag_s, east_mps, north_mps, straight,
        (last - lagged[:, 3] + 1).astype(np.float64),
    )  # fmt: skip


def _offset_m(rows: Positions, start: I64, end: I64) -> tuple[F64, F64]:
    """Return metres east and north from one row to another, on a local plane; good to 1 % over a day's sailing."""
    turn = rows.lon_deg[end] - rows.lon_deg[start]
    turn = np.remainder(turn + 180.0, 360.0) - 180.0
    middle = np.radians((rows.lat_deg[end] + rows.lat_deg[start]) / 2.0)
    return turn * _DEGREE_M * np.cos(middle), (rows.lat_deg[end] - rows.lat_deg[start]) * _DEGREE_M


def _limited(east: F64, north: F64) -> tuple[F64, F64]:
    """Return velocities cut to what ships can do: a false fix must not become an arrival in ten minutes."""
    factor = np.minimum(1.0, _MAX_SPEED_MPS / np.maximum(np.hypot(east, north), 1e-9))
    return east * factor, north * factor


def _by_transponder(rows: Positions, last: I64, lag_s: F64, velocity: tuple[F64, F64]) -> None:
    """Where there is but one fix, take the speed and course the device itself gave."""
    alone = lag_s[:, 0] <= 0
    if not alone.any():
        return
    speed = rows.sog_kn[last].astype(np.float64) * MPS_PER_KN
    course = np.radians(rows.cog_deg[last].astype(np.float64))
    given = alone & np.isfinite(speed) & np.isfinite(course) & (speed < _MAX_SPEED_MPS)
    for k in range(len(LAGS_H)):
        velocity[0][given, k] = (speed * np.sin(course))[given]
        velocity[1][given, k] = (speed * np.cos(course))[given]


def _towards(rows: Positions, motion: _Motion, boundaries: Boundaries, zone: int) -> tuple[I64, F64]:
    """Return who is within reach of a zone, and signed metres at the last fix and at each lag, (k, 1 + lags)."""
    lat, lon = rows.lat_deg[motion.last], rows.lon_deg[motion.last]
    now_m = boundaries.index.distance_m(lat, lon, zone) if len(lat) else np.empty(0)
    near = np.flatnonzero(np.abs(now_m) <= REACH_M)
    then = motion.lagged[near]
    before = boundaries.index.distance_m(rows.lat_deg[then.ravel()], rows.lon_deg[then.ravel()], zone)
    return near, np.column_stack([now_m[near], before.reshape(then.shape)])


def _table(
    rows: Positions, motion: _Motion, boundaries: Boundaries, issued_us: int, *, picked: I64, zone: I32, signed_m: F64
) -> Approach:
    last = motion.last[picked]
    age_h = (issued_us - rows.fix_time_us[last]) / HOUR_US
    side = np.where(signed_m[:, 0] < 0, -1.0, 1.0)
    east, north, lag_s = motion.east_mps[picked], motion.north_mps[picked], motion.lag_s[picked]
    speed = np.hypot(east, north)
    safe = np.where(lag_s > 0, lag_s, np.inf)
    closing = (signed_m[:, 1:] * side[:, None] - np.abs(signed_m[:, :1])) / safe
    closing = np.clip(closing, -speed, speed)
    lon = rows.lon_deg[last]
    return Approach(
        vessel_ids=rows.vessel_ids,
        vessel=motion.vessel[picked],
        zone=zone,
        lat_deg=rows.lat_deg[last],
        lon_deg=lon,
        fix_time_us=rows.fix_time_us[last],
        distance_m=np.abs(signed_m[:, 0]),
        is_outward=boundaries.is_outward(signed_m[:, 0], zone),
        age_h=age_h,
        closing_mps=closing,
        speed_mps=speed,
        straight=motion.straight[picked],
        ttl_h=_straight_on_h(boundaries, (rows.lat_deg[last], lon), (east[:, 1], north[:, 1]), age_h=age_h, zone=zone),
        ttl_leg_h=_straight_on_h(
            boundaries, (rows.lat_deg[last], lon), (east[:, 0], north[:, 0]), age_h=age_h, zone=zone
        ),
        n_fixes=motion.n_fixes[picked],
        is_merchant=rows.kind[last] == 2,
        local_hour=np.remainder(issued_us / HOUR_US + lon / 15.0, 24.0),
    )


def _straight_on_h(
    boundaries: Boundaries, place: tuple[F64, F64], velocity: tuple[F64, F64], *, age_h: F64, zone: I32
) -> F64:
    """Return hours from issue until a straight path meets the drawn boundary; inf if not within AHEAD_H."""
    lat, lon = place
    ahead_s = (AHEAD_H + age_h) * 3600.0
    end_lat = np.clip(lat + velocity[1] * ahead_s / _DEGREE_M, -89.9, 89.9)
    end_lon = lon + velocity[0] * ahead_s / (_DEGREE_M * np.maximum(np.cos(np.radians(lat)), 0.01))
    result = np.full(len(lat), np.inf)
    if not len(lat):
        return result
    hits = boundaries.index.legs(lat, lon, end_lat, end_lon)
    own = hits.take(hits.zone == zone[hits.leg])
    np.minimum.at(result, own.leg, own.fraction * (AHEAD_H + age_h[own.leg]) - age_h[own.leg])
    return result
