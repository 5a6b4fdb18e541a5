"""CSV and TSV: which encoding, which delimiter, and the grid of texts."""

from __future__ import annotations

import csv
import io
import re
from functools import partial

from docgen.errors import DataError
from docgen.messages import _
from docgen.tables.cells import is_blank
from docgen.tables.grid import Grid, from_grid
from docgen.tables.model import Table

# By preference, where two divide the sample equally well: a heading has commas in it more often than semicolons.
DELIMITERS = ("\t", ";", ",")
SAMPLE_RECORDS = 30
CSV_CELL = 131_072  # characters; the csv module's own limit
# What Russian text in Windows-1251 holds. Anything else tells that the file is something other: UTF-8 with one broken
# byte, UTF-16, KZ-1048, a workbook under a false name.
_CP1251_TEXT = re.compile(r"[\t\n\r\x20-\x7eА-яЁёІі№«»„“”‘’‚–—…•·§°±©®\xa0\xad]*")


def read_csv(file: str, content: bytes) -> Table:
    """Return the table in the bytes of a CSV or TSV file; every cell of it is text."""
    text = _decode(file, content)
    return from_grid(file, "", _csv_grid(file, text, _delimiter(text)))


def _decode(file: str, content: bytes) -> str:
    """Return the text of UTF-8 with or without its mark, else of Windows-1251; nothing else is guessed at."""
    try:
        text = content.decode("utf-8-sig")
        readable = "\0" not in text
    except UnicodeDecodeError:
        text = content.decode("cp1251", errors="replace")
        readable = _CP1251_TEXT.fullmatch(text) is not None
    if readable:
        return text
    raise DataError.because(
        "table-encoding",
        _("the file is neither UTF-8 nor Windows-1251 text"),
        _("Save it as “CSV UTF-8” or as .xlsx."),
        file=file,
    )


def _delimiter(text: str) -> str:
    """Return the delimiter whose heading has as many cells as most of the rows after it."""
    return max(DELIMITERS, key=partial(_evenness, text))


def _evenness(text: str, delimiter: str) -> float:
    """Return the share of the first records that have as many cells as the heading row, by this delimiter (0 to 1)."""
    records = []
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for record in lines:
            if not all(map(is_blank, record)):
                records.append(record)
            if len(records) == SAMPLE_RECORDS:
                break
    except csv.Error:
        pass  # the strict reading that follows says where
    heading = next((len(record) for record in records if sum(not is_blank(cell) for cell in record) > 1), None)
    return sum(len(record) == heading for record in records) / len(records) if records else 0


def _csv_grid(file: str, text: str, delimiter: str) -> Grid:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    try:
        for record in lines:
            yield number, record
            number = lines.line_num + 1
    except csv.Error:
        raise DataError.because(
            "table-quote",
            _("a quotation mark of this record is not closed, or a cell is over {limit} characters", limit=CSV_CELL),
            _('Close it; inside a quoted cell write "" for ".'),
            file=file,
            row=number,
        ) from None
