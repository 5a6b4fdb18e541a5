"""What was printed of a document gets a table of its own: recording it rewrote the whole row, and on a server its indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

#: How the triggers of the first migration forbid a change.
GUARDS = {
    "sqlite": ("DELETE", "BEGIN SELECT RAISE(ABORT, 'the register keeps what was written'); END"),
    "postgresql": ("DELETE OR TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION docgen_register_keeps()"),
}


def upgrade() -> None:
    """Move the hashes of prints from `document` into the new table `printed`."""
    op.create_table(
        "printed",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.ForeignKey("document.id"), primary_key=True,
            autoincrement=False,
        ),
        sa.Column("sha256", sa.Text, nullable=False),
    )  # fmt: skip
    op.execute("INSERT INTO printed SELECT id, printed_sha256 FROM document WHERE printed_sha256 IS NOT NULL")
    op.drop_column("document", "printed_sha256")
    forbidden, refuse = GUARDS[op.get_bind().dialect.name]
    op.execute(f"CREATE TRIGGER printed_stays BEFORE {forbidden} ON printed {refuse}")
    op.execute(f'CREATE TRIGGER printed_unchanged BEFORE UPDATE OF "id" ON printed {refuse}')
