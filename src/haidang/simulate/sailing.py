"""Five minutes at sea for the whole fleet at once: phases of a voyage, steering, drift, the coast.

Every boat takes the same handful of array operations per step, so a day of 1,200 boats costs a fraction of a
second and a drill can run for weeks. No step looks at a clock: time is an argument.
"""

import numpy as np

from haidang.core.columns import F64, I64
from haidang.core.time import DAY_US, HOUR_US, MINUTE_US
from haidang.simulate import crew
from haidang.simulate.boats import (
    APPROACH,
    ENTER,
    FAR_US,
    FISH,
    HOME,
    LEAVE,
    MEET_SHIP,
    NO_ERRAND,
    OUT,
    PASS,
    PORT,
    RETURN_DAYS,
    STAY_DAYS,
    STAYING,
    TRIP_DAYS,
    Boats,
)  # fmt: skip
from haidang.simulate.places import (
    DEGREE_M,
    INNER_LAT_DEG,
    INNER_LON_DEG,
    OUTER_LAT_DEG,
    OUTER_LON_DEG,
    PORT_LAT_DEG,
    PORT_LON_DEG,
    inside_boundary_m,
    keep_off_land,
    offshore_m,
)  # fmt: skip
from haidang.simulate.register import Register
from haidang.simulate.sky import current_mps, is_tet, local_hour, moon_lit

STEP_US = 5 * MINUTE_US
STEP_S = 300.0
KNOT_MPS = 1852.0 / 3600.0


def bearing_and_m(boats: Boats, lat: F64, lon: F64) -> tuple[F64, F64]:
    """Return direction (degrees) and metres from each boat to a place, on the local plane."""
    north = (lat - boats.lat) * DEGREE_M
    east = (lon - boats.lon) * DEGREE_M * np.cos(np.radians(boats.lat))
    return np.degrees(np.arctan2(east, north)) % 360.0, np.hypot(north, east)


def step(boats: Boats, register: Register, time_us: int, u: F64, *, storm: bool) -> None:
    """Move all boats by five minutes, in place.

    Args:
        boats: state at `time_us`; afterwards that of `time_us` + 5 min.
        register: who they are.
        time_us: UTC microseconds.
        u: (n, 6) uniform numbers of this step.
        storm: whether nobody may sail and all run for shelter.
    """
    _decide_voyage(boats, register, time_us, u, storm)
    _decide_errand(boats, time_us)
    _decide_fishing(boats, register, time_us, u)
    _steer(boats, u)
    _move(boats, time_us)
    _follow_pair(boats, register)


def _decide_voyage(boats: Boats, register: Register, time_us: int, u: F64, storm: bool) -> None:
    gear, phase, tet = register.gear, boats.phase, is_tet(time_us)
    if not storm and not tet:
        lamp = np.isin(gear, (crew.JIG, crew.SEINE)) & (moon_lit(time_us) > 0.85)
        hour = local_hour(time_us)
        # Boats sail on morning and evening; under a full moon lamp boats stay another night.
        willing = u[:, 5] < (0.12 if 3.0 <= hour < 9.0 or 14.0 <= hour < 19.0 else 0.01)
        go = (phase == PORT) & (boats.port_until <= time_us) & (boats.away == 0.0) & willing
        go &= ~(lamp & (u[:, 4] < 0.93))
        if go.any():
            days = TRIP_DAYS[gear, 0] + u[:, 0] * (TRIP_DAYS[gear, 1] - TRIP_DAYS[gear, 0])
            np.copyto(boats.departed, time_us, where=go)
            np.copyto(boats.trip_end, time_us + (days * DAY_US).astype(np.int64), where=go)
            np.copyto(boats.planned, boats.trip_end + (RETURN_DAYS[gear] * DAY_US).astype(np.int64), where=go)
            boats.hurry[go] = 0.0
            boats.phase[go] = LEAVE
    at_inner = bearing_and_m(boats, INNER_LAT_DEG[boats.dest], INNER_LON_DEG[boats.dest])[1] < 700.0
    at_outer = bearing_and_m(boats, OUTER_LAT_DEG[boats.dest], OUTER_LON_DEG[boats.dest])[1] < 1300.0
    legs = ((PASS, OUT, at_outer), (LEAVE, PASS, at_inner), (APPROACH, ENTER, at_inner), (HOME, APPROACH, at_outer))
    for before, after, reached in legs:
        phase[(phase == before) & reached] = after
    # She left the port she lay in, perhaps a storm shelter; now her own port is her aim again.
    np.copyto(boats.dest, register.home, where=phase == OUT)
    arrived = (phase == OUT) & (bearing_and_m(boats, boats.ground_lat, boats.ground_lon)[1] < 0.6 * boats.radius_m)
    boats.phase[arrived], boats.act_until[arrived] = FISH, time_us
    back = ((phase == FISH) | (phase == OUT)) & (boats.trip_end <= time_us)
    if tet:
        back |= ((phase == FISH) | (phase == OUT)) & (u[:, 4] < 0.01)
    boats.phase[back], boats.errand[back] = HOME, NO_ERRAND
    berthed = (phase == ENTER) & (bearing_and_m(boats, PORT_LAT_DEG[boats.dest], PORT_LON_DEG[boats.dest])[1] < 350.0)
    if berthed.any():
        stay = STAY_DAYS[gear, 0] + u[:, 1] * (STAY_DAYS[gear, 1] - STAY_DAYS[gear, 0])
        np.copyto(boats.port_until, time_us + (stay * DAY_US).astype(np.int64), where=berthed)
        boats.phase[berthed] = PORT


def _decide_errand(boats: Boats, time_us: int) -> None:
    if not boats.errand.any():
        return
    going = (boats.errand != NO_ERRAND) & (boats.phase == FISH)
    start = going & (boats.errand != STAYING) & (boats.errand_from <= time_us) & (boats.act != crew.ERRAND)
    boats.act[start], boats.act_until[start] = crew.ERRAND, FAR_US
    np.copyto(boats.to_lat, boats.errand_lat, where=start)
    np.copyto(boats.to_lon, boats.errand_lon, where=start)
    metres = bearing_and_m(boats, boats.errand_lat, boats.errand_lon)[1]
    there = going & (boats.act == crew.ERRAND) & (metres < np.where(boats.errand == MEET_SHIP, 150.0, 1200.0))
    # Who waits for a ship stays put; the others let her drift.
    boats.act[there] = np.where(boats.errand[there] == MEET_SHIP, crew.HOLD, crew.DRIFT)
    boats.act_until[there] = np.where(
        boats.errand[there] == MEET_SHIP, boats.errand_stay[there], time_us + boats.errand_stay[there]
    )
    boats.errand[there] = STAYING


def _decide_fishing(boats: Boats, register: Register, time_us: int, u: F64) -> None:
    fishing = boats.phase == FISH
    free = fishing & (boats.errand == NO_ERRAND)
    inside = inside_boundary_m(boats.lat, boats.lon)
    # A watchful skipper moves off before the line, a careless one when he sees that he is over it.
    careless = boats.careless > 0.0
    near = free & (boats.act != crew.SHIFT) & np.where(careless, inside < -2500.0, inside < boats.margin_m)
    near &= u[:, 4] < 0.25
    ended = fishing & (boats.act_until <= time_us)
    ended |= fishing & (boats.act == crew.SHIFT) & (bearing_and_m(boats, boats.to_lat, boats.to_lon)[1] < 600.0)
    homing = (ended & (boats.errand == STAYING)) | near
    rows = np.flatnonzero(ended & ~homing)
    if len(rows):
        choice = crew.choose(register.gear[rows], boats.act[rows], local_hour(time_us), moon_lit(time_us), u[rows, :3])
        boats.act[rows], boats.speed[rows] = choice.act, choice.speed_kn
        boats.act_until[rows] = time_us + (choice.hours * HOUR_US).astype(np.int64)
        boats.heading[rows] = (boats.heading[rows] + choice.turn_deg) % 360.0
    shift = np.zeros(len(fishing), bool)
    shift[rows] = boats.act[rows] == crew.SHIFT
    if shift.any():
        turn, out = 2 * np.pi * u[:, 3], np.sqrt(u[:, 4]) * boats.radius_m
        lat = boats.ground_lat + out * np.cos(turn) / DEGREE_M
        lon = boats.ground_lon + out * np.sin(turn) / (DEGREE_M * np.cos(np.radians(lat)))
        lon += np.minimum(inside_boundary_m(lat, lon) - 1.6 * boats.margin_m, 0.0) / (DEGREE_M * 0.966)
        short = 4000.0 - offshore_m(lat, lon) - np.where(boats.bold > 0.0, 30_000.0, 0.0)
        lon += np.maximum(short, 0.0) / (DEGREE_M * 0.966)
        np.copyto(boats.to_lat, lat, where=shift)
        np.copyto(boats.to_lon, lon, where=shift)
    if homing.any():
        west = (np.maximum(inside, 0.0) - inside + 1.6 * boats.margin_m + 12_000.0 * u[:, 3]) / (DEGREE_M * 0.966)
        np.copyto(boats.to_lat, boats.lat + 0.1 * (u[:, 2] - 0.5), where=homing)
        np.copyto(boats.to_lon, boats.lon - west, where=homing)
        boats.act[homing], boats.act_until[homing], boats.errand[homing] = crew.SHIFT, time_us + 8 * HOUR_US, NO_ERRAND
        boats.speed[homing] = 6.0


def _coastward_m(boats: Boats) -> F64:
    """Return metres to the midshore band; the bold care only for the land."""
    return offshore_m(boats.lat, boats.lon) + np.where(boats.bold > 0.0, 22_000.0, 0.0)


def _steer(boats: Boats, u: F64) -> None:
    phase, act, dest = boats.phase, boats.act, boats.dest
    fishing = phase == FISH
    inner, outer = (phase == LEAVE) | (phase == APPROACH), (phase == PASS) | (phase == HOME)
    legs = [inner, outer, phase == ENTER, phase == OUT]
    lats = [INNER_LAT_DEG[dest], OUTER_LAT_DEG[dest], PORT_LAT_DEG[dest], boats.ground_lat]
    lons = [INNER_LON_DEG[dest], OUTER_LON_DEG[dest], PORT_LON_DEG[dest], boats.ground_lon]
    to_lat, to_lon = np.select(legs, lats, boats.to_lat), np.select(legs, lons, boats.to_lon)
    bearing, metres = bearing_and_m(boats, to_lat, to_lon)
    aimed = ~fishing | (act == crew.SHIFT) | (act == crew.ERRAND)
    wander = (u[:, 0] + u[:, 1] - 1.0) * np.select([act == crew.SEARCH, act == crew.SET], [55.0, 6.0], 10.0)
    free = boats.heading + wander + np.where(act == crew.CIRCLE, 62.0, 0.0)
    # Fishing tracks bend back towards the ground when they leave it, and away from the line.
    back, out = bearing_and_m(boats, boats.ground_lat, boats.ground_lon)
    edge = (inside_boundary_m(boats.lat, boats.lon) < boats.margin_m) | (_coastward_m(boats) < 1500.0)
    lost = fishing & ~aimed & ((out > 1.25 * boats.radius_m) | edge)
    bend = (back - free + 180.0) % 360.0 - 180.0
    free = np.where(lost & (act != crew.CIRCLE), free + np.clip(bend, -25.0, 25.0), free)
    swing = 8.0 * (u[:, 2] - 0.5) * np.minimum(metres / 4000.0, 1.0)
    np.copyto(boats.heading, np.where(aimed, bearing + swing, free) % 360.0)
    under_way = np.where(fishing, boats.speed, np.where(boats.hurry > 0.0, boats.cruise + 1.0, boats.cruise))
    under_way = np.where(fishing & (act == crew.ERRAND), 7.0, under_way)
    still = (phase == PORT) | (fishing & np.isin(act, (crew.DRIFT, crew.HOLD)))
    speed = np.where(still, 0.0, under_way * (0.92 + 0.16 * u[:, 3]))
    speed = np.where(aimed & ~still, np.minimum(speed, metres / STEP_S / KNOT_MPS), speed)
    boats.step_kn = speed


def _move(boats: Boats, time_us: int) -> None:
    east, north = current_mps(boats.lat, boats.lon, time_us)
    drifting = (boats.phase == FISH) & np.isin(boats.act, (crew.DRIFT, crew.HAUL))
    # Windage makes each hull drift a little otherwise.
    own = 0.8 + 0.4 * ((np.arange(len(east)) * 0.618) % 1.0)
    metres = boats.step_kn * KNOT_MPS * STEP_S
    angle = np.radians(boats.heading)
    move_north = metres * np.cos(angle) + np.where(drifting, north * own * STEP_S, 0.0)
    move_east = metres * np.sin(angle) + np.where(drifting, east * own * STEP_S, 0.0)
    boats.lat += move_north / DEGREE_M
    boats.lon += move_east / (DEGREE_M * np.cos(np.radians(boats.lat)))
    free = np.isin(boats.phase, (PORT, LEAVE, PASS, APPROACH, ENTER)).astype(np.float64)
    keep_off_land(boats.lat, boats.lon, free)


def _follow_pair(boats: Boats, register: Register) -> None:
    """Put the second boat of each team beside the first: trawl between them, same plan, same port."""
    second = np.flatnonzero(register.leader >= 0)
    first: I64 = register.leader[second]
    shared = ("phase", "act", "act_until", "trip_end", "planned", "departed", "port_until", "dest", "step_kn", "hurry")
    for name in shared:
        getattr(boats, name)[second] = getattr(boats, name)[first]
    turn = (boats.heading[first] - boats.heading[second] + 180.0) % 360.0 - 180.0
    boats.heading[second] = (boats.heading[second] + np.clip(turn, -40.0, 40.0)) % 360.0
    side = np.radians(boats.heading[second] + 90.0)
    tied, narrow = boats.phase[first] == PORT, np.isin(boats.phase[first], (LEAVE, APPROACH, ENTER))
    gap = np.select([tied, narrow], [25.0, 60.0], register.gap_m[second])
    boats.lat[second] = boats.lat[first] + gap * np.cos(side) / DEGREE_M
    boats.lon[second] = boats.lon[first] + gap * np.sin(side) / (DEGREE_M * np.cos(np.radians(boats.lat[first])))
