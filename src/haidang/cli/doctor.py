"""`haidang doctor`: checks this machine and the data folder, and says what to mend."""

import argparse
import os
import platform
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

HELP = "check this machine and this data folder, and say what to mend"
MIN_FREE_BYTES = 2 * 1024**3


def configure(parser: argparse.ArgumentParser) -> None:
    """Fill in the options."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder (HAIDANG_DATA)")
    parser.add_argument("--database", metavar="URL", help="postgresql://… (HAIDANG_DATABASE)")
    parser.add_argument("--port", type=int, default=None, help="port the desk would use")


def run(args: argparse.Namespace) -> int:
    """Print one line per check; exit code 1 if anything must be mended."""
    from haidang.cli.terminal import BROKEN, DONE, say

    checks: tuple[tuple[str, Callable[[argparse.Namespace], str]], ...] = (
        ("Python", _python), ("screen", _screen), ("data folder", _folder), ("database", _database), ("port", _port),
        ("memory and processors", _machine),
    )  # fmt: skip
    is_well = True
    for name, check in checks:
        try:
            say(f"  ok    {name}: {check(args)}")
        except _Ill as ill:
            is_well = False
            say(f"  MEND  {name}: {ill}")
    say("all is well" if is_well else "something is to be mended, see above")
    return DONE if is_well else BROKEN


class _Ill(Exception):
    """What is wrong and what to do."""


def _python(_args: argparse.Namespace) -> str:
    return f"{platform.python_version()} on {platform.platform()}"


def _screen(_args: argparse.Namespace) -> str:
    index = Path(__file__).resolve().parents[1] / "web" / "index.html"
    if not index.is_file():
        raise _Ill("not built; run `make setup` in a checkout, or install the released package")
    return "built"


def _folder(args: argparse.Namespace) -> str:
    from haidang.store.location import locate

    folder = locate(data=args.data, database=args.database).folder
    place = next(p for p in (folder, *folder.parents) if p.exists())
    if not place.is_dir():
        raise _Ill(f"{place} is a file; choose another folder with --data")
    if not os.access(place, os.W_OK):
        raise _Ill(f"{place} cannot be written to; choose another with --data")
    free = shutil.disk_usage(place).free
    if free < MIN_FREE_BYTES:
        raise _Ill(f"only {free / 1e9:.1f} GB free at {place}; a year of a province needs some 20 GB")
    return f"{folder} ({free / 1e9:.0f} GB free)"


def _database(args: argparse.Namespace) -> str:
    from haidang.core.errors import HaidangError
    from haidang.store.database import open_store
    from haidang.store.location import locate
    from haidang.store.positions import count

    location = locate(data=args.data, database=args.database)
    if not location.folder.exists() and location.url.startswith("sqlite"):
        return "not made yet; the first start makes it"
    try:
        with open_store(location) as store, store.read() as conn:
            return f"{count(conn)} positions stored"
    except HaidangError as error:
        raise _Ill(error.message) from error


def _port(args: argparse.Namespace) -> str:
    from haidang.cli.serve import chosen_port
    from haidang.core.errors import InvalidInput

    try:
        port = chosen_port(args.port)
    except InvalidInput as error:
        raise _Ill(error.message) from error
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return f"{port} is in use: a desk is running, or choose another with --port"
    return f"{port} is free"


def _machine(_args: argparse.Namespace) -> str:
    return f"{os.cpu_count()} processors"
