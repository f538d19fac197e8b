"""Compiled loops of the zone index: build the grid, place in zone, leg over edge, distance to a border.

A grid cell holds, per zone that touches it, whether its centre is inside and which edges pass through it. A place
flips the centre's status once for each edge crossed on the way centre -> (x, centre y) -> (x, y). All tests use one
side function on edges in one fixed order, which amounts to moving every place by an infinitesimal step east and a
smaller one south; so borders drawn at whole degrees, where fixes do fall exactly on the line, stay consistent.
"""

from typing import Any

import numpy as np
from numba import njit

from haidang.core.columns import F64, I8, I32, I64

#: ax, ay, bx, by in degrees.
Edge = tuple[float, float, float, float]
#: x, y in degrees.
Place = tuple[float, float]
#: Edges and legs are entered in every cell that they pass within this distance, degrees (0.1 mm).
_NEAR = 1e-9


@njit(nogil=True, cache=True)
def side(edge: Edge, x: float, y: float) -> float:
    """Return > 0 where (x, y) lies left of the edge ax, ay -> bx, by."""
    ax, ay, bx, by = edge
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax)


@njit(nogil=True, cache=True)
def column_range(edge: Edge, row: int, grid: F64, n_cols: int) -> tuple[int, int]:
    """Return the first and last grid column that a segment a -> b (a below b) passes within a grid row."""
    ax, ay, bx, by = edge
    x0, y0, cell = grid[0], grid[1], grid[2]
    low = max(ay, y0 + row * cell - _NEAR)
    high = min(by, y0 + (row + 1) * cell + _NEAR)
    if by > ay:
        slope = (bx - ax) / (by - ay)
        xa, xb = ax + (low - ay) * slope, ax + (high - ay) * slope
        # Rounding of a nearly level edge must not leave the edge's own extent, nor lose a cell.
        lo, hi = max(min(xa, xb), min(ax, bx)), min(max(xa, xb), max(ax, bx))
    else:
        lo, hi = min(ax, bx), max(ax, bx)
    first = int(np.floor((lo - _NEAR - x0) / cell))
    last = int(np.floor((hi + _NEAR - x0) / cell))
    return max(first, 0), min(last, n_cols - 1)


@njit(nogil=True, cache=True)
def row_range(ay: float, by: float, grid: F64, n_rows: int) -> tuple[int, int]:
    """Return the first and last grid row of a segment a -> b (a below b)."""
    first = int(np.floor((ay - _NEAR - grid[1]) / grid[2]))
    last = int(np.floor((by + _NEAR - grid[1]) / grid[2]))
    return max(first, 0), min(last, n_rows - 1)


@njit(nogil=True, cache=True)
def _mark_zone(ends: F64, is_area: bool, layout: tuple[F64, I64], box: I64, marks: tuple[I32, I8]) -> None:
    """Count edges per cell of the zone's box and find which cell centres are inside."""
    grid, shape = layout
    n_edges, inside = marks
    x0, y0, cell = grid[0], grid[1], grid[2]
    width = box[3] - box[2] + 1
    for e in range(len(ends)):
        edge = (ends[e, 0], ends[e, 1], ends[e, 2], ends[e, 3])
        ax, ay, bx, by = edge
        r0, r1 = row_range(ay, by, grid, shape[0])
        for r in range(r0, r1 + 1):
            c0, c1 = column_range(edge, r, grid, shape[1])
            for c in range(c0, c1 + 1):
                n_edges[(r - box[0]) * width + c - box[2]] += 1
            cy = y0 + (r + 0.5) * cell
            if not is_area or not (ay <= cy < by):
                continue
            # First column whose centre is right of the edge, by the same side function as the point test.
            c = int(np.floor((ax + (cy - ay) * (bx - ax) / (by - ay) - x0) / cell - 0.5))
            c = min(max(c, box[2]), box[3] + 1)
            while c > box[2] and side(edge, x0 + (c - 0.5) * cell, cy) <= 0:
                c -= 1
            while c <= box[3] and side(edge, x0 + (c + 0.5) * cell, cy) > 0:
                c += 1
            if c <= box[3]:
                inside[(r - box[0]) * width + c - box[2]] ^= 1
    for r in range(box[1] - box[0] + 1):
        for c in range(1, width):
            inside[r * width + c] ^= inside[r * width + c - 1]


@njit(nogil=True, cache=True)
def count_entries(edges: tuple[F64, I64, I8], boxes: I64, layout: tuple[F64, I64]) -> tuple[I64, int]:
    """Return entries per cell (n_rows * n_cols,) and the number of edge entries."""
    ends, start, is_area = edges
    shape = layout[1]
    count = np.zeros(shape[0] * shape[1], np.int64)
    total = 0
    for z in range(len(start) - 1):
        box = boxes[z]
        if box[1] < box[0] or box[3] < box[2]:
            continue
        size = (box[1] - box[0] + 1) * (box[3] - box[2] + 1)
        n_edges, inside = np.zeros(size, np.int32), np.zeros(size, np.int8)
        _mark_zone(ends[start[z] : start[z + 1]], is_area[z] == 1, layout, box, (n_edges, inside))
        width = box[3] - box[2] + 1
        for k in range(size):
            if n_edges[k] > 0 or inside[k] == 1:
                count[(box[0] + k // width) * shape[1] + box[2] + k % width] += 1
                total += n_edges[k]
    return count, total


@njit(nogil=True, cache=True)
def fill_entries(
    edges: tuple[F64, I64, I8], boxes: I64, layout: tuple[F64, I64], cell_start: I64, n_edge_entries: int
) -> tuple[I32, I8, I64, F64, I32]:
    """Return entry zone, entry centre status, entry first edge (and end), edge copies (k, 4) and edge numbers (k,)."""
    ends, start, is_area = edges
    grid, shape = layout
    cursor = cell_start[:-1].copy()
    n_entries = cell_start[-1]
    entry_zone, entry_inside = np.empty(n_entries, np.int32), np.empty(n_entries, np.int8)
    entry_edge = np.zeros((n_entries, 2), np.int64)
    edge_ends, edge_number = np.empty((n_edge_entries, 4), np.float64), np.empty(n_edge_entries, np.int32)
    used = 0
    for z in range(len(start) - 1):
        box = boxes[z]
        if box[1] < box[0] or box[3] < box[2]:
            continue
        width = box[3] - box[2] + 1
        size = (box[1] - box[0] + 1) * width
        n_edges, inside = np.zeros(size, np.int32), np.zeros(size, np.int8)
        _mark_zone(ends[start[z] : start[z + 1]], is_area[z] == 1, layout, box, (n_edges, inside))
        place = np.empty(size, np.int64)
        for k in range(size):
            place[k] = used
            if n_edges[k] > 0 or inside[k] == 1:
                cell = (box[0] + k // width) * shape[1] + box[2] + k % width
                j = cursor[cell]
                cursor[cell] += 1
                entry_zone[j], entry_inside[j] = z, inside[k]
                entry_edge[j, 0], entry_edge[j, 1] = used, used + n_edges[k]
                used += n_edges[k]
        for e in range(start[z], start[z + 1]):
            edge = (ends[e, 0], ends[e, 1], ends[e, 2], ends[e, 3])
            r0, r1 = row_range(edge[1], edge[3], grid, shape[0])
            for r in range(r0, r1 + 1):
                c0, c1 = column_range(edge, r, grid, shape[1])
                for c in range(c0, c1 + 1):
                    k = (r - box[0]) * width + c - box[2]
                    edge_ends[place[k]] = ends[e]
                    edge_number[place[k]] = e
                    place[k] += 1
    return entry_zone, entry_inside, entry_edge, edge_ends, edge_number


@njit(nogil=True, cache=True)
def flips(edge_ends: F64, span: tuple[int, int], place: Place, centre: Place) -> bool:
    """Return whether the status differs between centre and place over the edges of the span."""
    x, y = place
    cx, cy = centre
    odd = False
    for e in range(span[0], span[1]):
        ax, ay, bx, by = edge_ends[e, 0], edge_ends[e, 1], edge_ends[e, 2], edge_ends[e, 3]
        level = ay <= cy < by
        upright = (ax > x) != (bx > x)
        if level or upright:
            corner = (bx - ax) * (cy - ay) - (by - ay) * (x - ax) > 0
            if level and ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax) > 0) != corner:
                odd = not odd
            if upright and ((bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0) != corner:
                odd = not odd
    return odd


@njit(nogil=True, cache=True)
def find_inside(lat: F64, lon: F64, first_row: int, cells: Any, out: tuple[I64, I32]) -> tuple[int, int]:
    """Write (row, zone) pairs from `first_row` on until all rows are done or the room is used up.

    Returns:
        The next row to do and the number of pairs written.
    """
    grid, shape, is_area, cell_start, entry_zone, entry_inside, entry_edge, edge_ends, _number = cells
    rows, zones = out
    x0, y0, size = grid[0], grid[1], grid[2]
    n = 0
    for i in range(first_row, len(lat)):
        x, y = lon[i], lat[i]
        fr, fc = (y - y0) / size, (x - x0) / size
        if not (0 <= fr < shape[0] and 0 <= fc < shape[1]):
            continue
        r, c = int(fr), int(fc)
        cell = r * shape[1] + c
        if n + cell_start[cell + 1] - cell_start[cell] > len(rows):
            return i, n
        for k in range(cell_start[cell], cell_start[cell + 1]):
            z = entry_zone[k]
            if is_area[z] == 0:
                continue
            status = entry_inside[k] == 1
            lo, hi = entry_edge[k, 0], entry_edge[k, 1]
            if hi > lo and flips(edge_ends, (lo, hi), (x, y), (x0 + (c + 0.5) * size, y0 + (r + 0.5) * size)):
                status = not status
            if status:
                rows[n], zones[n] = i, z
                n += 1
    return len(lat), n


@njit(nogil=True, cache=True)
def find_masks(lat: F64, lon: F64, cells: Any, masks: Any) -> None:
    """Set bit z of masks[i] (uint64) where place i is inside zone z; at most 64 zones."""
    grid, shape, is_area, cell_start, entry_zone, entry_inside, entry_edge, edge_ends, _number = cells
    x0, y0, size = grid[0], grid[1], grid[2]
    inverse = 1.0 / size
    for i in range(len(lat)):
        x, y = lon[i], lat[i]
        fr, fc = (y - y0) * inverse, (x - x0) * inverse
        mask = np.uint64(0)
        if 0 <= fr < shape[0] and 0 <= fc < shape[1]:
            r, c = int(fr), int(fc)
            cell = r * shape[1] + c
            for k in range(cell_start[cell], cell_start[cell + 1]):
                status = entry_inside[k] == 1
                lo, hi = entry_edge[k, 0], entry_edge[k, 1]
                if hi > lo and flips(edge_ends, (lo, hi), (x, y), (x0 + (c + 0.5) * size, y0 + (r + 0.5) * size)):
                    status = not status
                if status and is_area[entry_zone[k]] == 1:
                    mask |= np.uint64(1) << np.uint64(entry_zone[k])
        masks[i] = mask


@njit(nogil=True, cache=True)
def find_leg_hits(path: F64, first_leg: int, cells: Any, out: tuple[I64, I32, F64]) -> tuple[int, int]:
    """Write edge hits of the pieces path (n, 4) x0, y0, x1, y1 from `first_leg` on until done or the room is used up.

    hit (k, 2) gets the fraction and 1.0 where the piece ends left of the edge in its fixed order. An edge that lies in
    several cells of one piece is written several times.

    Returns:
        The next piece to do and the number of hits written.
    """
    grid, shape, _area, cell_start, _zone, _inside, entry_edge, edge_ends, edge_number = cells
    hit_leg, hit_edge, hit = out
    n = 0
    for i in range(first_leg, len(path)):
        px, py, qx, qy = path[i, 0], path[i, 1], path[i, 2], path[i, 3]
        if not (np.isfinite(px) and np.isfinite(py) and np.isfinite(qx) and np.isfinite(qy)):
            continue
        # The leg in the fixed order of edges: a vertex must lie on the same side whichever way the boat goes.
        leg = (qx, qy, px, py) if py > qy or (py == qy and px > qx) else (px, py, qx, qy)
        began = n
        r0, r1 = row_range(leg[1], leg[3], grid, shape[0])
        for r in range(r0, r1 + 1):
            c0, c1 = column_range(leg, r, grid, shape[1])
            for cell in range(r * shape[1] + c0, r * shape[1] + c1 + 1):
                for k in range(cell_start[cell], cell_start[cell + 1]):
                    for e in range(entry_edge[k, 0], entry_edge[k, 1]):
                        edge = (edge_ends[e, 0], edge_ends[e, 1], edge_ends[e, 2], edge_ends[e, 3])
                        p, q = side(edge, px, py), side(edge, qx, qy)
                        if (p > 0) == (q > 0):
                            continue
                        a, b = side(leg, edge[0], edge[1]), side(leg, edge[2], edge[3])
                        if (a >= 0) == (b >= 0):
                            continue
                        if n == len(hit_leg):
                            return i, began
                        hit_leg[n], hit_edge[n] = i, edge_number[e]
                        hit[n, 0], hit[n, 1] = p / (p - q), 1.0 if q > 0 else 0.0
                        n += 1
    return len(path), n


@njit(nogil=True, cache=True)
def round_turn(x: float, middle: float) -> float:
    """Return the whole turns, degrees, to take off x so that it lies within 180 degrees of `middle`."""
    return float(np.round((x - middle) / 360.0) * 360.0)


@njit(nogil=True, cache=True)
def nearest_border(lat: F64, lon: F64, zone: I32, borders: Any, out: tuple[F64, I8]) -> None:
    """Write metres to the nearest border of zone[i] and whether the place lies left of it as drawn.

    Edges stand in blocks with a bounding box; blocks that cannot be nearer are passed over. Scales are those of the
    mean latitude of place and edge (WGS84 radii), good to 0.1 % at 60 nm.
    """
    metres, is_left = out
    ends, sign, zone_block, block_edge, block_box, block_scale, scale = borders
    for i in range(len(lat)):
        x, y = lon[i], lat[i]
        phi = np.radians(y)
        w = 1.0 - 0.0066943799901413165 * np.sin(phi) ** 2
        ky0 = np.radians(6335439.327292819 / w**1.5)
        kx0 = np.radians(6378137.0 / np.sqrt(w)) * np.cos(phi)
        best, best_cross, left = np.inf, 0.0, False
        for k in range(zone_block[zone[i]], zone_block[zone[i] + 1]):
            turn = round_turn(x, 0.5 * (block_box[k, 0] + block_box[k, 2]))
            dx = max(block_box[k, 0] - x + turn, x - turn - block_box[k, 2], 0.0)
            dy = max(block_box[k, 1] - y, y - block_box[k, 3], 0.0)
            near_x, near_y = 0.5 * (kx0 + block_scale[k, 0]) * dx, 0.5 * (ky0 + block_scale[k, 1]) * dy
            if near_x * near_x + near_y * near_y > best * (1.0 + 1e-9):
                continue
            for e in range(block_edge[k], block_edge[k + 1]):
                kx, ky = 0.5 * (kx0 + scale[e, 0]), 0.5 * (ky0 + scale[e, 1])
                ax, ay = (ends[e, 0] - x + turn) * kx, (ends[e, 1] - y) * ky
                ux, uy = (ends[e, 2] - ends[e, 0]) * kx, (ends[e, 3] - ends[e, 1]) * ky
                length2 = ux * ux + uy * uy
                if length2 <= 0.0:
                    continue
                t = min(max(-(ax * ux + ay * uy) / length2, 0.0), 1.0)
                ex, ey = ax + t * ux, ay + t * uy
                d2 = ex * ex + ey * ey
                # At a shared vertex both edges are equally near; the one seen more squarely knows the side.
                cross = (ux * -ay - uy * -ax) / np.sqrt(length2)
                if d2 < best * (1.0 - 1e-9) or (d2 <= best * (1.0 + 1e-9) and abs(cross) > abs(best_cross)):
                    best, best_cross = d2, cross
                    left = (cross > 0.0) == (sign[e] > 0)
        metres[i] = np.sqrt(best)
        is_left[i] = 1 if left else 0
