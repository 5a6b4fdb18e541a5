"""Workbooks out: the bytes of a file that every program opens, without the hour at which it was saved: same input, same bytes.

openpyxl names the parts of notes in its own way and points to them from the package's root. Readers such as exceljs know the
names and the relative targets that Excel writes, and open no workbook with others; so these are written here.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

#: The first day that a ZIP archive can name (APPNOTE 4.4.6).
DAY = datetime(1980, 1, 1)
PROPERTIES, TYPES = "docProps/core.xml", "[Content_Types].xml"
#: How many bytes of a part are read at once.
AT_ONCE = 1 << 20
A4 = 9  # ST_PageSetup, paperSize
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
#: The parts of notes as openpyxl names them → as Excel does.
_NAMES = (
    (re.compile(r"xl/comments/comment(\d+)\.xml"), r"xl/comments\1.xml"),
    (re.compile(r"xl/drawings/commentsDrawing(\d+)\.vml"), r"xl/drawings/vmlDrawing\1.vml"),
)
_TARGET = re.compile(r'(?<=\bTarget=")/([^"]+)')
_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
#: A number that is stored as text, such as 00401, is no error: without this, Excel puts a green mark into its cell. It stands
#: before what follows it in a sheet (ECMA-376 part 1, 18.3.1.99).
_IGNORED = b'<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors>'
_AFTER_ROWS = b"</sheetData>"
_AFTER_IGNORED = re.compile(
    rb"<(?:smartTags|drawing|legacyDrawing|legacyDrawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b"
    rb"|</worksheet>"
)


def saved(book: Workbook) -> bytes:
    """Return a workbook as a file; openpyxl writes the clock's time into its properties and its archive."""
    by_openpyxl, content = io.BytesIO(), io.BytesIO()
    book.save(by_openpyxl)
    with zipfile.ZipFile(by_openpyxl) as archive, zipfile.ZipFile(content, "w") as packed:
        for name in archive.namelist():
            with packed.open(entry(_renamed(name)), "w") as part:
                part.writelines(_pieces(archive, name))
    return content.getvalue()


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a part as Excel writes it. The rows of a sheet stay as they are: unpacked they take many times the file."""
    with archive.open(name) as part:
        waiting = b""
        while _SHEET.fullmatch(name) and (piece := part.read(AT_ONCE)):
            waiting += piece
            if (at := waiting.find(_AFTER_ROWS)) >= 0:
                yield waiting[:at]
                waiting = waiting[at:]
                break
            yield waiting[: -len(_AFTER_ROWS)]
            waiting = waiting[-len(_AFTER_ROWS) :]
        content = _part(name, waiting + part.read())
        if name == PROPERTIES:
            content = _STAMP.sub(rb"\g<1>" + DAY.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), content)
        yield content


def entry(name: str) -> zipfile.ZipInfo:
    """Return the head of a part in an archive, compressed and without the clock's time."""
    head = zipfile.ZipInfo(name, DAY.timetuple()[:6])
    head.compress_type = zipfile.ZIP_DEFLATED
    return head


def as_excel_writes(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the parts of a workbook of openpyxl's with Excel's names and targets, and without green marks on text."""
    return {_renamed(name): _part(name, part) for name, part in parts.items()}


def _renamed(text: str) -> str:
    for name, excel in _NAMES:
        text = name.sub(excel, text)
    return text


def _part(name: str, part: bytes) -> bytes:
    if name == TYPES:
        return _renamed(part.decode()).encode()
    if name.endswith(".rels"):
        folder = posixpath.dirname(posixpath.dirname(name))
        relative = _TARGET.sub(lambda target: posixpath.relpath(_renamed(target[1]), folder or "."), part.decode())
        return relative.encode()
    if _SHEET.fullmatch(name) and b"<ignoredErrors" not in part:
        last = list(_AFTER_IGNORED.finditer(part, part.rfind(_AFTER_ROWS)))
        at = min((match.start() for match in last), default=len(part))
        return part[:at] + _IGNORED + part[at:]
    return part


def set_up_page(sheet: Worksheet, headings: int) -> None:
    """Set a sheet up for print: landscape A4 as wide as the page, the heading row `headings` on every page."""
    sheet.print_title_rows = f"{headings}:{headings}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    properties = sheet.sheet_properties.pageSetUpPr
    assert properties is not None  # every sheet that openpyxl creates has it
    properties.fitToPage = True
