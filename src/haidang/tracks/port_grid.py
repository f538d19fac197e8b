"""Ports in a grid of cells, so that "which port is near" costs the same with ten ports as with ten thousand.

A port is a point with a radius or a polygon. Each stands in every cell it can be entered or left from, so one cell
answers; cells near 180° wrap.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from haidang.core.columns import F64, I32, I64
from haidang.core.zone import Port
from haidang.tracks.place import distance_m, turn_deg

#: Cells per degree, and cells around the globe.
_PER_DEG = 10
_AROUND = 3600
_M_PER_DEG = 111_195.08
_RAD = math.pi / 180.0


@dataclass(frozen=True, slots=True)
class PortGrid:
    """Ports prepared for kernels.

    Attributes:
        port_ids: (p,) ids.
        places: (p, 4) float64: lat, lon, distance within which a vessel is in the port, distance beyond which she left.
        ring_start, ring_lat, ring_lon: polygon of port p is ring_lat/lon[ring_start[p]:ring_start[p + 1]], rings
            separated by NaN; empty for a point.
        cell, cell_start, cell_port: sorted cell numbers and, per cell, its ports (compressed rows).
    """

    port_ids: tuple[str, ...]
    places: F64
    ring_start: I64
    ring_lat: F64
    ring_lon: F64
    cell: I64
    cell_start: I64
    cell_port: I32

    @classmethod
    def build(cls, ports: Sequence[Port], enter_m: float, leave_m: float, polygon_margin_m: float) -> "PortGrid":
        """Return the grid; radii in metres, for ports without a polygon; the margin for those with one."""
        places = np.zeros((len(ports), 4))
        starts, lats, lons = [0], [np.empty(0)], [np.empty(0)]
        cells: dict[int, list[int]] = {}
        for p, port in enumerate(ports):
            rings = [ring for polygon in port.polygons for ring in polygon]
            places[p] = port.lat_deg, port.lon_deg, enter_m, leave_m
            if rings:
                places[p, 2:] = 0.0, polygon_margin_m
            for ring in rings:
                lats += [ring[:, 1], np.array([np.nan])]
                lons += [ring[:, 0], np.array([np.nan])]
            starts.append(starts[-1] + sum(len(ring) + 1 for ring in rings))
            for number in _cells_of(port, rings, places[p, 3] + 500.0):
                cells.setdefault(number, []).append(p)
        order = sorted(cells)
        counts = np.array([0] + [len(cells[c]) for c in order], np.int64)
        flat = [p for c in order for p in cells[c]]
        return cls(
            tuple(port.port_id for port in ports), places, np.array(starts, np.int64),
            np.concatenate(lats), np.concatenate(lons),
            np.array(order, np.int64), np.cumsum(counts), np.array(flat, np.int32),
        )  # fmt: skip

    def arrays(self) -> tuple[F64, I64, F64, F64, I64, I64, I32]:
        """Return the arrays in the order kernels take them."""
        return (self.places, self.ring_start, self.ring_lat, self.ring_lon, self.cell, self.cell_start, self.cell_port)

    def near(self, lat_deg: float, lon_deg: float, within_m: float) -> tuple[str | None, float | None]:
        """Return (port id, metres) of the nearest port within a distance, or (None, None); looks at every port."""
        if not self.port_ids:
            return None, None
        best, dist = nearest_port(self.places, self.ring_start, self.ring_lat, self.ring_lon, lat_deg, lon_deg)
        return (self.port_ids[best], float(dist)) if dist <= within_m else (None, None)


def _cells_of(port: Port, rings: Sequence[F64], reach_m: float) -> list[int]:
    """Return the cells within reach of a port."""
    lats = np.concatenate([r[:, 1] for r in rings]) if rings else np.array([port.lat_deg])
    # Relative to the port's own meridian, so that a harbour on 180° has one box and not the whole globe.
    lons = np.concatenate([r[:, 0] for r in rings]) if rings else np.array([port.lon_deg])
    lons = port.lon_deg + (lons - port.lon_deg + 180.0) % 360.0 - 180.0
    up = reach_m / _M_PER_DEG
    low, high = max(-90.0, lats.min() - up), min(90.0, lats.max() + up)
    side = up / max(0.01, math.cos(max(abs(low), abs(high)) * _RAD))
    rows = range(math.floor(low * _PER_DEG), math.floor(high * _PER_DEG) + 1)
    columns = range(math.floor((lons.min() - side) * _PER_DEG), math.floor((lons.max() + side) * _PER_DEG) + 1)
    return [r * _AROUND + c % _AROUND for r in rows for c in columns[:_AROUND]]


@njit(nogil=True, cache=True)
def port_distance_m(places: Any, ring_start: Any, ring_lat: Any, ring_lon: Any, p: Any, lat: float, lon: float) -> Any:
    """Return metres from a place to port p: to its point, or to its polygon's edge (0 inside)."""
    first, last = ring_start[p], ring_start[p + 1]
    if first == last:
        return distance_m(places[p, 0], places[p, 1], lat, lon)
    # A flat patch around the place: the nearest edge of a harbour is kilometres away at most.
    east = np.cos(lat * _RAD) * _M_PER_DEG
    inside = False
    best = np.inf
    for k in range(first, last - 1):
        if np.isnan(ring_lat[k]) or np.isnan(ring_lat[k + 1]):
            continue
        x0, y0 = turn_deg(lon, ring_lon[k]) * east, (ring_lat[k] - lat) * _M_PER_DEG
        x1, y1 = turn_deg(lon, ring_lon[k + 1]) * east, (ring_lat[k + 1] - lat) * _M_PER_DEG
        if (y0 > 0.0) != (y1 > 0.0) and x0 - y0 * (x1 - x0) / (y1 - y0) > 0.0:
            inside = not inside
        dx, dy = x1 - x0, y1 - y0
        length = dx * dx + dy * dy
        w = 0.0 if length == 0.0 else min(1.0, max(0.0, -(x0 * dx + y0 * dy) / length))
        best = min(best, np.hypot(x0 + w * dx, y0 + w * dy))
    return 0.0 if inside else best


@njit(nogil=True, cache=True)
def nearest_port(
    places: Any, ring_start: Any, ring_lat: Any, ring_lon: Any, lat: float, lon: float
) -> tuple[int, float]:
    """Return (port, metres) of the nearest of all ports; (-1, inf) without ports."""
    best, best_m = -1, np.inf
    for p in range(len(places)):
        dist = port_distance_m(places, ring_start, ring_lat, ring_lon, p, lat, lon)
        if dist < best_m:
            best, best_m = p, dist
    return best, best_m


@njit(nogil=True, cache=True)
def port_entered(grid: Any, lat: float, lon: float) -> int:
    """Return the nearest port the place is in, or -1."""
    places, ring_start, ring_lat, ring_lon, cell, cell_start, cell_port = grid
    if len(cell) == 0:
        return -1
    number = np.int64(np.floor(lat * _PER_DEG)) * _AROUND + np.int64(np.floor(lon * _PER_DEG)) % _AROUND
    at = np.searchsorted(cell, number)
    if at == len(cell) or cell[at] != number:
        return -1
    best, best_m = -1, np.inf
    for k in range(cell_start[at], cell_start[at + 1]):
        p = cell_port[k]
        dist = port_distance_m(places, ring_start, ring_lat, ring_lon, p, lat, lon)
        if dist <= places[p, 2] and dist < best_m:
            best, best_m = p, dist
    return best
