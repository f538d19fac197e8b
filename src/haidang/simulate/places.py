"""Where the drill takes place: coast, ports and fairways, islands, lanes, and sample lines with no legal meaning.

Boats that sail over a headland spoil a drill at once. The coast is one number per tenth of a degree: the
easternmost land of that band, read off Natural Earth (public domain) and the province polygons (MIT), which is
enough because this coast looks east. The permitted boundary here is a smooth invented curve; it is not, and
must never be made to look like, a line of any state.
"""

from dataclasses import dataclass

import numpy as np

from haidang.core.columns import F64, I64
from haidang.core.zone import Port, Zone

#: Metres in a degree of latitude; five-minute steps of some km need no better (error below 0.5 %).
DEGREE_M = 110_900.0
NM_M = 1852.0

#: Easternmost mainland of the band of 0.1 degrees around each latitude from 10.5 N.
COAST_LAT_DEG: F64 = np.arange(10.5, 18.01, 0.1)
COAST_LON_DEG: F64 = np.array([
    107.561, 107.771, 108.024, 108.076, 108.311, 108.476, 108.548, 108.758, 108.997, 109.024, 109.037, 109.175, 109.235,
    109.226, 109.286, 109.286, 109.232, 109.226, 109.297, 109.344, 109.299, 109.457, 109.465, 109.433, 109.462, 109.43,
    109.375, 109.339, 109.318, 109.323, 109.334, 109.302, 109.256, 109.307, 109.307, 109.28, 109.251, 109.216, 109.199,
    109.158, 109.125, 109.092, 109.091, 109.067, 109.007, 108.965, 108.933, 108.949, 108.913, 108.876, 108.72, 108.616,
    108.535, 108.461, 108.411, 108.329, 108.343, 108.266, 108.089, 107.935, 107.809, 107.676, 107.544, 107.415, 107.265,
    107.167, 107.128, 107.353, 106.895, 106.764, 106.679, 106.605, 106.531, 106.481, 106.679, 106.516,
])  # fmt: skip

#: Islands to sail around: latitude, longitude, radius in km.
ISLANDS: F64 = np.array([[15.381, 109.12, 4.6], [15.429, 109.083, 1.8], [15.945, 108.50, 5.0], [15.814, 108.694, 1.4]])

#: Ports and landing places: id, name, berths, inner mark, outer mark of the fairway (lat, lon each). Approximate.
_PORTS: tuple[tuple[str, str, tuple[float, float], tuple[float, float], tuple[float, float]], ...] = (
    ("tho-quang", "Thọ Quang", (16.098, 108.226), (16.15, 108.185), (16.2, 108.37)),
    ("tam-quang", "Tam Quang – An Hòa (Kỳ Hà)", (15.487, 108.683), (15.505, 108.71), (15.555, 108.8)),
    ("cua-dai", "Cửa Đại", (15.884, 108.388), (15.885, 108.42), (15.86, 108.49)),
    ("hong-trieu", "Hồng Triều", (15.872, 108.398), (15.882, 108.42), (15.85, 108.5)),
    ("cu-lao-cham", "Cù Lao Chàm", (15.957, 108.497), (15.95, 108.465), (15.895, 108.455)),
)
#: Share of the fleet by home port, in the order above.
PORT_SHARE: F64 = np.array([0.34, 0.38, 0.1, 0.12, 0.06])
#: Within this of its berth a boat counts as in port, metres.
PORT_RADIUS_M = 900.0
PORT_LAT_DEG: F64 = np.array([p[2][0] for p in _PORTS])
PORT_LON_DEG: F64 = np.array([p[2][1] for p in _PORTS])
INNER_LAT_DEG: F64 = np.array([p[3][0] for p in _PORTS])
INNER_LON_DEG: F64 = np.array([p[3][1] for p in _PORTS])
OUTER_LAT_DEG: F64 = np.array([p[4][0] for p in _PORTS])
OUTER_LON_DEG: F64 = np.array([p[4][1] for p in _PORTS])
PORT_IDS: tuple[str, ...] = tuple(p[0] for p in _PORTS)

#: Vertices of the invented boundary: a gentle wave well at sea.
BOUNDARY_LAT_DEG: F64 = np.round(np.arange(11.5, 17.81, 0.05), 2)
BOUNDARY_LON_DEG: F64 = np.round(112.45 + 0.28 * np.sin((BOUNDARY_LAT_DEG - 12.2) * 0.95), 5)
BOUNDARY_ID = "sample-boundary"
#: The invented closed area: south, west, north, east.
CLOSED_BOX = (16.75, 110.3, 17.1, 110.8)
#: The sample midshore band ends here, nautical miles off the coast; boats of 15 m and more fish outside it.
MIDSHORE_NM = 24.0
SAMPLE_AUTHORITY = "DRILL / DIỄN TẬP"
SAMPLE_SOURCE = "sample, no legal meaning / mẫu, không có giá trị pháp lý"

#: Shipping lanes: lat, lon along the way; the third value of each entry says whether its first end is a port.
LANES: tuple[tuple[F64, bool], ...] = (
    (np.array([[18.4, 112.0], [16.0, 110.62], [14.0, 110.2], [12.2, 110.05], [11.0, 109.8]]), False),
    (np.array([[18.2, 108.2], [17.2, 108.25], [16.6, 108.75], [15.2, 109.75], [13.6, 109.95], [11.0, 109.75]]), False),
    (
        np.array(
            [
                [16.14, 108.19],
                [16.18, 108.2],
                [16.25, 108.42],
                [15.9, 109.3],
                [14.8, 110.2],
                [13.0, 110.1],
                [11.0, 109.8],
            ]
        ),
        True,
    ),
    (np.array([[16.14, 108.19], [16.18, 108.2], [16.25, 108.42], [16.6, 109.4], [17.3, 110.6], [18.4, 111.6]]), True),
    (np.array([[15.45, 108.82], [15.52, 108.98], [15.4, 109.6], [14.2, 110.4], [12.0, 110.2]]), True),
)
LANE_SHARE: F64 = np.array([0.45, 0.3, 0.1, 0.08, 0.07])


def coast_lon_deg(lat_deg: F64) -> F64:
    """Return the longitude of the easternmost mainland at each latitude, degrees."""
    return np.interp(lat_deg, COAST_LAT_DEG, COAST_LON_DEG)


def offshore_m(lat_deg: F64, lon_deg: F64) -> F64:
    """Return metres east of the outer edge of the sample midshore band, along the parallel (negative inside)."""
    scale = DEGREE_M * np.cos(np.radians(lat_deg))
    return np.asarray((lon_deg - coast_lon_deg(lat_deg)) * scale - MIDSHORE_NM * NM_M, np.float64)


def inside_boundary_m(lat_deg: F64, lon_deg: F64) -> F64:
    """Return metres west (+, permitted) or east (-, beyond) of the invented boundary, along the parallel."""
    line = np.interp(lat_deg, BOUNDARY_LAT_DEG, BOUNDARY_LON_DEG)
    return np.asarray((line - lon_deg) * DEGREE_M * np.cos(np.radians(lat_deg)), np.float64)


def nearest_port(lat_deg: F64, lon_deg: F64) -> tuple[I64, F64]:
    """Return for each place the index of the nearest port and the distance to its berths, metres."""
    north = (lat_deg[:, None] - PORT_LAT_DEG) * DEGREE_M
    east = (lon_deg[:, None] - PORT_LON_DEG) * DEGREE_M * np.cos(np.radians(lat_deg))[:, None]
    distance = np.hypot(north, east)
    nearest = np.argmin(distance, axis=1)
    return nearest.astype(np.int64), distance[np.arange(len(nearest)), nearest]


def keep_off_land(lat_deg: F64, lon_deg: F64, free: F64) -> None:
    """Move places that got onto the coast or an island to its edge, in place.

    Args:
        lat_deg: (n,) degrees, changed.
        lon_deg: (n,) degrees, changed.
        free: (n,) 1.0 where the vessel is in a fairway or port and knows its way, else 0.0.
    """
    bound = free == 0.0
    west = coast_lon_deg(lat_deg) + 0.035
    np.copyto(lon_deg, west, where=bound & (lon_deg < west))
    for lat, lon, radius_km in ISLANDS:
        scale = np.cos(np.radians(lat))
        north, east = (lat_deg - lat) * DEGREE_M, (lon_deg - lon) * DEGREE_M * scale
        distance = np.hypot(north, east)
        inside = bound & (distance < radius_km * 1000.0)
        if inside.any():
            grow = radius_km * 1000.0 / np.maximum(distance[inside], 1.0)
            lat_deg[inside] = lat + north[inside] * grow / DEGREE_M
            lon_deg[inside] = lon + east[inside] * grow / (DEGREE_M * scale)


@dataclass(frozen=True, slots=True)
class Ground:
    """A fishing ground: centre ranges and the radius a boat keeps within."""

    lat_deg: tuple[float, float]
    lon_deg: tuple[float, float]
    radius_m: float


#: Grounds by gear. Squid jiggers go far out; their eastern grounds end where the sample boundary runs.
GROUNDS: dict[str, Ground] = {
    "jig": Ground((12.4, 14.7), (110.6, 112.3), 75_000.0),
    "gillnet": Ground((13.9, 16.9), (109.3, 110.6), 40_000.0),
    "seine": Ground((14.2, 16.9), (108.9, 110.4), 35_000.0),
    "pair_trawl": Ground((14.4, 17.2), (108.7, 109.9), 28_000.0),
    "carrier": Ground((13.2, 15.2), (110.8, 112.0), 60_000.0),
}


def sample_ports() -> list[Port]:
    """Return the drill's ports."""
    return [Port(p[0], p[1], p[2][0], p[2][1]) for p in _PORTS]


def _band(near_nm: float, far_nm: float) -> tuple[tuple[F64, ...], ...]:
    lat = np.arange(14.6, 16.81, 0.1)
    coast = coast_lon_deg(lat)
    degree = NM_M / (DEGREE_M * np.cos(np.radians(lat)))
    inner = np.column_stack([coast + near_nm * degree, lat])
    outer = np.column_stack([coast + far_nm * degree, lat])
    return ((np.ascontiguousarray(np.vstack([inner, outer[::-1], inner[:1]])),),)


def sample_zones() -> list[Zone]:
    """Return the sample boundary, the three bands off the coast and the sample closed area."""
    south, west, north, east = CLOSED_BOX
    box = np.array([[west, south], [east, south], [east, north], [west, north], [west, south]])
    line = np.ascontiguousarray(np.column_stack([BOUNDARY_LON_DEG, BOUNDARY_LAT_DEG]))
    name = "Ranh giới MẪU / SAMPLE boundary"

    def layer(zone_id: str, name: str, kind: str, polygons: tuple[tuple[F64, ...], ...]) -> Zone:
        return Zone(
            zone_id,
            name,
            kind,
            polygons,
            authority=SAMPLE_AUTHORITY,
            source=SAMPLE_SOURCE,
            version="sample-1",
        )

    boundary = Zone(
        BOUNDARY_ID, name, "permitted_boundary", lines=(line,), inside="left", is_alert_boundary=True,
        authority=SAMPLE_AUTHORITY, source=SAMPLE_SOURCE, version="sample-1",
    )  # fmt: skip
    return [
        boundary,
        layer("sample-inshore", "Vùng ven bờ MẪU / SAMPLE inshore waters", "inshore", _band(0.0, 6.0)),
        layer("sample-midshore", "Vùng lộng MẪU / SAMPLE midshore waters", "midshore", _band(6.0, MIDSHORE_NM)),
        layer("sample-offshore", "Vùng khơi MẪU / SAMPLE offshore waters", "offshore", _band(MIDSHORE_NM, 90.0)),
        layer("sample-closed", "Khu vực cấm MẪU / SAMPLE closed area", "closed", ((box,),)),
    ]
