"""The `haidang` command: finds the subcommand, turns errors into one clear line and an exit code.

`haidang --help` must be instant, so commands are imported by name and only light modules are touched here.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from haidang import __version__
from haidang.cli.terminal import BAD_INPUT, DONE, INTERRUPTED, UNAVAILABLE, warn
from haidang.core.errors import HaidangError, Unavailable

#: Command -> what it does, in one line. The module is haidang.cli.<command>.
COMMANDS: dict[str, str] = {
    "serve": "start the desk: feeds, pipeline, database, browser",
    "detect": "positions in files -> events, segments, rejects",
    "decode": "AIS log -> one JSON object per message",
    "forecast": "fit, run and evaluate forecasts of crossing",
    "replay": "play a recording through the desk, at any speed",
    "simulate": "make a seeded fleet with the truth beside it",
    "batch": "the same steps over large archives",
    "token": "create, list and revoke feed tokens",
    "verify": "prove that no stored track was edited",
    "warmup": "compile the kernels once, so that the first run is not slow",
    "doctor": "check this machine and this data folder, and say what to mend",
}


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser; with `only`, the named command's options are filled in as well."""
    parser = argparse.ArgumentParser(
        prog="haidang",
        description="Hải Đăng: an open watch desk for a coast and a land border.",
        epilog="Each command has its own --help. Exit codes: 0 done, 1 checked and found broken, 2 bad input, "
        "3 something outside is unavailable, 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"haidang {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, purpose in COMMANDS.items():
        sub = commands.add_parser(name, help=purpose, description=purpose[0].upper() + purpose[1:] + ".")
        if name == only:
            module = importlib.import_module(f"haidang.cli.{name}")
            module.configure(sub)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    name = next((w for w in words if not w.startswith("-")), None)
    parser = build_parser(name if name in COMMANDS else None)
    args = parser.parse_args(words)
    try:
        return int(importlib.import_module(f"haidang.cli.{args.command}").run(args))
    except Unavailable as error:
        warn(f"haidang {args.command}: {error.message}")
        return UNAVAILABLE
    except HaidangError as error:
        warn(f"haidang {args.command}: {error.message}")
        return BAD_INPUT
    except FileNotFoundError as error:
        warn(f"haidang {args.command}: no such file: {error.filename}; check the path")
        return BAD_INPUT
    except BrokenPipeError:
        # Who reads has seen enough (`| head`). Nothing may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        warn(
            f"haidang {args.command}: {error.filename or 'the file'}: {error.strerror or error}; check path and rights"
        )
        return UNAVAILABLE
    except KeyboardInterrupt:
        warn("interrupted")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
