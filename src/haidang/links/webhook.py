"""Outgoing webhook: tells another system of an alert, once, and tries again while that system is away.

The receiver may be down for hours in a storm. So a message keeps its id over all tries (the receiver can drop a
repeat), pauses grow, and in a drill nothing leaves the desk at all.
"""

import json
import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from haidang.core.errors import InvalidInput

TIMEOUT_S = 10.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 300.0
MAX_WAITING = 1_000


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `message_id` is stable over all tries and sent as `Idempotency-Key`."""

    message_id: str
    body: Mapping[str, object]


def post(url: str, message: Message) -> bool:
    """Send one message; returns whether the receiver took it (2xx). Never raises for what the network does."""
    request = urllib.request.Request(  # noqa: S310 -- the scheme is checked in Webhook
        url,
        data=json.dumps(message.body, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": message.message_id},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            return bool(200 <= answer.status < 300)
    except (urllib.error.URLError, OSError):
        return False


class Webhook:
    """A queue and a thread that empties it in order."""

    def __init__(self, url: str, *, is_drill: bool, send: Callable[[str, Message], bool] = post) -> None:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise InvalidInput(f"webhook {url!r}: expected an address that starts with http:// or https://")
        self.url = url
        self.sent = 0
        self.refused = 0
        self._is_drill = is_drill
        self._send = send
        self._waiting: queue.Queue[Message] = queue.Queue(MAX_WAITING)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhook", daemon=True)

    def start(self) -> None:
        """Start sending; does nothing in a drill."""
        if not self._is_drill:
            self._thread.start()

    def offer(self, message: Message) -> bool:
        """Queue a message; False in a drill, or when the queue is full (counted in `refused`)."""
        if self._is_drill:
            return False
        try:
            self._waiting.put_nowait(message)
        except queue.Full:
            self.refused += 1
            return False
        return True

    def stop(self) -> None:
        """Stop; messages that wait are left."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                message = self._waiting.get(timeout=0.5)
            except queue.Empty:
                continue
            pause_s = FIRST_PAUSE_S
            while not self._send(self.url, message):
                if self._stop.wait(pause_s):
                    return
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            self.sent += 1
