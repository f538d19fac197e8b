"""Which forecasts are kept: all that matter, and of the rest a random sample that knows its weight.

Keeping only warnings would make the desk look right: the boat that crossed without one would not be in the books. So
unlikely ones are sampled too, and each row says how many it stands for.
"""

from collections.abc import Collection

import numpy as np

from haidang.core.columns import F64, I64
from haidang.forecast.crossing import Forecasts

#: A chance within 12 h from which every forecast is kept.
KEEP_P = 0.01
#: Chance of an unlikely forecast to be kept.
SAMPLE_P = 0.05


def select_for_storage(
    forecasts: Forecasts, rng_seed: int, *, warned: Collection[str] = frozenset()
) -> tuple[I64, F64]:
    """Return (rows, weight): the rows to store, in order, and how many forecasts each stands for.

    Args:
        forecasts: as issued.
        rng_seed: any non-negative integer; the same seed chooses the same rows (the time of issue serves well).
        warned: vessels that have a warning; theirs are always kept.
    """
    must = forecasts.p_12h >= KEEP_P
    if warned:
        must |= np.array([v in warned for v in forecasts.vessel_id], bool)
    drawn = np.random.default_rng(rng_seed).random(len(forecasts)) < SAMPLE_P
    rows = np.flatnonzero(must | drawn).astype(np.int64)
    return rows, np.where(must[rows], 1.0, 1.0 / SAMPLE_P)
