"""Apparent fishing in a coastal zone that the vessel's length class may not fish in (provisional VMS speed rule).

A boat of 15 m and more crosses the inner zones lawfully on every trip, so presence says nothing; slow hours there do.
Speed alone cannot tell fishing from waiting or bad weather: the event is "apparent", its confidence modest, and a
vessel of unknown length is never judged.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from haidang.core.columns import F64, I64, KINDS, Positions
from haidang.core.event import Event
from haidang.core.geodesy import distance_m
from haidang.core.time import HOUR_US, SECOND_US
from haidang.core.units import mps_to_kn
from haidang.core.vessel import Vessel
from haidang.core.zone import Port, Zone
from haidang.tracks.near_port import nearest_port_m
from haidang.tracks.zone_index import ZoneIndex

WRONG_ZONE_VERSION = "wrong_zone_fishing/1"
#: Length class -> the one zone kind it may fish in. Source: Decree 26/2019 Art. 42, amended by Decree 37/2024.
COASTAL_KINDS: tuple[str, ...] = ("inshore", "midshore", "offshore")
#: Words in a register's gear column that mean a logistics vessel; she serves others in every zone.
LOGISTICS_WORDS: tuple[str, ...] = ("logistic", "hậu cần", "hau can", "thu mua", "carrier")


@dataclass(frozen=True, slots=True)
class WrongZoneSettings:
    """Thresholds of the VMS speed rule. Source: MonitorFish pipeline configuration; slots and legs are ours.

    Attributes:
        min_speed_kn, max_speed_kn: mean speed between fixes of apparent fishing.
        min_fixes: this many fixes in a row must show it, all in the same forbidden zone.
        min_at_sea_s: for how long before the vessel must have been out of port, reporting.
        min_lasting_s: from the first to the last of these fixes and the leg before; makes the rule safe at AIS rates.
        max_leg_s: across a longer silence nobody knows the speed.
        min_leg_s: fixes closer in time tell noise, not speed.
        slot_s: of each slot of the clock only the first fix is used, so that AIS is judged at a pace like VMS.
        port_radius_m: nearer to a port is in port.
        min_depth_m: at least one of the fixes must be this far from water she may fish in: nets and boats drift.
        midshore_from_m, offshore_from_m: length classes: below the first inshore, below the second midshore, else
            offshore.
    """

    min_speed_kn: float = 0.025
    max_speed_kn: float = 5.5
    min_fixes: int = 2
    min_at_sea_s: float = 3600.0
    min_lasting_s: float = 3600.0
    max_leg_s: float = 5 * 3600.0
    min_leg_s: float = 600.0
    slot_s: int = 1800
    port_radius_m: float = 3000.0
    min_depth_m: float = 2000.0
    midshore_from_m: float = 12.0
    offshore_from_m: float = 15.0


def allowed_kinds(vessel: Vessel, settings: WrongZoneSettings) -> frozenset[str]:
    """Return the coastal zone kinds the vessel may fish in; all of them where she must not be judged.

    Not judged: unknown length, logistics vessels, vessels the register calls something else than fishing.
    """
    gear = (vessel.gear or "").casefold()
    if vessel.length_m is None or not vessel.length_m > 0 or any(word in gear for word in LOGISTICS_WORDS):
        return frozenset(COASTAL_KINDS)
    if vessel.kind not in {"fishing", "unknown"}:
        return frozenset(COASTAL_KINDS)
    if vessel.length_m >= settings.offshore_from_m:
        return frozenset({"offshore"})
    return frozenset({"midshore" if vessel.length_m >= settings.midshore_from_m else "inshore"})


def find_wrong_zone_fishing(
    positions: Positions,
    track: I64,
    index: ZoneIndex,
    *,
    now_us: int,
    vessels: Mapping[str, Vessel],
    ports: Sequence[Port] = (),
    settings: WrongZoneSettings | None = None,
) -> list[Event]:
    """Return apparent fishing in the wrong zone as known at now_us, in order of start.

    Args:
        positions: rows in time order within each track; only vessels in `vessels` are judged.
        track: (n,) int64 id of the unbroken path a row belongs to; < 0: row ignored.
        index: zones; only kinds inshore, midshore and offshore matter.
        now_us: what may still go on at this time has no end yet.
        vessels: the register.
        ports: in port nothing is fishing.
        settings: thresholds.
    """
    settings = settings or WrongZoneSettings()
    fixes, tracks = _slot_fixes(positions, track, vessels, settings)
    if not len(fixes):
        return []
    row, zone = index.inside(fixes.lat_deg, fixes.lon_deg, fixes.fix_time_us)
    forbidden = _is_forbidden(fixes, index, vessels, settings)[fixes.vessel[row], zone]
    if not forbidden.any():
        return []
    row, zone = row[forbidden], zone[forbidden]
    case = _Case(fixes, _paces(fixes, tracks, ports, settings, row), settings, now_us)
    lawful = _LawfulWater(index, vessels, settings)
    keep = case.paces.is_slow[row]
    events = [
        _event(case, run, index.zones[z], depth_m)
        for z in np.unique(zone[keep])
        for run in _runs(case, row[keep & (zone == z)])
        if (depth_m := lawful.farthest_m(fixes, run)) >= settings.min_depth_m
    ]
    return sorted(events, key=lambda e: (e.start_us, e.vessel_id, e.zone_id or ""))


def _slot_fixes(
    positions: Positions, track: I64, vessels: Mapping[str, Vessel], settings: WrongZoneSettings
) -> tuple[Positions, I64]:
    """Return the first fix of each clock slot and track, grouped by track in time order, of vessels to judge."""
    every = frozenset(COASTAL_KINDS)
    judged = [v in vessels and allowed_kinds(vessels[v], settings) != every for v in positions.vessel_ids]
    is_boat = np.isin(positions.kind, [KINDS.index("unknown"), KINDS.index("fishing")])
    wanted = np.flatnonzero((track >= 0) & is_boat & np.array(judged or [False])[positions.vessel])
    order = wanted[np.argsort(track[wanted], kind="stable")]
    slot = positions.fix_time_us[order] // (settings.slot_s * SECOND_US)
    same = (np.diff(slot) == 0) & (np.diff(track[order]) == 0)
    order = order[np.append(True, ~same)] if len(order) else order
    # A fix late in its slot and the next early in the following one tell noise, not speed.
    near = np.diff(positions.fix_time_us[order]) < settings.min_leg_s * SECOND_US
    near &= np.diff(track[order]) == 0
    order = order[np.append(True, ~near)] if len(order) else order
    return positions.take(order), track[order]


@dataclass(frozen=True, slots=True)
class _Paces:
    """Per slot fix: the leg before it: is it slow at sea, does it join the fix before, mean speed, leg start."""

    is_slow: np.ndarray[tuple[int], np.dtype[np.bool_]]
    is_joined: np.ndarray[tuple[int], np.dtype[np.bool_]]
    speed_kn: F64
    from_us: I64


@dataclass(frozen=True, slots=True)
class _Case:
    """All that a run is judged by."""

    fixes: Positions
    paces: _Paces
    settings: WrongZoneSettings
    now_us: int


def _paces(fixes: Positions, track: I64, ports: Sequence[Port], settings: WrongZoneSettings, asked: I64) -> _Paces:
    """Return the legs; speeds only of the rows asked for (which may repeat), for distances are dear."""
    time = fixes.fix_time_us
    from_us = np.append(time[:1], time[:-1])
    span_s = (time - from_us) / SECOND_US
    joined = np.append(False, track[1:] == track[:-1]) & (span_s <= settings.max_leg_s)
    wanted = np.zeros(len(fixes), bool)
    wanted[asked] = True
    at = np.flatnonzero(wanted & joined)
    lat, lon = fixes.lat_deg, fixes.lon_deg
    speed_kn = np.full(len(fixes), np.nan)
    speed_kn[at] = mps_to_kn(1.0) * distance_m(lat[at - 1], lon[at - 1], lat[at], lon[at]) / span_s[at]
    metres = nearest_port_m(fixes.lat_deg, fixes.lon_deg, ports, limit_m=settings.port_radius_m)
    in_port = np.isfinite(metres)
    # At sea since: the first fix after a port, a new track or a long silence.
    begins = ~joined | in_port | np.append(False, in_port[:-1])
    since_us = time[np.maximum.accumulate(np.where(begins, np.arange(len(fixes)), 0))]
    # Leaving port, the leg before the first fix at sea began in port: it belongs to the way out.
    at_sea = ~begins & (time - since_us >= settings.min_at_sea_s * SECOND_US)
    slow = at_sea & (speed_kn >= settings.min_speed_kn) & (speed_kn <= settings.max_speed_kn)
    return _Paces(slow, joined, speed_kn, from_us)


def _is_forbidden(
    fixes: Positions, index: ZoneIndex, vessels: Mapping[str, Vessel], settings: WrongZoneSettings
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Return (n_vessels, n_zones) bool."""
    table = np.zeros((len(fixes.vessel_ids), len(index.zones)), bool)
    for code, vessel_id in enumerate(fixes.vessel_ids):
        if vessel_id in vessels:
            allowed = allowed_kinds(vessels[vessel_id], settings)
            table[code] = [z.kind in COASTAL_KINDS and z.kind not in allowed for z in index.zones]
    return table


class _LawfulWater:
    """How far boats are from the water they may fish in; a layer that shows none of it gives no benefit of doubt."""

    def __init__(self, index: ZoneIndex, vessels: Mapping[str, Vessel], settings: WrongZoneSettings) -> None:
        self._index, self._vessels, self._settings = index, vessels, settings

    def farthest_m(self, fixes: Positions, run: I64) -> float:
        """Return metres from lawful water of the fix of a run that is farthest from it; inf where none is drawn."""
        vessel = self._vessels[fixes.vessel_ids[fixes.vessel[run[0]]]]
        allowed = allowed_kinds(vessel, self._settings)
        metres = np.full(len(run), np.inf)
        for number, zone in enumerate(self._index.zones):
            if zone.kind in allowed and self._index.is_area(number):
                there = self._index.border_m(fixes.lat_deg[run], fixes.lon_deg[run], number)
                in_force = self._index.valid(np.full(len(run), number, np.int32), fixes.fix_time_us[run])
                metres = np.minimum(metres, np.where(in_force, there, np.inf))
        return float(metres.max())


def _runs(case: _Case, rows: I64) -> Iterator[I64]:
    """Yield slot fixes in a row, all slow and in the zone, enough of them and for long enough."""
    follows = (np.diff(rows) == 1) & case.paces.is_joined[rows[1:]]
    for run in np.split(rows, np.flatnonzero(~follows) + 1):
        if len(run) >= case.settings.min_fixes:
            lasting_us = case.fixes.fix_time_us[run[-1]] - case.paces.from_us[run[0]]
            if lasting_us >= case.settings.min_lasting_s * SECOND_US:
                yield run


def _event(case: _Case, run: I64, zone: Zone, depth_m: float) -> Event:
    fixes, paces, settings = case.fixes, case.paces, case.settings
    first, last = int(run[0]), int(run[-1])
    end_us = int(fixes.fix_time_us[last])
    # Only the newest fix of its path can still be followed by one that goes on.
    is_newest = last + 1 == len(fixes) or not paces.is_joined[last + 1]
    may_go_on = is_newest and case.now_us - end_us <= settings.max_leg_s * SECOND_US
    return Event(
        kind="wrong_zone_fishing",
        vessel_id=fixes.vessel_ids[fixes.vessel[first]],
        start_us=int(fixes.fix_time_us[first]),
        end_us=None if may_go_on else end_us,
        lat_deg=float(fixes.lat_deg[first]),
        lon_deg=float(fixes.lon_deg[first]),
        confidence=round(min(0.6, 0.4 + 0.05 * (len(run) - settings.min_fixes)), 3),
        detector=WRONG_ZONE_VERSION,
        zone_id=zone.zone_id,
        details={
            "apparent": True,
            "zone_kind": zone.kind,
            "zone_name": zone.name,
            "zone_version": zone.version,
            "rows": [int(r) for r in fixes.row[run]],
            "n_fixes": len(run),
            "lasting_h": round((end_us - int(paces.from_us[first])) / HOUR_US, 2),
            "mean_speed_kn": round(float(np.mean(paces.speed_kn[run])), 2),
            "lawful_water_m": round(depth_m) if np.isfinite(depth_m) else None,
            "parameters": {
                "min_speed_kn": settings.min_speed_kn,
                "max_speed_kn": settings.max_speed_kn,
                "min_fixes": settings.min_fixes,
                "min_at_sea_s": settings.min_at_sea_s,
                "max_leg_s": settings.max_leg_s,
                "min_depth_m": settings.min_depth_m,
            },
        },
    )
