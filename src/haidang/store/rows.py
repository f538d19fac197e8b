"""Desk objects to rows and back: a dataclass whose fields are named as the table's columns.

Tuples, mappings and nested wording travel as JSON. Anything that needs more than this writes its own statement.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, is_dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, insert, select, update

from haidang.core.errors import Conflict, InvalidInput, NotFound
from haidang.desk.history import Entry
from haidang.store.tables import history

T = TypeVar("T")


def to_row(thing: Any) -> dict[str, Any]:
    """Return a dataclass as a row: tuples become lists, nested dataclasses mappings."""
    row = asdict(thing)
    return {name: list(value) if isinstance(value, tuple | frozenset) else value for name, value in row.items()}


def from_row(cls: type[T], row: RowMapping) -> T:
    """Return a dataclass from a row; JSON lists become tuples, columns that it has no field for are passed over."""
    values: dict[str, Any] = {}
    for field in fields(cls):  # type: ignore[arg-type]
        value = row[field.name]
        if isinstance(value, list):
            value = tuple(value)
        elif isinstance(value, dict) and isinstance(field.type, type) and is_dataclass(field.type):
            value = field.type(**value)
        values[field.name] = value
    return cls(**values)


def add(conn: Connection, table: Table, thing: Any) -> None:
    """Insert a new object.

    Raises:
        Conflict: the key is taken.
    """
    key = next(iter(table.primary_key))
    row = to_row(thing)
    if conn.scalar(select(key).where(key == row[key.name])) is not None:
        raise Conflict(f"{table.name}: {row[key.name]} exists already", code="exists")
    conn.execute(insert(table), row)


def save(conn: Connection, table: Table, thing: Any) -> None:
    """Write a changed object whose `version` grew by one.

    Raises:
        Conflict: the stored version is not the one before.
    """
    key = next(iter(table.primary_key))
    row = to_row(thing)
    before = row["version"] - 1
    done = conn.execute(update(table).where(key == row[key.name], table.c.version == before).values(row))
    require_one(done.rowcount, table.name, str(row[key.name]))


def write(conn: Connection, table: Table, thing: Any) -> None:
    """Insert an object at version 1, save it at any later one.

    Raises:
        Conflict: the key is taken, or it was changed meanwhile.
    """
    if thing.version == 1:
        add(conn, table, thing)
    else:
        save(conn, table, thing)


def require_one(n_changed: int, what: str, key: str) -> None:
    """Check that a guarded update met the row it was meant for.

    Raises:
        Conflict: somebody else changed it first.
    """
    if n_changed != 1:
        raise Conflict(f"{what} {key} was changed meanwhile: read it again and repeat the step if it still applies")


def load(conn: Connection, table: Table, cls: type[T], key_value: str) -> T:
    """Return one object by its key.

    Raises:
        NotFound: there is none.
    """
    key = next(iter(table.primary_key))
    row = conn.execute(select(table).where(key == key_value)).mappings().first()
    if row is None:
        raise NotFound(f"{table.name}: no {key_value}")
    return from_row(cls, row)


def load_all(
    conn: Connection,
    table: Table,
    cls: type[T],
    *where: ColumnElement[bool],
    order_by: Sequence[ColumnElement[Any]] = (),
    limit: int | None = None,
    offset: int = 0,
) -> list[T]:
    """Return objects in order. Limits are checked so that nobody asks for a million rows by mistake."""
    if limit is not None and not 0 < limit <= 10_000:
        raise InvalidInput(f"limit {limit}: expected 1 to 10000")
    statement = select(table).where(*where).order_by(*order_by)
    if limit is not None:
        statement = statement.limit(limit).offset(offset)
    return [from_row(cls, row) for row in conn.execute(statement).mappings()]


def add_history(conn: Connection, object_kind: str, object_id: str, entries: Iterable[Entry]) -> None:
    """Append lines to an object's history."""
    rows = [{"object_kind": object_kind, "object_id": object_id, **asdict(entry)} for entry in entries]
    if rows:
        conn.execute(insert(history), rows)


def history_of(conn: Connection, object_kind: str, object_id: str) -> list[Entry]:
    """Return an object's history, oldest first."""
    h = history.c
    statement = select(history).where(h.object_kind == object_kind, h.object_id == object_id).order_by(h.entry_key)
    return [from_row(Entry, row) for row in conn.execute(statement).mappings()]
