"""An event as one sentence, in Vietnamese or English, from a template: the same words in drawer, document and mail.

Nothing is claimed that was not measured: "apparent" and the measured values stand in the sentence. Times are local
(UTC+7), as on the duty officer's wall.
"""

from haidang.core.event import Event
from haidang.core.time import format_local

_PLACE = {
    "vi": {"at_sea": "trên biển", "in_port": "tại cảng", "unknown": "không rõ ở cảng hay trên biển"},
    "en": {"at_sea": "at sea", "in_port": "in port", "unknown": "in port or at sea is not known"},
}

_TEMPLATES: dict[str, tuple[str, str]] = {
    "silence": (
        "{vessel} mất tín hiệu từ {start}{until}{place}; chu kỳ báo thường lệ {period}.",
        "{vessel} has not reported since {start}{until}{place}; she usually reports every {period}.",
    ),
    "feed_outage": (
        "Nhà cung cấp {supplier} ngừng truyền từ {start}{until}{share}.",
        "Supplier {supplier} has been down since {start}{until}{share}.",
    ),
    "crossing_in": ("{vessel} vào khu vực {zone} lúc {start}.", "{vessel} went into zone {zone} at {start}."),
    "crossing_out": ("{vessel} ra khỏi khu vực {zone} lúc {start}.", "{vessel} went out of zone {zone} at {start}."),
    "stop": ("{vessel} dừng từ {start}{until}{place}.", "{vessel} stopped from {start}{until}{place}."),
    "port_in": ("{vessel} vào cảng {zone} lúc {start}.", "{vessel} came into port {zone} at {start}."),
    "port_out": ("{vessel} rời cảng {zone} lúc {start}.", "{vessel} left port {zone} at {start}."),
    "encounter": (
        "{vessel} và {other} ở gần nhau từ {start}{until}.",
        "{vessel} and {other} have been close together from {start}{until}.",
    ),
    "wrong_zone_fishing": (
        "{vessel} có dấu hiệu khai thác trong vùng không được phép {zone} từ {start}{until}.",
        "Apparent fishing by {vessel} in {zone}, closed to her length class, from {start}{until}.",
    ),
}
_OTHER = ("{vessel}: {kind} từ {start}{until}.", "{vessel}: {kind} from {start}{until}.")


def text(
    event: Event, lang: str, *, vessel: str | None = None, other: str | None = None, zone: str | None = None
) -> str:
    """Return one sentence about an event.

    Args:
        event: what happened.
        lang: "vi" or "en".
        vessel: name to use instead of the vessel's id.
        other: the same for the other vessel.
        zone: the same for the zone or port.
    """
    template = _TEMPLATES.get(event.kind, _OTHER)[0 if lang == "vi" else 1]
    place = event.details.get("place")
    share = event.details.get("silent_vessels", event.details.get("silent"))
    return template.format(
        vessel=vessel or event.vessel_id,
        other=other or event.other_vessel_id or "?",
        zone=zone or event.details.get("zone_name") or event.zone_id or "?",
        supplier=event.vessel_id.removeprefix("supplier:"),
        kind=event.kind,
        start=format_local(event.start_us),
        until=_until(event, lang),
        place=f", {_PLACE[lang][str(place)]}" if place in _PLACE[lang] else "",
        period=_span(event.details.get("expected_period_s"), lang),
        share=_silent(share, lang),
    )


def _until(event: Event, lang: str) -> str:
    """Return the words for the end and length of an event."""
    if event.end_us is None:
        return " đến nay" if lang == "vi" else " until now"
    span = _span((event.end_us - event.start_us) / 1e6, lang)
    word = "đến" if lang == "vi" else "to"
    return f" {word} {format_local(event.end_us)} ({span})"


def _span(seconds: object, lang: str) -> str:
    """Return a length of time in the largest unit that fits."""
    if not isinstance(seconds, int | float):
        return "?"
    for size, vi, en in ((86_400, "ngày", "d"), (3_600, "giờ", "h"), (60, "phút", "min")):
        if seconds >= 1.5 * size or size == 60:
            number = f"{seconds / size:.1f}".removesuffix(".0")
            number = number.replace(".", ",") if lang == "vi" else number
            return f"{number} {vi if lang == 'vi' else en}"
    return "?"


def _silent(count: object, lang: str) -> str:
    if not isinstance(count, int):
        return ""
    return f"; {count} tàu im lặng" if lang == "vi" else f"; {count} vessels silent"
