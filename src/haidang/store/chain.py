"""The chain of evidence: each batch of positions carries a hash over the batch before it and its own rows.

A captain in court asks whether the track was touched. Whoever changes, drops or adds one stored fix has to recompute
every later hash, and a head that was signed and taken elsewhere shows even that. `docs/store.md` says what is hashed,
so that another program can check it.
"""

import hashlib
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, RowMapping, func, select

from haidang.core.time import format_iso
from haidang.store.bulk import fetch_tuples
from haidang.store.tables import batches, chain_head, feeds, positions, signed_heads, vessels

#: The hash before the first batch.
GENESIS = "0" * 64
#: What a stored position is in the hash: little endian, no padding.
ROW = np.dtype([
    ("position_id", "<i8"), ("vessel_key", "<i4"), ("fix_time_us", "<i8"), ("received_time_us", "<i8"),
    ("lat_e7", "<i4"), ("lon_e7", "<i4"), ("sog_dkn", "<i2"), ("cog_d", "<i2"), ("kind", "<i1"), ("flag", "<i1"),
    ("feed_key", "<i4"), ("segment_id", "<i8"),
])  # fmt: skip
_MAGIC = b"haidang-batch-1\n"
#: Rows read at once while verifying.
_CHUNK_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What the check of the chain found.

    Attributes:
        ok: nothing was changed, dropped, added or swapped.
        n_batches, n_positions: how many were checked until the end or the first problem.
        problem: code of the first problem: changed, missing_rows, added_rows, broken_link, missing_batch, cut_tail,
            wrong_head, unknown_vessel; "" if none.
        where: the place in words: batch, time of recording, feed.
        signed_batch_id: the last batch under a signed head; None while no head was signed (which is intact too).
    """

    ok: bool
    n_batches: int
    n_positions: int
    problem: str = ""
    where: str = ""
    signed_batch_id: int | None = None


def batch_hash(
    prev_hash: str,
    *,
    batch_id: int,
    recorded_us: int,
    feed_id: str,
    rows: NDArray[np.void],
    vessel_ids: Mapping[int, str],
) -> str:
    """Return the hash of a batch, 64 hex digits.

    Args:
        prev_hash: hash of the batch before; GENESIS for the first.
        batch_id: number of the batch, 1, 2, 3, …
        recorded_us: when the desk recorded it.
        feed_id: which feed brought it.
        rows: (n,) of dtype ROW, by ascending position_id.
        vessel_ids: at least the keys in `rows` -> vessel ids; hashed too, else a renamed vessel would keep a track.
    """
    name = feed_id.encode()
    digest = hashlib.sha256(_MAGIC + bytes.fromhex(prev_hash))
    digest.update(struct.pack("<qqqI", batch_id, recorded_us, len(rows), len(name)) + name)
    for key in np.unique(rows["vessel_key"]).tolist():
        vessel = vessel_ids[key].encode()
        digest.update(struct.pack("<iI", key, len(vessel)) + vessel)
    digest.update(rows.tobytes())
    return digest.hexdigest()


def head(conn: Connection) -> tuple[int, str]:
    """Return (batch_id, hash) of the end of the chain; (0, GENESIS) while it is empty."""
    row = conn.execute(select(chain_head.c.batch_id, chain_head.c.hash)).first()
    return (row.batch_id, row.hash) if row else (0, GENESIS)


def count(conn: Connection) -> int:
    """Return how many positions the chain holds; costs one row."""
    return conn.scalar(select(chain_head.c.n_positions)) or 0


class _Broken(Exception):
    def __init__(self, problem: str, where: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.where = where


def verify(conn: Connection, on_progress: Callable[[int, int], None] | None = None) -> VerifyReport:
    """Check every batch and row of the chain.

    Args:
        conn: a reading connection; all is read in one moment of the database.
        on_progress: called with (positions checked, positions in all).
    """
    totals = conn.execute(select(chain_head)).mappings().first()
    n_all = int(totals["n_positions"]) if totals else 0
    done = _Progress(n_all, on_progress)
    last_signed = conn.scalar(select(func.max(signed_heads.c.batch_id)))
    try:
        _check_batches(conn, done)
        _check_end(conn, totals, done)
    except _Broken as broken:
        return VerifyReport(False, done.n_batches, done.n_positions, broken.problem, broken.where, last_signed)
    return VerifyReport(True, done.n_batches, done.n_positions, signed_batch_id=last_signed)


@dataclass(slots=True)
class _Progress:
    n_all: int
    tell: Callable[[int, int], None] | None
    n_batches: int = 0
    n_positions: int = 0
    prev_hash: str = GENESIS
    last_position_id: int = 0


def _check_batches(conn: Connection, done: _Progress) -> None:
    names = dict(fetch_tuples(conn, select(feeds.c.feed_key, feeds.c.feed_id)))
    ids = dict(fetch_tuples(conn, select(vessels.c.vessel_key, vessels.c.vessel_id)))
    signed = dict(fetch_tuples(conn, select(signed_heads.c.batch_id, signed_heads.c.hash)))
    for group in _groups(conn):
        rows = _rows_of(conn, done.last_position_id + 1, int(group[-1]["last_position_id"]))
        edges = np.searchsorted(rows["position_id"], [b["last_position_id"] for b in group], side="right")
        for batch, (start, end) in zip(group, pairwise([0, *edges.tolist()]), strict=True):
            _check_one(batch, rows[start:end], done, names=names, ids=ids)
            if signed.get(batch["batch_id"], batch["hash"]) != batch["hash"]:
                raise _Broken("wrong_head", f"{_place(batch, names)}: its hash is not the one that was signed")
        if done.tell:
            done.tell(done.n_positions, done.n_all)


def _check_one(
    batch: RowMapping, rows: NDArray[np.void], done: _Progress, *, names: Mapping[int, str], ids: Mapping[int, str]
) -> None:
    place = _place(batch, names)
    if batch["batch_id"] != done.n_batches + 1:
        raise _Broken("missing_batch", f"batch {done.n_batches + 1} is missing; the next one present is {place}")
    if batch["prev_hash"] != done.prev_hash:
        raise _Broken("broken_link", f"{place}: it does not follow on batch {done.n_batches}")
    expected = batch["n_positions"]
    if len(rows) != expected:
        problem = "missing_rows" if len(rows) < expected else "added_rows"
        raise _Broken(problem, f"{place}: {len(rows)} positions are there, {expected} were written")
    unknown = set(np.unique(rows["vessel_key"]).tolist()) - ids.keys()
    if unknown or batch["feed_key"] not in names:
        raise _Broken("unknown_vessel", f"{place}: vessel or feed of its positions is missing")
    computed = batch_hash(
        done.prev_hash, batch_id=batch["batch_id"], recorded_us=batch["recorded_us"],
        feed_id=names[batch["feed_key"]], rows=rows, vessel_ids=ids,
    )  # fmt: skip
    if computed != batch["hash"]:
        raise _Broken("changed", f"{place}: a value, a vessel's id or the batch's own row was changed")
    done.n_batches += 1
    done.n_positions += len(rows)
    done.prev_hash = batch["hash"]
    done.last_position_id = batch["last_position_id"]


def _check_end(conn: Connection, totals: RowMapping | None, done: _Progress) -> None:
    beyond = conn.scalar(
        select(func.count()).select_from(positions).where(positions.c.position_id > done.last_position_id)
    )
    if beyond:
        raise _Broken("added_rows", f"{beyond} positions after the last batch ({done.n_batches}) belong to none")
    last_signed = conn.scalar(select(func.max(signed_heads.c.batch_id))) or 0
    if last_signed > done.n_batches:
        raise _Broken(
            "cut_tail", f"the chain ends at batch {done.n_batches}; the head of batch {last_signed} was signed"
        )
    noted = (totals["batch_id"], totals["hash"], totals["n_positions"]) if totals else (0, GENESIS, 0)
    if noted[0] > done.n_batches:
        raise _Broken("cut_tail", f"the chain ends at batch {done.n_batches}; {noted[0]} were written")
    if noted != (done.n_batches, done.prev_hash, done.n_positions):
        raise _Broken("wrong_head", f"the noted end of the chain (batch {noted[0]}) is not its end ({done.n_batches})")


def _groups(conn: Connection) -> Iterator[Sequence[RowMapping]]:
    """Yield batches in order, in groups of about _CHUNK_ROWS positions."""
    group: list[RowMapping] = []
    n_rows = 0
    after = 0
    while True:
        page = conn.execute(
            select(batches).where(batches.c.batch_id > after).order_by(batches.c.batch_id).limit(2000)
        ).mappings().all()  # fmt: skip
        if not page:
            break
        after = page[-1]["batch_id"]
        for batch in page:
            group.append(batch)
            n_rows += batch["n_positions"]
            if n_rows >= _CHUNK_ROWS:
                yield group
                group, n_rows = [], 0
    if group:
        yield group


def _rows_of(conn: Connection, first: int, last: int) -> NDArray[np.void]:
    p = positions.c
    columns = [p[name] for name in ROW.names or ()]
    statement = select(*columns).where(p.position_id >= first, p.position_id <= last).order_by(p.position_id)
    found = fetch_tuples(conn, statement)
    try:
        return np.array(found, dtype=ROW)
    except (OverflowError, TypeError, ValueError) as error:
        raise _Broken("changed", f"positions {first} to {last}: a value does not fit its column") from error


def _place(batch: RowMapping, names: Mapping[int, str]) -> str:
    feed = names.get(batch["feed_key"], "?")
    return f"batch {batch['batch_id']} (recorded {format_iso(batch['recorded_us'])}, feed {feed})"
