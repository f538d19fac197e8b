"""`haidang detect`: every event in one or more files of positions."""

import argparse
from pathlib import Path

HELP = "find every event in files of positions"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "inputs", nargs="+", type=Path, metavar="INPUT",
        help="position files: .nmea .aivdm .csv .parquet .naf .gpx, also .gz/.zst; .txt and .log by content",
    )  # fmt: skip
    parser.add_argument("--zones", type=Path, help="zones and lines, GeoJSON")
    parser.add_argument("--ports", type=Path, help="ports, GeoJSON")
    parser.add_argument("--vessels", type=Path, help="register of vessels, CSV")
    parser.add_argument("--trips", type=Path, help="declared trips, CSV")
    parser.add_argument("--rules", help="rule pack: a name or a file")
    parser.add_argument("--mapping", type=Path, help="names of columns, where the headers are not recognised")
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")


def run(args: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    from haidang.batch.local import Request, run_local
    from haidang.cli.terminal import DONE, progress, say

    request = Request(
        args.inputs, args.out, zones=args.zones, ports=args.ports, vessels=args.vessels, trips=args.trips,
        rules=args.rules, mapping=args.mapping,
    )  # fmt: skip
    with progress("Reading and detecting", 1.0) as advance:
        summary = run_local(request, on_progress=advance)
    say(sentence(summary))
    say(f"Results: {args.out}/events.parquet positions.parquet rejects.parquet summary.json")
    return DONE


def sentence(summary: dict[str, object]) -> str:
    """Return the summary in a few lines for people."""
    events, rejects, missing = summary["events"], summary["rejects"], summary["missing"]
    assert isinstance(events, dict)
    assert isinstance(rejects, dict)
    assert isinstance(missing, dict)
    lines = [
        (
            f"{summary['positions']} positions of {summary['vessels']} vessels, {rejects['all']} rejects, "
            f"{events['all']} events."
        )
    ]
    lines += [f"  {kind}: {count}" for kind, count in events["by_kind"].items()]
    lines += [f"Without --{name} not looked for: {', '.join(kinds)}." for name, kinds in missing.items()]
    return "\n".join(lines)
