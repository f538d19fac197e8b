"""The two geodesic problems on WGS84, vectorised: how far and which way (inverse), and where to (direct).

Spherical formulas are off by up to 0.5 %, which is 900 m at a boundary 100 nm out, so the ellipsoid is used everywhere.
Vincenty's inverse series does not converge for nearly antipodal points; no boat sails that far between two fixes,
but a wrong sign in a longitude makes exactly such pairs, so they get a slower method instead of NaN.
`core/geodesy.py` is the public face.

Source: T. Vincenty, Direct and inverse solutions of geodesics on the ellipsoid, Survey Review XXIII 176, 1975.
"""

import numpy as np

from haidang.core.columns import F64

#: WGS84: equatorial radius (m), flattening, polar radius (m), first eccentricity squared.
A_M = 6_378_137.0
F = 1.0 / 298.257223563
B_M = A_M * (1.0 - F)
E2 = F * (2.0 - F)
#: Second eccentricity squared.
EP2 = (A_M**2 - B_M**2) / B_M**2

_TOLERANCE_RAD = 1e-13
_MAX_ITERATIONS = 60
#: Directions tried first, and golden section steps after, when a pair is nearly antipodal.
_DIRECTIONS = 72
_GOLDEN_STEPS = 60


def series(u2: F64) -> tuple[F64, F64]:
    """Return Vincenty's A and B for u² = cos²α·e'²."""
    big_a = 1.0 + u2 / 16384.0 * (4096.0 + u2 * (-768.0 + u2 * (320.0 - 175.0 * u2)))
    big_b = u2 / 1024.0 * (256.0 + u2 * (-128.0 + u2 * (74.0 - 47.0 * u2)))
    return big_a, big_b


def _delta_sigma(big_b: F64, sin_s: F64, cos_s: F64, cos_2m: F64) -> F64:
    """Return the correction of the arc σ (radians)."""
    c2 = cos_2m * cos_2m
    inner = cos_s * (2.0 * c2 - 1.0) - big_b / 6.0 * cos_2m * (4.0 * sin_s * sin_s - 3.0) * (4.0 * c2 - 3.0)
    return np.asarray(big_b * sin_s * (cos_2m + big_b / 4.0 * inner))


def _arc(sin_u1: F64, cos_u1: F64, sin_u2: F64, cos_u2: F64, lam: F64) -> tuple[F64, F64, F64, F64, F64]:
    """Return sin σ, cos σ, σ, cos²α and cos 2σm for the difference `lam` of longitude on the auxiliary sphere."""
    sin_l, cos_l = np.sin(lam), np.cos(lam)
    # As a hypotenuse: σ keeps its digits for points a millimetre apart.
    sin_s = np.hypot(cos_u2 * sin_l, cos_u1 * sin_u2 - sin_u1 * cos_u2 * cos_l)
    cos_s = sin_u1 * sin_u2 + cos_u1 * cos_u2 * cos_l
    safe = np.where(sin_s == 0.0, 1.0, sin_s)
    sin_alpha = np.where(sin_s == 0.0, 0.0, cos_u1 * cos_u2 * sin_l / safe)
    cos2_alpha = 1.0 - sin_alpha * sin_alpha
    along_equator = cos2_alpha < 1e-15
    cos_2m = np.where(along_equator, 0.0, cos_s - 2.0 * sin_u1 * sin_u2 / np.where(along_equator, 1.0, cos2_alpha))
    # Rounding near the pole may push the cosine past 1.
    return sin_s, cos_s, np.arctan2(sin_s, cos_s), cos2_alpha, np.clip(cos_2m, -1.0, 1.0)


def _next_lambda(diff: F64, lam: F64, parts: tuple[F64, F64, F64, F64, F64], numerator: F64) -> F64:
    """Return the next estimate of λ; `numerator` is cos U1 · cos U2, `parts` come from `_arc`."""
    sin_s, cos_s, sigma, cos2_alpha, cos_2m = parts
    sin_alpha = np.where(sin_s == 0.0, 0.0, numerator * np.sin(lam) / np.where(sin_s == 0.0, 1.0, sin_s))
    c = F / 16.0 * cos2_alpha * (4.0 + F * (4.0 - 3.0 * cos2_alpha))
    inner = sigma + c * sin_s * (cos_2m + c * cos_s * (2.0 * cos_2m * cos_2m - 1.0))
    return np.asarray(diff + (1.0 - c) * F * sin_alpha * inner)


def inverse(lat1: F64, lon1: F64, lat2: F64, lon2: F64) -> tuple[F64, F64, F64]:
    """Solve the inverse problem for arrays of one shape (n,), in radians.

    Returns:
        Distance in metres, azimuth at the first point and azimuth at the second point (both forwards, radians,
        -π..π); NaN where an input is NaN.
    """
    # atan2 keeps the reduced latitude of a pole exact.
    u1 = np.arctan2((1.0 - F) * np.sin(lat1), np.cos(lat1))
    u2 = np.arctan2((1.0 - F) * np.sin(lat2), np.cos(lat2))
    su1, cu1, su2, cu2 = np.sin(u1), np.cos(u1), np.sin(u2), np.cos(u2)
    diff = np.remainder(lon2 - lon1 + np.pi, 2.0 * np.pi) - np.pi
    lam = diff.copy()
    active = np.flatnonzero(np.isfinite(lam + lat1 + lat2))
    for _ in range(_MAX_ITERATIONS):
        if active.size == 0:
            break
        parts = _arc(su1[active], cu1[active], su2[active], cu2[active], lam[active])
        step = _next_lambda(diff[active], lam[active], parts, cu1[active] * cu2[active])
        moving = np.abs(step - lam[active]) > _TOLERANCE_RAD
        lam[active] = step
        # |λ| > π is the sign of a pair the series cannot solve.
        active = active[moving & (np.abs(step) <= np.pi)] if np.any(np.abs(step) > np.pi) else active[moving]
    unsolved = np.union1d(active, np.flatnonzero(np.abs(lam) > np.pi))

    sin_s, cos_s, sigma, cos2_alpha, cos_2m = _arc(su1, cu1, su2, cu2, lam)
    big_a, big_b = series(cos2_alpha * EP2)
    distance = B_M * big_a * (sigma - _delta_sigma(big_b, sin_s, cos_s, cos_2m))
    sin_l, cos_l = np.sin(lam), np.cos(lam)
    start = np.arctan2(cu2 * sin_l, cu1 * su2 - su1 * cu2 * cos_l)
    end = np.arctan2(cu1 * sin_l, cu1 * su2 * cos_l - su1 * cu2)
    if unsolved.size:
        far = _through_waypoint(lat1[unsolved], lon1[unsolved], lat2[unsolved], lon2[unsolved])
        distance[unsolved], start[unsolved], end[unsolved] = far
    return distance, start, end


def _through_waypoint(lat1: F64, lon1: F64, lat2: F64, lon2: F64) -> tuple[F64, F64, F64]:
    """Solve nearly antipodal pairs: the shortest way over a point a quarter of the globe from the start.

    Every shortest path crosses the circle of points 10 000 km from the start; both halves are far from antipodal,
    so the sum of their lengths, least over the direction of the waypoint, is the answer.
    """
    quarter = np.full(lat1.shape, np.pi / 2.0 * B_M)

    def halves(direction: F64) -> tuple[F64, F64]:
        lat, lon, _ = direct(lat1, lon1, direction, quarter)
        rest, _, end = inverse(lat, lon, lat2, lon2)
        return quarter + rest, end

    grid = np.arange(_DIRECTIONS) * (2.0 * np.pi / _DIRECTIONS)
    lengths = np.stack([halves(np.full(lat1.shape, g))[0] for g in grid])
    best = grid[np.argmin(lengths, axis=0)]
    width = 2.0 * np.pi / _DIRECTIONS
    low, high = best - width, best + width
    ratio = (np.sqrt(5.0) - 1.0) / 2.0
    for _ in range(_GOLDEN_STEPS):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        keep_left = halves(left)[0] < halves(right)[0]
        low, high = np.where(keep_left, low, left), np.where(keep_left, right, high)
    direction = (low + high) / 2.0
    length, end = halves(direction)
    return length, np.remainder(direction + np.pi, 2.0 * np.pi) - np.pi, end


def direct(lat1: F64, lon1: F64, azimuth: F64, distance_m: F64) -> tuple[F64, F64, F64]:
    """Solve the direct problem for arrays of one shape (n,), angles in radians.

    Returns:
        Latitude, longitude (not wrapped) and azimuth at the end point, radians.
    """
    u1 = np.arctan2((1.0 - F) * np.sin(lat1), np.cos(lat1))
    su1, cu1 = np.sin(u1), np.cos(u1)
    sin_a1, cos_a1 = np.sin(azimuth), np.cos(azimuth)
    sigma1 = np.arctan2(su1, cu1 * cos_a1)
    sin_alpha = cu1 * sin_a1
    cos2_alpha = 1.0 - sin_alpha * sin_alpha
    big_a, big_b = series(cos2_alpha * EP2)
    base = distance_m / (B_M * big_a)
    sigma = base
    # The correction shrinks by e'² each round: eight rounds reach the last digit for any distance.
    for _ in range(8):
        cos_2m = np.cos(2.0 * sigma1 + sigma)
        sigma = base + _delta_sigma(big_b, np.sin(sigma), np.cos(sigma), cos_2m)
    cos_2m = np.cos(2.0 * sigma1 + sigma)
    sin_s, cos_s = np.sin(sigma), np.cos(sigma)
    across = su1 * sin_s - cu1 * cos_s * cos_a1
    lat2 = np.arctan2(su1 * cos_s + cu1 * sin_s * cos_a1, (1.0 - F) * np.hypot(sin_alpha, across))
    lam = np.arctan2(sin_s * sin_a1, cu1 * cos_s - su1 * sin_s * cos_a1)
    c = F / 16.0 * cos2_alpha * (4.0 + F * (4.0 - 3.0 * cos2_alpha))
    inner = sigma + c * sin_s * (cos_2m + c * cos_s * (2.0 * cos_2m * cos_2m - 1.0))
    lon2 = lon1 + lam - (1.0 - c) * F * sin_alpha * inner
    return lat2, lon2, np.arctan2(sin_alpha, -across)
