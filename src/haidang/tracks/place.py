"""Distances between fixes, quick enough to ask for every one of them.

Fixes of one track are mostly metres to kilometres apart, where a flat patch of the sphere is right to a part in a
thousand; only far pairs pay for the haversine. Longitudes are taken the short way round, so 180° is no seam.
"""

import math

import numpy as np
from numba import njit

#: Mean radius of the WGS84 ellipsoid, metres (IUGG R1).
RADIUS_M = 6_371_008.8
_M_PER_DEG = RADIUS_M * math.pi / 180.0
_RAD = math.pi / 180.0


@njit(nogil=True, cache=True, inline="always")
def turn_deg(lon0: float, lon1: float) -> float:
    """Return lon1 - lon0 the short way round, -180..180 degrees."""
    d = lon1 - lon0
    if d > 180.0:
        d -= 360.0
    elif d < -180.0:
        d += 360.0
    return d


@njit(nogil=True, cache=True)
def distance_m(lat0: float, lon0: float, lat1: float, lon1: float) -> float:
    """Return the great-circle distance in metres; flat below 0.5 degrees, haversine beyond."""
    dlat = lat1 - lat0
    dlon = turn_deg(lon0, lon1)
    if abs(dlat) < 0.5 and abs(dlon) < 0.5 and abs(lat0) < 80.0:
        x = dlon * math.cos((lat0 + lat1) * 0.5 * _RAD)
        return _M_PER_DEG * math.sqrt(dlat * dlat + x * x)
    s = math.sin(dlat * 0.5 * _RAD)
    c = math.sin(dlon * 0.5 * _RAD)
    h = s * s + math.cos(lat0 * _RAD) * math.cos(lat1 * _RAD) * c * c
    return 2.0 * RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


@njit(nogil=True, cache=True)
def place_is_sentinel(lat: float, lon: float) -> bool:
    """Return whether a place is none: not finite, out of range, 0/0, or AIS' "not available" 91/181.

    Terminals without a fix send zeros; a boat really at 0° N 0° E is far from any coast this desk watches.
    """
    if not (abs(lat) <= 90.0 and abs(lon) <= 180.0):
        return True
    return abs(lat) < 1e-5 and abs(lon) < 1e-5


def distance_plain(lat0: float, lon0: float, lat1: float, lon1: float) -> float:
    """Return the haversine distance in metres; the plain twin of `distance_m`."""
    dlon = (lon1 - lon0 + 180.0) % 360.0 - 180.0
    h = (
        np.sin(np.radians(lat1 - lat0) / 2) ** 2
        + np.cos(np.radians(lat0)) * np.cos(np.radians(lat1)) * np.sin(np.radians(dlon) / 2) ** 2
    )
    return float(2 * RADIUS_M * np.arcsin(np.sqrt(min(1.0, h))))
