"""A small fleet of random walkers near a meridian, for tests only: some keep on over the line, most stay about."""

import numpy as np

from haidang.core.columns import Positions
from haidang.core.time import HOUR_US, MINUTE_US, parse_iso_us
from haidang.core.zone import Zone

START_US = parse_iso_us("2026-03-02T00:00:00Z")
LINE = Zone(
    "line", "Test line", "permitted_boundary", lines=(np.array([[112.0, 10.0], [112.0, 18.0]]),), inside="left",
    is_alert_boundary=True,
)  # fmt: skip
_DEGREE_M = 111_195.0


def walkers(n: int, days: float, seed: int, *, every_min: int = 120, late_share: float = 0.1) -> Positions:
    """Return reports of n walkers: headings that persist, speeds that change, some reports received hours late."""
    rng = np.random.default_rng(seed)
    steps = int(days * 24 * 60 / 30)
    lat, lon = rng.uniform(13.0, 15.0, n), rng.uniform(111.1, 111.95, n)
    heading, speed = rng.uniform(0, 2 * np.pi, n), rng.uniform(0, 4, n)
    times, lats, lons = [], [], []
    for k in range(steps):
        turn = rng.random(n) < 0.06
        heading = np.where(turn, rng.uniform(0, 2 * np.pi, n), heading + rng.normal(0, 0.05, n))
        speed = np.where(turn, rng.choice([0.3, 3.0, 8.0], n, p=[0.5, 0.3, 0.2]), speed)
        metres = speed * 1852.0 * 0.5
        lat = np.clip(lat + metres * np.cos(heading) / _DEGREE_M, 10.5, 17.5)
        lon = lon + metres * np.sin(heading) / (_DEGREE_M * np.cos(np.radians(lat)))
        times.append(np.full(n, START_US + k * 30 * MINUTE_US) + rng.integers(0, 5 * MINUTE_US, n))
        lats.append(lat.copy())
        lons.append(lon.copy())
    keep = (np.arange(steps) * 30) % every_min == 0
    fix_us = np.array(times)[keep].ravel().astype(np.int64)
    late = np.where(rng.random(len(fix_us)) < late_share, rng.integers(HOUR_US, 9 * HOUR_US, len(fix_us)), MINUTE_US)
    vessel = np.tile(np.arange(n, dtype=np.int32), int(keep.sum()))
    return Positions.build(
        [f"w{i}" for i in range(n)], vessel, fix_us, np.array(lats)[keep].ravel(), np.array(lons)[keep].ravel(),
        received_time_us=fix_us + late, kind=np.ones(len(fix_us)),
    )  # fmt: skip
