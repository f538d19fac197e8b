"""The loop that keeps the watch: takes micro-batches, runs the pipeline, survives what the world does to it.

A database that is gone for a minute must cost nothing but that minute, so a batch that could not be stored is kept and
tried again with an engine rebuilt from the store. A batch that our own fault makes fail is set aside and counted.
"""

import logging
import threading
from collections.abc import Sequence

from haidang.core.errors import Conflict, HaidangError, Unavailable
from haidang.core.time import SECOND_US
from haidang.live.intake import Arrival, Closed, Source
from haidang.live.pipeline import Pipeline, rebuild
from haidang.live.room import Room

RETRY_S = 1.0
#: Without input the pipeline still runs this often, in real seconds: silence is made of time.
IDLE_TURN_US = 5 * SECOND_US
FEEDS_EVERY_TURNS = 8
MAX_CONFLICTS = 5
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
        """Stop sources, finish the batch in hand, close the screens' streams. Waiting arrivals are not acknowledged."""
        self._stop.set()
        self.room.intake.close()
        for thread in self._threads:
            thread.join(timeout=30)
        self.room.fanout.close()

    def turn(self, arrivals: Sequence[Arrival]) -> None:
        """Run one micro-batch to its commit, trying again while the database is away."""
        conflicts = 0
        while True:
            try:
                self.pipeline.process(arrivals, self.room.clock.now_us())
            except Unavailable as error:
                _log.warning("not stored, trying again: %s", error)
                if self._stop.wait(RETRY_S):
                    self._refuse(arrivals, error)
                    return
                self._rebuild()
            except Conflict as error:
                # A person changed an alert between our reading and our writing: read again.
                conflicts += 1
                if conflicts > MAX_CONFLICTS:
                    self._set_aside(arrivals, error)
                    return
                self._rebuild()
            except Exception as error:  # noqa: BLE001 -- one of the four catch points: quarantine and go on
                self._set_aside(arrivals, error)
                return
            else:
                return

    def _keep(self) -> None:
        turns, last_us = 0, 0
        while not self._stop.is_set():
            arrivals = self.room.intake.take()
            now_us = self.room.clock.now_us()
            if arrivals or now_us - last_us >= IDLE_TURN_US:
                last_us = now_us
                self.turn(arrivals)
            turns += 1
            if turns % FEEDS_EVERY_TURNS == 0:
                self.room.fanout.publish("feeds", None)

    def _run_source(self, source: Source) -> None:
        try:
            source.run(self.room.intake, self._stop)
        except Closed:
            return
        except HaidangError as error:
            self.room.board.add(source.feed_id, source.name, source.kind).note = error.message
            _log.warning("feed %s stopped: %s", source.feed_id, error)
        except OSError as error:
            self.room.board.add(source.feed_id, source.name, source.kind).note = str(error)
            _log.warning("feed %s stopped: %s", source.feed_id, error)

    def _rebuild(self) -> None:
        while not self._stop.is_set():
            try:
                rebuild(self.room, self.room.clock.now_us())
            except Unavailable:
                self._stop.wait(RETRY_S)
            else:
                return

    def _set_aside(self, arrivals: Sequence[Arrival], error: BaseException) -> None:
        self.failed_batches += 1
        _log.error("a micro-batch failed and was set aside", exc_info=error)
        for arrival in arrivals:
            health = self.room.board.add(arrival.feed_id, arrival.feed_id, "feed")
            health.rejects_by_reason["pipeline_failed"] += len(arrival.decoded.positions)
        self._refuse(arrivals, error)
        self._rebuild()

    @staticmethod
    def _refuse(arrivals: Sequence[Arrival], error: BaseException) -> None:
        for arrival in arrivals:
            if arrival.receipt is not None and not arrival.receipt.done():
                arrival.receipt.set_exception(Unavailable(f"not stored: {error}"))
