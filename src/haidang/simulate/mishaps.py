"""The troubles of a day: which device dies, who crosses on purpose, who meets whom, when the storm and the outage come.

Drawn at the start of each day from that day's own generator and the fleet's state, so that day 40 is the same
whether the drill ran on to it or was started there.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from haidang.core.columns import F64, I64
from haidang.core.time import DAY_US, HOUR_US, MINUTE_US
from haidang.simulate import crew
from haidang.simulate.boats import (
    CROSS,
    ENTER,
    FAR_US,
    FISH,
    HOME,
    MEET_SHIP,
    NO_ERRAND,
    OUT,
    PORT,
    TEASE,
    Boats,
)  # fmt: skip
from haidang.simulate.devices import DEAD, LATE, LIVE, Devices, Outage
from haidang.simulate.places import DEGREE_M, inside_boundary_m, nearest_port
from haidang.simulate.register import SUPPLIERS, Register
from haidang.simulate.scenario import Scenario
from haidang.simulate.truth import Day, TrueEvent

#: After this many days storms and outages come again, so that a drill can run without end.
CYCLE_DAYS = 35.0
STORM_DAYS = 4.5
DEAD_CAUSES: tuple[str, ...] = ("power", "antenna", "water", "switched_off", "terminal_fault")


@dataclass(slots=True)
class Meeting:
    """A carrier goes alongside a fishing boat."""

    carrier: int
    boat: int
    from_us: int
    hours: float
    until_us: int = 0
    event: TrueEvent | None = None


@dataclass(slots=True)
class Mishaps:
    """What is going on; `open_silence` and the like hold the true event that has not ended."""

    meetings: list[Meeting] = field(default_factory=list)
    open_silence: dict[int, TrueEvent] = field(default_factory=dict)
    twins: dict[int, TrueEvent] = field(default_factory=dict)
    shelter: dict[int, TrueEvent] = field(default_factory=dict)
    overdue: dict[int, TrueEvent] = field(default_factory=dict)


def outages(scenario: Scenario, day_us: int) -> list[Outage]:
    """Return the suppliers' stops that touch the day and the three before (stored fixes arrive late)."""
    found = []
    for k, first in enumerate(scenario.troubles.outage_days):
        for cycle in range(int((day_us - scenario.start_us) / (CYCLE_DAYS * DAY_US)) + 2):
            start = scenario.start_us + int((first + cycle * CYCLE_DAYS) * DAY_US)
            stop = Outage(k % len(SUPPLIERS), start, start + int(scenario.troubles.outage_hours * HOUR_US))
            if stop.from_us < day_us + DAY_US and stop.until_us > day_us - 3 * DAY_US:
                found.append(stop)
    return found


def storm_start_us(scenario: Scenario, time_us: int) -> int | None:
    """Return when the storm that blows at `time_us` began; None in fair weather."""
    for first in scenario.troubles.storm_days:
        since = time_us - scenario.start_us - int(first * DAY_US)
        if since >= 0 and since % int(CYCLE_DAYS * DAY_US) < STORM_DAYS * DAY_US:
            return time_us - since % int(CYCLE_DAYS * DAY_US)
    return None


def _note(kind: str, boat: int, boats: Boats, register: Register, **rest: Any) -> TrueEvent:
    """Return a true event of a boat at her present place."""
    place = {"lat_deg": float(boats.lat[boat]), "lon_deg": float(boats.lon[boat])}
    return TrueEvent(kind, register.vessels[boat].vessel_id, **{**place, **rest})


def plan_day(
    state: tuple[Boats, Devices, Mishaps], register: Register, scenario: Scenario, ships: tuple[I64, F64, F64],
    rng: np.random.Generator,
) -> list[TrueEvent]:  # fmt: skip
    """Draw the day's troubles into the state and return the true events that begin with certainty.

    Args:
        state: boats, devices and what is going on; changed.
        register: who they are.
        scenario: rates.
        ships: the day's times and the merchants' latitude and longitude (t, m).
        rng: this day's own generator.
    """
    boats, _, mishaps = state
    events = _break_devices(state, register, scenario, int(ships[0][0]), rng)
    if storm_start_us(scenario, int(ships[0][0])) is None:
        events += _plan_errands(boats, register, scenario, ships, rng)
        wanted = rng.random((int(rng.poisson(scenario.troubles.meetings_per_day)), 3))
        _arrange_meetings(boats, mishaps, register, int(ships[0][0]), wanted)
    events += _park_devices(state, register, scenario, int(ships[0][0]), rng)
    return events


def _break_devices(
    state: tuple[Boats, Devices, Mishaps], register: Register, scenario: Scenario, day_us: int, rng: np.random.Generator
) -> list[TrueEvent]:
    boats, devices, mishaps = state
    devices.trouble[devices.until_us <= day_us] = LIVE
    own = devices.carrier == np.arange(len(devices.carrier))
    able = (boats.phase == FISH) & (devices.trouble == LIVE) & own & (register.gear != crew.CARRIER)
    rate = scenario.troubles
    events = []
    # At least one a day where any are asked for, so that no day of a drill is empty.
    n_dead = max(int(rng.poisson(rate.dead_per_day)), int(rate.dead_per_day >= 1.0))
    n_late = int(rng.poisson(rate.late_per_day))
    picked = rng.permutation(np.flatnonzero(able))[: n_dead + n_late]
    for k, boat in enumerate(picked.tolist()):
        start = day_us + int(rng.random() * DAY_US)
        dead = k < n_dead
        lasting = dead and rng.random() < 0.25
        hours = (
            float(np.clip(18.0 * np.exp(rng.normal(0.0, 0.8)), 7.0, 200.0)) if dead else float(rng.uniform(4.0, 16.0))
        )
        devices.trouble[boat], devices.from_us[boat] = (DEAD if dead else LATE), start
        devices.until_us[boat] = FAR_US if lasting else start + int(hours * HOUR_US)
        cause = "dead_device:" + DEAD_CAUSES[int(rng.integers(len(DEAD_CAUSES)))] if dead else "store_and_forward"
        until_us = None if lasting else int(devices.until_us[boat])
        supplier = register.vessels[boat].supplier or ""
        event = _note("silence", boat, boats, register, start_us=start, end_us=until_us, other=supplier, cause=cause)
        if lasting:
            mishaps.open_silence[boat] = event
        events.append(event)
    return events


def _plan_errands(
    boats: Boats, register: Register, scenario: Scenario, ships: tuple[I64, F64, F64], rng: np.random.Generator
) -> list[TrueEvent]:
    day_us = int(ships[0][0])
    inside = inside_boundary_m(boats.lat, boats.lon)
    free = (boats.phase == FISH) & (boats.errand == NO_ERRAND) & (boats.gear_single > 0.0)
    near = rng.permutation(
        np.flatnonzero(free & (inside > 0.0) & (inside < 75_000.0) & (boats.trip_end > day_us + 2 * DAY_US))
    )
    n_cross, n_tease = (
        int(rng.poisson(scenario.troubles.crossers_per_day)),
        int(rng.poisson(scenario.troubles.teasers_per_day)),
    )
    events = []
    for k, boat in enumerate(near[: n_cross + n_tease].tolist()):
        cross = k < n_cross
        beyond = rng.uniform(4.0, 15.0) if cross else -rng.uniform(0.4, 2.5)
        boats.errand[boat] = CROSS if cross else TEASE
        boats.errand_from[boat] = day_us + int(rng.random() * 0.9 * DAY_US)
        boats.errand_lat[boat] = boats.lat[boat] + rng.normal(0.0, 0.06)
        at = inside_boundary_m(boats.errand_lat[boat : boat + 1], boats.lon[boat : boat + 1])[0] + beyond * 1852.0
        boats.errand_lon[boat] = boats.lon[boat] + at / (DEGREE_M * np.cos(np.radians(boats.errand_lat[boat])))
        boats.errand_stay[boat] = int((rng.uniform(4.0, 18.0) if cross else rng.uniform(0.3, 2.0)) * HOUR_US)
        if not cross:
            start = int(boats.errand_from[boat])
            events.append(TrueEvent("turned_back", register.vessels[boat].vessel_id, start, start + 12 * HOUR_US,
                                    lat_deg=float(boats.errand_lat[boat]), lon_deg=float(boats.errand_lon[boat]),
                                    zone_id="sample-boundary", cause=f"planned {-beyond:.1f} nm short"))  # fmt: skip
    times, lat, lon = ships
    for _ in range(int(rng.poisson(scenario.troubles.close_calls_per_day))):
        moment = int(rng.integers(72, len(times) - 1))
        if not lat.shape[1]:
            break
        ship = int(rng.integers(lat.shape[1]))
        apart = np.hypot(boats.lat - lat[moment, ship], boats.lon - lon[moment, ship]) * DEGREE_M
        close = np.flatnonzero(free & (apart < 40_000.0) & (boats.errand == NO_ERRAND))
        if not len(close) or abs(lat[moment, ship] - lat[moment - 1, ship]) < 0.005:
            continue
        boat = int(close[np.argmin(apart[close])])
        boats.errand[boat], boats.errand_from[boat] = MEET_SHIP, int(times[moment]) - 4 * HOUR_US
        boats.errand_lat[boat] = lat[moment, ship] + rng.uniform(-250.0, 250.0) / DEGREE_M
        boats.errand_lon[boat] = lon[moment, ship] + rng.uniform(-250.0, 250.0) / DEGREE_M
        boats.errand_stay[boat] = int(times[moment]) + 30 * MINUTE_US
    return events


def _arrange_meetings(boats: Boats, mishaps: Mishaps, register: Register, day_us: int, u: F64) -> None:
    busy = {m.boat for m in mishaps.meetings} | {m.carrier for m in mishaps.meetings}
    carriers = [
        c for c in np.flatnonzero((register.gear == crew.CARRIER) & (boats.phase == FISH)).tolist() if c not in busy
    ]
    for k in range(len(u)):
        if not carriers:
            return
        carrier = carriers[k % len(carriers)]
        apart = np.hypot(boats.lat - boats.lat[carrier], boats.lon - boats.lon[carrier]) * DEGREE_M
        able = (
            (boats.phase == FISH)
            & (boats.gear_single > 0.0)
            & (register.gear != crew.CARRIER)
            & (boats.errand == NO_ERRAND)
        )
        able[list(busy)] = False
        close = np.flatnonzero(able & (apart < 90_000.0))
        if not len(close):
            continue
        boat = int(close[int(u[k, 0] * len(close))])
        busy.add(boat)
        # Meetings of one carrier follow each other over the day.
        start = day_us + int((k // len(carriers) * 9.0 + 7.0 * u[k, 1]) * HOUR_US)
        mishaps.meetings.append(Meeting(carrier, boat, start, 1.5 + 2.0 * float(u[k, 2])))


def _park_devices(
    state: tuple[Boats, Devices, Mishaps], register: Register, scenario: Scenario, day_us: int, rng: np.random.Generator
) -> list[TrueEvent]:
    boats, devices, mishaps = state
    events = []
    for boat in [b for b in mishaps.twins if boats.phase[devices.carrier[b]] == PORT]:
        mishaps.twins.pop(boat).end_us = day_us
        devices.carrier[boat], boats.away[boat] = boat, 0.0
    single = (boats.gear_single > 0.0) & (register.gear != crew.CARRIER) & (devices.trouble == LIVE)
    while len(mishaps.twins) < scenario.troubles.twins:
        hosts = np.flatnonzero(single & (boats.phase == FISH) & (boats.trip_end > day_us + 4 * DAY_US))
        owners = np.flatnonzero(single & (boats.phase == PORT) & (boats.away == 0.0))
        owners = owners[~np.isin(owners, register.class_b)]
        if not len(hosts) or not len(owners):
            break
        host, owner = int(rng.choice(hosts)), int(rng.choice(owners))
        devices.carrier[owner], boats.away[owner] = host, 1.0
        event = _note(
            "twin_devices", host, boats, register, start_us=day_us, other=register.vessels[host].vessel_id,
            cause="device_on_other_boat",
        )  # fmt: skip
        event.vessel_id = register.vessels[owner].vessel_id
        mishaps.twins[owner] = event
        events.append(event)
    return events


def run_meetings(boats: Boats, mishaps: Mishaps, register: Register, time_us: int) -> list[TrueEvent]:
    """Bring carriers towards and alongside the boats they meet, after a step; returns meetings that began."""
    begun = []
    for meeting in list(mishaps.meetings):
        c, b = meeting.carrier, meeting.boat
        if time_us < meeting.from_us:
            continue
        ended = meeting.until_us and time_us >= meeting.until_us
        if ended or boats.phase[b] != FISH or boats.phase[c] != FISH or boats.errand[b] != NO_ERRAND:
            if meeting.event is not None:
                meeting.event.end_us = time_us
            mishaps.meetings.remove(meeting)
            boats.act_until[[b, c]] = time_us
            continue
        scale = np.cos(np.radians(boats.lat[b]))
        north, east = (boats.lat[b] - boats.lat[c]) * DEGREE_M, (boats.lon[b] - boats.lon[c]) * DEGREE_M * scale
        if not meeting.until_us:
            boats.act[c], boats.act_until[c], boats.speed[c] = crew.SHIFT, time_us + HOUR_US, 9.0
            boats.to_lat[c], boats.to_lon[c] = boats.lat[b], boats.lon[b]
            # She waits for the carrier on her last stretch.
            if np.hypot(north, east) < 14_000.0:
                boats.act[b], boats.act_until[b] = crew.DRIFT, time_us + HOUR_US
            if np.hypot(north, east) < 800.0:
                meeting.until_us = time_us + int(meeting.hours * HOUR_US)
                meeting.event = TrueEvent(
                    "encounter", register.vessels[b].vessel_id, time_us, None, register.vessels[c].vessel_id,
                    float(boats.lat[b]), float(boats.lon[b]), cause="carrier_alongside",
                )  # fmt: skip
                begun.append(meeting.event)
        if meeting.until_us:
            boats.act[[b, c]], boats.act_until[[b, c]] = crew.DRIFT, time_us + HOUR_US
            boats.lat[c], boats.lon[c] = boats.lat[b] + 40.0 / DEGREE_M, boats.lon[b] + 50.0 / (DEGREE_M * scale)
    return begun


def run_for_shelter(boats: Boats, register: Register, mishaps: Mishaps, start_us: int, time_us: int) -> list[TrueEvent]:
    """Send boats home before a storm, each after its own hesitation; returns the flights that began."""
    n = len(boats.lat)
    hesitation = ((np.arange(n) * 0.7548776662) % 1.0) * 16 * HOUR_US
    lead = np.where(register.leader >= 0, register.leader, np.arange(n))
    run = ((boats.phase == FISH) | (boats.phase == OUT)) & (time_us - start_us >= hesitation[lead])
    if not run.any():
        return []
    port, _ = nearest_port(boats.lat, boats.lon)
    # The island's landing and the river mouths do not hold a fleet in a storm: the two big shelters do.
    shelter = np.where(port == 0, 0, np.where(boats.lat > 15.95, 0, 1))
    np.copyto(boats.dest, shelter, where=run)
    boats.phase[run], boats.hurry[run], boats.errand[run] = HOME, 1.0, NO_ERRAND
    begun = []
    for boat in np.flatnonzero(run).tolist():
        event = _note("storm_shelter", boat, boats, register, start_us=time_us, cause="storm")
        mishaps.shelter[boat] = event
        begun.append(event)
    return begun


def close_day(
    state: tuple[Boats, Devices, Mishaps], register: Register, scenario: Scenario, day: Day, rng: np.random.Generator
) -> list[TrueEvent]:
    """Settle what the day's port calls end: repairs, flights from the storm, overdue trips; returns what began."""
    boats, devices, mishaps = state
    phase = day.phase
    arrived_at = np.argmax((phase[1:] == PORT) & (phase[:-1] == ENTER), axis=0)
    arrived = ((phase[1:] == PORT) & (phase[:-1] == ENTER)).any(axis=0)
    events: list[TrueEvent] = []
    for boat in np.flatnonzero(arrived).tolist():
        time_us = int(day.times_us[arrived_at[boat] + 1])
        for held in (mishaps.shelter, mishaps.overdue):
            if boat in held:
                held.pop(boat).end_us = time_us
        if boat in mishaps.open_silence:
            # Repaired in port, ten hours to three days after the berth.
            devices.until_us[boat] = time_us + int(rng.uniform(10.0, 72.0) * HOUR_US)
            mishaps.open_silence.pop(boat).end_us = int(devices.until_us[boat])
        elif rng.random() < scenario.troubles.port_off_share and devices.trouble[boat] == LIVE:
            start = min(time_us + int(rng.uniform(1.0, 6.0) * HOUR_US), int(day.times_us[-1]))
            until = max(int(boats.port_until[boat]), start + 8 * HOUR_US)
            devices.trouble[boat], devices.from_us[boat], devices.until_us[boat] = DEAD, start, until
            boats.port_until[boat] = max(int(boats.port_until[boat]), until + HOUR_US)
            supplier = register.vessels[boat].supplier or ""
            events.append(
                _note(
                    "silence",
                    boat,
                    boats,
                    register,
                    start_us=start,
                    end_us=until,
                    other=supplier,
                    cause="in_port_repair",
                )
            )
    at_sea = phase[-1] != PORT
    for boat in np.flatnonzero(at_sea & (boats.planned <= day.times_us[-1])).tolist():
        if boat not in mishaps.overdue:
            event = _note("overdue", boat, boats, register, start_us=int(boats.planned[boat]), cause="late_return")
            mishaps.overdue[boat] = event
            events.append(event)
    return events
