"""Who is due for training: Order No. 114-НҚ, Rules, clause 6 – at least once in two years."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from support.calling import run
from support.records import record_of

from docgen.form import load_form
from docgen.register import Filter, Request, due_people, open_register

FORM = load_form("child-protection-certificate")
RECORD = record_of(FORM.id, number=None)
#: Key → surname, IIN and day of each document of a register.
DOCUMENTS = {
    "1": ("Ахметова", "850312400128", "2024-10-16"),
    "2": ("Оспанова", "930915350202", "2024-10-17"),
    "3": ("Оспанова", "930915350202", "2025-11-03"),  # she was trained again
    "4": ("Қалиева", "", "2024-02-29"),
    "5": ("Серікова", "", "2023-05-05"),  # her last one is void
    "6": ("Серікова", "", "2025-05-05"),
}


@pytest.fixture
def register(register_at):
    with open_register(register_at) as opened:
        for key, (surname, iin, issued) in DOCUMENTS.items():
            unprinted = {"iin": iin} if iin else {}
            opened.issue(FORM, [Request(key, RECORD | {"surname": surname, "issued": issued}, unprinted)], "a")
        opened.void(Filter(FORM.id, year=2025, search="Серікова"), "withdrew")
        yield opened


@pytest.mark.clause("114", "6")
@pytest.mark.parametrize(("on", "names"), [
    (date(2026, 2, 27), ["Серікова"]), (date(2026, 2, 28), ["Серікова", "Қалиева"]),
    (date(2026, 10, 15), ["Серікова", "Қалиева"]), (date(2026, 10, 16), ["Серікова", "Қалиева", "Ахметова"]),
    (date(2027, 11, 3), ["Серікова", "Қалиева", "Ахметова", "Оспанова"]),
])  # fmt: skip
def test_a_person_is_due_two_years_after_the_last_training(register, on, names):
    assert FORM.numbering.years == 2
    found = due_people(register.documents(Filter(FORM.id)), FORM.numbering.years, on)
    assert [each.document.record["surname"] for each in found] == names


def test_the_command_shows_the_day_and_writes_a_list(register, register_at, tmp_path):
    common = ["register", "due", FORM.id, "--on", "2026-10-16", "--register", register_at]
    shown = run(*common).output.splitlines()
    assert shown[-1] == "3 people are due by 2026-10-16"
    assert shown[-2].split()[:2] == ["2026-10-16", "Ахметова"]
    assert len(json.loads(run(*common, "--json").output)["people"]) == 3
    assert run(*common, "-o", tmp_path / "due.csv").exit_code == 0
    lines = list(csv.reader(io.StringIO((tmp_path / "due.csv").read_text("utf-8-sig")), delimiter=";"))
    assert [line[3] for line in lines[1:]] == ["", "", '="850312400128"']
    assert run(*common, "-o", tmp_path / "due.pdf").exit_code == 0
    assert (tmp_path / "due.pdf").read_bytes().startswith(b"%PDF")


def test_a_form_that_does_not_say_how_often_is_asked_for(register_at):
    with open_register(register_at) as register:
        form = load_form("retraining-certificate")
        register.issue(
            form, [Request("1", record_of(form.id, issued="2020-02-06", start="2020-01-12", end="2020-02-06", number=None))], "a"
        )
    common = ["register", "due", "retraining-certificate", "--on", "2026-10-16", "--register", register_at]
    assert run(*common).exit_code == 2
    assert run(*common, "--years", 5).output.endswith("1 person is due by 2026-10-16\n")
