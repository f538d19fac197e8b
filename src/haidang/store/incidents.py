"""Incidents and their logs as stored."""

from sqlalchemy import Connection, update

from haidang.desk.history import Entry
from haidang.desk.rescue.incident import Incident, IncidentChange, IncidentLine
from haidang.store import rows
from haidang.store.tables import incident_log, incidents

_KIND = "incident"


def save(conn: Connection, change: IncidentChange) -> None:
    """Write an incident after a step, with its history line.

    Raises:
        Conflict: the id is taken, or it was changed meanwhile.
    """
    rows.write(conn, incidents, change.incident)
    rows.add_history(conn, _KIND, change.incident.incident_id, [change.entry])


def add_line(conn: Connection, line: IncidentLine) -> None:
    """Append a line to an incident's log.

    Raises:
        Conflict: the id is taken.
    """
    rows.add(conn, incident_log, line)


def strike_line(conn: Connection, line: IncidentLine) -> None:
    """Store a strike; the line's words stay.

    Raises:
        Conflict: it was struck meanwhile.
    """
    c = incident_log.c
    values = {name: getattr(line, name) for name in ("struck_us", "struck_by", "strike_reason")}
    done = conn.execute(update(incident_log).where(c.line_id == line.line_id, c.struck_us.is_(None)).values(values))
    rows.require_one(done.rowcount, "line", line.line_id)


def load(conn: Connection, incident_id: str) -> Incident:
    """Return one incident.

    Raises:
        NotFound: there is none.
    """
    return rows.load(conn, incidents, Incident, incident_id)


def load_line(conn: Connection, line_id: str) -> IncidentLine:
    """Return one line of a log.

    Raises:
        NotFound: there is none.
    """
    return rows.load(conn, incident_log, IncidentLine, line_id)


def lines(conn: Connection, incident_id: str) -> list[IncidentLine]:
    """Return an incident's log, oldest first."""
    c = incident_log.c
    order = (c.time_us, c.recorded_us, c.line_id)
    return rows.load_all(conn, incident_log, IncidentLine, c.incident_id == incident_id, order_by=order)


def history(conn: Connection, incident_id: str) -> list[Entry]:
    """Return its history, oldest first."""
    return rows.history_of(conn, _KIND, incident_id)


def find(conn: Connection, *, state: str | None = None, limit: int = 500) -> list[Incident]:
    """Return incidents, open ones first, then the latest."""
    c = incidents.c
    where = [] if state is None else [c.state == state]
    order = (c.state.desc(), c.time_us.desc(), c.incident_id)
    return rows.load_all(conn, incidents, Incident, *where, order_by=order, limit=limit)
