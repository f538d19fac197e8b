"""The lines a forecast is about, prepared for distances and crossings; and on which side of them "beyond" lies."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from haidang.core.columns import F64, I32, I64
from haidang.core.time import NO_TIME_US
from haidang.core.zone import Port, Zone
from haidang.tracks.zone_index import ZoneIndex

#: Areas one must stay out of: going in is going beyond. Of the others it is going out.
FORBIDDEN_KINDS = frozenset({"foreign", "closed", "danger"})


def is_target(zone: Zone) -> bool:
    """Return whether crossing this layer is forecast: it raises the alert, or it is the permitted boundary."""
    return zone.is_alert_boundary or zone.kind == "permitted_boundary"


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Target zones with their index.

    Attributes:
        zones: the zones forecast, in the order given; zone numbers index into it.
        index: distances and crossings for them.
        beyond_is_inside: (n_zones,) bool, True where going beyond means going in.
    """

    zones: tuple[Zone, ...]
    index: ZoneIndex
    beyond_is_inside: NDArray[np.bool_] = field(repr=False)

    @classmethod
    def of(cls, zones: Sequence[Zone], ports: Sequence[Port] = ()) -> "Boundaries":
        """Return the boundaries among the zones; where none is flagged, every forbidden area, else every zone."""
        chosen = [z for z in zones if is_target(z)]
        chosen = chosen or [z for z in zones if z.kind in FORBIDDEN_KINDS] or list(zones)
        # Their periods are asked at issue time; the index itself must answer for all of them.
        timeless = [replace(z, valid_from_us=None, valid_to_us=None) for z in chosen]
        beyond = np.array([z.kind in FORBIDDEN_KINDS for z in chosen], np.bool_)
        return cls(tuple(chosen), ZoneIndex.build(timeless, ports), beyond)

    def in_force(self, time_us: int) -> list[int]:
        """Return the numbers of the zones in force at a time that have a border at all."""
        return [
            number
            for number, zone in enumerate(self.zones)
            if (zone.valid_from_us is None or time_us >= zone.valid_from_us)
            and (zone.valid_to_us is None or time_us < zone.valid_to_us)
            and self.index.has_border(number)
        ]

    def is_outward(self, signed_m: F64, zone: I32) -> NDArray[np.bool_]:
        """Return (n,) bool: would a crossing from here lead beyond? `signed_m` is negative inside."""
        return np.asarray((signed_m < 0) != self.beyond_is_inside[zone], np.bool_)


_last: list[tuple[tuple[int, ...], tuple[Zone, ...], Boundaries]] = []


def boundaries_of(zones: "Sequence[Zone] | Boundaries", ports: Sequence[Port] = ()) -> Boundaries:
    """Return the boundaries of zones; the last ones are kept, because a desk asks for the same every half hour."""
    if isinstance(zones, Boundaries):
        return zones
    key = tuple(id(z) for z in (*zones, *ports))
    for known, _, boundaries in _last:
        if known == key:
            return boundaries
    made = Boundaries.of(zones, ports)
    # The zones are kept alive beside their ids, or an id could be used again.
    _last[:] = [(key, tuple(zones), made)]
    return made


@dataclass(frozen=True, slots=True)
class FirstCrossings:
    """Every crossing seen on paths, sorted by vessel, zone, time.

    Attributes:
        vessel: (k,) int32 code; zone: (k,) int32; time_us: (k,) int64.
        known_until_us: (n_vessels,) int64, last fix of each vessel; NO_TIME_US for none.
    """

    vessel: I32
    zone: I32
    time_us: I64
    known_until_us: I64

    def next_us(self, vessel: I32, zone: I32, after_us: I64) -> I64:
        """Return (n,) the first crossing after a time, NO_TIME_US where there is none."""
        if not len(self.vessel):
            return np.full(len(vessel), NO_TIME_US, np.int64)
        n_zones = int(max(self.zone.max(), zone.max(initial=0))) + 1
        group = self.vessel.astype(np.int64) * n_zones + self.zone
        asked = vessel.astype(np.int64) * n_zones + zone
        first_us = min(int(self.time_us.min()), int(after_us.min(initial=self.time_us.min())))
        span = max(int(self.time_us.max()), int(after_us.max(initial=self.time_us.max()))) - first_us + 2
        # Groups as stretches of one long time axis: one search answers all.
        names, compact = np.unique(group, return_inverse=True)
        place = np.searchsorted(names, asked)
        known = (place < len(names)) & (names[np.minimum(place, len(names) - 1)] == asked)
        axis = compact.astype(np.float64) * float(span) + (self.time_us - first_us)
        at = np.searchsorted(axis, place.astype(np.float64) * float(span) + (after_us - first_us), side="right")
        safe = np.minimum(at, len(group) - 1)
        found = known & (at < len(group)) & (group[safe] == asked)
        return np.where(found, self.time_us[safe], NO_TIME_US).astype(np.int64)
