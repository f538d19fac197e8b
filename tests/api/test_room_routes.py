"""The other rooms: a list, a form, one step each; the same operation twice is one; conflicts are shown."""

import uuid
from typing import Any

REGISTER = (
    "Số đăng ký;Tên tàu;Chiều dài;Nghề\n"
    "QNa 91234 TS;Tàu diễn tập 1;17,5;câu mực\n"
    "QNG-97468TS;Tàu diễn tập 2;22,1;lưới vây\n"
    "không phải số;;dài;\n"
).encode()  # fmt: skip


def test_register_import_preview_write_and_again(officer: Any) -> None:
    def post(dry_run: bool) -> Any:
        headers = {**officer.headers, "x-operation-id": str(uuid.uuid4()), "content-type": "text/csv"}
        answer = officer.client.post(f"/api/register/import?dry_run={int(dry_run)}", content=REGISTER, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    preview = post(dry_run=True)
    assert preview["counts"]["added"] >= 2
    assert not preview["is_written"]
    assert officer.get("/api/register/vessels")["total"] == 0
    written = post(dry_run=False)
    assert written["counts"] == preview["counts"]
    again = post(dry_run=False)
    assert again["counts"]["added"] == again["counts"]["changed"] == 0
    assert again["counts"]["same"] == written["counts"]["added"]
    found = officer.get("/api/register/vessels", query="qna-91234ts")
    assert found["total"] == 1
    assert found["vessels"][0]["length_m"] == 17.5


def test_departure_and_arrival(officer: Any) -> None:
    officer.send("/api/register/vessels", vessel_id="QNa-91234-TS", registration="QNa-91234-TS", kind="fishing")
    out = officer.send("/api/gate/movements", vessel_id="QNa-91234-TS", port="Cửa Đại", crew_count=9)
    assert out["state"] == "at_sea"
    assert out["actions"] == ["arrive"]
    officer.send("/api/gate/movements", 409, vessel_id="QNa-91234-TS", port="Cửa Đại", crew_count=9)
    back = officer.send(f"/api/gate/movements/{out['movement_id']}/arrive", base_version=out["version"], crew_count=9)
    assert back["state"] == "arrived"
    assert officer.get("/api/gate/movements", state="arrived")["movements"][0]["movement_id"] == out["movement_id"]


def test_unknown_vessel_is_named(officer: Any) -> None:
    answer = officer.send("/api/gate/movements", 422, vessel_id="QNa-1", port="Kỳ Hà", crew_count=3)
    assert "QNa-1" in answer["detail"]


def test_incident_with_log(officer: Any) -> None:
    incident = officer.send("/api/rescue/incidents", kind="fire", title="Cháy tàu câu mực", aboard_count=55)
    path = f"/api/rescue/incidents/{incident['incident_id']}"
    line = officer.send(f"{path}/log", text="Ba tàu gần đó đang đến")
    officer.send(f"{path}/log/{line['line_id']}/strike", reason="ghi nhầm vụ")
    closed = officer.send(f"{path}/close", base_version=incident["version"], outcome="saved", rescued_count=55)
    assert closed["state"] == "closed"
    whole = officer.get(path)
    assert whole["log"][0]["struck_time"]
    assert [entry["action"] for entry in whole["history"]] == ["open", "close"]


def test_marker_is_overdue_until_somebody_was_there(officer: Any) -> None:
    marker = officer.send("/api/patrol/markers", number="MẪU-1", interval_days=90)
    assert marker["is_overdue"]
    path = f"/api/patrol/markers/{marker['marker_id']}/inspect"
    seen = officer.send(path, base_version=marker["version"], condition="unchanged")
    assert not seen["is_overdue"]
    assert officer.get("/api/patrol/markers")["markers"][0]["due_time"] > seen["inspected_time"]


def test_obligation_and_proposal(officer: Any) -> None:
    owed = officer.send(
        "/api/obligations", title="Kiểm tra mốc", source_text="NQ 2020-2025", owner="Đồn Cửa Đại",
        deadline_time="2020-01-01T00:00:00Z",
    )  # fmt: skip
    assert owed["is_overdue"]
    path = f"/api/obligations/{owed['obligation_id']}/complete"
    done = officer.send(path, base_version=owed["version"], proof="Biên bản số 4")
    assert done["state"] == "completed"
    assert not done["is_overdue"]
    asked = officer.send("/api/proposals", title="Thêm xuồng", proposed_by="Hải đội 2", routed_to="Sở Tài chính")
    path = f"/api/proposals/{asked['proposal_id']}/answer"
    answered = officer.send(path, base_version=asked["version"], kind="refused", text="Chưa có kinh phí")
    assert answered["state"] == "refused"


def test_same_operation_twice_is_one(officer: Any) -> None:
    key = str(uuid.uuid4())
    first = officer.send("/api/log", text="Nhận ca", operation_id=key)
    again = officer.send("/api/log", text="Nhận ca", operation_id=key)
    assert first == again
    assert len(officer.get("/api/log")["entries"]) == 1
    answer = officer.send("/api/log", 409, text="Khác", operation_id=key)
    assert answer["code"] == "operation_reused"


def test_log_is_struck_never_edited(officer: Any) -> None:
    line = officer.send("/api/log", text="QNa-91234-TS gọi về")
    struck = officer.send(f"/api/log/{line['entry_id']}/strike", base_version=line["version"], reason="nhầm tàu")
    assert struck["text"] == "QNa-91234-TS gọi về"
    assert struck["struck_by"] == "admin"
    assert struck["actions"] == []


def test_old_version_is_a_conflict(officer: Any) -> None:
    marker = officer.send("/api/patrol/markers", number="MẪU-2")
    path = f"/api/patrol/markers/{marker['marker_id']}/inspect"
    officer.send(path, base_version=1, condition="unchanged")
    answer = officer.send(path, 409, base_version=1, condition="damaged")
    assert answer["code"] == "conflict"


def test_situation_report(officer: Any) -> None:
    answer = officer.client.get("/api/documents/situation.docx")
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"


def test_same_import_id_with_another_list_is_a_mistake(officer: Any) -> None:
    headers = {**officer.headers, "x-operation-id": str(uuid.uuid4()), "content-type": "text/csv"}
    path = "/api/register/import?dry_run=0"
    assert officer.client.post(path, content=REGISTER, headers=headers).status_code == 200
    answer = officer.client.post(path, content=REGISTER.replace(b"17,5", b"18,5"), headers=headers)
    assert answer.status_code == 409
    assert answer.json()["code"] == "operation_reused"


def test_lists_say_whether_this_person_may_write(officer: Any) -> None:
    for path in ("gate/movements", "rescue/incidents", "patrol/markers", "obligations", "proposals", "log"):
        assert officer.get(f"/api/{path}")["actions"] == ["create"], path
