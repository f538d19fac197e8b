"""The life of an alert: open, acknowledged, snoozed, resolved; one per vessel and rule while its cause lasts.

The machine finds the same thing again every minute and an officer wants to hear it once. So a finding opens an
alert or refreshes the one that stands; a resolved alert stays resolved for that occurrence; a snoozed one comes back
by itself, and at once when the matter gets worse.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Protocol, Self

from haidang.core.errors import IllegalTransition, InvalidInput
from haidang.core.time import DAY_US, format_iso
from haidang.desk.actor import SYSTEM, Actor, require, require_version
from haidang.desk.history import Entry

STATES: tuple[str, ...] = ("open", "acknowledged", "snoozed", "resolved")
#: From the gravest to the least.
SEVERITIES: tuple[str, ...] = ("critical", "high", "notice", "info")
OUTCOMES: tuple[str, ...] = ("explained", "false_alarm", "supplier_fault", "returned", "violation_filed")
#: Nobody may snooze longer than this: a forgotten snooze is a dropped alert.
MAX_SNOOZE_US = 30 * DAY_US

#: State -> what a person of the watch may do in it.
_STEPS: dict[str, tuple[str, ...]] = {
    "open": ("acknowledge", "resolve", "snooze", "note"),
    "acknowledged": ("resolve", "snooze", "note"),
    "snoozed": ("acknowledge", "resolve", "reopen", "note"),
    "resolved": ("reopen", "note"),
}


class FindingLike(Protocol):
    """What the desk needs of a rule's finding (rules/evaluate.py has the real one)."""

    @property
    def rule_id(self) -> str: ...  # noqa: D102
    @property
    def rule_version(self) -> str: ...  # noqa: D102
    @property
    def vessel_id(self) -> str: ...  # noqa: D102
    @property
    def severity(self) -> str: ...  # noqa: D102
    @property
    def since_us(self) -> int: ...  # noqa: D102
    @property
    def event_ids(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def deadline_us(self) -> int | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Wording:
    """The words shown with an alert, in both languages, as the rule and the finding give them.

    Attributes:
        title_vi, title_en: the rule's title.
        reason_vi, reason_en: why this vessel, with the numbers.
        rule_vi, rule_en: the rule in words.
        next_vi, next_en: the next thing to do.
        source: the legal text.
        trust: A, B, C or X (unverified).
    """

    title_vi: str = ""
    title_en: str = ""
    reason_vi: str = ""
    reason_en: str = ""
    rule_vi: str = ""
    rule_en: str = ""
    next_vi: str = ""
    next_en: str = ""
    source: str = ""
    trust: str = ""

    @classmethod
    def of(cls, finding: object) -> Self:
        """Return the words of a finding that carries them under the same names (rules/finding.py does)."""
        return cls(**{f.name: getattr(finding, f.name) for f in fields(cls)})


@dataclass(frozen=True, slots=True)
class Alert:
    """Work for a person about one vessel and one rule.

    Attributes:
        since_us: when the cause began; opened_us: when the desk opened the alert. UTC microseconds.
        deadline_us: by when somebody has to have acted; None if the rule names none.
        owner: username of who acknowledged it.
        lasting: the cause still stands.
        event_ids: every event this occurrence was about, oldest first.
        version: grows by one with every change.
    """

    alert_id: str
    rule_id: str
    rule_version: str
    vessel_id: str
    severity: str
    state: str
    since_us: int
    opened_us: int
    updated_us: int
    deadline_us: int | None = None
    owner: str | None = None
    snoozed_until_us: int | None = None
    outcome: str | None = None
    resolved_us: int | None = None
    lat_deg: float | None = None
    lon_deg: float | None = None
    lasting: bool = True
    event_ids: tuple[str, ...] = ()
    wording: Wording = Wording()
    version: int = 1

    @property
    def is_unresolved(self) -> bool:
        """Return whether somebody still has to finish it."""
        return self.state != "resolved"


@dataclass(frozen=True, slots=True)
class AlertChange:
    """An alert after a step, with the history lines to store beside it."""

    alert: Alert
    entries: tuple[Entry, ...]


def allowed_actions(alert: Alert, person: Actor) -> list[str]:
    """Return the actions this person may take now, in the order the screen shows them."""
    return list(_STEPS[alert.state]) if person.can("watch") else []


def is_same_occurrence(alert: Alert, finding: FindingLike) -> bool:
    """Return whether a finding is about the occurrence that a resolved alert was about.

    It is, if all its events are known to the alert and it is no graver than what was resolved: whoever closed a loss
    of six hours has not closed one of ten days. Findings without events (from forecasts) belong to it while the cause
    lasted without a break.
    """
    if SEVERITIES.index(finding.severity) < SEVERITIES.index(alert.severity):
        return False
    if not finding.event_ids:
        return alert.lasting
    return set(finding.event_ids) <= set(alert.event_ids)


def open_or_refresh(
    current: Alert | None,
    finding: FindingLike,
    *,
    now_us: int,
    wording: Wording,
    place: tuple[float | None, float | None] = (None, None),
) -> AlertChange | None:
    """Open an alert for a finding, or bring the standing one up to date.

    Args:
        current: the newest alert of this vessel and rule, whatever its state; None if there never was one.
        finding: what the rule found.
        now_us: event time of the evaluation.
        wording: the words in both languages.
        place: (lat_deg, lon_deg) of the vessel's last fix or of the event.

    Returns:
        The change to store; None when nothing changed.
    """
    if finding.severity not in SEVERITIES:
        raise InvalidInput(f"severity {finding.severity!r}: expected one of {', '.join(SEVERITIES)}")
    if current is not None and (current.is_unresolved or is_same_occurrence(current, finding)):
        return _refresh(current, finding, now_us=now_us, wording=wording, place=place)
    alert = Alert(
        alert_id=_alert_id(finding, current),
        rule_id=finding.rule_id, rule_version=finding.rule_version, vessel_id=finding.vessel_id,
        severity=finding.severity, state="open",
        since_us=finding.since_us, opened_us=now_us, updated_us=now_us, deadline_us=finding.deadline_us,
        lat_deg=place[0], lon_deg=place[1], event_ids=tuple(finding.event_ids), wording=wording,
    )  # fmt: skip
    return AlertChange(alert, (Entry(now_us, SYSTEM.username, "open", wording.reason_en, "", "open"),))


def _alert_id(finding: FindingLike, current: Alert | None) -> str:
    """Return a stable id: replaying the same positions gives the same alerts.

    Hashing the predecessor's id keeps two occurrences with the same start apart.
    """
    parts = (finding.rule_id, finding.vessel_id, format_iso(finding.since_us), current.alert_id if current else "")
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


def _refresh(
    alert: Alert, finding: FindingLike, *, now_us: int, wording: Wording, place: tuple[float | None, float | None]
) -> AlertChange | None:
    added = tuple(e for e in finding.event_ids if e not in alert.event_ids)
    is_worse = SEVERITIES.index(finding.severity) < SEVERITIES.index(alert.severity)
    if not alert.is_unresolved:
        # Resolved, and the same occurrence goes on: only that fact is kept, nobody is disturbed.
        if alert.lasting:
            return None
        return AlertChange(replace(alert, lasting=True, updated_us=now_us, version=alert.version + 1), ())
    fresh = replace(
        alert,
        rule_version=finding.rule_version, severity=finding.severity, deadline_us=finding.deadline_us,
        since_us=min(alert.since_us, finding.since_us), event_ids=alert.event_ids + added, lasting=True,
        lat_deg=alert.lat_deg if place[0] is None else place[0],
        lon_deg=alert.lon_deg if place[1] is None else place[1],
        wording=wording,
    )  # fmt: skip
    entries: list[Entry] = []
    if is_worse:
        to_state = "open" if alert.state == "snoozed" else alert.state
        note = f"{alert.severity} -> {finding.severity}"
        entries.append(Entry(now_us, SYSTEM.username, "escalate", note, alert.state, to_state))
        if alert.state == "snoozed":
            fresh = replace(fresh, state="open", snoozed_until_us=None)
    elif not alert.lasting:
        entries.append(Entry(now_us, SYSTEM.username, "recur", wording.reason_en, alert.state, alert.state))
    if fresh == alert:
        return None
    return AlertChange(replace(fresh, updated_us=now_us, version=alert.version + 1), tuple(entries))


def cause_ended(alert: Alert, *, now_us: int) -> AlertChange | None:
    """Note that the rule no longer finds it. The alert stays for a person to finish; None when already noted."""
    if not alert.lasting:
        return None
    entries = (Entry(now_us, SYSTEM.username, "cause_ended", "", alert.state, alert.state),)
    change = replace(alert, lasting=False, updated_us=now_us, version=alert.version + 1)
    return AlertChange(change, entries)


def follow_supersession(alert: Alert, successors: Mapping[str, str | None], *, now_us: int) -> AlertChange | None:
    """Take over events that replaced ones this alert is about, so that late data isn't taken for a new occurrence.

    Args:
        alert: any alert.
        successors: superseded event id -> id of the event that took its place, or None.
        now_us: event time.
    """
    successor_ids = (successors.get(e) for e in alert.event_ids)
    added = tuple(dict.fromkeys(s for s in successor_ids if s is not None and s not in alert.event_ids))
    if not added:
        return None
    entries = (Entry(now_us, SYSTEM.username, "events_superseded", ", ".join(added), alert.state, alert.state),)
    change = replace(alert, event_ids=alert.event_ids + added, updated_us=now_us, version=alert.version + 1)
    return AlertChange(change, entries)


def wake(alert: Alert, *, now_us: int) -> AlertChange | None:
    """Open a snoozed alert whose time has come; None if it sleeps on or is not snoozed."""
    if alert.state != "snoozed" or alert.snoozed_until_us is None or now_us < alert.snoozed_until_us:
        return None
    entries = (Entry(now_us, SYSTEM.username, "wake", "", "snoozed", "open"),)
    change = replace(alert, state="open", snoozed_until_us=None, updated_us=now_us, version=alert.version + 1)
    return AlertChange(change, entries)


def acknowledge(alert: Alert, person: Actor, *, base_version: int, now_us: int, note: str = "") -> AlertChange:
    """Take the alert: the person becomes its owner.

    Raises:
        IllegalTransition, Conflict, NotAllowed: see `_check`.
    """
    _check(alert, person, "acknowledge", base_version)
    after = replace(alert, state="acknowledged", owner=person.username, snoozed_until_us=None)
    return _done(alert, after, person, "acknowledge", now_us=now_us, note=note)


def resolve(
    alert: Alert, person: Actor, *, outcome: str, base_version: int, now_us: int, note: str = ""
) -> AlertChange:
    """Finish the alert with an outcome out of OUTCOMES; it will not come back for this occurrence.

    Raises:
        InvalidInput: the outcome is not known.
        IllegalTransition, Conflict, NotAllowed: see `_check`.
    """
    _check(alert, person, "resolve", base_version)
    if outcome not in OUTCOMES:
        raise InvalidInput(f"outcome {outcome!r}: expected one of {', '.join(OUTCOMES)}")
    after = replace(
        alert, state="resolved", outcome=outcome, resolved_us=now_us, snoozed_until_us=None,
        owner=alert.owner or person.username,
    )  # fmt: skip
    words = f"{outcome}: {note}" if note else outcome
    return _done(alert, after, person, "resolve", now_us=now_us, note=words)


def snooze(
    alert: Alert, person: Actor, *, until_us: int, base_version: int, now_us: int, note: str = ""
) -> AlertChange:
    """Put the alert aside until a time (UTC microseconds); it opens by itself then, or when it gets worse.

    Raises:
        InvalidInput: the time is not after now, or more than MAX_SNOOZE_US away.
        IllegalTransition, Conflict, NotAllowed: see `_check`.
    """
    _check(alert, person, "snooze", base_version)
    if not now_us < until_us <= now_us + MAX_SNOOZE_US:
        raise InvalidInput(
            f"snooze until {format_iso(until_us)}: expected a time after now ({format_iso(now_us)}) and within "
            f"{MAX_SNOOZE_US // DAY_US} days"
        )
    after = replace(alert, state="snoozed", snoozed_until_us=until_us)
    words = f"until {format_iso(until_us)}" + (f": {note}" if note else "")
    return _done(alert, after, person, "snooze", now_us=now_us, note=words)


def reopen(alert: Alert, person: Actor, *, base_version: int, now_us: int, note: str = "") -> AlertChange:
    """Open a resolved or snoozed alert again; its earlier outcome stays in the history.

    Raises:
        IllegalTransition, Conflict, NotAllowed: see `_check`.
    """
    _check(alert, person, "reopen", base_version)
    after = replace(alert, state="open", outcome=None, resolved_us=None, snoozed_until_us=None)
    return _done(alert, after, person, "reopen", now_us=now_us, note=note)


def add_note(alert: Alert, person: Actor, *, base_version: int, now_us: int, note: str) -> AlertChange:
    """Write words into the alert's history.

    Raises:
        InvalidInput: the note is empty.
        IllegalTransition, Conflict, NotAllowed: see `_check`.
    """
    _check(alert, person, "note", base_version)
    if not note.strip():
        raise InvalidInput("an empty note: write what was seen, said or done")
    return _done(alert, alert, person, "note", now_us=now_us, note=note)


def act(
    alert: Alert,
    person: Actor,
    action: str,
    *,
    base_version: int,
    now_us: int,
    note: str = "",
    outcome: str | None = None,
    until_us: int | None = None,
) -> AlertChange:
    """Take an action by its name, as it arrives from outside.

    Raises:
        InvalidInput: no such action, or what it needs (outcome, until) is missing.
        IllegalTransition, Conflict, NotAllowed: see `_check`.
    """
    if action == "resolve":
        return resolve(alert, person, outcome=outcome or "", base_version=base_version, now_us=now_us, note=note)
    if action == "snooze":
        if until_us is None:
            raise InvalidInput("snooze needs `until`: the time at which the alert comes back")
        return snooze(alert, person, until_us=until_us, base_version=base_version, now_us=now_us, note=note)
    steps = {"acknowledge": acknowledge, "reopen": reopen, "note": add_note}
    if action not in steps:
        raise InvalidInput(f"action {action!r}: expected acknowledge, resolve, snooze, reopen or note")
    return steps[action](alert, person, base_version=base_version, now_us=now_us, note=note)


def _check(alert: Alert, person: Actor, action: str, base_version: int) -> None:
    """Check right, version and state, in this order: a stranger learns nothing of the state.

    Raises:
        NotAllowed: the person has no role of the watch.
        Conflict: the alert was changed since the caller read it.
        IllegalTransition: the state does not allow the action.
    """
    require(person, "watch")
    require_version(alert.version, base_version, f"alert {alert.alert_id}")
    if action not in _STEPS[alert.state]:
        allowed = ", ".join(_STEPS[alert.state])
        raise IllegalTransition(
            f"alert {alert.alert_id} is {alert.state}: {action} is not possible now, only {allowed}",
            state=alert.state,
        )


def _done(before: Alert, after: Alert, person: Actor, action: str, *, now_us: int, note: str) -> AlertChange:
    entry = Entry(now_us, person.username, action, note, before.state, after.state)
    return AlertChange(replace(after, updated_us=now_us, version=before.version + 1), (entry,))
