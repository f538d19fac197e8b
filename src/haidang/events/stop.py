"""stop: a vessel that stays within 200 m for an hour or more.

At anchor she swings, GNSS adds tens of metres, and at two-hourly reports two fixes are all there is. So the radius is
held around the mean place, a single fix a little outside is forgiven, and a pause longer than half a day proves
nothing (that is silence).
"""

from typing import Any

import numpy as np
from numba import njit

from haidang.core.event import Event
from haidang.core.time import NO_TIME_US
from haidang.events.drafts import DRAFT, STOP, Drafts, end_of, put
from haidang.tracks.place import distance_m, distance_plain, turn_deg
from haidang.tracks.segment import OK
from haidang.tracks.state import SLOTS, Records

DETECTOR = "stop/1"

#: A stop that may be forming: first and last fix inside, mean place, and one fix just outside, if any.
STATE: np.dtype[Any] = np.dtype(
    [("first_t", np.int64), ("last_t", np.int64), ("first_lat", np.float64), ("first_lon", np.float64),
     ("lat", np.float64), ("lon", np.float64), ("first_row", np.int64), ("last_row", np.int64),
     ("segment_id", np.int64), ("n", np.int64), ("reach_m", np.float64),
     ("out_t", np.int64), ("out_lat", np.float64), ("out_lon", np.float64), ("out_row", np.int64)]
)  # fmt: skip

P_RADIUS, P_MIN, P_GAP, P_EXIT = range(4)
#: The mean place follows at most this slowly, so that a slow drift leaves it.
_MEAN_FIXES = 100


def states(n_vessels: int) -> Records:
    """Return (n_vessels, SLOTS) fresh states."""
    state = np.zeros((n_vessels, SLOTS), STATE)
    state["out_t"] = NO_TIME_US
    return state


@njit(nogil=True, cache=True)
def _begin(s: Any, t: int, lat: float, lon: float, row: int, segment_id: int) -> None:
    s.first_t, s.last_t, s.first_row, s.last_row = t, t, row, row
    s.first_lat, s.first_lon, s.lat, s.lon = lat, lon, lat, lon
    s.segment_id, s.n, s.reach_m, s.out_t = segment_id, 1, 0.0, NO_TIME_US


@njit(nogil=True, cache=True)
def _absorb(s: Any, t: int, lat: float, lon: float, row: int, dist: float) -> None:
    s.n += 1
    w = 1.0 / min(s.n, _MEAN_FIXES)
    s.lat += (lat - s.lat) * w
    s.lon += turn_deg(s.lon, lon) * w
    if s.lon > 180.0:
        s.lon -= 360.0
    elif s.lon < -180.0:
        s.lon += 360.0
    s.reach_m = max(s.reach_m, dist)
    s.last_t, s.last_row, s.out_t = t, row, NO_TIME_US


@njit(nogil=True, cache=True)
def _end(s: Any, v: int, p: Any, out: Any, m: int) -> Any:
    """Write the stop of a state if it lasted long enough; returns the number of drafts."""
    if s.n < 2 or s.last_t - s.first_t < p[P_MIN]:
        return m
    return put(
        out, m, STOP, v, (s.first_t, s.last_t), (s.first_lat, s.first_lon, -1, 0.7 if s.n < 4 else 0.95),
        (s.first_row, s.last_row, s.segment_id), (s.lat, s.lon, float(s.n), s.reach_m),
    )  # fmt: skip


@njit(nogil=True, cache=True)
def stop_rows(rows: Any, track: Any, state: Any, params: Any, out: Any) -> int:
    """Write a draft for each stop that a fix ends; returns how many.

    Args:
        rows: as in segment_rows.
        track: (flag int8, segment_id int64, slot int8, begins bool), each (n,).
        state: (n_vessels, SLOTS) STATE, changed in place.
        params: (4,) float64: radius m, shortest stop us, longest pause us, exit factor.
        out: buffer of drafts; values are (mean lat, mean lon, fixes, farthest fix m).
    """
    vessel, times, _, lats, lons, _, row = rows
    flag, segment, slot, begins = track
    m = 0
    for i in range(len(vessel)):
        if flag[i] != OK:
            continue
        v, t, lat, lon = vessel[i], times[i], lats[i], lons[i]
        s = state[v, slot[i]]
        if s.n == 0 or begins[i] or t - s.last_t > params[P_GAP]:
            m = _end(s, v, params, out, m)
            _begin(s, t, lat, lon, row[i], segment[i])
            continue
        dist = distance_m(s.lat, s.lon, lat, lon)
        if dist <= params[P_RADIUS]:
            _absorb(s, t, lat, lon, row[i], dist)
            continue
        long_enough = s.last_t - s.first_t >= params[P_MIN]
        if long_enough and s.out_t == NO_TIME_US and dist <= params[P_RADIUS] * params[P_EXIT]:
            s.out_t, s.out_lat, s.out_lon, s.out_row = t, lat, lon, row[i]
            continue
        m = _end(s, v, params, out, m)
        out_t, out_lat, out_lon, out_row = s.out_t, s.out_lat, s.out_lon, s.out_row
        _begin(s, t, lat, lon, row[i], segment[i])
        if out_t != NO_TIME_US:
            dist = distance_m(out_lat, out_lon, lat, lon)
            if dist <= params[P_RADIUS]:
                _begin(s, out_t, out_lat, out_lon, out_row, segment[i])
                _absorb(s, t, lat, lon, row[i], dist)
    return m


def running(state: Records, codes: np.ndarray[Any, Any], params: np.ndarray[Any, Any], now_us: int) -> Drafts:
    """Return the stops that last at `now_us`, and those ended by a pause longer than a stop may have.

    Args:
        state: (n, SLOTS) STATE of the vessels asked for.
        codes: (n,) vessel code of each.
        params: as in stop_rows.
        now_us: the time to judge at.
    """
    which, slot = np.nonzero((state["n"] > 1) & (state["last_t"] - state["first_t"] >= params[P_MIN]))
    s = state[which, slot]
    out = np.zeros(len(s), DRAFT)
    out["kind"], out["vessel"], out["start"] = STOP, codes[which], s["first_t"]
    out["end"] = np.where(now_us - s["last_t"] > params[P_GAP], s["last_t"], NO_TIME_US)
    out["lat"], out["lon"], out["place"] = s["first_lat"], s["first_lon"], -1
    out["confidence"] = np.where(s["n"] < 4, 0.7, 0.95)
    out["row_first"], out["row_last"], out["segment_id"] = s["first_row"], s["last_row"], s["segment_id"]
    out["a"], out["b"], out["c"], out["d"] = s["lat"], s["lon"], s["n"], s["reach_m"]
    return out


def expiry_us(state: Records, params: np.ndarray[Any, Any], now_us: int) -> Any:
    """Return (n,) float64: when next after `now_us` a stop of each vessel ends for want of fixes; inf if none does."""
    ends = state["last_t"] + params[P_GAP] + 1
    runs = (state["n"] > 1) & (state["last_t"] - state["first_t"] >= params[P_MIN]) & (ends > now_us)
    return np.where(runs, ends, np.inf).min(axis=1)


def write(draft: Any, vessel_id: str, where: tuple[str, str | None, float | None]) -> Event:
    """Return the event of a draft; `where` is (at_sea | in_port | unknown, port id, metres to it)."""
    end = end_of(draft)
    place, port_id, port_m = where
    details: dict[str, object] = {
        "rows": [int(draft["row_first"]), int(draft["row_last"])],
        "segment_id": int(draft["segment_id"]),
        "mean_lat_deg": round(float(draft["a"]), 6),
        "mean_lon_deg": round(float(draft["b"]), 6),
        "fixes": int(draft["c"]),
        "farthest_m": round(float(draft["d"]), 1),
        "place": place,
        "port_id": port_id,
        "port_distance_m": None if port_m is None else round(port_m),
    }
    if end is not None:
        details["duration_s"] = (end - int(draft["start"])) / 1e6
    return Event(
        "stop", vessel_id, int(draft["start"]), end, float(draft["lat"]), float(draft["lon"]),
        float(draft["confidence"]), DETECTOR, details=details,
    )  # fmt: skip


def stop_plain(fixes: list[tuple[int, float, float]], params: tuple[float, float, float, float]
               ) -> list[tuple[int, int]]:  # fmt: skip
    """Return (first, last) time of each stop of one segment, the last one included; plain twin of the kernel."""
    radius, shortest, gap, factor = params
    found: list[tuple[int, int]] = []
    inside: list[tuple[int, float, float]] = []
    outside: tuple[int, float, float] | None = None
    lat = lon = 0.0

    def close() -> None:
        if len(inside) > 1 and inside[-1][0] - inside[0][0] >= shortest:
            found.append((inside[0][0], inside[-1][0]))

    def start(*fixes_in: tuple[int, float, float]) -> None:
        nonlocal inside, outside, lat, lon
        inside, outside = list(fixes_in[:1]), None
        _, lat, lon = fixes_in[0]
        for fix in fixes_in[1:]:
            add(fix)

    def add(fix: tuple[int, float, float]) -> None:
        nonlocal outside, lat, lon
        inside.append(fix)
        outside = None
        weight = 1.0 / min(len(inside), _MEAN_FIXES)
        lat += (fix[1] - lat) * weight
        lon += ((fix[2] - lon + 180.0) % 360.0 - 180.0) * weight
        lon = (lon + 180.0) % 360.0 - 180.0

    for fix in fixes:
        if not inside or fix[0] - inside[-1][0] > gap:
            close()
            start(fix)
            continue
        dist = distance_plain(lat, lon, fix[1], fix[2])
        if dist <= radius:
            add(fix)
        elif inside[-1][0] - inside[0][0] >= shortest and outside is None and dist <= radius * factor:
            outside = fix
        else:
            close()
            if outside is not None and distance_plain(outside[1], outside[2], fix[1], fix[2]) <= radius:
                start(outside, fix)
            else:
                start(fix)
    close()
    return found
