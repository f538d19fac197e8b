"""Feeds as the store knows them: where each goes on after a restart, and what it brought, counted by reason.

"The screen is empty" has to be told from "the supplier is down" and "its clock is wrong" at a glance; so every line
that was not used is counted under its reason, and the latest can be looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, insert, select, update

from haidang.core.columns import Reject
from haidang.core.errors import NotFound
from haidang.store.bulk import fetch_tuples, insert_columns
from haidang.store.tables import feed_counts, feeds, rejects


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """What is stored of a feed.

    Attributes:
        cursor: where to go on; only the feed's own code reads it.
        positions, duplicates, rejects: totals since the first start.
        last_fix_us, last_received_us, last_recorded_us: newest of each; None before the first position.
        rejects_by_reason: reason code -> n.
        counts: what the decoder counted (message types, comments, …) -> n.
    """

    feed_id: str
    name: str
    kind: str
    cursor: str | None
    positions: int
    duplicates: int
    rejects: int
    last_fix_us: int | None
    last_received_us: int | None
    last_recorded_us: int | None
    rejects_by_reason: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredReject:
    """A line that could not be used, and when the desk saw it."""

    recorded_us: int
    reject: Reject


@dataclass(frozen=True, slots=True)
class FeedAdvance:
    """What one batch adds to a feed's totals."""

    positions: int
    duplicates: int
    rejects: int
    last_fix_us: int | None
    last_received_us: int | None
    recorded_us: int
    cursor: str | None


def register(conn: Connection, feed_id: str, *, name: str | None = None, kind: str = "") -> int:
    """Return the feed's key, writing it down if it is seen for the first time; a given name or kind replaces."""
    row = conn.execute(select(feeds.c.feed_key, feeds.c.name, feeds.c.kind).where(feeds.c.feed_id == feed_id)).first()
    if row is None:
        key = (conn.scalar(select(func.max(feeds.c.feed_key))) or 0) + 1
        conn.execute(insert(feeds).values(
            feed_key=key, feed_id=feed_id, name=name or feed_id, kind=kind, positions=0, duplicates=0, rejects=0,
        ))  # fmt: skip
        return key
    wanted = {"name": name or row.name, "kind": kind or row.kind}
    if wanted != {"name": row.name, "kind": row.kind}:
        conn.execute(update(feeds).where(feeds.c.feed_key == row.feed_key).values(wanted))
    return int(row.feed_key)


def ids_by_key(conn: Connection) -> dict[int, str]:
    """Return feed key -> feed id."""
    return dict(fetch_tuples(conn, select(feeds.c.feed_key, feeds.c.feed_id)))


def all_feeds(conn: Connection) -> list[FeedRecord]:
    """Return every feed with its totals, by id."""
    counted: dict[int, dict[str, int]] = {}
    for key, name, n in fetch_tuples(conn, select(feed_counts.c.feed_key, feed_counts.c.name, feed_counts.c.n)):
        counted.setdefault(key, {})[name] = n
    records = []
    for row in conn.execute(select(feeds).order_by(feeds.c.feed_id)).mappings():
        counts = counted.get(row["feed_key"], {})
        reasons = {k.removeprefix("reject:"): n for k, n in sorted(counts.items()) if k.startswith("reject:")}
        rest = {k: n for k, n in sorted(counts.items()) if not k.startswith("reject:")}
        known = {k: v for k, v in row.items() if k != "feed_key"}
        records.append(FeedRecord(**known, rejects_by_reason=reasons, counts=rest))
    return records


def cursor(conn: Connection, feed_id: str) -> str | None:
    """Return where a feed stood when its last batch was stored; None if it never ran."""
    return conn.scalar(select(feeds.c.cursor).where(feeds.c.feed_id == feed_id))


def latest_rejects(conn: Connection, feed_id: str, *, limit: int = 100) -> list[StoredReject]:
    """Return a feed's newest rejects, newest first.

    Raises:
        NotFound: no such feed.
    """
    key = conn.scalar(select(feeds.c.feed_key).where(feeds.c.feed_id == feed_id))
    if key is None:
        raise NotFound(f"no feed {feed_id}")
    r = rejects.c
    statement = select(r.recorded_us, r.row, r.reason, r.excerpt).where(r.feed_key == key)
    rows = conn.execute(statement.order_by(r.reject_key.desc()).limit(limit))
    return [StoredReject(row.recorded_us, Reject(row.row, row.reason, row.excerpt)) for row in rows]


def advance(conn: Connection, feed_key: int, step: FeedAdvance) -> None:
    """Add one batch to a feed's totals and move its cursor (a cursor of None stays where it is)."""
    c = feeds.c
    values: dict[str, object] = {
        "positions": c.positions + step.positions,
        "duplicates": c.duplicates + step.duplicates,
        "rejects": c.rejects + step.rejects,
        "last_recorded_us": step.recorded_us,
    }
    if step.cursor is not None:
        values["cursor"] = step.cursor
    if step.last_fix_us is not None or step.last_received_us is not None:
        before = conn.execute(select(c.last_fix_us, c.last_received_us).where(c.feed_key == feed_key)).one()
        values["last_fix_us"] = _newest(before.last_fix_us, step.last_fix_us)
        values["last_received_us"] = _newest(before.last_received_us, step.last_received_us)
    conn.execute(update(feeds).where(c.feed_key == feed_key).values(values))


def _newest(a: int | None, b: int | None) -> int | None:
    return max((t for t in (a, b) if t is not None), default=None)


def add_counts(conn: Connection, feed_key: int, counts: Mapping[str, int]) -> None:
    """Add to a feed's counters by name."""
    names = [name for name, n in counts.items() if n]
    insert_columns(
        conn, feed_counts,
        {"feed_key": [feed_key] * len(names), "name": names, "n": [int(counts[name]) for name in names]},
        on_conflict="ON CONFLICT (feed_key, name) DO UPDATE SET n = feed_counts.n + excluded.n",
    )  # fmt: skip


def add_rejects(conn: Connection, feed_key: int, recorded_us: int, lines: Sequence[Reject]) -> None:
    """Store lines that could not be used. PostgreSQL cannot hold the character NUL; it is shown as U+2400."""
    insert_columns(conn, rejects, {
        "feed_key": [feed_key] * len(lines),
        "recorded_us": [recorded_us] * len(lines),
        "row": [line.row for line in lines],
        "reason": [line.reason for line in lines],
        "excerpt": [storable(line.excerpt) for line in lines],
    })  # fmt: skip


def storable(text: str) -> str:
    """Return text that every database takes: no NUL, no lone surrogates."""
    return text.replace("\0", "\u2400").encode("utf8", "replace").decode()
