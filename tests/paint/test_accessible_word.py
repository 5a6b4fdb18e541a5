"""Word documents of every form, held against what Word's own accessibility checker asks for; and their looks are named styles.

It asks for headings with an outline, none skipped; tables with a row that is repeated as their heading; pictures with words for
what they show, or marked as decorations; a title; a language. A look is changed in one place: no run says what its style says.
"""

from __future__ import annotations

import io
import json

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
from support.paragraphs import parts_of
from support.records import record_of
from support.word_schema import faults
from support.writing import document, saved

import docgen
from docgen.errors import UsageError
from docgen.form import form_ids, load_form
from docgen.form.places import Picture, Text
from docgen.prints import Print
from docgen.rendering import render_template

DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
DOC_PROPERTIES = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


def word(form: str, print: str = "full") -> bytes | None:
    """Return a form's document; None for a print that it does not have."""
    try:
        return docgen.render(form, None if print == "blank" else record_of(form), to="docx", print=print)
    except UsageError:
        return None


MADE = [(form, each.value) for form in form_ids() for each in Print]


def levels(content: bytes) -> list[int]:
    """Return the levels of the headings in order, by the outlines of their styles."""
    found = []
    for paragraph in docx.Document(io.BytesIO(content)).paragraphs:
        outline = paragraph.style.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if outline is not None:
            assert paragraph.style.name.casefold() == f"heading {int(outline.get(qn('w:val'))) + 1}"
            found.append(int(outline.get(qn("w:val"))) + 1)
    return found


def unheaded_tables(content: bytes) -> int:
    tables = etree.fromstring(parts_of(content)["word/document.xml"]).iter(qn("w:tbl"))
    return sum(table.find(f"{qn('w:tr')}/{qn('w:trPr')}/{qn('w:tblHeader')}") is None for table in tables)


def pictures(content: bytes) -> dict[str, str]:
    """Return what the pictures show by their names: words, empty for a decoration; None for one that says neither."""
    found = {}
    for each in etree.fromstring(parts_of(content)["word/document.xml"]).iter(DOC_PROPERTIES):
        decoration = next(each.iter(DECORATIVE), None)
        is_decoration = decoration is not None and decoration.get("val") == "1"
        assert not (is_decoration and each.get("descr"))
        found[each.get("name")] = each.get("descr") or ("" if is_decoration else None)
    return found


def languages(content: bytes) -> set[str]:
    """Return the languages that texts are in by default: of styles and of settings."""
    parts = parts_of(content)
    styles, settings = (etree.fromstring(parts[f"word/{name}.xml"]) for name in ("styles", "settings"))
    default = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:lang')}")
    return {default.get(qn("w:val")), *(each.get(qn("w:val")) for each in settings.iter(qn("w:themeFontLang")))}


@pytest.mark.slow
@pytest.mark.parametrize(("form", "print"), MADE, ids=[f"{form}, {print}" for form, print in MADE])
def test_every_document_is_accessible(form, print):
    content = word(form, print)
    if content is None:
        return
    found = levels(content)
    assert [after - before > 1 for before, after in zip([0, *found], found, strict=False)] == [False] * len(found)
    assert found[:1] == [1] or (print == "overprint" and not found)  # where the heading has no datum, it is on the stock
    assert unheaded_tables(content) == 0
    assert None not in pictures(content).values()
    assert languages(content) == {"kk-KZ"}
    properties = docx.Document(io.BytesIO(content)).core_properties
    assert (properties.title.startswith(load_form(form).title["kk"]), properties.language) == (True, "kk")
    assert faults(content) == []


@pytest.mark.parametrize("form", form_ids())
def test_what_a_style_says_no_run_says_again(form):
    """Else a style that is changed in Word would change nothing."""
    opened = docx.Document(io.BytesIO(word(form)))
    cells = [cell for table in opened.tables for row in table.rows for cell in row.cells]
    for paragraph in [*opened.paragraphs, *(each for cell in cells for each in cell.paragraphs)]:
        own = paragraph.style.element.find(qn("w:rPr"))
        said = {etree.tostring(each, method="c14n") for each in own} if own is not None else set()
        for run in paragraph.runs:
            properties = run._r.find(qn("w:rPr"))
            direct = {etree.tostring(each, method="c14n") for each in properties} if properties is not None else set()
            assert not said & direct, run.text


@pytest.mark.parametrize("form", [form for form in form_ids() if load_form(form).is_fixed and not load_form(form).table])
def test_each_text_of_a_certificate_has_a_style_of_its_own(form):
    """A text is in the language that the form says of it, by its style."""
    loaded = load_form(form)
    opened = docx.Document(io.BytesIO(word(form)))
    by_style = {paragraph.style.name for paragraph in opened.paragraphs if paragraph.text.strip()}
    russian = {style.name for style in opened.styles if (lang := style.element.find(f".//{qn('w:lang')}")) is not None
               and lang.get(qn("w:val")) == "ru-RU"}  # fmt: skip
    texts = [place for place in loaded.places if isinstance(place, Text)]
    assert {place.name for place in texts if place.lang == "ru"} == russian
    assert by_style <= {*(place.name for place in texts), "Heading 1", "Caption", "Annex Heading", "Signature"}
    assert not [run.font.name for paragraph in opened.paragraphs for run in paragraph.runs if run.font.name]


@pytest.mark.parametrize("form", ["retraining-certificate", "child-protection-certificate"])
def test_emblems_say_what_they_show_and_ornaments_that_they_are_decorations(form):
    loaded = load_form(form)
    shown = {place.name: place.alt for place in loaded.places if isinstance(place, Picture) and place.alt}
    found = pictures(word(form))
    assert {name: words for name, words in found.items() if words} == shown
    assert len(found) > len(shown)


def test_a_style_changes_every_paragraph_of_its_name():
    """A clerk makes captions larger in one place."""
    opened = docx.Document(io.BytesIO(word("training-order", "blank")))
    captions = [paragraph for paragraph in opened.paragraphs if paragraph.style.name == "Caption"]
    assert {paragraph.text for paragraph in captions} >= {"(өңірлік уәкілетті органның атауы)"}
    assert {run.font.size for paragraph in captions for run in paragraph.runs} == {None}
    assert opened.styles["Caption"].font.size.pt == 10


@pytest.mark.slow
def test_a_picture_of_a_template_alone_shows_what_its_tag_or_its_record_says(tmp_path):
    from PIL import Image

    Image.new("RGB", (40, 40), "navy").save(tmp_path / "logo.png")
    template, record = tmp_path / "t.docx", tmp_path / "r.json"
    template.write_bytes(saved(document('{{ logo | picture("10mm", alt="A “logo” & more") }}', "{{ other }}")))
    other = {"picture": "logo.png", "width": "10mm", "alt": "Another one"}
    record.write_text(json.dumps({"logo": "logo.png", "other": other}), "utf-8")
    made = render_template(template, record)
    assert list(pictures(made).values()) == ["A “logo” & more", "Another one"]
    assert faults(made) == []
