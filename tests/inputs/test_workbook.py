"""A nested record as a workbook: a sheet for the fields, a sheet for the tasks with their functions."""

from __future__ import annotations

import json

import pytest
from openpyxl import Workbook
from support.calling import beside, run
from support.reading import words
from support.records import record_of

import docgen

FORM = "work-standard"
OWN = ("approver_body", "approver_unit", "approver_rank", "approver_name", "position", "employee_rank", "employee_name")


def workbook(path, *, task_cells=("first",), title="tasks", records=1):
    """Write the sample standard as a clerk would; `task_cells` says which lines repeat the task's name."""
    sample, book = record_of(FORM), Workbook()
    labels = {field.name: field.label["kk"] for field in docgen.load_form(FORM).fields}
    sheet = book.active
    sheet.append([*(labels[name] for name in OWN), labels["approved"], labels["acts"]])
    for _record in range(records):
        sheet.append([*(sample[name] for name in OWN), sample["approved"], "\n".join(sample["acts"])])
    tasks = book.create_sheet(title)
    tasks.append(["task", "function", "procedure", "requirement"])
    for task in sample["tasks"]:
        for number, row in enumerate(task["rows"]):
            shown = task["task"] if number == 0 or "all" in task_cells else None
            tasks.append([shown, row["function"], row["procedure"], row["requirement"]])
    book.save(path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("task_cells", [("first",), ("all",)])
@pytest.mark.parametrize("title", ["tasks", "Міндеттер парағы"])
def test_the_workbook_makes_the_document_of_the_nested_record(tmp_path, task_cells, title):
    path = workbook(tmp_path / "a.xlsx", task_cells=task_cells, title=title)
    result = run("render", FORM, path, "-o", tmp_path / "a.pdf")
    assert (result.exit_code, beside(result, tmp_path / "a.pdf")) == (0, [])
    assert words((tmp_path / "a.pdf").read_bytes()) == words(docgen.render(FORM, record_of(FORM)))


def test_a_first_sheet_of_two_records_is_refused(tmp_path):
    result = run("render", FORM, workbook(tmp_path / "a.xlsx", records=2), "-o", tmp_path / "a.pdf")
    assert result.exit_code == 1
    assert "the first sheet holds 2 records" in result.output
    assert not (tmp_path / "a.pdf").exists()


def test_an_unknown_column_of_the_second_sheet_is_named(tmp_path):
    from openpyxl import load_workbook

    path = workbook(tmp_path / "a.xlsx")
    book = load_workbook(path)
    book["tasks"]["B1"] = "functoin"
    book.save(path)
    result = run("render", FORM, path, "-o", tmp_path / "a.pdf")
    assert result.exit_code == 1
    assert "functoin" in result.output
    assert "function" in json.dumps(result.output)


def test_a_third_sheet_without_a_field_is_refused(tmp_path):
    from openpyxl import load_workbook

    path = workbook(tmp_path / "a.xlsx")
    book = load_workbook(path)
    extra = book.create_sheet("Басқа")
    extra.append(["а", "б"])
    extra.append(["1", "2"])
    book.save(path)
    result = run("render", FORM, path, "-o", tmp_path / "a.pdf")
    assert result.exit_code == 1
    assert "the form has no rows for this sheet" in result.output


def trainees(path, *names, heading="Ф.И.О."):
    """Write a list of trainees as an office would: a sheet of its own fields, and one whose names are in one cell each."""
    sample, book = record_of("trainee-list"), Workbook()
    form = docgen.load_form("trainee-list")
    own = {field.name: sample[field.name] for field in form.own_fields if field.name in sample}
    book.active.append(list(own))
    book.active.append([str(value) if name == "issued" else value for name, value in own.items()])
    sheet = book.create_sheet("rows")
    row = {name: value for name, value in sample["rows"][0].items() if name not in ("surname", "given_name", "patronymic")}
    sheet.append([heading, *row])
    for name, iin in zip(names, ("850312400128", "730227395489"), strict=True):
        sheet.append([name, *(str(value) for value in (row | {"iin": iin}).values())])
    book.save(path)
    return path


def test_full_names_in_one_cell_of_a_sheet_are_taken_apart(tmp_path):
    path = trainees(tmp_path / "t.xlsx", "Оспанова Ұлжан Ғабитқызы", "Ким | Ен Сик")
    result = run("render", "trainee-list", path, "-o", tmp_path / "t.pdf")
    assert result.exit_code == 0, result.output
    assert "Оспанова Ұлжан Ғабитқызы" in words((tmp_path / "t.pdf").read_bytes())
    assert "Ким Ен Сик" in words((tmp_path / "t.pdf").read_bytes())


def test_a_doubtful_one_is_a_problem_at_its_cell(tmp_path):
    path = trainees(tmp_path / "t.xlsx", "Оспанова Ұлжан Ғабитқызы", "Ким Ен Сик")
    for result in (run("check", "trainee-list", path), run("render", "trainee-list", path, "-o", tmp_path / "t.pdf")):
        assert result.exit_code == 1
        assert "rows!A3: surname, given_name, patronymic (Ф.И.О.): “Ким Ен Сик” cannot be taken apart" in result.stderr
    assert not (tmp_path / "t.pdf").exists()
