"""port_in, port_out: a vessel that comes into a port and stays, and one that leaves it.

A boat passing the harbour mouth has not called, and one at anchor on the edge of the circle must not come and go all
night: so the circle to leave is wider than the one to enter (4 km, 3 km), and a call needs a stop or a long pause.
"""

from typing import Any

import numpy as np
from numba import njit

from haidang.core.event import Event
from haidang.events.drafts import PORT_IN, PORT_OUT, put
from haidang.tracks.place import distance_m, distance_plain
from haidang.tracks.port_grid import port_distance_m, port_entered
from haidang.tracks.segment import OK
from haidang.tracks.state import SLOTS, Records

DETECTOR = "port_call/1"

#: Where a vessel stands towards ports. `port` -1 at sea; `seen` the entry was seen; `calls` a stop (1) or pause (2).
STATE: np.dtype[Any] = np.dtype(
    [("port", np.int64), ("seen", np.int64), ("calls", np.int64), ("t", np.int64), ("lat", np.float64),
     ("lon", np.float64), ("row", np.int64), ("last_t", np.int64), ("last_row", np.int64), ("last_lat", np.float64),
     ("last_lon", np.float64), ("known", np.int64)]
)  # fmt: skip

P_STOP, P_GAP = range(2)
STOPPED, PAUSED = 1, 2
#: Mean speed over less than this says more of GNSS noise than of the vessel.
_SPEED_SPAN_US = 600_000_000


def states(n_vessels: int) -> Records:
    """Return (n_vessels, SLOTS) fresh states."""
    state = np.zeros((n_vessels, SLOTS), STATE)
    state["port"] = -1
    return state


@njit(nogil=True, cache=True)
def _stands(s: Any, t: int, lat: float, lon: float, sog: float, limit_kn: float) -> Any:
    """Return whether a vessel stands still: as she says, or by her mean speed where that means anything."""
    if sog <= limit_kn:
        return True
    if s.known == 0 or t - s.last_t < _SPEED_SPAN_US:
        return False
    metres = distance_m(s.last_lat, s.last_lon, lat, lon)
    return metres <= limit_kn * 0.5144444 * (t - s.last_t) * 1e-6


@njit(nogil=True, cache=True)
def _confirm(s: Any, v: int, segment_id: int, row: int, out: Any, m: int) -> Any:
    """Write the arrival once a stop or pause shows that she called; returns the number of drafts."""
    if s.seen == 0:
        return m
    confidence = 0.9 if s.calls == STOPPED else 0.75
    return put(
        out, m, PORT_IN, v, (s.t, s.t), (s.lat, s.lon, s.port, confidence), (s.row, row, segment_id),
        (float(s.calls), 0.0, 0.0, 0.0),
    )  # fmt: skip


@njit(nogil=True, cache=True)
def port_rows(rows: Any, track: Any, state: Any, grid: Any, params: Any, out: Any) -> int:
    """Write a draft for each arrival and departure; returns how many.

    Args:
        rows: as in segment_rows.
        track: (flag int8, segment_id int64, slot int8, begins bool), each (n,).
        state: (n_vessels, SLOTS) STATE, changed in place.
        grid: PortGrid.arrays().
        params: (2,) float64: stop speed kn, pause in port us.
        out: buffer of drafts; `place` is the port, values are (stop 1 or pause 2, arrival seen, metres gone, 0).
    """
    vessel, times, _, lats, lons, sogs, row = rows
    flag, segment, slot, begins = track
    places, ring_start, ring_lat, ring_lon = grid[0], grid[1], grid[2], grid[3]
    m = 0
    for i in range(len(vessel)):
        if flag[i] != OK:
            continue
        v, t, lat, lon = vessel[i], times[i], lats[i], lons[i]
        s = state[v, slot[i]]
        if begins[i]:
            s.port, s.known, s.calls = -1, 0, 0
        if s.port >= 0:
            dist = port_distance_m(places, ring_start, ring_lat, ring_lon, s.port, lat, lon)
            if dist > places[s.port, 3]:
                if s.calls > 0:
                    m = put(
                        out, m, PORT_OUT, v, (t, t), (lat, lon, s.port, 0.9 if s.calls == STOPPED else 0.75),
                        (s.last_row, row[i], segment[i]), (float(s.calls), float(s.seen), dist, 0.0),
                    )  # fmt: skip
                s.port = -1
            elif s.calls == 0:
                if _stands(s, t, lat, lon, sogs[i], params[P_STOP]):
                    s.calls = STOPPED
                elif t - s.last_t >= params[P_GAP]:
                    s.calls = PAUSED
                if s.calls > 0:
                    m = _confirm(s, v, segment[i], row[i], out, m)
        if s.port < 0:
            entered = port_entered(grid, lat, lon)
            if entered >= 0:
                s.port, s.seen, s.calls = entered, s.known, 0
                s.t, s.lat, s.lon, s.row = t, lat, lon, row[i]
                if _stands(s, t, lat, lon, sogs[i], params[P_STOP]):
                    s.calls = STOPPED
                    m = _confirm(s, v, segment[i], row[i], out, m)
        s.last_t, s.last_row, s.last_lat, s.last_lon, s.known = t, row[i], lat, lon, 1
    return m


def write(draft: Any, vessel_id: str, port_id: str) -> Event:
    """Return the event of a draft at a port."""
    arrival = draft["kind"] == PORT_IN
    details: dict[str, object] = {
        "rows": [int(draft["row_first"]), int(draft["row_last"])],
        "segment_id": int(draft["segment_id"]),
        "port_id": port_id,
        "shown_by": "stop" if draft["a"] == STOPPED else "pause",
    }
    if not arrival:
        details["arrival_seen"] = bool(draft["b"])
        details["distance_m"] = round(float(draft["c"]))
    return Event(
        "port_in" if arrival else "port_out", vessel_id, int(draft["start"]), int(draft["end"]), float(draft["lat"]),
        float(draft["lon"]), float(draft["confidence"]), DETECTOR, zone_id=port_id, details=details,
    )  # fmt: skip


def port_plain(fixes: list[tuple[int, float, float, float]], distances_m: list[float], params: tuple[float, ...]
               ) -> list[tuple[str, int]]:  # fmt: skip
    """Return (kind, time) of arrivals and departures at one port; plain twin of the kernel for one segment.

    Args:
        fixes: (time us, lat, lon, sog kn) of one segment; NaN speed is unknown.
        distances_m: metres of each fix to the port.
        params: enter m, leave m, stop kn, pause us.
    """
    enter, leave, stop_kn, pause = params
    found: list[tuple[str, int]] = []
    inside = seen = called = False
    arrived = last = 0
    for i, ((t, lat, lon, sog), dist) in enumerate(zip(fixes, distances_m, strict=True)):
        stands = sog <= stop_kn
        if not stands and i > 0 and t - last >= _SPEED_SPAN_US:
            moved = distance_plain(fixes[i - 1][1], fixes[i - 1][2], lat, lon)
            stands = moved <= stop_kn * 0.5144444 * (t - last) / 1e6
        if inside and dist > leave:
            if called:
                found.append(("port_out", t))
            inside = False
        elif inside and not called and (stands or t - last >= pause):
            called = True
            if seen:
                found.append(("port_in", arrived))
        if not inside and dist <= enter:
            inside, seen, arrived, called = True, i > 0, t, stands
            if called and seen:
                found.append(("port_in", t))
        last = t
    return found
