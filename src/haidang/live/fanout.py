"""Fan-out to screens: every change in order for those who keep up, the latest value for those who don't.

A slow screen must never slow the watch, nor be shown an old place after a newer one. So nobody queues positions:
each subscriber has a set of vessels that changed since its last frame, and the frame is made when it is sent.
Lists (alerts, warnings, feeds) are numbered deltas in a ring, so that a screen that was away can resume.
"""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

RING_LENGTH = 4000


@dataclass(frozen=True, slots=True)
class Delta:
    """One numbered change. `kind` is alerts, warnings, feeds, clock, vessels or mode; `payload` depends on it."""

    seq: int
    kind: str
    payload: object


class Subscriber:
    """One screen's place in the stream. Only its own task reads it; the pipeline's thread only marks it dirty."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seq: int) -> None:
        self.seq = seq
        self.woken = asyncio.Event()
        self.is_reset = False
        self._loop = loop
        self._dirty: set[int] = set()
        self._lock = threading.Lock()

    def mark(self, numbers: Iterable[int]) -> None:
        """Note vessels that changed and wake the screen's task; callable from any thread."""
        with self._lock:
            self._dirty.update(numbers)
        self.wake()

    def wake(self) -> None:
        """Wake the screen's task; callable from any thread."""
        # The loop can be closed between a question and the call: at shutdown the pipeline still runs.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.woken.set)

    def take_dirty(self) -> list[int]:
        """Return the vessels that changed since the last call and forget them."""
        with self._lock:
            numbers = sorted(self._dirty)
            self._dirty.clear()
        return numbers


class Fanout:
    """The ring of deltas and the list of subscribers."""

    def __init__(self, first_seq: int) -> None:
        self._lock = threading.Lock()
        self._ring: deque[Delta] = deque(maxlen=RING_LENGTH)
        self._subscribers: set[Subscriber] = set()
        self._seq = first_seq
        self._is_closed = False

    @property
    def seq(self) -> int:
        """Return the number of the newest delta."""
        return self._seq

    def publish(self, kind: str, payload: object) -> None:
        """Append a delta and wake everybody; callable from any thread."""
        with self._lock:
            self._seq += 1
            self._ring.append(Delta(self._seq, kind, payload))
            subscribers = list(self._subscribers)
        for subscriber in subscribers:
            subscriber.wake()

    def moved(self, numbers: Iterable[int]) -> None:
        """Tell everybody that these vessels have a newer fix; callable from any thread."""
        chosen = [int(i) for i in numbers]
        if not chosen:
            return
        with self._lock:
            subscribers = list(self._subscribers)
        for subscriber in subscribers:
            subscriber.mark(chosen)

    def subscribe(self, since: int | None) -> tuple[Subscriber, bool]:
        """Return a new subscriber and whether it can resume after `since` from the ring."""
        with self._lock:
            oldest = self._ring[0].seq if self._ring else self._seq + 1
            is_resumed = since is not None and oldest - 1 <= since <= self._seq
            subscriber = Subscriber(
                asyncio.get_running_loop(), since if is_resumed and since is not None else self._seq
            )
            # A screen that comes while the desk changes its mode must not be left with the stream that ends.
            subscriber.is_reset = self._is_closed
            if not self._is_closed:
                self._subscribers.add(subscriber)
        return subscriber, is_resumed

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Forget a screen that went away."""
        with self._lock:
            self._subscribers.discard(subscriber)

    def after(self, subscriber: Subscriber) -> list[Delta] | None:
        """Return the deltas a subscriber has not seen, in order; None when the ring no longer holds them all."""
        with self._lock:
            if self._ring and self._ring[0].seq > subscriber.seq + 1:
                return None
            deltas = [d for d in self._ring if d.seq > subscriber.seq]
        if deltas:
            subscriber.seq = deltas[-1].seq
        return deltas

    def close(self) -> None:
        """Tell every screen to connect anew (the mode changed or the server stops)."""
        with self._lock:
            self._is_closed = True
            subscribers = list(self._subscribers)
            self._subscribers.clear()
        for subscriber in subscribers:
            subscriber.is_reset = True
            subscriber.wake()
