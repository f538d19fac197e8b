"""A supplier that fell silent, recognised across its vessels, before any single vessel is called silent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from haidang.core.columns import Positions
from haidang.core.event import Event
from haidang.core.zone import Port


@dataclass(frozen=True, slots=True)
class OutageSettings:
    """Thresholds of the provider guard. Source: MonitorFish (operator down at 70 % of its beacons)."""

    down_share: float = 0.70
    min_vessels: int = 10
    overdue_periods: float = 1.75
    expected_period_s: float = 7200.0
    near_port_m: float = 10_000.0
    tick_s: int = 600


@dataclass(frozen=True, slots=True)
class OutageState:
    """What must be known to go on: last report per vessel and the running outages per group."""


def advance_outages(
    state: OutageState | None,
    positions: Positions,
    groups: Mapping[str, str],
    *,
    now_us: int,
    ports: Sequence[Port] = (),
    expected_period_us: Mapping[str, int] | None = None,
    settings: OutageSettings = OutageSettings(),  # noqa: B008
) -> tuple[list[Event], OutageState]:
    """Return all outages so far (running ones with end None) and the state at now_us.

    Rows are taken in order of received_time; rows received before the state's last tick need a fresh run (state None,
    all retained rows). `groups` maps vessel_id to `supplier:NAME` (or `feed:NAME`).
    """
    raise NotImplementedError


def is_held_back(
    outages: Iterable[Event], group: str, last_fix_us: int, *, now_us: int, expected_period_us: int
) -> bool:
    """Return whether a silence that began at last_fix_us is to be laid to the supplier and not to the vessel."""
    raise NotImplementedError
