"""XLSX: the rows of the first visible sheet, as openpyxl reads them."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from typing import Any
from xml.parsers import expat

from docgen.errors import DataError
from docgen.messages import _
from docgen.tables.cells import Uncached
from docgen.tables.grid import Grid, from_grid
from docgen.tables.model import Table
from docgen.tables.refusals import damaged
from docgen.tables.source import Source
from docgen.tables.xlsx_inspection import inspect

# What zipfile, expat, lxml and openpyxl were seen or are documented to raise on a workbook that is cut or altered.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    expat.ExpatError,
    SyntaxError,  # ParseError, XMLSyntaxError
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    OSError,
    EOFError,
    RuntimeError,  # a part behind a password, a compression that zipfile lacks
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_xlsx(source: Source, sheet: int = 0) -> Table:
    """Return the table on a visible sheet, counted from 0, of a workbook."""
    file, content = source.name, b"".join(source.chunks())
    _refuse_locked(file, content)
    title, grid = _open_xlsx(file, content, sheet)
    return from_grid(file, title, _undamaged(file, grid))


def sheet_titles(source: Source) -> list[str]:
    """Return the titles of the visible sheets of a workbook."""
    file, content = source.name, b"".join(source.chunks())
    _refuse_locked(file, content)
    try:
        inspect(file, content)
        return [sheet.title for sheet in _visible_sheets(content, data_only=True)]
    except DAMAGE as error:
        raise damaged(file, _("the workbook is damaged, or is no workbook at all")) from error


def _refuse_locked(file: str, content: bytes) -> None:
    if content.startswith(_OLE):
        raise DataError.because(
            "table-locked",
            _("the workbook is locked with a password or is of the old .xls kind"),
            _("Save it as .xlsx without a password."),
            file=file,
        )


def _open_xlsx(file: str, content: bytes, number: int) -> tuple[str, Grid]:
    """Return the title and the rows of a visible sheet."""
    try:
        formulas = inspect(file, content)
        sheet = _visible_sheet(file, content, number, data_only=True)
        grid = _checked(sheet, _visible_sheet(file, content, number, data_only=False)) if formulas else _plain(sheet)
    except DAMAGE as error:
        raise damaged(file, _("the workbook is damaged, or is no workbook at all")) from error
    return sheet.title, grid


def _undamaged(file: str, grid: Grid) -> Grid:
    """Give the rows of `grid`; what the libraries raise on the way becomes `table-damaged`."""
    try:
        yield from grid
    except DAMAGE as error:
        raise damaged(file, _("the workbook is damaged")) from error


def _visible_sheet(file: str, content: bytes, number: int, data_only: bool) -> Any:
    sheets = _visible_sheets(content, data_only)
    if number >= len(sheets):
        raise DataError.because(
            "sheet-missing", _("the workbook has no visible sheet"), _("Unhide the sheet with the records."), file=file
        )
    sheets[number].reset_dimensions()  # the sheet's own word on its size may be a lie, and rows would be lost
    return sheets[number]


def _visible_sheets(content: bytes, data_only: bool) -> list[Any]:
    """Return the visible sheets of a workbook; the one place where openpyxl is touched."""
    import warnings

    from openpyxl import load_workbook

    # It warns of what it does not keep (drop-downs, themes), and of dates out of range, which come as #VALUE! and so
    # are refused.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False)
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _plain(sheet: Any) -> Grid:
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        yield number, () if row.count(None) == len(row) else [_unescape(value) for value in row]


def _checked(sheet: Any, with_formulas: Any) -> Grid:
    """Give the rows of a sheet with formulas, those without a stored value marked as such."""
    pairs = zip(sheet.iter_rows(), with_formulas.iter_rows(), strict=True)
    for number, (values, formulas) in enumerate(pairs, 1):
        yield number, [_calculated(value, formula) for value, formula in zip(values, formulas, strict=True)]


def _calculated(cell: Any, formula: Any) -> Any:
    # A formula whose result is the empty text has no value either, but its type says that it was calculated.
    if cell.value is None and formula.data_type == "f" and cell.data_type != "str":
        return Uncached()
    return _unescape(cell.value)


def _unescape(value: Any) -> Any:
    """Return text with `_x000D_` and the like made characters (ECMA-376 part 1, ST_Xstring); openpyxl leaves them."""
    if isinstance(value, str) and "_x00" in value:
        return re.sub(r"_x(00[01][0-9A-Fa-f])_", lambda match: chr(int(match[1], 16)), value)
    return value
