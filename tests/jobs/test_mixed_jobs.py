"""A column names the form of each row: as many batches as forms, each with its own volumes, manifest and numbers."""

import json
import tomllib
from pathlib import Path

import pytest
from support.calling import run
from support.reading import words
from support.records import record_of
from support.sheets import xlsx

from docgen import open_job
from docgen.errors import DataError
from docgen.jobs import JobDraft
from docgen.register import Filter, open_register

RETRAINING, ADVANCED = "retraining-certificate", "advanced-training-certificate"
COLUMN = "Вид курса"
#: What an office calls them, in the order of the rows: two of one form, one of the other.
KINDS = ["Переподготовка", "Біліктілікті арттыру", "Қайта даярлау курсы"]
PEOPLE = ["Оспанов", "Ахметов", "Қасымов"]


def table(folder: Path, kinds=KINDS, name="mixed.xlsx", **changes: object) -> Path:
    rows = []
    for kind, surname in zip(kinds, PEOPLE, strict=False):
        record = record_of(RETRAINING, number="", surname=surname) | changes
        rows.append([kind, *(str(value) if key in ("start", "end", "issued") else value for key, value in record.items())])
    return xlsx(folder / name, [[COLUMN, *record_of(RETRAINING, number="")], *rows])


@pytest.mark.slow
def test_each_form_gets_its_volumes_its_manifest_and_its_numbers(tmp_path):
    path, book = table(tmp_path), tmp_path / "book.db"
    said = (path, "--form-column", COLUMN, "-o", tmp_path / "out", "--register", book, "--workers", 1)
    result = run("batch", *said)
    assert result.exit_code == 0, result.output
    for form, surnames in ((RETRAINING, ["Оспанов", "Қасымов"]), (ADVANCED, ["Ахметов"])):
        printed = words((tmp_path / "out" / form / f"{form}-001.pdf").read_bytes())
        assert [name for name in PEOPLE if name in printed] == surnames
        manifest = json.loads((tmp_path / "out" / form / "manifest.json").read_text("utf-8"))
        assert [each["number"] for each in manifest["records"]] == ["00001", "00002"][: len(surnames)]
        with open_register(book) as register:
            assert sorted(each.record["surname"] for each in register.documents(Filter(form))) == sorted(surnames)
    assert run("batch", *said, "--resume").exit_code == 0


def test_a_job_says_it_and_its_parts_are_printed_from_python_too(tmp_path):
    saved = run(
        "check", table(tmp_path), "--form-column", COLUMN, "--save-job", tmp_path / "j.toml", "--register", tmp_path / "b.db"
    )
    assert saved.exit_code == 0, saved.output
    assert tomllib.loads((tmp_path / "j.toml").read_text("utf-8"))["table"]["form-column"] == COLUMN
    job = open_job(tmp_path / "j.toml")
    assert job.check() == []
    assert {part.form: part.batch(tmp_path / part.form).records for part in job.by_form()} == {RETRAINING: 2, ADVANCED: 1}


def test_rows_are_chosen_over_all_forms(tmp_path):
    path = table(tmp_path)
    said = (path, "--form-column", COLUMN, "--workers", 1, "--register", tmp_path / "b.db")
    assert run("batch", *said, "-o", tmp_path / "out", "--only", 3).exit_code == 0
    assert [each.name for each in (tmp_path / "out").iterdir()] == [ADVANCED]
    missing = run("batch", *said, "-o", tmp_path / "no", "--only", "3,9")
    assert (missing.exit_code, "no such record: 9" in missing.output) == (1, True)
    numbers = run("batch", *said, "-o", tmp_path / "no", "--numbers", "00001")
    assert (numbers.exit_code, "each form has numbers of its own" in numbers.output, (tmp_path / "no").exists()) == (
        2,
        True,
        False,
    )


@pytest.mark.parametrize("command", ["check", "batch", "proof"])
def test_every_problem_of_every_form_is_listed_before_anything_is_printed(command, tmp_path):
    path = table(tmp_path, ["Переподготовка", "Повышение квалификаций", None], hours="көп")
    output = {"check": (), "batch": ("-o", tmp_path / "out"), "proof": ("-o", tmp_path / "proof.pdf")}[command]
    result = run(command, path, "--form-column", COLUMN, "--register", tmp_path / "b.db", *output)
    assert result.exit_code == 1
    assert f"A3: form ({COLUMN}): there is no form “Повышение квалификаций”" in result.stderr
    assert f"A4: form ({COLUMN}): nothing says which document this row is" in result.stderr
    assert result.stderr.count(": hours: “көп” is no whole number") == 3
    assert "Did you mean “Повышение квалификации”?" in result.stderr
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_footer_names_no_form_and_needs_none(tmp_path):
    path = table(tmp_path, [*KINDS, "Исполнитель: Иванова О. П."])
    from openpyxl import load_workbook

    book = load_workbook(path)
    book.active.append(["Исполнитель: Иванова О. П."])
    book.save(path)
    result = run("check", path, "--form-column", COLUMN, "--register", tmp_path / "b.db")
    assert (result.exit_code, "“Исполнитель: Иванова О. П.”" in result.stderr) == (0, True)


def test_a_copy_marks_the_cells_of_all_forms(tmp_path):
    from openpyxl import load_workbook

    path = table(tmp_path, ["Переподготовка", "ПК", "Біліктілікті арттыру"], hours="көп")
    result = run("check", path, "--form-column", COLUMN, "--register", tmp_path / "b.db", "-o", tmp_path / "copy.xlsx")
    assert result.exit_code == 1
    cells = [cell.coordinate for row in load_workbook(tmp_path / "copy.xlsx").active.iter_rows() for cell in row if cell.comment]
    hours = "ABCDEFGHIJKLMNOPQ"[list(record_of(RETRAINING, number="")).index("hours") + 1]
    assert {"A3", f"{hours}2", f"{hours}4"} <= set(cells)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--form-column", "Курс"), "the table has no column “Курс”"),
        (("--form-column", "surname"), "no cell of the column “surname” names a form"),
        (("--form-column", COLUMN, "--ignore", "Телефон"), "the table has no column “Телефон”"),
    ],
)
def test_a_column_that_is_not_there_or_names_nothing_is_a_problem(options, message, tmp_path):
    result = run("check", table(tmp_path), *options)
    assert (result.exit_code > 0, message in result.output) == (True, True)


def test_a_form_and_a_column_of_forms_contradict_each_other(tmp_path):
    result = run("check", RETRAINING, table(tmp_path), "--form-column", COLUMN)
    assert (result.exit_code, "the form is said twice" in result.output) == (2, True)
    (tmp_path / "j.toml").write_text('version = 1\nname = "a"\n[table]\npath = "mixed.xlsx"\n', "utf-8")
    result = run("check", tmp_path / "j.toml")
    assert (result.exit_code, "j.toml: form: this key must be given" in result.output) == (2, True)


def test_the_questions_for_a_job_notice_it(tmp_path):
    draft = JobDraft(tmp_path / "j.toml", remembered={})
    for key, answer in (("form", RETRAINING), ("table.path", table(tmp_path).name)):
        next(each for each in draft.questions() if each.key == key).put(answer)
    draft.next().put("")
    question = draft.next()
    assert (question.key, COLUMN in question.label) == ("table.form-column", True)
    question.put("")
    while question := draft.next():
        question.put({"register.book": "b.db", "each": ""}.get(question.key, question.offer))
    assert draft.problems() == []
    assert (draft.job().form, draft.job().form_column, draft.job().ignore) == ("", COLUMN, ())
    draft.before("register.book")
    draft.next().put("-")
    assert (draft.job().form, draft.job().form_column) == (RETRAINING, "")


def test_a_table_of_one_kind_is_not_asked_about(tmp_path):
    draft = JobDraft(tmp_path / "j.toml", remembered={})
    for key, answer in (("form", RETRAINING), ("table.path", table(tmp_path, KINDS[:1]).name)):
        next(each for each in draft.questions() if each.key == key).put(answer)
    draft.next().put("")
    assert draft.next().key == "register.book"


def test_what_the_rows_of_one_form_alone_have_may_be_empty_for_the_other(tmp_path):
    rows = [[COLUMN, *record_of(RETRAINING, number=""), "Категория"]]
    for kind, surname in zip(KINDS, PEOPLE, strict=True):
        record = record_of(RETRAINING, number="", surname=surname)
        rows.append([kind, *map(str, record.values()), None if kind != KINDS[1] else "В"])
    path = xlsx(tmp_path / "t.xlsx", rows)
    with pytest.raises(DataError) as refused:
        [part.rows() for part in _job(path).by_form()]
    assert [problem.where.label or problem.value for problem in refused.value.problems] == ["Категория"]


def _job(path):
    from docgen.jobs import Job

    return Job(name="a", table=path, form_column=COLUMN, register=str(path.with_name("b.db")))
