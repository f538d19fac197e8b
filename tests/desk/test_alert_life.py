"""An alert's whole life, by example and under a rule-based machine."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from haidang.core.errors import Conflict, IllegalTransition, InvalidInput, NotAllowed
from haidang.core.time import DAY_US, HOUR_US, MINUTE_US
from haidang.desk.actor import SYSTEM, actor
from haidang.desk.watch import alert as life
from haidang.desk.watch.alert import Alert, AlertChange, Wording

OFFICER = actor("lan", ["watch"])
READER = actor("minh", ["viewer"])
T0 = 1_772_000_000_000_000


@dataclass(frozen=True)
class Found:
    rule_id: str = "loss_6h"
    rule_version: str = "1"
    vessel_id: str = "574001"
    severity: str = "high"
    since_us: int = T0
    event_ids: tuple[str, ...] = ("e1",)
    deadline_us: int | None = None


def find(current: Alert | None, now_us: int = T0, **finding: object) -> AlertChange | None:
    return life.open_or_refresh(current, Found(**finding), now_us=now_us, wording=Wording("Mất tín hiệu", "Loss"))  # type: ignore[arg-type]


def opened(**finding: object) -> Alert:
    change = find(None, **finding)
    assert change is not None
    return change.alert


def test_a_finding_opens_one_alert_and_the_same_finding_changes_nothing() -> None:
    first = opened()
    assert (first.state, first.version, first.lasting) == ("open", 1, True)
    assert find(first, T0 + MINUTE_US) is None
    assert opened().alert_id == first.alert_id, "a replay gives the same ids"
    assert opened(vessel_id="574002").alert_id != first.alert_id


def test_acknowledge_resolve_and_stay_resolved_while_it_lasts() -> None:
    taken = life.acknowledge(opened(), OFFICER, base_version=1, now_us=T0 + 1)
    assert (taken.alert.state, taken.alert.owner) == ("acknowledged", "lan")
    done = life.resolve(taken.alert, OFFICER, outcome="explained", note="antenna", base_version=2, now_us=T0 + 2)
    assert (done.alert.state, done.alert.outcome, done.alert.resolved_us) == ("resolved", "explained", T0 + 2)
    assert done.entries[0].note == "explained: antenna"
    assert find(done.alert, T0 + HOUR_US) is None, "the same occurrence is not raised again"


def test_a_new_occurrence_rearms() -> None:
    done = life.resolve(opened(), OFFICER, outcome="returned", base_version=1, now_us=T0).alert
    ended = life.cause_ended(done, now_us=T0 + HOUR_US)
    assert ended is not None
    again = find(ended.alert, T0 + DAY_US, event_ids=("e2",), since_us=T0 + DAY_US)
    assert again is not None
    assert again.alert.alert_id != done.alert_id
    assert (again.alert.state, again.alert.version) == ("open", 1)


def test_the_same_event_flickering_after_resolve_does_not_rearm() -> None:
    done = life.resolve(opened(), OFFICER, outcome="false_alarm", base_version=1, now_us=T0).alert
    ended = life.cause_ended(done, now_us=T0 + 1)
    assert ended is not None
    back = find(ended.alert, T0 + 2)
    assert back is not None
    assert (back.alert.state, back.alert.lasting, back.entries) == ("resolved", True, ())


def test_a_graver_class_of_the_same_matter_rearms() -> None:
    done = life.resolve(opened(), OFFICER, outcome="explained", base_version=1, now_us=T0).alert
    assert find(done, T0 + DAY_US, severity="notice") is None
    graver = find(done, T0 + 10 * DAY_US, severity="critical")
    assert graver is not None
    assert (graver.alert.alert_id != done.alert_id, graver.alert.state) == (True, "open")


def test_an_event_superseded_by_another_is_the_same_occurrence() -> None:
    done = life.resolve(opened(), OFFICER, outcome="supplier_fault", base_version=1, now_us=T0).alert
    followed = life.follow_supersession(done, {"e1": "e1b", "other": "x"}, now_us=T0 + 1)
    assert followed is not None
    assert followed.alert.event_ids == ("e1", "e1b")
    assert find(followed.alert, T0 + 2, event_ids=("e1b",)) is None
    assert life.follow_supersession(followed.alert, {"e1": "e1b", "e2": None}, now_us=T0 + 3) is None


def test_a_finding_without_events_rearms_only_after_it_ended() -> None:
    done = life.resolve(opened(event_ids=()), OFFICER, outcome="explained", base_version=1, now_us=T0).alert
    assert find(done, T0 + 1, event_ids=()) is None
    ended = life.cause_ended(done, now_us=T0 + 2)
    assert ended is not None
    again = find(ended.alert, T0 + 3, event_ids=())
    assert again is not None
    assert again.alert.alert_id != done.alert_id


def test_an_unresolved_alert_takes_in_a_recurrence() -> None:
    ended = life.cause_ended(opened(), now_us=T0 + 1)
    assert ended is not None
    assert (ended.alert.state, ended.alert.lasting) == ("open", False)
    assert life.cause_ended(ended.alert, now_us=T0 + 2) is None
    again = find(ended.alert, T0 + 3, event_ids=("e2",))
    assert again is not None
    assert again.alert.alert_id == ended.alert.alert_id
    assert (again.alert.lasting, again.alert.event_ids, again.entries[0].action) == (True, ("e1", "e2"), "recur")


def test_snooze_sleeps_and_wakes() -> None:
    asleep = life.snooze(opened(), OFFICER, until_us=T0 + HOUR_US, base_version=1, now_us=T0).alert
    assert life.wake(asleep, now_us=T0 + HOUR_US - 1) is None
    awake = life.wake(asleep, now_us=T0 + HOUR_US)
    assert awake is not None
    assert (awake.alert.state, awake.alert.snoozed_until_us, awake.entries[0].actor) == ("open", None, "system")
    assert life.wake(awake.alert, now_us=T0 + DAY_US) is None


def test_getting_worse_wakes_a_snoozed_alert() -> None:
    asleep = life.snooze(opened(), OFFICER, until_us=T0 + DAY_US, base_version=1, now_us=T0).alert
    assert find(asleep, T0 + 1) is None
    worse = find(asleep, T0 + 1, severity="critical")
    assert worse is not None
    assert (worse.alert.state, worse.alert.severity, worse.entries[0].action) == ("open", "critical", "escalate")
    milder = find(worse.alert, T0 + 2, severity="notice")
    assert milder is not None
    assert (milder.alert.severity, milder.entries) == ("notice", ())
    taken = life.acknowledge(milder.alert, OFFICER, base_version=4, now_us=T0 + 3).alert
    again = find(taken, T0 + 4, severity="high")
    assert again is not None
    assert (again.alert.state, again.entries[0].to_state) == ("acknowledged", "acknowledged")


def test_refresh_moves_the_place_only_where_there_is_one() -> None:
    start = replace(opened(), lat_deg=15.0, lon_deg=109.0)
    change = life.open_or_refresh(start, Found(), now_us=T0, wording=start.wording, place=(16.0, 110.0))
    assert change is not None
    assert (change.alert.lat_deg, change.alert.lon_deg) == (16.0, 110.0)
    assert life.open_or_refresh(start, Found(), now_us=T0, wording=start.wording) is None


@pytest.mark.parametrize("until_us", [T0, T0 - 1, T0 + life.MAX_SNOOZE_US + 1])
def test_snooze_needs_a_sensible_time(until_us: int) -> None:
    with pytest.raises(InvalidInput, match="snooze until"):
        life.snooze(opened(), OFFICER, until_us=until_us, base_version=1, now_us=T0)


def test_what_is_missing_is_named() -> None:
    alert = opened()
    with pytest.raises(InvalidInput, match="outcome ''"):
        life.act(alert, OFFICER, "resolve", base_version=1, now_us=T0)
    with pytest.raises(InvalidInput, match="needs `until`"):
        life.act(alert, OFFICER, "snooze", base_version=1, now_us=T0)
    with pytest.raises(InvalidInput, match="action 'burn'"):
        life.act(alert, OFFICER, "burn", base_version=1, now_us=T0)
    with pytest.raises(InvalidInput, match="empty note"):
        life.act(alert, OFFICER, "note", base_version=1, now_us=T0, note="  ")
    with pytest.raises(InvalidInput, match="severity"):
        find(None, severity="purple")


def test_rights_come_before_versions_and_versions_before_states() -> None:
    alert = opened()
    with pytest.raises(NotAllowed, match="one of the roles admin"):
        life.acknowledge(alert, READER, base_version=7, now_us=T0)
    with pytest.raises(NotAllowed):
        life.acknowledge(alert, SYSTEM, base_version=1, now_us=T0)
    with pytest.raises(Conflict, match="at version 1, your change is based on 7") as conflict:
        life.reopen(alert, OFFICER, base_version=7, now_us=T0)
    assert conflict.value.details == {"version": 1, "base_version": 7}
    with pytest.raises(IllegalTransition, match="is open: reopen is not possible"):
        life.reopen(alert, OFFICER, base_version=1, now_us=T0)
    assert life.allowed_actions(alert, READER) == []
    assert life.allowed_actions(alert, OFFICER) == ["acknowledge", "resolve", "snooze", "note"]


class AlertLife(RuleBasedStateMachine):
    """Random findings, ends, clocks and officers; whatever comes, the alert's promises hold."""

    def __init__(self) -> None:
        super().__init__()
        self.now_us = T0
        self.n_events = 1
        self.alert: Alert | None = None
        self.past: list[Alert] = []

    def take(self, change: AlertChange | None) -> None:
        if change is None:
            return
        if self.alert is not None and change.alert.alert_id != self.alert.alert_id:
            assert self.alert.state == "resolved", "a second alert only after the first is finished"
            self.past.append(self.alert)
            assert change.alert.version == 1
        elif self.alert is not None:
            assert change.alert.version == self.alert.version + 1
            state = self.alert.state
            for entry in change.entries:
                assert entry.from_state == state
                state = entry.to_state
            assert state == change.alert.state, "no state changes without a line of history"
        self.alert = change.alert

    @rule(minutes=st.integers(1, 600))
    def time_passes(self, minutes: int) -> None:
        self.now_us += minutes * MINUTE_US
        if self.alert is not None:
            self.take(life.wake(self.alert, now_us=self.now_us))

    @rule(severity=st.sampled_from(life.SEVERITIES), is_new=st.booleans())
    def found(self, severity: str, is_new: bool) -> None:
        self.n_events += is_new
        ids = tuple(f"e{i}" for i in range(self.n_events))
        before = self.alert
        change = find(before, self.now_us, severity=severity, event_ids=ids)
        if before is not None and before.state == "resolved" and set(ids) <= set(before.event_ids):
            is_graver = life.SEVERITIES.index(severity) < life.SEVERITIES.index(before.severity)
            assert change is None or (change.alert.state == "open") == is_graver
        self.take(change)
        assert self.alert is not None
        assert self.alert.lasting

    @precondition(lambda self: self.alert is not None)
    @rule()
    def ended(self) -> None:
        assert self.alert is not None
        self.take(life.cause_ended(self.alert, now_us=self.now_us))
        assert not self.alert.lasting

    @precondition(lambda self: self.alert is not None)
    @rule(
        action=st.sampled_from(["acknowledge", "resolve", "snooze", "reopen", "note"]),
        person=st.sampled_from([OFFICER, READER]), is_stale=st.booleans(),
    )  # fmt: skip
    def somebody_acts(self, action: str, person: object, is_stale: bool) -> None:
        alert = self.alert
        assert alert is not None
        may = action in life.allowed_actions(alert, person) and not is_stale  # type: ignore[arg-type]
        base_version = alert.version - is_stale
        rest = {"outcome": "explained", "until_us": self.now_us + HOUR_US, "note": "seen"}

        def step() -> AlertChange:
            return life.act(alert, person, action, base_version=base_version, now_us=self.now_us, **rest)  # type: ignore[arg-type]

        if may:
            self.take(step())
        else:
            with pytest.raises((IllegalTransition, Conflict, NotAllowed)):
                step()

    @invariant()
    def promises(self) -> None:
        alert = self.alert
        if alert is None:
            return
        assert alert.state in life.STATES
        assert (alert.state == "snoozed") == (alert.snoozed_until_us is not None)
        assert (alert.state == "resolved") == (alert.outcome is not None) == (alert.resolved_us is not None)
        assert alert.state != "acknowledged" or alert.owner is not None
        assert len(set(alert.event_ids)) == len(alert.event_ids)
        assert len({a.alert_id for a in [*self.past, alert]}) == len(self.past) + 1


AlertLife.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
test_alert_life = AlertLife.TestCase
