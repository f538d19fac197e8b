"""Time: UTC microseconds everywhere, and the only place in the house that reads the wall clock.

Replay at any speed must give the events of the live run, so nothing else may ask the machine what time it
is; whoever needs "now" is handed a clock or an event time.
"""

import time as _time
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
#: Local time of Vietnam, all year (no daylight saving).
VIETNAM = timezone(timedelta(hours=7), "UTC+7")
#: Marks "no time" in int64 time columns.
NO_TIME_US = -(2**63)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Anything that can say what time it is, in UTC microseconds."""

    def now_us(self) -> int:
        """Return the current time, UTC microseconds since 1970."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now_us(self) -> int:
        """Return the wall clock, UTC microseconds since 1970."""
        return _time.time_ns() // 1000


class ManualClock:
    """A clock that stands still until told otherwise: tests, replay, drill."""

    def __init__(self, start_us: int) -> None:
        self._now_us = start_us

    def now_us(self) -> int:
        """Return the time last set."""
        return self._now_us

    def set(self, now_us: int) -> None:
        """Set the time, UTC microseconds."""
        self._now_us = now_us

    def advance(self, by_us: int) -> None:
        """Move the time forward by `by_us` microseconds."""
        self._now_us += by_us


class ScaledClock:
    """A clock that starts at `start_us` and runs `speed` times as fast as the machine's: drill and replay."""

    def __init__(self, start_us: int, speed: float) -> None:
        self._base_us = start_us
        self._speed = speed
        self._since_ns = _time.monotonic_ns()

    @property
    def speed(self) -> float:
        """Return how many seconds pass here in one real second; 0 is paused."""
        return self._speed

    def now_us(self) -> int:
        """Return the scaled time, UTC microseconds."""
        elapsed_us = (_time.monotonic_ns() - self._since_ns) // 1000
        return self._base_us + int(elapsed_us * self._speed)

    def set_speed(self, speed: float) -> None:
        """Change the speed without a jump in time."""
        self._base_us = self.now_us()
        self._since_ns = _time.monotonic_ns()
        self._speed = speed


def monotonic_s() -> float:
    """Return seconds of a clock that never goes back: for timeouts and durations, never for event time."""
    return _time.monotonic()


def to_datetime(time_us: int) -> datetime:
    """Return an aware UTC datetime. Exact to the microsecond, also before 1970."""
    return _EPOCH + timedelta(microseconds=time_us)


def from_datetime(moment: datetime) -> int:
    """Return UTC microseconds; a naive datetime is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(microseconds=1)


def parse_iso_us(text: str) -> int:
    """Return UTC microseconds of an ISO 8601 text; naive times are UTC.

    Raises:
        ValueError: the text is not ISO 8601.
    """
    return from_datetime(datetime.fromisoformat(text.strip()))


def format_iso(time_us: int) -> str:
    """Return ISO 8601 UTC with a trailing Z; fractions only where there are any."""
    moment = to_datetime(time_us).replace(tzinfo=None)
    return moment.isoformat() + "Z"


def format_local(time_us: int) -> str:
    """Return `dd/mm/yyyy HH:MM` in Vietnamese local time (UTC+7), for documents."""
    return to_datetime(time_us).astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")
