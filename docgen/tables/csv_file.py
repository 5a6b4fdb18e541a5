"""CSV and TSV: which encoding, which delimiter, and the grid of texts."""

from __future__ import annotations

import csv
import io
import re
from functools import partial

from docgen.errors import DataError
from docgen.messages import _
from docgen.tables.cells import Uncached, is_blank
from docgen.tables.grid import Grid, from_grid
from docgen.tables.model import RecordTable
from docgen.tables.source import Source

# By preference, where two divide the sample equally well: a heading has commas in it more often than semicolons.
DELIMITERS = ("\t", ";", ",")
SAMPLE_RECORDS = 30
SAMPLE_TEXT = 1 << 18
CSV_CELL = 131_072  # characters; the csv module's own limit
CSV_LINE = 4_000_000  # characters
UTF16_BYTE_ORDERS = (b"\xff\xfe", b"\xfe\xff")
# What Russian text in Windows-1251 holds. Anything else shows that the file is something other: UTF-8 with one broken
# byte, UTF-16, KZ-1048, a workbook under a false name.
_CP1251_TEXT = re.compile(r"[\t\n\r\x20-\x7eА-яЁёІі№«»„“”‘’‚–—…•·§°±©®\xa0\xad]*")


def read_csv(source: Source) -> RecordTable:
    """Return the table in a CSV or TSV file; every cell of it is text."""
    encoding, sample = _encoding(source)
    return from_grid(source.name, "", _grid(source, encoding, _delimiter(sample)), heading_rows=source.heading_rows)


def _encoding(source: Source) -> tuple[str, str]:
    """Return the encoding, and how the text begins: UTF-8 or UTF-16 with a mark, UTF-8, Windows-1251; no other is guessed at."""
    encodings = ("utf-16",) if source.begins() in UTF16_BYTE_ORDERS else ("utf-8-sig", "cp1251")
    for encoding in encodings:
        sample = _sample_if_text(source, encoding)
        if sample is not None:
            return encoding, sample
    raise DataError.because(
        "table-encoding",
        _("the file is neither UTF-8 nor Windows-1251 text"),
        _("Save it as “CSV UTF-8” or as .xlsx."),
        file=source.name,
    )


def _sample_if_text(source: Source, encoding: str) -> str | None:
    """Return how the text begins; None when the file is not text of this encoding."""
    sample = ""
    try:
        for piece in source.text(encoding):
            if "\0" in piece or (encoding == "cp1251" and not _CP1251_TEXT.fullmatch(piece)):
                return None
            sample += piece if len(sample) < SAMPLE_TEXT else ""
    except UnicodeDecodeError:
        return None
    return sample


def _delimiter(sample: str) -> str:
    """Return the delimiter whose heading has as many cells as most of the rows after it."""
    return max(DELIMITERS, key=partial(_evenness, sample))


def _evenness(sample: str, delimiter: str) -> float:
    """Return the share of the first records that have as many cells as the heading row, by this delimiter (0 to 1).

    Where no record has two filled cells, as in a table of one column beside empty ones, the first record is the heading.
    """
    records = []
    lines = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        for record in lines:
            if not all(map(is_blank, record)):
                records.append(record)
            if len(records) == SAMPLE_RECORDS:
                break
    except csv.Error:
        pass  # the strict reading that follows says where
    heading = next((len(record) for record in records if sum(not is_blank(cell) for cell in record) > 1), None)
    if heading is None and records and len(records[0]) > 1:
        heading = len(records[0])
    return sum(len(record) == heading for record in records) / len(records) if records else 0


#: How a cell begins that holds something for a spreadsheet's sake.
FOR_SPREADSHEETS = ("=", "'")
_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
_FORMULA = re.compile(r"=\s*[-+(]*\s*(?:[A-ZА-ЯЁ][A-ZА-ЯЁ0-9.]*\(|\$?[A-Z]{1,3}\$?[0-9]+\b)", re.IGNORECASE)
#: An apostrophe before a text that is to stay a text; of an elided word (’s-Gravenhage) or a quoted one it is a part.
_APOSTROPHE = re.compile(r"'(?!\w[- ])([^']*)", re.DOTALL)


def _meant(cell: str) -> str | Uncached:
    """Return the text that a cell holds for a spreadsheet's sake: 00417 for `="00417"` and for `'00417`.

    A formula of functions or cells was never calculated; any other text may begin with = as it likes.
    """
    if match := _TEXT_FORMULA.fullmatch(cell.rstrip()):
        return match[1].replace('""', '"')
    if _FORMULA.match(cell):
        return Uncached()
    return match[1] if (match := _APOSTROPHE.fullmatch(cell)) else cell


def _grid(source: Source, encoding: str, delimiter: str) -> Grid:
    lines = csv.reader(source.lines(encoding, CSV_LINE), delimiter=delimiter, strict=True)
    number = 1
    try:
        for record in lines:
            yield number, [_meant(cell) if cell[:1] in FOR_SPREADSHEETS else cell for cell in record]
            number = lines.line_num + 1
    except csv.Error:
        raise DataError.because(
            "table-quote",
            _("a quotation mark that opens in this row is not closed, or a cell is over {limit} characters", limit=CSV_CELL),
            _('Close it; inside a quoted cell write "" for ".'),
            file=source.name,
            row=number,
        ) from None
