"""Many rows at once, by the driver beneath SQLAlchemy: what SQLAlchemy does for each row takes longer than the database does."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Table

#: How a driver marks the places of a row's values in a statement.
MARKS = {"sqlite": "?", "postgresql": "%s"}


def insert_rows(connection: Connection, table: Table, rows: list[tuple]) -> None:
    """Insert rows; each has all columns of the table, in their order."""
    names = [column.name for column in table.columns]
    marks = ", ".join([MARKS[connection.dialect.name]] * len(names))
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", rows)


def update_rows(connection: Connection, table: Table, names: Sequence[str], rows: list[tuple]) -> None:
    """Change columns of rows; each tuple has the new values in the order of `names`, and at its end the row's id."""
    mark = MARKS[connection.dialect.name]
    changes = ", ".join(f"{name} = {mark}" for name in names)
    connection.exec_driver_sql(f"UPDATE {table.name} SET {changes} WHERE id = {mark}", rows)
