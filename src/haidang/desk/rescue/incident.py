"""An incident: opened with what is known, told in a log that nobody edits, closed with an outcome.

First reports are wrong in half their facts, and afterwards it matters what was known when. So facts are lines with a
time, wrong lines are struck and stay, and people are numbers: aboard, missing, rescued.
"""

from dataclasses import dataclass, replace

from haidang.core.errors import IllegalTransition
from haidang.desk.actor import Actor, require, require_version
from haidang.desk.history import Entry
from haidang.desk.text import MAX_LINE, count_of, one_of, place_of, strike_of, written

STATES: tuple[str, ...] = ("open", "closed")
KINDS: tuple[str, ...] = (
    "missing_vessel", "sinking", "grounding", "collision", "fire", "engine_failure", "medical", "man_overboard",
    "storm", "flood", "landslide", "epidemic", "other",
)  # fmt: skip
CERTAINTIES: tuple[str, ...] = ("confirmed", "probable", "unconfirmed")
OUTCOMES: tuple[str, ...] = ("saved", "partly_saved", "not_found", "false_alarm", "handed_over")


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that happened to people or a vessel and needs help.

    Attributes:
        time_us: when it happened as far as known; opened_us: when the desk opened it. UTC microseconds.
        place: in words; lat_deg, lon_deg: WGS84 degrees, None if not known.
        aboard_count, missing_count, rescued_count: persons; None is not known.
        lead: the unit that leads.
    """

    incident_id: str
    kind: str
    title: str
    state: str
    time_us: int
    opened_us: int
    certainty: str = "unconfirmed"
    place: str = ""
    lat_deg: float | None = None
    lon_deg: float | None = None
    vessel_id: str | None = None
    aboard_count: int | None = None
    missing_count: int | None = None
    rescued_count: int | None = None
    lead: str = ""
    outcome: str | None = None
    closed_us: int | None = None
    closing_note: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """A line of an incident's log; struck, never edited."""

    line_id: str
    incident_id: str
    time_us: int
    recorded_us: int
    actor: str
    text: str
    struck_us: int | None = None
    struck_by: str | None = None
    strike_reason: str | None = None


@dataclass(frozen=True, slots=True)
class IncidentChange:
    """An incident after a step, with its history line."""

    incident: Incident
    entry: Entry


def allowed_actions(incident: Incident, person: Actor) -> list[str]:
    """Return what this person may do with the incident now."""
    if not person.can("rescue"):
        return []
    return ["log", "close"] if incident.state == "open" else ["log"]


def open_incident(incident: Incident, person: Actor, *, now_us: int) -> IncidentChange:
    """Open an incident as filled in; state and version are set here.

    Raises:
        NotAllowed: no role of rescue.
        InvalidInput: unknown kind or certainty, no title, impossible place or count.
    """
    require(person, "rescue")
    one_of(incident.kind, KINDS, "kind")
    one_of(incident.certainty, CERTAINTIES, "certainty")
    place_of(incident.lat_deg, incident.lon_deg)
    for name in ("aboard_count", "missing_count", "rescued_count"):
        count_of(getattr(incident, name), name)
    ready = replace(
        incident, title=written(incident.title, "title", max_length=MAX_LINE), state="open", opened_us=now_us,
        outcome=None, closed_us=None, closing_note="", version=1,
    )  # fmt: skip
    return IncidentChange(ready, Entry(now_us, person.username, "open", incident.title, "", "open"))


def add_line(
    incident: Incident, line_id: str, person: Actor, *, text: str, now_us: int, time_us: int | None = None
) -> IncidentLine:
    """Write a line into the log; a closed incident may still be added to (what came to light later).

    Raises:
        NotAllowed: no role of rescue.
        InvalidInput: empty text.
    """
    require(person, "rescue")
    happened_us = now_us if time_us is None else time_us
    return IncidentLine(line_id, incident.incident_id, happened_us, now_us, person.username, written(text, "text"))


def strike_line(line: IncidentLine, person: Actor, *, reason: str, now_us: int) -> IncidentLine:
    """Strike a line with a reason; its words stay.

    Raises:
        NotAllowed: no role of rescue.
        IllegalTransition: struck already.
        InvalidInput: no reason.
    """
    require(person, "rescue")
    done = strike_of(line.struck_us, person, now_us=now_us, reason=reason)
    return replace(line, struck_us=done.struck_us, struck_by=done.struck_by, strike_reason=done.strike_reason)


def close(
    incident: Incident,
    person: Actor,
    *,
    outcome: str,
    base_version: int,
    now_us: int,
    note: str = "",
    rescued_count: int | None = None,
    missing_count: int | None = None,
) -> IncidentChange:
    """Close with an outcome out of OUTCOMES and the last counts, where they changed.

    Raises:
        NotAllowed, Conflict: no role of rescue; changed meanwhile.
        IllegalTransition: closed already.
        InvalidInput: unknown outcome or impossible count.
    """
    require(person, "rescue")
    require_version(incident.version, base_version, f"incident {incident.incident_id}")
    if incident.state != "open":
        raise IllegalTransition(f"incident {incident.incident_id} is closed already", state=incident.state)
    rescued = count_of(rescued_count, "rescued_count")
    missing = count_of(missing_count, "missing_count")
    done = replace(
        incident, state="closed", outcome=one_of(outcome, OUTCOMES, "outcome"), closed_us=now_us,
        closing_note=note.strip(), version=incident.version + 1,
        rescued_count=incident.rescued_count if rescued is None else rescued,
        missing_count=incident.missing_count if missing is None else missing,
    )  # fmt: skip
    words = f"{outcome}: {note.strip()}" if note.strip() else outcome
    return IncidentChange(done, Entry(now_us, person.username, "close", words, "open", "closed"))
