"""Where compiled kernels are kept: one folder per state of their sources.

Numba looks only at a kernel's own file to see whether its compiled form is old. A kernel that calls one in another file
would go on with that file's former code after an update, and read columns that have moved. So the folder's name is a
hash of all files that hold kernels, and an update starts a fresh one.
"""

import hashlib
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_FOLDERS = ("tracks", "events", "forecast", "feeds")
_KEPT = 3


@cache
def use_kernel_cache() -> None:
    """Point Numba at the folder for these sources, unless the user chose one; call before Numba is imported."""
    if "NUMBA_CACHE_DIR" in os.environ:
        return
    total = hashlib.sha256()
    for folder in _FOLDERS:
        for path in sorted((_PACKAGE / folder).rglob("*.py")):
            source = path.read_bytes()
            if b"njit" in source:
                total.update(path.name.encode())
                total.update(source)
    home = _home()
    chosen = home / f"kernels-{total.hexdigest()[:16]}"
    if not chosen.is_dir():
        chosen.mkdir(parents=True, exist_ok=True)
        _forget_old(home)
    os.environ["NUMBA_CACHE_DIR"] = str(chosen)


def _home() -> Path:
    """Return the first of these that can be written to: beside the package, the user's cache, the temporary folder."""
    places = (
        _PACKAGE / "__pycache__",
        Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "haidang",
        Path(tempfile.gettempdir()) / f"haidang-{os.getuid() if hasattr(os, 'getuid') else 'user'}",
    )
    for place in places:
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place, os.W_OK):
            return place
    return places[-1]


def _forget_old(home: Path) -> None:
    """Remove all but the newest few folders; a process that still uses one has its code in memory."""
    folders = sorted(home.glob("kernels-*"), key=lambda p: p.stat().st_mtime, reverse=True)
    for folder in folders[_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)
