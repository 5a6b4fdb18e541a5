"""A duplicate says that it is one: in the customer's list, and on its page where the form has a place for it."""

import io
import json
import shutil

import openpyxl
import pytest
from support.calling import run
from support.places import ROOT
from support.reading import words
from support.records import record_of

import docgen
from docgen.form import load_form
from docgen.inputs.answers import Filling
from docgen.workbooks import form_workbook

FORM = "retraining-certificate"


def test_a_duplicate_says_in_the_list_of_the_customer_whose_it_is(tmp_path):
    book, record = tmp_path / "book.db", record_of(FORM, number="", surname="Оспанов")
    (tmp_path / "t.csv").write_text("\n".join(";".join(map(str, row)) for row in (record, record.values())), "utf-8")
    assert run("batch", FORM, tmp_path / "t.csv", "-o", tmp_path / "o", "--register", book, "--workers", 1).exit_code == 0
    listed = ("register", "list", FORM, "--register", book)
    assert run(*listed, "-o", tmp_path / "before.csv").exit_code == 0
    reissued = ("register", "reissue", FORM, "1", "--issued", "2026-11-20", "--reason", "lost", "--register", book)
    assert run(*reissued, "-o", tmp_path / "d.pdf").exit_code == 0
    assert run(*listed, "-o", tmp_path / "after.csv").exit_code == 0
    before, after = ((tmp_path / f"{name}.csv").read_text("utf-8-sig").splitlines() for name in ("before", "after"))
    assert [line.count("duplicate of") for line in (before[0], after[0])] == [0, 1]
    assert after[1].endswith('"=""00001"""')


BACKED = ("retraining-certificate", "advanced-training-certificate", "child-protection-certificate")


def issued_first(form, folder):
    """Issue one certificate in a table of its own; return its book, and the options that name it."""
    book, record = folder / "book.db", record_of(form, number="", surname="Оспанов", organization="Орталық")
    (folder / "t.csv").write_text("\n".join(";".join(map(str, row)) for row in (record, record.values())), "utf-8")
    printed = run("batch", form, folder / "t.csv", "-o", folder / "o", "--register", book, "--workers", 1)
    assert printed.exit_code == 0, printed.output
    return ("--register", book)


def reissued(form, number, issued, file, *options):
    """Issue a duplicate; return its words and what the command said."""
    result = run("register", "reissue", form, number, "--issued", issued, "--reason", "lost", "-o", file, *options)
    assert result.exit_code == 0, result.output
    return words(file.read_bytes()), result.output


@pytest.mark.parametrize("form", BACKED)
def test_the_back_of_a_duplicate_says_whose_it_is_and_its_front_holds_the_words_of_the_act_alone(form, tmp_path):
    book = issued_first(form, tmp_path)
    number = "0001" if form == BACKED[2] else "00001"
    back, _output = reissued(form, number, "2026-11-20", tmp_path / "d.pdf", "--back", *book)
    assert f"· № {number} телнұсқасы · дубликат № {number}" in back
    assert "телнұсқасы" not in words((tmp_path / "d.pdf").read_bytes(), page=1)
    assert run("preflight", tmp_path / "d.pdf", "--form", form).exit_code == 0


def test_a_duplicate_of_another_year_names_the_year_of_the_first(tmp_path):
    """Numbers begin with 1 each year, so the number alone would be that of another document."""
    book = issued_first(FORM, tmp_path)
    back, _output = reissued(FORM, "1", "2027-01-11", tmp_path / "d.pdf", "--back", "--for", "press", *book)
    assert "· № 00001 (2026) телнұсқасы · дубликат № 00001 (2026)" in back
    assert run("preflight", tmp_path / "d.pdf", "--standard", "pdfx-4").exit_code == 0


def test_a_duplicate_without_its_back_is_printed_with_a_hint(tmp_path):
    book = issued_first(FORM, tmp_path)
    front, output = reissued(FORM, "1", "2026-11-20", tmp_path / "d.pdf", *book)
    assert "телнұсқасы" not in front
    assert "with --back the back says whose it is" in output


def test_nothing_is_issued_where_the_duplicate_could_not_be_printed_so(tmp_path):
    book = issued_first(FORM, tmp_path)
    word = ("register", "reissue", FORM, "1", "--issued", "2026-11-20", "--reason", "lost", "-o", tmp_path / "d.docx", "--back")
    result = run(*word, *book)
    assert (result.exit_code, "without its back as docx" in result.output) == (2, True)
    assert "1 document" in run("register", "list", *book).output


def test_a_duplicate_stays_the_one_of_its_document(tmp_path):
    book = issued_first(FORM, tmp_path)
    reissued(FORM, "1", "2026-11-20", tmp_path / "d.pdf", "--set", "duplicate_of=7", *book)
    listed = json.loads(run("register", "show", FORM, "2", "--json", *book).stdout)
    assert (listed["record"]["duplicate_of"], listed["duplicate_of"]) == ("00001", "00001")
    result = run("register", "correct", FORM, "2", "--set", "duplicate_of=7", "--reason", "x", *book)
    assert (result.exit_code, "00002 is the duplicate of 00001" in result.output) == (1, True)


@pytest.mark.slow
def test_a_job_without_backs_is_handed_over_with_a_duplicate_that_has_one(tmp_path):
    book = issued_first(FORM, tmp_path)
    reissued(FORM, "1", "2026-11-20", tmp_path / "d.pdf", "--back", *book)
    result = run("hand-over", "t.csv", "-o", tmp_path / "h", "--day", "2026-11-23", *book)
    assert result.exit_code == 0, result.output
    assert "№ 00002" in words((tmp_path / "h" / f"{FORM}-001.pdf").read_bytes())


def test_a_duplicate_is_asked_for_neither_by_questions_nor_by_the_workbook(tmp_path):
    form = load_form(FORM)
    assert "duplicate_of" not in [question.field.name for question in Filling(form).questions()]
    sheet = openpyxl.load_workbook(io.BytesIO(form_workbook(form, "en"))).worksheets[0]
    assert "Registration number\N{NO-BREAK SPACE}*" in [cell.value for cell in sheet[1]]
    assert "Duplicate of" not in [cell.value for cell in sheet[1]]


def test_a_duplicate_of_a_paper_that_no_register_knows_is_one_by_its_record(tmp_path):
    record = record_of(FORM, duplicate_of="17")
    assert "· № 17 телнұсқасы" in words(docgen.render(FORM, record, back=True), page=2)


def test_a_form_with_a_place_for_it_prints_whose_duplicate_it_is(tmp_path):
    folder = tmp_path / "forms" / FORM
    shutil.copytree(ROOT / "forms" / FORM, folder)
    text = (folder / "form.toml").read_text("utf-8")
    said = "{% if duplicate_of %} (№ {{ duplicate_of }} телнұсқасы){% endif %}"
    text = text.replace("курсынан өтті", f"курсынан өтті{said}")
    text += '\n[[field]]\nname = "duplicate_of"\nlabel.kk = "Телнұсқа"\nkind = "text"\noptional = true\n'
    (folder / "form.toml").write_text(text, "utf-8")
    book, record = tmp_path / "book.db", record_of(FORM, number="", surname="Оспанов")
    (tmp_path / "t.csv").write_text("\n".join(";".join(map(str, row)) for row in (record, record.values())), "utf-8")
    own = ("--register", book, "--forms", tmp_path / "forms")
    printed = run("batch", FORM, tmp_path / "t.csv", "-o", tmp_path / "o", *own, "--workers", 1)
    assert printed.exit_code == 0, printed.output
    reissued = ("register", "reissue", FORM, "1", "--issued", "2026-11-20", "--reason", "lost")
    result = run(*reissued, *own, "-o", tmp_path / "d.pdf")
    assert result.exit_code == 0, result.output
    assert "(№ 00001 телнұсқасы)" in words((tmp_path / "d.pdf").read_bytes())
    assert "телнұсқасы" not in words((tmp_path / "o" / f"{FORM}-001.pdf").read_bytes())


def test_a_duplicate_is_in_the_customers_list_of_the_job_of_its_first(tmp_path):
    """Whoever lost a certificate would else be on nobody's list: the duplicate is issued by no job of a customer."""
    book = issued_first(FORM, tmp_path)
    reissued(FORM, "1", "2026-11-20", tmp_path / "d.pdf", *book)
    reissued(FORM, "2", "2026-11-23", tmp_path / "e.pdf", *book)
    listed = run("register", "list", "--job", "t.csv", "-o", tmp_path / "list.csv", *book)
    assert (listed.exit_code, listed.output) == (0, f"{tmp_path / 'list.csv'}: 1 document\n")
    [line] = (tmp_path / "list.csv").read_text("utf-8-sig").splitlines()[1:]
    assert [part in line for part in ("Оспанов", "00003", "00002", "00001")] == [True, True, True, False]


@pytest.mark.slow
def test_a_duplicate_that_was_handed_over_is_with_its_owner(tmp_path):
    book = issued_first(FORM, tmp_path)
    reissued(FORM, "1", "2026-11-20", tmp_path / "d.pdf", *book)
    assert run("hand-over", "t.csv", "-o", tmp_path / "h", "--day", "2026-11-23", *book).exit_code == 0
    word = ("register", "reissue", FORM, "1", "--issued", "2026-11-20", "--reason", "lost", "-o", tmp_path / "e.pdf")
    result = run(*word, *book)
    assert (result.exit_code, "was replaced by 00002 already" in result.output) == (1, True)


@pytest.mark.slow
def test_a_duplicate_that_was_printed_in_another_way_is_printed_again_by_the_command_that_issued_it(tmp_path):
    book = issued_first(FORM, tmp_path)
    reissued(FORM, "1", "2026-11-20", tmp_path / "d.pdf", "--print", "overprint", *book)
    hand_over = ("hand-over", "t.csv", "-o", tmp_path / "h", "--day", "2026-11-23", *book)
    refused = run(*hand_over)
    assert (refused.exit_code, "the same docgen register reissue" in refused.output) == (1, True)
    reissued(FORM, "1", "2026-11-20", tmp_path / "e.pdf", *book)
    assert run(*hand_over).exit_code == 0
