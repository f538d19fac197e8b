"""Feed health: what each feed brought, when, how much of it was refused and why.

An officer who cannot see that a feed is dead will read an empty sea as a calm one. Counters of the database are
loaded at start, so that a restart does not make a bad feed look clean.
"""

import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from haidang.core.time import MINUTE_US

#: A feed is late after this long without anything and down after three times that; at the pace of the clock.
LATE_AFTER_S = 600.0
RATE_WINDOW_MIN = 10


@dataclass(slots=True)
class FeedHealth:
    """One feed's counters. Times are of the desk's clock, UTC microseconds."""

    feed_id: str
    name: str
    kind: str
    positions: int = 0
    duplicates: int = 0
    rejects_by_reason: Counter[str] = field(default_factory=Counter)
    last_received_us: int | None = None
    last_fix_us: int | None = None
    clock_offset_s: float | None = None
    note: str = ""
    _recent: deque[tuple[int, int]] = field(default_factory=deque)

    def count(self, stored: int, duplicates: int, reasons: Mapping[str, int], now_us: int) -> None:
        """Add what one micro-batch brought."""
        self.positions += stored
        self.duplicates += duplicates
        self.rejects_by_reason.update(reasons)
        self.last_received_us = now_us
        self._recent.append((now_us, stored))

    def rate_per_min(self, now_us: int) -> float:
        """Return stored positions a minute over the last ten minutes."""
        while self._recent and self._recent[0][0] < now_us - RATE_WINDOW_MIN * MINUTE_US:
            self._recent.popleft()
        return sum(n for _, n in self._recent) / RATE_WINDOW_MIN

    def state(self, now_us: int) -> str:
        """Return ok, late, down, or idle when nothing came yet."""
        if self.last_received_us is None:
            return "idle"
        age_s = (now_us - self.last_received_us) / 1e6
        if age_s > 3 * LATE_AFTER_S:
            return "down"
        return "late" if age_s > LATE_AFTER_S else "ok"


class FeedBoard:
    """All feeds of the running mode."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._feeds: dict[str, FeedHealth] = {}

    def add(self, feed_id: str, name: str, kind: str) -> FeedHealth:
        """Return the feed's record, making it if it is new."""
        with self._lock:
            return self._feeds.setdefault(feed_id, FeedHealth(feed_id, name, kind))

    def get(self, feed_id: str) -> FeedHealth | None:
        """Return a feed's record or None."""
        return self._feeds.get(feed_id)

    def all(self) -> list[FeedHealth]:
        """Return all feeds, by id."""
        with self._lock:
            return sorted(self._feeds.values(), key=lambda f: f.feed_id)
