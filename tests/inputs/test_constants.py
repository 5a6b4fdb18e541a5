"""Values that are set for every row of a table: they fill, never override, and are checked once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from support.records import record_of
from support.writing import table

import docgen

FORM = "retraining-certificate"
PERSON = record_of(FORM) | {"surname": "Ким"}
SAME = {"organization": "Қарағанды академиясы", "hours": "144", "issued": "06.02.2026"}
OWN = {name: value for name, value in PERSON.items() if name not in SAME}
PEOPLE = [OWN | {"number": f"{number:05d}", "surname": f"Ким-{number}"} for number in range(1, 4)]


def workbook(path: Path, records: list[dict[str, object]]) -> Path:
    book = openpyxl.Workbook()
    names = list(dict.fromkeys(name for record in records for name in record))
    book.active.append(names)
    for record in records:
        book.active.append([record.get(name) for name in names])
    book.save(path)
    return path


def places(problems: list[docgen.Problem]) -> list[tuple[str, str]]:
    return [(problem.code, f"{problem.where.column}{problem.where.row or ''}") for problem in problems]


def test_a_constant_fills_its_field_in_every_row_and_needs_no_column(tmp_path):
    for source in (workbook(tmp_path / "a.xlsx", PEOPLE), table(tmp_path / "a.json", PEOPLE)):
        rows = docgen.open_table(source, FORM, constants=SAME)
        assert [(number, row["surname"], row["hours"]) for number, row in rows] == [
            (number, f"Ким-{place}", "144")
            for place, number in enumerate((2, 3, 4) if source.suffix == ".xlsx" else (1, 2, 3), 1)
        ]
        assert docgen.check(FORM, rows) == []
        assert docgen.check(FORM, source, constants=SAME) == []


def test_without_the_constants_the_same_table_lacks_columns(tmp_path):
    with pytest.raises(docgen.DataError, match="organization, hours, issued"):
        docgen.open_table(workbook(tmp_path / "a.xlsx", PEOPLE), FORM)


def test_a_constant_may_be_named_by_its_label_and_be_a_value_of_its_kind(tmp_path):
    source = workbook(tmp_path / "a.xlsx", PEOPLE)
    given = {"Ұйымның атауы": "Қарағанды академиясы", "Количество часов": 144, "issued": date(2026, 2, 6)}
    [_first, second, _third] = docgen.open_table(source, FORM, constants=given)
    assert {name: second[1][name] for name in SAME} == SAME | {"hours": 144, "issued": date(2026, 2, 6)}


def test_a_cell_may_be_empty_or_say_the_same_in_another_way(tmp_path):
    people = [PEOPLE[0] | {"hours": 144}, PEOPLE[1] | {"hours": None}, PEOPLE[2] | {"hours": " 144 "}]
    people = [person | {"issued": issued} for person, issued in zip(people, [date(2026, 2, 6), "2026-02-06", None], strict=True)]
    source = docgen.open_table(workbook(tmp_path / "a.xlsx", people), FORM, constants=SAME)
    assert docgen.check(FORM, source) == []
    assert len(list(source)) == 3


@pytest.mark.parametrize("suffix", ["xlsx", "json"])
def test_a_cell_that_says_something_else_is_a_problem_with_its_place(suffix, tmp_path):
    people = [PEOPLE[0], PEOPLE[1] | {"hours": 72}, PEOPLE[2] | {"hours": "көп"}]
    source = (workbook if suffix == "xlsx" else table)(tmp_path / f"a.{suffix}", people)
    found = docgen.check(FORM, source, constants=SAME)
    rows = ("3", "4") if suffix == "xlsx" else ("2", "3")
    assert [(problem.code, str(problem.where.row), problem.value) for problem in found] == [
        ("constant-contradicted", rows[0], "72"), ("constant-contradicted", rows[1], "көп"),
    ]  # fmt: skip
    assert "144" in found[0].message
    with pytest.raises(docgen.DataError) as refused:
        docgen.batch(FORM, docgen.open_table(source, FORM, constants=SAME), tmp_path / "out")
    assert [problem.code for problem in refused.value.problems] == ["constant-contradicted"] * 2
    assert not (tmp_path / "out").exists()


def test_the_sample_of_a_sheet_says_nothing_against_a_constant(tmp_path):
    sample = record_of(FORM)
    people = [sample, *(PERSON | SAME | {"number": f"{number:05d}"} for number in range(1, 3))]
    source = docgen.open_table(workbook(tmp_path / "a.xlsx", people), FORM, constants={"hours": "144", "city": "Астана"})
    codes = [problem.code for problem in docgen.check(FORM, source)]
    assert codes == ["constant-contradicted"] * 2  # the city of the two people; the sample is left out
    assert [note.code for note in source.left_out] == ["sample-left-out"]


@pytest.mark.parametrize(
    ("given", "code", "hint"),
    [
        ({"hour": "144"}, "field-unknown", "hours"),
        ({"hours": "144", "Сағат саны": "72"}, "constant-twice", ""),
    ],
)
def test_a_constant_of_no_field_or_of_one_twice_is_a_wrong_call(given, code, hint, tmp_path):
    with pytest.raises(docgen.UsageError) as refused:
        docgen.open_table(workbook(tmp_path / "a.xlsx", PEOPLE), FORM, constants=SAME | given)
    assert [(problem.code, hint in problem.hint) for problem in refused.value.problems] == [(code, True)]


def test_a_constant_that_its_field_cannot_take_is_said_once(tmp_path):
    wrong = SAME | {"issued": "31.02.2026", "hours": ""}
    with pytest.raises(docgen.DataError) as refused:
        docgen.open_table(workbook(tmp_path / "a.xlsx", PEOPLE), FORM, constants=wrong)
    assert [(problem.code, problem.where.key) for problem in refused.value.problems] == [
        ("constant-empty", "hours"), ("date-impossible", "issued"),
    ]  # fmt: skip


def test_letters_of_a_constant_are_mended_with_one_note(tmp_path):
    source = docgen.open_table(
        workbook(tmp_path / "a.xlsx", PEOPLE), FORM, constants=SAME | {"organization": "Қарағанды aкадемиясы"}
    )
    result = docgen.batch(FORM, source, tmp_path / "out")
    assert [note.code for note in result.notes] == ["lookalikes-mended"]
    assert {row["organization"] for _number, row in source} == {"Қарағанды академиясы"}


@pytest.mark.slow
def test_a_long_stream_with_constants_is_printed_like_a_table_that_has_columns(tmp_path):
    people = [OWN | {"number": f"{number:05d}"} for number in range(1, 2301)]
    source = table(tmp_path / "a.json", people)
    whole = table(tmp_path / "b.json", [person | SAME for person in people])
    printed = docgen.batch(FORM, docgen.open_table(source, FORM, constants=SAME), tmp_path / "a", split=500, workers=2)
    expected = docgen.batch(FORM, docgen.open_table(whole, FORM), tmp_path / "b", split=500)
    assert [volume.sha256 for volume in printed.volumes] == [volume.sha256 for volume in expected.volumes]


@pytest.mark.slow
def test_a_contradiction_late_in_a_stream_leaves_out_that_row_alone(tmp_path):
    people = [OWN | SAME | {"number": f"{number:05d}"} for number in range(1, 2301)]
    people[1] |= {"hours": 72}
    people[2250] |= {"hours": 72}
    source = docgen.open_table(table(tmp_path / "a.json", people), FORM, constants={"hours": 144})
    result = docgen.batch(FORM, source, tmp_path / "a", split=500, skip_bad=True)
    assert places(list(result.problems)) == [("constant-contradicted", "2"), ("constant-contradicted", "2251")]
    assert result.records == 2298


def test_what_is_resumed_with_other_constants_is_printed_anew(tmp_path):
    source = table(tmp_path / "a.json", PEOPLE)
    digests = {docgen.open_table(source, FORM, constants=SAME | {"hours": hours}).digest for hours in (72, "72", 144)}
    assert len(digests) == 3
    assert docgen.open_table(source, FORM, constants=SAME).digest == docgen.open_table(source, FORM, constants=dict(SAME)).digest


def test_the_rows_of_a_register_take_constants(tmp_path):
    rows = [dict(row) for row in record_of("certificate-register")["rows"]]
    name = "workplace"
    source = workbook(tmp_path / "r.xlsx", [{key: value for key, value in row.items() if key != name} for row in rows])
    assert docgen.check("certificate-register", source, constants={name: "Қарағанды облысының Полиция департаменті"}) == []
