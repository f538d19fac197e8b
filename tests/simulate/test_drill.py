"""The drill must be plausible, repeatable and true to its own truth; detectors are judged by it."""

import csv
import json
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from haidang.cli.main import main
from haidang.core.errors import InvalidInput, NotFound
from haidang.core.geodesy import distance_m
from haidang.core.time import DAY_US, HOUR_US, parse_iso_us
from haidang.simulate.boats import FISH, PORT
from haidang.simulate.fleet import Fleet, build
from haidang.simulate.places import COAST_LAT_DEG, inside_boundary_m, nearest_port
from haidang.simulate.scenario import PRESETS, Scenario
from haidang.simulate.sky import is_tet, moon_lit
from haidang.simulate.truth import TRUE_KINDS

START_US = parse_iso_us("2026-03-02T00:00:00Z")


@cache
def drill(days: float = 3, n_vms: int = 300, seed: int = 5, name: str = "drill") -> Fleet:
    fleet = build(Scenario.preset(name, seed=seed, start_us=START_US, days=days, n_vms=n_vms))
    fleet.reports()
    return fleet


def test_same_seed_same_bytes() -> None:
    a, b = (build(Scenario.preset("drill", seed=9, start_us=START_US, days=1, n_vms=60)).positions() for _ in range(2))
    other = build(Scenario.preset("drill", seed=10, start_us=START_US, days=1, n_vms=60)).positions()
    for name in ("vessel", "fix_time_us", "received_time_us", "lat_deg", "lon_deg", "sog_kn", "cog_deg"):
        assert getattr(a, name).tobytes() == getattr(b, name).tobytes()
    assert a.lat_deg.tobytes() != other.lat_deg.tobytes()


def test_stream_chunks_are_the_whole_and_go_on_without_end() -> None:
    scenario = Scenario.preset("drill", seed=3, start_us=START_US, days=2, n_vms=60)
    whole = build(scenario).stream(START_US - 1, START_US + 4 * DAY_US)
    fleet, edges = build(scenario), [START_US - 1, *range(START_US + 7 * HOUR_US, START_US + 4 * DAY_US, 7 * HOUR_US)]
    edges.append(START_US + 4 * DAY_US)
    parts = [fleet.stream(a, b) for a, b in pairwise(edges)]
    assert sum(len(p) for p in parts) == len(whole) > 10_000
    assert np.concatenate([p.row for p in parts]).tolist() == whole.row.tolist()
    assert np.concatenate([p.lat_deg for p in parts]).tobytes() == whole.lat_deg.tobytes()


def test_received_after_fix_and_in_order() -> None:
    p = drill().positions()
    late_us = p.received_time_us - p.fix_time_us
    assert (late_us >= 0).all()
    assert (np.diff(p.received_time_us) >= 0).all()
    assert (late_us > 3 * HOUR_US).sum() > 20, "store and forward must be seen"


def test_speeds_are_a_boats() -> None:
    fleet = drill()
    n = fleet.scenario.n_vms
    for day in fleet.truth.days.values():
        lat, lon = day.lat.astype(np.float64), day.lon.astype(np.float64)
        step = np.hypot(np.diff(lat, axis=0), np.diff(lon, axis=0) * np.cos(np.radians(lat[1:]))) * 110_900.0
        knots = step / 300.0 / 0.514444
        assert np.nanmax(knots[:, :n]) < 20.0
        assert np.quantile(knots[:, :n], 0.999) < 11.5
        assert np.nanmax(knots[:, n:]) < 26.0


def test_nobody_sails_on_land(shared_data) -> None:
    import shapely
    from shapely.geometry import shape

    land = []
    for name in ("danang_quangnam_wards_2025_20m", "vn_provinces_34_2025_simplified200m"):
        features = json.loads((shared_data / "boundaries" / f"{name}.geojson").read_text("utf8"))["features"]
        land += [shape(f["geometry"]).buffer(0) for f in features]
    ground = shapely.union_all(land)
    shapely.prepare(ground)
    fleet = drill(days=7, name="storm")
    for day in fleet.truth.days.values():
        for i in range(0, 288, 4):
            lat, lon = day.lat[i].astype(np.float64), day.lon[i].astype(np.float64)
            on = shapely.contains_xy(ground, lon, lat)
            assert (nearest_port(lat[on], lon[on])[1] < 2_500.0).all()


def test_pairs_keep_their_separation() -> None:
    fleet = drill()
    second = np.flatnonzero(fleet.register.leader >= 0)
    first = fleet.register.leader[second]
    assert len(second) >= 10
    assert all(fleet.vessels[a].pair_id == fleet.vessels[b].pair_id for a, b in zip(first, second, strict=True))
    day = fleet.truth.days[1]
    fishing = (day.phase[1:, first] == FISH) & (day.phase[:-1, first] == FISH)
    lat, lon = day.lat.astype(np.float64)[1:], day.lon.astype(np.float64)[1:]
    apart = distance_m(lat[:, first], lon[:, first], lat[:, second], lon[:, second])[fishing]
    assert apart.min() > 215.0
    assert apart.max() < 405.0


def test_true_events_are_of_known_kinds_and_plausible_numbers() -> None:
    fleet = drill(n_vms=1200)
    kinds = [e.kind for e in fleet.truth.events]
    assert set(kinds) <= set(TRUE_KINDS)
    dead = [e for e in fleet.truth.events if e.cause.startswith("dead_device")]
    assert 3 <= len(dead) <= 15
    assert 4 <= kinds.count("crossing_out") <= 40
    assert kinds.count("encounter") >= 2
    assert kinds.count("twin_devices") == 1
    assert kinds.count("supplier_outage") == 1
    assert kinds.count("near_collision") <= 60
    at_sea = np.mean(fleet.truth.days[1].phase[100] != PORT)
    assert 0.5 < at_sea < 0.9


def test_crossings_stand_on_the_true_path() -> None:
    fleet = drill(n_vms=1200)
    for event in (e for e in fleet.truth.events if e.kind == "crossing_out"):
        times, lat, lon = fleet.truth.path(
            event.vessel_id, event.start_us - HOUR_US // 12, event.start_us + HOUR_US // 12
        )
        inside = inside_boundary_m(lat, lon)
        assert len(times) == 2
        assert inside[0] >= 0.0 > inside[1]


def test_a_dead_device_sends_nothing_and_a_storing_one_sends_late() -> None:
    fleet = drill(n_vms=1200)
    p = fleet.reports()
    ids = {v.vessel_id: i for i, v in enumerate(fleet.vessels)}
    checked = 0
    for event in (e for e in fleet.truth.events if e.kind == "silence" and e.cause != "supplier_outage"):
        end_us = event.end_us or START_US + 3 * DAY_US
        rows = (p.positions.vessel == ids[event.vessel_id]) & (p.source == 0)
        rows &= (p.positions.fix_time_us >= event.start_us) & (p.positions.fix_time_us < end_us)
        if event.cause == "store_and_forward":
            assert (p.positions.received_time_us[rows] >= end_us).all()
        else:
            assert not rows.any()
        checked += 1
    assert checked > 10


def test_a_parked_device_reports_where_its_carrier_is() -> None:
    fleet = drill()
    event = next(e for e in fleet.truth.events if e.kind == "twin_devices")
    ids = {v.vessel_id: i for i, v in enumerate(fleet.vessels)}
    p = fleet.positions()
    rows = (p.vessel == ids[event.vessel_id]) & (p.fix_time_us < START_US + DAY_US)
    times, lat, lon = fleet.truth.path(event.other, START_US, START_US + DAY_US)
    at = [np.interp(p.fix_time_us[rows], times, x) for x in (lat, lon)]
    assert rows.sum() > 6
    assert distance_m(p.lat_deg[rows], p.lon_deg[rows], *at).max() < 700.0


def test_reports_stop_in_an_outage() -> None:
    fleet = drill(n_vms=1200)
    outage = next(e for e in fleet.truth.events if e.kind == "supplier_outage")
    reports = fleet.reports()
    p = reports.positions
    theirs = np.array([v.supplier == outage.other for v in fleet.vessels])[p.vessel] & (reports.source == 0)
    during = (p.received_time_us >= outage.start_us) & (p.received_time_us < outage.end_us)
    assert theirs.sum() > 1000
    assert (theirs & during).sum() < 30, "only a doubled report may slip through"


def test_boats_run_from_a_storm_and_none_sails_into_it() -> None:
    fleet = drill(days=7, name="storm")
    assert sum(e.kind == "storm_shelter" for e in fleet.truth.events) > 100
    assert (fleet.truth.days[3].phase[-1] == PORT).mean() > 0.98
    assert (fleet.truth.days[6].phase[-1] == PORT).mean() < 0.8


def test_every_preset_runs_and_an_unknown_one_is_refused() -> None:
    for name in PRESETS:
        assert len(drill(days=1, n_vms=40, name=name).positions()) > 300
    with pytest.raises(InvalidInput, match="choose one of"):
        Scenario.preset("calm", seed=1, start_us=START_US)
    with pytest.raises(InvalidInput):
        Scenario(seed=-1, start_us=START_US)
    with pytest.raises(NotFound):
        drill().truth.path("nobody", 0, 1)


def test_names_and_zones_say_what_they_are() -> None:
    fleet = drill()
    assert all("DRILL" in (v.name or "") or "diễn tập" in (v.name or "") for v in fleet.vessels)
    assert all(v.registration is None or v.registration.split("-")[1].startswith("9") for v in fleet.vessels)
    assert all("no legal meaning" in z.source for z in fleet.zones)
    assert sum(z.is_alert_boundary for z in fleet.zones) == 1


def test_moon_and_new_year() -> None:
    assert moon_lit(parse_iso_us("2026-03-03T11:38:00Z")) > 0.97
    assert moon_lit(parse_iso_us("2026-02-17T12:01:00Z")) < 0.03
    assert is_tet(parse_iso_us("2026-02-18T00:00:00Z"))
    assert not is_tet(START_US)
    assert len(COAST_LAT_DEG) == 76


def test_the_command_writes_the_files(tmp_path, capsys) -> None:
    assert main(["simulate", "--seed", "2", "--days", "1", "--vessels", "40", "--out", str(tmp_path)]) == 0
    assert "DRILL" in capsys.readouterr().out
    table = pq.read_table(tmp_path / "positions.parquet")
    assert {"vessel_id", "fix_time", "received_time", "lat_deg", "supplier", "source", "kind", "gear"} <= set(
        table.column_names
    )
    assert str(table.schema.field("fix_time").type) == "timestamp[us, tz=UTC]"
    assert table.num_rows > 300
    with (tmp_path / "vessels.csv").open(encoding="utf8") as file:
        assert len(list(csv.DictReader(file))) == 50
    zones = json.loads((tmp_path / "zones.geojson").read_text("utf8"))["features"]
    assert all(z["properties"]["sample"] for z in zones)
    assert pq.read_table(tmp_path / "truth_paths.parquet").num_rows > 40 * 288
    assert pq.read_table(tmp_path / "truth_events.parquet").num_rows > 0
    assert "DRILL" in (tmp_path / "README.txt").read_text("utf8")


def test_shipped_sample_layers_are_those_of_the_drill(tmp_path) -> None:
    main(["simulate", "--seed", "1", "--days", "1", "--vessels", "20", "--no-paths", "--out", str(tmp_path)])
    shipped = Path(__file__).resolve().parents[2] / "data" / "sample"
    for name in ("zones.geojson", "ports.geojson"):
        assert (shipped / name).read_text("utf8") == (tmp_path / name).read_text("utf8")


@pytest.mark.long
def test_days_that_were_forgotten_come_back_the_same() -> None:
    fleet = build(Scenario.preset("drill", seed=3, start_us=START_US, days=1, n_vms=20))
    first = fleet.stream(START_US - 1, START_US + DAY_US // 2)
    fleet.stream(START_US + DAY_US // 2, START_US + 20 * DAY_US)
    assert min(fleet.truth.days) > 5
    again = fleet.stream(START_US - 1, START_US + DAY_US // 2)
    assert again.lat_deg.tobytes() == first.lat_deg.tobytes()
    assert fleet.positions().row.min() < first.row.max()
