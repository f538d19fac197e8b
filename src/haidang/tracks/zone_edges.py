"""Zone outlines as edges, the grid they stand in, and legs as short pieces: all that the zone kernels read.

Drawn zones cross 180 degrees as rings that jump, as rings beyond 180, or cut in two along it; all three must give the
same answers. Two zones that share a border must agree, to the last bit, on which side a place lies. And legs are cut
short, so that a boat silent for a day is not drawn along a chart's straight line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from haidang.core.columns import F64, I8, I32, I64
from haidang.core.geodesy import interpolate, wrap_lon
from haidang.core.zone import Zone
from haidang.tracks import zone_kernels as kernels

#: Copies of a zone are kept where they reach into this window; legs near 180 degrees may leave -180..180 a little.
WINDOW_DEG = 181.0
#: Pieces are at most this long, degrees: 55 km, where chart line and geodesic part by some 15 m in these waters.
_PIECE_DEG = 0.5
#: The grid grows coarser until the boxes of all zones together hold at most this many cells.
_MOST_CELLS = 4_000_000
_EDGES_PER_BLOCK = 24


@dataclass(frozen=True, slots=True)
class ZoneEdges:
    """Edges of all zones, sorted by zone.

    Attributes:
        ends: (m, 4) float64 ax, ay, bx, by in degrees, a below b (or left of it where level).
        zone: (m,) int32, index of the zone.
        sign: (m,) int8, +1 where drawn from a to b, -1 where drawn from b to a.
        is_border: (m,) int8, 0 for edges that only close a ring along the antimeridian or over a pole.
        start: (n_zones + 1,) int64, first edge of each zone.
    """

    ends: F64
    zone: I32
    sign: I8
    is_border: I8
    start: I64


def unwrap_ring(ring: F64) -> F64:
    """Return the ring (m, 2) lon, lat with jumps over 180 degrees taken out; a ring round a pole is closed over it.

    A jump of exactly 360 degrees is the width of a whole-world box and stays.
    """
    lon = ring[:, 0]
    step = np.diff(lon)
    turn = np.where((np.abs(step) > 180.0) & (np.abs(step) < 360.0), -360.0 * np.sign(step), 0.0)
    if not turn.any():
        return ring
    shift = np.concatenate([[0.0], np.cumsum(turn)])
    unwrapped = np.column_stack([lon + shift, ring[:, 1]])
    if shift[-1] == 0.0:
        return unwrapped
    pole = 90.0 if float(np.mean(ring[:, 1])) > 0 else -90.0
    cap = np.array([[unwrapped[-1, 0], pole], [unwrapped[0, 0], pole], unwrapped[0]])
    return np.vstack([unwrapped, cap])


def _unwrap_line(line: F64) -> F64:
    step = np.diff(line[:, 0])
    turn = np.where(np.abs(step) > 180.0, -360.0 * np.sign(step), 0.0)
    return np.column_stack([line[:, 0] + np.concatenate([[0.0], np.cumsum(turn)]), line[:, 1]])


def _paths(zone: Zone) -> list[F64]:
    """Return every drawn path of a zone, unwrapped, with copies a turn east and west that reach the window."""
    if zone.polygons:
        drawn = [unwrap_ring(np.asarray(ring, np.float64)) for rings in zone.polygons for ring in rings]
    else:
        drawn = [_unwrap_line(np.asarray(line, np.float64)) for line in zone.lines]
    paths = []
    for path in drawn:
        if len(path) < 2:
            continue
        for turn in (0.0, -360.0, 360.0):
            shifted = path + np.array([turn, 0.0]) if turn else path
            reaches = shifted[:, 0].max() >= -WINDOW_DEG and shifted[:, 0].min() <= WINDOW_DEG
            if reaches or turn == 0.0:
                paths.append(shifted)
    return paths


def collect_edges(zones: Sequence[Zone]) -> ZoneEdges:
    """Return the edges of the zones; edges of no length and edges with a place that is not finite are left out."""
    ends, owner = [np.empty((0, 4))], [np.empty(0, np.int32)]
    for number, zone in enumerate(zones):
        for path in _paths(zone):
            ends.append(np.column_stack([path[:-1], path[1:]]))
            owner.append(np.full(len(path) - 1, number, np.int32))
    edges = np.vstack(ends)
    zone_of = np.concatenate(owner)
    keep = np.isfinite(edges).all(axis=1) & ((edges[:, 0] != edges[:, 2]) | (edges[:, 1] != edges[:, 3]))
    edges, zone_of = edges[keep], zone_of[keep]
    swap = (edges[:, 1] > edges[:, 3]) | ((edges[:, 1] == edges[:, 3]) & (edges[:, 0] > edges[:, 2]))
    edges[swap] = edges[swap][:, [2, 3, 0, 1]]
    on_seam = (np.abs(np.abs(edges[:, 0]) - 180.0) % 360.0 == 0.0) & (edges[:, 0] == edges[:, 2])
    over_pole = (np.abs(edges[:, 1]) == 90.0) | (np.abs(edges[:, 3]) == 90.0)
    is_area = np.array([bool(z.polygons) for z in zones] or [False])[zone_of] if len(zone_of) else np.empty(0, bool)
    return ZoneEdges(
        ends=np.ascontiguousarray(edges),
        zone=zone_of,
        sign=np.where(swap, -1, 1).astype(np.int8),
        is_border=(~(is_area & (on_seam | over_pole))).astype(np.int8),
        start=np.searchsorted(zone_of, np.arange(len(zones) + 1)).astype(np.int64),
    )


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
    if not (n_pieces > 1).any():
        path = np.ascontiguousarray(np.column_stack([x0, lat0, x1, lat1]))
        return LegPieces(path, np.arange(n, dtype=np.int64), np.zeros(n), np.ones(n))
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


def _layout(edges: ZoneEdges, cell_deg: float) -> tuple[F64, I64]:
    """Return grid (x0, y0, cell size) and shape (rows, columns) over all edges within the window."""
    ends = edges.ends
    if not len(ends):
        return np.array([0.0, 0.0, 1.0]), np.array([1, 1], np.int64)
    x_lo = max(float(ends[:, [0, 2]].min()), -WINDOW_DEG)
    x_hi = min(float(ends[:, [0, 2]].max()), WINDOW_DEG)
    y_lo, y_hi = float(ends[:, 1].min()), float(ends[:, 3].max())
    # A small harbour gets a finer grid than 0.05 degrees, an ocean a coarser one.
    cell = min(cell_deg, max(x_hi - x_lo, y_hi - y_lo) / 64.0)
    boxes = _boxes_deg(edges)
    while True:
        covered = np.prod(np.floor((boxes[:, 2:] - boxes[:, :2]) / cell) + 2.0, axis=1).sum()
        whole = ((x_hi - x_lo) / cell + 3.0) * ((y_hi - y_lo) / cell + 3.0)
        if covered <= _MOST_CELLS and whole <= _MOST_CELLS:
            break
        cell *= 1.3
    shape = np.array([int((y_hi - y_lo) / cell) + 3, int((x_hi - x_lo) / cell) + 3], np.int64)
    offset = 0.3717
    heights = np.concatenate([ends[:, 1], ends[:, 3]])
    while True:
        grid = np.array([x_lo - cell * offset, y_lo - cell * offset, cell])
        centres = grid[1] + (np.arange(shape[0]) + 0.5) * cell
        # No vertex may stand exactly at the height of a row's centres, see the kernels' half-open rule.
        if not np.isin(heights, centres).any():
            return grid, shape
        offset += 0.0101


def _boxes_deg(edges: ZoneEdges) -> F64:
    """Return (n_zones, 4) x_lo, y_lo, x_hi, y_hi of each zone within the window; zones without edges are zero."""
    boxes = np.zeros((len(edges.start) - 1, 4))
    for z in range(len(boxes)):
        part = edges.ends[edges.start[z] : edges.start[z + 1]]
        if len(part):
            x = np.clip(part[:, [0, 2]], -WINDOW_DEG, WINDOW_DEG)
            boxes[z] = x.min(), part[:, 1].min(), x.max(), part[:, 3].max()
    return boxes


def cells_of(edges: ZoneEdges, is_area: I8, cell_deg: float) -> tuple[Any, ...]:
    """Return the grid as the tuple of arrays that the kernels read."""
    grid, shape = _layout(edges, cell_deg)
    low, high = _boxes_deg(edges)[:, :2], _boxes_deg(edges)[:, 2:]
    # One cell of margin: edges are also entered in cells that they only come near.
    first = np.maximum(np.floor((low - grid[:2]) / grid[2]).astype(np.int64) - 1, 0)
    last = np.minimum(np.floor((high - grid[:2]) / grid[2]).astype(np.int64) + 1, shape[::-1] - 1)
    boxes = np.ascontiguousarray(np.column_stack([first[:, 1], last[:, 1], first[:, 0], last[:, 0]]))
    boxes[edges.start[1:] == edges.start[:-1]] = (0, -1, 0, -1)
    parts = (edges.ends, edges.start, is_area)
    count, n_edge_entries = kernels.count_entries(parts, boxes, (grid, shape))
    cell_start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    entries = kernels.fill_entries(parts, boxes, (grid, shape), cell_start, n_edge_entries)
    return (grid, shape, is_area, cell_start, *entries)


def borders_of(edges: ZoneEdges) -> tuple[Any, ...]:
    """Return the real borders in blocks with bounding boxes and metre scales, for the distance kernel."""
    real = edges.is_border == 1
    ends = np.ascontiguousarray(edges.ends[real])
    zone = edges.zone[real]
    n_zones = len(edges.start) - 1
    starts = np.searchsorted(zone, np.arange(n_zones + 1))
    firsts = [np.arange(a, b, _EDGES_PER_BLOCK) for a, b in pairwise(starts)]
    block = np.concatenate([*firsts, [len(ends)]]).astype(np.int64)
    zone_block = np.concatenate([[0], np.cumsum([len(f) for f in firsts])]).astype(np.int64)
    scale = _metres_per_degree(0.5 * (ends[:, 1] + ends[:, 3]))
    boxes, least = np.zeros((len(block) - 1, 4)), np.zeros((len(block) - 1, 2))
    if len(ends):
        lows = np.column_stack([ends[:, [0, 2]].min(axis=1), ends[:, 1]])
        highs = np.column_stack([ends[:, [0, 2]].max(axis=1), ends[:, 3]])
        boxes[:, :2] = np.minimum.reduceat(lows, block[:-1], axis=0)
        boxes[:, 2:] = np.maximum.reduceat(highs, block[:-1], axis=0)
        least[:] = np.minimum.reduceat(scale, block[:-1], axis=0)
    sign = np.ascontiguousarray(edges.sign[real])
    return ends, sign, zone_block, block, boxes, least, np.ascontiguousarray(scale)


def _metres_per_degree(lat_deg: F64) -> F64:
    """Return (n, 2) metres per degree of longitude and latitude on WGS84."""
    phi = np.radians(lat_deg)
    w = 1.0 - 0.0066943799901413165 * np.sin(phi) ** 2
    return np.radians(np.column_stack([6378137.0 / np.sqrt(w) * np.cos(phi), 6335439.327292819 / w**1.5]))
