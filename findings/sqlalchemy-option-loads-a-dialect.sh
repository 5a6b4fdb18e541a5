#!/usr/bin/env bash
# An option of another database on an index makes SQLAlchemy load all that it knows of that database, its drivers included.
#
# Expected: `Index(…, postgresql_where=…)` notes the condition for the day on which tables are made in PostgreSQL. A program whose
#   tables are in SQLite pays nothing for it, as a column's type of PostgreSQL is not loaded before it is named.
# Seen: the option is checked where the index is defined, and for that the package sqlalchemy.dialects.postgresql is imported with
#   all that it holds: types, ranges, and a module each for psycopg, psycopg2, asyncpg and pg8000, whether they are installed or
#   not. Each start of a program whose table merely says how it looks in PostgreSQL so loads eighteen modules more, which takes
#   three times as long as the dialect that it uses.
# A way out: leave the option out of the definition, and set `index.dialect_options[name]["where"]` in an event "before_create" of
#   the table, where the connection says which database it is.
# Versions: SQLAlchemy 2.1.9.
# Source: https://docs.sqlalchemy.org/en/21/dialects/postgresql.html (partial indexes).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check sqlalchemy==2.1.9
cat >start.py <<'PYTHON'
import sys

from sqlalchemy import Column, Index, Integer, MetaData, Table, create_engine, inspect

option = sys.argv[1]
table = Table("document", MetaData(), Column("id", Integer, primary_key=True), Column("copy_of", Integer))
if option == "event":
    from sqlalchemy import event

    index = Index("copies", table.c.copy_of)

    @event.listens_for(table, "before_create")
    def only_copies(_table, connection, **_options):
        index.dialect_options[connection.dialect.name]["where"] = table.c.copy_of.is_not(None)
else:
    Index("copies", table.c.copy_of, **{name: table.c.copy_of.is_not(None) for name in option.split("+")})
engine = create_engine("sqlite://")
table.metadata.create_all(engine)
[made] = inspect(engine).get_indexes("document")
assert str(made["dialect_options"]["sqlite_where"]) == "copy_of IS NOT NULL", made
print(sum(name.startswith("sqlalchemy.dialects.postgresql.") for name in sys.modules))
PYTHON
alone=$(python/bin/python start.py sqlite_where)
both=$(python/bin/python start.py sqlite_where+postgresql_where)
event=$(python/bin/python start.py event)
echo "modules of PostgreSQL in a program of SQLite: without the option $alone, with it $both (expected $alone), by an event $event"
[ "$alone" -eq 0 ] && [ "$both" -gt 10 ] && [ "$event" -eq 0 ] || { echo "this has changed" >&2; exit 1; }
