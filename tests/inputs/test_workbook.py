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
