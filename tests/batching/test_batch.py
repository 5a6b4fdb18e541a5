"""A batch through the real command line: a workbook in, one PDF with bookmarks and a manifest out; or nothing at all."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader
from support.calling import run
from support.places import ROOT
from support.reading import words
from support.records import record_of

import docgen
from docgen import spilled
from docgen.batching import run as batch_run

FORM = "retraining-certificate"
SAMPLES = ROOT / "samples"


def workbook(path: Path, records: list[dict], headings: list[str] | None = None) -> Path:
    book = Workbook()
    sheet = book.active
    names = headings or list(record_of(FORM))
    sheet.append(names)
    for record in records:
        sheet.append([record.get(name) for name in names])
    book.save(path)
    return path


def people(count: int, **changes: object) -> list[dict]:
    return [record_of(FORM, number=f"{n:05d}", surname=f"Сейітқали-{n}", **changes) for n in range(1, count + 1)]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The 50 people of samples/ in volumes of 20."""
    out = tmp_path_factory.mktemp("batch")
    result = run("batch", FORM, SAMPLES / "people.xlsx", "-o", out, "--split", 20, "--ignore", "*")
    assert result.exit_code == 0, result.output
    return out, json.loads((out / "manifest.json").read_text("utf-8"))


def test_fifty_people_fill_volumes_in_the_order_of_the_table(sample):
    out, manifest = sample
    assert [volume["pages"] for volume in manifest["volumes"]] == [20, 20, 10]
    assert [record["row"] for record in manifest["records"]] == list(range(3, 53))
    assert [record["number"] for record in manifest["records"]] == [f"{n:05d}" for n in range(401, 451)]
    last = PdfReader(out / "retraining-certificate-003.pdf")
    assert "Тіркеу № 00450" in last.pages[9].extract_text()


def test_the_manifest_tells_what_was_made_of_what(sample):
    out, manifest = sample
    assert manifest["form"] == {"id": FORM, "sha256": docgen.load_form(FORM).digest}
    assert manifest["source"]["sha256"] == hashlib.sha256((SAMPLES / "people.xlsx").read_bytes()).hexdigest()
    for volume in manifest["volumes"]:
        assert volume["sha256"] == hashlib.sha256((out / volume["file"]).read_bytes()).hexdigest()


def test_each_record_has_a_bookmark_with_its_number_and_name(sample):
    out, _manifest = sample
    reader = PdfReader(out / "retraining-certificate-002.pdf")
    titles = [mark.title for mark in reader.outline]
    assert len(titles) == 20
    assert titles[0].startswith("00421 ")
    assert [reader.get_destination_page_number(mark) for mark in reader.outline] == list(range(20))


def test_a_volume_stores_its_artwork_once(sample):
    out, _manifest = sample
    reader = PdfReader(out / "retraining-certificate-001.pdf")
    drawn = {line for page in reader.pages for line in page.get_contents().get_data().split(b"\n") if line.startswith(b"q /G")}
    assert drawn == {b"q /G0 Do Q"}
    assert (out / "retraining-certificate-001.pdf").stat().st_size < 20 * 8000


def test_the_same_batch_gives_the_same_files(tmp_path):
    table = workbook(tmp_path / "t.xlsx", people(3))
    for folder in ("a", "b"):
        assert run("batch", FORM, table, "-o", tmp_path / folder).exit_code == 0
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_a_volume_page_is_the_page_of_the_single_certificate(tmp_path):
    records = people(2)
    run("batch", FORM, workbook(tmp_path / "t.xlsx", records), "-o", tmp_path / "out")
    volume = PdfReader(tmp_path / "out" / "retraining-certificate-001.pdf")
    for page, record in zip(volume.pages, records, strict=True):
        single = PdfReader(io.BytesIO(docgen.render(FORM, record)))
        assert page.extract_text().split() == single.pages[0].extract_text().split()


def test_one_bad_row_stops_the_batch_and_every_problem_is_told(tmp_path):
    records = people(4)
    records[1]["hours"] = "көп"
    records[3]["issued"] = "31.02.2026"
    records[3]["surname"] = None
    result = run("batch", FORM, workbook(tmp_path / "t.xlsx", records), "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert not (tmp_path / "out").exists()
    for told in ("t.xlsx: I3: hours", "“көп” is no whole number", "L5: issued", "no such day as 31.02.2026", "C5: surname"):
        assert told in result.output
    assert "3 problems; nothing was made." in result.output


def test_skip_bad_prints_the_good_rows_and_tells_the_others(tmp_path):
    records = people(3)
    records[1]["hours"] = 0
    result = run("batch", FORM, workbook(tmp_path / "t.xlsx", records), "-o", tmp_path / "out", "--skip-bad")
    assert result.exit_code == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert [record["row"] for record in manifest["records"]] == [2, 4]
    assert manifest["problems"][0]["row"] == 3
    assert "1 left out" in result.output


def test_a_cell_that_cannot_be_read_is_a_problem_like_the_others(tmp_path):
    """An error of the spreadsheet in row 3, hours of nothing in row 4: both are told at once; --skip-bad prints the third."""
    records = people(3)
    records[0]["topic"], records[1]["hours"] = "#REF!", 0
    path = workbook(tmp_path / "t.xlsx", records)
    book = load_workbook(path)
    book.active.cell(2, list(record_of(FORM)).index("topic") + 1).data_type = "e"
    book.save(path)
    result = run("batch", FORM, path, "-o", tmp_path / "out")
    assert (result.exit_code, "H2: topic" in result.output, "I3: hours" in result.output) == (1, True, True), result.output
    assert not (tmp_path / "out").exists()
    result = run("batch", FORM, path, "-o", tmp_path / "out", "--skip-bad")
    assert (result.exit_code, "2 left out" in result.output) == (0, True), result.output
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert [record["row"] for record in manifest["records"]] == [4]
    assert [problem["row"] for problem in manifest["problems"]] == [2, 3]


def test_labels_in_any_language_are_headings(tmp_path):
    fields = docgen.load_form(FORM).fields
    for language in ("kk", "ru", "en"):
        headings = {field.name: field.label[language] for field in fields}
        record = {headings[name]: value for name, value in record_of(FORM).items()}
        table = workbook(tmp_path / f"{language}.xlsx", [record], list(record))
        assert run("check", FORM, table).exit_code == 0


def test_a_text_too_long_for_the_page_is_found_before_printing(tmp_path):
    records = people(2)
    records[1]["topic"] = "өте ұзақ тақырып " * 100
    result = run("check", FORM, workbook(tmp_path / "t.xlsx", records), "--json")
    assert result.exit_code == 1
    problem = json.loads(result.stdout)["problems"][0]
    assert (problem["code"], problem["row"], problem["column"]) == ("does-not-fit", 3, "H")
    assert "mm" in problem["message"]


def test_mended_letters_are_reported(tmp_path):
    result = run("batch", FORM, workbook(tmp_path / "t.xlsx", people(1, patronymic="Қайратұлi")), "-o", tmp_path / "out")
    assert result.exit_code == 0
    assert "“Қайратұлі”" in result.output
    assert "Қайратұлі" in words((tmp_path / "out" / "retraining-certificate-001.pdf").read_bytes())


@pytest.mark.parametrize("command", ["check", "batch"])
def test_two_people_with_one_number_are_told(tmp_path, command):
    """Numbers are unique within an organization and a year, with or without zeros before them; volumes do not matter."""
    rows = people(5)
    for row, changes in zip(rows, [{}, {"number": "1"}, {"number": "00001", "organization": "Басқа академия"},
                                   {"number": "00001", "issued": "2027-02-06"}, {}], strict=True):  # fmt: skip
        row |= changes
    options = ("-o", tmp_path / "out", "--split", 1) if command == "batch" else ()
    result = run(command, FORM, workbook(tmp_path / "t.xlsx", rows), *options)
    assert result.exit_code == 0, result.output
    column = "ABCDEFGHIJKLM"[list(record_of(FORM)).index("number")]
    assert f"{column}3: number: row 2 has the number 1 too" in result.stderr
    assert result.stderr.count("has the number") == 1


def test_a_missing_column_is_one_problem_not_one_a_row(tmp_path):
    names = [name for name in record_of(FORM) if name != "hours"]
    result = run("check", FORM, workbook(tmp_path / "t.xlsx", people(9), names))
    assert result.exit_code == 1
    assert result.output.count("there is no column for the field “hours”") == 1


def test_a_register_is_rendered_not_batched(tmp_path):
    result = run("batch", "certificate-register", SAMPLES / "people.xlsx", "-o", tmp_path / "out", "--ignore", "*")
    assert result.exit_code == 2
    assert "docgen render certificate-register" in result.output


def test_the_module_takes_plain_records_and_tells_progress(tmp_path):
    steps = []
    result = docgen.batch(FORM, people(3), tmp_path, progress=lambda step, count: steps.append((step, count)))
    assert result.records == 3
    assert steps == [("records", 1)] * 3


def test_the_module_checks_rows_without_painting():
    problems = docgen.check(FORM, [record_of(FORM), record_of(FORM, hours=0)])
    assert [(problem.where.row, problem.where.key) for problem in problems] == [(2, "hours")]


def test_volumes_of_another_batch_are_not_left_beside_new_ones(tmp_path):
    """Who merges the folder would print people twice."""
    table = workbook(tmp_path / "t.xlsx", people(3))
    assert run("batch", FORM, table, "-o", tmp_path / "out", "--split", 1).exit_code == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    result = run("batch", FORM, table, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "retraining-certificate-002.pdf, retraining-certificate-003.pdf" in result.output
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_letters_that_an_encoding_lost_are_refused(tmp_path):
    """Windows-1251 has no Ө, Ғ, Қ: programs write a question mark for each."""
    result = run("check", FORM, workbook(tmp_path / "t.xlsx", people(1, given_name="?айрат", patronymic="Дәуре?ұлы")))
    assert result.exit_code == 1
    assert result.output.count("there is a ? in a word") == 2
    assert run("check", FORM, workbook(tmp_path / "u.xlsx", people(1, topic="Не істеу керек?"))).exit_code == 0


def test_a_json_answer_tells_file_and_column(tmp_path):
    records = people(2)
    records[1]["hours"] = 0
    table = workbook(tmp_path / "t.xlsx", records)
    answer = json.loads(run("batch", FORM, table, "-o", tmp_path / "out", "--skip-bad", "--json").stdout)
    problem = answer["problems"][0]
    assert (problem["file"], problem["row"], problem["column"]) == (str(table), 3, "I")


def test_a_folder_with_none_of_the_artwork_is_refused(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "State-Emblem-2026.png").write_bytes(b"")
    result = run("batch", FORM, workbook(tmp_path / "t.xlsx", people(1)), "-o", tmp_path / "o", "--artwork", tmp_path / "own")
    assert result.exit_code == 2
    assert "state-emblem" in result.output


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_very_many_remarks_wait_on_the_disk_and_are_the_same(workers, tmp_path, monkeypatch):
    """In the order of the rows, with their places, and in the words at the terminal."""
    table = tmp_path / "t.json"
    table.write_text(json.dumps(people(11, rank="майор полиции"), default=str), "utf-8")
    few, shown = docgen.batch(FORM, table, tmp_path / "few", split=4, workers=workers), ""
    for name, held in (("few", spilled.HELD), ("many", 3)):
        monkeypatch.setattr(spilled, "HELD", held)
        monkeypatch.setattr(spilled, "AT_ONCE", 2)
        monkeypatch.setattr(batch_run, "HELD", held)
        result = run("batch", FORM, table, "-o", tmp_path / name, "--split", 4, "--workers", workers)
        notes = [line for line in result.stderr.splitlines() if line.startswith("•")]
        assert shown in ("", notes)
        shown = notes
    many = docgen.batch(FORM, table, tmp_path / "many", split=4, workers=workers)
    assert not isinstance(many.notes, tuple)
    assert list(many.notes) == list(few.notes)
    assert [note.where.row for note in few.notes] == list(range(1, 12))
