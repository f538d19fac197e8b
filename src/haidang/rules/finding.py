"""What the evaluation gives: findings (one per vessel and matter), and what was held back and why."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule finds something about a vessel that lasts now.

    Nothing in it counts up with the clock: the same matter gives the same finding every minute, so that an alert
    changes only when the matter does.

    Attributes:
        rule_id: the family (`loss_of_signal`); one finding per vessel and family.
        clause_id: the entry that spoke (`loss_of_signal.over_6h`).
        rule_version: entry and the text it follows, e.g. `over_6h 37/2024`.
        since_us: when it began, UTC microseconds; deadline_us: by when somebody has to have acted, None if none.
        event_ids: the events it rests on, oldest first; empty for a forecast.
        reason_vi, reason_en: one sentence with the numbers.
        rule_vi, rule_en: the rule in words; source: its legal basis; trust: A, B, C or X.
        next_vi, next_en: the next thing to do.
    """

    rule_id: str
    clause_id: str
    rule_version: str
    vessel_id: str
    severity: str
    since_us: int
    deadline_us: int | None
    event_ids: tuple[str, ...]
    title_vi: str
    title_en: str
    reason_vi: str
    reason_en: str
    rule_vi: str
    rule_en: str
    source: str
    trust: str
    next_vi: str
    next_en: str


@dataclass(frozen=True, slots=True)
class Held:
    """A silence that is laid to the supplier's outage and not to the vessel, while the outage lasts.

    Attributes:
        event_id: the silence; None where the detector held it back before it became an event.
        outage_event_id: the outage that explains it.
        since_us: when the silence began, UTC microseconds; when the outage began, where that is all that is known.
    """

    rule_id: str
    vessel_id: str
    since_us: int
    event_id: str | None
    outage_event_id: str
    supplier: str
    reason_vi: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that an evaluation found, in a fixed order."""

    findings: list[Finding] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
