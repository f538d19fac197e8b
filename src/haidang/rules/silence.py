"""loss_of_signal: a terminal at sea that reports no more, in the classes the law and the desks use.

Notice before 6 hours, over 6 hours, over 10 days. A supplier that is down is found first: her silence is then held,
shown as held, and accuses nobody.
"""

from haidang.core.event import Event
from haidang.core.time import HOUR_US
from haidang.rules import words
from haidang.rules.case import Case, carries_vms, finding_of, is_long_enough, step_of
from haidang.rules.finding import Finding, Held
from haidang.rules.pack import Rule

CHECK = "loss_of_signal"


def judge(case: Case) -> tuple[list[Finding], list[Held]]:
    """Return the findings on silences that last, and those held back by an outage of the vessel's supplier."""
    outages = [e for e in case.of("feed_outage") if e.end_us is None]
    findings: dict[str, Finding] = {}
    held: dict[str, Held] = {}
    for event in case.of("silence"):
        if event.end_us is not None or not carries_vms(event.vessel_id, case.vessels):
            continue
        rules = [rule for rule in case.rules(CHECK, event.start_us) if _concerns(rule, event, case)]
        step = step_of(rules, event.start_us, case.now_us)
        if step is None:
            continue
        rule, deadline_us = step
        outage = _outage(case, event, outages, rule)
        if outage is not None:
            held[event.vessel_id] = _held(case, event.vessel_id, event, outage)
            continue
        findings[event.vessel_id] = finding_of(
            rule, event.vessel_id, since_us=event.start_us, deadline_us=deadline_us, events=[event],
            reason=_reason(case, event, rule),
        )  # fmt: skip
    for outage in outages:
        for vessel_id in _still_silent(outage):
            if vessel_id not in held:
                held[vessel_id] = _held(case, vessel_id, None, outage)
    return list(findings.values()), [h for v, h in held.items() if v not in findings]


def _still_silent(outage: Event) -> list[str]:
    """Return the vessels that the detector itself lays to the outage: it makes no silences of them."""
    silent = outage.details.get("still_silent", ())
    return [str(v) for v in silent] if isinstance(silent, list | tuple) else []


def _concerns(rule: Rule, event: Event, case: Case) -> bool:
    in_port = event.details.get("place") == "in_port"
    return is_long_enough(rule, case.vessels.get(event.vessel_id)) and (not in_port or bool(rule.params["in_port"]))


def _outage(case: Case, event: Event, outages: list[Event], rule: Rule) -> Event | None:
    vessel = case.vessels.get(event.vessel_id)
    if vessel is None or vessel.supplier is None:
        return None
    # The last report before an outage lies up to two report periods before it.
    slack_us = round(rule.number("outage_slack_h") * HOUR_US)
    for outage in outages:
        if outage.vessel_id == f"supplier:{vessel.supplier}" and event.start_us >= outage.start_us - slack_us:
            return outage
    return None


def _held(case: Case, vessel_id: str, event: Event | None, outage: Event) -> Held:
    supplier = outage.vessel_id.removeprefix("supplier:")
    name = words.label(vessel_id, case.vessels)
    since_us = outage.start_us if event is None else event.start_us
    since, down = words.moment(since_us), words.moment(outage.start_us)
    return Held(
        rule_id=CHECK,
        vessel_id=vessel_id,
        since_us=since_us,
        event_id=None if event is None else event.event_id,
        outage_event_id=outage.event_id,
        supplier=supplier,
        reason_vi=f"Tàu {name} mất tín hiệu từ {since[0]}, trong lúc nhà cung cấp {supplier} ngừng truyền từ "
        f"{down[0]}: chưa quy cho tàu.",
        reason_en=f"{name} has not reported since {since[1]}, while supplier {supplier} has been down since "
        f"{down[1]}: not laid to the vessel.",
    )


def _reason(case: Case, event: Event, rule: Rule) -> words.Pair:
    name = words.label(event.vessel_id, case.vessels)
    since, at = words.moment(event.start_us), words.place(event.lat_deg, event.lon_deg)
    after = words.hours(rule.number("after_h"))
    vessel = case.vessels.get(event.vessel_id)
    length = vessel.length_m if vessel is not None else None
    how_long = ("chưa rõ chiều dài", "length not known")
    if length is not None:
        vi, en = words.decimal(length)
        how_long = (f"dài {vi} m", f"{en} m long")
    period = event.details.get("expected_period_s")
    usual = ("", "")
    if isinstance(period, int | float):
        vi, en = words.hours(float(period) / 3600.0)
        usual = (f"; thường lệ {vi} báo một lần", f"; she usually reports every {en}")
    place = str(event.details.get("place", ""))
    doubt = ("; chưa rõ ở cảng hay trên biển", "; in port or at sea is not known") if place == "unknown" else ("", "")
    return (
        f"Tàu {name} ({how_long[0]}) mất tín hiệu từ {since[0]}{at[0]}, đã quá {after[0]}{usual[0]}{doubt[0]}.",
        f"{name} ({how_long[1]}) has not reported since {since[1]}{at[1]}, over {after[1]} ago{usual[1]}{doubt[1]}.",
    )
