"""A table that is printed while it is read: the same files, problems and refusals as when it is read first."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.calling import run
from support.records import record_of

from docgen import tables
from docgen.errors import DocgenError
from docgen.form import load_form
from docgen.inputs import stream
from docgen.inputs.stream import StreamedRows, read_stream
from docgen.inputs.table import read_table
from docgen.tables import json_file

FORM = "retraining-certificate"
FIELDS = load_form(FORM).fields
#: More than are read before the first volume is made.
COUNT = 2600
LATE = 2300


def people(count: int = COUNT) -> list[dict[str, object]]:
    person = {name: str(value) for name, value in record_of(FORM).items()}
    return [person | {"number": f"{number:05d}"} for number in range(1, count + 1)]


def printed(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def batch(folder: Path, records: object, workers: int, *options: object):
    """Print a table whose name and folder are the same each time; return what was told and what stands in the output folder."""
    table = folder / "people.json"
    table.write_text(records if isinstance(records, str) else json.dumps(records, ensure_ascii=False), encoding="utf-8")
    out = folder / f"out-{workers}"
    result = run("batch", FORM, table, "-o", out, "--split", 200, "--workers", workers, *options)
    return result.exit_code, result.output.replace(str(out), "OUT"), printed(out) if out.exists() else None


@pytest.mark.slow
def test_the_files_are_those_of_a_table_read_first(tmp_path):
    """An optional field comes late and changes no row before it."""
    records = people()
    for record in records[:LATE]:
        del record["patronymic"]
    one, two = (batch(tmp_path, records, workers) for workers in (1, 2))
    assert one == two
    assert len(two[2]) == 14
    assert len(json.loads(two[2]["manifest.json"])["records"]) == COUNT


def changed(**changes: object) -> list[dict[str, object]]:
    records = people()
    records[LATE] |= changes
    return records


#: What is wrong late in the table → its records, and what is told of it.
WRONG = {
    "a heading": (changed(surnames="Ким"), "surnames"),
    "a cell": (changed(surname="a\0b"), "the text holds a broken character"),
    "a value": (changed(hours="көп"), "“көп” is no whole number"),
    "no record": ([*people(), 7], "this is not a record of named values"),
    "the end": (json.dumps(people())[:-3], "this is not JSON"),
    "a key twice": (json.dumps(people())[:-2] + ', "hours": 3}]', "occurs 2 times"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("records", "told"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_late_is_told_as_of_a_table_read_first_and_nothing_is_left(tmp_path, records, told):
    one, two = (batch(tmp_path, records, workers) for workers in (1, 2))
    assert one == two
    assert two[0] == 1
    assert told in two[1]
    assert not two[2]


def test_all_wrong_headings_are_told_at_once_and_a_field_without_a_column(tmp_path):
    records = people()
    for record in records:
        del record["head"]
    records[0]["first wrong"] = records[LATE]["last wrong"] = 1
    _code, told, _files = batch(tmp_path, records, 2)
    assert all(words in told for words in ("first wrong", "last wrong", "no column for the field “head”"))


def test_two_keys_of_one_meaning_are_told_by_their_names(tmp_path):
    code, told, _files = batch(tmp_path, changed(Surname="Ким"), 2)
    assert code == 1
    assert "the headings “surname” and “Surname” both mean the field surname" in told


@pytest.mark.slow
def test_a_column_that_comes_late_is_left_out_or_renamed_as_asked(tmp_path):
    records = people()
    for record in records:
        record["ward"] = record.pop("city")
    records[LATE]["remark"] = "?"
    options = ("--ignore", "remark", "--map", "ward=city")
    one, two = (batch(tmp_path, records, workers, *options) for workers in (1, 2))
    assert one == two
    assert two[0] == 0
    code, told, _files = batch(tmp_path, records, 2, *options, "--ignore", "remarks")
    assert code == 2
    assert "the table has no column “remarks”" in told


@pytest.mark.slow
def test_a_row_with_a_cell_that_cannot_be_used_is_left_out_when_asked(tmp_path):
    """It stands among the rows that are given early, and one more among the others."""
    records = changed(surname="a\0b")
    records[300]["surname"] = "#REF!"
    one, two = (batch(tmp_path, records, workers, "--skip-bad") for workers in (1, 2))
    assert one == two
    rows = [record["row"] for record in json.loads(two[2]["manifest.json"])["records"]]
    assert rows == [row for row in range(1, COUNT + 1) if row not in (301, LATE + 1)]


def test_a_batch_that_was_stopped_goes_on_by_one_worker_as_by_two(tmp_path):
    """What the table is known by does not depend on how it was read."""
    path = tmp_path / "people.json"
    path.write_text(json.dumps(people()), encoding="utf-8")
    assert read_stream(path, FIELDS).digest == read_table(path, FIELDS).digest


def test_a_few_records_are_read_at_once(tmp_path):
    path = tmp_path / "people.jsonl"
    path.write_text("\n".join(map(json.dumps, people(3))), encoding="utf-8")
    assert len(read_stream(path, FIELDS)) == 3


NAMES = ("surname", "given_name", "hours", "rank", "patronymic", "strange")
VALUES = st.one_of(st.none(), st.integers(0, 9), st.sampled_from(["Ким", " ", "#REF!", "a\0b"]))
RECORDS = st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES), max_size=12)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(RECORDS, st.integers(1, 5), st.integers(1, 3), st.integers(0, 3), st.integers(1, 2), st.booleans())
def test_the_parts_are_those_of_a_table_read_first(records, size, step, early, pace, is_strange_ignored):
    fields = tuple(field for field in FIELDS if field.name in NAMES)
    choice = tables.ColumnChoice(("strange",)) if is_strange_ignored else tables.NO_CHOICE

    def whole(path: Path) -> tuple[list, list]:
        source = read_table(path, fields, choice)
        return list(source.parts(size)), source.bad

    def growing(path: Path) -> tuple[list, list]:
        source = StreamedRows(path, fields, choice)
        return list(source.parts(size)), source.bad

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_file, "RECORDS", step)
        patch.setattr(stream, "EARLY", early)
        patch.setattr(stream, "PACE", pace)
        assert outcome(whole, records) == outcome(growing, records)


def outcome(read, records: list[dict[str, object]]) -> object:
    """Return the rows in their parts and the bad cells, or the problems that the table is refused for."""
    path = Path("people.json")
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.chdir(folder)
        path.write_text(json.dumps(records), encoding="utf-8")
        try:
            parts, bad = read(path)
        except DocgenError as error:
            return error.problems
        return [list(part) for part in parts], list(bad)
