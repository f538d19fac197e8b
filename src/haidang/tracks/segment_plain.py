"""The segmenter in plain Python: the same rules one fix at a time, to read and to hold the kernel against.

Slow on purpose (some thousand fixes a second). The rules and their reasons are told in tracks/segment.py.
"""

from dataclasses import dataclass

import numpy as np

from haidang.core.columns import F64
from haidang.core.time import NO_TIME_US
from haidang.tracks import segment as k
from haidang.tracks.place import distance_m, place_is_sentinel, turn_deg
from haidang.tracks.state import BELIEVED, SLOTS, STRAY, YOUNG

_M_PER_DEG = 111_195.08


@dataclass(slots=True)
class OpenTrack:
    """A run that may go on."""

    status: int
    segment: int
    t: int
    lat: float
    lon: float
    start: int
    fixes: int = 1
    east_mps: float = 0.0
    north_mps: float = 0.0
    ok: tuple[int, float, float] | None = None
    back: tuple[int, float, float] | None = None
    back_left: int = 0
    others: int = 0


class PlainSegmenter:
    """One vessel's segmenter. `limits` is a row of SegmentLimits.table(); segments are numbered from 0."""

    def __init__(self, limits: F64) -> None:
        self.p = limits
        self.tracks: list[OpenTrack | None] = [None] * SLOTS
        self.segments = 0

    def take(self, t: int, received: int, lat: float, lon: float, *, sog: float) -> tuple[int, int]:
        """Return (flag, segment number or -1) of the next fix in canonical order."""
        p = self.p
        if place_is_sentinel(lat, lon):
            return k.BAD_PLACE, -1
        if t < max(p[k.P_OLDEST], -62_135_596_800_000_000) or t > 253_402_300_799_000_000:
            return k.BAD_TIME, -1
        if received != NO_TIME_US and t - received > p[k.P_FUTURE]:
            return k.FUTURE, -1
        for track in self.tracks:
            if track and track.t == t and abs(track.lat - lat) < 2e-6 and abs(turn_deg(track.lon, lon)) < 2e-6:
                return k.DUPLICATE, track.segment
        track, nearest = self._believed(t, lat, lon)
        if track is not None:
            moved = sog * 0.5144444 * (t - track.t) * 1e-6
            if (track.lat, track.lon) == (lat, lon) and sog >= p[k.P_FROZEN_KN] and moved > p[k.P_FROZEN_M]:
                return k.NOISE, track.segment
            self._extend(track, t, lat, lon)
        else:
            track = self._unbelieved(t, lat, lon)
            track = self._open(t, lat, lon, nearest) if track is None else self._grow(track, t, lat, lon)
        if track.status != BELIEVED:
            return k.JUMP, track.segment
        if track.ok is not None and self._far(track.ok, t, lat, lon, p[k.P_SPEED]):
            return k.JUMP, track.segment
        track.ok = (t, lat, lon)
        return k.OK, track.segment

    def _far(self, fix: tuple[int, float, float], t: int, lat: float, lon: float, speed: float) -> bool:
        return bool(distance_m(fix[1], fix[2], lat, lon) > speed * (t - fix[0]) * 1e-6 + self.p[k.P_SLACK])

    def _believed(self, t: int, lat: float, lon: float) -> tuple[OpenTrack | None, float | None]:
        alive = [s for s in self.tracks if s and s.status == BELIEVED and t - s.t <= self.p[k.P_BREAK]]
        best, best_score, nearest = None, np.inf, None
        for s in alive:
            dt_s = (t - s.t) * 1e-6
            dist = distance_m(s.lat, s.lon, lat, lon)
            nearest = dist if nearest is None else min(nearest, dist)
            slack = min(self.p[k.P_SLACK] + self.p[k.P_CLOCK_SPEED] * dt_s, self.p[k.P_CLOCK])
            limit = self.p[k.P_SPEED] * dt_s + slack
            ahead_s = min(dt_s, 3600.0)
            north = s.north_mps * ahead_s / _M_PER_DEG
            east = s.east_mps * ahead_s / (_M_PER_DEG * max(0.01, np.cos(np.radians(s.lat))))
            score = min(dist, distance_m(s.lat + north, s.lon + east, lat, lon)) / (limit + 1.0)
            if dist <= limit and (len(alive) == 1 or score < best_score):
                best, best_score = s, score
        return best, nearest

    def _unbelieved(self, t: int, lat: float, lon: float) -> OpenTrack | None:
        best, best_score = None, np.inf
        for s in self.tracks:
            if s and s.status in {STRAY, YOUNG} and t - s.t <= self.p[k.P_YOUNG_GAP]:
                limit = self.p[k.P_DOUBTFUL] * (t - s.t) * 1e-6 + self.p[k.P_SLACK]
                dist = distance_m(s.lat, s.lon, lat, lon)
                if dist <= limit and dist / limit < best_score:
                    best, best_score = s, dist / limit
        return best

    def _extend(self, s: OpenTrack, t: int, lat: float, lon: float) -> None:
        dt_s = (t - s.t) * 1e-6
        dist = distance_m(s.lat, s.lon, lat, lon)
        s.back_left = max(0, s.back_left - 1)
        if dist > self.p[k.P_SLACK] and dist > self.p[k.P_DOUBTFUL] * dt_s:
            s.back, s.back_left = (s.t, s.lat, s.lon), 10
        if dt_s >= 1.0:
            s.north_mps = (lat - s.lat) * _M_PER_DEG / dt_s
            s.east_mps = turn_deg(s.lon, lon) * _M_PER_DEG * np.cos(np.radians(lat)) / dt_s
        s.t, s.lat, s.lon = t, lat, lon
        s.fixes += 1

    def _grow(self, s: OpenTrack, t: int, lat: float, lon: float) -> OpenTrack:
        self._extend(s, t, lat, lon)
        if s.status == STRAY:
            s.segment = self._number()
        if t - s.start < self.p[k.P_CONFIRM]:
            return s
        for b in self.tracks:
            if b and b.status == BELIEVED and b.back_left and b.back and t - b.back[0] <= self.p[k.P_BREAK]:
                if self._far(b.back, t, lat, lon, self.p[k.P_DOUBTFUL]):
                    continue
                b.t, b.lat, b.lon, b.east_mps, b.north_mps = t, lat, lon, s.east_mps, s.north_mps
                b.back_left = 0
                b.fixes += 1
                self.tracks[self.tracks.index(s)] = None
                return b
        steady = s.status == YOUNG or s.fixes >= 30 or s.fixes * 4 >= self._believed_fixes() - s.others
        if s.fixes >= self.p[k.P_CONFIRM_N] and steady:
            s.status = BELIEVED
            s.ok = None
        return s

    def _open(self, t: int, lat: float, lon: float, nearest: float | None) -> OpenTrack:
        status = BELIEVED if nearest is None else STRAY if nearest < self.p[k.P_REACH] else YOUNG

        def rank(slot: int) -> tuple[int, int]:
            s = self.tracks[slot]
            return (0, 0) if s is None else (2 if s.status == BELIEVED else 1, s.t)

        track = OpenTrack(status, self._number(), t, lat, lon, t)
        self.tracks[min(range(SLOTS), key=rank)] = track
        track.others = self._believed_fixes()
        return track

    def _believed_fixes(self) -> int:
        return sum(s.fixes for s in self.tracks if s and s.status == BELIEVED)

    def _number(self) -> int:
        self.segments += 1
        return self.segments - 1
