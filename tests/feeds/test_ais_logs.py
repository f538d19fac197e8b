"""The compiled AIS decoder on every real log: line classes, its plain twin, pyais and gpsd as oracles."""

import json
import math
from pathlib import Path

import ais_twin
import numpy as np
import pyais
import pytest

from haidang.core.columns import column_names
from haidang.core.time import parse_iso_us
from haidang.feeds.ais_messages import iter_messages
from haidang.feeds.ais_nmea import NmeaDecoder
from haidang.feeds.ais_rules import CLASS_NAMES
from haidang.feeds.decoded import Decoded

GOLDEN = Path(__file__).parent.parent / "golden"
CLASSES: dict[str, dict[str, int]] = json.loads((GOLDEN / "ais_line_classes" / "expected.json").read_text("utf-8"))
DEFAULT_US = parse_iso_us("2020-01-01T00:00:00Z")
LISTED = {1, 2, 3, 4, 5, 9, 11, 18, 19, 21, 24, 27}


def decode(data: bytes) -> Decoded:
    decoder = NmeaDecoder(default_received_us=DEFAULT_US)
    return Decoded.join([decoder.feed(data), decoder.flush()])


def log(shared_data: Path, name: str) -> bytes:
    return (shared_data / "ais_nmea" / name).read_bytes()


def test_every_log_of_the_folder_is_covered(shared_data: Path) -> None:
    endings = {".nmea", ".log", ".aivdm"}
    there = {p.name for p in (shared_data / "ais_nmea").iterdir() if p.suffix in endings}
    assert len(there) == 15
    assert there == set(CLASSES)


@pytest.mark.parametrize("name", CLASSES)
def test_each_line_has_one_class(shared_data: Path, name: str) -> None:
    data = log(shared_data, name)
    decoded = decode(data)
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    counted = {c: decoded.counts[c] for c in CLASS_NAMES}
    assert sum(counted.values()) == lines
    assert len(decoded.rejects) == counted["reject"]
    assert len(decoded.positions) == counted["position"]
    assert counted == CLASSES[name]


@pytest.mark.parametrize("name", CLASSES)
def test_all_columns_agree_with_the_plain_twin(shared_data: Path, name: str) -> None:
    data = log(shared_data, name)
    decoded = decode(data)
    counts, positions, rejects = ais_twin.decode(data, DEFAULT_US)
    assert {k: n for k, n in decoded.counts.items() if n} == {k: n for k, n in counts.items() if n}
    assert decoded.positions.vessel_ids == positions.vessel_ids
    for column in column_names():
        np.testing.assert_array_equal(getattr(decoded.positions, column), getattr(positions, column), column)
    assert [(r.row, r.reason) for r in decoded.rejects] == rejects


def test_every_position_of_frio_is_one_position(shared_data: Path) -> None:
    data = log(shared_data, "dma_538004030_drift_20140928.nmea")
    expected = {}
    for row, line in enumerate(data.splitlines()):
        at = line.find(b"!")
        if at < 0 or b",1,1," not in line[at : at + 12]:
            continue
        message = pyais.decode(line[at:].split(b"*")[0] + b"*" + line[at:].split(b"*")[1][:2])
        if message.msg_type in {1, 2, 3, 18, 19, 27}:
            expected[row] = message
    positions = decode(data).positions
    assert len(expected) == 5029
    assert positions.vessel_ids == ("538004030",)
    assert positions.row.tolist() == list(expected)
    for i, message in enumerate(expected.values()):
        assert message.mmsi == 538004030
        assert positions.lat_deg[i] == pytest.approx(message.lat, abs=1e-6)
        assert positions.lon_deg[i] == pytest.approx(message.lon, abs=1e-6)
        assert math.isclose(positions.sog_kn[i], message.speed, abs_tol=1e-4)


@pytest.mark.parametrize(("name", "at_least"), [("amsa_mixed_stream.nmea", 2400), ("pyais_mixed_sample.nmea", 700)])
def test_places_agree_with_pyais(shared_data: Path, name: str, at_least: int) -> None:
    data = log(shared_data, name)
    positions = decode(data).positions
    lines = data.splitlines()
    compared = 0
    for i in range(0, len(positions), 10 if len(positions) > 5000 else 1):
        line = lines[positions.row[i]]
        if not line.startswith(b"!AI") and not line.startswith(b"!AB"):
            continue
        star = line.index(b"*")
        message = pyais.decode(line[: star + 3])
        assert str(message.mmsi) == positions.vessel_ids[positions.vessel[i]]
        assert positions.lat_deg[i] == pytest.approx(message.lat, abs=1e-6)
        assert positions.lon_deg[i] == pytest.approx(message.lon, abs=1e-6)
        speed, course = float(positions.sog_kn[i]), float(positions.cog_deg[i])
        assert (math.isnan(speed) and message.speed == 102.3) or speed == pytest.approx(message.speed, abs=1e-4)
        assert (math.isnan(course) and message.course >= 360) or course == pytest.approx(message.course, abs=1e-4)
        compared += 1
    assert compared >= min(at_least, 1500)


def test_a_satellite_fix_is_timed_by_the_satellite_not_the_ground(shared_data: Path) -> None:
    positions = decode(log(shared_data, "amsa_exactearth_satellite_20120131_scs.nmea")).positions
    late_s = (positions.received_time_us - positions.fix_time_us) / 1e6
    assert len(positions) == 2922
    assert np.mean(late_s > 600) > 0.4
    assert late_s.min() > -60


def test_vessels_are_learned_from_messages_5_and_24(shared_data: Path) -> None:
    vessels = decode(log(shared_data, "gpsd_ais-nmea_2020.log")).vessels
    vessel = vessels["371255000"]
    assert (vessel.name, vessel.call_sign, vessel.imo, vessel.length_m) == ("SEA ENTERPRISE", "HP6683", "9266633", 28.0)
    assert (vessels["211736530"].name, vessels["211736530"].call_sign) == ("LIBERTAS", "DK7547")


def scaled(answer: dict[str, object]) -> dict[str, object]:
    """gpsd's unscaled answer in degrees, knots, metres, by gpsd_json(5)."""
    out = dict(answer)
    kind = answer["type"]
    divisors = {"lon": 600 if kind == 27 else 600_000, "lat": 600 if kind == 27 else 600_000}
    if kind in {1, 2, 3, 18, 19}:
        divisors["speed"] = 10
    if kind in {1, 2, 3, 9, 18, 19}:
        divisors["course"] = 10
    if kind == 5:
        divisors["draught"] = 10
    for name, divisor in divisors.items():
        if name in out:
            out[name] = out[name] / divisor
    if "turn" in out:
        words = {-128: "nan", -127: "fastleft", 127: "fastright"}
        out["turn"] = words.get(out["turn"], math.copysign((out["turn"] / 4.733) ** 2, out["turn"]))
    return out


def same(ours: object, theirs: object) -> bool:
    if isinstance(theirs, float) and isinstance(ours, (int, float)):
        return math.isclose(ours, theirs, abs_tol=1e-4 if abs(theirs) > 200 else 1e-6)
    return ours == theirs


@pytest.mark.parametrize(
    ("name", "answers", "messages", "fields_at_least"),
    [("gpsd_sample_all_types.aivdm", 97, 102, 400), ("gpsd_ais-nmea_2020.log", 166, 171, 2600)],
)
def test_fields_agree_with_gpsd(
    shared_data: Path, name: str, answers: int, messages: int, fields_at_least: int
) -> None:
    kept = json.loads((GOLDEN / "ais_gpsd" / "kept_differences.json").read_text("utf-8"))
    explained = {(k["log"], k["mmsi"], k["field"], k["ours"]) for k in kept}
    text = log(shared_data, Path(name).stem + ".expected.jsonl").decode("utf-8", "replace")
    theirs = [json.loads(line) for line in text.splitlines() if line.startswith('{"class":"AIS"')]
    ours = list(iter_messages(log(shared_data, name)))
    assert (len(theirs), len(ours)) == (answers, messages)
    # gpsd answers message 24 once, when both parts came; ours stand singly, B with part A's name in it
    rest = iter([m for m in ours if m.get("part") != "A"])
    compared, differ = 0, []
    for answer in theirs:
        # the order is the log's: skipping forward must find each answer's message
        mine = next(m for m in rest if (m["type"], m["mmsi"]) == (answer["type"], answer["mmsi"]))
        if answer["type"] not in LISTED:
            continue
        for field, value in scaled(answer).items():
            if field in {"class", "device", "scaled"}:
                continue
            compared += 1
            if not same(mine.get(field), value):
                differ.append((name, mine["mmsi"], field, mine.get(field)))
    assert compared >= fields_at_least
    assert len(differ) / compared <= 0.005
    assert set(differ) <= explained
