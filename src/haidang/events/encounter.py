"""Two vessels close and slow for hours: encounters, at AIS rates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from haidang.core.columns import I64, Positions
from haidang.core.event import Event
from haidang.core.vessel import Vessel
from haidang.core.zone import Port


@dataclass(frozen=True, slots=True)
class EncounterSettings:
    """Thresholds of an encounter. Source: Global Fishing Watch's published definition."""

    step_s: int = 600
    max_interpolated_s: float = 3600.0
    max_distance_m: float = 500.0
    min_together_s: float = 7200.0
    min_run_s: float = 3600.0
    max_speed_kn: float = 2.0
    min_port_distance_m: float = 10_000.0
    merge_s: float = 4 * 3600.0


@dataclass(frozen=True, slots=True)
class EncounterState:
    """Close pairs per 10-minute bucket of the retained window; see `update_encounters`."""


def find_encounters(
    positions: Positions,
    track: I64,
    *,
    now_us: int,
    ports: Sequence[Port] = (),
    vessels: Mapping[str, Vessel] | None = None,
    settings: EncounterSettings = EncounterSettings(),  # noqa: B008
) -> list[Event]:
    """Batch: return all encounters of the rows (time order within each track; track < 0 ignored) as known at now_us."""
    raise NotImplementedError


def update_encounters(
    state: EncounterState | None,
    positions: Positions,
    track: I64,
    *,
    from_us: int,
    to_us: int,
    ports: Sequence[Port] = (),
    settings: EncounterSettings = EncounterSettings(),  # noqa: B008
) -> EncounterState:
    """Live: return the state after the fixes within [from_us, to_us] changed (new, late or withdrawn).

    `positions` must hold every accepted fix of every vessel within [from_us - 3 h, to_us + 3 h]; more does no harm.
    """
    raise NotImplementedError


def standing_encounters(
    state: EncounterState,
    *,
    now_us: int,
    vessels: Mapping[str, Vessel] | None = None,
    settings: EncounterSettings = EncounterSettings(),  # noqa: B008
) -> list[Event]:
    """Live: return the encounters of the state as known at now_us; the same as find_encounters over the same fixes."""
    raise NotImplementedError
