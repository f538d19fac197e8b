"""Starting the server: the port first, so that a second start fails at once; then the watch; then the door.

The login link is printed last, when it works.
"""

import signal
import socket
from pathlib import Path
from typing import NoReturn

import uvicorn

from haidang.api.app import create_app
from haidang.cli.terminal import DONE, say, warn
from haidang.core.errors import Unavailable
from haidang.core.time import monotonic_s
from haidang.live.host import Host
from haidang.live.modes import Options

_SAY_EVERY_S = 2.0


class _Progress:
    """Says what is being prepared, at most every two seconds, with the share done."""

    def __init__(self) -> None:
        self._said_s = monotonic_s() - _SAY_EVERY_S
        self._last = ""

    def __call__(self, what: str, share: float) -> None:
        is_due = monotonic_s() - self._said_s >= _SAY_EVERY_S
        if what != self._last or is_due:
            self._said_s, self._last = monotonic_s(), what
            say(f"  {what} … {share:4.0%}" if share else f"  {what} …")


def serve(
    *,
    mode: str,
    options: Options,
    host_name: str,
    port: int,
    data: Path | None,
    database: str | None,
    admin_password: str | None,
) -> int:
    """Serve until interrupted; returns the exit code.

    Raises:
        Unavailable: the port or the data folder is in use.
    """
    # systemd stops with SIGTERM; without this the server would die before the batch in hand is stored.
    signal.signal(signal.SIGTERM, _stop)
    door = _bind(host_name, port)
    say("Hải Đăng: " + {"drill": "DRILL / DIỄN TẬP", "recording": "recording", "live": "live"}[mode])
    progress = _Progress()
    progress("compiling what is not compiled yet (only the first time)", 0)
    try:
        host = Host(
            data=data,
            database=database,
            mode=mode,
            options=options,
            admin_password=admin_password,
            on_progress=progress,
        )
    except BaseException:
        door.close()
        raise
    try:
        shown = "127.0.0.1" if host_name in {"0.0.0.0", "::"} else host_name  # noqa: S104 -- compared, not bound
        actual_port = door.getsockname()[1]
        say(f"  the desk is open at http://{shown}:{actual_port}/#link={host.login_link()}")
        say("  (the link logs you in once, within ten minutes; stop with Ctrl+C)")
        config = uvicorn.Config(
            create_app(host),
            log_level="warning",
            ws_ping_interval=20,
            ws_max_size=64 * 1024,
            server_header=False,
            timeout_graceful_shutdown=3,
        )
        uvicorn.Server(config).run(sockets=[door])
    finally:
        warn("stopping: finishing the batch in hand")
        host.close()
        door.close()
    return DONE


def _stop(_number: int, _frame: object) -> NoReturn:
    """End the program in order: whatever is open is closed on the way out."""
    raise SystemExit(DONE)


def _bind(host_name: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host_name else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host_name, port))
        # Bound alone the port is not yet taken: a second desk could bind it too and would fail much later.
        door.listen(128)
    except OSError as error:
        door.close()
        raise Unavailable(
            f"port {port} on {host_name} cannot be opened ({error.strerror}): another program, perhaps another desk, "
            "uses it; choose one with --port"
        ) from error
    return door
