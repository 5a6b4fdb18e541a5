"""What offices write above their columns: what the lexicon takes, what it refuses, how it grows."""

import shutil

import pytest
from support.calling import run
from support.places import PACKAGE
from support.records import record_of
from support.sheets import xlsx

from docgen import tables
from docgen.errors import DataError, FormError
from docgen.fields import labels_of
from docgen.form import form_ids, load_form
from docgen.inputs import journal_fields, open_table
from docgen.tables import ColumnChoice, Heading, RecordTable
from docgen.tables.spellings import FULL_NAME, Spellings

FORM = load_form("retraining-certificate")
FIELDS = (*FORM.fields, *journal_fields(FORM))
LABELS = labels_of(FIELDS)

#: The headings of the office workbooks in tests/cases, and some more that need no guess.
WRITTEN = {
    "ИИН": "iin", "ЖСН": "iin", "Отчество (при наличии)": "patronymic", "Отчество (при его наличии)": "patronymic",
    "Начало": "start", "Окончание": "end", "Кол-во часов": "hours", "КОЛ-ВО  ЧАСОВ:": "hours",
    "Учебное заведение": "organization", "Начальник": "head", "Рег. №": "number", "рег.№": "number", "Звание": "rank",
    "Должность": "position", "Тема курса": "topic", "Место службы": "workplace", "Басталған күні": "start",
    "Аяқталған күні": "end", "Әкесінің аты (бар болса)": "patronymic", "Білім беру ұйымы": "organization",
    "Лауазым": "position", "Тақырыбы": "topic", "Тіркеу №": "number", "Ф.И.О.": FULL_NAME, "ФИО": FULL_NAME,
    "Аты-жөні": FULL_NAME, "Т.А.Ә.": FULL_NAME, "Тегі, аты, әкесінің аты": FULL_NAME,
    "Фамилия, имя, отчество (при наличии)": FULL_NAME, "Тегі / Фамилия": "surname", "Аты (Имя)": "given_name",
    "ЖСН/ИИН": "iin", "Аты-жөні / Ф.И.О.": FULL_NAME,
}  # fmt: skip


def headed(*texts):
    return RecordTable("t.xlsx", "Sheet", tuple(Heading(text, "ABCDEFGH"[index], 3) for index, text in enumerate(texts)))


def columns(*texts, choice=tables.NO_CHOICE, lexicon=FORM.lexicon):
    return tables.columns(headed(*texts), LABELS, choice, lexicon=lexicon)


@pytest.mark.parametrize(("heading", "field"), WRITTEN.items())
def test_what_an_office_writes(heading, field):
    assert columns(heading) == {heading: field}


@pytest.mark.parametrize("heading", ["№", "№ п/п", "п/п", "№ п.п.", "Р/с", "N п/п", "Реттік №"])
def test_a_counter_of_rows_is_passed_over_with_a_note(heading):
    table = headed(heading, "Тегі")
    found = tables.columns(table, LABELS, lexicon=FORM.lexicon)
    (note,) = tables.counters(table, LABELS, found, tables.NO_CHOICE, FORM.lexicon)
    assert (found, note.code, str(note.where)) == ({"Тегі": "surname"}, "column-of-counters", "t.xlsx: A3")


def test_a_counter_may_be_said_to_hold_a_field():
    choice = ColumnChoice(renamed={"№ п/п": "number"})
    assert columns("№ п/п", "Тегі", choice=choice) == {"№ п/п": "number", "Тегі": "surname"}


@pytest.mark.parametrize(
    "heading", ["Дата", "Номер", "Организация", "Тел.", "Примечание", "Фамилия лектора", "Должность / Телефон"]
)
def test_what_would_be_a_guess_is_refused(heading):
    with pytest.raises(DataError) as refused:
        columns("Тегі", heading)
    assert [problem.code for problem in refused.value.problems] == ["heading-unknown"]


def test_a_heading_of_two_fields_is_a_problem_that_names_both():
    with pytest.raises(DataError) as refused:
        columns("Фамилия / Имя", "Рег. №")
    (problem,) = refused.value.problems
    assert problem.code == "heading-ambiguous"
    assert '--map "Фамилия / Имя=surname"' in problem.hint
    assert '--map "Фамилия / Имя=given_name"' in problem.hint


@pytest.mark.parametrize(
    ("first", "second"),
    [("Начальник", "Руководитель"), ("Фамилия", "Ф.И.О."), ("Ф.И.О.", "Отчество"), ("Тіркеу №", "Рег. №"), ("ИИН", "ЖСН")],
)
def test_two_headings_of_one_field_are_a_problem_that_names_both(first, second):
    with pytest.raises(DataError) as refused:
        columns(first, second)
    (problem,) = refused.value.problems
    assert problem.code == "heading-clash"
    assert first in problem.message
    assert second in problem.message
    assert f'--map "{second}=' in problem.hint


def test_no_text_of_the_lexicon_can_mean_two_fields_of_a_form():
    for form_id in form_ids():
        form = load_form(form_id)
        for fields in (form.own_fields, *(rows.fields for rows in form.rows), (*form.own_fields, *journal_fields(form))):
            known = Spellings(labels_of(fields), form.lexicon)
            names = {field.name for field in fields}
            texts = [text for name, texts in form.lexicon.headings.items() if name in names for text in texts]
            assert [text for text in texts if len(known.meant(text)) != 1] == []


def test_a_label_of_the_form_wins():
    known = Spellings({"unit": ["Начальник"], "head": ["Бастық"]}, FORM.lexicon)
    assert known.meant("Начальник") == ("unit",)


def test_one_line_more_in_a_folder_of_forms(tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "headings.toml").write_text('[headings]\nhead = ["Ректор"]\n', "utf-8")
    lexicon = load_form(FORM.id, tmp_path).lexicon
    assert columns("Ректор", "Рег. №", lexicon=lexicon) == {"Ректор": "head", "Рег. №": "number"}


def own_form(folder, headings):
    shutil.copytree(PACKAGE.parent / "forms" / "attendance-note", folder / "attendance-note")
    definition = folder / "attendance-note" / "form.toml"
    definition.write_text(definition.read_text("utf-8") + f"\n[headings]\n{headings}\n", "utf-8")
    return load_form("attendance-note", folder)


def test_one_line_more_in_a_form(tmp_path):
    form = own_form(tmp_path, 'head = ["Ректор"]')
    assert tables.columns(headed("Ректор"), labels_of(form.fields), lexicon=form.lexicon) == {"Ректор": "head"}
    assert form.digest == load_form("attendance-note").digest  # pages do not depend on it


@pytest.mark.parametrize(("line", "key"), [('heat = ["Ректор"]', "headings.heat"), ('head = "Ректор"', "headings.head")])
def test_a_wrong_line_is_named(line, key, tmp_path):
    with pytest.raises(FormError) as refused:
        own_form(tmp_path, line)
    assert refused.value.problems[0].where.key == key


def test_a_table_of_an_office_needs_no_map(tmp_path):
    record = record_of(FORM.id, number="00417")
    written = {name: heading for heading, name in reversed(WRITTEN.items())}
    names = [name for name in record if name != "number"]
    headings = [written.get(name, name) for name in names]
    path = xlsx(tmp_path / "t.xlsx", [["№ п/п", *headings, "ИИН"], [1, *(record[name] for name in names), "850312400128"]])
    source = open_table(path, FORM, register=True)
    assert [row["iin"] for _number, row in source] == ["850312400128"]
    notes = [(note.code, note.where.column) for note in source.left_out]
    assert [each for each in notes if each[0] != "sheets-left-out"] == [("column-of-counters", "A")]
    result = run("batch", FORM.id, path, "-o", tmp_path / "out", "--register", tmp_path / "b.db", "--workers", 1)
    assert (result.exit_code, "A1: this column counts the rows" in result.stderr) == (0, True)
