"""The ordered per-vessel detectors over one sorted batch of fixes: state in, state out.

Live, replay and batch all go through `Chain.advance`; there is no second way to make an event. What is remembered
of a vessel is one entry in each of a few state arrays, so a checkpoint is a copy of that entry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from haidang.core.columns import F64, I8, I64, Positions
from haidang.core.event import Event
from haidang.core.vessel import Vessel
from haidang.core.zone import Port, Zone
from haidang.events import crossing, port_call, silence, stop
from haidang.events.drafts import PORT_IN, PORT_OUT, SILENCE, Drafts, room
from haidang.events.settings import EngineSettings
from haidang.tracks import state as track_state
from haidang.tracks.limits import VMS, SegmentLimits, vessel_classes
from haidang.tracks.port_grid import PortGrid
from haidang.tracks.segment import OK, row_faults, segment_rows
from haidang.tracks.zone_index import ZoneIndex

#: Names of the state arrays, each indexed by vessel code.
STATES = ("track", "silence", "stop", "port")


@dataclass(slots=True)
class States:
    """The memory of the chain: one entry per vessel in each array, and the crossing detector's own."""

    track: track_state.Records
    silence: track_state.Records
    stop: track_state.Records
    port: track_state.Records

    @classmethod
    def fresh(cls, n_vessels: int) -> "States":
        """Return the memory of n vessels never heard."""
        return cls(
            track_state.slots(n_vessels), silence.states(n_vessels), stop.states(n_vessels), port_call.states(n_vessels)
        )

    def grow(self, n_vessels: int) -> None:
        """Make room for more vessels; existing entries stay."""
        more = States.fresh(n_vessels - len(self.track))
        for name in STATES:
            setattr(self, name, np.concatenate([getattr(self, name), getattr(more, name)]))

    def copy_vessel(self, source: "States", code: int) -> None:
        """Take over one vessel's entry from another memory."""
        for name in STATES:
            getattr(self, name)[code] = getattr(source, name)[code]


@dataclass(frozen=True, slots=True)
class Track:
    """What the segmenter said of sorted rows: flag, segment, slot, and the accepted fix before, each (n,)."""

    flag: I8
    segment_id: I64
    slot: I8
    begins: NDArray[np.bool_]
    prev_t: I64
    prev_lat: F64
    prev_lon: F64
    prev_row: I64

    @classmethod
    def unfilled(cls, n: int) -> "Track":
        """Return room for n rows."""
        return cls(
            np.empty(n, np.int8), np.empty(n, np.int64), np.empty(n, np.int8), np.empty(n, np.bool_),
            np.empty(n, np.int64), np.empty(n), np.empty(n), np.empty(n, np.int64),
        )  # fmt: skip

    def accepted_track(self) -> I64:
        """Return (n,) int64: the segment of each accepted fix, -1 for every other row."""
        return np.where(self.flag == OK, self.segment_id, -1)


def canonical_order(positions: Positions) -> I64:
    """Return the order (n,) by vessel and then by everything a fix says, so that arrival order leaves no trace."""
    p = positions
    n = len(p)
    same = p.vessel[1:] == p.vessel[:-1]
    if n and np.all((p.vessel[1:] > p.vessel[:-1]) | (same & (p.fix_time_us[1:] >= p.fix_time_us[:-1]))):
        order = np.arange(n, dtype=np.int64)
    else:
        order = np.lexsort((p.fix_time_us, p.vessel)).astype(np.int64)
    vessel, times = p.vessel[order], p.fix_time_us[order]
    tie = np.zeros(n, np.bool_)
    tie[1:] = (vessel[1:] == vessel[:-1]) & (times[1:] == times[:-1])
    tie[:-1] |= tie[1:]
    # Only fixes of the same vessel and instant need the long comparison: a few in a hundred.
    at = np.flatnonzero(tie)
    if len(at):
        rows = order[at]
        columns = (p.row, p.cog_deg, p.sog_kn, p.received_time_us, p.lon_deg, p.lat_deg, p.fix_time_us, p.vessel)
        order[at] = rows[np.lexsort([column[rows] for column in columns])]
    return order


class Chain:
    """Settings, ports and zones prepared once; `advance` runs the detectors. Holds no memory of vessels itself."""

    def __init__(self, settings: EngineSettings, zones: Sequence[Zone], ports: Sequence[Port]) -> None:
        s = settings
        self.settings = s
        self.ports = tuple(ports)
        self.grid = PortGrid.build(ports, s.port_enter_m, s.port_leave_m, s.port_polygon_margin_m)
        self.index = ZoneIndex.build(tuple(zones), tuple(ports)) if zones else None
        limits = SegmentLimits(**{f.name: getattr(s, f.name) for f in fields(SegmentLimits)})
        self.segment_limits = limits.table()
        kinds = [(s.silence_ais_us, s.period_ais_us, s.silence_ais_reports)] * VMS
        kinds += [(s.silence_vms_us, s.period_vms_us, 1)] * 2
        self.silence_params = np.array([(a, s.silence_periods, b, s.period_max_us, n) for a, b, n in kinds], np.float64)
        self.stop_params = np.array((s.stop_radius_m, s.stop_min_us, s.stop_max_gap_us, s.stop_exit_factor), np.float64)
        self._port_params = np.array((s.port_stop_kn, s.port_gap_us), np.float64)

    def advance(self, positions: Positions, states: States, classes: I8, seeds: I64) -> tuple[Track, list[Drafts]]:
        """Run the detectors over rows in canonical order; changes `states`.

        Args:
            positions: rows sorted by `canonical_order`; vessel codes index `states`, `classes` and `seeds`.
            states: the memory; changed in place.
            classes: (n_vessels,) int8 of tracks/limits.py.
            seeds: (n_vessels,) int64 of tracks/state.py.
        """
        p = positions
        rows = (p.vessel, p.fix_time_us, p.received_time_us, p.lat_deg, p.lon_deg, p.sog_kn, p.row)
        track = Track.unfilled(len(p))
        found = (
            track.flag, track.segment_id, track.slot, track.begins,
            track.prev_t, track.prev_lat, track.prev_lon, track.prev_row,
        )  # fmt: skip
        segment_rows(rows, states.track, seeds, classes, self.segment_limits, found)
        out = room(len(p))
        drafts = []
        n = silence.silence_rows(rows, found[:2], states.silence, classes, self.silence_params, out)
        drafts.append(out[:n].copy())
        n = stop.stop_rows(rows, found[:4], states.stop, self.stop_params, out)
        drafts.append(out[:n].copy())
        if self.ports:
            n = port_call.port_rows(rows, found[:4], states.port, self.grid.arrays(), self._port_params, out)
            drafts.append(out[:n].copy())
        return track, drafts

    def faults(self, positions: Positions, classes: I8) -> I8:
        """Return (n,) flags of rows no track could take (bad place, bad time, future); ok for the rest."""
        p = positions
        rows = (p.vessel, p.fix_time_us, p.received_time_us, p.lat_deg, p.lon_deg, p.sog_kn, p.row)
        flag = np.empty(len(p), np.int8)
        row_faults(rows, classes, self.segment_limits, flag)
        return flag

    def running(self, states: States, codes: I64, classes: I8, now_us: int) -> list[Drafts]:
        """Return what lasts at `now_us` for the vessels with the given codes (m,)."""
        keyed = np.stack([codes, classes[codes].astype(np.int64)], axis=1)
        return [
            silence.running(states.silence[codes], keyed, self.silence_params, now_us),
            stop.running(states.stop[codes], codes, self.stop_params, now_us),
        ]

    def next_change_us(self, states: States, codes: I64, classes: I8, now_us: int) -> Any:
        """Return (m,) float64: when, after `now_us`, the running events of a vessel change by themselves."""
        due = silence.due_us(states.silence[codes], classes[codes], self.silence_params)
        return np.minimum(
            np.where(due > now_us, due, np.inf), stop.expiry_us(states.stop[codes], self.stop_params, now_us)
        )

    def write(self, drafts: Sequence[Drafts], vessel_ids: Sequence[str]) -> list[Event]:
        """Return the events of drafts."""
        return [self._write(draft, vessel_ids[draft["vessel"]]) for batch in drafts for draft in batch]

    def _write(self, draft: Any, vessel_id: str) -> Event:
        kind = int(draft["kind"])
        if kind in {PORT_IN, PORT_OUT}:
            return port_call.write(draft, vessel_id, self.grid.port_ids[draft["place"]])
        port_id, port_m = self.grid.near(float(draft["lat"]), float(draft["lon"]), self.settings.near_port_m)
        place = ("in_port" if port_id else "at_sea") if self.ports else "unknown"
        where = (place, port_id, port_m)
        return silence.write(draft, vessel_id, where) if kind == SILENCE else stop.write(draft, vessel_id, where)


def classes_and_seeds(vessel_ids: tuple[str, ...], vessels: Mapping[str, Vessel], fishing: I8) -> tuple[I8, I64]:
    """Return (n,) class and (n,) seed per vessel id."""
    return vessel_classes(vessel_ids, vessels, fishing), track_state.identity_seeds(vessel_ids)


def fishing_seen(positions: Positions, n_vessels: int) -> I8:
    """Return (n_vessels,) int8, 1 where any row says the vessel is a fishing boat (KINDS index 1)."""
    seen = np.zeros(n_vessels, np.int8)
    seen[positions.vessel[positions.kind == 1]] = 1
    return seen


def crossing_events(
    chain: Chain, positions: Positions, track: I64, state: "crossing.CrossingState | None"
) -> "tuple[list[Event], crossing.CrossingState | None]":
    """Return the crossings of rows in canonical order and the state to go on from; nothing without zones."""
    if chain.index is None:
        return [], state
    return crossing.find_crossings(positions, track, chain.index, state=state)
