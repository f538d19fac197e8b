"""The picture keeps the newest believed fix of each vessel and sends it in the agreed frame."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.core.columns import Positions
from haidang.core.vessel import Vessel
from haidang.live.picture import MAGIC, Picture


def batch(rows: list[tuple[str, int]]) -> Positions:
    ids = sorted({v for v, _ in rows})
    times = [t for _, t in rows]
    return Positions.build(ids, [ids.index(v) for v, _ in rows], times, [t * 1e-3 for t in times], [108.0] * len(rows))


def read_frame(frame: bytes) -> dict[str, np.ndarray]:
    magic, n, _seq, _now = struct.unpack_from("<IIdd", frame)
    assert magic == MAGIC
    assert len(frame) % 8 == 0
    at, columns = 24, {}
    for name, dtype in (
        ("fix_ms", "<f8"), ("lat", "<f8"), ("lon", "<f8"), ("index", "<u4"), ("sog", "<f4"), ("cog", "<f4"),
        ("flags", "u1"),
    ):  # fmt: skip
        columns[name] = np.frombuffer(frame, dtype, n, at)
        at += columns[name].nbytes
    return columns


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 50)), max_size=30), st.integers(1, 7))
def test_newest_wins_however_the_stream_is_cut(rows: list[tuple[str, int]], size: int) -> None:
    picture = Picture()
    for start in range(0, len(rows), size):
        part = batch(rows[start : start + size])
        picture.update(part, np.ones(len(part), bool))
    newest = {v: max(t for w, t in rows if w == v) for v, _ in rows}
    assert {v: int(picture.fix_time_us[picture.index_of(v)]) for v in newest} == newest


def test_rows_that_are_not_believed_change_nothing() -> None:
    picture = Picture()
    picture.update(batch([("a", 5)]), np.zeros(1, bool))
    assert len(picture) == 0


def test_frame_holds_what_changed() -> None:
    picture = Picture()
    picture.learn({"b": Vessel("b", kind="fishing")})
    changed = picture.update(batch([("a", 5), ("b", 9), ("b", 7)]), np.ones(3, bool))
    assert sorted(changed.tolist()) == [0, 1]
    picture.mark_alerts([("b", True)])
    frame = read_frame(picture.frame([picture.index_of("b")], seq=3, now_us=1_000))
    assert frame["lat"].tolist() == pytest.approx([0.009])
    assert frame["flags"].tolist() == [3]
    assert np.isnan(frame["sog"]).all()
    assert len(read_frame(picture.frame(None, seq=3, now_us=0))["lat"]) == 2


def test_grows_beyond_its_first_size() -> None:
    picture = Picture()
    rows = [(f"v{i:05}", i + 1) for i in range(3000)]
    picture.update(batch(rows), np.ones(3000, bool))
    assert len(picture) == 3000
    assert int(picture.fix_time_us[picture.index_of("v02999")]) == 3000
