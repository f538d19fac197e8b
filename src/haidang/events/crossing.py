"""Crossings of zone boundaries and lines, on the path between fixes, with time, place and uncertainty."""

from dataclasses import dataclass, field

from haidang.core.columns import I64, Positions
from haidang.core.event import Event
from haidang.tracks.zone_index import ZoneIndex

CROSSING_VERSION = "crossing/1"


@dataclass(frozen=True, slots=True)
class CrossingSettings:
    """When a change of side is a crossing and not GNSS noise."""

    noise_m: float = 50.0
    min_stay_s: float = 900.0
    min_pass_m: float = 500.0
    max_leg_s: float = 10 * 86_400.0
    kinds_left_out: tuple[str, ...] = ("port", "shelter")


@dataclass(frozen=True, slots=True)
class CrossingState:
    """What must be known of each open track to go on: last fix, side and pending crossing per zone."""

    tracks: dict[int, object] = field(default_factory=dict)


def find_crossings(
    positions: Positions,
    track: I64,
    index: ZoneIndex,
    settings: CrossingSettings = CrossingSettings(),  # noqa: B008
    *,
    state: CrossingState | None = None,
) -> tuple[list[Event], CrossingState]:
    """Return new crossings and the state to resume from. A prefix's events are never taken back by later in-order rows.

    Args:
        positions: rows in time order within each track (tracks may interleave).
        track: (n,) int64 id of the unbroken path a row belongs to (a segment id), stable over calls; < 0: row ignored.
        index: the zones.
        settings: thresholds.
        state: of the call before; None starts anew.
    """
    raise NotImplementedError
