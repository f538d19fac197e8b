"""Intake: what every source puts its decoded input into, and the pipeline takes micro-batches from.

Bounded, so that a flood slows the source down instead of filling the memory; whoever must know that the rows are
safe (an HTTP client) waits for the batch's own receipt, which comes only after the commit.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Connection

from haidang.core.errors import Unavailable
from haidang.core.time import monotonic_s
from haidang.feeds.decoded import Decoded
from haidang.store.batch import BatchResult

#: Rows that may wait; a source that is faster blocks in `put`.
MAX_WAITING_ROWS = 200_000
#: A micro-batch ends with this many rows or after this wait, whichever comes first.
BATCH_ROWS = 5_000
BATCH_WAIT_S = 0.25


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an arrival, once it is committed.

    Attributes:
        stored: rows stored for good.
        is_duplicate: one bool per position row of the arrival.
    """

    stored: int
    is_duplicate: list[bool]


@dataclass(slots=True)
class Arrival:
    """Decoded input of one feed.

    Attributes:
        feed_id: which feed it came by.
        decoded: positions, rejects, statics, counts.
        cursor: where the feed stands after this arrival, stored in the same transaction; None keeps the old one.
        receipt: set after the commit, or given the exception that prevented it; None if nobody waits.
        within: called inside the transaction with what was stored, for what must be written together with it.
    """

    feed_id: str
    decoded: Decoded
    cursor: str | None = None
    receipt: "Future[Receipt] | None" = None
    within: Callable[[Connection, BatchResult], None] | None = None


class Closed(Exception):
    """The intake takes nothing more: the watch is stopping."""


def _rows_of(arrival: Arrival) -> int:
    return max(1, len(arrival.decoded.positions) + len(arrival.decoded.rejects))


def merge(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Return the arrivals with those of one feed joined, as far as nobody waits for a receipt of his own.

    A datagram brings one row, and a write for each would cost a hundred times the work on it. The order within a feed
    stays; the newest cursor holds.
    """
    joined: dict[str, list[Arrival]] = {}
    merged: list[list[Arrival]] = []
    for arrival in arrivals:
        if arrival.receipt is not None or arrival.within is not None:
            joined.pop(arrival.feed_id, None)
            merged.append([arrival])
        elif arrival.feed_id in joined:
            joined[arrival.feed_id].append(arrival)
        else:
            joined[arrival.feed_id] = [arrival]
            merged.append(joined[arrival.feed_id])
    return [group[0] if len(group) == 1 else _join(group) for group in merged]


def _join(group: Sequence[Arrival]) -> Arrival:
    cursors = [arrival.cursor for arrival in group if arrival.cursor is not None]
    decoded = Decoded.join([arrival.decoded for arrival in group])
    return Arrival(group[0].feed_id, decoded, cursor=cursors[-1] if cursors else None)


@dataclass(slots=True)
class Intake:
    """A bounded queue of arrivals, by rows."""

    max_rows: int = MAX_WAITING_ROWS
    _queue: deque[Arrival] = field(default_factory=deque)
    _rows: int = 0
    _n_awaited: int = 0
    _is_closed: bool = False
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def waiting_rows(self) -> int:
        """Return how many rows wait."""
        return self._rows

    def put(self, arrival: Arrival, *, within_s: float | None = None) -> None:
        """Add an arrival; waits while the queue is full.

        Args:
            arrival: what came.
            within_s: give up after this many seconds; None waits as long as it takes.

        Raises:
            Closed: the watch is stopping.
            Unavailable: the queue stayed full.
        """
        until_s = None if within_s is None else monotonic_s() + within_s
        with self._changed:
            while self._rows >= self.max_rows and not self._is_closed:
                if until_s is not None and monotonic_s() >= until_s:
                    raise Unavailable("more arrives than the desk can store: send it again in a minute", code="flooded")
                self._changed.wait(0.5)
            if self._is_closed:
                raise Closed
            self._queue.append(arrival)
            self._rows += _rows_of(arrival)
            self._n_awaited += arrival.receipt is not None
            self._changed.notify_all()

    def take(self, wait_s: float = BATCH_WAIT_S) -> list[Arrival]:
        """Return the next micro-batch: at least one arrival if any came within `wait_s`, else nothing."""
        until_s = monotonic_s() + wait_s
        with self._changed:
            while self._rows < BATCH_ROWS and not self._is_closed:
                # Somebody is waiting for a receipt: give the others a moment, not the whole wait.
                left_s = until_s - monotonic_s()
                if self._n_awaited:
                    left_s = min(left_s, 0.01)
                if left_s <= 0 or not self._changed.wait(left_s):
                    break
            taken: list[Arrival] = []
            rows = 0
            while self._queue and (not taken or rows < BATCH_ROWS):
                arrival = self._queue.popleft()
                taken.append(arrival)
                rows += _rows_of(arrival)
                self._n_awaited -= arrival.receipt is not None
            self._rows -= rows
            self._changed.notify_all()
        return taken

    def close(self) -> None:
        """Take nothing more; wakes sources and the pipeline."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()


class Source(Protocol):
    """Something that fills the intake from its own thread until it is done or told to stop."""

    feed_id: str
    name: str
    kind: str

    def run(self, intake: Intake, stop: threading.Event) -> None:
        """Put arrivals until there are none or `stop` is set."""
        ...
