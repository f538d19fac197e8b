"""Clean and segment: the kernel beside its plain twin and, where it is installed, MovingPandas, on the same fixes.

    python benchmarks/clean_segment.py [--vessels 500] [--fixes 2000]

Ratios in CPU seconds of one process and one thread; absolute figures depend on the machine.
"""

import argparse
import time

import numpy as np

from haidang.core.columns import Positions
from haidang.events.chain import Chain, States, classes_and_seeds
from haidang.events.settings import EngineSettings
from haidang.tracks.segment import JUMP
from haidang.tracks.segment_plain import PlainSegmenter


def fleet(vessels: int, fixes: int, seed: int = 1) -> tuple[Positions, np.ndarray]:
    """Return sorted fixes every two minutes or so, 0.2 % of them thrown 0.5 to 3 degrees away, and which."""
    rng = np.random.default_rng(seed)
    shape = (vessels, fixes)
    step_s = rng.integers(60, 200, shape)
    course = np.cumsum(rng.normal(0, 0.1, shape), 1)
    leg = rng.uniform(2, 7, (vessels, 1)) * step_s / 111_195
    lat = 14 + np.cumsum(np.sin(course) * leg, 1)
    lon = 110 + np.cumsum(np.cos(course) * leg, 1)
    wild = rng.random(shape) < 0.002
    lat[wild] += rng.uniform(0.5, 3, wild.sum())
    code = np.repeat(np.arange(vessels), fixes)
    t = (np.cumsum(step_s, 1) * 1_000_000 + 10**15).ravel()
    ids = [f"{574_000_000 + n}" for n in range(vessels)]
    return Positions.build(ids, code, t, lat.ravel(), lon.ravel(), sog_kn=np.full(len(code), 8.0)), wild.ravel()


def cpu_s(work) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vessels", type=int, default=500)
    parser.add_argument("--fixes", type=int, default=2000)
    args = parser.parse_args()
    positions, wild = fleet(args.vessels, args.fixes)
    chain = Chain(EngineSettings(), (), ())
    classes, seeds = classes_and_seeds(positions.vessel_ids, {}, np.zeros(args.vessels, np.int8))
    rows = tuple(
        getattr(positions, name)
        for name in ("vessel", "fix_time_us", "received_time_us", "lat_deg", "lon_deg", "sog_kn", "row")
    )
    n = len(positions)
    out = (
        np.empty(n, np.int8), np.empty(n, np.int64), np.empty(n, np.int8), np.empty(n, bool), np.empty(n, np.int64),
        np.empty(n), np.empty(n), np.empty(n, np.int64),
    )  # fmt: skip
    from haidang.tracks.segment import segment_rows

    def kernel() -> None:
        segment_rows(rows, States.fresh(args.vessels).track, seeds, classes, chain.segment_limits, out)

    kernel()
    ours = min(cpu_s(kernel) for _ in range(3)) / n
    caught, lost = (out[0][wild] == JUMP).mean(), (out[0][~wild] == JUMP).mean()
    print(f"kernel        {1 / ours / 1e6:8.2f} M positions/s; jumps caught {caught:.2%}, good fixes lost {lost:.4%}")

    some = min(n, 20_000)

    def plain() -> None:
        twins = [PlainSegmenter(chain.segment_limits[c]) for c in classes]
        for i in range(some):
            twins[positions.vessel[i]].take(
                int(positions.fix_time_us[i]), int(positions.received_time_us[i]), float(positions.lat_deg[i]),
                float(positions.lon_deg[i]), sog=8.0,
            )  # fmt: skip

    twin = cpu_s(plain) / some
    print(f"plain twin    {1 / twin / 1e6:8.3f} M positions/s; kernel {twin / ours:,.0f} x")
    moving_pandas(positions, ours)


def moving_pandas(positions: Positions, ours: float) -> None:
    """Time MovingPandas' outlier cleaner and gap splitter on ten vessels, if it is there."""
    try:
        import movingpandas as mpd
        import pandas as pd
    except ImportError:
        print("MovingPandas  not installed here; pip install movingpandas to compare")
        return
    some = positions.take(np.flatnonzero(positions.vessel < 10))
    frame = pd.DataFrame({
        "id": some.vessel, "t": pd.to_datetime(some.fix_time_us, unit="us"), "x": some.lon_deg, "y": some.lat_deg,
    })  # fmt: skip
    tracks = mpd.TrajectoryCollection(frame, "id", t="t", x="x", y="y", crs="EPSG:4326")

    def work() -> None:
        cleaned = mpd.OutlierCleaner(tracks).clean(v_max=25.7, units=("m", "s"))
        mpd.ObservationGapSplitter(cleaned).split(gap=pd.Timedelta(hours=24))

    peer = cpu_s(work) / len(some)
    print(f"MovingPandas  {1 / peer / 1e6:8.4f} M positions/s (outliers and gaps); kernel {peer / ours:,.0f} x")


if __name__ == "__main__":
    main()
