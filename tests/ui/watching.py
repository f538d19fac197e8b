"""Pages that are watched: what the browser complains about, and whom it asks, is evidence in every test."""

import base64
import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    WebError,
    WebSocket,
    WebSocketRoute,
    expect,
)
from running import Desk, Officer

#: Chromium on a machine without a graphics card says this of every map.
_ALWAYS_ALLOWED = re.compile(r"GPU stall due to ReadPixels|GL Driver Message|GroupMarkerNotSet|WebGL.*software")
_AXE = Path(__file__).resolve().parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
_GRAVE = {"serious", "critical"}
_COUNT_COLOURS = """async (png) => {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const paper = canvas.getContext("2d");
  paper.drawImage(picture, 0, 0);
  const pixels = new Uint32Array(paper.getImageData(0, 0, picture.width, picture.height).data.buffer);
  const colours = new Set(pixels);
  let light = 0;
  for (const pixel of pixels) light += (pixel & 255) + ((pixel >> 8) & 255) + ((pixel >> 16) & 255);
  return { colours: colours.size, brightness: light / pixels.length / 3 };
}"""


class Screens:
    """Opens pages of a desk and hears everything the browser complains about."""

    def __init__(self, browser: Browser, kinds: dict[str, Any]) -> None:
        self._browser = browser
        self._kinds = kinds
        self._contexts: list[BrowserContext] = []
        self._allowed: list[re.Pattern[str]] = [_ALWAYS_ALLOWED]
        self.complaints: list[str] = []
        self.outside: list[str] = []

    def allow(self, pattern: str) -> None:
        """Accept complaints that match: the test brings them about on purpose."""
        self._allowed.append(re.compile(pattern))

    def context(self, desk: Desk, *, logged_in: bool = True, **kinds: Any) -> BrowserContext:
        """Return a browser profile of its own, as another person at another machine has."""
        if logged_in:
            kinds["storage_state"] = _signed_in(desk)
        made = self._browser.new_context(**{**self._kinds, **kinds})
        self._contexts.append(made)
        made.on("console", self._console)
        made.on("weberror", self._error)
        made.on("request", lambda request: self._request(desk, request))
        made.on("page", lambda page: page.on("websocket", lambda socket: self._socket(desk, socket)))
        return made

    def open(self, desk: Desk, path: str = "/", **kinds: Any) -> Page:
        """Open the desk as somebody who is logged in, and wait until it shows the picture."""
        page = self.context(desk, **kinds).new_page()
        page.goto(desk.url + path)
        wait_for_picture(page)
        return page

    def open_wired(self, desk: Desk, path: str = "/", **kinds: Any) -> tuple[Page, "Wire"]:
        """Open the desk with a hand on its wire."""
        page = self.context(desk, **kinds).new_page()
        wire = Wire(page)
        page.goto(desk.url + path)
        wait_for_picture(page)
        return page, wire

    def close(self) -> None:
        """Close every profile."""
        for context in self._contexts:
            context.close()

    def verdict(self) -> list[str]:
        """Return the complaints that nobody allowed."""
        return [line for line in self.complaints if not any(a.search(line) for a in self._allowed)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning", "assert"}:
            self.complaints.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _error(self, error: WebError) -> None:
        self.complaints.append(f"page error: {error.error}")

    def _request(self, desk: Desk, request: Request) -> None:
        if not request.url.startswith((desk.url + "/", "data:", f"blob:{desk.url}/")):
            self.outside.append(request.url)

    def _socket(self, desk: Desk, socket: WebSocket) -> None:
        if not socket.url.startswith(desk.url.replace("http", "ws", 1) + "/"):
            self.outside.append(socket.url)


def _signed_in(desk: Desk) -> dict[str, Any]:
    """Return what the browser of an officer who signed in before has kept."""
    with Officer(desk) as officer:
        secret = officer.client.cookies["haidang_session"]
    cookie = {
        "name": "haidang_session", "value": secret, "domain": "127.0.0.1", "path": "/", "expires": -1,
        "httpOnly": True, "secure": False, "sameSite": "Strict",
    }  # fmt: skip
    hint = {"origin": desk.url, "localStorage": [{"name": "haidang.signed-in", "value": "1"}]}
    return {"cookies": [cookie], "origins": [hint]}


class Wire:
    """The live wire of a page, through our hands: it can be hushed, and made to say what the sea has not done yet."""

    def __init__(self, page: Page) -> None:
        self.is_hushed = False
        self.frames: list[bytes] = []
        self._socket: WebSocketRoute | None = None
        page.route_web_socket(re.compile("/api/live"), self._join)

    def _join(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.connect_to_server().on_message(self._pass_on)

    def _pass_on(self, message: str | bytes) -> None:
        assert self._socket is not None
        if isinstance(message, bytes):
            self.frames.append(message)
        if not self.is_hushed:
            self._socket.send(message)

    def say(self, message: dict[str, Any]) -> None:
        """Tell the page something, as the server would."""
        assert self._socket is not None
        self._socket.send(json.dumps(message))


def wait_for_picture(page: Page) -> None:
    """Wait until the wire has said which mode runs and the picture has come."""
    expect(page.locator("header.top .stripes strong")).to_be_visible()
    expect(page.locator(".banner")).to_have_count(0)


def axe_findings(page: Page) -> list[str]:
    """Return axe-core's serious and critical findings on the page as it stands, one line each.

    Source: https://github.com/dequelabs/axe-core, from ui/node_modules; run through the debugger, so the desk's content
    policy stays as strict as it is.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"
    )
    return [
        f"{one['impact']} {one['id']}: {json.dumps(node['target'])} {node['failureSummary'].splitlines()[-1].strip()}"
        for one in found
        if one["impact"] in _GRAVE
        for node in one["nodes"]
    ]


def look(blank: Page, picture: bytes) -> tuple[int, float]:
    """Return how many colours a PNG has and how bright it is on average (0 to 255), decoded in a blank page."""
    seen = blank.evaluate(_COUNT_COLOURS, base64.b64encode(picture).decode())
    return int(seen["colours"]), float(seen["brightness"])


def first_alert(page: Page) -> Locator:
    """Return the card of whoever needs somebody next."""
    return page.get_by_role("button", name=re.compile(r"^(khẩn|cao|chú ý|critical|high|notice): "))


def drawer(page: Page) -> Locator:
    """Return the drawer of whatever is open."""
    return page.locator("aside.drawer")
