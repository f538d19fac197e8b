"""From events and forecasts to findings, by the entries of a pack that held when each thing began.

A pure function of what stands: the same events, forecasts and time give the same findings in the same order, live, in
replay and in a rehearsal of a rule on past data.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from haidang.core.event import Event
from haidang.core.vessel import Vessel
from haidang.forecast.crossing import Forecasts
from haidang.rules import at_sea, boundary, silence
from haidang.rules.case import Case, by_kind
from haidang.rules.finding import Finding, Held, Judgement
from haidang.rules.pack import Rule, RulePack
from haidang.rules.pack_check import SEVERITY

__all__ = ["Finding", "Held", "Judgement", "RuleStatus", "evaluate", "explain"]


def evaluate(
    pack: RulePack,
    *,
    events: Iterable[Event],
    vessels: Mapping[str, Vessel],
    now_us: int,
    forecasts: Forecasts | None = None,
    drill: bool = False,
    confirmed: AbstractSet[str] = frozenset(),
    standing: AbstractSet[tuple[str, str]] = frozenset(),
) -> Judgement:
    """Return what the rules find at `now_us`, one finding per vessel and family while it lasts.

    Args:
        pack: the rules.
        events: standing events, running outages and silences included; any order.
        vessels: the register by vessel id.
        now_us: event time, UTC microseconds.
        forecasts: the newest crossing forecasts.
        drill: what is judged is simulated; entries meant for the drill are on.
        confirmed: rule ids (`loss_of_signal.over_6h`) that the unit has confirmed in writing.
        standing: (vessel_id, rule_id) of the findings that last so far; keeps a warning from flickering.

    Returns:
        Findings from the gravest, then oldest; silences held back by an outage of the vessel's supplier.
    """
    case = Case(pack, by_kind(events), vessels, now_us, forecasts, drill, confirmed, standing)
    findings, held = silence.judge(case)
    findings += boundary.judge_crossings(case)
    findings += boundary.judge_forecasts(case)
    findings += at_sea.judge_wrong_zone(case)
    findings += at_sea.judge_encounters(case)
    findings.sort(key=lambda f: (SEVERITY.index(f.severity), f.since_us, f.vessel_id, f.rule_id))
    return Judgement(findings, sorted(held, key=lambda h: (h.since_us, h.vessel_id)))


@dataclass(frozen=True, slots=True)
class RuleStatus:
    """An entry and whether it is applied, for the screen.

    Attributes:
        enabled: applied to what happens at the time asked for.
        reason_off_vi, reason_off_en: why it is not; empty when it is.
    """

    rule: Rule
    enabled: bool
    reason_off_vi: str = ""
    reason_off_en: str = ""


def explain(
    pack: RulePack, at_us: int, *, drill: bool = False, confirmed: AbstractSet[str] = frozenset()
) -> list[RuleStatus]:
    """Return every entry of the pack in the order of the file, with why it is off at `at_us` (UTC microseconds)."""
    return [_status(rule, at_us, drill=drill, confirmed=confirmed) for rule in pack.rules]


def _status(rule: Rule, at_us: int, *, drill: bool, confirmed: AbstractSet[str]) -> RuleStatus:
    if not rule.holds_at(at_us):
        if rule.valid_from_us is not None and at_us < rule.valid_from_us:
            return RuleStatus(rule, False, "Chưa có hiệu lực.", "Not in force yet.")
        return RuleStatus(rule, False, "Đã hết hiệu lực; chỉ dùng cho vụ việc trước đó.", "No longer in force; judges "
                          "only what happened before.")  # fmt: skip
    if rule.is_on(drill=drill, confirmed=confirmed):
        return RuleStatus(rule, True)
    return RuleStatus(
        rule,
        False,
        "Thông lệ, chưa kiểm chứng với văn bản hiện hành: tắt cho đến khi đơn vị xác nhận."
        if rule.trust == "X"
        else "Tắt theo mặc định cho đến khi đơn vị xác nhận.",
        "Practice, not verified against the text in force: off until the unit confirms it."
        if rule.trust == "X"
        else "Off by default until the unit confirms it.",
    )
