"""Border markers: in what condition each was last seen, and when it has to be seen again.

A marker in the forest is a day's walk away; which ones are overdue decides where the next patrol goes. The unit sets
the interval. Keepers are groups, never persons.
"""

from dataclasses import dataclass, replace

from haidang.core.errors import InvalidInput
from haidang.core.time import DAY_US, format_iso
from haidang.desk.actor import Actor, require, require_version
from haidang.desk.history import Entry
from haidang.desk.text import MAX_LINE, one_of, place_of, written

KINDS: tuple[str, ...] = ("main", "auxiliary")
CONDITIONS: tuple[str, ...] = ("unknown", "unchanged", "overgrown", "damaged", "moved", "missing")
_MAX_INTERVAL_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Marker:
    """A border marker or auxiliary stake.

    Attributes:
        number: as written on it, e.g. `690/2`.
        pair_number: its counterpart on the other side, "" if there is none.
        section: the unit's stretch of line.
        keeper_group: who keeps an eye on it, a group.
        lat_deg, lon_deg: WGS84 degrees; restricted, None if not given to this desk.
        interval_days: it has to be seen at least this often.
        inspected_us: when it was last seen, UTC microseconds; None never.
    """

    marker_id: str
    number: str
    kind: str = "main"
    pair_number: str = ""
    section: str = ""
    keeper_group: str = ""
    access: str = ""
    lat_deg: float | None = None
    lon_deg: float | None = None
    interval_days: int = 90
    condition: str = "unknown"
    inspected_us: int | None = None
    version: int = 1

    @property
    def due_us(self) -> int | None:
        """Return by when it has to be seen again; None: it was never seen, so it is due now."""
        return None if self.inspected_us is None else self.inspected_us + self.interval_days * DAY_US

    def is_overdue(self, now_us: int) -> bool:
        """Return whether it should have been seen by now."""
        return self.due_us is None or now_us > self.due_us


@dataclass(frozen=True, slots=True)
class Inspection:
    """One look at one marker."""

    inspection_id: str
    marker_id: str
    time_us: int
    recorded_us: int
    actor: str
    condition: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class MarkerChange:
    """A marker after a step, with its history line and, where there was one, the inspection."""

    marker: Marker
    entry: Entry
    inspection: Inspection | None = None


def allowed_actions(_marker: Marker, person: Actor) -> list[str]:
    """Return what this person may do with the marker now."""
    return ["inspect"] if person.can("patrol") else []


def write_down(marker: Marker, person: Actor, *, now_us: int) -> MarkerChange:
    """Enter a marker into the register.

    Raises:
        NotAllowed: no role of patrol.
        InvalidInput: no number, unknown kind, impossible place or interval.
    """
    require(person, "patrol")
    one_of(marker.kind, KINDS, "kind")
    place_of(marker.lat_deg, marker.lon_deg)
    if not 1 <= marker.interval_days <= _MAX_INTERVAL_DAYS:
        raise InvalidInput(
            f"interval_days {marker.interval_days}: expected 1 to {_MAX_INTERVAL_DAYS}", field="interval_days"
        )
    ready = replace(
        marker, number=written(marker.number, "number", max_length=MAX_LINE), condition="unknown", inspected_us=None,
        version=1,
    )  # fmt: skip
    return MarkerChange(ready, Entry(now_us, person.username, "create", "", "", "unknown"))


def inspect(
    marker: Marker,
    inspection_id: str,
    person: Actor,
    *,
    condition: str,
    base_version: int,
    now_us: int,
    time_us: int | None = None,
    note: str = "",
) -> MarkerChange:
    """Record that the marker was seen, and how it stands.

    Patrols come back after days: an inspection older than the newest known is kept, but the marker's condition stays
    that of the newest.

    Raises:
        NotAllowed, Conflict: no role of patrol; changed meanwhile.
        InvalidInput: unknown condition, a time in the future, or damage without a word about it.
    """
    require(person, "patrol")
    require_version(marker.version, base_version, f"marker {marker.number}")
    one_of(condition, CONDITIONS[1:], "condition")
    seen_us = now_us if time_us is None else time_us
    if seen_us > now_us:
        raise InvalidInput(f"time {format_iso(seen_us)} has not come yet (now {format_iso(now_us)})", field="time")
    if condition in {"damaged", "moved", "missing"}:
        written(note, "note")
    inspection = Inspection(inspection_id, marker.marker_id, seen_us, now_us, person.username, condition, note.strip())
    is_newest = marker.inspected_us is None or seen_us >= marker.inspected_us
    after = replace(
        marker, version=marker.version + 1,
        condition=condition if is_newest else marker.condition,
        inspected_us=seen_us if is_newest else marker.inspected_us,
    )  # fmt: skip
    entry = Entry(now_us, person.username, "inspect", note.strip(), marker.condition, after.condition)
    return MarkerChange(after, entry, inspection)
