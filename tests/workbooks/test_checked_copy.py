"""docgen check -o: a copy of the table as a workbook, its bad cells coloured and noted, that is read again once corrected."""

from __future__ import annotations

import csv
import json
import random
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from support.calling import convert, run
from support.records import record_of
from support.sheets import ods

from docgen.tables import Heading, RecordTable
from docgen.workbooks.checked_copy import write_checked_copy

FORM = "retraining-certificate"
RED = "00FFC7CE"


def rows_of(*changes: dict) -> list[dict]:
    return [record_of(FORM, number=f"{n:05d}", **each) for n, each in enumerate(changes, 1)]


def test_the_summary_counts_records_and_mendings_alone_and_names_the_copy(tmp_path):
    """The sample that a clerk left above his rows is no record, and leaving it out is no mending."""
    run("forms", "sheet", FORM, "-o", tmp_path / "sheet.xlsx")
    book = openpyxl.load_workbook(tmp_path / "sheet.xlsx")
    row = [cell.value for cell in book.active[2]]
    book.active.append([*row[:2], "Қайратұлi", *row[3:]])
    book.save(tmp_path / "sheet.xlsx")
    found = run("check", FORM, tmp_path / "sheet.xlsx", "-o", tmp_path / "checked.xlsx")
    assert found.stdout.splitlines() == ["1 record, 0 problems, 1 mended", str(tmp_path / "checked.xlsx")]


BAD = rows_of({}, {"hours": "көп", "surname": "Сейіт?қали"}, {"topic": "=1+1"}, {"start": "32.01.2026"})


def workbook(folder: Path, rows: list[dict], change=None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Тізім"])
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    if change:
        change(book)
    book.save(folder / "t.xlsx")
    return folder / "t.xlsx"


def in_format(folder: Path, suffix: str, rows: list[dict]) -> Path:
    path = folder / f"t{suffix}"
    if suffix == ".xlsx":
        return workbook(folder, rows)
    if suffix == ".json":
        path.write_text(json.dumps(rows, default=str), encoding="utf-8")
    elif suffix == ".jsonl":
        path.write_text("\n".join(json.dumps(row, default=str) for row in rows), encoding="utf-8")
    else:
        lines = [";".join(rows[0]), *(";".join(f'"{value}"' for value in row.values()) for row in rows)]
        path.write_text("\n".join(lines), encoding="utf-8")
    return path


def column(sheet, name: str) -> str:
    return next(cell.column_letter for row in sheet.iter_rows(max_row=2) for cell in row if cell.value == name)


def coloured(sheet) -> set[str]:
    return {cell.coordinate for row in sheet for cell in row if cell.fill.fgColor.rgb == RED}


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json", ".jsonl"])
def test_bad_cells_are_coloured_and_noted_and_rows_told(tmp_path, suffix):
    path, copy = in_format(tmp_path, suffix, BAD), tmp_path / "checked.xlsx"
    result = run("check", FORM, path, "-o", copy)
    assert result.exit_code == 1, result.output
    sheet = openpyxl.load_workbook(copy).active
    first = 3 if suffix == ".xlsx" else 2
    hours, surname, start = (column(sheet, name) for name in ("hours", "surname", "start"))
    assert coloured(sheet) == {f"{hours}{first + 1}", f"{surname}{first + 1}", f"{start}{first + 3}"}
    assert "no whole number" in sheet[f"{hours}{first + 1}"].comment.text
    assert "Write digits alone" in sheet[f"{hours}{first + 1}"].comment.text
    told = {cell.row: cell.value for cell in sheet[column(sheet, "docgen: problems")] if cell.value and cell.row >= first}
    assert told.keys() == {first + 1, first + 3}
    assert "Hours: “көп” is no whole number" in told[first + 1]
    assert "Surname: " in told[first + 1]
    assert sheet.auto_filter.ref.endswith(f"{first + 3}")
    topic = sheet[f"{column(sheet, 'topic')}{first + 2}"]
    assert (topic.value, topic.data_type) == ("=1+1", "s")


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json"])
def test_the_corrected_copy_is_checked_and_printed(tmp_path, suffix):
    """The added column is in nobody's way, and a second check writes into the same one."""
    copy = tmp_path / "checked.xlsx"
    run("check", FORM, in_format(tmp_path, suffix, BAD), "-o", copy)
    assert run("check", FORM, copy, "-o", tmp_path / "again.xlsx").exit_code == 1
    again = openpyxl.load_workbook(tmp_path / "again.xlsx").active
    headings = [cell.value for row in again.iter_rows(max_row=2) for cell in row if cell.value]
    assert headings.count("docgen: problems") == 1
    book = openpyxl.load_workbook(copy)
    for name, value in (("hours", "72"), ("surname", "Сейітқали"), ("start", "12.01.2026")):
        letter = column(book.active, name)
        for cell in book.active[letter]:
            if cell.comment:
                cell.value = value
    book.save(copy)
    result = run("check", FORM, copy)
    assert result.exit_code == 0, result.output
    assert run("batch", FORM, copy, "-o", tmp_path / "out", "--workers", 1).exit_code == 0


def test_a_workbook_keeps_its_looks_its_notes_and_its_other_sheets(tmp_path):
    def dress(book):
        sheet = book.active
        sheet["A1"].font = Font(bold=True, size=20)
        sheet["B3"].fill = PatternFill("solid", fgColor="00FF00")
        sheet.column_dimensions["A"].width = 44
        sheet.freeze_panes = "A3"
        letter = column(sheet, "hours")
        sheet[f"{letter}4"].comment = openpyxl.comments.Comment("ескертпе", "х")
        book.create_sheet("Басқа")["B7"] = "=1+1"

    copy = tmp_path / "c.xlsx"
    run("check", FORM, workbook(tmp_path, BAD, dress), "-o", copy)
    book = openpyxl.load_workbook(copy)
    sheet = book.worksheets[0]
    assert (sheet["A1"].font.size, sheet["B3"].fill.fgColor.rgb, sheet.column_dimensions["A"].width) == (20, "0000FF00", 44)
    assert (sheet.freeze_panes, book["Басқа"]["B7"].value) == ("A3", "=1+1")
    note = sheet[f"{column(sheet, 'hours')}4"].comment.text
    assert "no whole number" in note
    assert note.endswith("ескертпе")


def test_headings_that_do_not_fit_are_marked_too(tmp_path):
    rows = [{("сағаттар" if name == "hours" else name): value for name, value in row.items()} for row in rows_of({})]
    copy = tmp_path / "c.xlsx"
    assert run("check", FORM, workbook(tmp_path, rows), "-o", copy).exit_code == 1
    sheet = openpyxl.load_workbook(copy).active
    letter = column(sheet, "сағаттар")
    assert coloured(sheet) == {f"{letter}2"}
    assert "is not a field of this form" in sheet[f"{letter}2"].comment.text


def test_a_line_too_long_is_marked_at_each_of_its_fields(tmp_path):
    copy = tmp_path / "c.xlsx"
    run("check", FORM, workbook(tmp_path, rows_of({"rank": "сөз " * 700})), "-o", copy)
    sheet = openpyxl.load_workbook(copy).active
    assert coloured(sheet) == {f"{column(sheet, name)}3" for name in ("rank", "surname", "given_name", "patronymic")}
    assert sheet[f"{column(sheet, 'docgen: problems')}3"].value.count("mm too long") == 1


def test_error_cells_are_marked(tmp_path):
    def spoil(book):
        book.active["B3"] = "#REF!"

    copy = tmp_path / "c.xlsx"
    run("check", FORM, workbook(tmp_path, rows_of({}), spoil), "-o", copy)
    assert coloured(openpyxl.load_workbook(copy).active) == {"B3"}


def test_a_table_without_problems_is_copied_as_well(tmp_path):
    copy = tmp_path / "c.xlsx"
    assert run("check", FORM, in_format(tmp_path, ".csv", rows_of({})), "-o", copy).exit_code == 0
    assert run("check", FORM, copy).exit_code == 0


def test_the_table_is_never_written_over(tmp_path):
    path = workbook(tmp_path, BAD)
    before = path.read_bytes()
    (tmp_path / "link.xlsx").symlink_to(path)
    for name in (path, tmp_path / "link.xlsx", tmp_path / "." / "t.xlsx"):
        result = run("check", FORM, path, "-o", name)
        assert (result.exit_code, "Give the copy another name" in result.output) == (2, True)
    assert run("check", FORM, path, "-o", tmp_path / "c.csv").exit_code == 2
    assert path.read_bytes() == before


def test_a_workbook_with_a_broken_style_is_copied_without_a_word(tmp_path):
    """openpyxl prints a line of its own for a cell style that is not there; it is no answer to a clerk."""
    path = workbook(tmp_path, BAD)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/styles.xml"] = parts["xl/styles.xml"].replace(b'xfId="0"', b'xfId="77"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    for arguments in ((), ("-o", tmp_path / "c.xlsx")):
        assert "out of range" not in run("check", FORM, path, *arguments).output


def test_the_same_table_gives_the_same_copy(tmp_path):
    path = workbook(tmp_path, BAD)
    for name in ("a.xlsx", "b.xlsx"):
        run("check", FORM, path, "-o", tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_dates_and_numbers_of_a_made_workbook_stay_what_they_are(tmp_path):
    copy = tmp_path / "c.xlsx"
    rows = rows_of({"hours": 72})
    (tmp_path / "t.json").write_text(json.dumps(rows, default=str), encoding="utf-8")
    run("check", FORM, tmp_path / "t.json", "-o", copy)
    sheet = openpyxl.load_workbook(copy).active
    assert sheet[f"{column(sheet, 'hours')}2"].value == 72
    assert sheet[f"{column(sheet, 'number')}2"].value == "00001"
    run("check", FORM, workbook(tmp_path, rows_of({})), "-o", tmp_path / "d.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "d.xlsx").active
    assert isinstance(sheet[f"{column(sheet, 'start')}3"].value, date)


def test_a_copy_that_may_be_corrected_already_is_not_written_over(tmp_path):
    path, copy = in_format(tmp_path, ".xlsx", BAD), tmp_path / "checked.xlsx"
    run("check", FORM, path, "-o", copy)
    before = copy.read_bytes()
    again = run("check", FORM, path, "-o", copy)
    assert (again.exit_code, "there is such a file already" in again.stderr) == (2, True)
    assert copy.read_bytes() == before


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_rows_with_problems_are_high_enough_to_show_them(tmp_path, suffix):
    path, copy = in_format(tmp_path, suffix, BAD), tmp_path / "checked.xlsx"
    run("check", FORM, path, "-o", copy)
    sheet = openpyxl.load_workbook(copy).active
    told = [row[-1] for row in sheet.iter_rows(min_row=2) if row[-1].value and not row[-1].font.bold]
    assert told
    for cell in told:
        assert sheet.row_dimensions[cell.row].height >= 15 * len(cell.value.split("\n"))


@pytest.mark.slow
def test_of_a_large_workbook_the_values_are_copied_and_what_is_left_behind_is_told(tmp_path):
    def fill(book):
        other = book.create_sheet("Басқа")
        chance = random.Random(1)
        for _number in range(600):
            other.append([chance.randbytes(15_000).hex()])
        book.active["B3"].font = Font(bold=True)

    copy = tmp_path / "c.xlsx"
    result = run("check", FORM, workbook(tmp_path, BAD, fill), "-o", copy)
    assert (result.exit_code, result.stderr.count("the values of its table alone")) == (1, 1)
    book = openpyxl.load_workbook(copy)
    assert book.sheetnames == ["Sheet"]
    hours, start = (column(book.active, name) for name in ("hours", "start"))
    assert coloured(book.active) == {f"{hours}4", f"{column(book.active, 'surname')}4", f"{start}6"}
    assert "no whole number" in book.active[f"{hours}4"].comment.text
    assert (book.active[f"{start}3"].is_date, book.active[f"{start}6"].value) == (True, "32.01.2026")
    again = run("check", FORM, copy)
    assert [line.partition(" – ")[0] for line in again.stdout.splitlines()] == ["4 records, 3 problems, 0 mended"]


@pytest.mark.slow
def test_the_memory_for_a_copy_does_not_grow_with_its_rows(tmp_path):
    def peak(rows: int) -> int:
        table = RecordTable("t.csv", "t", tuple(Heading(name, letter, 1) for name, letter in zip("abcd", "ABCD", strict=True)))
        for number in range(rows):
            table.numbers.append(number + 2)
            table.values.append((f"{number:06d}", "Сейітқали", 72, date(2026, 2, 6)))
        tracemalloc.start()
        write_checked_copy(table, [], tmp_path / f"{rows}.xlsx")
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)  # loads openpyxl
    assert peak(8_000) < 1.3 * peak(1_000)


@pytest.mark.office
def test_a_made_copy_is_opened_by_another_program_with_its_values_and_signs(tmp_path):
    people = rows_of({"surname": "Сейт & <Қ>", "hours": "көп"}, {"topic": "екі  бос"})
    run("check", FORM, in_format(tmp_path, ".json", people), "-o", tmp_path / "c.xlsx")
    convert([tmp_path / "c.xlsx"], tmp_path, "csv:Text - txt - csv (StarCalc):59,34,76,1")
    with (tmp_path / "c.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file, delimiter=";"))
    assert [(row["number"], row["surname"]) for row in read] == [("00001", "Сейт & <Қ>"), ("00002", people[1]["surname"])]
    assert read[1]["topic"] == "екі  бос"
    assert read[0]["docgen: problems"].startswith("Hours: “көп” is no whole number")


@pytest.mark.parametrize("bad", [{"hours": "көп"}, {"topic": "сөз " * 900}], ids=["unread", "unfit"])
def test_letters_that_were_mended_in_a_row_with_problems_are_told_too(tmp_path, bad):
    path = in_format(tmp_path, ".csv", rows_of({"surname": "Қайратұлi"}, {"surname": "Қайратұлi", **bad}))
    result = run("check", FORM, path)
    assert result.exit_code == 1
    assert result.stderr.count("Latin letters in “Қайратұлі” were replaced") == 2
    assert "2 records, 1 problem, 2 mended" in result.stdout


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json"])
def test_a_value_that_is_missing_is_missing_in_the_copy_too(tmp_path, suffix):
    """Else the copy would pass, and “None” be printed."""
    rows = rows_of({"surname": ""}, {})
    run("check", FORM, in_format(tmp_path, suffix, rows), "-o", tmp_path / "c.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "c.xlsx").active
    letter = column(sheet, "surname")
    assert [cell for cell in coloured(sheet) if sheet[cell].value not in (None, "")] == []
    assert {cell.rstrip("0123456789") for cell in coloured(sheet)} == {letter}
    again = run("check", FORM, tmp_path / "c.xlsx")
    assert (again.exit_code, "nothing is given" in again.stderr) == (1, True)


# --- proposals --------------------------------------------------------------------------------------------------------

PROPOSED = rows_of({}, {"hours": "144 (сто сорок четыре)", "start": "12/01/2026"}, {"hours": "көп"})
#: The fill of a cell with a proposal.
YELLOW = "00FFEB9C"


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".ods", ".json"])
def test_a_copy_with_proposals_needs_no_more_than_to_be_accepted(suffix, tmp_path):
    copy, again = tmp_path / "fixed.xlsx", tmp_path / "again.xlsx"
    rows = [[str(value) for value in row.values()] for row in PROPOSED]
    path = in_format(tmp_path, suffix, PROPOSED) if suffix != ".ods" else ods(tmp_path / "t.ods", [list(PROPOSED[0]), *rows])
    found = run("check", FORM, path, "-o", copy, "--fix")
    assert (found.exit_code, found.stderr.count("✗ ")) == (1, 3)
    sheet = openpyxl.load_workbook(copy).active
    fixed = [cell for row in sheet for cell in row if cell.fill.fgColor.rgb == YELLOW]
    assert sorted(str(cell.value) for cell in fixed) == ["12.01.2026", "144"]
    assert all("Proposed:" in cell.comment.text for cell in fixed)
    assert any("144 (сто сорок четыре)" in cell.comment.text for cell in fixed)
    assert [cell.value for row in sheet for cell in row if cell.fill.fgColor.rgb == RED] == ["көп"]
    checked = run("check", FORM, copy, "-o", again)
    assert (checked.exit_code, checked.stderr.count("✗ ")) == (1, 1)


def test_without_being_asked_nothing_is_written_into_a_cell(tmp_path):
    copy = tmp_path / "checked.xlsx"
    run("check", FORM, in_format(tmp_path, ".xlsx", PROPOSED), "-o", copy)
    values = [cell.value for row in openpyxl.load_workbook(copy).active for cell in row]
    assert "144 (сто сорок четыре)" in values
    assert "12.01.2026" not in values


def test_proposals_need_a_copy_to_be_written_into(tmp_path):
    found = run("check", FORM, in_format(tmp_path, ".csv", PROPOSED), "--fix")
    assert (found.exit_code, "-o FILE.xlsx" in found.stderr) == (2, True)
