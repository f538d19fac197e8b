"""Forecasts as issued: what was said, when, of whom; kept so that it can be scored when the time has come."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, func, select

from haidang.store.bulk import insert_columns
from haidang.store.rows import from_row
from haidang.store.tables import forecasts


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """One vessel's chance of crossing one boundary, as issued at one moment.

    Attributes:
        issued_us: when it was said, UTC microseconds; it knew what was received by then and nothing else.
        p_1h … p_12h: calibrated probability of crossing within so many hours, 0..1.
        eta_p10_us, eta_median_us, eta_p90_us: when, if at all; None where it makes no sense.
        distance_m: to the boundary at issue.
        baseline_ttl_h: hours to the line at the present speed and course; None if not heading there.
        lat_deg, lon_deg: the fix it started from.
        weight: 1 / chance of being stored; 1 for warnings and everything likely.
        model: name and version.
    """

    vessel_id: str
    issued_us: int
    zone_id: str
    p_1h: float
    p_2h: float
    p_4h: float
    p_6h: float
    p_12h: float
    eta_p10_us: int | None = None
    eta_median_us: int | None = None
    eta_p90_us: int | None = None
    distance_m: float | None = None
    baseline_ttl_h: float | None = None
    lat_deg: float | None = None
    lon_deg: float | None = None
    weight: float = 1.0
    model: str = ""


def write(conn: Connection, rows: Sequence[ForecastRow]) -> None:
    """Store forecasts; the same vessel, zone and moment again is passed over (it was said once)."""
    if not rows:
        return
    dicts = [asdict(row) for row in rows]
    columns = {name: [d[name] for d in dicts] for name in dicts[0]}
    insert_columns(conn, forecasts, columns, on_conflict="ON CONFLICT (vessel_id, issued_us, zone_id) DO NOTHING")


def latest(conn: Connection, *, min_p_12h: float = 0.1) -> list[ForecastRow]:
    """Return the forecasts of the newest issue with at least this chance, likeliest first."""
    f = forecasts.c
    newest = select(func.max(f.issued_us)).scalar_subquery()
    statement = select(forecasts).where(f.issued_us == newest, f.p_12h >= min_p_12h)
    rows = conn.execute(statement.order_by(f.p_12h.desc(), f.vessel_id)).mappings()
    return [from_row(ForecastRow, row) for row in rows]


def between(conn: Connection, since_us: int, until_us: int) -> list[ForecastRow]:
    """Return every stored forecast issued in [since_us, until_us), oldest first: for scoring."""
    f = forecasts.c
    statement = select(forecasts).where(f.issued_us >= since_us, f.issued_us < until_us)
    rows = conn.execute(statement.order_by(f.issued_us, f.vessel_id, f.zone_id)).mappings()
    return [from_row(ForecastRow, row) for row in rows]
