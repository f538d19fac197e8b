"""Which zones hold a place, and where a path crosses their edges: exact, for thousands of vertices.

Provinces draw zones with thousands of vertices, holes, islands and lines, and a boat that reports every two
hours can cut through a corner unseen; so both the place and the path between two fixes are tested.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from haidang.core.columns import F64, I8, I32, I64
from haidang.core.time import NO_TIME_US
from haidang.core.zone import Port, Zone
from haidang.tracks import zone_kernels as kernels
from haidang.tracks.zone_edges import ZoneEdges, borders_of, cells_of, collect_edges, cut_legs

_FOR_EVER_US = np.iinfo(np.int64).max


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

    def __len__(self) -> int:
        return len(self.leg)

    def take(self, rows: object) -> "LegCrossings":
        """Return the crossings chosen by an index array or a mask."""
        return LegCrossings(*(getattr(self, name)[rows] for name in self.__slots__))


_NO_CROSSINGS = LegCrossings(
    np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0), np.empty(0), np.empty(0), np.empty(0, np.int8)
)


class ZoneIndex:
    """Zones prepared for quick, exact questions. Build once, ask from any thread.

    Polygons of one zone must not overlap each other (areas covered twice count as outside, as in any valid
    multipolygon). A place exactly on a border belongs to exactly one of the two zones that share it.

    Attributes:
        zones: the zones; every `zone` number in answers indexes into it.
        inside_is_left: (n_zones,) bool, which side of a line is inside; of no meaning for areas.
    """

    def __init__(self, zones: Sequence[Zone], edges: ZoneEdges, cell_deg: float) -> None:
        self.zones = tuple(zones)
        self._edges = edges
        self._is_area = np.array([bool(z.polygons) for z in zones], np.int8)
        self._valid_from_us = np.array([_or_else(z.valid_from_us, NO_TIME_US) for z in zones], np.int64)
        self._valid_to_us = np.array([_or_else(z.valid_to_us, _FOR_EVER_US) for z in zones], np.int64)
        self._cells = cells_of(edges, self._is_area, cell_deg)
        self._borders = borders_of(edges)
        self.inside_is_left = np.array([z.inside != "right" for z in zones], bool)

    @classmethod
    def build(cls, zones: Sequence[Zone], ports: Sequence[Port] = (), *, cell_deg: float = 0.05) -> "ZoneIndex":
        """Return the index.

        Args:
            zones: areas and lines; empty and broken rings are passed over.
            ports: decide the inside of lines that leave it open: the side where most ports lie, else left.
            cell_deg: finest grid cell, degrees; enlarged by itself where zones span oceans.
        """
        index = cls(zones, collect_edges(zones), cell_deg)
        index._choose_inside(ports)
        return index

    def _choose_inside(self, ports: Sequence[Port]) -> None:
        lat, lon = np.array([p.lat_deg for p in ports]), np.array([p.lon_deg for p in ports])
        for number, zone in enumerate(self.zones):
            if zone.polygons or zone.inside in {"left", "right"} or not len(lat) or not self.has_border(number):
                continue
            left = self._nearest(lat, lon, np.full(len(lat), number, np.int32))[1]
            self.inside_is_left[number] = 2 * np.count_nonzero(left) >= len(lat)

    def has_border(self, zone: int) -> bool:
        """Return whether the zone has any edge at all."""
        return bool(self._edges.start[zone + 1] > self._edges.start[zone])

    def is_area(self, zone: int) -> bool:
        """Return whether the zone is an area (and not a line)."""
        return bool(self._is_area[zone])

    def valid(self, zone: I32, time_us: I64) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return (k,) bool: was the zone in force at the time? From is included, to is not."""
        return np.asarray((time_us >= self._valid_from_us[zone]) & (time_us < self._valid_to_us[zone]))

    def inside(self, lat_deg: F64, lon_deg: F64, fix_time_us: I64 | None = None) -> tuple[I64, I32]:
        """Return (row, zone) pairs, sorted by row, then zone; lines hold no place.

        Args:
            lat_deg: (n,) float64; places that are not finite are in no zone.
            lon_deg: (n,) float64.
            fix_time_us: (n,) int64; if given, only zones in force at that time count.
        """
        lat, lon = np.ascontiguousarray(lat_deg, np.float64), np.ascontiguousarray(lon_deg, np.float64)
        rows, zones, first = [np.empty(0, np.int64)], [np.empty(0, np.int32)], 0
        room = max(1024, 2 * len(lat), len(self.zones) + 1)
        while first < len(lat):
            found_rows, found_zones = np.empty(room, np.int64), np.empty(room, np.int32)
            first, n = kernels.find_inside(lat, lon, first, self._cells, (found_rows, found_zones))
            rows.append(found_rows[:n])
            zones.append(found_zones[:n])
        row, zone = np.concatenate(rows), np.concatenate(zones)
        if fix_time_us is None:
            return row, zone
        keep = self.valid(zone, np.asarray(fix_time_us, np.int64)[row])
        return row[keep], zone[keep]

    def masks(self, lat_deg: F64, lon_deg: F64) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
        """Return (n,) uint64 with bit z set where the place is inside zone z; the quick way for at most 64 zones."""
        if len(self.zones) > 64:
            raise ValueError(f"masks hold 64 zones, here are {len(self.zones)}: use inside()")
        lat, lon = np.ascontiguousarray(lat_deg, np.float64), np.ascontiguousarray(lon_deg, np.float64)
        masks = np.empty(len(lat), np.uint64)
        kernels.find_masks(lat, lon, self._cells, masks)
        return masks

    def is_inside(self, lat_deg: F64, lon_deg: F64, zone: I32) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return (n,) bool: is place i inside area zone[i]?"""
        row, found = self.inside(lat_deg, lon_deg)
        n_zones = max(len(self.zones), 1)
        return np.isin(np.arange(len(lat_deg)) * n_zones + zone, row * n_zones + found)

    def legs(
        self,
        lat0_deg: F64,
        lon0_deg: F64,
        lat1_deg: F64,
        lon1_deg: F64,
        *,
        start_us: I64 | None = None,
        end_us: I64 | None = None,
    ) -> LegCrossings:
        """Return every crossing of the legs (n,) with zone edges, also in and out again within one leg.

        Short legs are straight in longitude and latitude, long ones follow the geodesic in short pieces. A leg that
        only touches a border crosses nothing. With start_us and end_us (n,) only zones in force at the crossing count.
        """
        ends = tuple(np.ascontiguousarray(v, np.float64) for v in (lat0_deg, lon0_deg, lat1_deg, lon1_deg))
        pieces = cut_legs(*ends)
        piece, edge, found = self._leg_hits(pieces.path)
        if not len(piece):
            return _NO_CROSSINGS
        hit = pieces.path[piece]
        leg = pieces.leg[piece]
        fraction = pieces.first[piece] + found[:, 0] * pieces.share[piece]
        zone = self._edges.zone[edge]
        left = (found[:, 1] > 0.5) == (self._edges.sign[edge] > 0)
        order = np.lexsort((fraction, zone, leg))
        crossings = LegCrossings(
            leg=leg[order],
            zone=zone[order],
            fraction=fraction[order],
            lat_deg=(hit[:, 1] + found[:, 0] * (hit[:, 3] - hit[:, 1]))[order],
            lon_deg=_wrap((hit[:, 0] + found[:, 0] * (hit[:, 2] - hit[:, 0]))[order]),
            direction=np.where(left == self.inside_is_left[zone], 1, -1).astype(np.int8)[order],
        )
        crossings = self._settle_areas(_without_touches(crossings), ends)
        if start_us is None or end_us is None or not len(crossings):
            return crossings
        span = (end_us - start_us)[crossings.leg]
        time_us = start_us[crossings.leg] + np.round(crossings.fraction * span).astype(np.int64)
        return crossings.take(self.valid(crossings.zone, time_us))

    def _leg_hits(self, path: F64) -> tuple[I64, I32, F64]:
        """Return piece, edge and (fraction, ends left) of each hit, each pair of piece and edge once."""
        found, first, room = [], 0, max(4096, len(path))
        while first < len(path):
            out = (np.empty(room, np.int64), np.empty(room, np.int32), np.empty((room, 2)))
            reached, n = kernels.find_leg_hits(path, first, self._cells, out)
            room = room * 4 if reached == first else room
            first = reached
            found.append(tuple(column[:n] for column in out))
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.int32), np.empty((0, 2))
        piece, edge, hit = (np.concatenate(columns) for columns in zip(*found, strict=True))
        n_edges = max(len(self._edges.zone), 1)
        _, once = np.unique(piece * n_edges + edge, return_index=True)
        return piece[once], edge[once], hit[once]

    def _settle_areas(self, crossings: LegCrossings, ends: tuple[F64, ...]) -> LegCrossings:
        """Return the crossings with directions of areas told by the place where the leg starts.

        Where rounding lost or doubled a hit within a hair of the border, the odd one is left out, so that a leg's
        crossings always lead from the status of its start to the status of its end.
        """
        area = self._is_area[crossings.zone] == 1
        if not area.any():
            return crossings
        key = crossings.leg * len(self.zones) + crossings.zone
        _, start, group, size = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
        leg, zone = crossings.leg[start], crossings.zone[start]
        before = self.is_inside(ends[0][leg], ends[1][leg], zone)
        after = self.is_inside(ends[2][leg], ends[3][leg], zone)
        position = np.arange(len(key)) - start[group]
        is_in = before[group] ^ (position % 2 == 1)
        direction = np.where(area, np.where(is_in, -1, 1), crossings.direction).astype(np.int8)
        wrong = (before ^ after) != (size % 2 == 1)
        odd_one = wrong[group] & area & (position == size[group] - 1)
        settled = LegCrossings(
            crossings.leg, crossings.zone, crossings.fraction, crossings.lat_deg, crossings.lon_deg, direction
        )
        return settled.take(~odd_one)

    def distance_m(self, lat_deg: F64, lon_deg: F64, zone: int | I32) -> F64:
        """Return metres (n,) to the nearest border of a zone, negative inside (for a line: on its inside side).

        inf for a zone without edges. Within 0.1 % up to 60 nm. `zone` is one index or one per place.
        """
        lat, lon = np.ascontiguousarray(lat_deg, np.float64), np.ascontiguousarray(lon_deg, np.float64)
        zones = np.ascontiguousarray(np.broadcast_to(np.asarray(zone, np.int32), lat.shape))
        metres, left = self._nearest(lat, lon, zones)
        inside = left == self.inside_is_left[zones]
        area = self._is_area[zones] == 1
        if area.any():
            inside = np.where(area, self.is_inside(lat, lon, zones), inside)
        return np.where(inside, -metres, metres)

    def border_m(self, lat_deg: F64, lon_deg: F64, zone: int | I32) -> F64:
        """Return metres (n,) to the nearest border without a sign; quicker than distance_m."""
        lat, lon = np.ascontiguousarray(lat_deg, np.float64), np.ascontiguousarray(lon_deg, np.float64)
        zones = np.ascontiguousarray(np.broadcast_to(np.asarray(zone, np.int32), lat.shape))
        return self._nearest(lat, lon, zones)[0]

    def _nearest(self, lat: F64, lon: F64, zones: I32) -> tuple[F64, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        metres, left = np.empty(len(lat)), np.empty(len(lat), np.int8)
        kernels.nearest_border(lat, lon, zones, self._borders, (metres, left))
        return metres, left == 1


def _or_else(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def _wrap(lon: F64) -> F64:
    return np.where(lon > 180.0, lon - 360.0, np.where(lon < -180.0, lon + 360.0, lon))


def _without_touches(crossings: LegCrossings) -> LegCrossings:
    """Return the crossings without pairs at one place: a vertex that is touched, a seam between two parts of a zone."""
    n = len(crossings)
    same = (np.diff(crossings.leg) == 0) & (np.diff(crossings.zone) == 0) & (np.diff(crossings.fraction) < 1e-12)
    if not same.any():
        return crossings
    drop = np.zeros(n, bool)
    for k in np.flatnonzero(same):
        if not drop[k]:
            drop[k] = drop[k + 1] = True
    return crossings.take(~drop)
