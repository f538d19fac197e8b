"""Close pairs per second on the time grid, against scipy's cKDTree per time step where scipy is there.

    python benchmarks/encounters.py [boats]

Boats that report every two minutes for a day, some grounds crowded. CPU seconds, one thread, best of three.
"""

import importlib
import importlib.util
import sys
import time
from itertools import pairwise

import numpy as np

from haidang.core.columns import Positions
from haidang.core.time import MINUTE_US
from haidang.events.encounter import find_encounters
from haidang.events.encounter_grid import EncounterSettings, _all_close, grid_rows
from haidang.tracks.pair_kernels import earth_centred_m


def best_cpu_s(work, times=3):
    work()
    best = np.inf
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def fleet(n_boats):
    rng = np.random.default_rng(2)
    steps = 720
    ground = rng.normal(0, 1.5, (60, 2))
    place = ground[rng.integers(0, 60, n_boats)] + rng.normal(0, 0.08, (n_boats, 2))
    lat = 15 + place[:, :1] + np.cumsum(rng.normal(0, 2e-4, (n_boats, steps)), axis=1)
    lon = 112 + place[:, 1:] + np.cumsum(rng.normal(0, 2e-4, (n_boats, steps)), axis=1)
    minute = np.arange(steps) * 2 + rng.uniform(0, 2, (n_boats, 1))
    vessel = np.repeat(np.arange(n_boats), steps)
    names = [f"v{k}" for k in range(n_boats)]
    return Positions.build(names, vessel, (minute.ravel() * MINUTE_US).astype(np.int64), lat.ravel(), lon.ravel())


def main():
    fixes = fleet(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
    track = fixes.vessel.astype(np.int64)
    settings = EncounterSettings()
    grid = grid_rows(fixes, track, settings)
    order = np.argsort(grid.bucket, kind="stable")
    bucket, vessel = grid.bucket[order], fixes.vessel[grid.row[order]]
    places = np.ascontiguousarray(grid.values[order, :2])
    xyz = earth_centred_m(places[:, 0], places[:, 1])
    join_s = best_cpu_s(lambda: _all_close(bucket, vessel, places, xyz, 500.0))
    pairs = len(_all_close(bucket, vessel, places, xyz, 500.0))
    whole_s = best_cpu_s(lambda: find_encounters(fixes, track, now_us=0), 1)
    print(f"{len(fixes):,} fixes, {len(bucket):,} grid rows, {pairs:,} pairs")
    print(f"join {len(bucket) / join_s / 1e6:.1f} M grid rows/s, whole {len(fixes) / whole_s / 1e6:.2f} M fixes/s")
    spatial = importlib.util.find_spec("scipy") and importlib.import_module("scipy.spatial")
    if not spatial:
        print("no scipy: no peer")
        return
    bounds = np.append(np.unique(bucket, return_index=True)[1], len(bucket))

    def tree():
        trees = (spatial.cKDTree(xyz[a:b]) for a, b in pairwise(bounds))
        return sum(len(t.query_pairs(500.0, output_type="ndarray")) for t in trees)

    tree_s = best_cpu_s(tree, 1)
    rate = len(bucket) / tree_s / 1e6
    print(f"cKDTree per step: {rate:.1f} M grid rows/s, pairs {tree():,}, ratio {tree_s / join_s:.1f}x")


if __name__ == "__main__":
    main()
