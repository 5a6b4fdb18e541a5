"""The module's own doors: what they take, what they give back, and that nothing is decided by the environment alone."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from support.places import PACKAGE
from support.reading import docx_words, pixels, words
from support.records import record_of
from support.writing import table

import docgen

FORM = "retraining-certificate"
RECORD = {name: str(value) for name, value in record_of(FORM).items()}
#: Somebody: the register issues no sample.
PERSON = {name: value for name, value in RECORD.items() if name != "number"} | {"surname": "Ким"}
LOGO_FORM = "child-protection-certificate"


def people(count: int, **changes: object) -> list[dict[str, object]]:
    return [PERSON | {"number": f"{number:05d}", "given_name": f"Бауыржан-{number}"} | changes for number in range(1, count + 1)]


def test_every_public_name_is_there_and_types_are_told_to_others():
    for name in docgen.__all__:
        assert getattr(docgen, name) is not None
    assert (PACKAGE / "py.typed").is_file()
    assert set(dir(docgen)) >= {"open_table", "open_register", "render_each", "issue", "RenderedDocument"}


# --- one document ----------------------------------------------------------------------------------------------------------


def test_a_record_is_an_object_a_file_bytes_or_a_stream(tmp_path):
    expected = docgen.render(FORM, PERSON | {"number": "7"})
    record = PERSON | {"number": "7"}
    path = table(tmp_path / "person.json", record)
    content = path.read_bytes()
    assert docgen.render(FORM, path) == expected
    assert docgen.render(FORM, str(path)) == expected
    assert docgen.render(FORM, content) == expected
    assert docgen.render(FORM, io.BytesIO(content)) == expected
    assert docgen.render(FORM, "".join(f'{name} = "{value}"\n' for name, value in record.items()).encode()) == expected
    assert docgen.render(FORM, json.dumps([record]).encode()) == expected
    assert docgen.render(FORM, docgen.open_table(json.dumps([record]).encode(), FORM)) == expected
    assert docgen.render(FORM, PERSON, values={"number": "7"}) == expected
    assert docgen.render(FORM, path, values={"surname": "Ли"}) == docgen.render(FORM, record | {"surname": "Ли"})


def test_a_blank_is_asked_for_and_takes_no_record():
    assert docgen.render(FORM, print="blank") == docgen.render(FORM, None, print=docgen.Print.BLANK)
    assert "Ким" not in words(docgen.render(FORM, print="blank"))
    assert docgen.render("work-standard", print="blank").startswith(b"%PDF")
    for call in (lambda: docgen.render(FORM), lambda: docgen.render(FORM, None, print="overprint")):
        with pytest.raises(docgen.UsageError, match="no record is given") as refused:
            call()
        assert 'print="blank"' in refused.value.problems[0].hint


#: What is given for a record, and what the error says.
WRONG_RECORDS = {
    "a number": (5, "“5” is no record"),
    "an empty list": ([], r"“\[\]” is no record"),
    "several records": ([PERSON, PERSON], "is made of one record"),
    "a table of several": (json.dumps([RECORD, RECORD]).encode(), "this is a table of 2"),
    "no bytes": (b"", "it is empty"),
    "a stream of text": (io.StringIO("{}"), "a stream of bytes is expected"),
    "a missing file": ("none.toml", "no such file"),
    "a folder": (".", "a record is a file in JSON, TOML or YAML"),
    "a suffix that is none": ("person.txt", "a record is a file in JSON, TOML or YAML"),
    "a list of values": (b"- 1\n- 2\n", "a record is a set of named values"),
}


@pytest.mark.parametrize("name", WRONG_RECORDS)
def test_what_is_no_record_is_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given, message = WRONG_RECORDS[name]
    with pytest.raises(docgen.DocgenError, match=message):
        docgen.render(FORM, given)


def test_a_wrong_keyword_is_a_mistake_of_the_program():
    with pytest.raises(TypeError, match="dpy"):
        docgen.render(FORM, PERSON, dpy=3)
    with pytest.raises(TypeError, match="skipbad"):
        docgen.batch(FORM, [PERSON], "out", skipbad=True)


def test_a_problem_of_a_file_has_its_place(tmp_path):
    path = table(tmp_path / "person.json", PERSON | {"number": "7", "hours": "көп"})
    with pytest.raises(docgen.DataError) as refused:
        docgen.render(FORM, path)
    [problem] = refused.value.problems
    assert problem.where == docgen.Where(file=str(path), key="hours", label="Hours")
    path = table(tmp_path / "long.json", PERSON | {"number": "7", "topic": "Ж" * 3000})
    with pytest.raises(docgen.DataError) as refused:
        docgen.render(FORM, path)
    assert {each.where.file for each in refused.value.problems} == {str(path)}


def test_lists_are_gathered_from_files_and_objects(tmp_path):
    person = {"surname": "Ким", "given_name": "Виктория", "iin": "930915350202", "position": "маман"}
    other = person | {"surname": "Сейітқали", "iin": "791108300459"}
    lists = [{"body": "Абай", "region_body": "Облыс", "year": 2027, "rows": [each]} for each in (person, other)]
    head = {name: value for name, value in record_of("consolidated-trainee-list").items() if name != "rows"} | {"year": 2027}
    files = [table(tmp_path / f"{number}.json", each) for number, each in enumerate([head, *lists])]
    from_files = docgen.render("consolidated-trainee-list", files)
    assert "Сейітқали" in words(from_files)
    assert docgen.render("consolidated-trainee-list", [files[0], lists[0], files[2].read_bytes()]) == from_files
    with pytest.raises(docgen.DataError, match="is there twice"):
        docgen.render("consolidated-trainee-list", [files[0], files[1], lists[0]])
    once = docgen.render("consolidated-trainee-list", [files[0], files[1], lists[0]], skip_doubles=True)
    assert words(once).count("930915350202") == 1


# --- documents with numbers ------------------------------------------------------------------------------------------------


def test_a_document_is_issued_with_the_next_number_and_again_with_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("docgen.register.values.system_user", lambda: "aigul")
    with docgen.open_register(tmp_path / "book.db", clerk="Айгүл", time=datetime(2026, 2, 6, 9, 30, tzinfo=UTC)) as register:
        first = docgen.issue(FORM, PERSON, register)
        second = docgen.issue(FORM, PERSON | {"surname": "Ли", "iin": "791108300459"}, register, to="docx")
        again = docgen.issue(FORM, PERSON, register)
        assert (first.number, second.number, again.number, again.content == first.content) == ("00001", "00002", "00001", True)
        assert "00001" in words(first.content)
        assert "00002" in docx_words(second.content)
        assert first.record.values["number"] == "00001"
        assert first.pages == 1
        found = register.find(register_filter(number="00002"))
        assert (found.clerk, found.at, found.state) == ("Айгүл (aigul)", "2026-02-06T09:30:00Z", "printed")
        assert found.printed_sha256 == hashlib.sha256(second.content).hexdigest()
        assert dict(found.unprinted) == {"iin": "791108300459"}
        assert {event["clerk"] for event in register.history(found)} == {"Айгүл (aigul)"}
        assert register.verify().problems == []


def register_filter(**wanted: str):
    from docgen.register import Filter

    return Filter(FORM, **wanted)


def test_a_document_is_issued_into_a_register_that_is_named(tmp_path):
    path = table(tmp_path / "person.json", PERSON)
    assert docgen.issue(FORM, path, tmp_path / "book.db").number == "00001"
    assert docgen.issue(FORM, PERSON, str(tmp_path / "book.db"), values={"surname": "Ли"}).number == "00002"
    own = docgen.issue(FORM, PERSON | {"number": "00417"}, tmp_path / "book.db")
    assert own.number == "00417"
    with pytest.raises(docgen.DataError, match="00417"):
        docgen.issue(FORM, PERSON | {"number": "00417", "surname": "Цой"}, tmp_path / "book.db")


def test_what_is_not_stored_is_issued_and_not_printed(tmp_path):
    def full(_document: docgen.RenderedDocument) -> None:
        raise OSError("no space")

    with docgen.open_register(tmp_path / "book.db") as register:
        with pytest.raises(OSError, match="no space"):
            docgen.issue(FORM, PERSON, register, store=full)
        assert register.find(register_filter(number="00001")).state == "issued"
        stored: list[docgen.RenderedDocument] = []
        document = docgen.issue(FORM, PERSON, register, store=stored.append)
        assert stored == [document]
        assert register.find(register_filter(number="00001")).state == "printed"


#: What cannot be issued, and what the error says.
UNISSUED = {
    "the sample": (FORM, RECORD, "this is the sample of the form"),
    "a form without numbers": ("work-standard", record_of("work-standard"), "cannot be registered"),
    "no record": (FORM, None, "no record is given"),
    "a wrong value": (FORM, PERSON | {"hours": "көп"}, "hours"),
    "a wrong value of the journal": (FORM, PERSON | {"iin": "1"}, "iin"),
}


@pytest.mark.parametrize("name", UNISSUED)
def test_what_cannot_be_issued_leaves_the_book_as_it_was(name, tmp_path):
    form, record, message = UNISSUED[name]
    with docgen.open_register(tmp_path / "book.db") as register:
        with pytest.raises(docgen.DocgenError, match=message):
            docgen.issue(form, record, register)
        assert register.documents(register_filter()) == []
    with pytest.raises(docgen.UsageError, match="“5” is no register"):
        docgen.issue(FORM, PERSON, 5)


def test_a_batch_takes_a_register_that_is_named(tmp_path):
    rows = [PERSON, PERSON | {"surname": "Ли"}]
    path = table(tmp_path / "people.json", rows)
    result = docgen.batch(FORM, path, tmp_path / "out", register=tmp_path / "book.db")
    assert result.records == 2
    with docgen.open_register(tmp_path / "book.db") as register:
        assert {each.job for each in register.documents(register_filter())} == {"people.json"}
    assert docgen.batch(FORM, path, tmp_path / "again", register=str(tmp_path / "book.db")).records == 2
    with pytest.raises(docgen.UsageError, match="a name for the job"):
        docgen.batch(FORM, rows, tmp_path / "third", register=tmp_path / "book.db")


# --- documents one by one --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["pdf", "docx", "png"])
def test_documents_come_one_by_one_as_render_makes_them(to):
    rows = people(3)
    documents = docgen.render_each(FORM, rows, to)
    assert isinstance(documents, Iterator)
    assert len(documents) == 3
    found = list(documents)
    assert [(each.row, each.number, each.pages) for each in found] == [(n, f"{n:05d}", 1) for n in (1, 2, 3)]
    assert [each.content for each in found] == [docgen.render(FORM, row, to) for row in rows]
    assert (documents.problems, documents.notes) == ([], [])


@pytest.mark.slow
def test_documents_of_a_flowing_form_come_one_by_one():
    rows = [record_of("training-agreement", number=str(number)) for number in (1, 2)]
    found = list(docgen.render_each("training-agreement", rows))
    assert [each.content for each in found] == [docgen.render("training-agreement", row) for row in rows]
    assert [each.pages for each in found] == [None, None]


def test_all_problems_come_before_the_first_document(tmp_path):
    rows = people(5)
    rows[1] |= {"hours": "көп"}
    rows[3] |= {"city": ""}
    path = table(tmp_path / "people.json", rows)
    with pytest.raises(docgen.DataError) as refused:
        docgen.render_each(FORM, path)
    assert [(each.where.row, each.where.key, each.where.file) for each in refused.value.problems] == [
        (2, "hours", str(path)), (4, "city", str(path)),
    ]  # fmt: skip
    documents = docgen.render_each(FORM, path, skip_bad=True)
    assert [document.row for document in documents] == [1, 3, 5]
    assert [problem.where.row for problem in documents.problems] == [2, 4]
    assert [document.row for document in docgen.render_each(FORM, path, only="1,2", skip_bad=True)] == [1]


def test_what_was_mended_is_a_note_of_the_document_and_of_all():
    rows = people(2)
    rows[1] |= {"surname": "Kим"}
    documents = docgen.render_each(FORM, rows)
    assert [(note.where.row, note.code) for note in documents.notes] == [(2, "lookalikes-mended")]
    assert [len(document.notes) for document in documents] == [0, 1]


def test_doubled_numbers_are_a_note_without_a_register():
    [note] = docgen.render_each(FORM, [*people(1), *people(1, given_name="Алма")]).notes
    assert (note.code, note.where.row) == ("number-doubled", 2)


def test_documents_with_numbers_are_noted_as_printed_when_they_are_given(tmp_path):
    rows = [PERSON | {"surname": name} for name in ("Ким", "Ли", "Цой")]
    with docgen.open_register(tmp_path / "book.db") as register:
        documents = docgen.render_each(FORM, rows, register=register, job="monday")
        first = next(documents)
        assert (first.number, "00001" in words(first.content)) == ("00001", True)
        assert [each.state for each in register.documents(register_filter())] == ["printed", "issued", "issued"]
        again = list(docgen.render_each(FORM, rows, register=register, job="monday"))
        assert [each.number for each in again] == ["00001", "00002", "00003"]
        assert again[0].content == first.content
        assert {each.state for each in register.documents(register_filter())} == {"printed"}
        assert docgen.batch(FORM, rows, tmp_path / "out", register=register, job="monday", each="{number}").records == 3
    assert [(tmp_path / "out" / "each" / f"{each.number}.pdf").read_bytes() == each.content for each in again] == [True] * 3


def test_a_row_that_the_register_refuses_is_left_out_when_asked(tmp_path):
    with docgen.open_register(tmp_path / "book.db") as register:
        docgen.issue(FORM, PERSON | {"number": "00002"}, register)
        rows = [PERSON | {"surname": "Ли"}, PERSON | {"surname": "Цой", "number": "00002"}]
        with pytest.raises(docgen.DataError, match="00002"):
            docgen.render_each(FORM, rows, register=register, job="a")
        documents = docgen.render_each(FORM, rows, register=register, job="a", skip_bad=True)
        assert [each.number for each in documents] == ["00003"]  # the book began at the own number
        assert [problem.code for problem in documents.problems] == ["number-taken"]


def test_a_record_that_cannot_be_painted_costs_no_other(monkeypatch):
    from docgen.batching import documents as module

    paint = module.Rendering.paint

    def failing(self: module.Rendering) -> bytes:
        if self.record.values["number"] == "00002":
            raise ZeroDivisionError("ink")
        return paint(self)

    monkeypatch.setattr(module.Rendering, "paint", failing)
    documents = docgen.render_each(FORM, people(3))
    assert [each.row for each in documents] == [1, 3]
    [problem] = documents.problems
    assert (problem.code, problem.where.row) == ("painter-failed", 2)


# --- pictures as bytes -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def logo() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (600, 600), "#d01010").save(buffer, "PNG")
    return buffer.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#d01010"/></svg>'
RED_BOX = (40, 30, 54, 44)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["press", "weasyprint"])
def test_a_picture_is_the_same_as_bytes_and_as_a_file(logo, tmp_path, engine):
    (tmp_path / "logo.png").write_bytes(logo)
    as_file = docgen.render(LOGO_FORM, record_of(LOGO_FORM, logo="logo.png"), pictures=tmp_path, engine=engine)
    as_bytes = docgen.render(LOGO_FORM, record_of(LOGO_FORM, logo=logo), engine=engine)
    assert (pixels(as_file, 100) == pixels(as_bytes, 100)).all()
    red = abs(pixels(as_bytes, 100, box=RED_BOX).astype(int) - (208, 16, 16)).max(axis=2) < 40
    assert red.all()


@pytest.mark.slow
def test_pictures_as_bytes_are_taken_in_every_format_and_print(logo, tmp_path):
    pdf = docgen.render(LOGO_FORM, record_of(LOGO_FORM, logo="logo.svg"), pictures=svg_folder(tmp_path))
    assert (pixels(docgen.render(LOGO_FORM, record_of(LOGO_FORM, logo=SVG)), 100) == pixels(pdf, 100)).all()
    page = io.BytesIO()
    Image.open(io.BytesIO(logo)).save(page, "PDF", resolution=600)
    for content in (logo, SVG, page.getvalue(), bytearray(logo)):
        record = record_of(LOGO_FORM, logo=content)
        assert docgen.check(LOGO_FORM, [record]) == []
        assert docgen.render(LOGO_FORM, record, "docx") == docgen.render(LOGO_FORM, record, "docx")
        red = abs(pixels(docgen.render(LOGO_FORM, record), 100, box=RED_BOX).astype(int) - (208, 16, 16)).max(axis=2) < 40
        assert red.all()


def svg_folder(folder: Path) -> Path:
    (folder / "logo.svg").write_bytes(SVG)
    return folder


def test_a_word_template_takes_pictures_as_bytes(logo, tmp_path):
    from support.calling import run

    run("forms", "copy", LOGO_FORM, tmp_path / "forms")
    template = tmp_path / "forms" / LOGO_FORM / "template.docx"
    assert run("forms", "template", LOGO_FORM, "-o", template, "--forms", tmp_path / "forms").exit_code == 0
    (tmp_path / "logo.png").write_bytes(logo)
    form = docgen.load_form(LOGO_FORM, tmp_path / "forms")
    as_file = docgen.render(form, record_of(LOGO_FORM, logo="logo.png"), "docx", pictures=tmp_path)
    assert docgen.render(form, record_of(LOGO_FORM, logo=logo), "docx") == as_file


def test_a_batch_prints_pictures_as_bytes_in_one_process_and_in_two(logo, tmp_path):
    other = io.BytesIO()
    Image.new("RGB", (600, 600), "#1010d0").save(other, "PNG")
    rows = [
        record_of(LOGO_FORM, number=f"{number:05d}", logo=(logo, other.getvalue())[number % 2]) for number in range(1, 5)
    ]  # fmt: skip
    for workers in (1, 2):
        docgen.batch(LOGO_FORM, rows, tmp_path / str(workers), split=2, workers=workers)
    files = [sorted((tmp_path / name).iterdir()) for name in ("1", "2")]
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]
    volume = (tmp_path / "1" / f"{LOGO_FORM}-001.pdf").read_bytes()
    assert pixels(volume, 50, page=1, box=RED_BOX)[10, 10, 2] > 200
    assert pixels(volume, 50, page=2, box=RED_BOX)[10, 10, 0] > 200


#: Bytes that are no picture that can be printed → the code of the problem.
BAD_PICTURES = {
    "a JPEG": (b"\xff\xd8\xff\xe0JFIF", "not-an-image"),
    "no bytes": (b"", "not-an-image"),
    "text": (b"logo.png", "not-an-image"),
    "a damaged PNG": (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "artwork-damaged"),
    "a web page": (b"<html></html>", "artwork-damaged"),
    "a damaged PDF": (b"%PDF-1.7\n", None),
    "an entity": (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', "artwork-damaged"),
    "too much": (b"\x89PNG\r\n\x1a\n" + b"\0" * (33 << 20), "file-too-large"),
}


@pytest.mark.parametrize("name", BAD_PICTURES)
def test_bytes_that_are_no_picture_are_a_problem_of_the_record(name):
    content, code = BAD_PICTURES[name]
    [problem] = docgen.check(LOGO_FORM, [record_of(LOGO_FORM, logo=content)])
    assert problem.where.row == 1
    assert code in (problem.code, None)
    assert len(str(problem)) < 500


def test_a_coarse_picture_is_refused_as_bytes_too():
    buffer = io.BytesIO()
    Image.new("RGB", (100, 100)).save(buffer, "PNG")
    [problem] = docgen.check(LOGO_FORM, [record_of(LOGO_FORM, logo=buffer.getvalue())])
    assert problem.code == "artwork-coarse"


def test_the_register_knows_a_picture_by_its_hash(logo, tmp_path):
    record = record_of(LOGO_FORM, logo=logo, surname="Ким", number=None)
    with docgen.open_register(tmp_path / "book.db") as register:
        assert docgen.issue(LOGO_FORM, record, register).number == docgen.issue(LOGO_FORM, record, register).number
    with closing(sqlite3.connect(tmp_path / "book.db")) as book:
        [(kept,)] = book.execute("SELECT record FROM document").fetchall()
    assert json.loads(kept)["logo"] == hashlib.sha256(logo).hexdigest() + ".png"


# --- arguments instead of the environment ----------------------------------------------------------------------------------


def test_the_time_of_a_file_is_an_argument(monkeypatch, tmp_path):
    moment = datetime(2026, 2, 6, 9, 30, tzinfo=UTC)
    by_argument = docgen.render(FORM, PERSON | {"number": "7"}, time=moment)
    assert PdfReader(io.BytesIO(by_argument)).metadata.creation_date == moment
    docgen.batch(FORM, people(3), tmp_path / "a", time=moment, split=2, workers=2)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(moment.timestamp())))
    assert docgen.render(FORM, PERSON | {"number": "7"}) == by_argument
    docgen.batch(FORM, people(3), tmp_path / "b", split=2)
    for name in (f"{FORM}-001.pdf", f"{FORM}-002.pdf"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    later = datetime(2027, 1, 1, tzinfo=UTC)
    assert PdfReader(io.BytesIO(docgen.render(FORM, PERSON | {"number": "7"}, time=later))).metadata.creation_date == later
    [document] = docgen.render_each(FORM, people(1), time=later)
    assert PdfReader(io.BytesIO(document.content)).metadata.creation_date == later


@pytest.mark.parametrize("time", [datetime(2026, 2, 6), date(2026, 2, 6), 5, "2026"])
def test_a_time_without_a_zone_is_refused(time, tmp_path):
    for call in (
        lambda: docgen.render(FORM, PERSON | {"number": "7"}, time=time),
        lambda: docgen.batch(FORM, people(1), tmp_path / "out", time=time),
        lambda: docgen.open_register(tmp_path / "book.db", time=time),
    ):
        with pytest.raises(docgen.UsageError, match="is no time"):
            call()
    assert not list(tmp_path.iterdir())


def test_the_clerk_is_an_argument(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCGEN_CLERK", "Nobody")
    monkeypatch.setattr("docgen.register.values.system_user", lambda: "aigul")
    for clerk, expected in ((" Айгүл ", "Айгүл (aigul)"), (None, "Nobody (aigul)"), ("aigul", "aigul")):
        with docgen.open_register(tmp_path / f"{expected}.db", clerk=clerk) as register:
            docgen.issue(FORM, PERSON, register)
            assert register.find(register_filter()).clerk == expected


def test_the_folder_of_faces_is_an_argument(monkeypatch, tmp_path):
    from docgen.files import shipped

    own = tmp_path / "fonts"
    own.mkdir()
    names = {"LiberationSerif-Regular": "times", "LiberationSerif-Bold": "timesbd",
             "LiberationSerif-Italic": "timesi", "LiberationSerif-BoldItalic": "timesbi"}  # fmt: skip
    for name, licensed in names.items():
        shutil.copy(next(shipped("fonts").rglob(f"{name}.ttf")), own / f"{licensed}.ttf")
    monkeypatch.setenv("DOCGEN_FONTS", str(own))
    by_environment = docgen.render(FORM, PERSON | {"number": "7"})
    monkeypatch.delenv("DOCGEN_FONTS")
    assert docgen.render(FORM, PERSON | {"number": "7"}, fonts=own) == by_environment
    with pytest.raises(docgen.UsageError, match="no such folder"):
        docgen.render(FORM, PERSON | {"number": "7"}, fonts=tmp_path / "none")
    docgen.batch(FORM, people(3), tmp_path / "a", fonts=own, split=2, workers=2)
    fonts = json.loads((tmp_path / "a" / "manifest.json").read_bytes())["fonts"]
    assert set(fonts) == {f"{licensed}.ttf" for licensed in names.values()}
