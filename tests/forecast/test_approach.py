"""What is read from the last fixes: time to the drawn line, closing speed, and never a fix not yet received."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from walkers import LINE, START_US, walkers

from haidang.core.columns import Positions
from haidang.core.time import HOUR_US
from haidang.core.zone import Zone
from haidang.forecast.approach import Approach, approach
from haidang.forecast.boundaries import Boundaries, FirstCrossings
from haidang.forecast.crossing import HORIZONS_H, load_model, predict
from haidang.forecast.fitting import Window, crossings_of

LINES = Boundaries.of([LINE])
FLEET = walkers(40, 3, seed=5)


def eastbound(speed_kn: float, from_lon: float, hours: int = 8, step_h: float = 2.0) -> Positions:
    t = np.arange(0, hours + 0.01, step_h)
    lon = from_lon + speed_kn * 1852 * t / (111_195.0 * np.cos(np.radians(14.0)))
    return Positions.build(["a"], np.zeros(len(t)), START_US + t * HOUR_US, np.full(len(t), 14.0), lon)


def test_straight_time_to_the_line() -> None:
    track = eastbound(6.0, 110.9)
    now = START_US + 9 * HOUR_US
    near = approach(track, LINES, now)
    assert len(near) == 1
    left_nm = (112.0 - track.lon_deg[-1]) * 60.0 * np.cos(np.radians(14.0))
    assert near.distance_m[0] == pytest.approx(left_nm * 1852.0, rel=0.006)
    assert near.ttl_h[0] == pytest.approx(left_nm / 6.0 - 1.0, abs=0.05)
    assert near.closing_mps[0] == pytest.approx(6.0 * 1852 / 3600, rel=0.01)
    assert near.age_h[0] == pytest.approx(1.0)
    assert near.is_outward[0]
    forecast = predict(track, [LINE], now, load_model())
    assert forecast.baseline_ttl_h[0] == pytest.approx(near.ttl_h[0])


def test_away_from_the_line_there_is_no_time() -> None:
    away = eastbound(-6.0, 111.8)
    near = approach(away, LINES, START_US + 8 * HOUR_US)
    assert np.isinf(near.ttl_h[0])
    assert near.closing_mps[0, 0] < 0
    assert np.isnan(predict(away, [LINE], START_US + 8 * HOUR_US, load_model()).baseline_ttl_h[0])


def test_one_fix_goes_by_its_own_speed_and_course() -> None:
    one = Positions.build(["a"], [0], [START_US], [14.0], [111.9], sog_kn=[10.0], cog_deg=[90.0])
    near = approach(one, LINES, START_US)
    assert near.ttl_h[0] == pytest.approx(0.1 * 60 * np.cos(np.radians(14.0)) / 10.0, rel=0.02)
    silent = Positions.build(["a"], [0], [START_US], [14.0], [111.9])
    assert np.isinf(approach(silent, LINES, START_US).ttl_h[0])


def test_only_vessels_within_60_nm_heard_within_a_day() -> None:
    far = eastbound(0.0, 110.9)
    assert len(approach(far, LINES, START_US + 8 * HOUR_US)) == 0
    near = eastbound(0.0, 111.2)
    assert len(approach(near, LINES, START_US + 8 * HOUR_US)) == 1
    assert len(approach(near, LINES, START_US + 33 * HOUR_US)) == 0
    assert len(approach(Positions.empty(), LINES, START_US)) == 0


def test_beyond_is_inside_a_forbidden_area() -> None:
    ring = np.array([[112.0, 13.0], [113.0, 13.0], [113.0, 15.0], [112.0, 15.0], [112.0, 13.0]])
    closed = Zone("closed", "Closed", "closed", polygons=((ring,),), is_alert_boundary=True)
    allowed = Zone("allowed", "Allowed", "permitted_boundary", polygons=((ring,),))
    near = approach(eastbound(6.0, 111.0), Boundaries.of([closed, allowed]), START_US + 8 * HOUR_US)
    assert dict(zip(near.zone.tolist(), near.is_outward.tolist(), strict=True)) == {0: True, 1: False}


def test_a_zone_counts_only_while_it_is_in_force() -> None:
    ended = Zone("z", "z", "permitted_boundary", lines=LINE.lines, inside="left", valid_to_us=START_US + 4 * HOUR_US)
    boundaries = Boundaries.of([ended])
    assert len(approach(eastbound(1.0, 111.5), boundaries, START_US + 2 * HOUR_US)) == 1
    assert len(approach(eastbound(1.0, 111.5), boundaries, START_US + 6 * HOUR_US)) == 0


def same(a: Approach, b: Approach) -> None:
    for name in Approach.__slots__:
        if name != "vessel_ids":
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


@given(st.integers(6, 70), st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_nothing_received_later_changes_a_forecast(hour: int, seed: int) -> None:
    """A fix of the past that had not arrived yet is the future: replacing all of those changes nothing."""
    issued_us = START_US + hour * HOUR_US
    rng = np.random.default_rng(seed)
    unknown = FLEET.received_time_us > issued_us
    assert unknown.any()
    assert (unknown & (FLEET.fix_time_us <= issued_us)).any() or hour > 70
    lat = np.where(unknown, rng.uniform(12, 16, len(FLEET)), FLEET.lat_deg)
    lon = np.where(unknown, rng.uniform(111, 113, len(FLEET)), FLEET.lon_deg)
    other = Positions.build(
        FLEET.vessel_ids, FLEET.vessel, FLEET.fix_time_us, lat, lon, received_time_us=FLEET.received_time_us,
        kind=FLEET.kind,
    )  # fmt: skip
    same(approach(FLEET, LINES, issued_us), approach(other, LINES, issued_us))
    same(approach(FLEET, LINES, issued_us), approach(FLEET.take(~unknown), LINES, issued_us))


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_order_of_rows_does_not_matter(seed: int) -> None:
    issued_us = START_US + 30 * HOUR_US
    shuffled = FLEET.take(np.random.default_rng(seed).permutation(len(FLEET)))
    same(approach(FLEET, LINES, issued_us), approach(shuffled, LINES, issued_us))
    same(approach(FLEET, LINES, issued_us), approach(Window(shuffled).before(issued_us), LINES, issued_us))


def test_first_crossing_after_a_time() -> None:
    crossings = crossings_of(eastbound(6.0, 111.7, hours=10), LINES)
    assert len(crossings.vessel) == 1
    before, after = np.array([START_US]), crossings.time_us
    zero = np.zeros(1, np.int32)
    assert crossings.next_us(zero, zero, before)[0] == crossings.time_us[0]
    assert crossings.next_us(zero, zero, after)[0] < START_US
    none = FirstCrossings(zero[:0], zero[:0], before[:0], before)
    assert none.next_us(zero, zero, before)[0] < START_US


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 50)), max_size=40))
def test_next_crossing_like_a_plain_search(found: list[tuple[int, int, int]]) -> None:
    found = sorted(set(found))
    columns = np.array(found, np.int64).reshape(-1, 3)
    crossings = FirstCrossings(
        columns[:, 0].astype(np.int32), columns[:, 1].astype(np.int32), columns[:, 2], np.zeros(5, np.int64)
    )
    asked = [(v, z, t) for v in range(5) for z in range(3) for t in (-1, 0, 10, 49, 60)]
    vessel, zone, after = (np.array(c) for c in zip(*asked, strict=True))
    got = crossings.next_us(vessel.astype(np.int32), zone.astype(np.int32), after.astype(np.int64))
    for (v, z, t), answer in zip(asked, got, strict=True):
        expected = min((x for a, b, x in found if (a, b) == (v, z) and x > t), default=None)
        assert (answer == expected) if expected is not None else answer < -(2**60)


def test_chances_are_chances_and_rise_with_the_horizon() -> None:
    model = load_model()
    for hour in (10, 40, 60):
        f = predict(FLEET, [LINE], START_US + hour * HOUR_US, model)
        assert len(f) > 10
        p = np.column_stack([f.p_within(h) for h in HORIZONS_H])
        assert ((p > 0) & (p < 1)).all()
        assert (np.diff(p, axis=1) >= 0).all()
        known = f.eta_median_us > 0
        assert (known == (f.p_12h >= 0.02)).all()
        assert (f.eta_p10_us[known] <= f.eta_median_us[known]).all()
        assert (f.eta_median_us[known] <= f.eta_p90_us[known]).all()
        assert (f.eta_p10_us[known] >= f.issued_us[known]).all()
        assert (f.eta_p90_us[known] <= f.issued_us[known] + 12 * HOUR_US).all()


def test_closer_and_faster_is_likelier() -> None:
    model = load_model()
    now = START_US + 8 * HOUR_US

    def p(speed_kn: float, nm_left: float) -> float:
        degrees = 1.0 / (60.0 * np.cos(np.radians(14.0)))
        track = eastbound(speed_kn, 112.0 - (nm_left + 8 * speed_kn) * degrees)
        return float(predict(track, [LINE], now, model).p_6h[0])

    assert p(6, 5) > p(6, 20) > p(6, 50)
    assert p(6, 5) > p(1, 20) > p(0, 50)
    assert p(0, 50) < 0.01


def test_thirty_thousand_vessels_in_seconds() -> None:
    import time

    base = walkers(3000, 0.6, seed=2)
    n = 10
    big = Positions.build(
        [f"v{k}-{v}" for k in range(n) for v in base.vessel_ids],
        np.concatenate([base.vessel + k * len(base.vessel_ids) for k in range(n)]),
        *(np.tile(c, n) for c in (base.fix_time_us, base.lat_deg, base.lon_deg)),
        received_time_us=np.tile(base.received_time_us, n),
    )
    model = load_model()
    predict(base, [LINE], START_US + 13 * HOUR_US, model)
    started = time.perf_counter()
    f = predict(big, [LINE], START_US + 13 * HOUR_US, model)
    assert len(f) > 25_000
    assert time.perf_counter() - started < 20.0
