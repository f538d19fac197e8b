"""Apparent fishing in a coastal zone that the vessel's length class may not fish in (provisional VMS speed rule)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from haidang.core.columns import I64, Positions
from haidang.core.event import Event
from haidang.core.vessel import Vessel
from haidang.core.zone import Port
from haidang.tracks.zone_index import ZoneIndex


@dataclass(frozen=True, slots=True)
class WrongZoneSettings:
    """Thresholds of the VMS speed rule. Source: MonitorFish pipeline config."""

    min_speed_kn: float = 0.025
    max_speed_kn: float = 5.5
    min_fixes: int = 2
    min_at_sea_s: float = 3600.0
    max_leg_s: float = 5 * 3600.0
    port_radius_m: float = 3000.0


def find_wrong_zone_fishing(
    positions: Positions,
    track: I64,
    index: ZoneIndex,
    *,
    now_us: int,
    vessels: Mapping[str, Vessel],
    ports: Sequence[Port] = (),
    settings: WrongZoneSettings = WrongZoneSettings(),  # noqa: B008
) -> list[Event]:
    """Return apparent fishing in the wrong zone, as known at now_us; rows in time order within each track."""
    raise NotImplementedError
