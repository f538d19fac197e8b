"""Isotonic regression: the best rising map from a score to a chance; for calibration and for the baselines.

A chance shown to an officer must mean what it says: of all boats given 4 in 10, about 4 in 10 cross.
"""

import numpy as np

from haidang.core.columns import F64


def isotonic(score: F64, happened: F64, weight: F64 | None = None) -> tuple[F64, F64]:
    """Return (x, y): the rising step function that fits best, as points to interpolate between; y in 0..1.

    Args:
        score: (n,) any finite numbers, larger meaning likelier.
        happened: (n,) 0 or 1, or shares.
        weight: (n,) positive; None is 1 each.

    Returns:
        Two arrays of equal length >= 2, x rising strictly, y never falling. Pool-adjacent-violators.
    """
    weight = np.ones(len(score)) if weight is None else weight
    names, group = np.unique(score, return_inverse=True)
    mass = np.bincount(group, weight)
    mean = np.bincount(group, weight * happened) / mass
    # Pools as stacks: value, mass, first and last score.
    value: list[float] = []
    size: list[float] = []
    first: list[int] = []
    for i in range(len(names)):
        value.append(float(mean[i]))
        size.append(float(mass[i]))
        first.append(i)
        while len(value) > 1 and value[-2] >= value[-1]:
            total = size[-2] + size[-1]
            value[-2] = (value[-2] * size[-2] + value[-1] * size[-1]) / total
            size[-2] = total
            del value[-1], size[-1], first[-1]
    last = [*[f - 1 for f in first[1:]], len(names) - 1]
    x = np.array(
        [edge for a, b in zip(first, last, strict=True) for edge in ((names[a], names[b]) if b > a else (names[a],))]
    )
    y = np.array([v for v, a, b in zip(value, first, last, strict=True) for _ in range(2 if b > a else 1)])
    if len(x) == 1:
        x, y = np.append(x, x[0] + 1.0), np.append(y, y[0])
    return x, y


def calibration_map(raw: F64, happened: F64, weight: F64, *, n_pools: int = 30, prior: float = 30.0) -> tuple[F64, F64]:
    """Return a small map (x, y) from raw chances to chances, for the model's file.

    Args:
        raw: (n,) chances of a model on rows it was not fitted on.
        happened: (n,) 0 or 1.
        weight: (n,) how many examples each row stands for.
        n_pools: raw chances are first pooled into so many groups, half by rows, half by expected happenings.
        prior: each pool is pulled to its own raw mean with the strength of so many rows.

    Returns:
        Two arrays of equal length, from (0, 0) to (1, y), both rising.
    """
    order = np.argsort(raw, kind="stable")
    ranked, truth, mass = raw[order], happened[order], weight[order]
    # The rare high chances get pools of their own.
    by_rows, by_hits = np.cumsum(mass), np.cumsum(mass * ranked)
    share = 0.5 * by_rows / by_rows[-1] + 0.5 * by_hits / max(float(by_hits[-1]), 1e-12)
    _, group = np.unique(np.minimum((share * n_pools).astype(np.int64), n_pools - 1), return_inverse=True)
    size = np.bincount(group, mass)
    mean_raw = np.bincount(group, mass * ranked) / size
    mean = (np.bincount(group, mass * truth) + prior * mean_raw) / (size + prior)
    # Points at the pools' means with straight lines between: steps would make equal alarms of unequal boats.
    x, y = mean_raw, np.interp(mean_raw, *isotonic(mean_raw, mean, size.astype(np.float64)))
    keep = (x > 1e-9) & (x < 1.0) & np.append(True, np.diff(x) > 1e-9)
    x, y = x[keep], np.clip(y[keep], 0.0, 1.0)
    end = max(float(y[-1]), float(x[-1])) if len(y) else 1.0
    return np.concatenate([[0.0], x, [1.0]]), np.maximum.accumulate(np.concatenate([[0.0], y, [end]]))
