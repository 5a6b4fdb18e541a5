"""The register through the real command line: render --register, list, show, void, reissue, journal, export, import, verify."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import sqlite3
import sys
import zipfile

import pytest
from click.testing import CliRunner
from docx import Document
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader
from support import calling, processes
from support.bounds import wait_bound
from support.reading import words
from support.records import record_of

from docgen.cli import cli
from docgen.form import load_form
from docgen.register import Filter, Request, open_register

FORM = "retraining-certificate"
CHILD = "child-protection-certificate"
ORGANIZATION = '"Өрлеу" біліктілікті арттыру ұлттық орталығы'
BESIDE = {"iin": "850312400128", "workplace": "Алматы қаласы", "position": "бас маман"}


@pytest.fixture
def book(tmp_path):
    return tmp_path / "register.db"


@pytest.fixture
def run(book):
    """Run `docgen …` with a register of the test's own, answers apart from messages."""

    def run(*arguments: object):
        return CliRunner().invoke(cli, [*map(str, arguments), "--register", str(book)])

    return run


@pytest.fixture
def record(tmp_path):
    """Write the sample of the certificate without a number, some values changed; return its path."""

    def write(name: str = "person.json", form: str = FORM, **changes: object):
        path = tmp_path / name
        path.write_text(json.dumps(record_of(form, **({"number": None} | changes)), default=str, ensure_ascii=False), "utf-8")
        return path

    return write


# ---- render --register


def test_a_rendered_document_gets_the_next_number_and_is_noted_as_printed(run, record, tmp_path):
    result = run("render", FORM, record(), "-o", tmp_path / "a.pdf")
    assert result.exit_code == 0, result.output
    assert "number 00001" in result.stderr
    pdf = (tmp_path / "a.pdf").read_bytes()
    assert "Тіркеу № 00001" in words(pdf)
    shown = json.loads(run("register", "show", FORM, "00001", "--json").output)
    assert shown["state"] == "printed"
    assert shown["printed_sha256"] == hashlib.sha256(pdf).hexdigest()
    run("render", FORM, record(surname="Әлиева"), "-o", tmp_path / "b.pdf")
    assert "Тіркеу № 00002" in words((tmp_path / "b.pdf").read_bytes())


@pytest.mark.slow
def test_the_same_record_again_has_the_same_number(run, record, tmp_path):
    for name in ("a.pdf", "b.pdf", "c.docx"):
        assert run("render", FORM, record(), "-o", tmp_path / name).exit_code == 0
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert "1 document\n" in run("register", "list").output
    events = json.loads(run("register", "show", FORM, "00001", "--json").output)["events"]
    assert [event["what"] for event in events] == ["issued", "printed", "printed", "printed"]


def test_an_own_number_is_kept_and_refused_when_another_has_it(run, record, tmp_path):
    assert run("render", FORM, record(number="00417", surname="Оспанова"), "-o", tmp_path / "a.pdf").exit_code == 0
    refused = run("render", FORM, record(number="00417", surname="Әлиева"), "-o", tmp_path / "b.pdf")
    assert refused.exit_code == 1
    assert "the number 00417 of 2026 is given already" in refused.stderr
    assert not (tmp_path / "b.pdf").exists()


def test_the_sample_of_a_form_is_not_issued(run, record, book, tmp_path):
    """What is issued stays in the book for good."""
    calling.run("forms", "sheet", FORM, "-o", tmp_path / "sheet.xlsx")
    calling.run("forms", "sample", FORM, "-o", tmp_path / "sample.toml")
    for refused in (
        run("batch", FORM, tmp_path / "sheet.xlsx", "-o", tmp_path / "out"),
        run("render", FORM, tmp_path / "sheet.xlsx", "-o", tmp_path / "a.pdf"),
        run("render", FORM, tmp_path / "sample.toml", "-o", tmp_path / "a.pdf"),
    ):
        assert (refused.exit_code, "this is the sample of the form" in refused.stderr) == (1, True), refused.output
    assert not book.exists() or json.loads(run("register", "list", "--json").output) == []


def test_nothing_is_issued_when_the_record_has_a_problem_or_does_not_fit(run, record, book, tmp_path):
    assert run("render", FORM, record(hours="x"), "-o", tmp_path / "a.pdf").exit_code == 1
    assert run("render", FORM, record(organization="Ұ" * 900), "-o", tmp_path / "a.pdf").exit_code == 1
    assert run("render", FORM, record(), "-o", tmp_path / "a.pdf", "--set", "iin=123").exit_code == 1
    assert not book.exists() or json.loads(run("register", "list", "--json").output) == []


def test_a_number_that_could_not_be_written_is_given_to_the_same_record_again(run, record, tmp_path):
    (tmp_path / "taken").mkdir()
    assert run("render", FORM, record(), "-o", tmp_path / "taken", "--to", "pdf").exit_code == 1
    assert run("render", FORM, record(), "-o", tmp_path / "a.pdf").exit_code == 0
    assert "Тіркеу № 00001" in words((tmp_path / "a.pdf").read_bytes())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [((FORM, "--print", "blank"), "a blank has no number"), (("work-standard", "RECORD"), "cannot be registered")],
)
def test_what_has_no_number_is_not_registered(run, record, tmp_path, arguments, told):
    given = [record(form="work-standard") if word == "RECORD" else word for word in arguments]
    refused = run("render", *given, "-o", tmp_path / "a.pdf")
    assert (refused.exit_code, told in refused.stderr) == (2, True), refused.stderr


# ---- list, show, void, reissue


@pytest.fixture
def issued(book):
    """Three certificates in the book."""
    values = record_of(FORM, number=None, issued="2026-02-06", start="2026-01-12", end="2026-02-06")
    with open_register(book) as register:
        requests = [Request(str(n), values | {"surname": name}, BESIDE) for n, name in enumerate(["Ким", "Әлиева", "Ахметов"])]
        register.issue(load_form(FORM), requests, "a")
    return book


def test_the_list_shows_what_is_asked_for(run, issued):
    everything = run("register", "list").output
    assert [line.split()[0] for line in everything.splitlines()[1:4]] == ["00001", "00002", "00003"]
    assert "3 documents" in everything
    assert [each["number"] for each in json.loads(run("register", "list", "--search", "әлиева", "--json").output)] == ["00002"]
    assert "0 documents" in run("register", "list", "--year", "2025").output
    assert "0 documents" in run("register", "list", CHILD).output
    assert run("register", "list", "--state", "voyd").exit_code == 2
    assert "void" in run("register", "list", "--state", "voyd").stderr


@pytest.mark.slow
def test_the_list_fits_a_terminal(issued):
    import pexpect

    environment = os.environ | {"COLUMNS": "70", "LANG": "C.UTF-8", "DOCGEN_LANG": "en"}
    command = [sys.executable, "-c", "from docgen.cli import main; main()", "register", "list", "--register", str(issued)]
    terminal = pexpect.spawn(command[0], command[1:], env=environment, dimensions=(24, 70), encoding="utf-8", timeout=300)
    terminal.expect(pexpect.EOF)
    lines = [line.rstrip("\r") for line in terminal.before.split("\n")]
    assert all(len(line) <= 90 for line in lines)  # 70 cells and the letters that make the heading bold
    assert any("…" in line for line in lines)


def test_a_document_is_shown_with_what_happened_to_it(run, issued):
    shown = run("register", "show", FORM, "00002").output
    assert "Әлиева" in shown
    assert "850312400128" in shown
    assert "issued" in shown


def test_a_void_document_is_told_everywhere(run, issued):
    assert "is void" in run("register", "void", FORM, "00002", "--reason", "spoiled").output
    assert json.loads(run("register", "list", "--state", "void", "--json").output)[0]["number"] == "00002"
    again = run("register", "void", FORM, "00002", "--reason", "spoiled")
    assert (again.exit_code, "void already" in again.stderr) == (1, True)
    assert run("register", "void", FORM, "00002").exit_code == 2
    nameless = run("register", "void", FORM, "", "--reason", "x")
    assert (nameless.exit_code, "NUMBER is missing" in nameless.stderr) == (2, True)
    assert "has no" in run("register", "void", FORM, "99", "--reason", "x").stderr


def test_a_duplicate_is_printed_with_its_own_number_and_the_corrected_name(run, issued, tmp_path):
    arguments = ("register", "reissue", FORM, "00001", "--reason", "misspelt", "--set", "surname=Кимов")
    result = run(*arguments, "--issued", "20.11.2026", "-o", tmp_path / "d.pdf")
    assert result.exit_code == 0, result.output
    assert "00004 is issued as the duplicate of 00001" in result.output
    printed = words((tmp_path / "d.pdf").read_bytes())
    assert "Тіркеу № 00004" in printed
    assert "Кимов" in printed
    assert '"20" қараша' in printed
    listed = run("register", "list").output
    assert "replaced by 00004" in listed
    assert "printed, duplicate of 00001" in listed


@pytest.mark.parametrize(
    ("more", "code", "told"),
    [
        (("--issued", "2026-11-20", "--set", "hours=x"), 1, "whole number"),
        (("--issued", "2025-11-20", "--set", "colour=red"), 1, "no field of this name"),
        (("--issued", "yesterday"), 2, "no date"),
        (("--issued", "2026-11-20", "-o", "d.txt"), 2, "not offered"),
        (("--issued", "2025-11-20"), 1, "a duplicate of it cannot be of 2025-11-20"),
        ((), 2, "--issued"),
    ],
)
def test_a_duplicate_that_cannot_be_is_refused_and_the_first_stays(run, issued, more, code, told):
    refused = run("register", "reissue", FORM, "00001", "--reason", "lost", *more)
    assert (refused.exit_code, told in refused.stderr) == (code, True), refused.stderr
    assert json.loads(run("register", "show", FORM, "00001", "--json").output)["state"] == "issued"


def test_a_duplicate_that_could_not_be_printed_is_printed_by_the_same_command(run, issued, tmp_path):
    arguments = ("register", "reissue", FORM, "00001", "--reason", "lost", "--issued", "2026-11-20", "-o")
    (tmp_path / "file").write_text("x")
    assert "cannot be written" in run(*arguments, tmp_path / "file" / "d.pdf").stderr
    other = run(*arguments, tmp_path / "d.pdf", "--set", "surname=Кимов")
    assert "was replaced by 00004 already" in other.stderr
    again = run(*arguments, tmp_path / "d.pdf")
    assert (again.exit_code, "00004 is issued as the duplicate of 00001" in again.output) == (0, True), again.output
    assert "Тіркеу № 00004" in words((tmp_path / "d.pdf").read_bytes())
    spoiled = run(*arguments, tmp_path / "e.pdf")  # in the printer
    assert (spoiled.exit_code, "00004 is issued" in spoiled.output) == (0, True), spoiled.output
    assert (tmp_path / "e.pdf").read_bytes() == (tmp_path / "d.pdf").read_bytes()
    events = json.loads(run("register", "show", FORM, "00004", "--json").output)["events"]
    assert [event["what"] for event in events] == ["issued", "printed", "printed"]
    assert "0 problems" in run("register", "verify").output


def test_the_numbers_of_a_book_are_shown_and_their_pattern_set(run, issued):
    assert "{seq:05d}" in run("register", "numbers").output
    told = run("register", "numbers", FORM, "--pattern", "{year}-{seq}")
    assert (told.exit_code, "{year}-{seq} from the next year or organization on" in told.output) == (0, True)
    refused = run("register", "numbers", FORM, "--pattern", "{year}")
    assert (refused.exit_code, "no pattern" in refused.stderr) == (2, True)
    assert json.loads(run("register", "numbers", "--json").output)[0]["highest"] == 3


# ---- journal


@pytest.fixture
def certificates(book):
    """Four certificates of one course: the second is void, the third replaced by a duplicate, the fourth without an IIN."""
    form = load_form(CHILD)
    values = record_of(CHILD, number=None, issued="2026-10-16")
    with open_register(book) as register:
        known = [Request(str(n), values | {"surname": name}, BESIDE) for n, name in enumerate(["Ким", "Әлиева", "Ахметов"])]
        register.issue(form, [*known, Request("4", values)], "a")
        register.void(Filter(CHILD, number="0002"), "spoiled")
        register.reissue(form, Filter(CHILD, number="0003"), values | {"surname": "Ахметов", "issued": "2026-11-20"}, "lost")
    return book


ROWS = [
    ["1", "Ким Гүлнұр Һамитқызы, 850312400128", "Алматы қаласы, бас маман", "0001", "16.10.2026"],
    ["2", "Әлиева Гүлнұр Һамитқызы, 850312400128", "Алматы қаласы, бас маман", "0002 (күші жойылды)", "16.10.2026"],
    ["3", "Ахметов Гүлнұр Һамитқызы, 850312400128", "Алматы қаласы, бас маман",
     "0003 (күші жойылды, телнұсқасы № 0005)", "16.10.2026"],
    ["4", "Әбдіқадырова Гүлнұр Һамитқызы, __________", "__________, __________", "0004", "16.10.2026"],
    ["5", "Ахметов Гүлнұр Һамитқызы, 850312400128", "Алматы қаласы, бас маман", "0005 (№ 0003 телнұсқасы)", "20.11.2026"],
]  # fmt: skip


@pytest.mark.clause("114", "14")
def test_the_journal_tells_all_with_void_ones_and_duplicates(run, certificates, tmp_path):
    for name in ("j.pdf", "j.docx", "j.xlsx"):
        result = run("register", "journal", CHILD, "--year", "2026", "-o", tmp_path / name)
        assert result.exit_code == 0, result.output
        assert "iin: 1 row has space" in result.stderr
    sheet = load_workbook(tmp_path / "j.xlsx").active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == ROWS
    assert sheet.column_dimensions["B"].width > len("Ахметов Гүлнұр Һамитқызы, 850312400128")
    table = Document(tmp_path / "j.docx").tables[-1]
    assert [[" ".join(cell.text.split()) for cell in row.cells] for row in table.rows][1:] == ROWS
    printed = words((tmp_path / "j.pdf").read_bytes())
    for row in ROWS:
        for cell in row:
            assert all(word in printed for word in cell.split())
    assert f"{ORGANIZATION}, 2026 жыл" in printed


def test_the_journal_of_a_period_holds_its_documents_alone(run, certificates, tmp_path):
    result = run("register", "journal", CHILD, "--from", "2026-11-01", "--to", "2026-11-30", "-o", tmp_path / "j.xlsx")
    assert result.exit_code == 0, result.output
    assert [row[3].value for row in load_workbook(tmp_path / "j.xlsx").active.iter_rows(min_row=2)] == [ROWS[4][3]]


def test_a_journal_of_nothing_or_of_several_books_is_refused(run, certificates, tmp_path):
    refused = run("register", "journal", CHILD, "--year", "2020", "-o", tmp_path / "j.pdf")
    assert (refused.exit_code, "no such documents" in refused.stderr) == (1, True)
    with open_register(certificates) as register:
        register.issue(load_form(CHILD), [Request("1", record_of(CHILD, number=None, issued="2027-01-16"))], "b")
    refused = run("register", "journal", CHILD, "-o", tmp_path / "j.pdf")
    assert (refused.exit_code, "Say which" in refused.stderr) == (2, True)
    assert run("register", "journal", CHILD, "--year", "2027", "-o", tmp_path / "j.txt").exit_code == 2
    refused = run("register", "journal", "training-order", "-o", tmp_path / "j.pdf")
    assert (refused.exit_code, "not given to one person" in refused.stderr) == (2, True)
    assert not list(tmp_path.glob("j.*"))


# ---- export, import

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "'quoted", "'=x", 'a, "b"; c']


@pytest.fixture
def dangerous(book):
    """Certificates whose topics a spreadsheet would take for formulas."""
    values = record_of(FORM, number=None, issued="2026-02-06", start="2026-01-12", end="2026-02-06")
    with open_register(book) as register:
        register.issue(load_form(FORM), [Request(str(n), values | {"topic": t}, BESIDE) for n, t in enumerate(DANGEROUS)], "a")
        register.void(Filter(FORM, number="00002"), "=HYPERLINK(1)")
    return book


def test_no_cell_of_an_export_becomes_a_formula(run, dangerous, tmp_path):
    for name in ("e.csv", "e.xlsx", "e.json"):
        assert run("register", "export", FORM, "-o", tmp_path / name).exit_code == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "e.csv").read_text("utf-8-sig"))))
    assert [row["topic"] for row in rows] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "''quoted", "''=x", 'a, "b"; c']
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    cells = [cell for row in load_workbook(tmp_path / "e.xlsx").active.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert [cell.value for cell in cells if cell.value in DANGEROUS] == DANGEROUS
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith("="))
    assert [row["topic"] for row in json.loads((tmp_path / "e.json").read_text("utf-8"))] == DANGEROUS


@pytest.mark.parametrize("command", [("export", FORM), ("journal", FORM)])
def test_a_workbook_does_not_tell_the_hour_at_which_it_was_made(run, dangerous, tmp_path, command):
    path = tmp_path / "e.xlsx"
    assert run("register", *command, "-o", path).exit_code == 0
    with zipfile.ZipFile(path) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    told = load_workbook(path).properties
    assert (told.created.year, told.modified.year) == (1980, 1980)


@pytest.mark.parametrize("name", ["e.csv", "e.xlsx", "e.json"])
def test_an_export_is_read_back_unharmed(run, dangerous, tmp_path, name):
    run("register", "export", FORM, "-o", tmp_path / name)
    before = json.loads(run("register", "list", "--json").output)
    other = ("--register", str(tmp_path / "other.db"))
    result = CliRunner().invoke(cli, ["register", "import", FORM, str(tmp_path / name), *other])
    assert result.exit_code == 0, result.output
    after = json.loads(CliRunner().invoke(cli, ["register", "list", "--json", *other]).output)
    for name in ("record", "unprinted", "number", "state", "dated"):
        assert [each[name] for each in after] == [each[name] for each in before]
    shown = json.loads(CliRunner().invoke(cli, ["register", "show", FORM, "00002", "--json", *other]).output)
    assert shown["events"][0]["reason"] == "=HYPERLINK(1)"
    assert CliRunner().invoke(cli, ["register", "verify", *other]).exit_code == 0


HEADINGS = ["Тіркеу нөмірі", "Тегі", "Аты", "Берілген күні", "Жұмыс орны", "state", "reason"]
OLD = [
    [101, "Ким", "Владислав", "06.02.2026", "Алматы", None, None],
    ["00103", "Әлиева", "Гүлнұр", "2026-02-07", None, "void", "lost"],
    ["Б-7", "Ахметов", "Ержан", "2026-02-08", None, None, None],
    ["00012", "Сейітқали", "Бауыржан", "2025-02-08", None, None, None],
]


def workbook(path, rows: list[list], headings: list[str] = HEADINGS):
    book = Workbook()
    for row in [headings, *rows]:
        book.active.append(row)
    book.save(path)
    return path


def test_an_old_register_is_taken_over_and_its_sequences_go_on(run, tmp_path, book):
    table = workbook(tmp_path / "old.xlsx", OLD)
    arguments = ("register", "import", FORM, table, "--set", f"organization={ORGANIZATION}")
    dry = run(*arguments, "--dry-run")
    assert "4 documents could be taken over" in dry.output
    assert json.loads(run("register", "list", "--json").output) == []
    assert "4 documents were taken over" in run(*arguments).output
    assert "0 documents were taken over" in run(*arguments).output
    listed = json.loads(run("register", "list", "--json").output)
    assert [(each["year"], each["number"], each["state"]) for each in listed] == [
        (2025, "00012", "issued"), (2026, "101", "issued"), (2026, "00103", "void"), (2026, "Б-7", "issued"),
    ]  # fmt: skip
    values = record_of(FORM, number=None, organization=ORGANIZATION)
    with open_register(book) as register:
        assert register.issue(load_form(FORM), [Request("1", values | {"issued": "2026-03-01"})], "new") == ["00104"]
        assert register.issue(load_form(FORM), [Request("1", values | {"issued": "2025-03-01"})], "old") == ["00013"]
    assert run("register", "verify").exit_code == 0


def test_the_sample_of_a_workbook_is_not_taken_over_and_that_is_told(run, tmp_path):
    rows = [record_of(FORM, number="00001", surname="Ким"), record_of(FORM)]
    table = workbook(tmp_path / "old.xlsx", [list(row.values()) for row in rows], list(rows[0]))
    result = run("register", "import", FORM, table)
    assert "1 document was taken over" in result.output
    assert "sample" in result.stderr


def test_an_old_register_goes_into_a_book_that_has_begun(run, tmp_path, book):
    values = record_of(FORM, number=None, organization=ORGANIZATION, issued="2026-03-01")
    with open_register(book) as register:
        assert register.issue(load_form(FORM), [Request("1", values)], "new") == ["00001"]
    table = workbook(tmp_path / "old.xlsx", OLD)
    assert run("register", "import", FORM, table, "--set", f"organization={ORGANIZATION}").exit_code == 0
    with open_register(book) as register:
        assert register.issue(load_form(FORM), [Request("2", values)], "new") == ["00104"]
    assert run("register", "verify").exit_code == 0


def test_of_many_numbers_that_the_book_has_already_a_few_are_told_and_how_many_more(run, tmp_path):
    rows = [record_of(FORM, number=f"{n:05d}", surname="Ким") for n in range(1, 82)]
    book = workbook(tmp_path / "a.xlsx", [list(row.values()) for row in rows], list(rows[0]))
    assert "81 documents were taken over" in run("register", "import", FORM, book).output
    again = [list((row | {"surname": "Ли"}).values()) for row in rows]
    refused = run("register", "import", FORM, workbook(tmp_path / "b.xlsx", again, list(rows[0])))
    assert refused.exit_code == 1
    assert refused.stderr.count("is given already") == 10
    assert "71 more rows have this problem" in refused.stderr
    assert "take the row out" in refused.stderr
    assert "next free one" not in refused.stderr


def test_a_number_is_found_without_its_zeros(run, record, tmp_path):
    run("render", FORM, record(), "-o", tmp_path / "a.pdf")
    assert json.loads(run("register", "show", FORM, "1", "--json").stdout)["number"] == "00001"
    for unknown in ("2", "А-1", "1x", "0"):
        assert "no “retraining-certificate” with the number" in run("register", "show", FORM, unknown).stderr
    run("render", FORM, record(organization="Басқа академия"), "-o", tmp_path / "b.pdf", "--allow-doubles")
    several = run("register", "show", FORM, "1")
    assert (several.exit_code, "00001, 20" in several.stderr) == (2, True)


def test_what_becomes_of_a_document_is_told_to_programs_too(run, record, tmp_path):
    run("render", FORM, record(), "-o", tmp_path / "a.pdf")
    lost = ("--issued", "2026-11-20", "--reason", "lost", "--json")
    reissued = run("register", "reissue", FORM, "1", *lost, "-o", tmp_path / "d.pdf")
    assert reissued.exit_code == 0, reissued.output
    duplicate = json.loads(reissued.stdout)
    assert (duplicate["number"], duplicate["duplicate_of"], duplicate["state"]) == ("00002", "00001", "printed")
    void = json.loads(run("register", "void", FORM, "2", "--reason", "spoiled", "--json").stdout)
    assert (void["number"], void["state"]) == ("00002", "void")


def test_every_fault_of_an_old_register_is_told_at_once_and_nothing_is_taken(run, tmp_path):
    rows = [
        ["00001", "Ким", "В", "2026-02-30", None, None, None],
        [None, "Ким", "В", "2026-02-03", None, None, None],
        ["00003", "Ким", "В", None, None, "gone", None],
        ["00005", "Ким", "В", "2026-02-03", None, None, None],
    ]
    table = workbook(tmp_path / "old.xlsx", rows)
    refused = run("register", "import", FORM, table, "--set", f"organization={ORGANIZATION}")
    assert refused.exit_code == 1
    for told in ("D2", "A3", "D4", "F4", "4 problems"):
        assert told in refused.stderr
    rows = [["00005", "Ким", "В", "2026-02-03"], ["5", "Ли", "Г", "2026-02-04"]]
    refused = run("register", "import", FORM, workbook(tmp_path / "b.xlsx", rows, HEADINGS[:4]), "--set", "organization=О")
    assert (refused.exit_code, "A3" in refused.stderr) == (1, True)
    refused = run("register", "import", FORM, workbook(tmp_path / "c.xlsx", rows, HEADINGS[:4]))
    assert (refused.exit_code, "organization" in refused.stderr) == (1, True)
    rows = [["00005", "Ким", "В", "2026-02-03", CHILD]]
    other = workbook(tmp_path / "d.xlsx", rows, [*HEADINGS[:4], "form"])
    refused = run("register", "import", FORM, other, "--set", "organization=О")
    assert (refused.exit_code, "E2" in refused.stderr, CHILD in refused.stderr) == (1, True, True)
    refused = run("register", "import", "work-standard", tmp_path / "c.xlsx")
    assert (refused.exit_code, "cannot be registered" in refused.stderr) == (2, True)


# ---- verify, and what cannot be used


def test_verify_tells_what_is_wrong(run, issued):
    sound = run("register", "verify")
    assert (sound.exit_code, sound.output.splitlines()[0]) == (0, "3 documents, 4 events, 0 problems")
    seal = sound.output.split()[-1]
    assert run("register", "verify", "--seal", seal).exit_code == 0
    assert run("register", "verify", "--seal", "0" * 64).exit_code == 1
    assert run("register", "verify", "--seal", f" {seal.upper()} ").exit_code == 0
    for typo in ("abc", seal[:-1], f"{seal}0", "g" * 64):
        wrong = run("register", "verify", "--seal", typo)
        assert (wrong.exit_code, "is no seal" in wrong.stderr, wrong.stdout) == (2, True, "")
    connection = sqlite3.connect(issued)
    connection.execute("DROP TRIGGER document_unchanged")
    connection.execute("UPDATE document SET record = replace(record, 'Ким', 'Ли')")
    connection.commit()
    connection.close()
    altered = run("register", "verify", "--json")
    assert altered.exit_code == 1
    assert [problem["code"] for problem in json.loads(altered.output)["problems"]] == ["triggers-altered", "record-altered"]


def test_letters_that_steer_a_terminal_or_are_none_are_stored_as_they_can_be_read(run, issued):
    assert run("register", "void", FORM, "00001", "--reason", "spoiled \x1b[31m\udcff").exit_code == 0
    shown = json.loads(run("register", "show", FORM, "00001", "--json").output)
    assert shown["events"][-1]["reason"] == "spoiled \\x1b[31m\\udcff"
    refused = run("register", "list", "--search", "\udcff")
    assert (refused.exit_code, "not in UTF-8" in refused.stderr) == (2, True)


@pytest.mark.parametrize("command", ["list", "verify", "numbers"])
def test_a_register_that_is_not_there_is_told_and_not_made(run, book, command):
    refused = run("register", command)
    assert (refused.exit_code, "there is no register here" in refused.stderr) == (1, True)
    assert not book.exists()


def test_the_help_of_the_register_loads_no_database():
    code = (
        "import sys; from click.testing import CliRunner; from docgen.cli import cli\n"
        "assert CliRunner().invoke(cli, ['register', '--help']).exit_code == 0\n"
        "print('sqlalchemy' in sys.modules)"
    )
    assert processes.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


COMMANDS = ["list", "show", "void", "reissue", "journal", "export", "import", "numbers", "verify"]


@pytest.mark.parametrize("command", [*COMMANDS, "stock", "stock receive", "stock close"])
def test_every_command_has_help(command):
    result = CliRunner().invoke(cli, ["register", *command.split(), "--help"])
    assert result.exit_code == 0
    assert "--register" in result.output or command == "stock"


def test_a_locked_register_is_told(run, issued, monkeypatch):
    monkeypatch.setitem(open_register.__kwdefaults__, "wait", 0.2)
    holder = sqlite3.connect(issued, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with wait_bound():
        refused = run("register", "void", FORM, "00001", "--reason", "x")
    holder.execute("ROLLBACK")
    holder.close()
    assert (refused.exit_code, "holds the register locked" in refused.stderr) == (4, True)


def test_only_the_certificates_of_the_act_carry_its_heading_in_their_journal(run, book, tmp_path):
    """Order No. 114-НҚ, annex 2, is the journal of child-protection certificates; the Ministry's have a heading of the house."""
    with open_register(book) as register:
        for form in (FORM, CHILD):
            for key, surname in (("1", "Әлиева"), ("2", "Айтқали"), ("3", "Бекова")):
                record = record_of(form, number=None, surname=surname, issued="2026-10-16")
                register.issue(load_form(form), [Request(key, record)], "a")
    told = {}
    for form in (FORM, CHILD):
        path = tmp_path / f"{form}.pdf"
        run("register", "journal", form, "--year", "2026", "-o", path, "--sort", "surname")
        told[form] = words(path.read_bytes())
        assert [told[form].index(name) for name in ("Айтқали", "Әлиева", "Бекова")] == sorted(
            told[form].index(name) for name in ("Айтқали", "Әлиева", "Бекова")
        )
    heading = "Біліктілікті арттырудан өткені туралы сертификаттарды тіркеу журналы"
    assert (heading in told[CHILD], "2-қосымша" in told[CHILD]) == (True, True)
    assert (heading in told[FORM], "қосымша" in told[FORM]) == (False, False)
    of_house = "Тіркеу журналы: Қайта даярлау курсынан өткені туралы сертификат"
    assert of_house in told[FORM]
    for form, has, lacks in ((FORM, of_house, heading), (CHILD, heading, of_house)):
        assert PdfReader(tmp_path / f"{form}.pdf").metadata.title == has
        assert run("register", "journal", form, "--year", "2026", "-o", tmp_path / f"{form}.docx").exit_code == 0
        lines = [each.text for each in Document(tmp_path / f"{form}.docx").paragraphs]
        assert (has in lines, lacks in lines, "Нысан" in lines) == (True, False, form == CHILD)
        for more in ((), ("--form", "certificate-register")):  # measured against the journal that it is
            report = CliRunner().invoke(cli, ["preflight", str(tmp_path / f"{form}.pdf"), *more])
            found = (report.exit_code, "certificate-register: 1 page" in report.stdout, "FAIL" in report.stdout)
            assert found == (0, True, False)
