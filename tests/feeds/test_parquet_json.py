import gzip
import json
import math
import tempfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.core.errors import DecodeError, NotFound, SchemaError
from haidang.core.time import format_iso, parse_iso_us
from haidang.feeds import opening
from haidang.feeds.catalogue import read_file
from haidang.feeds.json_rows import decode_rows
from haidang.feeds.table_parquet import read_parquet
from haidang.feeds.table_rows import REASONS

NOW_US = parse_iso_us("2026-03-01T12:00:00Z")
ROW = {"vessel_id": "QNa-90001-TS", "fix_time": "2026-03-01T00:00:00Z", "lat_deg": 15.5, "lon_deg": 109.25}


@pytest.mark.parametrize(
    "times",
    [
        pa.array([1_500_336_440], pa.int64()),
        pa.array([1_500_336_440_000], pa.int64()),
        pa.array([1_500_336_440.0], pa.float64()),
        pa.array([1_500_336_440], pa.int64()).cast(pa.timestamp("s")),
        pa.array([1_500_336_440_000_000_000], pa.int64()).cast(pa.timestamp("ns", "Asia/Bangkok")),
        pa.array(["2017-07-18T00:07:20Z"], pa.large_string()),
        pa.array(["18/07/2017 00:07:20"]),
        pa.array(["2017-07-18 00:07:20"]).dictionary_encode(),
    ],
)
def test_every_kind_of_time_column(tmp_path, times):
    table = pa.table(
        {"mmsi": pa.array([538004030], pa.int32()), "ts": times, "lat": [1], "lon": pa.array([2.5], pa.float32())}
    )
    pq.write_table(table, tmp_path / "x.parquet")
    (piece,) = read_parquet(tmp_path / "x.parquet")
    assert format_iso(int(piece.positions.fix_time_us[0])) == "2017-07-18T00:07:20Z"
    assert piece.positions.vessel_ids == ("538004030",)


def test_rows_are_numbered_through_the_file_and_bad_ones_rejected(tmp_path):
    n = 1000
    lat = np.where(np.arange(n) % 7 == 3, np.nan, 15.0)
    table = pa.table(
        {"vessel_id": ["a"] * n, "fix_time": np.arange(n) + 1_500_000_000, "lat_deg": lat, "lon_deg": [109.0] * n}
    )
    pq.write_table(table, tmp_path / "x.parquet", row_group_size=100)
    seen = []
    pieces = list(read_parquet(tmp_path / "x.parquet", on_progress=lambda *p: seen.append(p)))
    rows = [int(r) for p in pieces for r in p.positions.row]
    rejected = [r.row for p in pieces for r in p.rejects]
    assert sorted(rows + rejected) == list(range(n))
    assert rejected == list(range(3, n, 7))
    assert seen[-1][0] == seen[-1][1]


def test_files_that_are_no_parquet_say_so(tmp_path):
    with pytest.raises(NotFound):
        list(read_parquet(tmp_path / "none.parquet"))
    (tmp_path / "x.parquet").write_bytes(b"PAR1 but not really")
    with pytest.raises(DecodeError):
        list(read_parquet(tmp_path / "x.parquet"))
    pq.write_table(pa.table({"a": [1]}), tmp_path / "y.parquet")
    with pytest.raises(SchemaError):
        list(read_parquet(tmp_path / "y.parquet"))


def test_the_real_files_are_read_whole(shared_data):
    for name, rows in (
        ("ais_positions/solent_20160112_part1", 11174),
        ("ais_positions/shared_mmsi_338013000_labelled", 1253),
        ("vms/eu_tacsat_vms", 58173),
    ):
        pieces = list(read_parquet(shared_data / f"{name}.parquet"))
        assert sum(len(p.positions) + len(p.rejects) for p in pieces) == rows


def test_posted_rows():
    decoded = decode_rows([ROW, {**ROW, "sog_kn": "4.5", "received_time": "2026-03-01T01:00:00Z"}], NOW_US)
    assert decoded.positions.received_time_us.tolist() == [NOW_US, parse_iso_us("2026-03-01T01:00:00Z")]
    assert math.isnan(decoded.positions.sog_kn[0])
    assert decoded.positions.sog_kn[1] == 4.5
    habit = decode_rows([{"mmsi": 574001234, "timestamp": "2026-03-01T00:00:00Z", "lat": 1, "lon": 2}], NOW_US)
    assert habit.positions.vessel_ids == ("574001234",)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"lat_deg": True}, "bad_latitude"),
        ({"lat_deg": float("nan")}, "bad_latitude"),
        ({"lon_deg": float("inf")}, "bad_longitude"),
        ({"lon_deg": 10**400}, "bad_longitude"),
        ({"lat_deg": [1]}, "bad_latitude"),
        ({"lat_deg": None}, "no_place"),
        ({"lat_deg": 0, "lon_deg": 0}, "no_place"),
        ({"vessel_id": None}, "no_vessel"),
        ({"vessel_id": {"a": 1}}, "no_vessel"),
        ({"fix_time": True}, "bad_time"),
        ({"fix_time": "99999-01-01"}, "bad_time"),
        ({"lat_deg": "15.5; DROP TABLE"}, "bad_latitude"),
    ],
)
def test_a_bad_row_is_a_reject_and_its_neighbours_stay(change, reason):
    decoded = decode_rows([ROW, {**ROW, **change}, ROW], NOW_US)
    assert decoded.positions.row.tolist() == [0, 2]
    assert [(r.row, r.reason) for r in decoded.rejects] == [(1, reason)]


def test_rows_that_are_no_objects():
    assert [r.reason for r in decode_rows([1, None, "x", []], NOW_US).rejects] == ["bad_fields"] * 4
    assert len(decode_rows([], NOW_US).positions) == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.integers(10**300, 10**310),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        "vessel_id",
        "mmsi",
        "fix_time",
        "ts",
        "lat_deg",
        "lat",
        "lon_deg",
        "sog_kn",
        "cog_deg",
        "kind",
        "imo",
        "received_time",
        "length_m",
        "name",
        "\ud800",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(JSON, st.dictionaries(KEYS, JSON, max_size=8)), max_size=5))
def test_no_json_makes_it_raise(rows):
    decoded = decode_rows([ROW, *rows], NOW_US)
    assert sorted([*decoded.positions.row.tolist(), *(r.row for r in decoded.rejects)]) == list(range(len(rows) + 1))
    assert {r.reason for r in decoded.rejects} <= set(REASONS)
    json.dumps([r.excerpt for r in decoded.rejects]).encode()


def test_ids_that_are_no_ids_are_rejects():
    rows = [ROW, {**ROW, "vessel_id": "a\x00b"}, {**ROW, "vessel_id": "x" * 300}, {**ROW, "mmsi": 7, "vessel_id": None}]
    decoded = decode_rows(rows, NOW_US)
    assert [(r.row, r.reason) for r in decoded.rejects] == [(1, "bad_vessel"), (2, "bad_vessel")]
    assert decoded.positions.row.tolist() == [0, 3]


@pytest.mark.parametrize(("kind", "is_said"), [(pa.timestamp("us", "UTC"), False), (pa.timestamp("us"), True)])
def test_a_missing_zone_is_said_only_where_one_was_missing(tmp_path, kind, is_said):
    times = pa.array([1_500_336_440_000_000], pa.int64()).cast(kind)
    pq.write_table(
        pa.table({"vessel_id": ["a"], "fix_time": times, "lat": [1.0], "lon": [2.0]}), tmp_path / "x.parquet"
    )
    said: list[str] = []
    list(read_parquet(tmp_path / "x.parquet", assumed=said))
    assert bool(said) is is_said


PACKERS = [("gz", gzip.compress), ("zst", zstandard.compress)]


@pytest.mark.parametrize(("ending", "pack"), PACKERS)
def test_packed_parquet_is_read_and_leaves_nothing_behind(tmp_path, monkeypatch, ending, pack):
    (tmp_path / "room").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "room"))
    pq.write_table(pa.table({k: [v] * 3 for k, v in ROW.items()}), tmp_path / "x.parquet")
    packed = tmp_path / f"x.parquet.{ending}"
    packed.write_bytes(pack((tmp_path / "x.parquet").read_bytes()))
    assert [p.positions.row.tolist() for p in read_file(packed)] == [[0, 1, 2]]
    packed.write_bytes(packed.read_bytes()[:-30])
    with pytest.raises(DecodeError, match="damaged"):
        list(read_parquet(packed))
    assert list((tmp_path / "room").iterdir()) == []


def test_what_unpacks_without_end_is_refused(tmp_path):
    (tmp_path / "bomb.parquet.gz").write_bytes(gzip.compress(b"PAR1" + bytes(1 << 20)))
    with (
        pytest.raises(DecodeError, match="unpacks to more than"),
        opening.unpacked_file(tmp_path / "bomb.parquet.gz", limit_bytes=1 << 16),
    ):
        pass
