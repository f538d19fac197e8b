"""Whatever is sent, the desk answers in its own words: never a fault of its own, always a problem document."""

import json
import random
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from haidang.api.app import create_app
from haidang.live.host import Host

HOSTILE: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, 1e308, "", " ", "x" * 5000, "\x00", "\ud800".encode("utf-8", "replace").decode(),
    "../../etc/passwd", "a/b", "％", "🛥️" * 30, [], {}, [[]], {"a": {"b": []}}, "2026-03-05T20:00:00Z",
    "9999-12-31T23:59:59Z",    "0001-01-01T00:00:00+14:00", "NaN", str(uuid.UUID(int=1)), "' OR 1=1 --",
)  # fmt: skip
BROKEN = (b"", b"{", b"[" * 2000, b"\xff", b'{"a": NaN, "operation_id": Infinity}')
IDS = ("x", "a%2Fb", "%00", "x" * 3000, "..%2F..", "%F0%9F%9B%A5", "None", "%ff")


def valid(schema: dict[str, Any], components: dict[str, Any], chance: random.Random) -> Any:
    """Return something near what a schema asks for: right in most places, hostile in some."""
    if chance.random() < 0.12:
        return chance.choice(HOSTILE)
    if "$ref" in schema:
        return valid(components[schema["$ref"].rsplit("/", 1)[1]], components, chance)
    if "anyOf" in schema:
        return valid(chance.choice(schema["anyOf"]), components, chance)
    kind = schema.get("type")
    if kind == "object":
        names = schema.get("properties", {})
        required = schema.get("required", ())
        return {
            name: str(uuid.UUID(int=chance.getrandbits(128)))
            if name == "operation_id"
            else valid(one, components, chance)
            for name, one in names.items()
            if (name in required and chance.random() > 0.03) or chance.random() < 0.5
        }
    if kind == "array":
        return [valid(schema.get("items", {}), components, chance) for _ in range(chance.randint(0, 3))]
    if kind == "integer":
        return chance.choice([0, 1, 2, 7, 2**31, 2**63, -5])
    if kind == "number":
        return chance.choice([0.5, -90.0, 91.0, 1e200, 15.9, 109.1])
    if kind == "boolean":
        return chance.random() < 0.5
    if kind == "null":
        return None
    return chance.choice(["boat", "main", "open", "2026-03-05T20:00:00Z", "viết tiếng Việt", "x" * 300])


@pytest.fixture
def client(host: Host) -> Iterator[TestClient]:
    with TestClient(create_app(host), base_url="http://desk.test", raise_server_exceptions=False) as client:
        yield client


def routes() -> list[tuple[str, str, dict[str, Any]]]:
    paths = create_app(None).openapi()["paths"]
    return [(path, verb, what) for path, verbs in paths.items() for verb, what in verbs.items()]


def check(answer: Any, what: str) -> None:
    assert answer.status_code != 500, f"{what}: {answer.text}"
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", what
        body = answer.json()
        assert {"type", "title", "status", "detail", "code"} <= body.keys(), what
        assert body["status"] == answer.status_code


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 6))])
def test_nothing_that_is_sent_makes_a_fault_of_ours(client: TestClient, seed: int) -> None:
    chance = random.Random(seed)
    document = create_app(None).openapi()
    components = document["components"]["schemas"]
    answer = client.post("/api/session", json={"username": "admin", "password": "mot-mat-khau-dai"})
    headers = {"x-csrf-token": answer.json()["csrf"]}
    n = 0
    for path, verb, what in routes():
        if path in {"/api/session", "/api/mode"} and verb in {"delete", "post"}:
            continue
        for _ in range(12):
            url = re.sub(r"\{[^}]+\}", lambda _m: chance.choice(IDS), path)
            query = {
                p["name"]: str(valid(p["schema"], components, chance))
                for p in what.get("parameters", ())
                if p["in"] == "query" and chance.random() < 0.6
            }
            content = None
            if verb in {"post", "put", "patch"}:
                schema = what.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
                content = json.dumps(valid(schema, components, chance)).encode()
                if chance.random() < 0.1:
                    content = chance.choice(BROKEN)
            sent = {**headers, "content-type": "application/json"}
            check(
                client.request(verb, url, params=query, content=content, headers=sent),
                f"{verb} {url} {query} {content!r}",
            )
            n += 1
    assert n > 300


@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])
@pytest.mark.parametrize("path", ["/api/nothing", "/api/", "/api/alerts/a/b/c/d", "/api/openapi.json/x"])
def test_unknown_addresses_are_problems_for_every_method(client: TestClient, verb: str, path: str) -> None:
    answer = client.request(verb, path)
    assert answer.status_code == 404
    if verb != "HEAD":
        check(answer, path)


def test_wrong_method_names_the_right_ones(client: TestClient) -> None:
    answer = client.delete("/api/health")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    check(answer, "DELETE /api/health")


def test_every_route_but_the_open_ones_asks_who_it_is(client: TestClient) -> None:
    open_ones = {("/api/health", "get"), ("/api/session", "post"), ("/api/session/link", "post")}
    for path, verb, _ in routes():
        answer = client.request(verb, re.sub(r"\{[^}]+\}", "x", path), json={})
        if (path, verb) not in open_ones:
            # A body is looked at before the cookie on some routes; what counts is that nothing is given or done.
            assert answer.status_code in {401, 422}, f"{verb} {path}: {answer.status_code}"
            check(answer, path)
