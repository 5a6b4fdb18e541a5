"""One person twice in a table: told with both rows, and no second number unless that is asked for."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from support.calling import run
from support.records import record_of
from support.writing import table

import docgen
from docgen.register import Filter, open_register

FORM = "retraining-certificate"
#: Two numbers that are right: Σ digit·weight mod 11 is the last digit.
IIN, OTHER_IIN = "930915350202", "850312400128"


def person(**changes: object) -> dict:
    return record_of(FORM, **{"number": None, **changes})


def told(problems) -> list[tuple[str, int | None, str]]:
    return [(problem.code, problem.where.row, problem.where.key) for problem in problems]


def issued(book: Path) -> list[tuple[str, str]]:
    """Return the number of each document in a register, and its row."""
    with open_register(book) as register:
        return sorted((document.number, document.key) for document in register.documents(Filter()))


def refused(rows: list[dict], folder: Path, **options: object) -> list[tuple[str, int | None, str]]:
    """Return what a batch with a register says of the rows, and see that a refused one has issued nothing."""
    with open_register(folder / "book.db") as register:
        try:
            docgen.batch(FORM, rows, folder / "out", register=register, job="job", **options)
        except docgen.DataError as error:
            assert list(register.documents(Filter())) == []
            return told(error.problems)
    return []


TWICE = [("person-twice", 2, "surname")]
SAME = {
    "case": ({"surname": "Сейітқали"}, {"surname": "СЕЙІТҚАЛИ"}),
    "lookalikes": ({"surname": "Сейітқали"}, {"surname": "Ceйiтқaли"}),
    "a capital H": ({"surname": "НИНА"}, {"surname": "HИHА"}),
    "yo": ({"surname": "Алёхин"}, {"surname": "Алехин"}),
    "a hyphen": ({"surname": "Петрова-Водкина"}, {"surname": "Петрова – Водкина"}),
    "a decomposed letter": ({"surname": "Байбосынов"}, {"surname": "Байбосынов"}),
    "another rank": ({"rank": "полиция капитаны"}, {"rank": "полиция майоры"}),
    "a date as text": ({"start": date(2026, 1, 12)}, {"start": "12.01.2026"}),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_one_person_for_one_course_is_a_problem_with_both_rows(one, other, tmp_path):
    assert refused([person(**one), person(**other)], tmp_path) == TWICE


OTHERS = {
    "another name": {"given_name": "Айгүл"},
    "a letter that is no lookalike": {"surname": "Сейтқали"},
    "no patronymic": {"patronymic": None},
    "another topic": {"topic": "Жедел-іздестіру қызметі"},
    "another course": {"start": date(2026, 1, 13)},
}


@pytest.mark.parametrize("changes", OTHERS.values(), ids=OTHERS)
def test_another_person_or_course_is_none(changes, tmp_path):
    assert refused([person(), person(**changes)], tmp_path) == []


def test_people_of_one_name_are_told_apart_by_their_iin(tmp_path):
    assert refused([person(iin=IIN), person(iin=OTHER_IIN)], tmp_path) == []


def test_one_iin_is_one_person_whatever_the_name(tmp_path):
    assert refused([person(iin=IIN), person(iin=IIN, surname="Ким")], tmp_path) == [("person-twice", 2, "iin")]


def test_a_row_without_an_iin_is_known_by_its_name(tmp_path):
    assert refused([person(iin=IIN), person()], tmp_path / "a") == TWICE
    assert refused([person(), person(iin=IIN)], tmp_path / "b") == TWICE


def test_a_second_number_of_ones_own_is_refused_by_a_register_too(tmp_path):
    assert refused([person(number="00001"), person(number="00002")], tmp_path) == TWICE


def test_all_problems_are_listed_together(tmp_path):
    rows = [person(), person(hours="көп"), person(surname="Ким", hours="көп")]
    assert refused(rows, tmp_path) == [*TWICE, ("not-a-number", 2, "hours"), ("not-a-number", 3, "hours")]


def test_a_row_that_lacks_its_name_is_a_problem_of_its_own(tmp_path):
    rows = [person(surname=None), person(surname=None), {}, {"surname": ["Ким"]}]
    assert TWICE[0] in refused(rows, tmp_path)


def test_who_is_meant_twice_gets_two_numbers_and_is_told_all_the_same(tmp_path):
    result = docgen.batch(FORM, [person()] * 2, tmp_path / "out", register=tmp_path / "b.db", job="job", allow_doubles=True)
    assert (result.records, told(result.notes)) == (2, TWICE)
    assert issued(tmp_path / "b.db") == [("00001", "1"), ("00002", "2")]


def test_the_second_row_is_left_out_where_bad_ones_are(tmp_path):
    rows = [person(), person(), person(surname="Ким")]
    result = docgen.batch(FORM, rows, tmp_path / "out", register=tmp_path / "b.db", job="job", skip_bad=True)
    assert (result.records, told(result.problems)) == (2, TWICE)
    assert issued(tmp_path / "b.db") == [("00001", "1"), ("00002", "3")]


def test_a_row_that_is_printed_alone_is_not_issued_under_a_second_number(tmp_path):
    rows = [person(), person(), person(surname="Ким")]
    docgen.batch(FORM, rows, tmp_path / "a", register=tmp_path / "b.db", job="job", skip_bad=True)
    with pytest.raises(docgen.DataError) as error:
        docgen.batch(FORM, rows, tmp_path / "c", register=tmp_path / "b.db", job="job", only="2")
    assert told(error.value.problems) == TWICE
    assert docgen.batch(FORM, rows, tmp_path / "c", register=tmp_path / "b.db", job="job", only="1,3").records == 2


NUMBERED = [record_of(FORM, number=number) for number in ("00417", "00418")]


def test_without_a_register_a_number_of_its_own_makes_it_a_note(tmp_path):
    assert docgen.check(FORM, NUMBERED) == []
    assert told(docgen.batch(FORM, NUMBERED, tmp_path / "out").notes) == TWICE
    assert told(docgen.render_each(FORM, NUMBERED).notes) == TWICE


AGREEMENT = record_of("training-agreement", number=None)


def test_a_certificate_without_a_number_is_not_printed_twice(tmp_path):
    """The agreement names its person in one field and by IIN, and may go without a number."""
    twice = [("person-twice", 2, "iin")]
    field = docgen.load_form("training-agreement").field("number")
    rows = [AGREEMENT, AGREEMENT | {"employee": str(AGREEMENT["employee"]).upper()}]
    expected = twice if field.optional else [("value-missing", 1, "number"), *twice, ("value-missing", 2, "number")]
    assert sorted(told(docgen.check("training-agreement", rows))) == sorted(expected)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_table_is_watched_while_it_is_read(workers, tmp_path):
    """1,200 records of a JSON table are printed while they are read; the first and the last are one person."""
    names = [f"Сейітқали-{n}" for n in range(1, 1200)]
    rows = [person(surname=name, start="2026-01-12", end="2026-02-06", issued="2026-02-09") for name in [*names, names[0]]]
    options = ("--register", tmp_path / "book.db", "--split", 300, "--workers", workers, "--quiet")
    result = run("batch", FORM, table(tmp_path / "t.json", rows), "-o", tmp_path / "out", *options)
    assert (result.exit_code, result.stderr.count("✗ ")) == (1, 1)
    assert "1200" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_generator_is_watched_as_it_comes(tmp_path):
    rows = (record_of(FORM, number=f"{n:05d}", surname=f"Ким-{n % 400}") for n in range(500))
    notes = docgen.batch(FORM, rows, tmp_path / "out").notes
    assert told(notes) == [("person-twice", row, "surname") for row in range(401, 501)]


@pytest.mark.parametrize("option", [(), ("--allow-doubles",)])
def test_the_command_line_says_what_to_do(option, tmp_path):
    path = table(tmp_path / "t.json", [person(), person()])
    for command in (("batch", FORM, path, "-o", tmp_path / "out"), ("proof", FORM, path, "-o", tmp_path / "p.pdf")):
        result = run(*command, "--register", tmp_path / "book.db", "--quiet", *option)
        assert (result.exit_code, "row 1 is of the same person" in result.stderr) == (0 if option else 1, True)
        assert ("--allow-doubles" in result.stderr) == (not option)


@pytest.mark.parametrize(("option", "found"), [((), "problems"), (("--allow-doubles",), "notes")])
def test_check_says_it_too(option, found, tmp_path):
    result = run("check", "training-agreement", table(tmp_path / "t.json", [AGREEMENT, AGREEMENT]), "--json", *option)
    assert [each["row"] for each in json.loads(result.stdout)[found] if each["code"] == "person-twice"] == [2]
