"""Short ways to make what a store is fed with."""

import numpy as np

from haidang.core.columns import Positions
from haidang.core.event import Event
from haidang.core.time import MINUTE_US, from_datetime, parse_iso_us
from haidang.store import Store
from haidang.store.batch import BatchResult, BatchWrite, write_batch
from haidang.store.positions import as_stored

NOON_US = parse_iso_us("2026-03-01T12:00:00Z")
__all__ = ["NOON_US", "fixes", "from_datetime", "silence", "write"]


def fixes(
    n: int = 6, *, vessels: tuple[str, ...] = ("574001", "574002"), start_us: int = NOON_US, seed: int = 0
) -> Positions:
    """Return n fixes, a minute apart, of the vessels in turn."""
    rng = np.random.default_rng(seed)
    index = np.arange(n) % len(vessels)
    batch = Positions.build(
        vessels, index, start_us + np.arange(n) * MINUTE_US, rng.uniform(10, 18, n), rng.uniform(106, 112, n),
        sog_kn=np.where(np.arange(n) % 4 == 3, np.nan, rng.uniform(0, 12, n)), cog_deg=rng.uniform(0, 360, n),
    )  # fmt: skip
    return as_stored(batch)


def write(
    store: Store, batch: Positions, *, recorded_us: int = NOON_US, feed_id: str = "ais", **rest: object
) -> BatchResult:
    """Write one batch in its own transaction."""
    with store.write() as conn:
        return write_batch(conn, BatchWrite(feed_id, recorded_us, positions=batch, **rest))  # type: ignore[arg-type]


def silence(vessel_id: str = "574001", *, start_us: int = NOON_US, end_us: int | None = None) -> Event:
    """Return a silence."""
    return Event(
        "silence",
        vessel_id,
        start_us,
        end_us,
        15.5,
        109.25,
        0.9,
        "silence/1",
        details={"expected_s": 7200, "rows": [1, 2]},
    )
