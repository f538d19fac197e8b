"""Stores to test on: SQLite always, a throw-away PostgreSQL where its programs are installed (long tests)."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from haidang.store import Store, open_store

HOW_POSTGRESQL = "PostgreSQL's initdb and pg_ctl not found: on Debian install the package postgresql"


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else None


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Start a cluster of its own, as user postgres where we are root (it refuses root); yields its address."""
    programs = _programs()
    if programs is None:
        pytest.skip(HOW_POSTGRESQL)
    folder = Path(tempfile.mkdtemp(prefix="haidang-pg-"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")

    def do(program: str, *words: str) -> None:
        subprocess.run([*as_user, str(programs / program), *words], check=True, capture_output=True, cwd=folder)

    cluster = str(folder / "cluster")
    do("initdb", "-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
    settings = f"-k {folder} -c listen_addresses= -c fsync=off"
    do("pg_ctl", "-D", cluster, "-w", "-l", str(folder / "log"), "-o", settings, "start")
    try:
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        do("pg_ctl", "-D", cluster, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'haidang.sqlite'}"
        return
    server = request.getfixturevalue("postgresql_server")
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute("DROP DATABASE IF EXISTS desk WITH (FORCE)")
        conn.execute("CREATE DATABASE desk")
    yield server.replace("/postgres?", "/desk?")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open, empty store."""
    with open_store(store_url) as opened:
        yield opened
