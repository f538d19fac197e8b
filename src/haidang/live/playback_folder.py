"""Which folder a playback is kept in: one recording, one store.

The cursor of Monday's log says nothing about Tuesday's, and the tracks of two logs must not meet on one map. So a
folder remembers what was played into it, and another file gets a folder of its own in it.
"""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

from haidang.core.errors import NotFound
from haidang.live.modes import DRILL_SEED, Options, sample_recording
from haidang.store.location import DATABASE_FILE, Location, sqlite_url

MARK = "played.txt"
_HASHED_BYTES = 1 << 20


def folder_for(location: Location, options: Options) -> Location:
    """Return the place of what is to be played: the mode's own folder, or one in it if that holds another playback.

    Raises:
        NotFound: the recording is not there.
    """
    if location.mode == "live":
        return location
    played = _identity(location.mode, options)
    if _is_free(location.folder, played):
        return location
    folder = location.folder / played
    _is_free(folder, played)
    return replace(location, folder=folder, url=sqlite_url(folder / DATABASE_FILE))


def _is_free(folder: Path, played: str) -> bool:
    """Return whether the folder is of this playback, marking it if it is nobody's."""
    mark = folder / MARK
    if mark.is_file():
        return mark.read_text("utf-8").strip() == played
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(played + "\n", "utf-8")
    return True


def _identity(mode: str, options: Options) -> str:
    """Return a name for what is played that another file of the same name would not have."""
    if mode == "drill":
        return f"drill-{DRILL_SEED}-{options.n_drill_vessels}"
    path = options.replay or sample_recording()
    if not path.is_file():
        raise NotFound(f"no recording at {path}: check the path")
    with path.open("rb") as file:
        start = file.read(_HASHED_BYTES)
    digest = hashlib.sha256(start + str(path.stat().st_size).encode()).hexdigest()[:10]
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", path.name)[:60].strip(".-") or "recording"
    return f"{name}-{digest}"
