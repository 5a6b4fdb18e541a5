"""Which pages are drawn alike by their content alone, without being rendered: those that differ in plain text."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from docgen.pdf.source import source_of
from docgen.preflighting.alike.content import DrawnPages, PageContent
from docgen.preflighting.alike.same_objects import FileObjects, SameObjects

TEXT = b"BT /R 14 Tf 90.5 300 Td (\x04\x10\\(\\)\\\\) Tj ET"
LARGEST = (0, 0, 14400, 14400)
BACKGROUND = b"q /G Do Q\n0.06667 0.06667 0.06667 rg\n"


def written(
    content: bytes,
    shared: bytes = TEXT,
    box: tuple[int, ...] = LARGEST,
    fonts: tuple[str, ...] = ("/R",),
    **entries: str,
) -> bytes:
    """Return a file of one page with this content; /G is a drawing, /X what is shared."""
    writer = PdfWriter()
    page = writer.add_blank_page(800, 600)
    font = writer._add_object(DictionaryObject({NameObject("/Type"): NameObject("/Font")}))
    named, drawings = DictionaryObject({NameObject(name): font for name in fonts}), DictionaryObject()
    for name, operators in (("/G", b"0 0 m 9 9 l S"), ("/X", shared)):
        form = DecodedStreamObject()
        form.set_data(operators)
        form[NameObject("/Subtype")] = NameObject("/Form")
        form[NameObject("/BBox")] = ArrayObject(map(NumberObject, box))
        form[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): named})
        drawings[NameObject(name)] = writer._add_object(form)
    states = DictionaryObject()
    for name, key in (("/Over", "/op"), ("/Clear", "/ca")):
        states[NameObject(name)] = DictionaryObject({NameObject(key): NumberObject(0)})
    resources = {"/XObject": drawings, "/Font": named, "/ExtGState": states}
    page[NameObject("/Resources")] = DictionaryObject({NameObject(name): value for name, value in resources.items()})
    stream = DecodedStreamObject()
    stream.set_data(content)
    page[NameObject("/Contents")] = writer._add_object(stream)
    for name, value in entries.items():
        page[NameObject(f"/{name}")] = NameObject(value)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def read(content: bytes, shared: bytes = TEXT, *given: tuple[Any, ...], **named: Any) -> PageContent | None:
    with source_of(written(content, shared, *given, **named)) as source:
        assert len(list(source.walk())) == 1
        return DrawnPages(source).content(0)


def master(content: bytes, shared: bytes = TEXT, **entries: str) -> tuple[bytes, ...] | None:
    found = read(content, shared, **entries)
    return found.master if found else None


PLAIN = master(BACKGROUND + TEXT)


@pytest.mark.parametrize(
    "content", [BACKGROUND, BACKGROUND + TEXT + b"\n" + TEXT, BACKGROUND + b"/X Do", BACKGROUND + b"/X Do " + TEXT]
)
def test_plain_text_makes_no_difference(content):
    assert PLAIN
    assert master(content) == PLAIN


@pytest.mark.parametrize(
    ("content", "shared"),
    [
        (BACKGROUND.replace(b"/G Do", b""), TEXT),
        (BACKGROUND + BACKGROUND, TEXT),
        (BACKGROUND + b"10 10 90 0.2 re f", TEXT),
        (BACKGROUND + b"/X Do", b"1 0 0 rg 10 10 90 0.2 re f"),
        (BACKGROUND.replace(b"0.06667 rg", b"0.9 rg"), TEXT),
        (BACKGROUND + b"/Over gs", TEXT),
        (BACKGROUND + b"1 0 0 1 9 9 cm", TEXT),
    ],
    ids=["no background", "two backgrounds", "a line", "a line that pages share", "another colour", "overprint", "a step"],
)
def test_what_is_drawn_makes_one(content, shared):
    assert master(content, shared) not in (PLAIN, None)


@pytest.mark.parametrize(
    "operators",
    [
        b"Q", b"q", b"q Q Q", b"q\x0bQ",
        b"0 0 m 9 9 l S", b"/Clear gs", b"2 0 0 1 9 9 cm", b"1 0 0 1 9 9 cm 1 0 0 1 9 9 cm", b"/Missing gs", b"Q Q Q",
        b"BI /W 1 ID BT /R 1 Tf 0 0 Td (a) Tj ET EI", b"% BT", b"BT /Missing 14 Tf 1 1 Td (ab) Tj ET",
        b"BT 7 Tr /R 1 Tf 0 0 Td (a) Tj ET", b"(BT /R 1 Tf 0 0 Td (a) Tj ET)", b"/Missing Do", b"BT /R 1 Tf 0 0 Td (a Tj ET",
        b"BT /R 1 Tf 0 0 Td (\\101) Tj ET", b"BT /R 1 Tf 0 0 Td (a\rb) Tj ET", b"/Span BMC", b"BT /R 1 Tf 9 Ts 0 0 Td (a) Tj ET",
    ],
)  # fmt: skip
def test_a_page_with_anything_else_is_not_understood(operators):
    assert read(BACKGROUND + operators) is None
    assert read(BACKGROUND + operators + b" " + TEXT) is None


def test_what_changes_a_whole_page_changes_its_master_or_leaves_none():
    assert read(BACKGROUND + TEXT, Group="/Any") is None
    assert read(BACKGROUND + TEXT, Annots="/Any") is None
    assert read(BACKGROUND + TEXT, UserUnit="/Any") is None
    assert master(BACKGROUND + TEXT, Rotate="/Any") != PLAIN


def test_runs_are_read_in_the_order_of_drawing_with_the_step_to_the_trimmed_sheet():
    found = read(b"/X Do 1 0 0 1 8.5 9 cm q /X Do Q BT /R 9.5 Tf -3 4 Td (\x04\x11\\r) Tj ET")
    assert found
    codes = b"\x04\x10()\\"
    assert [run[1:6] for run in found.runs] == [
        (b"14", b"90.5", b"300", codes, (b"0", b"0")),
        (b"14", b"90.5", b"300", codes, (b"8.5", b"9")),
        (b"9.5", b"-3", b"4", b"\x04\x11\r", (b"8.5", b"9")),
    ]
    assert len({run.font for run in found.runs}) == 1


def test_a_run_has_its_colour_and_what_is_drawn_before_it():
    found = read(b"/X Do /G Do 1 0 0 rg /X Do 1 2 3 4 re f " + TEXT, shared=TEXT + b" 0 1 0 rg 5 6 7 8 re f " + TEXT)
    assert found
    green = b"0 1 0 rg"
    assert [run[6:] for run in found.runs] == [(b"", 0), (green, 1), (b"1 0 0 rg", 2), (green, 3), (b"1 0 0 rg", 4)]
    shared, own = ((5.0, 6.0, 7.0, 8.0), (b"0", b"0")), ((1.0, 2.0, 3.0, 4.0), (b"0", b"0"))
    assert found.paints == (shared, None, shared, own)


@pytest.mark.parametrize(("shared", "box"), [(TEXT, (0, 0, 9, 9)), (TEXT, (0, 0, 14400, 300)), (b"/X Do " + TEXT, LARGEST)])
def test_what_is_cut_or_nested_is_artwork(shared, box):
    found = read(BACKGROUND + b"/X Do", shared, box)
    assert found
    assert not found.runs
    assert found.master not in (PLAIN, None)


def test_two_ways_to_write_a_name_are_not_understood():
    """/Ż is written with escapes, and /R might be too: which of two entries counts is then not sure (ISO 32000-1, 7.3.5)."""
    assert read(BACKGROUND + TEXT, fonts=("/R", "/Ż")) is None


def test_no_object_can_pose_as_what_it_leads_to():
    with source_of(written(BACKGROUND)) as source:
        objects = FileObjects(source, SameObjects())
        flat = objects.flat(b"<</ToUnicode 1 0 R>>")
        assert objects.flat(flat[2:]) != flat
        assert objects.flat(flat) != flat
        assert objects.flat(b"<</ToUnicode 0 0 R>>") != flat
