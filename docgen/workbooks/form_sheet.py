"""A form as a workbook that a clerk fills: headings with notes, drop-downs, typed cells, the sample in grey.

`docgen.inputs.workbook` and `docgen.tables` read it back: a form of fields has one sheet with a row for each record; a form with
rows has a sheet for its own fields and one for each list, in the order of the fields.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import TYPE_CHECKING, Any

from docgen.errors import UsageError
from docgen.fields import CellRule, Field, Rows, labels_of
from docgen.form import Form
from docgen.inputs.workbook import columns_of, sample_lines
from docgen.messages import _
from docgen.messages import language as messages_in
from docgen.paint.docx.package import CORE, core_properties, pack, prepare, read_parts
from docgen.paint.info import volume_info
from docgen.record import sample_record
from docgen.tables.saving import as_excel_writes, set_up_page
from docgen.tables.sheets import SAMPLE
from docgen.tables.spellings import meanings
from docgen.workbooks.annotations import excel_number

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

#: How many rows below the heading have drop-downs and checks.
CHECKED_ROWS = 20_000
#: Longest name of a sheet, and longest title and text of a message at a cell (Excel's own limits).
NAME_LIMIT, TITLE_LIMIT, TEXT_LIMIT = 31, 32, 255
#: Width of a column, in digits of the face at its size; and the height of a line, in points.
NARROWEST, WIDEST, LINE = 10, 30, 15
FACE, SIZE = "Times New Roman", 11
#: The hidden sheet with the options of drop-downs.
OPTIONS = "_options"
#: Longest example in a note, in characters.
EXAMPLE = 200
GREY = "808080"


def form_workbook(form: Form, language: str = "kk") -> bytes:
    """Return the workbook with headings in `language` (kk, ru, en); the same form gives the same bytes.

    Raise UsageError for a form whose rows are nested deeper than a sheet can show.
    """
    with messages_in(language):
        book = _book(form, language)
    content = io.BytesIO()
    book.save(content)
    parts = as_excel_writes(prepare(read_parts(content.getvalue(), form.id), form.id))
    return pack(parts | {CORE: core_properties(volume_info(form, None))})


def _book(form: Form, language: str) -> Workbook:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    if own := tuple(each for each in form.own_fields if each.asked):
        _FormSheet(book, form, form.id, own, language).write([sample_record(own)])
    for rows in form.rows:
        _check_depth(rows)
        _FormSheet(book, form, rows.label[language], tuple(columns_of(rows)), language).write(sample_lines(rows))
    _hide_sample(book)
    if OPTIONS in book.sheetnames:
        book.move_sheet(OPTIONS, len(book.sheetnames))
    return book


def _hide_sample(book: Workbook) -> None:
    """Copy the sample to hidden sheets, by which it is recognised even if the form has another one later."""
    for number, page in enumerate([page for page in book.worksheets if page.title != OPTIONS], 1):
        hidden = book.create_sheet(f"{SAMPLE}{number}")
        hidden.sheet_state = "hidden"
        for row in page.iter_rows():
            for cell in row:
                copy = hidden.cell(cell.row, cell.column)
                _put(copy, cell.value)
                copy.number_format = cell.number_format


def _check_depth(rows: Rows) -> None:
    """Raise UsageError for rows that `docgen.inputs.workbook` could not read back."""
    if len(rows.rows) > 1 or any(inner.rows for inner in rows.rows):
        message = _("the rows of “{name}” lie deeper than a sheet shows", name=rows.name)
        raise UsageError.because("sheet-too-deep", message, _("Start from: docgen forms sample FORM"), key=rows.name)


@dataclass(frozen=True, slots=True)
class _FormSheet:
    """One sheet while it is written."""

    book: Workbook
    form: Form
    title: str
    fields: tuple[Field, ...]
    language: str
    sheet: Worksheet = field(init=False)

    def __post_init__(self) -> None:
        title = "".join(" " if letter in r"[]:*?/\'" else letter for letter in self.title)
        object.__setattr__(self, "sheet", self.book.create_sheet(" ".join(title[:NAME_LIMIT].split())))

    def write(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Write the headings and the rows of the sample, and set up columns and page."""
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
        cell.font, cell.fill = Font(FACE, SIZE, bold=True), PatternFill("solid", fgColor="E4F1FA")
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        cell.border = Border(bottom=Side("thin"))
        cell.comment = Comment(note(each, next(filter(None, values), None)), "docgen", height=110, width=300)
        letter = get_column_letter(number)
        column = self.sheet.column_dimensions[letter]
        column.width = _width(heading, values)
        column.number_format = each.number_format
        column.font = Font(FACE, SIZE)
        column.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
        if (rule := each.cell_rule()) is not None:
            check = self._validation(rule)
            check.allow_blank = check.showErrorMessage = check.showInputMessage = True
            check.promptTitle, check.prompt = heading[:TITLE_LIMIT], each.rule()[:TEXT_LIMIT]
            check.errorTitle, check.error = heading[:TITLE_LIMIT], _("Give: {rule}.", rule=each.rule())[:TEXT_LIMIT]
            check.add(f"{letter}2:{letter}{CHECKED_ROWS + 1}")
            self.sheet.add_data_validation(check)

    def _heading(self, each: Field) -> str:
        """Return the label, or the field's name if the label can mean two fields; with a star if a value must be given."""
        label = each.label[self.language]
        heading = label if meanings([label], labels_of(self.fields))[label] == (each.name,) else each.name
        return heading if each.optional else f"{heading}\N{NO-BREAK SPACE}*"

    def _write_sample(self, line: int, number: int, each: Field, value: object) -> None:
        from openpyxl.styles import Alignment, Font

        cell = self.sheet.cell(line, number)
        _put(cell, value)
        cell.number_format = each.number_format
        cell.font = Font(FACE, SIZE, color=GREY, italic=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")

    def _set_heights(self) -> None:
        """Set the height of each row to that of its longest text; not every program does so."""
        widths = [column.width for column in self.sheet.column_dimensions.values()]
        for number, row in enumerate(self.sheet.iter_rows(), 1):
            lines = [_line_count(cell.value, width) for cell, width in zip(row, widths, strict=True)]
            self.sheet.row_dimensions[number].height = LINE * max(lines)

    def _set_up_page(self) -> None:
        sheet = self.sheet
        sheet.freeze_panes = "A2"
        sheet.print_options.gridLines = True
        set_up_page(sheet, 1)
        header, footer = sheet.oddHeader, sheet.oddFooter
        assert header is not None  # every sheet that openpyxl creates has both
        assert footer is not None
        header.left.text = self.form.title[self.language][:200].replace("&", "&&")
        footer.center.text = "&P / &N"

    def _validation(self, rule: CellRule) -> DataValidation:
        """Return what a spreadsheet program checks in a column, and for a list what it offers."""
        from openpyxl.worksheet.datavalidation import DataValidation

        if rule.type == "list":
            return DataValidation(type="list", formula1=self._options_range(rule.values))
        operands = [f"{excel_number(value):.0f}" if isinstance(value, date) else str(value) for value in rule.values]
        settings: dict[str, Any] = {"type": rule.type, "operator": rule.operator}
        settings |= zip(("formula1", "formula2"), operands, strict=False)
        settings |= {"errorStyle": "warning"} if rule.is_warning else {}
        return DataValidation(**settings)

    def _options_range(self, options: Sequence[object]) -> str:
        """Write options onto a hidden sheet, and return the range of their cells.

        Within the rule itself Excel allows 255 characters and separates options at commas.
        """
        from openpyxl.utils import get_column_letter

        if OPTIONS not in self.book.sheetnames:
            self.book.create_sheet(OPTIONS).sheet_state = "hidden"
        hidden = self.book[OPTIONS]
        number = hidden.max_column + 1 if hidden["A1"].value else 1
        for line, option in enumerate(options, 1):
            _put(hidden.cell(line, number), option)
        letter = get_column_letter(number)
        return f"{OPTIONS}!${letter}$1:${letter}${len(options)}"


def note(each: Field, sample: object = None) -> str:
    """Return the note of a heading: the rule, an example, whether the cell may be left empty."""
    lines = [each.rule()]
    if hint := each.cell_note():
        lines.append(hint)
    example = sample or _cell_value(each.sample)
    if example is not None:
        example = f"{example:%d.%m.%Y}" if isinstance(example, date) else str(example)
        lines.append(_("example: {example}", example=example if len(example) <= EXAMPLE else example[: EXAMPLE - 1] + "…"))
    if each.optional:
        lines.append(_("may be left empty"))
    return "\n".join(lines)


def _cell_value(value: object) -> object:
    """Return a value as a cell has it: a list of texts as one line each."""
    if isinstance(value, list):
        return "\n".join(map(str, value)) or None
    return None if value == "" else value


def _put(cell: Any, value: object) -> None:
    """Put a value into a cell, a text always as text."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with = is no formula


def _width(heading: str, values: list[object]) -> float:
    """Return the width of a column: for the longest word of the heading in bold, and for values up to WIDEST."""
    word = max(map(len, heading.split())) * 1.3
    texts = max((len(line) for value in values if isinstance(value, str) for line in value.splitlines()), default=0)
    return max(NARROWEST, word, min(WIDEST, max(texts + 2, len(heading) / 2)))


def _line_count(value: object, width: float) -> int:
    """Return the number of lines of a text in a column of this width."""
    lines = value.splitlines() if isinstance(value, str) else []
    return max(1, sum(ceil(len(line) * 1.15 / width) for line in lines))
