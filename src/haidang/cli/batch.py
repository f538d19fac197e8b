"""`haidang batch detect`: the same detection over archives, on this machine or on a cluster."""

import argparse

from haidang.cli import detect

HELP = "run a command over an archive: batch detect --engine local|spark"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    commands = parser.add_subparsers(dest="batch_command", required=True, metavar="COMMAND")
    inner = commands.add_parser("detect", help=detect.HELP, description=detect.HELP)
    detect.configure(inner)
    inner.add_argument("--engine", choices=("local", "spark"), default="local", help="where to run (default: local)")


def run(args: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    if args.engine == "spark":
        from haidang.core.errors import Unavailable

        raise Unavailable("the engine 'spark' comes with a later release (extra haidang[spark]); use --engine local")
    return detect.run(args)
