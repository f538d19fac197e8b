"""Distances, directions and paths on WGS84, for arrays: degrees and metres in and out.

The trouble: longitudes jump at 180°, azimuths lose meaning at the poles, and a degree of longitude is a different
length on every parallel. Everything here takes scalars or arrays that broadcast, accepts any longitude, and returns
longitudes in -180 <= lon < 180. NaN in gives NaN out. The series themselves are in `core/vincenty.py`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from haidang.core import vincenty
from haidang.core.columns import F64

#: Radius of the sphere with the surface of WGS84, metres.
AUTHALIC_RADIUS_M = 6_371_007.1809


def wrap_lon(lon_deg: ArrayLike) -> F64:
    """Return longitudes moved into -180 <= lon < 180 (degrees)."""
    lon = np.asarray(lon_deg, np.float64)
    # Values already inside stay bit for bit the same: remainder would round them.
    return np.where((lon >= -180.0) & (lon < 180.0), lon, np.remainder(lon + 180.0, 360.0) - 180.0)


def unwrap_lon(lon_deg: ArrayLike) -> F64:
    """Return the longitudes (n,) of a path without jumps of 360°: each step is the short way round.

    The first longitude is kept; later ones may leave -180..180. A NaN stays NaN and does not break the rest.
    """
    lon = np.array(lon_deg, np.float64)
    known = np.isfinite(lon)
    values = lon[known]
    if values.size > 1:
        turns = np.round(np.diff(values) / 360.0)
        values[1:] -= 360.0 * np.cumsum(turns)
        lon[known] = values
    return lon


def _flat(*values: ArrayLike) -> tuple[tuple[int, ...], list[F64]]:
    """Return the broadcast shape and the values as flat float64 arrays."""
    arrays = np.broadcast_arrays(*[np.asarray(v, np.float64) for v in values])
    return arrays[0].shape, [np.ascontiguousarray(a).reshape(-1) for a in arrays]


def _solve(lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> tuple[F64, F64, F64]:
    """Return distance (m) and the azimuths (radians) at both ends, in the broadcast shape."""
    shape, (a, b, c, d) = _flat(lat1, lon1, lat2, lon2)
    solved = vincenty.inverse(*(np.radians(v) for v in (a, b, c, d)))
    distance, start, end = (v.reshape(shape) for v in solved)
    return distance, start, end


def distance_m(lat1_deg: ArrayLike, lon1_deg: ArrayLike, lat2_deg: ArrayLike, lon2_deg: ArrayLike) -> F64:
    """Return the geodesic distance in metres (broadcast shape); within 0.1 mm, 1 mm for nearly antipodal points."""
    return _solve(lat1_deg, lon1_deg, lat2_deg, lon2_deg)[0]


def azimuth_deg(lat1_deg: ArrayLike, lon1_deg: ArrayLike, lat2_deg: ArrayLike, lon2_deg: ArrayLike) -> F64:
    """Return the direction at the first point towards the second, degrees clockwise from north, 0 <= x < 360.

    Identical points have no direction; 0 is returned for them.
    """
    distance, start, _ = _solve(lat1_deg, lon1_deg, lat2_deg, lon2_deg)
    azimuth = np.remainder(np.degrees(start), 360.0)
    # A tiny negative angle rounds up to 360 itself.
    return np.where((distance == 0.0) | (azimuth >= 360.0), 0.0, azimuth)


def destination(
    lat_deg: ArrayLike, lon_deg: ArrayLike, azimuth_deg: ArrayLike, distance_m: ArrayLike
) -> tuple[F64, F64]:
    """Return latitude and longitude (degrees) reached after `distance_m` along the geodesic; negative goes back."""
    shape, (lat, lon, azimuth, length) = _flat(lat_deg, lon_deg, azimuth_deg, distance_m)
    lat2, lon2, _ = vincenty.direct(np.radians(lat), np.radians(lon), np.radians(azimuth), length)
    return np.degrees(lat2).reshape(shape), wrap_lon(np.degrees(lon2)).reshape(shape)


def interpolate(
    lat1_deg: ArrayLike, lon1_deg: ArrayLike, lat2_deg: ArrayLike, lon2_deg: ArrayLike, fraction: ArrayLike
) -> tuple[F64, F64]:
    """Return the point (lat, lon degrees) at `fraction` 0..1 of the way along the geodesic between two points."""
    distance, start, _ = _solve(lat1_deg, lon1_deg, lat2_deg, lon2_deg)
    return destination(lat1_deg, lon1_deg, np.degrees(start), distance * np.asarray(fraction, np.float64))


@dataclass(frozen=True, slots=True)
class ClosestPoint:
    """The point of a segment nearest to a place; all fields have the broadcast shape.

    Attributes:
        distance_m: metres from the place to the segment.
        along_m: metres from the segment's start to the nearest point, 0..length.
        lat_deg, lon_deg: the nearest point.
        cross_track_m: metres right (+) or left (-) of the segment's direction, measured at the nearest point.
    """

    distance_m: F64
    along_m: F64
    lat_deg: F64
    lon_deg: F64
    cross_track_m: F64


def closest_on_segment(
    point: tuple[ArrayLike, ArrayLike], start: tuple[ArrayLike, ArrayLike], end: tuple[ArrayLike, ArrayLike]
) -> ClosestPoint:
    """Return the nearest point of the geodesic segment start-end for each place; each argument is (lat, lon) degrees.

    Right to the millimetre for segments and distances up to some 2,000 km; meant for legs between two fixes and for
    edges of zones. A segment of no length is its point.
    """
    shape, flat = _flat(*point, *start, *end)
    lat_p, lon_p, lat_a, lon_a, lat_b, lon_b = (np.radians(v) for v in flat)
    length, course, _ = vincenty.inverse(lat_a, lon_a, lat_b, lon_b)
    along = np.zeros_like(length)
    radius = AUTHALIC_RADIUS_M
    # Each round stands at the present guess and moves along by the spherical right triangle; the error
    # falls by the flattening (1/298) a round.
    for _ in range(6):
        lat_x, lon_x, heading = vincenty.direct(lat_a, lon_a, course, along)
        distance, azimuth, _ = vincenty.inverse(lat_x, lon_x, lat_p, lon_p)
        arc = np.minimum(distance / radius, 1.5)
        step = radius * np.arctan(np.tan(arc) * np.cos(azimuth - heading))
        along = np.clip(along + step, 0.0, length)
    lat_x, lon_x, heading = vincenty.direct(lat_a, lon_a, course, along)
    distance, azimuth, _ = vincenty.inverse(lat_x, lon_x, lat_p, lon_p)
    side = np.sign(np.sin(azimuth - heading))
    lat, lon = np.degrees(lat_x), wrap_lon(np.degrees(lon_x))
    parts = (v.reshape(shape) for v in (distance, along, lat, lon, side * distance))
    return ClosestPoint(*parts)


class LocalPlane:
    """The tangent plane at an origin: x east and y north in metres, for work within 200 km.

    Straight down onto the plane (earth-centred coordinates turned east-north-up, height left out), so it has no
    trouble at the poles or at 180°. Lengths come out short by (r/R)²/2: 1 m in 100 km at r = 28 km, 0.05 % at 200 km.
    """

    def __init__(self, lat_deg: float, lon_deg: float) -> None:
        lat, lon = np.radians(lat_deg), np.radians(lon_deg)
        self._east = np.array([-np.sin(lon), np.cos(lon), 0.0])
        self._north = np.array([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)])
        self._up = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
        self._origin = self._earth_centred(np.asarray(lat), np.asarray(lon))

    @staticmethod
    def _earth_centred(lat: F64, lon: F64) -> F64:
        """Return earth-centred x, y, z in metres, shape (..., 3), of points on the ellipsoid (radians)."""
        normal = vincenty.A_M / np.sqrt(1.0 - vincenty.E2 * np.sin(lat) ** 2)
        flat = normal * np.cos(lat)
        return np.stack([flat * np.cos(lon), flat * np.sin(lon), normal * (1.0 - vincenty.E2) * np.sin(lat)], axis=-1)

    def to_xy(self, lat_deg: ArrayLike, lon_deg: ArrayLike) -> tuple[F64, F64]:
        """Return x (east) and y (north) in metres."""
        lat, lon = np.broadcast_arrays(np.radians(np.asarray(lat_deg)), np.radians(np.asarray(lon_deg)))
        offset = self._earth_centred(lat, lon) - self._origin
        return offset @ self._east, offset @ self._north

    def to_lat_lon(self, x_m: ArrayLike, y_m: ArrayLike) -> tuple[F64, F64]:
        """Return latitude and longitude (degrees) of plane points: where the vertical meets the ellipsoid."""
        x, y = np.broadcast_arrays(np.asarray(x_m, np.float64), np.asarray(y_m, np.float64))
        foot = self._origin + x[..., None] * self._east + y[..., None] * self._north
        # Scale z so that the ellipsoid is a sphere of radius a, then solve |foot + t up| = a for the near root.
        scale = np.array([1.0, 1.0, vincenty.A_M / vincenty.B_M])
        p, u = foot * scale, self._up * scale
        half_b, c = p @ u, np.sum(p * p, axis=-1) - vincenty.A_M**2
        root = np.sqrt(np.maximum(half_b**2 - (u @ u) * c, 0.0))
        place = foot + ((root - half_b) / (u @ u))[..., None] * self._up
        flat = np.hypot(place[..., 0], place[..., 1])
        lat = np.arctan2(place[..., 2], flat * (1.0 - vincenty.E2))
        return np.degrees(lat), wrap_lon(np.degrees(np.arctan2(place[..., 1], place[..., 0])))


def ring_area_m2(ring: F64) -> float:
    """Return the signed area of a ring (m, 2) of lon, lat degrees: positive when drawn anticlockwise.

    Square metres on the sphere of equal surface, edges as straight lines in longitude and sine of latitude: within
    1 % for zones, exact in sign. The ring may cross 180°; one that goes round a pole has no defined sign here.
    """
    lon = np.radians(unwrap_lon(ring[:, 0]))
    sine = np.sin(np.radians(ring[:, 1]))
    # Against the first corner: a small ring far from the equator keeps its digits.
    sine = sine - sine[0]
    step = np.roll(lon, -1) - lon
    step[-1] = lon[0] - lon[-1]
    return float(-np.sum(step * (sine + np.roll(sine, -1))) / 2.0 * AUTHALIC_RADIUS_M**2)
