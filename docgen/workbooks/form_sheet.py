"""A form as a workbook that a clerk fills: headings with notes, drop-downs, typed cells, the sample in grey.

`docgen.inputs.workbook` and `docgen.tables` read back what is written here: a form of fields has one sheet with a row a record; a
form with rows has a sheet for its own fields and one for each list, in the order of the fields.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import TYPE_CHECKING

from docgen.errors import UsageError
from docgen.fields import Choice, Date, Field, Iin, Rows, Texts, WholeNumber, labels_of
from docgen.form import Form
from docgen.inputs.workbook import columns_of, sample_lines
from docgen.messages import _
from docgen.messages import language as speaking
from docgen.paint.docx.package import CORE, core_properties, pack, prepare, read_parts
from docgen.paint.info import volume_info
from docgen.record import sample_record
from docgen.tables.headings import meanings
from docgen.tables.sheets import SAMPLE

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

#: Rows under the heading that drop-downs and checks reach.
CHECKED_ROWS = 20_000
#: Longest name of a sheet, title and text of a message beside a cell (Excel's own limits).
NAME_LIMIT, TITLE_LIMIT, TEXT_LIMIT = 31, 32, 255
#: Of a column, in digits of the face at its size; and the height of a line, in points.
NARROWEST, WIDEST, LINE = 10, 30, 15
FACE = {"name": "Times New Roman", "size": 11}
#: The hidden sheet of what drop-downs offer.
OPTIONS = "_options"
#: Longest example in a note.
EXAMPLE = 200
GREY = "808080"
A4 = 9  # ST_PageSetup, paperSize

#: How the cells of a kind are formatted: all others are text, so that leading zeros stay.
FORMATS = {Date.kind: "dd.mm.yyyy", WholeNumber.kind: "0"}


def form_workbook(form: Form, language: str = "kk") -> bytes:
    """Return the workbook with headings in `language` (kk, ru, en); same form, same bytes.

    UsageError for a form whose rows lie deeper than a sheet shows.
    """
    with speaking(language):
        book = _book(form, language)
    content = io.BytesIO()
    book.save(content)
    parts = prepare(read_parts(content.getvalue(), form.id), form.id)
    return pack(parts | {CORE: core_properties(volume_info(form, None))})


def _book(form: Form, language: str) -> Workbook:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    if form.own_fields:
        _Sheet(book, form, form.id, form.own_fields, language).write([sample_record(form.own_fields)])
    for rows in form.rows:
        _check_depth(rows)
        _Sheet(book, form, rows.label[language], tuple(columns_of(rows)), language).write(sample_lines(rows))
    _hide_sample(book)
    if OPTIONS in book.sheetnames:
        book.move_sheet(OPTIONS, len(book.sheetnames))
    return book


def _hide_sample(book: Workbook) -> None:
    """Lay the sample by on hidden sheets: it is known by them even when the form has got another one since."""
    for number, page in enumerate([page for page in book.worksheets if page.title != OPTIONS], 1):
        hidden = book.create_sheet(f"{SAMPLE}{number}")
        hidden.sheet_state = "hidden"
        for row in page.iter_rows():
            for cell in row:
                copy = hidden.cell(cell.row, cell.column)
                _put(copy, cell.value)
                copy.number_format = cell.number_format


def _check_depth(rows: Rows) -> None:
    """UsageError for rows that `docgen.inputs.workbook` could not read back."""
    if len(rows.rows) > 1 or any(inner.rows for inner in rows.rows):
        message = _("the rows of “{name}” lie deeper than a sheet shows", name=rows.name)
        raise UsageError.because("sheet-too-deep", message, _("Start from: docgen forms sample FORM"), key=rows.name)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet as it is being written."""

    book: Workbook
    form: Form
    title: str
    fields: tuple[Field, ...]
    language: str
    sheet: Worksheet = field(init=False)

    def __post_init__(self) -> None:
        title = "".join(" " if letter in r"[]:*?/\'" else letter for letter in self.title)
        object.__setattr__(self, "sheet", self.book.create_sheet(" ".join(title[:NAME_LIMIT].split())))

    def write(self, rows: list[Mapping[str, object]]) -> None:
        for number, each in enumerate(self.fields, 1):
            values = [_cell_value(row.get(each.name)) for row in rows]
            self._write_heading(number, each, values)
            for line, value in enumerate(values, 2):
                self._write_sample(line, number, each, value)
        self._set_heights()
        self._set_up_page()

    def _write_heading(self, number: int, each: Field, values: list[object]) -> None:
        from openpyxl.comments import Comment
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
        from openpyxl.utils import get_column_letter

        heading = self._heading(each)
        cell = self.sheet.cell(1, number)
        _put(cell, heading)
        cell.font, cell.fill = Font(**FACE, bold=True), PatternFill("solid", fgColor="E4F1FA")
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        cell.border = Border(bottom=Side("thin"))
        cell.comment = Comment(note(each, next(filter(None, values), None)), "docgen", height=110, width=300)
        letter = get_column_letter(number)
        column = self.sheet.column_dimensions[letter]
        column.width = _width(heading, values)
        column.number_format = FORMATS.get(each.kind, "@")
        column.font = Font(**FACE)
        column.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
        check = CHECKS.get(type(each), _no_check)(self, each)
        if check is not None:
            check.allow_blank = check.showErrorMessage = check.showInputMessage = True
            check.promptTitle, check.prompt = heading[:TITLE_LIMIT], each.rule()[:TEXT_LIMIT]
            check.errorTitle, check.error = heading[:TITLE_LIMIT], _("Give: {rule}.", rule=each.rule())[:TEXT_LIMIT]
            check.add(f"{letter}2:{letter}{CHECKED_ROWS + 1}")
            self.sheet.add_data_validation(check)

    def _heading(self, each: Field) -> str:
        """Return the label, with a star where a value must be given; the field's name where a label can mean two fields."""
        label = each.label[self.language]
        heading = label if meanings([label], labels_of(self.fields))[label] == (each.name,) else each.name
        return heading if each.optional else f"{heading}\N{NO-BREAK SPACE}*"

    def _write_sample(self, line: int, number: int, each: Field, value: object) -> None:
        from openpyxl.styles import Alignment, Font

        cell = self.sheet.cell(line, number)
        _put(cell, value)
        cell.number_format = FORMATS.get(each.kind, "@")
        cell.font = Font(**FACE, color=GREY, italic=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")

    def _set_heights(self) -> None:
        """Give each row the height of its longest text: not every program does so when it opens a workbook."""
        for row in self.sheet.iter_rows():
            lines = [_line_count(cell.value, self.sheet.column_dimensions[cell.column_letter].width) for cell in row]
            self.sheet.row_dimensions[row[0].row].height = LINE * max(lines)

    def _set_up_page(self) -> None:
        sheet = self.sheet
        sheet.freeze_panes = "A2"
        sheet.print_title_rows, sheet.print_options.gridLines = "1:1", True
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.oddHeader.left.text = self.form.title[self.language][:200].replace("&", "&&")
        sheet.oddFooter.center.text = "&P / &N"

    def options_range(self, choice: Choice) -> str:
        """Write the options of a choice onto a hidden sheet, and return where they stand.

        Within the rule itself Excel takes 255 letters at most, and parts them at commas.
        """
        from openpyxl.utils import get_column_letter

        if OPTIONS not in self.book.sheetnames:
            self.book.create_sheet(OPTIONS).sheet_state = "hidden"
        hidden = self.book[OPTIONS]
        number = hidden.max_column + 1 if hidden["A1"].value else 1
        for line, option in enumerate(choice.options, 1):
            _put(hidden.cell(line, number), option)
        letter = get_column_letter(number)
        return f"{OPTIONS}!${letter}$1:${letter}${len(choice.options)}"


def note(each: Field, sample: object = None) -> str:
    """Return what is told beside a heading: the rule, an example, whether it may be left empty."""
    lines = [each.rule()]
    if isinstance(each, Texts):
        lines.append(_("each on a line of its own within the cell (Alt+Enter)"))
    example = sample or _cell_value(each.sample)
    if example is not None:
        example = f"{example:%d.%m.%Y}" if isinstance(example, date) else str(example)
        lines.append(_("example: {example}", example=example if len(example) <= EXAMPLE else example[: EXAMPLE - 1] + "…"))
    if each.optional:
        lines.append(_("may be left empty"))
    return "\n".join(lines)


def _cell_value(value: object) -> object:
    """Return a value as it stands in a cell: a list of texts with a line each."""
    if isinstance(value, list):
        return "\n".join(map(str, value)) or None
    return None if value == "" else value


def _put(cell: Cell, value: object) -> None:
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with = is no formula


def _width(heading: str, values: list[object]) -> float:
    """Return the width of a column: room for the longest word of the heading in bold, and for values up to WIDEST."""
    word = max(map(len, heading.split())) * 1.3
    texts = max((len(line) for value in values if isinstance(value, str) for line in value.splitlines()), default=0)
    return max(NARROWEST, word, min(WIDEST, max(texts + 2, len(heading) / 2)))


def _line_count(value: object, width: float) -> int:
    """Return how many lines a text takes in a column of this width."""
    lines = value.splitlines() if isinstance(value, str) else []
    return max(1, sum(ceil(len(line) * 1.15 / width) for line in lines))


def _choice_check(sheet: _Sheet, choice: Choice) -> DataValidation:
    from openpyxl.worksheet.datavalidation import DataValidation

    return DataValidation(type="list", formula1=sheet.options_range(choice))


def _date_check(_sheet: _Sheet, day: Date) -> DataValidation:
    """A warning that can be passed: docgen reads days typed as text too, where the machine does not know 06.02.2026."""
    from openpyxl.utils.datetime import to_excel
    from openpyxl.worksheet.datavalidation import DataValidation

    bounds = {"formula1": f"{to_excel(day.earliest):.0f}", "formula2": f"{to_excel(day.latest):.0f}"}
    return DataValidation(type="date", operator="between", errorStyle="warning", **bounds)


def _number_check(_sheet: _Sheet, number: WholeNumber) -> DataValidation:
    from openpyxl.worksheet.datavalidation import DataValidation

    return DataValidation(type="whole", operator="between", formula1=str(number.min), formula2=str(number.max))


def _iin_check(_sheet: _Sheet, _iin: Iin) -> DataValidation:
    from openpyxl.worksheet.datavalidation import DataValidation

    return DataValidation(type="textLength", operator="equal", formula1="12")


def _no_check(_sheet: _Sheet, _field: Field) -> None:
    return None


#: Kind of field → what a spreadsheet program checks while it is typed.
CHECKS = {Choice: _choice_check, Date: _date_check, WholeNumber: _number_check, Iin: _iin_check}
