import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden import picture
from haidang.feeds.catalogue import read_file
from haidang.feeds.gpx import BATCH_ROWS, REASONS, GpxDecoder

CASE = Path(__file__).resolve().parents[1] / "golden" / "gpx_track"
POINT = '<trkpt lat="15.5" lon="109.25"><time>2026-03-01T00:00:00Z</time></trkpt>'


def track(*points, name="<name>QNa-90001-TS</name>"):
    return f"<gpx><trk>{name}<trkseg>{''.join(points)}</trkseg></trk></gpx>".encode()


def decode(data, *, cut=1 << 20, vessel_id=""):
    decoder = GpxDecoder(vessel_id=vessel_id)
    pieces = [decoder.feed(data[i : i + cut]) for i in range(0, len(data), cut)] + [decoder.flush()]
    return picture(pieces, [])


def test_golden_case():
    expected = json.loads((CASE / "expected.json").read_text(encoding="utf8"))
    assumed: list[str] = []
    assert picture(list(read_file(CASE / "input.gpx", assumed=assumed)), assumed) == expected
    assert len(expected["positions"]) == 4


@pytest.mark.parametrize("quote", ["", ' SYSTEM "file:///etc/passwd"', ' [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused(quote, encoding):
    bomb = f"<?xml version='1.0' encoding='{encoding}'?><!DOCTYPE gpx{quote}>" + track(POINT).decode()
    got = decode(bomb.encode(encoding))
    assert (got["positions"], got["rejects"]) == ([], [[0, "doctype"]])


@pytest.mark.parametrize("data", [b"", b"<", b"no xml", b"<gpx>", b"<?xml version='1.0' encoding='x-none'?><gpx/>",
                                  b"<a>" * 100_000, b"<?xml version='1.0' encoding='shift_jis'?><gpx/>"])  # fmt: skip
def test_what_is_no_gpx_is_one_reject(data):
    assert [reason for _, reason in decode(data)["rejects"]] == ["bad_xml"]


def test_points_before_a_cut_are_good():
    got = decode(track(POINT, POINT)[:-20])
    assert [p["row"] for p in got["positions"]] == [0, 1]
    assert got["rejects"] == [[2, "bad_xml"]]


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        (POINT.replace("<time>2026-03-01T00:00:00Z</time>", ""), "bad_time"),
        (POINT.replace("2026-03-01", "2026-02-30"), "bad_time"),
        (POINT.replace("2026-03-01", "0001-01-01"), "bad_time"),
        (POINT.replace("15.5", "x"), "bad_latitude"),
        (POINT.replace("15.5", "nan"), "bad_latitude"),
        (POINT.replace("109.25", "1e999"), "bad_longitude"),
        (POINT.replace("109.25", "180.1"), "bad_longitude"),
        (POINT.replace(' lon="109.25"', ""), "no_place"),
        (POINT.replace("15.5", "0").replace("109.25", "-0.0"), "no_place"),
    ],
)
def test_a_bad_point_is_a_reject(point, reason):
    got = decode(track(POINT, point, POINT))
    assert [p["row"] for p in got["positions"]] == [0, 2]
    assert got["rejects"] == [[1, reason]]
    assert reason in REASONS


def test_who_it_is():
    assert [r for _, r in decode(track(POINT, name=""))["rejects"]] == ["no_vessel"]
    assert decode(track(POINT, name=""), vessel_id="tàu")["positions"][0]["vessel_id"] == "tàu"
    assert [r for _, r in decode(track(POINT, name=f"<name>{'x' * 81}</name>"))["rejects"]] == ["bad_vessel"]
    late = track(POINT).decode().replace("<name>QNa-90001-TS</name>", "").replace("</trk>", "<name>b</name></trk>")
    assert decode(late.encode())["positions"][0]["vessel_id"] == "b"


def test_speeds_are_metres_a_second_in_either_version():
    for inside in ("<speed>10</speed>", "<extensions><x><a:speed xmlns:a='u'>10</a:speed></x></extensions>"):
        (row,) = decode(track(POINT.replace("</trkpt>", inside + "</trkpt>")))["positions"]
        assert row["sog_kn"] == pytest.approx(19.4384, abs=1e-3)
    for odd in ("-1", "1000", "x", ""):
        (row,) = decode(track(POINT.replace("</trkpt>", f"<speed>{odd}</speed></trkpt>")))["positions"]
        assert row["sog_kn"] is None


def test_a_long_track_comes_in_pieces(tmp_path):
    n = BATCH_ROWS + 7
    (tmp_path / "long.gpx.gz").write_bytes(gzip.compress(track(POINT * n), 1))
    pieces = list(read_file(tmp_path / "long.gpx.gz"))
    assert sum(len(p.positions) for p in pieces) == n
    assert max(len(p.positions) for p in pieces) < 2 * BATCH_ROWS
    assert [int(r) for p in pieces for r in p.positions.row] == list(range(n))


TEXT = track(POINT, POINT, name="<name>a</name>")
CUTS = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)), st.binary(max_size=8))


@settings(max_examples=300, deadline=None)
@given(st.lists(CUTS, max_size=3), st.integers(1, 60))
def test_any_bytes_cut_anywhere_give_the_same(cuts, cut):
    data = TEXT
    for start, end, put in cuts:
        data = data[:start] + put + data[end:]
    whole = decode(data)
    assert decode(data, cut=cut) == whole
    assert {reason for _, reason in whole["rejects"]} <= set(REASONS)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_never_raise(data):
    decode(data)
