"""Events as stored facts: written once, closed once, superseded with a reason, never deleted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from haidang.core.errors import NotFound
from haidang.core.event import Event
from haidang.store.feeds import storable
from haidang.store.tables import events


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with what happened to it since.

    Attributes:
        event: the fact; `event.superseded_by` is set where it has a successor.
        event_id: its id as stored.
        recorded_us: when the desk first wrote it.
        superseded_us: when late data overtook it; None while it stands.
        superseded_reason: why; "" while it stands.
    """

    event: Event
    event_id: str
    recorded_us: int
    superseded_us: int | None = None
    superseded_reason: str = ""


def write(conn: Connection, opened: Iterable[Event], *, recorded_us: int) -> None:
    """Write events; one that is there already gets its end, details and confidence, and stands again if overtaken."""
    rows = [_row(event, recorded_us) for event in opened]
    if not rows:
        return
    insert = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    statement = insert(events)
    fresh = {name: statement.excluded[name] for name in ("end_us", "lat_deg", "lon_deg", "confidence", "details")}
    standing = {"superseded_us": None, "superseded_by": None, "superseded_reason": None}
    conn.execute(statement.on_conflict_do_update(index_elements=["event_id"], set_={**fresh, **standing}), rows)


def supersede(conn: Connection, overtaken: Iterable[tuple[str, str | None, str]], *, recorded_us: int) -> None:
    """Mark events as overtaken by late data: (event_id, id of the one in its place or None, reason)."""
    for event_id, successor_id, reason in overtaken:
        conn.execute(
            update(events)
            .where(events.c.event_id == event_id)
            .values(superseded_us=recorded_us, superseded_by=successor_id, superseded_reason=reason)
        )


def load(conn: Connection, event_id: str) -> StoredEvent:
    """Return one event.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(select(events).where(events.c.event_id == event_id)).mappings().first()
    if row is None:
        raise NotFound(f"no event {event_id}")
    return _stored(row)


def load_many(conn: Connection, event_ids: Sequence[str]) -> list[StoredEvent]:
    """Return those of the events that exist, by start."""
    if not event_ids:
        return []
    statement = select(events).where(events.c.event_id.in_(event_ids)).order_by(events.c.start_us)
    return [_stored(row) for row in conn.execute(statement).mappings()]


def find(
    conn: Connection,
    *,
    vessel_id: str | None = None,
    kinds: Sequence[str] | None = None,
    since_us: int | None = None,
    until_us: int | None = None,
    is_running: bool | None = None,
    with_superseded: bool = False,
    limit: int | None = 500,
) -> list[StoredEvent]:
    """Return events, newest start first.

    Args:
        conn: any connection of the store.
        vessel_id: as first or other vessel.
        kinds: out of core EVENT_KINDS.
        since_us: that lasted at or after this time.
        until_us: that began at or before this time.
        is_running: True: no end yet; False: ended.
        with_superseded: overtaken ones too.
        limit: at most so many; None for all.
    """
    e = events.c
    statement = select(events)
    if vessel_id is not None:
        statement = statement.where(or_(e.vessel_id == vessel_id, e.other_vessel_id == vessel_id))
    if kinds is not None:
        statement = statement.where(e.kind.in_(kinds))
    if since_us is not None:
        statement = statement.where(or_(e.end_us.is_(None), e.end_us >= since_us))
    if until_us is not None:
        statement = statement.where(e.start_us <= until_us)
    if is_running is not None:
        statement = statement.where(e.end_us.is_(None) if is_running else e.end_us.is_not(None))
    if not with_superseded:
        statement = statement.where(e.superseded_us.is_(None))
    statement = statement.order_by(e.start_us.desc(), e.event_id).limit(limit)
    return [_stored(row) for row in conn.execute(statement).mappings()]


def standing(conn: Connection, since_us: int) -> list[Event]:
    """Return events that stand and lasted at or after `since_us`, oldest first: to compare after a restart."""
    found = find(conn, since_us=since_us, limit=None)
    return [stored.event for stored in reversed(found)]


def _row(event: Event, recorded_us: int) -> dict[str, object]:
    return {
        "event_id": event.event_id, "kind": event.kind, "vessel_id": storable(event.vessel_id),
        "other_vessel_id": event.other_vessel_id, "zone_id": event.zone_id, "start_us": event.start_us,
        "end_us": event.end_us, "lat_deg": event.lat_deg, "lon_deg": event.lon_deg, "confidence": event.confidence,
        "detector": event.detector, "details": dict(event.details), "recorded_us": recorded_us,
    }  # fmt: skip


def _stored(row: RowMapping) -> StoredEvent:
    event = Event(
        kind=row["kind"], vessel_id=row["vessel_id"], start_us=row["start_us"], end_us=row["end_us"],
        lat_deg=row["lat_deg"], lon_deg=row["lon_deg"], confidence=row["confidence"], detector=row["detector"],
        other_vessel_id=row["other_vessel_id"], zone_id=row["zone_id"], details=row["details"],
        superseded_by=row["superseded_by"],
    )  # fmt: skip
    return StoredEvent(event, row["event_id"], row["recorded_us"], row["superseded_us"], row["superseded_reason"] or "")
