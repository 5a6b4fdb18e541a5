"""Cells that were printed wrong without a word: each kind, through the command line and the module."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support.calling import run
from support.cases import DOORS, FORM, PRINTING, Outcome, by_batch, by_check
from support.reading import words
from support.records import record_of
from support.sheets import formatted, ods, ods_duration, ods_number, with_cell, xlsx

import docgen
from docgen.errors import DocgenError
from docgen.form import load_form

HEADINGS = [field.name for field in load_form(FORM).fields]
COLUMN = {name: "ABCDEFGHIJKLMNOPQ"[number] for number, name in enumerate(HEADINGS)}


def row_of(**changes: object) -> list[object]:
    record = record_of(FORM, number="00417") | changes
    return [str(record[name]) if name in ("start", "end", "issued") else record.get(name) for name in HEADINGS]


def csv(path: Path, *rows: list[object]) -> Path:
    lines = [HEADINGS, *([("" if value is None else str(value)) for value in row] for row in rows)]
    path.write_text("\n".join(";".join(line) for line in lines), encoding="utf-8")
    return path


def in_format(suffix: str, folder: Path, **changes: object) -> Path:
    path, row = folder / f"t{suffix}", row_of(**changes)
    if suffix == ".json":
        path.write_text(json.dumps([dict(zip(HEADINGS, row, strict=True))], ensure_ascii=False), encoding="utf-8")
        return path
    return {".xlsx": xlsx, ".ods": ods}[suffix](path, [HEADINGS, row]) if suffix in (".xlsx", ".ods") else csv(path, row)


def is_told_or_refused(found: Outcome, field: str) -> bool:
    """Whether a value is refused at its cell, or a note at its cell says what was done to it."""
    return any(re.search(rf"\b{COLUMN[field]}2: |\b{field}\b", each) for each in [*found.problems, *found.notes])


# --- signs that nobody sees -------------------------------------------------------------------------------------------

UNSEEN = {
    "escape": "\x1b[31m",
    "right-to-left override": "\u202e",
    "isolate": "\u2066",
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
}
IN_XML = {name: sign for name, sign in UNSEEN.items() if name != "escape"}
SIGNS = [(name, suffix) for suffix in (".csv", ".json") for name in UNSEEN] + [
    (name, suffix) for suffix in (".xlsx", ".ods") for name in IN_XML
]


@pytest.mark.parametrize(("name", "suffix"), SIGNS, ids=[f"{name} in {suffix}" for name, suffix in SIGNS])
def test_a_sign_that_nobody_sees_is_removed_and_reported_or_refused(name, suffix, tmp_path):
    sign = UNSEEN[name]
    path = in_format(suffix, tmp_path, surname=f"Сейіт{sign}қали")
    checked, printed = by_check(path, tmp_path), by_batch(path, tmp_path)
    assert is_told_or_refused(checked, "surname")
    assert checked.code == printed.code
    assert printed.code or "Сейітқали" in printed.printed
    assert not any(sign[0] in line for line in [*checked.problems, *checked.notes, *printed.problems, *printed.notes])


@pytest.mark.parametrize("name", UNSEEN)
def test_of_one_record_too(name, tmp_path):
    (tmp_path / "r.json").write_text(json.dumps(record_of(FORM, surname=f"Сейіт{UNSEEN[name]}қали"), default=str), "utf-8")
    result = run("render", FORM, tmp_path / "r.json", "-o", tmp_path / "o.pdf")
    assert "surname" in result.stderr
    assert result.exit_code or "Сейітқали" in words((tmp_path / "o.pdf").read_bytes())


@pytest.mark.parametrize("sign", ["\u00a0", "\u202f", "\u2009"])
def test_an_unseen_space_within_an_iin_is_told_or_refused(sign, tmp_path):
    record = json.loads(json.dumps(record_of("trainee-list"), default=str))
    record["rows"][0]["iin"] = f"850312{sign}400128"
    (tmp_path / "r.json").write_text(json.dumps(record), "utf-8")
    result = run("render", "trainee-list", tmp_path / "r.json", "-o", tmp_path / "o.docx")
    assert "rows[1].iin" in result.stderr


# --- what another program meant --------------------------------------------------------------------------------------


NULLS = ["NULL", "null", "None", "NaN", "nan", "\\N", "undefined", "<null>", "N/A", "n/a", "#N/A", "NaT", "<NA>", "(null)"]


@pytest.mark.parametrize("mark", NULLS)
def test_a_programs_mark_for_no_value_is_a_problem_of_a_record(mark, tmp_path):
    record = record_of(FORM, patronymic=mark)
    assert [problem.where.key for problem in docgen.check(FORM, [record])] == ["patronymic"]
    with pytest.raises(DocgenError, match="patronymic"):
        docgen.render(FORM, record, to="pdf")
    (tmp_path / "r.json").write_text(json.dumps(record, default=str), "utf-8")
    result = run("render", FORM, tmp_path / "r.json", "-o", tmp_path / "o.pdf")
    assert (result.exit_code, "patronymic" in result.stderr) == (1, True)


@pytest.mark.parametrize("name", ["Нан", "Анна-Мария", "Nadia", "Нұр", "Наби"])
def test_a_name_that_is_like_one_is_a_name(name):
    assert docgen.check(FORM, [record_of(FORM, given_name=name, patronymic="")]) == []


LOST = ["Сейіт?али", "Сейі??али", "?лиева", "?????????", "Жанботае?", "Қасымов?", "Нең?", "Полицияны?"]


@pytest.mark.parametrize("surname", LOST)
def test_question_marks_for_lost_letters_are_a_problem_of_a_record(surname):
    assert [problem.where.key for problem in docgen.check(FORM, [record_of(FORM, surname=surname)])] == ["surname"]


@pytest.mark.parametrize(
    "topic", ["Құқық дегеніміз не?", "Не істеу керек? Жауаптар", "Кто виноват?", "Неге?", "ҚАЛАЙ?", "Почему?"]
)
def test_a_question_is_a_question(topic):
    assert docgen.check(FORM, [record_of(FORM, topic=topic)]) == []


@pytest.mark.parametrize("door", PRINTING)
@pytest.mark.parametrize("typed", ["'00417", '="00417"', '"=""00417"""'])
def test_what_a_csv_holds_for_a_spreadsheets_sake_is_not_printed(typed, door, tmp_path):
    found = DOORS[door](csv(tmp_path / "t.csv", row_of(number=typed)), tmp_path)
    assert (found.code, found.problems, "Тіркеу № 00417" in found.printed) == (0, [], True)


def test_an_apostrophe_within_a_name_stays(tmp_path):
    found = by_batch(csv(tmp_path / "t.csv", row_of(surname="О'Коннор")), tmp_path)
    assert (found.code, "О'Коннор" in found.printed) == (0, True)


# --- numbers and times as their cells show them ------------------------------------------------------------------------


@pytest.mark.parametrize("door", PRINTING)
def test_a_number_in_ods_is_printed_as_its_cell_shows_it_or_refused(door, tmp_path):
    """`text:p` holds what is shown (OpenDocument 1.3 part 3, 9.1.4)."""
    cell = COLUMN["number"] + "2"
    found = DOORS[door](ods(tmp_path / "t.ods", [HEADINGS, row_of(number=ods_number(417, "KZ-00417"))]), tmp_path)
    assert cell in found.cells or re.search(r"Тіркеу № KZ-00417\b", found.printed)


#: How a cell shows 1417, in ODS: the signs of the decimals and of the thousands are those of the program's language.
PARTED = {"0.00": "1417,00", "#,##0": "1\u00a0417", "# ##0": "1 417"}


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
@pytest.mark.parametrize("door", PRINTING)
@pytest.mark.parametrize("code", PARTED)
def test_a_number_with_decimals_or_thousands_is_printed_as_its_cell_shows_it_or_refused(code, door, suffix, tmp_path):
    cell = COLUMN["number"] + "2"
    if suffix == ".ods":
        path = ods(tmp_path / "t.ods", [HEADINGS, row_of(number=ods_number(1417, PARTED[code]))])
    else:
        path = with_cell(
            xlsx(tmp_path / "t.xlsx", [HEADINGS, row_of()]), cell, f'<c r="{cell}" s="{formatted(code)}"><v>1417</v></c>'
        )
    found = DOORS[door](path, tmp_path)
    assert cell in found.cells or f"Тіркеу № {PARTED[code]}".replace("\u00a0", " ") in found.printed.replace("\u00a0", " ")


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
@pytest.mark.parametrize("code", PARTED)
def test_and_where_a_number_is_meant_it_is_that_number(code, suffix, tmp_path):
    cell = COLUMN["hours"] + "2"
    if suffix == ".ods":
        path = ods(tmp_path / "t.ods", [HEADINGS, row_of(hours=ods_number(1417, PARTED[code]))])
    else:
        path = with_cell(
            xlsx(tmp_path / "t.xlsx", [HEADINGS, row_of()]), cell, f'<c r="{cell}" s="{formatted(code)}"><v>1417</v></c>'
        )
    found = by_batch(path, tmp_path)
    assert (found.code, found.problems, "1417 сағат" in found.printed) == (0, [], True)


def test_a_short_number_has_no_thousands_to_part(tmp_path):
    cell = COLUMN["number"] + "2"
    path = xlsx(tmp_path / "t.xlsx", [HEADINGS, row_of()])
    found = by_batch(with_cell(path, cell, f'<c r="{cell}" s="{formatted("#,##0")}"><v>417</v></c>'), tmp_path)
    assert (found.code, "Тіркеу № 417" in found.printed) == (0, True)


def test_a_number_that_ods_shows_rounded_is_refused(tmp_path):
    """A format may leave thousands out: the cell shows 1 for 1417."""
    found = by_check(ods(tmp_path / "t.ods", [HEADINGS, row_of(number=ods_number(1417, "1"))]), tmp_path)
    assert found.cells == {COLUMN["number"] + "2"}


ELAPSED = ["[h]:mm", "[h]:mm:ss", "[hh]:mm", "[mm]:ss"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("code", ELAPSED)
def test_elapsed_time_of_a_day_or_more_is_no_date(code, door, tmp_path):
    path = xlsx(tmp_path / "t.xlsx", [HEADINGS, row_of()])
    with_cell(path, COLUMN["start"] + "2", f'<c r="{COLUMN["start"]}2" s="{formatted(code)}"><v>46059</v></c>')
    found = DOORS[door](path, tmp_path)
    assert COLUMN["start"] + "2" in found.cells
    assert not re.search(r"\d{4}-\d\d-\d\d", " ".join(found.problems))


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_elapsed_hours_are_told_alike_in_both_kinds_of_workbook(suffix, tmp_path):
    path, cell = tmp_path / f"t{suffix}", COLUMN["hours"] + "2"
    if suffix == ".ods":
        ods(path, [HEADINGS, row_of(hours=ods_duration("PT72H00M00S", "72:00"))])
    else:
        with_cell(xlsx(path, [HEADINGS, row_of()]), cell, f'<c r="{cell}" s="{formatted("[h]:mm")}"><v>3</v></c>')
    found = by_check(path, tmp_path)
    assert found.code == 0 or "a time of day" in next(each for each in found.problems if f"{cell}: " in each)


@pytest.mark.parametrize("stored", ["10:30:00", "T10:30:00", "10:30:00.000"])
def test_a_time_stored_as_iso_text_is_a_time_of_day(stored, tmp_path):
    """ECMA-376-1, 18.18.11: a cell of type `d` holds a date or a time as ISO 8601 has it."""
    cell = COLUMN["city"] + "2"
    path = with_cell(xlsx(tmp_path / "t.xlsx", [HEADINGS, row_of()]), cell, f'<c r="{cell}" t="d"><v>{stored}</v></c>')
    found = by_check(path, tmp_path)
    assert (found.code, found.cells) == (1, {cell})
    assert "a time of day" in found.problems[0]
    assert "#VALUE!" not in found.problems[0]


@pytest.mark.parametrize("attribute", ['s=""', 's="0"', ""])
def test_a_cell_without_the_number_of_a_style_is_read(attribute, tmp_path):
    cell = COLUMN["hours"] + "2"
    path = with_cell(xlsx(tmp_path / "t.xlsx", [HEADINGS, row_of()]), cell, f'<c r="{cell}" {attribute}><v>72</v></c>')
    found = by_batch(path, tmp_path)
    assert (found.code, found.problems, "72 сағат" in found.printed) == (0, [], True)


@pytest.mark.parametrize(
    ("count", "suffix"),
    [(0, ".xlsx"), (2, ".xlsx"), (2, ".ods"), (0, ".ods")],
)
def test_a_number_above_the_headings_is_no_heading(count, suffix, tmp_path):
    rows = [["Тізім"], ["Саны", count], HEADINGS, row_of()]
    found = by_check({".xlsx": xlsx, ".ods": ods}[suffix](tmp_path / f"t{suffix}", rows), tmp_path)
    assert (found.code, found.problems) == (0, [])


# --- a CSV of one column ---------------------------------------------------------------------------------------------

CARD = """
id = "card"
layout = "house"
title = { kk = "Карта", ru = "Карточка", en = "Card" }
act = { name = "ours" }
sheet = { width = "210mm", height = "148mm", margin = "20mm", top = "20mm" }

[[field]]
use = "surname"

[[place]]
name = "surname"
text = "«{{ surname }}»"
font = "14pt"
"""


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("rest", [2, 5])
def test_empty_columns_of_a_csv_are_no_part_of_the_one_that_is_filled(delimiter, rest, tmp_path):
    run("forms", "copy", FORM, tmp_path / "forms")
    (tmp_path / "forms" / "card").mkdir()
    (tmp_path / "forms" / "card" / "form.toml").write_text(CARD, "utf-8")
    lines = [f"{name}{delimiter * rest}" for name in ("surname", "Ахметов", "Әлиева")]
    (tmp_path / "t.csv").write_text("\n".join(lines), "utf-8")
    result = run("batch", "card", tmp_path / "t.csv", "-o", tmp_path / "out", "--forms", tmp_path / "forms", "--workers", 1)
    assert result.exit_code == 0, result.output
    printed = words((tmp_path / "out" / "card-001.pdf").read_bytes())
    assert ("«Ахметов»" in printed, "«Әлиева»" in printed) == (True, True)


# --- another reading of a letter -------------------------------------------------------------------------------------


@pytest.mark.parametrize("surname", ["Әлiya", "Әлiyа", "Сeyiтқали"])
def test_a_lookalike_that_has_another_reading_is_a_problem_and_nothing_is_guessed(surname, tmp_path):
    """Of `y` nobody knows whether it is у or ү, or the name was typed in Latin letters altogether."""
    assert [problem.where.key for problem in docgen.check(FORM, [record_of(FORM, surname=surname)])] == ["surname"]
    found = by_batch(csv(tmp_path / "t.csv", row_of(surname=surname)), tmp_path)
    assert (found.code, found.cells, found.printed) == (1, {COLUMN["surname"] + "2"}, "")


def test_one_that_has_no_other_is_mended_and_told(tmp_path):
    found = by_batch(csv(tmp_path / "t.csv", row_of(surname="Қайратұлi")), tmp_path)
    assert (found.code, "Қайратұлі" in found.printed, len(found.notes)) == (0, True, 1)


# --- names of fields ----------------------------------------------------------------------------------------------------


KEYS = ["\n", "а\nб", "rows\n"]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_with_a_line_break_is_told_like_any_other(key, tmp_path):
    record = json.loads(json.dumps(record_of("training-request"), default=str)) | {key: "x"}
    (tmp_path / "r.json").write_text(json.dumps(record), "utf-8")
    result = run("render", "training-request", tmp_path / "r.json", "-o", tmp_path / "o.docx")
    assert (result.exit_code, "has no field of this name" in result.stderr) == (1, True)


@pytest.mark.parametrize("key", KEYS)
def test_a_heading_with_a_line_break_too(key, tmp_path):
    """`check` takes a list of records, whose keys are headings."""
    (tmp_path / "r.json").write_text(json.dumps([json.loads(json.dumps(record_of(FORM), default=str)) | {key: "x"}]), "utf-8")
    result = run("check", FORM, tmp_path / "r.json")
    assert (result.exit_code, "is not a field of this form" in result.stderr) == (1, True)
