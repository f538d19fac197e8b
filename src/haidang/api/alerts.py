"""Alerts: the ordered list of who needs somebody next, one alert in full, and the steps a person takes."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from haidang.api import show
from haidang.api.deps import WALL, TheActor, TheRoom
from haidang.api.picture import shown_events, time_of
from haidang.core.errors import Conflict
from haidang.desk.actor import Actor
from haidang.desk.watch.alert import Alert, act
from haidang.desk.watch.order import next_first
from haidang.live.alerting import announce
from haidang.live.room import Room
from haidang.store import alerts, events, operations

router = APIRouter(prefix="/api/alerts", tags=["alerts"])


class AlertStep(BaseModel):
    """A person's step: a new operation id for each step, and the version it is based on."""

    operation_id: str = Field(max_length=60)
    base_version: int = Field(ge=1)
    note: str = Field(default="", max_length=4000)
    outcome: str | None = Field(default=None, max_length=40)
    until: str | None = Field(default=None, max_length=40)


def ordered(room: Room, person: Actor, found: list[Alert]) -> list[dict[str, object]]:
    """Return alerts in the order in which they need somebody, each with the reason for its place."""
    return [
        show.alert(place.alert, person, room.picture.card(place.alert.vessel_id), (place.reason_vi, place.reason_en))
        for place in next_first(found, now_us=room.clock.now_us())
    ]


@router.get("")
def all_alerts(
    room: TheRoom, person: TheActor, state: Annotated[str, Query(pattern="^(open|all)$")] = "open"
) -> dict[str, object]:
    """Return alerts: those somebody still has to finish, or all."""
    with room.store.read() as conn:
        found = alerts.unresolved(conn)
        done = alerts.find(conn, states=["resolved"], limit=500) if state == "all" else []
    listed = ordered(room, person, found)
    return {"alerts": listed + [show.alert(a, person, room.picture.card(a.vessel_id)) for a in done]}


@router.get("/{alert_id}")
def one_alert(alert_id: str, room: TheRoom, person: TheActor) -> dict[str, object]:
    """Return an alert with its history and its events."""
    with room.store.read() as conn:
        alert = alerts.load(conn, alert_id)
        history = alerts.history(conn, alert_id)
        found = events.load_many(conn, list(alert.event_ids))
    place = next_first([alert], now_us=room.clock.now_us())
    reason = (place[0].reason_vi, place[0].reason_en) if place else ("", "")
    return {
        **show.alert(alert, person, room.picture.card(alert.vessel_id), reason),
        "history": [show.entry(line) for line in history],
        "events": shown_events(room, found),
    }


@router.post("/{alert_id}/{action}")
def step(alert_id: str, action: str, change: AlertStep, room: TheRoom, person: TheActor) -> dict[str, object]:
    """Take a step; the same operation id again gets the same answer and changes nothing."""
    until_us = time_of(change.until, "until")
    done: list[Alert] = []
    with room.store.write() as conn:

        def take() -> dict[str, object]:
            now_us = room.clock.now_us()
            after = act(
                alerts.load(conn, alert_id),
                person,
                action,
                base_version=change.base_version,
                now_us=now_us,
                note=change.note,
                outcome=change.outcome,
                until_us=until_us,
            )
            alerts.save(conn, [after])
            done.append(after.alert)
            return show.alert(after.alert, person, room.picture.card(after.alert.vessel_id))

        try:
            answer, _ = operations.once(
                conn,
                change.operation_id,
                kind=f"alert.{action}",
                actor=person,
                request={"alert_id": alert_id, **change.model_dump()},
                now_us=WALL.now_us(),
                do=take,
            )
        except Conflict as error:
            current = alerts.load(conn, alert_id)
            error.details["current"] = show.alert(current, person, room.picture.card(current.vessel_id))
            raise
    announce(room, done)
    return answer
