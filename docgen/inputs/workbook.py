"""A workbook as one nested record: the first sheet holds the form's own fields, each further one a list of its rows.

The first sheet has a heading row over one row of values; a list of texts is in one cell, a text a line. A sheet of rows is
named after its field or label, or comes in the fields' order. Where rows hold rows again (a task and its functions), their
columns are side by side: a line that repeats the outer values or leaves them empty continues the same outer row.

While every line is the form's sample, the sample is the record; among other lines it is left out (`docgen.inputs.sample_rows`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from docgen import tables
from docgen.errors import DataError, Problem, Where
from docgen.fields import Field, Rows, labels_of
from docgen.form import Form
from docgen.form.lexicon import NO_LEXICON, Lexicon
from docgen.inputs.full_names import with_names_apart
from docgen.inputs.sample_rows import SampleRows, left_out_note
from docgen.inputs.sources import RecordInput
from docgen.messages import _
from docgen.record import sample_record
from docgen.tables import File

Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one sheet under the names of fields."""

    table: tables.RecordTable
    #: Field → the heading that holds it.
    headings: Mapping[str, str]
    sample: SampleRows
    #: Part of a full name → its place in a line, behind the values under the headings.
    parts_of_names: Mapping[str, int] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[int, Values]]:
        parts = self.parts_of_names
        columns = {heading: name for name, heading in self.headings.items() if name not in parts}
        for line, values in zip(self.table, self.table.values, strict=True):
            found: Values = {columns[heading]: value for heading, value in line.cells.items() if heading in columns}
            yield line.number, found | {name: values[at] for name, at in parts.items() if values[at] is not None}

    def where(self, number: int | None, name: str = "") -> Where:
        """Return the place of a field's cell in a line, or of the line."""
        return self.table.where(number, self.headings.get(name, ""))


def read_workbook(form: Form, file: File, choice: tables.ColumnChoice = tables.NO_CHOICE) -> RecordInput | None:
    """Return the record in a workbook of several sheets; None when it has one sheet alone, which is then a table of rows.

    Raise DataError for a sheet that cannot be read, a first sheet of more than one record, or a sheet that belongs to no field.
    """
    first, *others = tables.read_sheets(file)
    if not others:
        return None
    own = form.own_fields
    lists = {rows.name: rows for rows in form.rows}
    sheets = {"": read_lines(own, first, SampleRows(own, [sample_record(form.fields)], first), choice, form.lexicon)}
    for number, table in enumerate(others):
        rows = _field_of(table, lists, number)
        sample = SampleRows(columns_of(rows), sample_lines(rows), table)
        sheets[rows.name] = read_lines(columns_of(rows), table, sample, choice, form.lexicon)
    record = RecordInput(file=str(file), folder=file.parent if isinstance(file, Path) else None)
    record.left_out += [note for lines in sheets.values() for note in lines.table.notes]
    of_sample = {name: _of_sample(lists.get(name), lines) for name, lines in sheets.items()}
    is_sample = all(map(all, of_sample.values()))
    _add_own(record, sheets.pop(""), is_sample)
    for name, lines in sheets.items():
        _add_rows(record, lists[name], lines, [each and not is_sample for each in of_sample[name]])
    return record


def columns_of(rows: Rows) -> list[Field]:
    """Return the fields that are side by side on a sheet of rows: its own, then those of the rows within it."""
    return [*rows.own_fields, *(field for inner in rows.rows[:1] for field in inner.fields)]


def sample_lines(rows: Rows) -> list[Values]:
    """Return the sample of rows as lines of a sheet; a row with rows within it is repeated for each of them."""
    inner = rows.rows[0] if rows.rows else None
    lines = []
    for row in rows.sample if isinstance(rows.sample, list) else []:
        own = {name: value for name, value in row.items() if not inner or name != inner.name}
        lines += [own | within for within in (inner and row.get(inner.name)) or [{}]]
    return lines


def read_lines(
    fields: Iterable[Field],
    table: tables.RecordTable,
    sample: SampleRows,
    choice: tables.ColumnChoice = tables.NO_CHOICE,
    lexicon: Lexicon = NO_LEXICON,
) -> Lines:
    """Return the lines of a sheet by field; raise DataError for its headings, and for cells that cannot be used."""
    choice = choice.within(table)
    labels = labels_of(fields)
    columns = tables.columns(table, labels, choice, lexicon=lexicon)
    table = replace(table, notes=(*table.notes, *tables.counters(table, labels, columns, choice, lexicon)))
    table, strays = tables.without_strays(table, (), lexicon.no_record)
    apart = with_names_apart(table, columns)
    if problems := [*strays, *apart.problems, *tables.bad_cells(table, columns, choice)]:
        raise DataError(problems)
    return Lines(apart.table, apart.headings, sample, apart.places)


def _add_own(record: RecordInput, lines: Lines, is_sample: bool) -> None:
    """Add the one line of the first sheet; the sample is left out where there is another, else a note says that it is used."""
    numbered = list(lines)
    sample = [number for number, line in numbered if line in lines.sample]
    if len(sample) < len(numbered):
        record.left_out += [_placed(left_out_note(number), lines, number) for number in sample]
        numbered = [(number, line) for number, line in numbered if number not in sample]
    if len(numbered) != 1:
        message = _("the first sheet holds {count} records, where one is expected", count=len(numbered))
        hint = _("Keep one row under the headings.")
        raise DataError.because("sheet-shape", message, hint, file=lines.table.file, key=lines.table.sheet)
    [(number, values)] = numbered
    record.raw |= values
    record.places[""] = (lines, number)
    if not is_sample and values in lines.sample:
        note = Problem("sample-kept", _("this row is still the sample, unchanged; check that it is meant"))
        record.left_out.append(_placed(note, lines, number))


def _placed(problem: Problem, lines: Lines, number: int) -> Problem:
    """Return a problem at a line of a sheet."""
    return replace(problem, where=replace(lines.where(number), key=problem.where.key))


def _field_of(table: tables.RecordTable, lists: Mapping[str, Rows], number: int) -> Rows:
    """Return the field that a sheet holds: by its title, else by its place among the sheets."""
    for each in lists.values():
        if table.sheet.casefold() in {name.casefold() for name in (each.name, *each.label.values())}:
            return each
    if number < len(lists):
        return list(lists.values())[number]
    hint = _("Name it as one of: {names}.", names=", ".join(lists))
    raise DataError.because("sheet-unknown", _("the form has no rows for this sheet"), hint, file=table.file, key=table.sheet)


def _outer_names(rows: Rows | None) -> set[str]:
    return {field.name for field in rows.own_fields} if rows else set()


def _of_sample(rows: Rows | None, lines: Lines) -> list[bool]:
    """Return for each line whether it is the sample's; an outer row that continues counts as repeated."""
    names = _outer_names(rows) if rows and rows.rows else set()
    outer: Values = {}
    flags = []
    for _number, line in lines:
        outer = {name: value for name, value in line.items() if name in names} or outer
        flags.append(outer | line in lines.sample)
    return flags


def _add_rows(record: RecordInput, rows: Rows, lines: Lines, left_out: list[bool]) -> None:
    """Add the rows of a sheet but those left out; those of a field within them are collected under their outer row."""
    inner, outer_names = rows.rows[0] if rows.rows else None, _outer_names(rows)
    gathered: list[dict[str, Any]] = []
    record.raw[rows.name] = gathered
    record.places[f"{rows.name}."] = (lines, None)
    left_out_row: Values = {}
    for (number, line), is_left_out in zip(lines, left_out, strict=True):
        own = {name: value for name, value in line.items() if name in outer_names}
        if is_left_out:
            record.left_out.append(_placed(left_out_note(number), lines, number))
            left_out_row = own or left_out_row
            continue
        own, left_out_row = own or left_out_row, {}  # a line added under a row of the sample continues that row
        if inner is None or not gathered or (own and own != {name: gathered[-1].get(name) for name in own}):
            gathered.append(own | ({inner.name: []} if inner else {}))
            record.places[f"{rows.name}[{len(gathered)}]."] = (lines, number)
        within = {name: value for name, value in line.items() if name not in outer_names}
        if inner and within:
            gathered[-1][inner.name].append(within)
            record.places[f"{rows.name}[{len(gathered)}].{inner.name}[{len(gathered[-1][inner.name])}]."] = (lines, number)
