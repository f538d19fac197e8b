"""The detectors against the drill's own truth: what happened is found, and what did not happen is not claimed."""

from functools import cache

import numpy as np
import pytest
from shapely import contains_xy, line_merge
from shapely.geometry import LineString, Polygon

from build import story
from haidang.core.columns import Positions
from haidang.core.time import HOUR_US, parse_iso_us
from haidang.core.vessel import Vessel
from haidang.core.zone import Zone
from haidang.events.detect import Detection, detect
from haidang.simulate.fleet import Fleet, build
from haidang.simulate.scenario import Scenario

START_US = parse_iso_us("2026-03-02T00:00:00Z")
PERIOD_US = 2 * HOUR_US


def register(fleet: Fleet) -> dict[str, Vessel]:
    return {vessel.vessel_id: vessel for vessel in fleet.vessels}


@cache
def judged(name: str = "drill") -> tuple[Fleet, Positions, Detection]:
    fleet = build(Scenario.preset(name, seed=21, start_us=START_US, days=4, n_vms=400))
    positions = fleet.reports().positions
    return fleet, positions, detect(positions, zones=fleet.zones, ports=fleet.ports, vessels=register(fleet))


def found(name: str, kind: str):
    return [e for e in judged(name)[2].events if e.kind == kind]


@pytest.mark.parametrize("name", ["drill", "storm"])
def test_the_supplier_that_fell_out_is_named_in_time_and_no_other(name) -> None:
    fleet = judged(name)[0]
    (truth,) = [e for e in fleet.truth.events if e.kind == "supplier_outage"]
    (event,) = found(name, "feed_outage")
    assert event.vessel_id == f"supplier:{truth.other}"
    recognised_us = parse_iso_us(event.details["recognised_time"])
    assert truth.start_us < recognised_us <= truth.start_us + 2 * PERIOD_US
    suppliers = {register(fleet)[v].supplier for v in event.details["vessels"]}
    assert suppliers == {truth.other}
    assert event.end_us is not None
    assert abs(event.end_us - truth.end_us) < HOUR_US


def test_a_fleet_in_quiet_days_has_no_outage() -> None:
    assert found("quiet", "feed_outage") == []


@pytest.mark.parametrize("name", ["drill", "quiet"])
def test_one_missed_report_is_no_silence(name) -> None:
    fleet, _, detection = judged(name)
    boats = {vessel.vessel_id for vessel in fleet.vessels if vessel.supplier}
    silences = [e for e in detection.events if e.kind == "silence" and e.vessel_id in boats]
    # Boats that carry a transponder as well are expected every few minutes.
    silences = [e for e in silences if e.details["expected_period_s"] > 6000]
    # Where jitter taught a shorter period a single loss may still be told; it must stay rare.
    short = {e.vessel_id for e in silences if e.end_us is not None and e.end_us - e.start_us < 4.3 * HOUR_US}
    assert len(short) <= 0.02 * len(boats)
    assert len(silences) < 0.25 * len(boats)


def test_a_dead_device_is_a_silence() -> None:
    fleet, positions, detection = judged("drill")
    silences = {(e.vessel_id, e.start_us, e.end_us) for e in detection.events if e.kind == "silence"}
    end_us = int(positions.fix_time_us.max())
    for truth in fleet.truth.events:
        if truth.kind != "silence" or not truth.cause.startswith("dead_device"):
            continue
        until_us = min(truth.end_us or end_us, end_us)
        mine = positions.fix_time_us[positions.vessel == positions.vessel_ids.index(truth.vessel_id)]
        heard = (mine > truth.start_us) & (mine < until_us)
        # A boat with a transponder is heard while her terminal is dead.
        if until_us - truth.start_us < 3 * PERIOD_US or heard.any():
            continue
        mine_silent = [(a, b or end_us) for v, a, b in silences if v == truth.vessel_id]
        assert any(a < until_us and b > truth.start_us for a, b in mine_silent), truth


@pytest.mark.parametrize("name", ["drill", "storm"])
def test_true_crossings_of_the_boundary_are_found_and_no_others(name) -> None:
    fleet = judged(name)[0]
    truth = [e for e in fleet.truth.events if e.kind.startswith("crossing")]
    events = [e for k in ("crossing_in", "crossing_out") for e in found(name, k) if e.zone_id == "sample-boundary"]
    times = {(e.kind, e.vessel_id, e.start_us) for e in events}
    matched = [
        t
        for t in truth
        if any((t.kind, t.vessel_id) == (k, v) and abs(a - t.start_us) < 3 * HOUR_US for k, v, a in times)
    ]
    assert [t for t in truth if t not in matched and _can_be_seen(t, name)] == []
    assert len(events) <= len(truth)


def _can_be_seen(truth, name: str) -> bool:
    """Return whether she was heard before and after, and stayed longer than a minute on the other side."""
    fleet, p, _ = judged(name)
    times = p.fix_time_us[p.vessel == p.vessel_ids.index(truth.vessel_id)]
    near = times[np.abs(times - truth.start_us) < 12 * HOUR_US]
    other = [e.start_us for e in fleet.truth.events if e.kind[:8] == "crossing" and e.vessel_id == truth.vessel_id]
    quick = any(0 < abs(t - truth.start_us) < HOUR_US / 4 for t in other)
    return not quick and bool((near < truth.start_us).any() and (near > truth.start_us).any())


def test_few_boats_are_said_to_fish_in_the_wrong_zone() -> None:
    """One boat in sixty of the drill works where she may not; nearly nobody else may be accused."""
    accused = {e.vessel_id for e in found("drill", "wrong_zone_fishing")}
    assert 0 < len(accused) <= 0.025 * 400


def test_crossings_are_what_the_straight_lines_between_fixes_say() -> None:
    """An independent count: shapely on the path of a boat that wanders in and out of a box."""
    rng = np.random.default_rng(4)
    ring = np.array([[109.0, 15.0], [109.5, 15.0], [109.5, 15.5], [109.0, 15.5], [109.0, 15.0]])
    box = Zone("box", "Box", "closed", polygons=((ring,),))
    shape = Polygon(ring)
    for k in range(20):
        boat = story(f"QNa-{k}-TS", lat=15.25, lon=109.25)
        for course in rng.uniform(0, 360, 30):
            boat.sail(float(course), 6, hours=2)
        p = boat.positions()
        events = [e for e in detect(p, zones=[box]).events if e.kind.startswith("crossing")]
        inside = contains_xy(shape, p.lon_deg, p.lat_deg)
        expected = 0
        for i in range(1, len(p)):
            leg = LineString([(p.lon_deg[i - 1], p.lat_deg[i - 1]), (p.lon_deg[i], p.lat_deg[i])])
            chord = leg.intersection(shape)
            if inside[i] != inside[i - 1]:
                expected += 1
            elif not inside[i] and line_merge(chord).length * 107_000 > 520:
                expected += 2
        unsure = sum(abs(shape.exterior.distance(q)) * 107_000 < 60 for q in map(_point, p.lon_deg, p.lat_deg))
        assert abs(len(events) - expected) <= 2 * unsure, k


def _point(lon: float, lat: float):
    from shapely.geometry import Point

    return Point(lon, lat)
