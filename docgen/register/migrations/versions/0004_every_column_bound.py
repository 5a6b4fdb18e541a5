"""An event for each older document binds the columns that no event held, so that `verify` compares every one of them.

The table of patterns gets the triggers that the others have.
"""

import json

import sqlalchemy as sa
from alembic import op

from docgen.register.events import Event, LinkedEvent, linked, lock_book

revision = "0004"
down_revision = "0003"

GUARDS = {
    "sqlite": ("DELETE", "BEGIN SELECT RAISE(ABORT, 'the register keeps what was written'); END"),
    "postgresql": ("DELETE OR TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION docgen_register_keeps()"),
}
#: The columns of a document that its event did not hold, in the order of their names.
UNBOUND = ("at", "clerk", "dated", "form_sha256", "state")


def upgrade() -> None:
    """Write the events, a thousand documents at a time, and create the triggers."""
    connection = op.get_bind()
    lock_book(connection)
    last = 0
    columns: list[sa.ColumnClause[object]] = [sa.column(name) for name in ("id", *UNBOUND)]
    query = sa.select(*columns).select_from(sa.table("document", *columns)).order_by(columns[0]).limit(1000)
    while rows := connection.execute(query.where(columns[0] > last)).all():
        details = [{name: getattr(row, name) for name in UNBOUND} for row in rows]
        texts = [json.dumps(detail, ensure_ascii=False, separators=(",", ":")) for detail in details]
        _add_events(connection, [Event("bound", row.id, text) for row, text in zip(rows, texts, strict=True)])
        last = rows[-1].id
    forbidden, refuse = GUARDS[connection.dialect.name]
    op.execute(f"CREATE TRIGGER pattern_stays BEFORE {forbidden} ON pattern {refuse}")
    op.execute(f'CREATE TRIGGER pattern_unchanged BEFORE UPDATE OF "form" ON pattern {refuse}')


def _add_events(connection: sa.Connection, events: list[Event]) -> None:
    """Append events as the tables are at this migration."""
    rows = linked(connection, events, None)
    table = sa.table("event", *map(sa.column, LinkedEvent._fields))
    connection.execute(sa.insert(table), [row._asdict() for row in rows])
    book = sa.table("book", sa.column("events"), sa.column("hash"))
    connection.execute(sa.update(book).values(events=rows[-1].id, hash=rows[-1].hash))
