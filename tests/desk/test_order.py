"""Who needs me next: one list, never flickering, each place explained."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from haidang.core.time import DAY_US, HOUR_US, MINUTE_US
from haidang.desk.watch.alert import SEVERITIES, Alert
from haidang.desk.watch.order import duration, next_first

NOW = 1_772_000_000_000_000
PLAIN = Alert("p", "r", "1", "v", "high", "open", NOW - HOUR_US, NOW - HOUR_US, NOW)


def ids(*alerts: Alert) -> list[str]:
    return [place.alert.alert_id for place in next_first(alerts, now_us=NOW)]


def test_the_list_as_an_officer_would_make_it() -> None:
    overdue = replace(PLAIN, alert_id="overdue", severity="notice", deadline_us=NOW - MINUTE_US)
    critical = replace(PLAIN, alert_id="critical", severity="critical")
    soon = replace(PLAIN, alert_id="soon", deadline_us=NOW + 30 * MINUTE_US)
    plain = replace(PLAIN, alert_id="plain")
    taken = replace(PLAIN, alert_id="taken", state="acknowledged", owner="lan")
    ended = replace(PLAIN, alert_id="ended", lasting=False)
    info = replace(PLAIN, alert_id="info", severity="info")
    asleep = replace(PLAIN, alert_id="asleep", severity="critical", state="snoozed", snoozed_until_us=NOW + HOUR_US)
    done = replace(PLAIN, alert_id="done", severity="critical", state="resolved", outcome="explained", resolved_us=NOW)
    expected = ["overdue", "critical", "soon", "plain", "taken", "info", "ended", "asleep", "done"]
    assert ids(done, asleep, info, taken, ended, plain, soon, critical, overdue) == expected


def test_the_reason_is_told_in_both_languages() -> None:
    late = replace(PLAIN, deadline_us=NOW - 70 * MINUTE_US, lasting=False)
    (place,) = next_first([late], now_us=NOW)
    assert place.reason_en == "overdue by 1 h 10, high, nobody has taken it, its cause has ended, to be closed"
    assert place.reason_vi == "quá hạn 1 h 10, mức cao, chưa ai tiếp nhận, nguyên nhân đã hết, chờ kết luận"
    soon = replace(PLAIN, deadline_us=NOW + 12 * MINUTE_US, state="acknowledged", owner="lan", severity="info")
    (place,) = next_first([soon], now_us=NOW)
    assert place.reason_en == "information, due in 12 min, with lan"
    asleep = replace(PLAIN, state="snoozed", snoozed_until_us=NOW + 3 * DAY_US)
    done = replace(PLAIN, state="resolved", resolved_us=NOW)
    reasons = [p.reason_vi for p in next_first([done, asleep], now_us=NOW)]
    assert reasons == ["tạm ẩn, trở lại sau 3 d 0 h", "đã xử lý xong"]


def test_durations() -> None:
    assert [duration(x) for x in (-5, 59 * MINUTE_US, HOUR_US, 47 * HOUR_US, 49 * HOUR_US)] == [
        "0 min", "59 min", "1 h 00", "47 h 00", "2 d 1 h",
    ]  # fmt: skip


some_alerts = st.lists(
    st.builds(
        Alert, alert_id=st.text("abc", min_size=1, max_size=3), rule_id=st.just("r"), rule_version=st.just("1"),
        vessel_id=st.just("v"), severity=st.sampled_from(SEVERITIES),
        state=st.sampled_from(["open", "acknowledged", "resolved"]), since_us=st.integers(NOW - DAY_US, NOW),
        opened_us=st.just(NOW), updated_us=st.just(NOW),
        deadline_us=st.none() | st.integers(NOW - DAY_US, NOW + DAY_US),
        lasting=st.booleans(),
    ),
    unique_by=lambda alert: alert.alert_id, max_size=12,
)  # fmt: skip


@given(alerts=some_alerts, seed=st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_arrival(alerts: list[Alert], seed: object) -> None:
    shuffled = list(alerts)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ids(*shuffled) == ids(*alerts)
    assert sorted(ids(*alerts)) == sorted(a.alert_id for a in alerts)
