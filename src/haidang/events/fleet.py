"""What only the fleet together shows: a supplier that fell silent, and which silences are therefore not the boat's.

Outage before accusation: a satellite provider fails for hundreds of boats at once, and none of them has done anything.
"""

from collections.abc import Iterable, Mapping, Sequence

from haidang.core.event import Event
from haidang.core.vessel import Vessel
from haidang.events.encounter import EncounterSettings
from haidang.events.feed_outage import OutageSettings, is_held_back
from haidang.events.settings import EngineSettings


def supplier_groups(vessels: Mapping[str, Vessel]) -> dict[str, str]:
    """Return `supplier:NAME` by vessel id, for vessels whose supplier is known."""
    return {v.vessel_id: f"supplier:{v.supplier}" for v in vessels.values() if v.supplier}


def outage_settings(settings: EngineSettings) -> OutageSettings:
    """Return the provider guard's part of the engine's settings."""
    return OutageSettings(
        down_share=settings.outage_share,
        min_vessels=settings.outage_min_vessels,
        expected_period_s=settings.period_vms_us / 1e6,
    )


def encounter_settings(settings: EngineSettings) -> EncounterSettings:
    """Return the encounter detector's part of the engine's settings."""
    return EncounterSettings(
        step_s=settings.encounter_grid_us // 1_000_000,
        max_interpolated_s=settings.encounter_interpolate_us / 1e6,
        max_distance_m=settings.encounter_distance_m,
        min_together_s=settings.encounter_min_us / 1e6,
        max_speed_kn=settings.encounter_speed_kn,
        min_port_distance_m=settings.encounter_port_m,
        merge_s=settings.encounter_merge_us / 1e6,
    )


def released(events: Iterable[Event], groups: Mapping[str, str], outages: Sequence[Event], now_us: int) -> list[Event]:
    """Return the events without the silences that are laid to a supplier's outage."""
    if not outages:
        return list(events)
    return [event for event in events if not _held(event, groups, outages, now_us)]


def _held(event: Event, groups: Mapping[str, str], outages: Sequence[Event], now_us: int) -> bool:
    group = groups.get(event.vessel_id)
    if event.kind != "silence" or group is None:
        return False
    period_s = event.details["expected_period_s"]
    assert isinstance(period_s, float)
    until = now_us if event.end_us is None else min(now_us, event.end_us)
    return is_held_back(outages, group, event.start_us, now_us=until, expected_period_us=int(period_s * 1e6))
