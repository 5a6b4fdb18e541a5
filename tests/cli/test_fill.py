"""`docgen fill` at a real terminal: pexpect types what a clerk types, and reads what stands on the screen."""

from __future__ import annotations

import json
import signal
import stat
import sys
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.reading import words
from support.records import record_of
from support.terminal import CTRL_B, CTRL_C, CTRL_D, READY, AtTerminal

import docgen
from docgen.cli import cli
from docgen.errors import DataError
from docgen.fields import Rows, Texts
from docgen.form import form_ids, load_form
from docgen.inputs.answers import DraftStore, Filling, file_name
from docgen.record import read_record

CERTIFICATE = "retraining-certificate"
BACKSPACE, EMPTY_LINE, END = "\x7f", "\x15", "\x1b[F"
SUMMARY = "Enter: save"
ANSWERS = {
    "Organization": "Қарағанды академиясы",
    "Rank": "полиция майоры",
    "Surname": "Сейітқали",
    "Given name": "Бауыржан",
    "Patronymic": "",
    "Training begins": "12.01.2026",
    "Training ends": "2026-02-06",
    "Topic of the course": "Ақпараттық қауіпсіздік",
    "Hours": "144",
    "Head of the organization": "А. Ж. Нұрғалиев",
    "City": "Қарағанды",
    "Date of issue": "06.02.2026",
    "Registration number": "00417",
}


class Clerk(AtTerminal):
    """Fills a form."""

    def __init__(self, folder: Path, *arguments: object, language: str = "en", before: Sequence[str] = ()):
        super().__init__(folder, "fill", *arguments, language=language, before=before)

    def answers(self, **changes: str) -> Clerk:
        for label, text in (ANSWERS | {label.replace("_", " "): text for label, text in changes.items()}).items():
            self.sees(f"{label}\x1b[0m").types(text)
        return self


@pytest.mark.slow
def test_a_certificate_from_the_first_question_to_the_files(tmp_path):
    stem = "retraining-certificate-Сейітқали-00417"
    clerk = Clerk(tmp_path, CERTIFICATE).sees("Certificate of retraining").answers()
    assert clerk.sees(SUMMARY).types("").leaves() == [f"{stem}.docx", f"{stem}.pdf", f"{stem}.toml"]
    record = tomllib.loads((tmp_path / f"{stem}.toml").read_text("utf-8"))
    assert (record["start"], record["hours"], record["number"]) == (date(2026, 1, 12), 144, "00417")
    assert "patronymic" not in record
    assert (tmp_path / f"{stem}.pdf").read_bytes() == docgen.render(CERTIFICATE, record)
    assert (tmp_path / f"{stem}.docx").read_bytes() == docgen.render(CERTIFICATE, record, to="docx")
    assert not list((tmp_path / "data" / "drafts").iterdir())


@pytest.mark.slow
def test_what_is_wrong_is_told_at_once_and_the_answer_stands_in_the_line_again(tmp_path):
    clerk = Clerk(tmp_path, CERTIFICATE, "-o", "a.toml", "--no-render")
    for label, text in list(ANSWERS.items())[:5]:
        clerk.sees(f"{label}\x1b[0m").types(text)
    clerk.sees("Training begins").types("32.01.2026").sees("there is no such day as 32.01.2026", "Check the day and the month")
    clerk.types(END + BACKSPACE * 9 + "1.01.2026")
    clerk.sees("Training ends").types("").sees("nothing is given").types("06.02.2026")
    for label, text in list(ANSWERS.items())[7:]:
        clerk.sees(f"{label}\x1b[0m").types(text)
    assert clerk.sees(SUMMARY).types("").leaves() == ["a.toml"]
    assert tomllib.loads((tmp_path / "a.toml").read_text("utf-8"))["start"] == date(2026, 1, 31)


@pytest.mark.slow
def test_an_answer_that_is_given_anew_replaces_the_wrong_one(tmp_path):
    clerk = Clerk(tmp_path, CERTIFICATE, "-o", "a.toml", "--no-render")
    for label, text in list(ANSWERS.items())[:5]:
        clerk.sees(f"{label}\x1b[0m").types(text)
    clerk.sees("Training begins").types("32.01.2026").sees("Check the day and the month").types("31.01.2026")
    clerk.sees("Training ends").types(CTRL_C, enter=False)
    clerk.sees("What you typed is kept", f"docgen fill {CERTIFICATE} -o a.toml --no-render").leaves(130)
    assert draft(tmp_path)["answers"]["start"] == "31.01.2026"


@pytest.mark.slow
def test_kazakh_letters_are_typed_and_edited(tmp_path):
    clerk = Clerk(tmp_path, CERTIFICATE, "-o", "a.json", "--no-render")
    typed = {"Surname": "Әбдіқ\x7f\x7fіғҢ\x7fңө", "Given_name": "Үұһ\x1b[D\x1b[D\x7fҰ", "City": "Алматы\x7f"}
    clerk.answers(**typed).sees(SUMMARY).types("").leaves()
    record = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert (record["surname"], record["given_name"], record["city"]) == ("Әбдіғңө", "Ұұһ", "Алмат")


@pytest.mark.slow
@pytest.mark.parametrize("back", ["<\r", CTRL_B])
def test_going_back_offers_the_former_answer(back, tmp_path):
    clerk = Clerk(tmp_path, CERTIFICATE)
    clerk.sees("Organization\x1b[0m").types("Академия").sees("Rank\x1b[0m").types(back, enter=False)
    clerk.sees("Organization\x1b[0m", "Академия").types(" 2").sees("Rank\x1b[0m").types(CTRL_C, enter=False).leaves(130)
    assert draft(tmp_path)["answers"] == {"organization": "Академия 2"}


def draft(folder, form=CERTIFICATE):
    return json.loads((folder / "data" / "drafts" / f"{form}.json").read_text("utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize("end", [CTRL_C, CTRL_D, signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, None])
def test_interrupted_it_keeps_what_was_typed_and_goes_on_with_it(end, tmp_path):
    clerk = Clerk(tmp_path, CERTIFICATE).sees("Organization\x1b[0m").types("Академия")
    clerk.sees("Rank\x1b[0m").types("майор").sees("Surname\x1b[0m")
    if isinstance(end, str):
        clerk.types(end, enter=False).sees("What you typed is kept", "docgen fill retraining-certificate").leaves(130)
    elif end:
        clerk.process.kill(end)
        clerk.waits()
    else:
        clerk.closes_the_window().waits()
    again = Clerk(tmp_path, CERTIFICATE).sees("Go on with it?").types("").sees("Surname\x1b[0m")
    again.types("<").sees("Rank\x1b[0m", "майор").types(CTRL_C, enter=False).leaves(130)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="env --ignore-signal is of GNU coreutils")
@pytest.mark.parametrize("end", [CTRL_C, signal.SIGINT, signal.SIGHUP, None])
def test_it_ends_with_its_terminal_though_the_caller_ignores_signals(end, tmp_path):
    clerk = Clerk(tmp_path, CERTIFICATE, before=("env", "--ignore-signal=INT,HUP"))
    clerk.sees("Organization\x1b[0m").types("Академия").sees("Rank\x1b[0m")
    if isinstance(end, str):
        clerk.types(end, enter=False).leaves(130)
    elif end:
        clerk.process.expect(READY)
        clerk.process.kill(end)
        clerk.waits()
    else:
        clerk.closes_the_window().waits()
    assert draft(tmp_path)["answers"] == {"organization": "Академия"}


@pytest.mark.slow
def test_a_draft_can_be_left_behind(tmp_path):
    Clerk(tmp_path, CERTIFICATE).sees("Organization\x1b[0m").types("Академия").sees("Rank").types(CTRL_C, enter=False).leaves(130)
    again = Clerk(tmp_path, CERTIFICATE).sees("Go on with it?").types("n").sees("[1/13]", "Organization\x1b[0m")
    again.types(CTRL_C, enter=False).leaves(130)


@pytest.mark.slow
def test_organization_head_and_city_are_offered_the_next_time(tmp_path):
    Clerk(tmp_path, CERTIFICATE, "--no-render").answers().sees(SUMMARY).types("").leaves()
    kept = tmp_path / "data" / "remembered.json"
    assert json.loads(kept.read_text("utf-8")).keys() == {"organization", "head", "city"}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    clerk = Clerk(tmp_path, "advanced-training-certificate").sees("Organization\x1b[0m", "Қарағанды академиясы").types("")
    clerk.sees("Rank\x1b[0m").types(CTRL_C, enter=False).leaves(130)
    assert draft(tmp_path, "advanced-training-certificate")["answers"] == {"organization": "Қарағанды академиясы"}


PERSON = ["Оспанова", "Ұлжан", "", "820401400770", "мектеп", "мұғалім", "0129", "16.10.2026"]


@pytest.mark.slow
def test_rows_are_asked_one_by_one_and_a_wrong_iin_is_corrected(tmp_path):
    clerk = Clerk(tmp_path, "certificate-register", "-o", "r.toml").sees("Organization\x1b[0m").types("Өрлеу")
    clerk.sees("Year").types("2026").sees("Certificates 1 › Surname").types("").sees("at least 1 must be given")
    for number, text in enumerate(PERSON):
        if number == 3:
            clerk.types("820401400771").sees("the check digit does not agree").types(END + BACKSPACE + "0")
        else:
            clerk.types(text)
        clerk.sees("Certificates 2" if number == 7 else "Certificates 1 ›")
    clerk.types("").sees("Certificates 1 › Surname: ", "Оспанова", SUMMARY).types("")
    assert clerk.leaves() == ["r.docx", "r.pdf", "r.toml"]
    record = tomllib.loads((tmp_path / "r.toml").read_text("utf-8"))
    assert [row["iin"] for row in record["rows"]] == ["820401400770"]
    assert "Оспанова" in words((tmp_path / "r.pdf").read_bytes())


@pytest.mark.slow
def test_nested_rows_and_lists_of_texts(tmp_path):
    clerk = Clerk(tmp_path, "work-standard", "-o", "w.json", "--no-render")
    for number, text in enumerate(["Департамент", "Басқарма", "полковник", "С. Ахметов", "", "инспектор"], 1):
        clerk.sees(f"[{number}/").types(text)
    clerk.sees("full list of acts 1").types("Заң").sees("acts 2").types("").sees("Tasks 1 › Task").types("міндет")
    for number in (1, 2):
        for text in ("функция", "тәртіп", "талап"):
            clerk.sees(f"Tasks 1 › Functions {number} ›").types(f"{text} {number}")
    clerk.sees("Functions 3").types("").sees("Tasks 2 › Task").types("").sees("Rank of the employee").types("майор")
    clerk.sees("Name of the employee").types("Б. Сейітқали").sees(SUMMARY).types("").leaves()
    record = json.loads((tmp_path / "w.json").read_text("utf-8"))
    assert record["acts"] == ["Заң"]
    assert record["tasks"] == [
        {"task": "міндет", "rows": [
            {"function": f"функция {n}", "procedure": f"тәртіп {n}", "requirement": f"талап {n}"} for n in (1, 2)
        ]}
    ]  # fmt: skip


@pytest.mark.slow
def test_what_concerns_the_whole_record_is_told_at_the_end_and_corrected_by_number(tmp_path):
    clerk = Clerk(tmp_path, CERTIFICATE, "-o", "a.toml", "--no-render").answers(Training_ends="2026-01-01")
    clerk.sees("2026-01-01 lies before Training begins", SUMMARY).types("").sees("Correct first what is wrong", SUMMARY)
    clerk.types("99").sees("no answer of this number", SUMMARY).types("7").sees("[7/13]", "Training ends")
    clerk.types(EMPTY_LINE + "06.02.2026").sees(SUMMARY).types("")
    assert clerk.leaves() == ["a.toml"]


def test_answers_that_contradict_each_other_are_told_at_once():
    row = {"unit": "А", "staff": "100", "due_retraining": "10"}
    filling = Filling(load_form("coverage-report"), {"rows": [dict(row)]})

    def answer(key, text):
        return [note.message for note in filling.put(next(q for q in filling.questions() if q.key == key), text)]

    assert answer("rows[1].retrained", "11") == ["11 is more than “Due for retraining”: 10"]
    assert answer("rows[1].due_training", "5") == []
    assert answer("rows[1].due_retraining", "12") == []
    assert answer("rows[1].retrained", "13") == ["13 is more than “Due for retraining”: 12"]
    people = [{"surname": "Ким", "iin": "930915350202"}, {"surname": "Әлиева"}]
    filling = Filling(load_form("trainee-list"), {"rows": people})
    assert answer("rows[2].iin", "930915350202") == ["930915350202 is in row 1 already"]


@pytest.mark.slow
def test_a_contradiction_is_told_at_the_terminal_before_the_next_question(tmp_path):
    clerk = Clerk(tmp_path, CERTIFICATE)
    for label, text in list(ANSWERS.items())[:6]:
        clerk.sees(f"{label}\x1b[0m").types(text)
    clerk.sees("Training ends\x1b[0m").types("2026-01-01").sees("2026-01-01 lies before Training begins", "Topic of the course")
    clerk.process.close(force=True)


@pytest.mark.slow
def test_what_does_not_fit_the_page_is_told_before_anything_is_written(tmp_path):
    long = "Ұйымның өте ұзақ атауы " * 60
    clerk = Clerk(tmp_path, CERTIFICATE, "-o", "a.toml").answers(Organization=long.strip())
    clerk.sees(SUMMARY).types("").sees("✗", "mm", SUMMARY).types("1").sees("Organization").types(EMPTY_LINE + "Академия")
    assert clerk.sees(SUMMARY).types("").leaves() == ["a.docx", "a.pdf", "a.toml"]


@pytest.mark.slow
def test_an_entry_is_added_and_another_taken_out_at_the_end(tmp_path):
    sample = record_of("trainee-list")
    kept = DraftStore(tmp_path / "data")
    filling = Filling(load_form("trainee-list"), as_typed(sample))
    filling.go(10**6)
    kept.save(filling)
    count = len(filling.questions())
    first = next(n for n, question in enumerate(filling.questions(), 1) if question.begins)
    last = next(n for n, question in enumerate(filling.questions(), 1) if question.is_open)
    clerk = Clerk(tmp_path, "trainee-list", "-o", "t.json", "--no-render").sees("Go on with it?").types("").sees(SUMMARY)
    clerk.types(str(last))
    for text in ["Жаңа", "Адам", "", "820401400770", "маман", ""]:
        clerk.sees("Employees").types(text)
    clerk.sees("Employees").types("")
    clerk.sees(SUMMARY).types(str(first)).sees(f"[{first}/").types(EMPTY_LINE).sees("out, with its 6 answers?").types("")
    clerk.sees(f"> {sample['rows'][0]['surname']}")  # between two lines, the terminal itself would take EMPTY_LINE
    clerk.types(EMPTY_LINE).sees("out, with its 6 answers?").types("y").sees(SUMMARY).types("").leaves()
    names = [row["surname"] for row in json.loads((tmp_path / "t.json").read_text("utf-8"))["rows"]]
    assert names == [*(row["surname"] for row in sample["rows"][1:]), "Жаңа"]
    assert count > last


@pytest.mark.slow
def test_a_closed_choice_is_answered_by_its_number(tmp_path):
    clerk = Clerk(tmp_path, "training-plan")
    for number in (1, 2, 3):  # who approves may be left out
        clerk.sees(f"[{number}/").types("")
    clerk.sees("1  қайта даярлау", "2  біліктілікті арттыру")
    clerk.types("3").sees("is not offered").types(EMPTY_LINE + "2").sees("[5/")
    clerk.types(CTRL_C, enter=False).leaves(130)
    assert draft(tmp_path, "training-plan")["answers"]["course_kind"] == "біліктілікті арттыру"


@pytest.mark.slow
def test_nothing_is_written_over_without_being_asked(tmp_path):
    (tmp_path / "a.pdf").write_text("mine", "utf-8")
    clerk = Clerk(tmp_path, CERTIFICATE, "-o", "a.toml", "--to", "pdf").answers().sees(SUMMARY).types("")
    names = clerk.sees("a.pdf: write over it?").types("n").leaves()
    assert (tmp_path / "a.pdf").read_text("utf-8") == "mine"
    assert names == ["a.pdf", "retraining-certificate-Сейітқали-00417.pdf", "retraining-certificate-Сейітқали-00417.toml"]


@pytest.mark.slow
def test_help_tells_the_label_in_every_language_and_the_keys(tmp_path):
    clerk = Clerk(tmp_path, CERTIFICATE).sees("Organization\x1b[0m").types("?")
    clerk.sees("Ұйымның атауы · Название организации · Organization", "Ctrl-B", "Ctrl-C")
    clerk.types(CTRL_C, enter=False).leaves(130)


@pytest.mark.slow
def test_lookalike_letters_are_mended_and_told(tmp_path):
    clerk = Clerk(tmp_path, CERTIFICATE).sees("Organization\x1b[0m").types("Қайратұлi").sees("were replaced by the Kazakh ones")
    clerk.sees("Rank").types(CTRL_C, enter=False).leaves(130)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_questions_come_in_the_language_of_the_clerk(language, tmp_path):
    label = load_form(CERTIFICATE).field("organization").label[language]
    Clerk(tmp_path, CERTIFICATE, language=language).sees(label).types(CTRL_C, enter=False).leaves(130)


def test_without_a_terminal_other_ways_are_told(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCGEN_DATA", str(tmp_path))
    result = CliRunner().invoke(cli, ["fill", CERTIFICATE])
    assert result.exit_code == 2
    assert "docgen forms sheet retraining-certificate" in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_record_of_another_format_is_refused():
    result = CliRunner().invoke(cli, ["fill", CERTIFICATE, "-o", "a.xlsx"])
    assert result.exit_code == 2
    assert ".toml or .json" in result.output


# The dialogue without a terminal.


def as_typed(value):
    """Return values as a clerk types them."""
    if isinstance(value, dict):
        return {name: as_typed(each) for name, each in value.items()}
    if isinstance(value, list):
        return [as_typed(each) for each in value]
    return value.strftime("%d.%m.%Y") if isinstance(value, date) else str(value)


def sample_answer(values, question):
    for part in question.path:
        if isinstance(part, int) and part >= len(values):
            return ""
        values = values[part] if isinstance(part, int) else values.get(part, "")
    return as_typed(values)


@pytest.mark.parametrize("form", form_ids())
def test_the_questions_of_every_form_lead_to_its_sample(form):
    loaded, sample = load_form(form), record_of(form)
    filling, asked = Filling(loaded), []
    while (place := filling.position()) < len(filling.questions()):
        question = filling.questions()[place]
        asked.append(question.path)
        filling.put(question, sample_answer(sample, question))
    assert read_record(loaded, filling.answers) == read_record(loaded, sample)
    assert len(asked) == len(set(asked)) == len(filling.questions())


def test_an_emptied_first_answer_takes_the_entry_out():
    filling = Filling(load_form("work-standard"), as_typed(record_of("work-standard")))
    tasks = len(filling.answers["tasks"])
    question = next(q for q in filling.questions() if q.key == "tasks[1].rows[2].function")
    filling.put(question, "")
    assert [row["function"] for row in filling.answers["tasks"][0]["rows"]][1].startswith("Курстарға")
    assert filling.questions()[filling.position()].path == question.path
    filling.put(next(q for q in filling.questions() if q.key == "tasks[1].task"), "")
    assert len(filling.answers["tasks"]) == tasks - 1
    filling.put(next(q for q in filling.questions() if q.key == "acts[2]"), "")
    assert len(filling.answers["acts"]) == 2


def test_a_wrong_answer_changes_nothing():
    filling = Filling(load_form(CERTIFICATE), {"hours": "72"})
    question = next(q for q in filling.questions() if q.key == "hours")
    with pytest.raises(DataError, match="no whole number"):
        filling.put(question, "жетпіс")
    assert filling.answers == {"hours": "72"}


@pytest.mark.parametrize(
    "content",
    [b"", b"[", b"[]", b"5", b'{"answers": 1}', b'{"answers": {"surname": 1, "rows": "a"}}', b"\xff", b"[" * 100_000,
     b'{"answers": {"surname": ["a"]}, "at": 7}'],
)  # fmt: skip
def test_a_draft_that_cannot_be_read_is_no_draft(content, tmp_path):
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / f"{CERTIFICATE}.json").write_bytes(content)
    assert DraftStore(tmp_path).draft(load_form(CERTIFICATE)) is None


def test_a_draft_of_a_form_that_was_changed_since_keeps_what_still_fits(tmp_path):
    kept = {"answers": {"surname": "Оспанова", "gone": "а", "start": ["12"]}, "at": ["gone"]}
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / f"{CERTIFICATE}.json").write_text(json.dumps(kept), "utf-8")
    filling = DraftStore(tmp_path).draft(load_form(CERTIFICATE))
    assert filling.answers == {"surname": "Оспанова"}
    assert filling.position() == 0


@pytest.mark.parametrize(
    ("answers", "name"),
    [
        ({"surname": "Сейітқали", "number": "№ 5/2026"}, "retraining-certificate-Сейітқали---5-2026"),
        ({"surname": "../../etc", "number": "a\\b"}, "retraining-certificate-------etc-a-b"),
        ({}, "retraining-certificate"),
    ],
)
def test_the_name_of_the_file_leads_nowhere_else(answers, name):
    assert file_name(load_form(CERTIFICATE), answers) == name


def test_every_form_can_be_asked_for():
    for form in form_ids():
        for each in load_form(form).fields:
            assert not isinstance(each, Rows) or any(not inner.takes_list for inner in each.fields)
            assert not isinstance(each, Texts) or each.label
