"""Places per second through the zone index, against shapely's prepared polygons on the same places.

    python benchmarks/zones.py [places]

Ten outlines of 5,000 vertices, boats in tracks (neighbouring rows are neighbouring places) and at random. CPU seconds,
one thread, best of three.
"""

import sys
import time

import numpy as np
import shapely

from haidang.core.zone import Zone
from haidang.tracks.zone_index import ZoneIndex


def coast(rng, x, y, radius, n):
    """A dented outline like a drawn coast: roughness at every scale, no spikes."""
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    reach = np.ones(n)
    for k in range(1, 400):
        reach += rng.normal(0, 0.35 / k**1.5) * np.cos(k * angle + rng.uniform(0, 2 * np.pi))
    points = np.column_stack(
        [x + radius * reach.clip(0.2) * np.cos(angle), y + radius * reach.clip(0.2) * np.sin(angle)]
    )
    return np.vstack([points, points[:1]])


def tracks(rng, n, n_boats=500):
    """Boats that wander: rows sorted by boat and time."""
    steps = n // n_boats
    lat = 15 + rng.uniform(-4, 4, (n_boats, 1)) + np.cumsum(rng.normal(0, 0.004, (n_boats, steps)), axis=1)
    lon = 108 + rng.uniform(-4, 4, (n_boats, 1)) + np.cumsum(rng.normal(0, 0.004, (n_boats, steps)), axis=1)
    return lat.ravel(), lon.ravel()


def best_cpu_s(work, times=3):
    work()
    best = np.inf
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def compare(name, index, shapes, lat, lon):
    """Print one line: places per second of both, and how many answers differ."""
    n = len(lat)
    few_lat, few_lon = lat[:200_000], lon[:200_000]
    masks_s = best_cpu_s(lambda: index.masks(lat, lon))
    pairs_s = best_cpu_s(lambda: index.inside(lat, lon))
    peer_s = best_cpu_s(lambda: [shapely.contains_xy(s, few_lon, few_lat) for s in shapes], 1) * n / len(few_lat)
    legs_s = best_cpu_s(lambda: index.legs(lat[:-1], lon[:-1], lat[1:], lon[1:]), 1)
    masks = index.masks(few_lat, few_lon)
    wrong = 0
    for k, shape in enumerate(shapes):
        ours = (masks >> np.uint64(k)) & np.uint64(1) == 1
        wrong += np.count_nonzero(ours != shapely.contains_xy(shape, few_lon, few_lat))
    print(
        f"{name}: masks {n / masks_s / 1e6:.1f} M/s, pairs {n / pairs_s / 1e6:.1f} M/s, "
        f"shapely prepared {n / peer_s / 1e6:.2f} M/s, ratio {peer_s / masks_s:.0f}x, mismatches {wrong}, "
        f"legs {n / legs_s / 1e6:.1f} M/s"
    )


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rng = np.random.default_rng(1)
    outlines = [coast(rng, 108 + rng.uniform(-3, 3), 15 + rng.uniform(-3, 3), 1.5, 5000) for _ in range(10)]
    zones = [Zone(str(k), "", "watch", polygons=((outline,),)) for k, outline in enumerate(outlines)]
    build_s = best_cpu_s(lambda: ZoneIndex.build(zones), 1)
    index = ZoneIndex.build(zones)
    shapes = [shapely.Polygon(outline) for outline in outlines]
    for shape in shapes:
        shapely.prepare(shape)
    print(f"build, 10 x 5,000 vertices: {build_s:.3f} s; {n:,} places")
    compare("tracks", index, shapes, *tracks(rng, n))
    compare("random", index, shapes, rng.uniform(11, 19, n), rng.uniform(104, 112, n))


if __name__ == "__main__":
    main()
