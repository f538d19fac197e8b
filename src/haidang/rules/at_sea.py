"""wrong_zone and encounter: what vessels apparently do at sea, while it goes on and for some hours after.

Passing through another zone is lawful; two boats alongside may be helping each other. Both are reasons to ask, and the
sentences say no more than that.
"""

from collections import defaultdict

from haidang.core.event import Event
from haidang.core.time import HOUR_US
from haidang.rules import words
from haidang.rules.case import Case, finding_of, is_fishing_boat
from haidang.rules.finding import Finding
from haidang.rules.pack import Rule


def judge_wrong_zone(case: Case) -> list[Finding]:
    """Return the findings on apparent fishing in a zone that the vessel's length does not allow."""
    return _judge(case, "wrong_zone", case.of("wrong_zone_fishing"))


def judge_encounters(case: Case) -> list[Finding]:
    """Return the findings on encounters of a fishing vessel, registered pairs left out; one for both vessels."""
    return _judge(case, "encounter", [e for e in case.of("encounter") if not _is_pair(case, e)])


def _judge(case: Case, check: str, events: list[Event]) -> list[Finding]:
    lasting: dict[str, list[tuple[Event, Rule]]] = defaultdict(list)
    for event in events:
        ids = [v for v in (event.vessel_id, event.other_vessel_id) if v is not None]
        subject = next((v for v in ids if is_fishing_boat(v, case.vessels)), None)
        rules = case.rules(check, event.start_us)
        if subject is not None and rules and _lasts(event, rules[0], case.now_us):
            lasting[subject].append((event, rules[0]))
    findings = []
    for vessel_id, matters in lasting.items():
        event, rule = matters[-1]
        reason = _wrong_zone(case, event) if check == "wrong_zone" else _encounter(case, vessel_id, event)
        since_us = matters[0][0].start_us
        deadline_us = None if rule.deadline_h is None else since_us + round(rule.deadline_h * HOUR_US)
        findings.append(
            finding_of(
                rule, vessel_id, since_us=since_us, deadline_us=deadline_us, events=[e for e, _ in matters],
                reason=reason,
            )
        )  # fmt: skip
    return findings


def _lasts(event: Event, rule: Rule, now_us: int) -> bool:
    return event.end_us is None or now_us - event.end_us <= rule.number("linger_h") * HOUR_US


def _is_pair(case: Case, event: Event) -> bool:
    pairs = [
        vessel.pair_id
        for v in (event.vessel_id, event.other_vessel_id)
        if v is not None and (vessel := case.vessels.get(v)) is not None
    ]
    return len(pairs) == 2 and pairs[0] is not None and pairs[0] == pairs[1]


def _wrong_zone(case: Case, event: Event) -> words.Pair:
    vessel = case.vessels.get(event.vessel_id)
    name, since = words.label(event.vessel_id, case.vessels), words.moment(event.start_us)
    at = words.place(event.lat_deg, event.lon_deg)
    zone = str(event.details.get("zone_name") or event.zone_id or "?")
    how_long = ("", "")
    if vessel is not None and vessel.length_m is not None:
        vi, en = words.decimal(vessel.length_m)
        how_long = (f" dài {vi} m", f", {en} m long,")
    return (
        (
            f"Tàu {name}{how_long[0]} có dấu hiệu khai thác (theo tốc độ) trong “{zone}” từ {since[0]}{at[0]}, "
            "là vùng không dành cho cỡ tàu này."
        ),
        (
            f"{name}{how_long[1]} is apparently fishing (judged by speed) in “{zone}” since {since[1]}{at[1]}, "
            "a zone not open to her length."
        ),
    )


def _encounter(case: Case, vessel_id: str, event: Event) -> words.Pair:
    other = event.other_vessel_id if event.vessel_id == vessel_id else event.vessel_id
    name, since = words.label(vessel_id, case.vessels), words.moment(event.start_us)
    whom = words.label(other or "?", case.vessels)
    at = words.place(event.lat_deg, event.lon_deg)
    # The median of a running encounter changes with every fix; the alert must not.
    near = ("", "")
    metres = event.details.get("median_distance_m")
    if event.end_us is not None and isinstance(metres, int | float):
        near = (f", cách nhau khoảng {metres:.0f} m", f", about {metres:.0f} m apart")
    return (
        f"Tàu {name} và tàu {whom} có dấu hiệu gặp nhau, gần như đứng yên, từ {since[0]}{at[0]}{near[0]}.",
        f"{name} and {whom} have apparently met and been almost still since {since[1]}{at[1]}{near[1]}.",
    )
