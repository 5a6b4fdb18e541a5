"""What other libraries see in a finished PDF: glyphs by pdfplumber, pixels and words by poppler. In mm from the top left."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import numpy
import pdfplumber
import pypdfium2
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table, _Cell, _Row
from PIL import Image

from support import processes

MM = 25.4 / 72


@dataclass(frozen=True)
class Line:
    """Glyphs on one baseline in one font."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    font: str

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


@lru_cache(maxsize=32)
def lines(pdf: bytes, page: int = 0) -> list[Line]:
    """Return the lines of a page from top to bottom, each side of a line apart where more than 20 mm lie between."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        sheet = document.pages[page]
        height = float(sheet.height)
        glyphs = [(round((height - char["matrix"][5]) * MM, 4), char) for char in sheet.chars]
    found = []
    glyphs.sort(key=lambda glyph: (round(glyph[0], 2), glyph[1]["x0"]))
    for _baseline, group in groupby(glyphs, key=lambda glyph: (round(glyph[0], 2), glyph[1]["fontname"], glyph[1]["size"])):
        part: list = []
        for glyph in group:
            if part and (glyph[1]["x0"] - part[-1][1]["x1"]) * MM > 20:
                found.append(_line(part))
                part = []
            part.append(glyph)
        found.append(_line(part))
    return found


def _line(part: list) -> Line:
    """Return a line of glyphs, without the spaces at its end, which LibreOffice 25.2 writes where it breaks a line."""
    chars = [char for _baseline, char in part]
    while len(chars) > 1 and chars[-1]["text"] == " ":
        chars.pop()
    text = "".join(char["text"] for char in chars)
    return Line(text, chars[0]["x0"] * MM, chars[-1]["x1"] * MM, part[0][0], chars[0]["size"], chars[0]["fontname"])


def pixels(pdf: bytes, dpi: int, page: int = 1, box: tuple[float, ...] = (0, 0, 297, 210)) -> numpy.ndarray:
    """Return a box of a page (left, top, right, bottom in mm) as poppler draws it: rows × columns × RGB."""
    left, top, right, bottom = (round(edge / 25.4 * dpi) for edge in box)
    crop = ["-x", left, "-y", top, "-W", right - left, "-H", bottom - top]
    command = ["pdftoppm", "-r", dpi, *crop, "-f", page, "-l", page, "-singlefile", "-"]
    drawn = processes.run([str(word) for word in command], input=pdf, capture_output=True, check=True).stdout
    return numpy.asarray(Image.open(io.BytesIO(drawn)).convert("RGB"))


def words(pdf: bytes, page: int | None = None) -> str:
    """Return the text as poppler copies it, of one page (from 1) or of all, white space as single spaces."""
    of_page = [] if page is None else ["-f", str(page), "-l", str(page)]
    run = processes.run(["pdftotext", "-raw", *of_page, "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())


def bare_words(text: str) -> str:
    """Return a text as its words alone: lines to write on left aside, a word parted at its hyphen joined."""
    text = re.sub(r"[\ufffe\x02]", "-", text)
    return re.sub(r"- ?(?=\w)", "-", " ".join(text.replace("_", " ").split()))


#: Points above the sheet's lower edge within which a page has its number alone.
FOOT = 18 / MM


def numbered_pages(pdf: bytes) -> list[str]:
    """Return the words of each page, the page number left aside once it has been found at the foot of its page.

    The first page carries none, so that a document of one page has none at all.

    LibreOffice 25.2 writes it before the text of the page, earlier ones and WeasyPrint after it.
    """
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, 1):
            own, text_page = f"{number} / {len(document)}" if number > 1 else "", page.get_textpage()
            assert bare_words(text_page.get_text_bounded(top=FOOT)) == own
            text = bare_words(text_page.get_text_range())
            found.append((text.removeprefix(own) if own and text.startswith(own) else text.removesuffix(own)).strip())
    return found


def docx_words(docx: bytes) -> str:
    """Return the words of a Word document's body in order, tables row by row."""
    pieces = []
    for block in Document(io.BytesIO(docx)).iter_inner_content():
        rows = block.rows if isinstance(block, Table) else ()
        cells = [cell for row in rows for cell in dict.fromkeys(row._tr.tc_lst)]  # a cell over several columns is one
        pieces += [_Cell(cell, block).text for cell in cells] if rows else [block.text]
    return bare_words(" ".join(pieces))


def headings(docx: bytes) -> list[str]:
    """Return the words of each table's heading row."""
    tables = Document(io.BytesIO(docx)).tables
    return [bare_words(" ".join(cell.text for cell in table.rows[0].cells)) for table in tables]


def pdf_words(pdf: bytes, heads: list[str]) -> str:
    """Return the words of all pages, a heading row that is repeated at a page's top left aside."""
    first, *others = numbered_pages(pdf)
    for head in heads:
        others = [page.removeprefix(head).strip() for page in others]
    return " ".join([first, *others])


def ruled_rows(table: Table) -> list[_Row]:
    """Return the rows of a table without a last one that is merged and has no ruling: what closes the document."""
    rows = list(table.rows)
    is_ending = rows[-1]._tr.find(f".//{qn('w:tcBorders')}/{qn('w:bottom')}[@{qn('w:val')}='nil']") is not None
    return rows[:-1] if is_ending else rows
