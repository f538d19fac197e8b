"""A tiny story language for tests: a few words make the fixes of a vessel.

boat = story("QNa-1", lat=15.5, lon=109.0).sail(90, 8, hours=6, every_min=120).silence(hours=9).drift(hours=4)
positions = meet(boat, other)
"""

import math
from dataclasses import dataclass, field

import numpy as np

from haidang.core.columns import KINDS, Positions
from haidang.core.time import HOUR_US, MINUTE_US

START_US = 1_700_000_000_000_000
_M_PER_DEG = 111_195.08


@dataclass
class Story:
    vessel_id: str
    lat: float
    lon: float
    kind: str = "unknown"
    at_us: int = START_US
    every_us: int = 2 * HOUR_US
    fixes: list[tuple[int, float, float, float, float]] = field(default_factory=list)

    def report(self, sog_kn: float = math.nan, cog_deg: float = math.nan) -> "Story":
        """Report where the boat is now."""
        self.fixes.append((self.at_us, self.lat, self.lon, sog_kn, cog_deg))
        return self

    def sail(self, course_deg: float, speed_kn: float, *, hours: float, every_min: float | None = None) -> "Story":
        """Sail on and report at the end of every interval."""
        every_us = self.every_us if every_min is None else int(every_min * MINUTE_US)
        if not self.fixes:
            self.report(speed_kn, course_deg)
        for _ in range(int(hours * HOUR_US // every_us)):
            self._move(course_deg, speed_kn, every_us)
            self.report(speed_kn, course_deg)
        return self

    def drift(self, *, hours: float, every_min: float | None = None, metres: float = 20.0) -> "Story":
        """Lie still within a few metres and report."""
        lat, lon = self.lat, self.lon
        every_us = self.every_us if every_min is None else int(every_min * MINUTE_US)
        for step in range(int(hours * HOUR_US // every_us)):
            self.at_us += every_us
            self.lat = lat + metres * math.sin(step * 2.4) / _M_PER_DEG
            self.lon = lon + metres * math.cos(step * 2.4) / _M_PER_DEG
            self.report(0.0, 0.0)
        self.lat, self.lon = lat, lon
        return self

    def silence(self, *, hours: float, course_deg: float = 0.0, speed_kn: float = 0.0) -> "Story":
        """Go on unseen; the next word reports again."""
        self._move(course_deg, speed_kn, int(hours * HOUR_US))
        return self

    def stray(self, lat: float, lon: float, *, after_s: float = 5.0) -> "Story":
        """Report once from a place where the boat is not."""
        self.fixes.append((self.at_us + int(after_s * 1e6), lat, lon, math.nan, math.nan))
        return self

    def _move(self, course_deg: float, speed_kn: float, by_us: int) -> None:
        metres = speed_kn * 0.5144444 * by_us / 1e6
        self.lat += metres * math.cos(math.radians(course_deg)) / _M_PER_DEG
        self.lon += metres * math.sin(math.radians(course_deg)) / (_M_PER_DEG * math.cos(math.radians(self.lat)))
        self.lon = (self.lon + 180.0) % 360.0 - 180.0
        self.at_us += by_us

    def positions(self) -> Positions:
        """Return the fixes as a batch."""
        return meet(self)


def story(vessel_id: str, *, lat: float, lon: float, kind: str = "unknown", every_min: float = 120) -> Story:
    """Begin the story of a vessel."""
    return Story(vessel_id, lat, lon, kind, every_us=int(every_min * MINUTE_US))


def meet(*stories: Story) -> Positions:
    """Return the fixes of several vessels in order of time, as a receiver hears them."""
    ids = tuple(dict.fromkeys(s.vessel_id for s in stories))
    rows = sorted(
        (t, ids.index(s.vessel_id), lat, lon, sog, cog, KINDS.index(s.kind))
        for s in stories
        for t, lat, lon, sog, cog in s.fixes
    )
    t, v, lat, lon, sog, cog, kind = (np.array(c) for c in zip(*rows, strict=True)) if rows else ([],) * 7
    return Positions.build(ids, v, t, lat, lon, sog_kn=sog, cog_deg=cog, kind=kind)
