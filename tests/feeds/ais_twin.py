"""The plain twin of the compiled AIS decoder, row by row: what the columns must say."""

import math
from collections import Counter

from haidang.core.columns import Positions
from haidang.feeds import ais_rules as rules
from haidang.feeds.ais_sentences import Message, judge, place_deg, read_outcomes

MINUTE_US = 60_000_000
#: type -> first bits of speed, course, UTC second (None: has none)
BITS = {
    1: (50, 116, 137),
    2: (50, 116, 137),
    3: (50, 116, 137),
    9: (50, 116, 128),
    18: (46, 112, 133),
    19: (46, 112, 133),
    27: (79, 85, None),
}


def fix_time_us(base_us: int, second: int) -> int:
    if second > 59:
        return base_us
    minute = base_us // MINUTE_US * MINUTE_US
    candidates = [minute + second * 1_000_000 + shift for shift in (0, -MINUTE_US, MINUTE_US)]
    return min(candidates, key=lambda t: abs(t - base_us))


def speed_and_course(message: Message) -> tuple[float, float]:
    speed_bit, course_bit, _ = BITS[message.kind]
    if message.kind == 27:
        speed, course = message.uint(speed_bit, 6), message.uint(course_bit, 9)
        return (math.nan if speed == 63 else speed), (math.nan if course >= 360 else course)
    speed, course = message.uint(speed_bit, 10), message.uint(course_bit, 12)
    sog_kn = math.nan if speed == 1023 else speed / (1 if message.kind == 9 else 10)
    return sog_kn, (math.nan if course >= 3600 else course / 10)


def decode(data: bytes, default_us: int) -> tuple[Counter[str], Positions, list[tuple[int, str]]]:
    """Return (counts, positions, rejects as (line, reason)) of a whole log."""
    counts: Counter[str] = Counter()
    rows: list[tuple[object, ...]] = []
    ids: dict[str, int] = {}
    rejects = []
    for outcome in read_outcomes(data):
        reason = outcome.reason
        for message in outcome.messages:
            counts[f"type_{message.kind}"] += 1
            if judge(message)[0] != rules.POSITION:
                counts["no_position"] += message.kind in rules.POSITION_TYPES
                continue
            known = (message.own_us, message.base_us, message.log_us, default_us)
            received = next(t for t in known if t is not None)
            second_bit = BITS[message.kind][2]
            second = 60 if second_bit is None else message.uint(second_bit, 6)
            fix = fix_time_us(received if message.base_us is None else message.base_us, second)
            lon, lat = place_deg(message)
            vessel = ids.setdefault(str(message.mmsi), len(ids))
            rows.append((vessel, fix, lat, lon, received, *speed_and_course(message), outcome.line))
        counts[rules.CLASS_NAMES[outcome.code]] += 1
        if outcome.code == rules.REJECT:
            rejects.append((outcome.line, rules.REASONS[reason]))
    columns = list(zip(*rows, strict=True)) or [()] * 8
    positions = Positions.build(
        tuple(ids),
        columns[0],
        columns[1],
        columns[2],
        columns[3],
        received_time_us=columns[4],
        sog_kn=columns[5],
        cog_deg=columns[6],
        row=columns[7],
    )
    return counts, positions, rejects
