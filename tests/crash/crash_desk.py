"""The server under test and those who send to it: start, kill, start again; post until it is acknowledged."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import httpx
from crash_fleet import Fleet, Posted

HERE = Path(__file__).parent
START_TIMEOUT_S, POLL_S, ANSWER_S = 120.0, 0.02, 90.0
OPEN = re.compile(r"the desk is open at (http://[\d.:]+)/")


def environment() -> dict[str, str]:
    """Return the environment without anything that steers haidang."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HAIDANG_")}
    return {**kept, "PYTHONUNBUFFERED": "1"}


def haidang(*args: object) -> "subprocess.CompletedProcess[str]":
    """Run a command of the program to its end."""
    command = [sys.executable, "-m", "haidang.cli.main", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment(), check=False)


def new_token(data: Path) -> str:
    """Return the secret of a fresh feed token."""
    made = haidang("token", "create", "--name", "crash", "--data", data)
    assert made.returncode == 0, made.stderr
    return made.stdout.split()[-1]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Nest:
    """The loaded program that servers are forked from."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "crash_nest.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment(),
        )  # fmt: skip
        self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the nest died"
        return dict(json.loads(line))

    def start(self, args: Sequence[str], log: Path) -> int:
        """Fork a server; returns its process number."""
        assert self._process.stdin is not None
        print(json.dumps({"args": list(args), "log": str(log)}), file=self._process.stdin, flush=True)
        return int(self._answer()["pid"])

    def end_of(self, pid: int) -> int:
        """Wait for the server's death; returns its exit code, or minus the signal."""
        answer = self._answer()
        assert answer["dead"] == pid
        return int(answer["status"])

    def close(self) -> None:
        """Let the nest go."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


class Desk:
    """One data folder and the server that runs on it, now and then."""

    def __init__(self, nest: Nest, folder: Path, fleet: Fleet, *, data: Path | None = None) -> None:
        self.nest = nest
        self.data = data or folder / "data"
        self.log = folder / "server.log"
        self.fleet = fleet
        self.url = ""
        self.pid = 0
        self.is_open = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.pid:
            self.end(signal.SIGKILL)

    def spawn(self) -> None:
        """Start the server without waiting for it; its log begins anew."""
        self.log.unlink(missing_ok=True)
        port = self.url.rpartition(":")[2] or "0"
        layers = ["--zones", str(self.fleet.zones), "--vessels", str(self.fleet.vessels)]
        self.pid = self.nest.start(["serve", "--data", str(self.data), "--port", port, *layers], self.log)

    def said(self) -> str:
        """Return what the server has said since it was started."""
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def wait_open(self) -> None:
        """Wait until the server takes requests."""
        self.wait_for(lambda: OPEN.search(self.said()) is not None, "to open")
        found = OPEN.search(self.said())
        assert found is not None
        self.url = found[1]
        self.is_open.set()

    def wait_for(self, is_so: Callable[[], bool], what: str, within_s: float = START_TIMEOUT_S) -> None:
        """Wait for a condition; a server that died meanwhile fails at once."""
        pause = threading.Event()
        for _ in range(int(within_s / POLL_S)):
            if is_so():
                return
            assert _is_alive(self.pid), f"the desk died:\n{self.said()[-3000:]}"
            pause.wait(POLL_S)
        raise AssertionError(f"waited {within_s} s for the desk {what}:\n{self.said()[-3000:]}")

    def end(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end; returns the exit code, or minus the signal."""
        self.is_open.clear()
        os.kill(self.pid, number)
        pid, self.pid = self.pid, 0
        return self.nest.end_of(pid)

    def health(self) -> dict[str, Any]:
        """Return what the desk says of itself."""
        answer = httpx.get(f"{self.url}/api/health", timeout=ANSWER_S)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


class Senders:
    """Threads that post a fleet's batches and repeat each with its key until it is acknowledged."""

    def __init__(self, desk: Desk, token: str, posts: Sequence[Posted], *, n: int = 3) -> None:
        self.desk, self.posts = desk, list(posts)
        self.answers: dict[str, dict[str, Any]] = {}
        self.n_repeated = 0
        self.other: list[str] = []
        self.is_done = threading.Event()
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._waiting = list(reversed(self.posts))
        self._lock = threading.Lock()
        #: No more batches than this are acknowledged for now, so that the input lasts until the last kill.
        self.limit = 0
        self._may_go = threading.Condition(self._lock)
        self._is_stopped = False
        self._threads = [threading.Thread(target=self._send, daemon=True) for _ in range(n)]
        for thread in self._threads:
            thread.start()

    def allow(self, limit: int) -> None:
        """Let so many batches in all be acknowledged."""
        with self._may_go:
            self.limit = limit
            self._may_go.notify_all()

    def stop(self) -> None:
        """End the threads, sent or not."""
        with self._may_go:
            self._is_stopped = True
            self._may_go.notify_all()
        self.desk.is_open.set()
        for thread in self._threads:
            thread.join(timeout=ANSWER_S)

    def post(self, client: httpx.Client, one: Posted) -> httpx.Response:
        """Post one batch with its key."""
        headers = {**self._headers, "Idempotency-Key": one.key}
        return client.post(f"{self.desk.url}/api/positions", content=one.body, headers=headers)

    def _send(self) -> None:
        with httpx.Client(timeout=ANSWER_S) as client:
            while (one := self._next()) is not None:
                while not self._is_stopped:
                    self.desk.is_open.wait()
                    try:
                        answer = self.post(client, one)
                    except httpx.TransportError:
                        self.n_repeated += 1
                        continue
                    if answer.status_code == 200:
                        self._note(one, answer.json())
                        break
                    self.n_repeated += 1
                    self.other.append(f"{answer.status_code} {answer.text[:200]}")

    def _next(self) -> Posted | None:
        with self._may_go:
            while not self._is_stopped and len(self.posts) - len(self._waiting) >= self.limit:
                if not self._waiting:
                    return None
                self._may_go.wait()
            return self._waiting.pop() if self._waiting and not self._is_stopped else None

    def _note(self, one: Posted, answer: dict[str, Any]) -> None:
        with self._lock:
            self.answers[one.key] = answer
            if len(self.answers) == len(self.posts):
                self.is_done.set()
