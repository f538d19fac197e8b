"""An event is what the machine observed: a fact with evidence, confidence and the detector's version.

It never changes. A running event (no end yet) may be closed once; late data may *supersede* it with a reason.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from haidang.core.time import format_iso

#: Every kind of event, as in the interface of `haidang detect`.
EVENT_KINDS: tuple[str, ...] = (
    "silence", "feed_outage", "crossing_in", "crossing_out", "zone_stay", "stop", "port_in", "port_out", "loitering",
    "drift", "sudden_stop", "encounter", "twin_devices", "impossible_track", "fishing", "closed_area_fishing",
    "wrong_zone_fishing", "overdue",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was observed.

    Attributes:
        kind: one of EVENT_KINDS.
        vessel_id: the vessel; for feed_outage the supplier or feed, written `supplier:NAME`.
        start_us, end_us: UTC microseconds; end_us None while it lasts.
        lat_deg, lon_deg: where it began, WGS84 degrees; None where it has no place.
        confidence: 0..1.
        detector: name and version, e.g. `silence/1`.
        details: evidence rows, parameters, measured values; JSON types only.
    """

    kind: str
    vessel_id: str
    start_us: int
    end_us: int | None
    lat_deg: float | None
    lon_deg: float | None
    confidence: float
    detector: str
    other_vessel_id: str | None = None
    zone_id: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    superseded_by: str | None = None

    #: 20 hex digits of a hash of kind, vessels, zone, start and detector version. The end is left out on purpose: a
    #: silence keeps its id when the boat reports again. Made once: the watch compares thousands of them every minute.
    event_id: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = (
            self.kind, self.vessel_id, self.other_vessel_id or "", self.zone_id or "",
            format_iso(self.start_us), self.detector,
        )  # fmt: skip
        object.__setattr__(self, "event_id", hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20])
