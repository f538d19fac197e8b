"""`haidang detect`: files in, the promised files out, whatever is missing."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from build import meet, story
from haidang.batch import tables
from haidang.batch.local import Request, by_any_identity, run_local
from haidang.cli.main import main
from haidang.core.errors import InvalidInput, NotFound
from haidang.core.time import format_iso
from haidang.core.vessel import Vessel


def write_csv(path, positions) -> None:
    lines = [
        f"{positions.vessel_ids[positions.vessel[i]]},{format_iso(int(positions.fix_time_us[i]))},"
        f"{positions.lat_deg[i]:.7f},{positions.lon_deg[i]:.7f},{positions.sog_kn[i]:.1f}"
        for i in range(len(positions))
    ]
    lines.insert(0, "vessel_id,fix_time,lat_deg,lon_deg,sog_kn")
    path.write_text("\n".join(lines) + "\n", encoding="utf8")


def read(folder) -> tuple[pa.Table, pa.Table, pa.Table, dict]:
    events, positions, rejects = (
        pq.read_table(folder / f"{name}.parquet") for name in ("events", "positions", "rejects")
    )
    return events, positions, rejects, json.loads((folder / "summary.json").read_text(encoding="utf8"))


@pytest.fixture
def archive(tmp_path):
    boat = story("QNa-90001-TS", lat=15.48, lon=108.69).drift(hours=6).sail(90, 8, hours=12).silence(hours=8)
    write_csv(tmp_path / "boat.csv", boat.sail(90, 8, hours=6).positions())
    ship = story("574001234", lat=15.5, lon=110.0, every_min=5).sail(90, 12, hours=3).drift(hours=3)
    write_csv(tmp_path / "ship.csv", ship.positions())
    with (tmp_path / "ship.csv").open("a", encoding="utf8") as file:
        file.write("574001234,2023-11-14T00:00:00Z,95.0,110.0,1.0\n574001234,not a time,15.0,110.0,1.0\n")
    return tmp_path


def test_all_files_and_columns_even_without_events(tmp_path) -> None:
    write_csv(tmp_path / "one.csv", story("574001234", lat=15.5, lon=110.0).report(5.0).positions())
    run_local(Request([tmp_path / "one.csv"], tmp_path / "out"))
    events, positions, rejects, summary = read(tmp_path / "out")
    assert events.schema.equals(tables.EVENTS)
    assert rejects.schema.equals(tables.REJECTS)
    assert positions.schema.equals(tables.POSITIONS)
    assert (events.num_rows, positions.num_rows, rejects.num_rows) == (0, 1, 0)
    assert positions["fishing_probability"].null_count == 1
    assert positions.schema.field("fix_time").type == pa.timestamp("us", tz="UTC")
    assert set(summary["missing"]) == {"zones", "ports", "vessels", "trips"}


def test_several_inputs_with_their_own_rows(archive) -> None:
    inputs = [archive / "boat.csv", archive / "ship.csv"]
    run_local(Request(inputs, archive / "out"))
    events, positions, rejects, summary = read(archive / "out")
    assert summary["positions"] == positions.num_rows
    assert set(rejects["input"].to_pylist()) == {str(inputs[1])}
    assert len(rejects) == 2
    ship = positions.filter(pa.compute.equal(positions["vessel_id"], "574001234"))
    assert ship["row"].to_pylist() == list(range(ship.num_rows))
    silence = next(e for e in events.to_pylist() if e["kind"] == "silence" and e["vessel_id"] == "QNa-90001-TS")
    details = json.loads(silence["details"])
    assert set(details["inputs"]) == {str(inputs[0])}
    rows = positions.filter(pa.compute.equal(positions["input"], str(inputs[0])))
    evidence = rows.slice(details["rows"][0], 1).to_pylist()[0]
    assert evidence["fix_time"] == silence["start_time"]


def test_zones_ports_and_register_make_their_events(archive) -> None:
    feature = {
        "type": "Feature",
        "properties": {"zone_id": "Z1", "name": "Sample", "kind": "watch", "is_alert_boundary": True},
        "geometry": {"type": "Polygon", "coordinates": [[[109, 15], [112, 15], [112, 16], [109, 16], [109, 15]]]},
    }
    port = {
        "type": "Feature",
        "properties": {"port_id": "KH", "name": "Kỳ Hà"},
        "geometry": {"type": "Point", "coordinates": [108.69, 15.48]},
    }
    for name, one in (("zones", feature), ("ports", port)):
        text = json.dumps({"type": "FeatureCollection", "features": [one]})
        (archive / f"{name}.geojson").write_text(text, encoding="utf8")
    (archive / "vessels.csv").write_text("vessel_id,length_m,supplier\nQNa-90001-TS,16.5,VNPT\n", encoding="utf8")
    request = Request(
        [archive / "boat.csv"], archive / "out", zones=archive / "zones.geojson", ports=archive / "ports.geojson",
        vessels=archive / "vessels.csv",
    )  # fmt: skip
    run_local(request)
    events, _, _, summary = read(archive / "out")
    kinds = set(events["kind"].to_pylist())
    assert {"crossing_in", "port_out", "silence", "stop"} <= kinds
    assert set(summary["missing"]) == {"trips"}
    assert summary["given"]["zones"] == 1
    assert len(set(events["event_id"].to_pylist())) == events.num_rows


def test_what_cannot_be_used_is_said(tmp_path) -> None:
    with pytest.raises(NotFound):
        run_local(Request([tmp_path / "nothing.csv"], tmp_path / "out"))
    with pytest.raises(InvalidInput):
        run_local(Request([], tmp_path / "out"))


def test_the_command_and_batch_detect_agree(archive, capsys) -> None:
    source = str(archive / "boat.csv")
    assert main(["detect", source, "--out", str(archive / "a")]) == 0
    assert "silence" in capsys.readouterr().out
    assert main(["batch", "detect", source, "--engine", "local", "--out", str(archive / "b")]) == 0
    one, other = read(archive / "a"), read(archive / "b")
    assert all(x.equals(y) for x, y in zip(one[:3], other[:3], strict=True))


def test_exit_codes(archive, capsys) -> None:
    source = str(archive / "boat.csv")
    assert main(["batch", "detect", source, "--engine", "spark", "--out", str(archive / "a")]) == 3
    assert "spark" in capsys.readouterr().err
    assert main(["detect", str(archive / "none.csv"), "--out", str(archive / "a")]) == 2


def test_a_register_answers_to_mmsis() -> None:
    known = by_any_identity({"QNa-1": Vessel("QNa-1", mmsi="574001234", supplier="VNPT", length_m=16.0)})
    assert known["574001234"].length_m == 16.0
    assert known["574001234"].supplier is None


def test_every_place_of_a_real_file_stands_once(shared_data, tmp_path) -> None:
    source = shared_data / "ais_positions" / "shared_mmsi_338013000_labelled.parquet"
    run_local(Request([source], tmp_path / "out"))
    _, positions, rejects, _ = read(tmp_path / "out")
    truth = pq.read_table(source)
    with_place = np.flatnonzero(~np.isnan(truth["lat"].to_numpy()))
    assert positions["row"].to_pylist() == with_place.tolist()
    assert len(rejects) == truth.num_rows - len(with_place)


def test_two_boats_from_two_files_meet(tmp_path) -> None:
    one = story("574001234", lat=15.5, lon=111.0, every_min=5).sail(90, 9, hours=2).drift(hours=4).sail(0, 9, hours=2)
    two = story("574005678", lat=15.501, lon=one.lon, every_min=5)
    two.lon = 111.0 + 18 * 1852 / (111_195 * np.cos(np.radians(15.5)))
    two.at_us += 2 * 3_600_000_000
    two.drift(hours=4).sail(180, 9, hours=2)
    write_csv(tmp_path / "a.csv", meet(one))
    write_csv(tmp_path / "b.csv", meet(two))
    run_local(Request([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "out"))
    [encounter] = [e for e in read(tmp_path / "out")[0].to_pylist() if e["kind"] == "encounter"]
    assert {encounter["vessel_id"], encounter["other_vessel_id"]} == {"574001234", "574005678"}


def test_a_rule_pack_is_named_with_its_version(archive) -> None:
    summary = run_local(Request([archive / "boat.csv"], archive / "out", rules="vietnam"))
    assert summary["given"]["rules"]["pack"]
    assert summary["given"]["rules"]["version"]
    with pytest.raises(NotFound):
        run_local(Request([archive / "boat.csv"], archive / "out", rules="atlantis"))
