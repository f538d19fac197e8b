"""What really happened: true paths and true events, kept beside the reports that only tell part of it.

Detectors and forecasts are judged against this, so nothing here is read from reports: crossings and close
passes come from the true paths, silences from what the simulator did to the devices.
"""

from dataclasses import dataclass, field

import numpy as np

from haidang.core.columns import F32, F64, I8, I64
from haidang.core.errors import NotFound
from haidang.simulate.places import BOUNDARY_ID, DEGREE_M, inside_boundary_m

TRUE_KINDS: tuple[str, ...] = (
    "silence", "supplier_outage", "crossing_out", "crossing_in", "turned_back", "encounter", "near_collision",
    "twin_devices", "overdue", "storm_shelter",
)  # fmt: skip
#: A merchant closer than this to a fishing boat under way is a near collision of this drill, metres.
CLOSE_M = 550.0


@dataclass(slots=True)
class TrueEvent:
    """One true happening.

    Attributes:
        kind: one of TRUE_KINDS.
        vessel_id: whose; empty for a supplier's outage.
        other: the other vessel, or the supplier.
        start_us, end_us: UTC microseconds; end None while it lasts.
        lat_deg, lon_deg: true place at the start; NaN where there is none.
        zone_id: for crossings.
        cause: why, in one word.
    """

    kind: str
    vessel_id: str
    start_us: int
    end_us: int | None = None
    other: str = ""
    lat_deg: float = float("nan")
    lon_deg: float = float("nan")
    zone_id: str = ""
    cause: str = ""


@dataclass(slots=True)
class Day:
    """One day's true paths: times (t,) and places (t, v) of boats then merchants, phase and errand (t, n_vms)."""

    times_us: I64
    lat: F32
    lon: F32
    phase: I8
    errand: I8


@dataclass(slots=True)
class Truth:
    """True events and paths of the days simulated so far."""

    vessel_ids: tuple[str, ...]
    events: list[TrueEvent] = field(default_factory=list)
    days: dict[int, Day] = field(default_factory=dict)

    def path(self, vessel_id: str, from_us: int, to_us: int) -> tuple[I64, F64, F64]:
        """Return times (k,), latitudes and longitudes of the true path every 5 minutes, ends included.

        Raises:
            NotFound: no such vessel.
        """
        if vessel_id not in self.vessel_ids:
            raise NotFound(f"vessel {vessel_id} is not in this drill")
        column = self.vessel_ids.index(vessel_id)
        times, lat, lon = [np.empty(0, np.int64)], [np.empty(0)], [np.empty(0)]
        for _, day in sorted(self.days.items()):
            rows = np.flatnonzero((day.times_us[:-1] >= from_us) & (day.times_us[:-1] <= to_us))
            times.append(day.times_us[rows])
            lat.append(day.lat[rows, column].astype(np.float64))
            lon.append(day.lon[rows, column].astype(np.float64))
        return np.concatenate(times), np.concatenate(lat), np.concatenate(lon)


def find_crossings(vessel_ids: tuple[str, ...], day: Day, causes: tuple[str, ...]) -> list[TrueEvent]:
    """Return each passage of a fishing boat over the sample boundary on that day's true paths."""
    n = day.phase.shape[1]
    lat, lon = day.lat[:, :n].astype(np.float64), day.lon[:, :n].astype(np.float64)
    inside = inside_boundary_m(lat, lon)
    steps, boats = np.nonzero((inside[:-1] >= 0.0) != (inside[1:] >= 0.0))
    events = []
    for i, j in zip(steps.tolist(), boats.tolist(), strict=True):
        share = inside[i, j] / (inside[i, j] - inside[i + 1, j])
        start = int(day.times_us[i] + share * (day.times_us[i + 1] - day.times_us[i]))
        goes_out = bool(inside[i, j] >= 0.0)
        cause = causes[day.errand[i, j]] if goes_out else "return"
        place = [float(x[i, j] + share * (x[i + 1, j] - x[i, j])) for x in (lat, lon)]
        kind = "crossing_out" if goes_out else "crossing_in"
        events.append(
            TrueEvent(
                kind, vessel_ids[j], start, start, lat_deg=place[0], lon_deg=place[1], zone_id=BOUNDARY_ID, cause=cause
            )
        )
    return events


@dataclass(frozen=True, slots=True)
class ClosePass:
    """A merchant's nearest approach to a boat: time index and share of the step, columns, metres."""

    index: int
    share: float
    ship: int
    boat: int
    distance_m: float


def close_passes(day: Day, at_sea: tuple[int, ...]) -> list[ClosePass]:
    """Return each merchant's passage within CLOSE_M of a boat in one of the phases `at_sea`, once per pair and day."""
    n = day.phase.shape[1]
    found: dict[tuple[int, int], ClosePass] = {}
    lat, lon = day.lat.astype(np.float64), day.lon.astype(np.float64)
    for i in range(len(day.times_us) - 1):
        boats = np.flatnonzero(np.isin(day.phase[i], at_sea))
        ships = n + np.flatnonzero(np.isfinite(lat[i, n:]) & np.isfinite(lat[i + 1, n:]))
        d_lat = lat[i, ships][:, None] - lat[i, boats]
        s, b = np.nonzero((np.abs(d_lat) < 0.04) & (np.abs(lon[i, ships][:, None] - lon[i, boats]) < 0.04))
        if not len(s):
            continue
        s, b = ships[s], boats[b]
        scale = DEGREE_M * np.cos(np.radians(lat[i, b]))
        y0, x0 = (lat[i, s] - lat[i, b]) * DEGREE_M, (lon[i, s] - lon[i, b]) * scale
        y1, x1 = (lat[i + 1, s] - lat[i + 1, b]) * DEGREE_M, (lon[i + 1, s] - lon[i + 1, b]) * scale
        dx, dy = x1 - x0, y1 - y0
        share = np.clip(-(x0 * dx + y0 * dy) / np.maximum(dx * dx + dy * dy, 1.0), 0.0, 1.0)
        close = np.hypot(x0 + share * dx, y0 + share * dy)
        for k in np.flatnonzero((close < CLOSE_M) & (np.hypot(dx, dy) > 300.0)).tolist():
            nearest = ClosePass(i, float(share[k]), int(s[k]), int(b[k]), float(close[k]))
            known = found.get((nearest.ship, nearest.boat))
            if known is None or nearest.distance_m < known.distance_m:
                found[nearest.ship, nearest.boat] = nearest
    return list(found.values())


def near_collisions(vessel_ids: tuple[str, ...], day: Day, passes: list[ClosePass]) -> list[TrueEvent]:
    """Return the true events of close passes."""
    events = []
    for p in passes:
        start = int(day.times_us[p.index] + p.share * (day.times_us[p.index + 1] - day.times_us[p.index]))
        place = float(day.lat[p.index, p.boat]), float(day.lon[p.index, p.boat])
        names, cause = (vessel_ids[p.boat], vessel_ids[p.ship]), f"closest {p.distance_m:.0f} m"
        events.append(TrueEvent("near_collision", names[0], start, start, names[1], *place, cause=cause))
    return events
