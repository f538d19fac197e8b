"""Who needs me next: one ordered list of alerts, each with the reason for its place.

At three in the morning an officer looks at the first line and nothing else; and asks at handover why it stood first.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from haidang.core.time import HOUR_US, MINUTE_US
from haidang.desk.watch.alert import SEVERITIES, Alert

#: A deadline nearer than this moves an alert to the front of its severity.
SOON_US = HOUR_US


@dataclass(frozen=True, slots=True)
class Place:
    """An alert's place in the list and why it stands there, in both languages."""

    alert: Alert
    reason_vi: str
    reason_en: str


_SEVERITY_WORDS = {
    "critical": ("khẩn cấp", "critical"),
    "high": ("cao", "high"),
    "notice": ("chú ý", "notice"),
    "info": ("thông tin", "information"),
}


def next_first(alerts: Iterable[Alert], *, now_us: int) -> list[Place]:
    """Return the alerts in the order in which they need somebody.

    Unresolved before resolved, sleeping ones after all that are awake; what still lasts before what has ended and only
    waits to be closed; then whose deadline has passed; then severity; then a deadline within the hour; nobody's before
    somebody's; the earlier deadline; the longer wait. The id settles what is left, so that the list never flickers.
    """
    ordered = sorted(alerts, key=lambda alert: _rank(alert, now_us))
    return [Place(alert, *_reason(alert, now_us)) for alert in ordered]


def _rank(alert: Alert, now_us: int) -> tuple[object, ...]:
    left_us = None if alert.deadline_us is None else alert.deadline_us - now_us
    is_waiting = alert.state in {"open", "acknowledged"}
    return (
        alert.state == "resolved",
        alert.state == "snoozed",
        not alert.lasting,
        not (is_waiting and left_us is not None and left_us <= 0),
        SEVERITIES.index(alert.severity),
        not (is_waiting and left_us is not None and left_us <= SOON_US),
        alert.state != "open",
        left_us is None,
        left_us or 0,
        -alert.resolved_us if alert.resolved_us is not None else alert.since_us,
        alert.alert_id,
    )


def _reason(alert: Alert, now_us: int) -> tuple[str, str]:
    grade_vi, grade_en = _SEVERITY_WORDS[alert.severity]
    if alert.state == "resolved":
        return "đã xử lý xong", "resolved"
    if alert.state == "snoozed":
        left_us = max(0, (alert.snoozed_until_us or now_us) - now_us)
        return f"tạm ẩn, trở lại sau {duration(left_us)}", f"snoozed, comes back in {duration(left_us)}"
    words_vi, words_en = [f"mức {grade_vi}"], [grade_en]
    if alert.deadline_us is not None:
        left_us = alert.deadline_us - now_us
        if left_us <= 0:
            words_vi.insert(0, f"quá hạn {duration(-left_us)}")
            words_en.insert(0, f"overdue by {duration(-left_us)}")
        else:
            words_vi.append(f"còn {duration(left_us)} đến hạn")
            words_en.append(f"due in {duration(left_us)}")
    if alert.state == "open":
        words_vi.append("chưa ai tiếp nhận")
        words_en.append("nobody has taken it")
    else:
        words_vi.append(f"{alert.owner} đang xử lý")
        words_en.append(f"with {alert.owner}")
    if not alert.lasting:
        words_vi.append("nguyên nhân đã hết, chờ kết luận")
        words_en.append("its cause has ended, to be closed")
    return ", ".join(words_vi), ", ".join(words_en)


def duration(span_us: int) -> str:
    """Return a span as `5 h 10` or `12 min`, days as `3 d 4 h`; the units read the same in both languages."""
    minutes = max(0, span_us) // MINUTE_US
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        days, hours = divmod(hours, 24)
        return f"{days} d {hours} h"
    return f"{hours} h {minutes:02d}" if hours else f"{minutes} min"
