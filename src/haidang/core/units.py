"""Conversions by name. Inside the engine: degrees, metres, seconds, UTC microseconds; knots only as transmitted."""

METRES_PER_NM = 1852.0
#: 1 knot is 1852 m in 3600 s.
MPS_PER_KN = METRES_PER_NM / 3600.0


def nm_to_m(distance_nm: float) -> float:
    """Return metres."""
    return distance_nm * METRES_PER_NM


def m_to_nm(distance_m: float) -> float:
    """Return nautical miles."""
    return distance_m / METRES_PER_NM


def kn_to_mps(speed_kn: float) -> float:
    """Return metres per second."""
    return speed_kn * MPS_PER_KN


def mps_to_kn(speed_mps: float) -> float:
    """Return knots."""
    return speed_mps / MPS_PER_KN
