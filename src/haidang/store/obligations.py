"""Obligations as stored."""

from sqlalchemy import Connection

from haidang.desk.history import Entry
from haidang.desk.obligations.obligation import Obligation, ObligationChange
from haidang.store import rows
from haidang.store.tables import obligations

_KIND = "obligation"


def save(conn: Connection, change: ObligationChange) -> None:
    """Write an obligation after a step, with its history line.

    Raises:
        Conflict: the id is taken, or it was changed meanwhile.
    """
    rows.write(conn, obligations, change.obligation)
    rows.add_history(conn, _KIND, change.obligation.obligation_id, [change.entry])


def load(conn: Connection, obligation_id: str) -> Obligation:
    """Return one obligation.

    Raises:
        NotFound: there is none.
    """
    return rows.load(conn, obligations, Obligation, obligation_id)


def history(conn: Connection, obligation_id: str) -> list[Entry]:
    """Return its history, oldest first."""
    return rows.history_of(conn, _KIND, obligation_id)


def find(conn: Connection, *, state: str | None = None, limit: int = 500) -> list[Obligation]:
    """Return obligations, open ones first, then the nearest deadline, those without a date last."""
    c = obligations.c
    where = [] if state is None else [c.state == state]
    order = (c.state.desc(), c.deadline_us.is_(None), c.deadline_us, c.obligation_id)
    return rows.load_all(conn, obligations, Obligation, *where, order_by=order, limit=limit)
