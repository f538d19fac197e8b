"""Rescue: incidents and their append-only logs."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy import Connection

from haidang.api import show
from haidang.api.deps import TheActor, TheRoom
from haidang.api.operation import Operation, Step, may_create, operate, shown
from haidang.api.picture import time_of
from haidang.desk.actor import Actor
from haidang.desk.rescue.incident import Incident, add_line, allowed_actions, close, open_incident, strike_line
from haidang.store import incidents

router = APIRouter(prefix="/api/rescue/incidents", tags=["rescue"])


class Report(Operation):
    """Something happened."""

    kind: str = Field(max_length=40)
    title: str = Field(max_length=300)
    time: str | None = None
    certainty: str = Field(default="unconfirmed", max_length=40)
    place: str = Field(default="", max_length=300)
    lat_deg: float | None = None
    lon_deg: float | None = None
    vessel_id: str | None = Field(default=None, max_length=80)
    aboard_count: int | None = None
    missing_count: int | None = None
    lead: str = Field(default="", max_length=200)


class Line(Operation):
    """A line of the log."""

    text: str = Field(max_length=4000)
    time: str | None = None


class Strike(Operation):
    """Why a line is struck; its words stay readable."""

    reason: str = Field(max_length=1000)


class Closing(Step):
    """How it ended."""

    outcome: str = Field(max_length=40)
    note: str = Field(default="", max_length=4000)
    rescued_count: int | None = None
    missing_count: int | None = None


def _shown(incident: Incident, person: Actor) -> dict[str, Any]:
    return shown(incident, actions=allowed_actions(incident, person))


@router.get("")
def all_incidents(
    room: TheRoom, person: TheActor, state: Annotated[str | None, Query(pattern="^(open|closed)$")] = None
) -> dict[str, Any]:
    """Return incidents, open ones first."""
    with room.store.read() as conn:
        found = incidents.find(conn, state=state)
    return {"incidents": [_shown(one, person) for one in found], "actions": may_create(person, "rescue")}


@router.get("/{incident_id}")
def one_incident(incident_id: str, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Return an incident with its log and history."""
    with room.store.read() as conn:
        incident = incidents.load(conn, incident_id)
        log = incidents.lines(conn, incident_id)
        history = incidents.history(conn, incident_id)
    lines = [shown(line) for line in log]
    return {**_shown(incident, person), "log": lines, "history": [show.entry(line) for line in history]}


@router.post("", status_code=201)
def report(change: Report, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Open an incident."""

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        asked = Incident(
            incident_id=change.operation_id,
            state="open",
            time_us=time_of(change.time, "time") or now_us,
            opened_us=now_us,
            **change.model_dump(exclude={"operation_id", "time"}),
        )
        done = open_incident(asked, person, now_us=now_us)
        incidents.save(conn, done)
        return _shown(done.incident, person)

    return operate(room, person, "rescue.open", change, do)


@router.post("/{incident_id}/log", status_code=201)
def write_line(incident_id: str, change: Line, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Write a line into the log."""

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        incident = incidents.load(conn, incident_id)
        line = add_line(
            incident,
            change.operation_id,
            person,
            text=change.text,
            now_us=now_us,
            time_us=time_of(change.time, "time"),
        )
        incidents.add_line(conn, line)
        return shown(line)

    return operate(room, person, f"rescue.log/{incident_id}", change, do)


@router.post("/{incident_id}/log/{line_id}/strike")
def strike(incident_id: str, line_id: str, change: Strike, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Strike a line."""

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        line = strike_line(incidents.load_line(conn, line_id), person, reason=change.reason, now_us=now_us)
        incidents.strike_line(conn, line)
        return shown(line)

    return operate(room, person, f"rescue.strike/{incident_id}/{line_id}", change, do)


@router.post("/{incident_id}/close")
def close_incident(incident_id: str, change: Closing, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Close an incident with its outcome."""

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        done = close(
            incidents.load(conn, incident_id),
            person,
            now_us=now_us,
            **change.model_dump(exclude={"operation_id"}),
        )
        incidents.save(conn, done)
        return _shown(done.incident, person)

    return operate(room, person, f"rescue.close/{incident_id}", change, do)
