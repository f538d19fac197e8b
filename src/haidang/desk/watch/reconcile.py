"""One turn of the watch: what the rules find now against the alerts that stand, in one pass.

Findings come without memory, alerts have one. Every turn each finding opens or refreshes its alert, each alert whose
finding is gone is told so, and sleepers whose time has come wake; done once, here, so that live and replay agree.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from haidang.desk.watch.alert import (
    Alert,
    AlertChange,
    FindingLike,
    Wording,
    cause_ended,
    follow_supersession,
    open_or_refresh,
    wake,
)

F = TypeVar("F", bound=FindingLike)
#: Vessel id and rule id: what an alert is one of.
Matter = tuple[str, str]
#: (lat_deg, lon_deg), None where not known.
Place = tuple[float | None, float | None]


def reconcile(
    current: Mapping[Matter, Alert],
    findings: Iterable[F],
    *,
    now_us: int,
    place_of: Callable[[F], Place] = lambda _finding: (None, None),
    successors: Mapping[str, str | None] | None = None,
) -> list[AlertChange]:
    """Return the changes to store, in order; an alert may stand in it more than once, with growing versions.

    Args:
        current: (vessel_id, rule_id) -> newest alert, as `store.alerts.newest_by_vessel_and_rule` gives it. Resolved
            ones must be in it as long as their events are in the engine's window, else they would be raised again.
        findings: everything the rules find now, one per vessel and rule, with its words (see `Wording.of`).
        now_us: event time of the evaluation.
        place_of: finding -> (lat_deg, lon_deg) of its event or of the vessel's last fix.
        successors: events superseded since the last turn -> the one in their place, or None.
    """
    latest = dict(current)
    changes: list[AlertChange] = []

    def note(change: AlertChange | None) -> None:
        if change is not None:
            changes.append(change)
            latest[change.alert.vessel_id, change.alert.rule_id] = change.alert

    for matter in sorted(latest):
        if successors:
            note(follow_supersession(latest[matter], successors, now_us=now_us))
        note(wake(latest[matter], now_us=now_us))
    found: set[Matter] = set()
    for finding in sorted(findings, key=lambda f: (f.vessel_id, f.rule_id)):
        matter = (finding.vessel_id, finding.rule_id)
        found.add(matter)
        words = Wording.of(finding)
        note(open_or_refresh(latest.get(matter), finding, now_us=now_us, wording=words, place=place_of(finding)))
    for matter in sorted(latest.keys() - found):
        note(cause_ended(latest[matter], now_us=now_us))
    return changes
