"""Which pages have the same artwork by their content alone, without being rendered: those that differ in plain text."""

from __future__ import annotations

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from docgen.preflighting.shared_artwork import SharedArtwork

TEXT = b"BT /R 14 Tf 90.5 300 Td (\x04\x10\\(\\)\\\\) Tj ET"
BACKGROUND = b"q /G Do Q\n0.06667 0.06667 0.06667 rg\n"


def digest(content: bytes, shared: bytes = TEXT, **entries: str) -> str | None:
    """Return the digest of a page with this content; /G is a drawing, /X what is shared."""
    writer = PdfWriter()
    page = writer.add_blank_page(800, 600)
    drawings = DictionaryObject()
    for name, operators in (("/G", b"0 0 m 9 9 l S"), ("/X", shared)):
        form = DecodedStreamObject()
        form.set_data(operators)
        form[NameObject("/Subtype")], form[NameObject("/Resources")] = NameObject("/Form"), DictionaryObject()
        drawings[NameObject(name)] = writer._add_object(form)
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): drawings})
    page[NameObject("/Contents")] = DecodedStreamObject()
    page["/Contents"].set_data(content)
    for name, value in entries.items():
        page[NameObject(f"/{name}")] = NameObject(value)
    return SharedArtwork().digest(page)


PLAIN = digest(BACKGROUND + TEXT)


@pytest.mark.parametrize(
    "content", [BACKGROUND, BACKGROUND + TEXT + b"\n" + TEXT, BACKGROUND + b"/X Do", BACKGROUND + b"/X Do " + TEXT]
)
def test_plain_text_makes_no_difference(content):
    assert PLAIN
    assert digest(content) == PLAIN


@pytest.mark.parametrize(
    ("content", "shared"),
    [
        (BACKGROUND.replace(b"/G Do", b""), TEXT),
        (BACKGROUND + BACKGROUND, TEXT),
        (BACKGROUND + b"10 10 90 0.2 re f", TEXT),
        (BACKGROUND + b"/X Do", b"1 0 0 rg 10 10 90 0.2 re f"),
        (BACKGROUND.replace(b"0.06667 rg", b"0.9 rg"), TEXT),
    ],
    ids=["no background", "two backgrounds", "a line", "a line that pages share", "another colour"],
)
def test_what_is_drawn_makes_one(content, shared):
    assert digest(content, shared) not in (PLAIN, None)


@pytest.mark.parametrize(
    "operators",
    [
        b"0 0 m 9 9 l S", b"/Clear gs", b"1 0 0 1 9 9 cm", b"BI /W 1 ID BT /R 1 Tf 0 0 Td (a) Tj ET EI", b"% BT",
        b"BT 7 Tr /R 1 Tf 0 0 Td (a) Tj ET", b"(BT /R 1 Tf 0 0 Td (a) Tj ET)", b"/Missing Do", b"BT /R 1 Tf 0 0 Td (a Tj ET",
    ],
)  # fmt: skip
def test_a_page_with_anything_else_has_no_digest(operators):
    assert digest(BACKGROUND + operators) is None
    assert digest(BACKGROUND + operators + b" " + TEXT) is None


def test_what_changes_a_whole_page_changes_its_digest_or_leaves_none():
    assert digest(BACKGROUND + TEXT, Group="/Any") is None
    assert digest(BACKGROUND + TEXT, Annots="/Any") is None
    assert digest(BACKGROUND + TEXT, Rotate="/Any") != PLAIN
