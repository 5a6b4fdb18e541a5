"""A document takes a third of the bytes: what records have in common stands once, hashes are bytes, long details packed.

What was altered in a book before stays altered, so that `verify` goes on to find it: a text that is no hash becomes bytes that
are none, and a `content` that is not the record's becomes another one that is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from docgen.register.hashes import NO_HASH, stored_hash
from docgen.register.packing import packed
from docgen.register.skeleton import Divider, skeleton_id, values_of
from docgen.register.values import content_key, content_of, digest

revision = "0008"
down_revision = "0007"

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
REFUSE = "BEGIN SELECT RAISE(ABORT, 'the register keeps what was written'); END"
KEEPS = "FOR EACH STATEMENT EXECUTE FUNCTION docgen_register_keeps()"
#: How many rows are brought over at once.
AT_ONCE = 1000

#: Table → its columns with a hash.
HASHES = {
    "document": ("sha256", "form_sha256"),
    "printed": ("sha256",),
    "correction": ("sha256",),
    "handed": ("package",),
    "request": ("key", "body"),
}
#: Table → its columns as they are from now on.
COLUMNS = {
    "document": (
        "id", "series_id", "form", "number", "seq", "job", "key", "record", "also", "sha256", "content", "form_sha256", "dated",
        "sought", "clerk", "at", "duplicate_of", "state", "skeleton_id",
    ),
    "printed": ("id", "sha256"),
    "correction": ("id", "document_id", "record", "unprinted", "sha256", "content", "sought"),
    "handed": ("id", "day", "package"),
    "request": ("id", "key", "body", "document_id"),
    "event": ("id", "document_id", "at", "clerk", "what", "detail", "hash", "packed"),
    "skeleton": ("id", "record"),
    "stock": ("id", "form", "kind", "prefix", "width", "first", "last", "day", "reason", "document_id"),
}  # fmt: skip
#: Table → its columns that may change.
MAY_CHANGE = {"document": ("state",), "printed": ("sha256",)}

#: A row as a mapping from column to value.
Values = dict[str, Any]


def upgrade() -> None:
    """Bring every row over, in the transaction that is open: all of them or none."""
    op.create_table(
        "skeleton",
        sa.Column("id", KEY, primary_key=True, autoincrement=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    {"sqlite": _upgrade_sqlite, "postgresql": _upgrade_postgresql}[op.get_bind().dialect.name]()


# ---- SQLite: each table is written anew, since a column's type cannot be changed


def _upgrade_sqlite() -> None:
    connection = op.get_bind()
    for table in _ANEW:
        op.rename_table(table, f"{table}_before")
        _create(table)
        names = COLUMNS[table]
        places = ", ".join("?" * len(names))
        for rows in _old_rows(f"{table}_before", [name for name in names if name not in ("skeleton_id", "packed")]):
            _bring_over(table, rows)
            values = [tuple(row[name] for name in names) for row in rows]
            connection.exec_driver_sql(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", values)
    for table in reversed(_ANEW):  # the old indexes go with it: without that of duplicates, each row would look through all
        op.drop_table(f"{table}_before")
        _create_indexes(table)
    for table in COLUMNS:
        op.execute(f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} {REFUSE}")
        op.execute(f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE OF {_fixed(table)} ON {table} {REFUSE}")


#: The tables that are written anew: what others refer to first. A table that is renamed is referred to by its other name, so that
#: all which refer to a document are among them.
_ANEW = ("document", "printed", "correction", "handed", "request", "event", "stock")


def _create(table: str) -> None:
    make = {
        "document": _create_document, "printed": _create_printed, "correction": _create_correction,
        "handed": _create_handed, "request": _create_request, "event": _create_event, "stock": _create_stock,
    }  # fmt: skip
    op.create_table(table, *make[table]())


def _create_document() -> list[Any]:
    return [
        _id(),
        sa.Column("series_id", sa.Integer, sa.ForeignKey("series.id"), nullable=False),
        *_texts("form", "number"),
        sa.Column("seq", sa.BigInteger),
        *_texts("job", "key", "record", "also"),
        _bytes("sha256"),
        sa.Column("content", sa.BigInteger, nullable=False),
        _bytes("form_sha256"),
        *_texts("dated", "sought", "clerk", "at"),
        sa.Column("duplicate_of", sa.BigInteger, sa.ForeignKey("document.id")),
        *_texts("state"),
        sa.Column("skeleton_id", sa.BigInteger, sa.ForeignKey("skeleton.id")),
        sa.UniqueConstraint("series_id", "number", name="number_once"),
        sa.UniqueConstraint("series_id", "seq", name="seq_once"),
        sa.UniqueConstraint("form", "job", "key", name="key_once"),
    ]


def _create_printed() -> list[Any]:
    return [_id(sa.ForeignKey("document.id")), _bytes("sha256")]


def _create_correction() -> list[Any]:
    own = [_id(), _document(), *_texts("record", "unprinted"), _bytes("sha256")]
    return [*own, sa.Column("content", sa.BigInteger, nullable=False), *_texts("sought")]


def _create_handed() -> list[Any]:
    return [_id(sa.ForeignKey("document.id")), *_texts("day"), _bytes("package")]


def _create_request() -> list[Any]:
    return [_id(), _bytes("key"), _bytes("body"), _document(), sa.UniqueConstraint("key", name="request_once")]


def _create_event() -> list[Any]:
    texts = _texts("at", "clerk", "what", "detail", "hash")
    return [_id(), _document(nullable=True), *texts, sa.Column("packed", sa.LargeBinary)]


def _create_stock() -> list[Any]:
    numbers = [sa.Column(name, kind, nullable=False) for name, kind in _OF_STOCK.items()]
    return [_id(), *_texts("form", "kind", "prefix"), *numbers, *_texts("day", "reason"), _document(nullable=True)]


_OF_STOCK: dict[str, Any] = {"width": sa.Integer, "first": sa.BigInteger, "last": sa.BigInteger}


def _id(*references: sa.ForeignKey) -> sa.Column[int]:
    return sa.Column("id", KEY, *references, primary_key=True, autoincrement=False)


def _document(*, nullable: bool = False) -> sa.Column[int]:
    return sa.Column("document_id", sa.BigInteger, sa.ForeignKey("document.id"), nullable=nullable)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def _create_indexes(table: str) -> None:
    if table == "document":
        op.create_index("document_contents", "document", ["content"])
        some = sa.text("duplicate_of IS NOT NULL")
        op.create_index("document_duplicates", "document", ["duplicate_of"], sqlite_where=some, postgresql_where=some)
    elif table == "correction":
        op.create_index("correction_document", "correction", ["document_id"])
        op.create_index("correction_content", "correction", ["content"])
    elif table == "event":
        op.create_index("event_document", "event", ["document_id"])
    elif table == "stock":
        op.create_index("stock_form", "stock", ["form"])


def _fixed(table: str) -> str:
    return ", ".join(f'"{name}"' for name in COLUMNS[table] if name not in MAY_CHANGE.get(table, ()))


# ---- PostgreSQL: columns change their types where they are

#: The tables that change.
_CHANGED = (*HASHES, "event")


def _upgrade_postgresql() -> None:
    for table in _CHANGED:
        op.execute(f"DROP TRIGGER {table}_unchanged ON {table}")
    op.execute("ALTER TABLE document ADD COLUMN skeleton_id BIGINT REFERENCES skeleton (id)")
    op.execute("ALTER TABLE event ADD COLUMN packed BYTEA")
    op.drop_index("document_duplicates", "document")
    op.drop_index("document_contents", "document")
    op.drop_index("correction_content", "correction")
    for table in ("document", "correction"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN content_before TEXT")
        op.execute(f"UPDATE {table} SET content_before = content")
        op.execute(f"ALTER TABLE {table} ALTER COLUMN content TYPE BIGINT USING 0")
    for table, columns in HASHES.items():
        for name in columns:
            of_hash = f"CASE WHEN {name} ~ '^[0-9a-f]{{64}}$' THEN decode({name}, 'hex')"
            of_other = f"convert_to('{NO_HASH.decode()}' || {name}, 'UTF8')"
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {name} TYPE BYTEA USING {of_hash} ELSE {of_other} END")
    _update("document", ("record", "also", "content_before"), ("record", "content", "skeleton_id"))
    _update("correction", ("record", "content_before"), ("content",))
    _update("event", ("detail",), ("detail", "packed"))
    for table in ("document", "correction"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN content_before")
    op.create_index("document_contents", "document", ["content"])
    op.create_index("document_duplicates", "document", ["duplicate_of"], postgresql_where=sa.text("duplicate_of IS NOT NULL"))
    op.create_index("correction_content", "correction", ["content"])
    op.execute(f"CREATE TRIGGER skeleton_stays BEFORE DELETE OR TRUNCATE ON skeleton {KEEPS}")
    for table in (*_CHANGED, "skeleton"):
        op.execute(f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE OF {_fixed(table)} ON {table} {KEEPS}")


def _update(table: str, read: Sequence[str], written: Sequence[str]) -> None:
    changes = ", ".join(f"{name} = %s" for name in written)
    for rows in _old_rows(table, ["id", *read]):
        for row in rows:
            row["content"] = row.pop("content_before", None)
        _bring_over(table, rows)
        values = [(*(row[name] for name in written), row["id"]) for row in rows]
        op.get_bind().exec_driver_sql(f"UPDATE {table} SET {changes} WHERE id = %s", values)


# ---- What is the same for both


def _old_rows(table: str, names: Sequence[str]) -> Iterator[list[Values]]:
    """Yield the rows of a table in the order of their ids, some at a time."""
    connection, last = op.get_bind(), -1
    columns = ", ".join(names)
    while found := connection.exec_driver_sql(
        f"SELECT {columns} FROM {table} WHERE id > {last} ORDER BY id LIMIT {AT_ONCE}"
    ).all():
        rows = [dict(zip(names, row, strict=True)) for row in found]
        last = rows[-1]["id"]
        yield rows


def _bring_over(table: str, rows: list[Values]) -> None:
    """Change rows of a table into what is stored from now on."""
    for row in rows:
        for name in HASHES.get(table, ()):
            if isinstance(row.get(name), str):
                row[name] = stored_hash(row[name])
    if change := _CHANGES.get(table):
        change(rows)


def _documents(rows: list[Values]) -> None:
    _contents(rows)
    found = [_values(row["record"]) for row in rows]
    divider = Divider([values for values in found if values])
    known: Values = {}
    for row, values in zip(rows, found, strict=True):
        row["skeleton_id"] = None
        each = divider.stored(values) if values else None
        if each is not None and each.skeleton is not None:
            number = skeleton_id(each.skeleton)
            if known.setdefault(str(number), each.skeleton) == each.skeleton and _has_skeleton(number, each.skeleton):
                row |= {"skeleton_id": number, "record": each.own}


def _values(record: object) -> Values:
    try:
        return values_of(record) if isinstance(record, str) else {}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}  # it is no record: it is brought over as it is


def _has_skeleton(number: int, text: str) -> bool:
    """Return whether the book has a skeleton by its number, which is stored if it is new; another one may have that number."""
    connection, table = op.get_bind(), sa.table("skeleton", sa.column("id"), sa.column("record"))
    known = connection.execute(sa.select(table.c.record).where(table.c.id == number)).scalar()
    if known is None:
        connection.execute(sa.insert(table).values(id=number, record=text))
    return known in (None, text)


def _contents(rows: list[Values]) -> None:
    for row in rows:
        row["content"] = _content(row["record"], row["content"])


def _content(record: object, content: object) -> int:
    """Return what stands for the content of a record; for one that is not the record's, what stands for another."""
    try:
        is_its_own = isinstance(record, str) and content_of(record) == content
    except (ValueError, TypeError, AttributeError, RecursionError):
        is_its_own = False
    return content_key(str(content) if is_its_own else digest(repr(content)))


def _events(rows: list[Values]) -> None:
    for row in rows:
        row["packed"] = None
        if isinstance(row["detail"], str) and row["detail"].startswith("["):
            row |= {"packed": packed(row["detail"]), "detail": ""}


#: Table → what changes its rows besides their hashes.
_CHANGES: dict[str, Callable[[list[Values]], None]] = {"document": _documents, "correction": _contents, "event": _events}
