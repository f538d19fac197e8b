"""Border markers and their inspections as stored."""

from sqlalchemy import Connection

from haidang.desk.history import Entry
from haidang.desk.patrol.marker import Inspection, Marker, MarkerChange
from haidang.store import rows
from haidang.store.tables import inspections, markers

_KIND = "marker"


def save(conn: Connection, change: MarkerChange) -> None:
    """Write a marker after a step, with its history line and its inspection if there was one.

    Raises:
        Conflict: an id is taken, or the marker was changed meanwhile.
    """
    rows.write(conn, markers, change.marker)
    if change.inspection is not None:
        rows.add(conn, inspections, change.inspection)
    rows.add_history(conn, _KIND, change.marker.marker_id, [change.entry])


def load(conn: Connection, marker_id: str) -> Marker:
    """Return one marker.

    Raises:
        NotFound: there is none.
    """
    return rows.load(conn, markers, Marker, marker_id)


def inspections_of(conn: Connection, marker_id: str) -> list[Inspection]:
    """Return a marker's inspections, latest first."""
    c = inspections.c
    order = (c.time_us.desc(), c.inspection_id)
    return rows.load_all(conn, inspections, Inspection, c.marker_id == marker_id, order_by=order)


def history(conn: Connection, marker_id: str) -> list[Entry]:
    """Return its history, oldest first."""
    return rows.history_of(conn, _KIND, marker_id)


def find(conn: Connection) -> list[Marker]:
    """Return every marker, the longest due first (never seen before all)."""
    found = rows.load_all(conn, markers, Marker, order_by=(markers.c.number, markers.c.marker_id))
    return sorted(found, key=lambda marker: (marker.due_us is not None, marker.due_us or 0))
