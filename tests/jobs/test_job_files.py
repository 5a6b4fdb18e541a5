"""A job's file: what it may say, every mistake in it by key, and what comes back from what was saved."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from datetime import date
from pathlib import Path

import click
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.calling import run
from support.records import record_of
from support.writing import table

import docgen
from docgen.cli.batch import batch
from docgen.cli.check import check
from docgen.cli.proof import proof
from docgen.jobs import ENTRIES, Job, job_text, open_job, save_job

FORM = "retraining-certificate"
SAME = {"organization": "Қарағанды академиясы", "hours": 144, "issued": "2026-02-06"}
HEADINGS = {"head": "Бастығы", "topic": "Тақырып: курс «А»"}
HEAD = 'version = 1\nname = "Курс 12"\nform = "retraining-certificate"\n'
JOB = f"""{HEAD}ignore = ["Телефон"]
split = 10
output = "out"

[table]
path = "people.json"

[columns]
"Бастығы" = "head"
"Тақырып: курс «А»" = "topic"

[set]
organization = "Қарағанды академиясы"
hours = 144
issued = 2026-02-06
"""


def people(count: int) -> list[dict[str, object]]:
    record = {name: value for name, value in record_of(FORM, surname="Ким").items() if name not in SAME}
    record = {HEADINGS.get(name, name): value for name, value in record.items()} | {"Телефон": "7 700"}
    return [record | {"number": f"{number:05d}"} for number in range(1, count + 1)]


def job_in(folder: Path, text: str = JOB, name: str = "course.toml") -> Path:
    folder.mkdir(exist_ok=True)
    table(folder / "people.json", people(24))
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def problems_of(text: str, folder: Path) -> list[tuple[str, str]]:
    """Return the code and key of each problem that opening a job finds."""
    with pytest.raises(docgen.DocgenError) as refused:
        open_job(job_in(folder, text))
    assert all(problem.where.file == str(folder / "course.toml") for problem in refused.value.problems)
    return [(problem.code, problem.where.key) for problem in refused.value.problems]


# --- one job in place of many options --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_job_prints_what_its_options_print_and_paths_are_read_from_its_folder(tmp_path, monkeypatch):
    job_in(tmp_path / "orders")
    monkeypatch.chdir(tmp_path)
    assert run("check", "orders/course.toml").exit_code == 0
    result = run("batch", "orders/course.toml")
    assert result.exit_code == 0, result.output
    options = [option for name, value in SAME.items() for option in ("--set", f"{name}={value}")]
    options += [option for field, heading in HEADINGS.items() for option in ("--map", f"{heading}={field}")]
    spelled = run("batch", FORM, "orders/people.json", "-o", "spelled", "--split", 10, "--ignore", "Телефон", *options)
    assert spelled.exit_code == 0, spelled.output
    files = [f"{FORM}-{number:03d}.pdf" for number in (1, 2, 3)]
    assert sorted(path.name for path in (tmp_path / "orders" / "out").iterdir()) == ["manifest.json", *files]
    for name in files:
        assert (tmp_path / "orders" / "out" / name).read_bytes() == (tmp_path / "spelled" / name).read_bytes()
    shown = run("proof", "orders/course.toml", "-o", "proof.pdf")
    assert "docgen batch orders/course.toml" in shown.output


def test_the_module_opens_checks_proves_and_prints_a_job(tmp_path):
    job = docgen.open_job(job_in(tmp_path))
    assert isinstance(job, docgen.Job)
    assert (job.name, job.table, job.constants["issued"]) == ("Курс 12", tmp_path / "people.json", date(2026, 2, 6))
    assert job.check() == []
    assert {row["head"] for _number, row in job.rows()} == {record_of(FORM)["head"]}
    assert job.proof().records == 24
    assert [volume.records for volume in job.batch().volumes] == [10, 10, 4]
    assert job.batch(tmp_path / "again", workers=2).folder == tmp_path / "again"


def test_a_job_without_an_output_says_so(tmp_path):
    path = job_in(tmp_path, JOB.replace('output = "out"\n', ""))
    assert "-o DIR is missing" in run("batch", path).output
    with pytest.raises(docgen.UsageError, match="does not say where to print"):
        docgen.open_job(path).batch()


def test_the_command_line_wins_and_says_so(tmp_path):
    path = job_in(tmp_path)
    result = run("batch", path, "--split", 12, "--set", "hours=72", "--set", "city=Астана", "-o", tmp_path / "other", "--json")
    assert result.exit_code == 1  # the table has a column for the city, which says something else
    notes = [line for line in result.stderr.splitlines() if line.startswith("• ")]
    assert [note.removeprefix(f"• {path}: ") for note in notes] == [
        "set.hours: the command line says 72, in place of 144",
        "split: the command line says 12, in place of 10",
        f"output: the command line says {tmp_path / 'other'}, in place of {tmp_path / 'out'}",
    ]
    assert not (tmp_path / "other").exists()


def test_columns_to_leave_out_come_to_those_of_the_job(tmp_path):
    path = job_in(tmp_path)
    table(tmp_path / "people.json", [person | {"Ескертпе": "жоқ"} for person in people(2)])
    assert "Ескертпе" in run("check", path).output
    assert run("check", path, "--ignore", "Ескертпе").exit_code == 0


def test_another_table_may_follow_the_job(tmp_path):
    path = job_in(tmp_path)
    result = run("check", path, table(tmp_path / "corrected.json", people(3)))
    assert result.exit_code == 0
    assert f"table.path: the command line says {tmp_path / 'corrected.json'}" in result.stderr
    assert "3 records" in result.output


def test_rows_of_the_command_line_take_the_place_of_numbers_in_the_job(tmp_path):
    path = job_in(tmp_path, JOB.replace("split", 'numbers = ["00007"]\nsplit'))
    assert run("batch", path).exit_code == 0
    assert [each["number"] for each in json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["records"]] == [
        "00007"
    ]
    other = run("batch", path, "--only", "3-4", "-o", tmp_path / "rows")
    assert other.exit_code == 0, other.output
    assert "numbers: the command line says 3-4, in place of 00007" in other.stderr
    with pytest.raises(docgen.UsageError, match="not both"):
        open_job(job_in(tmp_path, JOB.replace("split", 'numbers = ["00007"]\nonly = ["3"]\nsplit')))


def test_the_name_of_a_job_is_what_the_register_calls_it(tmp_path):
    rows = [{name: value for name, value in person.items() if name != "number"} for person in people(5)]
    path = job_in(tmp_path, f'{JOB}\n[register]\nbook = "book.db"\n')
    table(tmp_path / "people.json", [row | {"iin": None, "surname": f"Ким-{number}"} for number, row in enumerate(rows)])
    checked = run("check", path)
    assert (checked.exit_code, "5 records, 0 problems" in checked.output) == (0, True), checked.output
    first = run("batch", path)
    assert "book.db: job “Курс 12”" in first.output
    assert "5 documents" in run("register", "list", path).output
    other = run("register", "list", "--register", tmp_path / "book.db", "--job", "Курс 13")
    assert (other.exit_code, "no job “Курс 13”" in other.output, "“Курс 12”" in other.output) == (1, True, True)
    assert run("register", "void", path, "00002", "--reason", "spoiled").exit_code == 0
    assert "void" in run("register", "show", path, "00002").output
    assert "5 documents" in run("register", "verify", path).output
    numbers = [each["number"] for each in json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["records"]]
    assert numbers == [f"{number:05d}" for number in range(1, 6)]


def test_a_check_for_a_register_reads_what_only_the_journal_prints(tmp_path):
    path = job_in(tmp_path, f'{JOB}\n[register]\nbook = "book.db"\n')
    rows = [person | {"iin": f"73000000000{place}", "surname": f"Ким-{place}"} for place, person in enumerate(people(2))]
    table(tmp_path / "people.json", rows)
    result = run("check", path, "--json")
    assert [problem["field"] for problem in json.loads(result.stdout)["problems"]] == ["iin", "iin"]


@pytest.mark.parametrize("command", ["list", "verify"])
def test_a_command_of_the_register_needs_a_job_that_has_one(tmp_path, command):
    result = run("register", command, job_in(tmp_path))
    assert (result.exit_code, "the job has no register" in result.output) == (2, True)


# --- every mistake, by file and key ----------------------------------------------------------------------------------------

WRONG = {
    "naem = 1": ("key-unknown", "naem"),
    "print = 'ful'": ("key-wrong", "print"),
    "to = 'png'": ("key-wrong", "to"),
    "split = 0": ("key-wrong", "split"),
    "split = true": ("key-wrong", "split"),
    "split = '10'": ("key-wrong", "split"),
    "ignore = 'Телефон'": ("key-wrong", "ignore"),
    "on = '6 ақпан'": ("key-wrong", "on"),
    "on = 2026-02-06T10:00:00": ("key-wrong", "on"),
    "output = ''": ("key-wrong", "output"),
    "skip-bad = 'yes'": ("key-wrong", "skip-bad"),
    "path = 'people.json'": ("key-unknown", "path"),
    "columns = 'a'": ("key-wrong", "columns"),
    "[columns]\n'Бастығы' = 1": ("key-wrong", "columns"),
    "[columns]\n'Бастығы' = ' '": ("key-wrong", "columns"),
    "[columns]\nignore = ['Телефон']": ("key-unknown", "columns.ignore"),
    "[set]\nhours = [1]": ("key-wrong", "set"),
    "[set]\nhours = true": ("key-wrong", "set"),
    "[register]\nbok = 'b.db'": ("key-unknown", "register.bok"),
    "[register]\nname = 'b.db'": ("key-unknown", "register.name"),
    "[register]\nnew-organization = 1": ("key-wrong", "register.new-organization"),
    "register = 'b.db'": ("key-wrong", "register"),
    "[register]\nbook = 'mysql://h/d'": ("register-address", "register.book"),
}  # fmt: skip


@pytest.mark.parametrize("line", WRONG, ids=lambda line: line.replace("\n", " "))
def test_each_mistake_is_named_by_its_key(line, tmp_path):
    is_table = line.startswith("[")
    text = f"{HEAD}{'' if is_table else line}\n[table]\npath = 'people.json'\n{line if is_table else ''}\n"
    assert problems_of(text, tmp_path) == [WRONG[line]]


def test_all_mistakes_are_reported_at_once_and_near_keys_are_named(tmp_path):
    text = "version = 1\nnaem = 'x'\nform = 3\nsplit = 0\n[table]\npath = 'people.json'\n[columns]\nignore = ['a']\n"
    with pytest.raises(docgen.UsageError) as refused:
        open_job(job_in(tmp_path, text))
    hints = {problem.where.key: problem.hint for problem in refused.value.problems}
    assert list(hints) == ["naem", "form", "split", "columns.ignore", "name"]
    assert "“name”" in hints["naem"]
    assert "ignore, above the first [table]" in hints["columns.ignore"]


@pytest.mark.parametrize("name", ["name", "form", "table.path"])
def test_what_a_job_cannot_do_without_is_missed(name, tmp_path):
    key = name.rpartition(".")[2]
    assert ("key-missing", name) in problems_of(re.sub(rf"(?m)^{key} = .*\n", "", JOB), tmp_path)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "job-version"),
        ('surname = "Ким"\n', "job-version"),
        (JOB.replace("version = 1", "version = true"), "job-version"),
        (JOB.replace("version = 1", 'version = "1"'), "job-version"),
        (JOB.replace("version = 1", "version = 2") + "later = 1\n", "job-newer"),
        ("version = 1\nФИО = 'surname'\n", "job-damaged"),
        ("version = 1\nversion = 1\n", "job-damaged"),
    ],
)
def test_what_is_no_job_of_this_version_says_so_alone(text, code, tmp_path):
    assert [found for found, _key in problems_of(text, tmp_path)] == [code]


def test_a_damaged_job_names_its_line(tmp_path):
    with pytest.raises(docgen.DataError, match="line 2 is not understood: ФИО = 'surname'"):
        open_job(job_in(tmp_path, "version = 1\nФИО = 'surname'\n"))
    (tmp_path / "b.toml").write_bytes("version = 1 # Қ".encode("cp1251", "replace") + b"\xca")
    with pytest.raises(docgen.DataError, match="UTF-8"):
        open_job(tmp_path / "b.toml")


def test_a_job_that_is_not_there_is_a_missing_file(tmp_path):
    result = run("batch", tmp_path / "none.toml")
    assert (result.exit_code, "there is no such file" in result.output) == (1, True)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://clerk:s3cret@host/book",
        "postgresql://clerk:@host/book",
        "postgresql://clerk@host/book?password=s3cret",
        "postgres://host/book?user=clerk&sslpassword=s3cret",
    ],
)
def test_a_password_is_refused_and_not_repeated(address, tmp_path):
    path = job_in(tmp_path, f'{JOB}\n[register]\nbook = "{address}"\n')
    result = run("check", path)
    assert (result.exit_code, "s3cret" in result.output, "PGPASSFILE" in result.output) == (2, False, True)
    saved = run("check", FORM, tmp_path / "people.json", "--save-job", tmp_path / "saved.toml", "--ignore", "*")
    assert saved.exit_code == 1  # columns are missing: nothing is saved
    assert not (tmp_path / "saved.toml").exists()
    with pytest.raises(docgen.UsageError, match="password"):
        job_text(Job(name="a", form=FORM, table=Path("a.xlsx"), register=address), tmp_path)


def test_an_address_without_a_password_and_the_default_register_are_no_paths(tmp_path):
    for book in ("postgresql://clerk@host/book", "default"):
        assert open_job(job_in(tmp_path, f'{JOB}\n[register]\nbook = "{book}"\n')).register == book


@pytest.mark.parametrize(
    ("change", "key", "message"),
    [
        (("people.json", "persons.json"), "table.path", "there is no such file or folder"),
        (('output = "out"', 'artwork = "emblems"'), "artwork", "there is no such file or folder"),
        (("retraining-certificate", "retraining-certifcate"), "form", "there is no form"),
        (('"Бастығы" = "head"', '"Бастықтың аты" = "head"'), "columns.Бастықтың аты", "no column “Бастықтың аты”"),
        (('"Бастығы" = "head"', '"Бастығы" = "haed"'), "columns.Бастығы", "cannot hold “haed”"),
        (('"Телефон"', '"Факс"'), "ignore", "no column “Факс”"),
        (("hours = 144", "hour = 144"), "set.hour", "no field of this name"),
        (("hours = 144", "hours = 0"), "set.hours", "0 lies outside 1 – 9999"),
        (("issued = 2026-02-06", 'issued = "31.02.2026"'), "set.issued", "no such day"),
        (("split = 10", 'each = "{nummer}"'), "each", "no field “nummer”"),
    ],
)  # fmt: skip
def test_what_changed_since_the_job_was_written_is_a_problem_at_its_key(change, key, message, tmp_path):
    path = job_in(tmp_path, JOB.replace(*change))
    with pytest.raises(docgen.DocgenError) as refused:
        open_job(path).batch(tmp_path / "elsewhere")
    found = refused.value.problems[0]
    assert (found.where.file, found.where.key, message in found.message) == (str(path), key, True), found
    assert found.hint or key == "set.hours"  # whose message says the bounds


def test_what_the_command_line_says_is_no_mistake_of_the_job(tmp_path):
    path = job_in(tmp_path, JOB.replace("people.json", "persons.json"))
    assert run("check", path, tmp_path / "people.json").exit_code == 0
    result = run("check", path, tmp_path / "nobody.json")
    assert f"{path}: table.path: there is" not in result.output
    assert f"{tmp_path / 'nobody.json'}: there is no such file" in result.output


# --- saving ----------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_was_said_is_saved_and_says_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "jobs").mkdir()
    table(tmp_path / "people.json", people(24))
    options = [option for name, value in SAME.items() for option in ("--set", f"{name}={value}")]
    options += [option for field, heading in HEADINGS.items() for option in ("--map", f"{heading}={field}")]
    options += ["--ignore", "Телефон", "--split", "10"]
    result = run("batch", FORM, "people.json", "-o", "out", *options, "--save-job", "jobs/course.toml", "--job", "Курс 12")
    assert result.exit_code == 0, result.output
    saved = tomllib.loads((tmp_path / "jobs" / "course.toml").read_text("utf-8"))
    assert saved == {
        "version": 1, "name": "Курс 12", "form": FORM, "ignore": ["Телефон"], "split": 10, "output": "../out",
        "table": {"path": "../people.json"}, "columns": {"Бастығы": "head", "Тақырып: курс «А»": "topic"},
        "set": {"organization": "Қарағанды академиясы", "hours": "144", "issued": "2026-02-06"},
    }  # fmt: skip
    first = (tmp_path / "out" / f"{FORM}-001.pdf").read_bytes()
    assert run("batch", "jobs/course.toml", "-o", "again").exit_code == 0
    assert (tmp_path / "again" / f"{FORM}-001.pdf").read_bytes() == first
    assert run("batch", "jobs/course.toml").exit_code == 0


def test_without_a_name_a_saved_job_has_the_one_that_the_register_would_give_it(tmp_path):
    path = table(tmp_path / "people.json", [record_of(FORM, surname="Ким")])
    assert run("check", FORM, path, "--save-job", tmp_path / "a.toml").exit_code == 0
    assert open_job(tmp_path / "a.toml").name == "people.json"


def test_a_job_is_never_written_over_without_asking(tmp_path):
    path = table(tmp_path / "people.json", [record_of(FORM, surname="Ким")])
    (tmp_path / "a.toml").write_text("mine", encoding="utf-8")
    result = run("check", FORM, path, "--save-job", tmp_path / "a.toml")
    assert (result.exit_code, (tmp_path / "a.toml").read_text("utf-8")) == (2, "mine")
    assert run("check", FORM, path, "--save-job", tmp_path / "a.txt").exit_code == 2
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.toml", "people.json"]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FIELDS = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True)


@pytest.mark.slow
@given(
    columns=st.dictionaries(TEXT, FIELDS, max_size=5),
    constants=st.dictionaries(TEXT, TEXT | st.integers(-(2**62), 2**62) | st.dates(), max_size=5),
    ignore=st.lists(TEXT, max_size=3).map(tuple),
    on=st.none() | st.dates(),
    name=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=200),
)  # fmt: skip
def test_whatever_a_job_says_comes_back_from_its_file(columns, constants, ignore, on, name, tmp_path_factory):
    folder = tmp_path_factory.mktemp("job")
    job = Job(
        name=name, form=FORM, table=folder / "a b.xlsx", columns=columns, constants=constants, ignore=ignore, on=on,
        output=folder / "out", register=str(folder / "book.db"), skip_bad=True, print="overprint", workers=2,
    )  # fmt: skip
    text = job_text(job, folder)
    (folder / "job.toml").write_text(text, encoding="utf-8", newline="")
    assert dataclasses.replace(open_job(folder / "job.toml"), file=None) == job
    assert job_text(dataclasses.replace(job, table=Path("a.xlsx")), Path()).splitlines()


# --- one table of entries --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [batch, check, proof], ids=lambda command: command.name)
def test_each_option_of_a_job_is_the_one_that_its_entry_names(command):
    params = {param.name: param for param in command.params if param.name in ENTRIES}
    wrong = {
        name: param.opts
        for name, param in params.items()
        if isinstance(param, click.Option) and ENTRIES[name].option not in param.opts
    }
    assert wrong == {}
    assert {"form", "table", "columns", "constants"} <= params.keys()


def test_a_batch_can_say_whatever_a_job_says_and_a_job_what_decides_a_batch():
    about_the_run = {"resume", "check_output", "saved", "quiet", "as_json"}
    assert {param.name for param in batch.params} - about_the_run == set(ENTRIES)


@pytest.mark.parametrize("name", [name for name, each in ENTRIES.items() if not each.is_required])
def test_an_option_that_is_not_given_is_what_a_job_has_without_a_word(name):
    [param] = [param for param in batch.params if param.name == name]
    default = param.get_default(click.Context(batch))
    default = None if repr(default) == "Sentinel.UNSET" else default
    assert (default or None) == (ENTRIES[name].default or None)


@pytest.mark.parametrize(
    ("job", "code"),
    [
        (Job(name="a\x07", form=FORM, table=Path("a.xlsx")), "key-wrong"),
        (Job(name="a", form=FORM, table=Path("a\udcff.xlsx")), "key-wrong"),
        (Job(name="a", form=FORM, table=Path("a.xlsx"), columns={"\udcff": "surname"}), "job-unwritable"),
    ],
)
def test_what_a_file_cannot_give_back_is_not_saved(job, code, tmp_path):
    with pytest.raises(docgen.UsageError) as refused:
        save_job(job, tmp_path / "a.toml")
    assert refused.value.problems[0].code == code
    assert list(tmp_path.iterdir()) == []


# --- options that a job brought ---------------------------------------------------------------------------------------------


def test_a_field_is_set_once_on_the_command_line(tmp_path):
    path = table(tmp_path / "people.json", [record_of(FORM, surname="Ким", city=None)])
    assert run("check", FORM, path, "--set", "city=Астана", "--set", "city=Астана").exit_code == 0
    result = run("check", FORM, path, "--set", "city=Астана", "--set", "city=Алматы")
    assert (result.exit_code, "--set gives two values to “city”" in result.output) == (2, True)
    assert "Did you mean “city”?" in run("check", FORM, path, "--set", "citi=Астана").output


def test_a_sheet_is_chosen_by_its_title(tmp_path):
    book = openpyxl.Workbook()
    record = {name: str(value) for name, value in record_of(FORM, surname="Ким").items()}
    for page, surname in ((book.active, "Ким"), (book.create_sheet("Екінші"), "Ли")):
        page.append(list(record))
        page.append(list((record | {"surname": surname}).values()))
    book.save(tmp_path / "people.xlsx")
    result = run("batch", FORM, tmp_path / "people.xlsx", "--sheet", "екінші", "-o", tmp_path / "out", "--each", "{surname}")
    assert result.exit_code == 0, result.output
    assert [path.name for path in (tmp_path / "out" / "each").iterdir()] == ["Ли.pdf"]
