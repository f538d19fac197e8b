"""What a device and its supplier make of a path: late, doubled, missing, noisy or parked on another boat.

Fixes are solved by the device (fix time) and arrive by satellite through the supplier (received time). One
vessel has at most one device trouble at a time; outages take whole suppliers.
"""

from dataclasses import dataclass

import numpy as np

from haidang.core.columns import F64, I8, I64, Positions
from haidang.core.time import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from haidang.simulate.register import Register
from haidang.simulate.truth import Day

LIVE, DEAD, LATE = range(3)
#: Longest time a stored fix waits, so that a day's stragglers end.
LATEST_US = 3 * DAY_US
PERIOD_US = 2 * HOUR_US


@dataclass(slots=True)
class Devices:
    """State of the VMS devices, one row per boat; times UTC microseconds.

    Attributes:
        phase_us: offset of the two-hour report within the period.
        noise_m: standard deviation of a fix.
        trouble: LIVE, DEAD (no fix) or LATE (fixes stored, sent at `until_us`) from `from_us` to `until_us`.
        carrier: index of the boat the device really sails on.
    """

    phase_us: I64
    noise_m: F64
    trouble: I64
    from_us: I64
    until_us: I64
    carrier: I64


@dataclass(frozen=True, slots=True)
class Outage:
    """A supplier's feed that stops: index of the supplier and the time, UTC microseconds."""

    supplier: int
    from_us: int
    until_us: int


@dataclass(frozen=True, slots=True)
class Reports:
    """Positions with what the canonical file needs beside them: source 0 VMS, 1 AIS."""

    positions: Positions
    source: I8


def begin(n: int, rng: np.random.Generator) -> Devices:
    """Return n sound devices."""
    zero = np.zeros(n, np.int64)
    phase = (rng.random(n) * PERIOD_US).astype(np.int64)
    return Devices(phase, rng.uniform(8.0, 28.0, n), zero.copy(), zero.copy(), zero.copy(), np.arange(n))


@dataclass(frozen=True, slots=True)
class _Fixes:
    vessel: I64
    path: I64
    fix_us: I64
    received_us: I64
    noise_m: F64
    source: int


def report_day(
    day: Day, register: Register, devices: Devices, outages: list[Outage], rng: np.random.Generator, *, missed: float
) -> Reports:
    """Return all reports whose fix lies in the day, in order of received time.

    Args:
        day: true paths.
        register: who they are.
        devices: state with the troubles of this day.
        outages: suppliers' stops that touch the day.
        rng: this day's own generator.
        missed: share of VMS reports that never arrive.
    """
    vms = _vms(day, register, devices, outages, rng, missed=missed)
    n = len(register.gear)
    with_ais = np.concatenate([register.class_b, n + np.arange(len(register.vessels) - n)])
    ais = _ais(day, with_ais, n, rng)
    parts = [_solve(day, fixes, rng) for fixes in (vms, ais)]
    lat, lon, sog, cog = (np.concatenate([p[k] for p in parts]) for k in range(4))
    vessel, fix, received = (
        np.concatenate([getattr(f, name) for f in (vms, ais)]) for name in ("vessel", "fix_us", "received_us")
    )
    source = np.repeat(np.array([0, 1], np.int8), [len(vms.vessel), len(ais.vessel)])
    order = np.lexsort((vessel, fix, received))
    order = order[np.isfinite(lat[order])]
    kind = np.where(vessel < n, 1, 2)
    row = int(day.times_us[0] // DAY_US) * 10_000_000 + np.arange(len(order))
    ids = tuple(v.vessel_id for v in register.vessels)
    positions = Positions.build(
        ids, vessel[order], fix[order], lat[order], lon[order], received_time_us=received[order], sog_kn=sog[order],
        cog_deg=cog[order], kind=kind[order], row=row,
    )  # fmt: skip
    return Reports(positions, np.ascontiguousarray(source[order]))


def _vms(
    day: Day, register: Register, devices: Devices, outages: list[Outage], rng: np.random.Generator, *, missed: float
) -> _Fixes:
    n, slots = len(register.gear), DAY_US // PERIOD_US
    vessel = np.repeat(np.arange(n), slots)
    u = rng.random((n * slots, 5))
    # Devices wake within a few minutes of their time; nothing leaves the day, so days stay independent.
    slot = np.tile(np.arange(slots), n) * PERIOD_US + devices.phase_us[vessel]
    fix = np.clip(slot + (rng.normal(0.0, 100.0, n * slots) * SECOND_US).astype(np.int64), 0, DAY_US - SECOND_US)
    fix = (fix + day.times_us[0]) // SECOND_US * SECOND_US
    received = fix + ((40.0 + 200.0 * u[:, 1] ** 3 * 4.0) * SECOND_US).astype(np.int64)
    keep = u[:, 0] >= missed
    muted = (fix >= devices.from_us[vessel]) & (fix < devices.until_us[vessel])
    keep &= ~(muted & (devices.trouble[vessel] == DEAD))
    late = muted & (devices.trouble[vessel] == LATE)
    received = np.where(late, devices.until_us[vessel] + (u[:, 2] * 15 * MINUTE_US).astype(np.int64), received)
    for outage in outages:
        # What would have come through during the stop is partly lost and partly forwarded when the feed is back.
        caught = (
            (register.supplier[vessel] == outage.supplier) & (received >= outage.from_us) & (received < outage.until_us)
        )
        keep &= ~(caught & (u[:, 3] < 0.35))
        received = np.where(caught, outage.until_us + (u[:, 4] * 2.5 * HOUR_US).astype(np.int64), received)
    received = np.minimum(received, fix + LATEST_US)
    rows = np.flatnonzero(keep)
    # Some suppliers send a report twice.
    again = rows[rng.random(len(rows)) < 0.003]
    received_again = received[again] + ((1 + 25 * u[again, 2]) * MINUTE_US).astype(np.int64)
    every = np.concatenate([rows, again])
    return _Fixes(
        vessel[every], devices.carrier[vessel[every]], fix[every], np.concatenate([received[rows], received_again]),
        devices.noise_m[vessel[every]], 0,
    )  # fmt: skip


def _ais(day: Day, with_ais: I64, n: int, rng: np.random.Generator) -> _Fixes:
    slots = 240
    vessel = np.repeat(with_ais, slots)
    # Six minutes a slot; class B boats are heard less well.
    fix = np.tile(np.arange(slots) * 6 * MINUTE_US, len(with_ais))
    fix = fix + (rng.random(len(vessel)) * 4 * MINUTE_US).astype(np.int64)
    fix = (fix + day.times_us[0]) // SECOND_US * SECOND_US
    heard = rng.random(len(vessel)) < np.where(vessel < n, 0.9, 0.97)
    vessel, fix = vessel[heard], fix[heard]
    received = fix + ((1.0 + 8.0 * rng.random(len(vessel))) * SECOND_US).astype(np.int64)
    return _Fixes(vessel, vessel, fix, received, np.full(len(vessel), 6.0), 1)


def _solve(day: Day, fixes: _Fixes, rng: np.random.Generator) -> tuple[F64, F64, F64, F64]:
    """Return latitude, longitude, speed (kn) and course of each fix: the true path with the device's noise."""
    step_us = int(day.times_us[1] - day.times_us[0])
    at = (fixes.fix_us - day.times_us[0]) / step_us
    i = np.minimum(at.astype(np.int64), len(day.times_us) - 2)
    share = at - i
    lat0, lat1 = (day.lat[i + k, fixes.path].astype(np.float64) for k in (0, 1))
    lon0, lon1 = (day.lon[i + k, fixes.path].astype(np.float64) for k in (0, 1))
    scale = 110_900.0 * np.cos(np.radians(lat0))
    noise = rng.normal(0.0, 1.0, (2, len(at))) * fixes.noise_m * 0.7
    # A moored boat's fix is the same berth with noise; float32 paths are good to half a metre.
    lat = np.round(lat0 + share * (lat1 - lat0) + noise[0] / 110_900.0, 6)
    lon = np.round(lon0 + share * (lon1 - lon0) + noise[1] / scale, 6)
    north, east = (lat1 - lat0) * 110_900.0, (lon1 - lon0) * scale
    speed = np.hypot(north, east) / (step_us / 1e6) / 0.514444
    sog = np.round(np.abs(speed + rng.normal(0.0, 0.12, len(at))), 1)
    cog = np.degrees(np.arctan2(east, north)) + rng.normal(0.0, 1.0, len(at)) * np.minimum(
        12.0 / np.maximum(speed, 0.1), 90.0
    )
    return lat, lon, sog, np.round(cog, 1) % 360.0
