"""Apparent fishing in the wrong zone: who may fish where, and what slow hours tell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.core.columns import Positions
from haidang.core.time import HOUR_US, MINUTE_US
from haidang.core.vessel import Vessel
from haidang.core.zone import Port, Zone
from haidang.events.wrong_zone_fishing import WrongZoneSettings, allowed_kinds, find_wrong_zone_fishing
from haidang.tracks.zone_index import ZoneIndex

T0 = 1_780_002_000_000_000 - 1_780_002_000_000_000 % HOUR_US


def strip(kind, west, east):
    ring = np.array([(west, 10), (east, 10), (east, 20), (west, 20), (west, 10)], float)
    return Zone(kind, kind, kind, polygons=((ring,),))


ZONES = ZoneIndex.build([strip("inshore", 108, 109), strip("midshore", 109, 110), strip("offshore", 110, 115)])
PORT = Port("p", "p", 15.0, 108.05)


def trip(hours, lon, lat=15.0, kind=1):
    hours, lon = np.asarray(hours, float), np.asarray(lon, float)
    time = T0 + (hours * HOUR_US).astype(np.int64)
    return Positions.build(["b"], np.zeros(len(lon)), time, np.full(len(lon), lat), lon, kind=np.full(len(lon), kind))


def judge(fixes, length_m=20.0, now_h=100.0, ports=(), **vessel):
    register = {"b": Vessel("b", kind="fishing", length_m=length_m, **vessel)}
    track = np.zeros(len(fixes), np.int64)
    now_us = T0 + int(now_h * HOUR_US)
    return find_wrong_zone_fishing(fixes, track, ZONES, now_us=now_us, vessels=register, ports=ports)


#: Two-hourly reports, 3 kn: 0.1 degree of longitude a report, all inshore.
SLOW = trip(np.arange(0, 12, 2), 108.2 + 0.1 * np.arange(6))


def test_a_large_boat_slow_inshore_is_apparent_fishing():
    (event,) = judge(SLOW)
    assert (event.kind, event.zone_id, event.vessel_id) == ("wrong_zone_fishing", "inshore", "b")
    assert event.start_us == T0 + 2 * HOUR_US
    assert event.end_us == T0 + 10 * HOUR_US
    assert event.confidence <= 0.6
    assert event.details["apparent"] is True
    assert event.details["rows"] == [1, 2, 3, 4, 5]
    assert event.details["mean_speed_kn"] == pytest.approx(2.9, abs=0.1)


@pytest.mark.parametrize("length_m", [None, 8.0, float("nan"), 0.0])
def test_small_and_unknown_lengths_are_not_judged_inshore(length_m):
    assert judge(SLOW, length_m=length_m) == []


def test_transit_is_lawful():
    assert judge(trip(np.arange(0, 6, 2), 108.0 + 0.3 * np.arange(3))) == []


def test_at_anchor_is_not_fishing():
    assert judge(trip(np.arange(0, 12, 2), np.full(6, 108.5))) == []


def test_one_slow_fix_is_not_enough():
    assert judge(trip([0, 2, 4, 6], [108.2, 108.3, 108.7, 109.2])) == []


def test_slow_within_an_hour_of_port_is_the_way_out():
    leaving = trip([0, 0.5, 1.0, 1.5], [108.05, 108.1, 108.13, 108.16])
    assert judge(leaving, ports=[PORT]) == []
    assert len(judge(trip([0, 1, 2, 3, 4], [108.05, 108.1, 108.13, 108.16, 108.19]), ports=[PORT])) == 1


def test_across_a_long_silence_nobody_knows_the_speed():
    assert judge(trip([0, 8, 16, 24], [108.2, 108.4, 108.6, 108.8])) == []


def test_running_until_the_next_report_would_be_too_late():
    assert judge(SLOW, now_h=14.9)[0].end_us is None
    assert judge(SLOW, now_h=15.1)[0].end_us == T0 + 10 * HOUR_US
    goes = trip([*np.arange(0, 12, 2), 12], [*(108.2 + 0.1 * np.arange(6)), 109.2])
    assert judge(goes, now_h=12)[0].end_us == T0 + 10 * HOUR_US


def test_each_length_has_its_zone():
    config = WrongZoneSettings()
    fishing = {n: Vessel("b", kind="fishing", length_m=n) for n in (11.99, 12.0, 14.99, 15.0)}
    assert [sorted(allowed_kinds(v, config)) for v in fishing.values()] == [
        ["inshore"],
        ["midshore"],
        ["midshore"],
        ["offshore"],
    ]
    for length in (13.0, 20.0):
        assert len(allowed_kinds(Vessel("b", kind="fishing", length_m=length, gear="Hậu cần nghề cá"), config)) == 3
    assert len(allowed_kinds(Vessel("b", kind="merchant", length_m=90.0), config)) == 3


def test_a_boat_that_fishes_across_two_zones_is_judged_in_the_forbidden_one():
    wide = trip(np.arange(0, 24, 2), 109.5 + 0.1 * np.arange(12))
    assert [e.zone_id for e in judge(wide, length_m=20.0)] == ["midshore"]
    assert [e.zone_id for e in judge(wide, length_m=13.0)] == ["offshore"]
    assert judge(trip(np.arange(0, 12, 2), 110.2 + 0.1 * np.arange(6)), length_m=20.0) == []


def test_a_net_that_drifts_over_the_border_is_not_judged():
    lon = [109.999, 109.998, 109.996, 109.993, 109.99]
    assert judge(trip([0, 2, 4, 6, 8], lon)) == []
    (event,) = judge(trip([0, 2, 4, 6, 8], [109.999, 109.99, 109.985, 109.98, 109.975]))
    assert event.details["lawful_water_m"] == pytest.approx(2688, abs=10)


def test_merchant_reports_and_strangers_are_left_out():
    assert judge(trip(np.arange(0, 12, 2), 108.2 + 0.1 * np.arange(6), kind=2)) == []
    assert find_wrong_zone_fishing(SLOW, np.zeros(6, np.int64), ZONES, now_us=T0, vessels={}) == []
    assert judge(Positions.empty()) == []


def test_ais_noise_at_anchor_is_not_fishing():
    rng = np.random.default_rng(1)
    minutes = np.arange(0, 600, 0.5)
    fixes = trip(minutes / 60, 108.5 + rng.normal(0, 3e-6, len(minutes)))
    assert judge(fixes) == []


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 60))
def test_later_fixes_only_go_on_or_add(seed, n):
    """What was seen at some time keeps its start; running ones may last longer."""
    rng = np.random.default_rng(seed)
    hours = np.cumsum(rng.choice([0.1, 0.5, 2.0, 6.0], 60, p=[0.3, 0.2, 0.45, 0.05]))
    lon = 108.5 + np.cumsum(rng.normal(0, 0.06, 60))
    fixes = trip(hours, lon)
    early = judge(fixes.take(slice(0, n)), now_h=float(hours[n - 1]))
    late = {e.event_id: e for e in judge(fixes, now_h=float(hours[-1]) + MINUTE_US / HOUR_US)}
    for event in early:
        assert event.event_id in late
        assert event.end_us is None or late[event.event_id].end_us == event.end_us
