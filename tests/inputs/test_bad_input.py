"""Bad input at the command line: a clear message, the right exit code, no output file and nothing half written."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from support.bounds import processor_bound
from support.calling import run
from support.reading import words
from support.records import record_of

from docgen.form import load_form

RETRAINING, CHILD, REGISTER = "retraining-certificate", "child-protection-certificate", "certificate-register"


def record_file(folder: Path, record: object, name: str = "r.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(record, default=str), encoding="utf-8")
    return path


def refused(folder: Path, *arguments: object, code: int = 1, stdin: bytes | None = None) -> str:
    """Return the message of a call that is refused; the folder holds then what it held before."""
    before = sorted(folder.rglob("*"))
    result = run(*arguments, stdin=stdin)
    assert result.exit_code == code, result.output
    assert sorted(folder.rglob("*")) == before
    assert "Traceback" not in result.output
    return result.stderr


# --- a record ---------------------------------------------------------------------------------------------------------

#: What is wrong with the form's own sample, and what the message has to say.
RECORDS = [
    (RETRAINING, {"topic": None}, ["topic (Topic of the course): nothing is given"]),
    (RETRAINING, {"topik": "x"}, ["topik: the form has no field of this name", "Did you mean “topic”?"]),
    (RETRAINING, {"Тегі": "Ким"}, ["Тегі: the form has no field of this name", "here it is called “surname”"]),
    (RETRAINING, {"topic of the course": "x"}, ["here it is called “topic”"]),
    (RETRAINING, {"start": "2026-02-30"}, ["start (Training begins): there is no such day as 2026-02-30"]),
    (RETRAINING, {"end": "2026-01-11"}, ["end (Training ends): 2026-01-11 lies before Training begins (2026-01-12)"]),
    (RETRAINING, {"hours": "көп"}, ["hours: “көп” is no whole number"]),
    (RETRAINING, {"hours": 0}, ["hours: 0 lies outside 1 – 9999"]),
    (CHILD, {"hours": 39}, ["hours: 39 lies outside 40 – 9999", "clause 6: not less than 40 academic hours"]),
    (CHILD, {"logo": "../../etc/passwd"}, ["logo: “../../etc/passwd” is no name of a PNG, SVG or PDF file"]),
    (RETRAINING, {"surname": "Сейіт\x07қали"}, ["surname: it holds U+0007", "after “Сейіт”"]),
    (RETRAINING, {"topic": "қорғау 😀"}, ["topic (Topic of the course): “😀” (U+1F600) cannot be set in Times New Roman"]),
    (RETRAINING, {"surname": "王"}, ["surname: “王” (U+738B) cannot be set in Times New Roman"]),
    (RETRAINING, {"surname": "\ud800"}, ["surname: it holds U+D800"]),
    (RETRAINING, {"topic": "ы" * 300}, ["topic", "mm too"]),
    (RETRAINING, {"topic": "сөз " * 800}, ["topic (Topic of the course): it is", "mm too long for the page, even at 11 pt"]),
    (RETRAINING, {"organization": "Ұзақ атау " * 120}, ["mm"]),
    (RETRAINING, {"number": "1" * 200}, ["number", "mm too"]),
    (RETRAINING, {"patronymic": "-"}, ["patronymic: “-” has no letter and no digit", "Leave it empty where there is none."]),
    (RETRAINING, {"patronymic": " — . "}, ["patronymic: “— .” has no letter and no digit"]),
    (RETRAINING, {"topic": ["бір"]}, ["topic (Topic of the course): one value is expected here"]),
    (REGISTER, {"rows": [{"iin": "850312400129"}]}, ["rows[1].iin (", "(IIN)): the check digit", "rows[1].surname: nothing"]),
    (REGISTER, {"rows": "x"}, ["rows (Certificates): this is no list of rows"]),
    (
        "work-standard", {"tasks": [{"task": "а", "rows": [{"function": "б"}]}]},
        ["tasks[1].rows[1].procedure (Order and sequence of actions): nothing is given"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("form", "changes", "words"), RECORDS, ids=range(len(RECORDS)))
def test_a_record_that_cannot_be_printed_is_refused(tmp_path, form, changes, words):
    record = {name: value for name, value in (record_of(form) | changes).items() if value is not None}
    message = refused(tmp_path, "render", form, record_file(tmp_path, record), "-o", tmp_path / "new" / "o.pdf")
    for word in words:
        assert word in message


def test_a_record_is_refused_alike_for_every_format(tmp_path):
    path = record_file(tmp_path, record_of(RETRAINING, hours="x"))
    for suffix in ("pdf", "docx", "png"):
        refused(tmp_path, "render", RETRAINING, path, "-o", tmp_path / f"o.{suffix}")


@pytest.mark.parametrize(
    ("name", "content"),
    [("r.json", b"{"), ("r.json", b"["), ("r.toml", b"a = "), ("r.yaml", b"a: ["), ("r.json", b"\xff"), ("r.txt", b"a"),
     ("r.json", b'{"a":' * 100_000), ("r.json", b"5"), ("r.toml", b"")],
)  # fmt: skip
def test_a_damaged_record_file_is_named(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    assert f"✗ {path}: " in refused(tmp_path, "render", RETRAINING, path, "-o", tmp_path / "o.pdf")


@pytest.mark.parametrize("content", [b"", b"x", b"\xff\xfe", b"5", b"{", b"a: [", b"a = ", b"[" * 100_000])
def test_damaged_standard_input_is_refused(tmp_path, content):
    assert "✗ -: " in refused(tmp_path, "render", RETRAINING, "-", "-o", tmp_path / "o.pdf", stdin=content)


def test_a_record_that_is_not_there_and_one_that_is_a_folder(tmp_path):
    assert "no such file" in refused(tmp_path, "render", RETRAINING, tmp_path / "no.json", "-o", tmp_path / "o.pdf")
    (tmp_path / "d.json").mkdir()
    assert "a folder" in refused(tmp_path, "render", RETRAINING, tmp_path / "d.json", "-o", tmp_path / "o.pdf")


# --- what is printed exactly as typed ---------------------------------------------------------------------------------

TYPED = [
    "<b>қалың</b> & <i>", "{{ 7*7 }}", "{% for %} {% endif %}", "{# жоқ #} {#", "&amp; &lt; &#65; &nbsp;", "\\n \\u0041 \\",
    "\"бір\" 'екі' «үш» “төрт”", "<script>alert(1)</script>", "<!-- жоқ --> ]]>", "$x^2$ %s %(a)s {0} {a}", "{_{ x }_} {_% y %_}",
    "№ 5 Б. Сейітқали 12 қаңтар", "fi ff ffi AVAToTy",
]  # fmt: skip


@pytest.mark.parametrize("typed", TYPED)
def test_signs_that_mean_something_elsewhere_are_printed_as_typed(tmp_path, typed):
    path = record_file(tmp_path, record_of(RETRAINING, topic=typed, head=typed))
    assert run("render", RETRAINING, path, "-o", tmp_path / "o.pdf").exit_code == 0
    assert words((tmp_path / "o.pdf").read_bytes()).count(" ".join(typed.split())) == 2


@pytest.mark.slow
def test_they_are_printed_as_typed_in_word_too(tmp_path):
    typed = " ".join(TYPED)
    path = record_file(tmp_path, record_of(RETRAINING, topic=typed))
    assert run("render", RETRAINING, path, "-o", tmp_path / "o.docx").exit_code == 0
    texts = [" ".join(paragraph.text.split()) for paragraph in Document(tmp_path / "o.docx").paragraphs]
    assert typed in texts


def test_they_are_printed_as_typed_in_a_flowing_form(tmp_path):
    typed = " ".join(TYPED)
    path = record_file(tmp_path, record_of("work-standard", position=typed))
    assert run("render", "work-standard", path, "-o", tmp_path / "o.pdf").exit_code == 0
    printed = "".join(words((tmp_path / "o.pdf").read_bytes()).split())
    assert "".join(typed.split()) in printed


# --- tables -----------------------------------------------------------------------------------------------------------

HEADINGS = [field.name for field in load_form(RETRAINING).fields if field.asked]


def workbook(folder: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "t.xlsx")
    return folder / "t.xlsx"


def row_of(**changes: object) -> list[object]:
    record = record_of(RETRAINING) | changes
    return [record.get(heading) for heading in HEADINGS]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "has no records"),
        ([HEADINGS], "has no records"),
        ([row_of()], "the heading row is missing"),
        ([[*HEADINGS[:-1], "nummer"], row_of()], "Did you mean"),
        ([HEADINGS[:-1], row_of()[:-1]], "there is no column for the field “number”"),
        ([HEADINGS, row_of(), row_of(hours="x")], "I3: hours: “x” is no whole number"),
        ([HEADINGS, row_of(topic="сөз " * 800)], "mm too long"),
    ],
    ids=["empty", "headings alone", "no headings", "unknown heading", "missing column", "wrong cell", "too long"],
)
@pytest.mark.parametrize("command", ["batch", "check"])
def test_a_table_that_cannot_be_printed_is_refused(tmp_path, command, rows, message):
    table = workbook(tmp_path, *rows)
    output = ["-o", tmp_path / "out"] if command == "batch" else []
    assert message in refused(tmp_path, command, RETRAINING, table, *output)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", ",".join(HEADINGS).encode() + b"\n" + "Ә".encode() * 10_000 + b"," * (len(HEADINGS) - 1), "nothing is given"),
        ("t.csv", b",".join(b"k%d" % n for n in range(5_000)) + b"\n" + b",".join([b"1"] * 5_000), "more than 1000 columns"),
        ("t.csv", b'surname,topic\n"A,b\n' + b"c,d\n" * 100_000, "row 2: a quotation mark that opens in this row is not closed"),
        ("t.csv", b"surname,topic\nA\0,b\n", "neither UTF-8 nor Windows-1251"),
        ("t.json", b"[" * 500_000, "JSON"),
        ("t.json", b'[{"surname": ' + b'{"a":' * 100_000, "JSON"),
        ("t.json", b'[{"surname": NaN}]', "JSON"),
        ("t.json", b'[{"surname": "A", "surname": "B"}]', "occurs 2 times"),
        ("t.jsonl", b'{"surname": "A"}\n{"surname"', "row 2: this is not JSON"),
        ("t.xlsx", b"surname;topic\nA;b\n", "plain text, such as CSV, under the name of a workbook"),
        ("t.xlsx", b"<html><table><tr><td>surname</td></tr></table></html>", "a web page or XML"),
        ("t.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "of the old .xls kind"),
        ("t.ods", b"PK\x05\x06" + bytes(18), "damaged, or is no workbook"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
@pytest.mark.parametrize("command", ["batch", "check"])
def test_a_hostile_table_is_refused_in_no_time(tmp_path, command, name, content, message):
    (tmp_path / name).write_bytes(content)
    output = ["-o", tmp_path / "out"] if command == "batch" else []
    with processor_bound():
        assert message in refused(tmp_path, command, RETRAINING, tmp_path / name, *output)


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        (["--only", "2"], 0, "1 record"),
        (["--numbers", "00001"], 0, "1 record"),
        (["--only", "3"], 1, "K3: city: the cell holds a time of day"),
        (["--only", "2-3"], 1, "K3: city: the cell holds a time of day"),
        (["--numbers", "00002"], 1, "K3: city: the cell holds a time of day"),
        (["--only", "2,3", "--skip-bad"], 0, "1 record"),
        (["--only", "3,9"], 1, "the table has no such record: 9"),
    ],
)
def test_only_the_cells_of_rows_that_are_asked_for_count(tmp_path, asked, code, message):
    rows = [row_of(number="00001"), row_of(number="00002", city=dt.time(10)), row_of(number="00003", topic=dt.time(10))]
    result = run("batch", RETRAINING, workbook(tmp_path, HEADINGS, *rows), "-o", tmp_path / "out", *asked)
    assert (result.exit_code, message in result.output) == (code, True), result.output
    assert "topic" not in result.output


def test_a_name_of_ten_thousand_letters_is_told_not_shown_whole(tmp_path):
    message = refused(tmp_path, "check", RETRAINING, workbook(tmp_path, HEADINGS, row_of(surname="Ә" * 10_000)))
    assert "the text has 10000 letters" in message
    assert len(message) < 2_000


@pytest.mark.parametrize("name", ["t.xls", "t.xlsb", "t.numbers"])
def test_a_table_of_another_kind_is_told_what_to_do(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    assert ".xlsx" in refused(tmp_path, "check", RETRAINING, tmp_path / name, code=2)


@pytest.mark.parametrize("name", ["r.toml", "r.yaml"])
def test_a_record_in_place_of_a_table_is_told_who_takes_it(tmp_path, name):
    (tmp_path / name).write_text("x")
    assert "docgen render checks it" in refused(tmp_path, "check", RETRAINING, tmp_path / name, code=2)


def test_a_damaged_workbook_and_one_that_is_not_there(tmp_path):
    table = workbook(tmp_path, HEADINGS, row_of())
    table.write_bytes(table.read_bytes()[:900])
    assert "damaged" in refused(tmp_path, "batch", RETRAINING, table, "-o", tmp_path / "out")
    assert "no such file" in refused(tmp_path, "batch", RETRAINING, tmp_path / "no.xlsx", "-o", tmp_path / "out")


# --- output -----------------------------------------------------------------------------------------------------------


def test_an_output_that_cannot_be_written_is_refused(tmp_path):
    record = record_file(tmp_path, record_of(RETRAINING))
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder.pdf").mkdir()
    for output in (tmp_path / "file" / "o.pdf", tmp_path / "folder.pdf", "/proc/docgen/o.pdf", tmp_path / ("a" * 300 + ".pdf")):
        assert "cannot be written" in refused(tmp_path, "render", RETRAINING, record, "-o", output)


LONG = "a" * 300
#: What is asked for with a name that the system does not let us look at; a folder that is closed to us is the same to it.
UNSEEN_NAMES = [
    ("forms", "sheet", RETRAINING, "-o", f"{LONG}.xlsx"),
    ("forms", "sample", RETRAINING, "-o", f"{LONG}.toml"),
    ("forms", "template", RETRAINING, "-o", f"{LONG}.docx"),
    ("forms", "copy", RETRAINING, LONG),
    ("forms", "--forms", LONG),
    ("check", RETRAINING, "t.xlsx", "-o", f"{LONG}.xlsx"),
    ("check", RETRAINING, "t.xlsx", "--forms", LONG),
    ("batch", RETRAINING, "t.xlsx", "-o", "out", "--artwork", LONG),
    ("render", RETRAINING, "r.json", "-o", "o.pdf", "--artwork", LONG),
    ("render", RETRAINING, "r.json", "-o", "o.pdf", "--forms", LONG),
]


@pytest.mark.parametrize("arguments", UNSEEN_NAMES, ids=lambda arguments: " ".join(arguments).replace(LONG, "LONG"))
def test_a_name_that_the_system_refuses_is_told(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    record_file(tmp_path, record_of(RETRAINING))
    workbook(tmp_path, HEADINGS, row_of())
    assert "File name too long" in refused(tmp_path, *arguments)


def test_a_record_in_place_of_the_form_may_have_any_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "Give a RECORD" in refused(tmp_path, "render", LONG, "-o", "o.pdf", code=2)


def test_a_refused_record_leaves_the_document_of_yesterday(tmp_path):
    output = tmp_path / "o.pdf"
    output.write_bytes(b"yesterday")
    refused(tmp_path, "render", RETRAINING, record_file(tmp_path, record_of(RETRAINING, hours="x")), "-o", output)
    assert output.read_bytes() == b"yesterday"


def test_nothing_goes_to_standard_output_when_a_record_is_refused(tmp_path):
    record = record_file(tmp_path, record_of(RETRAINING, hours="x"))
    result = run("render", RETRAINING, record, "-o", "-", "--to", "pdf")
    assert (result.exit_code, result.stdout) == (1, "")


# --- wrong calls ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["render", "retraning-certificate", "r.json", "-o", "o.pdf"], "Did you mean “retraining-certificate”?"),
        (["render", "../forms/retraining-certificate", "r.json", "-o", "o.pdf"], "there is no form"),
        (["render", "shared", "r.json", "-o", "o.pdf"], "there is no form"),
        (["render", "a" * 5000, "r.json", "-o", "o.pdf"], "there is no form"),
        (["render", "a\0b", "r.json", "-o", "o.pdf"], "there is no form"),
        (["render", "", "r.json", "-o", "o.pdf"], "there is no form"),
        (["render", RETRAINING, "r.json", "-o", "o.pfd"], "Did you mean “pdf”?"),
        (["render", RETRAINING, "r.json", "-o", "o"], "pdf, docx, png"),
        (["render", RETRAINING, "r.json", "-o", "o.pdf", "--to", "xls"], "pdf, docx, png"),
        (["render", RETRAINING, "r.json", "-o", "o.pdf", "--print", "blnk"], "blank"),
        (["render", RETRAINING, "-o", "o.pdf"], "RECORD"),
        (["render", RETRAINING, "r.json", "-o", "o.pdf", "--set", "topic"], "FIELD=VALUE"),
        (["render", RETRAINING, "r.json", "-o", "o.pdf", "--forms", "nope"], "no such folder of forms"),
        (["render", RETRAINING, "r.json", "-o", "o.pdf", "--artwork", "nope"], "no such folder"),
        (["render", "work-standard", "w.json", "-o", "o.pdf", "--print", "overprint"], "printed full only"),
        (["batch", "work-standard", "t.xlsx", "-o", "out"], "work-standard"),
        (["batch", RETRAINING, "t.odt", "-o", "out"], ".xlsx"),
        (["batch", RETRAINING, "t.xlsx", "-o", "out", "--split", "0"], "--split"),
        (["batch", RETRAINING, "t.xlsx", "-o", "out", "--artwork", "nope"], "no such folder"),
        (["forms", "show", "nope"], "there is no form"),
        (["rendr"], "Did you mean “render”?"),
    ],
    ids=lambda value: " ".join(value)[:60].replace("\0", "") if isinstance(value, list) else "",
)
def test_a_wrong_call_is_told_what_to_do(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    record_file(tmp_path, record_of(RETRAINING))
    record_file(tmp_path, record_of("work-standard"), "w.json")
    workbook(tmp_path, HEADINGS, row_of())
    assert message in refused(tmp_path, *arguments, code=2)
