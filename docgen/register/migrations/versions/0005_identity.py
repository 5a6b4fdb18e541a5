"""A book gets an identity, by which its copies are known. Of one that has events it is the hash of the first.

So a copy from before this migration is known for an older state of the same book.
"""

import re

import sqlalchemy as sa
from alembic import op

from docgen.register.schema import new_identity

revision = "0005"
down_revision = "0004"

#: The tables that are read and written here, as they are at this migration.
BOOK = sa.table("book", *map(sa.column, ("id", "events", "hash", "identity")))
EVENT = sa.table("event", *map(sa.column, ("id", "hash")))


def upgrade() -> None:
    """Add the column, and have the trigger forbid its change. A book without events begins its chain with its identity."""
    connection = op.get_bind()
    first = connection.execute(sa.select(EVENT.c.hash).where(EVENT.c.id == 1)).scalar()
    is_hash = re.fullmatch(r"[0-9a-f]{64}", str(first))  # what is no hash, `verify` reports as altered
    identity = str(first) if is_hash else new_identity()
    {"sqlite": _add_sqlite, "postgresql": _add_postgresql}[connection.dialect.name](identity)
    if first is None:
        connection.execute(sa.update(BOOK).values(hash=identity))


def _add_sqlite(identity: str) -> None:
    """Write the table anew: SQLite adds no column that is never NULL without a default."""
    op.create_table(
        "book_anew",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("events", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
    )
    op.execute(f"INSERT INTO book_anew SELECT id, events, hash, '{identity}' FROM book")
    op.drop_table("book")
    op.rename_table("book_anew", "book")
    refuse = "BEGIN SELECT RAISE(ABORT, 'the register keeps what was written'); END"
    op.execute(f"CREATE TRIGGER book_stays BEFORE DELETE ON book {refuse}")
    op.execute(f'CREATE TRIGGER book_unchanged BEFORE UPDATE OF "id", "identity" ON book {refuse}')


def _add_postgresql(identity: str) -> None:
    op.add_column("book", sa.Column("identity", sa.Text, nullable=False, server_default=identity))
    op.alter_column("book", "identity", server_default=None)
    refuse = "FOR EACH STATEMENT EXECUTE FUNCTION docgen_register_keeps()"
    op.execute("DROP TRIGGER book_unchanged ON book")
    op.execute(f'CREATE TRIGGER book_unchanged BEFORE UPDATE OF "id", "identity" ON book {refuse}')
