import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden import picture
from haidang.core.time import format_iso, parse_iso_us
from haidang.feeds.catalogue import read_file
from haidang.feeds.naf import MAX_MESSAGE_BYTES, REASONS, NafDecoder, read_fields

CASE = Path(__file__).resolve().parents[1] / "golden" / "naf_panama"
GOOD = {"TM": "POS", "IR": "VNM1", "DA": "20260301", "TI": "0410", "LT": "15.5", "LG": "109.25", "SP": "45", "CO": "90"}


def message(**changes):
    fields = {k: v for k, v in {**GOOD, **changes}.items() if v is not None}
    return ("//SR" + "".join(f"//{k}/{v}" for k, v in fields.items()) + "//ER//\n").encode()


def decode(data, *, cut=1 << 20):
    decoder = NafDecoder()
    pieces = [decoder.feed(data[i : i + cut]) for i in range(0, len(data), cut)] + [decoder.flush()]
    return picture(pieces, [])


def only(data):
    (row,) = decode(data)["positions"]
    return row


def reasons(data):
    return [reason for _, reason in decode(data)["rejects"]]


def test_golden_case():
    expected = json.loads((CASE / "expected.json").read_text(encoding="utf8"))
    assert picture(list(read_file(CASE / "input.naf")), []) == expected
    assert len(expected["positions"]) == 3


def test_messages_of_several_flags(shared_data):
    got = picture(list(read_file(shared_data / "messages" / "naf_monitorfish_dev.txt")), [])
    assert [(p["row"], p["vessel_id"]) for p in got["positions"]] == [
        (0, "GBROOC21250"), (1, "SWE0000F1007"), (4, "SWE0000F1007"), (5, "FLBO"), (6, "FRA000123456"),
    ]  # fmt: skip
    # The third has no TI, and RT is when the centre wrote, not where the boat was.
    assert got["rejects"] == [[2, "bad_time"], [3, "bad_latitude"]]
    first = got["positions"][0]
    assert (first["fix_time"], first["received_time"]) == ("2020-10-06T16:25:00Z", "2020-10-06T21:41:00Z")
    assert (first["lon_deg"], first["sog_kn"], first["cog_deg"]) == (0.94, 9.6, 8.0)


@pytest.mark.parametrize("kind", ["POS", "MAN", "ENT", "EXI", "pos"])
def test_types_that_say_a_place(kind):
    row = only(message(TM=kind))
    assert (row["vessel_id"], row["lat_deg"], row["lon_deg"], row["sog_kn"]) == ("VNM1", 15.5, 109.25, 4.5)


def test_other_types_are_counted():
    decoder = NafDecoder()
    counts = decoder.feed(message(TM="ACK") + message(TM="CAT") + message(TM="<<<")).counts
    assert counts == {"other_message": 3, "type_ACK": 1, "type_CAT": 1, "type_unknown": 1}


@pytest.mark.parametrize(("date", "clock"), [("260301", "0410"), ("20260301", "0410"), ("20260301", "041000")])
def test_both_forms_of_date(date, clock):
    assert only(message(DA=date, TI=clock))["fix_time"] == "2026-03-01T04:10:00Z"
    assert only(message(DA="991231", TI="2359"))["fix_time"] == "1999-12-31T23:59:00Z"


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"LT": "+09.579", "LG": "-054.113"}, (9.579, -54.113)),
        ({"LT": "53,254", "LG": ".940"}, (53.254, 0.94)),
        ({"LT": None, "LG": None, "LA": "N4533", "LO": "W12345"}, (45.55, -123.75)),
        ({"LT": None, "LG": None, "LA": "s0030.5", "LO": "E00001"}, (-0.508333333, 0.016666667)),
        ({"LT": "", "LA": "N1530"}, (15.5, 109.25)),
        ({"LA": "N9999"}, (15.5, 109.25)),
    ],
)
def test_both_forms_of_place(fields, place):
    row = only(message(**fields))
    assert (row["lat_deg"], row["lon_deg"]) == place


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"TM": None}, "no_type"),
        ({"IR": None}, "no_vessel"),
        ({"IR": "x" * 81}, "bad_vessel"),
        ({"IR": "a\u202eb"}, "bad_vessel"),
        ({"DA": "20260230"}, "bad_time"),
        ({"DA": "٢٠٢٦٠٣٠١"}, "bad_time"),
        ({"TI": "2460"}, "bad_time"),
        ({"TI": None}, "bad_time"),
        ({"LT": "LOL"}, "bad_latitude"),
        ({"LT": "91"}, "bad_latitude"),
        ({"LT": None, "LA": "N4560"}, "bad_latitude"),
        ({"LT": None, "LA": "W4530"}, "bad_latitude"),
        ({"LG": "+180.001"}, "bad_longitude"),
        ({"LG": None, "LO": "E4530"}, "bad_longitude"),
        ({"LG": None}, "no_place"),
        ({"LT": "0", "LG": "-0.0"}, "no_place"),
    ],
)
def test_damage_is_a_reject_with_its_reason(changes, reason):
    assert reasons(message(**changes)) == [reason]
    assert reason in REASONS


def test_who_it_is():
    ids = {"IR": "CFR", "RC": "CALL", "XR": "MARK", "IM": "9074729"}
    for name in ("IR", "RC", "XR", "IM"):
        assert only(message(**{"IR": None, **ids}))["vessel_id"] == ids[name]
        ids[name] = ""
    assert only(message(IR=None, XR="QNG 90001TS"))["vessel_id"] == "QNg-90001-TS"
    said = decode(message(NA="ĐÔNG HẢI", RC="XVAB", FR="VNM", XR="KH-1"))["vessels"]["VNM1"]
    assert said == {"name": "ĐÔNG HẢI", "call_sign": "XVAB", "registration": "KH-1", "supplier": "VNM"}
    latin = b"//SR//TM/POS//IR/X//NA/P\xcaCHEUR//DA/260301//TI/0410//LT/1//LG/2//ER//"
    assert decode(latin)["vessels"]["X"]["name"] == "PÊCHEUR"


def test_speed_and_course():
    assert (only(message(SP="020"))["sog_kn"], only(message(CO="360"))["cog_deg"]) == (2.0, 0.0)
    for text in ("", "x", "1023", "-1", "9" * 1000):
        assert only(message(SP=text, CO=text + "9"))["sog_kn"] is None


def test_empty_fields_with_and_without_their_slash():
    assert read_fields("//SR//XR///RN/1//NA//RC/C//ER") == {"SR": "", "XR": "", "RN": "1", "NA": "", "RC": "C"}


def test_messages_glued_wrapped_and_cut():
    one = message().strip()
    data = b"\n".join(
        [
            one + one[:-2] + one,  # three on a line, the second without its last slashes
            b"",
            b"From: fmc@example.org",
            one[:30] + b"\r\n" + one[30:],  # wrapped by a gateway
            one[:40],  # cut
            one + b"  trailing words",
        ]
    )
    got = decode(data)
    assert [p["row"] for p in got["positions"]] == [0, 0, 0, 3, 6]
    assert got["rejects"] == [[2, "no_message"], [5, "no_end"], [6, "no_message"]]
    counts = NafDecoder().feed(data + b"\n").counts
    assert counts["comment"] == 1


def test_a_message_without_an_end_does_not_swallow_the_rest():
    data = b"//SR//TM/POS" + b"x" * (2 * MAX_MESSAGE_BYTES) + b"\n" + message()
    got = decode(data)
    assert len(got["positions"]) == 1
    assert {reason for _, reason in got["rejects"]} == {"no_end", "no_message"}


def test_received_time_of_a_live_feed():
    now_us = parse_iso_us("2026-03-01T05:00:00Z")
    piece = NafDecoder().feed(message(RD="20260301", RT="0420"), now_us)
    assert piece.positions.received_time_us.tolist() == [now_us]
    assert only(message(RD="20260301", RT="0400"))["received_time"] == "2026-03-01T04:10:00Z"


@pytest.mark.parametrize("end", [b"//ER//", b"//ER\n", b"//ER \n"])
def test_a_live_message_is_read_as_soon_as_it_ends(end):
    assert len(NafDecoder().feed(message().strip()[:-6] + end).positions) == 1


def test_packed_and_found_by_content(tmp_path):
    (tmp_path / "x.dat").write_bytes(gzip.compress(message()))
    (piece, _) = read_file(tmp_path / "x.dat")
    assert format_iso(int(piece.positions.fix_time_us[0])) == "2026-03-01T04:10:00Z"
    assert piece.positions.sog_kn.dtype == np.float32


PIECES = st.sampled_from([
    b"//SR//", b"//ER//", b"//ER", b"//", b"/", b"\n", b"\r\n", b"TM/POS//", b"IR/A//", b"DA/260301//", b"TI/0410//",
    b"LT/1//", b"LG/2//", b"LA/N4533//", b"SP/9//", b" ", b"\x00", b"\xff", message(), message(TM="ACK"),
])  # fmt: skip
STREAMS = st.lists(st.one_of(PIECES, PIECES, st.binary(max_size=12)), max_size=30).map(b"".join)


@settings(max_examples=300, deadline=None)
@given(STREAMS, st.integers(1, 40))
def test_any_bytes_cut_anywhere_give_the_same(data, cut):
    whole = decode(data)
    assert decode(data, cut=cut) == whole
    assert {reason for _, reason in whole["rejects"]} <= set(REASONS)
    for row in whole["positions"]:
        assert abs(row["lat_deg"]) <= 90
        assert abs(row["lon_deg"]) <= 180


def test_long_random_bytes():
    noise = np.random.default_rng(3).integers(0, 256, 200_000, np.uint8).tobytes()
    assert decode(noise)["positions"] == []
    assert len(decode(noise + b"\n" + message())["positions"]) == 1
