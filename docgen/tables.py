"""Tables of records read from CSV, XLSX and JSON: which headings, which rows, what stands in each cell, and where.

A value comes out as it stands in the file, tidied only where two spellings mean the same: outer white space goes, 12.0
is 12, a date cell at midnight is a date. What a value means is the business of docgen.record.

The heading row of a sheet is the first row with at least two filled cells, all of them text: titles above it, merged or
not, are passed over. A sheet in which no row has two filled cells is a table of one column, headed by its first
filled row. Empty rows are passed over; hidden rows and columns are read like the others; of several sheets the first
visible one counts. Rows keep the numbers that a person sees.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
import lzma
import re
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple
from xml.parsers import expat

from docgen import kazakh
from docgen.errors import DataError, Problem, UsageError, Where
from docgen.files import read_bytes
from docgen.messages import _

# A list or an object stands in a cell only where JSON brought it: the rows of a nested form.
Value = str | int | float | bool | date | datetime | list[Any] | dict[str, Any]
Grid = Iterable[tuple[int, Sequence[Any]]]

FILE_BYTES = 64 << 20
UNPACKED_BYTES = 512 << 20
# Sheets of real records unpack to 5 – 30 times their size; a bomb to a thousand times.
UNPACKED_RATIO = 200
RATIO_COUNTS_FROM = 16 << 20
PARTS = 10_000
ROWS = 1_048_576  # as many as a sheet can have (ECMA-376)
COLUMNS = 1_000
# Empty styled cells out to column XFD are common in real workbooks; this bounds the time spent on stepping over them.
CELLS = 100_000_000
CSV_CELL = 131_072  # characters; the csv module's own limit


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it stands in the table: its text (white space inside it as single spaces) and its cell.

    JSON has no cells: there `column` is empty and `row` None.
    """

    text: str
    column: str
    row: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the row number that a person sees (CSV: its first line; JSON: its place in the list), and its values.

    An empty cell is absent from `cells`. Of headings that stand twice the first filled cell counts; `columns` refuses
    such a table.
    """

    number: int
    cells: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """The records of one file, in its order."""

    file: str
    sheet: str
    headings: tuple[Heading, ...]
    rows: list[Row]

    def where(self, row: int | None, heading: str) -> Where:
        """Return the place of a cell; its key is the heading."""
        column = next((known.column for known in self.headings if known.text == heading), "")
        return Where(file=self.file, key=heading, row=row, column=column)


def read(path: Path) -> Table:
    """Read the table in `path`, in the format that its suffix names.

    UsageError (`table-format-unknown`) for any other suffix; DataError for a file that is missing, damaged, too large,
    empty or without a heading row, and for cells that cannot be used: all of a file's cells at once.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UsageError.because(
            "table-format-unknown",
            _("{suffix} is not a format that tables are read from", suffix=path.suffix or path.name),
            _("Save it as one of {known}.", known=", ".join(READERS)),
            file=str(path),
        )
    content = read_bytes(path, FILE_BYTES)
    if not content:
        raise _empty(str(path), "")
    return reader(str(path), content)


# --- headings ---------------------------------------------------------------------------------------------------------


def columns(table: Table, fields: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return which heading (its text) holds which field.

    `fields` maps each field's name to its labels in every language. A heading matches a name or a label without regard
    to case, spaces, punctuation and lookalike letters. Fields without a heading are not this function's matter.
    DataError with every wrong heading: unknown, standing twice, two for one field; or one `heading-missing` if none
    matches at all.
    """
    known = _known(fields)
    matches = {heading: known.get(_key(heading.text), ()) for heading in table.headings}
    if not any(matches.values()):
        raise DataError(_no_heading(table, fields))
    problems = [
        problem for heading, names in matches.items() for problem in _heading_problems(table, heading, names, fields)
    ]
    problems += _rivals(table, {heading: names[0] for heading, names in matches.items() if len(names) == 1})
    if problems:
        raise DataError(sorted(problems, key=lambda problem: _order(table, problem)))
    return {heading.text: names[0] for heading, names in matches.items()}


def _known(fields: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return key → the fields it can mean; a field's own name is never taken for another's label."""
    known: dict[str, tuple[str, ...]] = {}
    for name, labels in fields.items():
        for label in labels:
            known[_key(label)] = tuple(dict.fromkeys((*known.get(_key(label), ()), name)))
    return known | {_key(name): (name,) for name in fields}


def _key(text: str) -> str:
    with suppress(kazakh.MixedScripts):  # then it is compared as it stands, and named as unknown
        text, _mendings = kazakh.mend_lookalikes(text)
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "", text) or text.strip()


def _no_heading(table: Table, fields: Mapping[str, Sequence[str]]) -> Problem:
    expected = ", ".join(labels[0] if labels else name for name, labels in fields.items())
    return Problem(
        "heading-missing",
        _("the heading row is missing: no heading is one of this form's"),
        _("The headings expected: {names}.", names=expected),
        Where(file=table.file, row=table.headings[0].row),
        ", ".join(heading.text for heading in table.headings),
    )


def _heading_problems(
    table: Table, heading: Heading, names: Sequence[str], fields: Mapping[str, Sequence[str]]
) -> Iterator[Problem]:
    where = Where(file=table.file, row=heading.row, column=heading.column)
    if not names:
        near = _nearest(heading.text, fields)
        hint = _("Did you mean {names}?", names=_(" or ").join(near)) if near else _("Rename or delete this column.")
        message = _("the heading “{heading}” is not a field of this form", heading=heading.text)
        yield Problem("heading-unknown", message, hint, where, heading.text)
    if len(names) > 1:
        several = ", ".join(names)
        message = _("the heading “{heading}” can mean several fields: {names}", heading=heading.text, names=several)
        yield Problem("heading-ambiguous", message, _("Write the field's name as the heading."), where, heading.text)


def _nearest(text: str, fields: Mapping[str, Sequence[str]]) -> list[str]:
    """Return up to three names or labels that look like `text`, each field once."""
    spellings = {_key(spelling): (name, spelling) for name, labels in fields.items() for spelling in (name, *labels)}
    near = (spellings[key] for key in difflib.get_close_matches(_key(text), spellings, n=6))
    best: dict[str, str] = {}
    for name, spelling in near:
        best.setdefault(name, spelling)
    return list(best.values())[:3]


def _rivals(table: Table, chosen: Mapping[Heading, str]) -> Iterator[Problem]:
    """Give a problem for each heading whose field an earlier heading has already."""
    first: dict[str, Heading] = {}
    for heading, name in chosen.items():
        earlier = first.setdefault(name, heading)
        if earlier is heading:
            continue
        where = Where(file=table.file, row=heading.row, column=heading.column)
        hint = _("Keep one of the two columns.")
        if _key(earlier.text) == _key(heading.text):
            message = _(
                "the heading “{heading}” stands twice, in {first} too", heading=heading.text, first=earlier.column
            )
            yield Problem("heading-twice", message, hint, where, heading.text)
        else:
            message = _(
                "the headings “{first}” and “{heading}” both mean the field {name}",
                first=earlier.text,
                heading=heading.text,
                name=name,
            )
            yield Problem("heading-clash", message, hint, where, heading.text)


def _order(table: Table, problem: Problem) -> int:
    return next((i for i, known in enumerate(table.headings) if known.column == problem.where.column), 0)


# --- cells ------------------------------------------------------------------------------------------------------------

# What Excel and LibreOffice put where a formula failed, in English and, in files saved as CSV, in Russian.
ERRORS = frozenset(
    [
        *("#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!", "#CALC!", "#FIELD!"),
        *("#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#GETTING_DATA"),
        *("#ССЫЛКА!", "#ДЕЛ/0!", "#Н/Д", "#ИМЯ?", "#ПУСТО!", "#ЧИСЛО!", "#ЗНАЧ!"),
    ]
)
# Every white space of Unicode, the no-break spaces among it, and two that take no room.
OUTER = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\ufeff"
ROUNDED_FROM = 10**15  # a spreadsheet keeps 15 digits of a number
_BROKEN = re.compile("[\0\ud800-\udfff]")


class _Uncached:
    """Stands in a cell whose formula was never calculated."""


class _BadCell(Exception):
    """A cell that cannot be used, and why; `_tidy` adds its place."""

    def __init__(self, code: str, message: str, hint: str):
        self.problem = Problem(code, message, hint)
        super().__init__(message)


def _text(value: str) -> str:
    text = value.strip(OUTER).replace("\r\n", "\n").replace("\r", "\n")
    if text in ERRORS or re.fullmatch(r"Err:\d{3}", text):
        raise _BadCell(
            "cell-error",
            _("the cell holds the error {error}", error=text),
            _("Correct its formula, or type the value."),
        )
    if _BROKEN.search(text):
        raise _BadCell("text-broken", _("the text holds a broken character"), _("Type it again."))
    return text


def _number(value: float) -> int | float:
    if not -ROUNDED_FROM < value < ROUNDED_FROM:
        raise _BadCell(
            "number-rounded",
            _("the number is longer than 15 digits, so its last digits are lost"),
            _("Format the column as text, then type it again."),
        )
    return int(value) if value.is_integer() else value


def _moment(value: datetime) -> date:
    return value.date() if value.time() == time() else value


def _duration(value: time | timedelta) -> Value:
    raise _BadCell(
        "cell-time",
        _("the cell holds a time of day ({value})", value=value),
        _("Format it as text, a number or a date."),
    )


def _uncached(value: _Uncached) -> Value:
    raise _BadCell(
        "formula-without-value",
        _("the cell's formula was never calculated"),
        _("Open the file in Excel or LibreOffice and save it, or type the value."),
    )


TIDY: Mapping[type, Callable[[Any], Value]] = {
    str: _text,
    float: _number,
    datetime: _moment,
    time: _duration,
    timedelta: _duration,
    _Uncached: _uncached,
}


def _tidy(value: Any, where: Where, problems: list[Problem]) -> Value | None:
    """Return the value tidied; None, with a problem noted, when it cannot be used."""
    tidy = TIDY.get(type(value))
    if tidy is None:
        return value
    try:
        return tidy(value)
    except _BadCell as bad:
        shown = "" if isinstance(value, _Uncached) else str(value).encode("utf-8", "replace").decode()
        problems.append(replace(bad.problem, where=where, value=shown))
        return None


# --- grids: what a sheet and a CSV have in common ---------------------------------------------------------------------


class _Line(NamedTuple):
    """A row with something in it: its number, and its filled cells by column index."""

    number: int
    cells: dict[int, Any]


def _lines(file: str, grid: Grid) -> Iterator[_Line]:
    """Give the rows that hold anything; DataError (`table-too-large`) past what a table can have."""
    stepped = 0
    for number, row in grid:
        stepped += len(row)
        if number > ROWS or stepped > CELLS:
            raise _too_large(file, _("the table has more than {limit} rows", limit=ROWS), number)
        cells = {i: value for i, value in enumerate(row) if value is not None and not _blank(value)}
        if cells and max(cells) >= COLUMNS:
            raise _too_large(file, _("the table has more than {limit} columns", limit=COLUMNS), number)
        if cells:
            yield _Line(number, cells)


def _blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip(OUTER)


def _from_grid(file: str, sheet: str, grid: Grid) -> Table:
    lines = _lines(file, grid)
    heading, body = _find_heading(file, sheet, lines)
    headings = {i: Heading(" ".join(text.split()), _letters(i), heading.number) for i, text in heading.cells.items()}
    problems: list[Problem] = []
    rows = [_row(file, line, headings, problems) for line in body]
    if problems:
        raise DataError(problems)
    if not rows:
        raise _empty(file, sheet)
    return Table(file, sheet, tuple(headings.values()), rows)


def _find_heading(file: str, sheet: str, lines: Iterator[_Line]) -> tuple[_Line, Iterable[_Line]]:
    """Return the heading row and the rows after it (the module's docstring says which row is the heading)."""
    passed = []
    for line in lines:
        if len(line.cells) > 1 and _all_text(line):
            return line, lines
        passed.append(line)
    if not passed:
        raise _empty(file, sheet)
    if len({column for line in passed for column in line.cells}) == 1 and _all_text(passed[0]):
        return passed[0], passed[1:]
    raise DataError.because(
        "heading-missing",
        _("the heading row is missing: no row has two cells or more that are all text"),
        _("Put the fields' names or labels into the row above the first record."),
        file=file,
    )


def _all_text(line: _Line) -> bool:
    return all(isinstance(value, str) for value in line.cells.values())


def _row(file: str, line: _Line, headings: Mapping[int, Heading], problems: list[Problem]) -> Row:
    cells: dict[str, Value] = {}
    for i, raw in line.cells.items():
        heading = headings.get(i)
        where = Where(file, heading.text if heading else "", line.number, _letters(i))
        if heading is None:
            problems.append(_unheaded(raw, where))
        elif (value := _tidy(raw, where, problems)) is not None:
            cells.setdefault(heading.text, value)
    return Row(line.number, cells)


def _unheaded(raw: Any, where: Where) -> Problem:
    return Problem(
        "heading-empty",
        _("there is a value here, but its column has no heading"),
        _("Give the column a heading, or delete the value."),
        where,
        str(raw) if isinstance(raw, (str, int, float, date)) else "",
    )


def _letters(index: int) -> str:
    """Return the letters of the column: A for 0, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _empty(file: str, sheet: str) -> DataError:
    message = _("the sheet “{sheet}” has no records", sheet=sheet) if sheet else _("the file has no records")
    hint = _("Write one record in each row below the headings.")
    if sheet:
        hint = _("Write one record in each row below the headings; the first visible sheet is the one that is read.")
    return DataError.because("table-empty", message, hint, file=file)


def _too_large(file: str, message: str, row: int | None = None) -> DataError:
    hint = _("Split the table, or delete what stands far outside it.")
    return DataError.because("table-too-large", message, hint, file=file, row=row)


def _damaged(file: str, message: str, row: int | None = None) -> DataError:
    hint = _("Open it in the program that made it and save it again; if that fails, take another copy.")
    return DataError.because("table-damaged", message, hint, file=file, row=row)


# --- CSV --------------------------------------------------------------------------------------------------------------

# By preference, where two divide the sample equally well: a heading has commas in it more often than semicolons.
DELIMITERS = ("\t", ";", ",")
SAMPLE_RECORDS = 30
# What Russian text in Windows-1251 holds. Anything else tells that the file is something other: UTF-8 with one broken
# byte, UTF-16, KZ-1048, a workbook under a false name.
_CP1251_TEXT = re.compile(r"[\t\n\r\x20-\x7eА-яЁёІі№«»„“”‘’‚–—…•·§°±©®\xa0\xad]*")


def _read_csv(file: str, content: bytes) -> Table:
    text = _decode(file, content)
    return _from_grid(file, "", _csv_grid(file, text, _delimiter(text)))


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
            if not all(map(_blank, record)):
                records.append(record)
            if len(records) == SAMPLE_RECORDS:
                break
    except csv.Error:
        pass  # the strict reading that follows says where
    heading = next((len(record) for record in records if sum(not _blank(cell) for cell in record) > 1), None)
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


# --- JSON -------------------------------------------------------------------------------------------------------------


def _read_json(file: str, content: bytes) -> Table:
    records = _json_records(file, content)
    problems = [_not_object(file, n, record) for n, record in enumerate(records, 1) if not isinstance(record, dict)]
    if problems:
        raise DataError(problems)
    rows = [_json_row(file, number, record, problems) for number, record in enumerate(records, 1)]
    if problems:
        raise DataError(problems)
    filled = [row for row in rows if row.cells]
    if not filled:
        raise _empty(file, "")
    keys = dict.fromkeys(key for record in records for key in record)
    return Table(file, "", tuple(Heading(key, "", None) for key in keys), filled)


def _json_row(file: str, number: int, record: Mapping[str, Any], problems: list[Problem]) -> Row:
    filled = {key: value for key, value in record.items() if value is not None and not _blank(value)}
    tidy = {key: _tidy(value, Where(file, key, number), problems) for key, value in filled.items()}
    return Row(number, {key: value for key, value in tidy.items() if value is not None})


def _json_records(file: str, content: bytes) -> list[Any]:
    problems: list[Problem] = []
    try:
        text = content.decode("utf-8-sig")
        found = json.loads(text, object_pairs_hook=partial(_object, file, problems), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        message = _("this is not JSON: {reason}, column {column}", reason=error.msg, column=error.colno)
        raise _damaged(file, message, error.lineno) from None
    except (ValueError, RecursionError):  # not UTF-8, NaN, a number of thousands of digits, brackets without end
        raise _damaged(file, _("this is not JSON that can be read")) from None
    if problems:
        raise DataError(problems)
    if isinstance(found, dict):
        found = found.get("records")
    if isinstance(found, list):
        return found
    raise DataError.because(
        "table-shape",
        _("this is not a list of records"),
        _('Write [{{…}}, {{…}}] or {{"records": [{{…}}, {{…}}]}}.'),
        file=file,
    )


def _object(file: str, problems: list[Problem], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    for key, count in Counter(key for key, _value in pairs).items():
        if count > 1:
            message = _("the key “{key}” stands {count} times in one record", key=key, count=count)
            problems.append(Problem("heading-twice", message, _("Keep one of them."), Where(file, key), key))
    return dict(pairs)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _not_object(file: str, number: int, record: Any) -> Problem:
    hint = _('Write it as {{"field": "value"}}.')
    shown = json.dumps(record)[:100]
    return Problem("record-shape", _("this is not a record of named values"), hint, Where(file, row=number), shown)


# --- XLSX -------------------------------------------------------------------------------------------------------------

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
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_STRICT = "http://purl.oclc.org/ooxml/"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _read_xlsx(file: str, content: bytes) -> Table:
    if content.startswith(_OLE):
        raise DataError.because(
            "table-locked",
            _("the workbook is locked with a password or is of the old .xls kind"),
            _("Save it as .xlsx without a password."),
            file=file,
        )
    sheet, grid = _open_xlsx(file, content)
    return _from_grid(file, sheet, _undamaged(file, grid))


def _open_xlsx(file: str, content: bytes) -> tuple[str, Grid]:
    """Return the title and the rows of the first visible sheet; the one place where openpyxl is touched."""
    try:
        formulas = _inspect(file, content)
        sheet = _visible_sheet(file, content, data_only=True)
        grid = _checked(sheet, _visible_sheet(file, content, data_only=False)) if formulas else _plain(sheet)
    except DAMAGE as error:
        raise _damaged(file, _("the workbook is damaged, or is no workbook at all")) from error
    return sheet.title, grid


def _undamaged(file: str, grid: Grid) -> Grid:
    """Give the rows of `grid`; what the libraries raise on the way becomes `table-damaged`."""
    try:
        yield from grid
    except DAMAGE as error:
        raise _damaged(file, _("the workbook is damaged")) from error


def _visible_sheet(file: str, content: bytes, data_only: bool) -> Any:
    import warnings

    from openpyxl import load_workbook

    # It warns of what it does not keep (drop-downs, themes), and of dates out of range, which come as #VALUE! and so
    # are refused.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False)
    sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None)
    if sheet is None:
        raise DataError.because(
            "sheet-missing", _("the workbook has no visible sheet"), _("Unhide the sheet with the records."), file=file
        )
    sheet.reset_dimensions()  # the sheet's own word on its size may be a lie, and rows would be lost
    return sheet


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
        return _Uncached()
    return _unescape(cell.value)


def _unescape(value: Any) -> Any:
    """Return text with `_x000D_` and the like made characters (ECMA-376 part 1, ST_Xstring); openpyxl leaves them."""
    if isinstance(value, str) and "_x00" in value:
        return re.sub(r"_x(00[01][0-9A-Fa-f])_", lambda match: chr(int(match[1], 16)), value)
    return value


def _inspect(file: str, content: bytes) -> bool:
    """Check a workbook before it is opened, and return whether its sheets have formulas.

    Refused are: unpacked sizes out of bounds, a DOCTYPE in any part (no workbook has one; it is how entity bombs come
    in), the Strict variant (openpyxl finds its sheets empty), and rows that go backwards (openpyxl drops them without a
    word).
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        # zipfile gives no more bytes of a part than its entry claims, so the claims bound what can come out.
        unpacked = sum(part.file_size for part in parts)
        bomb = unpacked > RATIO_COUNTS_FROM and unpacked > UNPACKED_RATIO * len(content)
        if unpacked > UNPACKED_BYTES or bomb or len(parts) > PARTS:
            raise _too_large(file, _("the workbook unpacks to {size} MB", size=unpacked >> 20))
        formulas = False
        for part in parts:
            with archive.open(part) as stream:
                formulas |= _Inspector(file).formulas_in(stream)
    return formulas


class _Inspector:
    """Reads one part of a workbook with expat: its beginning, and all of it if it is a sheet."""

    def __init__(self, file: str):
        self.file = file
        self.row = 0
        self.root = ""
        self.formulas = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._root

    def formulas_in(self, stream: IO[bytes]) -> bool:
        """Return whether the part is a sheet with formulas."""
        while chunk := stream.read(1 << 16):
            try:
                self.parser.Parse(chunk)
            except expat.ExpatError:
                if not self.root:
                    return False  # a picture or the like, not XML
                raise
            if self.root and self.root != _SHEET + "worksheet":
                return False
        return self.formulas

    def _doctype(self, *_declaration: object) -> None:
        raise _damaged(self.file, _("the workbook holds a DOCTYPE, which no workbook has"))

    def _root(self, name: str, _attributes: Mapping[str, str]) -> None:
        self.root = name
        if name.startswith(_STRICT):
            raise DataError.because(
                "table-strict",
                _("the workbook is saved as “Strict Open XML”"),
                _("Save it as “Excel workbook (.xlsx)”."),
                file=self.file,
            )
        self.parser.StartElementHandler = self._element if name == _SHEET + "worksheet" else None

    def _element(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == _SHEET + "row":
            row = int(float(attributes.get("r", self.row + 1)))
            if row <= self.row:
                raise _damaged(self.file, _("row {row} of a sheet stands after row {last}", row=row, last=self.row))
            if row > ROWS:
                raise _too_large(self.file, _("the table has more than {limit} rows", limit=ROWS), row)
            self.row = row
        elif name == _SHEET + "f":
            self.formulas = True


READERS: Mapping[str, Callable[[str, bytes], Table]] = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".xlsx": _read_xlsx,
    ".xlsm": _read_xlsx,
    ".json": _read_json,
}
