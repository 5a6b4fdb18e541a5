"""A book that the first docgen made, with all that may stand in one, is brought up to date when it is opened, and goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import MetaData, insert, text, update
from support.records import record_of

from docgen.form import load_form
from docgen.register import Filter, Request, open_register
from docgen.register.opening import engine_for, migrate, place_of
from docgen.register.schema import VERSION, VERSION_TABLE

FORM = load_form("retraining-certificate")
RECORD = record_of(FORM.id, issued="2026-02-06", start="2026-01-12", end="2026-02-06", number=None)
#: Five documents of a job, three printed, one void and one replaced by a duplicate, which was printed; stock. Table → rows.
OLD = json.loads((Path(__file__).parent / "books" / "0001.json").read_text("utf-8"))
#: What that docgen showed of it.
SEAL = "dcfc84b7350ba3f4f1a4db455a2ea1801bf9edb8192a61434cfad65b2439ca69"
DOCUMENTS = [
    ("00001", "printed", "1" * 64, ""), ("00002", "void", "2" * 64, ""), ("00003", "replaced", "3" * 64, "00006"),
    ("00004", "issued", None, ""), ("00005", "issued", None, ""), ("00006", "printed", "d" * 64, ""),
]  # fmt: skip


@pytest.fixture
def old(register_at) -> str:
    """Where such a book is: the tables as the first migration makes them, filled with its rows."""
    engine = engine_for(place_of(register_at), create=True)
    with engine.connect() as connection, connection.begin():
        migrate(connection, "0001")
        tables = MetaData()
        tables.reflect(connection)
        for name in ("series", "document", "event", "stock"):
            connection.execute(insert(tables.tables[name]), OLD[name])
        connection.execute(update(tables.tables["book"]).values(events=OLD["book"][0]["events"], hash=SEAL))
        if connection.dialect.name == "postgresql":  # it counts by itself, and has not seen these
            connection.execute(text("SELECT setval(pg_get_serial_sequence('series', 'id'), (SELECT max(id) FROM series))"))
    engine.dispose()
    return register_at


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
