"""docgen check --register: what batch --register will do, and nothing issued."""

import json

import pytest
from support.calling import run
from support.places import TESTS
from support.reading import words
from support.records import record_of

from docgen.register import Filter, open_register

FORM = "retraining-certificate"
FILES = TESTS / "cases" / "files"
IINS = ("850312400128", "730227395489")


def table(folder, *changes, name="t.csv"):
    records = [
        record_of(FORM, number="", surname=f"Оспанов{'ғқң'[n]}") | {"iin": IINS[n % 2]} | each for n, each in enumerate(changes)
    ]
    lines = [";".join(records[0]), *(";".join(map(str, record.values())) for record in records)]
    path = folder / name
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture
def book(tmp_path):
    return tmp_path / "book.db"


def test_a_number_that_the_register_gives_is_not_missing(book, tmp_path):
    result = run("check", FORM, table(tmp_path, {}, {}), "--register", book)
    assert (result.exit_code, result.stderr.count("✗ ")) == (0, 0)
    assert "the register would give 2 numbers; the first is 00001" in result.stderr
    with open_register(book) as register:
        assert register.documents(Filter()) == []


def test_the_journals_columns_are_checked(book, tmp_path):
    result = run("check", FORM, table(tmp_path, {}, {"iin": "850312400129"}), "--register", book)
    assert (result.exit_code, result.stderr.count("✗ ")) == (1, 1)
    assert "iin" in result.stderr
    assert "the check digit does not agree" in result.stderr


def test_without_a_register_they_are_no_fields_of_the_form(tmp_path):
    assert "the heading “iin” is not a field of this form" in run("check", FORM, table(tmp_path, {})).stderr


def test_what_the_book_refuses_is_a_problem_now(book, tmp_path):
    path = table(tmp_path, {}, {})
    issued = run("batch", FORM, path, "-o", tmp_path / "out", "--register", book, "--job", "one", "--workers", 1)
    assert issued.exit_code == 0
    own = run("check", FORM, table(tmp_path, {"number": "00001"}, name="own.csv"), "--register", book, "--job", "two")
    assert (own.exit_code, own.stderr.count("✗ ")) == (1, 1)
    changed = run("check", FORM, table(tmp_path, {"hours": 72}, {}, name="changed.csv"), "--register", book, "--job", "one")
    assert (changed.exit_code, changed.stderr.count("✗ ")) == (1, 1)
    again = run("check", FORM, path, "--register", book, "--job", "one")
    assert (again.exit_code, again.stderr.count("✗ ")) == (0, 0)


def test_problems_of_values_and_of_the_book_come_together(book, tmp_path):
    run("batch", FORM, table(tmp_path, {}), "-o", tmp_path / "out", "--register", book, "--job", "one", "--workers", 1)
    path = table(tmp_path, {"number": "00001"}, {"hours": "көп"}, name="other.csv")
    result = run("check", FORM, path, "--register", book, "--job", "two")
    assert (result.exit_code, result.stderr.count("✗ ")) == (1, 2)


def test_an_own_file_is_named_by_what_the_journal_shows(book, tmp_path):
    options = ("--register", book, "--each", "{iin}-{number}", "--workers", 1)
    result = run("batch", FORM, table(tmp_path, {}), "-o", tmp_path / "out", *options)
    assert result.exit_code == 0
    assert [path.name for path in (tmp_path / "out" / "each").iterdir()] == ["850312400128-00001.pdf"]
    refused = run("batch", FORM, table(tmp_path, {}), "-o", tmp_path / "no", "--each", "{iin}", "--ignore", "*")
    assert (refused.exit_code, "the form has no field “iin”" in refused.stderr) == (2, True)


@pytest.mark.slow
def test_the_day_of_an_office(book, tmp_path):
    """From its workbook to a numbered, printed volume: proposals accepted as they are, no --map."""
    options = ("--ignore", "*", "--register", book)
    checked = run("check", FORM, FILES / "people-split.xlsx", *options, "-o", tmp_path / "fixed.xlsx", "--fix")
    assert checked.exit_code == 1
    again = run("check", FORM, tmp_path / "fixed.xlsx", *options)
    assert (again.exit_code, "300 records, 0 problems" in again.stdout) == (0, True)
    printed = run("batch", FORM, tmp_path / "fixed.xlsx", "-o", tmp_path / "out", *options, "--workers", 1)
    assert (printed.exit_code, "manifest.json: 300 records" in printed.stdout) == (0, True)


def test_a_book_that_is_not_there_is_told_and_not_made(book, tmp_path):
    path = table(tmp_path, {}, {})
    for command in (("check", FORM, path), ("proof", FORM, path, "-o", tmp_path / "proof.pdf")):
        result = run(*command, "--register", book)
        assert (result.exit_code, book.exists()) == (0, False)
        assert f"{book}: there is no such register yet: docgen batch would make it, and begin its numbers with 1" in result.stderr
    run("batch", FORM, path, "-o", tmp_path / "out", "--register", book, "--workers", 1)
    again = run("check", FORM, path, "--register", book)
    assert (again.exit_code, "there is no such register" in again.stderr) == (0, False)


def test_an_empty_file_is_no_book_yet_and_stays_empty(book, tmp_path):
    book.touch()
    result = run("check", FORM, table(tmp_path, {}), "--register", book)
    assert (result.exit_code, book.read_bytes(), "there is no such register yet" in result.stderr) == (0, b"", True)


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        ({"rank": "полиция подполковнигі"}, True),
        ({"rank": "полиция подполковнигі", "surname": "ОСПАНОВҒ", "iin": ""}, True),  # one name, where one has no IIN
        ({"workplace": "Полиция департаменті"}, True),  # which the certificate does not print
        ({"iin": IINS[1]}, False),  # two people of one name
        ({"topic": "Дербес деректерді қорғау"}, False),
        ({"start": "2026-03-02", "end": "2026-03-20", "issued": "2026-03-20"}, False),
    ],
)
def test_a_person_whom_another_job_issued_gets_no_second_number(other, is_same, book, tmp_path):
    run("batch", FORM, table(tmp_path, {}, name="one.csv"), "-o", tmp_path / "out", "--register", book, "--workers", 1)
    path = table(tmp_path, other, name="two.csv")
    said = "the same person has the number 00001 for the same course already, from the job “one.csv”"
    checked = run("check", FORM, path, "--register", book)
    proved = run("proof", FORM, path, "-o", tmp_path / "proof.pdf", "--register", book)
    printed = run("batch", FORM, path, "-o", tmp_path / "two", "--register", book, "--workers", 1)
    for result in (checked, proved, printed):
        assert (result.exit_code, said in result.stderr, "✗ " in result.stderr) == (int(is_same), is_same, is_same)
    assert (tmp_path / "proof.pdf").exists() is not is_same
    with open_register(book) as register:
        assert len(register.documents(Filter())) == (1 if is_same else 2)


def test_two_people_of_one_name_are_issued_by_agreement_and_told(book, tmp_path):
    run("batch", FORM, table(tmp_path, {}, name="one.csv"), "-o", tmp_path / "out", "--register", book, "--workers", 1)
    path, options = table(tmp_path, {"iin": "", "hours": 72}, name="two.csv"), ("--register", book, "--allow-doubles")
    checked = run("check", FORM, path, *options)
    proved = run("proof", FORM, path, "-o", tmp_path / "proof.pdf", *options)
    printed = run("batch", FORM, path, "-o", tmp_path / "two", *options, "--workers", 1)
    for result in (checked, proved, printed):
        assert (result.exit_code, "✗ " in result.stderr) == (0, False)
        assert "the same person has the number 00001" in result.stderr
    again = run("batch", FORM, path, "-o", tmp_path / "three", "--register", book, "--workers", 1)
    assert again.exit_code == 0  # it has its number


def test_with_skip_bad_the_others_are_issued(book, tmp_path):
    run("batch", FORM, table(tmp_path, {}, name="one.csv"), "-o", tmp_path / "out", "--register", book, "--workers", 1)
    path = table(tmp_path, {"hours": 72}, {}, name="two.csv")
    proved = run("proof", FORM, path, "-o", tmp_path / "proof.pdf", "--register", book, "--skip-bad")
    assert (proved.exit_code, "1 of 1 record" in proved.output) == (0, True)
    assert ("№ 00002" in words((tmp_path / "proof.pdf").read_bytes()), proved.stderr.count("✗ ")) == (True, 1)
    printed = run("batch", FORM, path, "-o", tmp_path / "two", "--register", book, "--skip-bad", "--workers", 1)
    assert (printed.exit_code, "manifest.json: 1 record, 1 left out" in printed.stdout) == (0, True)


def test_a_void_document_hinders_nobody(book, tmp_path):
    run("batch", FORM, table(tmp_path, {}, name="one.csv"), "-o", tmp_path / "out", "--register", book, "--workers", 1)
    run("register", "void", FORM, "00001", "--reason", "withdrew", "--register", book)
    assert run("check", FORM, table(tmp_path, {"hours": 72}, name="two.csv"), "--register", book).exit_code == 0


PERSON = {"surname": "Оспановғ", "iin": IINS[0], "number": ""}


def single(folder, name, **changes):
    path = folder / name
    path.write_text(json.dumps(record_of(FORM, **PERSON) | changes, ensure_ascii=False, default=str), "utf-8")
    return path


@pytest.mark.parametrize(
    ("other", "is_same"),
    [({"rank": "полиция подполковнигі"}, True), ({"iin": IINS[1]}, False), ({"topic": "Дербес деректерді қорғау"}, False)],
)
@pytest.mark.parametrize("first", ["batch", "render"])
def test_a_single_document_is_no_second_one_of_its_person(first, other, is_same, book, tmp_path):
    """Whoever issued the first: a batch, or this command with other words for the same course."""
    if first == "batch":
        run("batch", FORM, table(tmp_path, {}, name="one.csv"), "-o", tmp_path / "out", "--register", book, "--workers", 1)
    else:
        assert run("render", FORM, single(tmp_path, "a.json"), "-o", tmp_path / "a.pdf", "--register", book).exit_code == 0
    record, file = single(tmp_path, "b.json", **other), tmp_path / "b.pdf"
    result = run("render", FORM, record, "-o", file, "--register", book)
    said = "the same person has the number 00001 for the same course already"
    assert (result.exit_code, said in result.stderr, file.exists()) == (int(is_same), is_same, not is_same)
    agreed = run("render", FORM, record, "-o", file, "--register", book, "--allow-doubles")
    assert (agreed.exit_code, said in agreed.stderr, "✗ " in agreed.stderr) == (0, is_same, False)
    again = run("render", FORM, record, "-o", tmp_path / "again.pdf", "--register", book)
    assert (again.exit_code, "number 00002" in again.stderr) == (0, True)  # it has its number


def test_doubles_are_allowed_where_a_register_would_refuse_them(tmp_path):
    result = run("render", FORM, single(tmp_path, "a.json", number="1"), "-o", tmp_path / "a.pdf", "--allow-doubles")
    assert (result.exit_code, "--allow-doubles takes --register too" in result.stderr) == (2, True)
