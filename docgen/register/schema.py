"""The tables of the register as they are now: a new register gets them at once, `migrations/` changes those of an older one.

Nothing is ever deleted: triggers refuse it. Of a document only its state and the hash of what was printed may change, of a
sequence its floor; events, corrections, hand-overs and movements of stock never do.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    case,
    insert,
)
from sqlalchemy import event as event_of

from docgen.register.hashes import Hash

if TYPE_CHECKING:
    from sqlalchemy import Row, Select

    #: A row of any columns, and a query for such rows.
    AnyRow: TypeAlias = Row[*tuple[Any, ...]]
    AnySelect: TypeAlias = Select[*tuple[Any, ...]]

metadata = MetaData()
#: The table that holds the version of the schema; its name marks a database as a register.
VERSION_TABLE = "docgen_register"
#: The newest migration.
VERSION = "0008"

#: One row: the last migration that was applied, as Alembic writes it.
version = Table(
    VERSION_TABLE,
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name=f"{VERSION_TABLE}_pkc"),
)

#: One row: how many events there are, the hash of the last, and the identity of the book, a random text that its copies share and
#: with which its chain of events begins. Every writer locks it.
book = Table(
    "book",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("events", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    Column("identity", Text, nullable=False),
)

#: A sequence of numbers: one for each form, organization and year. Numbers up to `floor` were given outside this register.
series = Table(
    "series",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("form", Text, nullable=False),
    Column("organization", Text, nullable=False),
    Column("organization_key", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("pattern", Text, nullable=False),
    Column("floor", BigInteger, nullable=False),
    UniqueConstraint("form", "organization_key", "year", name="series_once"),
)

#: The states of a document that is in force; the others are void, or replaced by a duplicate.
IN_FORCE = ("issued", "printed")
#: What the records of many documents have in common (`register.skeleton`); its id is 63 bits of its SHA-256.
skeleton = Table(
    "skeleton",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("record", Text, nullable=False),
)
#: A document that was issued: `record` is its values in canonical JSON, or with a skeleton those for its slots, `unprinted` the
#: values that only the journal shows, `content` the beginning of the SHA-256 of the record without its number, by which the same
#: document under another job is looked for.
document = Table(
    "document",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("series_id", Integer, ForeignKey("series.id"), nullable=False),
    Column("form", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("seq", BigInteger),
    Column("job", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("also", Text, key="unprinted", nullable=False),
    Column("sha256", Hash, nullable=False),
    Column("content", BigInteger, nullable=False),
    Column("form_sha256", Hash, nullable=False),
    Column("dated", Text, nullable=False),
    Column("sought", Text, nullable=False),
    Column("clerk", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("duplicate_of", BigInteger, ForeignKey("document.id")),
    Column("state", Text, nullable=False),
    Column("skeleton_id", BigInteger, ForeignKey("skeleton.id")),
    UniqueConstraint("series_id", "number", name="number_once"),
    UniqueConstraint("series_id", "seq", name="seq_once"),
    UniqueConstraint("form", "job", "key", name="key_once"),
    Index("document_contents", "content"),
)
#: Few documents are duplicates, and the others take no place in it: `_only_duplicates` leaves them out.
_duplicates = Index("document_duplicates", document.c.duplicate_of)


@event_of.listens_for(document, "before_create")
def _only_duplicates(_table: Table, connection: Connection, **_options: object) -> None:
    """Leave out of an index the documents that are no duplicates.

    Said where the index is defined, SQLAlchemy would load what it knows of PostgreSQL for it: a third of the time in which a book
    in a file is opened.
    """
    _duplicates.dialect_options[connection.dialect.name]["where"] = document.c.duplicate_of.is_not(None)


#: The SHA-256 of the file that was last printed of a document (`id`). A table of its own, so that the long row is not rewritten.
printed = Table(
    "printed",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), ForeignKey("document.id"), primary_key=True, autoincrement=False),
    Column("sha256", Hash, nullable=False),
)
#: The state of a document, in a query that joins `printed`: an issued document counts as printed once a print was recorded.
STATE = case(((document.c.state == "issued") & printed.c.id.is_not(None), "printed"), else_=document.c.state)

#: What a document says since it was corrected: the same as in its own row, which stays. The last one of a document counts.
correction = Table(
    "correction",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("document_id", BigInteger, ForeignKey("document.id"), nullable=False),
    Column("record", Text, nullable=False),
    Column("unprinted", Text, nullable=False),
    Column("sha256", Hash, nullable=False),
    Column("content", BigInteger, nullable=False),
    Column("sought", Text, nullable=False),
    Index("correction_document", "document_id"),
    Index("correction_content", "content"),
)

#: A document (`id`) that was handed over: the day (2026-02-06), and the SHA-256 of the list of checksums of what it went with.
handed = Table(
    "handed",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), ForeignKey("document.id"), primary_key=True, autoincrement=False),
    Column("day", Text, nullable=False),
    Column("package", Hash, nullable=False),
)

#: The Idempotency-Key of a request and the SHA-256 of what it asked for, with the document that it got (`keys`).
request = Table(
    "request",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("key", Hash, nullable=False),
    Column("body", Hash, nullable=False),
    Column("document_id", BigInteger, ForeignKey("document.id"), nullable=False),
    UniqueConstraint("key", name="request_once"),
)

#: What happened, in order: each event holds the hash of the one before it. An event of many documents has the id of the first,
#: and its detail compressed, in `packed`, with `detail` empty (`register.packing`).
event = Table(
    "event",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("document_id", BigInteger, ForeignKey("document.id")),
    Column("at", Text, nullable=False),
    Column("clerk", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("packed", LargeBinary),
    Index("event_document", "document_id"),
)

#: A movement of preprinted stock: serials `first` to `last`, each `prefix` and `width` digits.
stock = Table(
    "stock",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("form", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("day", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("document_id", BigInteger, ForeignKey("document.id")),
    Index("stock_form", "form"),
)

#: The pattern that new sequences of a form take in place of the one in its definition.
pattern = Table(
    "pattern",
    metadata,
    Column("form", Text, primary_key=True),
    Column("pattern", Text, nullable=False),
)

#: Table → its columns that may change; an empty tuple: rows are only added.
MAY_CHANGE: dict[str, tuple[str, ...]] = {
    "book": ("events", "hash"),
    "series": ("floor",),
    "skeleton": (),
    "document": ("state",),
    "printed": ("sha256",),
    "correction": (),
    "handed": (),
    "request": (),
    "event": (),
    "stock": (),
    "pattern": ("pattern",),
}
#: What a trigger of SQLite does, and the function that PostgreSQL's triggers call.
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the register keeps what was written'); END"
_REFUSING_FUNCTION = (
    "CREATE FUNCTION docgen_register_keeps() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the register keeps what was written'; END $$"
)
#: Dialect → statements before the triggers, what the triggers forbid besides changes, and how they do so.
_GUARDS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "sqlite": ((), "DELETE", _REFUSE),
    "postgresql": ((_REFUSING_FUNCTION,), "DELETE OR TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION docgen_register_keeps()"),
}


def fixed_columns(table: str) -> list[str]:
    """Return the columns of a table that never change."""
    return [column.name for column in metadata.tables[table].columns if column.name not in MAY_CHANGE[table]]


def trigger_statements(forbidden: str, refuse: str) -> dict[str, str]:
    """Return the statement that makes each trigger, by its name: what they forbid besides changes, and how they do so."""
    found = {}
    for table in MAY_CHANGE:
        fixed = ", ".join(f'"{name}"' for name in fixed_columns(table))
        found[f"{table}_stays"] = f"CREATE TRIGGER {table}_stays BEFORE {forbidden} ON {table} {refuse}"
        found[f"{table}_unchanged"] = f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE OF {fixed} ON {table} {refuse}"
    return found


def guards(dialect: str) -> tuple[tuple[str, ...], str, str]:
    """Return what is run before the triggers are made, what they forbid besides changes, and how they do so."""
    return _GUARDS[dialect]


def new_identity() -> str:
    """Return the identity of a new book: 64 random digits, of 0–9 and a–f, like a hash."""
    return secrets.token_hex(32)


def create_tables(connection: Connection) -> None:
    """Create the tables of a new book, with their triggers, in the transaction that is open; Alembic is not needed for it."""
    metadata.create_all(connection, checkfirst=False)
    identity = new_identity()
    connection.execute(insert(book).values(id=1, events=0, hash=identity, identity=identity))
    first, forbidden, refuse = _GUARDS[connection.dialect.name]
    for statement in first:
        connection.exec_driver_sql(statement)
    for statement in trigger_statements(forbidden, refuse).values():
        connection.exec_driver_sql(statement)
    connection.execute(insert(version).values(version_num=VERSION))


#: Dialect → the placeholder of its driver for a value in a statement.
_PLACEHOLDERS = {"sqlite": "?", "postgresql": "%s"}


def insert_rows(connection: Connection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows through the driver itself: SQLAlchemy takes longer over each row than the database does.

    Each row has all columns of the table, in their order.
    """
    names = [column.name for column in table.columns]
    placeholders = ", ".join([_PLACEHOLDERS[connection.dialect.name]] * len(names))
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({placeholders})", rows)


def update_rows(connection: Connection, table: Table, names: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """Update columns of rows through the driver; each tuple has the new values in the order of `names`, then the row's id."""
    placeholder = _PLACEHOLDERS[connection.dialect.name]
    changes = ", ".join(f"{name} = {placeholder}" for name in names)
    connection.exec_driver_sql(f"UPDATE {table.name} SET {changes} WHERE id = {placeholder}", rows)
