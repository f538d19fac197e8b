"""Named sea stories through `haidang detect`: a real ship with delayed packets, a boat that crosses in silence."""

import json

import numpy as np
import pyarrow.parquet as pq

from build import meet, story
from haidang.batch.local import Request, run_local
from haidang.core.zone import Zone
from haidang.events.detect import detect

LINE = Zone(
    "limit", "Limit", "permitted_boundary", lines=(np.array([[111.0, 10.0], [111.0, 20.0]]),), inside="left",
    is_alert_boundary=True,
)  # fmt: skip


def test_the_drifting_ship_frio(shared_data, tmp_path) -> None:
    """Ten of her packets came minutes late and would put her kilometres back: jumps, and no event."""
    run_local(Request([shared_data / "ais_nmea" / "dma_538004030_drift_20140928.nmea"], tmp_path))
    positions = pq.read_table(tmp_path / "positions.parquet")
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf8"))
    assert summary["positions"] == positions.num_rows
    assert set(positions["vessel_id"].to_pylist()) == {"538004030"}
    assert summary["flags"]["jump"] == 10
    assert summary["events"]["all"] == 0
    track = positions.filter(np.array(positions["flag"].to_pylist()) == "ok")
    assert len(set(track["segment_id"].to_pylist())) == 1


def test_a_boat_that_crosses_the_limit_while_silent() -> None:
    boat = story("QNa-90001-TS", lat=15.5, lon=110.6).sail(90, 5, hours=4)
    boat.silence(hours=9, course_deg=90, speed_kn=4).sail(90, 5, hours=4)
    kinds = [e.kind for e in detect(boat.positions(), zones=[LINE]).events]
    assert "silence" in kinds
    assert "crossing_out" in kinds or "crossing_in" in kinds


def test_two_hulls_under_one_mmsi_on_either_side_do_not_cross() -> None:
    west = story("574001234", lat=15.5, lon=109.0, every_min=5).sail(0, 8, hours=6)
    east = story("574001234", lat=15.5, lon=113.0, every_min=5).sail(0, 8, hours=6)
    east.fixes = [(t + 90_000_000, *rest) for t, *rest in east.fixes]
    events = detect(meet(west, east), zones=[LINE]).events
    assert [e for e in events if e.kind.startswith("crossing")] == []


def test_a_stray_fix_over_the_limit_is_no_crossing() -> None:
    boat = story("574001234", lat=15.5, lon=110.0, every_min=10).sail(0, 8, hours=3).stray(15.5, 112.5, after_s=60)
    assert [e for e in detect(boat.sail(0, 8, hours=3).positions(), zones=[LINE]).events if "crossing" in e.kind] == []
