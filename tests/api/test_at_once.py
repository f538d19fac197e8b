"""Two at the same moment, and a desk that changes under a request: one answer each, never a fault, nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from haidang.core.event import Event
from haidang.core.time import HOUR_US, SystemClock, format_iso
from haidang.core.vessel import Vessel
from haidang.live.host import Host
from haidang.store import accounts, events

NOW_US = SystemClock().now_us() // 1_000_000 * 1_000_000


def body(lat_deg: float = 15.5) -> dict[str, Any]:
    row = {"vessel_id": "boat", "fix_time": format_iso(NOW_US - HOUR_US), "lat_deg": lat_deg, "lon_deg": 109.25}
    return {"positions": [row]}


def test_one_key_at_once_is_stored_once(outside: TestClient, token: str) -> None:
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "k"}
    with ThreadPoolExecutor(8) as pool:
        same = list(pool.map(lambda _: outside.post("/api/positions", json=body(), headers=headers), range(8)))
    assert [a.status_code for a in same] == [200] * 8
    assert all(a.json() == {"stored": 1, "duplicates": 0, "rejected": []} for a in same)
    assert outside.get("/api/health").json()["positions"] == 1


def test_one_key_at_once_with_other_contents_is_refused_and_not_stored(outside: TestClient, token: str) -> None:
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "k"}
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(lambda i: outside.post("/api/positions", json=body(10 + i), headers=headers).status_code, range(6))
        )
    assert sorted(answers) == [200, 409, 409, 409, 409, 409]
    assert outside.get("/api/health").json()["positions"] == 1


def test_a_sender_meets_a_desk_that_stops(outside: TestClient, host: Host, token: str) -> None:
    host.room.intake.close()
    answer = outside.post("/api/positions", json=body(), headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"


def test_a_screen_is_not_left_with_a_stream_that_ended(outside: TestClient, host: Host, officer: Any) -> None:
    cookie = officer.client.cookies["haidang_session"]
    host.room.fanout.close()
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        outside.websocket_connect("/api/live", headers={"cookie": f"haidang_session={cookie}"}) as socket,
    ):
        socket.receive_json()
    assert closed.value.code == 4410
    assert officer.get("/api/session")["user"]["username"] == "admin"


def test_a_mode_that_cannot_be_entered_leaves_the_desk_as_it_was(
    host: Host, officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from haidang.core.errors import InvalidInput

    def missing(*_args: object) -> None:
        raise InvalidInput("this installation has no sample recording")

    monkeypatch.setattr("haidang.live.host.folder_for", lambda place, _o: missing() if place.mode != "live" else place)
    answer = officer.client.post("/api/mode", json={"mode": "recording"}, headers=officer.headers)
    assert answer.status_code == 422
    assert host.room.mode == "live"
    assert officer.get("/api/clock")["mode"] == "live"
    assert officer.get("/api/health")["status"] == "ok"


def test_who_only_looks_changes_neither_clock_nor_mode(outside: TestClient, host: Host) -> None:
    with host.room.store.write() as conn:
        accounts.add_account(conn, "xem", password="mot-mat-khau-dai", roles=["viewer"], now_us=NOW_US)
    csrf = outside.post("/api/session", json={"username": "xem", "password": "mot-mat-khau-dai"}).json()["csrf"]
    for path, change in (("/api/mode", {"mode": "drill"}), ("/api/clock", {"speed": 5})):
        answer = outside.post(path, json=change, headers={"x-csrf-token": csrf})
        assert answer.status_code == 403, path
        assert answer.json()["code"] == "not_allowed"


def test_sentences_name_the_boat_as_the_officer_does_and_say_why_one_fell(officer: Any, host: Host) -> None:
    host.room.picture.learn({"v1": Vessel("v1", registration="QNa-91234-TS")})
    event = Event("silence", "v1", NOW_US - HOUR_US, None, 15.0, 109.0, 0.9, "silence/1")
    with host.room.store.write() as conn:
        events.write(conn, [event], recorded_us=NOW_US)
        events.supersede(conn, [(event.event_id, None, "feed_outage")], recorded_us=NOW_US)
    (shown,) = officer.get("/api/events", vessel_id="v1")["events"]
    assert "QNa-91234-TS" in shown["text_vi"]
    assert "v1" not in shown["text_en"]
    assert "nhà cung cấp" in shown["text_vi"]
    assert "No longer holds: the supplier was down" in shown["text_en"]
