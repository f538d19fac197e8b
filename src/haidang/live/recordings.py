"""Sources that play something back at the pace of the desk's clock: recordings and the drill's simulator.

A recording is given out by the time it was *received*, as the desk of that day would have seen it: late fixes come
late here too, and nothing may look ahead.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from haidang.core.columns import Positions
from haidang.core.time import HOUR_US, SECOND_US, Clock, format_iso, parse_iso_us
from haidang.core.vessel import Vessel
from haidang.feeds.ais_nmea import NmeaDecoder
from haidang.feeds.catalogue import read_file
from haidang.feeds.decoded import Decoded
from haidang.feeds.opening import open_stream
from haidang.live.intake import Arrival, Closed, Intake

POLL_S = 0.4
#: Longest stretch of recorded time in one arrival, so that alerts open when they would have opened.
LONGEST_STEP_US = HOUR_US
#: A log without any time is played as if so many lines had come each second.
UNTIMED_LINES_PER_S = 25


class Recording:
    """A whole recorded file in memory, ordered by reception."""

    def __init__(self, path: Path) -> None:
        parts = list(read_file(path))
        positions = Positions.concat([p.positions for p in parts])
        if len(positions) > 1 and (positions.received_time_us == _written_us(path)).all():
            parts = list(_read_untimed(path))
            positions = Positions.concat([p.positions for p in parts])
        order = np.argsort(positions.received_time_us, kind="stable")
        self.positions = positions.take(order)
        self.rejects = [r for p in parts for r in p.rejects]
        self.vessels: dict[str, Vessel] = {}
        self.counts: dict[str, int] = {}
        for part in parts:
            self.vessels.update(part.vessels)
            for name, n in part.counts.items():
                self.counts[name] = self.counts.get(name, 0) + n

    @property
    def start_us(self) -> int:
        """Return when the first position was received; 0 for an empty recording."""
        return int(self.positions.received_time_us[0]) if len(self.positions) else 0

    @property
    def end_us(self) -> int:
        """Return when the last position was received; 0 for an empty recording."""
        return int(self.positions.received_time_us[-1]) if len(self.positions) else 0

    def extras(self) -> Decoded:
        """Return what the file held besides positions: rejects, statics, counts; given out once, at the start."""
        return Decoded(Positions.empty(), self.rejects, self.vessels, self.counts)

    def between(self, after_us: int, until_us: int) -> Positions:
        """Return what was received in (after_us, until_us]."""
        received = self.positions.received_time_us
        first, last = np.searchsorted(received, [after_us, until_us], side="right")
        return self.positions.take(slice(int(first), int(last)))


def _written_us(path: Path) -> int:
    """Return when the file was written: what the decoder takes for the time of a log that holds none."""
    return path.stat().st_mtime_ns // 1000


def _read_untimed(path: Path) -> Iterator[Decoded]:
    """Read a log that holds no times at all as if its lines had come in evenly, the last when the file was written."""
    with open_stream(path) as (stream, _raw):
        n_lines = sum(1 for _line in stream)
    end_us = _written_us(path)
    decoder = NmeaDecoder()
    with open_stream(path) as (stream, _raw):
        left = n_lines
        while lines := list(islice(stream, UNTIMED_LINES_PER_S)):
            left -= len(lines)
            yield decoder.feed(b"".join(lines), end_us - left // UNTIMED_LINES_PER_S * SECOND_US)
    yield decoder.flush()


class PlaybackSource:
    """Gives out, at the clock's pace, what `between` returns for the stretch of time that has passed.

    The cursor is the clock's time up to which everything was given out; it is stored in the same transaction as the
    positions, so a restart goes on exactly there.
    """

    def __init__(self, feed_id: str, between: Callable[[int, int], Positions], clock: Clock, *, after_us: int) -> None:
        self.feed_id = feed_id
        self.name = feed_id
        self.kind = "recording"
        self.end_us: int | None = None
        #: Called once when everything was given out.
        self.on_end: Callable[[], None] = lambda: None
        #: Given out before the first position of a fresh store: statics and rejects of the whole recording.
        self.first: Decoded | None = None
        self._between = between
        self._clock = clock
        self._given_us = after_us

    def arrival_until(self, until_us: int) -> Arrival | None:
        """Return the next arrival up to `until_us` (at most an hour of it), None when that time is already given."""
        if until_us <= self._given_us:
            return None
        step_us = min(until_us, self._given_us + LONGEST_STEP_US)
        batch = self._between(self._given_us, step_us)
        self._given_us = step_us
        decoded = Decoded(batch) if self.first is None else replace(self.first, positions=batch)
        self.first = None
        return Arrival(self.feed_id, decoded, cursor=format_iso(step_us))

    def run(self, intake: Intake, stop: threading.Event) -> None:
        """Follow the clock until `stop` is set or the recording is over."""
        try:
            while not stop.is_set():
                arrival = self.arrival_until(self._clock.now_us())
                if arrival is None:
                    stop.wait(POLL_S)
                    continue
                intake.put(arrival)
                if self.end_us is not None and self._given_us >= self.end_us:
                    self.on_end()
                    return
                if len(arrival.decoded.positions) == 0:
                    stop.wait(POLL_S)
        except Closed:
            return


def cursor_time_us(cursor: str | None) -> int | None:
    """Return the time a playback's cursor stands at."""
    return parse_iso_us(cursor) if cursor else None
