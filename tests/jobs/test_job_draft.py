"""A job put together answer by answer, apart from any terminal."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from support.places import ROOT
from support.records import record_of

import docgen
from docgen.form import load_form
from docgen.jobs import JobDraft, guess_columns, job_text, open_job
from docgen.tables import read

FORM = "retraining-certificate"
PERSON = {name: str(value) for name, value in record_of(FORM, surname="Ким").items()}


def sheet(path: Path, *titles: str, **headings: str) -> Path:
    """Write a workbook whose columns are the fields of a person under other headings; "" leaves a field out."""
    book = openpyxl.Workbook()
    for number, title in enumerate(titles or ("Тізім",)):
        page = book.active if number == 0 else book.create_sheet()
        page.title = title
        held = {headings.get(name, name): value for name, value in PERSON.items() if headings.get(name, name)}
        page.append([*held, "Телефон"])
        page.append([*held.values(), "7 700"])
    book.save(path)
    return path


def answered(draft: JobDraft, **answers: str) -> JobDraft:
    """Answer each question as said by its key (`.` and `-` as `_`), else with what is offered."""
    while question := draft.next():
        key = question.key.replace(".", "_").replace("-", "_")
        question.put(answers.get(key, question.offer))
    return draft


def test_the_answers_make_a_job_that_prints(tmp_path):
    sheet(tmp_path / "people.xlsx", organization="", hours="", head="Кім қол қояды")
    draft = JobDraft(tmp_path / "course-12.toml", remembered={"organization": "Қарағанды академиясы"})
    answers = {"form": FORM, "table_path": "people.xlsx", "set_hours": "144"}
    asked = []
    while question := draft.next():
        asked.append(question.key)
        if question.key == "columns":
            place = next(at for at, each in enumerate(draft.guessed().columns) if each.heading == "Кім қол қояды")
            draft.change_column(place, "head")
        question.put(answers.get(question.key.replace(".", "_"), question.offer))
    assert asked == [
        "form", "table.path", "register.book", "columns", "set.organization", "set.hours", "print", "split", "each", "output",
        "name",
    ]  # fmt: skip
    assert draft.problems() == []
    (tmp_path / "course-12.toml").write_text(job_text(draft.job(), tmp_path), encoding="utf-8")
    job = open_job(tmp_path / "course-12.toml")
    assert (job.name, job.output, job.ignore) == ("course-12", tmp_path / "course-12", ("Телефон",))
    assert job.columns == {"Кім қол қояды": "head"}  # the others docgen finds by itself
    assert job.constants == {"organization": "Қарағанды академиясы", "hours": "144"}
    assert job.batch().records == 1


def test_with_a_register_the_number_is_asked_for_nowhere_and_the_journal_has_columns(tmp_path):
    sheet(tmp_path / "people.xlsx", number="", patronymic="iin", hours="")
    draft = answered(JobDraft(tmp_path / "a.toml"), form=FORM, table_path="people.xlsx", register_book="book.db", set_hours="72")
    assert "set.number" not in draft.answered
    assert draft.job().register == str(tmp_path / "book.db")
    assert "iin" in {each.field for each in draft.guessed().columns}


def test_without_a_register_a_missing_number_is_asked_for_again_when_the_answer_changes(tmp_path):
    sheet(tmp_path / "people.xlsx", number="")
    draft = answered(JobDraft(tmp_path / "a.toml"), form=FORM, table_path="people.xlsx", register_book="book.db")
    next(each for each in draft.questions() if each.key == "register.book").put("")
    question = draft.next()
    assert question.key == "columns"
    question.put("")
    assert draft.next().key == "set.number"


@pytest.mark.parametrize(
    ("text", "form"),
    [(FORM, FORM), ("retraining", FORM), ("ҚАЙТА ДАЯРЛАУ", FORM), ("5", FORM), ("переподготовк", FORM)],
)
def test_a_form_is_found_by_name_number_or_a_word_of_its_title(text, form, tmp_path):
    draft = JobDraft(tmp_path / "a.toml")
    assert FORM in draft.next().options
    assert draft.next().put(text) == form


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("form", "training", "form-unknown"),
        ("form", "", "form-unknown"),
        ("form", "retraning-certificate", "form-unknown"),
        ("table.path", "none.xlsx", "file-missing"),
        ("table.path", "", "file-is-folder"),
        ("table.path", "people.doc", "table-format-unknown"),
        ("register.book", "postgresql://a:b@c/d", "password-in-file"),
        ("set.hours", "", "constant-empty"),
        ("set.hours", "көп", "not-whole"),
        ("print", "ful", "key-wrong"),
        ("split", "0", "key-wrong"),
        ("split", "ten", "key-wrong"),
        ("each", "{nummer}", "each-wrong"),
        ("output", "", "key-wrong"),
        ("name", "а" * 201, "key-wrong"),
    ],
)
def test_a_wrong_answer_is_refused_and_asked_for_again(key, text, code, tmp_path):
    sheet(tmp_path / "people.xlsx", hours="")
    draft = JobDraft(tmp_path / "a.toml")
    right = {"form": FORM, "table.path": "people.xlsx", "set.hours": "144"}
    while (question := draft.next()).key != key:
        question.put(right.get(question.key, question.offer))
    with pytest.raises(docgen.DocgenError) as refused:
        question.put(text)
    assert code in (refused.value.problems[0].code, code if key == "set.hours" and text else "")
    assert draft.next().key == key


def test_of_several_sheets_one_is_asked_for(tmp_path):
    sheet(tmp_path / "people.xlsx", "Бірінші", "Екінші")
    draft = answered(JobDraft(tmp_path / "a.toml"), form=FORM, table_path="people.xlsx", table_sheet="2")
    assert draft.job().sheet == "Екінші"
    assert [note.code for note in draft.job().rows().left_out] == []
    assert answered(JobDraft(tmp_path / "a.toml"), form=FORM, table_path="people.xlsx").job().sheet == ""


def test_a_form_that_flows_asks_for_the_names_of_its_files(tmp_path):
    note = {name: str(value) for name, value in record_of("attendance-note", surname="Ким").items()}
    book = openpyxl.Workbook()
    book.active.append(list(note))
    book.active.append(list(note.values()))
    book.save(tmp_path / "notes.xlsx")
    draft = answered(JobDraft(tmp_path / "a.toml"), form="attendance-note", table_path="notes.xlsx")
    assert not {"print", "split"} & draft.answered
    assert draft.job().each == "{number}-{surname}"
    assert draft.job().batch().records == 1


def test_going_back_offers_what_was_answered(tmp_path):
    sheet(tmp_path / "people.xlsx")
    draft = answered(JobDraft(tmp_path / "a.toml"), form=FORM, table_path="people.xlsx", split="10")
    draft.before("each")
    assert (draft.next().key, draft.next().offer) == ("split", "10")
    draft.before("form")
    assert (draft.next().key, draft.next().offer) == ("form", FORM)


def test_another_table_is_looked_at_anew(tmp_path):
    sheet(tmp_path / "a.xlsx", hours="")
    sheet(tmp_path / "b.xlsx", topic="")
    draft = answered(JobDraft(tmp_path / "j.toml"), form=FORM, table_path="a.xlsx", set_hours="72")
    next(each for each in draft.questions() if each.key == "table.path").put("b.xlsx")
    answered(draft, set_topic="Ақпараттық қауіпсіздік")
    assert draft.job().constants == {"topic": "Ақпараттық қауіпсіздік"}


# --- headings --------------------------------------------------------------------------------------------------------------


def test_headings_are_guessed_no_field_twice_and_each_shows_a_value(tmp_path):
    shutil.copy(ROOT / "samples" / "course.xlsx", tmp_path)
    columns = guess_columns(read(tmp_path / "course.xlsx"), load_form(FORM).fields)
    held = {each.heading: each.field for each in columns.columns}
    assert (held["Тегі"], held["Телефон"], held["Берілген күні"]) == ("surname", "", "issued")
    fields = [each.field for each in columns.columns if each.field]
    assert len(fields) == len(set(fields))
    assert all(each.example for each in columns.columns)
    assert [each.heading for each in columns.columns if each.is_guess] == []


def test_a_heading_that_nearly_is_a_field_is_a_guess(tmp_path):
    sheet(tmp_path / "a.xlsx", surname="Тегi: ", given_name="Аттары", topic="Курстың тақырыбы")
    columns = guess_columns(read(tmp_path / "a.xlsx"), load_form(FORM).fields)
    held = {each.heading: (each.field, each.is_guess) for each in columns.columns}
    assert held["Тегi:"] == ("surname", False)  # with a Latin letter, which is compared as the Cyrillic one
    assert held["Курстың тақырыбы"] == ("topic", True)
    assert columns.said["Курстың тақырыбы"] == "topic"


def test_a_field_that_another_column_holds_is_refused(tmp_path):
    sheet(tmp_path / "a.xlsx", head="Кім қол қояды")
    columns = guess_columns(read(tmp_path / "a.xlsx"), load_form(FORM).fields)
    place = next(at for at, each in enumerate(columns.columns) if each.heading == "Кім қол қояды")
    with pytest.raises(docgen.UsageError, match="“city” holds it already"):
        columns.changed(place, "city")
    with pytest.raises(docgen.UsageError, match="no field “haed”"):
        columns.changed(place, "haed")
    assert columns.changed(place, "head").missing == []
    city = next(at for at, each in enumerate(columns.columns) if each.heading == "city")
    assert [each.name for each in columns.changed(city, "").missing] == ["head", "city"]
