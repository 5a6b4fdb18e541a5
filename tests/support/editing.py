"""Changes to a Word document or a workbook as its user makes them, each from one line of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
from docx import Document
from docx.shared import Pt
from docx.text.paragraph import Paragraph

#: A change to a document: found → other words, a size, deleted; or a paragraph at the end.
CHANGE = re.compile(
    r"- (?:at the end: )?`(?P<found>.+?)`"
    r"(?: → (?:`(?P<new>.+)`|(?P<size>\d+) pt|deleted(?:, with all to the first `(?P<end>.+)`)?))?"
)
#: A change to a workbook: the address of a cell → what is typed into it; what follows is said to the reader.
CELL = re.compile(r"- `(?P<cell>[A-Z]+\d+)` → `(?P<value>[^`]*)`.*")


def change_workbook(path: Path, changes: list[str]) -> None:
    """Type values into cells of a workbook's first sheet; digits alone become a number, as a spreadsheet takes them."""
    workbook = openpyxl.load_workbook(path)
    for line in changes:
        cell, value = CELL.fullmatch(line).group("cell", "value")
        workbook.worksheets[0][cell] = int(value) if value.isdigit() and len(value) < 12 else value
    workbook.save(path)


def change_document(path: Path, changes: list[str]) -> None:
    """Change a Word document: found → other words, a size, deleted; or a paragraph at the end."""
    document = Document(path)
    for line in changes:
        found, new, size, end = CHANGE.fullmatch(line).group("found", "new", "size", "end")
        if line.startswith("- at the end: "):
            document.add_paragraph(found)
            continue
        places = [paragraph for paragraph in _paragraphs(document) if found in _seen(paragraph)]
        assert places, line
        for paragraph in places:
            if size:
                _resize(paragraph, int(size))
            elif new:
                _retype(paragraph, _seen(paragraph).replace(found, new))
            else:
                _delete(paragraph, end)
    document.save(path)


def _seen(paragraph: Paragraph) -> str:
    """Return the words as one sees them: a space that holds two words together looks like any other."""
    return paragraph.text.replace("\xa0", " ")


def _resize(paragraph: Paragraph, size: int) -> None:
    for piece in paragraph.runs:
        piece.font.size = Pt(size)


def _retype(paragraph: Paragraph, text: str) -> None:
    """Type over the words of a paragraph: they take the format of its first letter."""
    for piece in paragraph.runs[1:]:
        piece._r.getparent().remove(piece._r)
    paragraph.runs[0].text = text


def _delete(paragraph: Paragraph, end: str | None) -> None:
    """Delete a paragraph, or all from it to the one that holds `end`."""
    for element in [paragraph._p, *(paragraph._p.itersiblings() if end else ())]:
        is_last = bool(end) and end in "".join(element.itertext())
        element.getparent().remove(element)
        if is_last:
            break


def _paragraphs(document: Document) -> Iterator[Paragraph]:
    """Yield the paragraphs of a document and of its tables' cells."""
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs
