"""Samples of a batch on contact sheets, looked at before anything is printed; read back by other programs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pdfplumber
import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import DecodedStreamObject, NameObject
from support.calling import run
from support.records import record_of
from support.writing import table

from docgen.batching.highlights import COLOURS

FORM = "retraining-certificate"
PORTRAIT = """
id = "thanks"
layout = "house"
title = { kk = "Алғыс хат" }
act = { name = "ours" }
sheet = { width = "210mm", height = "297mm", margin = "25mm" }

[[field]]
use = "surname"

[[place]]
name = "text"
clause = "1"
text = "{{ surname }}"
"""


def people(count: int, **changes: object) -> list[dict]:
    return [record_of(FORM, number=f"{n:05d}", surname=f"Сейітқали-{n:02d}", **changes) for n in range(1, count + 1)]


def proof(folder: Path, records: list[dict], *options: object, form: str = FORM) -> Path:
    result = run("proof", form, table(folder / "people.json", records), "-o", folder / "proof.pdf", *options)
    assert result.exit_code == 0, result.output
    return folder / "proof.pdf"


def own_texts(file: Path) -> list[str]:
    """Return the text of each sheet without that of the pages shown on it, which takes long to read."""
    pages = PdfReader(file).pages
    for page in pages:
        objects = page["/Resources"]["/XObject"]
        for name in [name for name in objects if name.startswith("/P")]:
            objects[NameObject(name)] = DecodedStreamObject()
    return [page.extract_text() for page in pages]


def captions(file: Path) -> dict[int, str]:
    """Return what is told of each sample, by row: its number, its name and why it was chosen."""
    lines = [line for text in own_texts(file) for line in text.splitlines()]
    told = [line for line in lines[lines.index(next(line for line in lines if line.startswith("row "))) :] if line]
    parts = re.split(r"(?:^|\s)row (\d+)", " ".join(" ".join(told).split()))
    return {int(row): text for row, text in zip(parts[1::2], parts[2::2], strict=True)}


def test_first_last_longest_and_random_records_are_shown_twelve_to_a_sheet(tmp_path):
    records = people(40)
    records[6]["topic"] += " және оларды қолдану"
    records[20]["patronymic"] = None
    told = captions(proof(tmp_path, records))
    assert len(PdfReader(tmp_path / "proof.pdf").pages) == 1
    assert len(told) == 12
    assert told[1].endswith("first")
    assert told[40].endswith("last")
    name = f"Сейітқали-07 {records[6]['given_name']} {records[6]['patronymic']}"
    assert told[7] == f": 00007 {name} longest: Topic of the course, most lines"
    assert told[21].endswith("without: Patronymic")
    assert sum(line.endswith("at random") for line in told.values()) == 8
    assert list(told) == sorted(told)


def test_a_record_that_stands_out_twice_is_shown_once(tmp_path):
    records = people(30)
    records[0]["surname"] = "Әбдірахмановтың"
    records[0]["rank"] = "полиция подполковнигі"
    assert captions(proof(tmp_path, records))[1].endswith("first, longest: Rank, longest: Surname")


def test_the_record_that_needs_the_most_lines_or_the_smallest_letters_is_shown(tmp_path):
    records = people(30)
    records[4]["topic"] = "Құқық қорғау органдарындағы ақпараттық қауіпсіздік және дербес деректерді қорғау негіздері " * 5
    assert "most lines, smallest letters" in captions(proof(tmp_path, records))[5]


def test_all_records_are_shown_where_there_are_few(tmp_path):
    assert list(captions(proof(tmp_path, people(5)))) == [1, 2, 3, 4, 5]
    assert captions(proof(tmp_path, people(1)))[1].endswith("first, last")


def test_a_table_in_which_much_stands_out_fills_another_sheet(tmp_path):
    records = people(60)
    names = ("organization", "rank", "surname", "given_name", "patronymic", "topic", "head", "city")
    for row, name in enumerate(names, 5):
        records[row][name] = f"{records[row][name]} және басқалар"
    records[20]["hours"] = 1440
    records[22]["patronymic"] = None
    file = proof(tmp_path, records)
    assert len(PdfReader(file).pages) == 2
    assert len(captions(file)) == 24


def test_the_same_table_gives_the_same_bytes_and_another_one_other_samples(tmp_path):
    first = proof(tmp_path, people(60)).read_bytes()
    assert proof(tmp_path, people(60)).read_bytes() == first
    chosen = set(captions(tmp_path / "proof.pdf"))
    assert set(captions(proof(tmp_path, people(60, city="Астана")))) != chosen


def test_a_proof_prints_nothing_else_and_tells_what_comes_next(tmp_path):
    source = table(tmp_path / "people.json", people(20))
    result = run("proof", FORM, source, "-o", tmp_path / "proof.pdf")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.json", "proof.pdf"]
    assert "proof.pdf: 12 of 20 records; nothing is printed yet" in result.output
    assert "give docgen batch the same, with -o DIR" in result.output
    told = json.loads(run("proof", FORM, source, "-o", tmp_path / "proof.pdf", "--json").output)
    assert (told["samples"], told["records"], told["problems"]) == (12, 20, [])


def test_any_problem_refuses_the_proof_unless_bad_records_are_skipped(tmp_path):
    records = people(20)
    records[3]["hours"], records[9]["surname"] = 0, None
    source = table(tmp_path / "people.json", records)
    result = run("proof", FORM, source, "-o", tmp_path / "proof.pdf")
    assert result.exit_code == 1
    assert "row 4" in result.output
    assert "row 10" in result.output
    assert not (tmp_path / "proof.pdf").exists()
    skipped = run("proof", FORM, source, "-o", tmp_path / "proof.pdf", "--skip-bad")
    assert skipped.exit_code == 0
    assert "12 of 18 records" in skipped.output
    assert not {4, 10} & set(captions(tmp_path / "proof.pdf"))


def test_chosen_rows_alone_are_shown(tmp_path):
    assert list(captions(proof(tmp_path, people(30), "--only", "5-7,20"))) == [5, 6, 7, 20]


def test_an_outline_stands_around_what_its_field_put_there(tmp_path):
    with pdfplumber.open(proof(tmp_path, people(1), "--print", "overprint")) as pdf:
        page = pdf.pages[0]
        small = [char for char in page.chars if char["size"] < 6 and char["text"].strip()]
        number = small[-5:]
        assert "".join(char["text"] for char in number) == "00001"
        # The legend names the colour: its swatch stands before the label on the same line.
        word = next(word for word in page.extract_words() if word["text"] == "Registration")
        swatch = [each for each in page.rects if each["x1"] < word["x0"] and abs(each["bottom"] - word["bottom"]) < 3]
        colour = max(swatch, key=lambda each: each["x0"])["non_stroking_color"]
        sides = [each for each in page.rects if each["non_stroking_color"] == colour and each["bottom"] < word["top"] - 10]
        left, right = min(each["x0"] for each in sides), max(each["x1"] for each in sides)
        top, bottom = min(each["top"] for each in sides), max(each["bottom"] for each in sides)
        assert len(sides) == 4
        assert left < number[0]["x0"] < number[-1]["x1"] < right
        assert (right - left) - (number[-1]["x1"] - number[0]["x0"]) < 2  # points
        assert top < min(char["bottom"] for char in number) < bottom + 2


@pytest.mark.slow
@pytest.mark.parametrize(("what", "has_wording", "has_data"), [("full", 1, 1), ("blank", 1, 0), ("overprint", 0, 1)])
def test_the_samples_are_printed_as_the_batch_would_be(tmp_path, what, has_wording, has_data):
    with pdfplumber.open(proof(tmp_path, people(1), "--print", what)) as pdf:
        small = "".join(char["text"] for char in pdf.pages[0].chars if char["size"] < 6 or char["text"] in "СЕРТИФИКАТ")
        assert ("бойынша" in small, "Сейітқали-01" in small) == (bool(has_wording), bool(has_data))


@pytest.mark.slow
def test_pages_stay_vectors_and_nothing_leaves_the_sheet(tmp_path):
    file = proof(tmp_path, people(40))
    assert file.stat().st_size < 100_000
    with pypdfium2.PdfDocument(file) as pdf:
        page = pdf[0]
        assert sorted(round(side) for side in page.get_size()) == [595, 842]
        assert not list(page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=9))
        ink = page.render(scale=1).to_pil().convert("L").point(lambda level: level < 250 and 255).getbbox()
    assert min(ink[0], ink[1], 595 - ink[2], 842 - ink[3]) > 14  # 5 mm, which every printer prints
    assert PdfReader(file).metadata.title == "Proof: Certificate of retraining"


def test_a_page_that_stands_is_shown_as_high_as_four_columns_let_it(tmp_path):
    (tmp_path / "forms" / "thanks").mkdir(parents=True)
    (tmp_path / "forms" / "thanks" / "form.toml").write_text(PORTRAIT, encoding="utf-8")
    records = [{"surname": f"Сейітқали-{'а' * n}"} for n in range(1, 13)]
    with pdfplumber.open(proof(tmp_path, records, "--forms", tmp_path / "forms", form="thanks")) as pdf:
        page = pdf.pages[0]
        rows = {round(word["top"]) for word in page.extract_words() if word["text"] == "row"}
        assert (len(rows), page.width < page.height) == (3, True)


@pytest.mark.slow
def test_a_picture_of_the_record_is_shown_and_outlined(tmp_path):
    (tmp_path / "forms" / "thanks").mkdir(parents=True)
    picture = (
        '\n[[field]]\nname = "photo"\nkind = "image"\nlabel = { kk = "Сурет" }\n'
        '\n[[place]]\nname = "photo"\nclause = "2"\nfield = "photo"\ndiameter = "30mm"\ngap = "40mm"\n'
    )
    (tmp_path / "forms" / "thanks" / "form.toml").write_text(PORTRAIT + picture, encoding="utf-8")
    Image.new("RGB", (400, 400), "#cc0000").save(tmp_path / "a.png")
    records = [{"surname": "Сейітқали", "photo": "a.png"}]
    with pdfplumber.open(proof(tmp_path, records, "--forms", tmp_path / "forms", form="thanks")) as pdf:
        [image] = pdf.pages[0].images
        sides = [each for each in pdf.pages[0].rects if each["non_stroking_color"] == _colour(COLOURS[1]) and each["width"] < 1]
        assert min(abs(each["x1"] - image["x0"]) for each in sides) < 1
        assert min(abs(each["x0"] - image["x1"]) for each in sides) < 1


def _colour(told: str) -> tuple[float, ...]:
    return tuple(round(int(told[at : at + 2], 16) / 255, 6) for at in (1, 3, 5))


def test_many_fields_begin_the_colours_anew(tmp_path):
    fields = "".join(
        f'\n[[field]]\nname = "f{n}"\nlabel = {{ kk = "Ж{n}" }}\n'
        f'\n[[place]]\nname = "p{n}"\nclause = "{n}"\ntext = "{{{{ f{n} }}}}"\n'
        f'gap = "5mm"\n' + (f'below = "p{n - 1}"\n' if n else "")
        for n in range(len(COLOURS) + 2)
    )
    head, _field = PORTRAIT.split("\n[[field]]", 1)
    (tmp_path / "forms" / "thanks").mkdir(parents=True)
    (tmp_path / "forms" / "thanks" / "form.toml").write_text(head + fields, encoding="utf-8")
    record = {f"f{n}": f"мән {n}" for n in range(len(COLOURS) + 2)}
    file = proof(tmp_path, [record], "--forms", tmp_path / "forms", form="thanks")
    assert f"Ж{len(COLOURS) + 1}" in PdfReader(file).pages[0].extract_text()


def test_the_numbers_are_those_that_the_register_would_give_and_none_is_given(tmp_path):
    records = people(30)
    for record in records:
        del record["number"]
    source, register = table(tmp_path / "people.json", records), tmp_path / "book.db"
    result = run("proof", FORM, source, "--register", register, "-o", tmp_path / "proof.pdf")
    assert "none is given" in result.output
    told = captions(tmp_path / "proof.pdf")
    assert all(line.startswith(f": {row:05d} ") for row, line in told.items())
    assert "00001" not in run("register", "list", "--register", register).output
    assert run("batch", FORM, source, "--register", register, "-o", tmp_path / "out").exit_code == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert {line["row"]: line["number"] for line in manifest["records"]} == {row: f"{row:05d}" for row in range(1, 31)}


def test_a_name_that_the_face_has_no_letters_for_is_shown_with_question_marks(tmp_path):
    source = table(tmp_path / "名簿.json", people(2))
    assert run("proof", FORM, source, "-o", tmp_path / "proof.pdf").exit_code == 0
    assert "??.json: 2 of 2 records" in PdfReader(tmp_path / "proof.pdf").pages[0].extract_text()


@pytest.mark.parametrize(
    ("form", "name", "code", "message"),
    [
        (FORM, "proof.docx", 2, "A proof is a PDF: -o proof.pdf"),
        ("certificate-register", "proof.pdf", 2, "one document of many rows"),
        ("nothing", "proof.pdf", 2, "nothing"),
    ],
)
def test_a_wrong_call_says_what_is_right(tmp_path, form, name, code, message):
    result = run("proof", form, table(tmp_path / "people.json", people(2)), "-o", tmp_path / name)
    assert (result.exit_code, message in result.output) == (code, True), result.output
    assert not (tmp_path / name).exists()


def test_an_empty_table_has_no_proof(tmp_path):
    result = run("proof", FORM, table(tmp_path / "people.json", []), "-o", tmp_path / "proof.pdf")
    assert result.exit_code == 1
