"""From findings to alerts: inside the batch's transaction the standing alerts are read, moved on and saved.

Reading them each time instead of keeping them in memory is what keeps people's changes and the machine's apart: an
officer's acknowledgement a second ago is in the database, not in our memory.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from haidang.core.event import Event
from haidang.core.time import DAY_US
from haidang.desk.watch.alert import Alert, AlertChange
from haidang.desk.watch.reconcile import Place, reconcile
from haidang.forecast.crossing import Forecasts
from haidang.live.room import Room
from haidang.rules.evaluate import Finding, evaluate
from haidang.store import alerts as stored_alerts
from haidang.store import events

#: Resolved alerts are remembered this long, so that the same occurrence doesn't open a second one.
MEMORY_US = 12 * DAY_US
#: Steps of the desk by which an alert becomes critical.
_OPENED = {"open", "escalate"}


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
        # An alert may name only events that are stored; what stands beyond what the turn told is written first.
        untold = room.watch.tell()
        events.write(conn, [*untold.opened, *untold.closed], recorded_us=now_us)
        events.supersede(conn, untold.superseded, recorded_us=now_us)
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
            standing={matter for matter, alert in known.items() if alert.lasting},
        )
        room.held = judgement.held
        by_id = {event.event_id: event for event in standing}
        self._changed = reconcile(
            known,
            judgement.findings,
            now_us=now_us,
            place_of=lambda finding: self._place(finding, by_id),
            successors={old: successor for old, successor, _ in (*superseded, *untold.superseded)},
        )
        stored_alerts.save(conn, self._changed)
        return len(self._changed)

    def publish(self) -> None:
        """Tell the screens which alerts changed and mark their vessels; after the commit."""
        changed, self._changed = self._changed, []
        if not changed:
            return
        if self._room.on_critical is not None:
            for change in changed:
                if change.alert.severity == "critical" and any(e.action in _OPENED for e in change.entries):
                    self._room.on_critical(change.alert)
        announce(self._room, [change.alert for change in changed])

    def _place(self, finding: Finding, by_id: Mapping[str, Event]) -> Place:
        """Return where the matter is: the newest event's place, else the vessel's last fix."""
        for event_id in reversed(finding.event_ids):
            event = by_id.get(event_id)
            if event is not None and event.lat_deg is not None:
                return event.lat_deg, event.lon_deg
        fix = self._room.picture.newest(finding.vessel_id)
        return (None, None) if fix is None else (fix.lat_deg, fix.lon_deg)


def announce(room: Room, changed: Iterable[Alert]) -> None:
    """Send alerts that changed, by the pipeline or by a person, to the screens, and mark vessels anew."""
    room.fanout.publish("alerts", list(changed))
    with room.store.read() as conn:
        unresolved = stored_alerts.unresolved(conn)
    marks = [(a.vessel_id, a.severity == "critical") for a in unresolved if a.state != "snoozed"]
    room.fanout.moved(room.picture.mark_alerts(marks).tolist())
