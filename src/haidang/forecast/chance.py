"""From an approach to a chance: a logistic model per horizon on broken-line features, with a calibration map.

Plain on purpose: every weight can be read in the JSON file, the features end flat outside the range that was seen, and
NumPy alone runs it, 30,000 vessels in well under a second.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from haidang.core.columns import F64
from haidang.core.units import METRES_PER_NM, MPS_PER_KN
from haidang.forecast.approach import Approach

HORIZONS_H: tuple[int, ...] = (1, 2, 4, 6, 12)
FORMAT = "haidang-crossing/1"
#: Chances outside are never claimed: no set of tracks was large enough to know them.
P_MIN, P_MAX = 1e-4, 0.995

_MARGIN = (-6.0, -3.0, -1.5, -0.6, 0.0, 0.6, 1.5, 3.0, 6.0)
_RATIO = (-3.0, -1.5, -0.6, -0.2, 0.2, 0.6, 1.5, 3.0)
_DISTANCE = (0.0, 0.4, 0.8, 1.4, 2.0, 2.8, 3.5, 4.1)
_SPEED = (0.0, 1.0, 2.5, 4.0, 6.0, 8.0, 12.0)
_AGE = (0.0, 1.0, 2.5, 5.0, 10.0, 24.0)


@dataclass(frozen=True, slots=True)
class CrossingModel:
    """A fitted model.

    Attributes:
        name: name and version, stored with every forecast.
        weights: (len(HORIZONS_H), n_features) float64; the first feature is the constant.
        maps: per horizon the calibration: (raw chances, chances) of equal length, both rising.
        provenance: what it was fitted on: kind of data, seeds, rows, crossings, date of the data.
    """

    name: str
    weights: F64
    maps: tuple[tuple[F64, F64], ...]
    provenance: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the model as JSON values, numbers to six digits."""
        return {
            "format": FORMAT,
            "name": self.name,
            "horizons_h": list(HORIZONS_H),
            "provenance": dict(self.provenance),
            "weights": [[round(float(w), 6) for w in row] for row in self.weights],
            "maps": [[[round(float(v), 6) for v in side] for side in pair] for pair in self.maps],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "CrossingModel":
        """Return the model of JSON values.

        Raises:
            ValueError, KeyError, TypeError: not such a model.
        """
        if document["format"] != FORMAT:
            raise ValueError(f"format {document['format']!r}, expected {FORMAT!r}")
        weights = np.array(document["weights"], np.float64)
        maps = tuple((np.array(x, np.float64), np.array(y, np.float64)) for x, y in document["maps"])
        if weights.shape != (len(HORIZONS_H), n_features()) or len(maps) != len(HORIZONS_H):
            raise ValueError(f"weights {weights.shape}, expected {(len(HORIZONS_H), n_features())}")
        if any(len(x) != len(y) or len(x) < 2 or (np.diff(x) < 0).any() or (np.diff(y) < 0).any() for x, y in maps):
            raise ValueError("a calibration map that does not rise")
        return cls(str(document["name"]), weights, maps, dict(document["provenance"]))


def n_features() -> int:
    """Return how many features there are."""
    return _WIDTH


def features(near: Approach, hours: float) -> F64:
    """Return (n, n_features) features for one horizon; each between -1 and 1 or so, flat outside the known range.

    Args:
        near: the vessels.
        hours: the horizon.
    """
    reach_h = hours + near.age_h
    distance_nm = near.distance_m / METRES_PER_NM
    closing_kn, speed_kn = near.closing_mps / MPS_PER_KN, near.speed_mps / MPS_PER_KN
    # How far an honest guess may be off after so many hours, nautical miles.
    doubt_nm = 0.7 + 1.6 * reach_h**0.8
    columns = [np.ones(len(near))]
    for lag in range(closing_kn.shape[1]):
        columns += _broken(((closing_kn[:, lag] * reach_h) - distance_nm) / doubt_nm, _MARGIN)
    for ttl_h in (near.ttl_h, near.ttl_leg_h):
        is_heading = np.isfinite(ttl_h)
        whole_h = np.maximum(np.where(is_heading, ttl_h, 0.0) + near.age_h, 0.02)
        columns += _broken(np.where(is_heading, np.log(reach_h / whole_h), _RATIO[0]), _RATIO)
        columns += [is_heading.astype(np.float64)]
    columns += _broken(np.log1p(distance_nm), _DISTANCE)
    columns += _broken(distance_nm / reach_h, _SPEED)
    columns += _broken(speed_kn[:, 0], _SPEED) + _broken(speed_kn[:, 2], _SPEED)
    columns += _broken(near.age_h, _AGE)
    angle = near.local_hour * (2.0 * np.pi / 24.0)
    approaching = (closing_kn[:, 1] > 1.0).astype(np.float64)
    columns += [
        near.straight, near.straight * approaching, near.is_merchant.astype(np.float64),
        near.is_outward.astype(np.float64), near.is_outward * approaching,
        np.sin(angle), np.cos(angle), np.sin(angle) * approaching, np.cos(angle) * approaching,
        np.minimum(near.n_fixes, 12.0) / 12.0,
    ]  # fmt: skip
    return np.column_stack(columns)


def _broken(values: F64, knots: tuple[float, ...]) -> list[F64]:
    """Return one column per stretch between knots, rising from 0 to 1 along it: together a broken line."""
    return [np.clip((values - a) / (b - a), 0.0, 1.0) for a, b in itertools.pairwise(knots)]


_WIDTH = (
    1 + 4 * (len(_MARGIN) - 1) + 2 * len(_RATIO) + (len(_DISTANCE) - 1) + 3 * (len(_SPEED) - 1) + (len(_AGE) - 1) + 10
)  # fmt: skip


def raw_chances(weights: F64, near: Approach) -> F64:
    """Return (n, horizons) chances before calibration."""
    columns = [_logistic(features(near, float(h)) @ weights[k]) for k, h in enumerate(HORIZONS_H)]
    return np.column_stack(columns)


def chances(model: CrossingModel, near: Approach) -> F64:
    """Return (n, horizons) calibrated chances, never falling with the horizon."""
    raw = raw_chances(model.weights, near)
    mapped = np.column_stack([np.interp(raw[:, k], *model.maps[k]) for k in range(len(HORIZONS_H))])
    return np.clip(np.maximum.accumulate(mapped, axis=1), P_MIN, P_MAX)


def _logistic(value: F64) -> F64:
    return 1.0 / (1.0 + np.exp(-np.clip(value, -30.0, 30.0)))


def fit_weights(
    table: F64, happened: F64, mass: F64, *, start: F64 | None = None, ridge: float = 3.0, rounds: int = 20
) -> F64:
    """Return logistic weights (n_features,) by Newton's method with a ridge; the constant is not held back.

    Args:
        table: (n, n_features) features.
        happened: (n,) 0 or 1.
        mass: (n,) how many examples each row stands for.
        start: weights to begin from; None begins at the base rate.
        ridge: strength of the pull to zero.
        rounds: at most so many steps; it stops when nothing moves.
    """
    pull = np.full(table.shape[1], ridge)
    pull[0] = 1e-6
    if start is None:
        weights = np.zeros(table.shape[1])
        hits = float((mass * happened).sum())
        weights[0] = np.log((hits + 0.5) / (float(mass.sum()) - hits + 0.5))
    else:
        weights = start.copy()
    for _ in range(rounds):
        p = _logistic(table @ weights)
        slope = table.T @ (mass * (happened - p)) - pull * weights
        curve = (table * (mass * p * (1.0 - p))[:, None]).T @ table + np.diag(pull)
        step = np.linalg.solve(curve, slope)
        largest = float(np.abs(step).max())
        # Long first steps overshoot where hardly anything happens.
        weights = weights + step * min(1.0, 4.0 / max(largest, 1e-12))
        if largest < 0.01:
            break
    return weights
