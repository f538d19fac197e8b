"""Which zones hold a place, and where a path crosses their edges: exact, for thousands of vertices.

Provinces draw zones with thousands of vertices, holes, islands and lines, and a boat that reports every two
hours can cut through a corner unseen; so both the place and the path between two fixes are tested.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from haidang.core.columns import F64, I8, I32, I64
from haidang.core.zone import Port, Zone


@dataclass(frozen=True, slots=True)
class LegCrossings:
    """Where legs cross zone edges, sorted by leg, then zone, then fraction.

    Attributes:
        leg: (k,) int64, index of the leg.
        zone: (k,) int32, index into `ZoneIndex.zones`.
        fraction: (k,) float64, 0..1 along the leg.
        lat_deg, lon_deg: (k,) float64, the place.
        direction: (k,) int8, +1 going inside, -1 going outside.
    """

    leg: I64
    zone: I32
    fraction: F64
    lat_deg: F64
    lon_deg: F64
    direction: I8


class ZoneIndex:
    """Zones prepared for quick, exact questions. Build once, ask from any thread."""

    zones: tuple[Zone, ...]

    @classmethod
    def build(cls, zones: Sequence[Zone], ports: Sequence[Port] = ()) -> "ZoneIndex":
        """Return the index; `ports` decide the inside of lines that leave it open."""
        raise NotImplementedError

    def inside(self, lat_deg: F64, lon_deg: F64, fix_time_us: I64 | None = None) -> tuple[I64, I32]:
        """Return (row, zone index) pairs, sorted; with fix_time_us only zones valid then. Lines hold no place."""
        raise NotImplementedError

    def legs(
        self, lat0_deg: F64, lon0_deg: F64, lat1_deg: F64, lon1_deg: F64, *, start_us: I64 | None = None, end_us: I64 | None = None
    ) -> LegCrossings:
        """Return every crossing of the legs (n,) with zone edges; with times only zones valid when crossed."""
        raise NotImplementedError

    def distance_m(self, lat_deg: F64, lon_deg: F64, zone: int | I32) -> F64:
        """Return metres (n,) to the nearest boundary of a zone index; negative inside (for a line: on its inside)."""
        raise NotImplementedError
