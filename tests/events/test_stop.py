"""stop and port calls: hysteresis, what counts as a call, and the kernels against their plain twins."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from build import START_US, meet, story
from haidang.core.columns import Positions
from haidang.core.time import HOUR_US, MINUTE_US
from haidang.core.zone import Port
from haidang.events.detect import detect
from haidang.events.port_call import port_plain
from haidang.events.settings import EngineSettings
from haidang.events.stop import stop_plain
from haidang.tracks.place import distance_plain

SHIP = "574001234"
QUAY = Port("KH", "Kỳ Hà", 15.48, 108.69)


def found(positions: Positions, *kinds: str, **options) -> list:
    return [e for e in detect(positions, **options).events if e.kind in kinds]


def test_a_ship_that_anchors_for_three_hours() -> None:
    ship = story(SHIP, lat=15.5, lon=110.0, every_min=10).sail(90, 10, hours=2).drift(hours=3).sail(90, 10, hours=2)
    [event] = found(ship.positions(), "stop")
    assert 3 * HOUR_US - 20 * MINUTE_US <= event.end_us - event.start_us <= 3 * HOUR_US + 20 * MINUTE_US
    assert event.details["fixes"] >= 17
    assert event.details["farthest_m"] < 60


def test_a_pause_of_half_an_hour_is_no_stop() -> None:
    ship = story(SHIP, lat=15.5, lon=110.0, every_min=10).sail(90, 10, hours=2).drift(hours=0.5).sail(90, 10, hours=2)
    assert found(ship.positions(), "stop") == []


def test_one_fix_a_little_outside_does_not_end_a_stop() -> None:
    ship = story(SHIP, lat=15.5, lon=110.0, every_min=10).drift(hours=2)
    ship.stray(15.5 + 300 / 111_195, 110.0).drift(hours=2).sail(90, 10, hours=1)
    assert len(found(ship.positions(), "stop")) == 1


def test_two_two_hourly_fixes_are_a_stop_and_it_lasts_while_nothing_contradicts() -> None:
    boat = story("QNa-1", lat=15.5, lon=110.0).sail(90, 6, hours=4).drift(hours=4)
    [event] = found(boat.positions(), "stop")
    assert event.end_us is None
    [ended] = found(boat.positions(), "stop", until_us=boat.at_us + 13 * HOUR_US)
    assert (ended.event_id, ended.end_us) == (event.event_id, boat.at_us)


def test_a_boat_comes_home_and_sails_again() -> None:
    boat = story("QNa-1", lat=15.48, lon=109.2).sail(270, 8, hours=4, every_min=30).drift(hours=10)
    boat.lon = 108.69
    boat.drift(hours=10).sail(90, 8, hours=4, every_min=30)
    events = found(boat.positions(), "port_in", "port_out", ports=[QUAY])
    assert [e.kind for e in events] == ["port_in", "port_out"]
    assert {e.details["port_id"] for e in events} == {"KH"}
    assert events[0].details["shown_by"] == "stop"


def test_passing_the_harbour_mouth_is_no_call() -> None:
    boat = story("QNa-1", lat=15.48, lon=109.0).sail(270, 8, hours=4, every_min=15)
    assert found(boat.positions(), "port_in", "port_out", ports=[QUAY]) == []


def test_a_boat_first_heard_at_the_quay_only_leaves() -> None:
    boat = story("QNa-1", lat=15.48, lon=108.69).drift(hours=6).sail(90, 8, hours=4)
    assert [e.kind for e in found(boat.positions(), "port_in", "port_out", ports=[QUAY])] == ["port_out"]


def test_swinging_on_the_edge_of_the_circle_is_one_call() -> None:
    boat = story("QNa-1", lat=15.48, lon=108.90).report(8.0)
    for step in range(12):
        boat.at_us += HOUR_US
        # 2.9 km and 3.5 km from the point in turn.
        boat.lon = 108.69 + (2_900 if step % 2 else 3_500) / (111_195 * np.cos(np.radians(15.48)))
        boat.report(0.1)
    assert len(found(boat.positions(), "port_in", "port_out", ports=[QUAY])) == 1


def test_a_port_polygon_counts_by_its_edge() -> None:
    ring = np.array([[108.60, 15.40], [108.80, 15.40], [108.80, 15.60], [108.60, 15.60], [108.60, 15.40]])
    port = Port("poly", "Cảng", 15.5, 108.7, ((ring,),))
    boat = story("QNa-1", lat=15.5, lon=109.2).sail(270, 8, hours=3, every_min=30)
    boat.lon = 108.78
    boat.drift(hours=6).sail(90, 8, hours=3, every_min=30)
    assert [e.kind for e in found(boat.positions(), "port_in", "port_out", ports=[port])] == ["port_in", "port_out"]


def test_ports_on_the_antimeridian_are_found() -> None:
    port = Port("fj", "Taveuni", -16.8, -179.99)
    boat = story("FJ-1", lat=-16.8, lon=179.5).sail(90, 8, hours=4, every_min=30)
    boat.lon = 179.995
    boat.drift(hours=6)
    assert [e.kind for e in found(boat.positions(), "port_in", ports=[port])] == ["port_in"]


steps = st.lists(st.tuples(st.integers(1, 200), st.floats(-300, 300), st.floats(-300, 300)), min_size=1, max_size=50)


def walk(moves) -> list[tuple[int, float, float]]:
    t, lat, lon, fixes = START_US, 15.5, 110.0, []
    for minutes, north, east in moves:
        t += minutes * MINUTE_US
        lat, lon = lat + north / 111_195, lon + east / 107_000
        fixes.append((t, lat, lon))
    return fixes


def batch(fixes, sog=None) -> Positions:
    t, lat, lon = zip(*fixes, strict=True)
    return Positions.build(["QNa-1"], np.zeros(len(t)), t, lat, lon, sog_kn=sog)


@settings(max_examples=150, deadline=None)
@given(steps)
def test_stop_kernel_equals_plain_twin(moves) -> None:
    fixes = walk(moves)
    s = EngineSettings()
    expected = stop_plain(fixes, (s.stop_radius_m, s.stop_min_us, s.stop_max_gap_us, s.stop_exit_factor))
    got = found(batch(fixes), "stop")
    last = [(e.start_us, e.end_us or e.start_us) for e in got]
    assert len(last) == len(expected)
    assert [start for start, _ in last] == [start for start, _ in expected]
    assert [e.end_us for e in got if e.end_us] == [end for e, (_, end) in zip(got, expected, strict=True) if e.end_us]


@settings(max_examples=150, deadline=None)
@given(steps, st.lists(st.sampled_from([0.0, 0.1, 3.0, np.nan]), min_size=50, max_size=50))
def test_port_kernel_equals_plain_twin(moves, speeds) -> None:
    fixes = walk([(minutes, north * 12, east * 12) for minutes, north, east in moves])
    sog = np.array(speeds[: len(fixes)], np.float32)
    port = Port("p", "P", 15.5, 110.0)
    distances = [distance_plain(15.5, 110.0, lat, lon) for _, lat, lon in fixes]
    if any(abs(d - edge) < 20 for d in distances for edge in (3_000, 4_000)):
        return
    s = EngineSettings(max_speed_kn=1e4, max_speed_fishing_kn=1e4)
    expected = port_plain(
        [(*fix, float(v)) for fix, v in zip(fixes, sog, strict=True)], distances,
        (s.port_enter_m, s.port_leave_m, s.port_stop_kn, s.port_gap_us),
    )  # fmt: skip
    got = found(batch(fixes, sog), "port_in", "port_out", ports=[port], settings=s)
    assert sorted((e.kind, e.start_us) for e in got) == sorted(expected)


def test_two_boats_do_not_share_a_stop() -> None:
    one = story("QNa-1", lat=15.5, lon=110.0).drift(hours=6)
    two = story("QNa-2", lat=15.5, lon=110.0).sail(0, 9, hours=6)
    assert {e.vessel_id for e in found(meet(one, two), "stop")} == {"QNa-1"}
