"""Opening the store: SQLite in a folder or PostgreSQL by address, brought to the newest schema, ready to use.

SQLite lets one writer in at a time and a reader that turns into a writer can lose its place; so writes take the
writer's seat from the start (BEGIN IMMEDIATE), reads get a connection that cannot write, and every commit is on disk
before anybody is told (synchronous=FULL).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DatabaseError, OperationalError

from haidang.core.errors import Unavailable
from haidang.store.location import Location, database_url
from haidang.store.lock import FolderLock
from haidang.store.migrations import bring_up

BUSY_TIMEOUT_MS = 15_000
#: Page cache of each SQLite connection; the index of a national fleet's open ends fits.
_CACHE_KIB = 65_536
#: Advisory locks of PostgreSQL are numbers; these two are ours ("HDsv", "HDmg").
_PG_SERVER_LOCK, _PG_MIGRATION_LOCK = 0x48447376, 0x48446D67


class Store:
    """A database that is open. `read()` and `write()` give a connection inside one transaction."""

    def __init__(self, url: str, *, lock: FolderLock | None = None) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._lock = lock
        self._writer = _engine(url, is_writer=True)
        # On PostgreSQL a reader must be told to stay in one moment; on SQLite it does so by itself.
        self._reader = (
            _engine(url, is_writer=False)
            if self.is_sqlite
            else self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        )
        self._write_seat = threading.Lock()
        self._seated: int | None = None
        self._server_session: Connection | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the database.

        Raises:
            Unavailable: the database cannot be reached.
        """
        with _clear_errors(self.url), self._reader.connect() as conn:
            yield conn

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give the writer's connection; commits at the end, leaves nothing behind after an exception.

        Raises:
            Unavailable: the database cannot be reached, is locked by another program, or the disk is full.
        """
        me = threading.get_ident()
        if self._seated == me:
            raise RuntimeError("write() inside write(): pass the connection on instead")
        with self._write_seat:
            self._seated = me
            try:
                with _clear_errors(self.url), self._writer.begin() as conn:
                    yield conn
            finally:
                self._seated = None

    def claim(self) -> None:
        """Make this process the database's only server (PostgreSQL; on SQLite the folder's lock does it).

        Raises:
            Unavailable: another server holds it.
        """
        if self.is_sqlite:
            return
        with _clear_errors(self.url):
            session = self._writer.connect()
            is_ours = session.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": _PG_SERVER_LOCK})
            session.commit()
        if not is_ours:
            session.close()
            raise Unavailable(
                f"another Hải Đăng server already uses {_shown(self.url)}: stop it first, or use another database",
                code="data_folder_in_use",
            )
        self._server_session = session

    def close(self) -> None:
        """Close every connection and give the folder back; safe to call twice."""
        if self._server_session is not None:
            self._server_session.invalidate()
            self._server_session.close()
            self._server_session = None
        self._reader.dispose()
        self._writer.dispose()
        if self._lock is not None:
            self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(place: str | Path | Location, *, is_server: bool = False) -> Store:
    """Open a database, making its folder and bringing its schema up to date.

    Args:
        place: a Location, a database URL, or the path of a SQLite file.
        is_server: take the place for this process alone; tools (tokens, verify) leave it False and may run beside a
            server.

    Raises:
        Unavailable: a second server on the same place, or the database cannot be opened.
        InvalidInput: a kind of database we don't know.
    """
    url = place.url if isinstance(place, Location) else database_url(str(place))
    folder = place.folder if isinstance(place, Location) else _sqlite_folder(url)
    if folder is not None:
        _make_folder(folder)
    sqlite_folder = _sqlite_folder(url)
    if sqlite_folder is not None:
        _make_folder(sqlite_folder)
    lock = FolderLock(folder) if is_server and folder is not None else None
    try:
        store = Store(url, lock=lock)
    except BaseException:
        if lock is not None:
            lock.close()
        raise
    try:
        if is_server:
            store.claim()
        with store.write() as conn:
            if not store.is_sqlite:
                conn.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _PG_MIGRATION_LOCK})
            bring_up(conn)
    except BaseException:
        store.close()
        raise
    return store


def _sqlite_folder(url: str) -> Path | None:
    if not url.startswith("sqlite"):
        return None
    return Path(make_url(url).database or ".").absolute().parent


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"the data folder {folder} cannot be made: {error.strerror}; choose another with --data"
        ) from error


def _engine(url: str, *, is_writer: bool) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=8, pool_pre_ping=True)
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
        pool_size=1 if is_writer else 8,
        max_overflow=0 if is_writer else 8,
    )

    def connected(connection: Any, _record: object) -> None:
        # None: the driver must not begin transactions by itself, `begun` does.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON",
                       f"cache_size=-{_CACHE_KIB}", "temp_store=MEMORY"):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")
        if not is_writer:
            connection.execute("PRAGMA query_only=ON")

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


@contextmanager
def _clear_errors(url: str) -> Iterator[None]:
    """Turn what the driver says of a world that is broken into Unavailable with a next step."""
    try:
        yield
    except OperationalError as error:
        raise Unavailable(
            f"the database {_shown(url)} cannot be used: {error.orig}; check that it runs, that the disk has room and "
            "that no other program holds it"
        ) from error
    except DatabaseError as error:
        if "not a database" in str(error.orig) or "malformed" in str(error.orig):
            raise Unavailable(f"{_shown(url)} is damaged or is no Hải Đăng database: {error.orig}") from error
        raise


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)
