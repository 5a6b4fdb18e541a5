"""Tables of records read from CSV, XLSX, JSON and JSON lines: which headings, which rows, what stands in each cell, and where.

A value comes out as it stands in the file, tidied only where two spellings mean the same: outer white space goes, 12.0
is 12, a date cell at midnight is a date. What a value means is the business of docgen.record.

The heading row of a sheet is the first row with at least two filled cells, all of them text: titles above it, merged or
not, are passed over. A sheet in which no row has two filled cells is a table of one column, headed by its first
filled row. Empty rows are passed over; hidden rows and columns are read like the others; of several sheets the first
visible one counts. Rows keep the numbers that a person sees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from docgen.errors import UsageError
from docgen.messages import _
from docgen.tables.csv_file import read_csv
from docgen.tables.headings import bad_cells, columns
from docgen.tables.json_file import read_json, read_json_lines
from docgen.tables.model import Heading, Row, Table, Value
from docgen.tables.source import Source, open_source
from docgen.tables.xlsx_file import read_xlsx, sheet_titles

__all__ = ["READERS", "Heading", "Row", "Table", "Value", "bad_cells", "columns", "read", "read_sheets"]

FILE_BYTES = 256 << 20

#: Suffix → what makes a table of a file. A new format is one new entry.
READERS: Mapping[str, Callable[[Source], Table]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
}

#: Formats that hold several sheets.
WORKBOOKS = (".xlsx", ".xlsm")


def read(path: Path) -> Table:
    """Read the table in `path`, in the format that its suffix names; of a workbook, the first visible sheet.

    UsageError (`table-format-unknown`) for any other suffix; DataError for a file that is missing, damaged, too large,
    empty or without a heading row, or that changes while it is read. Cells that cannot be used are told in the table.
    """
    reader = _reader(path)
    with open_source(path, FILE_BYTES) as source:
        table = reader(source)
    return replace(table, sha256=source.sha256)


def read_sheets(path: Path) -> list[Table]:
    """Read every visible sheet of a workbook that is a table; of a file of another format, its one table."""
    if path.suffix.lower() not in WORKBOOKS:
        return [read(path)]
    with open_source(path, FILE_BYTES) as source:
        found = [read_xlsx(source, number) for number in range(len(sheet_titles(source)))]
    return [replace(table, sha256=source.sha256) for table in found] or [read(path)]


def _reader(path: Path) -> Callable[[Source], Table]:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UsageError.because(
            "table-format-unknown",
            _("{suffix} is not a format that tables are read from", suffix=path.suffix or path.name),
            _("Save it as one of {known}.", known=", ".join(READERS)),
            file=str(path),
        )
    return reader
