"""The live socket: who watches gets a snapshot, then what changed; a slow screen gets the latest values, not a queue.

A browser sends cookies to any page's socket, so the Origin is checked before the door is opened (docs/api.md).
"""

import asyncio
import contextlib
from urllib.parse import urlsplit

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from haidang.api import show
from haidang.api.alerts import ordered
from haidang.api.deps import COOKIE, WALL
from haidang.api.feeds import feeds_state
from haidang.api.health import clock_state
from haidang.api.warnings import warnings_state
from haidang.core.time import MINUTE_US, monotonic_s
from haidang.desk.actor import Actor
from haidang.live.fanout import Delta, Subscriber
from haidang.live.host import Host
from haidang.live.room import Room
from haidang.store import accounts, alerts

router = APIRouter()
#: A screen that has nothing new still hears the clock this often.
BEAT_S = 10.0
#: Frames are not sent more often than this; in between changes are merged.
FRAME_EVERY_S = 0.2
SESSION_CHECK_S = 60.0
#: The alerts' order is looked at anew after a minute of the desk's clock, but not more often than this.
ORDER_EVERY_S = 10.0
NOT_LOGGED_IN, BAD_ORIGIN, MODE_CHANGED = 4401, 4403, 4410


def is_own_origin(origin: str | None, host: str | None) -> bool:
    """Return whether a page of this desk asks; programs send no Origin and bring the cookie by hand."""
    return origin is None or urlsplit(origin).netloc == host


@router.websocket("/api/live")
async def live(socket: WebSocket, since: int | None = None) -> None:
    """Serve one screen until it goes away, its session ends, or the mode changes."""
    host = socket.app.state.host
    if not isinstance(host, Host):
        await socket.close(NOT_LOGGED_IN, "no desk")
        return
    room = host.room
    await socket.accept()
    if not is_own_origin(socket.headers.get("origin"), socket.headers.get("host")):
        await socket.close(BAD_ORIGIN, "origin")
        return
    secret = socket.cookies.get(COOKIE, "")
    person = await run_in_threadpool(_actor, room, secret)
    if person is None:
        await socket.close(NOT_LOGGED_IN, "not logged in")
        return
    subscriber, is_resumed = room.fanout.subscribe(since)
    if subscriber.is_reset:
        await socket.close(MODE_CHANGED, "the mode is changing")
        return
    screen = Screen(socket, host, room, person, subscriber)
    reader = asyncio.create_task(screen.read())
    try:
        await screen.greet(is_resumed=is_resumed)
        await screen.follow(reader, secret)
    except (WebSocketDisconnect, RuntimeError):
        # Starlette raises RuntimeError when the other side is gone between two sends.
        pass
    finally:
        room.fanout.unsubscribe(subscriber)
        reader.cancel()
        with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
            await reader


def _actor(room: Room, secret: str) -> Actor | None:
    with room.store.read() as conn:
        session = accounts.check_session(conn, secret, now_us=WALL.now_us()) if secret else None
    return session.account.actor if session else None


class Screen:
    """One open socket."""

    def __init__(self, socket: WebSocket, host: Host, room: Room, person: Actor, subscriber: Subscriber) -> None:
        self._socket = socket
        self._host = host
        self._room = room
        self._person = person
        self._subscriber = subscriber
        #: Alert id -> (version, reason for its place) as this screen was last told, and when.
        self._told: dict[str, tuple[object, object]] = {}
        self._ordered_us, self._ordered_s = 0, 0.0

    async def read(self) -> None:
        """Answer pings until the screen goes away."""
        while True:
            try:
                message = await self._socket.receive_json()
            except (ValueError, KeyError):
                # Not JSON, or a binary frame: nothing a screen of ours would send.
                continue
            if isinstance(message, dict) and message.get("type") == "ping":
                await self._socket.send_json({"type": "pong"})

    async def greet(self, *, is_resumed: bool) -> None:
        """Say hello and, unless the screen resumes, send everything once."""
        room = self._room
        hello = {
            "type": "hello",
            "seq": self._subscriber.seq,
            "mode": room.mode,
            "drill": room.is_drill,
            "clock": clock_state(self._host, room),
            "resumed": is_resumed,
        }
        await self._socket.send_json(hello)
        if not is_resumed:
            await self._socket.send_json(await run_in_threadpool(self._snapshot))
        await self._socket.send_bytes(await run_in_threadpool(self._frame, None))

    async def follow(self, reader: "asyncio.Task[None]", secret: str) -> None:
        """Send what changes."""
        checked_s = monotonic_s()
        while not reader.done():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._subscriber.woken.wait(), BEAT_S)
            self._subscriber.woken.clear()
            if self._subscriber.is_reset:
                await self._socket.close(MODE_CHANGED, "the mode changed")
                return
            if monotonic_s() - checked_s > SESSION_CHECK_S:
                checked_s = monotonic_s()
                if await run_in_threadpool(_actor, self._room, secret) is None:
                    await self._socket.close(NOT_LOGGED_IN, "the session is over")
                    return
            await self._send_changes()
            await asyncio.sleep(FRAME_EVERY_S)

    async def _send_changes(self) -> None:
        deltas = self._room.fanout.after(self._subscriber)
        if deltas is None:
            # The ring no longer holds what this screen missed: start anew.
            self._subscriber.seq = self._room.fanout.seq
            await self._socket.send_json(await run_in_threadpool(self._snapshot))
            await self._socket.send_bytes(await run_in_threadpool(self._frame, None))
            return
        for message in await run_in_threadpool(self._messages, deltas):
            await self._socket.send_json(message)
        dirty = self._subscriber.take_dirty()
        if dirty:
            await self._socket.send_bytes(await run_in_threadpool(self._frame, dirty))
        elif not deltas:
            await self._socket.send_json({"type": "clock", "seq": self._subscriber.seq, **self._clock()})

    def _clock(self) -> dict[str, object]:
        return {"clock": clock_state(self._host, self._room)}

    def _frame(self, numbers: list[int] | None) -> bytes:
        return self._room.picture.frame(numbers, seq=self._subscriber.seq, now_us=self._room.clock.now_us())

    def _snapshot(self) -> dict[str, object]:
        room = self._room
        return {
            "type": "snapshot",
            "seq": self._subscriber.seq,
            "vessels": [
                show.card_on_picture(i, room.picture.card(v)) for i, v in enumerate(list(room.picture.vessel_ids))
            ],
            "alerts": self._listed(),
            **warnings_state(room),
            **feeds_state(room),
        }

    def _is_order_due(self) -> bool:
        """Return whether time alone may have changed an alert's place or the minutes in the reason for it."""
        is_later = self._room.clock.now_us() - self._ordered_us >= MINUTE_US
        return is_later and monotonic_s() - self._ordered_s >= ORDER_EVERY_S

    def _listed(self) -> list[dict[str, object]]:
        """Return the unresolved alerts in order and note what this screen is told of them."""
        with self._room.store.read() as conn:
            found = alerts.unresolved(conn)
        listed = ordered(self._room, self._person, found)
        self._ordered_us, self._ordered_s = self._room.clock.now_us(), monotonic_s()
        self._told = {str(a["alert_id"]): (a["version"], a["order_reason_vi"]) for a in listed}
        return listed

    def _alerts(self, changed: set[str]) -> dict[str, object]:
        """Return the alerts that read otherwise than when this screen was told, those gone, and the order of all."""
        told = self._told
        listed = self._listed()
        return {
            "upsert": [a for a in listed if (i := str(a["alert_id"])) in changed or told.get(i) != self._told[i]],
            "remove": sorted((changed | told.keys()) - self._told.keys()),
            "order": [a["alert_id"] for a in listed],
        }

    def _messages(self, deltas: list[Delta]) -> list[dict[str, object]]:
        """Return the deltas as messages; of lists that are sent whole only the newest is sent."""
        room = self._room
        kinds = {delta.kind for delta in deltas}
        seq = deltas[-1].seq if deltas else self._subscriber.seq
        messages: list[dict[str, object]] = []
        numbers = sorted({n for d in deltas if d.kind == "vessels" and isinstance(d.payload, list) for n in d.payload})
        if numbers:
            cards = [show.card_on_picture(i, room.picture.card(room.picture.vessel_ids[i])) for i in numbers]
            messages.append({"type": "vessels", "seq": seq, "upsert": cards})
        if "alerts" in kinds or self._is_order_due():
            changed = {
                a.alert_id for d in deltas if d.kind == "alerts" and isinstance(d.payload, list) for a in d.payload
            }
            messages.append({"type": "alerts", "seq": seq, **self._alerts(changed)})
        if "warnings" in kinds:
            state = warnings_state(room)
            messages.append({"type": "warnings", "seq": seq, "all": state["warnings"]})
        if "feeds" in kinds:
            messages.append({"type": "feeds", "seq": seq, **feeds_state(room)})
        if kinds & {"feeds", "clock"}:
            messages.append({"type": "clock", "seq": seq, **self._clock()})
        if "mode" in kinds:
            messages.append({"type": "mode", "seq": seq, "mode": next(d.payload for d in deltas if d.kind == "mode")})
        return messages
