"""What a crew does next on the ground, by gear and hour: the habits that give each gear its track.

Squid boats drift under lamps by night and look for squid by day; gillnetters set at dusk and haul before dawn;
seiners search, circle and lie still; pair trawlers tow for hours on one heading. Numbers are this drill's own.
"""

from dataclasses import dataclass

import numpy as np

from haidang.core.columns import F64, I64

DRIFT, SHIFT, SET, HAUL, SEARCH, CIRCLE, TOW, ERRAND, HOLD = range(9)
JIG, GILLNET, SEINE, PAIR_TRAWL, CARRIER = range(5)


@dataclass(frozen=True, slots=True)
class Choice:
    """The next activity of k boats: code, how long (hours), speed (knots), turn of heading (degrees)."""

    act: I64
    hours: F64
    speed_kn: F64
    turn_deg: F64


def choose(gear: I64, act: I64, hour: float, lit: float, u: F64) -> Choice:
    """Return what boats whose activity has ended do next.

    Args:
        gear: (k,) index into register.GEARS.
        act: (k,) the activity that ended.
        hour: local hour.
        lit: lit share of the moon; under a full moon lamps draw little squid, so boats move more.
        u: (k, 3) uniform numbers.
    """
    k = len(gear)
    out = Choice(np.full(k, DRIFT), np.full(k, 1.0), np.zeros(k), np.zeros(k))
    night = hour >= 17.5 or hour < 5.0
    to_dawn = (29.0 - hour) % 24.0
    to_dusk = (17.5 - hour) % 24.0
    for code, habit in ((JIG, _jig), (GILLNET, _gillnet), (SEINE, _seine), (PAIR_TRAWL, _trawl), (CARRIER, _carrier)):
        rows = np.flatnonzero(gear == code)
        if len(rows):
            picked = habit(act[rows], u[rows], night, to_dawn if night else to_dusk, lit)
            for name in ("act", "hours", "speed_kn", "turn_deg"):
                getattr(out, name)[rows] = getattr(picked, name)
    return out


def _jig(act: I64, u: F64, night: bool, left_h: float, lit: float) -> Choice:
    if night:
        shift = (u[:, 0] < 0.12 + 0.3 * max(lit - 0.7, 0.0)) & (act != SHIFT)
        return Choice(np.where(shift, SHIFT, DRIFT), np.where(shift, 2.0, left_h), 5.0 + 2.0 * u[:, 1], 0.0 * u[:, 0])
    shift = (u[:, 0] < 0.55) & (act != SHIFT)
    hours = np.where(shift, 2.0 + 4.0 * u[:, 1], np.minimum(left_h, 2.0 + 6.0 * u[:, 2]))
    return Choice(np.where(shift, SHIFT, DRIFT), hours, 4.5 + 2.5 * u[:, 1], 0.0 * u[:, 0])


def _gillnet(act: I64, u: F64, night: bool, left_h: float, _lit: float) -> Choice:
    zero = np.zeros(len(act))
    if not night:
        wait = (act == SHIFT) | (left_h > 7.0)
        hours = np.where(wait, np.minimum(left_h, 2.0 + 3.0 * u[:, 1]), 1.5 + 2.0 * u[:, 2])
        return Choice(np.where(wait, DRIFT, SHIFT), hours, 5.5 + 2.0 * u[:, 1], zero)
    setting, hauling = (act != SET) & (left_h > 8.0), (act == DRIFT) & (left_h <= 8.0)
    code = np.where(setting, SET, np.where(hauling, HAUL, DRIFT))
    hours = np.where(setting, 1.5 + 1.5 * u[:, 1], np.where(hauling, 3.0 + 3.0 * u[:, 2], 2.0 + 3.0 * u[:, 1]))
    speed = np.where(setting, 4.0 + 1.5 * u[:, 0], 1.0 + 1.0 * u[:, 0])
    turn = np.where(setting, 360.0 * u[:, 2], np.where(hauling, 180.0, 0.0))
    return Choice(code, hours, speed, turn)


def _seine(act: I64, u: F64, night: bool, left_h: float, lit: float) -> Choice:
    zero = np.zeros(len(act))
    if not night or lit > 0.9:
        shift = (u[:, 0] < 0.4) & (act != SHIFT)
        hours = np.where(shift, 1.0 + 2.5 * u[:, 1], np.minimum(left_h, 2.0 + 3.0 * u[:, 2]))
        return Choice(np.where(shift, SHIFT, DRIFT), hours, 5.5 + 2.5 * u[:, 1], zero)
    code = np.where(act == SEARCH, CIRCLE, np.where(act == CIRCLE, HAUL, SEARCH))
    hours = np.where(code == SEARCH, 0.8 + 1.8 * u[:, 1], np.where(code == CIRCLE, 0.5, 1.3 + 1.2 * u[:, 2]))
    speed = np.where(code == SEARCH, 5.0 + 2.0 * u[:, 0], np.where(code == CIRCLE, 5.0 + 1.5 * u[:, 0], 0.5))
    return Choice(code, hours, speed, np.where(code == SEARCH, 360.0 * u[:, 2], zero))


def _trawl(act: I64, u: F64, _night: bool, _left_h: float, _lit: float) -> Choice:
    tow = act != TOW
    turn = np.where(u[:, 1] < 0.6, 150.0 + 60.0 * u[:, 2], 120.0 * (u[:, 2] - 0.5))
    hours = np.where(tow, 3.0 + 1.5 * u[:, 0], 0.5 + 0.5 * u[:, 0])
    return Choice(np.where(tow, TOW, HAUL), hours, np.where(tow, 2.8 + 0.8 * u[:, 1], 1.0), np.where(tow, turn, 0.0))


def _carrier(act: I64, u: F64, _night: bool, _left_h: float, _lit: float) -> Choice:
    shift = (act != SHIFT) & (u[:, 0] < 0.7)
    return Choice(np.where(shift, SHIFT, DRIFT), 1.5 + 4.0 * u[:, 1], 7.0 + 1.5 * u[:, 2], 0.0 * u[:, 0])
