"""A copy of a table in which the cells with problems are coloured and carry a note: a workbook to correct, and to read again.

A workbook keeps its formatting and its other sheets as far as openpyxl keeps them; of a large one, and of any other table, a
workbook is made of the values, its rows numbered as in the file. Beside the last heading a column tells the problems of each
row, to filter by; `docgen.tables` passes it over.
"""

from __future__ import annotations

import io
import os
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.archives import DAMAGE
from docgen.errors import DataError, Problem, UsageError, Where
from docgen.files import disk_errors, whole_file
from docgen.messages import _
from docgen.tables import OWN_COLUMNS, RecordTable
from docgen.tables.saving import saved
from docgen.workbooks.annotations import (
    DARK_RED,
    NOTES,
    WIDTH,
    Marks,
    height,
    in_words,
    marked_fill,
    marks_of,
    note,
    own_heading,
    printable,
)
from docgen.workbooks.rebuilt_copy import write_made

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

COPIED = (".xlsx", ".xlsm")
#: A workbook of more unpacked bytes than these is not copied: openpyxl holds some twenty times as much in memory.
COPIED_BYTES = 16 << 20

NO_HEADINGS: Mapping[str, str] = {}


def check_output(table: Path, output: Path) -> None:
    """UsageError for an output that is no .xlsx or is the table itself, which would be lost."""
    if output.suffix.lower() != ".xlsx":
        message = _("the checked copy is a workbook")
        raise UsageError.because("output-not-xlsx", message, _("Give a name that ends in .xlsx."), file=str(output))
    with disk_errors(output):
        is_table = output.exists() and os.path.exists(table) and output.samefile(table)
    if is_table:
        message = _("this is the table itself, which is not written over")
        raise UsageError.because("output-is-input", message, _("Give the copy another name."), file=str(output))


def write_marked(
    table: RecordTable, problems: Iterable[Problem], output: Path, headings: Mapping[str, str] = NO_HEADINGS
) -> list[Problem]:
    """Write the copy of `table` with `problems` marked, whole or not at all; `headings` tells which heading holds a field.

    Return notes of what the copy does not keep. DataError for a workbook that openpyxl cannot read.
    """
    marks = marks_of(problems, {name: table.where(None, heading).column for name, heading in headings.items()})
    is_workbook = Path(table.file).suffix.lower() in COPIED
    is_copied = is_workbook and _size(table.file) <= COPIED_BYTES
    with whole_file(output) as temporary, redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl does not keep
        if is_copied:
            temporary.write_bytes(saved(_marked_copy(table, marks)))
        else:
            write_made(table, marks, temporary)
    return [_values_alone(output)] if is_workbook and not is_copied else []


def _values_alone(output: Path) -> Problem:
    message = _("the workbook is large: the copy has the values of its table alone, without looks, formulas and other sheets")
    return Problem("copy-values-alone", message, where=Where(file=str(output)))


def _size(file: str) -> int:
    """Return how many bytes a workbook holds, unpacked."""
    with zipfile.ZipFile(file) as archive:
        return sum(part.file_size for part in archive.infolist())


def _marked_copy(table: RecordTable, marks: Marks) -> Any:
    from openpyxl.cell.cell import MergedCell

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
            cell.fill = marked_fill()
            if room > 0 and not isinstance(cell, MergedCell):
                cell.comment = note(problems, f"\n\n{cell.comment.text}" if cell.comment else "")
                room -= 1
        if row != table.headings[0].row:
            text = in_words(columns)
            _set_text(sheet.cell(row, added), text)
            sheet.row_dimensions[row].height = max(sheet.row_dimensions[row].height or 0, height(text))
    return book


def _opened(file: str) -> Any:
    from openpyxl import load_workbook

    try:
        return load_workbook(file, keep_links=False)
    except (*DAMAGE, TypeError, AttributeError, SyntaxError) as error:
        message = _("the workbook cannot be copied: something in it is damaged")
        hint = _("Open it in Excel or LibreOffice and save it again, then run the command again.")
        raise DataError.because("workbook-not-copied", message, hint, file=file) from error


def _added_column(table: RecordTable, sheet: Worksheet) -> int:
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


def _add_heading(sheet: Worksheet, table: RecordTable, column: int) -> None:
    """Head the added column, and let the rows be filtered, unless the sheet has a filter or a table of its own."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    heading, letter = sheet.cell(table.headings[0].row, column), get_column_letter(column)
    _set_text(heading, own_heading())
    heading.font = Font(bold=True, color=DARK_RED)
    heading.alignment = Alignment(vertical="top")
    sheet.column_dimensions[letter].width = WIDTH
    if not sheet.auto_filter.ref and not sheet.tables:
        first = min(table.headings, key=lambda each: (len(each.column), each.column)).column
        sheet.auto_filter.ref = f"{first}{table.headings[0].row}:{letter}{max(table.numbers, default=table.headings[0].row)}"


def _set_text(cell: Cell, text: str) -> None:
    """Put a text into a cell as text, whatever it begins with."""
    cell.value = printable(text)
    cell.data_type = "s"
