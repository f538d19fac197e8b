"""`haidang replay`: a recording through the desk, at any speed."""

import argparse
from pathlib import Path

from haidang.cli import serve

HELP = "play a recording through the desk, at any speed"


def configure(parser: argparse.ArgumentParser) -> None:
    """Fill in the options."""
    parser.add_argument("replay", type=Path, metavar="FILE", help="AIS log, CSV or Parquet")
    parser.add_argument("--speed", type=float, metavar="X", help="how many times as fast as it was (default 10)")
    parser.add_argument("--zones", type=Path, metavar="GEOJSON", help="zones and lines to judge by")
    parser.add_argument("--ports", type=Path, metavar="GEOJSON", help="ports and landing places")
    parser.add_argument("--vessels", type=Path, metavar="CSV", help="the vessel register")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=None, help="port to listen on")
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder (HAIDANG_DATA)")
    parser.set_defaults(drill=False, feed=[], database=None, webhook=None, drill_vessels=1200)


def run(args: argparse.Namespace) -> int:
    """Start the desk in recording mode."""
    return serve.run(args)
