"""Which column holds which field, at the command line: --map, --ignore, and what is told of columns that do not fit."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from support.calling import run
from support.records import record_of

FORM = "retraining-certificate"


def workbook(folder: Path, sheets: int = 1, **headings: str) -> Path:
    """Write the form's sample in one row, some columns under other headings; "" leaves a column out."""
    record = record_of(FORM)
    shown = {name: headings.get(name, name) for name in record}
    book = Workbook()
    book.active.append([heading for heading in shown.values() if heading])
    book.active.append([record[name] for name, heading in shown.items() if heading])
    for _number in range(1, sheets):
        book.create_sheet("Басқа").append(["x"])
    book.save(folder / "t.xlsx")
    return folder / "t.xlsx"


@pytest.mark.parametrize("option", ["Аты-жөні=surname", "аты жөні=Тегі", " Аты-жөні = Фамилия "])
def test_a_column_is_said_to_hold_a_field(tmp_path, option):
    """Heading and field are compared as headings are, and either label will do."""
    path = workbook(tmp_path, surname="Аты-жөні")
    assert run("check", FORM, path).exit_code == 1
    assert run("check", FORM, path, "--map", option).exit_code == 0
    assert run("batch", FORM, path, "-o", tmp_path / "out", "--map", option, "--workers", 1).exit_code == 0


def test_render_takes_a_mapped_table(tmp_path):
    path = workbook(tmp_path, surname="Аты-жөні")
    result = run("render", FORM, path, "-o", tmp_path / "a.pdf", "--map", "Аты-жөні=surname")
    assert (result.exit_code, (tmp_path / "a.pdf").exists()) == (0, True), result.output


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("Аты-жөн=surname", ["no column “Аты-жөн”", "Did you mean Аты-жөні?"]),
        ("Аты-жөні=surnam", ["which is no field of this form", "Did you mean Surname?"]),
        ("Аты-жөні=", ["COLUMN=FIELD"]),
        ("Аты-жөні", ["COLUMN=FIELD"]),
    ],
)
@pytest.mark.parametrize("command", ["check", "batch", "render"])
def test_a_wrong_map_is_a_wrong_call(tmp_path, command, option, words):
    path = workbook(tmp_path, surname="Аты-жөні")
    output = [] if command == "check" else ["-o", tmp_path / "out.pdf"]
    result = run(command, FORM, path, *output, "--map", option)
    assert result.exit_code == 2
    assert all(word in result.output for word in words)


def test_two_fields_for_one_column_are_refused(tmp_path):
    result = run("check", FORM, workbook(tmp_path), "--map", "x=surname", "--map", "x=topic")
    assert (result.exit_code, "two fields" in result.output) == (2, True)


def test_a_mapped_column_beside_one_of_that_name_is_told(tmp_path):
    result = run("check", FORM, workbook(tmp_path, topic="Аты-жөні"), "--map", "Аты-жөні=surname")
    assert "both mean the field surname" in result.output


def test_every_column_that_does_not_fit_is_told_at_once(tmp_path):
    """Unknown, doubled and missing ones; for a missing one, the unknown heading that looks like it."""
    path = workbook(tmp_path, surname="surnme", hours="Құжат", rank="city", number="")
    result = run("check", FORM, path, "--json")
    told = run("check", FORM, path).output
    assert result.exit_code == 1
    for words in (
        "the heading “surnme” is not a field", "Did you mean Surname?", "the heading “Құжат” is not a field",
        "the heading “city” is there twice", '--map "surnme=surname"',
        "surname, hours, number", '--ignore "Құжат"',
    ):  # fmt: skip
        assert words in told


def test_a_bad_cell_of_a_column_left_out_is_nobodys_business(tmp_path):
    path = workbook(tmp_path)
    book_path = tmp_path / "u.xlsx"
    book = openpyxl.load_workbook(path)
    book.active["Z1"], book.active["Z2"] = "Ескертпе", "#REF!"
    book.save(book_path)
    assert run("check", FORM, book_path, "--ignore", "Ескертпе").exit_code == 0
    assert run("check", FORM, book_path, "--ignore", "*").exit_code == 0
    assert run("check", FORM, path, "--map", "surname=surname").exit_code == 0


def test_bad_cells_are_told_with_the_other_problems_of_their_row(tmp_path):
    path = workbook(tmp_path)
    book = openpyxl.load_workbook(path)
    cells = {cell.value: cell.column_letter for cell in book.active[1]}
    book.active[f"{cells['surname']}2"] = "#N/A"
    book.active[f"{cells['hours']}2"] = "көп"
    book.save(path)
    answer = json.loads(run("check", FORM, path, "--json").output)
    assert [(problem["field"], problem["code"]) for problem in answer["problems"]] == [
        ("surname", "cell-error"),
        ("hours", "not-a-number"),
    ]
    assert answer["problems"][0]["column"] == cells["surname"]


def test_a_problem_names_the_sheet_where_there_are_several(tmp_path):
    for sheets, place in ((1, "t.xlsx: "), (2, "t.xlsx: Sheet!")):
        result = run("check", FORM, workbook(tmp_path, sheets=sheets, hours="surname"))
        assert f"{place}I1: the heading “surname” is there twice" in result.output
        record = record_of(FORM, hours="x")
        book = Workbook()
        book.active.append(list(record))
        book.active.append(list(record.values()))
        for _number in range(1, sheets):
            book.create_sheet("Басқа").append(["x"])
        book.save(tmp_path / "t.xlsx")
        assert f"{place}I2: hours: “x”" in run("check", FORM, tmp_path / "t.xlsx").output
        found = json.loads(run("check", FORM, tmp_path / "t.xlsx", "--json").output)["problems"][0]
        assert (found["sheet"], found["column"], found["row"]) == ("" if sheets == 1 else "Sheet", "I", 2)


def test_rows_on_another_sheet_are_not_passed_over_without_a_word(tmp_path):
    """People on a second sheet would be lost; a sheet with nothing on it is none."""
    path = workbook(tmp_path, sheets=2)
    result = run("check", FORM, path)
    assert (result.exit_code, "there is more on “Басқа”" in result.output) == (0, True)
    assert "there is more on" in run("batch", FORM, path, "-o", tmp_path / "out", "--workers", 1).output
    book = openpyxl.load_workbook(path)
    book["Басқа"]["A1"] = None
    book.save(path)
    assert "there is more" not in run("check", FORM, path).output


def test_a_problem_of_a_record_names_its_file(tmp_path):
    """Fields that are given beside the file are told without it."""
    path = tmp_path / "r.json"
    path.write_text(json.dumps(record_of(FORM, hours="x"), default=str), encoding="utf-8")
    assert f"✗ {path}: hours: “x”" in run("render", FORM, path, "-o", tmp_path / "a.pdf").output
    result = run("render", FORM, path, "-o", tmp_path / "a.pdf", "--set", "hours=y")
    assert "✗ hours: “y”" in result.output


def test_a_table_of_rows_is_checked_as_the_rows_of_its_form(tmp_path):
    """A register is one document; what its table lacks of the document itself is given by --set when it is printed."""
    rows = record_of("certificate-register")["rows"]
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for number in range(4):
        book.active.append(list((rows[0] | {"number": f"{number:05d}"}).values()))
    book.save(tmp_path / "t.xlsx")
    assert run("check", "certificate-register", tmp_path / "t.xlsx").exit_code == 0
    letter = next(cell.column_letter for cell in book.active[1] if cell.value == "iin")
    book.active[f"{letter}4"] = "850312400129"
    book.save(tmp_path / "t.xlsx")
    result = run("check", "certificate-register", tmp_path / "t.xlsx", "-o", tmp_path / "c.xlsx")
    assert result.exit_code == 1
    assert f"t.xlsx: {letter}4: iin" in result.output
    copy = openpyxl.load_workbook(tmp_path / "c.xlsx").active
    assert "check digit" in copy[f"{letter}4"].comment.text
