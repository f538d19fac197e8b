"""The provider guard: outages recognised, fleets going home not taken for one, any split of the stream the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.core.columns import Positions
from haidang.core.time import DAY_US, HOUR_US, MINUTE_US, parse_iso_us
from haidang.core.zone import Port
from haidang.events.feed_outage import OutageSettings, advance_outages, is_held_back

T0 = 1_780_002_000_000_000 - 1_780_002_000_000_000 % HOUR_US
PORT = Port("p", "p", 15.0, 108.5)
GROUP = "supplier:Sao Xa"


def fleet(n=40, days=3.0, seed=1, period_h=2.0, prefix="v"):
    """Boats far at sea that report every two hours, each at its own minute, with jitter and a few misses."""
    rng = np.random.default_rng(seed)
    n_reports = int(days * 24 / period_h)
    phase = rng.uniform(0, period_h, n)[:, None]
    hours = phase + np.arange(n_reports)[None, :] * period_h + rng.normal(0, 0.03, (n, n_reports))
    keep = rng.random((n, n_reports)) > 0.04
    vessel = np.broadcast_to(np.arange(n)[:, None], hours.shape)[keep]
    time = T0 + (np.maximum(hours[keep], 0) * HOUR_US).astype(np.int64)
    lat, lon = 15 + rng.normal(0, 0.5, n), 112 + rng.normal(0, 0.5, n)
    order = np.argsort(time, kind="stable")
    names = [f"{prefix}{k:03d}" for k in range(n)]
    return Positions.build(names, vessel[order], time[order], lat[vessel[order]], lon[vessel[order]])


def silenced(fixes, start_us, end_us, vessels=None, late_us=None):
    """The fleet with an outage: fixes of the time are lost, or received when it ends."""
    hit = (fixes.fix_time_us >= start_us) & (fixes.fix_time_us < end_us)
    if vessels is not None:
        hit &= np.isin(fixes.vessel, vessels)
    if late_us is None:
        return fixes.take(~hit)
    received = np.where(hit, late_us, fixes.received_time_us)
    return Positions.build(
        fixes.vessel_ids, fixes.vessel, fixes.fix_time_us, fixes.lat_deg, fixes.lon_deg, received_time_us=received
    )


def groups_of(fixes, name=GROUP):
    return dict.fromkeys(fixes.vessel_ids, name)


def outages(fixes, now_us=T0 + 3 * DAY_US, config=None, groups=None):
    return advance_outages(None, fixes, groups or groups_of(fixes), now_us=now_us, ports=[PORT], settings=config)[0]


START, END = T0 + DAY_US, T0 + DAY_US + 30 * HOUR_US


def test_a_healthy_fleet_is_never_down():
    assert outages(fleet(), now_us=T0 + int(2.9 * DAY_US)) == []


@pytest.mark.parametrize("late_us", [None, END + MINUTE_US], ids=["lost", "stored and forwarded"])
def test_an_outage_is_recognised_within_two_periods_and_ends(late_us):
    fixes = silenced(fleet(), START, END, late_us=late_us)
    (event,) = outages(fixes, now_us=T0 + int(2.9 * DAY_US))
    assert (event.kind, event.vessel_id) == ("feed_outage", GROUP)
    assert START < parse_iso_us(event.details["recognised_time"]) <= START + 4 * HOUR_US
    assert START - 2 * HOUR_US <= event.start_us <= START + HOUR_US
    assert END <= event.end_us <= END + 3 * HOUR_US
    assert event.details["vessels"] == sorted(fixes.vessel_ids)
    assert event.event_id == outages(fixes, now_us=START + 5 * HOUR_US)[0].event_id


def test_every_report_at_the_same_minute():
    minutes = np.arange(0, 24) * 120
    time = T0 + np.repeat(minutes, 30) * MINUTE_US
    vessel = np.tile(np.arange(30), 24)
    fixes = Positions.build([f"v{k}" for k in range(30)], vessel, time, np.full(720, 15.0), np.full(720, 112.0))
    (event,) = outages(fixes.take(time < START + 1), now_us=START + 6 * HOUR_US)
    assert START < parse_iso_us(event.details["recognised_time"]) <= START + 4 * HOUR_US
    assert event.end_us is None
    assert event.details["silent"] == 30


def test_while_it_lasts_it_has_no_end_and_names_the_silent():
    fixes = silenced(fleet(), START, END, vessels=np.arange(25))
    (event,) = outages(fixes, now_us=START + 20 * HOUR_US)
    assert event.end_us is None
    assert event.details["vessels"] == [f"v{k:03d}" for k in range(25)]
    assert event.details["expected"] == 40


def test_a_few_silent_boats_are_no_outage():
    assert outages(silenced(fleet(), START, END, vessels=np.arange(6)), now_us=START + DAY_US) == []


def test_a_small_fleet_tells_nothing():
    assert outages(silenced(fleet(n=8), START, END), now_us=START + DAY_US) == []


def test_suppliers_are_judged_apart():
    down, healthy = silenced(fleet(prefix="a"), START, END), fleet(prefix="b", seed=2)
    both = Positions.concat([down, healthy])
    groups = {**groups_of(down, "supplier:A"), **groups_of(healthy, "supplier:B")}
    assert [e.vessel_id for e in outages(both, now_us=START + DAY_US, groups=groups)] == ["supplier:A"]


def homeward(seed=3, n=40, last_leg="moored"):
    """A storm: every boat steams home at 8 kn at once and switches off in port, or on the last miles."""
    rng = np.random.default_rng(seed)
    vessel, time, lon = [], [], []
    for k in range(n):
        hours = rng.uniform(0, 2) + np.arange(0, 60, 2)
        nm = np.clip(60 + rng.uniform(0, 30) - 8 * np.maximum(hours - 24, 0), 0, None)
        seen = (nm > 0) if last_leg == "at sea" else (np.cumsum(nm == 0) <= 1)
        vessel += [k] * int(seen.sum())
        time += (T0 + hours[seen] * HOUR_US).astype(np.int64).tolist()
        lon += (PORT.lon_deg + nm[seen] / 58.0).tolist()
    order = np.argsort(time, kind="stable")
    return Positions.build(
        [f"v{k}" for k in range(n)],
        np.array(vessel)[order],
        np.array(time)[order],
        np.full(len(time), 15.0),
        np.array(lon)[order],
    )


@pytest.mark.parametrize("last_leg", ["moored", "at sea"])
def test_a_fleet_going_home_together_is_no_outage(last_leg):
    assert outages(homeward(last_leg=last_leg), now_us=T0 + 4 * DAY_US) == []


def test_boats_that_stay_silent_are_released_and_do_not_start_the_next_outage():
    fixes = silenced(fleet(), START, END)
    gone = (fixes.vessel < 15) & (fixes.fix_time_us >= START)
    (event,) = outages(fixes.take(~gone), now_us=T0 + int(2.9 * DAY_US))
    assert event.end_us is not None
    assert event.details["still_silent"][:15] == [f"v{k:03d}" for k in range(15)]


def test_a_recovery_by_fits_and_starts_is_not_a_second_outage():
    """Boats report again one by one, and backlogs with old fixes come first."""
    fixes = fleet(n=120, seed=9)
    back_us = END + (np.random.default_rng(9).uniform(0, 2, 120) * HOUR_US).astype(np.int64)
    hit = (fixes.fix_time_us >= START) & (fixes.fix_time_us < back_us[fixes.vessel])
    received = np.where(hit, back_us[fixes.vessel], fixes.received_time_us)
    late = Positions.build(
        fixes.vessel_ids, fixes.vessel, fixes.fix_time_us, fixes.lat_deg, fixes.lon_deg, received_time_us=received
    )
    (event,) = outages(late, now_us=T0 + int(2.9 * DAY_US))
    assert END <= event.end_us <= END + 3 * HOUR_US


def test_silences_are_held_back_while_it_lasts_and_released_after():
    fixes = silenced(fleet(), START, END)
    found = outages(fixes, now_us=T0 + int(2.9 * DAY_US))
    period = 2 * HOUR_US

    def held(last_fix_us, now_us, group=GROUP):
        standing = outages(fixes, now_us=now_us)
        return is_held_back(standing, group, last_fix_us, now_us=now_us, expected_period_us=period)

    assert held(START - HOUR_US, START + 6 * HOUR_US)
    assert held(START - HOUR_US, END + HOUR_US)
    assert not held(START - HOUR_US, found[0].end_us + 4 * HOUR_US)
    assert not held(START - 20 * HOUR_US, START + 6 * HOUR_US)
    assert not held(START - HOUR_US, START + 6 * HOUR_US, group="supplier:Other")
    assert not held(START - HOUR_US, START + HOUR_US)


def test_ungrouped_and_empty():
    fixes = fleet()
    assert outages(fixes, groups={"other": GROUP}) == []
    events, state = advance_outages(None, Positions.empty(), {}, now_us=T0)
    assert events == []
    assert advance_outages(state, fixes, groups_of(fixes), now_us=T0 + 2 * DAY_US, ports=[PORT])[0] == []


def test_centuries_between_cost_nothing():
    fixes = fleet(days=1)
    old = Positions.build(
        fixes.vessel_ids, fixes.vessel, fixes.fix_time_us - 70_000 * DAY_US, fixes.lat_deg, fixes.lon_deg
    )
    events = outages(Positions.concat([old, fixes]), now_us=T0 + int(0.9 * DAY_US))
    assert all(e.start_us < T0 - 60_000 * DAY_US for e in events)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    cuts=st.lists(st.integers(0, 72 * 60), max_size=12),
    late=st.booleans(),
    share=st.sampled_from([10, 25, 40]),
)
def test_any_split_gives_the_same(seed, cuts, late, share):
    fixes = silenced(fleet(seed=seed), START, END, np.arange(share), END + 7 * MINUTE_US if late else None)
    groups = groups_of(fixes)
    end_us = T0 + 3 * DAY_US
    whole = outages(fixes, now_us=end_us)
    state, before = None, -1
    for cut in [*sorted(cuts), 72 * 60]:
        now_us = T0 + cut * MINUTE_US
        part = fixes.take((fixes.received_time_us > before) & (fixes.received_time_us <= now_us))
        events, state = advance_outages(state, part, groups, now_us=now_us, ports=[PORT])
        assert events == outages(fixes, now_us=now_us)
        before = now_us
    assert events == whole


def test_thresholds_are_settings():
    fixes = silenced(fleet(), START, END, vessels=np.arange(6))
    assert len(outages(fixes, now_us=START + DAY_US, config=OutageSettings(down_share=0.95, up_share=0.97))) >= 1
