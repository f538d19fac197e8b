"""A real desk on an empty folder, spoken to over HTTP as the screen and the suppliers speak to it."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from haidang.api.app import create_app
from haidang.core.time import SystemClock
from haidang.live.host import Host
from haidang.live.modes import Options
from haidang.store import accounts

PASSWORD = "mot-mat-khau-dai"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """A live desk on an empty folder."""
    running = Host(data=tmp_path, database=None, mode="live", options=Options(), admin_password=PASSWORD)
    yield running
    running.close()


@pytest.fixture
def outside(host: Host) -> Iterator[TestClient]:
    """Somebody who is not logged in."""
    with TestClient(create_app(host), base_url="http://desk.test") as client:
        yield client


class Officer:
    """A person who is logged in: fills in CSRF and operation ids as the screen does."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        answer = client.post("/api/session", json={"username": "admin", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.headers = {"x-csrf-token": answer.json()["csrf"]}

    def get(self, path: str, **query: Any) -> Any:
        answer = self.client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, path: str, expect: int | tuple[int, ...] = (200, 201), **body: Any) -> Any:
        body.setdefault("operation_id", str(uuid.uuid4()))
        answer = self.client.post(path, json=body, headers=self.headers)
        expected = (expect,) if isinstance(expect, int) else expect
        assert answer.status_code in expected, answer.text
        return answer.json()


@pytest.fixture
def officer(outside: TestClient) -> Officer:
    """The administrator, logged in."""
    return Officer(outside)


@pytest.fixture
def token(host: Host) -> str:
    """A supplier's token."""
    with host.room.store.write() as conn:
        secret, _ = accounts.create_feed_token(conn, "nhà cung cấp A", now_us=SystemClock().now_us())
    return secret
