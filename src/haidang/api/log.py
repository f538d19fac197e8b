"""The duty log: lines are written and struck, never edited."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy import Connection

from haidang.api.deps import TheActor, TheRoom
from haidang.api.operation import Operation, Step, may_create, operate, shown
from haidang.api.picture import time_of
from haidang.desk.actor import Actor
from haidang.desk.watch.log import LogEntry, allowed_actions, strike, write
from haidang.store import duty_log

router = APIRouter(prefix="/api/log", tags=["log"])


class Line(Operation):
    """A line for the log."""

    text: str = Field(max_length=4000)
    time: str | None = None
    vessel_id: str | None = Field(default=None, max_length=80)
    alert_id: str | None = Field(default=None, max_length=40)


class Strike(Step):
    """Why a line is struck."""

    reason: str = Field(max_length=1000)


def _shown(entry: LogEntry, person: Actor) -> dict[str, Any]:
    return shown(entry, actions=allowed_actions(entry, person))


@router.get("")
def all_lines(
    room: TheRoom,
    person: TheActor,
    since: str | None = None,
    vessel_id: str | None = None,
    limit: Annotated[int, Query(ge=1, le=2000)] = 500,
) -> dict[str, Any]:
    """Return the log, newest first; struck lines too."""
    with room.store.read() as conn:
        found = duty_log.find(conn, since_us=time_of(since, "since"), vessel_id=vessel_id, limit=limit)
    return {"entries": [_shown(one, person) for one in found], "actions": may_create(person, "watch")}


@router.post("", status_code=201)
def write_line(change: Line, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Write a line."""

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        entry = write(
            change.operation_id,
            person,
            text=change.text,
            now_us=now_us,
            time_us=time_of(change.time, "time"),
            vessel_id=change.vessel_id,
            alert_id=change.alert_id,
        )
        duty_log.add(conn, entry)
        return _shown(entry, person)

    return operate(room, person, "log.write", change, do)


@router.post("/{entry_id}/strike")
def strike_line(entry_id: str, change: Strike, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Strike a line; its words stay readable."""

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        entry = duty_log.load(conn, entry_id)
        done = strike(entry, person, reason=change.reason, base_version=change.base_version, now_us=now_us)
        duty_log.strike(conn, done)
        return _shown(done, person)

    return operate(room, person, f"log.strike/{entry_id}", change, do)
