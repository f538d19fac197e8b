"""boundary_crossing and crossing_forecast: who is beyond the alert boundary, and who is likely to be soon.

Only the layer that the unit flagged as its alert boundary counts, and every sentence names it: for a month another
program measured to a line that was no longer on its map.
"""

from collections import defaultdict

import numpy as np

from haidang.core.event import Event
from haidang.core.time import HOUR_US, NO_TIME_US
from haidang.forecast.crossing import Forecasts
from haidang.rules import words
from haidang.rules.case import Case, finding_of, is_fishing_boat, step_of
from haidang.rules.finding import Finding
from haidang.rules.pack import Rule

#: Areas one must stay out of: there, going in is going beyond.
FORBIDDEN_KINDS = frozenset({"foreign", "closed", "danger"})


def is_outward(event: Event) -> bool:
    """Return whether a crossing leads beyond the boundary."""
    into = event.details.get("zone_kind") in FORBIDDEN_KINDS
    return event.kind == ("crossing_in" if into else "crossing_out")


def outside(case: Case) -> dict[str, list[Event]]:
    """Return, by vessel, the crossings by which she went beyond an alert boundary and has not come back."""
    by_line: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in case.of("crossing_in", "crossing_out"):
        if event.details.get("is_alert_boundary") is True:
            by_line[event.vessel_id, event.zone_id or ""].append(event)
    beyond: dict[str, list[Event]] = defaultdict(list)
    for (vessel_id, _), crossings in by_line.items():
        run = 0
        while run < len(crossings) and is_outward(crossings[-1 - run]):
            run += 1
        beyond[vessel_id].extend(crossings[len(crossings) - run :])
    return {v: sorted(c, key=lambda e: (e.start_us, e.event_id)) for v, c in beyond.items() if c}


def judge_crossings(case: Case) -> list[Finding]:
    """Return the findings on vessels beyond an alert boundary."""
    findings = []
    for vessel_id, crossings in outside(case).items():
        if not is_fishing_boat(vessel_id, case.vessels):
            continue
        since_us = crossings[0].start_us
        step = step_of(case.rules("boundary_crossing", since_us), since_us, case.now_us)
        if step is not None:
            rule, deadline_us = step
            findings.append(
                finding_of(
                    rule, vessel_id, since_us=since_us, deadline_us=deadline_us, events=crossings,
                    reason=_crossed(case, crossings),
                )
            )  # fmt: skip
    return findings


def _crossed(case: Case, crossings: list[Event]) -> words.Pair:
    event = crossings[-1]
    name, when = words.label(event.vessel_id, case.vessels), words.moment(event.start_us)
    at = words.place(event.lat_deg, event.lon_deg)
    layer = str(event.details.get("zone_name") or event.zone_id or "?")
    version = str(event.details.get("zone_version") or "")
    which = (f" (phiên bản {version})", f" (version {version})") if version else ("", "")
    interval = event.details.get("interval_s")
    between = ("", "")
    if isinstance(interval, int | float):
        vi, en = words.hours(float(interval) / 3600.0)
        between = (f", giữa hai lần báo cách nhau {vi}", f", between two reports {en} apart")
    times = ("", "")
    if len(crossings) > 1:
        times = (f" Đây là lần thứ {len(crossings)}.", f" This is crossing number {len(crossings)}.")
    return (
        (
            f"Tàu {name} có dấu hiệu vượt lớp ranh giới “{layer}”{which[0]} lúc {when[0]}{at[0]}{between[0]}; "
            f"chưa thấy quay về.{times[0]}"
        ),
        (
            f"{name} apparently crossed the layer “{layer}”{which[1]} at {when[1]}{at[1]}{between[1]}; "
            f"not seen coming back.{times[1]}"
        ),
    )


def judge_forecasts(case: Case) -> list[Finding]:
    """Return the warnings: fishing vessels whose chance to cross has reached the level, and has not fallen again."""
    forecasts = case.forecasts
    if forecasts is None or not len(forecasts):
        return []
    issued_us = int(forecasts.issued_us[0])
    rules = case.rules("crossing_forecast", issued_us)
    beyond = outside(case)
    best: dict[str, Finding] = {}
    for rule in rules:
        if case.now_us - issued_us > rule.number("max_age_h") * HOUR_US:
            continue
        p = forecasts.p_within(int(rule.number("horizon_h")))
        # Likeliest first, so that a vessel near two boundaries gets the sentence about the likelier one.
        for row in np.argsort(-p, kind="stable")[: int(np.count_nonzero(p >= rule.number("lower_p")))]:
            vessel_id = forecasts.vessel_id[row]
            lasts = (vessel_id, rule.family) in case.standing
            if vessel_id in best or not forecasts.is_outward[row] or not (lasts or p[row] >= rule.number("raise_p")):
                continue
            crossed = any(e.zone_id == forecasts.zone_id[row] for e in beyond.get(vessel_id, ()))
            if not crossed and is_fishing_boat(vessel_id, case.vessels):
                best[vessel_id] = _warning(case, rule, forecasts, int(row))
    return list(best.values())


def _warning(case: Case, rule: Rule, forecasts: Forecasts, row: int) -> Finding:
    vessel_id = forecasts.vessel_id[row]
    early_us, median_us = int(forecasts.eta_p10_us[row]), int(forecasts.eta_median_us[row])
    issued_us = int(forecasts.issued_us[row])
    deadline_us = None if early_us == NO_TIME_US else max(early_us, issued_us)
    horizon_h = int(rule.number("horizon_h"))
    p = float(forecasts.p_within(horizon_h)[row])
    name, said = words.label(vessel_id, case.vessels), words.moment(issued_us)
    tenths, far = words.chance(p), words.miles(float(forecasts.distance_m[row]))
    layer = forecasts.zone_name[row] or forecasts.zone_id[row]
    to_line = float(forecasts.baseline_ttl_h[row])
    straight = ("", "")
    if np.isfinite(to_line):
        vi, en = words.hours(to_line)
        straight = (f"; giữ hướng và tốc độ thì {vi} nữa tới nơi", f"; {en} away at the present course and speed")
    when = ("", "")
    if early_us != NO_TIME_US:
        first, middle = words.moment(early_us), words.moment(median_us)
        when = (
            f"; nếu vượt, sớm là {first[0]}, thường vào khoảng {middle[0]}",
            f"; if she crosses, early is {first[1]}, typically about {middle[1]}",
        )
    return finding_of(
        rule, vessel_id, since_us=issued_us, deadline_us=deadline_us,
        reason=(
            (f"Dự báo lúc {said[0]}: {tenths[0]} khả năng tàu {name} vượt “{layer}” trong {horizon_h} giờ tới; "
            f"cách {far[0]}{straight[0]}{when[0]}."),
            (f"Forecast of {said[1]}: a chance of {tenths[1]} that {name} crosses “{layer}” within {horizon_h} h; "
            f"{far[1]} away{straight[1]}{when[1]}."),
        ),
    )  # fmt: skip
