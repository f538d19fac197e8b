"""Encounters: the pair search against brute force, small stories, and any cut of the stream the same."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.core.columns import Positions
from haidang.core.geodesy import distance_m
from haidang.core.time import HOUR_US, MINUTE_US
from haidang.core.vessel import Vessel
from haidang.core.zone import Port
from haidang.events.encounter import EncounterSettings, find_encounters, standing_encounters, update_encounters
from haidang.events.encounter_grid import _all_close, close_pairs, grid_rows
from haidang.tracks import pair_kernels

T0 = 1_780_002_000_000_000 - 1_780_002_000_000_000 % (10 * MINUTE_US)
#: Degrees of latitude per metre.
M = 1 / 110_650


def fleet(*tracks):
    """One Positions of (minutes, lat, lon) tracks, ordered by time, and the track numbers."""
    vessel = np.concatenate([np.full(len(t[0]), k) for k, t in enumerate(tracks)])
    minutes, lat, lon = (
        np.concatenate([np.broadcast_to(t[i], len(t[0])) for t in tracks]).astype(float) for i in range(3)
    )
    time = T0 + (minutes * MINUTE_US).astype(np.int64)
    order = np.argsort(time, kind="stable")
    names = [f"v{k}" for k in range(len(tracks))]
    return Positions.build(names, vessel[order], time[order], lat[order], lon[order]), vessel[order].astype(np.int64)


def encounters(*tracks, now_h=48, ports=(), vessels=None, config=None):
    fixes, track = fleet(*tracks)
    return find_encounters(fixes, track, now_us=T0 + now_h * HOUR_US, ports=ports, vessels=vessels, settings=config)


MINUTES = np.arange(0, 181, 5)


def beside(minutes, metres, lat=15.0, lon=112.0):
    return minutes, np.full(len(minutes), lat + metres * M), np.full(len(minutes), lon)


def test_two_boats_side_by_side_for_three_hours():
    (event,) = encounters(beside(MINUTES, 0), beside(MINUTES + 1, 200))
    assert (event.kind, event.vessel_id, event.other_vessel_id) == ("encounter", "v0", "v1")
    assert event.start_us == T0 + 10 * MINUTE_US
    assert event.end_us == T0 + 180 * MINUTE_US
    assert event.lat_deg == pytest.approx(15.0 + 100 * M, abs=1e-5)
    assert event.details["median_distance_m"] == pytest.approx(200, rel=0.01)
    assert event.details["method"] == "distance_grid"
    assert event.confidence == pytest.approx(0.95)


def test_the_order_of_names_does_not_matter():
    fixes, track = fleet(beside(MINUTES, 0), beside(MINUTES, 200))
    renamed = Positions.build(["b", "a"], fixes.vessel, fixes.fix_time_us, fixes.lat_deg, fixes.lon_deg)
    (event,) = find_encounters(renamed, track, now_us=T0)
    assert (event.vessel_id, event.other_vessel_id, event.end_us) == ("a", "b", None)


@pytest.mark.parametrize(
    "other",
    [
        beside(MINUTES, 600),
        beside(np.arange(0, 115, 5), 100),
        beside(np.arange(0, 181, 120), 100),
        (MINUTES, 15.0 + MINUTES * 5 * 0.514 * 60 * M, np.full(len(MINUTES), 112.0)),
    ],
    ids=["too far", "too short", "at VMS rate", "sails away"],
)
def test_no_encounter(other):
    assert encounters(beside(MINUTES, 0), other) == []


def test_steaming_together_is_none_but_a_slow_transfer_before_it_stays_one():
    minutes = np.arange(0, 601, 5)
    lat = 15.0 + np.maximum(minutes - 180, 0) * 8 * 0.514 * 60 * M
    lon = np.full(len(minutes), 112.0)
    fast = minutes >= 180
    assert encounters((minutes[fast], lat[fast], lon[fast]), (minutes[fast], lat[fast] + 100 * M, lon[fast])) == []
    (event,) = encounters((minutes, lat, lon), (minutes, lat + 100 * M, lon))
    assert event.start_us == T0 + 10 * MINUTE_US
    assert T0 + 3 * HOUR_US <= event.end_us <= T0 + 4.5 * HOUR_US


def test_meeting_twice_within_four_hours_is_one():
    minutes = np.concatenate([np.arange(0, 91, 5), np.arange(270, 361, 5)])
    other = np.where((minutes > 90) & (minutes < 270), 5000, 100)
    (event,) = encounters(beside(np.arange(0, 361, 5), 0), (minutes, 15.0 + other * M, np.full(len(minutes), 112.0)))
    assert event.details["share_seen"] < 0.6
    later = np.where(minutes > 90, minutes + 200, minutes)
    assert encounters(beside(np.arange(0, 601, 5), 0), (later, 15.0 + other * M, np.full(len(minutes), 112.0))) == []


def test_near_a_port_nothing_counts():
    port = Port("p", "p", 15.05, 112.0)
    assert encounters(beside(MINUTES, 0), beside(MINUTES, 100), ports=[port]) == []
    assert len(encounters(beside(MINUTES, 0), beside(MINUTES, 100), ports=[Port("q", "q", 15.2, 112.0)])) == 1


def test_registered_pair_trawlers_are_excepted():
    pair = {k: Vessel(k, pair_id="P1") for k in ("v0", "v1")}
    assert encounters(beside(MINUTES, 0), beside(MINUTES, 100), vessels=pair) == []
    assert (
        len(encounters(beside(MINUTES, 0), beside(MINUTES, 100), vessels={"v0": pair["v0"], "v1": Vessel("v1")})) == 1
    )


def test_over_the_antimeridian_and_near_the_pole():
    wide = np.full(len(MINUTES), 15.0)
    west, east = np.full(len(MINUTES), 179.9995), np.full(len(MINUTES), -179.9995)
    (event,) = encounters((MINUTES, wide, west), (MINUTES, wide, east))
    assert abs(event.lon_deg) == pytest.approx(180.0, abs=1e-6)
    polar = np.full(len(MINUTES), 89.999)
    assert (
        len(encounters((MINUTES, polar, np.zeros(len(MINUTES))), (MINUTES, polar, np.full(len(MINUTES), 170.0)))) == 1
    )


def test_running_until_nothing_can_be_joined_on():
    tracks = beside(MINUTES, 0), beside(MINUTES, 100)
    assert encounters(*tracks, now_h=3)[0].end_us is None
    assert encounters(*tracks, now_h=8.9)[0].end_us is None
    assert encounters(*tracks, now_h=9)[0].end_us == T0 + 3 * HOUR_US


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    centre=st.tuples(
        st.sampled_from([0.0, 15.0, 16.0, -45.0, 60.0, 89.98, -89.99]), st.sampled_from([0.0, 112.0, 180.0])
    ),
)
def test_pairs_equal_brute_force(seed, centre):
    rng = np.random.default_rng(seed)
    n = 250
    lat = np.clip(centre[0] + rng.uniform(-0.03, 0.03, n), -90, 90)
    wide = 0.03 / max(np.cos(np.radians(centre[0])), 1e-3)
    lon = (centre[1] + rng.uniform(-wide, wide, n) + 180) % 360 - 180
    bucket = np.sort(rng.integers(0, 4, n))
    vessel = rng.integers(0, 200, n).astype(np.int32)
    xyz = pair_kernels.earth_centred_m(lat, lon)
    places = np.ascontiguousarray(np.column_stack([lat, lon]))
    got = {tuple(sorted(p)) for p in _all_close(bucket, vessel, places, xyz, 500.0).tolist()}
    i, j = np.triu_indices(n, 1)
    near = ((xyz[i] - xyz[j]) ** 2).sum(axis=1) <= 500.0**2
    near &= (bucket[i] == bucket[j]) & (vessel[i] != vessel[j])
    assert got == set(zip(i[near].tolist(), j[near].tolist(), strict=True))
    metres = distance_m(lat[i], lon[i], lat[j], lon[j])
    chord = np.sqrt(((xyz[i] - xyz[j]) ** 2).sum(axis=1))
    assert chord[near] == pytest.approx(metres[near], abs=0.01)


def test_pairs_equal_a_search_tree():
    spatial = pytest.importorskip("scipy.spatial")
    rng = np.random.default_rng(7)
    lat, lon = rng.uniform(14, 16, 20_000), rng.uniform(110, 112, 20_000)
    xyz = pair_kernels.earth_centred_m(lat, lon)
    places = np.ascontiguousarray(np.column_stack([lat, lon]))
    got = _all_close(np.zeros(20_000, np.int64), np.arange(20_000, dtype=np.int32), places, xyz, 500.0)
    want = spatial.cKDTree(xyz).query_pairs(500.0, output_type="ndarray")
    assert {tuple(sorted(p)) for p in got.tolist()} == {tuple(p) for p in want.tolist()}
    assert len(got) > 1000


def crowd(seed, n_boats=8, hours=14):
    """Boats that drift about one place with odd report times and pauses."""
    rng = np.random.default_rng(seed)
    tracks = []
    for _ in range(n_boats):
        minutes = np.cumsum(rng.choice([1, 5, 10, 30, 70], hours * 6))
        minutes = minutes[minutes < hours * 60]
        speed = rng.choice([10.0, 30.0, 150.0])
        lat = 15.0 + np.cumsum(rng.normal(0, speed, len(minutes))) * M * 0.5
        lon = 112.0 + np.cumsum(rng.normal(0, speed, len(minutes))) * M * 0.5
        tracks.append((minutes, lat, lon))
    return fleet(*tracks)


def plain_grid(fixes, track, config):
    """The grid by np.interp: the twin of the kernel."""
    rows = []
    for t in np.unique(track):
        own = np.flatnonzero(track == t)
        for a, b in pairwise(own):
            span = fixes.fix_time_us[b] - fixes.fix_time_us[a]
            if 0 < span < config.max_interpolated_s * 1e6:
                first, last = fixes.fix_time_us[a] // config.step_us + 1, fixes.fix_time_us[b] // config.step_us
                rows += [(k, b) for k in range(first, last + 1)]
    at = np.array([k for k, _ in rows]) * config.step_us
    lat = np.empty(len(rows))
    for t in np.unique(track):
        own = np.flatnonzero(track == t)
        mine = np.isin([b for _, b in rows], own)
        lat[mine] = np.interp(at[mine].astype(float), fixes.fix_time_us[own].astype(float), fixes.lat_deg[own])
    return rows, lat


def test_grid_equals_its_plain_twin():
    fixes, track = crowd(3)
    config = EncounterSettings()
    grid = grid_rows(fixes, track, config)
    rows, lat = plain_grid(fixes, track, config)
    assert list(zip(grid.bucket.tolist(), grid.row.tolist(), strict=True)) == rows
    assert grid.values[:, 0] == pytest.approx(lat, abs=1e-9)
    assert len(rows) > 100


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), parts=st.integers(1, 6), shuffle=st.booleans())
def test_any_split_and_any_order_give_the_same(seed, parts, shuffle):
    fixes, track = crowd(seed)
    rng = np.random.default_rng(seed + 1)
    now_us = T0 + 15 * HOUR_US
    whole = find_encounters(fixes, track, now_us=now_us)
    part_of = rng.integers(0, parts, len(fixes)) if shuffle else np.sort(rng.integers(0, parts, len(fixes)))
    state = None
    for k in range(parts):
        known = np.flatnonzero(part_of <= k)
        fresh = fixes.fix_time_us[part_of == k]
        if len(fresh):
            state = update_encounters(
                state, fixes.take(known), track[known], from_us=int(fresh.min()), to_us=int(fresh.max())
            )
    assert standing_encounters(state, now_us=now_us) == whole


def test_the_crowd_does_meet():
    found = sum(len(find_encounters(*crowd(seed), now_us=T0 + 24 * HOUR_US)) for seed in range(10))
    assert found > 5


def test_forgetting_keeps_what_runs():
    fixes, track = fleet(beside(MINUTES, 0), beside(MINUTES, 100))
    window = {"from_us": T0, "to_us": T0 + 3 * HOUR_US}
    runs = update_encounters(None, fixes, track, **window, keep_from_us=T0 + 2 * HOUR_US)
    ended = update_encounters(None, fixes, track, **window, keep_from_us=T0 + 4 * HOUR_US)
    assert standing_encounters(runs, now_us=T0)[0].start_us == T0 + 10 * MINUTE_US
    assert len(ended.pairs) == 0


def test_pair_kernel_equals_its_plain_twin():
    fixes, track = crowd(5, n_boats=5, hours=4)
    config = EncounterSettings()
    grid = grid_rows(fixes, track, config)
    order = np.argsort(grid.bucket, kind="stable")
    places = np.ascontiguousarray(grid.values[order, :2])
    vessel = fixes.vessel[grid.row[order]]
    xyz = pair_kernels.earth_centred_m(places[:, 0], places[:, 1])
    height, reach = pair_kernels.cell_rows(500.0)
    out = np.empty((5000, 2), np.int64)
    _, n = pair_kernels.find_close.py_func(0, grid.bucket[order], vessel, places, xyz, (height, reach, 250_000.0), out)
    fast = _all_close(grid.bucket[order], vessel, places, xyz, 500.0)
    assert np.array_equal(out[:n], fast)
    assert n >= len(close_pairs(fixes, track, ports=(), settings=config)) > 0
