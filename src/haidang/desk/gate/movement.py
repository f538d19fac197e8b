"""The sea gate: a boat's departure, written down in a minute, and her arrival, which ends it.

Who is overdue is the difference between the two; so a boat is out once at most, and her arrival is of that departure.
Crew is a number: names are on the port's own list.
"""

from dataclasses import dataclass, replace

from haidang.core.errors import IllegalTransition, InvalidInput
from haidang.core.time import DAY_US, format_iso
from haidang.desk.actor import Actor, require, require_version
from haidang.desk.history import Entry
from haidang.desk.text import MAX_LINE, count_of, written

STATES: tuple[str, ...] = ("at_sea", "arrived")
#: The largest fishing boats carry some 60; a passenger boat more.
_MAX_CREW = 1000
#: Longest trips seen are squid jiggers' of two months.
_MAX_TRIP_US = 180 * DAY_US


@dataclass(frozen=True, slots=True)
class Movement:
    """One outing of one vessel.

    Attributes:
        departure_us, planned_return_us, arrival_us: UTC microseconds; None is not known, or not yet.
        ground: where she means to work, in words.
        is_device_alive, are_papers_in_order: what the post saw; None is not looked at.
    """

    movement_id: str
    vessel_id: str
    vessel_label: str
    state: str
    port: str
    departure_us: int
    crew_count: int
    ground: str = ""
    planned_return_us: int | None = None
    is_device_alive: bool | None = None
    are_papers_in_order: bool | None = None
    note: str = ""
    arrival_us: int | None = None
    arrival_port: str | None = None
    arrival_crew_count: int | None = None
    arrival_note: str = ""
    version: int = 1

    def is_overdue(self, now_us: int) -> bool:
        """Return whether she should have been back."""
        return self.state == "at_sea" and self.planned_return_us is not None and now_us > self.planned_return_us

    @property
    def is_crew_different(self) -> bool:
        """Return whether another number came back than sailed: somebody has to ask why."""
        return self.arrival_crew_count is not None and self.arrival_crew_count != self.crew_count


@dataclass(frozen=True, slots=True)
class MovementChange:
    """A movement after a step, with its history line."""

    movement: Movement
    entry: Entry


def allowed_actions(movement: Movement, person: Actor) -> list[str]:
    """Return what this person may do with the movement now."""
    return ["arrive"] if movement.state == "at_sea" and person.can("gate") else []


def depart(movement: Movement, person: Actor, *, out: Movement | None, now_us: int) -> MovementChange:
    """Write a departure down.

    Args:
        movement: as filled in at the post; its state and version are set here.
        person: who writes.
        out: the vessel's movement that is not ended yet, if there is one.
        now_us: when it is written.

    Raises:
        NotAllowed: no role of the gate.
        IllegalTransition: she is out already.
        InvalidInput: an empty vessel or port, an impossible crew or time.
    """
    require(person, "gate")
    if out is not None:
        raise IllegalTransition(
            f"{movement.vessel_label or movement.vessel_id} is out since {format_iso(out.departure_us)} "
            f"(from {out.port}): write her arrival first",
            movement_id=out.movement_id,
        )
    written(movement.vessel_id, "vessel_id", max_length=MAX_LINE)
    crew = count_of(movement.crew_count, "crew_count", most=_MAX_CREW)
    planned_us = movement.planned_return_us
    if planned_us is not None and not movement.departure_us < planned_us <= movement.departure_us + _MAX_TRIP_US:
        raise InvalidInput(
            "planned_return: expected after the departure and within 180 days of it", field="planned_return"
        )
    ready = replace(
        movement, state="at_sea", version=1, port=written(movement.port, "port", max_length=MAX_LINE),
        crew_count=crew or 0, arrival_us=None, arrival_port=None, arrival_crew_count=None, arrival_note="",
    )  # fmt: skip
    return MovementChange(ready, Entry(now_us, person.username, "depart", movement.note, "", "at_sea"))


def arrive(
    movement: Movement,
    person: Actor,
    *,
    base_version: int,
    now_us: int,
    arrival_us: int | None = None,
    port: str | None = None,
    crew_count: int | None = None,
    note: str = "",
) -> MovementChange:
    """Write the arrival down; without a time it is now, without a port the one she left.

    Raises:
        NotAllowed, Conflict: no role of the gate; changed meanwhile.
        IllegalTransition: she has arrived already.
        InvalidInput: an arrival before the departure, or an impossible crew.
    """
    require(person, "gate")
    require_version(movement.version, base_version, f"movement {movement.movement_id}")
    if movement.state != "at_sea":
        raise IllegalTransition(f"movement {movement.movement_id}: she has arrived already", state=movement.state)
    came_us = now_us if arrival_us is None else arrival_us
    if came_us < movement.departure_us:
        raise InvalidInput(
            f"arrival {format_iso(came_us)}: it is before the departure {format_iso(movement.departure_us)}",
            field="arrival",
        )
    done = replace(
        movement, state="arrived", arrival_us=came_us, arrival_port=(port or movement.port).strip(),
        arrival_crew_count=count_of(crew_count, "crew_count", most=_MAX_CREW), arrival_note=note.strip(),
        version=movement.version + 1,
    )  # fmt: skip
    return MovementChange(done, Entry(now_us, person.username, "arrive", note, "at_sea", "arrived"))
