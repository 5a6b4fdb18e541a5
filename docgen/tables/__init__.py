"""Tables of records read from CSV, XLSX, ODS, JSON, JSON lines: headings, rows, and the value of each cell with its place.

A value comes out as the file has it, tidied only where two spellings mean the same: outer white space is removed, 12.0
is 12, a date cell at midnight is a date. What a value means is the business of docgen.record.

The heading row of a sheet is the first row with at least two filled cells, all of them text: titles above it, merged or
not, are passed over. It has two rows if the one below divides some of its headings (“Period” into “begins” and “ends”) and
has nothing below the others. A sheet in which no row has two filled cells is a table of one column, headed by its first
filled row. Empty rows are passed over; hidden rows and columns are read like the others; of several sheets the first
visible one counts. Rows keep the numbers that a person sees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from docgen.errors import DataError, UsageError, nearest_hint, visible
from docgen.messages import _
from docgen.tables.heading_rows import HeadingRows, heading_rows_of
from docgen.tables.headings import (
    NO_CHOICE,
    OWN_COLUMNS,
    ColumnChoice,
    bad_cells,
    columns,
    counters,
    near_fields,
    refuse_absent_columns,
)
from docgen.tables.model import Growth, Heading, RecordTable, Row, Value, whole
from docgen.tables.source import File, FileBytes, Source, empty, open_source
from docgen.tables.spellings import FULL_NAME, meanings, parts_of
from docgen.tables.strays import refuse_empty_columns, without_strays

__all__ = [
    "FORMATS",
    "FULL_NAME",
    "NO_CHOICE",
    "OWN_COLUMNS",
    "RECORDS",
    "SHEETS",
    "ColumnChoice",
    "File",
    "FileBytes",
    "Heading",
    "HeadingRows",
    "RecordTable",
    "Row",
    "Value",
    "bad_cells",
    "columns",
    "counters",
    "growing",
    "heading_rows_of",
    "meanings",
    "near_fields",
    "parts_of",
    "read",
    "read_sheets",
    "refuse_absent_columns",
    "refuse_empty_columns",
    "sheet_titles",
    "without_strays",
]

FILE_BYTES = 256 << 20
#: The same of a file that is read row by row: 1,048,576 rows of 4,096 bytes. What a single row may have, its reader says.
STREAMED_BYTES = 1 << 32

#: Suffix → what makes a table of a file (Source → Table), loaded for a file that needs it. A new format is one new entry, here,
#: among the records or among the workbooks.
READERS: Mapping[str, str] = {
    ".csv": "docgen.tables.csv_file.read_csv",
    ".tsv": "docgen.tables.csv_file.read_csv",
}

#: Suffix → what reads a file that programs write, record by record (Source → Growth).
RECORDS: Mapping[str, str] = {
    ".json": "docgen.tables.json_file.read_json",
    ".jsonl": "docgen.tables.json_file.read_json_lines",
    ".ndjson": "docgen.tables.json_file.read_json_lines",
}

#: Suffix → what finds the sheets of a workbook (Source → list of Sheet).
WORKBOOKS: Mapping[str, str] = {
    ".xlsx": "docgen.tables.xlsx_file.xlsx_sheets",
    ".xlsm": "docgen.tables.xlsx_file.xlsx_sheets",
    ".ods": "docgen.tables.ods_file.ods_sheets",
}

FORMATS = (*WORKBOOKS, *READERS, *RECORDS)
#: What a clerk may have filled and saved from a spreadsheet; the others are written by programs.
SHEETS = (*WORKBOOKS, *READERS)


def read(path: File, sheet: str | None = None, heading_rows: HeadingRows | None = None) -> RecordTable:
    """Read the table in a file, in the format that its suffix names; of a workbook the first visible sheet, or the one named.

    `heading_rows` hold the headings; without them they are found.

    Raise UsageError (`table-format-unknown`) for any other suffix and (`sheet-unknown`) for a sheet that is not there; DataError
    for a file that is missing, damaged, too large, empty or without a heading row, or that changes while it is read. Cells that
    cannot be used are problems of the table.
    """
    if sheet is None:
        return _read(path, heading_rows=heading_rows)[0]
    found = _read(path, sheet.strip().casefold(), heading_rows, is_first_alone=False)
    named = next((table for table in found if table.sheet.casefold() == sheet.strip().casefold()), None)
    if named is None:
        message = _("the table has no visible sheet “{sheet}”", sheet=visible(sheet[:60]))
        titles = [table.sheet for table in found if table.sheet]
        raise UsageError.because("sheet-unknown", message, nearest_hint(sheet, titles), file=str(path))
    if not len(named):
        raise empty(str(path), named.sheet)
    return named


def read_sheets(path: File) -> list[RecordTable]:
    """Read every visible sheet of a workbook as a table; of a file of another format, its one table."""
    return _read(path, is_first_alone=False)


def sheet_titles(path: File) -> list[str]:
    """Return the titles of a workbook's visible sheets that have records, in its order; none of a file of another format."""
    return [table.sheet for table in _read(path, "", is_first_alone=False) if table.sheet and len(table)]


def growing(path: File) -> Growth:
    """Yield the table in `path`, with a suffix among RECORDS, as it grows while it is read; raise as `read`."""
    with open_source(path, _most_bytes(path)) as source:
        sha256 = source.hashed()
        for table in _named(RECORDS[path.suffix.lower()])(source):
            yield replace(table, sha256=sha256)


def _read(
    path: File, sheet: str | None = None, heading_rows: HeadingRows | None = None, *, is_first_alone: bool = True
) -> list[RecordTable]:
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        if isinstance(path, Path) and path.is_dir():
            raise DataError.because("file-is-folder", _("this is a folder, not a file"), file=str(path))
        raise _unknown(path)
    if heading_rows and suffix in RECORDS:
        raise UsageError.because(
            "heading-rows-none", _("there are no rows of headings in {suffix}", suffix=suffix), file=str(path)
        )
    with open_source(path, _most_bytes(path)) as source:
        source.heading_rows, source.sheet = heading_rows, sheet
        return [replace(table, sha256=source.sha256) for table in _tables(source, suffix, is_first_alone)]


def _most_bytes(path: File) -> int:
    """Return how large a file may be: what is in memory already, and workbooks, are held whole."""
    is_streamed = isinstance(path, Path) and path.suffix.lower() in {*READERS, *RECORDS}
    return STREAMED_BYTES if is_streamed else FILE_BYTES


def _tables(source: Source, suffix: str, is_first_alone: bool) -> list[RecordTable]:
    if suffix in READERS:
        return [_named(READERS[suffix])(source)]
    if suffix in RECORDS:
        return [whole(_named(RECORDS[suffix])(source))]
    from docgen.tables.sheets import tables_of

    return tables_of(source, _named(WORKBOOKS[suffix])(source), is_first_alone)


def _named(name: str) -> Callable[[Source], Any]:
    module, _dot, function = name.rpartition(".")
    found: Callable[[Source], Any] = getattr(import_module(module), function)
    return found


def _unknown(path: File) -> UsageError:
    hint = _("Save it as one of {known}.", known=", ".join(FORMATS))
    if path.suffix.lower() in (".xls", ".xlsb"):
        hint = _("Open it in Excel or LibreOffice and save it as .xlsx.")
    if path.suffix.lower() in (".toml", ".yaml", ".yml"):
        hint = _("This is a record: docgen render checks it, and makes its document.")
    message = _("{suffix} is not a format that tables are read from", suffix=path.suffix or path.name)
    return UsageError.because("table-format-unknown", message, hint, file=str(path))
