"""Many rows at once: the few statements where SQLite and PostgreSQL want to be spoken to differently.

SQLite is fastest when one prepared statement is stepped per row; PostgreSQL when arrays travel in one statement. The
callers give columns and don't know which it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql

_PG = postgresql.dialect()  # type: ignore[no-untyped-call]


def insert_columns(
    conn: Connection, table: Table, columns: Mapping[str, Sequence[Any]], *, on_conflict: str = ""
) -> int:
    """Insert rows given as columns of plain Python values.

    Args:
        conn: inside a transaction.
        table: the table.
        columns: column name -> values, all of one length.
        on_conflict: SQL after the values, e.g. `ON CONFLICT (a) DO NOTHING`; portable between both databases.

    Returns:
        How many rows were inserted or updated.
    """
    n = len(next(iter(columns.values())))
    if n == 0:
        return 0
    names = ", ".join(columns)
    if conn.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        sql = f"INSERT INTO {table.name} ({names}) VALUES ({marks}) {on_conflict}"  # noqa: S608 - our own names
        return conn.exec_driver_sql(sql, list(zip(*columns.values(), strict=True))).rowcount
    arrays = ", ".join(f"%s::{table.c[name].type.compile(_PG)}[]" for name in columns)
    sql = f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({arrays}) {on_conflict}"  # noqa: S608 - our own names
    return conn.exec_driver_sql(sql, tuple(list(v) for v in columns.values())).rowcount


def fetch_tuples(conn: Connection, statement: Executable) -> list[tuple[Any, ...]]:
    """Return all rows as the driver's own tuples: no conversion per row, right for integer columns only."""
    cursor = conn.execute(statement).cursor
    assert cursor is not None
    return list(cursor.fetchall())


def keys_of(
    conn: Connection, table: Table, *, name_column: str, key_column: str, names: Sequence[str]
) -> dict[str, int]:
    """Return name -> key for those of the names that the table holds."""
    if not names:
        return {}
    if conn.dialect.name == "sqlite":
        found: dict[str, int] = {}
        # 32,766 is SQLite's limit of parameters; one statement per thousand keeps the parsed statement cached.
        for start in range(0, len(names), 1000):
            part = list(names[start : start + 1000])
            padded = part + [part[-1]] * (_padded(len(part)) - len(part))
            marks = ",".join("?" * len(padded))
            sql = f"SELECT {name_column}, {key_column} FROM {table.name} WHERE {name_column} IN ({marks})"  # noqa: S608
            found.update((r[0], r[1]) for r in conn.exec_driver_sql(sql, tuple(padded)))
        return found
    sql = f"SELECT {name_column}, {key_column} FROM {table.name} WHERE {name_column} = ANY(%s)"  # noqa: S608
    return {r[0]: r[1] for r in conn.exec_driver_sql(sql, (list(names),))}


def _padded(n: int) -> int:
    """Return the next power of two, at most 1000: a handful of statements instead of a thousand."""
    return min(1000, 1 << (n - 1).bit_length())
