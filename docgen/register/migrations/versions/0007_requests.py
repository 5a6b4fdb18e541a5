"""A table for the Idempotency-Keys of requests, each with the document that was asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

GUARDS = {
    "sqlite": ("DELETE", "BEGIN SELECT RAISE(ABORT, 'the register keeps what was written'); END"),
    "postgresql": ("DELETE OR TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION docgen_register_keeps()"),
}


def upgrade() -> None:
    """Create the table and its triggers."""
    key = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "request",
        sa.Column("id", key, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("document_id", sa.BigInteger, sa.ForeignKey("document.id"), nullable=False),
        sa.UniqueConstraint("key", name="request_once"),
    )
    forbidden, refuse = GUARDS[op.get_bind().dialect.name]
    op.execute(f"CREATE TRIGGER request_stays BEFORE {forbidden} ON request {refuse}")
    op.execute(f'CREATE TRIGGER request_unchanged BEFORE UPDATE OF "id", "key", "body", "document_id" ON request {refuse}')
