"""The segmenter: labelled truth, real files with real faults, and the kernel against its plain twin."""

from itertools import pairwise

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build import START_US, meet, story
from haidang.core.columns import FLAGS, Positions
from haidang.core.time import HOUR_US, NO_TIME_US
from haidang.events.chain import Chain, States, canonical_order, classes_and_seeds
from haidang.events.detect import detect
from haidang.events.settings import EngineSettings
from haidang.tracks.limits import VMS, VMS_FISHING, reports_by_terminal
from haidang.tracks.place import distance_m, distance_plain
from haidang.tracks.segment_plain import PlainSegmenter

CHAIN = Chain(EngineSettings(), (), ())


def flags_of(positions: Positions) -> list[str]:
    return [FLAGS[f] for f in detect(positions).flag]


def microseconds(column) -> np.ndarray:
    return column.to_numpy(zero_copy_only=False).astype("datetime64[us]").astype(np.int64)


def pair_scores(truth, found) -> tuple[float, int, int]:
    """Return (pairwise F1, segments matched at Jaccard >= 0.9, true segments)."""
    _, a = np.unique(truth, return_inverse=True)
    _, b = np.unique(found, return_inverse=True)
    shared = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(shared, (a, b), 1)
    pairs = [(n * (n - 1) / 2).sum() for n in (shared, shared.sum(0), shared.sum(1))]
    precision, recall = pairs[0] / pairs[1], pairs[0] / pairs[2]
    jaccard = shared / (shared.sum(1)[:, None] + shared.sum(0)[None] - shared)
    return 2 * precision * recall / (precision + recall), int((jaccard.max(1) >= 0.9).sum()), len(shared)


def test_shared_mmsi_is_split_as_labelled(shared_data) -> None:
    table = pq.read_table(shared_data / "ais_positions" / "shared_mmsi_338013000_labelled.parquet")
    lat = table["lat"].to_numpy()
    rows = np.flatnonzero(~np.isnan(lat))
    p = Positions.build(
        ["338013000"], np.zeros(len(rows)), microseconds(table["timestamp"])[rows], lat[rows],
        table["lon"].to_numpy()[rows], sog_kn=table["speed"].to_numpy()[rows],
    )  # fmt: skip
    f1, matched, true_segments = pair_scores(np.array(table["expected"].to_pylist())[rows], detect(p).segment_id)
    assert len(rows) == 1193
    assert f1 >= 0.99
    assert (matched, true_segments) >= (20, 24)


def test_spoofed_track_holds_together_and_its_placeless_rows_are_told(shared_data) -> None:
    table = pq.read_table(shared_data / "ais_positions" / "spoofed_263576000.parquet")
    p = Positions.build(
        ["263576000"], np.zeros(table.num_rows), microseconds(table["timestamp"]), table["lat"].to_numpy(),
        table["lon"].to_numpy(), sog_kn=table["speed"].to_numpy(),
    )  # fmt: skip
    d = detect(p)
    placeless = ~(np.abs(p.lat_deg) <= 90)
    assert placeless.sum() == 20
    assert [FLAGS[f] for f in np.unique(d.flag[placeless])] == ["bad_place"]
    assert (d.segment_id[placeless] == -1).all()
    assert len(np.unique(d.segment_id[~placeless])) == 1


def test_solent_only_the_wild_fix_is_a_jump(shared_data) -> None:
    table = pq.read_table(shared_data / "ais_positions" / "solent_20160112_part1.parquet")
    mmsi, code = np.unique(table["mmsi"].to_numpy(), return_inverse=True)
    p = Positions.build(
        [str(m) for m in mmsi], code, microseconds(table["ts"]), table["lat"].to_numpy(), table["lon"].to_numpy(),
        sog_kn=table["sog"].to_numpy(),
    )  # fmt: skip
    d = detect(p)
    assert len(p) == 11_174
    assert (d.flag == FLAGS.index("jump")).sum() == 1
    assert p.lon_deg[d.flag == FLAGS.index("jump")] > 50
    assert np.isin(d.flag, (0, 1, 2)).all()


def test_two_hulls_under_one_mmsi_become_two_segments() -> None:
    one = story("574001234", lat=15.0, lon=109.0, every_min=3).sail(90, 10, hours=6)
    two = story("574001234", lat=25.0, lon=120.0, every_min=3).sail(180, 12, hours=6)
    two.fixes = [(t + 40_000_000, *rest) for t, *rest in two.fixes]
    p = meet(one, two)
    d = detect(p)
    assert len(np.unique(d.segment_id[p.lat_deg < 20])) == 1
    assert len(np.unique(d.segment_id[p.lat_deg > 20])) == 1
    assert len(np.unique(d.segment_id)) == 2
    # The second hull is believed after the third fix and six minutes.
    assert (d.flag != 0).sum() <= 3


def test_a_single_stray_fix_is_a_jump_and_the_track_goes_on() -> None:
    p = story("574001234", lat=15.0, lon=109.0, every_min=3).sail(0, 9, hours=1).stray(3.0, 101.0).sail(0, 9, hours=1)
    assert flags_of(p.positions()).count("jump") == 1
    assert len(np.unique(detect(p.positions()).segment_id)) == 2


def test_the_same_fix_twice_is_a_duplicate_with_its_originals_segment() -> None:
    p = story("574001234", lat=15.0, lon=109.0).sail(0, 9, hours=8).positions()
    d = detect(Positions.concat([p, p]))
    assert [FLAGS[f] for f in d.flag].count("duplicate") == len(p)
    assert len(np.unique(d.segment_id)) == 1


@pytest.mark.parametrize(
    ("lat", "lon", "time_us", "received_us", "flag"),
    [
        (91.0, 181.0, START_US, START_US, "bad_place"),
        (0.0, 0.0, START_US, START_US, "bad_place"),
        (np.nan, 109.0, START_US, START_US, "bad_place"),
        (15.0, 109.0, NO_TIME_US, START_US, "bad_time"),
        (15.0, 109.0, START_US + 121_000_000, START_US, "future"),
        (15.0, 109.0, START_US + 119_000_000, START_US, "ok"),
    ],
)
def test_faulty_rows_are_told_by_name(lat, lon, time_us, received_us, flag) -> None:
    p = Positions.build(["574001234"], [0], [time_us], [lat], [lon], received_time_us=[received_us])
    d = detect(p)
    assert FLAGS[d.flag[0]] == flag
    assert (d.segment_id[0] >= 0) == (flag == "ok")


def test_a_frozen_receiver_under_way_is_noise() -> None:
    boat = story("574001234", lat=15.0, lon=109.0, every_min=10).sail(0, 8, hours=1)
    for _ in range(3):
        boat.at_us += HOUR_US
        boat.report(8.0, 0.0)
    assert flags_of(boat.positions())[-3:] == ["noise"] * 3


def test_a_day_of_silence_ends_an_ais_segment_but_not_a_terminals() -> None:
    for vessel_id, segments in (("574001234", 2), ("QNa-90001-TS", 1)):
        boat = story(vessel_id, lat=15.0, lon=109.0).sail(0, 6, hours=8).silence(hours=30).sail(0, 6, hours=8)
        assert len(np.unique(detect(boat.positions()).segment_id)) == segments


def test_who_reports_by_terminal() -> None:
    assert reports_by_terminal("QNa-90001-TS", None)
    assert not reports_by_terminal("574001234", None)


def test_a_segments_number_does_not_depend_on_other_vessels() -> None:
    boat = story("QNa-1", lat=15.0, lon=109.0).sail(0, 6, hours=10)
    other = story("574001234", lat=16.0, lon=110.0).sail(0, 6, hours=10)
    alone, together = detect(boat.positions()), detect(meet(other, boat))
    assert set(alone.segment_id) < set(together.segment_id)


coordinates = st.tuples(
    st.integers(0, 400), st.floats(-3, 3), st.floats(-3, 3), st.sampled_from([np.nan, 0.0, 5.0, 9.0])
)


def walk(steps, step_us: int) -> Positions:
    """Return fixes of one vessel: mostly small steps, sometimes leaps, repeats and equal times."""
    t, lat, lon, sog = START_US, 15.0, 109.0, []
    columns = [[], [], []]
    for wait, north, east, speed in steps:
        t += (wait // 4) * step_us
        scale = 1.0 if wait % 17 == 0 else 0.01
        lat, lon = lat + north * scale, lon + east * scale
        for column, value in zip(columns, (t, lat, lon), strict=True):
            column.append(value)
        sog.append(speed)
    return Positions.build(["v"], np.zeros(len(sog)), *columns, sog_kn=sog)


@settings(max_examples=150, deadline=None)
@given(st.lists(coordinates, min_size=1, max_size=60), st.sampled_from([1_000_000, 60_000_000]), st.integers(0, 3))
def test_kernel_equals_plain_twin(steps, step_us, vessel_class) -> None:
    p = walk(steps, step_us)
    p = p.take(canonical_order(p))
    _, seeds = classes_and_seeds(("v",), {}, np.zeros(1, np.int8))
    track, _ = CHAIN.advance(p, States.fresh(1), np.array([vessel_class], np.int8), seeds)
    twin = PlainSegmenter(CHAIN.segment_limits[vessel_class])
    expected = [
        twin.take(t, r, lat, lon, sog=sog)
        for t, r, lat, lon, sog in zip(
            p.fix_time_us.tolist(), p.received_time_us.tolist(), p.lat_deg.tolist(), p.lon_deg.tolist(),
            p.sog_kn.tolist(), strict=True,
        )
    ]  # fmt: skip
    assert track.flag.tolist() == [flag for flag, _ in expected]
    numbers: dict[int, int] = {}
    assert [numbers.setdefault(s, segment) for s, (_, segment) in zip(track.segment_id, expected, strict=True)] == [
        segment for _, segment in expected
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(coordinates, min_size=2, max_size=60), st.lists(st.integers(0, 60), max_size=4))
def test_any_split_gives_the_same_flags_and_segments(steps, cuts) -> None:
    p = walk(steps, 60_000_000)
    p = p.take(canonical_order(p))
    classes, seeds = np.array([VMS_FISHING], np.int8), np.array([7])
    whole, _ = CHAIN.advance(p, States.fresh(1), classes, seeds)
    states = States.fresh(1)
    edges = sorted({0, len(p), *(c for c in cuts if c < len(p))})
    parts = [CHAIN.advance(p.take(slice(a, b)), states, classes, seeds)[0] for a, b in pairwise(edges)]
    for name in ("flag", "segment_id", "prev_t", "prev_row"):
        assert np.concatenate([getattr(part, name) for part in parts]).tolist() == getattr(whole, name).tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(coordinates, min_size=2, max_size=60), st.integers(0, 3))
def test_a_seam_at_180_changes_nothing(steps, vessel_class) -> None:
    p = walk(steps, 60_000_000)
    # Whole 64ths of a degree survive the shift without rounding.
    lon = np.round((p.lon_deg - 109.0) * 64) / 64
    answers = []
    for shift in (90.0, 180.0):
        moved = np.remainder(lon + shift + 180.0, 360.0) - 180.0
        q = Positions.build(["v"], p.vessel, p.fix_time_us, p.lat_deg, moved, sog_kn=p.sog_kn)
        track, _ = CHAIN.advance(q, States.fresh(1), np.array([vessel_class], np.int8), np.array([7]))
        _, first = np.unique(track.segment_id, return_index=True)
        order = {track.segment_id[i]: n for n, i in enumerate(sorted(first))}
        answers.append((track.flag.tolist(), [order[s] for s in track.segment_id]))
    assert answers[0] == answers[1]


@settings(max_examples=100, deadline=None)
@given(st.floats(-80, 80), st.floats(-180, 180), st.floats(-0.4, 0.4), st.floats(-0.4, 0.4))
def test_quick_distance_is_the_haversine(lat, lon, north, east) -> None:
    other = (lon + east + 180.0) % 360.0 - 180.0
    expected = distance_plain(lat, lon, lat + north, other)
    assert distance_m(lat, lon, lat + north, other) == pytest.approx(expected, rel=2e-3, abs=0.5)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1), st.floats(), st.floats(),
            st.floats(width=32),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_garbage_never_raises(rows) -> None:
    columns = [list(c) for c in zip(*rows, strict=True)] or [[], [], [], [], []]
    p = Positions.build(
        ["x"], np.zeros(len(rows)), columns[0], columns[2], columns[3], received_time_us=columns[1], sog_kn=columns[4]
    )
    d = detect(p, until_us=START_US)
    assert len(d.flag) == len(rows)
    assert ((d.segment_id >= 0) | (d.flag > 2)).all()


def test_two_classes_two_speeds() -> None:
    table = CHAIN.segment_limits
    assert table[VMS_FISHING][2] < table[VMS][2]
