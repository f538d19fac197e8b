"""Doors and walls: who gets in, what a write needs, and the one shape of every error."""

from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from haidang.api.app import create_app
from haidang.live.host import Host

PASSWORD = "mot-mat-khau-dai"
OPEN = {"/api/health", "/api/session", "/api/session/link", "/api/positions"}


def routes(host: Host) -> list[tuple[str, str]]:
    found = create_app(host).openapi()["paths"]
    return [(method.upper(), path) for path, methods in found.items() for method in methods]


def test_login_by_link_works_once(outside: TestClient, host: Host) -> None:
    secret = host.login_link()
    assert outside.post("/api/session/link", json={"token": secret}).status_code == 200
    again = outside.post("/api/session/link", json={"token": secret})
    assert again.status_code == 401
    assert again.json()["code"] == "bad_link"


def test_cookie_is_out_of_reach_of_scripts(outside: TestClient) -> None:
    answer = outside.post("/api/session", json={"username": "admin", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_wrong_password_and_lock(outside: TestClient) -> None:
    codes = [
        outside.post("/api/session", json={"username": "admin", "password": "sai"}).json()["code"] for _ in range(10)
    ]
    assert codes[0] == "wrong_password"
    assert codes[-1] == "locked"


def test_every_route_needs_a_login_except_the_doors(outside: TestClient, host: Host) -> None:
    checked = 0
    for method, path in routes(host):
        if path in OPEN and method in {"GET", "POST"}:
            continue
        answer = outside.request(method, path.replace("{", "").replace("}", ""), json={})
        assert answer.status_code == 401, (method, path, answer.text)
        assert answer.json()["code"] == "not_logged_in"
        checked += 1
    assert checked >= 30


def test_writes_need_csrf(officer: Any) -> None:
    answer = officer.client.post("/api/log", json={"operation_id": "x", "text": "y"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "csrf"


@pytest.mark.parametrize("path", ["/api/nothing", "/api/vessels/none", "/api/alerts/none"])
def test_not_found_has_the_one_shape(officer: Any, path: str) -> None:
    answer = officer.client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code"} <= answer.json().keys()


def test_bad_values_are_named(officer: Any) -> None:
    answer = officer.client.get("/api/events", params={"since": "gestern"})
    assert answer.status_code == 422
    assert "gestern" in answer.json()["detail"]


def test_security_headers(outside: TestClient) -> None:
    headers = outside.get("/api/health").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_routes_have_names_for_the_client(host: Host) -> None:
    app = create_app(host)
    ids = [r.unique_id for r in app.routes if isinstance(r, APIRoute) and r.include_in_schema]
    assert len(ids) == len(set(ids))


def test_logged_out_is_out(officer: Any) -> None:
    assert officer.client.delete("/api/session", headers=officer.headers).status_code == 204
    assert officer.client.get("/api/alerts").status_code == 401


def test_live_clock_cannot_be_changed(officer: Any) -> None:
    answer = officer.client.post("/api/clock", json={"speed": 60}, headers=officer.headers)
    assert answer.json()["code"] == "live_clock"
