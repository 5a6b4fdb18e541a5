"""Templates of Word that were filled wrong without a word, or into a document that Word calls damaged."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from support.calling import run
from support.paragraphs import packed, paragraphs, parts_of
from support.records import record_of
from support.word_schema import faults
from support.writing import document, saved

import docgen
from docgen.form import form_ids


def render(folder: Path, template: bytes, data: dict):
    """Fill a template; return the command's result and the document, None where there is none."""
    (folder / "t.docx").write_bytes(template)
    (folder / "d.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    result = run("render", "--template", folder / "t.docx", folder / "d.json", "-o", folder / "o.docx")
    return result, (folder / "o.docx").read_bytes() if result.exit_code == 0 else None


# --- signs of XML within a tag ----------------------------------------------------------------------------------------

TWICE = "& inside a tag is escaped twice"
SIGNS = [
    ('{{ org or "A & B" }}', {"org": ""}, "A & B", TWICE),
    ('{{ names | join(" & ") }}', {"names": ["А", "Б"]}, "А & Б", TWICE),
    ('{% if org == "A & B" %}иә{% else %}жоқ{% endif %}', {"org": "A & B"}, "иә", TWICE),
    ('{{ org if org != "<жоқ>" else "—" }}', {"org": "<жоқ>"}, "—", ""),
    ('{{ org | replace("&", "және") }}', {"org": "A & B"}, "A және B", TWICE),
    ("{{ '<b>' }}{{ org }}", {"org": "&amp;"}, "<b>&amp;", ""),
    ("{% if count < 3 and count > 1 %}иә{% endif %}", {"count": 2}, "иә", ""),
    ('{{ "«" ~ org ~ "»" }}', {"org": "A & B"}, "«A & B»", ""),
]
IN_TAGS = [
    pytest.param(*each, id=each[0], marks=[pytest.mark.xfail(strict=True, reason=reason)] if reason else [])
    for *each, reason in SIGNS
]


@pytest.mark.parametrize(("tag", "data", "printed"), IN_TAGS)
def test_a_sign_within_a_tag_is_the_sign(tag, data, printed, tmp_path):
    result, made = render(tmp_path, saved(document(tag)), data)
    assert result.exit_code == 0, result.output
    assert paragraphs(made) == [printed]


# --- values of one kind in a tag of another ---------------------------------------------------------------------------

RICH = {"rich": ["жай ", {"text": "қалың", "bold": True}]}
KINDS = [
    ("{{p x}}", "мәтін"),
    ("{{p x}}", RICH),
    ("{{p x}}", 5),
    ("{{r x}}", "мәтін"),
    ("{{r x}}", 5),
    ("Бас {{r x}} соңы", "мәтін"),
]


@pytest.mark.xfail(strict=True, reason="it makes an invalid document")
@pytest.mark.parametrize(("tag", "value"), KINDS, ids=[f"{tag} {type(value).__name__}" for tag, value in KINDS])
def test_a_value_of_another_kind_than_its_tag_is_refused(tag, value, tmp_path):
    result, made = render(tmp_path, saved(document("бірінші", tag)), {"x": value})
    assert (result.exit_code, made) == (3, None)
    assert tag.replace("Бас ", "").replace(" соңы", "") in result.output


def test_rich_text_in_its_own_tag_makes_a_valid_document(tmp_path):
    _result, made = render(tmp_path, saved(document("Бас {{r x}} соңы")), {"x": RICH})
    assert paragraphs(made) == ["Бас жай қалың соңы"]
    assert [fault for fault in faults(made) if "zoom" not in fault] == []


# --- tables, looks, kinds of package ----------------------------------------------------------------------------------


TAKEN_OUT = [
    pytest.param(
        ("а", "{#tc бос бағана #}", "б"),
        id="comment",
        marks=pytest.mark.xfail(strict=True, reason="the table's grid stays as wide"),
    ),
    pytest.param(("а", "{%tc if no %}", "бос", "{%tc endif %}", "б"), id="condition"),
]


@pytest.mark.parametrize("texts", TAKEN_OUT)
def test_a_column_that_is_taken_out_leaves_the_grid_too(texts, tmp_path):
    """ECMA-376-1, 17.4.48: a table's grid has a column for each that its rows have."""
    template = document()
    for row in template.add_table(2, len(texts)).rows:
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    _result, made = render(tmp_path, saved(template), {"no": False})
    (table,) = Document(io.BytesIO(made)).tables
    assert [cell.text for cell in table.rows[0].cells] == ["а", "б"]
    assert len(table._tbl.tblGrid) == 2


@pytest.mark.xfail(strict=True, reason="words after the tag take the looks of its first run")
def test_words_after_a_tag_that_is_half_bold_keep_their_looks(tmp_path):
    template = document()
    paragraph = template.add_paragraph()
    for text, bold in (("Бас {{ na", False), ("me }} қалың", True), (" жай", False)):
        paragraph.add_run(text).bold = bold
    _result, made = render(tmp_path, saved(template), {"name": "Әсел"})
    looks = {
        letter: bool(each.bold)
        for each in Document(io.BytesIO(made)).paragraphs[0].runs
        for letter in [each.text.strip()]
        if letter
    }
    assert paragraphs(made) == ["Бас Әсел қалың жай"]
    assert [bold for text, bold in looks.items() if "қалың" in text] == [True]
    assert [bold for text, bold in looks.items() if "Бас" in text or text == "жай"] == [False, False]


@pytest.mark.xfail(strict=True, reason="the main part is sought among the overrides alone")
def test_a_main_part_that_has_its_type_by_default_is_found(tmp_path):
    """ISO/IEC 29500-2, 6.5: what has no Override has the type of its extension."""
    parts = parts_of(saved(document("{{ x }}")))
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = parts["[Content_Types].xml"].decode()
    types = types.replace(f'<Override PartName="/word/document.xml" ContentType="{main}"/>', "")
    parts["[Content_Types].xml"] = types.replace(
        "<Override", f'<Default Extension="docxml" ContentType="{main}"/><Override', 1
    ).encode()
    parts["word/document.docxml"] = parts.pop("word/document.xml")
    parts["word/_rels/document.docxml.rels"] = parts.pop("word/_rels/document.xml.rels")
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"word/document.xml", b"word/document.docxml")
    result, made = render(tmp_path, packed(parts), {"x": "Әсел"})
    assert result.exit_code == 0, result.output
    assert paragraphs(made) == ["Әсел"]


def half_in(element: str) -> bytes:
    """Return a template with a tag that begins within an element and ends outside it."""
    template = document()
    paragraph = template.add_paragraph()._p
    runs = []
    for text in ("{{ na", "me }}"):
        run_, words = OxmlElement("w:r"), OxmlElement("w:t")
        words.text = text
        run_.append(words)
        runs.append(run_)
    outer = inner = OxmlElement(f"w:{element}")
    if element == "sdt":
        inner = OxmlElement("w:sdtContent")
        outer.append(inner)
    elif element == "ins":
        outer.set(qn("w:id"), "1")
        outer.set(qn("w:author"), "а")
    else:
        outer.set(qn("w:anchor"), "a")
    inner.append(runs[0])
    paragraph.append(outer)
    paragraph.append(runs[1])
    template.add_paragraph("келесі")
    return saved(template)


@pytest.mark.xfail(strict=True, reason="the parser's words are shown, not the tag")
@pytest.mark.parametrize("element", ["hyperlink", "sdt"])
def test_a_tag_half_within_something_is_named(element, tmp_path):
    result, made = render(tmp_path, half_in(element), {"name": "Әсел"})
    assert (result.exit_code, made, "{{ name }}" in result.output) == (3, None, True)


@pytest.mark.xfail(strict=True, reason="the parser's words are shown, not the tag")
def test_a_tag_half_within_an_insertion_is_filled(tmp_path):
    """What is inserted is a part of the text; the next paragraph stays one."""
    _result, made = render(tmp_path, half_in("ins"), {"name": "Әсел"})
    assert made is not None
    assert paragraphs(made) == ["Әсел", "келесі"]


# --- every document is one --------------------------------------------------------------------------------------------


@pytest.mark.xfail(strict=True, reason="w:zoom has no w:percent")
@pytest.mark.parametrize("form", form_ids())
def test_every_document_is_valid(form):
    assert faults(docgen.render(form, record_of(form), to="docx")) == []


@pytest.mark.xfail(strict=True, reason="w:zoom has no w:percent")
@pytest.mark.parametrize("form", form_ids())
def test_every_template_is_valid(form, tmp_path):
    assert run("forms", "template", form, "-o", tmp_path / "t.docx").exit_code == 0
    assert faults((tmp_path / "t.docx").read_bytes()) == []


def emptied(where: str) -> bytes:
    """Return a template in which nothing is left of a part that has to hold a paragraph."""
    template = document("бас")
    tags = ("{%p if x %}", "{{ x }}", "{%p endif %}")
    if where == "cell":
        holder = template.add_table(1, 1).rows[0].cells[0]
    elif where == "text box":
        return _with_text_box(template, tags)
    else:
        holder = getattr(template.sections[0], where)
        holder.is_linked_to_previous = False
    holder.paragraphs[0].text = tags[0]
    for tag in tags[1:]:
        holder.add_paragraph(tag)
    return saved(template)


def _with_text_box(template: Document, tags: tuple[str, ...]) -> bytes:
    """Put a text box of the old kind (VML), which has no parts of its own, into the first paragraph."""
    content = "".join(f"<w:p><w:r><w:t>{tag}</w:t></w:r></w:p>" for tag in tags)
    box = f"<v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox>"
    shape = f'<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:99pt;height:99pt">{box}</v:shape></w:pict>'
    parts = parts_of(saved(template))
    body = parts["word/document.xml"].decode()
    parts["word/document.xml"] = body.replace("<w:t>бас</w:t>", f"<w:t>бас</w:t>{shape}", 1).encode()
    assert shape.encode() in parts["word/document.xml"]
    return packed(parts)


@pytest.mark.xfail(strict=True, reason="a part is left without a paragraph")
@pytest.mark.parametrize("where", ["cell", "header", "footer", "text box"])
def test_what_must_hold_a_paragraph_is_left_with_one(where, tmp_path):
    result, made = render(tmp_path, emptied(where), {"x": ""})
    assert result.exit_code == 0, result.output
    assert [fault for fault in faults(made) if "zoom" not in fault] == []


@pytest.mark.xfail(strict=True, reason="w:zoom has no w:percent")
def test_what_a_template_of_ones_own_makes_is_valid(tmp_path):
    _result, made = render(tmp_path, saved(document("{{ x }}")), {"x": "а"})
    assert faults(made) == []
