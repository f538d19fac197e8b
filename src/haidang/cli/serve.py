"""`haidang serve`: the desk, in one process."""

import argparse
import os
from pathlib import Path

HELP = "start the desk: feeds, pipeline, database, browser"
DEFAULT_PORT = 8321


def configure(parser: argparse.ArgumentParser) -> None:
    """Fill in the options."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--drill", action="store_true", help="simulated vessels, clearly marked; nothing leaves the desk")
    what.add_argument(
        "--replay", type=Path, metavar="FILE", help="play a recording of positions (AIS log, CSV, Parquet)"
    )
    parser.add_argument(
        "--feed", action="append", default=[], metavar="URL",
        help="tcp://host:port, tcp-listen://address:port, udp://address:port or - (standard input); may be repeated",
    )  # fmt: skip
    parser.add_argument("--speed", type=float, metavar="X", help="how fast a drill (60) or recording (10) runs")
    parser.add_argument(
        "--drill-vessels", type=int, default=1200, metavar="N", help="fishing boats in the drill (default 1200)"
    )
    parser.add_argument("--zones", type=Path, metavar="GEOJSON", help="zones and lines of the authority")
    parser.add_argument("--ports", type=Path, metavar="GEOJSON", help="ports and landing places")
    parser.add_argument("--vessels", type=Path, metavar="CSV", help="the vessel register")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument(
        "--port", type=int, default=None, help=f"port to listen on (default {DEFAULT_PORT}, HAIDANG_PORT)"
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder (HAIDANG_DATA)")
    parser.add_argument(
        "--database", metavar="URL", help="postgresql://… instead of SQLite (HAIDANG_DATABASE; live only)"
    )
    parser.add_argument("--webhook", metavar="URL", help="tell this address of critical alerts (never in a drill)")


def chosen_port(given: int | None) -> int:
    """Return the port of --port, else of HAIDANG_PORT, else ours; 0 lets the system choose.

    Raises:
        InvalidInput: it is no port.
    """
    from haidang.core.errors import InvalidInput

    text = os.environ.get("HAIDANG_PORT") or str(DEFAULT_PORT) if given is None else str(given)
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise InvalidInput(f"port {text!r}: expected a number from 0 to 65535; see --port and HAIDANG_PORT")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Start the desk and serve until interrupted."""
    from haidang.cli.serving import serve
    from haidang.core.errors import InvalidInput
    from haidang.live.modes import Options

    if args.feed and (args.drill or args.replay):
        raise InvalidInput("--feed is for the live desk: leave out --drill or --replay")
    port = chosen_port(args.port)
    mode = "drill" if args.drill else "recording" if args.replay else "live"
    options = Options(
        feeds=tuple(args.feed), replay=args.replay, speed=args.speed, zones=args.zones, ports=args.ports,
        vessels=args.vessels, webhook=args.webhook, n_drill_vessels=args.drill_vessels,
    )  # fmt: skip
    return serve(
        mode=mode,
        options=options,
        host_name=args.host,
        port=port,
        data=args.data,
        database=args.database,
        admin_password=os.environ.get("HAIDANG_ADMIN_PASSWORD") or None,
    )
