"""The AIS decoder's promises: any cut of the bytes, hostile bytes, times, half messages."""

import itertools
import random

import numpy as np
import pyais
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.core.columns import column_names
from haidang.core.time import parse_iso_us
from haidang.feeds.ais_nmea import NmeaDecoder
from haidang.feeds.ais_rules import CLASS_NAMES
from haidang.feeds.ais_tagblock import checksum
from haidang.feeds.decoded import Decoded

T0_US = parse_iso_us("2026-03-01T00:00:00Z")
REPORT = b"!AIVDM,1,1,,A,15RTgt0PAso;90TKcjM8h6g208CQ,0*4A"
HALVES = [
    b"!AIVDM,2,1,5,B,5815:?P2BL3UKMEG>20I8Tv2222222222222221@L@hEK6L`NGPEhBE2,0*0C",
    b"!AIVDM,2,2,5,B,CQp3lQ1DTp88880,2*1F",
]
MIXTURE = [
    REPORT,
    *HALVES,
    b"\\g:1-2-46608,n:652337,s:b003669981,c:1469664001*5B\\" + HALVES[0],
    b"\\g:2-2-46608,n:652338*10\\" + HALVES[1],
    b"$PGHP,1,2014,9,28,16,0,4,684,219,21,992190921,1,14*22",
    b"!AIVDM,1,1,,A,1815:?Pu@SPl2`LQ4kaeRr0400SS,0*14,1411920140",
    b"!AIVDM,1,1,,B,,0*25",
    b"# remark",
    b"",
    b"\xff\xfe\x00 noise",
    "Đèn biển ⚓\u202e".encode(),
]


def signed(body: str) -> bytes:
    return f"!{body}*{checksum(body.encode()):02X}".encode()


def tagged(tag: str, sentence: bytes) -> bytes:
    return f"\\{tag}*{checksum(tag.encode()):02X}\\".encode() + sentence


def made(**fields: object) -> bytes:
    return pyais.encode_dict({"type": 1, "mmsi": 574001234, "lat": 16.0, "lon": 109.0, **fields}, talker_id="AI")[
        0
    ].encode()


def decode(data: bytes, *, received_us: int | None = None, default_us: int | None = T0_US) -> Decoded:
    decoder = NmeaDecoder(default_received_us=default_us)
    return Decoded.join([decoder.feed(data, received_us), decoder.flush()])


def lines_of(*lines: bytes) -> bytes:
    return b"\r\n".join(lines) + b"\r\n"


@settings(deadline=None, max_examples=60)
@given(
    lines=st.lists(st.sampled_from(MIXTURE), min_size=1, max_size=20),
    end=st.sampled_from([b"\n", b"\r\n"]),
    closed=st.booleans(),
    cuts=st.lists(st.integers(0, 2000), max_size=12),
)
def test_any_cut_of_the_bytes_gives_the_same(lines: list[bytes], end: bytes, closed: bool, cuts: list[int]) -> None:
    data = end.join(lines) + (end if closed else b"")
    decoder = NmeaDecoder(default_received_us=T0_US)
    bounds = [0, *sorted(min(c, len(data)) for c in cuts), len(data)]
    pieces = [decoder.feed(data[a:b]) for a, b in itertools.pairwise(bounds)]
    cut, whole = Decoded.join([*pieces, decoder.flush()]), decode(data)
    assert {k: n for k, n in cut.counts.items() if n} == {k: n for k, n in whole.counts.items() if n}
    assert (cut.rejects, cut.vessels) == (whole.rejects, whole.vessels)
    for column in column_names():
        np.testing.assert_array_equal(getattr(cut.positions, column), getattr(whole.positions, column), column)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_cost_only_rejects(data: bytes) -> None:
    decoded = decode(data)
    lines = data.count(b"\n") + (bool(data) and not data.endswith(b"\n"))
    assert sum(decoded.counts.get(c, 0) for c in CLASS_NAMES) == lines
    assert len(decoded.rejects) == decoded.counts.get("reject", 0)


def test_a_hundred_thousand_hostile_lines_cost_only_rejects() -> None:
    rnd = random.Random(7)
    hostile = "\u202eＡＩＶＤＭ💣Đ\u0000\ufeff".encode()
    lines = []
    for i in range(100_000):
        kind = i % 4
        if kind == 0:
            lines.append(rnd.randbytes(rnd.randrange(90)).replace(b"\n", b""))
        elif kind == 1:
            lines.append(REPORT[: rnd.randrange(1, len(REPORT) - 1)])
        elif kind == 2:
            lines.append(b"!AIVDM,1,1,,A," + hostile[rnd.randrange(10) :] + b",0*%02X" % rnd.randrange(256))
        else:
            cut = bytearray(HALVES[i % 2])
            cut[rnd.randrange(len(cut))] ^= 1 << rnd.randrange(7)
            lines.append(bytes(cut).replace(b"\n", b"?"))
    decoded = decode(b"\n".join(lines) + b"\n")
    assert sum(decoded.counts[c] for c in CLASS_NAMES) == 100_000
    assert decoded.counts["position"] == 0
    assert decoded.counts["reject"] > 90_000
    assert all(len(r.excerpt) <= 120 and r.excerpt.isprintable() for r in decoded.rejects)


def test_a_line_without_an_end_cannot_fill_the_memory() -> None:
    decoder = NmeaDecoder()
    for _ in range(100):
        assert len(decoder.feed(b"x" * 100_000).positions) == 0
    assert len(decoder._carry) < 10_000
    assert [r.reason for r in decoder.feed(b"\n").rejects] == ["line_too_long"]


def test_fix_time_is_the_utc_second_in_the_nearest_minute() -> None:
    for received, second, fix in [
        ("2026-03-01T12:00:05Z", 3, "2026-03-01T12:00:03Z"),
        ("2026-03-01T12:00:05Z", 58, "2026-03-01T11:59:58Z"),
        ("2026-03-01T11:59:58Z", 1, "2026-03-01T12:00:01Z"),
        ("2026-03-01T12:00:05Z", 60, "2026-03-01T12:00:05Z"),
        ("2026-03-01T12:00:05Z", 63, "2026-03-01T12:00:05Z"),
    ]:
        positions = decode(made(second=second) + b"\n", received_us=parse_iso_us(received)).positions
        assert positions.fix_time_us.tolist() == [parse_iso_us(fix)]
        assert positions.received_time_us.tolist() == [parse_iso_us(received)]


def test_times_in_the_log_go_before_the_callers() -> None:
    at_us = parse_iso_us("2016-07-28T00:00:01Z")
    sentence = made(second=60)
    for line in (
        tagged("s:x,c:1469664001", sentence),
        tagged("c:1469664001000", sentence),
        sentence + b",1469664001",
        sentence + b" 1469664001000",
        b"1469664001 " + sentence,
        b"2016-07-28T00:00:01Z " + sentence,
        b"2016-07-28 00:00:01.000, " + sentence,
    ):
        positions = decode(line + b"\n", received_us=T0_US).positions
        assert positions.received_time_us.tolist() == [at_us], line


def test_a_tag_block_with_a_wrong_checksum_is_not_believed() -> None:
    line = b"\\c:1469664001*7F\\" + made(second=60)
    assert decode(line + b"\n", received_us=T0_US).positions.received_time_us.tolist() == [T0_US]


def test_a_pghp_time_belongs_to_the_next_message_only() -> None:
    data = lines_of(b"$PGHP,1,2014,9,28,16,0,4,684,219,21,992190921,1,14*22", made(second=60), made(second=60))
    fix = decode(data, received_us=T0_US).positions.fix_time_us.tolist()
    assert fix == [parse_iso_us("2014-09-28T16:00:04.684Z"), T0_US]


def test_no_time_at_all_is_a_reject() -> None:
    decoded = decode(REPORT + b"\n", default_us=None)
    assert [r.reason for r in decoded.rejects] == ["no_time"]


def test_not_available_is_no_error_and_no_position() -> None:
    decoded = decode(lines_of(made(lon=181.0, lat=91.0), made(speed=102.3, course=360.0)))
    assert decoded.counts["no_position"] == decoded.counts["other_message"] == 1
    assert np.isnan(decoded.positions.sog_kn).tolist() == np.isnan(decoded.positions.cog_deg).tolist() == [True]


def test_long_range_latitudes_survive() -> None:
    sentence = pyais.encode_dict(
        {"type": 27, "mmsi": 574001234, "lat": -12.5, "lon": 109.5, "speed": 9, "course": 211}, talker_id="AI"
    )[0].encode()
    positions = decode(sentence + b"\n").positions
    assert abs(positions.lat_deg[0] + 12.5) < 1e-3
    assert (positions.lon_deg[0], positions.sog_kn[0], positions.cog_deg[0]) == (109.5, 9.0, 211.0)


def test_places_off_the_globe_are_rejects() -> None:
    decoded = decode(lines_of(made(lat=95.0), made(lon=190.0)))
    assert [r.reason for r in decoded.rejects] == ["bad_latitude", "bad_longitude"]


def test_half_of_an_old_message_is_never_joined_to_half_of_a_new_one() -> None:
    late = tagged("s:a,c:1469664001", HALVES[0]), tagged("s:a,c:1469664099", HALVES[1])
    quiet = (HALVES[0], *[b"#"] * 1001, HALVES[1])
    orphan_first = (HALVES[1], HALVES[0])
    sources = tagged("s:a", HALVES[0]), tagged("s:b", HALVES[1])
    talkers = HALVES[0], signed("BSVDM,2,2,5,B,CQp3lQ1DTp88880,2")
    for case in (late, quiet, orphan_first, sources, talkers):
        decoded = decode(lines_of(*case))
        assert (decoded.counts["part"], decoded.counts["other_message"]) == (2, 0), case[:2]
    assert decode(lines_of(*HALVES)).counts["type_5"] == 1


def test_a_second_first_part_replaces_the_waiting_one() -> None:
    other = signed("AIVDM,2,1,5,B,53u9QH02<mvDSUTJ221A<TpN0l6098T@LF222216Iq>>J5v6NLUDp52EwPhH,0")
    decoded = decode(lines_of(other, HALVES[0], HALVES[1]))
    assert (decoded.counts["part"], decoded.counts["type_5"]) == (2, 1)
    assert list(decoded.vessels) == ["538004030"]
    assert decoded.vessels["538004030"].kind == "merchant"


def test_two_sentences_on_one_line_are_both_read() -> None:
    decoded = decode(made(mmsi=574000001) + made(mmsi=574000002) + b"\n")
    assert decoded.positions.vessel_ids == ("574000001", "574000002")
    assert decoded.positions.row.tolist() == [0, 0]
    assert decoded.counts["position"] == 1


def test_every_talker_is_heard() -> None:
    body = REPORT[3:].split(b"*")[0].decode()
    lines = [signed(talker + body) for talker in ("AI", "BS", "SA", "AN", "AB", "AR", "SS", "--")]
    assert decode(lines_of(*lines)).counts["position"] == len(lines)
