"""GeoJSON geometry turned into rings and lines that planar tests may use: checked, geodesic, cut at 180°.

GeoJSON draws straight lines in degrees; a boundary in law is the shortest line on the ellipsoid. So long edges get
points of the geodesic between their ends (pieces of at most 5 km: between two points the straight line in degrees is
then off by less than 1 m up to 64° latitude). An edge whose ends have the same latitude to the last digit stays on
the parallel: that is how boxes are drawn and how rules say "along the parallel".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from haidang.core import geodesy
from haidang.core.columns import F64

MAX_PIECE_M = 5_000.0
_MAX_DEPTH = 8
_CLOSED_DEG = 1e-12
#: A repair that changes a polygon's area by more than this share is said loudly.
_REPAIR_SHARE = 1e-3
#: Areas and lengths that differ by less than this share are the same.
_SAME_SHARE = 1e-9


class GeometryProblem(Exception):
    """A geometry cannot be used; the text says why. Turned into a reject by the reader."""


@dataclass(slots=True)
class Shapes:
    """What one geometry holds.

    Attributes:
        polygons: tuples of closed rings (m, 2) of lon, lat degrees, outer first, then holes.
        lines: (m, 2) of lon, lat degrees.
        points: lon, lat degrees.
        repaired: sentences on what was mended.
    """

    polygons: list[tuple[F64, ...]] = field(default_factory=list)
    lines: list[F64] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)


def read_geometry(geometry: object, *, _shapes: Shapes | None = None, _depth: int = 0) -> Shapes:
    """Return the shapes of a GeoJSON geometry object, edges made geodesic and cut at the antimeridian.

    Raises:
        GeometryProblem: no geometry, a wrong type, coordinates that are no places, a polygon that encloses nothing.
    """
    shapes = _shapes or Shapes()
    if not isinstance(geometry, Mapping):
        raise GeometryProblem("no geometry")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "GeometryCollection":
        members = geometry.get("geometries")
        if not isinstance(members, Sequence) or _depth >= _MAX_DEPTH:
            raise GeometryProblem("a collection without geometries, or nested too deep")
        for member in members:
            read_geometry(member, _shapes=shapes, _depth=_depth + 1)
    elif kind == "Polygon":
        _add_polygon(shapes, _members(coordinates))
    elif kind == "MultiPolygon":
        for rings in _members(coordinates):
            _add_polygon(shapes, _members(rings))
    elif kind == "LineString":
        _add_line(shapes, coordinates)
    elif kind == "MultiLineString":
        for line in _members(coordinates):
            _add_line(shapes, line)
    elif kind in {"Point", "MultiPoint"}:
        places = _places(coordinates if kind == "MultiPoint" else [coordinates], least=1)
        shapes.points += [(float(lon), float(lat)) for lon, lat in places]
    else:
        raise GeometryProblem(f"geometry type {str(kind)[:40]!r} is not known")
    return shapes


def _members(value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple) or not value:
        raise GeometryProblem("coordinates are missing")
    return value


def _places(value: object, *, least: int) -> F64:
    """Return coordinates as (m, 2) lon, lat; heights are left out."""
    pairs: list[tuple[float, float]] = []
    for place in _members(value):
        if not isinstance(place, list | tuple) or len(place) < 2:
            raise GeometryProblem("a coordinate is not a pair of numbers")
        lon, lat = place[0], place[1]
        if isinstance(lon, bool) or isinstance(lat, bool) or not isinstance(lon, int | float):
            raise GeometryProblem("a coordinate is not a number")
        if not isinstance(lat, int | float) or not (abs(lat) <= 90 and abs(lon) <= 360):
            raise GeometryProblem("a coordinate is not longitude, latitude in degrees")
        pairs.append((float(lon), float(lat)))
    if len(pairs) < least:
        raise GeometryProblem(f"{least} points at least are needed")
    return np.array(pairs, np.float64)


def _unwrapped(places: F64) -> F64:
    """Return the path without jumps at 180°; an edge of a whole turn (a box round the world) is left alone."""
    steps = np.diff(places[:, 0])
    turns = np.where(np.abs(steps) >= 360.0 - _CLOSED_DEG, 0.0, np.round(steps / 360.0))
    out = places.copy()
    out[1:, 0] -= 360.0 * np.cumsum(turns)
    return out


def densify(path: F64, *, max_piece_m: float = MAX_PIECE_M) -> F64:
    """Return an unwrapped path (m, 2) of lon, lat with geodesic points so that no piece is longer than `max_piece_m`.

    The given points stay bit for bit.
    """
    lon, lat = path[:, 0], path[:, 1]
    length = geodesy.distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    pieces = np.maximum(np.ceil(length / max_piece_m), 1).astype(np.int64)
    # Along a parallel or a meridian the straight line in degrees is the line meant.
    pieces[(lat[:-1] == lat[1:]) | (lon[:-1] == lon[1:])] = 1
    if np.all(pieces == 1):
        return path
    edge = np.repeat(np.arange(len(pieces)), pieces)
    first = np.cumsum(pieces) - pieces
    fraction = (np.arange(len(edge)) - first[edge]) / pieces[edge]
    new_lat, new_lon = lat[edge].copy(), lon[edge].copy()
    inner = fraction > 0
    at = edge[inner]
    mid_lat, mid_lon = geodesy.interpolate(lat[at], lon[at], lat[at + 1], lon[at + 1], fraction[inner])
    new_lat[inner] = mid_lat
    # Back onto the unwrapped turn of the edge's start.
    new_lon[inner] = mid_lon + 360.0 * np.round((lon[at] - mid_lon) / 360.0)
    return np.concatenate([np.column_stack([new_lon, new_lat]), path[-1:]])


def _ring(value: object, shapes: Shapes) -> F64:
    """Return a closed, unwrapped ring."""
    ring = _places(value, least=3)
    if not np.array_equal(ring[0], ring[-1]):
        ring = np.concatenate([ring, ring[:1]])
        shapes.repaired.append("A ring was not closed; its first point was repeated.")
    if len(ring) < 4:
        raise GeometryProblem("a ring needs three different points")
    ring = _unwrapped(ring)
    if abs(ring[-1, 0] - ring[0, 0]) > 1.0:
        raise GeometryProblem("a ring goes round a pole")
    return ring


def _add_polygon(shapes: Shapes, rings: Sequence[object]) -> None:
    from shapely.geometry import Polygon

    outer = _ring(rings[0], shapes)
    middle = (outer[:, 0].min() + outer[:, 0].max()) / 2.0
    holes = []
    for value in rings[1:]:
        hole = _ring(value, shapes)
        # A hole on the other side of 180° is moved to the turn of its outer ring.
        hole[:, 0] += 360.0 * np.round((middle - (hole[:, 0].min() + hole[:, 0].max()) / 2.0) / 360.0)
        holes.append(hole)
    polygon = Polygon(outer, holes)
    parts = [polygon] if polygon.is_valid and polygon.area > 0 else _repaired(polygon, shapes)
    for part in parts:
        geodesic = [densify(np.asarray(r.coords)[:, :2]) for r in (part.exterior, *part.interiors)]
        shapes.polygons += _cut_polygon(geodesic)


def _repaired(polygon: Any, shapes: Shapes) -> list[Any]:
    """Return the polygon's valid parts; where it crosses itself all it encloses is inside, and that is said."""
    from shapely import make_valid
    from shapely.validation import explain_validity

    if not polygon.area and not polygon.convex_hull.area:
        # Simplified coasts keep islets as two points there and back.
        shapes.repaired.append("A polygon without area was left out.")
        return []
    parts = _polygons(make_valid(polygon))
    area, before = sum(p.area for p in parts), abs(polygon.area)
    why = explain_validity(polygon)
    if not parts:
        raise GeometryProblem(f"not a valid polygon: {why}")
    if abs(area - before) > _REPAIR_SHARE * area:
        why += "; it crosses itself, every part it encloses was taken as inside: check the drawing"
    shapes.repaired.append(f"A polygon was mended ({why}).")
    return parts


def _polygons(geometry: Any) -> list[Any]:
    """Return the polygons with area of a geometry, collections opened."""
    members = getattr(geometry, "geoms", None)
    if members is not None:
        return [part for member in members for part in _polygons(member)]
    return [geometry] if geometry.geom_type == "Polygon" and geometry.area > 0 else []


def merge_overlaps(shapes: Shapes) -> None:
    """Make polygons that overlap or share an edge into one; water covered twice would count as outside."""
    if len(shapes.polygons) < 2:
        return
    from shapely import unary_union
    from shapely.geometry import Polygon

    polygons = [Polygon(rings[0], rings[1:]) for rings in shapes.polygons]
    union = unary_union(polygons)
    overlap = 1.0 - union.area / sum(p.area for p in polygons)
    shared = 1.0 - union.length / sum(p.length for p in polygons)
    if overlap < _SAME_SHARE and shared < _SAME_SHARE:
        return
    parts = _polygons(union)
    shapes.polygons[:] = [
        tuple(np.ascontiguousarray(np.asarray(r.coords)[:, :2]) for r in (part.exterior, *part.interiors))
        for part in parts
    ]
    what = "overlap" if overlap >= _SAME_SHARE else "share an edge"
    shapes.repaired.append(f"{len(polygons)} polygons {what}; they were united into {len(parts)}.")


def _windows(low: float, high: float) -> list[float]:
    """Return the shifts (degrees) of the turns a range of unwrapped longitudes touches."""
    return [360.0 * k for k in range(int(np.floor((low + 180.0) / 360.0)), int(np.ceil((high - 180.0) / 360.0)) + 1)]


def _inside(path: F64) -> bool:
    return bool(path[:, 0].min() >= -180.0 and path[:, 0].max() <= 180.0)


def _cut_polygon(rings: list[F64]) -> list[tuple[F64, ...]]:
    """Return the polygon as parts within -180..180."""
    if _inside(rings[0]):
        return [tuple(np.ascontiguousarray(r) for r in rings)]
    from shapely.geometry import Polygon, box

    polygon, parts = Polygon(rings[0], rings[1:]), []
    for shift in _windows(rings[0][:, 0].min(), rings[0][:, 0].max()):
        piece = polygon.intersection(box(shift - 180.0, -90.0, shift + 180.0, 90.0))
        for part in getattr(piece, "geoms", [piece]):
            if part.geom_type == "Polygon" and part.area > 0:
                moved = [np.asarray(r.coords)[:, :2] - (shift, 0.0) for r in (part.exterior, *part.interiors)]
                parts.append(tuple(np.ascontiguousarray(r) for r in moved))
    return parts


def _add_line(shapes: Shapes, coordinates: object) -> None:
    line = densify(_unwrapped(_places(coordinates, least=2)))
    if np.all(line == line[0]):
        raise GeometryProblem("a line of no length")
    if _inside(line):
        shapes.lines.append(np.ascontiguousarray(line))
        return
    from shapely.geometry import LineString, box

    whole = LineString(line)
    for shift in _windows(line[:, 0].min(), line[:, 0].max()):
        piece = whole.intersection(box(shift - 180.0, -90.0, shift + 180.0, 90.0))
        shapes.lines += [
            np.ascontiguousarray(np.asarray(part.coords)[:, :2] - (shift, 0.0))
            for part in getattr(piece, "geoms", [piece])
            if part.geom_type == "LineString" and len(part.coords) > 1
        ]
