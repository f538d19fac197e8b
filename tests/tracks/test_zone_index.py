"""The zone index against shapely, against itself over the antimeridian, and against small drawn stories."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.core.geodesy import closest_on_segment, distance_m
from haidang.core.zone import Port, Zone
from haidang.tracks import zone_kernels
from haidang.tracks.zone_index import ZoneIndex

HOUR_US = 3_600_000_000


def ring(*points):
    closed = [*points, points[0]]
    return np.array(closed, np.float64)


def box(west, south, east, north):
    return ring((west, south), (east, south), (east, north), (west, north))


def area(name, *polygons, **more):
    return Zone(name, name, "watch", polygons=tuple(p if isinstance(p, tuple) else (p,) for p in polygons), **more)


def blob(rng, x, y, radius, n):
    angle = np.sort(rng.uniform(0, 2 * np.pi, n))
    reach = radius * (1 + 0.4 * np.sin(3 * angle + rng.uniform(0, 6)) + 0.05 * rng.standard_normal(n))
    points = np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)])
    return np.vstack([points, points[:1]])


def member(index, lat, lon):
    row, zone = index.inside(np.asarray(lat, float), np.asarray(lon, float))
    table = np.zeros((len(lat), len(index.zones)), bool)
    table[row, zone] = True
    return table


def random_zones(seed, n_zones=5, n=200):
    """Zones with holes and islands, some sharing borders."""
    rng = np.random.default_rng(seed)
    zones = []
    for k in range(n_zones):
        x, y = rng.uniform(106, 110), rng.uniform(13, 17)
        # Not too dented, so that hole, island and outline do not meet: two radii apart or well inside.
        outer, hole = blob(rng, x, y, 1.0, rng.integers(3, n)), blob(rng, x, y, 0.12, rng.integers(3, 30))
        island = blob(rng, x + 6, y, 0.5, rng.integers(3, n))
        zones.append(
            area(f"z{k}", (outer, hole) if shapely.Polygon(outer).contains(shapely.Polygon(hole)) else outer, island)
        )
    return zones


def oracle(zone):
    shapes = [shapely.Polygon(p[0], p[1:]) for p in zone.polygons]
    return shapes if all(s.is_valid for s in shapes) else None


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_places_agree_with_shapely(seed):
    zones = [z for z in random_zones(seed) if oracle(z)]
    index = ZoneIndex.build(zones)
    rng = np.random.default_rng(seed + 1)
    lat, lon = rng.uniform(11, 19, 2000), rng.uniform(103, 118, 2000)
    got, masks = member(index, lat, lon), index.masks(lat, lon)
    for k, zone in enumerate(zones):
        want = np.any([shapely.contains_xy(s, lon, lat) for s in oracle(zone)], axis=0)
        assert np.array_equal(got[:, k], want)
        assert np.array_equal((masks >> np.uint64(k)) & np.uint64(1) == 1, want)


def test_three_hundred_zones_with_thousands_of_vertices():
    rng = np.random.default_rng(3)
    zones = []
    for k in range(300):
        angle = np.linspace(0, 2 * np.pi, 2000, endpoint=False)
        reach = 0.4 * (1 + 0.3 * np.sin(7 * angle + k) + 0.05 * np.sin(201 * angle))
        x, y = rng.uniform(105, 112), rng.uniform(9, 20)
        points = np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)])
        zones.append(area(f"z{k}", np.vstack([points, points[:1]])))
    index = ZoneIndex.build(zones)
    lat, lon = rng.uniform(9, 20, 3000), rng.uniform(105, 112, 3000)
    got = member(index, lat, lon)
    for k in range(0, 300, 7):
        shape = shapely.Polygon(zones[k].polygons[0][0])
        assert np.array_equal(got[:, k], shapely.contains_xy(shape, lon, lat))
    assert got.sum() > 1000
    with pytest.raises(ValueError, match="64"):
        index.masks(lat, lon)


def test_shared_border_belongs_to_exactly_one():
    """Zones at whole degrees, fixes exactly on the line and on its corners."""
    zones = [area(f"{x}/{y}", box(x, y, x + 1, y + 1)) for x in range(105, 109) for y in range(12, 16)]
    index = ZoneIndex.build(zones)
    x, y = np.meshgrid(np.arange(105.5, 108.5, 0.5), np.arange(12.5, 15.5, 0.5))
    assert np.array_equal(member(index, y.ravel(), x.ravel()).sum(axis=1), np.ones(x.size))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), step=st.sampled_from([0.0, 0.25, 0.01]))
def test_crossings_of_a_leg_lead_from_its_start_to_its_end(seed, step):
    """Also with fixes and vertices on a common lattice, where ties are the rule."""
    rng = np.random.default_rng(seed)
    zones = [area("a", box(106, 13, 108, 15)), area("b", ring((107, 12), (109, 14), (107, 16), (105, 14)))]
    zones += [z for z in random_zones(seed, 2) if oracle(z)]
    index = ZoneIndex.build(zones)
    ends = rng.uniform([12, 104, 12, 104], [17, 110, 17, 110], (300, 4))
    ends[:100, 2:] = ends[:100, :2] + rng.normal(0, 0.1, (100, 2))
    if step:
        ends = np.round(ends / step) * step
    lat0, lon0, lat1, lon1 = np.ascontiguousarray(ends.T)
    found = index.legs(lat0, lon0, lat1, lon1)
    net = np.zeros((300, len(zones)), int)
    np.add.at(net, (found.leg, found.zone), found.direction)
    assert np.array_equal(net, member(index, lat1, lon1).astype(int) - member(index, lat0, lon0).astype(int))
    together = (np.diff(found.leg) == 0) & (np.diff(found.zone) == 0)
    assert np.all(found.direction[1:][together] == -found.direction[:-1][together])
    assert np.all(np.diff(found.fraction)[together] > 0)
    if len(found):
        assert np.abs([index.distance_m(found.lat_deg, found.lon_deg, found.zone)]).max() < 1.0


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_short_legs_agree_with_shapely(seed):
    rng = np.random.default_rng(seed)
    shape = shapely.Polygon(blob(rng, 108, 15, 0.5, 80))
    if not shape.is_valid:
        return
    index = ZoneIndex.build([area("z", np.array(shape.exterior.coords))])
    start = rng.uniform([14.3, 107.3], [15.7, 108.7], (200, 2))
    end = start + rng.normal(0, 0.15, (200, 2))
    end = np.where(np.abs(end - start) < 0.49, end, start)
    found = index.legs(*np.ascontiguousarray(np.column_stack([start, end]).T))
    for k in range(200):
        line = shapely.LineString([start[k, ::-1], end[k, ::-1]])
        cuts = shapely.get_num_geometries(line.intersection(shape.exterior)) if line.intersects(shape.exterior) else 0
        assert np.count_nonzero(found.leg == k) == cuts


def test_in_and_out_again_within_one_leg():
    index = ZoneIndex.build([area("strip", box(108, 14, 108.1, 16))])
    found = index.legs(*(np.array([v]) for v in (15.0, 107.9, 15.0, 108.3)))
    assert found.direction.tolist() == [1, -1]
    assert found.fraction == pytest.approx([0.25, 0.5])
    assert found.lon_deg == pytest.approx([108.0, 108.1])


def test_a_hole_is_outside():
    index = ZoneIndex.build([area("ring", (box(107, 14, 110, 17), box(108, 15, 109, 16)))])
    assert member(index, [15.5, 14.5], [108.5, 108.5])[:, 0].tolist() == [False, True]
    found = index.legs(*(np.array([v]) for v in (15.5, 108.8, 15.5, 109.2)))
    assert found.direction.tolist() == [1]


@pytest.mark.parametrize(
    "zone",
    [
        area("jump", box(179, -1, -179, 1)),
        area("beyond", box(179, -1, 181, 1)),
        area("west", box(-181, -1, -179, 1)),
        area("cut", box(179, -1, 180, 1), box(-180, -1, -179, 1)),
    ],
    ids=lambda z: z.zone_id,
)
def test_antimeridian_drawn_in_four_ways(zone):
    index = ZoneIndex.build([zone])
    lat, lon = np.zeros(8), np.array([178.9, 179.5, 180.0, -180.0, -179.9, -179.5, -178.9, 0.0])
    assert member(index, lat, lon)[:, 0].tolist() == [False, True, True, True, True, True, False, False]
    inside = index.legs(*(np.array([v]) for v in (0.0, 179.8, 0.0, -179.8)))
    assert len(inside) == 0
    through = index.legs(*(np.array([v]) for v in (0.0, 178.8, 0.0, -178.8)))
    assert through.direction.tolist() == [1, -1]
    assert through.lon_deg == pytest.approx([179.0, -179.0], abs=1e-6)
    metres = index.distance_m(np.array([0.0, 0.0]), np.array([180.0, -178.0]), 0)
    want = distance_m(0.0, [179.0, 0.0], 0.0, [180.0, 0.0])[0], distance_m(0.0, -179.0, 0.0, -178.0)
    # A degree of longitude at the equator; north and south borders are a little nearer than a degree.
    assert metres[1] == pytest.approx(float(want[1]), rel=1e-3)
    assert -float(want[0]) * 1.001 < metres[0] < -110_000


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), turn=st.floats(-180, 180))
def test_turning_the_globe_changes_nothing(seed, turn):
    rng = np.random.default_rng(seed)
    shape = blob(rng, 0, 10, 3, 60)
    lat0, lon0 = rng.uniform(5, 15, 200), rng.uniform(-5, 5, 200)
    lat1, lon1 = lat0 + rng.normal(0, 0.4, 200), lon0 + rng.normal(0, 0.4, 200)

    def wrapped(lon):
        return (np.asarray(lon) + turn + 180) % 360 - 180

    here = ZoneIndex.build([area("z", shape)])
    there = ZoneIndex.build([area("z", np.column_stack([wrapped(shape[:, 0]), shape[:, 1]]))])
    assert np.array_equal(member(here, lat0, lon0), member(there, lat0, wrapped(lon0)))
    a, b = here.legs(lat0, lon0, lat1, lon1), there.legs(lat0, wrapped(lon0), lat1, wrapped(lon1))
    assert np.array_equal(a.leg, b.leg)
    assert np.array_equal(a.direction, b.direction)
    assert b.fraction == pytest.approx(a.fraction, abs=1e-9)
    assert there.distance_m(lat0, wrapped(lon0), 0) == pytest.approx(here.distance_m(lat0, lon0, 0), abs=0.01)


def test_poles_do_not_break():
    cap = np.array([(lon, 80.0) for lon in range(-180, 180, 10)] + [(-180.0, 80.0)])
    index = ZoneIndex.build([area("arctic", cap), area("world", box(-180, -90, 180, 90))])
    got = member(index, [85.0, 89.9, 75.0, -89.9], [10.0, -179.0, 10.0, 0.0])
    assert got[:, 0].tolist() == [True, True, False, False]
    assert got[:, 1].all()
    found = index.legs(
        *(np.array(v) for v in ([75.0, 85.0, 89.0], [10.0, 10.0, 0.0], [85.0, 85.0, 89.0], [10.0, 170.0, 180.0]))
    )
    assert found.direction[(found.leg == 0) & (found.zone == 0)].tolist() == [1]
    assert not np.any((found.leg > 0) & (found.zone == 0))
    assert np.isfinite(index.distance_m(np.array([90.0, -90.0]), np.array([0.0, 0.0]), 0)).all()


def test_not_finite_and_empty():
    index = ZoneIndex.build([area("z", box(107, 14, 110, 17))])
    nan = np.array([np.nan])
    assert len(index.inside(nan, nan)[0]) == 0
    assert index.masks(nan, nan).tolist() == [0]
    assert len(index.legs(nan, nan, np.array([15.0]), np.array([108.0]))) == 0
    empty = np.empty(0)
    assert len(index.legs(empty, empty, empty, empty)) == 0
    none = ZoneIndex.build([])
    assert len(none.inside(np.array([15.0]), np.array([108.0]))[0]) == 0
    assert len(none.legs(*(np.array([v]) for v in (1.0, 2.0, 3.0, 4.0)))) == 0
    hollow = ZoneIndex.build(
        [Zone("h", "h", "watch", polygons=((np.empty((0, 2)),),)), area("z", box(107, 14, 110, 17))]
    )
    assert member(hollow, [15.0], [108.0]).tolist() == [[False, True]]
    assert np.isinf(hollow.distance_m(np.array([15.0]), np.array([108.0]), 0)).all()


def test_validity_in_time():
    index = ZoneIndex.build([area("z", box(107, 14, 110, 17), valid_from_us=10 * HOUR_US, valid_to_us=20 * HOUR_US)])
    lat, lon = np.full(4, 15.0), np.full(4, 108.0)
    row, _ = index.inside(lat, lon, np.array([9, 10, 19, 20]) * HOUR_US)
    assert row.tolist() == [1, 2]
    ends = [np.array([v, v]) for v in (15.0, 106.0, 15.0, 108.0)]
    start = np.array([0, 9]) * HOUR_US
    assert index.legs(*ends, start_us=start, end_us=start + 4 * HOUR_US).leg.tolist() == [1]


def line(*points, **more):
    return Zone("line", "line", "permitted_boundary", lines=(np.array(points, np.float64),), **more)


def test_line_sides():
    north = [(108.0, 14.0), (108.0, 16.0)]
    out = [np.array([v]) for v in (15.0, 107.5, 15.0, 108.5)]
    assert ZoneIndex.build([line(*north, inside="left")]).legs(*out).direction.tolist() == [-1]
    assert ZoneIndex.build([line(*north, inside="right")]).legs(*out).direction.tolist() == [1]
    assert ZoneIndex.build([line(*north[::-1], inside="left")]).legs(*out).direction.tolist() == [1]
    assert ZoneIndex.build([line(*north)]).legs(*out).direction.tolist() == [-1]
    east_ports = [Port("p", "p", 15.2, 108.4), Port("q", "q", 15.9, 108.9), Port("r", "r", 15.0, 107.9)]
    index = ZoneIndex.build([line(*north)], east_ports)
    assert index.legs(*out).direction.tolist() == [1]
    metres = index.distance_m(np.array([15.0, 15.0]), np.array([107.9, 108.1]), 0)
    assert metres[0] > 0 > metres[1]
    assert len(index.inside(np.array([15.0]), np.array([108.0]))[0]) == 0


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_distance_is_the_geodesic_distance(seed):
    rng = np.random.default_rng(seed)
    # Many vertices: between them borders are straight on the chart, not geodesics.
    outline = blob(rng, 108, rng.uniform(-60, 60), 0.6, 400)
    index = ZoneIndex.build([area("z", outline)])
    lat, lon = outline[0, 1] + rng.uniform(-0.8, 0.8, 20), 108 + rng.uniform(-1, 1, 20)
    got = index.distance_m(lat, lon, 0)
    for k in range(20):
        near = closest_on_segment(
            (lat[k], lon[k]), (outline[:-1, 1], outline[:-1, 0]), (outline[1:, 1], outline[1:, 0])
        )
        assert abs(got[k]) == pytest.approx(float(np.min(near.distance_m)), rel=2e-3, abs=20.0)
    assert np.array_equal(got < 0, member(index, lat, lon)[:, 0])


def test_kernel_equals_its_plain_twin():
    zones = [z for z in random_zones(5, 3, 40) if oracle(z)]
    index = ZoneIndex.build(zones, cell_deg=0.5)
    rng = np.random.default_rng(6)
    lat, lon = rng.uniform(12, 18, 300), rng.uniform(105, 112, 300)
    plain = np.empty(300, np.uint64)
    zone_kernels.find_masks.py_func(lat, lon, index._cells, plain)
    assert np.array_equal(plain, index.masks(lat, lon))
    path = np.ascontiguousarray(np.column_stack([lon, lat, lon + 0.3, lat + 0.2]))
    out = (np.empty(5000, np.int64), np.empty(5000, np.int32), np.empty((5000, 2)))
    _, n = zone_kernels.find_leg_hits.py_func(path, 0, index._cells, out)
    _, m = zone_kernels.find_leg_hits(path, 0, index._cells, tuple(np.empty_like(c) for c in out))
    assert n == m > 0
    found = [np.empty(300), np.empty(300, np.int8)]
    zone_kernels.nearest_border.py_func(lat, lon, np.zeros(300, np.int32), index._borders, tuple(found))
    assert found[0] == pytest.approx(np.abs(index.distance_m(lat, lon, 0)), rel=1e-12)
