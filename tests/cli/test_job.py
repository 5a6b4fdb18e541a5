"""`docgen job new` at a real terminal, and what it answers where there is none."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest
from support.calling import run
from support.places import ROOT
from support.terminal import CTRL_C, CTRL_D, AtTerminal

EMPTY_LINE = "\x15"


def folder_with_table(folder: Path) -> Path:
    shutil.copy(ROOT / "samples" / "course.xlsx", folder)
    return folder


def asked(folder: Path, *arguments: object, language: str = "en") -> AtTerminal:
    return AtTerminal(folder_with_table(folder), "job", "new", "-o", "course-12.toml", *arguments, language=language)


def up_to_the_summary(clerk: AtTerminal) -> AtTerminal:
    """Answer everything up to the summary: the head is in a column of another heading, ten records are in a volume."""
    clerk.sees("Which document?", "retraining-certificate").types("retraining").sees("Which table?").types("")
    clerk.sees("Which register").types("").sees("What do the columns hold?", "Enter: that is right").types("11")
    clerk.sees("holds …", "leave the column out").types(f"{EMPTY_LINE}city").sees("“Қала” holds it already")
    clerk.types(f"{EMPTY_LINE}head").sees("Enter: that is right").types("")
    clerk.sees("What is printed?", "the data alone, onto that stock").types("")
    clerk.sees("How many records").types(f"{EMPTY_LINE}0")
    clerk.sees("“0” is not allowed here").types(f"{EMPTY_LINE}10").sees("A file a person?").types("")
    return clerk.sees("Which folder").types("").sees("What does the register").types("").sees("Enter: save")


@pytest.mark.slow
def test_the_questions_lead_to_a_job_that_checks_and_prints(tmp_path, monkeypatch):
    clerk = up_to_the_summary(asked(tmp_path, "course.xlsx"))
    assert clerk.types("").sees("docgen check course-12.toml").leaves() == ["course-12.toml", "course.xlsx"]
    assert tomllib.loads((tmp_path / "course-12.toml").read_text("utf-8")) == {
        "version": 1, "name": "course-12", "form": "retraining-certificate", "ignore": ["Телефон"], "split": 10,
        "output": "course-12", "table": {"path": "course.xlsx"}, "columns": {"Кім қол қояды": "head"},
    }  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert "24 records, 3 problems, 1 mended" in run("check", "course-12.toml").output
    assert run("batch", "course-12.toml", "--skip-bad").exit_code == 0


@pytest.mark.slow
def test_a_form_that_is_given_as_for_a_batch_is_not_asked_for(tmp_path):
    clerk = asked(tmp_path, "retraining-certificate", "course.xlsx").sees("Which table?").types("")
    clerk.sees("Which register").types(CTRL_C, enter=False).leaves(130)
    clerk = asked(tmp_path, "retraining-certificate").sees("Which table?").types("course.xlsx")
    clerk.sees("Which register").types(CTRL_C, enter=False).leaves(130)
    clerk = asked(tmp_path, "retraning-certificate", "course.xlsx")
    assert clerk.sees("no form “retraning-certificate”", "“retraining-certificate”?").leaves(2) == ["course.xlsx"]


@pytest.mark.slow
def test_an_answer_is_changed_by_its_number_before_the_job_is_saved(tmp_path):
    clerk = up_to_the_summary(asked(tmp_path, "course.xlsx")).types("6")
    clerk.sees("How many records").types(f"{EMPTY_LINE}20").sees("Enter: save").types("").leaves()
    assert tomllib.loads((tmp_path / "course-12.toml").read_text("utf-8"))["split"] == 20


@pytest.mark.slow
@pytest.mark.parametrize(("key", "code", "said"), [(CTRL_C, 130, "Nothing was written"), (CTRL_D, 2, "the answers ended before")])
def test_whoever_stops_has_written_nothing(key, code, said, tmp_path):
    clerk = up_to_the_summary(asked(tmp_path, "course.xlsx")).types(key, enter=False)
    assert clerk.sees(said).leaves(code) == ["course.xlsx"]


@pytest.mark.slow
def test_a_file_that_is_there_is_written_over_by_agreement_alone(tmp_path):
    (tmp_path / "course-12.toml").write_text("mine", encoding="utf-8")
    clerk = asked(tmp_path).sees("course-12.toml: write over it?").types("n")
    clerk.sees("there is such a file already").leaves(2)
    assert (tmp_path / "course-12.toml").read_text("utf-8") == "mine"
    clerk = asked(tmp_path, "course.xlsx").sees("write over it?").types("")
    up_to_the_summary(clerk).types("").leaves()
    assert tomllib.loads((tmp_path / "course-12.toml").read_text("utf-8"))["version"] == 1


@pytest.mark.slow
def test_the_questions_come_in_the_language_of_the_clerk(tmp_path):
    asked(tmp_path, language="ru").sees("Какой документ?").types(CTRL_C, enter=False).leaves(130)


def test_without_a_terminal_another_way_is_named(tmp_path):
    result = run("job", "new", "-o", tmp_path / "a.toml")
    assert (result.exit_code, "--save-job" in result.output) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_the_help_of_a_job_lists_its_commands():
    result = run("job", "--help")
    assert (result.exit_code, "new" in result.output) == (0, True)
    assert "Задания" not in result.output
    assert run("job", "new", "--help", "--lang", "kk").exit_code == 0
