"""A consolidated list made of several: rows in order, numbered through; a person who stands twice is told with both places."""

from __future__ import annotations

import csv
import json

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook
from support.calling import beside, run
from support.reading import numbered_pages, ruled_rows, words
from support.records import record_of

import docgen
from docgen.form import load_form

FORM = "consolidated-trainee-list"
HEAD = {"body": "Облыстың өңірлік уәкілетті органы", "approver": "С. Қ. Ахметов"}
#: Check digits by the rule in the acts' notes: weights 1…11 mod 11.
PEOPLE = {
    "Әбдіқадырова": ("Гүлнұр", "850312400128"),
    "Сейітқали": ("Бауыржан", "791108300459"),
    "Ким": ("Виктория", "930915350202"),
    "Оспанова": ("Ұлжан", "820401400770"),
}
COLUMNS = ("surname", "given_name", "iin", "position")


def person(surname: str) -> dict:
    given_name, iin = PEOPLE[surname]
    return {"surname": surname, "given_name": given_name, "iin": iin, "position": "маман"}


def a_list(body: str, *surnames: str, **own: object) -> dict:
    return {"body": body, "region_body": "Облысқа", "year": 2027, "rows": [person(name) for name in surnames], **own}


def as_json(path, record):
    path = path.with_suffix(".json")
    path.write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    return path


def as_toml(path, record):
    path = path.with_suffix(".toml")
    own = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in record.items() if name != "rows"]
    rows = [
        "\n".join(["[[rows]]", *(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in row.items())])
        for row in record.get("rows", [])
    ]
    path.write_text("\n".join(own + rows), "utf-8")
    return path


def as_workbook(path, record):
    """A sheet of the list's own fields and a sheet of its rows, headed in Kazakh."""
    path = path.with_suffix(".xlsx")
    form = load_form("trainee-list")
    book = Workbook()
    own = {name: value for name, value in record.items() if name != "rows"}
    book.active.append([form.field(name).label["kk"] for name in own])
    book.active.append(list(own.values()))
    add_sheet(book, "rows", record["rows"])
    book.save(path)
    return path


def add_sheet(book, title, rows, columns=COLUMNS):
    labels = {field.name: field.label["kk"] for field in load_form(FORM).field("rows").fields}
    sheet = book.create_sheet(title)
    sheet.append([labels[name] for name in columns])
    for row in rows:
        sheet.append([row[name] for name in columns])


def consolidated(tmp_path, *files, options=()):
    """Return the result of the command, and the words of the document if it was made."""
    out = tmp_path / "out.pdf"
    settings = [part for name, value in HEAD.items() for part in ("--set", f"{name}={value}")]
    result = run("render", FORM, *files, "-o", out, *settings, *options)
    return result, words(out.read_bytes()) if out.exists() else ""


@pytest.mark.parametrize("write", [as_json, as_toml, as_workbook])
@pytest.mark.clause("114", "8")
def test_rows_stand_under_their_list_numbered_through_and_counted(tmp_path, write):
    first = write(tmp_path / "a", a_list("Бұқар жырау ауданы", "Әбдіқадырова", "Сейітқали"))
    second = write(tmp_path / "b", a_list("Теміртау қаласы", "Ким"))
    result, text = consolidated(tmp_path, first, second)
    assert (result.exit_code, beside(result, tmp_path / "out.pdf")) == (0, [])
    assert "2027 күнтізбелік жылға арналған жиынтық тізімі" in text
    assert "Бұқар жырау ауданы 1 Әбдіқадырова Гүлнұр 850312400128 маман – 2 Сейітқали" in text
    assert "Теміртау қаласы 3 Ким Виктория 930915350202 маман –" in text
    assert "Барлығы: 3 қызметкер, оның ішінде: Бұқар жырау ауданы – 2; Теміртау қаласы – 1." in text


def test_formats_may_be_mixed_and_a_file_may_hold_what_the_document_says_itself(tmp_path):
    head = as_toml(tmp_path / "head", HEAD | {"approver_position": "Басшы", "year": 2027})
    table = tmp_path / "t.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["district", *COLUMNS], ["Шет ауданы", *person("Оспанова").values()]])
    lists = [as_workbook(tmp_path / "a", a_list("Теміртау", "Ким")), as_json(tmp_path / "b", a_list("Абай", "Сейітқали")), table]
    out = tmp_path / "out.pdf"
    result = run("render", FORM, head, *lists, "-o", out)
    assert (result.exit_code, beside(result, out)) == (0, [])
    text = words(out.read_bytes())
    assert "Басшы" in text
    assert "Теміртау 1 Ким" in text
    assert "Абай 2 Сейітқали" in text
    assert "Шет ауданы 3 Оспанова" in text


@pytest.mark.parametrize("write", [as_json, as_toml])
def test_what_the_document_says_itself_may_be_of_fields_that_a_list_has_too(tmp_path, write):
    """A list has a body, a year and a signer as well; what has no rows and nothing else is no list of nobody."""
    own = {"body": HEAD["body"], "year": 2027, "signer": "Д. Е. Жұмабекова"}
    head, listed = write(tmp_path / "head", own), as_json(tmp_path / "a", a_list("Абай", "Сейітқали"))
    out = tmp_path / "out.pdf"
    result = run("render", FORM, head, listed, "-o", out, "--set", "approver=С. Қ. Ахметов")
    assert (result.exit_code, beside(result, out)) == (0, [])
    text = words(out.read_bytes())
    assert all(word in text for word in (HEAD["body"], "Д. Е. Жұмабекова", "Абай 1 Сейітқали"))
    assert "Барлығы: 1 қызметкер" in text


@pytest.mark.parametrize("with_head", [False, True])
def test_a_combined_workbook_has_a_sheet_a_list_named_after_it(tmp_path, with_head):
    book = Workbook()
    if with_head:
        labels = {field.name: field.label["kk"] for field in load_form(FORM).fields}
        book.active.append([labels["approver_position"], labels["year"]])
        book.active.append(["Басшы", 2027])
    else:
        book.remove(book.active)
    add_sheet(book, "Бұқар жырау ауданы", [person("Сейітқали")])
    add_sheet(book, "Теміртау қаласы", [person("Ким"), person("Оспанова")])
    book.save(tmp_path / "all.xlsx")
    result, text = consolidated(tmp_path, tmp_path / "all.xlsx", options=() if with_head else ("--set", "year=2027"))
    assert (result.exit_code, beside(result, tmp_path / "out.pdf")) == (0, [])
    assert "Бұқар жырау ауданы 1 Сейітқали" in text
    assert "Теміртау қаласы 2 Ким Виктория 930915350202 маман – 3 Оспанова" in text
    assert ("Басшы" in text) is with_head


def test_a_sheet_that_nobody_named_does_not_name_a_list(tmp_path):
    book = Workbook()
    book.remove(book.active)
    add_sheet(book, "Лист1", [person("Сейітқали")])
    add_sheet(book, "Теміртау қаласы", [person("Ким")])
    book.save(tmp_path / "all.xlsx")
    result, text = consolidated(tmp_path, tmp_path / "all.xlsx", options=("--set", "year=2027"))
    assert (result.exit_code, text) == (1, "")
    assert "all.xlsx: Лист1: body: the list does not say its “body”" in result.output
    assert "Give it in the list, as a field of its own or as a column." in result.output
    assert result.output.count("✗") == 1


def test_who_stands_in_two_lists_is_told_with_both_places_and_refused(tmp_path):
    first = as_workbook(tmp_path / "a", a_list("Бұқар жырау", "Әбдіқадырова", "Сейітқали"))
    second = as_workbook(tmp_path / "b", a_list("Теміртау", "Ким", "Сейітқали"))
    third = as_json(tmp_path / "c", a_list("Абай", "Ким"))
    result, text = consolidated(tmp_path, first, second, third)
    assert (result.exit_code, text) == (1, "")
    cell = "rows!C3: rows[2].iin (Жеке сәйкестендіру нөмірі (ЖСН))"
    assert f"{second}: {cell}: 791108300459 Сейітқали Бауыржан is there twice: first in {first}: {cell}" in result.output
    assert f"{third}: rows[1].iin: 930915350202 Ким Виктория is there twice: first in {second}: rows!C2" in result.output
    assert "Take one of the two out, or keep the first one alone with --skip-doubles." in result.output
    assert "2 problems; nothing was made." in result.output


def test_filled_sheets_are_gathered_without_their_sample(tmp_path):
    """What `forms sheet` wrote, filled in: the greyed sample of the list is nobody's."""
    path = tmp_path / "a.xlsx"
    assert run("forms", "sheet", "trainee-list", "-o", path).exit_code == 0
    book = load_workbook(path)
    labels = {field.label["kk"]: field.name for field in load_form("trainee-list").field("rows").fields}
    heads = [str(cell.value).removesuffix("\xa0*") for cell in book.worksheets[1][1]]
    book.worksheets[1].append([person("Оспанова").get(labels[head]) for head in heads])
    book.save(path)
    result, text = consolidated(tmp_path, path)
    assert result.exit_code == 0, result.output
    assert "1 Оспанова" in text
    assert "sample" in result.output


def test_skipping_doubles_is_for_forms_that_gather(tmp_path):
    file = as_json(tmp_path / "a", a_list("Абай", "Ким"))
    result = run("render", "trainee-list", file, "-o", tmp_path / "o.pdf", "--skip-doubles")
    assert result.exit_code == 2
    assert "“trainee-list” does not gather lists" in result.output


def test_of_doubles_the_first_is_kept_when_asked_for_and_told(tmp_path):
    first = as_json(tmp_path / "a", a_list("Бұқар жырау", "Сейітқали"))
    second = as_json(tmp_path / "b", a_list("Теміртау", "Сейітқали", "Ким"))
    result, text = consolidated(tmp_path, first, second, options=["--skip-doubles"])
    assert result.exit_code == 0
    assert result.output.startswith(f"• {second}: rows[1].iin: 791108300459 Сейітқали Бауыржан is there twice")
    assert "Take one of the two out" not in result.output
    assert text.count("Сейітқали") == 1
    assert "Барлығы: 2 қызметкер, оның ішінде: Бұқар жырау – 1; Теміртау – 1." in text


def test_every_problem_is_told_with_the_cell_that_it_comes_from(tmp_path):
    wrong = a_list("Теміртау", "Ким", "Оспанова")
    wrong["rows"][0]["iin"] = "930915350203"
    wrong["rows"][1]["position"] = None
    first = as_json(tmp_path / "a", a_list("Абай", "Сейітқали", "Сейітқали"))
    second = as_workbook(tmp_path / "b", wrong)
    result, _text = consolidated(tmp_path, first, second)
    assert result.exit_code == 1
    assert f"{second}: rows!C2: " in result.output
    assert f"{second}: rows!D3: " in result.output
    assert f"{first}: rows[2].iin: 791108300459 Сейітқали Бауыржан is there twice: first in {first}: rows[1].iin" in result.output
    assert "3 problems; nothing was made." in result.output


@pytest.mark.parametrize("options", [(), ("--set", "year=2027")])
@pytest.mark.clause("114", "8")
def test_lists_of_different_years_are_not_put_together(tmp_path, options):
    first = as_json(tmp_path / "a", a_list("Абай", "Оспанова", year="2027"))
    second = as_workbook(tmp_path / "b", a_list("Теміртау", "Ким", year=2026))
    result, text = consolidated(tmp_path, first, second, options=options)
    assert (result.exit_code, text) == (1, "")
    assert f"{second}: year: 2026 is not 2027, as in {FORM if options else first}" in result.output


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (a_list("Абай", "Ким", yera=2027), "yera: the form has no field of this name"),
        (a_list("Абай") | {"rows": "Ким"}, "rows: this is no list of rows"),
        (a_list("Абай") | {"rows": ["Ким"]}, "rows: this is no list of rows"),
        (a_list("Абай") | {"rows": [person("Ким") | {"ii": 1}]}, "rows[1].ii: the form has no field of this name"),
        (a_list("", "Ким"), "the list does not say its “body”"),
    ],
)
def test_what_is_no_list_is_told_with_its_file(tmp_path, record, told):
    result, text = consolidated(tmp_path, as_json(tmp_path / "a", record))
    assert (result.exit_code, text) == (1, "")
    assert told in result.output
    assert str(tmp_path / "a.json") in result.output


def test_two_files_that_say_what_the_document_holds_are_one_too_many(tmp_path):
    heads = [as_json(tmp_path / name, {"approver": name}) for name in "ab"]
    result, _text = consolidated(tmp_path, *heads)
    assert result.exit_code == 1
    assert f"{heads[1]}: a second file says what the document itself holds" in result.output


def test_a_form_that_gathers_nothing_takes_one_record(tmp_path):
    files = [as_json(tmp_path / name, a_list("Абай", "Ким")) for name in "ab"]
    result = run("render", "trainee-list", *files, "-o", tmp_path / "o.pdf")
    assert result.exit_code == 2
    assert "“trainee-list” is made of one record, and 2 files are given" in result.output


def test_lists_without_rows_make_a_list_to_write_on(tmp_path):
    result, text = consolidated(tmp_path, as_json(tmp_path / "a", a_list("Абай")))
    assert result.exit_code == 0
    assert "Барлығы: ____ қызметкер." in text  # with a line to write the number on


@pytest.mark.slow
@pytest.mark.parametrize("count", range(9, 14))
def test_the_heading_of_a_list_is_never_the_last_row_of_a_page(count):
    rows = [person("Ким") | {"iin": None} for _row in range(2 * count)]
    for number, row in enumerate(rows):
        row |= {"iin": valid_iin(number), "district": "Бірінші аудан" if number < count else "Екінші аудан"}
    pages = numbered_pages(docgen.render(FORM, record_of(FORM, rows=rows)))
    assert sum("Екінші аудан" in page for page in pages) >= 1
    assert not any(page.removesuffix("Екінші аудан") != page for page in pages)


def valid_iin(number: int) -> str:
    """Return the number of somebody born on 15 September 1993, with its check digit."""
    for serial in range(number * 20, number * 20 + 20):
        digits = f"9309153{serial:04d}"
        check = sum(int(digit) * weight for digit, weight in zip(digits, range(1, 12), strict=True)) % 11
        if check < 10:
            return f"{digits}{check}"
    raise AssertionError(number)


def test_pdf_and_docx_have_the_heading_of_each_list_once(tmp_path):
    record = record_of(FORM)
    (tmp_path / "o.docx").write_bytes(docgen.render(FORM, record, to="docx"))
    (table,) = Document(tmp_path / "o.docx").tables
    rows = [[" ".join(cell.text.split()) for cell in row.cells] for row in ruled_rows(table)]
    groups = [row[0] for row in rows if len(set(row)) == 1]
    assert groups == ["Бұқар жырау ауданы", "Теміртау қаласы", "Шет ауданы"]
    assert [row[0] for row in rows[1:] if row[0].isdigit()] == ["1", "2", "3", "4"]


#: A form of the user's own that gathers another one of his own.
OWN = """
id = "{id}"
layout = "house"
title.kk = "Тізім"
act.name = "ours"
sheet = {{ width = "210mm", height = "297mm" }}
[[field]]
name = "team"
label.kk = "Топ"
[[field]]
name = "rows"
kind = "rows"
label.kk = "Адамдар"
{more}
[[field.field]]
name = "surname"
label.kk = "Тегі"
"""
GATHERS = 'unique = ["surname"]\ngathers = {{ form = "{form}", take = {{ {take} }}, agree = ["{agree}"] }}\n'


def own_forms(folder, form="part", take='of = "team"', agree="team"):
    whole = OWN.format(id="whole", more=GATHERS.format(form=form, take=take, agree=agree))
    for form_id, definition in (
        ("part", OWN.format(id="part", more="")),
        ("whole", whole + '[[field.field]]\nname = "of"\nlabel.kk = "Кімнен"\n'),
    ):
        (folder / form_id).mkdir(parents=True)
        (folder / form_id / "form.toml").write_text(definition, "utf-8")
        body = "{% for row in rows %}{{ row.surname }} {{ row.of }};{% endfor %}" if form_id == "whole" else "{{ team }}"
        (folder / form_id / "body.html").write_text(body, "utf-8")
    return folder


def test_any_form_may_gather_by_its_definition(tmp_path):
    forms = own_forms(tmp_path / "forms")
    files = [as_json(tmp_path / name, {"team": "бір", "rows": [{"surname": name}]}) for name in "аб"]
    result = run("render", "whole", *files, "--forms", forms, "-o", tmp_path / "o.pdf")
    assert result.exit_code == 0, result.output
    assert words((tmp_path / "o.pdf").read_bytes()).startswith("а бір;б бір;")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"form": "prat"}, "field (rows).gathers.form: there is no form “prat”"),
        ({"form": "training-order"}, "the form “training-order” has no field “team”"),
        ({"take": 'of = "taem"'}, "field (rows).gathers.take: the form “part” has no field “taem”"),
        ({"take": 'fo = "team"'}, "gathers.take: the rows have no field “fo”"),
        ({"take": 'of = ["team"]'}, "gathers.take: “{ of = "),
        ({"agree": "taem"}, "field (rows).gathers.agree: the form has no field “taem”"),
    ],
)
def test_a_gathering_that_cannot_be_is_a_mistake_in_the_definition(tmp_path, changes, told):
    forms = own_forms(tmp_path / "forms", **changes)
    file = as_json(tmp_path / "a", {"team": "бір", "rows": []})
    result = run("render", "whole", file, "--forms", forms, "-o", tmp_path / "o.pdf")
    assert result.exit_code == 3, result.output
    assert told in result.output


def test_the_list_itself_may_be_a_workbook_whose_rows_were_deleted(tmp_path):
    """A clerk who fills no TOML takes the sheet of the form."""
    run("forms", "sheet", FORM, "-o", tmp_path / "head.xlsx")
    book = load_workbook(tmp_path / "head.xlsx")
    book.worksheets[1].delete_rows(2, 20)
    book.save(tmp_path / "head.xlsx")
    lists = [as_workbook(tmp_path / name, a_list(name, who)) for name, who in (("a", "Сейітқали"), ("b", "Ким"))]
    result = run("render", FORM, tmp_path / "head.xlsx", *lists, "-o", tmp_path / "o.pdf")
    assert result.exit_code == 0, result.output
    assert "Барлығы: 2 қызметкер" in words((tmp_path / "o.pdf").read_bytes())
