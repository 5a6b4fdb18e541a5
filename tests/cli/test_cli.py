"""The command line as its users meet it: lists, samples, formats, standard input and output, exit codes."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, NameObject, NumberObject
from support import processes
from support.calling import beside, run
from support.reading import words
from support.records import record_of

from docgen.cli import COMMANDS
from docgen.cli.grouped import OPTION_GROUPS
from docgen.form import form_ids

FORMS = [
    "advanced-training-certificate",
    "certificate-register",
    "child-protection-certificate",
    "retraining-certificate",
    "work-standard",
]
DOCGEN = Path(sys.executable).with_name("docgen")


def test_forms_lists_the_prescribed_documents_with_their_acts():
    output = run("forms").output
    for form in FORMS:
        assert form in output
    assert "Order of the Minister of Internal Affairs No. 422 of 20 April 2016" in output
    answer = json.loads(run("forms", "--json").output)
    assert {form["id"] for form in answer} >= set(FORMS)


def test_show_tells_fields_clauses_and_that_emblems_are_stand_ins():
    output = run("forms", "show", "retraining-certificate").output
    for told in ("organization", "Ұйымның атауы", "4.2", "gap 10 mm", "bold 48pt", "state-emblem", "stand in"):
        assert told in output
    answer = json.loads(run("forms", "show", "retraining-certificate", "--json").output)
    assert answer["artwork"] == {"ministry-emblem": 110, "state-emblem": 30, "ornament-side": 7, "ornament-corner": 7}
    assert next(place for place in answer["places"] if place.get("clause") == "4.3")["gap"] == "15mm"


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".toml", ".json"])
@pytest.mark.parametrize("form", form_ids())
@pytest.mark.clause("114", "12", "14")
def test_the_sample_of_every_form_renders_as_it_is(form, suffix, tmp_path):
    record, output = tmp_path / f"record{suffix}", tmp_path / "out.pdf"
    assert run("forms", "sample", form, "-o", record).exit_code == 0
    result = run("render", form, record, "-o", output)
    assert (result.exit_code, beside(result, output)) == (0, [])
    assert output.read_bytes().startswith(b"%PDF-1.7")


@pytest.mark.slow
@pytest.mark.parametrize(("suffix", "begins"), [(".pdf", b"%PDF"), (".docx", b"PK"), (".png", b"\x89PNG")])
@pytest.mark.parametrize("form", ["retraining-certificate", "certificate-register", "work-standard"])
def test_the_ending_of_the_output_is_the_format(form, suffix, begins, tmp_path):
    record = tmp_path / "r.json"
    record.write_text(json.dumps(record_of(form), default=str), "utf-8")
    assert run("render", form, record, "-o", tmp_path / f"out{suffix}").exit_code == 0
    assert (tmp_path / f"out{suffix}").read_bytes().startswith(begins)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["json", "toml", "yaml"])
def test_a_record_comes_from_standard_input_and_the_document_goes_to_standard_output(language):
    record = record_of("retraining-certificate")
    text = {
        "json": json.dumps(record, default=str),
        "toml": run("forms", "sample", "retraining-certificate").output,
        "yaml": "\n".join(f"{name}: {value}" for name, value in record.items()),
    }[language]
    piped = processes.run(
        [DOCGEN, "render", "retraining-certificate", "-", "-o", "-", "--to", "pdf"], input=text.encode(), capture_output=True
    )
    assert piped.returncode == 0, piped.stderr.decode()
    assert piped.stdout.startswith(b"%PDF")


def test_where_an_answer_goes_may_lack_kazakh_letters():
    """As a file has them that the shell of another system writes."""
    ascii_alone = os.environ | {"PYTHONIOENCODING": "ascii"}
    listed = processes.run([DOCGEN, "forms", "show", "retraining-certificate", "--json"], env=ascii_alone, capture_output=True)
    assert listed.returncode == 0, listed.stderr
    assert json.loads(listed.stdout) == json.loads(run("forms", "show", "retraining-certificate", "--json").stdout)


@pytest.mark.slow
@pytest.mark.parametrize("command", [("forms",), ("render", "work-standard", "--print", "blank", "-o", "-", "--to", "docx")])
def test_a_full_standard_output_is_told(command):
    with open("/dev/full", "wb") as full:
        refused = processes.run([DOCGEN, *command], stdout=full, stderr=subprocess.PIPE, text=True)
    assert (refused.returncode, refused.stderr) == (4, "✗ the system refused: No space left on device\n")


@pytest.mark.slow
def test_a_reader_who_goes_away_is_no_error():
    reader = processes.run(f"{DOCGEN} forms | head -1", shell=True, capture_output=True, text=True)
    assert (reader.stdout.split()[0], reader.stderr) == ("adaptation-programme", "")


@pytest.mark.slow
@pytest.mark.parametrize("call", ["render retraining-certificate - -o a.pdf <&-", "fill retraining-certificate <&- >&-"])
def test_closed_streams_are_told(call, tmp_path):
    refused = processes.run(f"{DOCGEN} {call}", shell=True, cwd=tmp_path, capture_output=True, text=True)
    assert refused.returncode in (1, 2)
    assert refused.stderr.startswith("✗ ")


@pytest.mark.slow
def test_work_is_done_where_nobody_listens(tmp_path):
    (tmp_path / "t.json").write_text(json.dumps([record_of("retraining-certificate")], default=str))
    command = f"{DOCGEN} batch retraining-certificate t.json -o out <&- >&- 2>&-"
    assert processes.run(command, shell=True, cwd=tmp_path).returncode == 0
    assert (tmp_path / "out" / "manifest.json").exists()


TOLD = {
    ("retraining-certificate", "full", "pdf"): ": 1 page\n",
    ("retraining-certificate", "blank", "pdf"): ": 1 page\n",
    ("work-standard", "full", "pdf"): ": 2 pages\n",
    ("work-standard", "full", "docx"): "\n",
}


@pytest.mark.parametrize("what", TOLD, ids=" ".join)
def test_what_was_written_is_told_and_nothing_beside_a_document_on_standard_output(what, tmp_path):
    form, printed, to = what
    record = tmp_path / "r.toml"
    assert run("forms", "sample", form, "-o", record).stderr == f"{record}\n"
    output = tmp_path / f"a.{to}"
    calls = [("render", form, record, "-o", output), ("render", form, record, "--to", to, "-o", "-")]
    told, piped = [run(*call, *(["--print", "blank"] if printed == "blank" else [])) for call in calls]
    assert (told.exit_code, told.stdout, told.stderr) == (0, "", f"{output}{TOLD[what]}")
    assert (piped.exit_code, piped.stderr, piped.stdout_bytes) == (0, "", output.read_bytes())


def test_joined_files_are_told_with_their_pages(tmp_path):
    run("render", "retraining-certificate", "--print", "blank", "--for", "plain", "-o", tmp_path / "a.pdf")
    joined = run("merge", tmp_path / "a.pdf", tmp_path / "a.pdf", "-o", tmp_path / "b.pdf")
    assert (joined.stdout, joined.stderr) == ("", f"{tmp_path / 'b.pdf'}: 2 pages\n")


def test_set_gives_or_replaces_a_field(tmp_path):
    record = tmp_path / "r.json"
    record.write_text(json.dumps(record_of("retraining-certificate", hours=None), default=str), "utf-8")
    assert run("render", "retraining-certificate", record, "-o", tmp_path / "a.pdf").exit_code == 1
    assert run("render", "retraining-certificate", record, "--set", "hours=72", "-o", tmp_path / "a.pdf").exit_code == 0


@pytest.mark.parametrize("command", [*COMMANDS, "forms show", "forms sample"])
def test_every_command_has_help_with_an_example(command):
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert "docgen" in result.output or command.startswith("forms ")


@pytest.mark.parametrize("name", ["batch", "render"])
@pytest.mark.parametrize("said", ["en", "kk", "ru"])
def test_many_options_are_shown_in_groups_each_option_once(name, said):
    output = run(name, "--help", "--lang", said).output
    groups = re.findall(r"^\S.*:\n((?:  .*\n)+)", output, re.MULTILINE)
    assert len(groups) >= 5
    options = re.findall(r"^  (?:-\w, )?(--[\w-]+)", "".join(groups), re.MULTILINE)
    assert len(options) == len(set(options))
    command = importlib.import_module(f"docgen.cli.{name}").__dict__[name]
    assert set(options) == {param.opts[-1] for param in command.params if isinstance(param, click.Option)} | {"--lang", "--help"}
    rows = [match[0] for match in re.finditer(r"^  -\S*(?: \S+)*  +(?=\S)", "".join(groups), re.MULTILINE)]
    assert len({len(row) for row in rows}) == 1


def test_options_that_belong_together_stand_together():
    helped = run("batch", "--help").output
    assert re.search(r"\nRegister:\n  --register (?:.*\n)+?  --job ", helped)
    assert re.search(r"\nRecords and columns:\n  --only (?:.*\n)+?  --map ", helped)
    assert helped.index("Other options:") < helped.index("  --lang")


def test_every_name_in_a_group_is_an_option_of_a_command():
    commands = [importlib.import_module(f"docgen.cli.{name}").__dict__[name] for name in ("batch", "check", "proof", "render")]
    known = {param.name for command in commands for param in command.params}
    assert {name for names in OPTION_GROUPS.values() for name in names} <= known


def test_letters_that_were_mended_are_told_with_the_problems_of_a_record(tmp_path):
    record = tmp_path / "r.json"
    record.write_text(json.dumps(record_of("retraining-certificate", surname="Қайратұлi", hours="x"), default=str), "utf-8")
    result = run("render", "retraining-certificate", record, "-o", tmp_path / "a.pdf")
    assert result.exit_code == 1
    assert f"• {record}: surname: Latin letters in “Қайратұлі” were replaced" in result.stderr
    assert f"✗ {record}: hours" in result.stderr


def test_a_record_without_a_form_before_it_is_told_how_to_call(tmp_path):
    record = tmp_path / "r.toml"
    run("forms", "sample", "retraining-certificate", "-o", record)
    result = run("render", record, "-o", "a.pdf")
    assert (result.exit_code, f"docgen render FORM {record} -o a.pdf" in result.stderr) == (2, True)


WRONG_CALLS = {
    ("render", "retraining-certificat", "x.toml", "-o", "o.pdf"): "Did you mean “retraining-certificate”?",
    ("rendr",): "Did you mean “render”?",
    ("render", "retraining-certificate", "-o", "o.pdf"): "Give a RECORD",
    ("render", "retraining-certificate", "--print", "blank", "-o", "o.xyz"): "“xyz” is not offered",
    ("render", "retraining-certificate", "--print", "blank", "-o", "o.pdf", "--forms", "nowhere"): "no such folder",
    ("batch", "work-standard", "x.xlsx", "-o", "o"): "docgen render work-standard",
    ("batch", "retraining-certificate", "x.xlsx", "-o", ""): "-o is given nothing",
    ("batch", "retraining-certificate", "x.xlsx", "-o", "o", "--only", ""): "--only is given nothing",
    ("batch", "retraining-certificate", "x.xlsx", "-o", "o", "--numbers="): "--numbers is given nothing",
    ("batch", "retraining-certificate", "x.xlsx", "-o", "o", "--register", ""): "--register is given nothing",
    ("register", "verify", "--register", "b.db", "--seal", ""): "--seal is given nothing",
}


@pytest.mark.parametrize("call", WRONG_CALLS, ids=lambda call: " ".join(call))
def test_a_wrong_call_is_told_and_ends_with_2(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*call)
    assert result.exit_code == 2
    assert WRONG_CALLS[call] in result.output
    assert list(tmp_path.iterdir()) == []


def test_an_option_s_value_may_begin_or_end_like_an_option(tmp_path):
    record = tmp_path / "r.toml"
    run("forms", "sample", "retraining-certificate", "-o", record)
    result = run("render", "retraining-certificate", record, "-o", tmp_path / "a.pdf", "--set", "patronymic=", "--set=topic=a=")
    assert result.exit_code == 0, result.stderr
    assert "a=" in words((tmp_path / "a.pdf").read_bytes())


def test_help_does_not_load_what_paints():
    program = "import sys; from docgen.cli import cli; cli(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    run = processes.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    modules = run.stdout.splitlines()[-1]
    heavy = ("weasyprint", "lxml", "jinja2", "fontTools", "pypdf", "numpy", "tomllib", "hashlib", "docgen.form", "docgen.tables")
    assert not [name for name in heavy if f"'{name}'" in modules]


@pytest.mark.slow
def test_a_batch_of_one_volume_loads_nothing_for_other_batches(tmp_path):
    """Other formats of tables, proofs, the register, processes and clusters, what only prepares artwork."""
    rows = [{**record_of("retraining-certificate"), "number": f"{number:05}"} for number in range(3)]
    (tmp_path / "rows.json").write_text(json.dumps(rows, default=str), encoding="utf-8")
    call = ["batch", "retraining-certificate", str(tmp_path / "rows.json"), "-o", str(tmp_path / "out"), "--workers", "2"]
    at_the_end = "import atexit, sys; atexit.register(lambda: print(sorted(sys.modules)))"
    program = f"{at_the_end}; from docgen.cli import cli; cli({call})"
    run = processes.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    modules = run.stdout.splitlines()[-1]
    others = ("weasyprint", "lxml", "numpy", "yaml", "openpyxl", "sqlalchemy", "multiprocessing", "concurrent.futures")
    rooms = ("tables.csv_file", "tables.sheets", "batching.proofs", "batching.workers", "register", "pdf")
    assert not [name for name in (*others, *(f"docgen.{room}" for room in rooms)) if f"'{name}'" in modules]


def test_an_image_of_any_page(tmp_path):
    run("render", "retraining-certificate", "--print", "blank", "-o", tmp_path / "a.pdf")
    assert run("image", tmp_path / "a.pdf", "-o", tmp_path / "a.png", "--dpi", 72).exit_code == 0
    other = run("image", tmp_path / "a.pdf", "-o", tmp_path / "a.jpg")
    assert (other.exit_code, "written as .png, not “.jpg”" in other.stderr) == (2, True)
    result = run("image", tmp_path / "a.pdf", "-o", tmp_path / "b.png", "--page", 2)
    assert (result.exit_code, (tmp_path / "b.png").exists()) == (1, False)
    assert "there is no page 2" in result.output


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("/MediaBox", ArrayObject(map(NumberObject, (0, 0, 14400, 14400))), "more than 300 million pixels"),
        ("/Type", NameObject("/Nothing"), "no PDF that can be read"),
    ],
)
def test_a_page_that_cannot_be_shown_is_told(tmp_path, key, value, words):
    run("render", "retraining-certificate", "--print", "blank", "-o", tmp_path / "a.pdf")
    writer = PdfWriter(clone_from=tmp_path / "a.pdf")
    writer.pages[0][NameObject(key)] = value
    writer.write(tmp_path / "a.pdf")
    result = run("image", tmp_path / "a.pdf", "-o", tmp_path / "a.png")
    assert (result.exit_code, words in result.output, (tmp_path / "a.png").exists()) == (1, True, False)
