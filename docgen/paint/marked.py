"""A copy of a table in which the cells with problems are coloured and carry a note: a workbook to correct, and to read again.

A workbook keeps its formatting and its other sheets as far as openpyxl keeps them; of any other table a workbook is made, its
rows numbered as in the file. Beside the last heading a column tells the problems of each row, to filter by; `docgen.tables`
passes it over.
"""

from __future__ import annotations

import io
import json
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.errors import DataError, Problem, UsageError, Where, visible
from docgen.files import whole_file
from docgen.messages import _
from docgen.tables import OWN_COLUMNS, Table
from docgen.tables.saving import saved

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

RED, DARK_RED = "FFC7CE", "9C0006"
#: More notes than these make a workbook that programs open slowly; the column tells all problems.
NOTES = 5_000
TEXT_LIMIT = 32_000  # characters of a cell (Excel's own limit is 32,767)
UNPACKED_BYTES = 256 << 20
WIDTH = 60  # of the added column, in digits of the face at its size
LINE = 15  # of a row, in points
NOTE_SIZE = (320, 120)  # width and height, in pixels
COPIED = (".xlsx", ".xlsm")

NO_HEADINGS: Mapping[str, str] = {}

#: Row → column letters ("" for the row as a whole) → its problems.
Marks = Mapping[int, Mapping[str, list[Problem]]]


def check_output(table: Path, output: Path) -> None:
    """UsageError for an output that is no .xlsx or is the table itself, which would be lost."""
    if output.suffix.lower() != ".xlsx":
        message = _("the checked copy is a workbook")
        raise UsageError.because("output-not-xlsx", message, _("Give a name that ends in .xlsx."), file=str(output))
    if output.exists() and table.exists() and output.samefile(table):
        message = _("this is the table itself, which is not written over")
        raise UsageError.because("output-is-input", message, _("Give the copy another name."), file=str(output))


def write_marked(table: Table, problems: Iterable[Problem], output: Path, headings: Mapping[str, str] = NO_HEADINGS) -> None:
    """Write the copy of `table` with `problems` marked, whole or not at all; `headings` tells which heading holds a field.

    DataError for a workbook that is too large to be copied, or that openpyxl cannot read.
    """
    marks = _marks(problems, {name: table.where(None, heading).column for name, heading in headings.items()})
    source = Path(table.file)
    with whole_file(output) as temporary, redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl does not keep
        book = _marked_copy(table, marks) if source.suffix.lower() in COPIED else _made(table, marks)
        temporary.write_bytes(saved(book))


def _marks(problems: Iterable[Problem], columns: Mapping[str, str]) -> Marks:
    """Return the problems by row and column; one of several fields, such as a line that is too long, is marked at each."""
    marks: dict[int, dict[str, list[Problem]]] = {}
    for problem in problems:
        if not problem.where.row:
            continue
        several = [columns[name] for name in problem.where.key.split(", ") if name in columns]
        for column in [problem.where.column] if problem.where.column else several or [""]:
            marks.setdefault(problem.where.row, {}).setdefault(column, []).append(problem)
    return marks


# --- a workbook, copied -------------------------------------------------------------------------------------------------


def _marked_copy(table: Table, marks: Marks) -> Any:
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment

    book = _opened(table.file)
    sheet = book[table.sheet]
    added = _added_column(table, sheet)
    _add_heading(sheet, table, added)
    room = NOTES
    for row, columns in marks.items():
        for column, problems in columns.items():
            cell = sheet[f"{column}{row}"] if column else None
            if cell is None:
                continue
            cell.fill = _fill()
            if room > 0 and not isinstance(cell, MergedCell):
                before = f"\n\n{cell.comment.text}" if cell.comment else ""
                cell.comment = _note(Comment, problems, before)
                room -= 1
        if row != table.headings[0].row:
            text = _row_text(columns)
            _set_text(sheet.cell(row, added), text)
            sheet.row_dimensions[row].height = max(sheet.row_dimensions[row].height or 0, _height(text))
    return book


def _opened(file: str) -> Any:
    from openpyxl import load_workbook

    with zipfile.ZipFile(file) as archive:
        if sum(part.file_size for part in archive.infolist()) > UNPACKED_BYTES:
            hint = _("Run docgen check without -o, or split the table.")
            raise DataError.because("workbook-too-large", _("the workbook is too large to be copied"), hint, file=file)
    try:
        return load_workbook(file, keep_links=False)
    except (LookupError, ValueError, TypeError, AttributeError, SyntaxError, OSError, zipfile.BadZipFile) as error:
        message = _("the workbook cannot be copied: something in it is damaged")
        hint = _("Open it in Excel or LibreOffice and save it again, then run the command again.")
        raise DataError.because("workbook-not-copied", message, hint, file=file) from error


def _added_column(table: Table, sheet: Worksheet) -> int:
    """Return the number of the column to write problems into: that of an earlier check, else the first beyond all values."""
    from openpyxl.utils import column_index_from_string

    earlier = [heading.column for heading in table.headings if heading.text.startswith(OWN_COLUMNS)]
    if earlier:
        column = column_index_from_string(earlier[0])
        for row in range((table.headings[0].row or 0) + 1, sheet.max_row + 1):
            sheet.cell(row, column).value = None
        return column
    filled = [problem.where.column for problem in table.problems] + [heading.column for heading in table.headings]
    return 1 + max(map(column_index_from_string, filled))


def _add_heading(sheet: Worksheet, table: Table, column: int) -> None:
    """Head the added column, and let the rows be filtered, unless the sheet has a filter or a table of its own."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    heading, letter = sheet.cell(table.headings[0].row, column), get_column_letter(column)
    _set_text(heading, _heading())
    heading.font = Font(bold=True, color=DARK_RED)
    heading.alignment = Alignment(vertical="top")
    sheet.column_dimensions[letter].width = WIDTH
    if not sheet.auto_filter.ref and not sheet.tables:
        first = min(table.headings, key=lambda each: (len(each.column), each.column)).column
        sheet.auto_filter.ref = f"{first}{table.headings[0].row}:{letter}{max(table.numbers, default=table.headings[0].row)}"


# --- a workbook, made of another table ----------------------------------------------------------------------------------


def _made(table: Table, marks: Marks) -> Any:
    """Return a workbook of the table: rows under their own numbers, a list of JSON one further down, below its headings."""
    from openpyxl import Workbook
    from openpyxl.utils import column_index_from_string, get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", table.sheet)[:31].strip("' ") or "1")
    has_cells = table.headings[0].row is not None
    kept = [(index, heading) for index, heading in enumerate(table.headings) if not heading.text.startswith(OWN_COLUMNS)]
    columns = {index: column_index_from_string(heading.column) if has_cells else index + 1 for index, heading in kept}
    letters = {heading.text: get_column_letter(columns[index]) for index, heading in reversed(kept)}
    at, shift = table.headings[0].row or 1, 0 if has_cells else 1
    added = 1 + max(columns.values())
    sheet.column_dimensions[get_column_letter(added)].width = WIDTH
    sheet.auto_filter.ref = f"A{at}:{get_column_letter(added)}{max(table.numbers, default=at) + shift}"
    writer = _Writer(sheet, columns, added)
    writer.write(at, {index: heading.text for index, heading in kept}, marks.get(at if has_cells else 0, {}), _heading())
    for number, values in zip(table.numbers, table.values, strict=True):
        found = _under_letters(marks.get(number, {}), letters)
        bad = {index: found[letter][0].value for index, letter in _letters_of(columns) if letter in found}
        held = {index: value for index, value in enumerate(values) if index in columns and value is not None}
        writer.write(number + shift, bad | held, found, _row_text(found) if found else "")
    return book


def _letters_of(columns: Mapping[int, int]) -> Iterator[tuple[int, str]]:
    from openpyxl.utils import get_column_letter

    return ((index, get_column_letter(column)) for index, column in columns.items())


def _under_letters(marks: Mapping[str, list[Problem]], letters: Mapping[str, str]) -> Mapping[str, list[Problem]]:
    """Return the problems of a row by column letters; JSON has none, there the key or the label tells the column."""
    found: dict[str, list[Problem]] = {}
    for column, problems in marks.items():
        for problem in problems:
            letter = column or letters.get(problem.where.label) or letters.get(problem.where.key, "")
            found.setdefault(letter, []).append(problem)
    return found


class _Writer:
    """Writes the rows of a sheet downwards."""

    def __init__(self, sheet: Any, columns: Mapping[int, int], added: int):
        self.sheet, self.columns, self.added = sheet, columns, added
        self._next, self._room = 1, NOTES
        self._letters = dict(_letters_of(columns))

    def write(self, number: int, values: Mapping[int, Any], marks: Mapping[str, list[Problem]], told: str) -> None:
        """Write one row, its cells with problems coloured and noted, what is told of it in the added column."""
        while self._next < number:
            self.sheet.append([])
            self._next += 1
        cells: list[Any] = [None] * (self.added - 1)
        for index, column in self.columns.items():
            problems = marks.get(self._letters[index], [])
            if index in values or problems:
                cells[column - 1] = self._cell(values.get(index), problems)
        if marks and told:
            self.sheet.row_dimensions[number].height = _height(told)
        self.sheet.append([*cells, self._cell(told, ()) if told else None])
        self._next += 1

    def _cell(self, value: Any, problems: Iterable[Problem]) -> Any:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.comments import Comment

        cell = WriteOnlyCell(self.sheet)
        if isinstance(value, (str, list, dict)):
            _set_text(cell, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))
            cell.number_format = "@"
        else:
            cell.value = value
            if isinstance(value, date):
                cell.number_format = "dd.mm.yyyy" if not isinstance(value, datetime) else "dd.mm.yyyy hh:mm"
        if problems:
            cell.fill = _fill()
            if self._room > 0:
                cell.comment = _note(Comment, problems)
                self._room -= 1
        return cell


# --- what both have -----------------------------------------------------------------------------------------------------


def _heading() -> str:
    return f"{OWN_COLUMNS} {_('problems')}"


def _row_text(columns: Mapping[str, list[Problem]]) -> str:
    return "\n".join(dict.fromkeys(_in_words(problem) for problems in columns.values() for problem in problems))


def _height(text: str) -> float:
    """Return the height in points of a row that shows all lines of `text`: programs do not see to it in every file."""
    return LINE * sum(1 + max(len(line) - 1, 0) // WIDTH for line in text.split("\n"))


def _in_words(problem: Problem) -> str:
    """Return a problem as it is told within its row: by the heading, without file and cell."""
    return str(replace(problem, hint="", where=Where(key=problem.where.label or problem.where.key)))


def _note(kind: type, problems: Iterable[Problem], before: str = "") -> Any:
    texts = (f"{problem.message}\n{problem.hint}".strip() for problem in problems)
    note = kind(_printable("\n\n".join(texts) + before), "docgen")
    note.width, note.height = NOTE_SIZE
    return note


def _set_text(cell: Cell, text: str) -> None:
    """Put a text into a cell as text, whatever it begins with."""
    cell.value = _printable(text)
    cell.data_type = "s"


def _printable(text: str) -> str:
    """Return the text as a cell can hold it: signs that cannot be seen written out, not longer than a cell."""
    return text[:TEXT_LIMIT] if text.isprintable() else visible(text)[:TEXT_LIMIT]


@lru_cache(maxsize=1)
def _fill() -> Any:
    from openpyxl.styles import PatternFill

    return PatternFill("solid", fgColor=RED)
