"""A desk of one's own: the server started as a user starts it, with its address, its login link and a way to ask it.

Ports are chosen by the machine, but a desk that is started again must come back on the same one: a screen that lost its
desk looks for it where it was.
"""

import os
import re
import subprocess
import sys
import threading
import uuid
from pathlib import Path
from typing import Any, Self

import httpx

PASSWORD = "mot-mat-khau-dai"
START_TIMEOUT_S = 240
STOP_TIMEOUT_S = 60


class Desk:
    """A drill that runs in its own process on its own folder."""

    def __init__(self, folder: Path, *, n_vessels: int = 150, speed: float = 1) -> None:
        self.folder = folder
        self._n_vessels = n_vessels
        self._speed = speed
        self._port = 0
        self._process: subprocess.Popen[str] | None = None
        self._reader = threading.Thread()
        self.url = ""
        #: The one-time login link as printed.
        self.link = ""
        self.lines: list[str] = []

    def start(self) -> Self:
        """Start the server and wait until it prints its link."""
        command = [
            sys.executable, "-m", "haidang.cli.main", "serve", "--drill", "--drill-vessels", str(self._n_vessels),
            "--speed", str(self._speed), "--port", str(self._port), "--data", str(self.folder),
        ]  # fmt: skip
        env = {**os.environ, "HAIDANG_ADMIN_PASSWORD": PASSWORD, "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
        self.link = ""
        ready = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(self._process, ready), daemon=True)
        self._reader.start()
        ready.wait(START_TIMEOUT_S)
        assert self.link, "the desk did not start:\n" + "".join(self.lines[-30:])
        self.url = self.link.partition("#")[0].rstrip("/")
        self._port = int(self.url.rpartition(":")[2])
        return self

    def _read(self, process: "subprocess.Popen[str]", ready: threading.Event) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line)
            if match := re.search(r"http://\S+#link=\S+", line):
                self.link = match[0]
                ready.set()
        ready.set()

    def stop(self) -> None:
        """Stop the server as Ctrl+C would, and wait until it has gone."""
        if self._process is None:
            return
        self._process.terminate()
        self._process.wait(timeout=STOP_TIMEOUT_S)
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None


class Officer:
    """The administrator, asking the server without a screen."""

    def __init__(self, desk: Desk) -> None:
        self.client = httpx.Client(base_url=desk.url, timeout=30)
        answer = self.client.post("/api/session", json={"username": "admin", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.client.headers["x-csrf-token"] = answer.json()["csrf"]

    def __enter__(self) -> Self:
        """Return the officer, whose connection is closed at the end."""
        return self

    def __exit__(self, *_failure: object) -> None:
        """Close the connection; the session stays."""
        self.client.close()

    def get(self, path: str, **query: Any) -> Any:
        """Return the answer to a question."""
        answer = self.client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, path: str, **body: Any) -> Any:
        """Write, with an operation id as the screen makes one."""
        answer = self.client.post(path, json={"operation_id": str(uuid.uuid4()), **body})
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def vessel_ids(self) -> set[str]:
        """Return the ids of all vessels the desk knows."""
        return {vessel["vessel_id"] for vessel in self.get("/api/vessels", limit=1000)["vessels"]}
