"""What becomes of a document, on SQLite and PostgreSQL, and that a book whose past was changed is found out."""

from __future__ import annotations

import sqlite3

import pytest
from support.records import record_of

from docgen.errors import DataError, UsageError
from docgen.form import load_form
from docgen.register import Filter, Request, open_register

FORM = load_form("retraining-certificate")
RECORD = record_of(FORM.id, issued="2026-02-06", start="2026-01-12", end="2026-02-06", number=None)


def requests(count: int, **changes: object) -> list[Request]:
    return [Request(str(key), RECORD | changes) for key in range(1, count + 1)]


def wanted(number: str, **unprinted: object) -> Filter:
    return Filter(FORM.id, number=number, **unprinted)


def code(call, *arguments: object) -> str:
    with pytest.raises((DataError, UsageError)) as refused:
        call(*arguments)
    return refused.value.problems[0].code


@pytest.fixture
def register(register_at):
    """A register in which three documents were issued, the first two printed."""
    with open_register(register_at) as opened:
        opened.issue(FORM, requests(3), "a")
        opened.printed(FORM, "a", {"1": "11" * 32, "2": "22" * 32})
        yield opened


def states(register) -> dict[str, str]:
    return {each.number: each.state for each in register.documents(Filter())}


def test_what_was_printed_is_noted_each_time(register):
    assert states(register) == {"00001": "printed", "00002": "printed", "00003": "issued"}
    register.printed(FORM, "a", {"1": "11" * 32})
    register.printed(FORM, "a", {"1": "33" * 32})
    events = register.history(register.find(wanted("00001")))
    assert [(event["what"], event["sha256"][:2]) for event in events[1:]] == [
        ("printed", "11"), ("printed", "11"), ("printed", "33"),
    ]  # fmt: skip
    assert register.find(wanted("00001")).printed_sha256 == "33" * 32
    assert register.verify().problems == []


def test_what_was_not_issued_cannot_be_printed(register):
    assert code(register.printed, FORM, "a", {"1": "x", "9": "y"}) == "not-issued"
    assert code(register.printed, FORM, "b", {"1": "x"}) == "not-issued"
    assert register.find(wanted("00001")).printed_sha256 == "11" * 32


def test_a_void_document_stays_void_and_its_number_is_not_given_again(register):
    register.void(wanted("00002"), "spoiled in printing")
    assert states(register)["00002"] == "void"
    assert register.history(register.find(wanted("00002")))[-1]["reason"] == "spoiled in printing"
    assert code(register.void, wanted("00002"), "again") == "document-void"
    register.printed(FORM, "a", {"2": "44" * 32})
    assert states(register)["00002"] == "void"
    assert register.issue(FORM, requests(1), "b") == ["00004"]
    assert code(register.issue, FORM, [Request("1", RECORD | {"number": "00002"})], "c") == "number-taken"
    assert register.verify().problems == []


def test_a_reason_is_asked_for(register):
    assert code(register.void, wanted("00001"), "  ") == "reason-missing"
    assert code(register.reissue, FORM, wanted("00001"), RECORD, "") == "reason-missing"
    assert states(register) == {"00001": "printed", "00002": "printed", "00003": "issued"}


def test_a_duplicate_has_the_next_number_and_names_the_first(register):
    duplicate = register.reissue(FORM, wanted("00001"), RECORD | {"issued": "2026-11-20"}, "lost")
    assert (duplicate.number, duplicate.duplicate_of, duplicate.state) == ("00004", "00001", "issued")
    first = register.find(wanted("00001"))
    assert (first.state, first.replaced_by) == ("replaced", "00004")
    assert register.verify().problems == []


def test_a_duplicate_of_a_later_year_is_numbered_in_that_year(register):
    duplicate = register.reissue(FORM, wanted("00001"), RECORD | {"issued": "2027-01-20"}, "lost")
    assert (duplicate.year, duplicate.number, duplicate.duplicate_of) == (2027, "00001", "00001 (2026)")
    assert code(register.find, wanted("00001")) == "document-ambiguous"
    assert register.find(wanted("00001", year=2026)).replaced_by == "00001 (2027)"


def test_a_document_is_replaced_once_and_its_duplicate_can_be_replaced_in_turn(register):
    register.reissue(FORM, wanted("00001"), RECORD, "lost")
    assert code(register.reissue, FORM, wanted("00001"), RECORD, "lost") == "document-replaced"
    assert code(register.void, wanted("00001"), "why") == "document-replaced"
    assert register.reissue(FORM, wanted("00004"), RECORD, "lost again").number == "00005"
    register.void(wanted("00005"), "stolen")
    assert code(register.reissue, FORM, wanted("00005"), RECORD, "lost") == "document-void"
    assert register.verify().problems == []


def test_a_number_that_no_document_has_is_told(register):
    assert code(register.find, wanted("00099")) == "document-unknown"
    assert code(register.void, wanted("00099"), "why") == "document-unknown"


def test_documents_are_found_by_what_is_known_of_them(register):
    register.issue(FORM, requests(1, surname="Әбдіқадырова", organization="100%_Академия"), "b")
    register.issue(FORM, [Request("1", RECORD | {"issued": "2025-03-01"}, {"iin": "850312400128"})], "c")

    def numbers(**asked: object) -> list[str]:
        return [f"{each.year}/{each.number}" for each in register.documents(Filter(**asked))]

    assert numbers(search="әбдіқадырова") == numbers(search="ӘБДІҚ 0001") == ["2026/00001"]
    assert numbers(organization="100%_академия") == ["2026/00001"]
    assert numbers(search="850312400128") == numbers(year=2025) == numbers(until="2025-12-31") == ["2025/00001"]
    assert numbers(search="%") == numbers(search="_") == []
    assert numbers(state="issued", since="2026-01-01", form=FORM.id) == ["2026/00001", "2026/00003"]
    assert len(numbers()) == 5


def test_a_pattern_of_the_register_holds_from_the_next_sequence_on(register):
    register.set_pattern(FORM, "{year}-{seq:04d}")
    assert register.issue(FORM, requests(1), "b") == ["00004"]
    assert register.issue(FORM, requests(1, issued="2027-02-01"), "c") == ["2027-0001"]
    register.set_pattern(FORM, "{seq}")
    assert register.issue(FORM, requests(1, issued="2028-02-01"), "d") == ["1"]
    assert [(each.year, each.pattern) for each in register.sequences()] == [
        (2026, "{seq:05d}"), (2027, "{year}-{seq:04d}"), (2028, "{seq}"),
    ]  # fmt: skip
    assert code(register.set_pattern, FORM, "{year}") == "pattern-wrong"
    assert register.verify().problems == []


def test_a_gap_is_told_until_it_is_closed(register):
    register.issue(FORM, [Request("1", RECORD | {"number": "00006"})], "b")
    [problem] = register.verify().problems
    assert problem.code == "sequence-gap"
    assert "4, 5" in problem.message
    register.issue(FORM, requests(2), "c")
    assert register.verify().problems == []


ALTERATIONS = {
    "a record": ("UPDATE document SET record = replace(record, '00001', '00009') WHERE id = 1", "record-altered"),
    "what records have in common": ("UPDATE skeleton SET record = replace(record, 'Бауыржан', 'Ержан')", "record-altered"),
    "what the journal tells": ('UPDATE document SET also = \'{"iin":"1"}\' WHERE id = 1', "record-altered"),
    "a number": ("UPDATE document SET number = '00077' WHERE id = 2", "record-altered"),
    "a state": ("UPDATE document SET state = 'printed' WHERE id = 3", "state-altered"),
    "what was printed": ("UPDATE printed SET sha256 = 'x' WHERE id = 1", "state-altered"),
    "a document taken away": ("DELETE FROM document WHERE id = 3", "document-gone"),
    "the last event taken away": ("DELETE FROM event WHERE id = (SELECT max(id) FROM event)", "events-altered"),
    "an event taken away": ("DELETE FROM event WHERE id = 2", "events-altered"),
    "who did it": ("UPDATE event SET clerk = 'nobody' WHERE id = 2", "events-altered"),
    "where the sequence begins": ("UPDATE series SET floor = 1", "sequence-altered"),
    "a record and its hash": ("UPDATE document SET record = '{}', sha256 = 'x' WHERE id = 1", "record-altered"),
}


@pytest.mark.parametrize("what", ALTERATIONS)
def test_a_changed_past_is_found(tmp_path, what):
    path = tmp_path / "register.db"
    statement, told = ALTERATIONS[what]
    with open_register(path) as register:
        register.issue(FORM, requests(3), "a")
        register.printed(FORM, "a", {"1": "11" * 32})
        assert register.verify().problems == []
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statement)
    connection.commit()
    connection.close()
    with open_register(path) as register:
        assert told in {problem.code for problem in register.verify().problems}


def test_a_seal_that_was_noted_down_tells_a_book_that_was_written_anew(register, tmp_path):
    seal = register.verify().seal
    register.void(wanted("00001"), "spoiled")
    assert register.verify(seal).problems == []
    with open_register(tmp_path / "anew.db") as anew:
        anew.issue(FORM, requests(3), "a")
        assert anew.verify().problems == []
        assert [problem.code for problem in anew.verify(seal).problems] == ["seal-unknown"]


def test_numbers_that_stand_twice_are_found(tmp_path):
    path = tmp_path / "register.db"
    with open_register(path) as register:
        register.issue(FORM, requests(2), "a")
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    rows = connection.execute("SELECT * FROM document").fetchall()
    names = [column[1] for column in connection.execute("PRAGMA table_info(document)")]
    connection.execute("ALTER TABLE document RENAME TO old")
    connection.execute(f"CREATE TABLE document ({', '.join(names)})")
    forged = dict(zip(names, rows[0], strict=True)) | {"id": 3, "key": "3"}
    for row in [*rows, tuple(forged.values())]:
        connection.execute(f"INSERT INTO document VALUES ({', '.join('?' * len(names))})", row)
    connection.commit()
    connection.close()
    with open_register(path) as register:
        assert "number-twice" in {problem.code for problem in register.verify().problems}
