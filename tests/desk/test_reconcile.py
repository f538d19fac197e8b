"""One turn of the watch: every finding has its alert, every alert without a finding knows it, sleepers wake."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from haidang.core.time import HOUR_US
from haidang.desk.actor import actor
from haidang.desk.watch import alert as life
from haidang.desk.watch.alert import Alert
from haidang.desk.watch.reconcile import reconcile
from haidang.rules.finding import Finding

T0 = 1_772_000_000_000_000
OFFICER = actor("lan", ["watch"])
FOUND = Finding(
    "loss", "loss.over_6h", "1", "v1", "high", T0, None, ("e1",), "Mất tín hiệu", "Loss of signal", "im 6 h",
    "silent 6 h", "luật", "rule", "ND 37", "B", "gọi", "call",
)  # fmt: skip


def turn(current: dict[tuple[str, str], Alert], *findings: Finding, now_us: int = T0, **rest: object) -> list[str]:
    changes = reconcile(current, findings, now_us=now_us, **rest)  # type: ignore[arg-type]
    for change in changes:
        current[change.alert.vessel_id, change.alert.rule_id] = change.alert
    return [f"{c.alert.vessel_id}:{e.action}" for c in changes for e in c.entries]


def test_a_night() -> None:
    alerts: dict[tuple[str, str], Alert] = {}
    other = replace(FOUND, vessel_id="v0", event_ids=("e9",))
    assert turn(alerts, FOUND, other, place_of=lambda f: (15.5, 109.0)) == ["v0:open", "v1:open"]
    one = alerts["v1", "loss"]
    assert (one.lat_deg, one.wording.next_vi, one.wording.trust) == (15.5, "gọi", "B")
    assert turn(alerts, FOUND, other, now_us=T0 + 1) == []
    asleep = life.snooze(one, OFFICER, until_us=T0 + HOUR_US, base_version=1, now_us=T0 + 1).alert
    alerts["v1", "loss"] = asleep
    assert turn(alerts, FOUND, now_us=T0 + 2) == ["v0:cause_ended"]
    assert turn(alerts, now_us=T0 + HOUR_US) == ["v1:wake", "v1:cause_ended"]
    assert alerts["v1", "loss"].version == asleep.version + 2
    late = replace(FOUND, event_ids=("e2",), since_us=T0 + 5)
    assert turn(alerts, late, now_us=T0 + 2 * HOUR_US, successors={"e1": "e2"}) == ["v1:events_superseded", "v1:recur"]
    assert len(alerts) == 2


findings = st.lists(
    st.builds(
        lambda v, s, e: replace(FOUND, vessel_id=v, severity=s, event_ids=tuple(e)),
        st.sampled_from(["v1", "v2", "v3"]), st.sampled_from(life.SEVERITIES),
        st.lists(st.sampled_from(["e1", "e2", "e3"]), unique=True),
    ),
    unique_by=lambda f: f.vessel_id, max_size=3,
)  # fmt: skip


@given(turns=st.lists(findings, max_size=6))
def test_alerts_agree_with_findings_and_a_second_look_changes_nothing(
    turns: list[list[Finding]],
) -> None:
    alerts: dict[tuple[str, str], Alert] = {}
    for i, found in enumerate(turns):
        turn(alerts, *found, now_us=T0 + i)
        assert {v for (v, _), alert in alerts.items() if alert.lasting} == {f.vessel_id for f in found}
        assert turn(alerts, *reversed(found), now_us=T0 + i) == []
