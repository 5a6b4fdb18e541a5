"""A copy of a table whose cells with problems are coloured and have a note: a workbook to correct and to read again.

A workbook keeps its formatting and other sheets as far as openpyxl keeps them; a large one, and any other table, is rebuilt
from its values, each row at its number. After the last heading a column lists the problems of each row, to filter by;
`docgen.tables` ignores it.
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
from docgen.errors import Problem, UsageError, Where
from docgen.files import PRIVATE, disk_errors, whole_file
from docgen.messages import _
from docgen.tables import OWN_COLUMNS, RecordTable
from docgen.tables.saving import saved, set_up_page
from docgen.workbooks.annotations import (
    DARK_RED,
    NOTES,
    WIDTH,
    ProblemsByCell,
    height,
    in_words,
    note,
    own_heading,
    printable,
    problem_fill,
    problems_by_cell,
    proposal_of,
)
from docgen.workbooks.formula_values import are_outdated, with_formula_values
from docgen.workbooks.rebuilt_copy import write_rebuilt

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

#: Suffixes of workbooks that openpyxl copies.
COPIED = (".xlsx", ".xlsm")
#: Most unpacked bytes of a workbook that is copied: openpyxl needs some twenty times as much memory.
COPIED_BYTES = 16 << 20

NO_HEADINGS: Mapping[str, str] = {}


def check_output(table: Path, output: Path) -> None:
    """Raise UsageError for an output that is no .xlsx, or is the table itself, which would be lost."""
    if output.suffix.lower() != ".xlsx":
        message = _("the checked copy is a workbook")
        raise UsageError.because("output-not-xlsx", message, _("Give a name that ends in .xlsx."), file=str(output))
    with disk_errors(output):
        is_table = output.exists() and os.path.exists(table) and output.samefile(table)
    if is_table:
        message = _("this is the table itself, which is never overwritten")
        raise UsageError.because("output-is-input", message, _("Give the copy another name."), file=str(output))


def write_checked_copy(
    table: RecordTable,
    problems: Iterable[Problem],
    output: Path,
    headings: Mapping[str, str] = NO_HEADINGS,
    with_proposals: bool = False,
) -> list[Problem]:
    """Write the copy of `table` with its `problems`, whole or not at all; `headings` has the heading of each field.

    `with_proposals` writes what was probably meant into the cells whose problems propose one thing, to be accepted.
    Return notes on what the copy loses. A workbook that openpyxl cannot read, though its table was read, is rebuilt as well.
    """
    by_cell = problems_by_cell(problems, {name: table.where(None, heading).column for name, heading in headings.items()})
    is_workbook = Path(table.file).suffix.lower() in COPIED
    is_copied = is_workbook and _size(table.file) <= COPIED_BYTES
    with whole_file(output, PRIVATE) as temporary, redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what openpyxl does not keep
        content = _copied(table, by_cell, with_proposals) if is_copied else None
        if content is None:
            write_rebuilt(table, by_cell, temporary, with_proposals)
        else:
            temporary.write_bytes(content)
    return [_values_alone(output, is_large=not is_copied)] if is_workbook and content is None else []


def _copied(table: RecordTable, by_cell: ProblemsByCell, with_proposals: bool) -> bytes | None:
    """Return the workbook of a table with its problems, and with the values of its formulas where they are not out of date.

    None where openpyxl cannot read it: a part whose name is written in another case, or something damaged outside the table.
    """
    if (opened := _opened(table.file)) is None:
        return None
    book, is_outdated = _annotated(table, opened, by_cell, with_proposals), are_outdated(table.file)
    book.calculation.fullCalcOnLoad = is_outdated
    return saved(book) if is_outdated else with_formula_values(saved(book), book, table.file)


def _values_alone(output: Path, *, is_large: bool) -> Problem:
    message = _("the workbook is large: the copy has the values of its table alone, without looks, formulas and other sheets")
    if not is_large:
        message = _("the copy has the values of the table alone, without looks, formulas and other sheets: not all could be read")
    return Problem("copy-values-alone", message, where=Where(file=str(output)))


def _size(file: str) -> int:
    """Return the unpacked size of a workbook in bytes."""
    with zipfile.ZipFile(file) as archive:
        return sum(part.file_size for part in archive.infolist())


def _annotated(table: RecordTable, book: Workbook, by_cell: ProblemsByCell, with_proposals: bool) -> Workbook:
    """Return the workbook of a table with its problems coloured, noted and listed in the added column."""
    from openpyxl.cell.cell import MergedCell

    sheet: Worksheet = book[table.sheet]
    added = _added_column(table, sheet)
    _add_heading(sheet, table, added)
    _hold_texts(sheet, table)
    if sheet.print_title_rows is None:  # nobody has set the sheet up for print
        set_up_page(sheet, table.headings[0].row or 1)
    notes_left = NOTES
    for row, columns in by_cell.items():
        for column, problems in columns.items():
            if not column:
                continue
            cell: Cell | MergedCell = sheet[f"{column}{row}"]
            is_single = not isinstance(cell, MergedCell)
            proposal = proposal_of(problems) if with_proposals and is_single else ""
            cell.fill = problem_fill(bool(proposal))
            if proposal:
                cell.number_format = "@"
                _set_text(sheet, row, int(cell.column or 0), proposal)
            if notes_left > 0 and not isinstance(cell, MergedCell):
                cell.comment = note(problems, f"\n\n{cell.comment.text}" if cell.comment else "", proposal)
                notes_left -= 1
        if row not in table.heading_rows:
            text = in_words(columns)
            _set_text(sheet, row, added, text)
            sheet.row_dimensions[row].height = max(sheet.row_dimensions[row].height or 0, height(text))
    return book


def _hold_texts(sheet: Worksheet, table: RecordTable) -> None:
    """Let what is typed over a text stay text: 00401 would become the number 401 in a cell of the general format.

    So do the empty cells of a column of texts alone.
    """
    for index, heading in enumerate(table.headings):
        if not heading.column:
            continue
        values = [row[index] if index < len(row) else None for row in table.values]
        is_text = all(isinstance(value, str) for value in values if value is not None)
        for number, value in zip(table.numbers, values, strict=True):
            cell = sheet[f"{heading.column}{number}"]
            holds = isinstance(value, str) if value is not None else is_text
            if holds and cell.number_format == "General" and cell.data_type != "f":
                cell.number_format = "@"


def _opened(file: str) -> Workbook | None:
    """Return the workbook in a file, None if openpyxl cannot read it."""
    from openpyxl import load_workbook

    try:
        return load_workbook(file, keep_links=False)
    except (*DAMAGE, TypeError, AttributeError, SyntaxError):
        return None


def _added_column(table: RecordTable, sheet: Worksheet) -> int:
    """Return the number of the column for problems: that of an earlier check, else the first after all values."""
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
    """Write the heading of the added column, and add a filter unless the sheet has one or a table."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    row, letter = table.headings[0].row or 1, get_column_letter(column)
    _set_text(sheet, row, column, own_heading())
    heading = sheet.cell(row, column)
    heading.font = Font(bold=True, color=DARK_RED)
    heading.alignment = Alignment(vertical="top")
    sheet.column_dimensions[letter].width = WIDTH
    if not sheet.auto_filter.ref and not sheet.tables:
        first = min(table.headings, key=lambda each: (len(each.column), each.column)).column
        last = max(table.heading_rows, default=row)
        sheet.auto_filter.ref = f"{first}{last}:{letter}{max(table.numbers, default=last)}"


def _set_text(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """Put a text into a cell as text, whatever it begins with."""
    cell: Any = sheet.cell(row, column)  # a merged cell is refused by openpyxl itself
    cell.value = printable(text)
    cell.data_type = "s"
