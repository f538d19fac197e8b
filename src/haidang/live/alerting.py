"""From findings to alerts: inside the batch's transaction the standing alerts are read, moved on and saved.

Reading them each time instead of keeping them in memory is what keeps people's changes and the machine's apart: an
officer's acknowledgement a second ago is in the database, not in our memory.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from haidang.core.event import Event
from haidang.core.time import DAY_US
from haidang.desk.watch.alert import (
    Alert,
    AlertChange,
    Wording,
    cause_ended,
    follow_supersession,
    open_or_refresh,
    wake,
)
from haidang.forecast.crossing import Forecasts
from haidang.live.room import Room
from haidang.rules.evaluate import Finding, evaluate
from haidang.store import alerts as stored_alerts

#: Resolved alerts are remembered this long, so that the same occurrence doesn't open a second one.
MEMORY_US = 12 * DAY_US


class AlertStep:
    """Judges by the rules and moves the alerts on."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._changed: list[AlertChange] = []

    def run(
        self,
        conn: Connection,
        forecasts: Forecasts | None,
        superseded: Iterable[tuple[str, str | None, str]],
        *,
        now_us: int,
    ) -> int:
        """Open, refresh, end and wake alerts on a writing connection; returns how many changed."""
        room = self._room
        standing = room.watch.standing()
        room.outages = [e for e in standing if e.kind == "feed_outage" and e.end_us is None]
        known = stored_alerts.newest_by_vessel_and_rule(conn, now_us - MEMORY_US)
        judgement = evaluate(
            room.pack,
            events=standing,
            forecasts=forecasts if forecasts is not None else room.warnings,
            vessels=room.picture.cards(),
            now_us=now_us,
            drill=room.is_drill,
            confirmed=room.confirmed,
            standing={key for key, alert in known.items() if alert.lasting},
        )
        room.held = judgement.held
        by_id = {event.event_id: event for event in standing}
        changes = self._follow(known, {old: new for old, new, _ in superseded}, now_us)
        found: set[tuple[str, str]] = set()
        for finding in judgement.findings:
            key = (finding.vessel_id, finding.rule_id)
            found.add(key)
            change = open_or_refresh(
                known.get(key), finding, now_us=now_us, wording=_wording(finding), place=self._place(finding, by_id)
            )
            self._note(change, known, changes)
        for key, alert in list(known.items()):
            if key not in found:
                self._note(cause_ended(alert, now_us=now_us), known, changes)
            self._note(wake(known[key], now_us=now_us), known, changes)
        stored_alerts.save(conn, changes)
        self._changed = changes
        return len(changes)

    def publish(self) -> None:
        """Tell the screens which alerts changed and mark their vessels; after the commit."""
        changed, self._changed = self._changed, []
        if changed:
            announce(self._room, [change.alert for change in changed])

    def _follow(
        self, known: dict[tuple[str, str], Alert], successors: Mapping[str, str | None], now_us: int
    ) -> list[AlertChange]:
        changes: list[AlertChange] = []
        if successors:
            for alert in list(known.values()):
                self._note(follow_supersession(alert, successors, now_us=now_us), known, changes)
        return changes

    @staticmethod
    def _note(change: AlertChange | None, known: dict[tuple[str, str], Alert], changes: list[AlertChange]) -> None:
        if change is not None:
            known[change.alert.vessel_id, change.alert.rule_id] = change.alert
            changes.append(change)

    def _place(self, finding: Finding, by_id: Mapping[str, Event]) -> tuple[float | None, float | None]:
        """Return where the matter is: the newest event's place, else the vessel's last fix."""
        for event_id in reversed(finding.event_ids):
            event = by_id.get(event_id)
            if event is not None and event.lat_deg is not None:
                return event.lat_deg, event.lon_deg
        i = self._room.picture.index_of(finding.vessel_id)
        if i is None:
            return None, None
        return float(self._room.picture.lat_deg[i]), float(self._room.picture.lon_deg[i])


def announce(room: Room, changed: Iterable[Alert]) -> None:
    """Send alerts that changed, by the pipeline or by a person, to the screens, and mark vessels anew."""
    room.fanout.publish("alerts", list(changed))
    with room.store.read() as conn:
        unresolved = stored_alerts.unresolved(conn)
    marks = [(a.vessel_id, a.severity == "critical") for a in unresolved if a.state != "snoozed"]
    room.fanout.moved(room.picture.mark_alerts(marks).tolist())


def _wording(finding: Finding) -> Wording:
    names = (
        "title_vi", "title_en", "reason_vi", "reason_en", "rule_vi", "rule_en", "next_vi", "next_en", "source", "trust",
    )  # fmt: skip
    return Wording(**{name: getattr(finding, name) for name in names})
