"""Scores against scikit-learn and against hand-made cases; calibration; storage that can be scored."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import average_precision_score, brier_score_loss

from haidang.core.time import HOUR_US
from haidang.forecast import scoring
from haidang.forecast.calibration import calibration_map, isotonic
from haidang.forecast.crossing import Forecasts
from haidang.forecast.storage import KEEP_P, SAMPLE_P, select_for_storage

RNG = np.random.default_rng(7)
N = 3000
P = RNG.beta(0.4, 3.0, N)
HAPPENED = (RNG.random(N) < P).astype(np.float64)
DISTANCE = 50_000.0 * (1.0 - P) + RNG.normal(0, 15_000, N).clip(-20_000, 20_000) + 20_000


@given(st.integers(0, 10_000), st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_isotonic_like_scikit_learn(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    score, truth = rng.integers(0, 12, n).astype(float), rng.integers(0, 2, n).astype(float)
    weight = rng.uniform(0.1, 5, n)
    x, y = isotonic(score, truth, weight)
    expected = IsotonicRegression(out_of_bounds="clip").fit(score, truth, weight).predict(score)
    np.testing.assert_allclose(np.interp(score, x, y), expected, atol=1e-9)
    assert (np.diff(x) > 0).all()


def test_brier_and_precision_like_scikit_learn() -> None:
    known = scoring.score(P, HAPPENED, DISTANCE, vessel=np.arange(N) // 20)
    assert known.brier == pytest.approx(brier_score_loss(HAPPENED, P))
    assert known.average_precision == pytest.approx(average_precision_score(HAPPENED, P))
    assert known.ece < 0.03
    assert known.skill > 0
    assert known.skill_low < known.skill < known.skill_high
    uncertainty = known.base_rate * (1 - known.base_rate)
    assert known.reliability - known.resolution + uncertainty == pytest.approx(known.brier, abs=0.005)
    assert sum(b.n for b in known.bins) == N


def test_chances_that_are_too_high_are_seen() -> None:
    honest = scoring.score(P, HAPPENED, DISTANCE)
    loud = scoring.score(np.minimum(P * 2.5, 1.0), HAPPENED, DISTANCE)
    assert loud.ece > honest.ece + 0.05
    assert loud.skill < honest.skill


def test_distance_alone_has_no_skill_over_itself() -> None:
    plain = scoring.climatology_by_distance(DISTANCE, HAPPENED)
    assert scoring.score(plain, HAPPENED, DISTANCE).skill == pytest.approx(0.0)


def test_nothing_to_score() -> None:
    none = np.empty(0)
    known = scoring.score(none, none, none)
    assert known.n == 0
    assert np.isnan(known.brier)
    assert known.bins == ()


def test_a_weighted_sample_gives_the_score_of_the_whole() -> None:
    n = 200_000
    rng = np.random.default_rng(3)
    p = np.where(rng.random(n) < 0.9, rng.uniform(1e-4, 0.009, n), rng.beta(1, 3, n))
    truth = (rng.random(n) < p).astype(np.float64)
    distance = 1e5 * (1 - p)
    f = forecasts(p)
    rows, weight = select_for_storage(f, 11)
    assert (np.diff(rows) > 0).all()
    assert len(rows) < 0.2 * n
    assert np.isin(np.flatnonzero(p >= KEEP_P), rows).all()
    assert weight.sum() == pytest.approx(n, rel=0.02)
    assert set(weight.tolist()) == {1.0, 1.0 / SAMPLE_P}
    whole, sample = (
        scoring.score(p, truth, distance),
        scoring.score(p[rows], truth[rows], distance[rows], weight=weight),
    )
    assert sample.brier == pytest.approx(whole.brier, rel=0.03)
    assert sample.base_rate == pytest.approx(whole.base_rate, rel=0.05)
    again, _ = select_for_storage(f, 11)
    np.testing.assert_array_equal(rows, again)
    assert len(np.setxor1d(rows, select_for_storage(f, 12)[0])) > 0


def test_warned_vessels_are_always_stored() -> None:
    f = forecasts(np.full(50, 1e-4))
    rows, weight = select_for_storage(f, 1, warned={"v7"})
    assert weight[rows == 7].tolist() == [1.0]


def forecasts(p: np.ndarray) -> Forecasts:
    n = len(p)
    whole, real = np.zeros(n, np.int64), np.zeros(n)
    return Forecasts(
        tuple(f"v{i}" for i in range(n)), ("z",) * n, ("Z",) * n, whole, p, p, p, p, p, whole, whole, whole, real, real,
        np.ones(n, bool), real, real, whole,
    )  # fmt: skip


def test_calibration_map_repairs_chances_that_are_too_high() -> None:
    rng = np.random.default_rng(5)
    p = rng.beta(0.5, 4, 40_000)
    truth = (rng.random(len(p)) < p).astype(np.float64)
    raw = np.minimum(p * 1.8, 0.99)
    x, y = calibration_map(raw[::2], truth[::2], np.ones(20_000))
    assert (np.diff(x) > 0).all()
    assert (np.diff(y) >= 0).all()
    mended = np.interp(raw[1::2], x, y)
    before = scoring.ece(scoring.reliability_bins(raw[1::2], truth[1::2]))
    assert scoring.ece(scoring.reliability_bins(mended, truth[1::2])) < 0.25 * before


def test_alarms_on_a_hand_made_case() -> None:
    # Two vessels, hourly for a day. Vessel 0 crosses at hour 12 and is warned of from hour 8; vessel 1 has one false
    # warning at hour 5 (two rows, merged).
    hour = np.tile(np.arange(24), 2)
    track = np.repeat([0, 1], 24)
    crossing = np.where((track == 0) & (hour < 12), 12 * HOUR_US, -1)
    value = np.zeros(48)
    value[(track == 0) & (hour >= 8) & (hour < 12)] = 0.8
    value[(track == 1) & ((hour == 5) | (hour == 6))] = 0.5
    issues = scoring.Issues(track, hour * HOUR_US, crossing, 2.0)
    strict, loose = scoring.alarms(issues, value, (0.1, 0.5))
    assert (strict.threshold, strict.recall, strict.recall_2h, strict.n_crossings) == (0.8, 1.0, 1.0, 1)
    assert strict.lead_median_h == 4.0
    assert loose.threshold == 0.5


def test_arrival_times() -> None:
    crossing = np.array([2, 5, 9]) * HOUR_US
    good = scoring.arrival_times(crossing - HOUR_US, crossing, np.array([3, 6, 8]) * HOUR_US, crossing)
    assert (good.n, good.median_error_h) == (3, 0.0)
    assert good.coverage_80 == pytest.approx(2 / 3)
    assert scoring.arrival_times(*(np.empty(0, np.int64),) * 4).n == 0
