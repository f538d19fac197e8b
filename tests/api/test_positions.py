"""The suppliers' door: what is acknowledged is stored for good, once; what is refused is said row by row."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from haidang.core.time import HOUR_US, MINUTE_US, SystemClock, format_iso
from haidang.live.host import Host

NOW_US = SystemClock().now_us() // 1_000_000 * 1_000_000


def row(vessel_id: str = "QNa-91234-TS", minutes_ago: float = 5, **more: Any) -> dict[str, Any]:
    fix_time = format_iso(NOW_US - int(minutes_ago * MINUTE_US))
    return {"vessel_id": vessel_id, "fix_time": fix_time, "lat_deg": 15.5, "lon_deg": 109.25, **more}


def send(client: TestClient, token: str, rows: list[Any], key: str | None = None) -> Any:
    headers = {"authorization": f"Bearer {token}"} | ({"idempotency-key": key} if key else {})
    return client.post("/api/positions", json={"positions": rows}, headers=headers)


def test_stored_and_shown(outside: TestClient, token: str, officer: Any) -> None:
    answer = send(outside, token, [row(sog_kn=7.2, cog_deg=90), row(minutes_ago=125, lat_deg=15.3)])
    assert answer.status_code == 200
    assert answer.json() == {"stored": 2, "duplicates": 0, "rejected": []}
    assert outside.get("/api/health").json()["positions"] == 2
    vessel = officer.get("/api/vessels/QNa-91234-TS")
    assert vessel["last"]["sog_kn"] == pytest.approx(7.2)
    assert vessel["last"]["lat_deg"] == pytest.approx(15.5)
    track = officer.get("/api/vessels/QNa-91234-TS/track")
    assert len(track["fixes"]) == 2


def test_same_key_same_answer_stored_once(outside: TestClient, token: str) -> None:
    first = send(outside, token, [row()], key="lô-1".encode().hex())
    again = send(outside, token, [row()], key="lô-1".encode().hex())
    assert first.json() == again.json() == {"stored": 1, "duplicates": 0, "rejected": []}
    assert outside.get("/api/health").json()["positions"] == 1


def test_same_key_other_contents_is_refused(outside: TestClient, token: str) -> None:
    send(outside, token, [row()], key="k")
    answer = send(outside, token, [row(minutes_ago=9)], key="k")
    assert answer.status_code == 409
    assert answer.json()["code"] == "key_reused"


def test_duplicates_are_counted_not_stored(outside: TestClient, token: str) -> None:
    assert send(outside, token, [row(), row()]).json() == {"stored": 1, "duplicates": 1, "rejected": []}
    assert send(outside, token, [row()]).json() == {"stored": 0, "duplicates": 1, "rejected": []}


def test_bad_rows_are_named_and_cost_nothing_else(outside: TestClient, token: str, officer: Any) -> None:
    rows = [
        row(),
        {**row(), "lat_deg": 191},
        17,
        {**row(), "fix_time": "hôm qua"},
        {"vessel_id": "x"},
        row(minutes_ago=30),
    ]
    answer = send(outside, token, rows).json()
    assert answer["stored"] == 2
    assert [r["row"] for r in answer["rejected"]] == [1, 2, 3, 4]
    assert all(r["reason"] for r in answer["rejected"])
    feed = next(f for f in officer.get("/api/feeds")["feeds"] if f["feed_id"].startswith("http:"))
    assert feed["rejects_total"] == 4
    shown = officer.get(f"/api/feeds/{feed['feed_id']}/rejects")["rejects"]
    assert len(shown) == 4


def test_very_old_fixes_are_stored_too(outside: TestClient, token: str) -> None:
    old = [{**row(), "fix_time": "1801-05-01T00:00:00Z"}, row(minutes_ago=60 * 24 * 40)]
    assert send(outside, token, old).json()["stored"] == 2


@pytest.mark.parametrize(
    ("header", "code"),
    [("", "not_logged_in"), ("Bearer wrong", "bad_token"), ("Basic abc", "not_logged_in")],
)
def test_no_token_no_entry(outside: TestClient, header: str, code: str) -> None:
    answer = outside.post("/api/positions", json={"positions": [row()]}, headers={"authorization": header})
    assert answer.status_code == 401
    assert answer.json()["code"] == code


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"positions": 3}', b"\xff\xfe", b'{"positions": {}}', b"[" * 5000]
)
def test_hostile_bodies_get_a_clear_refusal(outside: TestClient, token: str, body: bytes) -> None:
    answer = outside.post("/api/positions", content=body, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert answer.headers["content-type"] == "application/problem+json"


def test_survives_a_restart(outside: TestClient, token: str, host: Host) -> None:
    send(outside, token, [row(minutes_ago=m) for m in range(1, 200, 7)])
    before = outside.get("/api/health").json()
    host.close()
    again = Host(data=host._data, database=None, mode="live", options=host._options)
    try:
        with TestClient(__import__("haidang.api.app", fromlist=["create_app"]).create_app(again)) as client:
            after = client.get("/api/health").json()
    finally:
        host.keeper = again.keeper
    assert after["positions"] == before["positions"] == 29
    assert after["vessels"] == before["vessels"] == 1


def test_many_rows_with_late_ones(outside: TestClient, token: str) -> None:
    rows = [row(f"v{i % 40}", minutes_ago=(i * 37) % 2000, lat_deg=15 + i * 1e-4) for i in range(2000)]
    answer = send(outside, token, rows).json()
    assert answer["stored"] + answer["duplicates"] == 2000
    assert json.loads(outside.get("/api/health").text)["vessels"] == 40
    assert HOUR_US > 0
