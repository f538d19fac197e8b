"""Departures and arrivals as stored."""

from sqlalchemy import ColumnElement, Connection

from haidang.desk.gate.movement import Movement, MovementChange
from haidang.desk.history import Entry
from haidang.store import rows
from haidang.store.tables import movements

_KIND = "movement"


def save(conn: Connection, change: MovementChange) -> None:
    """Write a movement after a step, with its history line.

    Raises:
        Conflict: the id is taken, or it was changed meanwhile.
    """
    rows.write(conn, movements, change.movement)
    rows.add_history(conn, _KIND, change.movement.movement_id, [change.entry])


def load(conn: Connection, movement_id: str) -> Movement:
    """Return one movement.

    Raises:
        NotFound: there is none.
    """
    return rows.load(conn, movements, Movement, movement_id)


def history(conn: Connection, movement_id: str) -> list[Entry]:
    """Return its history, oldest first."""
    return rows.history_of(conn, _KIND, movement_id)


def out(conn: Connection, vessel_id: str) -> Movement | None:
    """Return the vessel's movement that is not ended; None if she is in."""
    c = movements.c
    found = rows.load_all(conn, movements, Movement, c.vessel_id == vessel_id, c.state == "at_sea", limit=1)
    return found[0] if found else None


def find(
    conn: Connection, *, state: str | None = None, vessel_id: str | None = None, limit: int = 500
) -> list[Movement]:
    """Return movements, latest departure first."""
    c = movements.c
    where: list[ColumnElement[bool]] = []
    if state is not None:
        where.append(c.state == state)
    if vessel_id is not None:
        where.append(c.vessel_id == vessel_id)
    return rows.load_all(
        conn, movements, Movement, *where, order_by=(c.departure_us.desc(), c.movement_id), limit=limit
    )
