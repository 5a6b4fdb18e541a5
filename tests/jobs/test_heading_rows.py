"""Which rows hold the headings, where the table has others that look like them; in a job, and on the command line."""

import pytest
from openpyxl import Workbook
from support.calling import run
from support.records import record_of

from docgen import open_job

FORM = "retraining-certificate"


@pytest.fixture
def table(tmp_path):
    """A sheet whose first row with two texts is no heading, and whose period is a group over its parts."""
    record = record_of(FORM, number="00417", surname="Оспанов")
    names = list(record)
    upper = ["Период" if name == "start" else None if name == "end" else name for name in names]
    lower = [{"start": "Начало", "end": "Окончание"}.get(name) for name in names]
    book = Workbook()
    for row in (["Филиал", "Қарағанды"], upper, lower, [str(value) for value in record.values()]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    return tmp_path / "t.xlsx"


def job(table, **entries):
    text = f'version = 1\nname = "a"\nform = "{FORM}"\n[table]\npath = "{table.name}"\n'
    path = table.with_name("j.toml")
    path.write_text(text + "".join(f"{key} = {value}\n" for key, value in entries.items()), "utf-8")
    return path


def test_rows_that_are_said_are_the_headings(table):
    assert run("check", FORM, table).exit_code == 1
    assert run("check", FORM, table, "--heading-rows", "2-3").exit_code == 0
    assert open_job(job(table, **{"heading-rows": '"2-3"'})).check() == []
    [(number, raw)] = open_job(job(table, **{"heading-rows": '"2-3"'})).rows()
    assert (number, raw["surname"], raw["start"]) == (4, "Оспанов", "2026-01-12")


def test_one_row_is_a_number(table, tmp_path):
    from openpyxl import load_workbook

    book = load_workbook(table)
    book.active.delete_rows(3)
    for cell in book.active[2]:
        cell.value = list(record_of(FORM, number=""))[cell.column - 1]
    book.save(table)
    assert open_job(job(table, **{"heading-rows": 2})).check() == []
    assert run("check", job(table), "--heading-rows", 2, "--save-job", tmp_path / "saved.toml").exit_code == 0
    assert open_job(tmp_path / "saved.toml").heading_rows == "2"


@pytest.mark.parametrize(
    ("rows", "code", "message"),
    [
        ("9", 1, "row 9 holds no headings"),
        ("2-4", 2, "is no row of headings, nor two that follow each other"),
        ("3-2", 2, "is no row of headings"),
        ("0", 2, "is no row of headings"),
        ("A", 2, "is no row of headings"),
    ],
)
def test_rows_that_are_none_are_a_problem(rows, code, message, table):
    result = run("check", FORM, table, "--heading-rows", rows)
    assert (result.exit_code, message in result.output) == (code, True)
    result = run("check", job(table, **{"heading-rows": f'"{rows}"'}))
    assert (result.exit_code, "heading" in result.output) == (code, True)


def test_json_has_no_rows_of_headings(tmp_path):
    (tmp_path / "t.json").write_text("[]", "utf-8")
    result = run("check", FORM, tmp_path / "t.json", "--heading-rows", 2)
    assert (result.exit_code, "there are no rows of headings in .json" in result.output) == (2, True)
