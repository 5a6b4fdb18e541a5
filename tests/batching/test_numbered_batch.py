"""A batch that the register numbers: without gaps, the same again for the same job, whoever issues meanwhile."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from support.calling import run
from support.places import SAMPLES
from support.records import record_of

import docgen
from docgen import spilled
from docgen.batching import Selection
from docgen.register import Filter, Request, open_register, planning

FORM = "retraining-certificate"
PEOPLE = SAMPLES / "people.xlsx"


def people(count: int) -> list[dict]:
    return [record_of(FORM, number=None, surname=f"Сейітқали-{n}") for n in range(1, count + 1)]


def numbers(folder: Path) -> list[str]:
    return [record["number"] for record in json.loads((folder / "manifest.json").read_text("utf-8"))["records"]]


def counted(first: int, last: int) -> list[str]:
    return [f"{number:05d}" for number in range(first, last + 1)]


@pytest.fixture
def register(tmp_path):
    with open_register(tmp_path / "register.db") as register:
        yield register


def test_rows_without_a_number_get_the_next_ones_in_their_order(register, tmp_path):
    docgen.batch(FORM, people(7), tmp_path / "a", split=3, register=register, job="monday")
    others = [record | {"given_name": "Алма"} for record in people(2)]
    docgen.batch(FORM, others, tmp_path / "b", register=register, job="tuesday")
    assert numbers(tmp_path / "a") == counted(1, 7)
    assert numbers(tmp_path / "b") == counted(8, 9)


@pytest.mark.slow
def test_the_same_job_again_has_the_same_numbers_and_the_same_bytes(register, tmp_path):
    for folder in ("a", "b"):
        docgen.batch(FORM, people(4), tmp_path / folder, register=register, job="monday", workers=2, split=2)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


@pytest.fixture
def in_parts(monkeypatch):
    """Two documents are asked for at a time, and of a table three rows are held."""
    monkeypatch.setattr(planning, "WHOLE", 2)
    monkeypatch.setattr(planning, "PART", 2)
    monkeypatch.setattr(spilled, "HELD", 3)
    monkeypatch.setattr(spilled, "AT_ONCE", 2)


def lines_of(path: Path, records: list[dict]) -> Path:
    path.write_text("".join(f"{json.dumps(each, ensure_ascii=False, default=str)}\n" for each in records), "utf-8")
    return path


@pytest.mark.slow
def test_a_long_table_is_numbered_in_parts_with_the_same_bytes(tmp_path, monkeypatch, request):
    """Own numbers ahead of the others, a second job, and a job that grew: files and manifests, and the events of the book."""
    own = {2: "00009", 6: "00002"}
    rows = [each | ({"number": own[at]} if at in own else {}) for at, each in enumerate(people(11))]
    others = [each | {"given_name": "Алма"} for each in people(5)]
    books = []
    for name in ("at once", "in parts"):
        if name == "in parts":
            request.getfixturevalue("in_parts")
        (tmp_path / name).mkdir()
        with open_register(tmp_path / name / "book.db", time=datetime(2026, 3, 2, tzinfo=UTC)) as book:
            for job, given in (("a", rows[:7]), ("b", others), ("a", rows)):
                table = lines_of(tmp_path / name / f"{job}.jsonl", given)
                docgen.batch(FORM, table, tmp_path / name / f"{job}{len(given)}", split=4, register=book, job=job)
            assert book.verify().problems == []
            found = book.documents(Filter())
        books.append([(each.id, each.job, each.key, each.number, each.state, each.sha256) for each in found])
    assert books[0] == books[1]
    for file in (tmp_path / "at once").rglob("*.pdf"):
        assert file.read_bytes() == (tmp_path / "in parts" / file.relative_to(tmp_path / "at once")).read_bytes()


@pytest.mark.parametrize("length", ["few", "in_parts"])
def test_of_a_long_table_too_nobody_gets_a_second_number(length, register, tmp_path, request):
    """Three of seven records were issued by another job, one was corrected since; all are told, none is printed."""
    if length != "few":
        request.getfixturevalue(length)
    rows = people(7)
    docgen.batch(FORM, [rows[1], rows[4], rows[5]], tmp_path / "a", register=register, job="monday")
    which = register.find(Filter(FORM, key=("monday", "2")))
    register.correct(docgen.load_form(FORM), which, which.record | {"hours": 36}, {}, "a typing slip")
    with pytest.raises(docgen.DataError) as refused:
        docgen.batch(FORM, lines_of(tmp_path / "b.jsonl", rows), tmp_path / "b", register=register, job="tuesday")
    assert [(problem.code, problem.where.row) for problem in refused.value.problems] == [
        ("record-issued", 2), ("record-issued", 5), ("person-issued", 5), ("record-issued", 6),
    ]  # fmt: skip
    assert register.count(Filter()) == 3


def test_a_changed_record_of_the_same_job_is_refused_and_makes_nothing(register, tmp_path):
    rows = people(4)
    docgen.batch(FORM, rows, tmp_path / "a", register=register, job="monday")
    rows[2]["surname"] = "Оспанова"
    with pytest.raises(docgen.DataError) as refused:
        docgen.batch(FORM, rows, tmp_path / "b", register=register, job="monday")
    assert [(problem.code, problem.where.row) for problem in refused.value.problems] == [("record-changed", 3)]
    assert not (tmp_path / "b").exists()


def test_a_copy_of_a_table_under_another_name_gives_nobody_a_second_number(register, tmp_path):
    docgen.batch(FORM, people(4), tmp_path / "a", register=register, job="n.xlsx")
    rows = people(5)
    rows[1]["surname"] = "Оспанова"
    with pytest.raises(docgen.DataError, match=r"00001 already, from the job “n\.xlsx”") as refused:
        docgen.batch(FORM, rows, tmp_path / "b", register=register, job="copy of n.xlsx")
    assert [(problem.code, problem.where.row) for problem in refused.value.problems] == [("record-issued", n) for n in (1, 3, 4)]
    assert not (tmp_path / "b").exists()
    docgen.batch(FORM, rows, tmp_path / "b", only=Selection("2,5"), register=register, job="copy of n.xlsx")
    assert numbers(tmp_path / "b") == counted(5, 6)


def test_namesakes_whom_the_journal_tells_apart_are_two_people(register):
    form, person = docgen.load_form(FORM), {**people(1)[0], "issued": "2026-02-06"}
    register.issue(form, [Request("1", person, {"iin": "850714350226"})], "a")
    assert register.issue(form, [Request("1", person, {"iin": "900101300017"})], "b", once=True) == ["00002"]
    with pytest.raises(docgen.DataError, match="already"):
        register.issue(form, [Request("1", person)], "c", once=True)


def test_a_batch_with_a_problem_uses_no_number(register, tmp_path):
    rows = people(4)
    rows[1]["hours"] = 0
    with pytest.raises(docgen.DataError, match="hours"):
        docgen.batch(FORM, rows, tmp_path / "a", register=register, job="monday")
    docgen.batch(FORM, rows, tmp_path / "b", register=register, job="monday", skip_bad=True)
    assert numbers(tmp_path / "b") == counted(1, 3)


def told(problems) -> list[tuple[str, int]]:
    return [(problem.code, problem.where.row) for problem in problems]


def test_rows_that_the_register_refuses_are_left_out_and_told_with_skip_bad(register, tmp_path):
    docgen.batch(FORM, people(1), tmp_path / "before", register=register, job="before")
    rows = [record | {"surname": f"Оспанова-{n}"} for n, record in enumerate(people(8))]
    for row, number in ((1, "00001"), (2, "00009"), (5, "9")):  # taken; and one number twice
        rows[row]["number"] = number
    rows[3]["hours"] = 0
    with pytest.raises(docgen.DataError) as refused:
        docgen.batch(FORM, rows, tmp_path / "a", split=3, register=register, job="monday")
    assert told(refused.value.problems) == [("number-taken", 2), ("number-twice", 6)]
    made = docgen.batch(FORM, rows, tmp_path / "a", split=3, register=register, job="monday", skip_bad=True)
    assert told(made.problems) == [("number-taken", 2), ("number-out-of-range", 4), ("number-twice", 6)]
    assert (made.records, numbers(tmp_path / "a")) == (5, ["00002", "00009", "00003", "00004", "00005"])
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text("utf-8"))
    assert [record["row"] for record in manifest["records"]] == [1, 3, 5, 7, 8]
    assert [problem["row"] for problem in manifest["problems"]] == [2, 4, 6]
    again = docgen.batch(FORM, rows, tmp_path / "b", split=3, register=register, job="monday", skip_bad=True)
    assert told(again.problems) == told(made.problems)
    assert {file.name: file.read_bytes() for file in (tmp_path / "a").iterdir()} == {
        file.name: file.read_bytes() for file in (tmp_path / "b").iterdir()
    }
    assert [problem.code for problem in register.verify().problems] == ["sequence-gap"]  # 6 to 8, below the own 9


def test_records_that_have_a_number_already_are_left_out_and_told(register, tmp_path):
    rows = people(5)
    docgen.batch(FORM, rows[1:3], tmp_path / "a", register=register, job="monday")
    made = docgen.batch(FORM, rows, tmp_path / "b", register=register, job="tuesday", skip_bad=True)
    assert (told(made.problems), numbers(tmp_path / "b")) == ([("record-issued", 2), ("record-issued", 3)], counted(3, 5))
    rows[0]["surname"] = "Оспанова"
    register.void(Filter(FORM, number="00005"), "spoiled")
    again = docgen.batch(FORM, rows, tmp_path / "c", register=register, job="tuesday", skip_bad=True)
    assert told(again.problems) == [("record-changed", 1), ("record-issued", 2), ("record-issued", 3), ("document-void", 5)]
    assert numbers(tmp_path / "c") == ["00004"]


def test_a_table_of_which_the_register_refuses_all_makes_nothing(register, tmp_path):
    docgen.batch(FORM, people(3), tmp_path / "a", register=register, job="monday")
    with pytest.raises(docgen.DataError) as refused:
        docgen.batch(FORM, people(3), tmp_path / "b", register=register, job="tuesday", skip_bad=True)
    assert told(refused.value.problems) == [("record-issued", row) for row in (1, 2, 3)]
    assert not (tmp_path / "b").exists()


def test_the_command_line_tells_the_rows_that_were_left_out_for_their_numbers(tmp_path):
    rows = [record | {"surname": f"Оспанова-{n}", "number": "00007"} for n, record in enumerate(people(3))]
    (table := tmp_path / "people.json").write_text(json.dumps(rows, ensure_ascii=False, default=str), "utf-8")
    done = run("batch", FORM, table, "-o", tmp_path / "out", "--register", tmp_path / "book.db", "--skip-bad", "--quiet")
    assert done.exit_code == 0, done.output
    assert "1 record, 2 left out" in done.output
    assert done.output.count("the number 00007 is at 1 too") == 2
    proof = run("proof", FORM, table, "-o", tmp_path / "proof.pdf", "--register", tmp_path / "other.db", "--skip-bad")
    assert proof.exit_code == 0, proof.output
    assert proof.output.count("the number 00007 is at 1 too") == 2


def test_own_numbers_are_kept_and_the_others_go_around_them(register, tmp_path):
    rows = people(4)
    rows[1]["number"] = "00003"
    docgen.batch(FORM, rows, tmp_path / "a", register=register, job="monday")
    assert numbers(tmp_path / "a") == ["00001", "00003", "00002", "00004"]


def test_numbers_taken_by_another_while_painting_are_not_given_twice(register, tmp_path):
    """Somebody issues three documents after the batch has begun; its volumes are painted once more."""
    others = [Request(str(n), record_of(FORM, number=None) | {"issued": "2026-02-06"}) for n in range(3)]
    done = []

    def disturb(_step: str, count: int) -> None:
        done.append(count)
        if sum(done) == 5:
            with open_register(tmp_path / "register.db") as other:
                other.issue(docgen.load_form(FORM), others, "another room")

    docgen.batch(FORM, people(5), tmp_path / "a", split=2, register=register, job="monday", progress=disturb)
    assert numbers(tmp_path / "a") == counted(4, 8)


def test_what_was_printed_is_known_to_the_register(register, tmp_path):
    docgen.batch(FORM, people(3), tmp_path / "a", register=register, job="monday")
    again = docgen.batch(FORM, people(3), tmp_path / "b", only=Selection("2"), register=register, job="monday")
    assert again.records == 1
    assert numbers(tmp_path / "b") == ["00002"]


def test_records_are_chosen_by_the_numbers_that_the_register_gave(register, tmp_path):
    docgen.batch(FORM, people(5), tmp_path / "a", register=register, job="monday")
    docgen.batch(FORM, people(5), tmp_path / "b", only=Selection("00002-00003", "number"), register=register, job="monday")
    assert numbers(tmp_path / "b") == ["00002", "00003"]
    with pytest.raises(docgen.DataError, match="never given"):
        docgen.batch(FORM, people(9), tmp_path / "c", only=Selection("00007", "number"), register=register, job="other")


#: Pattern → the numbers that are asked for, each with those that are printed of the first twelve.
HYPHENS = {
    "{year}-{seq:04d}": {
        "2026-0003": [3], "2026-0003-2026-0005": [3, 4, 5], "2026-0011 – 2026-0012,2026-0001": [1, 11, 12],
    },
    "KZ-{seq:02d}": {"KZ-09": [9], "KZ-09-KZ-11": [9, 10, 11], "KZ-02 — KZ-03": [2, 3]},
    "{seq}/{year}": {"2/2026": [2], "9/2026-11/2026": [9, 10, 11]},
}  # fmt: skip


@pytest.mark.parametrize(("pattern", "asked"), HYPHENS.items(), ids=HYPHENS)
def test_numbers_of_any_pattern_are_chosen_one_by_one_and_as_spans(pattern, asked, tmp_path):
    with open_register(tmp_path / "register.db", series=pattern) as register:
        docgen.batch(FORM, people(12), tmp_path / "a", register=register, job="monday")
        for place, (text, expected) in enumerate(asked.items()):
            folder = tmp_path / str(place)
            docgen.batch(FORM, people(12), folder, only=Selection(text, "number"), register=register, job="monday")
            assert numbers(folder) == [pattern.format(seq=seq, year=2026) for seq in expected]


@pytest.mark.parametrize("text", ["2026-0099", "0003-0004", "2026-0005-2026-0003", "2025-0001-2026-0002"])
def test_numbers_that_no_record_has_are_reported(text, tmp_path):
    with open_register(tmp_path / "register.db", series="{year}-{seq:04d}") as register:
        docgen.batch(FORM, people(4), tmp_path / "a", register=register, job="monday")
        with pytest.raises(docgen.DataError, match=f"no such record: {text}"):
            docgen.batch(FORM, people(4), tmp_path / "b", only=Selection(text, "number"), register=register, job="monday")


def test_a_void_document_does_not_hinder_the_others_that_are_asked_for(register, tmp_path):
    docgen.batch(FORM, people(4), tmp_path / "a", register=register, job="monday")
    register.void(Filter(FORM, number="00002"), "withdrew")
    docgen.batch(FORM, people(4), tmp_path / "b", only=Selection("00003", "number"), register=register, job="monday")
    assert numbers(tmp_path / "b") == ["00003"]
    several = {"only": Selection("00001-00003", "number"), "register": register, "job": "monday"}
    with pytest.raises(docgen.DataError) as refused:
        docgen.batch(FORM, people(4), tmp_path / "c", **several)
    assert [(problem.code, problem.where.row) for problem in refused.value.problems] == [("document-void", 2)]
    done = docgen.batch(FORM, people(4), tmp_path / "c", skip_bad=True, **several)
    assert (numbers(tmp_path / "c"), [problem.code for problem in done.problems]) == (["00001", "00003"], ["document-void"])


def test_a_number_that_two_organizations_have_is_asked_for(register, tmp_path):
    rows = people(4)
    for row in rows[2:]:
        row["organization"] = "Көкшетау академиясы"
    docgen.batch(FORM, rows, tmp_path / "a", register=register, job="monday")
    assert numbers(tmp_path / "a") == ["00001", "00002", "00001", "00002"]
    with pytest.raises(docgen.DataError) as refused:
        docgen.batch(FORM, rows, tmp_path / "b", only=Selection("00002", "number"), register=register, job="monday")
    [problem] = refused.value.problems
    assert (problem.code, problem.value) == ("selection-several", "00002")
    assert "(row 2); Көкшетау академиясы (row 4)" in problem.message
    assert "--only 2" in problem.hint
    docgen.batch(FORM, rows, tmp_path / "b", only=Selection("4"), register=register, job="monday")
    assert numbers(tmp_path / "b") == ["00002"]


def test_a_row_whose_document_is_void_says_how_the_others_are_printed(register, tmp_path):
    docgen.batch(FORM, people(3), tmp_path / "a", register=register, job="monday")
    register.void(Filter(FORM, number="00002"), "withdrew")
    with pytest.raises(docgen.DataError) as refused:
        docgen.batch(FORM, people(3), tmp_path / "b", register=register, job="monday")
    assert "--skip-bad" in refused.value.problems[0].hint
    docgen.batch(FORM, people(3), tmp_path / "b", register=register, job="monday", skip_bad=True)
    assert numbers(tmp_path / "b") == ["00001", "00003"]


def test_a_table_without_numbers_is_issued_at_the_command_line_with_what_the_journal_tells(tmp_path):
    """The IIN, the position and the place of work of samples/people.xlsx stand in the journal, not on the certificate."""
    book = tmp_path / "book.db"
    workbook = load_workbook(PEOPLE)
    sheet = workbook.active
    column = next(cell.column for row in sheet.iter_rows() for cell in row if cell.value in ("Тіркеу нөмірі", "number"))
    sheet.delete_cols(column)
    workbook.save(tmp_path / "people.xlsx")
    result = run("batch", FORM, tmp_path / "people.xlsx", "-o", tmp_path / "out", "--register", book)
    assert result.exit_code == 0, result.output
    assert "job “people.xlsx”" in result.output
    assert numbers(tmp_path / "out") == counted(1, 50)
    listed = json.loads(run("register", "list", "--register", book, "--json").stdout)
    assert {each["state"] for each in listed} == {"printed"}
    shown = json.loads(run("register", "show", FORM, "00001", "--register", book, "--json").stdout)
    assert len(shown["unprinted"]["iin"]) == 12


def test_a_bad_iin_beside_the_record_is_told_with_its_cell_and_nothing_is_issued(tmp_path):
    book, table = tmp_path / "book.db", tmp_path / "people.csv"
    record = record_of(FORM, number=None) | {"iin": "123", "hours": 0}
    table.write_text(";".join(record) + "\n" + ";".join(map(str, record.values())) + "\n", "utf-8")
    result = run("batch", FORM, table, "-o", tmp_path / "out", "--register", book)
    assert result.exit_code == 1
    assert "iin" in result.output
    assert "hours" in result.output
    assert not (tmp_path / "out").exists()


def test_a_void_document_is_not_printed_again(tmp_path):
    book, source = tmp_path / "book.db", tmp_path / "people.json"
    source.write_text(json.dumps(people(3), default=str), "utf-8")
    run("batch", FORM, source, "-o", tmp_path / "a", "--register", book)
    assert run("register", "void", FORM, "00002", "--register", book, "--reason", "spoiled").exit_code == 0
    result = run("batch", FORM, source, "-o", tmp_path / "b", "--register", book)
    assert (result.exit_code, "00002 is void" in result.output) == (1, True), result.output
    result = run("batch", FORM, source, "-o", tmp_path / "b", "--register", book, "--only", "1,3")
    assert (result.exit_code, numbers(tmp_path / "b")) == (0, ["00001", "00003"])


def test_a_job_without_a_register_is_a_wrong_call(tmp_path):
    result = run("batch", FORM, PEOPLE, "-o", tmp_path / "out", "--job", "monday", "--ignore", "*")
    assert (result.exit_code, "--register" in result.output) == (2, True)


def test_a_job_needs_a_name(register, tmp_path):
    with pytest.raises(docgen.UsageError, match="--job"):
        docgen.batch(FORM, people(1), tmp_path / "a", register=register)
