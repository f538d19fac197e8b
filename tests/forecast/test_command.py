"""`haidang forecast`: fit, run, evaluate on files; the columns of the interface; what cannot be used is said."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from walkers import LINE, walkers

from haidang.cli.forecast import period_us
from haidang.cli.main import main
from haidang.core.columns import Positions
from haidang.core.errors import InvalidInput, NotFound
from haidang.core.time import HOUR_US, MINUTE_US
from haidang.forecast.boundaries import Boundaries
from haidang.forecast.chance import CrossingModel
from haidang.forecast.crossing import load_model, read_model
from haidang.forecast.fitting import collect_examples, fit_model, lines_through

COLUMNS = ("vessel_id", "issued_time", "zone_id", "p_1h", "p_2h", "p_4h", "p_6h", "p_12h", "eta_p10_time",
           "eta_median_time", "eta_p90_time", "distance_m", "baseline_ttl_h")  # fmt: skip


def write(positions: Positions, path: Path) -> Path:
    def times(values: object) -> object:
        return pa.array(values, pa.int64()).cast(pa.timestamp("us", tz="UTC"))

    columns = {
        "vessel_id": [positions.vessel_ids[v] for v in positions.vessel],
        "fix_time": times(positions.fix_time_us), "received_time": times(positions.received_time_us),
        "lat_deg": positions.lat_deg, "lon_deg": positions.lon_deg, "kind": ["fishing"] * len(positions),
    }  # fmt: skip
    pq.write_table(pa.table(columns), path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("forecast")
    write(walkers(80, 5, seed=1), path / "history.parquet")
    write(walkers(80, 4, seed=2), path / "later.parquet")
    write(walkers(80, 4, seed=2, every_min=30, late_share=0.0), path / "truth.parquet")
    zone = {
        "type": "FeatureCollection",
        "features": [{
            "type": "Feature",
            "properties": {
                "zone_id": "line", "name": "Test line", "kind": "permitted_boundary", "is_alert_boundary": True,
            },
            "geometry": {"type": "LineString", "coordinates": LINE.lines[0].tolist()},
        }],
    }  # fmt: skip
    (path / "zones.geojson").write_text(json.dumps(zone), encoding="utf8")
    return path


def call(*words: object) -> int:
    return main(["forecast", *map(str, words)])


def test_fit_run_evaluate(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zones, model, out = folder / "zones.geojson", folder / "model.json", folder / "f.parquet"
    assert call("fit", "--history", folder / "history.parquet", "--zones", zones, "--out", model) == 0
    assert json.loads(model.read_text())["provenance"]["followed_by_a_crossing_within_12_h"] > 30
    assert call("run", folder / "later.parquet", "--zones", zones, "--model", model, "--every", "1h", "--out", out) == 0
    table = pq.read_table(out)
    assert tuple(table.column_names[: len(COLUMNS)]) == COLUMNS
    for name in ("issued_time", "eta_p10_time", "eta_median_time", "eta_p90_time"):
        assert table.schema.field(name).type == pa.timestamp("us", tz="UTC")
    issued = np.unique(table["issued_time"].cast(pa.int64()).to_numpy())
    assert set(np.diff(issued)) == {HOUR_US}
    capsys.readouterr()
    page = folder / "page.html"
    assert call("evaluate", out, "--truth", folder / "truth.parquet", "--zones", zones, "--out", page) == 0
    report = json.loads((folder / "page.json").read_text())
    assert [h["hours"] for h in report["horizons"]] == [1, 2, 4, 6, 12]
    assert all(h["brier"] < h["brier_climatology"] for h in report["horizons"][1:])
    assert all(h["ece"] < 0.05 for h in report["horizons"])
    assert [a["false_per_vessel_day"] for a in report["alarms"]["p_6h"]] == [0.05, 0.1, 0.2]
    assert "<svg" in page.read_text(encoding="utf8")
    assert "skill" in capsys.readouterr().out


def test_a_folder_is_taken_as_the_truth(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "f.parquet"
    assert (
        call("run", folder / "later.parquet", "--zones", folder / "zones.geojson", "--every", "6h", "--out", out) == 0
    )
    truth = tmp_path / "drill"
    truth.mkdir()
    assert call("evaluate", out, "--truth", truth, "--zones", folder / "zones.geojson", "--out", tmp_path / "p") == 2
    (truth / "positions.parquet").write_bytes((folder / "truth.parquet").read_bytes())
    assert call("evaluate", out, "--truth", truth, "--zones", folder / "zones.geojson", "--out", tmp_path / "p") == 0
    assert (tmp_path / "p.json").is_file()


def test_whereabouts_are_refused_plainly(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = call("run", folder / "later.parquet", "--zones", folder / "zones.geojson", "--whereabouts", tmp_path / "w",
                "--out", tmp_path / "f")  # fmt: skip
    assert code == 2
    assert "not available yet" in capsys.readouterr().err


def test_an_empty_file_gives_an_empty_forecast(folder: Path, tmp_path: Path) -> None:
    empty = write(Positions.empty(), tmp_path / "empty.parquet")
    assert call("run", empty, "--zones", folder / "zones.geojson", "--out", tmp_path / "f.parquet") == 0
    assert pq.read_table(tmp_path / "f.parquet").num_rows == 0


@pytest.mark.parametrize(("text", "minutes"), [("30min", 30), ("2h", 120), ("90s", 1.5), ("1d", 1440), (" 15 m ", 15)])
def test_periods(text: str, minutes: float) -> None:
    assert period_us(text) == minutes * MINUTE_US


@pytest.mark.parametrize("text", ["", "30", "half an hour", "0h", "-1h"])
def test_bad_periods(text: str) -> None:
    with pytest.raises(InvalidInput, match="like 30min"):
        period_us(text)


def test_our_model_says_what_it_was_fitted_on() -> None:
    model = load_model()
    assert "simulate" in model.provenance["note"]
    assert model.provenance["followed_by_a_crossing_within_12_h"] > 500
    again = CrossingModel.from_json(json.loads(json.dumps(model.to_json())))
    np.testing.assert_allclose(again.weights, model.weights)


def test_a_model_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="haidang forecast fit"):
        load_model(tmp_path / "no.json")
    for text in ("", "{}", '{"format": "other/9"}', "[]"):
        with pytest.raises(InvalidInput, match="fit it again"):
            read_model(text, where="x.json")


def test_too_little_to_learn_from() -> None:
    with pytest.raises(InvalidInput, match="24 hours"):
        collect_examples(walkers(5, 0.5, seed=1), Boundaries.of([LINE]))
    few = collect_examples(walkers(4, 2, seed=1), Boundaries.of([LINE]))
    with pytest.raises(InvalidInput, match="expected 30 or more"):
        fit_model(few, name="x", provenance={})


def test_lines_laid_through_a_history_teach_crossing() -> None:
    history = walkers(60, 3, seed=4)
    examples = collect_examples(history, Boundaries.of(lines_through(history, n_lines=3, seed=0)))
    assert (examples.hours <= 12).sum() > 30
