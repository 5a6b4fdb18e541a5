"""Whatever is changed in a book behind docgen's back is found: each column of each table, rows, triggers, on both databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Integer
from support.records import record_of

from docgen.errors import DocgenError
from docgen.form import load_form
from docgen.inputs import OldDocument
from docgen.register import Filter, Movement, Request, RequestKey, hand_over, keys, open_register, read_serials
from docgen.register.opening import engine_for, place_of
from docgen.register.proofs import PROOFS
from docgen.register.schema import MAY_CHANGE, metadata

FORM = load_form("retraining-certificate")
RECORD = record_of(FORM.id, issued="2026-02-06", start="2026-01-12", end="2026-02-06", number=None)
COLUMNS = [(table.name, column) for table in metadata.sorted_tables for column in table.columns]


def filled(where: str) -> None:
    """Make a book with a row in every table: a job of several, prints, a void one, a duplicate, stock, a pattern, old ones."""
    with open_register(where) as register:
        register.issue(FORM, [Request(str(key), RECORD, {"iin": "930915350202"}) for key in range(1, 5)], "monday")
        register.printed(FORM, "monday", {"1": "1" * 64, "3": "3" * 64})
        register.void(Filter(FORM.id, number="00002"), "spoiled")
        register.reissue(FORM, Filter(FORM.id, number="00003"), RECORD, "lost")
        first = register.find(Filter(FORM.id, number="00001"))
        register.correct(FORM, first, RECORD | {"surname": "Әлиева"}, {"iin": "850312400128"}, "misspelt")
        with register.write() as connection:
            hand_over.note_handed_over(connection, register.documents(Filter(state="printed")), "2026-02-10", "a" * 64)
        with register.write() as connection:
            keys.store(connection, [(RequestKey(str(number) * 64, "b" * 64), number) for number in (1, 2)])
        register.set_pattern(FORM, "{year}-{seq:04d}")
        register.move_stock(FORM.id, Movement("received", read_serials("000101", "000200"), "2026-02-06", "delivery"))
        register.move_stock(FORM.id, Movement("used", read_serials("000101"), "2026-02-07"))
        register.take_over(FORM, [OldDocument(1, RECORD | {"number": "А-9", "issued": "2025-02-06"})], "old")
        assert register.verify().problems == []


@pytest.fixture
def change(register_at) -> Callable[[str], int]:
    """What changes a filled book by a statement, without its triggers, which are put back, and returns the rows changed."""
    filled(register_at)
    return partial(_on_server if register_at.startswith("postgresql") else _in_file, register_at)


def _on_server(where: str, statement: str) -> int:
    import psycopg

    with psycopg.connect(where) as connection:
        connection.execute("SET session_replication_role = replica")  # it also leaves references unchecked
        return connection.execute(statement).rowcount


def _in_file(where: str, statement: str) -> int:
    connection = sqlite3.connect(where)
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _sql in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    count = connection.execute(statement).rowcount
    for _name, sql in triggers:
        connection.execute(sql)
    connection.commit()
    connection.close()
    return count


def faults(where: str) -> set[str]:
    """Return what `verify` finds, or by what the book is refused."""
    try:
        with open_register(where) as register:
            return {problem.code for problem in register.verify().problems}
    except DocgenError as error:
        return {problem.code for problem in error.problems}


def test_every_column_of_every_table_has_a_proof():
    assert {table: set(columns) for table, columns in PROOFS.items()} == {
        table.name: {column.key for column in table.columns} for table in metadata.sorted_tables
    }


@pytest.mark.slow
@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[f"{table}.{column.name}" for table, column in COLUMNS])
def test_a_column_that_was_changed_is_found(register_at, change, table, column):
    """In the last row of each table, so that what nobody refers to is changed too."""
    name, [key] = f'"{column.name}"', [each.name for each in metadata.tables[table].primary_key] or ["version_num"]
    is_number = isinstance(column.type, Integer | BigInteger)
    value = f"coalesce({name}, 0) + 7" if is_number else f"coalesce({name}, '') || 'x'"
    if name[1:-1] != key and column.references(metadata.tables["document"].c.id):
        value = f"CASE WHEN {name} = 1 THEN 2 ELSE 1 END"
    last = f"SELECT max({key}) FROM {table}"
    assert change(f"UPDATE {table} SET {name} = {value} WHERE {key} = ({last})") == 1
    assert faults(register_at)


#: What else is done to a book: the statement, and what is found.
CHANGES = {
    **{f"a row of {table} taken away": (f"DELETE FROM {table} WHERE {key} = (SELECT max({key}) FROM {table})", found)
       for table, key, found in (
           ("document", "id", "document-gone"), ("printed", "id", "state-altered"), ("event", "id", "events-altered"),
           ("correction", "id", "correction-altered"), ("handed", "id", "hand-over-altered"),
           ("request", "id", "request-altered"), ("skeleton", "id", "record-altered"),
           ("stock", "id", "stock-altered"), ("pattern", "form", "pattern-altered"), ("series", "id", "sequence-altered"))},
    "a movement of stock added": (
        "INSERT INTO stock SELECT 9, form, kind, prefix, width, 900, 910, day, reason, NULL FROM stock WHERE id = 1",
        "stock-altered"),
    "a correction added": (
        "INSERT INTO correction SELECT 9, document_id, record, unprinted, sha256, content, sought FROM correction WHERE id = 1",
        "correction-altered"),
    "a hand-over added": ("INSERT INTO handed VALUES (4, '2026-02-10', 'x')", "hand-over-altered"),
    "a request added": (
        "INSERT INTO request SELECT 9, 'x', body, document_id FROM request WHERE id = 1", "request-altered"),
    "a pattern added": ("INSERT INTO pattern VALUES ('work-standard', '{seq}')", "pattern-altered"),
    "a skeleton added": ("INSERT INTO skeleton VALUES (9, '{}')", "skeleton-altered"),
    "a skeleton changed": ("UPDATE skeleton SET record = replace(record, '2026-01-12', '2026-01-13')", "record-altered"),
    "a print added": ("INSERT INTO printed VALUES (4, 'x')", "state-altered"),
    "a sequence added": (
        "INSERT INTO series SELECT 9, form, organization, organization_key, 2030, pattern, 5 FROM series WHERE id = 1",
        "sequence-altered"),
    "a document printed that was not": ("UPDATE document SET state = 'printed' WHERE id = 1", "state-altered"),
    "a void document in force again": ("UPDATE document SET state = 'issued' WHERE id = 2", "state-altered"),
    "the number of a duplicate's first": ("UPDATE document SET duplicate_of = 1 WHERE duplicate_of = 3", "record-altered"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("what", CHANGES)
def test_a_row_that_was_added_or_taken_away_is_found(register_at, change, what):
    statement, code = CHANGES[what]
    assert change(statement) == 1
    assert code in faults(register_at)


STRUCTURE = {
    "a trigger taken away": ("DROP TRIGGER event_stays", "DROP TRIGGER event_stays ON event", "triggers-altered"),
    "an index taken away": ("DROP INDEX event_document", "DROP INDEX event_document", "tables-altered"),
    "a column added": (*["ALTER TABLE stock ADD COLUMN note text"] * 2, "tables-altered"),
    "a trigger that refuses less": (
        "DROP TRIGGER series_unchanged; CREATE TRIGGER series_unchanged BEFORE UPDATE OF year ON series "
        "BEGIN SELECT RAISE(ABORT, 'the register keeps what was written'); END",
        "DROP TRIGGER series_unchanged ON series; CREATE TRIGGER series_unchanged BEFORE UPDATE OF year ON series "
        "FOR EACH STATEMENT EXECUTE FUNCTION docgen_register_keeps()", "triggers-altered"),
    "a trigger that does nothing": (
        "DROP TRIGGER event_stays; CREATE TRIGGER event_stays BEFORE DELETE ON event BEGIN SELECT 1; END",
        "CREATE OR REPLACE FUNCTION docgen_register_keeps() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NULL; END $$", "triggers-altered"),
    "a trigger that is off": (None, "ALTER TABLE event DISABLE TRIGGER event_stays", "triggers-altered"),
    "a table taken away": (*["DROP TABLE printed"] * 2, "tables-altered"),
}  # fmt: skip


@pytest.mark.parametrize("what", STRUCTURE)
def test_tables_and_triggers_that_are_not_as_they_were_made_are_found(register_at, what):
    sqlite, postgresql, code = STRUCTURE[what]
    filled(register_at)
    statement = postgresql if register_at.startswith("postgresql") else sqlite
    if statement is None:
        pytest.skip("SQLite has no such state")
    engine = engine_for(place_of(register_at), create=False)
    with engine.connect() as connection, connection.begin():
        for each in statement.split("; CREATE"):
            connection.exec_driver_sql(each if each.startswith(("DROP", "ALTER", "CREATE")) else f"CREATE{each}")
    engine.dispose()
    assert code in faults(register_at)


def test_sixty_changes_and_more_are_tried():
    assert len(COLUMNS) + len(CHANGES) + len(STRUCTURE) >= 60
    assert set(MAY_CHANGE) < {table for table, _column in COLUMNS}


DAMAGE = {
    "text that is no UTF-8": "UPDATE document SET record = CAST(x'7b22ff22' AS TEXT) WHERE id = 1",
    "a state that is none": "UPDATE document SET state = 'lost' WHERE id = 1",
    "broken JSON": "UPDATE document SET record = '{' WHERE id = 1",
    "JSON that is no object": "UPDATE document SET record = '[]' WHERE id = 1",
    "bytes": "UPDATE document SET number = x'00ff' WHERE id = 1",
    "a word for a number": "UPDATE document SET seq = 'one' WHERE id = 1",
    "a word for a year": "UPDATE series SET year = 'this' WHERE id = 1",
    "a word for a floor": "UPDATE series SET floor = 'low' WHERE id = 1",
    "a word for the events": "UPDATE book SET events = 'many'",
    "bytes for the seal": "UPDATE book SET hash = x'ff'",
    "no row of the book": "DELETE FROM book",
    "a word for a serial": "UPDATE stock SET first = 'one'",
    "a very large serial": "UPDATE stock SET last = 9223372036854775807",
    "an event of bytes": "UPDATE event SET detail = x'ff' WHERE id = 2",
    "an event of a list": "UPDATE event SET detail = '[{\"id\":[]}]' WHERE id = 2",
    "a text that is deep": "UPDATE document SET record = replace(hex(zeroblob(100000)), '00', '[') WHERE id = 1",
    "a very large number": "UPDATE document SET record = '{\"hours\":' || replace(hex(zeroblob(9000)), '00', '9') || '}'",
}


@pytest.mark.slow
@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_book_is_reported_by_every_command(tmp_path, what):
    """Nothing falls over: `verify` names what is wrong, and what reads the book says that it is damaged or shows the rest."""
    from support.calling import run

    path = tmp_path / "register.db"
    filled(str(path))
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(DAMAGE[what])
    connection.commit()
    connection.close()
    assert faults(str(path)) - {"triggers-altered"}
    out = Path(tmp_path, "out.csv")
    for call in (
        ["verify"], ["list"], ["show", FORM.id, "00001"], ["numbers"], ["export", "-o", out], ["stock", "left", FORM.id],
        ["void", FORM.id, "00001", "--reason", "x"], ["journal", FORM.id, "--year", 2026, "-o", tmp_path / "j.xlsx"],
    ):  # fmt: skip
        result = run("register", *call, "--register", path)
        assert result.exception is None or isinstance(result.exception, SystemExit), (call, result.exception)
        assert result.exit_code in (0, 1, 2), (call, result.output)
