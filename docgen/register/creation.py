"""A new book, made at once as the schema describes it; only an older one needs the migrations, and Alembic to run them."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from docgen.register.schema import VERSION, book, metadata, version

#: Table → its columns that may change; none: rows are only added.
MAY_CHANGE = {
    "book": ("events", "hash"),
    "series": ("floor",),
    "document": ("state",),
    "printed": ("sha256",),
    "event": (),
    "stock": (),
}
#: What a trigger of SQLite does, and PostgreSQL's function that its triggers call.
REFUSE = "BEGIN SELECT RAISE(ABORT, 'the register keeps what was written'); END"
KEEPS = (
    "CREATE FUNCTION docgen_register_keeps() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the register keeps what was written'; END $$"
)
#: What is executed before the triggers, what each forbids beside changes, and how it does so.
GUARDS = {
    "sqlite": ((), "DELETE", REFUSE),
    "postgresql": ((KEEPS,), "DELETE OR TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION docgen_register_keeps()"),
}


def found(connection: Connection) -> None:
    """Make the tables of a book that nothing stands in, in the transaction that is open."""
    metadata.create_all(connection, checkfirst=False)
    connection.execute(insert(book).values(id=1, events=0, hash=""))
    first, forbidden, refuse = GUARDS[connection.dialect.name]
    for statement in first:
        connection.exec_driver_sql(statement)
    for table, changeable in MAY_CHANGE.items():
        stored_request = ", ".join(
            f'"{column.name}"' for column in metadata.tables[table].columns if column.name not in changeable
        )
        connection.exec_driver_sql(f"CREATE TRIGGER {table}_stays BEFORE {forbidden} ON {table} {refuse}")
        connection.exec_driver_sql(f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE OF {stored_request} ON {table} {refuse}")
    connection.execute(insert(version).values(version_num=VERSION))
