"""The loop that keeps the watch: takes micro-batches, runs the pipeline, survives what the world does to it.

A database that is gone for a minute must cost nothing but that minute, so a batch that could not be stored is kept and
tried again with an engine rebuilt from the store. A batch that our own fault makes fail is set aside and counted.
"""

import logging
import threading
from collections import Counter
from collections.abc import Sequence

from haidang.core.errors import Conflict, HaidangError, Unavailable
from haidang.core.time import SECOND_US, monotonic_s
from haidang.live.intake import Arrival, Closed, Source, merge
from haidang.live.pipeline import Pipeline, Work
from haidang.live.restart import rebuild
from haidang.live.room import Room
from haidang.store import feeds

RETRY_S = 1.0
#: Without input the pipeline still runs this often, in time of the desk's clock: silence is made of time.
IDLE_TURN_US = 5 * SECOND_US
#: The screens hear of the feeds' health this often.
FEEDS_EVERY_S = 2.0
MAX_CONFLICTS = 5
#: At the end, so long for what already waits; a stream from a socket cannot be asked for it again.
LAST_TURNS_S = 3.0
#: Why rows were not stored when our own fault made their batch fail.
OUR_FAULT = "pipeline_failed"
_log = logging.getLogger("haidang.watch")


class Watchkeeper:
    """Owns the pipeline's thread and the sources' threads of one room."""

    def __init__(self, room: Room, sources: Sequence[Source] = ()) -> None:
        self.room = room
        self.pipeline = Pipeline(room)
        self.sources = list(sources)
        self.failed_batches = 0
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the pipeline's thread and every source's."""
        self._threads.append(threading.Thread(target=self._keep, name="pipeline", daemon=True))
        for source in self.sources:
            self.room.board.add(source.feed_id, source.name, source.kind)
            self._threads.append(
                threading.Thread(target=self._run_source, args=(source,), name=source.feed_id, daemon=True)
            )
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop sources, store what waits, close the screens' streams. What is left is refused, never acknowledged."""
        self._stop.set()
        self.room.intake.close()
        for thread in self._threads:
            thread.join(timeout=30)
        while left := self.room.intake.take(0):
            self._refuse(left, Unavailable("the desk is stopping"))
        self.room.fanout.close()

    def turn(self, arrivals: Sequence[Arrival]) -> None:
        """Run one micro-batch to its commit, trying again while the database is away."""
        arrivals = merge(arrivals)
        conflicts = 0
        while True:
            work = Work(arrivals, self.room.clock.now_us())
            try:
                self.pipeline.process(work)
            except Exception as error:  # noqa: BLE001 -- one of the four catch points: quarantine and go on
                if work.is_committed:
                    # Stored for good; to do it again would count everything twice. The screens get the next turn.
                    _log.exception("a micro-batch was stored but could not be shown")
                    return
                conflicts += isinstance(error, Conflict)
                is_passing = isinstance(error, Unavailable) or (
                    # A person changed an alert between our reading and our writing: read again.
                    isinstance(error, Conflict) and conflicts <= MAX_CONFLICTS
                )
                if not is_passing:
                    self._set_aside(arrivals, error)
                    return
                if isinstance(error, Unavailable):
                    _log.warning("not stored, trying again: %s", error)
                    if self._stop.wait(RETRY_S):
                        self._refuse(arrivals, error)
                        return
                self._rebuild()
            else:
                return

    def _keep(self) -> None:
        last_us, told_s = 0, monotonic_s()
        while not self._stop.is_set():
            arrivals = self.room.intake.take()
            now_us = self.room.clock.now_us()
            if arrivals or now_us - last_us >= IDLE_TURN_US:
                last_us = now_us
                self.turn(arrivals)
            if monotonic_s() - told_s >= FEEDS_EVERY_S:
                told_s = monotonic_s()
                self.room.fanout.publish("feeds", None)
        until_s = monotonic_s() + LAST_TURNS_S
        while monotonic_s() < until_s and (arrivals := self.room.intake.take(0)):
            self.turn(arrivals)

    def _run_source(self, source: Source) -> None:
        health = self.room.board.add(source.feed_id, source.name, source.kind)
        try:
            source.run(self.room.intake, self._stop)
        except Closed:
            return
        except HaidangError as error:
            health.note = error.message
            _log.warning("feed %s stopped: %s", source.feed_id, error)
        except OSError as error:
            health.note = str(error)
            _log.warning("feed %s stopped: %s", source.feed_id, error)
        except Exception as error:  # noqa: BLE001 -- a feed that dies must be seen on the screen, not only in a trace
            health.note = f"{type(error).__name__}: {error}"
            _log.exception("feed %s stopped by a fault of ours", source.feed_id)

    def _rebuild(self) -> None:
        while not self._stop.is_set():
            try:
                rebuild(self.room, self.room.clock.now_us())
            except Unavailable:
                self._stop.wait(RETRY_S)
            else:
                return

    def _set_aside(self, arrivals: Sequence[Arrival], error: BaseException) -> None:
        """Give up a batch that our own fault makes fail; each arrival is tried by itself, what fails is counted."""
        self._rebuild()
        if len(arrivals) > 1:
            for arrival in arrivals:
                self.turn([arrival])
            return
        self.failed_batches += 1
        _log.error("a micro-batch failed and was set aside", exc_info=error)
        for arrival in arrivals:
            self._count_lost(arrival)
        self._refuse(arrivals, error)

    def _count_lost(self, arrival: Arrival) -> None:
        """Count the rows under the feed, in memory and in the store, so that they are not missing without a trace."""
        n = len(arrival.decoded.positions)
        reasons = Counter(reject.reason for reject in arrival.decoded.rejects) + Counter({OUR_FAULT: n})
        health = self.room.board.add(arrival.feed_id, arrival.feed_id, "feed")
        for reason, rows in reasons.items():
            health.refuse(reason, rows)
        try:
            with self.room.store.write() as conn:
                key = feeds.register(conn, arrival.feed_id)
                feeds.add_counts(conn, key, {f"reject:{reason}": rows for reason, rows in reasons.items()})
                feeds.add_rejects(conn, key, self.room.clock.now_us(), arrival.decoded.rejects)
        except HaidangError as error:
            _log.warning("the loss of %d rows of %s could not be written: %s", n, arrival.feed_id, error)

    @staticmethod
    def _refuse(arrivals: Sequence[Arrival], error: BaseException) -> None:
        for arrival in arrivals:
            if arrival.receipt is not None and not arrival.receipt.done():
                known = error if isinstance(error, HaidangError) else Unavailable(f"not stored: {error}")
                arrival.receipt.set_exception(known)
