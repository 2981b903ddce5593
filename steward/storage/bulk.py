"""Many rows at once, past the statement machinery: SQLite's executemany, PostgreSQL's COPY.

Values still go through the columns' own types. For what a user waits for; elsewhere the plain
`insert` of SQLAlchemy is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.orm import Session

Row = tuple[Any, ...]


def insert_rows(
    session: Session, table: Table, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    """Insert rows, each a tuple in the order of `columns`, in the session's transaction."""
    if not rows:
        return
    if _is_postgresql(session):
        _copy(session, table, table.name, columns, rows)
        return
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table.name} ({_names(columns)}) VALUES ({marks})"
    session.connection().exec_driver_sql(statement, list(_bound(session, table, columns, rows)))


def add_rows(
    session: Session,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    key: Sequence[str],
    summed: Sequence[str] = (),
) -> None:
    """Insert rows; where `key` is there already, add the `summed` columns to what stands there.

    With nothing to add, what stands there stays. An `id` that is not given is made as always.
    """
    if not rows:
        return
    sums = ", ".join(f'"{name}" = {table.name}."{name}" + excluded."{name}"' for name in summed)
    conflict = f"ON CONFLICT ({_names(key)}) " + (f"DO UPDATE SET {sums}" if sums else "DO NOTHING")
    into = f"INSERT INTO {table.name} ({_names(columns)})"
    if _is_postgresql(session):
        waiting = f"{table.name}_waiting"
        session.execute(
            text(
                f"CREATE TEMP TABLE {waiting} ON COMMIT DROP AS"
                f" SELECT {_names(columns)} FROM {table.name} WITH NO DATA"
            )
        )
        _copy(session, table, waiting, columns, rows)
        session.execute(
            text(f"{into} SELECT {_names(columns)} FROM {waiting} WHERE true {conflict}")
        )
        session.execute(text(f"DROP TABLE {waiting}"))
        return
    marks = ", ".join("?" * len(columns))
    statement = f"{into} VALUES ({marks}) {conflict}"
    session.connection().exec_driver_sql(statement, list(_bound(session, table, columns, rows)))


def _copy(
    session: Session, table: Table, into: str, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    cursor = session.connection().connection.cursor()
    try:
        with cursor.copy(f"COPY {into} ({_names(columns)}) FROM STDIN") as copy:
            for row in _bound(session, table, columns, rows):
                copy.write_row(row)
    finally:
        cursor.close()


def _bound(
    session: Session, table: Table, columns: Sequence[str], rows: Sequence[Row]
) -> Iterator[Row]:
    """The rows with each value as the driver wants it, by the column's type."""
    dialect = session.get_bind().dialect
    processors: list[tuple[int, Callable[[Any], Any]]] = []
    for place, name in enumerate(columns):
        type_ = table.c[name].type.dialect_impl(dialect)
        to_driver = type_.bind_processor(dialect)
        if to_driver is not None:
            processors.append((place, to_driver))
    for row in rows:
        values = list(row)
        for place, processor in processors:
            values[place] = processor(values[place])
        yield tuple(values)


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
