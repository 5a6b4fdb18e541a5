"""Rows that are no records: certain ones are passed over with a note, doubtful ones are problems."""

import pytest
from support.calling import run
from support.places import TESTS
from support.records import record_of
from support.sheets import ods, xlsx

from docgen.form import load_form

FILES = TESTS / "cases" / "files"
FORM = "retraining-certificate"
NAMES = [field.name for field in load_form(FORM).fields if field.asked and field.name != "logo"]
AT = {name: place for place, name in enumerate(NAMES)}


def csv(path, rows):
    path.write_text("\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in rows), "utf-8")
    return path


WRITERS = {".xlsx": xlsx, ".ods": ods, ".csv": csv}


def record_row(number):
    record = record_of(FORM, number=number)
    return [str(record[name]) if name in ("start", "end", "issued") else record[name] for name in NAMES]


def check(folder, *others, suffix=".csv"):
    rows = [NAMES, record_row("00401"), record_row("00402"), *others]
    return run("check", FORM, WRITERS[suffix](folder / f"t{suffix}", rows))


def row_of(**cells):
    row = [None] * len(NAMES)
    for name, value in cells.items():
        row[AT[name]] = value
    return row


FOOTERS = {
    "a total": {"organization": "Итого:", "hours": 288},
    "a total in Kazakh": {"organization": "Барлығы", "rank": "2 адам"},
    "a total of another word": {"rank": "ЖИЫНЫ – 2"},
    "who made it": {"organization": "Исполнитель: Иванова О. П."},
    "who made it, in two cells": {"surname": "Орындаушы", "given_name": "О. П. Иванова"},
    "a line to sign on": {"rank": "Бөлім бастығы ____________ С. Ахметов"},
}


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("cells", FOOTERS.values(), ids=FOOTERS)
def test_a_footer_is_passed_over_with_a_note(cells, suffix, tmp_path):
    result = check(tmp_path, row_of(**cells), suffix=suffix)
    assert (result.exit_code, result.stderr.count("✗ ")) == (0, 0)
    assert result.stderr.count("row 4: this row is no record, and is passed over") == 1
    assert "2 records" in result.stdout


DOUBTFUL = {
    "a word of its own": {"organization": "Согласовано"},
    "a person of whom little is known": {"rank": "Орындаушы", "surname": "Сейітқали", "given_name": "Бауыржан"},
    "a surname that begins as a total": {"surname": "Итогова"},
}


@pytest.mark.parametrize("cells", DOUBTFUL.values(), ids=DOUBTFUL)
def test_what_may_be_a_record_is_a_problem(cells, tmp_path):
    result = check(tmp_path, row_of(**cells))
    assert (result.exit_code, result.stderr.count("✗ ")) == (1, 1)
    assert "row 4: this row is no record: it holds" in result.stderr


def test_a_record_may_begin_with_such_a_word(tmp_path):
    row = record_row("00403")
    row[AT["organization"]] = "Итого және Ко"
    result = check(tmp_path, row)
    assert (result.exit_code, "3 records" in result.stdout) == (0, True)


def test_a_table_of_column_numbers_alone_has_no_records(tmp_path):
    result = run("check", FORM, csv(tmp_path / "t.csv", [NAMES, list(range(1, len(NAMES) + 1))]))
    assert (result.exit_code, "has no records" in result.stderr) == (1, True)


def test_the_footers_of_an_office(tmp_path):
    result = run(
        "check", FORM, FILES / "people-split.xlsx", "--ignore", "*", "--ignore", "Рег. №", "--map", "№ п/п=number", "--json"
    )
    assert '"row": 305' in result.stdout
    assert '"row": 307' in result.stdout
    assert result.stdout.count("row-passed-over") == 2
