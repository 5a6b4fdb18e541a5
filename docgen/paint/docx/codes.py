"""The signed code of a document in Word: a picture with words for who does not see it.

A page that is laid out has it at its place; a document that flows has it below all else, at the right, tied to what closes the
document. A form's own template has no tag for it: it is added to what was filled.
"""

from __future__ import annotations

import hashlib
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from docgen.compose import Page, compose
from docgen.compose.page import PRINT_LAYERS, SymbolItem
from docgen.form import Form
from docgen.form.places import CODE_ALTERNATIVE, MODULE, Code
from docgen.paint.alternatives import alternative
from docgen.paint.docx.anchors import anchored
from docgen.paint.docx.closing_rows import tie_to_next
from docgen.paint.docx.drawings import Drawing, symbol_png
from docgen.paint.docx.insets import drawing_run
from docgen.prints import Print
from docgen.record import Record
from docgen.units import Length, mm

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
#: The paragraph of a code at the foot of a document, with the space above it that the PDF has; and one that takes no height.
AT_RIGHT = '<w:spacing w:before="{gap}" w:after="0"/><w:ind w:left="0" w:right="0" w:firstLine="0"/><w:jc w:val="right"/>'
FLAT = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
CODE_GAP = mm(4)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class WordCode(NamedTuple):
    """A code of a document: the run that shows it, the name of its picture in the package, and that as PNG."""

    run: Markup
    link: str
    content: bytes
    #: Whether it stands below what flows, and not at a place of its own.
    is_at_foot: bool = False

    @property
    def file(self) -> tuple[str, bytes]:
        """Its file in the package, and the content."""
        return f"media/{self.link}.png", self.content


def placed_codes(form: Form, page: Page) -> list[WordCode]:
    """Return the codes of a page that is laid out, each at its place."""
    places = {place.name: place for place in form.places if isinstance(place, Code)}
    return [_placed(item, alternative(places[item.place], form)) for item in page.items if isinstance(item, SymbolItem)]


def _placed(item: SymbolItem, words: str) -> WordCode:
    content = symbol_png(item.symbol)
    link = _link(content)
    return WordCode(Markup(anchored(1, Drawing(item.place, item.box, content), link, words)), link, content)


def codes_of_template(form: Form, record: Record) -> list[WordCode]:
    """Return the codes of a document whose form has a Word template of its own; none where nobody signs, or of a blank."""
    if form.coder is None or record.is_blank:
        return []
    if form.is_fixed:
        return placed_codes(form, compose(form, record, PRINT_LAYERS[Print.FULL])[0])
    symbol = form.coder.symbol(form, record)
    content, side = symbol_png(symbol), MODULE * symbol.side
    link = _link(content)
    return [WordCode(Markup(drawing_run(1, side, side, link, escape(CODE_ALTERNATIVE))), link, content, is_at_foot=True)]


def _link(content: bytes) -> str:
    return f"docgen{hashlib.sha256(content).hexdigest()[:16]}"


def add_code(document: _Element, code: WordCode) -> None:
    """Add a code to the body of a document that a template made; at its foot, what closes the document stays with it."""
    from lxml import etree

    properties = AT_RIGHT.format(gap=Length(CODE_GAP.mm).twips) if code.is_at_foot else FLAT
    paragraph = etree.fromstring(f"<w:p {NAMESPACES}><w:pPr>{properties}</w:pPr>{code.run}</w:p>")
    body = document.find(f"{W}body")
    if body is None:
        return
    section = body.find(f"{W}sectPr")
    before = body[-1] if section is None else section.getprevious()
    if before is None:
        body.insert(0, paragraph)
        return
    if code.is_at_foot and before.tag == f"{W}p":
        tie_to_next(before)
    before.addnext(paragraph)
