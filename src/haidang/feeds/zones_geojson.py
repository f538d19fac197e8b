"""Zones and ports from GeoJSON: a collection, one feature or a bare geometry, from any drawing tool.

What a feature does not say gets a default, and that is said; a feature that cannot be used is a reject and the others
stand. Edges become geodesics and shapes are cut at 180° by `core/geojson.py`.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from haidang.core.columns import Reject
from haidang.core.errors import DecodeError
from haidang.core.geojson import GeometryProblem, Shapes, merge_overlaps, read_geometry
from haidang.core.time import DAY_US, parse_iso_us
from haidang.core.zone import ZONE_KINDS, Port, Zone
from haidang.feeds.opening import read_blocks
from haidang.feeds.table_rows import excerpt

_TRUE, _FALSE = {"true", "1", "yes", "có"}, {"false", "0", "no", "không", ""}


class _PropertyProblem(Exception):
    """A property's value cannot be used; args are the reason code and the text."""


def read_zones(source: Path | bytes, *, assumed: list[str] | None = None) -> tuple[list[Zone], list[Reject]]:
    """Return zones in file order and the features that could not be used; `row` is the feature's index.

    Raises:
        NotFound: no such file.
        DecodeError: not GeoJSON.
    """
    zones: list[Zone] = []
    rejects: list[Reject] = []
    said: list[str] = [] if assumed is None else assumed
    seen: set[tuple[str, int | None]] = set()
    for i, feature in enumerate(_features(source)):
        try:
            zone = _zone(i, feature, said)
        except GeometryProblem as problem:
            rejects.append(Reject(i, "bad_geometry", excerpt(str(problem))))
        except _PropertyProblem as problem:
            rejects.append(Reject(i, problem.args[0], excerpt(problem.args[1])))
        else:
            if (zone.zone_id, zone.valid_from_us) in seen:
                rejects.append(Reject(i, "twice", excerpt(f"zone_id {zone.zone_id} stands twice for one period")))
                continue
            seen.add((zone.zone_id, zone.valid_from_us))
            zones.append(zone)
    return zones, rejects


def read_ports(source: Path | bytes, *, assumed: list[str] | None = None) -> tuple[list[Port], list[Reject]]:
    """Return ports in file order and the features that could not be used.

    Raises:
        NotFound: no such file.
        DecodeError: not GeoJSON.
    """
    ports: list[Port] = []
    rejects: list[Reject] = []
    said: list[str] = [] if assumed is None else assumed
    seen: set[str] = set()
    for i, feature in enumerate(_features(source)):
        try:
            port = _port(i, feature, said)
        except GeometryProblem as problem:
            rejects.append(Reject(i, "bad_geometry", excerpt(str(problem))))
        except _PropertyProblem as problem:
            rejects.append(Reject(i, problem.args[0], excerpt(problem.args[1])))
        else:
            if port.port_id in seen:
                rejects.append(Reject(i, "twice", excerpt(f"port_id {port.port_id} stands twice")))
                continue
            seen.add(port.port_id)
            ports.append(port)
    return ports, rejects


def _features(source: Path | bytes) -> Sequence[object]:
    """Return the features of a GeoJSON text; a bare geometry counts as one without properties."""
    raw = source if isinstance(source, bytes) else b"".join(read_blocks(source))
    name = "the GeoJSON" if isinstance(source, bytes) else str(source)
    try:
        tree = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise DecodeError(f"{name}: not JSON ({error})") from error
    if not isinstance(tree, Mapping):
        raise DecodeError(f"{name}: not GeoJSON: an object was expected, not {type(tree).__name__}")
    crs = json.dumps(tree.get("crs")) if tree.get("crs") else ""
    if crs and not any(known in crs for known in ("CRS84", "4326", "4979")):
        raise DecodeError(f"{name}: coordinates are in {crs[:80]}; longitude, latitude on WGS84 are needed")
    if tree.get("type") == "FeatureCollection":
        features = tree.get("features")
        if not isinstance(features, list):
            raise DecodeError(f"{name}: a FeatureCollection without features")
        return features
    if tree.get("type") == "Feature":
        return [tree]
    if "coordinates" in tree or "geometries" in tree:
        return [{"geometry": tree, "properties": {}}]
    raise DecodeError(f"{name}: not GeoJSON: type {str(tree.get('type'))[:40]!r}")


def _parts(feature: object) -> tuple[Mapping[str, object], Shapes]:
    """Return properties and shapes of a feature."""
    if not isinstance(feature, Mapping):
        raise GeometryProblem("not a feature")
    properties = feature.get("properties")
    shapes = read_geometry(feature.get("geometry"))
    found: dict[str, object] = dict(properties) if isinstance(properties, Mapping) else {}
    if feature.get("id") is not None:
        found.setdefault("id", feature["id"])
    return found, shapes


def _zone(i: int, feature: object, said: list[str]) -> Zone:
    properties, shapes = _parts(feature)
    if not shapes.polygons and not shapes.lines:
        raise GeometryProblem("a zone is an area or a line, not a point")
    zone_id = _text(properties, "zone_id", "id") or f"zone-{i + 1}"
    label = f"Zone {zone_id}"
    merge_overlaps(shapes)
    said += [f"{label}: {sentence}" for sentence in shapes.repaired]
    if not _text(properties, "zone_id", "id"):
        said.append(f"Feature {i} has no zone_id; it is called {zone_id}.")
    kind = _text(properties, "kind").lower()
    if kind not in ZONE_KINDS:
        said.append(f"{label}: kind {kind[:40]!r} is not known; taken as watch.")
        kind = "watch"
    alert = properties.get("is_alert_boundary")
    if alert is None:
        alert = kind == "permitted_boundary"
        said.append(f"{label}: is_alert_boundary is not given; taken as {str(alert).lower()}.")
    if not _text(properties, "source"):
        said.append(f"{label}: no source is given.")
    inside = _text(properties, "inside").lower()
    if inside not in {"", "left", "right"}:
        raise _PropertyProblem("bad_property", f"inside is {inside[:40]!r}, expected left or right")
    return Zone(
        zone_id, _text(properties, "name", "label") or zone_id, kind, tuple(shapes.polygons), tuple(shapes.lines),
        inside=inside, is_alert_boundary=_bool(alert), authority=_text(properties, "authority"),
        source=_text(properties, "source"), version=_text(properties, "version"),
        valid_from_us=_date_us(properties, "valid_from"), valid_to_us=_date_us(properties, "valid_to", through=True),
    )  # fmt: skip


def _port(i: int, feature: object, said: list[str]) -> Port:
    properties, shapes = _parts(feature)
    port_id = _text(properties, "port_id", "id", "area", "port") or f"port-{i + 1}"
    if not _text(properties, "port_id"):
        said.append(f"Feature {i} has no port_id; it is called {port_id}.")
    name = _text(properties, "name", "label") or port_id
    if shapes.points:
        lon, lat = shapes.points[0]
    elif shapes.polygons:
        from shapely.geometry import MultiPolygon, Polygon

        middle = MultiPolygon([Polygon(rings[0], rings[1:]) for rings in shapes.polygons]).representative_point()
        lon, lat = middle.x, middle.y
    else:
        raise GeometryProblem("a port is a point or an area, not a line")
    return Port(port_id, name, lat, lon, tuple(shapes.polygons))


def _text(properties: Mapping[str, object], *names: str) -> str:
    """Return the first of these properties that says something, as text."""
    for name in names:
        value = properties.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def _bool(value: object) -> bool:
    word = str(value).strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise _PropertyProblem("bad_property", f"is_alert_boundary is {word[:40]!r}, expected true or false")


def _date_us(properties: Mapping[str, object], name: str, *, through: bool = False) -> int | None:
    """Return UTC microseconds of an ISO date or time; `through` moves a date without a clock to its last moment."""
    text = _text(properties, name)
    if not text:
        return None
    try:
        time_us = parse_iso_us(text)
    except (ValueError, OverflowError):
        raise _PropertyProblem("bad_time", f"{name} is {text[:40]!r}, expected an ISO date") from None
    return time_us + DAY_US - 1 if through and len(text) <= 10 else time_us
