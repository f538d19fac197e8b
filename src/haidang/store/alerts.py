"""Alerts and their histories, as stored."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update

from haidang.core.errors import NotFound
from haidang.desk.history import Entry
from haidang.desk.watch.alert import Alert, AlertChange, Wording
from haidang.store.rows import add_history, history_of, require_one, to_row
from haidang.store.tables import alerts

_KIND = "alert"


def save(conn: Connection, changes: Iterable[AlertChange]) -> None:
    """Write alerts after a step, with their history lines. Several steps of one alert may stand in order.

    Raises:
        Conflict: the stored version is not the one before; nothing of the transaction may be kept then.
    """
    for change in changes:
        row = to_row(change.alert)
        if change.alert.version == 1:
            conn.execute(insert(alerts), row)
        else:
            a = alerts.c
            is_before = (a.alert_id == change.alert.alert_id) & (a.version == change.alert.version - 1)
            done = conn.execute(update(alerts).where(is_before).values(row))
            require_one(done.rowcount, "alert", change.alert.alert_id)
        add_history(conn, _KIND, change.alert.alert_id, change.entries)


def load(conn: Connection, alert_id: str) -> Alert:
    """Return one alert.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(select(alerts).where(alerts.c.alert_id == alert_id)).mappings().first()
    if row is None:
        raise NotFound(f"no alert {alert_id}")
    return _alert(row)


def history(conn: Connection, alert_id: str) -> list[Entry]:
    """Return an alert's history, oldest first."""
    return history_of(conn, _KIND, alert_id)


def unresolved(conn: Connection) -> list[Alert]:
    """Return every alert that somebody still has to finish; ordering is the desk's (desk/watch/order.py)."""
    statement = select(alerts).where(alerts.c.state != "resolved").order_by(alerts.c.alert_id)
    return [_alert(row) for row in conn.execute(statement).mappings()]


def standing(conn: Connection) -> list[Alert]:
    """Return alerts that are unresolved or whose cause lasts: what the pipeline has to compare findings with."""
    a = alerts.c
    statement = select(alerts).where(or_(a.state != "resolved", a.lasting)).order_by(a.opened_us, a.alert_id)
    return [_alert(row) for row in conn.execute(statement).mappings()]


def newest_of(conn: Connection, vessel_id: str, rule_id: str) -> Alert | None:
    """Return the newest alert of a vessel and rule, whatever its state; None if there never was one."""
    a = alerts.c
    statement = select(alerts).where(a.vessel_id == vessel_id, a.rule_id == rule_id)
    row = conn.execute(statement.order_by(a.opened_us.desc(), a.version.desc()).limit(1)).mappings().first()
    return None if row is None else _alert(row)


def newest_by_vessel_and_rule(conn: Connection, since_us: int) -> dict[tuple[str, str], Alert]:
    """Return (vessel_id, rule_id) -> its newest alert, for all unresolved or updated since: one read per evaluation."""
    a = alerts.c
    statement = select(alerts).where(or_(a.state != "resolved", a.lasting, a.updated_us >= since_us))
    rows = conn.execute(statement.order_by(a.opened_us, a.alert_id)).mappings()
    return {(row["vessel_id"], row["rule_id"]): _alert(row) for row in rows}


def find(
    conn: Connection,
    *,
    vessel_id: str | None = None,
    states: Sequence[str] | None = None,
    since_us: int | None = None,
    limit: int | None = 500,
) -> list[Alert]:
    """Return alerts, newest first: of a vessel, in some states, opened since."""
    a = alerts.c
    statement = select(alerts)
    if vessel_id is not None:
        statement = statement.where(a.vessel_id == vessel_id)
    if states is not None:
        statement = statement.where(a.state.in_(states))
    if since_us is not None:
        statement = statement.where(a.opened_us >= since_us)
    statement = statement.order_by(a.opened_us.desc(), a.alert_id).limit(limit)
    return [_alert(row) for row in conn.execute(statement).mappings()]


def count_unresolved(conn: Connection) -> int:
    """Return how many alerts are unresolved."""
    return conn.scalar(select(func.count()).select_from(alerts).where(alerts.c.state != "resolved")) or 0


def _alert(row: RowMapping) -> Alert:
    values = dict(row)
    values["wording"] = Wording(**row["wording"])
    values["event_ids"] = tuple(row["event_ids"])
    return Alert(**values)
