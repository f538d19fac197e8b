"""A human write, the same way in every room: one operation id, one transaction, one answer."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Connection

from haidang.api import show
from haidang.api.deps import WALL
from haidang.desk.actor import Actor
from haidang.live.room import Room
from haidang.store import operations


class Operation(BaseModel):
    """What every write carries: a UUID made by the client, new for each step."""

    operation_id: str = Field(max_length=60)


class Step(Operation):
    """A change of something that exists, based on the version the caller read."""

    base_version: int = Field(ge=1)


def operate(
    room: Room, person: Actor, kind: str, request: Operation, do: Callable[[Connection, int], dict[str, Any]]
) -> dict[str, Any]:
    """Do a write once: the same operation again gets the first answer and changes nothing.

    Args:
        room: where.
        person: who.
        kind: e.g. `gate.depart`; with the request it tells a repetition from a mistake.
        request: what was sent.
        do: makes the change on the connection at the given desk time and returns what the caller is shown.
    """
    with room.store.write() as conn:
        answer, _ = operations.once(
            conn,
            request.operation_id,
            kind=kind,
            actor=person,
            request=request.model_dump(mode="json"),
            now_us=WALL.now_us(),
            do=lambda: do(conn, room.clock.now_us()),
        )
    return answer


def may_create(person: Actor, capability: str) -> list[str]:
    """Return what this person may do with the list itself: write something new, or nothing."""
    return ["create"] if person.can(capability) else []


def shown(thing: object, **more: object) -> dict[str, Any]:
    """Return a desk value as JSON: fields named `x_us` become `x_time` in ISO 8601 (`time_us` becomes `time`)."""
    values: dict[str, Any] = {}
    for name, value in asdict(thing).items():  # type: ignore[call-overload]
        if name == "time_us":
            values["time"] = show.iso(value)
        elif name.endswith("_us"):
            values[f"{name.removesuffix('_us')}_time"] = show.iso(value)
        else:
            values[name] = list(value) if isinstance(value, tuple) else value
    return {**values, **more}
