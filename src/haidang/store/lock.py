"""One server per data folder: two pipelines writing one chain would break it, and the second must say so at once.

The operating system drops the lock when the process dies, however it dies; a left-over file locks nobody out.
"""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from haidang.core.errors import Unavailable

LOCK_FILE = "server.lock"


class FolderLock:
    """Holds a data folder until closed."""

    def __init__(self, folder: Path) -> None:
        """Take the lock.

        Raises:
            Unavailable: another process holds it.
        """
        self._path = folder / LOCK_FILE
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(self._fd)
        except OSError as error:
            holder = os.pread(self._fd, 32, 0).decode("ascii", "replace").strip() if hasattr(os, "pread") else ""
            os.close(self._fd)
            who = f" (process {holder})" if holder else ""
            raise Unavailable(
                f"another Hải Đăng server{who} already uses {folder}: stop it first, or choose another folder with "
                "--data",
                code="data_folder_in_use",
            ) from error
        os.ftruncate(self._fd, 0)
        os.write(self._fd, f"{os.getpid()}\n".encode())

    def close(self) -> None:
        """Release the folder; safe to call twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _lock(fd: int) -> None:
    """Lock without waiting; raises OSError when held."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(fd, 1 << 20, os.SEEK_SET)  # a byte beyond the text, so that the holder's number stays readable
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
