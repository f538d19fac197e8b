"""How far the nearest port is: quiet boats in port are not lost, slow boats in port are not meeting."""

from collections.abc import Sequence

import numpy as np
from numba import njit

from haidang.core.columns import F64
from haidang.core.zone import Port
from haidang.tracks.place import distance_m

#: No degree of latitude is shorter than this on the sphere of `place`, metres.
_M_PER_DEG = 111_195.0


def _port_places(ports: Sequence[Port]) -> F64:
    """Return (p, 2) lat, lon of every port point and polygon vertex, sorted by latitude."""
    places = [np.array([[p.lat_deg, p.lon_deg] for p in ports], np.float64).reshape(-1, 2)]
    places += [np.asarray(ring, np.float64)[:, ::-1] for p in ports for polygon in p.polygons for ring in polygon]
    every = np.concatenate(places)
    every = every[np.isfinite(every).all(axis=1)]
    return np.ascontiguousarray(every[np.argsort(every[:, 0], kind="stable")])


@njit(nogil=True, cache=True)
def _nearest(lat: F64, lon: F64, places: F64, limit_m: float, metres: F64) -> None:
    """Write metres to the nearest place (sorted by latitude), inf beyond the limit."""
    for i in range(len(lat)):
        best = np.inf
        reach = limit_m
        middle = np.searchsorted(places[:, 0], lat[i])
        up, down = middle, middle - 1
        while up < len(places) and (places[up, 0] - lat[i]) * _M_PER_DEG <= reach:
            best = min(best, distance_m(lat[i], lon[i], places[up, 0], places[up, 1]))
            reach = min(reach, best)
            up += 1
        while down >= 0 and (lat[i] - places[down, 0]) * _M_PER_DEG <= reach:
            best = min(best, distance_m(lat[i], lon[i], places[down, 0], places[down, 1]))
            reach = min(reach, best)
            down -= 1
        metres[i] = best if best <= limit_m else np.inf


def nearest_port_m(lat_deg: F64, lon_deg: F64, ports: Sequence[Port], *, limit_m: float = np.inf) -> F64:
    """Return metres (n,) to the nearest port point or port polygon vertex; inf without ports or beyond the limit."""
    metres = np.full(len(lat_deg), np.inf)
    if len(ports):
        lat, lon = np.ascontiguousarray(lat_deg, np.float64), np.ascontiguousarray(lon_deg, np.float64)
        _nearest(lat, lon, _port_places(ports), float(limit_m), metres)
    return metres
