"""The grid and the border blocks behind the zone index, as plain arrays for the kernels."""

from typing import Any

import numpy as np

from haidang.core.columns import F64, I8, I64
from haidang.tracks import zone_kernels as kernels
from haidang.tracks.zone_edges import WINDOW_DEG, ZoneEdges

#: The grid grows coarser until the boxes of all zones together hold at most this many cells.
_MOST_CELLS = 4_000_000
_EDGES_PER_BLOCK = 24


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
    firsts = [np.arange(a, b, _EDGES_PER_BLOCK) for a, b in zip(starts[:-1], starts[1:], strict=True)]
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
