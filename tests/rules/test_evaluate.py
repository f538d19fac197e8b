"""Events and forecasts to findings: classes of silence, outage first, dated law, one finding per vessel and rule."""

import random
from dataclasses import replace

import numpy as np
import pytest

from haidang.core.event import Event
from haidang.core.time import DAY_US, HOUR_US, NO_TIME_US, parse_iso_us
from haidang.core.vessel import Vessel
from haidang.forecast.crossing import Forecasts
from haidang.rules.evaluate import Finding, Judgement, evaluate
from haidang.rules.pack import load_pack

PACK = load_pack("vietnam")
NOW = parse_iso_us("2026-11-20T12:00:00Z")
BOAT = Vessel("boat", kind="fishing", registration="QNa-90001-TS", length_m=18.0, supplier="SeaLink")
SMALL = Vessel("small", kind="fishing", length_m=13.0, supplier="SeaLink")
SHIP = Vessel("574000001", kind="merchant", mmsi="574000001")
VESSELS = {v.vessel_id: v for v in (BOAT, SMALL, SHIP)}


def silence(hours: float, vessel_id: str = "boat", *, now_us: int = NOW, place: str = "at_sea") -> Event:
    details = {"place": place, "expected_period_s": 7200.0}
    return Event(
        "silence", vessel_id, now_us - round(hours * HOUR_US), None, 15.5, 109.25, 0.95, "silence/1", details=details
    )


def crossing(
    kind: str, hours: float, vessel_id: str = "boat", *, alert: bool = True, zone_kind: str = "permitted_boundary"
) -> Event:
    at = NOW - round(hours * HOUR_US)
    details = {
        "is_alert_boundary": alert,
        "zone_kind": zone_kind,
        "zone_name": "Ranh giới A",
        "zone_version": "v3",
        "interval_s": 7200.0,
    }
    return Event(kind, vessel_id, at, at, 14.2, 112.4, 0.9, "crossing/1", zone_id="line", details=details)


def judge(*events: Event, drill: bool = True, now_us: int = NOW, **more: object) -> Judgement:
    return evaluate(PACK, events=events, vessels=VESSELS, now_us=now_us, drill=drill, **more)  # type: ignore[arg-type]


def only(judgement: Judgement) -> Finding:
    assert len(judgement.findings) == 1
    return judgement.findings[0]


@pytest.mark.parametrize(
    ("hours", "clause", "severity"),
    [(4.99, None, ""), (5, "watch", "notice"), (5.99, "watch", "notice"), (6, "over_6h", "high"),
     (239, "over_6h", "high"), (240, "over_10d", "critical")],
)  # fmt: skip
def test_classes_of_silence(hours: float, clause: str | None, severity: str) -> None:
    found = judge(silence(hours)).findings
    if clause is None:
        assert found == []
        return
    finding = found[0]
    assert (finding.rule_id, finding.clause_id, finding.severity) == (
        "loss_of_signal", f"loss_of_signal.{clause}", severity,
    )  # fmt: skip
    assert finding.since_us == NOW - round(hours * HOUR_US)


def test_deadlines_of_silence() -> None:
    began = NOW - 5 * HOUR_US
    assert only(judge(silence(5))).deadline_us == began + 6 * HOUR_US
    assert only(judge(silence(5), drill=False)).deadline_us is None, "an unverified clock is no deadline"
    assert only(judge(silence(6))).deadline_us == NOW + 6 * HOUR_US
    assert only(judge(silence(13))).deadline_us == NOW - 13 * HOUR_US + 18 * HOUR_US


def test_a_finding_does_not_count_up_with_the_clock() -> None:
    event = silence(7)
    first, later = only(judge(event)), only(judge(event, now_us=NOW + 3 * HOUR_US))
    assert first == later


def test_an_unverified_clock_is_off_until_confirmed() -> None:
    assert only(judge(silence(9), drill=False)).clause_id == "loss_of_signal.watch"
    finding = only(judge(silence(9), drill=False, confirmed={"loss_of_signal.over_6h"}))
    assert finding.clause_id == "loss_of_signal.over_6h"
    assert finding.trust == "X"
    assert "chưa kiểm chứng" in finding.rule_vi


def test_2025_is_judged_by_2025() -> None:
    now = parse_iso_us("2025-06-20T12:00:00Z")
    finding = only(judge(silence(7, now_us=now), drill=False, now_us=now))
    assert finding.rule_version == "over_6h 37/2024"
    assert finding.trust == "A"
    assert "37/2024" in finding.source


@pytest.mark.parametrize(
    "event",
    [
        silence(30, "small"),  # under 15 m: no device is required
        silence(30, "574000001"),  # a merchant
        silence(30, "574123456"),  # AIS nobody knows
        silence(30, place="in_port"),
        replace(silence(30), end_us=NOW - HOUR_US),
        replace(silence(30), superseded_by="x"),
    ],
)
def test_no_finding_on(event: Event) -> None:
    assert judge(event).findings == []


def test_a_boat_whose_length_nobody_knows_is_watched_and_that_is_said() -> None:
    assert "chưa rõ chiều dài" in only(judge(silence(7, "unregistered"))).reason_vi


def outage(hours: float, supplier: str = "SeaLink") -> Event:
    return Event(
        "feed_outage", f"supplier:{supplier}", NOW - round(hours * HOUR_US), None, None, None, 0.9, "feed_outage/1"
    )


def test_outage_before_accusation() -> None:
    held = judge(silence(7), outage(6))
    assert held.findings == []
    assert [(h.vessel_id, h.supplier) for h in held.held] == [("boat", "SeaLink")]
    assert "chưa quy cho tàu" in held.held[0].reason_vi
    assert judge(silence(7), outage(6, "Other")).findings, "another supplier's outage explains nothing"
    assert judge(silence(30), outage(6)).findings, "she was silent long before"
    assert judge(silence(7), replace(outage(6), end_us=NOW - HOUR_US)).findings, "the outage is over"


def test_vessels_the_detector_held_back_are_reported() -> None:
    running = replace(outage(6), details={"still_silent": ["boat", "small"]})
    held = judge(running).held
    assert [(h.vessel_id, h.event_id) for h in held] == [("boat", None), ("small", None)]
    assert [h.vessel_id for h in judge(running, silence(7)).held] == ["boat", "small"]


def test_words_of_silence() -> None:
    finding = only(judge(silence(7)))
    assert finding.reason_vi == (
        "Tàu QNa-90001-TS (dài 18 m) mất tín hiệu từ 12:00 ngày 20/11/2026 tại vị trí 15°30,0'N 109°15,0'E, "
        "đã quá 6 giờ; thường lệ 2 giờ báo một lần."
    )
    assert finding.reason_en == (
        "QNa-90001-TS (18 m long) has not reported since 12:00 on 20/11/2026 (UTC+7) at 15°30.0'N 109°15.0'E, "
        "over 6 h ago; she usually reports every 2 h."
    )
    assert finding.next_vi.startswith("Gọi chủ tàu")


def test_crossing_lasts_until_she_comes_back() -> None:
    finding = only(judge(crossing("crossing_out", 3)))
    assert (finding.rule_id, finding.severity) == ("boundary_crossing", "critical")
    assert "có dấu hiệu vượt lớp ranh giới “Ranh giới A” (phiên bản v3)" in finding.reason_vi
    assert finding.deadline_us == NOW + 9 * HOUR_US, "12 hours, on in the drill"
    assert only(judge(crossing("crossing_out", 3), drill=False)).deadline_us is None
    assert judge(crossing("crossing_out", 3), crossing("crossing_in", 1)).findings == []
    again = only(judge(crossing("crossing_out", 9), crossing("crossing_in", 6), crossing("crossing_out", 1)))
    assert again.since_us == NOW - HOUR_US
    assert only(judge(crossing("crossing_out", 13))).clause_id == "boundary_crossing.not_back_12h"


def test_crossing_into_a_forbidden_area() -> None:
    assert judge(crossing("crossing_in", 3, zone_kind="closed")).findings
    assert judge(crossing("crossing_out", 3, zone_kind="closed")).findings == []


def test_other_layers_and_merchants_raise_nothing() -> None:
    assert judge(crossing("crossing_out", 3, alert=False)).findings == []
    assert judge(crossing("crossing_out", 3, "574000001")).findings == []


def test_wrong_zone_and_encounter() -> None:
    zone = Event("wrong_zone_fishing", "boat", NOW - 3 * HOUR_US, None, 15.6, 108.9, 0.6, "wrong_zone_fishing/1",
                 zone_id="inner", details={"zone_name": "Vùng ven bờ"})  # fmt: skip
    finding = only(judge(zone))
    assert finding.rule_id == "wrong_zone"
    assert "có dấu hiệu khai thác" in finding.reason_vi
    assert judge(zone, drill=False).findings == [], "not verified after January 2026"
    meeting = Event("encounter", "574000001", NOW - 5 * HOUR_US, NOW - HOUR_US, 15.0, 110.0, 0.8, "encounter/1",
                    other_vessel_id="boat", details={"median_distance_m": 80.0})  # fmt: skip
    found = only(judge(meeting))
    assert (found.vessel_id, found.rule_id) == ("boat", "encounter")
    assert "574000001" in found.reason_vi
    assert "có dấu hiệu gặp nhau" in found.reason_vi
    assert judge(replace(meeting, end_us=NOW - 7 * HOUR_US, start_us=NOW - 11 * HOUR_US)).findings == []


def test_registered_pairs_are_left_alone() -> None:
    pair = {v: Vessel(v, kind="fishing", pair_id="p1") for v in ("a", "b")}
    meeting = Event("encounter", "a", NOW - 5 * HOUR_US, None, 15.0, 110.0, 0.8, "encounter/1", other_vessel_id="b")
    assert evaluate(PACK, events=[meeting], vessels=pair, now_us=NOW, drill=True).findings == []
    single = {v: replace(vessel, pair_id=None) for v, vessel in pair.items()}
    assert len(evaluate(PACK, events=[meeting], vessels=single, now_us=NOW, drill=True).findings) == 1


def forecasts(p_6h: float, *, vessel_id: str = "boat", outward: bool = True, issued_us: int = NOW) -> Forecasts:
    one = np.array([p_6h])
    return Forecasts(
        (vessel_id,), ("line",), ("Ranh giới A",), np.array([issued_us]), one / 4, one / 2, one / 1.5, one,
        np.minimum(one * 1.2, 1.0), np.array([NOW + HOUR_US]), np.array([NOW + 3 * HOUR_US]),
        np.array([NOW + 6 * HOUR_US]), np.array([18520.0]), np.array([2.5]), np.array([outward]), np.array([14.0]),
        np.array([112.0]), np.array([NOW - HOUR_US]),
    )  # fmt: skip


def test_warning_with_hysteresis() -> None:
    finding = only(judge(forecasts=forecasts(0.62)))
    assert (finding.rule_id, finding.event_ids, finding.deadline_us) == ("boundary_warning", (), NOW + HOUR_US)
    assert "khoảng 6 phần 10 khả năng" in finding.reason_vi
    assert "cách 10 hải lý" in finding.reason_vi
    assert "2,5 giờ nữa" in finding.reason_vi
    assert "about 6 in 10" in finding.reason_en
    assert judge(forecasts=forecasts(0.25)).findings == []
    lasting = frozenset({("boat", "boundary_warning")})
    assert judge(forecasts=forecasts(0.25), standing=lasting).findings
    assert judge(forecasts=forecasts(0.15), standing=lasting).findings == []


def test_no_warning_when_crossed_stale_inward_or_merchant() -> None:
    found = judge(crossing("crossing_out", 1), forecasts=forecasts(0.9)).findings
    assert [f.rule_id for f in found] == ["boundary_crossing"]
    assert judge(forecasts=forecasts(0.9, outward=False)).findings == []
    assert judge(forecasts=forecasts(0.9, issued_us=NOW - 3 * HOUR_US)).findings == []
    assert judge(forecasts=forecasts(0.9, vessel_id="574000001")).findings == []


def test_warning_without_times() -> None:
    none = np.array([NO_TIME_US])
    vague = replace(
        forecasts(0.6), eta_p10_us=none, eta_median_us=none, eta_p90_us=none, baseline_ttl_h=np.array([np.nan])
    )
    assert only(judge(forecasts=vague)).deadline_us is None


def test_one_finding_per_vessel_and_rule_in_a_fixed_order() -> None:
    events = [
        silence(7), silence(300, "other"), crossing("crossing_out", 3), crossing("crossing_out", 2),
        crossing("crossing_out", 20, "other"), silence(5.5, "third"), outage(3, "Nobody"),
    ]  # fmt: skip
    expected = judge(*events)
    keys = [(f.vessel_id, f.rule_id) for f in expected.findings]
    assert len(keys) == len(set(keys)) == 5
    ranks = [("critical", "high", "notice").index(f.severity) for f in expected.findings]
    assert ranks == sorted(ranks)
    for seed in range(5):
        random.Random(seed).shuffle(events)
        assert judge(*events) == expected


def test_every_reason_is_a_sentence_in_both_languages() -> None:
    for finding in judge(silence(7), crossing("crossing_out", 3), silence(300, "x"), forecasts=forecasts(0.9)).findings:
        for text in (finding.reason_vi, finding.reason_en, finding.rule_vi, finding.next_vi):
            assert text.endswith(".")
            assert "None" not in text
            assert "nan" not in text.replace("ngang", "")
    assert DAY_US
