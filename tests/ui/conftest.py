"""A real desk and a real browser: the server is started as a user starts it, the browser is Debian's Chromium.

Whatever the browser complains about fails the test in which it happened, unless the test said that it would.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from running import Desk, Officer
from watching import Screens

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WEB = Path(__file__).resolve().parents[2] / "src" / "haidang" / "web" / "index.html"
FLAGS = [
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-quic",
]  # fmt: skip
#: Two cores draw the map without a graphics card: generous, because nothing here waits longer than it must.
PATIENCE_MS = int(os.environ.get("HAIDANG_UI_PATIENCE_MS", "20000"))

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium with software WebGL; nothing is downloaded."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A Vietnamese officer's screen."""
    return {"viewport": {"width": 1440, "height": 900}, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}


def _start(factory: pytest.TempPathFactory) -> Iterator[Desk]:
    if not WEB.is_file():
        pytest.skip("the screen is not built: make setup")
    started = Desk(factory.mktemp("desk"))
    try:
        yield started.start()
    finally:
        started.stop()


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A drill of 150 boats at real speed, shared by all tests: each leaves the clock as it found it."""
    yield from _start(tmp_path_factory)


@pytest.fixture(scope="module")
def own_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A drill that a test may stop, start again and switch to another mode."""
    yield from _start(tmp_path_factory)


@pytest.fixture
def officer(desk: Desk) -> Iterator[Officer]:
    """The administrator without a screen."""
    with Officer(desk) as asking:
        yield asking


@pytest.fixture
def screens(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Screens]:
    """Pages whose every complaint, and every request that would leave the machine, fails the test."""
    made = Screens(browser, browser_context_args)
    yield made
    made.close()
    assert not made.outside, f"asked somebody outside: {made.outside}"
    assert not made.verdict(), "\n".join(made.verdict())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a browser test two more tries: on a busy machine the map's software renderer can starve everything else."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=2))
