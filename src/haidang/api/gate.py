"""The sea gate: departures and arrivals as a control post records them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy import Connection

from haidang.api import show
from haidang.api.deps import TheActor, TheRoom
from haidang.api.operation import Operation, Step, may_create, operate, shown
from haidang.api.picture import time_of
from haidang.core.errors import InvalidInput
from haidang.desk.actor import Actor
from haidang.desk.gate.movement import Movement, allowed_actions, arrive, depart
from haidang.store import movements

router = APIRouter(prefix="/api/gate/movements", tags=["gate"])


class Departure(Operation):
    """A boat leaves."""

    vessel_id: str = Field(min_length=1, max_length=80)
    port: str = Field(max_length=200)
    crew_count: int
    departure_time: str | None = None
    ground: str = Field(default="", max_length=200)
    planned_return_time: str | None = None
    is_device_alive: bool | None = None
    are_papers_in_order: bool | None = None
    note: str = Field(default="", max_length=4000)


class Arrival(Step):
    """A boat comes in."""

    arrival_time: str | None = None
    port: str | None = Field(default=None, max_length=200)
    crew_count: int | None = None
    note: str = Field(default="", max_length=4000)


def _shown(movement: Movement, person: Actor) -> dict[str, Any]:
    return shown(movement, actions=allowed_actions(movement, person))


@router.get("")
def all_movements(
    room: TheRoom,
    person: TheActor,
    state: Annotated[str | None, Query(pattern="^(at_sea|arrived)$")] = None,
    vessel_id: str | None = None,
) -> dict[str, Any]:
    """Return departures and arrivals, boats that are out first."""
    with room.store.read() as conn:
        found = movements.find(conn, state=state, vessel_id=vessel_id)
    return {"movements": [_shown(one, person) for one in found], "actions": may_create(person, "gate")}


@router.post("", status_code=201)
def record_departure(change: Departure, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Record a departure."""
    if room.picture.index_of(change.vessel_id) is None and not room.picture.has_card(change.vessel_id):
        raise InvalidInput(f"vessel {change.vessel_id!r} is not known: search for her, or write her into the register")
    label = show.label(room.picture.card(change.vessel_id))

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        asked = Movement(
            movement_id=change.operation_id,
            vessel_id=change.vessel_id,
            vessel_label=label,
            state="at_sea",
            port=change.port,
            departure_us=time_of(change.departure_time, "departure_time") or now_us,
            crew_count=change.crew_count,
            ground=change.ground,
            planned_return_us=time_of(change.planned_return_time, "planned_return_time"),
            is_device_alive=change.is_device_alive,
            are_papers_in_order=change.are_papers_in_order,
            note=change.note,
        )
        done = depart(asked, person, out=movements.out(conn, change.vessel_id), now_us=now_us)
        movements.save(conn, done)
        return _shown(done.movement, person)

    return operate(room, person, "gate.depart", change, do)


@router.post("/{movement_id}/arrive")
def record_arrival(movement_id: str, change: Arrival, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Record an arrival."""

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        done = arrive(
            movements.load(conn, movement_id),
            person,
            base_version=change.base_version,
            now_us=now_us,
            arrival_us=time_of(change.arrival_time, "arrival_time"),
            port=change.port,
            crew_count=change.crew_count,
            note=change.note,
        )
        movements.save(conn, done)
        return _shown(done.movement, person)

    return operate(room, person, f"gate.arrive/{movement_id}", change, do)
