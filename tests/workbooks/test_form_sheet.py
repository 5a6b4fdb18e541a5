"""The workbook that a clerk fills: what it holds, that it reads back as it is, that the sample never becomes a person."""

from __future__ import annotations

import csv
import json
from datetime import date

import pytest
from openpyxl import load_workbook
from support.calling import beside, run
from support.reading import words
from support.records import record_of

import docgen
from docgen import tables
from docgen.fields import Rows
from docgen.form import form_ids, load_form
from docgen.inputs import open_record
from docgen.inputs.sample_rows import SampleRows
from docgen.record import read_record

CERTIFICATE = "retraining-certificate"
STANDARD = "work-standard"
PLAN = "training-plan"
NOTE = "attendance-note"
PERSON = {"Тегі *": "Оспанова", "Аты *": "Ұлжан", "Тіркеу нөмірі *": "00500", "Әкесінің аты": None}


def sheet(folder, form, *options):
    path = folder / f"{form}.xlsx"
    result = run("forms", "sheet", form, "-o", path, *options)
    assert (result.exit_code, beside(result, path)) == (0, [])
    return path


def change(path, title=None, **cells):
    """Type values into cells of a sheet, the first one without a title."""
    book = load_workbook(path)
    page = book[title] if title else book.worksheets[0]
    for cell, value in cells.items():
        page[cell] = value
    book.save(path)
    return path


def headings(page):
    return {" ".join(cell.value.split()): cell for cell in page[1]}


def add_row(path, line, title=None, **changes):
    """Type a row as a clerk does who starts from the sample: its values, some of them changed."""
    book = load_workbook(path)
    page = book[title] if title else book.worksheets[0]
    for heading, cell in headings(page).items():
        page.cell(line, cell.column).value = changes.get(heading, page.cell(2, cell.column).value)
    book.save(path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("form", form_ids())
def test_the_sheet_of_every_form_reads_back_as_its_sample(form, language, tmp_path):
    loaded = load_form(form)
    _form, source = open_record(loaded, sheet(tmp_path, form, "--lang", language))
    assert read_record(loaded, source.raw) == read_record(loaded, record_of(form))
    assert source.left_out == []


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["pdf", "docx"])
@pytest.mark.parametrize("form", form_ids())
def test_the_sheet_of_every_form_renders_as_its_sample(form, suffix, tmp_path):
    result = run("render", form, sheet(tmp_path, form), "-o", tmp_path / f"a.{suffix}")
    assert result.exit_code == 0
    assert "•" not in result.output
    assert (tmp_path / f"a.{suffix}").read_bytes() == docgen.render(form, record_of(form), to=suffix)


@pytest.mark.parametrize("form", [CERTIFICATE, "advanced-training-certificate", "child-protection-certificate"])
def test_batch_takes_the_sheet_as_it_is(form, tmp_path):
    result = run("batch", form, sheet(tmp_path, form), "-o", tmp_path / "out")
    assert result.exit_code == 0
    assert words((tmp_path / "out" / f"{form}-001.pdf").read_bytes()) == words(docgen.render(form, record_of(form)))


def test_the_same_form_makes_the_same_bytes(tmp_path):
    assert sheet(tmp_path, STANDARD).read_bytes() == run("forms", "sheet", STANDARD, "-o", "-").stdout_bytes


def test_headings_say_what_a_clerk_must_know(tmp_path):
    page = load_workbook(sheet(tmp_path, CERTIFICATE, "--lang", "en")).worksheets[0]
    cells = headings(page)
    assert list(cells)[:5] == ["Organization *", "Rank *", "Surname *", "Given name *", "Patronymic"]
    assert "may be left empty" in cells["Patronymic"].comment.text
    assert "a whole number, 1" in cells["Hours *"].comment.text
    assert "example: 12.01.2026" in cells["Training begins *"].comment.text
    assert all(cell.font.bold for cell in cells.values())
    assert (page.freeze_panes, page.print_title_rows, page.page_setup.orientation) == ("A2", "$1:$1", "landscape")


def test_cells_are_typed_and_grey_in_the_sample_alone(tmp_path):
    page = load_workbook(sheet(tmp_path, CERTIFICATE)).worksheets[0]
    cells = {heading: page.cell(2, cell.column) for heading, cell in headings(page).items()}
    assert cells["Оқудың басталған күні *"].value.date() == date(2026, 1, 12)
    assert cells["Оқудың басталған күні *"].number_format == "dd.mm.yyyy"
    assert cells["Сағат саны *"].value == 144
    assert (cells["Тіркеу нөмірі *"].value, cells["Тіркеу нөмірі *"].number_format) == ("00417", "@")
    assert {cell.font.color.rgb for cell in cells.values()} == {"00808080"}
    typed_below = {heading: page.column_dimensions[cell.column_letter] for heading, cell in headings(page).items()}
    assert typed_below["Тіркеу нөмірі *"].number_format == "@"
    assert typed_below["Берілген күні *"].number_format == "dd.mm.yyyy"
    assert all(column.font.color is None for column in typed_below.values())


def checks(path, title=None):
    page = load_workbook(path)[title] if title else load_workbook(path).worksheets[0]
    return {str(check.sqref).split(":")[0]: check for check in page.data_validations.dataValidation}


def test_a_closed_choice_is_a_drop_down_and_numbers_dates_and_iins_are_checked(tmp_path):
    path = sheet(tmp_path, PLAN)
    own, rows = checks(path), checks(path, "Курстар")
    assert own["D2"].type == "list"
    book = load_workbook(path)
    name, _mark, cells = own["D2"].formula1.partition("!")
    assert [cell.value for (cell,) in book[name][cells.replace("$", "")]] == ["қайта даярлау", "біліктілікті арттыру"]
    assert book[name].sheet_state == "hidden"
    assert (rows["D2"].type, rows["D2"].formula1, rows["D2"].formula2) == ("whole", "1", "99999")
    assert (rows["E2"].type, rows["E2"].formula1) == ("date", str((date(2000, 1, 1) - date(1899, 12, 30)).days))
    iin = checks(sheet(tmp_path, "certificate-register"), "Сертификаттар")["D2"]
    assert (iin.type, iin.operator, iin.formula1) == ("textLength", "equal", "12")


def test_rows_of_a_clerk_print_and_the_sample_above_them_does_not(tmp_path):
    path = add_row(sheet(tmp_path, CERTIFICATE), 3, **PERSON)
    result = run("batch", CERTIFICATE, path, "-o", tmp_path / "out")
    assert result.exit_code == 0
    assert "row 2: this row is the sample" in result.output
    assert "manifest.json: 1 record\n" in result.output
    text = words((tmp_path / "out" / f"{CERTIFICATE}-001.pdf").read_bytes())
    assert "Оспанова" in text
    assert "Сейітқали" not in text
    answer = run("check", CERTIFICATE, path)
    assert "row 2: this row is the sample" in answer.output
    assert answer.exit_code == 0


@pytest.mark.parametrize("form", form_ids())
def test_the_sheet_of_every_form_is_checked_as_it_is(form, tmp_path):
    result = run("check", form, sheet(tmp_path, form))
    assert (result.exit_code, result.output) == (0, "1 record, 0 problems, 0 mended\n")


def test_what_is_wrong_in_a_filled_sheet_is_told_with_sheet_cell_and_label(tmp_path):
    path = change(sheet(tmp_path, PLAN), "Курстар", D3="сорок", C2="Ұзaқ")
    change(path, E2="жыл")
    result = run("check", PLAN, path)
    assert result.exit_code == 1
    assert f"{path}: {PLAN}!E2: year (Күнтізбелік жыл *): “жыл” is no whole number" in result.output
    assert f"{path}: Курстар!D3: rows[2].count (Қызметкерлердің саны *): “сорок” is no whole number" in result.output
    assert result.output.endswith("1 record, 2 problems, 0 mended\n")
    answer = json.loads(run("check", PLAN, path, "--json").stdout)
    assert [(each["sheet"], each["column"], each["row"]) for each in answer["problems"]] == [(PLAN, "E", 2), ("Курстар", "D", 3)]
    kept = run("check", PLAN, path, "-o", tmp_path / "c.xlsx")
    assert (kept.exit_code, (tmp_path / "c.xlsx").exists()) == (2, False)
    assert "there is more on “Курстар”" in kept.output


@pytest.fixture
def notes(tmp_path):
    """A filled sheet of two attendance notes."""
    path = sheet(tmp_path, NOTE)
    add_row(add_row(path, 2, **{"Тегі *": "Ким", "Анықтаманың № *": "15"}), 3, **{"Тегі *": "Оспанова", "Анықтаманың № *": "16"})
    return path


@pytest.mark.parametrize("to", ["pdf", "docx"])
def test_a_batch_of_a_text_over_pages_makes_a_document_a_record(to, notes, tmp_path):
    out = tmp_path / "out"
    result = run("batch", NOTE, notes, "-o", out, "--each", "{number}-{surname}", "--to", to)
    assert result.exit_code == 0, result.output
    for number, surname in (("15", "Ким"), ("16", "Оспанова")):
        record = record_of(NOTE, number=number, surname=surname)
        assert (out / "each" / f"{number}-{surname}.{to}").read_bytes() == docgen.render(NOTE, record, to=to)
    records = json.loads((out / "manifest.json").read_text("utf-8"))["records"]
    assert len({record["sha256"] for record in records}) == 2
    assert run("batch", "--check-output", out).exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == ["each", "manifest.json"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "Say how they are called: --each “{number}-{surname}”."),
        (("--each", "{number}", "--print", "blank"), "is printed full only"),
    ],
)
def test_a_text_over_pages_has_neither_volumes_nor_a_proof_nor_stock(options, told, notes, tmp_path):
    result = run("batch", NOTE, notes, "-o", tmp_path / "out", *options)
    assert (result.exit_code, told in result.output) == (2, True), result.output
    assert not (tmp_path / "out").exists()
    proof = run("proof", NOTE, notes, "-o", tmp_path / "p.pdf")
    assert (proof.exit_code, "of which there is no contact sheet" in proof.output) == (2, True)


def test_a_row_typed_over_the_sample_is_a_record(tmp_path):
    path = add_row(sheet(tmp_path, CERTIFICATE), 2, **PERSON)
    result = run("render", CERTIFICATE, path, "-o", tmp_path / "a.pdf")
    assert result.exit_code == 0
    assert "•" not in result.output
    assert "Оспанова" in words((tmp_path / "a.pdf").read_bytes())


def test_a_table_of_two_people_is_no_record(tmp_path):
    path = add_row(add_row(sheet(tmp_path, CERTIFICATE), 3, **PERSON), 4, **PERSON)
    result = run("render", CERTIFICATE, path, "-o", tmp_path / "a.pdf")
    assert result.exit_code == 2
    assert "this is a table of 2" in result.output
    assert "docgen batch" in result.output


def test_the_sample_of_an_earlier_form_is_known_too(tmp_path):
    """The workbook lies in a drawer; meanwhile the form has got another sample."""
    run("forms", "copy", CERTIFICATE, tmp_path / "forms")
    path = add_row(sheet(tmp_path, CERTIFICATE, "--forms", tmp_path / "forms"), 3, **PERSON)
    shared = tmp_path / "forms" / "shared" / "fields.toml"
    shared.write_text(shared.read_text("utf-8").replace('"Бауыржан"', '"Айбек"').replace('"00417"', '"1"'), "utf-8")
    result = run("check", CERTIFICATE, path, "--forms", tmp_path / "forms")
    assert "row 2: this row is the sample" in result.output
    assert result.exit_code == 0


def test_the_sample_is_known_without_the_column_of_the_numbers(tmp_path):
    form = load_form(CERTIFICATE)
    book = load_workbook(path := sheet(tmp_path, CERTIFICATE))
    book.worksheets[0].delete_cols(13)
    book.save(path)
    row = {name: value for name, value in record_of(CERTIFICATE).items() if name != "number"}
    assert row in SampleRows(form.fields, [record_of(CERTIFICATE)], tables.read(path))
    assert row not in SampleRows(form.fields, [record_of(CERTIFICATE)])
    assert row | {"surname": "Оспанова"} not in SampleRows(form.fields, [record_of(CERTIFICATE)], tables.read(path))


def test_the_sample_is_known_in_a_csv_made_of_the_sheet(tmp_path):
    rows = [list(row) for row in load_workbook(add_row(sheet(tmp_path, CERTIFICATE), 3, **PERSON)).active.values]
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(
            [value.strftime("%d.%m.%Y") if hasattr(value, "strftime") else value for value in row] for row in rows
        )
    result = run("check", CERTIFICATE, tmp_path / "a.csv")
    assert "row 2: this row is the sample" in result.output
    assert result.exit_code == 0


def test_the_note_that_the_sample_is_left_out_names_its_file(tmp_path):
    """Of a workbook that was cut down to its sheet of rows: alone, and as one of several lists."""
    for form in ("certificate-register", "consolidated-trainee-list"):
        book = load_workbook(path := sheet(tmp_path, form))
        del book[book.worksheets[0].title]
        book.save(path)
        add_row(
            path, 3, **{"Тегі *": "Оспанова", "Жеке сәйкестендіру нөмірі (ЖСН) *": "820401400770", "Сертификат нөмірі *": "5"}
        )
    register, trainees = tmp_path / "certificate-register.xlsx", tmp_path / "consolidated-trainee-list.xlsx"
    own = ("--set", "organization=Академия", "--set", "year=2026")
    alone = run("render", "certificate-register", register, "-o", tmp_path / "a.pdf", *own)
    assert (alone.exit_code, f"{register}: row 2: this row is the sample" in alone.stderr) == (0, True)
    (tmp_path / "b.json").write_text(json.dumps({"body": "Абай", "region_body": "Облысқа", "year": 2026, "rows": []}), "utf-8")
    own = ("--set", "approver=С. Қ. Ахметов", "--set", "body=Орган", "--set", "year=2026")
    listed = run("render", "consolidated-trainee-list", trainees, tmp_path / "b.json", "-o", tmp_path / "b.pdf", *own)
    assert f"{trainees}: row 2: this row is the sample" in listed.stderr, listed.output


def test_rows_typed_into_a_list_leave_its_sample_out(tmp_path):
    path = sheet(tmp_path, PLAN)
    for line in (5, 6):
        add_row(path, line, "Курстар", **{"Курс тақырыбы *": f"Тақырып {line}"})
    result = run("render", PLAN, path, "-o", tmp_path / "a.pdf")
    assert result.exit_code == 0
    for line in (2, 3, 4):
        assert f"row {line}: this row is the sample, unchanged; it is left out" in result.output
    assert "this row is still the sample, unchanged; check that it is meant" in result.output
    text = words((tmp_path / "a.pdf").read_bytes())
    assert "Тақырып 5" in text
    assert "Құқық қорғау органдарындағы" not in text


def test_own_values_over_the_sample_leave_the_sample_rows_out(tmp_path):
    path = change(sheet(tmp_path, PLAN), E2=2030)
    result = run("render", PLAN, path, "-o", tmp_path / "a.pdf")
    assert result.exit_code == 0
    assert result.output.count("it is left out") == 3
    assert "2030" in words((tmp_path / "a.pdf").read_bytes())
    assert "Құқық қорғау органдарындағы" not in words((tmp_path / "a.pdf").read_bytes())


def test_a_list_without_rows_is_an_empty_list(tmp_path):
    book = load_workbook(path := sheet(tmp_path, PLAN))
    book["Курстар"].delete_rows(2, 3)
    book.worksheets[0]["E2"] = 2030
    book.save(path)
    result = run("render", PLAN, path, "-o", tmp_path / "a.pdf")
    assert result.exit_code == 0
    assert "•" not in result.output
    record = record_of(PLAN, year=2030, rows=[])
    assert (tmp_path / "a.pdf").read_bytes() == docgen.render(PLAN, record)


@pytest.mark.parametrize("count", [1, 500])
def test_a_filled_list_has_every_row_that_was_typed(count, tmp_path):
    book = load_workbook(path := sheet(tmp_path, PLAN))
    page = book["Курстар"]
    for line in range(2, 5):
        page.cell(line, 2).value = "Бірінші тақырып"
    page.delete_rows(3, 2)
    for number in range(2, count + 1):
        page.append([cell.value for cell in page[2]])
        page.cell(number + 1, 2).value = f"Тақырып {number}"
    book.save(path)
    rows = open_record(PLAN, path)[1].raw["rows"]
    assert [row["topic"] for row in rows] == ["Бірінші тақырып", *(f"Тақырып {number}" for number in range(2, count + 1))]
    assert run("render", PLAN, path, "-o", tmp_path / "a.docx").exit_code == 0


def test_a_function_added_under_a_task_of_the_sample_stays_under_it(tmp_path):
    path = change(sheet(tmp_path, STANDARD), "Міндеттер", B7="Жаңа функция", C7="тәртібі", D7="талабы")
    raw = open_record(STANDARD, path)[1].raw
    task = record_of(STANDARD)["tasks"][1]["task"]
    assert raw["tasks"] == [
        {"task": task, "rows": [{"function": "Жаңа функция", "procedure": "тәртібі", "requirement": "талабы"}]}
    ]


WRONG_CELLS = [
    (CERTIFICATE, None, "F2", "32.01.2026", "F2: start (Оқудың басталған күні *): there is no such day as 32.01.2026"),
    (CERTIFICATE, None, "I2", "жүз", "I2: hours (Сағат саны *): “жүз” is no whole number"),
    (CERTIFICATE, None, "C2", None, "C2: surname (Тегі *): nothing is given"),
    (PLAN, None, "D2", "қайта даярлауу", "course_kind (Оқыту түрі *): “қайта даярлауу” is not offered"),
    (PLAN, "Курстар", "D3", 0, "rows[1].count (Қызметкерлердің саны *): 0 lies outside"),
    (PLAN, "Курстар", "F4", "05.10.2027", None),
    (PLAN, "Курстар", "E3", "2027-02-30", "rows[1].start (Оқудың басталған күні *): there is no such day"),
    (STANDARD, None, "G2", "бір\nек\u200bі", "acts[2] ("),
    (STANDARD, "Міндеттер", "C6", None, "tasks[1].rows[1].procedure (Іс-қимылды орындау тәртібі мен реттілігі *)"),
    ("trainee-list", "Қызметкерлер", "D2", "850312400129", "the check digit does not agree"),
]


@pytest.mark.parametrize(("form", "title", "cell", "value", "told"), WRONG_CELLS)
def test_what_is_wrong_in_a_filled_sheet_is_told_with_its_cell(form, title, cell, value, told, tmp_path):
    path = change(sheet(tmp_path, form), title, **{cell: value})
    result = run("render", form, path, "-o", tmp_path / "a.pdf")
    assert result.exit_code == (1 if told else 0)
    assert (told or "") in result.output
    if told:
        place = cell if form == CERTIFICATE else f"{title or form}!{cell}"  # a sheet is named where there are others
        assert f" {place}: " in result.output
        assert str(path) in result.output
        assert not (tmp_path / "a.pdf").exists()


def test_a_text_that_begins_like_a_formula_stays_a_text(tmp_path):
    folder = tmp_path / "forms" / "sums"
    folder.mkdir(parents=True)
    (folder / "form.toml").write_text(
        'id = "sums"\nlayout = "house"\ntitle = { kk = "а", ru = "а", en = "a" }\nact = { name = "ours" }\n'
        'sheet = { width = "210mm", height = "297mm", margin = "25mm" }\n'
        '[[field]]\nname = "sum"\nlabel = { kk = "Қосынды", ru = "Сумма", en = "Sum" }\nsample = "=1+1"\n'
        '[[place]]\nname = "a"\ntext = "{{ sum }}"\nfont = "12pt"\ngap = "60mm"\n',
        "utf-8",
    )
    path = sheet(tmp_path, "sums", "--forms", tmp_path / "forms")
    assert load_workbook(path).active["A2"].data_type == "s"
    assert run("render", "sums", path, "--forms", tmp_path / "forms", "-o", tmp_path / "a.pdf").exit_code == 0
    assert words((tmp_path / "a.pdf").read_bytes()) == "=1+1"


@pytest.mark.slow
def test_a_label_that_two_fields_have_gives_way_to_the_field_name(tmp_path):
    """`Ф.И.О.` of two people must not be one heading."""
    for form in form_ids():
        for language in ("kk", "ru", "en"):
            (tmp_path / language).mkdir(exist_ok=True)
            book = load_workbook(sheet(tmp_path / language, form, "--lang", language))
            for page in book.worksheets:
                texts = [cell.value for cell in page[1]]
                assert len(texts) == len(set(texts)), (form, language)


def test_only_xlsx_is_written(tmp_path):
    result = run("forms", "sheet", CERTIFICATE, "-o", tmp_path / "a.xls")
    assert result.exit_code == 2
    assert "written as .xlsx" in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_every_list_of_a_form_has_a_sheet_of_its_name(tmp_path):
    for form in form_ids():
        lists = [field.label["kk"] for field in load_form(form).fields if isinstance(field, Rows)]
        titles = [page.title for page in load_workbook(sheet(tmp_path, form)).worksheets if page.sheet_state == "visible"]
        assert titles == [form, *(label[:31].strip() for label in lists)]


@pytest.mark.parametrize(("command", "name"), [("sheet", "people.xlsx"), ("sample", "person.toml")])
def test_what_may_be_filled_in_is_not_written_over(tmp_path, command, name):
    (tmp_path / name).write_bytes(b"typed all day")
    result = run("forms", command, "retraining-certificate", "-o", tmp_path / name)
    assert result.exit_code == 2
    assert f"{name}: there is such a file already" in result.output
    assert "What you filled in is never written over: choose another name, or delete the file." in result.output
    assert (tmp_path / name).read_bytes() == b"typed all day"
