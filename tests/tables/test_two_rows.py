"""Headings in two rows: understood where they are certain, in every format, and a problem otherwise."""

import json

import pytest
from support.calling import run
from support.places import TESTS
from support.records import record_of
from support.sheets import ods, xlsx

from docgen import tables
from docgen.form import load_form

FILES = TESTS / "cases" / "files"
FORM = load_form("retraining-certificate")
NAMES = [field.name for field in FORM.fields if field.asked and field.name not in ("start", "end", "logo")]
RECORD = record_of(FORM.id, number="00417")


def csv(path, rows):
    path.write_text("\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in rows), "utf-8")
    return path


WRITERS = {".xlsx": xlsx, ".ods": ods, ".csv": csv}


def written(folder, suffix, *rows):
    return WRITERS[suffix](folder / f"t{suffix}", rows)


def record_row():
    return [*(RECORD[name] for name in NAMES), str(RECORD["start"]), str(RECORD["end"])]


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_period_of_two_parts(suffix, tmp_path):
    upper, lower = [*NAMES, "Период обучения", None], [*(None for _name in NAMES), "Начало", "Окончание"]
    path = written(tmp_path, suffix, upper, lower, record_row())
    result = run("batch", FORM.id, path, "-o", tmp_path / "out", "--workers", 1)
    assert result.exit_code == 0
    assert "row 2: the headings are in two rows, which are read together" in result.stderr
    (record,) = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["records"]
    assert record["row"] == 3


def test_a_part_is_named_by_its_own_heading_or_by_both(tmp_path):
    upper, lower = [*NAMES, "Период", None], [*(None for _name in NAMES), "с какого", "по какое"]
    path = written(tmp_path, ".csv", upper, lower, record_row())
    maps = ("--map", "с какого=start", "--map", "Период / по какое=end")
    assert run("check", FORM.id, path, *maps).exit_code == 0
    refused = run("check", FORM.id, path)
    assert "the heading “Период / с какого” is not a field of this form" in refused.stderr


def test_two_groups_with_equal_parts_are_no_guess(tmp_path):
    names = [name for name in NAMES if name != "issued"]
    upper = [*names, "План", None, "Факт", None]
    lower = [*(None for _name in names), "Начало", "Окончание", "Начало", "Окончание"]
    path = written(tmp_path, ".csv", upper, lower, [*(RECORD[name] for name in names), *["2026-01-12", "2026-02-06"] * 2])
    result = run("check", FORM.id, path)
    assert "the headings “План / Начало” and “Факт / Начало” both mean the field start" in result.stderr


#: A row below the headings that may be a record.
RECORDS = {
    "it fills other columns too": [["a", "b", None], ["Ы", "Ә", "Ң"]],
    "nothing is below a gap": [["a", "b", "c"], [None, "Ә", None]],
    "it is of numbers": [["a", "b", None], [None, "1", "2"]],
    "no heading is without parts": [["a", None, "c", None], ["Ы", "Ә", "Ң", "Ө"]],
    "a gap of its own": [["a", "b", None, None], [None, "Ы", None, "Ә"]],
}


@pytest.mark.parametrize("rows", RECORDS.values(), ids=RECORDS)
def test_a_record_is_no_second_row_of_headings(rows, tmp_path):
    table = tables.read(csv(tmp_path / "t.csv", rows))
    assert [heading.row for heading in table.headings] == [1] * len(table.headings)
    assert (list(table.numbers), table.notes) == ([2], ())


@pytest.mark.parametrize(("name", "count"), [("51-headings-in-two-rows.xlsx", 1), ("two-storey.xlsx", 10)])
def test_the_workbooks_of_offices(name, count, tmp_path):
    options = ("--ignore", "*", "--register", tmp_path / "book.db", "--workers", 1)
    result = run("batch", FORM.id, FILES / name, "-o", tmp_path / "out", *options)
    assert (result.exit_code, result.stderr.count("✗ ")) == (0, 0)
    assert f"manifest.json: {count} record" in result.stdout


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_the_checked_copy_of_two_rows_is_read_again(suffix, tmp_path):
    upper, lower = [*NAMES, "Период обучения", None], [*(None for _name in NAMES), "Начало", "Окончание"]
    path = written(tmp_path, suffix, upper, lower, [*record_row()[:-1], "нет даты"])
    for source, copy in ((path, "one.xlsx"), (tmp_path / "one.xlsx", "two.xlsx")):
        result = run("check", FORM.id, source, "-o", tmp_path / copy)
        assert (result.exit_code, result.stderr.count("✗ ")) == (1, 1)
        assert "“нет даты” is no date" in result.stderr
