"""Golden cases are real and not empty; what exists is documented; documents link to what exists."""

import re
from pathlib import Path

import pytest

from haidang.cli.main import COMMANDS
from haidang.core.event import EVENT_KINDS

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = sorted(p for p in (ROOT / "tests" / "golden").iterdir() if p.is_dir())
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"])


def test_there_are_golden_cases() -> None:
    assert len(GOLDEN) >= 4


@pytest.mark.parametrize("case", GOLDEN, ids=lambda p: p.name)
def test_golden_case_is_not_empty_and_says_where_it_is_from(case: Path) -> None:
    readme = (case / "README.md").read_text(encoding="utf8")
    assert re.search(r"licen[cs]e", readme, re.IGNORECASE), "provenance and licence"
    files = [f for f in case.rglob("*") if f.is_file() and f.name != "README.md"]
    assert files
    assert all(f.stat().st_size > 0 for f in files)


def test_every_command_is_documented() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf8")
    assert [c for c in COMMANDS if f"haidang {c}" not in page] == []


def test_every_event_kind_is_documented() -> None:
    page = "".join(p.read_text(encoding="utf8") for p in (ROOT / "docs").glob("events*.md"))
    assert [k for k in EVENT_KINDS if k not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), target
