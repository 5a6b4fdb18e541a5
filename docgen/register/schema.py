"""The tables of the register as they are now: a new one is made of them, and `migrations/` brings an older one up to them.

Nothing is ever deleted from them, and triggers refuse it. Of a document only its state and what was printed may change, of a
sequence where it goes on; events and movements of stock never do.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    case,
)

metadata = MetaData()
#: Where the version of the schema stands; its name tells that a database is a register.
VERSION_TABLE = "docgen_register"
#: The newest migration.
VERSION = "0003"

#: One row: the migration that the book is at, as Alembic writes it.
version = Table(
    VERSION_TABLE,
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name=f"{VERSION_TABLE}_pkc"),
)

#: One row: how many events there are, and the hash of the last. Whoever writes holds it locked.
book = Table(
    "book",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("events", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)

#: A sequence of numbers: one for each form, organization and year. Numbers up to `floor` were given before this register.
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

#: The states of a document that counts; the others are void, by a reason or by a duplicate.
IN_FORCE = ("issued", "printed")
#: A document that was issued: `record` is its values in canonical JSON, `also` what the journal tells beside them, `content`
#: the SHA-256 of the record without its number, by which the same document under another job is found.
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
    Column("sha256", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("form_sha256", Text, nullable=False),
    Column("dated", Text, nullable=False),
    Column("sought", Text, nullable=False),
    Column("clerk", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("duplicate_of", BigInteger, ForeignKey("document.id")),
    Column("state", Text, nullable=False),
    UniqueConstraint("series_id", "number", name="number_once"),
    UniqueConstraint("series_id", "seq", name="seq_once"),
    UniqueConstraint("form", "job", "key", name="key_once"),
    Index("document_duplicates", "duplicate_of"),
    Index("document_contents", "form", "content"),
)

#: The SHA-256 of what was last printed of a document; `id` is the document's. A long row need not be written again for it.
printed = Table(
    "printed",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), ForeignKey("document.id"), primary_key=True, autoincrement=False),
    Column("sha256", Text, nullable=False),
)
#: The state of a document in a query that has `printed` joined to it: one that was issued counts as printed once it was.
STATE = case(((document.c.state == "issued") & printed.c.id.is_not(None), "printed"), else_=document.c.state)

#: What happened, in order: each event holds the hash of the one before it. One that tells of many documents stands at the first.
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
    Index("event_document", "document_id"),
)

#: A movement of preprinted stock: serials `first` to `last`, written with `prefix` before them and `width` digits.
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

#: The pattern that a form's new sequences take in place of its own.
pattern = Table(
    "pattern",
    metadata,
    Column("form", Text, primary_key=True),
    Column("pattern", Text, nullable=False),
)
