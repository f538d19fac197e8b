"""Feed health: what each feed brought, when, how much of it was refused and why.

An officer who cannot see that a feed is dead will read an empty sea as a calm one. Counters of the database are
loaded at start, so that a restart does not make a bad feed look clean.
"""

import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

from haidang.core.time import MINUTE_US

#: A feed is late after this long without anything, or after LATE_GAPS of its usual gaps if that is longer (a VMS
#: supplier sends every hour, an AIS receiver every second); it is down after three times that. By the desk's clock.
LATE_AFTER_S = 600.0
LATE_GAPS = 3.0
GAPS_KEPT = 20
RATE_WINDOW_MIN = 10


@dataclass(slots=True)
class FeedHealth:
    """One feed's counters; written by the pipeline's thread, read by others. Times are of the desk's clock, UTC us."""

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
    _gaps_s: deque[float] = field(default_factory=lambda: deque(maxlen=GAPS_KEPT))
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def count(self, stored: int, duplicates: int, reasons: Mapping[str, int], now_us: int) -> None:
        """Add what one micro-batch brought."""
        with self._lock:
            self.positions += stored
            self.duplicates += duplicates
            self.rejects_by_reason.update(reasons)
            if self.last_received_us is not None and now_us > self.last_received_us:
                self._gaps_s.append((now_us - self.last_received_us) / 1e6)
            self.last_received_us = now_us
            if self._recent and self._recent[-1][0] == now_us:
                self._recent[-1] = (now_us, self._recent[-1][1] + stored)
            else:
                self._recent.append((now_us, stored))
            while self._recent[0][0] < now_us - RATE_WINDOW_MIN * MINUTE_US:
                self._recent.popleft()

    def refuse(self, reason: str, n: int) -> None:
        """Count rows that could not be used, for a reason that is not the decoder's."""
        with self._lock:
            self.rejects_by_reason[reason] += n

    def rejects(self) -> dict[str, int]:
        """Return reason -> rows, as of now."""
        with self._lock:
            return dict(self.rejects_by_reason)

    def rate_per_min(self, now_us: int) -> float:
        """Return stored positions a minute over the last ten minutes of the desk's clock."""
        since_us = now_us - RATE_WINDOW_MIN * MINUTE_US
        with self._lock:
            return sum(n for at_us, n in self._recent if at_us >= since_us) / RATE_WINDOW_MIN

    def late_after_s(self) -> float:
        """Return after how long without anything this feed is late."""
        with self._lock:
            gaps = list(self._gaps_s)
        return max(LATE_AFTER_S, LATE_GAPS * median(gaps)) if gaps else LATE_AFTER_S

    def state(self, now_us: int) -> str:
        """Return ok, late, down, or idle when nothing came yet."""
        last_us = self.last_received_us
        if last_us is None:
            return "idle"
        age_s, late_s = (now_us - last_us) / 1e6, self.late_after_s()
        if age_s > 3 * late_s:
            return "down"
        return "late" if age_s > late_s else "ok"


class FeedBoard:
    """All feeds of the running mode."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._feeds: dict[str, FeedHealth] = {}

    def add(self, feed_id: str, name: str, kind: str) -> FeedHealth:
        """Return the feed's record, making it if it is new. Its own source's name and kind replace a placeholder's."""
        with self._lock:
            health = self._feeds.setdefault(feed_id, FeedHealth(feed_id, name, kind))
            if health.name == feed_id:
                health.name = name
            if health.kind in {"", "feed"}:
                health.kind = kind
            return health

    def get(self, feed_id: str) -> FeedHealth | None:
        """Return a feed's record or None."""
        return self._feeds.get(feed_id)

    def all(self) -> list[FeedHealth]:
        """Return all feeds, by id."""
        with self._lock:
            return sorted(self._feeds.values(), key=lambda f: f.feed_id)
