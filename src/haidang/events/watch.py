"""The watch over a living stream: positions in, what changed among the standing events out.

Satellite terminals store and forward for hours, so fixes come late and out of order. The standing events are
a pure function of the set of fixes inside the retained window and of now: fixes in order run on from the state
kept per vessel, a late fix re-runs that one vessel from the state at the window's start.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from haidang.core.columns import I8, I64, Positions
from haidang.core.event import Event
from haidang.core.time import HOUR_US
from haidang.core.vessel import Vessel
from haidang.core.zone import Port, Zone
from haidang.events.chain import Chain, canonical_order
from haidang.events.detect import event_order
from haidang.events.fleet_watch import FleetWatch
from haidang.events.settings import EngineSettings
from haidang.events.standing import Differences
from haidang.events.vessel_watch import VesselWatch
from haidang.tracks.segment import OK

LATE = 7


@dataclass(frozen=True, slots=True)
class Changes:
    """What one update did to the standing events.

    Attributes:
        opened: new events, running (end_us None) or already over.
        closed: events known before, with the same id, whose end is now set or corrected.
        superseded: (event_id, id of the event that replaces it or None, reason); the event no longer holds.
        segment_id: (n,) int64 for the rows of the batch, in its order; -1 none.
        flag: (n,) int8 for the rows of the batch, index into core FLAGS.
    """

    segment_id: I64
    flag: I8
    opened: list[Event] = field(default_factory=list)
    closed: list[Event] = field(default_factory=list)
    superseded: list[tuple[str, str | None, str]] = field(default_factory=list)


class Watch:
    """The engine on a stream. Not thread-safe: one pipeline owns it.

    Args:
        settings: thresholds.
        zones, ports: what lies where; a change of either needs a new Watch, rebuilt from the retained window.
        vessels: the register by vessel id; see `set_vessels`.
    """

    def __init__(
        self,
        settings: EngineSettings | None = None,
        zones: Sequence[Zone] = (),
        ports: Sequence[Port] = (),
        vessels: Mapping[str, Vessel] | None = None,
    ) -> None:
        self.settings = settings or EngineSettings()
        self._chain = Chain(self.settings, zones, ports)
        self._vessels = VesselWatch(self._chain, dict(vessels or {}))
        self._fleet = FleetWatch(self._chain)
        self._now_us = -(2**62)
        self._pruned_us = -(2**62)
        self._is_told = False

    def update(self, batch: Positions, now_us: int) -> Changes:
        """Take a batch (any order, may be empty) and return what changed at `now_us`.

        Fixes older than the retained window are flagged `late` and not judged; time never runs backwards.
        """
        self._now_us = now_us = max(now_us, self._now_us)
        self._is_told = False
        vessels = self._vessels
        batch = vessels.admit(batch)
        flag = self._chain.faults(batch, vessels.classes)
        segment = np.full(len(batch), -1, np.int64)
        flag[(flag == OK) & (batch.fix_time_us < now_us - self.settings.retained_us)] = LATE
        usable = np.flatnonzero(flag == OK)
        rows = batch.take(usable) if len(usable) < len(batch) else batch
        order = canonical_order(rows)
        touched = vessels.run(rows.take(order), usable[order], (flag, segment), self._fleet)
        differences = Differences()
        moved = self._fleet.tick(vessels, now_us, differences)
        vessels.settle(touched | moved | vessels.due(now_us), now_us, self._fleet, differences)
        self._prune(now_us)
        return Changes(segment, flag, differences.opened, differences.closed, differences.superseded)

    def recent(self, vessel_ids: Iterable[str] | None = None, since_us: int | None = None) -> Positions:
        """Return the accepted fixes still retained, ordered by vessel and time.

        Args:
            vessel_ids: only these; None is all.
            since_us: only fixes at or after this time; None is the whole window.
        """
        return self._vessels.recent(vessel_ids, since_us)

    def set_vessels(self, vessels: Mapping[str, Vessel]) -> None:
        """Take a new register; a vessel whose class changes by it is judged anew at the next update."""
        self._vessels.set_register(dict(vessels))
        self._is_told = False

    def tell(self) -> Differences:
        """Return what stands by now beyond what updates told, and count it as told.

        Encounters and outages are told every ten minutes of event time, but `standing` sees them at once; whoever acts
        on what stands asks first, so that he never acts on an event that nobody was told of.
        """
        differences = Differences()
        doubted = self._fleet.tell(self._vessels, self._now_us, differences)
        self._vessels.settle(doubted | self._vessels.unsure(), self._now_us, self._fleet, differences)
        self._is_told = True
        return differences

    def standing(self) -> list[Event]:
        """Return every event that holds now: running ones and those that ended inside the retained window."""
        doubted = set() if self._is_told else self._fleet.refresh(self._vessels, self._now_us)
        events = self._vessels.standing(self._now_us, self._fleet, doubted) + self._fleet.events()
        return sorted(events, key=event_order)

    def _prune(self, now_us: int) -> None:
        """Let go of what left the window, once an hour of event time."""
        if now_us - self._pruned_us >= HOUR_US:
            self._pruned_us = now_us
            self._vessels.prune(now_us - self.settings.retained_us)
            self._fleet.prune(now_us - self.settings.retained_us)
