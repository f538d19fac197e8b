"""`haidang simulate`: a drill as files, with the truth beside it; every file says DRILL."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haidang.cli.terminal import DONE, progress, say

if TYPE_CHECKING:
    from haidang.core.columns import F64
    from haidang.core.zone import Zone
    from haidang.simulate.fleet import Fleet

HELP = "make a seeded fleet with the truth beside it"
README = """DRILL / DIỄN TẬP
Everything here is simulated: vessels, names, numbers, suppliers, tracks and events are invented.
Zones and lines are samples with no legal meaning / Vùng và đường ranh là mẫu, không có giá trị pháp lý.

positions.parquet     reports as received (canonical columns)
vessels.csv trips.csv registers; zones.geojson ports.geojson layers
truth_events.parquet  what really happened; truth_paths.parquet true places every 5 minutes
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.add_argument("--seed", type=int, default=1, help="same seed, same bytes (default 1)")
    parser.add_argument("--days", type=float, default=3, help="length in days (default 3)")
    parser.add_argument("--preset", default="drill", help="drill, quiet, month or storm (default drill)")
    parser.add_argument("--vessels", type=int, default=1200, help="boats with VMS (default 1200)")
    parser.add_argument("--start", default="2026-03-02T00:00:00Z", help="first day, UTC (default 2026-03-02)")
    parser.add_argument("--no-paths", action="store_true", help="leave truth_paths.parquet out (it is the largest)")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")


def run(args: argparse.Namespace) -> int:
    """Write the drill's files and say what is in them."""
    from haidang.core.errors import InvalidInput
    from haidang.core.time import DAY_US, parse_iso_us
    from haidang.simulate.fleet import build
    from haidang.simulate.scenario import Scenario

    try:
        start_us = parse_iso_us(args.start)
    except ValueError as error:
        raise InvalidInput(f"--start {args.start!r} is not a time; write it like 2026-03-02T00:00:00Z") from error
    fleet = build(Scenario.preset(args.preset, seed=args.seed, start_us=start_us, days=args.days, n_vms=args.vessels))
    args.out.mkdir(parents=True, exist_ok=True)
    days = max(int(-(-args.days // 1)), 1)
    with progress("simulating days", days) as advance:
        for day in range(days):
            fleet.make_until(fleet.scenario.start_us + (day + 1) * DAY_US)
            advance(1)
    rows = _write_positions(fleet, args.out)
    _write_registers(fleet, args.out)
    _write_layers(fleet, args.out)
    _write_truth(fleet, args.out, paths=not args.no_paths)
    (args.out / "README.txt").write_text(README, encoding="utf8")
    counts: dict[str, int] = {}
    for event in fleet.truth.events:
        counts[event.kind] = counts.get(event.kind, 0) + 1
    say(f"DRILL: {rows} positions of {len(fleet.vessels)} vessels, {len(fleet.truth.events)} true events in {args.out}")
    for kind, count in sorted(counts.items()):
        say(f"  {kind}: {count}")
    return DONE


def _times(values: object) -> Any:
    import pyarrow as pa

    return pa.array(values, pa.int64()).cast(pa.timestamp("us", tz="UTC"))


def _write_positions(fleet: "Fleet", out: Path) -> int:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from haidang.core.columns import KINDS

    reports = fleet.reports()
    p = reports.positions

    def by_vessel(values: list[str | None]) -> Any:
        return pa.DictionaryArray.from_arrays(pa.array(p.vessel), pa.array(values, pa.string())).cast(pa.string())

    vms = reports.source == 0
    supplier = by_vessel([v.supplier for v in fleet.vessels])
    columns = {
        "vessel_id": by_vessel([v.vessel_id for v in fleet.vessels]),
        "fix_time": _times(p.fix_time_us),
        "received_time": _times(p.received_time_us),
        "lat_deg": pa.array(p.lat_deg),
        "lon_deg": pa.array(p.lon_deg),
        "sog_kn": pa.array(p.sog_kn),
        "cog_deg": pa.array(p.cog_deg),
        "source": pa.DictionaryArray.from_arrays(pa.array(reports.source), ["drill-vms", "drill-ais"]).cast(
            pa.string()
        ),
        "supplier": pa.array(np.where(vms, supplier.to_numpy(zero_copy_only=False), None), pa.string()),
        "kind": pa.array(np.array(KINDS)[p.kind], pa.string()),
        "gear": by_vessel([v.gear for v in fleet.vessels]),
    }
    pq.write_table(pa.table(columns), out / "positions.parquet")
    return len(p)


def _write_registers(fleet: "Fleet", out: Path) -> None:
    import csv

    from haidang.core.time import format_iso

    names = (
        "vessel_id",
        "registration",
        "mmsi",
        "length_m",
        "gear",
        "supplier",
        "home_port",
        "licence_to",
        "pair_id",
        "name",
        "kind",
    )
    with (out / "vessels.csv").open("w", encoding="utf8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for v in fleet.vessels:
            row = [getattr(v, name, None) for name in names]
            writer.writerow("" if value is None else value for value in row)
    with (out / "trips.csv").open("w", encoding="utf8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("vessel_id", "departure_time", "planned_return", "port_id"))
        for t in fleet.trips:
            second = 1_000_000
            times = (format_iso(x // second * second) for x in (t.departure_us, t.planned_return_us))
            writer.writerow((t.vessel_id, *times, t.port_id))


def _geometry(zone: "Zone") -> dict[str, object]:
    def ring(points: "F64") -> list[list[float]]:
        return [[round(float(x), 6), round(float(y), 6)] for x, y in points]

    if zone.lines:
        return {"type": "LineString", "coordinates": ring(zone.lines[0])}
    return {"type": "Polygon", "coordinates": [ring(r) for r in zone.polygons[0]]}


def _write_layers(fleet: "Fleet", out: Path) -> None:
    zones = [
        {
            "type": "Feature",
            "properties": {
                "zone_id": z.zone_id, "name": z.name, "kind": z.kind, "is_alert_boundary": z.is_alert_boundary,
                "inside": z.inside, "authority": z.authority, "source": z.source, "version": z.version, "sample": True,
            },
            "geometry": _geometry(z),
        }
        for z in fleet.zones
    ]  # fmt: skip
    ports = [
        {
            "type": "Feature",
            "properties": {"port_id": p.port_id, "name": p.name, "sample": True, "source": fleet.zones[0].source},
            "geometry": {"type": "Point", "coordinates": [p.lon_deg, p.lat_deg]},
        }
        for p in fleet.ports
    ]
    for name, features in (("zones", zones), ("ports", ports)):
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        (out / f"{name}.geojson").write_text(text + "\n", encoding="utf8")


def _write_truth(fleet: "Fleet", out: Path, *, paths: bool) -> None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    events = fleet.truth.events
    columns = {
        "kind": [e.kind for e in events],
        "vessel_id": [e.vessel_id for e in events],
        "other": [e.other for e in events],
        "start_time": _times([e.start_us for e in events]),
        "end_time": _times([e.end_us for e in events]),
        "lat_deg": pa.array([e.lat_deg for e in events], pa.float64()),
        "lon_deg": pa.array([e.lon_deg for e in events], pa.float64()),
        "zone_id": [e.zone_id for e in events],
        "cause": [e.cause for e in events],
    }
    pq.write_table(pa.table(columns), out / "truth_events.parquet")
    if not paths:
        return
    ids = pa.array(fleet.truth.vessel_ids)
    writer: Any = None
    for _, day in sorted(fleet.truth.days.items()):
        t, v = day.lat.shape[0] - 1, day.lat.shape[1]
        lat, lon = day.lat[:t].T.ravel(), day.lon[:t].T.ravel()
        there = np.flatnonzero(np.isfinite(lat))
        vessel = np.repeat(np.arange(v, dtype=np.int32), t)[there]
        table = pa.table(
            {
                "vessel_id": pa.DictionaryArray.from_arrays(pa.array(vessel), ids).cast(pa.string()),
                "time": _times(np.tile(day.times_us[:t], v)[there]),
                "lat_deg": pa.array(lat[there]),
                "lon_deg": pa.array(lon[there]),
            }
        )
        writer = writer or pq.ParquetWriter(out / "truth_paths.parquet", table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()
