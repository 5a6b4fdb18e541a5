"""A near name of an organization and a near number are asked about: each would begin a second 00001 without a word."""

from __future__ import annotations

import json

import pytest
from support.calling import run
from support.records import record_of

from docgen.errors import DataError
from docgen.form import load_form
from docgen.register import Request, open_register

FORM = load_form("retraining-certificate")
NAME = "Көкшетау академиясы"


def record(**values: object) -> dict[str, object]:
    return record_of(FORM.id, issued="2026-02-06", start="2026-01-12", end="2026-02-06", number=None, organization=NAME) | values


def codes(register, *records: dict[str, object], job: str = "b") -> list[tuple[str, str]]:
    requests = [Request(str(key), each) for key, each in enumerate(records, 1)]
    with pytest.raises(DataError) as refused:
        register.issue(FORM, requests, job)
    return [(problem.code, problem.where.key) for problem in refused.value.problems]


NEAR = [f"{NAME}.", f"{NAME} .", f"«{NAME}»", f'"{NAME}"', "Көкшетау-академиясы", "Көкшетауакадемиясы", "Көкшетау aкадемиясы"]
SAME = [f" {NAME} ", NAME.upper(), "Көкшетау  академиясы", "Көкшетау\u00a0академиясы"]


@pytest.mark.parametrize("name", NEAR)
@pytest.mark.parametrize("issued", ["2026-02-06", "2027-02-06"])
def test_a_near_name_of_an_organization_is_asked_about(tmp_path, name, issued):
    path = tmp_path / "register.db"
    with open_register(path) as register:
        register.issue(FORM, [Request("1", record())], "a")
        near = record(organization=name, issued=issued)
        assert codes(register, near) == [("organization-near", "organization")]
        with pytest.raises(DataError):
            register.expect(FORM, [Request("1", near)], "b")
    with open_register(path, new_organization=True) as register:
        assert register.issue(FORM, [Request("1", near)], "b") == ["00001"]
    with open_register(path) as register:  # it has numbers of its own from now on
        again = record(organization=name, issued=issued)
        assert register.issue(FORM, [Request("1", again)], "c") == ["00002"]
        assert register.verify().problems == []


@pytest.mark.parametrize("name", [*SAME, "Қарағанды академиясы", "Көкшетау академиясы 2"])
def test_the_same_name_and_another_one_are_not(tmp_path, name):
    with open_register(tmp_path / "register.db") as register:
        register.issue(FORM, [Request("1", record())], "a")
        register.issue(FORM, [Request("1", record(organization=name))], "b")


@pytest.mark.parametrize(("name", "near"), [("Гауһар", "Гауhар."), ("НАН", "HАН."), ("Нан", "HАH"), ("SHET", "Shet.")])
def test_h_is_the_letter_that_it_looks_like_by_its_size(tmp_path, name, near):
    """Small h has the shape of һ, capital H that of Н; in a Latin name it is a Latin letter."""
    with open_register(tmp_path / "register.db") as register:
        register.issue(FORM, [Request("1", record(organization=name))], "a")
        assert codes(register, record(organization=near)) == [("organization-near", "organization")]


def test_two_near_names_in_one_table_are_asked_about_at_each_row(tmp_path):
    with open_register(tmp_path / "register.db") as register:
        rows = [record(), record(organization=NEAR[0]), record(organization="Ақтөбе"), record(organization=NEAR[0].upper())]
        assert codes(register, *rows) == [("organization-near", "organization")] * 2


@pytest.mark.parametrize(
    ("own", "meant"),
    [("№1", "00001"), ("№ 00017", "00017"), ("00001а", "00001"), ("00001a", "00001"), ("N 5", "00005"), ("7.", "00007"),
     ("00001;", "00001"), ("１７", "00017")],
)  # fmt: skip
def test_an_own_number_that_is_nearly_one_of_the_sequence_is_a_problem(tmp_path, own, meant):
    with open_register(tmp_path / "register.db") as register:
        with pytest.raises(DataError) as refused:
            register.issue(FORM, [Request("1", record(number=own))], "a")
        [problem] = refused.value.problems
        assert (problem.code, problem.where.row, meant in problem.message) == ("number-near", 1, True)


@pytest.mark.parametrize("own", ["А-17", "KZ-00417", "17/26", "00417", "417", "б/н"])
def test_another_number_is_none(tmp_path, own):
    with open_register(tmp_path / "register.db") as register:
        assert register.issue(FORM, [Request("1", record(number=own))], "a") == [own]


@pytest.mark.parametrize("command", ["batch", "render"])
def test_the_command_line_asks_and_is_answered(tmp_path, command):
    book = tmp_path / "book.db"
    with open_register(book) as register:
        register.issue(FORM, [Request("1", record())], "a")
    near = {name: value for name, value in record(organization=f"{NAME}.", surname="Ахметов").items() if value is not None}
    path = tmp_path / "near.json"
    path.write_text(json.dumps([near] if command == "batch" else near, default=str, ensure_ascii=False), "utf-8")
    call = [command, FORM.id, path, "-o", tmp_path / ("out" if command == "batch" else "out.pdf"), "--register", book]
    asked = run(*call)
    assert (asked.exit_code, "--new-organization" in asked.output) == (1, True), asked.output
    assert run(*call, "--new-organization").exit_code == 0
    without = run(*call[:-2], "--new-organization")
    assert (without.exit_code, "takes --register" in without.output) == (2, True)
