"""Completes a filled part: text that begins new paragraphs or pages, and what Word needs where nothing is left.

To Word a document is damaged if a cell, header, footer, note or text box holds no paragraph, or a row no cell (ISO/IEC 29500-1,
17.4.65, 17.10, 17.11, 17.4.78); LibreOffice opens it.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING

from docgen.errors import FormError
from docgen.messages import _
from docgen.templating.templates import near

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: What ends with a paragraph: cells, headers and footers, notes, comments, text boxes.
HOLDERS = tuple(f"{W}{name}" for name in ("tc", "hdr", "ftr", "footnote", "endnote", "comment", "txbxContent"))
#: What may be last in them instead, because it holds a paragraph itself.
BLOCKS = {f"{W}{name}" for name in ("p", "sdt", "customXml")}
#: What a row holds: cells, or what holds cells.
CELLS = {f"{W}{name}" for name in ("tc", "sdt", "customXml")}
#: What a value holds where the template makes paragraphs of its lines: noncharacters, which no value can hold itself.
PARAGRAPH, PAGE = "\ufdd4", "\ufdd5"
BREAKS = re.compile(f"[{PARAGRAPH}{PAGE}]")


def complete(root: _Element, name: str) -> None:
    """Break texts into paragraphs, take out rows without cells, and put a paragraph where one has to be."""
    from lxml import etree

    for text in [each for each in root.iter(f"{W}t") if each.text and BREAKS.search(each.text)]:
        _break_text(text, name)
    for row in [each for each in root.iter(f"{W}tr") if not any(child.tag in CELLS for child in each)]:
        _remove_row(row)
    for holder in root.iter(*HOLDERS):
        if len(holder) == 0 or holder[-1].tag not in BLOCKS:
            etree.SubElement(holder, f"{W}p")


def _remove_row(row: _Element) -> None:
    """Remove a row, and its table with the last one."""
    table = row.getparent()
    if table is None:
        return
    table.remove(row)
    outer = table.getparent()
    if outer is not None and table.tag == f"{W}tbl" and table.find(f".//{W}tr") is None:
        outer.remove(table)


def _break_text(text: _Element, name: str) -> None:
    """Cut the paragraph of a text at each break in it; what follows the text goes with its last piece."""
    run = text.getparent()
    paragraph = run.getparent() if run is not None else None
    if run is None or paragraph is None or paragraph.tag != f"{W}p":
        message = _("a text of several paragraphs does not fit within a link, a content control or a field")
        words = BREAKS.split(text.text or "")[0]
        hint = _("Put its tag into a paragraph of its own. {near}", near=near(words))
        raise FormError.because("template-wrong", message, hint, file=name)
    signs, pieces = BREAKS.findall(text.text or ""), BREAKS.split(text.text or "")
    text.text = pieces[0]
    text.set(SPACE, "preserve")
    for sign, piece in zip(reversed(signs), reversed(pieces[1:]), strict=True):
        _cut(paragraph, run, text, sign, piece)


def _cut(paragraph: _Element, run: _Element, text: _Element, sign: str, piece: str) -> None:
    """Put a paragraph of the same look after one, with a piece of text and what had followed the text."""
    from lxml import etree

    new_run = etree.Element(run.tag)
    new_run.extend([deepcopy(each) for each in run.findall(f"{W}rPr")])
    if sign == PAGE:
        etree.SubElement(new_run, f"{W}br", {f"{W}type": "page"})
    new_text = etree.SubElement(new_run, f"{W}t", {SPACE: "preserve"})
    new_text.text = piece
    new_run.extend(list(text.itersiblings()))
    new_paragraph = etree.Element(paragraph.tag)
    new_paragraph.extend([deepcopy(each) for each in paragraph.findall(f"{W}pPr")])
    for properties in paragraph.findall(f"{W}pPr"):
        for section in properties.findall(f"{W}sectPr"):  # it ends with the last of the paragraphs
            properties.remove(section)
    new_paragraph.append(new_run)
    new_paragraph.extend(list(run.itersiblings()))
    paragraph.addnext(new_paragraph)
