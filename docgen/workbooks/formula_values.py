"""What formulas gave, put back into a workbook that openpyxl wrote: it keeps the formulas and leaves their values out."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from docgen.tables.saving import entry

if TYPE_CHECKING:
    from openpyxl import Workbook

#: A cell with a formula and no value, as openpyxl writes it.
_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f\b(?:[^>]*/>|.*?</f>))<v ?/?>(?:</v>)?</c>', re.DOTALL)
_TYPE = re.compile(r' t="[^"]*"')
_WORKBOOK = "xl/workbook.xml"
_CALCULATION = re.compile(rb"<(?:\w+:)?calcPr[^>]*>")
_OUTDATED = re.compile(rb"""fullCalcOnLoad=["'](?:1|true|on)["']|calcCompleted=["'](?:0|false|off)["']""")


def are_outdated(file: str) -> bool:
    """Return whether a workbook says that what its formulas gave is out of date (ECMA-376 part 1, 18.2.2)."""
    with zipfile.ZipFile(file) as parts:
        name = next((each for each in parts.namelist() if each.replace("\\", "/").lower() == _WORKBOOK), "")
        found = _CALCULATION.search(parts.read(name)) if name else None
        return bool(found and _OUTDATED.search(found[0]))


def with_formula_values(content: bytes, book: Workbook, file: str) -> bytes:
    """Return the saved workbook `book` with the values that its formulas have in `file`; they are the last known ones."""
    from openpyxl import load_workbook

    known = load_workbook(file, data_only=True, keep_links=False)
    parts = {f"xl/worksheets/sheet{number}.xml": sheet.title for number, sheet in enumerate(book.worksheets, 1)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(buffer, "w") as packed:
        for name in before.namelist():
            part = before.read(name)
            if (title := parts.get(name)) and title in known.sheetnames and b"<f" in part:
                sheet: Any = known[title]
                part = _CELL.sub(partial(_filled, sheet), part.decode()).encode()
            packed.writestr(entry(name), part)
    return buffer.getvalue()


def _filled(sheet: Any, match: re.Match[str]) -> str:
    """Return a cell with the value of its formula (ECMA-376 part 1, 18.3.1.4)."""
    place, attributes, formula = match.groups()
    value = sheet[place].value
    if value is None:
        return match[0]
    kind, stored = _stored(value)
    attributes = _TYPE.sub("", attributes) + (f' t="{kind}"' if kind else "")
    return f'<c r="{place}"{attributes}>{formula}<v>{escape(stored)}</v></c>'


def _stored(value: object) -> tuple[str, str]:
    """Return the type of a value in a cell, and how it is stored."""
    from openpyxl.utils import datetime as openpyxl_datetime

    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, (date, time, timedelta)):
        to_excel: Any = openpyxl_datetime.to_excel  # openpyxl's types lack it
        return "", repr(to_excel(value))
    if isinstance(value, (int, float)):
        return "", repr(value)
    text = str(value)
    return "e" if text.startswith("#") and text.endswith(("!", "?", "/A")) else "str", text
