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

SIGNS = [
    ('{{ org or "A & B" }}', {"org": ""}, "A & B"),
    ('{{ names | join(" & ") }}', {"names": ["А", "Б"]}, "А & Б"),
    ('{% if org == "A & B" %}иә{% else %}жоқ{% endif %}', {"org": "A & B"}, "иә"),
    ('{{ org if org != "<жоқ>" else "—" }}', {"org": "<жоқ>"}, "—"),
    ('{{ org | replace("&", "және") }}', {"org": "A & B"}, "A және B"),
    ("{{ '<b>' }}{{ org }}", {"org": "&amp;"}, "<b>&amp;"),
    ("{% if count < 3 and count > 1 %}иә{% endif %}", {"count": 2}, "иә"),
    ('{{ "«" ~ org ~ "»" }}', {"org": "A & B"}, "«A & B»"),
]


@pytest.mark.parametrize(("tag", "data", "printed"), SIGNS, ids=[tag for tag, *_others in SIGNS])
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


@pytest.mark.parametrize(("tag", "value"), KINDS, ids=[f"{tag} {type(value).__name__}" for tag, value in KINDS])
def test_a_value_of_another_kind_than_its_tag_is_refused(tag, value, tmp_path):
    result, made = render(tmp_path, saved(document("бірінші", tag)), {"x": value})
    assert (result.exit_code, made) == (3, None)
    assert tag.replace("Бас ", "").replace(" соңы", "") in result.output


@pytest.mark.slow
def test_rich_text_in_its_own_tag_makes_a_valid_document(tmp_path):
    _result, made = render(tmp_path, saved(document("Бас {{r x}} соңы")), {"x": RICH})
    assert paragraphs(made) == ["Бас жай қалың соңы"]
    assert [fault for fault in faults(made) if "zoom" not in fault] == []


# --- tables, looks, kinds of package ----------------------------------------------------------------------------------


TAKEN_OUT = [
    pytest.param(("а", "{#tc бос бағана #}", "б"), id="comment"),
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


@pytest.mark.parametrize("element", ["hyperlink", "sdt"])
def test_a_tag_half_within_something_is_named(element, tmp_path):
    result, made = render(tmp_path, half_in(element), {"name": "Әсел"})
    assert (result.exit_code, made, "{{ name }}" in result.output) == (3, None, True)


def test_a_tag_half_within_an_insertion_is_filled(tmp_path):
    """What is inserted is a part of the text; the next paragraph stays one."""
    _result, made = render(tmp_path, half_in("ins"), {"name": "Әсел"})
    assert made is not None
    assert paragraphs(made) == ["Әсел", "келесі"]


# --- every document is one --------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("form", form_ids())
def test_every_document_is_valid(form):
    assert faults(docgen.render(form, record_of(form), to="docx")) == []


@pytest.mark.slow
@pytest.mark.parametrize("form", form_ids())
def test_every_template_is_valid(form, tmp_path):
    assert run("forms", "template", form, "-o", tmp_path / "t.docx").exit_code == 0
    assert faults((tmp_path / "t.docx").read_bytes()) == []


#: Forms that are painted, not filled: fixed, and without rows.
CERTIFICATES = [form for form in form_ids() if docgen.load_form(form).is_fixed and not docgen.load_form(form).rows]


@pytest.mark.parametrize("form", CERTIFICATES)
def test_every_volume_is_valid(form, tmp_path):
    """Of several records: a section, a bookmark and the pictures of its stock for each."""
    docgen.batch(form, [record_of(form, number=f"{number}") for number in (1, 2, 3)], tmp_path / "out", to="docx")
    assert [faults(path.read_bytes()) for path in (tmp_path / "out").glob("*.docx")] == [[]]


@pytest.mark.slow
@pytest.mark.parametrize("form", CERTIFICATES)
def test_every_blank_is_valid(form):
    assert faults(docgen.render(form, None, to="docx", print="blank")) == []


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


@pytest.mark.slow
@pytest.mark.parametrize("where", ["cell", "header", "footer", "text box"])
def test_what_must_hold_a_paragraph_is_left_with_one(where, tmp_path):
    result, made = render(tmp_path, emptied(where), {"x": ""})
    assert result.exit_code == 0, result.output
    assert [fault for fault in faults(made) if "zoom" not in fault] == []


@pytest.mark.slow
def test_what_a_template_of_ones_own_makes_is_valid(tmp_path):
    _result, made = render(tmp_path, saved(document("{{ x }}")), {"x": "а"})
    assert faults(made) == []


# --- siblings of the cases --------------------------------------------------------------------------------------------

QUOTED = {
    "{{ x if x == «ә» }}": "ә",
    "{{ x if x == „ә“ }}": "ә",
    "{{ x if x == ‘ә’ }}": "ә",
    "{{ ”а” ~ “it’s” ~ '“' }}": "аit’s“",
    '{{ «"» ~ x }}': '"ә',
    '{{ {"а": {"б": x}}["а"]["б"] }}': "ә",
    "{{ '}}' ~ x }}": "}}ә",
    "{% if 7 % 2 %}{{ x }}{% endif %}": "ә",
}


@pytest.mark.parametrize(("tag", "printed"), QUOTED.items(), ids=QUOTED)
def test_strings_of_a_tag_are_what_their_author_typed(tag, printed, tmp_path):
    result, made = render(tmp_path, saved(document(tag)), {"x": "ә"})
    assert result.exit_code == 0, result.output
    assert paragraphs(made) == [printed]


@pytest.mark.parametrize("tag", ["{{tr x}}", "{{tc x}}"])
@pytest.mark.parametrize("value", ["мәтін", RICH])
def test_no_value_takes_the_place_of_a_row_or_cell(tag, value, tmp_path):
    template = document("бас")
    template.add_table(1, 1).rows[0].cells[0].text = tag
    result, made = render(tmp_path, saved(template), {"x": value})
    assert (result.exit_code, made, tag in result.output) == (3, None, True)


@pytest.mark.slow
@pytest.mark.parametrize("tag", ["{{p x}}", "{{r x}}"])
@pytest.mark.parametrize("value", ["", None])
def test_a_tag_without_a_value_leaves_nothing(tag, value, tmp_path):
    _result, made = render(tmp_path, saved(document("бас", tag)), {"x": value})
    assert (paragraphs(made)[0], faults(made)) == ("бас", [])


@pytest.mark.slow
def test_a_value_makes_paragraphs_and_pages_where_the_template_says_so(tmp_path):
    template = document()
    paragraph = template.add_paragraph("Бас ", "Heading 1")
    paragraph.add_run("{{ x | paragraphs }}").bold = True
    paragraph.add_run(" соңы")
    _result, made = render(tmp_path, saved(template), {"x": "бір <1>\r\nекі\fүш"})
    assert paragraphs(made) == ["Бас бір <1>", "екі", "үш соңы"]
    out = Document(io.BytesIO(made))
    assert [each.style.name for each in out.paragraphs] == ["Heading 1"] * 3
    assert [each.runs[0].bold for each in out.paragraphs[1:]] == [True, True]
    breaks = [each.get(qn("w:type")) for each in out.element.body.iter(qn("w:br"))]
    assert (breaks, faults(made)) == (["page"], [])


def test_a_form_feed_is_refused_without_it(tmp_path):
    result, made = render(tmp_path, saved(document("{{ x }}")), {"x": "а\fб"})
    assert (result.exit_code, made, "U+000C" in result.output) == (1, None, True)


def test_the_section_ends_with_the_last_of_the_paragraphs(tmp_path):
    template = document()
    template.add_section()
    template.paragraphs[0].add_run("{{ x | paragraphs }}")
    _result, made = render(tmp_path, saved(template), {"x": "бір\nекі"})
    ends = [each.find(qn("w:pPr")) for each in Document(io.BytesIO(made)).element.body.iter(qn("w:p"))]
    assert [end is not None and end.find(qn("w:sectPr")) is not None for end in ends][:2] == [False, True]


TRACKED = {
    "a paragraph's end that was struck out": (
        "<w:p><w:pPr><w:rPr><w:del w:id='1' w:author='а'/></w:rPr></w:pPr><w:r><w:t>{{ x }}</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>!</w:t></w:r></w:p>",
        ["ә!"],
    ),
    "a paragraph that was inserted": (
        "<w:p><w:pPr><w:rPr><w:ins w:id='1' w:author='а'/></w:rPr></w:pPr>"
        "<w:ins w:id='2' w:author='а'><w:r><w:t>{{ x }}</w:t></w:r></w:ins></w:p>",
        ["ә"],
    ),
    "what was moved": (
        "<w:p><w:moveFromRangeStart w:id='1' w:name='m' w:author='а'/><w:moveFrom w:id='2' w:author='а'><w:r><w:t>{{ gone }}"
        "</w:t></w:r></w:moveFrom><w:moveFromRangeEnd w:id='1'/></w:p>"
        "<w:p><w:moveTo w:id='3' w:author='а'><w:r><w:t>{{ x }}</w:t></w:r></w:moveTo></w:p>",
        ["", "ә"],
    ),
    "a row that was struck out": (
        "<w:p><w:r><w:t>{{ x }}</w:t></w:r></w:p><w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w='9'/></w:tblGrid>"
        "<w:tr><w:trPr><w:del w:id='1' w:author='а'/></w:trPr><w:tc><w:p><w:r><w:t>{{ gone }}</w:t></w:r></w:p></w:tc></w:tr>"
        "</w:tbl>",
        ["ә"],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("markup", "texts"), TRACKED.values(), ids=TRACKED)
def test_every_tracked_change_is_accepted(markup, texts, tmp_path):
    parts = parts_of(saved(document("бас")))
    body = parts["word/document.xml"].decode()
    at = body.index("<w:sectPr")
    parts["word/document.xml"] = (body[:at] + markup + body[at:]).encode()
    result, made = render(tmp_path, packed(parts), {"x": "ә"})
    assert result.exit_code == 0, result.output
    assert paragraphs(made) == ["бас", *texts]
    assert (b"w:author" in parts_of(made)["word/document.xml"], faults(made)) == (False, [])


@pytest.mark.parametrize("address", ["https://example.org/{{ x }}", "https://example.org/%7B%7B%20x%20%7D%7D"])
def test_a_tag_in_the_address_of_a_link_is_refused(address, tmp_path):
    template = document("{{ x }}")
    template.part.relate_to(address, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", True)
    result, made = render(tmp_path, saved(template), {"x": "ә"})
    assert (result.exit_code, made, address in result.output) == (3, None, True)


def test_a_field_of_mail_merge_beside_tags_is_refused(tmp_path):
    template = document("{{ x }}", "")
    for kind, code in (("begin", ""), ("", ' MERGEFIELD "Тегі" '), ("end", "")):
        piece = template.paragraphs[1].add_run()._r
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        element.text = code or None
        piece.append(element)
    result, made = render(tmp_path, saved(template), {"x": "ә"})
    assert (result.exit_code, made, "Тегі" in result.output) == (3, None, True)


def test_a_template_with_macros_is_refused(tmp_path):
    parts = parts_of(saved(document("{{ x }}")))
    types = parts["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    result, made = render(tmp_path, packed(parts | {"[Content_Types].xml": types}), {"x": "ә"})
    assert (result.exit_code, made, "macros" in result.output, ".docx" in result.output) == (3, None, True, True)


def test_names_of_parts_have_no_case(tmp_path):
    """ISO/IEC 29500-2, 6.2.2.3: and some programs write a backslash between folders."""
    parts = parts_of(saved(document("{{ x }}")))
    types = parts.pop("[Content_Types].xml").replace(b"/word/document.xml", b"/Word/Document.xml")
    result, made = render(tmp_path, packed({"[content_types].xml": types, **parts}), {"x": "ә"})
    assert result.exit_code == 0, result.output
    assert paragraphs(made) == ["ә"]


@pytest.mark.slow
def test_a_row_that_is_left_without_cells_goes_with_its_table(tmp_path):
    template = document("бас {{ no }}")
    table = template.add_table(1, 3)
    for cell, text in zip(table.rows[0].cells, ("{%tc if no %}", "бос", "{%tc endif %}"), strict=True):
        cell.text = text
    template.add_paragraph("соңы")
    _result, made = render(tmp_path, saved(template), {"no": ""})
    assert (paragraphs(made), faults(made)) == (["бас ", "соңы"], [])


def test_line_breaks_within_a_tag_are_spaces(tmp_path):
    template = document()
    piece = template.add_paragraph().add_run("{{ x if x")
    piece.add_break()
    piece.add_text("else 'жоқ' }}")
    _result, made = render(tmp_path, saved(template), {"x": "ә"})
    assert paragraphs(made) == ["ә"]
