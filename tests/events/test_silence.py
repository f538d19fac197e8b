"""silence: learned period, thresholds, where she was, and what raising a threshold may not do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build import START_US, story
from haidang.core.columns import Positions
from haidang.core.time import HOUR_US, MINUTE_US
from haidang.core.vessel import Vessel
from haidang.core.zone import Port
from haidang.events.detect import detect
from haidang.events.settings import EngineSettings
from haidang.events.silence import silence_plain
from haidang.events.text import text

BOAT = "QNa-90001-TS"


def silences(positions: Positions, **options) -> list:
    return [e for e in detect(positions, **options).events if e.kind == "silence"]


def test_a_boat_that_stays_away_nine_hours_and_returns() -> None:
    boat = story(BOAT, lat=15.5, lon=110.0).sail(90, 6, hours=10).silence(hours=7).sail(90, 6, hours=4)
    [event] = silences(boat.positions())
    assert (event.end_us - event.start_us) == 9 * HOUR_US
    assert event.details["rows"] == [5, 6]
    assert event.details["expected_period_s"] == 7200.0
    assert event.details["same_segment"] is True


def test_one_missed_report_is_not_a_silence() -> None:
    boat = story(BOAT, lat=15.5, lon=110.0).sail(90, 6, hours=10).silence(hours=1.5).sail(90, 6, hours=4)
    assert silences(boat.positions()) == []


def test_an_open_silence_lasts_until_the_boat_is_heard_and_keeps_its_id() -> None:
    boat = story(BOAT, lat=15.5, lon=110.0).sail(90, 6, hours=10)
    last = boat.at_us
    due = last + 9 * HOUR_US // 2
    assert silences(boat.positions(), until_us=due - 1) == []
    [running] = silences(boat.positions(), until_us=due)
    assert (running.start_us, running.end_us) == (last, None)
    [closed] = silences(boat.silence(hours=8).sail(90, 6, hours=4).positions())
    assert closed.event_id == running.event_id


def test_the_period_is_learned() -> None:
    slow = story(BOAT, lat=15.5, lon=110.0, every_min=185).sail(90, 6, hours=74).silence(hours=2).sail(90, 6, hours=10)
    assert silences(slow.positions()) == []


@pytest.mark.parametrize(("ports", "place"), [((), "unknown"), ("quay", "in_port"), ("far", "at_sea")])
def test_where_she_was(ports, place) -> None:
    known = {"quay": (Port("p", "Cảng", 15.51, 110.0),), "far": (Port("p", "Cảng", 18.0, 106.0),)}.get(ports, ())
    boat = story(BOAT, lat=15.5, lon=110.0).drift(hours=10).silence(hours=7).drift(hours=4)
    [event] = silences(boat.positions(), ports=known)
    assert event.details["place"] == place


def test_a_transponder_may_pause_six_hours() -> None:
    ship = story("574001234", lat=15.5, lon=110.0, every_min=3).sail(90, 12, hours=2).silence(hours=5)
    assert silences(ship.sail(90, 12, hours=1).positions()) == []
    assert len(silences(ship.silence(hours=7).sail(90, 12, hours=1).positions())) == 1


def test_a_register_that_names_a_supplier_makes_it_a_terminal() -> None:
    ship = story("574001234", lat=15.5, lon=110.0).sail(90, 6, hours=10).silence(hours=3).sail(90, 6, hours=4)
    register = {"574001234": Vessel("574001234", supplier="VNPT")}
    assert silences(ship.positions()) == []
    assert len(silences(ship.positions(), vessels=register)) == 1


def test_the_sentence_in_both_languages() -> None:
    boat = story(BOAT, lat=15.5, lon=110.0).sail(90, 6, hours=10)
    [event] = silences(boat.positions(), until_us=boat.at_us + 5 * HOUR_US)
    assert text(event, "vi").startswith(f"{BOAT} mất tín hiệu từ 15/11/2023 ")
    assert "until now" in text(event, "en")
    assert text(event, "en", vessel="Sample").startswith("Sample has not reported since")


pauses = st.lists(st.integers(1, 3000), min_size=1, max_size=40)


def at_times(minutes: list[int]) -> Positions:
    times = START_US + np.cumsum([0, *minutes]) * MINUTE_US
    n = len(times)
    return Positions.build([BOAT], np.zeros(n), times, np.full(n, 15.5), 110 + 1e-4 * np.arange(n))


@settings(max_examples=100, deadline=None)
@given(pauses, st.floats(1, 12), st.floats(1, 12))
def test_raising_the_threshold_never_adds_a_silence(minutes, one, other) -> None:
    low, high = sorted((one, other))
    found = [
        {(e.start_us, e.end_us) for e in silences(
            at_times(minutes), settings=EngineSettings(silence_vms_us=int(hours * HOUR_US))
        )} for hours in (low, high)
    ]  # fmt: skip
    assert found[1] <= found[0]


@settings(max_examples=100, deadline=None)
@given(pauses)
def test_kernel_equals_plain_twin(minutes) -> None:
    p = at_times(minutes)
    s = EngineSettings()
    expected = silence_plain(
        p.fix_time_us.tolist(), threshold_us=s.silence_vms_us, periods=s.silence_periods,
        period_us=s.period_vms_us, period_max_us=s.period_max_us,
    )  # fmt: skip
    assert [(e.start_us, e.end_us) for e in silences(p)] == expected


def test_one_missed_report_is_no_silence_whatever_the_jitter_of_the_next() -> None:
    boat = story(BOAT, lat=15.5, lon=110.0).sail(90, 6, hours=10).silence(hours=2.1).sail(90, 6, hours=6)
    assert silences(boat.positions()) == []


@pytest.mark.parametrize(("reports", "missed"), [(1, 0), (2, 0), (3, 1)])
def test_a_ship_heard_once_or_twice_is_not_missed(reports, missed) -> None:
    ship = story("574001234", lat=15.5, lon=110.0, every_min=10).report(8, 90)
    ship.sail(90, 8, hours=(reports - 1) / 6)
    found = silences(ship.positions(), until_us=ship.at_us + 24 * HOUR_US)
    assert len(found) == missed
    # A terminal that falls dead after its first report is missed all the same.
    boat = story(BOAT, lat=15.5, lon=110.0).report(8, 90)
    assert len(silences(boat.positions(), until_us=boat.at_us + 24 * HOUR_US)) == 1
