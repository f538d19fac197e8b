"""Every example runs as its reader would run it; their number is asserted so that none is forgotten."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).resolve().parent.parent / "examples").glob("*.py"))


def run(name: str, *words: str) -> str:
    """Run an example in a process of its own; returns what it printed."""
    script = next(p for p in EXAMPLES if p.stem == name)
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script), *words], capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_there_are_four_and_each_says_how_to_run_it() -> None:
    assert [p.stem for p in EXAMPLES] == ["detect_events", "forecast_simulated", "read_live_socket", "send_positions"]
    for path in EXAMPLES:
        assert f"python examples/{path.name}" in path.read_text(encoding="utf8")


def test_detect_events() -> None:
    said = run("detect_events")
    assert said.startswith("576 positions, 0 rejects.")
    assert "QNa-90001-TS went out of zone Sample line" in said
    assert "QNa-90001-TS and QNa-90002-TS have been close together" in said
    assert {"[crossing_out", "[crossing_in", "[encounter", "[stop"} <= set(re.findall(r"\[\w+", said))


def test_forecast_simulated() -> None:
    said = run("forecast_simulated")
    assert "SAMPLE boundary" in said
    assert said.count("issued 2026-03-03T") == 4
    assert re.search(r"\d+% within 12 h, [\d.]+ nm away.*; she (crossed|did not cross)", said)


def test_without_a_desk_the_others_say_what_is_missing() -> None:
    assert '"vessel_id": "QNa-90001-TS"' in run("send_positions")
    assert "make run" in run("read_live_socket")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The login link of a live desk on an empty folder, and a token for it."""
    folder = tmp_path_factory.mktemp("desk")
    haidang = str(Path(sys.executable).with_name("haidang"))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HAIDANG_")} | {"HAIDANG_DATA": str(folder)}
    made = subprocess.run(
        [haidang, "token", "create", "--name", "example"], env=environment, capture_output=True, text=True, check=True
    )
    server = subprocess.Popen(
        [haidang, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    stop = threading.Timer(240, server.kill)
    stop.start()
    try:
        assert server.stdout is not None
        opened = (re.search(r"http://\S+#link=\S+", line) for line in server.stdout)
        link = next((found[0] for found in opened if found), None)
        assert link is not None, "the desk did not open"
        yield link, made.stdout.split()[-1]
    finally:
        stop.cancel()
        server.terminate()
        server.communicate(timeout=60)


@pytest.mark.long
def test_positions_sent_are_seen_on_the_live_socket(desk: tuple[str, str]) -> None:
    link, token = desk
    address = link.partition("/#")[0]
    first = run("send_positions", "--desk", address, "--token", token)
    assert first.splitlines() == ["2 stored, 0 known before", "row 2 rejected: bad_latitude"]
    # The same body under the same key is answered the same.
    assert run("send_positions", "--desk", address, "--token", token) == first
    said = run("read_live_socket", link, "1")
    assert said.startswith("hello (seq ")
    assert "1 positions" in said
    assert "QNa-90001-TS  05/03 02:00Z  15.9500 109.3100  6.1 kn" in said
