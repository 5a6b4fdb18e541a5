"""Every problem of a table or of records, and nothing printed: values, and what would not fit on its page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from docgen import fonts as faces
from docgen import tables
from docgen.artwork import ArtworkFolders, artwork_folders
from docgen.batching.conflicts import Refusals, doubled_numbers, number_in_full
from docgen.batching.entries import Progress, no_progress, read_entries
from docgen.batching.people import People
from docgen.batching.settings import Settings, ordered
from docgen.batching.volumes import NO_NUMBER, read_entry
from docgen.errors import DataError, Problem
from docgen.fields import Reading
from docgen.form import Form, backed, given_form, load_form
from docgen.form.rules import broken_rules
from docgen.inputs import GivenRows, NumberedRow, RowSource, open_record, open_rows, open_table, placing, read_given
from docgen.inputs.files import file_of, is_file
from docgen.inputs.plain import PlainRows
from docgen.inputs.remarks import remarks
from docgen.inputs.table import other_sheets
from docgen.messages import _, n_
from docgen.tables import File

if TYPE_CHECKING:
    from docgen.register import Register


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found, each problem and note in its place; `left_out` is how many of the records were the form's sample.

    `source` is the table that was checked, None for a workbook that is one document.
    """

    records: int
    problems: list[Problem]
    notes: list[Problem]
    left_out: int = 0
    source: RowSource | None = None


def check(
    form: Form | str,
    rows: GivenRows,
    *,
    format: str | None = None,
    sheet: str | None = None,
    ignore: Iterable[str] = (),
    columns: Mapping[str, str] | None = None,
    constants: Mapping[str, object] | None = None,
    forms: Path | str | None = None,
    artwork: Path | str | None = None,
    pictures: Path | str | None = None,
    fonts: Path | str | None = None,
    on: date | None = None,
    allow_doubles: bool = False,
) -> list[Problem]:
    """Return every problem of every row, each with its cell, with what would not fit on its page; nothing is painted.

    `rows` are a table (a path, bytes, a stream, or what `open_table` returns, which explains `format`, `sheet`, `ignore`,
    `columns` and `constants`), records as mappings, or pairs of a row's number and its record; without numbers they count from 1.
    A person who is there twice, for one course, is no problem with `allow_doubles`. Raise DataError for a table that cannot be
    read, or whose columns do not fit.
    """
    with faces.settled(fonts):
        report = examine(
            form, rows, format=format, sheet=sheet, ignore=ignore, columns=columns, constants=constants, forms=forms,
            artwork=artwork, pictures=pictures, on=on, allow_doubles=allow_doubles,
        )  # fmt: skip
    return report.problems


def examine(
    form: Form | str,
    rows: GivenRows,
    *,
    format: str | None = None,
    sheet: str | None = None,
    ignore: Iterable[str] = (),
    columns: Mapping[str, str] | None = None,
    constants: Mapping[str, object] | None = None,
    forms: Path | str | None = None,
    artwork: Path | str | None = None,
    pictures: Path | str | None = None,
    on: date | None = None,
    allow_doubles: bool = False,
    back: bool = False,
    register: Register | Path | str | None = None,
    job: str = "",
    progress: Progress = no_progress,
) -> CheckReport:
    """Return all that `check` finds, with notes and counts; parameters and errors as there.

    With a `register` it is what `batch` would do with it under the name of the `job`: the journal's columns are checked too, and
    what the book refuses. Nothing is issued.
    """
    loaded = load_form(form, forms, on) if isinstance(form, str) else given_form(form)
    loaded = backed(loaded) if back else loaded
    is_numbered = register is not None
    if is_file(rows):
        file = file_of(rows, format)
        if loaded.rows and sheet is None and not is_numbered and sheets_beyond_first(file):
            return _check_document(form, file, ignore, columns, constants, forms, on)
        rows = open_table(
            file, loaded, sheet=sheet, ignore=ignore, columns=columns, constants=constants, register=is_numbered, forms=forms
        )
    if is_numbered:
        settings = Settings(
            forms=forms,
            artwork=artwork,
            pictures=pictures,
            on=on,
            allow_doubles=allow_doubles,
            register=register,
            job=job,
            back=back,
        )
        return _check_numbered(loaded, rows, settings, progress)
    source = open_rows(rows, loaded)
    with placing(source):
        source = source.whole()
        folder = source.folder if pictures is None else Path(pictures)
        if loaded.rows and not isinstance(source, PlainRows):
            problems, notes = _check_rows(loaded, source)
        else:
            people = People(loaded, allowed=allow_doubles)
            problems, notes = _check_records(loaded, source, people, artwork_folders(artwork, folder), progress)
        problems, notes = source.with_bad(problems), source.placed([*source.left_out, *notes])
    left_out = sum(note.code == "sample-left-out" for note in source.left_out)
    return CheckReport(len(source), problems, notes, left_out, source)


def sheets_beyond_first(file: File) -> list[Problem]:
    """Return a note on the sheets of a workbook after the first, where there are some: a document of rows has these on one."""
    return other_sheets(tables.read(file)) if file.suffix.lower() in tables.WORKBOOKS else []


def _check_document(
    form: Form | str,
    file: File,
    ignore: Iterable[str],
    columns: Mapping[str, str] | None,
    values: Mapping[str, object] | None,
    forms: Path | str | None,
    on: date | None,
) -> CheckReport:
    """Check a workbook of one document: a sheet of its own fields and one of rows, or a sheet a list, as `render` takes it."""
    loaded, source = open_record(form, file, values=values, ignore=ignore, columns=columns, forms=forms, on=on)
    try:
        record = read_given(loaded, source)
    except DataError as error:
        return CheckReport(1, error.problems, list(source.left_out))
    return CheckReport(1, [], list(record.notes))


def _check_records(
    form: Form,
    source: RowSource,
    people: People,
    artwork: ArtworkFolders,
    progress: Progress,
) -> tuple[list[Problem], list[Problem]]:
    """Return the problems and the notes of records, each with its row."""
    problems: list[Problem] = []
    notes: list[Problem] = []
    numbered: list[tuple[int, object, str | None]] = []
    with faces.settled():
        rows = _with_remarks(people.single(source.every_row), notes)
        for entry in read_entries(form, rows, problems, notes, artwork, progress=progress):
            numbered.append((entry.row, entry.record.values.get("number"), number_in_full(form, entry.record)))
    problems = sorted([*problems, *people.problems], key=lambda problem: problem.where.row or 0)
    return problems, [*people.notes, *doubled_numbers(numbered), *notes]


def _check_numbered(form: Form, rows: GivenRows, settings: Settings, progress: Progress) -> CheckReport:
    """Return the problems and the notes of records that a register is to number, each with its row."""
    problems: list[Problem] = []
    notes: list[Problem] = []
    with ordered(form, rows, settings, is_asked=True) as order:
        assert order.numbered is not None
        source, refusals = order.source, Refusals(skip_bad=True)
        numbered = list(_with_remarks(order.people.single(source.every_row), notes))
        _rows, numbers = order.numbered.expecting(form, numbered, refusals)
        problems += [*refusals.problems, *order.people.problems]
        entries = []
        for row, raw in numbered:
            given = numbers.get(row) if row in numbers or raw.get("number") else NO_NUMBER
            try:
                entries.append(read_entry(order.job, row, raw, given))
            except DataError as error:
                problems += [problem.at(row=row) for problem in error.problems]
                notes += [note.at(row=row) for note in error.notes]
            progress(_("records"), 1)
        notes += [note.at(row=entry.row) for entry in entries for note in entry.record.notes]
        refused = {problem.where.row for problem in problems}
        problems += order.numbered.refused(
            form, [order.numbered.request(form, entry) for entry in entries if entry.row not in refused]
        )
        to_come = [number for number in numbers.values() if number and number != NO_NUMBER]
        notes += [*order.people.notes, *order.numbered.notes, *([_to_come(to_come)] if to_come else [])]
        return CheckReport(
            len(source), source.with_bad(problems), source.placed([*source.left_out, *notes]),
            sum(note.code == "sample-left-out" for note in source.left_out), source,
        )  # fmt: skip


def _to_come(numbers: Sequence[str]) -> Problem:
    """Return a note on the numbers that the register would give at this moment."""
    message = n_(
        "the register would give {count} number: {first}",
        "the register would give {count} numbers; the first is {first}",
        len(numbers),
        first=numbers[0],
    )
    return Problem("numbers-to-come", message)


def _check_rows(form: Form, source: RowSource) -> tuple[list[Problem], list[Problem]]:
    """Return the problems and the notes of a table that is the rows of one document, such as a register, each with its row."""
    rows, reading, notes = form.rows[0], Reading(), list[Problem]()
    numbered = list(_with_remarks(source.every_row, notes))
    read = rows.read_or_report([raw for _number, raw in numbered], reading)
    problems, remarks_of_rules = broken_rules(form.rules, form.fields, {rows.name: read})
    reading.problems += problems
    reading.notes += remarks_of_rules

    def in_table(problem: Problem) -> Problem:
        place = re.fullmatch(r"\w+\[(\d+)\]\.?(.*)", problem.where.key)
        return problem.at(row=numbered[int(place[1]) - 1][0], key=place[2]) if place else problem

    return [in_table(each) for each in reading.problems], [*notes, *(in_table(each) for each in reading.notes)]


def _with_remarks(rows: Iterable[NumberedRow], notes: list[Problem]) -> Iterator[NumberedRow]:
    """Yield rows as they are; remarks on the people in them go to `notes`."""
    for number, raw in rows:
        notes += [remark.at(row=number) for remark in remarks(raw)]
        yield number, raw
