"""What the watch keeps of the fleet as a whole: who lies close to whom, and which supplier is down.

Both are asked at ten-minute ticks of event time and whenever the standing events are read; a tick looks only at the
stretch of time in which fixes came, went or changed.
"""

from collections.abc import Iterable

import numpy as np

from haidang.core.columns import Positions
from haidang.core.event import Event
from haidang.core.time import DAY_US, HOUR_US, MINUTE_US
from haidang.events.chain import Chain, Track
from haidang.events.encounter import EncounterState, standing_encounters, update_encounters
from haidang.events.feed_outage import OutageState, advance_outages
from haidang.events.fleet import encounter_settings, outage_settings, released, supplier_groups
from haidang.events.retained import Fixes, to_positions
from haidang.events.standing import Differences, Key, by_key
from haidang.events.vessel_watch import VesselWatch, one_batch
from haidang.tracks.segment import OK

_TICK_US = 10 * MINUTE_US


class FleetWatch:
    """The fleet's part of the watch."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._bridged_us = chain.settings.encounter_interpolate_us
        self._dirty: tuple[int, int] | None = None
        self._encounter_state: EncounterState | None = None
        self._outage_state: OutageState | None = None
        self._waiting: list[Positions] = []
        self._fresh_needed = True
        self._outage_us = -(2**62)
        self._ticked_us = -(2**62)
        self._fresh_us = -(2**62)
        self._limit_us = -(2**62)
        self._groups: dict[str, str] = {}
        self._register_id = 0
        self._outages: list[Event] = []
        self._encounters: list[Event] = []
        self._told: dict[Key, Event] = {}

    def note(self, rows: Positions, track: Track) -> None:
        """Take rows that were judged in order."""
        close = (track.flag == OK) & (rows.fix_time_us - track.prev_t < self._bridged_us)
        if close.any():
            self._mark(int(track.prev_t[close].min()), int(rows.fix_time_us[close].max()))
        self._wait(rows)

    def note_rerun(self, fixes: Fixes, first_us: int) -> None:
        """Take a vessel's fixes judged anew from a time on."""
        times = fixes["fix_time_us"]
        changed = fixes[np.searchsorted(times, first_us - self._bridged_us) :]
        if len(changed) and (np.diff(changed["fix_time_us"]) < self._bridged_us).any():
            self._mark(int(changed["fix_time_us"][0]), int(changed["fix_time_us"][-1]))
        self._fresh_needed = True
        self._fresh_us = -(2**62)

    def _mark(self, first_us: int, last_us: int) -> None:
        before = self._dirty or (first_us, last_us)
        self._dirty = (min(before[0], first_us), max(before[1], last_us))

    def _wait(self, rows: Positions) -> None:
        self._fresh_us = -(2**62)
        if len(rows) and rows.received_time_us.min() <= self._outage_us:
            self._fresh_needed = True
        elif self._groups and not self._fresh_needed:
            self._waiting.append(rows)

    def tick(self, vessels: VesselWatch, now_us: int, differences: Differences) -> set[int]:
        """Look at the fleet if ten minutes passed; returns the vessels whose silences must be looked at again."""
        if now_us // _TICK_US == self._ticked_us // _TICK_US:
            return set()
        self._ticked_us = now_us
        return self.tell(vessels, now_us, differences)

    def tell(self, vessels: VesselWatch, now_us: int, differences: Differences) -> set[int]:
        """Look at the fleet and tell what changed; returns the vessels whose silences must be looked at again."""
        doubted = self.refresh(vessels, now_us)
        view = by_key(self.events())
        differences.compare(self._told, view, "late_fix")
        self._told = view
        return doubted

    def refresh(self, vessels: VesselWatch, now_us: int) -> set[int]:
        """Bring encounters and outages up to `now_us`; returns the vessels whose silences an outage may touch."""
        before = self._outages
        if self._dirty is not None or now_us > self._fresh_us:
            self._fresh_us = now_us
            self._refresh_encounters(vessels, now_us)
            self._refresh_outages(vessels, now_us)
        # After an outage its silences are released one by one, as time passes.
        lately = any(e.end_us is None or now_us - e.end_us < DAY_US for e in self._outages)
        if not lately and before == self._outages:
            return set()
        return {vessels.code[vessel_id] for vessel_id in self._groups if vessel_id in vessels.code}

    def _refresh_encounters(self, vessels: VesselWatch, now_us: int) -> None:
        settings = encounter_settings(self._chain.settings)
        if self._dirty is not None:
            first_us, last_us = self._dirty
            self._dirty = None
            fixes, vessel, track = vessels.accepted(None, first_us - 3 * HOUR_US, last_us + 3 * HOUR_US)
            self._encounter_state = update_encounters(
                self._encounter_state, to_positions(fixes, vessels.ids, vessel), track,
                from_us=first_us, to_us=last_us, ports=self._chain.ports, settings=settings,
                keep_from_us=self._limit_us,
            )  # fmt: skip
        if self._encounter_state is not None:
            self._encounters = standing_encounters(
                self._encounter_state, now_us=now_us, vessels=vessels.register, settings=settings
            )

    def _refresh_outages(self, vessels: VesselWatch, now_us: int) -> None:
        if id(vessels.register) != self._register_id:
            self._register_id = id(vessels.register)
            groups = supplier_groups(vessels.register)
            self._fresh_needed |= groups != self._groups
            self._groups = groups
        if not self._groups:
            return
        if self._fresh_needed:
            rows, state = vessels.every_row([vessels.code[v] for v in self._groups if v in vessels.code]), None
        else:
            rows, state = one_batch(self._waiting, vessels.ids), self._outage_state
        self._waiting, self._fresh_needed = [], False
        self._outages, self._outage_state = advance_outages(
            state, rows, self._groups, now_us=now_us, ports=self._chain.ports,
            settings=outage_settings(self._chain.settings),
        )  # fmt: skip
        self._outage_us = now_us

    def released(self, events: Iterable[Event], now_us: int) -> list[Event]:
        """Return the events without silences that are laid to an outage."""
        return released(events, self._groups, self._outages, now_us)

    def events(self) -> list[Event]:
        """Return the encounters and outages that stand."""
        return [e for e in (*self._encounters, *self._outages) if e.end_us is None or e.end_us >= self._limit_us]

    def prune(self, limit_us: int) -> None:
        """Let go of what ended before a time."""
        self._limit_us = limit_us
        ended = [k for k, e in self._told.items() if e.end_us is not None and e.end_us < limit_us]
        for key in ended:
            del self._told[key]
