"""Health and time: is the desk well, which mode is on, how fast does its clock run."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from haidang import __version__
from haidang.api import show
from haidang.api.deps import TheActor, TheHost, TheRoom, TheSession
from haidang.api.sessions import open_session
from haidang.core.errors import InvalidInput
from haidang.core.time import ScaledClock, format_iso
from haidang.desk.actor import require
from haidang.live.host import Host
from haidang.live.room import Room
from haidang.store import alerts, positions

router = APIRouter(prefix="/api", tags=["health"])
MAX_SPEED = 3600.0


class ClockChange(BaseModel):
    """What to change of the desk's clock."""

    speed: float | None = Field(default=None, ge=0, le=MAX_SPEED)
    playing: bool | None = None


class ModeChange(BaseModel):
    """Which mode to enter."""

    mode: str = Field(max_length=20)


@router.get("/health")
def health(room: TheRoom) -> dict[str, object]:
    """Return whether the desk is well; needs no login."""
    now_us = room.clock.now_us()
    with room.store.read() as conn:
        n_positions = positions.count(conn)
        n_alerts = alerts.count_unresolved(conn)
    states = [
        {"feed_id": f["feed_id"], "name": f["name"], "state": f["state"], "age_s": f["age_s"]}
        for f in (show.feed(health, now_us) for health in room.board.all())
    ]
    is_bad = any(f["state"] == "down" for f in states)
    return {
        "status": "degraded" if is_bad else "ok",
        "version": __version__,
        "drill": room.is_drill,
        "mode": room.mode,
        "feeds": states,
        "positions": n_positions,
        "vessels": len(room.picture),
        "open_alerts": n_alerts,
    }


def clock_state(host: Host, room: Room) -> dict[str, object]:
    """Return the clock as the screen shows it."""
    clock = room.clock
    speed = clock.speed if isinstance(clock, ScaledClock) else 1.0
    labels = {
        "drill": ("Diễn tập (tàu mô phỏng)", "Drill (simulated vessels)"),
        "recording": ("Bản ghi AIS thật", "Recorded real AIS"),
        "live": ("Thời gian thực", "Live"),
    }
    end_us = host.setting.end_us
    return {
        "now": format_iso(clock.now_us()),
        "mode": room.mode,
        "label_vi": host.setting.label_vi,
        "label_en": host.setting.label_en,
        "speed": speed,
        "playing": speed > 0,
        "drill": room.is_drill,
        "ended": end_us is not None and clock.now_us() >= end_us,
        "sources": [{"mode": m, "label_vi": labels[m][0], "label_en": labels[m][1]} for m in host.modes],
    }


@router.get("/clock")
def clock(host: TheHost, room: TheRoom, _actor: TheActor) -> dict[str, object]:
    """Return the desk's time, its speed, and which modes the menu offers."""
    return clock_state(host, room)


@router.post("/clock")
def change_clock(change: ClockChange, host: TheHost, room: TheRoom, person: TheActor) -> dict[str, object]:
    """Change the speed of a drill or a recording; the live clock cannot be changed."""
    require(person, "watch")
    if not isinstance(room.clock, ScaledClock):
        raise InvalidInput("the live desk follows the real time: its clock cannot be changed", code="live_clock")
    if change.playing is False:
        host.resume_speed = room.clock.speed or host.resume_speed
        room.clock.set_speed(0)
    elif change.speed is not None:
        room.clock.set_speed(change.speed)
    elif change.playing and room.clock.speed == 0:
        room.clock.set_speed(host.resume_speed)
    room.fanout.publish("clock", None)
    return clock_state(host, room)


@router.post("/mode")
def change_mode(
    change: ModeChange, host: TheHost, session: TheSession, request: Request, response: Response
) -> dict[str, object]:
    """Leave the mode that is on and enter another; the answer sets a session cookie of that mode."""
    require(session.account.actor, "watch")
    host.switch(change.mode, session.account.username)
    return {**open_session(host.room, response, request, session.account.username), **clock_state(host, host.room)}
