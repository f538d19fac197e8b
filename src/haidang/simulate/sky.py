"""Sun, moon and calendar as a skipper feels them: night under lights, full moon, Tết."""

import numpy as np

from haidang.core.columns import F64
from haidang.core.time import DAY_US, HOUR_US, parse_iso_us

#: A new moon on record and the mean length of a moon month.
_NEW_MOON_US = parse_iso_us("2000-01-06T18:14:00Z")
_MOON_MONTH_US = 29.530588853 * DAY_US
#: First days of the lunar year.
TET: tuple[str, ...] = (
    "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03",
)  # fmt: skip


def local_hour(time_us: int) -> float:
    """Return the hour of the day at UTC+7, 0 <= h < 24."""
    return ((time_us + 7 * HOUR_US) % DAY_US) / HOUR_US


def moon_lit(time_us: int) -> float:
    """Return the lit share of the moon, 0 new to 1 full (within some 5 %)."""
    turn = ((time_us - _NEW_MOON_US) / _MOON_MONTH_US) % 1.0
    return float(0.5 - 0.5 * np.cos(2.0 * np.pi * turn))


def is_tet(time_us: int) -> bool:
    """Return whether boats lie in port for the lunar new year: five days before to seven days after."""
    return any(-5 * DAY_US <= time_us - parse_iso_us(day) < 7 * DAY_US for day in TET)


def current_mps(lat_deg: F64, lon_deg: F64, time_us: int) -> tuple[F64, F64]:
    """Return an invented smooth surface current (east, north) in metres a second, some 0.1 to 0.5."""
    phase = 2.0 * np.pi * (time_us / DAY_US) / 6.3
    east = 0.12 + 0.16 * np.sin(1.7 * lat_deg + phase) + 0.08 * np.cos(2.1 * lon_deg - 0.6 * phase)
    north = -0.14 + 0.15 * np.cos(1.3 * lon_deg + 0.8 * phase) + 0.07 * np.sin(2.9 * lat_deg)
    return east, north
