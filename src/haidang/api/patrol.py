"""Patrol: border markers, their condition and when they are due."""

from typing import Any

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import Connection

from haidang.api import show
from haidang.api.deps import TheActor, TheRoom
from haidang.api.operation import Operation, Step, may_create, operate, shown
from haidang.api.picture import time_of
from haidang.desk.actor import Actor
from haidang.desk.patrol.marker import Marker, allowed_actions, inspect, write_down
from haidang.live.room import Room
from haidang.store import markers

router = APIRouter(prefix="/api/patrol/markers", tags=["patrol"])


class MarkerEntry(Operation):
    """A marker is written into the register."""

    number: str = Field(max_length=40)
    kind: str = Field(default="main", max_length=20)
    pair_number: str = Field(default="", max_length=40)
    section: str = Field(default="", max_length=200)
    keeper_group: str = Field(default="", max_length=200)
    access: str = Field(default="", max_length=1000)
    lat_deg: float | None = None
    lon_deg: float | None = None
    interval_days: int = 90


class Inspection(Step):
    """Somebody was there."""

    condition: str = Field(max_length=40)
    time: str | None = None
    note: str = Field(default="", max_length=4000)


def _shown(marker: Marker, person: Actor, room: Room) -> dict[str, Any]:
    due_us = marker.due_us
    is_overdue = due_us is None or due_us < room.clock.now_us()
    return shown(marker, due_time=show.iso(due_us), is_overdue=is_overdue, actions=allowed_actions(marker, person))


@router.get("")
def all_markers(room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Return every marker, the longest overdue first."""
    with room.store.read() as conn:
        found = markers.find(conn)
    return {"markers": [_shown(one, person, room) for one in found], "actions": may_create(person, "patrol")}


@router.get("/{marker_id}")
def one_marker(marker_id: str, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Return a marker with its inspections and history."""
    with room.store.read() as conn:
        marker = markers.load(conn, marker_id)
        seen = markers.inspections_of(conn, marker_id)
        history = markers.history(conn, marker_id)
    shown_seen = [shown(one) for one in seen]
    lines = [show.entry(line) for line in history]
    return {**_shown(marker, person, room), "inspections": shown_seen, "history": lines}


@router.post("", status_code=201)
def write_marker(change: MarkerEntry, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Write a marker into the register."""

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        asked = Marker(marker_id=change.operation_id, **change.model_dump(exclude={"operation_id"}))
        done = write_down(asked, person, now_us=now_us)
        markers.save(conn, done)
        return _shown(done.marker, person, room)

    return operate(room, person, "patrol.marker", change, do)


@router.post("/{marker_id}/inspect")
def inspect_marker(marker_id: str, change: Inspection, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Record an inspection."""

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        done = inspect(
            markers.load(conn, marker_id),
            change.operation_id,
            person,
            condition=change.condition,
            base_version=change.base_version,
            now_us=now_us,
            time_us=time_of(change.time, "time"),
            note=change.note,
        )
        markers.save(conn, done)
        return _shown(done.marker, person, room)

    return operate(room, person, f"patrol.inspect/{marker_id}", change, do)
