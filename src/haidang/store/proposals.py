"""Proposals as stored."""

from sqlalchemy import Connection

from haidang.desk.history import Entry
from haidang.desk.obligations.proposal import Proposal, ProposalChange
from haidang.store import rows
from haidang.store.tables import proposals

_KIND = "proposal"


def save(conn: Connection, change: ProposalChange) -> None:
    """Write a proposal after a step, with its history line.

    Raises:
        Conflict: the id is taken, or it was changed meanwhile.
    """
    rows.write(conn, proposals, change.proposal)
    rows.add_history(conn, _KIND, change.proposal.proposal_id, [change.entry])


def load(conn: Connection, proposal_id: str) -> Proposal:
    """Return one proposal.

    Raises:
        NotFound: there is none.
    """
    return rows.load(conn, proposals, Proposal, proposal_id)


def history(conn: Connection, proposal_id: str) -> list[Entry]:
    """Return its history, oldest first."""
    return rows.history_of(conn, _KIND, proposal_id)


def find(conn: Connection, *, state: str | None = None, limit: int = 500) -> list[Proposal]:
    """Return proposals, waiting ones first, then the nearest deadline, those without a date last."""
    c = proposals.c
    where = [] if state is None else [c.state == state]
    order = (c.state != "waiting", c.deadline_us.is_(None), c.deadline_us, c.proposal_id)
    return rows.load_all(conn, proposals, Proposal, *where, order_by=order, limit=limit)
