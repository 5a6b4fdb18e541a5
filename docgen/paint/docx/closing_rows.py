"""What closes a Word document stays with the table above it, so that a signature is never alone on a page.

Word ties a row to what follows by "keep with next" on its paragraphs (ISO/IEC 29500-1, 17.3.1.15). LibreOffice forgets that
once the table goes over pages, but keeps it between two rows. So the paragraphs that a template ties to a table become its
last row, merged over all columns, without ruling, never split: both programs then break before the row above it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{NAMESPACE}}}"
#: What may be between paragraphs without being one: the ends of bookmarks, and what a spelling checker left.
NO_PARAGRAPHS = {f"{W}{name}" for name in ("bookmarkStart", "bookmarkEnd", "proofErr")}
NO_MARGIN = "".join([f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("top", "left", "bottom", "right")])
NO_RULE = "".join([f'<w:{side} w:val="nil"/>' for side in ("left", "bottom", "right")])
ROW = (
    f'<w:tr xmlns:w="{NAMESPACE}"><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{{width}}" w:type="dxa"/>'
    f'<w:gridSpan w:val="{{columns}}"/><w:tcBorders>{NO_RULE}</w:tcBorders><w:tcMar>{NO_MARGIN}</w:tcMar></w:tcPr></w:tc></w:tr>'
)
#: A body ends with a paragraph: here one of a point, tied to the row so that it gets no page of its own.
LAST = (
    f'<w:p xmlns:w="{NAMESPACE}"><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
)
#: A longer closing may need pages of its own, and a row that is never split would end at the first one's edge in LibreOffice.
LETTERS_LIMIT = 1200
#: In twips; the widths of columns are rounded.
TOLERANCE = 60


def tie_closing_rows(document: _Element) -> None:
    """Make the paragraphs that are tied to a table of the document's body its last row."""
    for table in document.findall(f"{W}body/{W}tbl"):
        if _is_tied(table) and _is_as_wide_as_text(table) and _is_short(closing := _tied_to(table)):
            _add_row(table, closing)


def _is_tied(table: _Element) -> bool:
    first = table.find(f"{W}tr[last()]/{W}tc/{W}p")
    return first is not None and _keeps_next(first)


def _is_as_wide_as_text(table: _Element) -> bool:
    """Return whether a table is as wide as the text; in one that floats or is narrower, what follows it would move."""
    sections = (section for sibling in table.itersiblings() for section in sibling.iter(f"{W}sectPr"))
    section = next(sections, None)
    if section is None or table.find(f"{W}tblPr/{W}tblpPr") is not None:
        return False
    page, margin = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    if page is None or margin is None:
        return False
    text_width = _twips(page, "w") - _twips(margin, "left") - _twips(margin, "right")
    return abs(_width(table) - text_width) <= TOLERANCE


def _tied_to(table: _Element) -> list[_Element]:
    """Return the paragraphs that are tied to a table, the last of them too; none where another table is tied with them."""
    found: list[_Element] = []
    for element in table.itersiblings():
        if element.tag == f"{W}sectPr":
            break
        if element.tag not in {f"{W}p", *NO_PARAGRAPHS} or element.find(f"{W}pPr/{W}sectPr") is not None:
            return []
        found.append(element)
        if element.tag == f"{W}p" and not _keeps_next(element):
            break
    return found


def _is_short(closing: list[_Element]) -> bool:
    return len(closing) > 0 and sum(len(text.text or "") for each in closing for text in each.iter(f"{W}t")) <= LETTERS_LIMIT


def _add_row(table: _Element, closing: list[_Element]) -> None:
    from lxml import etree

    columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
    row = etree.fromstring(ROW.format(width=_width(table), columns=columns))
    row[-1].extend(closing)
    table.append(row)
    following = table.getnext()
    if following is not None and following.tag == f"{W}sectPr":
        tie_to_next(row.findall(f"{W}tc/{W}p")[-1])
        table.addnext(etree.fromstring(LAST))


def tie_to_next(paragraph: _Element) -> None:
    """Keep a paragraph with what follows; of a paragraph's properties, its style alone precedes that."""
    from lxml import etree

    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = etree.Element(f"{W}pPr")
        paragraph.insert(0, properties)
    for former in properties.findall(f"{W}keepNext"):
        properties.remove(former)
    properties.insert(len(properties.findall(f"{W}pStyle")), etree.Element(f"{W}keepNext"))


def _keeps_next(paragraph: _Element) -> bool:
    keep = paragraph.find(f"{W}pPr/{W}keepNext")
    return keep is not None and keep.get(f"{W}val", "true") not in ("false", "0", "off")


def _width(table: _Element) -> int:
    return sum(_twips(column, "w") for column in table.findall(f"{W}tblGrid/{W}gridCol"))


def _twips(element: _Element, name: str) -> int:
    value = element.get(f"{W}{name}", "")
    return round(float(value)) if re.fullmatch(r"-?\d+(\.\d+)?", value) else 0
