"""The state of all boats in columns, and how a voyage begins: in port, or already weeks out when the drill opens.

A fleet that all sails on the first morning looks like no fleet, so boats start somewhere in their trips.
"""

from dataclasses import dataclass

import numpy as np

from haidang.core.columns import F64, I64
from haidang.core.time import DAY_US, HOUR_US
from haidang.simulate import crew
from haidang.simulate.places import GROUNDS, PORT_LAT_DEG, PORT_LON_DEG, inside_boundary_m, offshore_m
from haidang.simulate.register import GEARS, Register

PORT, LEAVE, PASS, OUT, FISH, HOME, APPROACH, ENTER = range(8)
FAR_US = 2**61
#: Days at sea and days in port by gear: low, high.
TRIP_DAYS: F64 = np.array([[32.0, 46.0], [7.0, 15.0], [4.0, 9.0], [4.0, 8.0], [8.0, 16.0]])
#: Declared return after the last fishing day: the way home and a margin.
RETURN_DAYS: F64 = np.array([2.5, 1.5, 1.5, 1.5, 2.0])
STAY_DAYS: F64 = np.array([[5.0, 14.0], [2.0, 6.0], [1.0, 4.0], [1.0, 3.0], [2.0, 4.0]])
#: Errands: none, go over the boundary, go near it and turn, lie where a merchant will pass, staying at the place.
NO_ERRAND, CROSS, TEASE, MEET_SHIP, STAYING = range(5)


@dataclass(slots=True)
class Boats:
    """All boats, one row each; places in degrees, times in UTC microseconds, speeds in knots.

    `away` marks boats that stay in port whatever their plan says (their device sails on another boat), `step_kn` is
    the speed of the present step, `gear_single` marks boats that work without a partner, `bold` those that fish in
    the midshore band.
    """

    lat: F64
    lon: F64
    heading: F64
    speed: F64
    phase: I64
    act: I64
    act_until: I64
    to_lat: F64
    to_lon: F64
    ground_lat: F64
    ground_lon: F64
    radius_m: F64
    cruise: F64
    margin_m: F64
    careless: F64
    trip_end: I64
    planned: I64
    departed: I64
    port_until: I64
    dest: I64
    errand: I64
    errand_from: I64
    errand_lat: F64
    errand_lon: F64
    errand_stay: I64
    hurry: F64
    away: F64
    step_kn: F64
    gear_single: F64
    bold: F64


def draw_grounds(gear: I64, rng: np.random.Generator) -> tuple[F64, F64, F64]:
    """Return centre latitude, longitude (degrees) and radius (m) of a ground for each boat."""
    n = len(gear)
    lat, lon, radius = np.zeros(n), np.zeros(n), np.zeros(n)
    u = rng.random((n, 3))
    for code, name in enumerate(GEARS):
        ground, rows = GROUNDS[name], gear == code
        lat[rows] = ground.lat_deg[0] + u[rows, 0] * (ground.lat_deg[1] - ground.lat_deg[0])
        lon[rows] = ground.lon_deg[0] + u[rows, 1] * (ground.lon_deg[1] - ground.lon_deg[0])
        radius[rows] = ground.radius_m * (0.6 + 0.6 * u[rows, 2])
    # Boats of this length fish outside the midshore band, so grounds keep their radius off it.
    lon += np.maximum(0.8 * radius + 2000.0 - offshore_m(lat, lon), 0.0) / 106_000.0
    # Nobody's ground is centred beyond the boundary.
    over = np.minimum(inside_boundary_m(lat, lon) - 16_000.0, 0.0)
    return lat, lon + over / 107_000.0, radius


def begin(register: Register, start_us: int, rng: np.random.Generator) -> Boats:
    """Return the boats as they lie and sail at `start_us`, each somewhere in its own plan."""
    gear, n = register.gear, len(register.gear)
    ground_lat, ground_lon, radius = draw_grounds(gear, rng)
    # A few work where they may not, close to the coast.
    bold = ((gear != crew.JIG) & (rng.random(n) < 0.015)).astype(np.float64)
    ground_lon -= np.where(bold > 0.0, np.maximum(offshore_m(ground_lat, ground_lon), 0.0) / 106_000.0, 0.0)
    u = rng.random((n, 8))
    trip = (TRIP_DAYS[gear, 0] + u[:, 0] * np.diff(TRIP_DAYS)[gear, 0]) * DAY_US
    stay = (STAY_DAYS[gear, 0] + u[:, 1] * np.diff(STAY_DAYS)[gear, 0]) * DAY_US
    at_sea = (u[:, 2] < trip / (trip + stay)) | (gear == crew.CARRIER)
    done = 0.03 + 0.94 * u[:, 3]
    turn, out = 2 * np.pi * u[:, 4], np.sqrt(u[:, 5]) * radius * 0.7
    lat, lon = ground_lat + out * np.cos(turn) / 110_900.0, ground_lon + out * np.sin(turn) / 107_000.0
    over = np.minimum(inside_boundary_m(lat, lon) - 9_000.0, 0.0)
    lon += over / 107_000.0
    home_lat, home_lon = PORT_LAT_DEG[register.home], PORT_LON_DEG[register.home]
    berth = rng.normal(0.0, 0.0012, (n, 2))
    departed = np.where(at_sea, start_us - done * trip, 0).astype(np.int64)
    trip_end = np.where(at_sea, departed + trip, 0).astype(np.int64)
    f = np.float64
    single = np.isin(gear, (crew.JIG, crew.GILLNET, crew.SEINE, crew.CARRIER)).astype(f)
    return Boats(
        lat=np.where(at_sea, lat, home_lat + berth[:, 0]), lon=np.where(at_sea, lon, home_lon + berth[:, 1]),
        heading=360.0 * u[:, 6], speed=np.zeros(n), phase=np.where(at_sea, FISH, PORT), act=np.full(n, crew.DRIFT),
        act_until=(start_us + u[:, 7] * 4 * HOUR_US).astype(np.int64), to_lat=lat.copy(), to_lon=lon.copy(),
        ground_lat=ground_lat, ground_lon=ground_lon, radius_m=radius, cruise=6.5 + 2.5 * rng.random(n),
        margin_m=1852.0 * (0.8 + 4.0 * rng.random(n)), careless=(rng.random(n) < 0.12).astype(f), trip_end=trip_end,
        planned=trip_end + np.where(at_sea, RETURN_DAYS[gear] * DAY_US, 0).astype(np.int64), departed=departed,
        port_until=np.where(at_sea, 0, start_us + (1 - done) * stay).astype(np.int64), dest=register.home.copy(),
        errand=np.zeros(n, np.int64), errand_from=np.zeros(n, np.int64), errand_lat=np.zeros(n),
        errand_lon=np.zeros(n), errand_stay=np.zeros(n, np.int64), hurry=np.zeros(n), away=np.zeros(n),
        step_kn=np.zeros(n), gear_single=single, bold=bold,
    )  # fmt: skip
