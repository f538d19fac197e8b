"""What is out there: vessels, tracks, events, zones."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from fastapi import APIRouter, Query

from haidang.api import show
from haidang.api.deps import TheActor, TheRoom
from haidang.core.columns import FLAGS
from haidang.core.errors import InvalidInput, NotFound
from haidang.core.registration import fold
from haidang.core.time import DAY_US, parse_iso_us
from haidang.core.vessel import Vessel
from haidang.live.room import Room
from haidang.store import alerts, events, positions

router = APIRouter(prefix="/api", tags=["picture"])
MAX_TRACK_FIXES = 20_000
Limit = Annotated[int, Query(ge=1, le=5000)]


def time_of(text: str | None, name: str) -> int | None:
    """Return microseconds of an ISO 8601 query value.

    Raises:
        InvalidInput: it is not ISO 8601.
    """
    if text is None:
        return None
    try:
        return parse_iso_us(text)
    except ValueError as error:
        raise InvalidInput(f"{name}={text!r}: expected ISO 8601, e.g. 2026-03-05T20:00:00Z") from error


def _matches(card: Vessel, query: str, kind: str | None) -> bool:
    if kind is not None and card.kind != kind:
        return False
    if not query:
        return True
    words = (card.vessel_id, card.name, card.registration, card.mmsi, card.imo, card.call_sign)
    return any(query in fold(word) for word in words if word)


def _open_alerts(room: Room) -> dict[str, int]:
    counts: dict[str, int] = {}
    with room.store.read() as conn:
        for alert in alerts.unresolved(conn):
            counts[alert.vessel_id] = counts.get(alert.vessel_id, 0) + 1
    return counts


@router.get("/vessels")
def vessels(
    room: TheRoom,
    _actor: TheActor,
    query: Annotated[str, Query(max_length=100)] = "",
    kind: Annotated[str | None, Query(max_length=20)] = None,
    limit: Limit = 200,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> dict[str, object]:
    """Return vessels that match, by label; `query` is any part of any identity, without regard to accents."""
    cards = room.picture.cards()
    for vessel_id in list(room.picture.vessel_ids):
        cards.setdefault(vessel_id, Vessel(vessel_id))
    wanted = fold(query.strip())
    found = sorted((c for c in cards.values() if _matches(c, wanted, kind)), key=lambda c: (show.label(c), c.vessel_id))
    counts, now_us = _open_alerts(room), room.clock.now_us()
    page = [
        show.vessel(card, room.picture, now_us=now_us, open_alerts=counts.get(card.vessel_id, 0))
        for card in found[offset : offset + limit]
    ]
    return {"vessels": page, "total": len(found)}


@router.get("/vessels/{vessel_id}")
def vessel(vessel_id: str, room: TheRoom, _actor: TheActor) -> dict[str, object]:
    """Return one vessel with its newest fix."""
    if room.picture.index_of(vessel_id) is None and not room.picture.has_card(vessel_id):
        raise NotFound(f"no vessel {vessel_id}: search with GET /api/vessels?query=…")
    count = _open_alerts(room).get(vessel_id, 0)
    return show.vessel(room.picture.card(vessel_id), room.picture, now_us=room.clock.now_us(), open_alerts=count)


@router.get("/vessels/{vessel_id}/track")
def track(
    vessel_id: str, room: TheRoom, _actor: TheActor, since: str | None = None, until: str | None = None
) -> dict[str, object]:
    """Return a vessel's fixes by time, flagged ones too; the last day unless told otherwise."""
    since_us, until_us = time_of(since, "since"), time_of(until, "until")
    if since_us is None:
        since_us = (until_us or room.clock.now_us()) - DAY_US
    with room.store.read() as conn:
        found = positions.track(conn, vessel_id, since_us=since_us, until_us=until_us, limit=MAX_TRACK_FIXES)
    p = found.positions
    fixes = [
        {
            "fix_time": show.iso(int(p.fix_time_us[i])),
            "lat_deg": show.number(p.lat_deg[i]),
            "lon_deg": show.number(p.lon_deg[i]),
            "sog_kn": show.number(p.sog_kn[i], 1),
            "cog_deg": show.number(p.cog_deg[i], 1),
            "segment_id": int(found.segment_id[i]),
            "flag": FLAGS[found.flag[i]],
        }
        for i in range(len(p))
    ]
    return {"vessel_id": vessel_id, "fixes": fixes}


@router.get("/events")
def find_events(
    room: TheRoom,
    _actor: TheActor,
    vessel_id: str | None = None,
    kind: str | None = None,
    since: str | None = None,
    limit: Limit = 500,
) -> dict[str, object]:
    """Return events, newest first; superseded ones too, with what took their place."""
    with room.store.read() as conn:
        found = events.find(
            conn,
            vessel_id=vessel_id,
            kinds=[kind] if kind else None,
            since_us=time_of(since, "since"),
            with_superseded=True,
            limit=limit,
        )
    return {"events": shown_events(room, found)}


def shown_events(room: Room, found: Iterable[events.StoredEvent]) -> list[dict[str, object]]:
    """Return stored events for the screen, with the names an officer uses."""
    names = {zone.zone_id: zone.name for zone in room.zones} | {port.port_id: port.name for port in room.ports}
    return [_shown_event(room, one, names) for one in found]


def _shown_event(room: Room, one: events.StoredEvent, names: Mapping[str, str]) -> dict[str, object]:
    reason = None if one.superseded_us is None else one.superseded_reason or "late_fix"
    return {
        **show.event(one.event, room.picture, zones=names, superseded=reason),
        "event_id": one.event_id,
        "superseded": one.superseded_us is not None,
        "superseded_reason": one.superseded_reason,
    }


@router.get("/zones")
def zones(room: TheRoom, _actor: TheActor) -> dict[str, object]:
    """Return zones and lines as GeoJSON, each with its authority, source and version."""
    return {"type": "FeatureCollection", "features": [show.zone_feature(zone) for zone in room.zones]}


@router.get("/ports")
def ports(room: TheRoom, _actor: TheActor) -> dict[str, object]:
    """Return ports as GeoJSON points."""
    features = [
        {
            "type": "Feature",
            "id": port.port_id,
            "geometry": {"type": "Point", "coordinates": [port.lon_deg, port.lat_deg]},
            "properties": {"port_id": port.port_id, "name": port.name},
        }
        for port in room.ports
    ]
    return {"type": "FeatureCollection", "features": features}
