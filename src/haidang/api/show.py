"""What the screen is sent: the desk's values as JSON, times as ISO 8601 UTC, with the actions this person may take."""

import math
from collections.abc import Mapping

from haidang.core.event import Event
from haidang.core.time import NO_TIME_US, format_iso
from haidang.core.vessel import Vessel
from haidang.core.zone import Zone
from haidang.desk.actor import Actor
from haidang.desk.history import Entry
from haidang.desk.watch.alert import Alert, allowed_actions
from haidang.events.text import text
from haidang.live.feed_board import FeedHealth
from haidang.live.picture import Picture

Json = dict[str, object]
#: Why an event no longer holds, in words (events/standing.py, live/restart.py).
SUPERSEDED: dict[str, tuple[str, str]] = {
    "late_fix": ("dữ liệu đến muộn cho thấy khác", "data that came late shows otherwise"),
    "feed_outage": (
        "nhà cung cấp bị gián đoạn vào lúc đó, không phải tàu mất tín hiệu",
        "the supplier was down at that time, not the vessel silent",
    ),
    "restart": ("xét lại khi hệ thống khởi động lại", "judged anew when the desk started again"),
}


def iso(time_us: int | None) -> str | None:
    """Return ISO 8601 UTC, None for no time."""
    return None if time_us is None or time_us == NO_TIME_US else format_iso(int(time_us))


def number(value: float | None, digits: int = 6) -> float | None:
    """Return a JSON number; NaN and None are null."""
    return None if value is None or math.isnan(value) else round(float(value), digits)


def label(card: Vessel) -> str:
    """Return what an officer calls the vessel: registration, else name, else id."""
    return card.registration or card.name or card.vessel_id


def vessel(card: Vessel, picture: Picture, *, now_us: int, open_alerts: int = 0) -> Json:
    """Return a vessel with its newest fix."""
    fix = picture.newest(card.vessel_id)
    last = None
    if fix is not None:
        last = {
            "fix_time": iso(fix.fix_time_us),
            "received_time": iso(fix.received_time_us),
            "lat_deg": number(fix.lat_deg),
            "lon_deg": number(fix.lon_deg),
            "sog_kn": number(fix.sog_kn, 1),
            "cog_deg": number(fix.cog_deg, 1),
            "age_s": round((now_us - fix.fix_time_us) / 1e6),
        }
    return {
        "vessel_id": card.vessel_id,
        "label": label(card),
        "name": card.name,
        "kind": card.kind,
        "registration": card.registration,
        "mmsi": card.mmsi,
        "imo": card.imo,
        "call_sign": card.call_sign,
        "length_m": card.length_m,
        "gear": card.gear,
        "supplier": card.supplier,
        "home_port": card.home_port,
        "licence_to": iso(card.licence_to_us),
        "last": last,
        "open_alerts": open_alerts,
    }


def card_on_picture(i: int, card: Vessel) -> Json:
    """Return what the map needs to know of a vessel once: its number and words."""
    return {
        "i": i,
        "vessel_id": card.vessel_id,
        "label": label(card),
        "kind": card.kind,
        "registration": card.registration,
        "mmsi": card.mmsi,
        "name": card.name,
        "supplier": card.supplier,
        "gear": card.gear,
        "length_m": card.length_m,
    }


def alert(one: Alert, person: Actor, card: Vessel, reason: tuple[str, str] = ("", "")) -> Json:
    """Return an alert with the actions this person may take and why it stands where it stands in the list."""
    words = one.wording
    return {
        "alert_id": one.alert_id,
        "rule_id": one.rule_id,
        "rule_version": one.rule_version,
        "title_vi": words.title_vi,
        "title_en": words.title_en,
        "vessel_id": one.vessel_id,
        "vessel_label": label(card),
        "severity": one.severity,
        "state": one.state,
        "since": iso(one.since_us),
        "opened": iso(one.opened_us),
        "deadline": iso(one.deadline_us),
        "owner": one.owner,
        "outcome": one.outcome,
        "snoozed_until": iso(one.snoozed_until_us),
        "lat_deg": number(one.lat_deg),
        "lon_deg": number(one.lon_deg),
        "reason_vi": words.reason_vi,
        "reason_en": words.reason_en,
        "rule_vi": words.rule_vi,
        "rule_en": words.rule_en,
        "source": words.source,
        "trust": words.trust,
        "next_vi": words.next_vi,
        "next_en": words.next_en,
        "order_reason_vi": reason[0],
        "order_reason_en": reason[1],
        "event_ids": list(one.event_ids),
        "actions": allowed_actions(one, person),
        "version": one.version,
        "lasting": one.lasting,
    }


def entry(line: Entry) -> Json:
    """Return a line of history."""
    return {
        "time": iso(line.time_us),
        "actor": line.actor,
        "action": line.action,
        "note": line.note,
        "from_state": line.from_state,
        "to_state": line.to_state,
    }


def event(one: Event, picture: Picture, *, zones: Mapping[str, str], superseded: str | None = None) -> Json:
    """Return an event with its sentence in both languages.

    Args:
        one: the event.
        picture: for the vessels' labels; an officer knows no internal ids.
        zones: zone or port id -> its name.
        superseded: why it no longer holds (a code of the engine); None while it stands.
    """
    words = {
        "vessel": label(picture.card(one.vessel_id)),
        "other": None if one.other_vessel_id is None else label(picture.card(one.other_vessel_id)),
        "zone": zones.get(one.zone_id or ""),
    }
    texts = {lang: text(one, lang, **words) for lang in ("vi", "en")}
    if superseded is not None:
        reason_vi, reason_en = SUPERSEDED.get(superseded, (superseded, superseded))
        texts["vi"] += f" Không còn giá trị: {reason_vi}."
        texts["en"] += f" No longer holds: {reason_en}."
    return {
        "event_id": one.event_id,
        "kind": one.kind,
        "vessel_id": one.vessel_id,
        "other_vessel_id": one.other_vessel_id,
        "start_time": iso(one.start_us),
        "end_time": iso(one.end_us),
        "lat_deg": number(one.lat_deg),
        "lon_deg": number(one.lon_deg),
        "zone_id": one.zone_id,
        "confidence": number(one.confidence, 3),
        "detector": one.detector,
        "details": dict(one.details),
        "superseded_by": one.superseded_by,
        "text_vi": texts["vi"],
        "text_en": texts["en"],
    }


def feed(health: FeedHealth, now_us: int) -> Json:
    """Return a feed's health."""
    last_us, rejects = health.last_received_us, health.rejects()
    return {
        "feed_id": health.feed_id,
        "name": health.name,
        "kind": health.kind,
        "state": health.state(now_us),
        "last_received": iso(last_us),
        "age_s": None if last_us is None else max(0, round((now_us - last_us) / 1e6)),
        "rate_per_min": round(health.rate_per_min(now_us), 1),
        "positions": health.positions,
        "duplicates": health.duplicates,
        "rejects_total": sum(rejects.values()),
        "rejects_by_reason": rejects,
        "clock_offset_s": health.clock_offset_s,
        "note": health.note,
    }


def zone_feature(zone: Zone) -> Json:
    """Return a zone as a GeoJSON feature with its legal properties."""
    if zone.polygons:
        geometry: Mapping[str, object] = {
            "type": "MultiPolygon",
            "coordinates": [[ring.tolist() for ring in polygon] for polygon in zone.polygons],
        }
    else:
        geometry = {"type": "MultiLineString", "coordinates": [line.tolist() for line in zone.lines]}
    return {
        "type": "Feature",
        "id": zone.zone_id,
        "geometry": geometry,
        "properties": {
            "zone_id": zone.zone_id,
            "name": zone.name,
            "kind": zone.kind,
            "is_alert_boundary": zone.is_alert_boundary,
            "authority": zone.authority,
            "source": zone.source,
            "version": zone.version,
            "valid_from": iso(zone.valid_from_us),
            "valid_to": iso(zone.valid_to_us),
            "sample": "sample" in f"{zone.source} {zone.name}".lower() or "mẫu" in zone.name.lower(),
        },
    }
