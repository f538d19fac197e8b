"""The duty log as stored: added to, struck, never edited."""

from sqlalchemy import Connection, update

from haidang.desk.watch.log import LogEntry
from haidang.store import rows
from haidang.store.tables import log_entries


def add(conn: Connection, entry: LogEntry) -> None:
    """Append a line.

    Raises:
        Conflict: the id is taken.
    """
    rows.add(conn, log_entries, entry)


def strike(conn: Connection, entry: LogEntry) -> None:
    """Store a strike: only its three columns change, whatever else the caller's value says.

    Raises:
        Conflict: the line was struck meanwhile.
    """
    c = log_entries.c
    is_before = (c.entry_id == entry.entry_id) & c.struck_us.is_(None)
    values = {name: getattr(entry, name) for name in ("struck_us", "struck_by", "strike_reason", "version")}
    done = conn.execute(update(log_entries).where(is_before).values(values))
    rows.require_one(done.rowcount, "log entry", entry.entry_id)


def load(conn: Connection, entry_id: str) -> LogEntry:
    """Return one line.

    Raises:
        NotFound: there is none.
    """
    return rows.load(conn, log_entries, LogEntry, entry_id)


def find(
    conn: Connection, *, since_us: int | None = None, vessel_id: str | None = None, limit: int = 500
) -> list[LogEntry]:
    """Return the newest lines, newest first."""
    c = log_entries.c
    where = []
    if since_us is not None:
        where.append(c.time_us >= since_us)
    if vessel_id is not None:
        where.append(c.vessel_id == vessel_id)
    order = (c.time_us.desc(), c.recorded_us.desc(), c.entry_id)
    return rows.load_all(conn, log_entries, LogEntry, *where, order_by=order, limit=limit)
