"""The duty log: what was seen, said and done on watch, in order; struck where wrong, never edited.

It replaces the paper book, and a book with a torn page proves nothing: a line once written stays, the strike beside it
says who took it back and why.
"""

from dataclasses import dataclass, replace

from haidang.core.errors import InvalidInput
from haidang.core.time import MINUTE_US, format_iso
from haidang.desk.actor import Actor, require, require_version
from haidang.desk.text import strike_of, written

#: Clocks of desk and officer may differ by this much; nothing is logged further ahead.
_AHEAD_US = 5 * MINUTE_US


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A line of the duty log.

    Attributes:
        time_us: when it happened; recorded_us: when it was written. UTC microseconds.
        vessel_id, alert_id: what it is about, where it is about one.
        struck_us, struck_by, strike_reason: None while the line holds.
    """

    entry_id: str
    time_us: int
    recorded_us: int
    actor: str
    text: str
    vessel_id: str | None = None
    alert_id: str | None = None
    struck_us: int | None = None
    struck_by: str | None = None
    strike_reason: str | None = None
    version: int = 1


def allowed_actions(entry: LogEntry, person: Actor) -> list[str]:
    """Return what this person may do with the line now."""
    return ["strike"] if entry.struck_us is None and person.can("watch") else []


def write(
    entry_id: str,
    person: Actor,
    *,
    text: str,
    now_us: int,
    time_us: int | None = None,
    vessel_id: str | None = None,
    alert_id: str | None = None,
) -> LogEntry:
    """Write a line; `time_us` only where it happened earlier than it is written.

    Raises:
        NotAllowed: no role of the watch.
        InvalidInput: empty text, or a time in the future.
    """
    require(person, "watch")
    happened_us = now_us if time_us is None else time_us
    if happened_us > now_us + _AHEAD_US:
        raise InvalidInput(f"time {format_iso(happened_us)} has not come yet (now {format_iso(now_us)})", field="time")
    return LogEntry(entry_id, happened_us, now_us, person.username, written(text, "text"), vessel_id, alert_id)


def strike(entry: LogEntry, person: Actor, *, reason: str, base_version: int, now_us: int) -> LogEntry:
    """Strike a line with a reason; its words stay.

    Raises:
        NotAllowed, Conflict: no role of the watch; changed meanwhile.
        IllegalTransition: struck already.
        InvalidInput: no reason.
    """
    require(person, "watch")
    require_version(entry.version, base_version, f"log entry {entry.entry_id}")
    done = strike_of(entry.struck_us, person, now_us=now_us, reason=reason)
    return replace(
        entry, struck_us=done.struck_us, struck_by=done.struck_by, strike_reason=done.strike_reason,
        version=entry.version + 1,
    )  # fmt: skip
