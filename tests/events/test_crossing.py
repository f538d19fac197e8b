"""Crossings: small stories, and the promise that any cut of the stream gives the same events."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.core.columns import Positions
from haidang.core.time import HOUR_US, MINUTE_US
from haidang.core.zone import Zone
from haidang.events.crossing import CrossingSettings, CrossingState, find_crossings
from haidang.tracks.zone_index import ZoneIndex

SQUARE = Zone(
    "closed-1", "Closed", "closed", version="2026",
    polygons=((np.array([(108, 14), (109, 14), (109, 15), (108, 15), (108, 14)], float),),),
)  # fmt: skip
LINE = Zone(
    "line-1",
    "Line",
    "permitted_boundary",
    lines=(np.array([(110.0, 10.0), (110.0, 20.0)]),),
    inside="left",
    is_alert_boundary=True,
)
T0 = 1_780_000_000_000_000
#: Degrees of longitude per metre at 14.5 N, about.
M = 1 / 107_800


def sail(lon_deg, minutes, lat_deg=14.5, vessel="boat"):
    lon = np.array(lon_deg, float)
    time = T0 + (np.asarray(minutes, float) * MINUTE_US).astype(np.int64)
    return Positions.build([vessel], np.zeros(len(lon)), time, np.full(len(lon), lat_deg), lon)


def crossings(fixes, zones=(SQUARE, LINE), config=None):
    track = np.zeros(len(fixes), np.int64)
    return find_crossings(fixes, track, ZoneIndex.build(zones), config)[0]


def kinds(events):
    return [e.kind for e in events]


def test_a_boat_enters_and_leaves():
    events = crossings(sail([107.9, 108.1, 108.9, 109.1], [0, 10, 90, 100]))
    assert kinds(events) == ["crossing_in", "crossing_out"]
    first = events[0]
    assert first.zone_id == "closed-1"
    assert first.start_us == first.end_us == T0 + 5 * MINUTE_US
    assert first.lon_deg == pytest.approx(108.0)
    assert first.lat_deg == pytest.approx(14.5, abs=1e-6)
    assert (first.details["from_row"], first.details["to_row"], first.details["interval_s"]) == (0, 1, 600.0)
    assert first.details["zone_version"] == "2026"
    assert first.confidence == pytest.approx(0.98)
    assert first.details["time_uncertainty_s"] == pytest.approx(300.0)


def test_a_line_has_an_inside_and_an_outside():
    events = crossings(sail([109.9, 110.1, 109.9], [0, 30, 60]))
    assert kinds(events) == ["crossing_out", "crossing_in"]
    assert events[0].details["is_alert_boundary"] is True


def test_long_silence_makes_time_and_place_less_sure():
    near, far = crossings(sail([109.9, 110.1], [0, 10])), crossings(sail([109.9, 110.1], [0, 600]))
    assert far[0].confidence < near[0].confidence - 0.2
    assert far[0].details["time_uncertainty_s"] >= 300 * 60


def test_over_and_back_between_two_fixes():
    """Both fixes lie outside; the straight path cuts the zone: possible, so reported, with little confidence."""
    events = crossings(sail([107.9, 109.1], [0, 120]), zones=(SQUARE,))
    assert kinds(events) == ["crossing_in", "crossing_out"]
    assert events[0].details["path_assumed"] is True
    assert events[0].details["confirmed_by"] == "pass"
    assert events[0].confidence < 0.6

    assert events[1].details["confirmed_by"] == "depth"


def test_clipping_a_corner_by_a_hair_is_noise():
    corner = Positions.build(["b"], [0, 0], [T0, T0 + HOUR_US], [14.9985, 15.0005], [107.999, 108.001])
    assert crossings(corner, zones=(SQUARE,)) == []


def test_gnss_noise_on_the_line_does_not_flicker():
    rng = np.random.default_rng(1)
    lon = 110 + rng.normal(0, 8 * M, 400)
    assert crossings(sail(lon, np.arange(400) * 0.5), zones=(LINE,)) == []


def test_staying_just_beyond_the_line_counts_after_a_while():
    lon = [109.99, *[110 + 20 * M] * 40]
    events = crossings(sail(lon, np.arange(41)), zones=(LINE,))
    assert kinds(events) == ["crossing_out"]
    assert events[0].details["confirmed_by"] == "stay"
    assert events[0].start_us < T0 + MINUTE_US


def test_a_touch_and_return_within_the_noise_is_nothing():
    assert crossings(sail([109.99, 110 + 20 * M, 109.99], [0, 5, 10]), zones=(LINE,)) == []
    assert kinds(crossings(sail([109.99, 110 + 80 * M, 109.99], [0, 5, 10]), zones=(LINE,))) == [
        "crossing_out",
        "crossing_in",
    ]


def test_law_is_dated():
    late = Zone("late", "late", "closed", polygons=SQUARE.polygons, valid_from_us=T0 + HOUR_US)
    assert crossings(sail([107.9, 108.1, 108.5], [0, 10, 90]), zones=(late,)) == []
    assert kinds(crossings(sail([107.9, 108.1, 109.1], [0, 10, 120]), zones=(late,))) == ["crossing_out"]


def test_port_zones_and_unsegmented_rows_are_left_out():
    port = Zone("p", "p", "port", polygons=SQUARE.polygons)
    assert crossings(sail([107.9, 108.1], [0, 10]), zones=(port,)) == []
    fixes = sail([107.9, 50.0, 107.95], [0, 5, 10])
    assert find_crossings(fixes, np.array([0, -1, 0]), ZoneIndex.build([SQUARE]))[0] == []


def test_no_rows_keep_the_state():
    index = ZoneIndex.build([LINE])
    fixes = sail([109.9, 110.1], [0, 10])
    _, state = find_crossings(fixes.take([0]), np.zeros(1, np.int64), index)
    events, same = find_crossings(Positions.empty(), np.empty(0, np.int64), index, state=state)
    assert (events, same.tracks) == ([], state.tracks)
    assert len(find_crossings(fixes.take([1]), np.zeros(1, np.int64), index, state=state)[0]) == 1
    assert find_crossings(fixes.take([1]), np.zeros(1, np.int64), index, state=state.without([0]))[0] == []


def wander(seed, n=160, n_tracks=4):
    """Boats that hang about the borders: random walks with noise, long pauses, several tracks at once."""
    rng = np.random.default_rng(seed)
    track = np.sort(rng.integers(0, n_tracks, n)).astype(np.int64)
    step = rng.choice([20 * M, 300 * M, 0.02], n)
    lat, lon = np.empty(n), np.empty(n)
    time = np.empty(n, np.int64)
    for t in range(n_tracks):
        own = np.flatnonzero(track == t)
        lat[own] = 14.5 + np.cumsum(rng.normal(0, 1, len(own)) * step[own])
        lon[own] = rng.choice([108.0, 109.0, 110.0]) + np.cumsum(rng.normal(0, 1, len(own)) * step[own])
        time[own] = T0 + np.cumsum(rng.choice([0.2, 1, 5, 120], len(own)) * MINUTE_US).astype(np.int64)
    order = np.argsort(time, kind="stable")
    fixes = Positions.build([f"v{k}" for k in range(n_tracks)], track[order], time[order], lat[order], lon[order])
    return fixes, track[order]


def run_in_parts(fixes, track, index, cuts, config):
    state, events = CrossingState(), []
    bounds = [0, *sorted(cuts), len(fixes)]
    for a, b in pairwise(bounds):
        part, state = find_crossings(fixes.take(slice(a, b)), track[a:b], index, config, state=state)
        events += part
    return sorted(events, key=lambda e: (e.start_us, e.vessel_id, e.zone_id, e.kind)), state


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), cuts=st.lists(st.integers(0, 160), max_size=12))
def test_any_cut_gives_the_same_events(seed, cuts):
    fixes, track = wander(seed)
    index = ZoneIndex.build([SQUARE, LINE])
    config = CrossingSettings()
    whole, end = run_in_parts(fixes, track, index, [], config)
    parts, same_end = run_in_parts(fixes, track, index, cuts, config)
    assert parts == whole
    assert same_end == end


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(0, 160))
def test_later_fixes_never_take_a_crossing_back(seed, n):
    fixes, track = wander(seed)
    index = ZoneIndex.build([SQUARE, LINE])
    early = find_crossings(fixes.take(slice(0, n)), track[:n], index)[0]
    every = {e.event_id: e for e in find_crossings(fixes, track, index)[0]}
    assert all(every[e.event_id] == e for e in early)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_in_and_out_of_an_area_take_turns(seed):
    fixes, track = wander(seed)
    events = find_crossings(fixes, track, ZoneIndex.build([SQUARE, LINE]))[0]
    for vessel in fixes.vessel_ids:
        for zone in ("closed-1", "line-1"):
            own = [e.kind for e in events if (e.vessel_id, e.zone_id) == (vessel, zone)]
            assert all(a != b for a, b in pairwise(own))
