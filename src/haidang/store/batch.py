"""One micro-batch, one transaction: positions, their place in the chain, rejects, events, forecasts, alerts, cursor.

A desk dies in the middle of things: power, disk, kill -9. Whatever belongs to one batch is stored together or not at
all, so that the feed's cursor never points beyond what is stored and a repeated batch doubles nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, insert, select

from haidang.core.columns import I8, I64, Positions, Reject
from haidang.core.errors import InvalidInput
from haidang.core.event import Event
from haidang.core.vessel import Vessel
from haidang.desk.watch.alert import AlertChange
from haidang.store import alerts, chain, events, feeds, forecasts, vessels
from haidang.store.bulk import fetch_tuples, insert_columns
from haidang.store.forecasts import ForecastRow
from haidang.store.positions import BELIEVED_FLAGS, to_integers
from haidang.store.tables import batches, chain_head, last_positions
from haidang.store.tables import positions as positions_table

_LAST_COLUMNS = (
    "vessel_key", "fix_time_us", "received_time_us", "lat_e7", "lon_e7", "sog_dkn", "cog_d", "kind", "feed_key",
)  # fmt: skip
_KEEP_NEWEST = (
    "ON CONFLICT (vessel_key) DO UPDATE SET {} WHERE excluded.fix_time_us > last_positions.fix_time_us".format(
        ", ".join(f"{name} = excluded.{name}" for name in _LAST_COLUMNS[1:])
    )
)


@dataclass(frozen=True, slots=True)
class BatchWrite:
    """Everything one turn of the pipeline wants stored.

    Attributes:
        feed_id: who brought it; `desk` for turns without input (a rule's clock ran out).
        recorded_us: now, by the mode's clock, UTC microseconds.
        positions: as rounded by `positions.as_stored`.
        flag, segment_id: (n,) the engine's judgement of each row; None: all ok, no segment (-1).
        rejects: lines that could not be used.
        counts: what the decoder counted.
        vessels: statics learned from the feed.
        opened, closed: events to write (closed ones have the same id and an end now).
        superseded: (event_id, successor or None, reason).
        forecasts, alerts: to store.
        cursor: where the feed stands after this batch; None leaves it.
    """

    feed_id: str
    recorded_us: int
    positions: Positions = field(default_factory=Positions.empty)
    flag: I8 | None = None
    segment_id: I64 | None = None
    rejects: Sequence[Reject] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    vessels: Mapping[str, Vessel] = field(default_factory=dict)
    opened: Sequence[Event] = ()
    closed: Sequence[Event] = ()
    superseded: Sequence[tuple[str, str | None, str]] = ()
    forecasts: Sequence[ForecastRow] = ()
    alerts: Sequence[AlertChange] = ()
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What was stored.

    Attributes:
        stored: rows that are new.
        is_duplicate: (n,) bool, rows that were there already (same vessel, fix time and place), or twice in the batch.
        batch_id: number in the chain; None when no row was new.
    """

    stored: int
    is_duplicate: NDArray[np.bool_]
    batch_id: int | None


def write_batch(conn: Connection, work: BatchWrite) -> BatchResult:
    """Store one batch on a writing connection; the caller's transaction commits it.

    Raises:
        InvalidInput: flag or segment_id have another length than the positions.
        Conflict: an alert was changed meanwhile; the transaction must be given up and the turn repeated.
    """
    n = len(work.positions)
    if any(column is not None and len(column) != n for column in (work.flag, work.segment_id)):
        raise InvalidInput(f"flag and segment_id must have {n} rows, as the positions have")
    feed_key = feeds.register(conn, work.feed_id)
    vessels.learn(conn, work.vessels, source=f"feed:{work.feed_id}", now_us=work.recorded_us)
    is_duplicate = np.zeros(n, np.bool_)
    batch_id = None
    if n:
        batch_id, is_duplicate = _write_positions(conn, work, feed_key)
    stored = n - int(is_duplicate.sum())
    feeds.add_rejects(conn, feed_key, work.recorded_us, work.rejects)
    reasons = Counter(f"reject:{reject.reason}" for reject in work.rejects)
    feeds.add_counts(conn, feed_key, {**work.counts, **reasons})
    events.write(conn, [*work.opened, *work.closed], recorded_us=work.recorded_us)
    events.supersede(conn, work.superseded, recorded_us=work.recorded_us)
    forecasts.write(conn, work.forecasts)
    alerts.save(conn, work.alerts)
    step = feeds.FeedAdvance(
        positions=stored, duplicates=n - stored, rejects=len(work.rejects),
        last_fix_us=int(work.positions.fix_time_us.max()) if n else None,
        last_received_us=int(work.positions.received_time_us.max()) if n else None,
        recorded_us=work.recorded_us, cursor=work.cursor,
    )  # fmt: skip
    feeds.advance(conn, feed_key, step)
    return BatchResult(stored, is_duplicate, batch_id)


def _write_positions(conn: Connection, work: BatchWrite, feed_key: int) -> tuple[int | None, NDArray[np.bool_]]:
    """Insert what is new, note the newest per vessel, append to the chain; returns batch id and duplicates."""
    batch = work.positions
    n = len(batch)
    codes, index = np.unique(batch.vessel, return_inverse=True)
    names = [feeds.storable(batch.vessel_ids[code]) for code in codes]
    keys_by_name = vessels.keys(conn, names, now_us=work.recorded_us)
    keys = np.array([keys_by_name[name] for name in names], np.int64)[index]
    end = conn.execute(select(chain_head)).mappings().first()
    first_id = (end["last_position_id"] if end else 0) + 1
    integers = to_integers(batch)
    columns: dict[str, NDArray[np.integer]] = {
        "position_id": np.arange(first_id, first_id + n),
        "vessel_key": keys,
        "fix_time_us": batch.fix_time_us,
        "received_time_us": batch.received_time_us,
        **integers,
        "kind": batch.kind,
        "flag": np.zeros(n, np.int8) if work.flag is None else work.flag,
        "feed_key": np.full(n, feed_key, np.int32),
        "segment_id": np.full(n, -1, np.int64) if work.segment_id is None else work.segment_id,
    }
    is_duplicate = _insert(conn, columns, first_id)
    kept = np.flatnonzero(~is_duplicate)
    if not len(kept):
        return None, is_duplicate
    rows = np.empty(len(kept), chain.ROW)
    for name in chain.ROW.names or ():
        rows[name] = columns[name][kept]
    _note_newest(conn, rows)
    return _link(conn, work, rows, feed_key=feed_key, vessel_ids={v: k for k, v in keys_by_name.items()}), is_duplicate


def _insert(conn: Connection, columns: Mapping[str, NDArray[np.integer]], first_id: int) -> NDArray[np.bool_]:
    """Insert rows that are not there; returns which were.

    Numbers are given out before the insert, so the numbers that are missing afterwards are the duplicates: one insert
    and, only if the count differs, one short read.
    """
    n = len(columns["position_id"])
    values = {name: column.tolist() for name, column in columns.items()}
    n_stored = insert_columns(
        conn, positions_table, values, on_conflict="ON CONFLICT (vessel_key, fix_time_us, lat_e7, lon_e7) DO NOTHING"
    )
    if n_stored == n:
        return np.zeros(n, np.bool_)
    is_duplicate = np.ones(n, np.bool_)
    column = positions_table.c.position_id
    present = fetch_tuples(conn, select(column).where(column.between(first_id, first_id + n - 1)))
    if present:
        is_duplicate[np.array(present, np.int64)[:, 0] - first_id] = False
    return is_duplicate


def _note_newest(conn: Connection, rows: NDArray[np.void]) -> None:
    """Bring last_positions up to date with the believed rows of a batch."""
    believed = rows[np.isin(rows["flag"], BELIEVED_FLAGS)]
    order = np.lexsort((believed["fix_time_us"], believed["vessel_key"]))
    believed = believed[order]
    is_last = np.append(believed["vessel_key"][1:] != believed["vessel_key"][:-1], True)[: len(believed)]
    newest = believed[is_last]
    insert_columns(
        conn, last_positions, {name: newest[name].tolist() for name in _LAST_COLUMNS}, on_conflict=_KEEP_NEWEST
    )


def _link(
    conn: Connection, work: BatchWrite, rows: NDArray[np.void], *, feed_key: int, vessel_ids: Mapping[int, str]
) -> int:
    """Append the batch to the chain; returns its number."""
    end = conn.execute(select(chain_head)).mappings().first()
    prev_hash = end["hash"] if end else chain.GENESIS
    batch_id = (end["batch_id"] if end else 0) + 1
    digest = chain.batch_hash(
        prev_hash, batch_id=batch_id, recorded_us=work.recorded_us, feed_id=work.feed_id, rows=rows,
        vessel_ids=vessel_ids,
    )  # fmt: skip
    last_id = int(rows["position_id"][-1])
    conn.execute(insert(batches).values(
        batch_id=batch_id, feed_key=feed_key, recorded_us=work.recorded_us,
        first_position_id=int(rows["position_id"][0]), last_position_id=last_id, n_positions=len(rows),
        prev_hash=prev_hash, hash=digest,
    ))  # fmt: skip
    new_end = {
        "batch_id": batch_id, "last_position_id": last_id, "hash": digest,
        "n_positions": (end["n_positions"] if end else 0) + len(rows),
    }  # fmt: skip
    if end is None:
        conn.execute(insert(chain_head).values(one=1, **new_end))
    else:
        conn.execute(chain_head.update().values(new_end))
    return batch_id
