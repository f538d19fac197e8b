"""The description the screen's client is made from: there without a running desk, and the tree's copy is not stale."""

import json
import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def described() -> str:
    text = runpy.run_path(str(ROOT / "scripts" / "openapi.py"))["description"]()
    assert isinstance(text, str)
    return text


def test_the_application_describes_itself_without_a_desk() -> None:
    document = json.loads(described())
    assert {"/api/health", "/api/alerts", "/api/positions", "/api/session"} <= document["paths"].keys()
    assert described() == described()


def test_the_screens_copy_is_not_stale() -> None:
    copy = ROOT / "ui" / "src" / "api" / "openapi.json"
    assert not copy.is_file() or copy.read_text("utf-8") == described(), "run `make api-types`"
