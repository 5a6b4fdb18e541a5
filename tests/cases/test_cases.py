"""Files from the field, each with its right outcome: tests/cases/files, made with the tools that people use.

All persons are invented. Each file stands for a whole kind. What is right comes from the file and from the acts, never from
the code.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pypdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from support.calling import run
from support.cases import DOORS, FILES, FORM, PRINTING, Outcome, by_batch, by_check, by_proof
from support.paragraphs import paragraphs, parts_of
from support.reading import pixels

import docgen
from docgen.errors import DocgenError

COMMAND_LINE = {name: DOORS[name] for name in ("check", "batch", "proof")}


def through(name: str, path: Path, folder: Path) -> Outcome:
    return DOORS[name](path, folder)


def rendered(name: str, folder: Path, data: str = "letter.json", to: str = "o.docx"):
    """Fill a template of the cases; return the command's result and where the document is."""
    return run("render", "--template", FILES / name, FILES / data, "-o", folder / to), folder / to


def merged(folder: Path, *names: str):
    """Join files of the cases; return the command's result and where the joined file is."""
    return run("merge", *(FILES / name for name in names), "-o", folder / "m.pdf"), folder / "m.pdf"


# --- tables -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", DOORS)
def test_parts_of_a_package_are_found_whatever_the_case_of_their_names(door, tmp_path):
    """ISO/IEC 29500-2, 6.2.2.3: names of parts are compared without regard to the case of ASCII letters."""
    found = through(door, FILES / "01-part-name-case.xlsx", tmp_path)
    assert (found.code, found.problems) == (0, [])
    if door in PRINTING:
        people = ("Сейітқали Бауыржан Маратұлы", "Әлиева Әйгерім Қайратқызы", "№ 00417", "№ 00418")
        assert [person in found.printed for person in people] == [True] * 4


@pytest.mark.parametrize("door", DOORS)
def test_and_the_copy_that_check_writes_is_read_as_they_are(door, tmp_path):
    copy = tmp_path / "checked.xlsx"
    result = run("check", FORM, FILES / "01-part-name-case.xlsx", "-o", copy, "--ignore", "*")
    assert (result.exit_code, "the copy has the values of the table alone" in result.stderr) == (0, True)
    found = through(door, copy, tmp_path)
    assert (found.code, found.problems) == (0, [])
    if door in PRINTING:
        assert all(number in found.printed for number in ("№ 00417", "№ 00418"))


@pytest.mark.parametrize("door", COMMAND_LINE)
def test_a_formula_that_was_never_calculated_is_a_problem_and_no_zero(door, tmp_path):
    found = through(door, FILES / "03-formula-dummy-zero.xlsx", tmp_path)
    assert (found.code, found.cells) == (1, {"A2", "I2"})
    assert "Тіркеу № 0" not in found.printed


SHOWN = {"A2": "KZ-00417", "A3": "00-418", "A4": "№ 419", "A5": "00420/26"}


def as_shown(found: Outcome) -> list[bool]:
    """Whether each number is printed as its cell shows it, or refused at its cell."""
    number = {cell: f"Тіркеу № {shown.removeprefix('№ ')}" for cell, shown in SHOWN.items()}
    return [cell in found.cells or re.search(rf"{re.escape(number[cell])}(?!\d|/)", found.printed) is not None for cell in SHOWN]


@pytest.mark.parametrize("door", PRINTING)
def test_a_number_is_printed_as_its_cell_shows_it_or_refused(door, tmp_path):
    assert as_shown(through(door, FILES / "04-format-with-prefix.xlsx", tmp_path)) == [True] * 4


def test_check_refuses_what_batch_would_not_print(tmp_path):
    name = FILES / "04-format-with-prefix.xlsx"
    assert by_check(name, tmp_path).cells == by_batch(name, tmp_path).cells


@pytest.mark.parametrize("door", DOORS)
def test_digits_beyond_those_that_a_spreadsheet_shows_are_no_part_of_a_number(door, tmp_path):
    found = through(door, FILES / "05-binary-noise.xlsx", tmp_path)
    assert (found.code, found.cells) == (1, {"J3"}) if door != "proof" else found.cells == {"J3"}


def test_and_the_number_is_printed(tmp_path):
    result = run("batch", FORM, FILES / "05-binary-noise.xlsx", "-o", tmp_path / "out", "--skip-bad", "--workers", 1)
    printed = by_proof(FILES / "05-binary-noise.xlsx", tmp_path, "--skip-bad").printed
    assert "2 records" in result.stdout
    assert printed.count("бойынша 72 сағат") == 2


@pytest.mark.parametrize("door", COMMAND_LINE)
def test_a_tables_totals_are_passed_over_with_a_note(door, tmp_path):
    found = through(door, FILES / "06-table-totals-row.xlsx", tmp_path)
    assert (found.code, found.problems) == (0, [])
    assert [note for note in found.notes if "row 4: this row is no record, and is passed over: “Барлығы”" in note] != []


def test_and_the_others_are_printed(tmp_path):
    assert "бойынша 144 сағат" in by_proof(FILES / "06-table-totals-row.xlsx", tmp_path, "--skip-bad").printed


@pytest.mark.parametrize(
    ("name", "form"), [("40-column-numbers.xlsx", "trainee-list"), ("40b-column-numbers-of-texts.xlsx", "competency-model")]
)
def test_a_row_that_numbers_the_columns_is_no_record(name, form):
    result = run("check", form, FILES / name, "--ignore", "*")
    assert result.stderr.count("row 2: this row numbers the columns, and is passed over") == 1
    assert (result.exit_code, result.stderr.count("✗ ")) == (0, 0)


#: What is no table of this form's yet, but could be: one problem says why, not one a field.
NOT_YET = [
    ("two-storey.xlsx", FORM),  # which gives no number
    ("people-split.xlsx", FORM),
    ("fio-onecell.xlsx", FORM),
]
#: What maps the headings that no field has, so that nothing but the kind itself is in question.
MAPS = {
    "fio-onecell.xlsx": (
        *("Учебное заведение=organization", "Начало=start", "Окончание=end", "Кол-во часов=hours", "Начальник=head"),
        *("Отчество (при наличии)=patronymic", "Рег. №=number"),
    ),
}
MAPS["doubles.xlsx"] = MAPS["fio-onecell.xlsx"][:-1]


@pytest.mark.parametrize(("name", "form"), NOT_YET, ids=[name for name, _form in NOT_YET])
def test_what_is_not_yet_understood_is_one_problem(name, form):
    result = run("check", form, FILES / name, "--ignore", "*")
    assert (result.exit_code, result.stderr.count("✗ ")) == (1, 1)


def test_full_names_in_one_cell_are_one_problem():
    maps = [word for pair in MAPS["fio-onecell.xlsx"] for word in ("--map", pair)]
    result = run("check", FORM, FILES / "fio-onecell.xlsx", *maps, "--ignore", "*")
    assert (result.exit_code, result.stderr.count("✗ ")) == (1, 1)


FOR_A_SPREADSHEET = ["08-csv-equals-quotes.csv", "08b-csv-equals-doubled.csv"]


@pytest.mark.parametrize("door", ["check", "docgen.check"])
@pytest.mark.parametrize("name", FOR_A_SPREADSHEET)
def test_what_a_csv_holds_for_a_spreadsheets_sake_is_no_problem(name, door, tmp_path):
    found = through(door, FILES / name, tmp_path)
    assert (found.code, found.problems) == (0, [])


@pytest.mark.parametrize("door", PRINTING)
@pytest.mark.parametrize("name", FOR_A_SPREADSHEET)
def test_what_a_csv_holds_for_a_spreadsheets_sake_is_not_printed(name, door, tmp_path):
    found = through(door, FILES / name, tmp_path)
    assert (found.code, found.problems) == (0, [])
    assert [f"Тіркеу № {number}" in found.printed for number in ("00417", "00418")] == [True, True]
    assert "=" not in found.printed


@pytest.mark.parametrize("door", DOORS)
def test_an_escaped_letter_is_the_letter(door, tmp_path):
    """ECMA-376-1, 22.9.2.19 (ST_Xstring): `_xHHHH_` is a UTF-16 code unit, `_x005F_` the underscore before one that is meant."""
    found = through(door, FILES / "14-x-escapes.xlsx", tmp_path)
    assert (found.code, found.problems) == (0, [])
    if door in PRINTING:
        assert "Файл _x000D_ және Ә әрпі" in found.printed


def test_a_checked_copy_has_what_formulas_gave(tmp_path):
    copy = tmp_path / "copy.xlsx"
    first = run("check", FORM, FILES / "38-formulas-calculated.xlsx", "-o", copy, "--ignore", "*")
    again = by_check(copy, tmp_path)
    assert (first.exit_code, first.stderr.count("✗ ")) == (1, 1)
    assert (again.code, again.cells, len(again.problems)) == (1, {"J3"}, 1)


NULLS = {"E2", "E3", "E4", "B5", "E6", "E7", "E8", "E9"}


@pytest.mark.parametrize("door", DOORS)
def test_a_programs_mark_for_no_value_is_a_problem(door, tmp_path):
    found = through(door, FILES / "39-null-marks.csv", tmp_path)
    assert (found.code, found.cells) == (1, NULLS) if door != "proof" else found.cells == NULLS
    assert "NULL" not in found.printed


LOST = [("lost-letters.csv", set("ABCDHJK")), ("lost-last-letter.csv", set("AH"))]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("name", "columns"), LOST, ids=[name for name, _columns in LOST])
def test_lost_letters_are_problems(name, columns, door, tmp_path):
    found = through(door, FILES / name, tmp_path)
    assert found.problems
    assert {cell[0] for cell in found.cells} <= columns
    assert "?" not in found.printed


@pytest.mark.parametrize("door", DOORS)
def test_elapsed_hours_are_no_date(door, tmp_path):
    """The cell shows 72:00; ODS holds it as a duration (office:time-value), which is no date either."""
    found = through(door, FILES / "elapsed-hours.xlsx", tmp_path)
    assert "F2" in found.cells
    assert not re.search(r"1900|1899", " ".join([*found.problems, found.printed]))
    assert "I2" not in found.cells or "a time of day" in next(each for each in found.problems if "I2" in each)


def issued(folder: Path) -> list[list[str]]:
    """Return number and name of each document in the register of a folder."""
    listed = run("register", "list", "--register", folder / "book.db")
    lines = [line.split() for line in listed.stdout.splitlines()[1:] if FORM in line]
    return [[line[0], *line[3:6]] for line in lines]


def test_the_same_person_twice_is_told_and_gets_no_second_number(tmp_path):
    """Rows 5 and 15, 6 and 16, 7 and 17; the last has another rank the second time. README: the same person gets one number."""
    maps = [word for pair in (*MAPS["doubles.xlsx"], "ИИН=iin") for word in ("--map", pair)]
    register = ["--register", tmp_path / "book.db"]
    result = run("batch", FORM, FILES / "doubles.xlsx", "-o", tmp_path / "out", *maps, "--ignore", "*", *register, "--workers", 1)
    names = [name for _number, *name in issued(tmp_path)]
    assert all(str(row) in result.stderr for row in (5, 6, 7, 15, 16, 17))
    assert [name for name in names if names.count(name) > 1] == []


def test_check_tells_the_same_person_twice(tmp_path):
    ignore = [word for name in ("Рег. №", "*") for word in ("--ignore", name)]
    result = run("check", FORM, FILES / "doubles.xlsx", "--map", "№ п/п=number", *ignore)
    assert all(str(row) in result.stderr for row in (5, 6, 7, 15, 16, 17))


# --- templates --------------------------------------------------------------------------------------------------------

#: Template → its paragraphs, filled.
FILLED = {
    "21-track-changes.docx": ["Тегі: Сейітқали", "№ 00417", "Қарағанды"],
    "21b-deleted-within-a-tag.docx": ["Қарағанды", "Сейітқали"],
    "21c-deleted-block-tag.docx": ["Сейітқали", "бар"],
    "24-letterhead-link.docx": ["Сейітқали"],
    "26c-guillemets.docx": ["Сейітқали иә"],
    "26e-english-quotes.docx": ["Сейітқали иә"],
}


@pytest.mark.parametrize(("name", "texts"), FILLED.items(), ids=FILLED)
def test_a_template_is_filled(name, texts, tmp_path):
    result, made = rendered(name, tmp_path)
    assert result.exit_code == 0, result.output
    assert paragraphs(made.read_bytes()) == texts


def test_a_link_to_click_on_is_kept(tmp_path):
    result, made = rendered("24-letterhead-link.docx", tmp_path)
    assert result.exit_code == 0, result.output
    footer = Document(made).sections[0].footer
    links = [footer.part.rels[link.get(qn("r:id"))] for link in footer._element.iter(qn("w:hyperlink"))]
    assert [(link.is_external, link.target_ref) for link in links] == [(True, "mailto:office@example.org")]


def test_a_linked_picture_stays_refused(tmp_path):
    result, made = rendered("24b-linked-picture.docx", tmp_path)
    assert (result.exit_code, made.exists(), "https://example.org/logo.png" in result.output) == (3, False, True)


def test_a_template_of_another_program_is_told(tmp_path):
    result, made = rendered("25-mail-merge.docx", tmp_path)
    assert (result.exit_code != 0, made.exists(), "25-mail-merge.docx" in result.output) == (True, False, True)


def test_a_word_template_is_filled_or_told_how_to_be_saved(tmp_path):
    result, made = rendered("27-template.dotx", tmp_path)
    if result.exit_code:
        assert re.search(r"\.dotx.*\.docx", result.output, re.DOTALL)
        return
    assert paragraphs(made.read_bytes()) == ["Сейітқали"]
    main = parts_of(made.read_bytes())["[Content_Types].xml"]
    assert b"wordprocessingml.document.main+xml" in main
    assert b"template.main+xml" not in main


def test_a_cell_is_left_with_a_paragraph(tmp_path):
    """ECMA-376-1, 17.4.65: a cell's last element is a paragraph; without one Word calls the document damaged."""
    result, made = rendered("49-empty-cell.docx", tmp_path, "49.json")
    assert result.exit_code == 0, result.output
    cells = Document(made).element.body.iter(qn("w:tc"))
    assert [cell[-1].tag for cell in cells] == [qn("w:p")] * 2


def test_a_tag_that_begins_in_a_link_and_ends_outside_is_named(tmp_path):
    (tmp_path / "name.json").write_text('{"name": "Әсел"}', "utf-8")
    result = run("render", "--template", FILES / "tag-half-in-link.docx", tmp_path / "name.json", "-o", tmp_path / "o.docx")
    assert (result.exit_code, "{{ name }}" in result.output, "link" in result.output) == (3, True, True)
    assert not (tmp_path / "o.docx").exists()


# --- joined files -----------------------------------------------------------------------------------------------------


def test_fields_of_two_files_stay_apart_or_are_told(tmp_path):
    """Both files have a field `surname` (Alpha, Beta) and a box `agreed` (on, off)."""
    result, path = merged(tmp_path, "30a-plain.pdf", "30b-form-alpha.pdf", "30c-form-beta.pdf")
    if all(f"{name}: " in result.stderr for name in ("30b-form-alpha.pdf", "30c-form-beta.pdf")):
        return
    fields = pypdf.PdfReader(path).get_fields() or {}
    texts = sorted(field["/V"] for field in fields.values() if field.get("/FT") == "/Tx")
    boxes = sorted(field["/V"] for field in fields.values() if field.get("/FT") == "/Btn")
    assert (texts, boxes) == (["Alpha", "Beta"], ["/Off", "/Yes"])


FIELDS = [("30b-form-alpha.pdf", "Alpha", "/Yes"), ("30c-form-beta.pdf", "Beta", "/Off")]


@pytest.mark.parametrize(("name", "surname", "box"), FIELDS, ids=[name for name, *_values in FIELDS])
def test_fields_of_a_later_file_are_kept_or_told(name, surname, box, tmp_path):
    result, path = merged(tmp_path, "30a-plain.pdf", name)
    if f"{name}: " in result.stderr:
        return
    fields = pypdf.PdfReader(path).get_fields() or {}
    assert {field.get("/FT"): field["/V"] for field in fields.values()} == {"/Tx": surname, "/Btn": box}


def test_a_hidden_layer_stays_hidden(tmp_path):
    _result, path = merged(tmp_path, "30a-plain.pdf", "34-hidden-layer.pdf")
    own = pixels((FILES / "34-hidden-layer.pdf").read_bytes(), 40, 1, (0, 0, 100, 70))
    assert (pixels(path.read_bytes(), 40, 3, (0, 0, 100, 70)) == own).all()


def test_a_signed_file_is_told_or_refused(tmp_path):
    result, path = merged(tmp_path, "30a-plain.pdf", "37-signed.pdf")
    assert "37-signed.pdf: " in result.stderr
    assert "sign" in result.stderr.partition("37-signed.pdf: ")[2].splitlines()[0]
    assert path.exists() == (result.exit_code == 0)


@pytest.mark.parametrize(("language", "word"), [("en", "password"), ("ru", "парол"), ("kk", "құпия сөз")])
def test_a_locked_file_has_a_password(language, word, tmp_path):
    locked = FILES / "31b-user-password.pdf"
    result = run("merge", FILES / "30a-plain.pdf", locked, "-o", tmp_path / "m.pdf", "--lang", language)
    assert (result.exit_code, str(locked) in result.stderr, word in result.stderr.lower().replace(locked.name, "")) == (
        1,
        True,
        True,
    )
    assert "decrypt" not in result.stderr


def test_the_module_says_so_too():
    with pytest.raises(DocgenError, match=r"31b-user-password\.pdf: .*password"):
        docgen.merge([FILES / "30a-plain.pdf", FILES / "31b-user-password.pdf"])


def test_an_output_of_before_is_no_input(tmp_path):
    """`docgen merge *.pdf -o all.pdf`, twice: the shell names the first result among the files."""
    for name in ("30a-plain.pdf", "35a-links.pdf"):
        shutil.copy(FILES / name, tmp_path)
    out = tmp_path / "all.pdf"
    assert run("merge", *sorted(tmp_path.glob("*.pdf")), "-o", out).exit_code == 0
    first = out.read_bytes()
    again = run("merge", *sorted(tmp_path.glob("*.pdf")), "-o", out)
    assert again.exit_code != 0 or len(pypdf.PdfReader(out).pages) == 5
    assert again.exit_code == 0 or out.read_bytes() == first


def test_no_command_writes_over_what_it_reads(tmp_path):
    shutil.copy(FILES / "26e-english-quotes.docx", tmp_path / "t.docx")
    shutil.copy(FILES / "30a-plain.pdf", tmp_path / "a.pdf")
    shutil.copy(FILES / "05-binary-noise.xlsx", tmp_path / "t.xlsx")
    (tmp_path / "link.docx").symlink_to(tmp_path / "t.docx")
    run("register", "list", "--register", tmp_path / "b.db")
    calls = [
        ("render", "--template", tmp_path / "t.docx", FILES / "letter.json", "-o", tmp_path / "t.docx"),
        ("render", "--template", tmp_path / "t.docx", FILES / "letter.json", "-o", tmp_path / "link.docx"),
        ("merge", tmp_path / "a.pdf", FILES / "35a-links.pdf", "-o", tmp_path / "a.pdf"),
        ("image", tmp_path / "a.pdf", "-o", tmp_path / "a.pdf"),
        ("check", FORM, tmp_path / "t.xlsx", "-o", tmp_path / "t.xlsx"),
    ]
    before = {path: path.read_bytes() for path in tmp_path.glob("[at]*.*")}
    assert [(call[0], run(*call).exit_code) for call in calls] == [(call[0], 2) for call in calls]
    assert {path: path.read_bytes() for path in before} == before
