"""The segmenter's limits as numbers a kernel can read: one row per class of vessel.

A fishing boat and a fast ferry, a terminal that reports every two hours and a transponder that reports every ten
seconds, cannot be judged by one speed and one pause.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from haidang.core.columns import F64, I8
from haidang.core.units import kn_to_mps
from haidang.core.vessel import Vessel
from haidang.tracks.segment import N_PARAMS

#: Classes: transponder or terminal, fishing boat or not. The code is the row of the limits table.
AIS, AIS_FISHING, VMS, VMS_FISHING = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class SegmentLimits:
    """Limits of the segmenter; the meaning, units and sources are those of events/settings.py."""

    future_ais_us: int
    future_vms_us: int
    oldest_fix_us: int | None
    max_speed_kn: float
    max_speed_fishing_kn: float
    doubtful_speed_kn: float
    place_slack_m: float
    clock_slack_m: float
    clock_slack_speed_mps: float
    own_clock_reach_m: float
    confirm_us: int
    confirm_fixes: int
    young_gap_ais_us: int
    young_gap_vms_us: int
    segment_break_ais_us: int
    segment_break_vms_us: int
    frozen_speed_kn: float
    frozen_distance_m: float

    def table(self) -> F64:
        """Return (4, N_PARAMS) float64, a row per class: m/s, metres, microseconds."""
        rows = np.zeros((4, N_PARAMS))
        for code in range(4):
            vms, fishing = code >= VMS, code in {AIS_FISHING, VMS_FISHING}
            speed_kn = self.max_speed_fishing_kn if fishing else self.max_speed_kn
            rows[code] = (
                self.future_vms_us if vms else self.future_ais_us,
                -np.inf if self.oldest_fix_us is None else self.oldest_fix_us,
                kn_to_mps(speed_kn), kn_to_mps(min(self.doubtful_speed_kn, speed_kn)),
                self.place_slack_m, self.clock_slack_m, self.clock_slack_speed_mps, self.own_clock_reach_m,
                self.confirm_us, self.confirm_fixes,
                self.young_gap_vms_us if vms else self.young_gap_ais_us,
                self.segment_break_vms_us if vms else self.segment_break_ais_us,
                self.frozen_speed_kn, self.frozen_distance_m,
            )  # fmt: skip
        return rows


def reports_by_terminal(vessel_id: str, vessel: Vessel | None) -> bool:
    """Return whether a vessel is followed by a satellite terminal (VMS) rather than a transponder (AIS).

    A register that names a terminal supplier decides; else nine digits are an MMSI and everything else a terminal.
    """
    if vessel is not None and vessel.supplier:
        return True
    if vessel is not None and vessel.mmsi:
        return False
    return not (vessel_id.isascii() and vessel_id.isdigit() and 7 <= len(vessel_id) <= 9)


def vessel_classes(vessel_ids: Sequence[str], vessels: Mapping[str, Vessel], fishing: I8) -> I8:
    """Return (n,) int8 class per vessel id.

    Args:
        vessel_ids: the dictionary of the positions.
        vessels: what the register knows.
        fishing: (n,) int8, 1 where the positions themselves said "fishing".
    """
    classes = np.zeros(len(vessel_ids), np.int8)
    for code, vessel_id in enumerate(vessel_ids):
        vessel = vessels.get(vessel_id)
        is_fishing = bool(fishing[code]) if vessel is None or vessel.kind == "unknown" else vessel.kind == "fishing"
        classes[code] = 2 * reports_by_terminal(vessel_id, vessel) + is_fishing
    return classes
