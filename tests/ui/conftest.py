"""A real desk and a real browser: the server is started as a user starts it, the browser is Debian's Chromium."""

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WEB = Path(__file__).resolve().parents[2] / "src" / "haidang" / "web" / "index.html"
FLAGS = [
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic",
]  # fmt: skip
PASSWORD = "mot-mat-khau-dai"
START_TIMEOUT_S = 240


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


class Desk:
    """A running server: its address and a way to log in."""

    def __init__(self, process: "subprocess.Popen[str]", url: str) -> None:
        self.process = process
        self.url = url


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A drill of 150 boats at real speed, started by the command."""
    if not WEB.is_file():
        pytest.skip("the screen is not built: make setup")
    import os

    command = [
        sys.executable, "-m", "haidang.cli.main", "serve", "--drill", "--drill-vessels", "150", "--speed", "1", "--port",
        "0", "--data", str(tmp_path_factory.mktemp("desk")),
    ]  # fmt: skip
    env = {**os.environ, "HAIDANG_ADMIN_PASSWORD": PASSWORD, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
    lines: list[str] = []
    found = threading.Event()
    url: list[str] = []

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            match = re.search(r"http://\S+?/(?=#link=)", line)
            if match:
                url.append(match[0])
                found.set()
        found.set()

    threading.Thread(target=read, daemon=True).start()
    found.wait(START_TIMEOUT_S)
    assert url, "the desk did not start:\n" + "".join(lines[-30:])
    yield Desk(process, url[0])
    process.terminate()
    process.wait(timeout=30)
