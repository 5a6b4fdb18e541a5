"""A table that the module opens: from a path, bytes or a stream, in every format, and whatever is wrong with it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from support.records import record_of
from support.writing import table

import docgen
from docgen.inputs.table import TableRows

FORM = "retraining-certificate"
PERSON = {name: str(value) for name, value in record_of(FORM).items()} | {"surname": "Ким", "number": "00001"}
PEOPLE = [PERSON | {"number": f"{number:05d}"} for number in range(1, 4)]


def as_csv(records: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(records[0]))
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue().encode()


def as_xlsx(records: list[dict[str, str]], *others: tuple[str, list[dict[str, str]]]) -> bytes:
    book = openpyxl.Workbook()
    for number, (title, rows) in enumerate([("People", records), *others]):
        page = book.active if number == 0 else book.create_sheet()
        page.title = title
        page.append(list(rows[0]))
        for row in rows:
            page.append(list(row.values()))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def as_json(records: object) -> bytes:
    return json.dumps(records, ensure_ascii=False, indent=1).encode()


def as_lines(records: list[dict[str, str]]) -> bytes:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def as_ods(records: list[dict[str, str]]) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    lines = [list(records[0]), *(list(record.values()) for record in records)]
    cells = [
        "".join(f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in line)
        for line in lines
    ]
    rows = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" '
            f'xmlns:text="{office}:text:1.0"><office:body><office:spreadsheet><table:table table:name="People">{rows}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return content.getvalue()


FORMATS: dict[str, Callable[[list[dict[str, str]]], bytes]] = {
    "csv": as_csv, "xlsx": as_xlsx, "json": as_json, "jsonl": as_lines, "ods": as_ods,
}  # fmt: skip


@pytest.fixture(scope="module")
def contents() -> dict[str, bytes]:
    return {suffix: write(PEOPLE) for suffix, write in FORMATS.items()}


def surnames(source: docgen.RowSource) -> list[tuple[int, object]]:
    return [(row, raw["number"]) for row, raw in source]


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["xlsx", "ods", "csv", "json", "jsonl"])
def test_every_format_is_read_from_a_path_bytes_and_a_stream(contents, suffix, tmp_path):
    path = tmp_path / f"people.{suffix}"
    path.write_bytes(contents[suffix])
    expected = surnames(docgen.open_table(path, FORM))
    assert [number for _row, number in expected] == ["00001", "00002", "00003"]
    assert surnames(docgen.open_table(str(path), docgen.load_form(FORM))) == expected
    with path.open("rb") as stream:
        assert surnames(docgen.open_table(stream, FORM)) == expected
    assert surnames(docgen.open_table(contents[suffix], FORM, format=suffix)) == expected
    assert surnames(docgen.open_table(io.BytesIO(contents[suffix]), FORM, format=f".{suffix.upper()}")) == expected
    if suffix != "csv":
        assert surnames(docgen.open_table(contents[suffix], FORM)) == expected
        assert surnames(docgen.open_table(memoryview(contents[suffix]), FORM)) == expected


@pytest.mark.office
def test_a_format_that_is_said_counts_more_than_the_name(contents, tmp_path):
    path = tmp_path / "people.txt"
    path.write_bytes(contents["csv"])
    assert len(docgen.open_table(path, FORM, format="csv")) == 3


@pytest.mark.office
def test_a_table_knows_what_it_is_called_and_where_its_pictures_lie(contents, tmp_path):
    path = tmp_path / "people.xlsx"
    path.write_bytes(contents["xlsx"])
    source = docgen.open_table(path, FORM)
    assert (source.name, source.folder, len(source.sha256), source.is_whole) == ("people.xlsx", tmp_path, 64, True)
    alone = docgen.open_table(contents["xlsx"], FORM)
    assert (alone.name, alone.folder, alone.sha256) == ("", None, source.sha256)


def test_a_sheet_is_chosen_by_its_title(tmp_path):
    others = [PERSON | {"number": "77"}]
    content = as_xlsx(PEOPLE, ("Second", others))
    assert len(docgen.open_table(content, FORM)) == 3
    second = docgen.open_table(content, FORM, sheet="second")
    assert surnames(second) == [(2, "77")]
    assert second.left_out == []
    [note] = docgen.open_table(content, FORM).left_out
    assert note.code == "sheets-left-out"
    with pytest.raises(docgen.UsageError, match=r"no visible sheet “Thrid”") as refused:
        docgen.open_table(content, FORM, sheet="Thrid")
    assert refused.value.problems[0].code == "sheet-unknown"


def test_columns_are_left_out_and_renamed():
    records = [{("ward" if name == "city" else name): value for name, value in PERSON.items()} | {"remark": "?"}]
    source = docgen.open_table(as_json(records), FORM, ignore=["remark"], columns={"ward": "city"})
    [(_row, raw)] = source
    assert (raw["city"], "remark" in raw) == (PERSON["city"], False)
    assert len(docgen.open_table(as_json(records), FORM, ignore="remark", columns={"ward": "city"})) == 1
    with pytest.raises(docgen.DataError, match="the heading “remark” is not a field of this form"):
        docgen.open_table(as_json(records), FORM, columns={"ward": "city"})


def test_a_table_for_the_register_needs_no_numbers_and_keeps_what_the_journal_shows():
    record = {name: value for name, value in PERSON.items() if name != "number"} | {"iin": "791108300459"}
    [(_row, raw)] = docgen.open_table(as_json([record]), FORM, register=True)
    assert raw["iin"] == "791108300459"
    with pytest.raises(docgen.DataError, match="heading “iin” is not a field"):
        docgen.open_table(as_json([record]), FORM)


def test_a_form_of_rows_takes_a_table_of_its_rows(tmp_path):
    rows = [{name: str(value) for name, value in row.items()} for row in record_of("certificate-register")["rows"]]
    source = docgen.open_table(as_csv(rows), "certificate-register", format="csv")
    assert len(source) == len(rows)
    pdf = docgen.render("certificate-register", source, values={"organization": "Академия", "year": 2026})
    assert pdf.startswith(b"%PDF")


def test_each_problem_has_its_cell(tmp_path):
    wrong = [PERSON, PERSON | {"number": "2", "surname": "Ли", "hours": "көп"}]
    path = tmp_path / "people.xlsx"
    path.write_bytes(as_xlsx(wrong, ("Second", PEOPLE)))
    column = openpyxl.utils.get_column_letter(list(PERSON).index("hours") + 1)
    expected = docgen.Where(file=str(path), key="hours", row=3, column=column, sheet="People", label="Hours")
    for rows in (path, docgen.open_table(path, FORM)):
        [problem] = docgen.check(FORM, rows)
        assert problem.where == expected
        with pytest.raises(docgen.DataError) as refused:
            docgen.batch(FORM, rows, tmp_path / "out")
        assert [each.where for each in refused.value.problems] == [expected]
        result = docgen.batch(FORM, rows, tmp_path / "out", skip_bad=True)
        assert [each.where for each in result.problems] == [expected]
        assert [note.code for note in result.notes] == ["sheets-left-out"]


def test_a_cell_that_cannot_be_used_is_a_problem_of_check_and_batch(tmp_path):
    content = as_csv([PERSON, PERSON | {"number": "2", "topic": "#REF!"}])
    [problem] = docgen.check(FORM, content, format="csv")
    assert (problem.where.row, problem.where.key) == (3, "topic")
    source = docgen.open_table(content, FORM, format="csv")
    assert (len(source), [row for row, _raw in source], [row for row, _raw in source.every_row]) == (2, [2], [2, 3])
    with pytest.raises(docgen.DataError):
        docgen.batch(FORM, source, tmp_path / "out")
    assert docgen.batch(FORM, source, tmp_path / "out", skip_bad=True).records == 1
    assert docgen.batch(FORM, source, tmp_path / "two", only="2").records == 1
    with pytest.raises(docgen.DataError):
        docgen.batch(FORM, source, tmp_path / "three", only="3")


def test_a_long_json_table_is_opened_before_it_is_read_to_its_end(tmp_path):
    path = table(tmp_path / "people.json", [PERSON | {"number": f"{number:05d}"} for number in range(1, 2501)])
    source = docgen.open_table(path, FORM)
    assert (source.is_whole, len(source)) == (False, 1000)
    assert isinstance(source.whole(), TableRows)
    assert len(list(source)) == len(source) == 2500


def closed_stream(folder: Path) -> object:
    stream = io.BytesIO(as_csv(PEOPLE))
    stream.close()
    return stream


def read_stream(folder: Path) -> object:
    stream = io.BytesIO(as_json(PEOPLE))
    stream.read()
    return stream


#: What is given for a table, with the format, and the code and words of the error that it gets.
WRONG: dict[str, tuple[Callable[[Path], object], str | None, str, str]] = {
    "a folder": (lambda folder: folder, None, "file-is-folder", "this is a folder"),
    "a folder with a suffix": (lambda folder: (folder / "a.xlsx").mkdir() or folder / "a.xlsx", None, "file-is-folder", "folder"),
    "a missing file": (lambda folder: folder / "none.xlsx", None, "file-missing", "no such file"),
    "an unknown suffix": (lambda folder: "people.odt", None, "table-format-unknown", ".odt is not a format"),
    "an old workbook": (lambda folder: "people.xls", None, "table-format-unknown", "save it as .xlsx"),
    "a record file": (lambda folder: "person.toml", None, "table-format-unknown", "This is a record"),
    "a text": (lambda folder: "Ким, Ерлан", None, "table-format-unknown", "not a format"),
    "no bytes": (lambda folder: b"", "csv", "table-empty", "the file has no records"),
    "no bytes of no format": (lambda folder: b"", None, "table-empty", "the file has no records"),
    "headings alone": (lambda folder: as_csv(PEOPLE).splitlines()[0], "csv", "table-empty", "no records"),
    "bytes of no certain format": (lambda folder: as_csv(PEOPLE), None, "format-missing", 'format="xlsx", "xlsm"'),
    "one record as bytes": (lambda folder: as_json(PERSON), None, "format-missing", "not certain"),
    "a format that is none": (lambda folder: as_csv(PEOPLE), "doc", "format-unknown", "“doc” is not offered"),
    "a format that is a number": (lambda folder: as_csv(PEOPLE), 5, "format-unknown", "“5” is not offered"),
    "another format": (lambda folder: as_csv(PEOPLE), "xlsx", "table-misnamed", "plain text, such as CSV"),
    "a damaged workbook": (lambda folder: as_xlsx(PEOPLE)[:2000], None, "table-damaged", "damaged"),
    "a closed stream": (closed_stream, "csv", "file-unreadable", "closed file"),
    "a stream at its end": (read_stream, None, "stream-empty", "stream.seek(0)"),
    "a stream of text": (lambda folder: io.StringIO("a,b"), "csv", "stream-of-text", 'open(name, "rb")'),
    "nothing": (lambda folder: None, None, "table-wrong", "“None” is no table"),
    "a number": (lambda folder: 5, None, "table-wrong", "“5” is no table"),
    "records": (lambda folder: PEOPLE, None, "table-wrong", "Give a path"),
    "a set": (lambda folder: {1, 2}, None, "table-wrong", "is no table"),
    "a generator": (lambda folder: iter(PEOPLE), None, "table-wrong", "is no table"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_table_is_refused_with_what_to_give(tmp_path, name):
    make, format, code, words = WRONG[name]
    with pytest.raises(docgen.DocgenError) as refused:
        docgen.open_table(make(tmp_path), FORM, format=format)
    assert refused.value.problems[0].code == code
    assert words in str(refused.value)


#: What is given for the rows of a batch or a check, and what the error says.
WRONG_ROWS = {
    "nothing": (None, "“None” is no list of records"),
    "a number": (5, "“5” is no list of records"),
    "one record": (PERSON, "one record, not a list"),
    "a set": ({1, 2}, "a set has no order"),
    "a frozen set": (frozenset({1}), "a set has no order"),
    "a file that is not there": ("none.xlsx", "no such file"),
    "a record file": ("person.toml", "This is a record"),
    "a stream of text": (io.StringIO("a"), "a stream of bytes is expected"),
}


@pytest.mark.parametrize("name", WRONG_ROWS)
@pytest.mark.parametrize("call", [docgen.check, docgen.render_each, lambda form, rows: docgen.batch(form, rows, "out")])
def test_what_has_no_rows_is_refused(tmp_path, monkeypatch, name, call):
    monkeypatch.chdir(tmp_path)
    rows, words = WRONG_ROWS[name]
    with pytest.raises(docgen.DocgenError) as refused:
        call(FORM, rows)
    assert words in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_the_letters_of_a_name_are_no_records(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table(tmp_path / "people.json", PEOPLE)
    assert docgen.batch(FORM, "people.json", "out").records == 3
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert manifest["source"]["file"] == "people.json"


def test_a_generator_of_records_is_printed(tmp_path):
    assert docgen.batch(FORM, (record for record in PEOPLE), tmp_path / "out").records == 3
    assert docgen.check(FORM, iter(PEOPLE)) == []
