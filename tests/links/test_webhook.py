import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from haidang.core.errors import InvalidInput
from haidang.links.webhook import Message, Webhook


class Receiver(HTTPServer):
    """Refuses the first request, takes the others, and remembers what it got."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict]] = []
        self.done = threading.Event()
        super().__init__(("127.0.0.1", 0), Answer)


class Answer(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append((self.headers["Idempotency-Key"], body))
        self.send_response(503 if len(self.server.got) == 1 else 204)
        self.end_headers()
        if len(self.server.got) == 2:
            self.server.done.set()

    def log_message(self, *_args: object) -> None:
        pass


def test_tries_again_with_the_same_id() -> None:
    receiver = Receiver()
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    hook = Webhook(f"http://127.0.0.1:{receiver.server_port}/alerts", is_drill=False)
    hook.start()
    try:
        assert hook.offer(Message("a1", {"title": "Mất tín hiệu"}))
        assert receiver.done.wait(10)
    finally:
        hook.stop()
        receiver.shutdown()
        receiver.server_close()
    assert receiver.got == [("a1", {"title": "Mất tín hiệu"})] * 2


def test_nothing_leaves_in_a_drill() -> None:
    sent: list[Message] = []
    hook = Webhook("http://127.0.0.1:9/", is_drill=True, send=lambda _url, m: bool(sent.append(m)) or True)
    hook.start()
    assert not hook.offer(Message("a1", {}))
    hook.stop()
    assert sent == []


def test_other_schemes_are_refused() -> None:
    with pytest.raises(InvalidInput, match="file:///etc"):
        Webhook("file:///etc/passwd", is_drill=False)
