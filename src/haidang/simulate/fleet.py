"""The drill's fleet: runs day by day without end, and hands out reports by the time they arrived.

A drill at ×60 passes a day in 24 minutes and may run for weeks, so days are made when asked for, the state is
carried from one to the next, and only the days somebody may still ask for are kept.
"""

from dataclasses import dataclass, field

import numpy as np

from haidang.core.columns import F32, I8, I64, Positions
from haidang.core.time import DAY_US
from haidang.core.vessel import Vessel
from haidang.core.zone import Port, Zone
from haidang.simulate import boats as fishing
from haidang.simulate import devices as terminals
from haidang.simulate import merchants, mishaps
from haidang.simulate.boats import ENTER, FISH, HOME, LEAVE, MEET_SHIP, OUT, PORT, Boats
from haidang.simulate.devices import Devices, Outage, Reports
from haidang.simulate.merchants import Merchants
from haidang.simulate.places import PORT_IDS, sample_ports, sample_zones
from haidang.simulate.register import SUPPLIERS, Register, make_register
from haidang.simulate.sailing import STEP_US, step
from haidang.simulate.scenario import Scenario
from haidang.simulate.truth import ClosePass, Day, TrueEvent, Truth, close_passes, find_crossings, near_collisions

STEPS = DAY_US // STEP_US
#: Days before the first report, for phases and speeds to settle.
WARM_UP_DAYS = 2
#: Days kept behind the newest, beyond the scenario's own length.
KEEP_DAYS = 8
_CAUSES = ("drift", "intent", "drift", "drift", "intent")


@dataclass(slots=True)
class Trip:
    """A voyage as declared at the gate: planned return, and the real one once she is back (UTC microseconds)."""

    vessel_id: str
    departure_us: int
    planned_return_us: int
    port_id: str
    returned_us: int | None = None


@dataclass(slots=True)
class _State:
    boats: Boats
    devices: Devices
    ships: Merchants
    mishaps: mishaps.Mishaps
    next_day: int = -WARM_UP_DAYS


@dataclass(slots=True)
class Fleet:
    """A running fleet. `vessels`, `ports` and `zones` are fixed; trips and truth grow with the days made.

    `trips` are those of the days made so far; call `make_until` first.
    """

    scenario: Scenario
    register: Register
    truth: Truth
    trips: list[Trip] = field(default_factory=list)
    _state: _State | None = None
    _reports: dict[int, Reports] = field(default_factory=dict)
    _open_trips: dict[int, Trip] = field(default_factory=dict)

    @property
    def vessels(self) -> list[Vessel]:
        """Return everybody: boats, then merchants."""
        return list(self.register.vessels)

    @property
    def ports(self) -> list[Port]:
        """Return the sample ports."""
        return sample_ports()

    @property
    def zones(self) -> list[Zone]:
        """Return the sample zones; none has a legal meaning."""
        return sample_zones()

    def make_until(self, until_us: int) -> None:
        """Simulate all days that begin before `until_us` (UTC microseconds) and are not made yet."""
        last = -((self.scenario.start_us - until_us) // DAY_US)
        state = self._begun()
        while state.next_day < last:
            self._make_day(state)

    def positions(self) -> Positions:
        """Return all reports of the scenario's days, by received time."""
        return self.reports().positions

    def reports(self) -> Reports:
        """Return all reports of the scenario's days with their sources, by received time."""
        end_us = self.scenario.start_us + int(self.scenario.days * DAY_US)
        self.make_until(end_us)
        if min(self._reports) > 0:
            self._restart()
            self.make_until(end_us)
        return self._between(self.scenario.start_us - 1, 2**62, fixes_until_us=end_us)

    def stream(self, from_us: int, to_us: int) -> Positions:
        """Return what was received after `from_us` and up to `to_us` (included), by received time.

        Stretches that follow each other give each report once. Days are made as needed; going back further than
        the days kept starts the fleet anew, which gives the same bytes.
        """
        self.make_until(to_us + 1)
        oldest = (from_us - self.scenario.start_us - terminals.LATEST_US) // DAY_US
        if self._reports and max(oldest, 0) < min(self._reports):
            self._restart()
            self.make_until(to_us + 1)
        batch = self._between(from_us, to_us).positions
        self._forget()
        return batch

    def _restart(self) -> None:
        self._state = None
        self._reports.clear()
        self.trips.clear()
        self._open_trips.clear()
        self.truth.events.clear()
        self.truth.days.clear()

    def _forget(self) -> None:
        state = self._begun()
        limit = state.next_day - KEEP_DAYS
        for day in [d for d in self._reports if d < limit and d >= self.scenario.days]:
            del self._reports[day], self.truth.days[day]
        if limit > self.scenario.days + KEEP_DAYS:
            for day in [d for d in self._reports if d < limit]:
                del self._reports[day], self.truth.days[day]

    def _between(self, from_us: int, to_us: int, *, fixes_until_us: int | None = None) -> Reports:
        parts: list[Positions] = []
        sources: list[I8] = []
        for _, made in sorted(self._reports.items()):
            received = made.positions.received_time_us
            first, last = np.searchsorted(received, [from_us, to_us], side="right")
            rows = np.arange(first, last)
            if fixes_until_us is not None:
                rows = rows[made.positions.fix_time_us[rows] < fixes_until_us]
            if len(rows):
                parts.append(made.positions.take(rows))
                sources.append(made.source[rows])
        if not parts:
            return Reports(Positions.empty(), np.empty(0, np.int8))
        every, source = Positions.concat(parts), np.concatenate(sources)
        order = np.lexsort((every.row, every.received_time_us))
        return Reports(every.take(order), np.ascontiguousarray(source[order]))

    def _begun(self) -> _State:
        if self._state is None:
            rng = np.random.default_rng([self.scenario.seed, 23])
            start_us = self.scenario.start_us - WARM_UP_DAYS * DAY_US
            boats = fishing.begin(self.register, start_us, rng)
            # The second boats of trawl teams take over their leaders' plan at the first step.
            devices = terminals.begin(len(boats.lat), rng)
            ships = merchants.begin(self.register.lane, start_us, rng)
            self._state = _State(boats, devices, ships, mishaps.Mishaps())
        return self._state

    def _make_day(self, state: _State) -> None:
        number, scenario = state.next_day, self.scenario
        day_us = scenario.start_us + number * DAY_US
        rng = np.random.default_rng([scenario.seed, 37, number + WARM_UP_DAYS])
        times = day_us + np.arange(STEPS + 1) * STEP_US
        ships = merchants.sail_day(state.ships, times, rng)
        trio = (state.boats, state.devices, state.mishaps)
        live = number >= 0
        if number == 0:
            self._open_first_trips(state.boats)
        events = mishaps.plan_day(trio, self.register, scenario, (times, *ships), rng) if live else []
        day = self._sail(state, times, ships, rng, events)
        if live:
            self._note_trips(day, state.boats)
            self._overrun(state.boats, rng)
            events += mishaps.close_day(trio, self.register, scenario, day, rng)
            events += find_crossings(self.truth.vessel_ids, day, _CAUSES)
            events += near_collisions(self.truth.vessel_ids, day, self._close_passes(day))
            stops = mishaps.outages(scenario, day_us)
            for stop in stops:
                if day_us <= stop.from_us < day_us + DAY_US:
                    events += self._outage_events(stop, day)
            missed = scenario.troubles.missed_share
            made = terminals.report_day(day, self.register, state.devices, stops, rng, missed=missed)
            self._reports[number] = made
            self.truth.days[number] = day
            self.truth.events += sorted(events, key=lambda e: (e.start_us, e.kind, e.vessel_id))
        state.next_day += 1

    def _outage_events(self, stop: Outage, day: Day) -> list[TrueEvent]:
        """Return the supplier's own event and the silence of each of its boats at sea."""
        supplier = SUPPLIERS[stop.supplier]
        events = [TrueEvent("supplier_outage", "", stop.from_us, stop.until_us, supplier, cause="supplier_outage")]
        row = int(np.searchsorted(day.times_us[:-1], stop.from_us, side="right")) - 1
        for boat in np.flatnonzero((self.register.supplier == stop.supplier) & (day.phase[row] != PORT)).tolist():
            place = float(day.lat[row, boat]), float(day.lon[row, boat])
            name = self.truth.vessel_ids[boat]
            events.append(
                TrueEvent("silence", name, stop.from_us, stop.until_us, supplier, *place, cause="supplier_outage")
            )
        return events

    def _close_passes(self, day: Day) -> list[ClosePass]:
        """Let ships give way, once and again, to all but the boats that are meant to be passed close."""
        for _ in range(3):
            passes = close_passes(day, (OUT, FISH, HOME))
            meant = day.errand.max(axis=0) == MEET_SHIP
            avoid = [p for p in passes if not (meant[p.boat] or (p.ship * 7 + p.boat) % 97 == 0)]
            if not avoid:
                break
            merchants.give_way(day, [(p.index, p.ship, p.boat) for p in avoid])
        return close_passes(day, (OUT, FISH, HOME))

    def _sail(
        self, state: _State, times: I64, ships: tuple[np.ndarray, np.ndarray], rng: np.random.Generator,
        events: list[TrueEvent],
    ) -> Day:  # fmt: skip
        boats, n = state.boats, len(state.boats.lat)
        lat: F32 = np.empty((len(times), n + ships[0].shape[1]), np.float32)
        lon: F32 = np.empty_like(lat)
        lat[:, n:], lon[:, n:] = ships
        phase: I8 = np.empty((len(times), n), np.int8)
        errand: I8 = np.empty((len(times), n), np.int8)
        for i, time_us in enumerate(times.tolist()):
            lat[i, :n], lon[i, :n], phase[i], errand[i] = boats.lat, boats.lon, boats.phase, boats.errand
            if i == len(times) - 1:
                break
            storm_us = mishaps.storm_start_us(self.scenario, time_us)
            if storm_us is not None:
                events += mishaps.run_for_shelter(boats, self.register, state.mishaps, storm_us, time_us)
            step(boats, self.register, time_us, rng.random((n, 6)), storm=storm_us is not None)
            events += mishaps.run_meetings(boats, state.mishaps, self.register, time_us + STEP_US)
        return Day(times, lat, lon, phase, errand)

    def _open_first_trips(self, boats: Boats) -> None:
        for boat in np.flatnonzero(boats.phase != PORT).tolist():
            self._open_trip(boat, boats)

    def _open_trip(self, boat: int, boats: Boats) -> None:
        port = PORT_IDS[self.register.home[boat]]
        trip = Trip(self.truth.vessel_ids[boat], int(boats.departed[boat]), int(boats.planned[boat]), port)
        self._open_trips[boat] = trip
        self.trips.append(trip)

    def _note_trips(self, day: Day, boats: Boats) -> None:
        before, after = day.phase[:-1], day.phase[1:]
        for i, boat in np.argwhere((after == PORT) & (before == ENTER)).tolist():
            if boat in self._open_trips:
                self._open_trips.pop(boat).returned_us = int(day.times_us[i + 1])
        for _, boat in np.argwhere((before == PORT) & (after == LEAVE)).tolist():
            self._open_trip(boat, boats)

    def _overrun(self, boats: Boats, rng: np.random.Generator) -> None:
        """Let some of the trips that should end tomorrow go on for days: the overdue ones."""
        soon = (
            (boats.trip_end > self._end_us()) & (boats.trip_end <= self._end_us() + DAY_US) & (boats.gear_single > 0.0)
        )
        late = soon & (rng.random(len(soon)) < self.scenario.troubles.overrun_share * 3.0)
        boats.trip_end[late] += (rng.uniform(1.5, 5.0, int(late.sum())) * DAY_US).astype(np.int64)

    def _end_us(self) -> int:
        return self.scenario.start_us + (self._begun().next_day + 1) * DAY_US


def build(scenario: Scenario) -> Fleet:
    """Return the fleet of a scenario; nothing is simulated before it is asked for."""
    register = make_register(scenario)
    return Fleet(scenario, register, Truth(tuple(v.vessel_id for v in register.vessels)))
