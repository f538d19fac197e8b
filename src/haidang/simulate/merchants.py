"""Merchants along lanes: voyages with a pause at each end, worked out for a whole day at once.

Out of coverage at the sea end (no reports), moored at the port end (reports go on, speed nothing).
"""

from dataclasses import dataclass

import numpy as np

from haidang.core.columns import F64, I64
from haidang.core.time import HOUR_US
from haidang.simulate.places import DEGREE_M, LANES
from haidang.simulate.truth import Day


def _tables() -> list[tuple[F64, F64]]:
    tables = []
    for points, _port in LANES:
        north = np.diff(points[:, 0]) * DEGREE_M
        east = np.diff(points[:, 1]) * DEGREE_M * np.cos(np.radians(points[:-1, 0]))
        tables.append((points, np.concatenate([[0.0], np.cumsum(np.hypot(north, east))])))
    return tables


_TABLES = _tables()


@dataclass(slots=True)
class Merchants:
    """Voyages under way, one row per merchant.

    Attributes:
        lane: index into places.LANES.
        forward: 1.0 from the lane's first end, -1.0 back.
        start_us, end_us: of the present voyage; before start_us the ship lies at the end she will leave.
        side_m: how far right of the lane's middle she keeps.
    """

    lane: I64
    forward: F64
    start_us: I64
    end_us: I64
    speed_kn: F64
    side_m: F64


def begin(lane: I64, start_us: int, rng: np.random.Generator) -> Merchants:
    """Return merchants somewhere along their lanes at `start_us`."""
    m = len(lane)
    speed = rng.uniform(10.0, 17.5, m)
    ships = Merchants(
        lane, np.where(rng.random(m) < 0.5, 1.0, -1.0), np.zeros(m, np.int64), np.zeros(m, np.int64), speed,
        rng.uniform(900.0, 5200.0, m),
    )  # fmt: skip
    length = _length_us(ships)
    ships.start_us = start_us - (rng.random(m) * 1.3 * length).astype(np.int64)
    ships.end_us = ships.start_us + length
    return ships


def _length_us(ships: Merchants) -> I64:
    metres = np.array([along[-1] for _points, along in _TABLES])[ships.lane]
    return np.asarray(metres / (ships.speed_kn * 0.514444) * 1e6, np.int64)


def sail_day(ships: Merchants, times_us: I64, rng: np.random.Generator) -> tuple[F64, F64]:
    """Return latitude and longitude (t, m) at `times_us`; NaN out of coverage. Ships are left as at the last time.

    A voyage that ended before the first time is followed by the next one, the other way, after a pause.
    """
    m = len(ships.lane)
    u = rng.random((m, 2))
    over = ships.end_us <= times_us[0]
    pause = (6 + 30 * u[:, 0]) * HOUR_US
    ships.forward = np.where(over, -ships.forward, ships.forward)
    ships.start_us = np.where(over, times_us[0] + pause.astype(np.int64), ships.start_us)
    ships.speed_kn = np.where(over, 10.0 + 7.5 * u[:, 1], ships.speed_kn)
    ships.end_us = np.where(over, ships.start_us + _length_us(ships), ships.end_us)
    share = (times_us[:, None] - ships.start_us) / (ships.end_us - ships.start_us)
    lat, lon = np.empty_like(share), np.empty_like(share)
    for index, (points, along) in enumerate(_TABLES):
        cols = np.flatnonzero(ships.lane == index)
        if not len(cols):
            continue
        gone = np.clip(share[:, cols], 0.0, 1.0)
        s = np.where(ships.forward[cols] > 0, gone, 1.0 - gone) * along[-1]
        ahead = np.minimum(s + 4000.0, along[-1])
        behind = np.maximum(s - 4000.0, 0.0)
        at = [(np.interp(x, along, points[:, 0]), np.interp(x, along, points[:, 1])) for x in (s, ahead, behind)]
        north = (at[1][0] - at[2][0]) * DEGREE_M
        east = (at[1][1] - at[2][1]) * DEGREE_M * np.cos(np.radians(at[0][0]))
        norm = np.maximum(np.hypot(north, east), 1.0)
        # Near a port end ships come into the fairway's middle.
        taper = np.clip(s / 60_000.0, 0.02, 1.0) if LANES[index][1] else 1.0
        side = ships.side_m[cols] * ships.forward[cols] * taper
        lat[:, cols] = at[0][0] - side * east / norm / DEGREE_M
        lon[:, cols] = at[0][1] + side * north / norm / (DEGREE_M * np.cos(np.radians(at[0][0])))
        away = (share[:, cols] < 0.0) | (share[:, cols] > 1.0)
        if LANES[index][1]:
            away &= s > 1.0
        lat[:, cols] = np.where(away, np.nan, lat[:, cols])
        lon[:, cols] = np.where(away, np.nan, lon[:, cols])
    return lat, lon


def give_way(day: Day, passes: list[tuple[int, int, int]]) -> None:
    """Bend merchants' paths around the boats they would pass too close, in place.

    Args:
        day: true paths.
        passes: (time index, merchant's column, boat's column) of each close pass.
    """
    last = len(day.times_us) - 1
    for i, ship, boat in passes:
        rows = np.arange(max(i - 7, 0), min(i + 9, last + 1))
        lat, lon = day.lat[rows, ship].astype(np.float64), day.lon[rows, ship].astype(np.float64)
        if not np.isfinite(lat).all():
            continue
        scale = np.cos(np.radians(lat[0]))
        north, east = lat[-1] - lat[0], (lon[-1] - lon[0]) * scale
        norm = max(float(np.hypot(north, east)), 1e-9)
        right = (
            east * (day.lat[i, boat] - day.lat[i, ship]) - north * (day.lon[i, boat] - day.lon[i, ship]) * scale
        ) / norm
        # Pass on the side the boat is not; a sine bump a little over a mile wide, spread over an hour.
        side = 1.0 if right > 0.0 else -1.0
        bump = side * 1500.0 / DEGREE_M * np.sin(np.pi * (rows - i + 7.5) / 16.0) ** 2
        # The night a path crosses midnight it must stay whole: nothing moves at the day's ends.
        bump *= np.clip(np.minimum(rows, last - rows) / 6.0, 0.0, 1.0)
        day.lat[rows, ship] = lat - bump * east / norm
        day.lon[rows, ship] = lon + bump * north / norm / scale
