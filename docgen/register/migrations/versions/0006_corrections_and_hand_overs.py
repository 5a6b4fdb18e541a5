"""A document is corrected until it is handed over: a table for what it says since then, and one for what was handed over."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

GUARDS = {
    "sqlite": ("DELETE", "BEGIN SELECT RAISE(ABORT, 'the register keeps what was written'); END"),
    "postgresql": ("DELETE OR TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION docgen_register_keeps()"),
}
#: Table → its columns, none of which ever changes.
FIXED = {
    "correction": ("id", "document_id", "record", "unprinted", "sha256", "content", "sought"),
    "handed": ("id", "day", "package"),
}


def upgrade() -> None:
    """Create both tables and their triggers."""
    key = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    texts = FIXED["correction"][2:]
    op.create_table(
        "correction",
        sa.Column("id", key, primary_key=True, autoincrement=False),
        sa.Column("document_id", sa.BigInteger, sa.ForeignKey("document.id"), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
    )
    op.create_index("correction_document", "correction", ["document_id"])
    op.create_index("correction_content", "correction", ["content"])
    op.create_table(
        "handed",
        sa.Column("id", key, sa.ForeignKey("document.id"), primary_key=True, autoincrement=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("package", sa.Text, nullable=False),
    )
    forbidden, refuse = GUARDS[op.get_bind().dialect.name]
    for table, columns in FIXED.items():
        names = ", ".join(f'"{name}"' for name in columns)
        op.execute(f"CREATE TRIGGER {table}_stays BEFORE {forbidden} ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE OF {names} ON {table} {refuse}")
