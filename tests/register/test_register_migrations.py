"""A book that the first docgen made, with all that may stand in one, is brought up to date when it is opened, and goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, MetaData, insert, text, update
from support.records import record_of

from docgen.errors import DataError
from docgen.form import load_form
from docgen.register import Filter, Request, RequestKey, open_register
from docgen.register.opening import engine_for, migrate, place_of
from docgen.register.schema import VERSION, VERSION_TABLE

FORM = load_form("retraining-certificate")
RECORD = record_of(FORM.id, issued="2026-02-06", start="2026-01-12", end="2026-02-06", number=None)
#: Five documents of a job, three printed, one void and one replaced by a duplicate, which was printed; stock. Table → rows.
BOOKS = Path(__file__).parent / "books"
OLD = json.loads((BOOKS / "0001.json").read_text("utf-8"))
#: Table → its rows.
Rows = dict[str, list[dict[str, object]]]
#: What that docgen showed of it.
SEAL = "dcfc84b7350ba3f4f1a4db455a2ea1801bf9edb8192a61434cfad65b2439ca69"
DOCUMENTS = [
    ("00001", "printed", "1" * 64, ""), ("00002", "void", "2" * 64, ""), ("00003", "replaced", "3" * 64, "00006"),
    ("00004", "issued", None, ""), ("00005", "issued", None, ""), ("00006", "printed", "d" * 64, ""),
]  # fmt: skip


@pytest.fixture
def old(register_at) -> str:
    """Where such a book is: the tables as the first migration makes them, filled with its rows."""
    fill(register_at, "0001", OLD)
    return register_at


@contextmanager
def changeable_book(connection: Connection) -> Iterator[None]:
    """Let the identity of a book be that of another one."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE book DISABLE TRIGGER book_unchanged")
        yield
        connection.exec_driver_sql("ALTER TABLE book ENABLE TRIGGER book_unchanged")
        return
    trigger = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'book_unchanged'").scalar_one()
    connection.exec_driver_sql("DROP TRIGGER book_unchanged")
    yield
    connection.exec_driver_sql(trigger)


def fill(where: str, version: str, rows: Rows) -> None:
    """Make the tables as they were at a migration, with the rows of a book."""
    engine = engine_for(place_of(where), create=True)
    with engine.connect() as connection, connection.begin():
        migrate(connection, version)
        tables = MetaData()
        tables.reflect(connection)
        for name in (each.name for each in tables.sorted_tables if rows.get(each.name) and each.name != "book"):
            connection.execute(insert(tables.tables[name]), rows[name])
        with changeable_book(connection):
            own = {name: value for name, value in rows["book"][0].items() if name != "id"}
            connection.execute(update(tables.tables["book"]).values(own))
        if connection.dialect.name == "postgresql":  # it counts by itself, and has not seen these
            connection.execute(text("SELECT setval(pg_get_serial_sequence('series', 'id'), (SELECT max(id) FROM series))"))
    engine.dispose()


def documents(register) -> list[tuple[str, str, str | None, str]]:
    return [(each.number, each.state, each.printed_sha256, each.replaced_by) for each in register.documents(Filter(year=2026))]


def test_an_old_book_shows_what_it_showed(old):
    with open_register(old) as register:
        assert documents(register) == DOCUMENTS
        verdict = register.verify(SEAL)
        assert (verdict.problems, verdict.events) == ([], 20)  # each document got an event that binds all of its columns
        assert [each["what"] for each in register.history(register.find(Filter(FORM.id, number="00002")))] == [
            "issued", "printed", "void", "bound",
        ]  # fmt: skip
        assert sorted(register.reasons().values()) == ["lost", "lost", "spoiled"]
        assert [each.number for each in register.documents(Filter(state="printed"))] == ["00001", "00006"]
        assert [each.number for each in register.documents(Filter(state="issued"))] == ["00004", "00005"]
        with register.read() as connection:
            assert connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar() == VERSION


def test_an_old_book_goes_on(old):
    requests = [Request(str(key), RECORD) for key in range(1, 6)]
    with open_register(old) as register:
        register.printed(FORM, "monday", {"1": "a" * 64, "4": "4" * 64})
        assert register.issue(FORM, requests[3:], "monday") == ["00004", "00005"]
        many = [Request(str(key), RECORD) for key in range(1, 201)]
        assert register.issue(FORM, many, "tuesday") == [f"{number:05d}" for number in range(7, 207)]
        register.issue(FORM, [Request("1", RECORD | {"issued": "2027-02-06"})], "next year")
        told = {number: state for number, *state in documents(register)}
        assert (told["00001"][:2], told["00004"][:2]) == (["printed", "a" * 64], ["printed", "4" * 64])
        assert register.verify(SEAL).problems == []
    with open_register(old) as register:
        assert len(documents(register)) == 206
        with pytest.raises(Exception, match="keeps what was written"), register.write() as connection:
            connection.exec_driver_sql("DELETE FROM printed")


#: A book of the version before hashes were bytes, with rows in every table, an event of several documents, and what it showed.
LONG = json.loads((BOOKS / "0007.json").read_text("utf-8"))
LONG_SEAL = LONG["book"][0]["hash"]
SHOWN = [
    ("А-9", "issued", None, ""), ("7", "void", None, ""), ("00001", "printed", "1" * 64, ""), ("00002", "void", None, ""),
    ("00003", "replaced", "3" * 64, "00007"), ("00004", "issued", None, ""), ("00005", "printed", "5" * 64, ""),
    ("00006", "printed", "6" * 64, ""), ("00007", "issued", None, ""),
]  # fmt: skip


def shown(register) -> list[tuple[str, str, str | None, str]]:
    return [(each.number, each.state, each.printed_sha256, each.replaced_by) for each in register.documents(Filter())]


def stored(where: str, what: str) -> list[tuple[object, ...]]:
    engine = engine_for(place_of(where), create=False)
    with engine.connect() as connection, connection.begin():
        rows = connection.exec_driver_sql(what).all()
    engine.dispose()
    return [tuple(row) for row in rows]


def test_a_book_with_hashes_as_texts_is_brought_over_whole(register_at):
    fill(register_at, "0007", LONG)
    with open_register(register_at) as register:
        assert (register.verify(LONG_SEAL).problems, register.verify().seal) == ([], LONG_SEAL)
        assert shown(register) == SHOWN
        for old in LONG["document"]:
            [found] = [each for each in register.documents(Filter(FORM.id)) if (each.job, each.key) == (old["job"], old["key"])]
            corrected = {row["document_id"]: row for row in LONG["correction"]}.get(old["id"], old | {"unprinted": old["also"]})
            assert (found.record, found.unprinted) == (json.loads(corrected["record"]), json.loads(corrected["unprinted"]))
            assert (found.sha256, found.form_sha256) == (corrected["sha256"], old["form_sha256"])
        [handed] = [each for each in register.documents(Filter()) if each.handed_over]
        assert (handed.number, handed.handed_over) == ("00001", "2026-02-10")
        assert register.requested(RequestKey("2" * 64, "b" * 64)).number == "00002"
        assert register.reasons() == {2: "spoiled", 7: "lost", 3: "lost", 9: "torn"}
        [corrected] = register.corrected(FORM, "monday")
        assert [json.loads(each.record)["surname"] for each in corrected.versions] == [RECORD["surname"], "Әлиева"]
        names = [each["given_name"] for each in map(json.loads, (row["record"] for row in LONG["document"][3:6]))]
        again = [Request(str(key), RECORD | {"given_name": name}) for key, name in enumerate(names, 4)]
        assert register.issue(FORM, again, "monday") == ["00004", "00005", "00006"]
        with pytest.raises(DataError) as caught:
            register.issue(FORM, [again[0]], "tuesday", once=True)
        assert [problem.code for problem in caught.value.problems] == ["record-issued"]
        assert register.verify(LONG_SEAL).problems == []
    assert stored(register_at, "SELECT count(*) FROM skeleton") == [(2,)]
    assert stored(register_at, "SELECT max(length(sha256)), min(length(sha256)) FROM document") == [(32, 32)]


#: What is altered in a book of before, and what is found once it was brought over.
ALTERED = {
    "a hash": ("document", "sha256", lambda value: f"{value}x", "record-altered"),
    "a hash of a print": ("printed", "sha256", lambda _value: "x", "state-altered"),
    "a record": ("document", "record", lambda value: value.replace("2026-01-12", "2026-01-13"), "record-altered"),
    "no record": ("document", "record", lambda _value: "{", "record-altered"),
    "a content": ("document", "content", lambda value: f"{value[:63]}{'0' if value[63] != '0' else '1'}", "record-altered"),
    "an event of many": ("event", "detail", lambda value: value.replace("monday", "sunday"), "events-altered"),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_was_altered_before_is_found_after_it_was_brought_over(register_at, what):
    table, column, change, code = ALTERED[what]
    rows = {name: [dict(row) for row in rows] for name, rows in LONG.items()}
    for row in rows[table][1:3]:
        row[column] = change(row[column])
    fill(register_at, "0007", rows)
    with open_register(register_at) as register:
        assert code in {problem.code for problem in register.verify().problems}


@pytest.mark.parametrize("step", ["skeleton.Divider", "packing.packed"])
def test_a_book_that_is_not_brought_over_whole_stays_as_it_was(register_at, monkeypatch, step):
    """It is stopped at the first document, or at the first event of many, when the documents are written already."""
    fill(register_at, "0007", LONG)

    def stop(_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"docgen.register.{step}", stop)
    with pytest.raises(KeyboardInterrupt), open_register(register_at):
        pass
    assert stored(register_at, f"SELECT version_num FROM {VERSION_TABLE}") == [("0007",)]
    names = ", ".join(LONG["document"][0])
    there = stored(register_at, f"SELECT {names} FROM document ORDER BY id")
    assert there == [tuple(row.values()) for row in LONG["document"]]
    monkeypatch.undo()
    with open_register(register_at) as register:
        assert (register.verify(LONG_SEAL).problems, shown(register)) == ([], SHOWN)
