"""Legs between fixes cut into short pieces, so that a boat silent for a day is not drawn along a chart's straight line."""

from dataclasses import dataclass

import numpy as np

from haidang.core.columns import F64, I64
from haidang.core.geodesy import interpolate, wrap_lon

#: Pieces are at most this long, degrees: 55 km, where chart line and geodesic part by some 15 m in these waters.
_PIECE_DEG = 0.5


@dataclass(frozen=True, slots=True)
class LegPieces:
    """Pieces in order of legs.

    Attributes:
        path: (k, 4) float64 x0, y0, x1, y1 degrees; x0 within -180..180, x1 the short way from it.
        leg: (k,) int64, the leg it is cut from.
        first, share: (k,) float64, where it starts on the leg and how much of the leg it is, 0..1.
    """

    path: F64
    leg: I64
    first: F64
    share: F64


def _short_way(x0: F64, x1: F64) -> F64:
    step = x1 - x0
    return np.where(step > 180.0, x1 - 360.0, np.where(step < -180.0, x1 + 360.0, x1))


def cut_legs(lat0: F64, lon0: F64, lat1: F64, lon1: F64) -> LegPieces:
    """Return the pieces of the legs (n,); a leg under 0.5 degrees is one piece, its ends bit for bit the same."""
    n = len(lat0)
    x0 = wrap_lon(lon0)
    x1 = _short_way(x0, lon1)
    span = np.maximum(np.abs(lat1 - lat0), np.abs(x1 - x0))
    n_pieces = np.where(np.isfinite(span), np.ceil(span / _PIECE_DEG), 1.0).clip(1, 720).astype(np.int64)
    leg = np.repeat(np.arange(n, dtype=np.int64), n_pieces)
    start = np.concatenate([[0], np.cumsum(n_pieces)])[:-1]
    number = np.arange(len(leg)) - start[leg]
    share = 1.0 / n_pieces[leg]
    path = np.column_stack([x0[leg], lat0[leg], x1[leg], lat1[leg]])
    if (inner := np.flatnonzero(number > 0)).size:
        at = leg[inner]
        lat, lon = interpolate(lat0[at], lon0[at], lat1[at], lon1[at], number[inner] * share[inner])
        path[inner, 0], path[inner, 1] = lon, lat
        path[inner - 1, 2], path[inner - 1, 3] = lon, lat
        path[:, 2] = _short_way(path[:, 0], path[:, 2])
    return LegPieces(np.ascontiguousarray(path), leg, number * share, share)
