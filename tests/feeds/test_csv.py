import codecs
import contextlib
import gzip
import json
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from golden import picture
from haidang.core.errors import DecodeError, InvalidInput, NotFound, SchemaError
from haidang.core.time import parse_iso_us
from haidang.feeds import table_csv
from haidang.feeds.table_csv import read_csv
from haidang.feeds.table_rows import REASONS

GOLDEN = sorted((Path(__file__).resolve().parents[1] / "golden").glob("csv_*"))
HEADER = "vessel_id,fix_time,lat_deg,lon_deg,sog_kn,cog_deg\n"
GOOD = "QNa-90001-TS,2026-03-01T00:00:00Z,15.5,109.25,4.5,90\n"


def decode(data, **options):
    pieces = list(read_csv(data, **options))
    rejects = [(r.row, r.reason) for p in pieces for r in p.rejects]
    rows = [int(row) for p in pieces for row in p.positions.row]
    return pieces, rows, rejects


def times(data, **options):
    return [int(t) for p in read_csv(data, **options) for t in p.positions.fix_time_us]


def test_there_are_golden_cases():
    assert len(GOLDEN) >= 7


@pytest.mark.parametrize("case", GOLDEN, ids=lambda p: p.name)
def test_golden_case(case):
    expected = json.loads((case / "expected.json").read_text(encoding="utf8"))
    assumed: list[str] = []
    assert picture(list(read_csv(case / "input.csv", assumed=assumed)), assumed) == expected
    assert expected["positions"]


def test_vietnamese_export_means_what_it_says():
    case = next(c for c in GOLDEN if c.name == "csv_vietnam_vms")
    pieces, rows, rejects = decode(case / "input.csv")
    positions = pieces[0].positions
    assert rows == [0, 1, 2, 5]
    assert rejects == [(3, "no_place"), (4, "bad_time")]
    assert positions.fix_time_us[0] == parse_iso_us("2026-02-28T23:30:00+07:00")
    assert positions.lat_deg[2] == pytest.approx(13 + 45 / 60 + 30 / 3600)
    assert positions.lon_deg[2] == pytest.approx(109 + 15.5 / 60)
    assert positions.vessel_ids[positions.vessel[1]] == "QNa-90001-TS"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encoding_form_and_line_end_change_nothing(encoding, form, newline):
    case = next(c for c in GOLDEN if c.name == "csv_vietnam_vms")
    text = (case / "input.csv").read_text(encoding="utf8").replace("\u00d0", "Đ")
    if encoding == "cp1258":
        # windows-1258 writes tones as combining marks after composed letters.
        text = "".join(c if c.isascii() else cp1258(c) for c in unicodedata.normalize("NFC", text))
    else:
        text = unicodedata.normalize(form, text)
    _, rows, rejects = decode(text.replace("\n", newline).encode(encoding))
    assert rows == [0, 1, 2, 5]
    assert rejects == [(3, "no_place"), (4, "bad_time")]


def cp1258(letter):
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        decomposed = unicodedata.normalize("NFD", letter)
        # The shape of the vowel stays composed, the tone stands after it.
        shape = "".join(c for c in decomposed if c not in "\u0300\u0301\u0303\u0309\u0323")
        return unicodedata.normalize("NFC", shape) + "".join(c for c in decomposed if c not in shape)
    return letter


def test_compressed_files_read_the_same(tmp_path):
    text = (HEADER + GOOD * 3).encode()
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text))
    (tmp_path / "a.csv.zst").write_bytes(zstandard.compress(text))
    for path in tmp_path.iterdir():
        assert decode(path)[1] == [0, 1, 2]
    with pytest.raises(NotFound):
        decode(tmp_path / "none.csv")
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(gzip.compress(text * 100)[:40])
    with pytest.raises(DecodeError):
        decode(broken)


def test_a_stray_quote_costs_one_row_only():
    rows = [GOOD] * 2000
    rows[700] = '"QNa-90001-TS,2026-03-01T00:00:00Z,15.5,109.25,4.5,90\n'
    rows[900] = 'QNa"9,2026-03-01T00:00:00Z,15.5,"109.25,4.5,90\n'
    rows[1100] = "a\0b,2026-03-01T00:00:00Z,15.5,109.25,4.5,90\n"
    rows[1200] = "only\n"
    rows[1300] = GOOD.replace("\n", ",7\n")
    _, good, rejects = decode((HEADER + "".join(rows)).encode())
    assert sorted(good + [r for r, _ in rejects]) == list(range(2000))
    assert [r for r, _ in rejects] == [700, 900, 1100, 1200, 1300]


def test_row_numbers_run_through_blocks(monkeypatch):
    monkeypatch.setattr(table_csv, "PARSE_BYTES", 4096)
    rows = [GOOD if i % 10 else "bad\n" for i in range(1000)]
    pieces, good, rejects = decode((HEADER + "".join(rows)).encode())
    assert good == [i for i in range(1000) if i % 10]
    assert [r for r, _ in rejects] == list(range(0, 1000, 10))
    assert all(np.array_equal(p.positions.lat_deg, np.full(len(p.positions), 15.5)) for p in pieces)


def test_the_data_shows_the_order_of_dates():
    head = "mmsi,time,lat,lon\n"
    assert times((head + "1,03/25/2026 10:00,1,2\n1,03/04/2026 10:00,1,2\n").encode())[1] == parse_iso_us(
        "2026-03-04T10:00"
    )
    said: list[str] = []
    assert times((head + "1,03/04/2026 10:00,1,2\n").encode(), assumed=said) == [parse_iso_us("2026-04-03T10:00")]
    assert any("does not show" in s for s in said)


def test_a_mapping_reads_what_no_header_says(tmp_path):
    file = tmp_path / "map.toml"
    file.write_text(
        'time_zone="UTC+7"\ndate_order="mdy"\nspeed_unit="kmh"\n[columns]\nA="vessel_id"\nB="fix_time"\nC="lat_deg"\nD="lon_deg"\nE="sog_kn"\n'
    )
    pieces, *_ = decode(b"A,B,C,D,E\nx,03/04/2026 07:00,1,2,18.52\n", mapping=file)
    assert pieces[0].positions.fix_time_us[0] == parse_iso_us("2026-03-04T00:00Z")
    assert pieces[0].positions.sog_kn[0] == pytest.approx(10)
    for bad in ({"columns": {"A": "nonsense"}}, {"zone": 1}, {"columns": 3}):
        with pytest.raises(InvalidInput):
            decode(b"A,B\n1,2\n", mapping=bad)


def test_tables_without_the_needed_columns_say_which():
    with pytest.raises(SchemaError, match="lat_deg"):
        decode(b"mmsi,timestamp,x\n1,2,3\n")
    with pytest.raises(DecodeError):
        decode(b"")


def test_speeds_and_courses_out_of_range_are_only_unknown():
    body = "".join(
        f"1,2026-03-01T00:00:00Z,1,2,{s},{c}\n" for s, c in ((102.3, 360), (-1, -5), (50, 359.99999999), (3, 0))
    )
    positions = decode((HEADER + body).encode())[0][0].positions
    np.testing.assert_array_equal(np.isnan(positions.sog_kn), [True, True, False, False])
    np.testing.assert_array_equal(np.isnan(positions.cog_deg), [True, True, True, False])


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_never_break_the_reader(data):
    with contextlib.suppress(DecodeError, SchemaError):
        list(read_csv(data))
    _, rows, rejects = decode(HEADER.encode() + data + b"\n" + GOOD.encode())
    assert {reason for _, reason in rejects} <= set(REASONS)
    assert len(set(rows)) == len(rows)


CELL = st.one_of(
    st.text(max_size=12), st.sampled_from(["15,5", "1e400", "-0", "NaN", '"', '""', "2026-02-30", "١٢", "9" * 40])
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELL, min_size=1, max_size=7), max_size=8), st.sampled_from(",;\t|"))
def test_hostile_cells_cost_only_their_row(rows, delimiter):
    head = HEADER.replace(",", delimiter) + GOOD.replace(",", delimiter)
    body = "".join(delimiter.join(r).replace("\n", " ").replace("\r", " ") + "\n" for r in rows)
    text = head + body + GOOD.replace(",", delimiter)
    _, good, rejects = decode(text.encode("utf8", "replace"))
    lines = [line for line in text.split("\n")[1:] if line]
    assert sorted(good + [r for r, _ in rejects]) == list(range(len(lines)))
    assert {0, len(lines) - 1} <= set(good)


def test_bom_is_no_part_of_the_first_header():
    assert decode(codecs.BOM_UTF8 + (HEADER + GOOD).encode())[1] == [0]


@pytest.mark.parametrize("vessel", ["a\x07b", "x" * 81, "a\u202eb", "\x85\x7f.", "đ" * 81])
def test_ids_that_are_no_ids_are_rejects(vessel):
    pieces, rows, rejects = decode((HEADER + GOOD.replace("QNa-90001-TS", vessel) + GOOD).encode())
    assert (rows, rejects) == ([1], [(0, "bad_vessel")])
    assert pieces[0].positions.vessel_ids == ("QNa-90001-TS",)
    assert "bad_vessel" in REASONS


def test_ids_of_eighty_letters_and_any_script_stand():
    for vessel in ("đ" * 80, "船-1", "a b"):
        pieces, rows, _ = decode((HEADER + GOOD.replace("QNa-90001-TS", vessel)).encode())
        assert (rows, pieces[0].positions.vessel_ids) == ([0], (vessel,))


@pytest.mark.parametrize(
    ("time", "is_said"),
    [
        ("2026-03-01T00:00:00Z", False),
        ("2026-03-01T07:00:00+07:00", False),
        ("01/03/2026 07:00 +07", False),
        ("1772323200", False),
        ("soon", False),
        ("", False),
        ("2026-03-01 00:00:00", True),
        ("01/03/2026 00:00", True),
        ("20260301000000", True),
    ],
)
def test_a_missing_zone_is_said_only_where_one_was_missing(time, is_said):
    said: list[str] = []
    decode((HEADER + GOOD + GOOD.replace("2026-03-01T00:00:00Z", time)).encode(), assumed=said)
    assert [s for s in said if "without a zone" in s] == ["Times in 'fix_time' without a zone are UTC."] * is_said


def test_a_missing_zone_is_said_once_and_wherever_it_stands(monkeypatch):
    monkeypatch.setattr(table_csv, "PARSE_BYTES", 4096)
    said: list[str] = []
    late = GOOD.replace("Z,", ",")
    decode((HEADER + GOOD * 500 + late * 500).encode(), assumed=said)
    assert said == ["Times in 'fix_time' without a zone are UTC."]
