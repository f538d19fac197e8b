"""Where the desk keeps its things: data folder, one subfolder per mode, the database in it.

Drill, recording and live must never mix, so each mode has its own folder and its own database; and a server database
given by address belongs to live alone.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from haidang.core.errors import InvalidInput, NotFound

MODES: tuple[str, ...] = ("live", "drill", "recording")
DATABASE_FILE = "haidang.sqlite"


@dataclass(frozen=True, slots=True)
class Location:
    """One mode's place on this machine.

    Attributes:
        mode: live, drill or recording.
        folder: the mode's own folder: lock, database file, later the archive.
        url: SQLAlchemy address of the database.
    """

    mode: str
    folder: Path
    url: str


def default_data_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Return where a program of this user keeps its data on this system."""
    env = os.environ if environment is None else environment
    home = Path(env.get("HOME") or env.get("USERPROFILE") or Path.home())
    if sys.platform == "win32":
        return Path(env.get("LOCALAPPDATA") or home / "AppData" / "Local") / "haidang"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "haidang"
    return Path(env.get("XDG_DATA_HOME") or home / ".local" / "share") / "haidang"


def locate(
    *,
    data: str | Path | None = None,
    database: str | None = None,
    mode: str = "live",
    environment: Mapping[str, str] | None = None,
) -> Location:
    """Resolve options and environment to one mode's place; touches nothing on disk.

    Args:
        data: --data; else HAIDANG_DATA; else the user's data folder.
        database: --database; else HAIDANG_DATABASE; else SQLite in the mode's folder. Only for live.
        mode: live, drill or recording.
        environment: instead of the process's own, for tests.

    Raises:
        InvalidInput: the mode or the kind of database is not known.
    """
    env = os.environ if environment is None else environment
    if mode not in MODES:
        raise InvalidInput(f"mode {mode!r}: expected one of {', '.join(MODES)}")
    chosen = data or env.get("HAIDANG_DATA")
    folder = (Path(chosen).expanduser() if chosen else default_data_folder(env)).absolute() / mode
    address = (database or env.get("HAIDANG_DATABASE") or "") if mode == "live" else ""
    return Location(mode, folder, database_url(address) if address else sqlite_url(folder / DATABASE_FILE))


def require_present(place: Location) -> None:
    """Check that there is a database to look at, so that a mistyped folder is not made and called intact.

    Raises:
        NotFound: the SQLite file is not there.
    """
    if place.url.startswith("sqlite:///"):
        path = Path(place.url.removeprefix("sqlite:///"))
        if not path.is_file():
            raise NotFound(f"no database at {path}: check --data and --mode")


def sqlite_url(path: Path) -> str:
    """Return the SQLAlchemy address of a SQLite file."""
    return f"sqlite:///{path}"


def database_url(address: str) -> str:
    """Return the SQLAlchemy address of what a person typed: a URL or a path of a SQLite file.

    Raises:
        InvalidInput: a URL of another kind of database.
    """
    scheme, separator, rest = address.partition("://")
    if not separator:
        return sqlite_url(Path(address).expanduser().absolute())
    if scheme in {"postgresql", "postgres", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite":
        return address
    raise InvalidInput(f"database {scheme}://…: expected postgresql://USER@HOST/NAME or the path of a SQLite file")
