"""The schema's history, brought up to date when a store is opened; Alembic is loaded only when there is work.

A station is updated by copying a new version over the old one at a quiet hour; the first start has to find the tables
it needs, with the old rows in them.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from haidang.core.errors import Unavailable

#: The newest revision in versions/; a test keeps the two equal.
HEAD = "0001"


def bring_up(conn: Connection) -> None:
    """Bring the schema of a connection inside a transaction to HEAD.

    Raises:
        Unavailable: the database was written by a newer version of the program.
    """
    present = current_revision(conn)
    if present == HEAD:
        return
    if present is not None and present > HEAD:
        raise Unavailable(
            f"the database has schema {present}, this program knows up to {HEAD}: use the newer program that wrote it",
            code="schema_too_new",
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")


def current_revision(conn: Connection) -> str | None:
    """Return the schema's revision; None for an empty database."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    revision = conn.scalar(text("SELECT version_num FROM alembic_version"))
    return None if revision is None else str(revision)
