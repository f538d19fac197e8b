"""`haidang forecast`: fit a model of crossing on tracks, run it over tracks, and judge it against what came after."""

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from haidang.cli.terminal import BAD_INPUT, DONE, progress, say, warn

if TYPE_CHECKING:
    from haidang.core.columns import Positions
    from haidang.core.zone import Port, Zone

HELP = "fit, run and evaluate forecasts of crossing"
_UNITS_S = {"s": 1, "min": 60, "m": 60, "h": 3600, "d": 86_400}
#: Lines laid through a history when no boundary is given.
N_LINES = 12


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    fit = steps.add_parser("fit", help="tracks -> model", description="Learn the chance of crossing from past tracks.")
    fit.add_argument("--history", type=Path, nargs="+", required=True, help="positions, any format that detect reads")
    fit.add_argument(
        "--zones", type=Path, help="GeoJSON with the boundary; without it, lines are laid through the history"
    )
    fit.add_argument("--truth", type=Path, nargs="+", help="finer tracks, one per history, to take the outcome from")
    fit.add_argument("--every", default="1h", help="time between examples, like 30min or 2h (default 1h)")
    fit.add_argument("--seed", type=int, default=0, help="of the sample and of the folds (default 0)")
    fit.add_argument("--name", default="crossing/local", help="stored with every forecast (default crossing/local)")
    fit.add_argument("--note", default="", help="where the tracks are from; kept in the model")
    fit.add_argument("--out", type=Path, required=True, help="model file (JSON)")
    run_ = steps.add_parser("run", help="tracks -> forecasts", description="Issue forecasts at regular times.")
    run_.add_argument("positions", type=Path, nargs="+", help="positions, any format that detect reads")
    run_.add_argument("--zones", type=Path, required=True, help="GeoJSON with the boundary")
    run_.add_argument("--ports", type=Path, help="GeoJSON of ports; decides the inside of lines that leave it open")
    run_.add_argument("--model", type=Path, help="model file; default is ours, fitted on the simulator")
    run_.add_argument("--vessels", type=Path, help="register; boats with a gear count as fishing boats")
    run_.add_argument("--every", default="30min", help="time between issues, like 30min or 2h (default 30min)")
    run_.add_argument("--whereabouts", type=Path, help="not available yet")
    run_.add_argument("--out", type=Path, required=True, help="forecasts (Parquet)")
    judge = steps.add_parser("evaluate", help="forecasts + truth -> scores", description="Score forecasts.")
    judge.add_argument("forecasts", type=Path, help="file of `forecast run`")
    judge.add_argument("--truth", type=Path, required=True, help="tracks, or a folder with positions.parquet")
    judge.add_argument("--zones", type=Path, required=True, help="GeoJSON with the boundary")
    judge.add_argument("--out", type=Path, required=True, help="page; .json and .html are written")


def run(args: argparse.Namespace) -> int:
    """Do the step asked for."""
    return {"fit": _fit, "run": _run, "evaluate": _evaluate}[args.step](args)


def period_us(text: str) -> int:
    """Return microseconds of `30min`, `2h`, `90s`, `1d`.

    Raises:
        InvalidInput: not such a text.
    """
    from haidang.core.errors import InvalidInput

    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|min|m|h|d)\s*", text)
    if found is None or float(found[1]) <= 0:
        raise InvalidInput(f"--every {text!r}: expected a number with a unit, like 30min, 2h or 1d")
    return round(float(found[1]) * _UNITS_S[found[2]] * 1e6)


def _fit(args: argparse.Namespace) -> int:
    import json

    from haidang.core.errors import InvalidInput
    from haidang.core.time import HOUR_US
    from haidang.forecast.boundaries import Boundaries
    from haidang.forecast.fitting import collect_examples, fit_model, joined, lines_through

    if args.truth is not None and len(args.truth) != len(args.history):
        raise InvalidInput(f"--truth has {len(args.truth)} files, --history {len(args.history)}; give one for each")
    every_us = period_us(args.every)
    zones = None if args.zones is None else _zones(args.zones)
    parts = []
    for k, path in enumerate(args.history):
        history = _positions([path])
        truth = None if args.truth is None else _positions([args.truth[k]])
        if not len(history):
            raise InvalidInput(f"{path}: no positions to learn from")
        lines = zones if zones is not None else lines_through(history, n_lines=N_LINES, seed=args.seed + k)
        span = (int(history.fix_time_us.max()) - int(history.fix_time_us.min())) / max(every_us, HOUR_US // 60)
        with progress(f"reading approaches of {path.name}", span) as advance:
            parts.append(
                collect_examples(history, Boundaries.of(lines), truth=truth, every_us=every_us, on_progress=advance)
            )
    provenance = {
        "note": args.note,
        "histories": [p.name for p in args.history],
        "zones": "lines laid through the history" if zones is None else args.zones.name,
        "outcome": "the histories themselves" if args.truth is None else [p.name for p in args.truth],
        "every": args.every,
        "seed": args.seed,
    }
    model = fit_model(joined(parts), name=args.name, provenance=provenance, seed=args.seed)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(model.to_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    say(f"model {model.name}: {model.provenance['examples']} examples, "
        f"{model.provenance['followed_by_a_crossing_within_12_h']} followed by a crossing, in {args.out}")  # fmt: skip
    return DONE


def _run(args: argparse.Namespace) -> int:
    from haidang.cli.forecast_table import write_forecasts
    from haidang.core.errors import InvalidInput
    from haidang.forecast.boundaries import boundaries_of
    from haidang.forecast.crossing import Forecasts, load_model, predict
    from haidang.forecast.fitting import Window

    if args.whereabouts is not None:
        warn("haidang forecast run: --whereabouts is not available yet; leave it out to forecast crossings")
        return BAD_INPUT
    every_us = period_us(args.every)
    model = load_model(args.model)
    boundaries = boundaries_of(_zones(args.zones), _ports(args.ports))
    if not boundaries.zones:
        raise InvalidInput(f"{args.zones}: no zones; expected at least one boundary")
    positions = _as_registered(_positions(args.positions), args.vessels)
    window, parts = Window(positions), []
    issues: list[int] = []
    if len(positions):
        first_us, last_us = int(positions.received_time_us.min()), int(positions.received_time_us.max())
        issues = list(range(-(-first_us // every_us) * every_us, last_us + 1, every_us))
    with progress("issuing forecasts", len(issues)) as advance:
        for issued_us in issues:
            parts.append(predict(window.before(issued_us), boundaries, issued_us, model))
            advance(1)
    forecasts = Forecasts.concat(parts)
    write_forecasts(forecasts, args.out, model.name)
    say(f"{len(forecasts)} forecasts of {len(set(forecasts.vessel_id))} vessels at {len(issues)} times in {args.out}")
    return DONE


def _evaluate(args: argparse.Namespace) -> int:
    import json

    from haidang.cli.forecast_table import read_forecasts
    from haidang.forecast.page import html_page
    from haidang.forecast.verification import verify

    forecasts = read_forecasts(args.forecasts)
    truth = _positions([_truth_file(args.truth)])
    report = verify(forecasts, truth, _zones(args.zones))
    report = {"file": args.forecasts.name, "truth": args.truth.name, **report}
    stem = args.out.with_suffix("") if args.out.suffix in {".json", ".html"} else args.out
    stem.parent.mkdir(parents=True, exist_ok=True)
    page, data = stem.with_name(stem.name + ".html"), stem.with_name(stem.name + ".json")
    data.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    page.write_text(html_page(report, title=f"Forecasts of crossing: {args.forecasts.name}"), encoding="utf8")
    say(f"{'hours':>5} {'n':>8} {'crossed':>8} {'Brier':>9} {'distance':>9} {'to line':>9} {'skill':>7} {'ECE':>7}")
    for h in report["horizons"]:
        numbers = (h["brier"], h["brier_climatology"], h["brier_time_to_line"])
        say(f"{h['hours']:>5} {h['n']:>8.0f} {h['n_crossed']:>8.0f} "
            + " ".join(f"{_or_nan(v):>9.5f}" for v in numbers)
            + f" {_or_nan(h['skill']):>7.3f} {_or_nan(h['ece']):>7.4f}")  # fmt: skip
    for a in report["alarms"]["p_6h"]:
        say(f"at {a['false_per_vessel_day']} false warnings per vessel-day: {_or_nan(a['recall']):.2f} of "
            f"{a['n_crossings']} crossings warned of, {_or_nan(a['recall_2h']):.2f} 2 h ahead")  # fmt: skip
    say(f"written: {data} and {page}")
    return DONE


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _positions(paths: list[Path]) -> "Positions":
    """Return the positions of all files as one batch."""
    from haidang.core.columns import Positions
    from haidang.feeds.catalogue import read_file

    return Positions.concat([piece.positions for path in paths for piece in read_file(path)])


def _truth_file(path: Path) -> Path:
    """Return the file of the truth; of a folder the paths of the simulator, else its positions."""
    from haidang.core.errors import NotFound

    if not path.is_dir():
        return path
    for name in ("truth_paths.parquet", "positions.parquet", "positions.csv"):
        if (path / name).is_file():
            return path / name
    raise NotFound(f"{path}: no truth_paths.parquet or positions.parquet in the folder; give the file itself")


def _zones(path: Path) -> "list[Zone]":
    from haidang.feeds.zones_geojson import read_zones

    zones, rejects = read_zones(path)
    for reject in rejects:
        warn(f"{path}: zone {reject.row}: {reject.reason}: {reject.excerpt}")
    return zones


def _ports(path: Path | None) -> "list[Port]":
    from haidang.feeds.zones_geojson import read_ports

    return [] if path is None else read_ports(path)[0]


def _as_registered(positions: "Positions", path: Path | None) -> "Positions":
    """Return the positions with boats that the register gives a gear as fishing boats, whatever the feed says."""
    if path is None:
        return positions
    from dataclasses import replace

    import numpy as np

    from haidang.feeds.registers import read_vessels_csv

    vessels, rejects = read_vessels_csv(path)
    if rejects:
        warn(f"{path}: {len(rejects)} rows could not be read; first: {rejects[0].reason}")
    geared = np.array([bool((v := vessels.get(i)) and v.gear) for i in positions.vessel_ids] or [False])
    kind = np.where(geared[positions.vessel], np.int8(1), positions.kind).astype(np.int8)
    return replace(positions, kind=kind)
