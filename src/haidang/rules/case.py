"""What lies on the table when rules are judged: standing events, register, time; and who counts as a fishing boat.

Transponders lie about ship type and registers have gaps, so a vessel's class is taken from what is known and never
guessed into an accusation: a silent AIS fishing boat is out of the receiver's reach, not under the VMS decree.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from haidang.core.event import Event
from haidang.core.time import HOUR_US
from haidang.core.vessel import Vessel
from haidang.forecast.crossing import Forecasts
from haidang.rules.finding import Finding
from haidang.rules.pack import Rule, RulePack
from haidang.rules.words import Pair


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the checks may look at.

    Attributes:
        events: standing events by kind, each list by start, vessel, id; superseded ones are left out.
        forecasts: the newest crossing forecasts, None if there are none.
        now_us: event time of the judgement, UTC microseconds.
        drill: whether what is judged is simulated.
        confirmed: rule ids the unit has confirmed.
        standing: (vessel_id, family) of findings that lasted at the judgement before, for hysteresis.
    """

    pack: RulePack
    events: Mapping[str, Sequence[Event]]
    vessels: Mapping[str, Vessel]
    now_us: int
    forecasts: Forecasts | None = None
    drill: bool = False
    confirmed: AbstractSet[str] = frozenset()
    standing: AbstractSet[tuple[str, str]] = field(default_factory=frozenset)

    def rules(self, check: str, at_us: int) -> list[Rule]:
        """Return the entries of a check that judge something of the time `at_us`."""
        return self.pack.active(check, at_us, drill=self.drill, confirmed=self.confirmed)

    def of(self, *kinds: str) -> list[Event]:
        """Return the events of some kinds, by start, vessel, id."""
        return sorted((e for kind in kinds for e in self.events.get(kind, ())), key=event_key)


def event_key(event: Event) -> tuple[int, str, str]:
    """Return the sort key of events."""
    return event.start_us, event.vessel_id, event.event_id


def by_kind(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Return the events that still hold, by kind."""
    kinds: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.superseded_by is None:
            kinds[event.kind].append(event)
    return kinds


def is_fishing_boat(vessel_id: str, vessels: Mapping[str, Vessel]) -> bool:
    """Return whether fisheries rules speak of her: she says so, or she is no AIS ship and nobody says otherwise."""
    vessel = vessels.get(vessel_id)
    if vessel is not None and vessel.kind != "unknown":
        return vessel.kind == "fishing"
    return not _is_ais(vessel_id, vessel)


def carries_vms(vessel_id: str, vessels: Mapping[str, Vessel]) -> bool:
    """Return whether her silence is a terminal's: a fishing boat with a supplier, or one that has no MMSI."""
    vessel = vessels.get(vessel_id)
    if not is_fishing_boat(vessel_id, vessels):
        return False
    return not _is_ais(vessel_id, vessel) or (vessel is not None and vessel.supplier is not None)


def _is_ais(vessel_id: str, vessel: Vessel | None) -> bool:
    if vessel is not None and vessel.supplier is not None:
        return False
    return (vessel is not None and vessel.mmsi is not None) or (len(vessel_id) == 9 and vessel_id.isdigit())


def is_long_enough(rule: Rule, vessel: Vessel | None) -> bool:
    """Return whether the vessel's length falls under the entry; a length nobody knows does not free her."""
    if vessel is None or vessel.length_m is None or "min_length_m" not in rule.params:
        return True
    return vessel.length_m >= rule.number("min_length_m")


def step_of(rules: Sequence[Rule], since_us: int, now_us: int) -> tuple[Rule, int | None] | None:
    """Return the furthest step reached of a matter that began at `since_us`, with its deadline; None before the first.

    The deadline is the entry's own, else the next repetition, else the time of the next step.
    """
    ladder = sorted(rules, key=lambda r: r.number("after_h"))
    reached = [r for r in ladder if since_us + _us(r.number("after_h")) <= now_us]
    if not reached:
        return None
    rule = reached[-1]
    if rule.deadline_h is not None:
        return rule, since_us + _us(rule.deadline_h)
    if rule.repeat_h is not None:
        every_us = _us(rule.repeat_h)
        return rule, since_us + ((now_us - since_us) // every_us + 1) * every_us
    later = ladder[len(reached) :]
    return rule, since_us + _us(later[0].number("after_h")) if later else None


def _us(hours: float) -> int:
    return round(hours * HOUR_US)


def finding_of(
    rule: Rule, vessel_id: str, *, since_us: int, deadline_us: int | None, events: Iterable[Event] = (), reason: Pair
) -> Finding:
    """Return the finding of an entry about a vessel."""
    return Finding(
        rule_id=rule.family,
        clause_id=rule.rule_id,
        rule_version=f"{rule.rule_id.removeprefix(rule.family + '.')} {rule.version}",
        vessel_id=vessel_id,
        severity=rule.severity,
        since_us=since_us,
        deadline_us=deadline_us,
        event_ids=tuple(e.event_id for e in events),
        title_vi=rule.title_vi,
        title_en=rule.title_en,
        reason_vi=reason[0],
        reason_en=reason[1],
        rule_vi=rule.text_vi,
        rule_en=rule.text_en,
        source=rule.source,
        trust=rule.trust,
        next_vi=rule.next_vi,
        next_en=rule.next_en,
    )
