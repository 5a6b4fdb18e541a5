"""Whether the tables and triggers of a book are those of a new one: without its triggers anybody may change a past unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from docgen.errors import Problem
from docgen.messages import _
from docgen.register.schema import MAY_CHANGE, VERSION_TABLE, fixed_columns, guards, metadata, trigger_statements

#: What a trigger of PostgreSQL does (pg_trigger.tgtype): before a statement, of these kinds.
_BEFORE, _DELETE, _UPDATE, _TRUNCATE = 2, 8, 16, 32
_POSTGRESQL = """
SELECT t.tgname, c.relname, t.tgtype, t.tgenabled, p.prosrc,
  ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = t.tgrelid AND a.attnum = ANY(t.tgattr) ORDER BY a.attnum)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND t.tgqual IS NULL AND c.relname = ANY(:tables) AND c.relnamespace = current_schema()::regnamespace
"""


def structure_problems(connection: Connection) -> Iterator[Problem]:
    """Yield a problem for each trigger, table, column, key or index that is not as in a new book."""
    hint = _("Compare with a copy of the register from before.")
    there, expected = _TRIGGERS[connection.dialect.name](connection), _expected(connection.dialect.name)
    for name in sorted({*there, *expected}):
        if there.get(name) != expected.get(name):
            message = _("the trigger {name}, which keeps what was written, is not as docgen made it", name=name)
            yield Problem("triggers-altered", message, hint)
    for what in _differences(connection):
        yield Problem("tables-altered", _("the tables are not as docgen made them: {what}", what=what), hint)


def _sqlite(connection: Connection) -> Mapping[str, object]:
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    return {str(name): sql for name, sql in connection.execute(text(query))}


def _postgresql(connection: Connection) -> Mapping[str, object]:
    rows = connection.execute(text(_POSTGRESQL), {"tables": list(MAY_CHANGE)})
    return {name: (table, kind, enabled, source.split(), columns) for name, table, kind, enabled, source, columns in rows}


#: Dialect → what reads the triggers: what describes each, by its name.
_TRIGGERS = {"sqlite": _sqlite, "postgresql": _postgresql}


def _expected(dialect: str) -> Mapping[str, object]:
    """Return the triggers of a new book, as the functions above describe them."""
    if dialect == "sqlite":
        return trigger_statements(*guards(dialect)[1:])
    [function] = guards(dialect)[0]
    found: dict[str, object] = {}
    for table in MAY_CHANGE:
        source = function.split("$$")[1].split()
        found[f"{table}_stays"] = (table, _BEFORE | _DELETE | _TRUNCATE, "O", source, [])
        found[f"{table}_unchanged"] = (table, _BEFORE | _UPDATE, "O", source, fixed_columns(table))
    return found


def _differences(connection: Connection) -> Iterator[str]:
    """Yield what Alembic would change to make the tables those of a new book."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name in metadata.tables

    options = {"version_table": VERSION_TABLE, "include_name": is_ours}
    for change in compare_metadata(MigrationContext.configure(connection, opts=options), metadata):
        first = change[0] if isinstance(change, list) else change
        yield " ".join(str(getattr(part, "name", part)) for part in first if isinstance(part, str) or hasattr(part, "name"))
