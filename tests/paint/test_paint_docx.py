"""The adapter around docxtpl: values come out as they were typed, nothing is run twice, same input is same bytes."""

import io
import os
import random
import sys
import zipfile
from datetime import UTC, datetime

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from support import processes
from support.writing import document, saved

import docgen
from docgen.artwork import artwork_folders
from docgen.compose import compose
from docgen.compose.page import PRINT_LAYERS
from docgen.errors import DataError, FormError
from docgen.files import REPOSITORY, shipped
from docgen.form import load_form
from docgen.paint.docx.package import HELD, StreamedPart, pack, read_parts, write_package
from docgen.paint.docx.page import WordVolume
from docgen.paint.docx.templates import compile_template, fill_template
from docgen.paint.info import DocumentInfo
from docgen.prints import Print
from docgen.record import read_record, sample_record
from docgen.templating.templates import markup_environment

INFO = DocumentInfo("Жұмыс <стандарты> & {{ 7*7 }}", "work-standard", datetime(2026, 2, 6, tzinfo=UTC))
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
AWKWARD = [
    *("<b>", "&", "&amp;", "&lt;b&gt;", "</w:t>", "{{ 7*7 }}", "{% for %}", "{%p if x %}", "{%tr endfor %}"),
    *("{_{", "}_}", "{_%", "%_}", "{%_", "{_", "_{", "{", "%}", "{#", "#}", "{_{ 7*7 }_}", "{{", "}}"),
    *("{{r x }}", "$1 ${x}", "a  b", " a ", " ", "   ", "a\tb", "a\nb", "\n", "\ue000"),
    *("\\", "\\n", "\\1 \\g<0>", "\"a'", "«а»", "“а”", "‘а’"),
    *("Ә Ғ Қ Ң Ө Ұ Ү Һ І әғқңөұүһі", "12 қаңтар", "№ 5", "0", "-", "😀"),
]


def everywhere() -> bytes:
    """A template with a value in every kind of place: body, loop, table, header, footer, core properties."""
    draft = document("[{{ value }}]", "{%p for each in values %}", "{{ each }}{{ each }}", "{%p endfor %}")
    table = draft.add_table(3, 1)
    for row, text in zip(table.rows, ("{%tr for each in values %}", "{{ each }}", "{%tr endfor %}"), strict=True):
        row.cells[0].text = text
    draft.sections[0].header.paragraphs[0].text = "[{{ value }}]"
    draft.sections[0].footer.paragraphs[0].text = "[{{ value }}]"
    draft.core_properties.title = "{{ value }}"
    return saved(draft)


EVERYWHERE = everywhere()


def read(docx: bytes) -> Document:
    return Document(io.BytesIO(docx))


def texts(docx: bytes) -> list[str]:
    draft = read(docx)
    section = draft.sections[0]
    cells = [cell.text for table in draft.tables for row in table.rows for cell in row.cells]
    framed = (*draft.paragraphs, section.header.paragraphs[0], section.footer.paragraphs[0])
    return [paragraph.text for paragraph in framed] + cells


def assert_comes_back(value: str) -> None:
    framed = f"[{value}]"
    filled = fill_template(EVERYWHERE, {"value": value, "values": [value, "_{", "%}"]}, INFO)
    assert texts(filled) == [framed, value * 2, "_{_{", "%}%}", framed, framed, value, "_{", "%}"]


@pytest.mark.parametrize("value", AWKWARD)
def test_a_value_comes_back_as_typed(value):
    assert_comes_back(value)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("{}_%#<>&;'\"\\ аәҚz1\t\n"), max_size=30))
def test_any_mixture_of_signs_comes_back_as_typed(value):
    assert_comes_back(value)


@pytest.mark.parametrize("value", ["\x07", "a\fb", "\x00", "\r", "\x1b", "\ufdd0", "\ufffe", "\ud800"])
def test_a_sign_that_no_document_can_hold_is_refused(value):
    with pytest.raises(DataError) as caught:
        fill_template(EVERYWHERE, {"value": value, "values": []}, INFO)
    assert caught.value.problems[0].code == "character-unprintable"


def test_a_missing_value_prints_nothing():
    assert texts(fill_template(EVERYWHERE, {"value": None, "values": []}, INFO))[0] == "[]"


def test_a_template_still_writes_jinjas_own_signs():
    filled = fill_template(saved(document("{_{ {{ value }} }_} {_% %_}")), {"value": "}_}"}, INFO)
    assert texts(filled)[0] == "{{ }_} }} {% %}"


def test_the_properties_are_the_documents_own():
    properties = read(fill_template(EVERYWHERE, {"value": "x", "values": []}, INFO)).core_properties
    assert (properties.title, properties.language, properties.author) == (INFO.title, "kk", "docgen")
    assert properties.created == properties.modified == INFO.dated
    assert (properties.category, properties.revision, properties.last_modified_by) == ("work-standard", 1, "docgen")


def test_a_footnote_is_run_once_even_with_two_sections():
    draft = document("text")
    draft.add_section()
    parts = read_parts(saved(draft))
    note = "<w:footnote w:id='2'><w:p><w:r><w:t>{{ value }}</w:t></w:r></w:p></w:footnote>"
    parts["word/footnotes.xml"] = f"<w:footnotes xmlns:w='{WORD}'>{note}</w:footnotes>".encode()
    override = (
        b'<Override PartName="/word/footnotes.xml" '
        b'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/></Types>'
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", override)
    filled = read_parts(fill_template(pack(parts), {"value": "{{ 7*7 }}"}, INFO))
    assert b"{{ 7*7 }}" in filled["word/footnotes.xml"]


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("{{ ''.__class__ }}", "template-wrong"),
        ("{{ values.append(1) }}", "template-wrong"),
        ("{{ ().__class__.__bases__[0].__subclasses__() }}", "template-wrong"),
        ("{{ nothing }}", "template-wrong"),
        ("{{ 1 / 0 }}", "template-wrong"),
        ("{{ value | month }}", "template-wrong"),
        ("{% include 'form.toml' %}", "template-wrong"),
        ("{{ value", "template-damaged"),
        ("{% for %}", "template-damaged"),
        ("{{ value | nofilter }}", "template-damaged"),
    ],
)
def test_a_wrong_or_wicked_tag_is_refused_by_the_templates_name(tag, code):
    with pytest.raises(FormError) as caught:
        fill_template(saved(document(tag)), {"value": "x", "values": []}, INFO, name="letter.docx")
    problem = caught.value.problems[0]
    assert (problem.code, problem.where.file) == (code, "letter.docx")


def test_a_wrong_tag_is_shown_with_its_words():
    with pytest.raises(FormError, match=r"Сәлем \{% for %\}"):
        fill_template(saved(document("first", "Сәлем {% for %}")), {}, INFO)


def with_part(template: bytes, name: str, old: bytes, new: bytes) -> bytes:
    parts = read_parts(template)
    assert old in parts[name]
    return pack(parts | {name: parts[name].replace(old, new)})


def packed_by(method: int) -> bytes:
    """A template that is compressed by a method that Word does not use, and damaged in its main part."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as package:
        for name, part in read_parts(EVERYWHERE).items():
            package.writestr(name, part)
        begin = package.getinfo("word/document.xml").header_offset + 30 + len("word/document.xml")
    damaged = bytearray(content.getvalue())
    damaged[begin + 9 : begin + 60] = b"\xa5" * 51
    return bytes(damaged)


DAMAGED = {
    "damaged, LZMA": packed_by(zipfile.ZIP_LZMA),
    "damaged, bzip2": packed_by(zipfile.ZIP_BZIP2),
    "nothing": b"",
    "no zip": b"PK\x03\x04 and so on",
    "cut off": EVERYWHERE[: len(EVERYWHERE) // 2],
    "another zip": pack({"a.txt": b"a"}),
    "no main part": with_part(EVERYWHERE, "[Content_Types].xml", b"document.main+xml", b"document.glossary+xml"),
    "broken part": with_part(EVERYWHERE, "word/document.xml", b"</w:body>", b""),
    "entities": with_part(
        EVERYWHERE, "word/document.xml", b"<w:document ", b'<!DOCTYPE w:document [<!ENTITY a "b">]><w:document '
    ),
}


@pytest.mark.parametrize("template", DAMAGED.values(), ids=DAMAGED.keys())
def test_what_is_no_word_document_is_refused(template):
    with pytest.raises(FormError) as caught:
        fill_template(template, {"value": "", "values": []}, INFO)
    assert caught.value.problems[0].code == "template-damaged"


def test_a_link_outside_is_refused():
    draft = document("text")
    draft.part.relate_to("https://example.org/picture.png", RELATIONSHIP_TYPE.IMAGE, is_external=True)
    with pytest.raises(FormError, match=r"example\.org") as caught:
        fill_template(saved(draft), {}, INFO)
    assert caught.value.problems[0].code == "template-link"


def test_the_path_of_somebodys_word_template_is_taken_away():
    draft = document("text {{ x }}")
    kind = RELATIONSHIP_TYPE.STYLES.replace("styles", "attachedTemplate")
    link = draft.part._settings_part.relate_to("file:///C:/Users/Aigul/Normal.dotm", kind, is_external=True)
    attached = etree.SubElement(draft.settings.element, f"{{{WORD}}}attachedTemplate")
    attached.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", link)
    parts = read_parts(fill_template(saved(draft), {"x": ""}, INFO))
    assert not any(b"Aigul" in part or b"attachedTemplate" in part for part in parts.values())


TWICE = """
import hashlib, sys
sys.path[:0] = ["tests", "tests/paint"]
from test_paint_docx import EVERYWHERE, INFO, fill_template
print(hashlib.sha256(fill_template(EVERYWHERE, {"value": "Ә", "values": ["б"] * 9}, INFO)).hexdigest())
"""


@pytest.mark.slow
def test_two_processes_make_the_same_bytes():
    hashes = {
        processes.run(
            [sys.executable, "-c", TWICE],
            cwd=REPOSITORY,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(REPOSITORY), "TZ": zone},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "Asia/Almaty"), ("2", "America/New_York"))
    }
    assert len(hashes) == 1


def test_packing_has_no_clock_and_one_order():
    with zipfile.ZipFile(io.BytesIO(fill_template(EVERYWHERE, {"value": "x", "values": []}, INFO))) as package:
        entries = package.infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    names = [entry.filename for entry in entries]
    assert names == ["[Content_Types].xml", "_rels/.rels", *sorted(names[2:])]
    assert not any("thumbnail" in name for name in names)


def test_a_template_is_translated_once():
    compile_template.cache_clear()
    for value in "abc":
        fill_template(EVERYWHERE, {"value": value, "values": []}, INFO)
    assert (compile_template.cache_info().misses, compile_template.cache_info().hits) == (1, 2)


def test_columns_from_tags_widen_the_grid():
    draft = document()
    cells = draft.add_table(1, 3).rows[0].cells
    for cell, text in zip(cells, ("{%tc for each in values %}", "{{ each }}", "{%tc endfor %}"), strict=True):
        cell.text = text
    table = read(fill_template(saved(draft), {"values": list("абвгд")}, INFO)).tables[0]
    assert len(table.columns) == 5
    assert [cell.text for cell in table.rows[0].cells] == list("абвгд")


def test_ordinary_values_make_what_docxtpl_itself_makes():
    """Part by part in canonical XML: the adapter changes what is awkward, nothing else."""
    template = (shipped("forms") / "certificate-register" / "template.docx").read_bytes()
    names = ("surname", "given_name", "patronymic", "iin", "workplace", "position", "number", "issued")
    row = dict.fromkeys(names, "Әсем")
    form = {"annex": {"lines": ["Қағидаларға", "2-қосымша"]}, "title": {"kk": "Журнал"}}
    values = {"rows": [row] * 3, "organization": "Академия", "year": 2026, "form": form}
    theirs = DocxTemplate(io.BytesIO(template))
    theirs.render(values, markup_environment())
    buffer = io.BytesIO()
    theirs.save(buffer)
    ours, theirs = (read_parts(docx) for docx in (fill_template(template, values, INFO), buffer.getvalue()))
    filled = [name for name in ours if name.startswith("word/") and name.endswith(".xml")]
    assert {"word/document.xml", "word/footer1.xml"} <= set(filled)
    for name in filled:
        assert canonical(ours[name]) == canonical(theirs[name])


def canonical(xml: bytes) -> bytes:
    parser = etree.XMLParser(remove_blank_text=True)
    return etree.tostring(etree.fromstring(xml, parser), method="c14n2")


@pytest.mark.parametrize("length", [0, 1, 1 << 16, HELD, 2 * HELD + 1])
def test_a_part_written_in_pieces_is_packed_as_if_it_were_whole(length):
    """Of letters that cannot be packed smaller, so that the longest ones wait in a file."""
    content, part, file = random.Random(17).randbytes(length), StreamedPart(), io.BytesIO()
    for begin in range(0, length, 40_000):
        part.write(content[begin : begin + 40_000])
    write_package(file, {"word/document.xml": part, "[Content_Types].xml": b"<Types/>"})
    assert file.getvalue() == pack({"word/document.xml": content, "[Content_Types].xml": b"<Types/>"})
    with zipfile.ZipFile(file) as package:
        assert package.testzip() is None
        assert package.read("word/document.xml") == content


def test_a_page_is_the_same_by_itself_and_among_others():
    """But for its bookmark and the numbers of its drawings, no two of which are alike; the last section is the document's."""
    form, file = load_form("retraining-certificate"), io.BytesIO()
    record = sample_record(form.fields)
    surnames = ["Сейітқали", "Ким", "Әлімжанова"]
    volume = WordVolume(form, artwork_folders())
    for surname in surnames:
        page, *_none = compose(form, read_record(form, {**record, "surname": surname}), PRINT_LAYERS[Print.FULL])
        volume.add(page, surname)
    volume.close(file, INFO)
    document = read(file.getvalue())
    body = document.element.body
    assert len(document.sections) == len(surnames) == len(body.findall(".//" + qn("w:pPr") + "/" + qn("w:sectPr"))) + 1
    assert [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))] == [
        f"r{n}_{s}" for n, s in enumerate(surnames, 1)
    ]
    drawings = [drawing.get("id") for drawing in body.iter(qn("wp:docPr"))]
    assert drawings == [str(1001 + number) for number in range(len(drawings))]
    alone = [docgen.render(form, {**record, "surname": surname}, to="docx") for surname in surnames]
    assert words_of(file.getvalue()) == [text for each in alone for text in words_of(each)]
    assert len(drawings) == sum(len(list(read(each).element.body.iter(qn("wp:docPr")))) for each in alone)
    assert parts_of_pictures(file.getvalue()) == parts_of_pictures(alone[0])


def words_of(docx: bytes) -> list[str]:
    return [paragraph.text for paragraph in read(docx).paragraphs]


def parts_of_pictures(docx: bytes) -> dict[str, bytes]:
    return {name: part for name, part in read_parts(docx).items() if name.startswith("word/media/")}
