"""The other rooms: each step as it should be, each illegal one refused with a clear word."""

from dataclasses import replace

import pytest

from haidang.core.columns import Reject
from haidang.core.errors import Conflict, IllegalTransition, InvalidInput, NotAllowed
from haidang.core.time import DAY_US, HOUR_US
from haidang.core.vessel import Vessel
from haidang.desk.actor import CAPABILITIES, ROLES, actor
from haidang.desk.gate import movement as gate
from haidang.desk.obligations import obligation as owed
from haidang.desk.obligations import proposal as asked
from haidang.desk.patrol import marker as line
from haidang.desk.register import vessel as register
from haidang.desk.rescue import incident as rescue
from haidang.desk.watch import log

NOW = 1_772_000_000_000_000
CHIEF = actor("chief", ["admin"])
READER = actor("minh", ["viewer"])
TRIP = gate.Movement("m1", "574001", "QNa-91234-TS", "", "Cửa Đại", NOW, 7, planned_return_us=NOW + 20 * DAY_US)
INCIDENT = rescue.Incident("i1", "sinking", "Chìm tàu", "", NOW, 0, aboard_count=9, missing_count=2)
MARKER = line.Marker("k1", "690")
OBLIGATION = owed.Obligation("o1", "Tuần tra chung", "NQ 01, mục 3", "Đồn A", deadline_us=NOW + DAY_US)
PROPOSAL = asked.Proposal("p1", "Cột phát sóng", "…", "Đồn A", "Sở B", deadline_us=NOW + DAY_US)


def test_every_capability_is_a_role_s_and_viewers_have_none() -> None:
    assert set().union(*CAPABILITIES.values()) <= set(ROLES)
    assert not any(READER.can(capability) for capability in CAPABILITIES)
    assert all(CHIEF.can(capability) for capability in CAPABILITIES)


def test_departure_and_arrival() -> None:
    out = gate.depart(TRIP, CHIEF, out=None, now_us=NOW).movement
    assert (out.state, gate.allowed_actions(out, CHIEF), gate.allowed_actions(out, READER)) == (
        "at_sea",
        ["arrive"],
        [],
    )
    assert not out.is_overdue(NOW + 20 * DAY_US)
    assert out.is_overdue(NOW + 20 * DAY_US + 1)
    back = gate.arrive(out, CHIEF, base_version=1, now_us=NOW + DAY_US, crew_count=6, note="one stayed ashore")
    assert (back.movement.state, back.movement.arrival_port, back.movement.is_crew_different) == (
        "arrived",
        "Cửa Đại",
        True,
    )
    assert (back.movement.version, back.entry.action, gate.allowed_actions(back.movement, CHIEF)) == (2, "arrive", [])
    with pytest.raises(IllegalTransition, match="arrived already"):
        gate.arrive(back.movement, CHIEF, base_version=2, now_us=NOW)
    with pytest.raises(IllegalTransition, match="is out since"):
        gate.depart(replace(TRIP, movement_id="m2"), CHIEF, out=out, now_us=NOW)
    with pytest.raises(InvalidInput, match="before the departure"):
        gate.arrive(out, CHIEF, base_version=1, now_us=NOW, arrival_us=NOW - 1)
    with pytest.raises(Conflict):
        gate.arrive(out, CHIEF, base_version=9, now_us=NOW)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"vessel_id": " "}, "vessel_id is empty"),
        ({"port": ""}, "port is empty"),
        ({"crew_count": -1}, "crew_count -1"),
        ({"crew_count": 5000}, "expected 0 to 1000"),
        ({"planned_return_us": NOW}, "planned_return"),
        ({"port": "x" * 400}, "400 characters"),
    ],
)
def test_a_wrong_departure_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        gate.depart(replace(TRIP, **change), CHIEF, out=None, now_us=NOW)  # type: ignore[arg-type]


def test_incident_from_opening_to_close() -> None:
    opened = rescue.open_incident(INCIDENT, CHIEF, now_us=NOW).incident
    assert (opened.state, opened.opened_us, rescue.allowed_actions(opened, CHIEF)) == ("open", NOW, ["log", "close"])
    told = rescue.add_line(opened, "l1", CHIEF, text=" đã gọi ", now_us=NOW + 5, time_us=NOW)
    assert (told.text, told.time_us, told.recorded_us) == ("đã gọi", NOW, NOW + 5)
    struck = rescue.strike_line(told, CHIEF, reason="nhầm tàu", now_us=NOW + 9)
    assert (struck.text, struck.struck_by) == ("đã gọi", "chief")
    with pytest.raises(IllegalTransition, match="struck already"):
        rescue.strike_line(struck, CHIEF, reason="again", now_us=NOW)
    with pytest.raises(InvalidInput, match="reason is empty"):
        rescue.strike_line(told, CHIEF, reason=" ", now_us=NOW)
    closed = rescue.close(opened, CHIEF, outcome="saved", base_version=1, now_us=NOW, rescued_count=9, missing_count=0)
    assert (closed.incident.rescued_count, closed.incident.missing_count, closed.incident.aboard_count) == (9, 0, 9)
    assert rescue.allowed_actions(closed.incident, CHIEF) == ["log"]
    assert rescue.allowed_actions(closed.incident, READER) == []
    with pytest.raises(IllegalTransition, match="closed already"):
        rescue.close(closed.incident, CHIEF, outcome="saved", base_version=2, now_us=NOW)
    kept = rescue.close(opened, CHIEF, outcome="not_found", base_version=1, now_us=NOW, note="search ended")
    assert (kept.incident.missing_count, kept.entry.note) == (2, "not_found: search ended")


@pytest.mark.parametrize(
    "change, message",
    [
        ({"kind": "picnic"}, "kind 'picnic'"),
        ({"certainty": "?"}, "certainty"),
        ({"title": ""}, "title is empty"),
        ({"lat_deg": 15.0}, "both or none"),
        ({"lat_deg": 95.0, "lon_deg": 1.0}, "latitude -90..90"),
        ({"missing_count": -2}, "missing_count -2"),
    ],
)
def test_a_wrong_incident_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        rescue.open_incident(replace(INCIDENT, **change), CHIEF, now_us=NOW)  # type: ignore[arg-type]


def test_marker_falls_due_and_is_inspected() -> None:
    marker = line.write_down(MARKER, CHIEF, now_us=NOW).marker
    assert marker.due_us is None
    assert marker.is_overdue(NOW)
    seen = line.inspect(marker, "n1", CHIEF, condition="unchanged", base_version=1, now_us=NOW)
    assert seen.marker.due_us == NOW + 90 * DAY_US
    assert not seen.marker.is_overdue(NOW + 90 * DAY_US)
    assert seen.marker.is_overdue(NOW + 90 * DAY_US + 1)
    older = line.inspect(
        seen.marker, "n2", CHIEF, condition="damaged", note="nứt", base_version=2, now_us=NOW, time_us=NOW - DAY_US
    )
    assert (older.marker.condition, older.marker.inspected_us) == ("unchanged", NOW), "an older look arrives later"
    assert older.inspection is not None
    assert older.inspection.condition == "damaged"
    assert (line.allowed_actions(marker, CHIEF), line.allowed_actions(marker, READER)) == (["inspect"], [])
    for rest, message in (
        ({"condition": "unknown"}, "condition"), ({"condition": "moved"}, "note is empty"),
        ({"condition": "unchanged", "time_us": NOW + HOUR_US}, "has not come yet"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput, match=message):
            line.inspect(marker, "n3", CHIEF, base_version=1, now_us=NOW, **rest)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="interval_days 0"):
        line.write_down(replace(MARKER, interval_days=0), CHIEF, now_us=NOW)


def test_obligation_is_completed_with_proof() -> None:
    due = owed.write_down(OBLIGATION, CHIEF, now_us=NOW).obligation
    assert due.is_overdue(NOW + 2 * DAY_US)
    with pytest.raises(InvalidInput, match="proof is empty"):
        owed.complete(due, CHIEF, proof="", base_version=1, now_us=NOW)
    done = owed.complete(due, CHIEF, proof="biên bản 12", base_version=1, now_us=NOW).obligation
    assert (done.state, done.completed_us, done.is_overdue(NOW + 2 * DAY_US)) == ("completed", NOW, False)
    assert (owed.allowed_actions(due, CHIEF), owed.allowed_actions(done, CHIEF)) == (["complete"], [])
    with pytest.raises(IllegalTransition):
        owed.complete(done, CHIEF, proof="x", base_version=2, now_us=NOW)


@pytest.mark.parametrize("first", asked.ANSWERS)
@pytest.mark.parametrize("then", asked.ANSWERS)
def test_answers_follow_one_another_as_they_may(first: str, then: str) -> None:
    waiting = asked.write_down(PROPOSAL, CHIEF, now_us=NOW).proposal
    assert waiting.is_overdue(NOW + 2 * DAY_US)
    once = asked.answer(waiting, CHIEF, kind=first, text="vì …", base_version=1, now_us=NOW).proposal
    assert (once.state, once.answered_us, once.is_overdue(NOW + 2 * DAY_US)) == (first, NOW, False)
    if then in asked.possible_answers(once):
        twice = asked.answer(once, CHIEF, kind=then, text="rồi", base_version=2, now_us=NOW + 1).proposal
        assert (twice.answered_us, twice.settled_us) == (NOW, NOW + 1 if then == "settled" else None)
    else:
        with pytest.raises(IllegalTransition, match=f"is {first}: {then} cannot follow"):
            asked.answer(once, CHIEF, kind=then, text="rồi", base_version=2, now_us=NOW)


def test_a_refusal_needs_a_reason_and_acceptance_does_not() -> None:
    waiting = asked.write_down(PROPOSAL, CHIEF, now_us=NOW).proposal
    with pytest.raises(InvalidInput, match="reason is empty"):
        asked.answer(waiting, CHIEF, kind="refused", text=" ", base_version=1, now_us=NOW)
    with pytest.raises(InvalidInput, match="answer 'maybe'"):
        asked.answer(waiting, CHIEF, kind="maybe", text="x", base_version=1, now_us=NOW)
    assert asked.answer(waiting, CHIEF, kind="accepted", text="", base_version=1, now_us=NOW).proposal.answer == ""
    assert (asked.allowed_actions(waiting, CHIEF), asked.allowed_actions(waiting, READER)) == (["answer"], [])


def test_the_log_is_struck_never_edited() -> None:
    entry = log.write("g1", CHIEF, text="Gọi chủ tàu", now_us=NOW, time_us=NOW - HOUR_US, vessel_id="v")
    assert (entry.time_us, entry.recorded_us, log.allowed_actions(entry, CHIEF)) == (NOW - HOUR_US, NOW, ["strike"])
    struck = log.strike(entry, CHIEF, reason="nhầm tàu", base_version=1, now_us=NOW + 1)
    assert (struck.text, struck.strike_reason, struck.version) == ("Gọi chủ tàu", "nhầm tàu", 2)
    assert log.allowed_actions(struck, CHIEF) == []
    with pytest.raises(IllegalTransition):
        log.strike(struck, CHIEF, reason="x", base_version=2, now_us=NOW)
    with pytest.raises(InvalidInput, match="has not come yet"):
        log.write("g2", CHIEF, text="x", now_us=NOW, time_us=NOW + HOUR_US)


def test_who_may_not_is_refused_everywhere() -> None:
    entry = log.write("g1", CHIEF, text="x", now_us=NOW)
    steps = [
        lambda: gate.depart(TRIP, READER, out=None, now_us=NOW),
        lambda: gate.arrive(TRIP, READER, base_version=1, now_us=NOW),
        lambda: rescue.open_incident(INCIDENT, READER, now_us=NOW),
        lambda: rescue.add_line(INCIDENT, "l", READER, text="x", now_us=NOW),
        lambda: rescue.close(INCIDENT, READER, outcome="saved", base_version=1, now_us=NOW),
        lambda: line.write_down(MARKER, READER, now_us=NOW),
        lambda: line.inspect(MARKER, "n", READER, condition="unchanged", base_version=1, now_us=NOW),
        lambda: owed.write_down(OBLIGATION, READER, now_us=NOW),
        lambda: owed.complete(OBLIGATION, READER, proof="x", base_version=1, now_us=NOW),
        lambda: asked.write_down(PROPOSAL, READER, now_us=NOW),
        lambda: asked.answer(PROPOSAL, READER, kind="accepted", text="", base_version=1, now_us=NOW),
        lambda: log.write("g", READER, text="x", now_us=NOW),
        lambda: log.strike(entry, READER, reason="x", base_version=1, now_us=NOW),
        lambda: register.write_down(Vessel("v"), READER),
    ]
    for step in steps:
        with pytest.raises(NotAllowed, match="minh may not"):
            step()


def test_import_plan_says_what_it_would_do() -> None:
    known = {"a": Vessel("a", name="An", length_m=15.0), "b": Vessel("b", name="Bình")}
    rows = [
        (0, Vessel("a", name="An", gear="gillnet")), (1, Vessel("b")), (2, Vessel("c", kind="fishing")),
        (3, Vessel("c")), (4, Vessel(" ")), (5, Vessel("d", length_m=-1.0)), (6, Vessel("e", kind="rocket")),
        (7, Vessel("f", name="x" * 400)),
    ]  # fmt: skip
    plan = register.plan_import(rows, known, refused=[Reject(9, "bad_number", "…")])
    assert [v.vessel_id for v in plan.added] == ["c"]
    (changed,) = plan.changed
    assert changed.vessel == Vessel("a", name="An", length_m=15.0, gear="gillnet")
    assert changed.differences == (register.Difference("gear", None, "gillnet"),)
    assert plan.same == ("b",)
    reasons = [(r.row, r.reason) for r in plan.refused]
    assert reasons == [
        (9, "bad_number"), (3, "duplicate_in_file"), (4, "no_vessel_id"), (5, "bad_length"), (6, "unknown_kind"),
        (7, "text_too_long"),
    ]  # fmt: skip
    assert plan.counts["refused"] == 6
    after = {**known, **{v.vessel_id: v for v in plan.added}, changed.vessel.vessel_id: changed.vessel}
    again = register.plan_import(rows[:3], after)
    assert (again.added, again.changed, set(again.same)) == ((), (), {"a", "b", "c"})


def test_a_vessel_is_checked_before_it_is_written() -> None:
    assert register.write_down(Vessel("v", kind="fishing", length_m=17.0), CHIEF).length_m == 17.0
    with pytest.raises(InvalidInput, match="its length must be between") as refused:
        register.write_down(Vessel("v", length_m=900.0), CHIEF)
    assert refused.value.code == "bad_length"
    assert register.allowed_actions(CHIEF) == ["create", "update", "import"]
    assert register.allowed_actions(READER) == []
