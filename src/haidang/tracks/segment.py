"""The segmenter: each fix gets a flag and the unbroken plausible run it belongs to.

The trouble: one identity speaks for several hulls; receivers with a wrong clock put a ship on her own track half an
hour early or late; GNSS sends single fixes to the far side of the globe; devices repeat a frozen place while they
report eight knots. A shared identity is split, not thrown away. A stray fix near an open track is most likely the
same hull with a wrong clock: it stands alone until such fixes have agreed with each other for some minutes, and then
either the track goes back to where it was before a doubtful leg, or a second hull is believed.

Fixes come sorted by vessel and canonical order; state in, state out: any split gives the same answer.
"""

from typing import Any

import numpy as np
from numba import njit

from haidang.core.time import NO_TIME_US
from haidang.tracks.place import distance_m, place_is_sentinel, turn_deg
from haidang.tracks.state import BELIEVED, EMPTY, SLOTS, STRAY, YOUNG

OK, DUPLICATE, JUMP, BAD_TIME, BAD_PLACE, NOISE, FUTURE = 0, 1, 2, 3, 4, 5, 6

# Indices into the parameter row of a vessel class (see tracks/limits.py).
(P_FUTURE, P_OLDEST, P_SPEED, P_DOUBTFUL, P_SLACK, P_CLOCK, P_CLOCK_SPEED, P_REACH, P_CONFIRM, P_CONFIRM_N,
 P_YOUNG_GAP, P_BREAK, P_FROZEN_KN, P_FROZEN_M) = range(14)  # fmt: skip
N_PARAMS = 14

#: Two reports of the same second whose places differ by less than AIS' resolution are one fix heard twice.
_SAME_DEG = 2e-6
_M_PER_DEG = 111_195.08
_RAD = 0.017453292519943295
#: Years 1 to 9999: what a calendar can write. Keeps every difference of two times inside 64 bits.
_FIRST_US, _LAST_US = -62_135_596_800_000_000, 253_402_300_799_000_000
#: A stray track is a hull of its own when it reports at least a quarter as often as the tracks believed meanwhile, or
#: this often at all. Packets that a receiver delays come now and then, and follow the ship along her own wake.
_STRAY_SHARE, _STRAY_FIXES = 4, 30
#: Fixes for which the place before a doubtful leg is remembered.
_BACK_FIXES = 10


@njit(nogil=True, cache=True)
def _allowed_m(dt_s: float, p: Any) -> Any:
    """Return how far a hull can be from her last fix after dt_s: hard speed, place noise, clock error."""
    slack = p[P_SLACK] + p[P_CLOCK_SPEED] * dt_s
    return p[P_SPEED] * dt_s + min(slack, p[P_CLOCK])


@njit(nogil=True, cache=True)
def _look(tracks: Any, t: int, lat: float, lon: float, p: Any) -> tuple[int, int, int]:
    """Return (track whose last fix this is, heard again, or -1; believed tracks alive; the last of them)."""
    alive, last = 0, -1
    for k in range(SLOTS):
        s = tracks[k]
        if s.status == EMPTY:
            continue
        if s.t == t and abs(s.lat - lat) < _SAME_DEG and abs(turn_deg(s.lon, lon)) < _SAME_DEG:
            return k, 0, -1
        if s.status == BELIEVED and t - s.t <= p[P_BREAK]:
            alive, last = alive + 1, k
    return -1, alive, last


@njit(nogil=True, cache=True)
def _score(s: Any, t: int, lat: float, lon: float, dist: float, limit: float) -> Any:
    """Return how badly a fix fits a track: its distance from the dead-reckoned place over the distance allowed."""
    dt_s = min((t - s.t) * 1e-6, 3600.0)
    north = s.north_mps * dt_s / _M_PER_DEG
    east = s.east_mps * dt_s / (_M_PER_DEG * max(0.01, np.cos(s.lat * _RAD)))
    ahead = distance_m(s.lat + north, s.lon + east, lat, lon)
    return min(dist, ahead) / (limit + 1.0)


@njit(nogil=True, cache=True)
def _match_believed(tracks: Any, t: int, lat: float, lon: float, p: Any) -> Any:
    """Return (believed track that can hold the fix or -1, metres to it; else to the nearest one alive)."""
    best, best_score, best_m, nearest = -1, np.inf, 0.0, np.inf
    for k in range(SLOTS):
        s = tracks[k]
        if s.status != BELIEVED or t - s.t > p[P_BREAK]:
            continue
        dist = distance_m(s.lat, s.lon, lat, lon)
        nearest = min(nearest, dist)
        limit = _allowed_m((t - s.t) * 1e-6, p)
        if dist <= limit:
            score = _score(s, t, lat, lon, dist, limit)
            if score < best_score:
                best, best_score, best_m = k, score, dist
    return (best, best_m) if best >= 0 else (-1, nearest)


@njit(nogil=True, cache=True)
def _match(tracks: Any, seen: tuple[int, int], t: int, lat: float, lon: float, p: Any) -> Any:
    """Return what `_match_believed` does, with a short way for the usual vessel that has one track alive.

    `seen` is (believed tracks alive, the last of them). Without any the distance is -1.
    """
    if seen[0] == 0:
        return -1, -1.0
    if seen[0] > 1:
        return _match_believed(tracks, t, lat, lon, p)
    s = tracks[seen[1]]
    dist = distance_m(s.lat, s.lon, lat, lon)
    return (seen[1] if dist <= _allowed_m((t - s.t) * 1e-6, p) else -1), dist


@njit(nogil=True, cache=True)
def _match_unbelieved(tracks: Any, t: int, lat: float, lon: float, p: Any) -> int:
    """Return the track not yet believed that can hold the fix, or -1.

    Its gap limit is short and its speed tight, else unrelated strays chain into a ghost ship.
    """
    best, best_score = -1, np.inf
    for k in range(SLOTS):
        s = tracks[k]
        if s.status in (EMPTY, BELIEVED) or t - s.t > p[P_YOUNG_GAP]:
            continue
        dist = distance_m(s.lat, s.lon, lat, lon)
        limit = p[P_DOUBTFUL] * (t - s.t) * 1e-6 + p[P_SLACK]
        if dist <= limit and dist / limit < best_score:
            best, best_score = k, dist / limit
    return best


@njit(nogil=True, cache=True)
def _free_slot(tracks: Any) -> int:
    """Return the slot to use for a new track: an empty one, else the stray, young or believed one silent longest."""
    best, best_rank, best_t = 0, 9, np.int64(0)
    for k in range(SLOTS):
        rank = tracks[k].status
        if rank == YOUNG:
            rank = STRAY
        if rank < best_rank or (rank == best_rank and tracks[k].t < best_t):
            best, best_rank, best_t = k, rank, tracks[k].t
    return best


@njit(nogil=True, cache=True)
def _segment_id(seed: int, t: int, lat: float, lon: float) -> Any:
    """Return a positive 63-bit number mixed from vessel, start time and start place (splitmix64 finaliser).

    Not a running number: a late stray fix must not renumber every later segment.
    """
    z = np.uint64(seed) ^ (np.uint64(t) * np.uint64(0x9E3779B97F4A7C15))
    z ^= np.uint64(np.int64(np.round(lat * 1e6)) + np.int64(np.round(lon * 1e6)) * np.int64(4_000_037))
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return np.int64(z >> np.uint64(1))


@njit(nogil=True, cache=True)
def _open_track(s: Any, status: int, segment_id: int, t: int, lat: float, lon: float) -> None:
    """Start a track in a slot."""
    s.status, s.segment_id, s.start_t, s.n = status, segment_id, t, 1
    s.t, s.lat, s.lon, s.east_mps, s.north_mps = t, lat, lon, 0.0, 0.0
    s.back_left = 0
    s.ok_t = NO_TIME_US


@njit(nogil=True, cache=True)
def _extend_track(s: Any, t: int, lat: float, lon: float, dist: float, p: Any) -> None:
    """Move a track on to a fix `dist` metres away; a fast leg leaves a way back to where she was before it."""
    dt_s = (t - s.t) * 1e-6
    if s.back_left > 0:
        s.back_left -= 1
    if dist > p[P_SLACK] and dist > p[P_DOUBTFUL] * dt_s:
        s.back_t, s.back_lat, s.back_lon, s.back_left = s.t, s.lat, s.lon, _BACK_FIXES
    if dt_s >= 1.0:
        s.north_mps = (lat - s.lat) * _M_PER_DEG / dt_s
        s.east_mps = turn_deg(s.lon, lon) * _M_PER_DEG * np.cos(lat * _RAD) / dt_s
    s.t, s.lat, s.lon = t, lat, lon
    s.n += 1


@njit(nogil=True, cache=True)
def _reachable(s: Any, t: int, lat: float, lon: float, p: Any) -> Any:
    """Return whether a fix of a track is fit for events: reachable at hard speed from the last one that was."""
    if s.ok_t == NO_TIME_US:
        return True
    dist = distance_m(s.ok_lat, s.ok_lon, lat, lon)
    return dist <= p[P_SPEED] * (t - s.ok_t) * 1e-6 + p[P_SLACK]


@njit(nogil=True, cache=True)
def _is_frozen(dt_us: int, sog_kn: float, p: Any) -> Any:
    """Return whether a repeated place is a stuck receiver: by the speed she gives she moved far meanwhile."""
    return sog_kn >= p[P_FROZEN_KN] and sog_kn * 0.5144444 * dt_us * 1e-6 > p[P_FROZEN_M]


@njit(nogil=True, cache=True)
def _way_back(tracks: Any, t: int, lat: float, lon: float, p: Any) -> int:
    """Return the believed track whose place before a doubtful leg explains this fix, or -1."""
    for k in range(SLOTS):
        s = tracks[k]
        if s.status == BELIEVED and s.back_left > 0 and t - s.back_t <= p[P_BREAK]:
            dist = distance_m(s.back_lat, s.back_lon, lat, lon)
            if dist <= p[P_DOUBTFUL] * (t - s.back_t) * 1e-6 + p[P_SLACK]:
                return k
    return -1


@njit(nogil=True, cache=True)
def _believed_fixes(tracks: Any) -> int:
    """Return how many fixes the believed tracks have."""
    n = 0
    for k in range(SLOTS):
        if tracks[k].status == BELIEVED:
            n += tracks[k].n
    return n


@njit(nogil=True, cache=True)
def _is_steady(tracks: Any, s: Any) -> Any:
    """Return whether a stray track reports often enough to be a hull of its own."""
    return s.n >= _STRAY_FIXES or s.n * _STRAY_SHARE >= _believed_fixes(tracks) - s.others


@njit(nogil=True, cache=True)
def _grow_unbelieved(
    tracks: Any, k: int, t: int, lat: float, lon: float, seed: int, p: Any
) -> tuple[int, int, bool, bool]:
    """Add a fix to a stray or young track; return (slot, segment id, believed now, a new track begins here)."""
    s = tracks[k]
    _extend_track(s, t, lat, lon, distance_m(s.lat, s.lon, lat, lon), p)
    if t - s.start_t >= p[P_CONFIRM]:
        back = _way_back(tracks, t, lat, lon, p)
        if back >= 0:
            b = tracks[back]
            b.t, b.lat, b.lon, b.east_mps, b.north_mps = t, lat, lon, s.east_mps, s.north_mps
            b.back_left = 0
            b.n += 1
            s.status = EMPTY
            return back, b.segment_id, True, False
        if s.n >= p[P_CONFIRM_N] and (s.status == YOUNG or _is_steady(tracks, s)):
            if s.status == STRAY:
                s.segment_id = _segment_id(seed, t, lat, lon)
            s.status = BELIEVED
            return k, s.segment_id, True, True
    if s.status == STRAY:
        s.segment_id = _segment_id(seed, t, lat, lon)
    return k, s.segment_id, False, False


@njit(nogil=True, cache=True)
def _stamp_fault(t: int, received: int, p: Any) -> int:
    """Return OK, BAD_TIME or FUTURE for the time of a fix."""
    if t < max(p[P_OLDEST], _FIRST_US) or t > _LAST_US:
        return BAD_TIME
    if received != NO_TIME_US and t - received > p[P_FUTURE]:
        return FUTURE
    return OK


@njit(nogil=True, cache=True)
def _new_track(
    tracks: Any, t: int, lat: float, lon: float, seed: int, nearest: float, p: Any
) -> tuple[int, int, bool, bool]:
    """Open a track for a fix no open track can hold; return (slot, segment id, believed, begins)."""
    k = _free_slot(tracks)
    segment_id = _segment_id(seed, t, lat, lon)
    status = BELIEVED if nearest < 0.0 else (STRAY if nearest < p[P_REACH] else YOUNG)
    _open_track(tracks[k], status, segment_id, t, lat, lon)
    tracks[k].others = _believed_fixes(tracks)
    return k, segment_id, status == BELIEVED, status == BELIEVED


@njit(nogil=True, cache=True)
def segment_rows(rows: Any, state: Any, seeds: Any, classes: Any, params: Any, out: Any) -> None:
    """Flag and segment fixes sorted by vessel and canonical order, from and into `state`.

    Args:
        rows: (vessel int32, t int64, received int64, lat, lon float64, sog float32, row int64), each (n,).
        state: (n_vessels, SLOTS) records of tracks/state.py; changed in place.
        seeds: (n_vessels,) int64.
        classes: (n_vessels,) int8, row of `params` for each vessel.
        params: (n_classes, N_PARAMS) float64; speeds m/s, times microseconds.
        out: (flag int8, segment_id int64, slot int8, begins bool, prev_t int64, prev_lat, prev_lon float64,
            prev_row int64), each (n,); prev is the accepted fix before this one in the same run, prev_t NO_TIME_US
            where there is none. `begins` marks an accepted fix whose slot starts a new segment.
    """
    vessel, times, received, lats, lons, sogs, row = rows
    flag, segment, slot, begins, prev_t, prev_lat, prev_lon, prev_row = out
    for i in range(len(vessel)):
        v = vessel[i]
        t, lat, lon = times[i], lats[i], lons[i]
        p = params[classes[v]]
        segment[i], slot[i], begins[i], prev_t[i] = -1, -1, False, NO_TIME_US
        prev_lat[i], prev_lon[i], prev_row[i] = np.nan, np.nan, -1
        flag[i] = BAD_PLACE if place_is_sentinel(lat, lon) else _stamp_fault(t, received[i], p)
        if flag[i] != OK:
            continue
        tracks = state[v]
        k, alive, last = _look(tracks, t, lat, lon, p)
        if k >= 0:
            flag[i], segment[i], slot[i] = DUPLICATE, tracks[k].segment_id, k
            continue
        k, dist = _match(tracks, (alive, last), t, lat, lon, p)
        usual = False
        if k >= 0:
            s = tracks[k]
            slot[i], segment[i] = k, s.segment_id
            if s.lat == lat and s.lon == lon and _is_frozen(t - s.t, sogs[i], p):
                flag[i] = NOISE
                continue
            usual = s.ok_t == s.t and dist <= p[P_SPEED] * (t - s.t) * 1e-6 + p[P_SLACK]
            _extend_track(s, t, lat, lon, dist, p)
            believed, fresh = True, False
        else:
            k = _match_unbelieved(tracks, t, lat, lon, p)
            if k >= 0:
                k, segment[i], believed, fresh = _grow_unbelieved(tracks, k, t, lat, lon, seeds[v], p)
            else:
                k, segment[i], believed, fresh = _new_track(tracks, t, lat, lon, seeds[v], dist, p)
            slot[i] = k
            s = tracks[k]
        if fresh:
            s.ok_t = NO_TIME_US
        before_t, before_lat, before_lon, before_row = s.ok_t, s.ok_lat, s.ok_lon, s.ok_row
        if not believed or not (usual or _reachable(s, t, lat, lon, p)):
            flag[i] = JUMP
            continue
        s.ok_t, s.ok_lat, s.ok_lon, s.ok_row = t, lat, lon, row[i]
        begins[i] = fresh
        if before_t != NO_TIME_US:
            prev_t[i], prev_lat[i], prev_lon[i], prev_row[i] = before_t, before_lat, before_lon, before_row


@njit(nogil=True, cache=True)
def row_faults(rows: Any, classes: Any, params: Any, flag: Any) -> None:
    """Flag rows that no track could take: BAD_PLACE, BAD_TIME or FUTURE; OK for the rest. Any order.

    Args:
        rows: as in segment_rows.
        classes: as in segment_rows.
        params: as in segment_rows.
        flag: (n,) int8, filled.
    """
    vessel, times, received, lats, lons, _, _ = rows
    for i in range(len(vessel)):
        if place_is_sentinel(lats[i], lons[i]):
            flag[i] = BAD_PLACE
        else:
            flag[i] = _stamp_fault(times[i], received[i], params[classes[vessel[i]]])
