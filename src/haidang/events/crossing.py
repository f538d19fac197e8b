"""Crossings of zone boundaries and lines, on the path between fixes, with time, place and uncertainty.

A boat that reports every two hours can be over the line and back unseen, and one anchored on it seems to cross at
every fix. So the path is tested, not the fixes; and a crossing counts only once the boat was seen clearly beyond the
line, stayed beyond it, or passed through for some length. What counted once is never taken back by later fixes in
order: the events of a first part of a track are the first part of the track's events.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from haidang.core.columns import F64, I64, Positions
from haidang.core.event import Event
from haidang.core.geodesy import distance_m
from haidang.core.time import SECOND_US, format_iso
from haidang.core.units import mps_to_kn
from haidang.tracks.zone_index import ZoneIndex

CROSSING_VERSION = "crossing/1"
#: Confidence of a crossing between fixes a quarter of an hour apart or less; each doubling takes some away.
_SURE, _PER_DOUBLING, _LEAST = 0.98, 0.06, 0.5
_ASSUMED_PATH = 0.6


@dataclass(frozen=True, slots=True)
class CrossingSettings:
    """When a change of side is a crossing and not GNSS noise.

    Attributes:
        noise_m: a fix this far beyond the border confirms the crossing at once (GNSS noise and rounding stay below).
        min_stay_s: nearer fixes confirm it when the boat is still beyond after this time.
        min_pass_m: in and out again between two fixes counts when the straight path inside is at least this long.
        max_leg_s: fixes farther apart in time tell nothing about a crossing's time; their leg is not judged.
        kinds_left_out: zone kinds whose borders make no crossing events (ports have their own detector).
    """

    noise_m: float = 50.0
    min_stay_s: float = 900.0
    min_pass_m: float = 500.0
    max_leg_s: float = 10 * 86_400.0
    kinds_left_out: tuple[str, ...] = ("port", "shelter")


@dataclass(frozen=True, slots=True)
class Hit:
    """One edge crossed: a crossing if it is confirmed.

    Attributes:
        direction: +1 going inside, -1 going outside.
        time_us: interpolated.
        evidence: what the event will say of its two fixes.
        is_assumed: the path inside one leg crosses this zone more than once: nobody saw it there.
    """

    direction: int
    time_us: int
    lat_deg: float
    lon_deg: float
    from_us: int
    to_us: int
    is_assumed: bool
    evidence: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class TrackSide:
    """How one track stands to the zones.

    Attributes:
        last: fix_time_us, lat, lon, row of the last fix.
        pending: zone index -> crossing waiting to be confirmed.
    """

    last: tuple[int, float, float, int]
    pending: Mapping[int, Hit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CrossingState:
    """What must be known of each track to go on."""

    tracks: Mapping[int, TrackSide] = field(default_factory=dict)

    def without(self, tracks: Sequence[int]) -> "CrossingState":
        """Return the state without some tracks: ended ones, or those about to be judged anew."""
        gone = set(tracks)
        return CrossingState({t: s for t, s in self.tracks.items() if t not in gone})


def find_crossings(
    positions: Positions,
    track: I64,
    index: ZoneIndex,
    settings: CrossingSettings | None = None,
    *,
    state: CrossingState | None = None,
) -> tuple[list[Event], CrossingState]:
    """Return the crossings that these rows confirm, in order of time, and the state to resume from.

    Args:
        positions: rows in time order within each track (tracks may interleave).
        track: (n,) int64 id of the path a row belongs to (a segment id), the same over calls; < 0: row ignored.
        index: the zones.
        settings: thresholds.
        state: of the call before; None starts anew.
    """
    settings = settings or CrossingSettings()
    before = state.tracks if state else {}
    order = np.flatnonzero(track >= 0)
    order = order[np.argsort(track[order], kind="stable")]
    if not len(order):
        return [], CrossingState(before)
    rows = positions.take(order)
    legs = _Legs.build(rows, track[order], before)
    hits = _hits(legs, index, settings)
    sides = dict(before)
    events = []
    bounds = np.append(legs.first, len(order))
    for number, first in enumerate(legs.first):
        key = int(legs.track[first])
        was = before.get(key)
        pending = dict(was.pending) if was else {}
        span = range(int(first), int(bounds[number + 1]))
        own = hits.get(key, {})
        for zone in sorted({*pending, *own}):
            judge = _Judge(index, settings, zone, legs)
            crossings, left_over = judge.walk(span, own.get(zone, []), pending.pop(zone, None))
            vessel_id = positions.vessel_ids[rows.vessel[first]]
            events += [_event(vessel_id, hit, reason, judge) for hit, reason in crossings]
            if left_over is not None:
                pending[zone] = left_over
        end = span[-1]
        last = (int(rows.fix_time_us[end]), float(rows.lat_deg[end]), float(rows.lon_deg[end]), int(rows.row[end]))
        sides[key] = TrackSide(last, pending)
    return sorted(events, key=lambda e: (e.start_us, e.vessel_id, e.zone_id or "")), CrossingState(sides)


@dataclass(frozen=True, slots=True)
class _Legs:
    """Rows grouped by track with the fix before each; leg i ends at row i. `known` is False where none is before."""

    track: I64
    first: I64
    known: np.ndarray[tuple[int], np.dtype[np.bool_]]
    time0_us: I64
    lat0: F64
    lon0: F64
    row0: I64
    time_us: I64
    lat: F64
    lon: F64
    row: I64

    @classmethod
    def build(cls, rows: Positions, track: I64, before: Mapping[int, TrackSide]) -> "_Legs":
        starts = np.append(True, track[1:] != track[:-1])
        first = np.flatnonzero(starts)
        known = ~starts
        earlier = np.append(0, np.arange(len(track) - 1))
        time0_us, row0 = rows.fix_time_us[earlier], rows.row[earlier]
        lat0, lon0 = rows.lat_deg[earlier], rows.lon_deg[earlier]
        for k in first:
            if (side := before.get(int(track[k]))) is not None:
                known[k] = True
                time0_us[k], lat0[k], lon0[k], row0[k] = side.last
        return cls(
            track=track,
            first=first,
            known=known,
            time0_us=time0_us,
            lat0=lat0,
            lon0=lon0,
            row0=row0,
            time_us=rows.fix_time_us,
            lat=rows.lat_deg,
            lon=rows.lon_deg,
            row=rows.row,
        )


#: Per track and zone the hits in order: row at the leg's end, the hit, metres from that row to the border.
_Hits = dict[int, dict[int, list[tuple[int, Hit, float]]]]


def _hits(
    legs: _Legs, index: ZoneIndex, settings: CrossingSettings
) -> dict[int, dict[int, list[tuple[int, Hit, float]]]]:
    """Return every edge that the legs cross."""
    span_us = legs.time_us - legs.time0_us
    at = np.flatnonzero(legs.known & (span_us >= 0) & (span_us <= settings.max_leg_s * SECOND_US))
    found = index.legs(
        legs.lat0[at], legs.lon0[at], legs.lat[at], legs.lon[at], start_us=legs.time0_us[at], end_us=legs.time_us[at]
    )
    wanted = np.array([z.kind not in settings.kinds_left_out for z in index.zones] or [True])
    found = found.take(wanted[found.zone]) if len(found) else found
    hits: _Hits = {}
    if not len(found):
        return hits
    row = at[found.leg]
    leg_m = distance_m(legs.lat0[row], legs.lon0[row], legs.lat[row], legs.lon[row])
    depth_m = index.border_m(legs.lat[row], legs.lon[row], found.zone)
    _, group, count = np.unique(found.leg * len(index.zones) + found.zone, return_inverse=True, return_counts=True)
    time_us = legs.time0_us[row] + np.round(found.fraction * span_us[row]).astype(np.int64)
    for k, r in enumerate(row):
        hit = Hit(
            direction=int(found.direction[k]),
            time_us=int(time_us[k]),
            lat_deg=float(found.lat_deg[k]),
            lon_deg=float(found.lon_deg[k]),
            from_us=int(legs.time0_us[r]),
            to_us=int(legs.time_us[r]),
            is_assumed=bool(count[group[k]] > 1),
            evidence=_evidence(legs, int(r), float(leg_m[k]), float(found.fraction[k])),
        )
        hits.setdefault(int(legs.track[r]), {}).setdefault(int(found.zone[k]), []).append(
            (int(r), hit, float(depth_m[k]))
        )
    return hits


def _evidence(legs: _Legs, r: int, leg_m: float, fraction: float) -> dict[str, object]:
    span_s = float(legs.time_us[r] - legs.time0_us[r]) / SECOND_US
    return {
        "from_row": int(legs.row0[r]),
        "to_row": int(legs.row[r]),
        "from_time": format_iso(int(legs.time0_us[r])),
        "to_time": format_iso(int(legs.time_us[r])),
        "interval_s": span_s,
        "time_uncertainty_s": round(span_s * max(fraction, 1.0 - fraction), 3),
        "leg_m": round(leg_m, 1),
        "mean_speed_kn": round(mps_to_kn(leg_m / span_s), 2) if span_s > 0 else None,
    }


class _Judge:
    """Walks the hits and fixes of one track at one zone and tells crossings from noise."""

    def __init__(self, index: ZoneIndex, settings: CrossingSettings, zone: int, legs: _Legs) -> None:
        self.index, self.settings, self.zone, self.legs = index, settings, zone, legs
        self._stay_us = int(settings.min_stay_s * SECOND_US)

    def walk(
        self, span: range, hits: Sequence[tuple[int, Hit, float]], pending: Hit | None
    ) -> tuple[list[tuple[Hit, str]], Hit | None]:
        """Return confirmed crossings, each with what confirmed it, and the one still pending after the span."""
        confirmed: list[tuple[Hit, str]] = []
        fix = span.start
        for row, hit, depth_m in hits:
            if pending is not None and (reason := self._seen_beyond(pending, range(fix, row))):
                confirmed.append((pending, reason))
                pending = None
            fix = row
            if pending is None:
                pending = hit
            elif hit.direction != pending.direction:
                reason = self._passed_through(pending, hit)
                if reason:
                    confirmed.append((pending, reason))
                pending = hit if reason else None
            # The same direction twice: round the end of an open line. The first crossing stays the one to confirm.
            if pending is hit and depth_m >= self.settings.noise_m and not self._goes_on(hits, row, hit):
                confirmed.append((hit, "depth"))
                pending, fix = None, row + 1
        if pending is not None and (reason := self._seen_beyond(pending, range(fix, span.stop))):
            confirmed.append((pending, reason))
            pending = None
        return confirmed, pending

    @staticmethod
    def _goes_on(hits: Sequence[tuple[int, Hit, float]], row: int, hit: Hit) -> bool:
        """Return whether the leg crosses again after this hit, so that its end fix does not lie beyond it."""
        last = next(h for r, h, _ in reversed(hits) if r == row)
        return last is not hit

    def _seen_beyond(self, pending: Hit, rows: range) -> str:
        """Return what confirms the crossing among the fixes of `rows`: "stay", "depth" or ""."""
        if not len(rows):
            return ""
        part = slice(rows.start, rows.stop)
        late = np.flatnonzero(self.legs.time_us[part] - pending.time_us >= self._stay_us)
        n = int(late[0]) if len(late) else len(rows)
        near = slice(rows.start, rows.start + n)
        depth_m = self.index.border_m(self.legs.lat[near], self.legs.lon[near], self.zone)
        if n and depth_m.max() >= self.settings.noise_m:
            return "depth"
        if not len(late):
            return ""
        k = rows.start + n
        there = self.index.border_m(self.legs.lat[k : k + 1], self.legs.lon[k : k + 1], self.zone)
        return "depth" if float(there[0]) >= self.settings.noise_m else "stay"

    def _passed_through(self, entry: Hit, way_out: Hit) -> str:
        """Return "pass" or "stay" where the time between two opposite crossings was a real stay, else ""."""
        if entry.to_us != way_out.to_us:
            return "stay" if way_out.time_us - entry.time_us >= self._stay_us else ""
        length = distance_m(entry.lat_deg, entry.lon_deg, way_out.lat_deg, way_out.lon_deg)
        return "pass" if float(length) >= self.settings.min_pass_m else ""


def _confidence(hit: Hit) -> float:
    """Return how sure time and place are: full for fixes a quarter of an hour apart, half for a day and more."""
    quarters = max(1.0, (hit.to_us - hit.from_us) / (900 * SECOND_US))
    sure = max(_LEAST, _SURE - _PER_DOUBLING * float(np.log2(quarters)))
    return round(sure * (_ASSUMED_PATH if hit.is_assumed else 1.0), 3)


def _event(vessel_id: str, hit: Hit, reason: str, judge: _Judge) -> Event:
    zone, settings = judge.index.zones[judge.zone], judge.settings
    return Event(
        kind="crossing_in" if hit.direction > 0 else "crossing_out",
        vessel_id=vessel_id,
        start_us=hit.time_us,
        end_us=hit.time_us,
        lat_deg=hit.lat_deg,
        lon_deg=hit.lon_deg,
        confidence=_confidence(hit),
        detector=CROSSING_VERSION,
        zone_id=zone.zone_id,
        details={
            **hit.evidence,
            "confirmed_by": reason,
            "path_assumed": hit.is_assumed,
            "zone_name": zone.name,
            "zone_kind": zone.kind,
            "zone_version": zone.version,
            "zone_source": zone.source,
            "is_alert_boundary": zone.is_alert_boundary,
            "parameters": {
                "noise_m": settings.noise_m,
                "min_stay_s": settings.min_stay_s,
                "min_pass_m": settings.min_pass_m,
            },
        },
    )
