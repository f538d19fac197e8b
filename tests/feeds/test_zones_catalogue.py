import contextlib
import gzip
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon

from haidang.core import geodesy
from haidang.core.errors import DecodeError
from haidang.core.geojson import GeometryProblem, read_geometry
from haidang.core.time import parse_iso_us
from haidang.feeds.catalogue import read_all, sniff
from haidang.feeds.zones_geojson import read_ports, read_zones

BOX = [[[108, 15], [110, 15], [110, 16], [108, 16], [108, 15]]]


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def test_a_zone_with_everything():
    properties = {
        "zone_id": "z",
        "name": "Ranh giới",
        "kind": "permitted_boundary",
        "is_alert_boundary": "true",
        "inside": "left",
        "authority": "a",
        "source": "s",
        "version": "1",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
    }
    said: list[str] = []
    line = {"type": "LineString", "coordinates": [[109, 12], [110, 18]]}
    (zone,), rejects = read_zones(collection(feature(line, **properties)), assumed=said)
    assert rejects == []
    assert said == []
    assert (zone.is_alert_boundary, zone.inside, zone.name) == (True, "left", "Ranh giới")
    assert zone.valid_from_us == parse_iso_us("2026-01-01")
    assert zone.valid_to_us == parse_iso_us("2026-12-31T23:59:59.999999")


@pytest.mark.parametrize(
    "tree", [feature({"type": "Polygon", "coordinates": BOX}), {"type": "Polygon", "coordinates": BOX}]
)
def test_a_feature_or_geometry_alone_gets_defaults_and_says_so(tree):
    said: list[str] = []
    (zone,), _ = read_zones(json.dumps(tree).encode(), assumed=said)
    assert (zone.zone_id, zone.kind, zone.is_alert_boundary) == ("zone-1", "watch", False)
    assert len(said) == 4


def test_bad_features_are_rejects_and_the_rest_stands():
    nothing = {"type": "Polygon", "coordinates": [[[0, 0], [0, 0], [0, 0], [0, 0]]]}
    zones, rejects = read_zones(
        collection(
            feature({"type": "Polygon", "coordinates": BOX}, zone_id="a"),
            feature(nothing, zone_id="b"),
            feature(None),
            feature({"type": "Point", "coordinates": [1, 2]}),
            7,
            feature({"type": "Polygon", "coordinates": [[[0, 0], [0, 91], [1, 1], [0, 0]]]}),
            feature({"type": "Polygon", "coordinates": BOX}, zone_id="a"),
            feature({"type": "Polygon", "coordinates": BOX}, zone_id="c", valid_from="soon"),
        )
    )
    assert [z.zone_id for z in zones] == ["a"]
    assert [r.reason for r in rejects] == ["bad_geometry"] * 5 + ["twice", "bad_time"]


def _outlines(zone):
    return [Polygon(rings[0], rings[1:]) for rings in zone.polygons]


def test_a_bow_tie_is_mended_and_that_is_said():
    bow_tie = {"type": "Polygon", "coordinates": [[[0, 0], [0.2, 0.2], [0.2, 0], [0, 0.25], [0, 0]]]}
    said: list[str] = []
    (zone,), rejects = read_zones(collection(feature(bow_tie, zone_id="b")), assumed=said)
    assert rejects == []
    assert len(zone.polygons) == 2
    assert all(p.is_valid for p in _outlines(zone))
    assert any("crosses itself" in sentence for sentence in said)


def test_parts_of_a_zone_that_overlap_or_touch_become_one():
    def box(west, east):
        return [[[west, 10], [east, 10], [east, 10.3], [west, 10.3], [west, 10]]]

    for second, word in ((box(110.2, 110.5), "overlap"), (box(110.3, 110.5), "share an edge")):
        said: list[str] = []
        parts = {"type": "MultiPolygon", "coordinates": [box(110.0, 110.3), second]}
        (zone,), _ = read_zones(collection(feature(parts, zone_id="z")), assumed=said)
        (outline,) = _outlines(zone)
        assert outline.area == pytest.approx(0.15)
        assert any(word in sentence for sentence in said)
    apart = {"type": "MultiPolygon", "coordinates": [box(110.0, 110.3), box(110.4, 110.5)]}
    (zone,), _ = read_zones(collection(feature(apart, zone_id="z")), assumed=(said := []))
    assert len(zone.polygons) == 2
    assert not any("united" in sentence for sentence in said)


def test_long_edges_follow_the_geodesic():
    ends = [[109.0, 10.0], [113.0, 18.0]]
    (line,) = read_geometry({"type": "LineString", "coordinates": ends}).lines
    assert line[0].tolist() == ends[0]
    assert line[-1].tolist() == ends[1]
    middle = (line[:-1] + line[1:]) / 2
    off = geodesy.closest_on_segment((middle[:, 1], middle[:, 0]), (10.0, 109.0), (18.0, 113.0))
    assert off.distance_m.max() < 1.0
    assert geodesy.distance_m(line[:-1, 1], line[:-1, 0], line[1:, 1], line[1:, 0]).max() <= 5000.01


def test_edges_on_a_parallel_stay_there():
    (rings,) = read_geometry({"type": "Polygon", "coordinates": BOX}).polygons
    assert set(rings[0][:, 1]) == {15.0, 16.0}


@pytest.mark.parametrize("shift", [0, -360])
def test_a_polygon_across_180_is_cut_in_two(shift):
    ring = [[179 + shift, -1], [-179, -1], [-179, 1], [179 + shift, 1], [179 + shift, -1]]
    polygons = read_geometry({"type": "Polygon", "coordinates": [ring]}).polygons
    assert len(polygons) == 2
    assert all(np.abs(rings[0][:, 0]).min() >= 179 - 1e-9 for rings in polygons)
    assert sum(abs(geodesy.ring_area_m2(rings[0])) for rings in polygons) == pytest.approx(4 * 111_000**2, rel=0.02)


def test_a_line_across_180_keeps_its_direction():
    east, west = read_geometry({"type": "LineString", "coordinates": [[170, 0], [-170, 10]]}).lines
    assert east[0].tolist() == [170, 0]
    assert east[-1, 0] == pytest.approx(180)
    assert west[0, 0] == pytest.approx(-180)
    assert west[-1].tolist() == [-170, 10]


def test_a_box_round_the_world_is_left_alone():
    ring = [[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]
    (rings,) = read_geometry({"type": "Polygon", "coordinates": [ring]}).polygons
    assert rings[0].tolist() == ring


def test_ports():
    ports, rejects = read_ports(
        collection(
            feature({"type": "Point", "coordinates": [108.2, 16.1]}, port_id="dn", name="Đà Nẵng"),
            feature({"type": "Polygon", "coordinates": BOX}, port_id="box"),
            feature({"type": "LineString", "coordinates": [[1, 1], [2, 2]]}),
        )
    )
    assert (ports[0].lat_deg, ports[0].lon_deg, ports[0].name) == (16.1, 108.2, "Đà Nẵng")
    assert (15 < ports[1].lat_deg < 16, len(ports[1].polygons)) == (True, 1)
    assert [r.reason for r in rejects] == ["bad_geometry"]


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"{}", b'{"type":"FeatureCollection"}', b"[" * 100_000, b"\xff\xfe"]
)
def test_what_is_not_geojson_says_so(text):
    with pytest.raises(DecodeError):
        read_zones(text)


NUMBERS = st.one_of(st.floats(), st.integers(), st.none(), st.text(max_size=3), st.floats(-180, 180))
COORDINATES = st.recursive(NUMBERS, lambda inner: st.lists(inner, max_size=5), max_leaves=20)
KINDS = st.sampled_from(
    ["Polygon", "MultiPolygon", "LineString", "MultiLineString", "Point", "MultiPoint", "GeometryCollection", ""]
)


@settings(max_examples=200, deadline=None)
@given(KINDS, COORDINATES)
def test_no_geometry_breaks_the_reader(kind, coordinates):
    with contextlib.suppress(GeometryProblem):
        read_geometry({"type": kind, "coordinates": coordinates})


def test_real_layers_are_read_whole(shared_data):
    for name, count in (("eez_marineregions_simplified_gfw_scs", 12), ("danang_quangnam_wards_2025_20m", 94)):
        zones, rejects = read_zones(shared_data / "boundaries" / f"{name}.geojson")
        assert (len(zones), rejects) == (count, [])


def test_content_decides_where_the_name_does_not(tmp_path):
    cases = {
        "a.txt": (b"!AIVDM,1,1,,A,15M67FC000G?ufbE`FepT@3n00Sa,0*5C\n", "nmea"),
        "b.log": (b"\\s:x,c:1241544035*53\\!AIVDM,1,1,,A,x,0*5C\n", "nmea"),
        "c.dat": (b"vessel_id,fix_time,lat_deg,lon_deg\nv,2026-01-01T00:00:00Z,1,2\n", "csv"),
        "d.txt": (b"//SR//AD/PAN//TM/POS//ER//\n", "naf"),
        "e.xml": (b"<?xml version='1.0'?><gpx version='1.1'></gpx>", "gpx"),
        "f.csv.gz": (gzip.compress(b"a,b\n"), "csv"),
        "g.NMEA": (b"", "nmea"),
    }
    for name, (content, kind) in cases.items():
        (tmp_path / name).write_bytes(content)
        assert sniff(tmp_path / name) == kind
    (tmp_path / "h.bin").write_bytes(bytes(range(256)))
    with pytest.raises(DecodeError):
        sniff(tmp_path / "h.bin")
    assert len(read_all(tmp_path / "c.dat").positions) == 1
