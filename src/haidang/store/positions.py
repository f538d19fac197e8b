"""Positions in integers: how they are written down, the newest per vessel, tracks, and the window a restart needs.

A degree as text or float differs between machines in the last digit and a hash with it; 1e-7 degree (11 mm) as an
integer does not. What the engine sees must be what the store gives back after a crash, so the pipeline rounds first
(`as_stored`) and detects then.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from haidang.core.columns import F32, I8, I32, I64, Positions
from haidang.core.errors import NotFound
from haidang.core.time import DAY_US
from haidang.store import chain
from haidang.store.bulk import fetch_tuples
from haidang.store.feeds import ids_by_key
from haidang.store.tables import batches, last_positions, positions, vessels

#: What stands in sog_dkn and cog_d where the device gave no speed or course.
UNKNOWN = -1
#: Flags of fixes that the engine believes, as indexes of core FLAGS: ok, late.
BELIEVED_FLAGS: tuple[int, ...] = (0, 7)
_E7 = 1e7


@dataclass(frozen=True, slots=True)
class LastPositions:
    """The newest believed fix of each vessel, and which feed brought it (feed ids, one per row)."""

    positions: Positions
    feed_id: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Track:
    """Stored fixes of one vessel in order of fix time, with what the engine said of each."""

    positions: Positions
    segment_id: I64
    flag: I8


def as_stored(batch: Positions) -> Positions:
    """Return the batch as the store will give it back: 1e-7 degree, 0.1 kn, 0.1 degree of course."""
    c = to_integers(batch)
    return Positions(
        batch.vessel_ids, batch.vessel, batch.fix_time_us, batch.received_time_us,
        lat_deg=c["lat_e7"] / _E7, lon_deg=c["lon_e7"] / _E7,
        sog_kn=_tenths(c["sog_dkn"]), cog_deg=_tenths(c["cog_d"]), kind=batch.kind, row=batch.row,
    )  # fmt: skip


def to_integers(batch: Positions) -> dict[str, NDArray[np.int64]]:
    """Return lat_e7, lon_e7, sog_dkn, cog_d as (n,) int64; unknown speed and course are UNKNOWN."""
    with np.errstate(invalid="ignore"):
        sog = np.rint(batch.sog_kn.astype(np.float64) * 10)
        cog = np.rint(batch.cog_deg.astype(np.float64) * 10) % 3600
        has_sog = np.isfinite(sog) & (sog >= 0) & (sog <= 32767)
        has_cog = np.isfinite(cog)
        return {
            "lat_e7": np.rint(batch.lat_deg * _E7).astype(np.int64),
            "lon_e7": np.rint(batch.lon_deg * _E7).astype(np.int64),
            "sog_dkn": np.where(has_sog, sog, UNKNOWN).astype(np.int64),
            "cog_d": np.where(has_cog, cog, UNKNOWN).astype(np.int64),
        }


def _tenths(column: NDArray[np.integer]) -> F32:
    values = (column / 10.0).astype(np.float32)
    values[column == UNKNOWN] = np.nan
    return values


_FIXES = (
    positions.c.vessel_key, positions.c.fix_time_us, positions.c.received_time_us, positions.c.lat_e7,
    positions.c.lon_e7, positions.c.sog_dkn, positions.c.cog_d, positions.c.kind, positions.c.flag,
    positions.c.segment_id,
)  # fmt: skip


def _columns(rows: list[tuple[int, ...]]) -> NDArray[np.int64]:
    """Return (n columns, n rows) int64."""
    return np.array(rows, dtype=np.int64).reshape(len(rows), -1).T


def _build(conn: Connection, c: NDArray[np.int64]) -> Positions:
    """Return positions from columns key, fix, received, lat, lon, sog, cog, kind."""
    keys, index = np.unique(c[0], return_inverse=True)
    return Positions(
        tuple(vessel_ids(conn, keys)),
        vessel=np.ascontiguousarray(index, dtype=np.int32),
        fix_time_us=np.ascontiguousarray(c[1]),
        received_time_us=np.ascontiguousarray(c[2]),
        lat_deg=c[3] / _E7,
        lon_deg=c[4] / _E7,
        sog_kn=_tenths(c[5]),
        cog_deg=_tenths(c[6]),
        kind=c[7].astype(np.int8),
        row=np.arange(len(c[0]), dtype=np.int64),
    )


def vessel_ids(conn: Connection, keys: I64 | I32) -> list[str]:
    """Return the vessel ids of ascending unique keys, in their order."""
    v = vessels.c
    if not len(keys):
        return []
    # A range read and a pick in memory is one statement; an IN of 30,000 keys is not.
    found = fetch_tuples(
        conn, select(v.vessel_key, v.vessel_id).where(v.vessel_key.between(int(keys[0]), int(keys[-1])))
    )
    by_key = dict(found)
    return [by_key[int(k)] for k in keys]


def count(conn: Connection) -> int:
    """Return how many positions are stored; costs one row."""
    return chain.count(conn)


def count_vessels(conn: Connection) -> int:
    """Return how many vessels have a believed position or stand in the register."""
    return conn.scalar(select(func.count()).select_from(vessels)) or 0


def last(conn: Connection) -> LastPositions:
    """Return the newest believed fix of every vessel; (0,) columns for an empty store."""
    p = last_positions.c
    statement = select(
        p.vessel_key, p.fix_time_us, p.received_time_us, p.lat_e7, p.lon_e7, p.sog_dkn, p.cog_d, p.kind, p.feed_key
    ).order_by(p.vessel_key)
    rows = fetch_tuples(conn, statement)
    if not rows:
        return LastPositions(Positions.empty(), ())
    c = _columns(rows)
    names = ids_by_key(conn)
    return LastPositions(_build(conn, c), tuple(names[k] for k in c[8].tolist()))


def track(
    conn: Connection,
    vessel_id: str,
    *,
    since_us: int | None = None,
    until_us: int | None = None,
    limit: int | None = None,
) -> Track:
    """Return one vessel's stored fixes by fix time, flagged ones too; with `limit` the newest that many.

    Raises:
        NotFound: no such vessel.
    """
    key = conn.scalar(select(vessels.c.vessel_key).where(vessels.c.vessel_id == vessel_id))
    if key is None:
        raise NotFound(f"no vessel {vessel_id}")
    p = positions.c
    statement = select(*_FIXES).where(p.vessel_key == key)
    if since_us is not None:
        statement = statement.where(p.fix_time_us >= since_us)
    if until_us is not None:
        statement = statement.where(p.fix_time_us <= until_us)
    rows = fetch_tuples(conn, statement.order_by(p.fix_time_us.desc(), p.position_id.desc()).limit(limit))
    return _track(conn, rows[::-1])


def window(conn: Connection, since_us: int) -> Track:
    """Return every stored fix with fix_time >= since_us in order of arrival: what a restart feeds to the Watch.

    A fix cannot be recorded before it was made, save for a clock that runs ahead; so only batches recorded later than
    a day before `since_us` are read.
    """
    first = conn.scalar(select(func.min(batches.c.first_position_id)).where(batches.c.recorded_us >= since_us - DAY_US))
    if first is None:
        return _track(conn, [])
    p = positions.c
    statement = select(*_FIXES).where(p.position_id >= first, p.fix_time_us >= since_us).order_by(p.position_id)
    return _track(conn, fetch_tuples(conn, statement))


def _track(conn: Connection, rows: list[tuple[int, ...]]) -> Track:
    if not rows:
        return Track(Positions.empty(), np.empty(0, np.int64), np.empty(0, np.int8))
    c = _columns(rows)
    return Track(_build(conn, c), segment_id=np.ascontiguousarray(c[9]), flag=c[8].astype(np.int8))
