"""Tables as other programs write them: XLSX with any cell, ODS with any value, CSV as it is."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import openpyxl

from support.paragraphs import packed, parts_of

SHEET = "xl/worksheets/sheet1.xml"
#: Number formats that cells may have by their place in this list, from style 1 on.
FORMATS = ("yyyy-mm-dd", "[h]:mm", "[h]:mm:ss", "[hh]:mm", "[mm]:ss", "00000", '"KZ-"00000', "0.00", "#,##0", "# ##0")


def xlsx(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """Write rows as a workbook, with a second sheet that has one cell of each of FORMATS."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    styles = book.create_sheet("styles")
    for number, code in enumerate(FORMATS, 1):
        styles.cell(1, number, 1).number_format = code
    book.save(path)
    return path


def with_cell(path: Path, cell: str, xml: str) -> Path:
    """Put a cell's XML in place of the one that a workbook has there; `{style}` in it is the style of its own."""
    parts = parts_of(path.read_bytes())
    text, count = re.subn(rf'<c r="{cell}"[^>]*?(/>|>.*?</c>)', lambda _match: xml, parts[SHEET].decode())
    assert count == 1, cell
    path.write_bytes(packed(parts | {SHEET: text.encode()}))
    return path


def formatted(code: str) -> int:
    """Return the number of the style that has a format."""
    return FORMATS.index(code) + 1


NAMESPACES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)


def ods(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """Write rows as an ODS workbook: texts, numbers, None for an empty cell, or the XML of a cell that begins with `<`."""
    body = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{NAMESPACES}><office:body><office:spreadsheet>'
        f'<table:table table:name="t">{body}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return path


def ods_number(stored: float, shown: str) -> str:
    """Return a number as ODS holds it, with what its cell shows."""
    return (
        f'<table:table-cell office:value-type="float" office:value="{stored}"><text:p>{escape(shown)}</text:p></table:table-cell>'
    )


def ods_duration(stored: str, shown: str) -> str:
    """Return a duration (ISO 8601, `PT72H00M00S`) as ODS holds it."""
    value = f'office:value-type="time" office:time-value={quoteattr(stored)}'
    return f"<table:table-cell {value}><text:p>{escape(shown)}</text:p></table:table-cell>"


def _cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        return ods_number(value, str(value))
    text = str(value)
    if text.startswith("<"):
        return text
    return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
