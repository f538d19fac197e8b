"""The watch over a living stream: positions in, what changed among the standing events out.

Satellite terminals store and forward for hours, so fixes come late and out of order. The standing events are
a pure function of the set of fixes inside the retained window and of now: fixes in order run on from the state
kept per vessel, a late fix re-runs that one vessel from the state at the window's start.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from haidang.core.columns import I8, I64, Positions
from haidang.core.event import Event
from haidang.core.vessel import Vessel
from haidang.core.zone import Port, Zone
from haidang.events.settings import EngineSettings


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
    """The engine on a stream. Not thread-safe: one pipeline owns it."""

    def __init__(
        self,
        settings: EngineSettings | None = None,
        zones: Sequence[Zone] = (),
        ports: Sequence[Port] = (),
        vessels: Mapping[str, Vessel] | None = None,
    ) -> None:
        self.settings = settings or EngineSettings()
        raise NotImplementedError

    def update(self, batch: Positions, now_us: int) -> Changes:
        """Take a batch (any order, may be empty) and return what changed at `now_us`."""
        raise NotImplementedError

    def recent(self, vessel_ids: Iterable[str] | None = None, since_us: int | None = None) -> Positions:
        """Return the accepted fixes still retained, ordered by vessel and time."""
        raise NotImplementedError

    def set_vessels(self, vessels: Mapping[str, Vessel]) -> None:
        """Take new register entries; they count from the next update of each vessel."""
        raise NotImplementedError

    def standing(self) -> list[Event]:
        """Return every event that holds now: running ones and those that ended inside the retained window."""
        raise NotImplementedError
