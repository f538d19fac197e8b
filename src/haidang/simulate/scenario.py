"""What a drill holds: how many boats, for how long, and which troubles at which rate.

A desk that only ever saw calm days fails on the first bad one, so presets name the bad days. Rates are per
day for the whole fleet; the plan is 15 to 60 real losses of signal a month for some 1,200 boats.
"""

from dataclasses import dataclass, field
from typing import Self

from haidang.core.errors import InvalidInput
from haidang.core.time import DAY_US


@dataclass(frozen=True, slots=True)
class Troubles:
    """Rates and dates of what goes wrong.

    Attributes:
        dead_per_day: true losses of signal at sea a day (expected number, whole fleet).
        late_per_day: devices a day that store fixes for hours and forward them afterwards.
        port_off_share: share of port stays with the device switched off for repair.
        crossers_per_day: boats a day that mean to cross the sample boundary.
        teasers_per_day: boats a day that run up to the boundary and turn back.
        meetings_per_day: meetings a day of a fishing boat and a carrier.
        close_calls_per_day: merchants a day led close past a fishing boat.
        twins: devices parked on another boat at the same time.
        overrun_share: share of trips that come home days later than planned.
        outage_days: days after the start (may be fractions) at which a supplier's feed stops.
        outage_hours: how long such a stop lasts.
        storm_days: days after the start at which a storm week begins.
        missed_share: share of single reports that never arrive.
    """

    dead_per_day: float = 1.5
    late_per_day: float = 9.0
    port_off_share: float = 0.02
    crossers_per_day: float = 3.0
    teasers_per_day: float = 4.0
    meetings_per_day: float = 4.0
    close_calls_per_day: float = 1.0
    twins: int = 1
    overrun_share: float = 0.01
    outage_days: tuple[float, ...] = (1.6,)
    outage_hours: float = 30.0
    storm_days: tuple[float, ...] = ()
    missed_share: float = 0.03


#: What each preset changes in the drill.
PRESETS: dict[str, Troubles] = {
    "drill": Troubles(storm_days=(12.0,), outage_days=(1.6, 19.3)),
    "quiet": Troubles(
        dead_per_day=0.3, late_per_day=3.0, crossers_per_day=0.3, teasers_per_day=1.0, meetings_per_day=1.0,
        close_calls_per_day=0.0, twins=0, overrun_share=0.0, outage_days=(), port_off_share=0.01,
    ),
    "month": Troubles(storm_days=(16.0,), outage_days=(2.2, 21.4)),
    "storm": Troubles(storm_days=(0.5,)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scenario:
    """One drill. The same values give the same bytes.

    Attributes:
        seed: any non-negative integer.
        start_us: UTC microseconds of the first report day; moved back to midnight UTC.
        days: length of the file the command writes; `Fleet.stream` goes on beyond it.
        n_vms: fishing boats and carriers with a VMS device.
        n_ais: merchants with AIS.
        n_class_b: how many of the fishing boats carry AIS class B as well.
    """

    seed: int
    start_us: int
    days: float = 3
    n_vms: int = 1200
    n_ais: int = 140
    n_class_b: int = 60
    troubles: Troubles = field(default_factory=Troubles)
    name: str = "drill"

    def __post_init__(self) -> None:
        if self.seed < 0 or self.days <= 0 or self.n_vms < 20 or self.n_ais < 0 or self.n_class_b < 0:
            raise InvalidInput(
                f"scenario seed {self.seed}, days {self.days}, vessels {self.n_vms}, merchants {self.n_ais}: "
                "expected seed >= 0, days > 0, at least 20 vessels, no negative numbers"
            )
        object.__setattr__(self, "start_us", self.start_us - self.start_us % DAY_US)

    @classmethod
    def preset(cls, name: str, *, seed: int, start_us: int, days: float = 3, n_vms: int = 1200) -> Self:
        """Return the scenario of a preset.

        Args:
            name: one of PRESETS.
            seed: any non-negative integer.
            start_us: UTC microseconds of the first day.
            days: length in days.
            n_vms: fishing boats; merchants and class B boats keep their proportion.

        Raises:
            InvalidInput: no such preset.
        """
        if name not in PRESETS:
            raise InvalidInput(f"preset {name!r} is not known; choose one of {', '.join(PRESETS)}")
        n_ais, n_class_b = max(n_vms * 140 // 1200, 10), max(n_vms * 60 // 1200, 4)
        return cls(seed, start_us, days, n_vms, n_ais, n_class_b=n_class_b, troubles=PRESETS[name], name=name)
