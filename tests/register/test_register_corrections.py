"""A document is corrected under its number until it is handed over, and what is printed of its job follows the book."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from support.calling import run
from support.reading import words
from support.records import record_of

from docgen import batch, issue
from docgen.batching import Selection
from docgen.errors import DataError
from docgen.form import load_form
from docgen.register import Filter, Request, hand_over, open_register

FORM = load_form("retraining-certificate")
RECORD = record_of(FORM.id, surname="Әлиева", issued="2026-02-06", start="2026-01-12", end="2026-02-06", number=None)
FIRST, OTHER = "930915350202", "850312400128"


def wanted(number: str) -> Filter:
    return Filter(FORM.id, number=number)


def correct(register, number: str, reason: str = "misspelt", iin: str | None = None, **changes: object):
    first = register.find(wanted(number))
    unprinted = first.unprinted if iin is None else {"iin": iin}
    return register.correct(FORM, first, {**first.record, **changes}, unprinted, reason)


def code(call, *arguments: object, **more: object) -> str:
    with pytest.raises(DataError) as refused:
        call(*arguments, **more)
    return refused.value.problems[0].code


@pytest.fixture
def register(register_at):
    """A register with three documents of a job."""
    with open_register(register_at) as opened:
        opened.issue(FORM, [Request(str(key), RECORD, {"iin": FIRST}) for key in (1, 2, 3)], "a")
        yield opened


def test_a_correction_has_the_number_and_states_both_hashes(register):
    before = register.find(wanted("00001"))
    after = correct(register, "00001", surname="Әлиқызы", iin=OTHER)
    assert (after.number, after.record["surname"], after.unprinted) == ("00001", "Әлиқызы", {"iin": OTHER})
    event = register.history(after)[-1]
    assert (event["what"], event["reason"]) == ("corrected", "misspelt")
    assert (event["before"], event["sha256"], event["fields"]) == (before.sha256, after.sha256, ["iin", "surname"])
    assert before.sha256 != after.sha256
    assert [each.record["surname"] for each in register.documents(Filter())] == ["Әлиқызы", "Әлиева", "Әлиева"]
    assert register.verify().problems == []


def test_a_corrected_document_is_found_by_what_it_says_now(register):
    correct(register, "00001", surname="Әлиқызы", iin=OTHER)
    assert [each.number for each in register.documents(Filter(search="әлиқызы"))] == ["00001"]
    assert [each.number for each in register.documents(Filter(search=OTHER))] == ["00001"]
    assert [each.number for each in register.documents(Filter(search="әлиева"))] == ["00002", "00003"]


def test_the_last_of_several_corrections_counts(register):
    for surname in ("Әлиқызы", "Әлихан", "Әлиева"):
        correct(register, "00002", surname=surname)
    assert register.find(wanted("00002")).record["surname"] == "Әлиева"
    assert len(register.history(register.find(wanted("00002")))) == 4
    assert register.verify().problems == []


def test_what_a_number_depends_on_cannot_be_corrected(register):
    for changes in ({"issued": "2026-02-07"}, {"organization": "Басқа академия"}):
        assert code(correct, register, "00001", **changes) == "correction-fixed"
    assert code(correct, register, "00001") == "correction-none"
    assert code(correct, register, "00001", " ", surname="Әлиқызы") == "reason-missing"
    assert len(register.history(register.find(wanted("00001")))) == 1


def test_what_is_void_replaced_or_handed_over_is_not_corrected(register):
    register.void(wanted("00001"), "withdrawn")
    register.reissue(FORM, wanted("00002"), RECORD, "lost")
    with register.write() as connection:
        hand_over.note_handed_over(connection, [register.find(wanted("00003"))], "2026-02-10", "a" * 64)
    codes = [code(correct, register, number, surname="Әлиқызы") for number in ("00001", "00002", "00003")]
    assert codes == ["document-void", "document-replaced", "document-handed-over"]
    assert register.find(wanted("00003")).handed_over == "2026-02-10"
    assert register.reissue(FORM, wanted("00003"), RECORD, "misspelt").duplicate_of == "00003"
    assert register.verify().problems == []


def test_two_clerks_do_not_correct_over_each_other(register):
    read = register.find(wanted("00001"))
    correct(register, "00001", surname="Әлиқызы")
    assert code(register.correct, FORM, read, {**read.record, "rank": "майор"}, {}, "rank") == "correction-crossed"
    assert register.find(wanted("00001")).record["surname"] == "Әлиқызы"


def test_a_copy_of_a_corrected_table_gets_no_second_numbers(register):
    correct(register, "00001", surname="Әлиқызы")
    for surname in ("Әлиева", "Әлиқызы"):
        request = Request("1", RECORD | {"surname": surname}, {"iin": FIRST})
        assert code(register.issue, FORM, [request], "copy", once=True) == "record-issued"


@pytest.fixture
def table(tmp_path) -> Path:
    """A table of three people."""
    path = tmp_path / "people.csv"
    write(path)
    return path


def write(path: Path, *surnames: str) -> None:
    people = zip(surnames or ("Ахметова", "Әлиева", "Оспанова"), ("930915350212", FIRST, "930915350222"), strict=True)
    rows = [RECORD | {"surname": surname, "iin": iin} for surname, iin in people]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def printed(path: Path) -> str:
    return words(path.read_bytes())


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_batch_prints_what_the_book_says_and_reports_the_older_row(register_at, table, tmp_path, workers):
    batch(FORM.id, table, tmp_path / "out", register=register_at, split=2, workers=workers)
    with open_register(register_at) as register:
        correct(register, "00002", surname="Әлиқызы", iin=OTHER)
    again = batch(FORM.id, table, tmp_path / "again", register=register_at, split=2, workers=workers)
    notes = [(note.code, note.where.row, note.where.key, note.value) for note in about_rows(again)]
    assert notes == [("row-older", 3, "surname", "Әлиева"), ("row-older", 3, "iin", FIRST)]
    text = printed(tmp_path / "again" / f"{FORM.id}-001.pdf")
    assert ("Әлиқызы" in text, "Әлиева" in text, "Ахметова" in text) == (True, False, True)
    with open_register(register_at) as register:
        assert [each.number for each in register.documents(Filter(state="printed"))] == ["00001", "00002", "00003"]
        assert register.verify().problems == []


def test_a_number_asked_for_is_printed_as_the_book_says(register_at, table, tmp_path):
    batch(FORM.id, table, tmp_path / "out", register=register_at)
    with open_register(register_at) as register:
        correct(register, "00002", surname="Әлиқызы")
    only = Selection("00002", "number")
    assert len(batch(FORM.id, table, tmp_path / "again", register=register_at, only=only).notes) == 1
    assert "Әлиқызы" in printed(tmp_path / "again" / f"{FORM.id}-001.pdf")


def about_rows(result):
    """Return the notes of a batch but for the remarks on names, of which some here are of another sex."""
    return [note for note in result.notes if not note.code.endswith("-of-other-sex")]


def test_a_corrected_table_needs_no_report_and_another_change_is_refused(register_at, table, tmp_path):
    batch(FORM.id, table, tmp_path / "out", register=register_at)
    with open_register(register_at) as register:
        correct(register, "00002", surname="Әлиқызы")
    write(table, "Ахметова", "Әлиқызы", "Оспанова")
    assert not about_rows(batch(FORM.id, table, tmp_path / "again", register=register_at))
    write(table, "Ахметова", "Әлихан", "Оспанова")
    assert code(batch, FORM.id, table, tmp_path / "third", register=register_at) == "record-changed"


def test_a_batch_that_was_stopped_and_corrected_meanwhile_goes_on_with_the_book(register_at, table, tmp_path):
    """The volume that was made before the correction is made again, the other one is not."""
    batch(FORM.id, table, tmp_path / "first", register=register_at, split=1)
    stopped = [0]

    class Stopped(Exception):
        pass

    def stop(_step: str, count: int) -> None:
        stopped[0] += count
        if stopped[0] == 3:
            raise Stopped

    with pytest.raises(Stopped):
        batch(FORM.id, table, tmp_path / "out", register=register_at, split=1, progress=stop)
    with open_register(register_at) as register:
        correct(register, "00001", surname="Ахметқызы")
    result = batch(FORM.id, table, tmp_path / "out", register=register_at, split=1, resume=True)
    assert [note.where.row for note in about_rows(result)] == [2]
    assert "Ахметқызы" in printed(tmp_path / "out" / f"{FORM.id}-001.pdf")


def test_a_record_file_is_printed_as_the_book_says_and_once_corrected_is_the_same_document(register_at):
    record = {**RECORD, "iin": FIRST}
    assert issue(FORM, record, register_at).number == "00001"
    with open_register(register_at) as register:
        correct(register, "00001", surname="Әлиқызы")
    again = issue(FORM, record, register_at)
    assert (again.number, again.record.values["surname"], [note.code for note in again.record.notes]) == (
        "00001", "Әлиқызы", ["row-older"],
    )  # fmt: skip
    corrected = issue(FORM, record | {"surname": "Әлиқызы"}, register_at)
    assert (corrected.number, corrected.record.notes) == ("00001", ())
    with open_register(register_at) as register:
        assert len(register.documents(Filter())) == 1


def test_the_command_corrects_fields_of_the_page_and_of_the_journal_alone(register_at):
    with open_register(register_at) as register:
        register.issue(FORM, [Request("1", RECORD, {"iin": FIRST})], "a")
        register.printed(FORM, "a", {"1": "1" * 64})
    common = ["register", "correct", FORM.id, "1", "--register", register_at]
    answer = run(*common, "--set", "surname=Әлиқызы", "--set", f"iin={OTHER}", "--reason", "misspelt")
    assert answer.output.splitlines() == [
        f"{FORM.id} 00001 of 2026 is corrected", "Print it again: the book says something else now than the paper.",
    ]  # fmt: skip
    shown = run("register", "show", FORM.id, "00001", "--register", register_at).output
    assert "Әлиқызы" in shown
    assert OTHER in shown
    assert "corrected  reason misspelt, before " in shown
    for wrong, found in (("iin=850312400129", 1), ("surnme=Ә", 2), ("number=00009", 1)):
        assert run(*common, "--set", wrong, "--reason", "x").exit_code == found
    assert run(*common, "--reason", "x").exit_code == 2
