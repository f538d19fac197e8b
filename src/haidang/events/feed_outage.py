"""A supplier that fell silent, recognised across its vessels, before any single vessel is called silent.

When a satellite or a supplier's server fails, hundreds of boats go quiet within minutes and each would be accused. But
a fleet that goes home before a storm goes quiet together too: boats in port, or so near on their way in that they may
be there before their next report, do not count. Reports are judged by when they were received: what a supplier
delivers days later does not undo that it was down.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numba import njit

from haidang.core.columns import F64, I32, I64, Positions
from haidang.core.event import Event
from haidang.core.time import NO_TIME_US, SECOND_US, format_iso
from haidang.core.zone import Port
from haidang.tracks.near_port import nearest_port_m

OUTAGE_VERSION = "feed_outage/1"
_NEVER_US = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class OutageSettings:
    """Thresholds of the provider guard. Source: MonitorFish (operator down at 70 % of its beacons); the rest is ours.

    Attributes:
        down_share: down when at most this share of the vessels expected at sea reports.
        up_share: up again when more than this share does; the space between stops flicker.
        returned_share: or when this share of the vessels lost has reported again.
        min_vessels: fewer expected vessels tell nothing.
        overdue_periods: a report is overdue after this many expected periods; below 2, so that an outage is known
            within two.
        expected_period_s: of vessels without one of their own (law: 2 h).
        active_s: vessels silent for longer are single cases, not part of a fleet at sea.
        near_port_m: last seen this near a port is home.
        tick_s: how often the share is looked at, on the clock's round times.
    """

    down_share: float = 0.70
    up_share: float = 0.80
    returned_share: float = 0.50
    min_vessels: int = 10
    overdue_periods: float = 1.75
    expected_period_s: float = 7200.0
    active_s: float = 86_400.0
    near_port_m: float = 10_000.0
    tick_s: int = 600


@dataclass(frozen=True, slots=True)
class RunningOutage:
    """An outage that lasts.

    Attributes:
        start_us: newest fix among the vessels that were overdue when it was recognised.
        recognised_us: tick at which it was.
        share: share reporting at that tick.
        cohort: vessel numbers expected at sea then.
        lost: those not heard within an overdue time after recognition; None until that has passed.
    """

    start_us: int
    recognised_us: int
    share: float
    cohort: I64
    lost: I64 | None = None


@dataclass(frozen=True, slots=True)
class OutageState:
    """What must be known to go on; arrays are per vessel, in the order of `vessel_ids`.

    Attributes:
        tick_us: last tick looked at; NO_TIME_US before the first.
        last_us: newest fix_time received; NO_TIME_US if none.
        port_m: distance of that fix from the nearest port.
        home_us: earliest time she may be in port at the speed she last came nearer; the far future if she did not.
        released: 1 for vessels that stayed silent after an outage ended, until heard again.
        running: group -> outage.
        ended: events of outages that are over.
    """

    vessel_ids: tuple[str, ...]
    tick_us: int
    last_us: I64
    port_m: F64
    home_us: I64
    released: I32
    running: Mapping[str, RunningOutage]
    ended: tuple[Event, ...]


def advance_outages(
    state: OutageState | None,
    positions: Positions,
    groups: Mapping[str, str],
    *,
    now_us: int,
    ports: Sequence[Port] = (),
    expected_period_us: Mapping[str, int] | None = None,
    settings: OutageSettings | None = None,
) -> tuple[list[Event], OutageState]:
    """Return all outages so far (running ones with end None), in order of start, and the state at now_us.

    Rows count from their received_time on; the result depends on the rows received up to each tick only. Rows received
    before the state's last tick need a fresh run: state None and all retained rows.

    Args:
        state: of the call before; None starts anew.
        positions: rows in any order; vessels without a group are passed over, rows received after now_us too.
        groups: vessel_id -> `supplier:NAME` or `feed:NAME`.
        now_us: ticks up to here are looked at.
        ports: where vessels are not expected to report.
        expected_period_us: vessel_id -> expected time between reports.
        settings: thresholds.
    """
    settings = settings or OutageSettings()
    state = _with_vessels(state, sorted({v for v in positions.vessel_ids if v in groups}))
    rows = _rows_in_order(positions, state, ports, now_us)
    fleet = _Fleet.of(state, groups, expected_period_us or {}, settings)
    tick_us = settings.tick_s * SECOND_US
    times = (state.last_us.copy(), state.port_m.copy(), state.home_us.copy(), state.released.copy())
    running, ended = dict(state.running), list(state.ended)
    done, tick = 0, state.tick_us
    while (tick := _next_tick(tick, rows.received_us[done:], times[0], _is_settling(running), settings)) <= now_us:
        upto = int(np.searchsorted(rows.received_us, tick, side="right"))
        _take_rows(rows.vessel[done:upto], rows.fix_us[done:upto], rows.port_m[done:upto], times)
        done = upto
        seen = _Seen(fleet, tick, *times)
        for group, members in fleet.members.items():
            before = running.pop(group, None)
            # Just after an outage reports come in by fits and starts; until all had their turn it is not judged again.
            rests = any(
                e.vessel_id == group and tick - (e.end_us or tick) < int(fleet.overdue_us[members].max()) for e in ended
            )
            after, event = (None, None) if rests else _step(seen, group, members, before)
            if after is not None:
                running[group] = after
            if event is not None:
                ended.append(event)
    # Rows received after the last tick are taken now and looked at with the next; ticks leapt over count as done.
    _take_rows(rows.vessel[done:], rows.fix_us[done:], rows.port_m[done:], times)
    tick = max(state.tick_us, now_us // tick_us * tick_us)
    state = OutageState(state.vessel_ids, tick, *times, running, tuple(ended))
    seen = _Seen(fleet, now_us, *times)
    events = [*ended, *(_event(seen, group, outage, None) for group, outage in running.items())]
    return sorted(events, key=lambda e: (e.start_us, e.vessel_id)), state


def is_held_back(
    outages: Iterable[Event],
    group: str,
    last_fix_us: int,
    *,
    now_us: int,
    expected_period_us: int,
    settings: OutageSettings | None = None,
) -> bool:
    """Return whether a silence since last_fix_us is to be laid to the supplier and not to the vessel.

    That is so while an outage of its group lasts which began when she was still expected to report, and for one overdue
    time after it ended; whoever is silent then is released.
    """
    overdue_us = int((settings or OutageSettings()).overdue_periods * expected_period_us)
    return any(
        outage.vessel_id == group
        and last_fix_us >= outage.start_us - overdue_us
        and (outage.end_us is None or (last_fix_us <= outage.end_us and now_us < outage.end_us + overdue_us))
        for outage in outages
    )


def _with_vessels(state: OutageState | None, vessel_ids: Sequence[str]) -> OutageState:
    """Return the state with room for vessels not known before."""
    if state is None:
        none = np.empty(0, np.int64)
        state = OutageState((), NO_TIME_US, none, np.empty(0), none, np.empty(0, np.int32), {}, ())
    known = set(state.vessel_ids)
    fresh = [v for v in vessel_ids if v not in known]
    n = len(fresh)
    return replace(
        state,
        vessel_ids=(*state.vessel_ids, *fresh),
        last_us=np.append(state.last_us, np.full(n, NO_TIME_US)),
        port_m=np.append(state.port_m, np.full(n, np.inf)),
        home_us=np.append(state.home_us, np.full(n, _NEVER_US)),
        released=np.append(state.released, np.zeros(n, np.int32)),
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of known vessels in order of reception."""

    vessel: I64
    fix_us: I64
    received_us: I64
    port_m: F64


def _rows_in_order(positions: Positions, state: OutageState, ports: Sequence[Port], now_us: int) -> _Rows:
    number = {v: k for k, v in enumerate(state.vessel_ids)}
    code = np.array([number.get(v, -1) for v in positions.vessel_ids] or [-1], np.int64)
    vessel = code[positions.vessel]
    rows = np.flatnonzero((vessel >= 0) & (positions.received_time_us <= now_us))
    order = rows[np.lexsort((positions.row[rows], positions.fix_time_us[rows], positions.received_time_us[rows]))]
    port_m = nearest_port_m(positions.lat_deg[order], positions.lon_deg[order], ports)
    return _Rows(vessel[order], positions.fix_time_us[order], positions.received_time_us[order], port_m)


@njit(nogil=True, cache=True)
def _take_rows(vessel: I64, fix_us: I64, port_m: F64, times: tuple[I64, F64, I64, I32]) -> None:
    """Bring last fix, port distance and earliest homecoming up to date with rows in order of reception."""
    last_us, last_m, home_us, released = times
    for i in range(len(vessel)):
        v = vessel[i]
        if fix_us[i] <= last_us[v]:
            continue
        nearer = last_m[v] - port_m[i]
        home_us[v] = 9223372036854775807
        if last_us[v] != -9223372036854775808 and nearer > 0 and np.isfinite(nearer):
            seconds_home = port_m[i] / nearer * (fix_us[i] - last_us[v]) * 1e-6
            if seconds_home < 1e9:
                home_us[v] = fix_us[i] + np.int64(seconds_home * 1e6)
        last_us[v], last_m[v], released[v] = fix_us[i], port_m[i], 0


def _is_settling(running: Mapping[str, RunningOutage]) -> bool:
    return any(outage.lost is None for outage in running.values())


def _next_tick(tick: int, waiting_us: I64, last_us: I64, is_settling: bool, settings: OutageSettings) -> int:
    """Return the next tick to look at; stretches in which nothing can change are leapt over.

    Without new rows nobody's share rises; so once all are silent for long, a running outage whose lost vessels are
    known stays as it is.
    """
    tick_us = settings.tick_s * SECOND_US
    first = -(-int(waiting_us[0]) // tick_us) * tick_us if len(waiting_us) else _NEVER_US
    if tick == NO_TIME_US:
        return first
    is_quiet = not is_settling and (not len(last_us) or int(last_us.max()) < tick - settings.active_s * SECOND_US)
    return max(tick + tick_us, first) if is_quiet else tick + tick_us


@dataclass(frozen=True, slots=True)
class _Fleet:
    """Who belongs together and when each is overdue."""

    vessel_ids: tuple[str, ...]
    overdue_us: I64
    members: Mapping[str, I64]
    settings: OutageSettings

    @classmethod
    def of(
        cls, state: OutageState, groups: Mapping[str, str], periods: Mapping[str, int], settings: OutageSettings
    ) -> "_Fleet":
        usual = int(settings.expected_period_s * SECOND_US)
        period = np.array([periods.get(v, usual) for v in state.vessel_ids], np.float64)
        members: dict[str, list[int]] = {}
        for k, vessel_id in enumerate(state.vessel_ids):
            if vessel_id in groups:
                members.setdefault(groups[vessel_id], []).append(k)
        ordered = {g: np.array(members[g], np.int64) for g in sorted(members)}
        return cls(state.vessel_ids, (settings.overdue_periods * period).astype(np.int64), ordered, settings)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known at a tick."""

    fleet: _Fleet
    tick_us: int
    last_us: I64
    port_m: F64
    home_us: I64
    released: I32

    def at_sea(self, vessels: I64) -> I64:
        """Return those last seen at sea who could not be home before their next report is overdue."""
        last_us = self.last_us[vessels]
        away = self.port_m[vessels] > self.fleet.settings.near_port_m
        # home_us lies before the far future only when it was computed from last_us, so nothing overflows.
        away &= (self.home_us[vessels] == _NEVER_US) | (
            self.home_us[vessels] - last_us > self.fleet.overdue_us[vessels]
        )
        return np.asarray(vessels[away & (last_us != NO_TIME_US)])

    def reports(self, vessels: I64) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return (n,) bool: is the last report not overdue?"""
        return np.asarray(self.tick_us - self.last_us[vessels] <= self.fleet.overdue_us[vessels])


def _step(
    seen: _Seen, group: str, members: I64, running: RunningOutage | None
) -> tuple[RunningOutage | None, Event | None]:
    """Return the group's outage after this tick and, where one ended, its event."""
    settings = seen.fleet.settings
    if running is None:
        expected = seen.at_sea(members)
        active = seen.last_us[expected] > seen.tick_us - settings.active_s * SECOND_US
        expected = expected[active & (seen.released[expected] == 0)]
        if len(expected) < settings.min_vessels:
            return None, None
        reports = seen.reports(expected)
        share = float(np.mean(reports))
        if share > settings.down_share:
            return None, None
        start_us = int(seen.last_us[expected[~reports]].max())
        return RunningOutage(start_us, seen.tick_us, share, expected), None
    running = _with_lost(seen, running)
    expected = seen.at_sea(running.cohort)
    share = float(np.mean(seen.reports(expected))) if len(expected) else 1.0
    returned = 0.0
    if running.lost is not None and len(running.lost):
        returned = float(np.mean(seen.last_us[running.lost] > running.recognised_us))
    if share <= settings.up_share and returned < settings.returned_share:
        return running, None
    seen.released[members[~seen.reports(members)]] = 1
    return None, _event(seen, group, running, seen.tick_us)


def _with_lost(seen: _Seen, running: RunningOutage) -> RunningOutage:
    """Return the outage with its lost vessels, once all had time to report after it was recognised."""
    if running.lost is not None:
        return running
    if seen.tick_us - running.recognised_us < int(seen.fleet.overdue_us[running.cohort].max()):
        return running
    return replace(running, lost=running.cohort[seen.last_us[running.cohort] <= running.recognised_us])


def _event(seen: _Seen, group: str, outage: RunningOutage, end_us: int | None) -> Event:
    settings = seen.fleet.settings
    silent = outage.lost
    if silent is None:
        silent = outage.cohort[seen.last_us[outage.cohort] <= outage.recognised_us]
    back = seen.last_us[silent] > outage.recognised_us
    return Event(
        kind="feed_outage",
        vessel_id=group,
        start_us=outage.start_us,
        end_us=end_us,
        lat_deg=None,
        lon_deg=None,
        confidence=round(1.0 - 0.5 * outage.share, 3),
        detector=OUTAGE_VERSION,
        details={
            "recognised_time": format_iso(outage.recognised_us),
            "expected": len(outage.cohort),
            "silent": int(np.count_nonzero(~back)),
            "share_reporting": round(outage.share, 3),
            "vessels": sorted(seen.fleet.vessel_ids[v] for v in silent),
            "still_silent": sorted(seen.fleet.vessel_ids[v] for v in silent[~back]),
            "parameters": {
                "down_share": settings.down_share,
                "min_vessels": settings.min_vessels,
                "overdue_periods": settings.overdue_periods,
                "near_port_m": settings.near_port_m,
            },
        },
    )
