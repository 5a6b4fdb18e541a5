"""The book: series, documents, events, stock, and the triggers that refuse changes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")

#: Table → its columns that may change; an empty tuple: rows are only added.
MAY_CHANGE: dict[str, tuple[str, ...]] = {
    "book": ("events", "hash"),
    "series": ("floor",),
    "document": ("state", "printed_sha256"),
    "event": (),
    "stock": (),
}


def upgrade() -> None:
    """Create the tables, the one row of `book`, and the triggers."""
    _create_tables()
    book = sa.table("book", sa.column("id"), sa.column("events"), sa.column("hash"))
    op.bulk_insert(book, [{"id": 1, "events": 0, "hash": ""}])
    guard = {"sqlite": _guard_sqlite, "postgresql": _guard_postgresql}[op.get_bind().dialect.name]
    guard()


def _create_tables() -> None:
    op.create_table(
        "book",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("events", sa.BigInteger, nullable=False),
        _text("hash"),
    )
    op.create_table(
        "series",
        sa.Column("id", sa.Integer, primary_key=True),
        *_texts("form", "organization", "organization_key"),
        sa.Column("year", sa.Integer, nullable=False),
        _text("pattern"),
        sa.Column("floor", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("form", "organization_key", "year", name="series_once"),
    )
    op.create_table(
        "document",
        sa.Column("id", LONG, primary_key=True, autoincrement=False),
        sa.Column("series_id", sa.Integer, sa.ForeignKey("series.id"), nullable=False),
        *_texts("form", "number"),
        sa.Column("seq", sa.BigInteger),
        *_texts("job", "key", "record", "also", "sha256", "content", "form_sha256", "dated", "sought", "clerk", "at"),
        sa.Column("duplicate_of", sa.BigInteger, sa.ForeignKey("document.id")),
        _text("state"),
        sa.Column("printed_sha256", sa.Text),
        sa.UniqueConstraint("series_id", "number", name="number_once"),
        sa.UniqueConstraint("series_id", "seq", name="seq_once"),
        sa.UniqueConstraint("form", "job", "key", name="key_once"),
    )
    op.create_table(
        "event",
        sa.Column("id", LONG, primary_key=True, autoincrement=False),
        sa.Column("document_id", sa.BigInteger, sa.ForeignKey("document.id")),
        *_texts("at", "clerk", "what", "detail", "hash"),
    )
    op.create_table(
        "stock",
        sa.Column("id", LONG, primary_key=True, autoincrement=False),
        *_texts("form", "kind", "prefix"),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        *_texts("day", "reason"),
        sa.Column("document_id", sa.BigInteger, sa.ForeignKey("document.id")),
    )
    op.create_table("pattern", sa.Column("form", sa.Text, primary_key=True), _text("pattern"))
    op.create_index("document_duplicates", "document", ["duplicate_of"])
    op.create_index("document_contents", "document", ["form", "content"])
    op.create_index("event_document", "event", ["document_id"])
    op.create_index("stock_form", "stock", ["form"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [_text(name) for name in names]


def _guard_sqlite() -> None:
    columns = {table.name: [c.name for c in table.columns] for table in _reflected()}
    for table, changeable in MAY_CHANGE.items():
        fixed = ", ".join(f'"{name}"' for name in columns[table] if name not in changeable)
        refuse = "BEGIN SELECT RAISE(ABORT, 'the register keeps what was written'); END"
        op.execute(f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE OF {fixed} ON {table} {refuse}")


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION docgen_register_keeps() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the register keeps what was written'; END $$"
    )
    columns = {table.name: [c.name for c in table.columns] for table in _reflected()}
    for table, changeable in MAY_CHANGE.items():
        fixed = ", ".join(f'"{name}"' for name in columns[table] if name not in changeable)
        refuse = "EXECUTE FUNCTION docgen_register_keeps()"
        op.execute(f"CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")
        op.execute(f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE OF {fixed} ON {table} FOR EACH STATEMENT {refuse}")


def _reflected() -> list[sa.Table]:
    found = sa.MetaData()
    found.reflect(op.get_bind(), only=list(MAY_CHANGE))
    return list(found.tables.values())
