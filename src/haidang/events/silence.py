"""silence: a vessel that reported does not report any more, for longer than she normally pauses.

The expected period is learned per vessel: terminals are set to two or three hours, captains change it, satellites
miss passes; one missed report is never "loss of signal". The learner steps towards each pause by a tenth, so one
long silence cannot teach it that silence is normal. The start is the last fix, the end the next one.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numba import njit

from haidang.core.event import Event
from haidang.core.time import NO_TIME_US
from haidang.events.drafts import DRAFT, SILENCE, Drafts, end_of, put
from haidang.tracks.segment import NOISE, OK
from haidang.tracks.state import Records

DETECTOR = "silence/1"

#: What is remembered of a vessel: last report, learned period, reports heard.
STATE: np.dtype[Any] = np.dtype(
    [("t", np.int64), ("lat", np.float64), ("lon", np.float64), ("row", np.int64), ("segment_id", np.int64),
     ("period_us", np.float64), ("n", np.int64)]
)  # fmt: skip

P_THRESHOLD, P_PERIODS, P_PERIOD, P_PERIOD_MAX, P_LEAST = range(5)
#: The learned period never falls below this; a transponder's seconds are of no interest here.
_PERIOD_MIN_US = 10e6
_STEP = 1.1
#: Pauses this close to the expected period confirm it.
_BAND = 1.05


def states(n_vessels: int) -> Records:
    """Return (n_vessels,) fresh states."""
    state = np.zeros(n_vessels, STATE)
    state["t"] = NO_TIME_US
    return state


@njit(nogil=True, cache=True)
def silence_rows(rows: Any, track: Any, state: Any, classes: Any, params: Any, out: Any) -> int:
    """Write a draft for each silence that a fix ends; returns how many.

    Args:
        rows: as in segment_rows.
        track: (flag int8, segment_id int64), each (n,).
        state: (n_vessels,) STATE, changed in place.
        classes: (n_vessels,) int8, row of `params`.
        params: (n_classes, 5) float64: shortest silence us, periods, first expected period us, largest period us,
            reports without which nobody is missed.
        out: buffer of drafts; values are (expected period s, threshold s, reports before, ended in the same segment).
    """
    vessel, times, _, lats, lons, _, row = rows
    flag, segment = track
    m = 0
    for i in range(len(vessel)):
        # A frozen device still reports: it is not silent.
        if flag[i] != OK and flag[i] != NOISE:
            continue
        v = vessel[i]
        s = state[v]
        p = params[classes[v]]
        if s.n == 0:
            s.period_us = p[P_PERIOD]
        else:
            pause = times[i] - s.t
            limit = max(p[P_THRESHOLD], p[P_PERIODS] * s.period_us)
            if pause >= limit:
                same = 1.0 if segment[i] == s.segment_id else 0.0
                m = put(
                    out, m, SILENCE, v, (s.t, times[i]), (s.lat, s.lon, -1, 0.6 if s.n < 3 else 0.95),
                    (s.row, row[i], s.segment_id), (s.period_us * 1e-6, limit * 1e-6, float(s.n), same),
                )  # fmt: skip
            if pause > s.period_us * _BAND:
                s.period_us = min(p[P_PERIOD_MAX], s.period_us * _STEP)
            elif pause > 0 and pause * _BAND < s.period_us:
                s.period_us = max(_PERIOD_MIN_US, s.period_us / _STEP)
        s.t, s.lat, s.lon, s.row, s.segment_id = times[i], lats[i], lons[i], row[i], segment[i]
        s.n += 1
    return m


def due_us(state: Records, classes: np.ndarray[Any, Any], params: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return (n,) float64: the time from which each vessel counts as silent; inf if not heard often enough.

    A ship heard once by a receiver at the edge of its range has no habit of reporting that she could break.
    """
    p = params[classes]
    limit = np.maximum(p[:, P_THRESHOLD], p[:, P_PERIODS] * state["period_us"])
    return np.where(state["n"] >= p[:, P_LEAST], state["t"] + limit, np.inf)


def running(state: Records, codes: np.ndarray[Any, Any], params: np.ndarray[Any, Any], now_us: int) -> Drafts:
    """Return the silences that last at `now_us`.

    Args:
        state: (n,) STATE of the vessels asked for.
        codes: (n, 2) int: vessel code and class of each.
        params: as in silence_rows.
        now_us: the time to judge at.
    """
    due = due_us(state, codes[:, 1], params)
    silent = np.flatnonzero(due <= now_us)
    out = np.zeros(len(silent), DRAFT)
    s = state[silent]
    out["kind"], out["vessel"], out["start"], out["end"] = SILENCE, codes[silent, 0], s["t"], NO_TIME_US
    out["lat"], out["lon"], out["place"] = s["lat"], s["lon"], -1
    out["confidence"] = np.where(s["n"] < 3, 0.6, 0.95)
    out["row_first"], out["row_last"], out["segment_id"] = s["row"], -1, s["segment_id"]
    out["a"], out["b"], out["c"] = s["period_us"] * 1e-6, (due[silent] - s["t"]) * 1e-6, s["n"]
    return out


def write(draft: Any, vessel_id: str, where: tuple[str, str | None, float | None]) -> Event:
    """Return the event of a draft; `where` is (at_sea | in_port | unknown, port id, metres to it)."""
    end = end_of(draft)
    place, port_id, port_m = where
    details: dict[str, object] = {
        "rows": [int(draft["row_first"])] + ([int(draft["row_last"])] if end is not None else []),
        "segment_id": int(draft["segment_id"]),
        "expected_period_s": round(float(draft["a"]), 1),
        "threshold_s": round(float(draft["b"]), 1),
        "reports_before": int(draft["c"]),
        "place": place,
        "port_id": port_id,
        "port_distance_m": None if port_m is None else round(port_m),
    }
    if end is not None:
        details["duration_s"] = (end - int(draft["start"])) / 1e6
        details["same_segment"] = bool(draft["d"])
    return Event(
        "silence", vessel_id, int(draft["start"]), end, float(draft["lat"]), float(draft["lon"]),
        float(draft["confidence"]), DETECTOR, details=details,
    )  # fmt: skip


def silence_plain(times_us: list[int], *, threshold_us: float, periods: float, period_us: float, period_max_us: float
                  ) -> list[tuple[int, int]]:  # fmt: skip
    """Return (start, end) of the silences of one vessel's accepted fixes; the plain twin of the kernel."""
    found = []
    for before, after in pairwise(times_us):
        pause = after - before
        if pause >= max(threshold_us, periods * period_us):
            found.append((before, after))
        if pause > period_us * _BAND:
            period_us = min(period_max_us, period_us * _STEP)
        elif pause > 0 and pause * _BAND < period_us:
            period_us = max(_PERIOD_MIN_US, period_us / _STEP)
    return found
