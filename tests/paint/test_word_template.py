"""The Word template of a fixed form: filled with its sample it is the painted page; a clerk changes it as any document."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from PIL import Image
from support.calling import convert, run
from support.reading import Line, lines, pixels
from support.records import record_of

import docgen
from docgen.compose import text_areas_of
from docgen.record import read_record

FORMS = ("retraining-certificate", "advanced-training-certificate", "child-protection-certificate")
LONG_NAME = {"head": "Әбдіғаппар Тұрсынбекұлы Сейітқалиев-Оразбекұлы", "number": "0000123456789"}


def copied(form: str, folder: Path, *record: object) -> Path:
    """Copy a form into a folder, and give the copy a Word template."""
    assert run("forms", "copy", form, folder).exit_code == 0
    path = folder / form / "template.docx"
    result = run("forms", "template", form, *record, "-o", path, "--forms", folder)
    assert result.exit_code == 0, result.output
    return path


def filled(form: str, folder: Path, **changes: object) -> bytes:
    return docgen.render(form, record_of(form, **changes), to="docx", forms=folder)


@pytest.fixture(scope="module")
def draft(tmp_path_factory) -> dict[str, bytes]:
    """By name: the painted DOCX, the filled template, and a changed one with another record, as LibreOffice prints them."""
    folder = tmp_path_factory.mktemp("template")
    for form in FORMS:
        copied(form, folder / "forms")
        (folder / f"{form} painted.docx").write_bytes(docgen.render(form, record_of(form), to="docx"))
        (folder / f"{form} filled.docx").write_bytes(filled(form, folder / "forms"))
        (folder / f"{form} long.docx").write_bytes(filled(form, folder / "forms", **LONG_NAME))
    change(template := folder / "forms" / "retraining-certificate" / "template.docx")
    (folder / "changed.docx").write_bytes(filled("retraining-certificate", folder / "forms", topic="Криминалистика"))
    (folder / "template.docx").write_bytes(template.read_bytes())
    Image.new("RGB", (600, 600), "#d01010").save(folder / "logo.png")
    logo = record_of("child-protection-certificate", logo="logo.png")
    form = docgen.load_form("child-protection-certificate", folder / "forms")
    (folder / "logo.docx").write_bytes(docgen.render(form, logo, to="docx", pictures=folder))
    convert(sorted(folder.glob("*.docx")), folder)
    return {path.stem: path.read_bytes() for path in folder.glob("*.pdf")}


def change(template: Path) -> None:
    """Change a certificate's template as one does in Word: a word, a size, an emblem's place, a paragraph more."""
    document = Document(template)
    words = {paragraph.text: paragraph for paragraph in document.paragraphs}
    words["Білім беру ұйымының бастығы"].runs[0].text = "Академия бастығы"
    words["{{ topic }}"].runs[0].font.size = Pt(16)
    document.add_paragraph("Ескерту: {{ organization }}")
    anchors = document.element.body.iter(qn("wp:anchor"))
    emblem = next(anchor for anchor in anchors if anchor.find(qn("wp:docPr")).get("name") == "state-emblem")
    emblem.find(qn("wp:positionH")).find(qn("wp:posOffset")).text = str(Mm(20))
    document.save(template)


def looks(line: Line) -> tuple[str, str, float]:
    """Return words, face and size of a line; a face without the tag of its subset."""
    return line.text, line.font.rpartition("+")[2], line.size


@pytest.mark.office
@pytest.mark.parametrize("form", FORMS)
def test_filled_with_the_sample_it_has_the_words_faces_sizes_and_places_of_the_painted_page(draft, form):
    painted, filled = lines(draft[f"{form} painted"]), lines(draft[f"{form} filled"])
    assert list(map(looks, filled)) == list(map(looks, painted))
    for their, our in zip(filled, painted, strict=True):
        assert (their.left, their.right, their.baseline) == pytest.approx((our.left, our.right, our.baseline), abs=0.2)


@pytest.mark.office
@pytest.mark.parametrize("form", FORMS)
def test_the_pictures_are_those_of_the_painted_page(draft, form):
    painted, filled = (pixels(draft[f"{form} {kind}"], 50).astype(int) for kind in ("painted", "filled"))
    assert (abs(painted - filled).max(axis=2) > 64).mean() < 0.001


@pytest.mark.office
@pytest.mark.parametrize("form", FORMS)
def test_a_longer_record_keeps_every_line_on_its_baseline(draft, form):
    """What is wider goes into the free room beside it, and nothing is covered."""
    painted, long = lines(draft[f"{form} filled"]), lines(draft[f"{form} long"])
    assert sorted({round(line.baseline, 1) for line in long}) == sorted({round(line.baseline, 1) for line in painted})
    assert LONG_NAME["head"] in [line.text for line in long]


@pytest.mark.office
def test_what_was_changed_in_word_is_printed(draft):
    changed = {line.text: line for line in lines(draft["changed"])}
    assert "Академия бастығы" in changed
    assert "Білім беру ұйымының бастығы" not in changed
    assert changed["Криминалистика"].size == pytest.approx(16)
    assert any(text.startswith("Ескерту: ") for text in changed)
    emblem = pixels(draft["changed"], 50, box=(20, 16, 50, 46)).astype(int)
    assert (abs(emblem - emblem[0, 0]).max(axis=2) > 64).mean() > 0.5


@pytest.mark.office
def test_the_template_itself_shows_fixed_text_and_tags(draft):
    shown = [line.text for line in lines(draft["template"])]
    assert {"СЕРТИФИКАТ", "{{ topic }}", "{{ head }}"} <= set(shown)


@pytest.mark.office
def test_a_picture_of_the_record_is_drawn_in_its_place(draft):
    """The logo hangs 8 mm below the frame at the left of the column, 30 mm in diameter (form.toml)."""
    box = (20, 10, 80, 70)
    red = (pixels(draft["logo"], 100, box=box).astype(int) - (208, 16, 16)).__abs__().max(axis=2) < 40
    across, down = red.any(axis=0).nonzero()[0] * 0.254, red.any(axis=1).nonzero()[0] * 0.254
    edges = (box[0] + across[0], box[1] + down[0], box[0] + across[-1], box[1] + down[-1])
    assert edges == pytest.approx((32, 22, 62, 52), abs=0.5)


@pytest.mark.slow
def test_a_coarse_picture_is_refused_as_on_the_painted_page(tmp_path):
    copied("child-protection-certificate", tmp_path)
    Image.new("RGB", (100, 100)).save(tmp_path / "logo.png")
    form = docgen.load_form("child-protection-certificate", tmp_path)
    with pytest.raises(docgen.DataError, match="300"):
        docgen.render(form, record_of(form.id, logo="logo.png"), to="docx", pictures=tmp_path)


@pytest.mark.slow
def test_it_is_measured_with_the_record_that_is_given(tmp_path):
    """An organization of one line leaves the title where the page of that record has it."""
    record = record_of(FORMS[0], organization="Полиция академиясы")
    (tmp_path / "r.json").write_text(json.dumps(record, default=str), "utf-8")
    title = {}
    for name, given in {"sample": (), "own": (tmp_path / "r.json",)}.items():
        document = Document(copied(FORMS[0], tmp_path / name, *given))
        paragraph = next(each for each in document.paragraphs if each.text == "СЕРТИФИКАТ")
        title[name] = int(paragraph._p.pPr.find(qn("w:framePr")).get(qn("w:y")))
    assert title["sample"] - title["own"] == pytest.approx(14 * 1.15 * 20, abs=1)  # twips


@pytest.mark.parametrize("form", FORMS)
def test_areas_on_one_line_never_overlap(form):
    loaded = docgen.load_form(form)
    areas = text_areas_of(loaded, read_record(loaded, record_of(form))).texts.values()
    for area in areas:
        neighbours = [each for each in areas if each.baseline == area.baseline and each.left > area.left]
        assert all(area.right <= each.left for each in neighbours)


def test_a_form_that_has_a_template_gives_it(tmp_path):
    for form in ("certificate-register", "work-standard"):
        assert run("forms", "template", form, "-o", tmp_path / f"{form}.docx").exit_code == 0
        own = docgen.load_form(form).template("template.docx")
        assert (tmp_path / f"{form}.docx").read_bytes() == own.read_bytes()


@pytest.mark.parametrize("form", ["work-standard", "certificate-register"])
def test_a_form_of_html_or_of_a_table_alone_has_none_to_give(tmp_path, form):
    assert run("forms", "copy", form, tmp_path).exit_code == 0
    (tmp_path / form / "template.docx").unlink()
    result = run("forms", "template", form, "-o", tmp_path / "x.docx", "--forms", tmp_path)
    assert result.exit_code == 2
    assert f"“{form}” has no Word template" in result.output


@pytest.mark.slow
def test_a_template_that_was_changed_is_never_written_over(tmp_path):
    path = copied(FORMS[0], tmp_path)
    before = path.read_bytes()
    result = run("forms", "template", FORMS[0], "-o", path, "--forms", tmp_path)
    assert result.exit_code == 2
    assert "never written over" in result.output
    assert path.read_bytes() == before
    assert run("forms", "template", FORMS[0], "-o", tmp_path / "x.pdf").exit_code == 2


@pytest.mark.slow
def test_a_template_prints_all_there_is(tmp_path):
    copied(FORMS[0], tmp_path)
    with pytest.raises(docgen.UsageError, match="printed full only"):
        docgen.render(FORMS[0], record_of(FORMS[0]), to="docx", print="overprint", forms=tmp_path)
    assert docgen.render(FORMS[0], record_of(FORMS[0]), print="overprint", forms=tmp_path).startswith(b"%PDF")


def test_the_same_form_and_record_make_the_same_template(tmp_path):
    first, second = (copied(FORMS[0], tmp_path / name).read_bytes() for name in "ab")
    assert first == second
    assert len(Document(io.BytesIO(first)).paragraphs) > 8
