"""Standing events of one vessel, and how two versions of them differ.

An event never changes; what changes is our knowledge. A late fix can take an event away (superseded, with a reason) or
move its end; the desk must hear each of these exactly once.
"""

from collections.abc import Iterable, Mapping

from haidang.core.event import Event

#: What makes two findings the same event: all that stands in the event id, but quicker than its hash.
Key = tuple[str, str, int, str | None, str | None]


def key_of(event: Event) -> Key:
    """Return the key of an event."""
    return (event.vessel_id, event.kind, event.start_us, event.zone_id, event.other_vessel_id)


def by_key(events: Iterable[Event]) -> dict[Key, Event]:
    """Return events by key."""
    return {key_of(event): event for event in events}


class Differences:
    """Collects what changed over one update."""

    def __init__(self) -> None:
        self.opened: list[Event] = []
        self.closed: list[Event] = []
        self.superseded: list[tuple[str, str | None, str]] = []

    def compare(self, before: Mapping[Key, Event], after: Mapping[Key, Event], reason: str) -> None:
        """Note what became of the events of one vessel (or of the fleet).

        Args:
            before: what was told.
            after: what holds now.
            reason: why an event that is missing now no longer holds: `late_fix` or `feed_outage`.
        """
        fresh = []
        for key, event in after.items():
            known = before.get(key)
            if known is None or (known.end_us is not None and event.end_us is None):
                fresh.append(event)
            elif known.end_us != event.end_us or (event.end_us is not None and known != event):
                self.closed.append(event)
        self.opened += fresh
        for key, event in before.items():
            if key not in after:
                self.superseded.append((event.event_id, _heir(event, fresh), reason))


def _heir(event: Event, fresh: Iterable[Event]) -> str | None:
    """Return the id of the new event of the same kind that overlaps one that no longer holds."""
    for other in fresh:
        if other.kind == event.kind and _overlap(event, other):
            return other.event_id
    return None


def _overlap(one: Event, other: Event) -> bool:
    return (one.end_us is None or other.start_us <= one.end_us) and (
        other.end_us is None or one.start_us <= other.end_us
    )
