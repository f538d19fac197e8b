import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from haidang.core import geodesy as g

GEOD = Geod(ellps="WGS84")
LAT = st.floats(-90, 90, allow_nan=False, width=32)
LON = st.floats(-180, 180, allow_nan=False, width=32)
POINT = st.tuples(LAT, LON)


def random_pairs(seed: int, n: int = 4000) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    lat1, lat2 = np.degrees(np.arcsin(rng.uniform(-1, 1, (2, n))))
    lon1, lon2 = rng.uniform(-180, 180, (2, n))
    return lat1, lon1, lat2, lon2


def test_distance_and_azimuth_agree_with_geographiclib():
    lat1, lon1, lat2, lon2 = random_pairs(1)
    azimuth, _, distance = GEOD.inv(lon1, lat1, lon2, lat2)
    np.testing.assert_allclose(g.distance_m(lat1, lon1, lat2, lon2), distance, atol=2e-3)
    turn = np.remainder(g.azimuth_deg(lat1, lon1, lat2, lon2) - azimuth + 180, 360) - 180
    assert np.max(np.abs(turn)) < 1e-4


def test_short_legs_are_right_to_the_tenth_of_a_millimetre():
    lat1, lon1, *_ = random_pairs(2)
    rng = np.random.default_rng(3)
    lat2 = np.clip(lat1 + rng.normal(0, 0.1, lat1.size), -90, 90)
    lon2 = lon1 + rng.normal(0, 0.1, lat1.size)
    _, _, distance = GEOD.inv(lon1, lat1, lon2, lat2)
    np.testing.assert_allclose(g.distance_m(lat1, lon1, lat2, lon2), distance, atol=1e-4)


@pytest.mark.parametrize(
    ("lat1", "lon1", "lat2", "lon2"),
    [
        (0.0, 0.0, 0.0, 180.0),
        (0.0, 0.0, 0.5, 179.7),
        (0.0, 10.0, 0.0, -170.0),
        (30.0, 20.0, -30.0, -160.0),
        (-30.1, 20.0, 29.9, -160.4),
        (90.0, 0.0, -90.0, 0.0),
        (90.0, 15.0, -90.0, 77.0),
        (16.1, 108.2, -16.1, -71.8),
        (0.0, 0.0, 0.0, 179.5),
    ],
)
def test_antipodal_points_get_a_distance(lat1, lon1, lat2, lon2):
    _, _, distance = GEOD.inv(lon1, lat1, lon2, lat2)
    assert g.distance_m(lat1, lon1, lat2, lon2) == pytest.approx(distance, abs=2e-3)
    assert 0 <= g.azimuth_deg(lat1, lon1, lat2, lon2) < 360


def test_poles_antimeridian_and_identical_points():
    assert g.distance_m(16.0, 108.0, 16.0, 108.0) == 0
    assert g.azimuth_deg(16.0, 108.0, 16.0, 108.0) == 0
    assert g.distance_m(90.0, 10.0, 90.0, -120.0) == pytest.approx(0, abs=1e-6)
    assert g.distance_m(0.0, 179.9, 0.0, -179.9) == pytest.approx(GEOD.inv(179.9, 0, 180.1, 0)[2], abs=1e-6)
    assert g.azimuth_deg(0.0, 179.9, 0.0, -179.9) == pytest.approx(90)
    assert g.azimuth_deg(89.0, 30.0, 90.0, 30.0) == pytest.approx(0)
    assert np.isnan(g.distance_m(np.nan, 0, 0, 0))


def test_destination_agrees_with_geographiclib():
    lat, lon, *_ = random_pairs(4)
    rng = np.random.default_rng(5)
    azimuth, length = rng.uniform(0, 360, lat.size), rng.uniform(0, 1.9e7, lat.size)
    lon2, lat2, _ = GEOD.fwd(lon, lat, azimuth, length)
    ours = g.destination(lat, lon, azimuth, length)
    assert np.max(GEOD.inv(ours[1], ours[0], lon2, lat2)[2]) < 2e-3
    assert ours[1].min() >= -180
    assert ours[1].max() < 180


def test_interpolate_lies_on_the_way():
    lat, lon = g.interpolate(10.0, 179.0, 12.0, -179.0, np.array([0.0, 0.25, 1.0]))
    assert (lat[0], lon[0]) == pytest.approx((10.0, 179.0))
    assert (lat[2], lon[2]) == pytest.approx((12.0, -179.0))
    whole = g.distance_m(10.0, 179.0, 12.0, -179.0)
    assert g.distance_m(10.0, 179.0, lat[1], lon[1]) == pytest.approx(whole / 4, abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(POINT, POINT, POINT)
def test_distance_is_symmetric_and_keeps_the_triangle_rule(a, b, c):
    ab, ba = g.distance_m(*a, *b), g.distance_m(*b, *a)
    assert ab == pytest.approx(float(ba), abs=2e-3)
    assert ab <= g.distance_m(*a, *c) + g.distance_m(*c, *b) + 5e-3


@settings(max_examples=60, deadline=None)
@given(st.tuples(st.floats(-85, 85), st.floats(-2, 2)), st.tuples(st.floats(-85, 85), st.floats(-2, 2)))
def test_distance_does_not_care_where_180_lies(a, b):
    here = g.distance_m(*a, *b)
    there = g.distance_m(a[0], a[1] + 180, b[0], b[1] - 180)
    assert here == pytest.approx(float(there), abs=1e-4)


@given(st.lists(st.floats(-720, 720), max_size=30))
def test_unwrap_steps_the_short_way_and_wraps_back(lon):
    path = g.unwrap_lon(lon)
    assert np.all(np.abs(np.diff(path)) <= 180 + 1e-9)
    turns = (path - np.asarray(lon, float)) / 360
    np.testing.assert_allclose(turns, np.round(turns), atol=1e-9)


def test_wrap_lon_leaves_good_values_alone():
    np.testing.assert_array_equal(g.wrap_lon([-180.0, 179.999, 180.0, 540.0, -190.0]), [-180, 179.999, -180, -180, 170])


def test_closest_point_is_no_farther_than_any_point_of_the_segment():
    rng = np.random.default_rng(6)
    for _ in range(40):
        start = (rng.uniform(-80, 80), rng.uniform(-180, 180))
        end = g.destination(*start, rng.uniform(0, 360), rng.uniform(0, 600_000))
        place = g.destination(*start, rng.uniform(0, 360), rng.uniform(0, 400_000))
        found = g.closest_on_segment(place, start, end)
        lat, lon = g.interpolate(*start, *end, np.linspace(0, 1, 2001))
        sampled = g.distance_m(*place, lat, lon).min()
        assert found.distance_m <= sampled + 1e-3
        assert found.distance_m == pytest.approx(sampled, abs=60)
        assert g.distance_m(found.lat_deg, found.lon_deg, *place) == pytest.approx(float(found.distance_m), abs=1e-6)


def test_cross_track_says_the_side():
    north, east = (11.0, 109.0), (10.5, 109.4)
    start = (10.0, 109.0)
    assert g.closest_on_segment(east, start, north).cross_track_m > 0
    assert g.closest_on_segment((10.5, 108.6), start, north).cross_track_m < 0
    assert g.closest_on_segment(start, start, start).distance_m == 0


@pytest.mark.parametrize("origin", [(16.0, 108.3), (0.0, 180.0), (89.5, 20.0), (-90.0, 0.0)])
def test_local_plane_round_trip_and_scale(origin):
    plane = g.LocalPlane(*origin)
    rng = np.random.default_rng(7)
    x, y = rng.uniform(-140_000, 140_000, (2, 500))
    lat, lon = plane.to_lat_lon(x, y)
    back = plane.to_xy(lat, lon)
    np.testing.assert_allclose(back, (x, y), atol=1e-4)
    from_origin = g.distance_m(*origin, lat, lon)
    np.testing.assert_allclose(np.hypot(x, y), from_origin, rtol=6e-4)


def test_ring_area_sign_and_size():
    ring = np.array([[108, 15], [109, 15], [109, 16], [108, 16], [108, 15]], float)
    area, _ = GEOD.polygon_area_perimeter(ring[:-1, 0], ring[:-1, 1])
    assert g.ring_area_m2(ring) == pytest.approx(area, rel=0.01)
    assert g.ring_area_m2(ring[::-1]) == pytest.approx(-area, rel=0.01)
    across = ring + np.array([71.5, 0])
    across[:, 0] = g.wrap_lon(across[:, 0])
    assert g.ring_area_m2(across) == pytest.approx(area, rel=0.01)
