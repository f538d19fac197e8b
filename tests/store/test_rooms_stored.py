"""Each room's objects survive being stored; operations are done once; versions guard every change."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import text
from store_build import NOON_US

from haidang.core.errors import Conflict, InvalidInput, NotFound
from haidang.core.time import DAY_US, HOUR_US
from haidang.desk.actor import actor
from haidang.desk.gate import movement as gate
from haidang.desk.obligations import obligation as owed
from haidang.desk.obligations import proposal as asked
from haidang.desk.patrol import marker as line
from haidang.desk.rescue import incident as rescue
from haidang.desk.watch import alert as life
from haidang.desk.watch import log
from haidang.desk.watch.alert import Alert, AlertChange, Wording
from haidang.store import (
    Store,
    alerts,
    duty_log,
    incidents,
    markers,
    movements,
    obligations,
    operations,
    proposals,
    rows,
    settings,
)  # fmt: skip

CHIEF = actor("chief", ["admin"])
ALERT = Alert("a1", "loss", "1", "v", "high", "open", NOON_US, NOON_US, NOON_US, wording=Wording("Mất tín hiệu"))


def test_alert_from_opening_to_resolution(store: Store) -> None:
    with store.write() as conn:
        entry = life.acknowledge(ALERT, CHIEF, base_version=1, now_us=NOON_US + 1)
        alerts.save(conn, [AlertChange(ALERT, ()), entry])
        assert alerts.count_unresolved(conn) == 1
    with store.write() as conn:
        loaded = alerts.load(conn, "a1")
        assert loaded == entry.alert
        done = life.resolve(loaded, CHIEF, outcome="returned", base_version=2, now_us=NOON_US + 2)
        alerts.save(conn, [done])
    with store.read() as conn:
        assert [e.action for e in alerts.history(conn, "a1")] == ["acknowledge", "resolve"]
        assert alerts.unresolved(conn) == []
        assert alerts.standing(conn) == [done.alert], "its cause lasts, so a finding must still meet it"
        assert alerts.newest_of(conn, "v", "loss") == done.alert
        assert alerts.newest_of(conn, "v", "other") is None
        assert alerts.newest_by_vessel_and_rule(conn, NOON_US) == {("v", "loss"): done.alert}
        assert alerts.find(conn, vessel_id="v", states=["resolved"], since_us=NOON_US) == [done.alert]
        assert alerts.find(conn, states=["open"]) == []
        with pytest.raises(NotFound):
            alerts.load(conn, "none")


def test_the_newest_occurrence_is_the_one_that_counts(store: Store) -> None:
    older = replace(ALERT, state="resolved", lasting=False, outcome="explained", resolved_us=NOON_US)
    newer = replace(ALERT, alert_id="a0", opened_us=NOON_US + HOUR_US)
    with store.write() as conn:
        alerts.save(conn, [AlertChange(newer, ()), AlertChange(older, ())])
        assert alerts.newest_of(conn, "v", "loss") == newer
        assert alerts.newest_by_vessel_and_rule(conn, NOON_US)["v", "loss"] == newer


def test_two_officers_cannot_overwrite_each_other(store: Store) -> None:
    with store.write() as conn:
        alerts.save(conn, [AlertChange(ALERT, ())])
    first = life.acknowledge(ALERT, CHIEF, base_version=1, now_us=NOON_US)
    second = life.snooze(ALERT, CHIEF, until_us=NOON_US + HOUR_US, base_version=1, now_us=NOON_US)
    with store.write() as conn:
        alerts.save(conn, [first])
    with pytest.raises(Conflict, match="meanwhile"), store.write() as conn:
        alerts.save(conn, [second])
    with store.read() as conn:
        assert alerts.load(conn, "a1").state == "acknowledged"


def test_rooms(store: Store) -> None:
    with store.write() as conn:
        trip = gate.Movement("m1", "v", "QNa-91234-TS", "", "Cửa Đại", NOON_US, 7, is_device_alive=True)
        out = gate.depart(trip, CHIEF, out=movements.out(conn, "v"), now_us=NOON_US)
        movements.save(conn, out)
        assert movements.out(conn, "v") == out.movement
        back = gate.arrive(movements.load(conn, "m1"), CHIEF, base_version=1, now_us=NOON_US + DAY_US, crew_count=7)
        movements.save(conn, back)
        assert movements.out(conn, "v") is None
        assert movements.find(conn, state="arrived", vessel_id="v") == [back.movement]
        assert [e.to_state for e in movements.history(conn, "m1")] == ["at_sea", "arrived"]
        with pytest.raises(Conflict, match="exists already"):
            movements.save(conn, out)

        opened = rescue.open_incident(rescue.Incident("i1", "fire", "Cháy", "", NOON_US, 0), CHIEF, now_us=NOON_US)
        incidents.save(conn, opened)
        told = rescue.add_line(opened.incident, "l1", CHIEF, text="đã gọi", now_us=NOON_US)
        incidents.add_line(conn, told)
        struck = rescue.strike_line(incidents.load_line(conn, "l1"), CHIEF, reason="nhầm", now_us=NOON_US)
        incidents.strike_line(conn, struck)
        assert incidents.lines(conn, "i1") == [struck]
        with pytest.raises(Conflict):
            incidents.strike_line(conn, struck)
        incidents.save(conn, rescue.close(opened.incident, CHIEF, outcome="saved", base_version=1, now_us=NOON_US))
        assert [i.state for i in incidents.find(conn)] == ["closed"]
        assert incidents.find(conn, state="open") == []
        assert len(incidents.history(conn, "i1")) == 2
        assert incidents.load(conn, "i1").outcome == "saved"

        for number, seen_us in (("690", NOON_US), ("691", None), ("692", NOON_US - DAY_US)):
            made = line.write_down(line.Marker(number, number), CHIEF, now_us=NOON_US)
            markers.save(conn, made)
            if seen_us:
                markers.save(conn, line.inspect(
                    made.marker, f"n{number}", CHIEF, condition="unchanged", base_version=1, now_us=NOON_US,
                    time_us=seen_us,
                ))  # fmt: skip
        assert [m.number for m in markers.find(conn)] == ["691", "692", "690"]
        assert [n.inspection_id for n in markers.inspections_of(conn, "690")] == ["n690"]
        assert [e.action for e in markers.history(conn, "690")] == ["create", "inspect"]
        assert markers.load(conn, "690").condition == "unchanged"

        for key, deadline_us in (("o1", None), ("o2", NOON_US + DAY_US), ("o3", NOON_US)):
            due = owed.Obligation(key, "Việc", "NQ", "Đồn", deadline_us=deadline_us)
            obligations.save(conn, owed.write_down(due, CHIEF, now_us=NOON_US))
        done = owed.complete(obligations.load(conn, "o3"), CHIEF, proof="bb", base_version=1, now_us=NOON_US)
        obligations.save(conn, done)
        assert [o.obligation_id for o in obligations.find(conn)] == ["o2", "o1", "o3"]
        assert [o.obligation_id for o in obligations.find(conn, state="open")] == ["o2", "o1"]
        assert len(obligations.history(conn, "o3")) == 2

        for key in ("p1", "p2"):
            ask = asked.Proposal(key, "Cột", "…", "Đồn", "Sở")
            proposals.save(conn, asked.write_down(ask, CHIEF, now_us=NOON_US))
        answered = asked.answer(
            proposals.load(conn, "p1"), CHIEF, kind="refused", text="hết vốn", base_version=1, now_us=NOON_US
        )
        proposals.save(conn, answered)
        assert [p.proposal_id for p in proposals.find(conn)] == ["p2", "p1"]
        assert proposals.find(conn, state="refused") == [answered.proposal]
        assert proposals.history(conn, "p1")[-1].note == "hết vốn"


def test_the_duty_log_cannot_be_edited_through_the_store(store: Store) -> None:
    entry = log.write("g1", CHIEF, text="Gọi chủ tàu", now_us=NOON_US, vessel_id="v")
    struck = log.strike(entry, CHIEF, reason="nhầm", base_version=1, now_us=NOON_US + 1)
    with store.write() as conn:
        duty_log.add(conn, entry)
        duty_log.strike(conn, replace(struck, text="other words"))
        assert duty_log.load(conn, "g1") == struck
        assert duty_log.find(conn, since_us=NOON_US, vessel_id="v") == [struck]
        assert duty_log.find(conn, since_us=NOON_US + 1) == []
        with pytest.raises(Conflict):
            duty_log.strike(conn, struck)
        with pytest.raises(InvalidInput, match="limit 0"):
            duty_log.find(conn, limit=0)
        with pytest.raises(NotFound):
            duty_log.load(conn, "none")


def test_an_operation_twice_is_one(store: Store) -> None:
    operation_id = str(uuid.uuid4())
    n_done = 0

    def send(*, by: str = "chief", note: str = "x") -> tuple[dict[str, object], bool]:
        def do() -> dict[str, object]:
            nonlocal n_done
            n_done += 1
            return {"version": n_done}

        with store.write() as conn:
            return operations.once(
                conn, operation_id.upper(), kind="alert.note", actor=actor(by, ["watch"]), request={"note": note},
                now_us=NOON_US, do=do,
            )  # fmt: skip

    assert send() == ({"version": 1}, False)
    assert send() == ({"version": 1}, True)
    with pytest.raises(Conflict, match="used before"):
        send(note="y")
    with pytest.raises(Conflict, match="by chief"):
        send(by="lan")
    assert n_done == 1


def test_an_operation_that_fails_leaves_its_id_free(store: Store) -> None:
    operation_id = str(uuid.uuid4())

    def send(*, is_broken: bool) -> bool:
        def do() -> dict[str, object]:
            if is_broken:
                raise Conflict("no")
            return {}

        with store.write() as conn:
            return operations.once(
                conn, operation_id, kind="k", actor=CHIEF, request=None, now_us=NOON_US, do=do
            )[1]  # fmt: skip

    with pytest.raises(Conflict):
        send(is_broken=True)
    assert send(is_broken=False) is False


def test_an_operation_id_is_a_uuid(store: Store) -> None:
    with pytest.raises(InvalidInput, match="expected a UUID"), store.write() as conn:
        operations.once(conn, "7", kind="k", actor=CHIEF, request=None, now_us=0, do=dict)


def test_idempotency_keys(store: Store) -> None:
    body = operations.fingerprint_of(b'{"positions": []}')
    with store.write() as conn:
        assert operations.find_answer(conn, "f", "k", body) is None
        operations.keep_answer(conn, "f", "k", request_sha256=body, answer={"stored": 3}, now_us=NOON_US)
        assert operations.find_answer(conn, "f", "k", body) == {"stored": 3}
        assert operations.find_answer(conn, "other", "k", body) is None
        with pytest.raises(Conflict, match="other contents"):
            operations.find_answer(conn, "f", "k", operations.fingerprint_of(b"x"))


def test_fingerprints_of_objects_are_by_value() -> None:
    assert operations.fingerprint_of({"b": 1, "a": ALERT}) == operations.fingerprint_of({"a": replace(ALERT), "b": 1})
    assert operations.fingerprint_of(uuid.UUID(int=1)) != operations.fingerprint_of(uuid.UUID(int=2))


def test_settings_and_layers(store: Store) -> None:
    with store.write() as conn:
        assert settings.get(conn, "a", 5) == 5
        assert settings.put(conn, "a", {"x": [1]}, by="chief", now_us=NOON_US) == 1
        assert settings.put(conn, "a", None, by="chief", now_us=NOON_US, base_version=1) == 2
        assert settings.get(conn, "a", 5) is None
        with pytest.raises(Conflict, match="version 2"):
            settings.put(conn, "a", 1, by="lan", now_us=NOON_US, base_version=1)
        layer = settings.put_layer(conn, "z", "{}", kind="zones", now_us=NOON_US, source="NĐ 26", is_sample=True)
        assert settings.put_layer(conn, "z", "{} ", kind="zones", now_us=NOON_US).sha256 != layer.sha256
        assert [x.geojson for x in settings.all_layers(conn, kind="zones")] == ["{} "]
        assert settings.all_layers(conn, kind="ports") == []
        with pytest.raises(InvalidInput, match="layer kind"):
            settings.put_layer(conn, "z", "", kind="maps", now_us=NOON_US)


def test_history_is_one_table_for_all_rooms(store: Store) -> None:
    with store.write() as conn:
        rows.add_history(conn, "alert", "x", [])
        assert rows.history_of(conn, "alert", "x") == []
        assert conn.scalar(text("SELECT count(*) FROM history")) == 0
