"""Every problem of a table or of records, and nothing printed: values, and what would not fit on its page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from docgen import fonts as faces
from docgen import tables
from docgen.artwork import ArtworkFolders, artwork_folders
from docgen.batching.conflicts import doubled_numbers, number_in_full
from docgen.batching.entries import Progress, no_progress, read_entries
from docgen.batching.people import People
from docgen.batching.volumes import NO_NUMBER
from docgen.errors import DataError, Problem
from docgen.fields import MISSING, Field, Reading
from docgen.form import Form, given_form, load_form
from docgen.form.rules import broken_rules
from docgen.inputs import (
    GivenRows,
    NumberedRow,
    RowSource,
    journal_fields,
    open_record,
    open_rows,
    open_table,
    placing,
    read_given,
    read_unprinted,
)
from docgen.inputs.files import file_of, is_file
from docgen.inputs.plain import PlainRows
from docgen.inputs.table import other_sheets
from docgen.tables import File


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
    is_numbered: bool = False,
    progress: Progress = no_progress,
) -> CheckReport:
    """Return all that `check` finds, with notes and counts; parameters and errors as there.

    With `is_numbered` a register is to give the numbers, so that rows need none and may have the journal's columns.
    """
    loaded = load_form(form, forms, on) if isinstance(form, str) else given_form(form)
    if is_file(rows):
        file = file_of(rows, format)
        if loaded.rows and sheet is None and sheets_beyond_first(file):
            return _check_document(form, file, ignore, columns, constants, forms, on)
        source = open_table(
            file, loaded, sheet=sheet, ignore=ignore, columns=columns, constants=constants, register=is_numbered, forms=forms
        )
    else:
        source = open_rows(rows, loaded, register=is_numbered, forms=forms)
    with placing(source):
        source = source.whole()
        folder = source.folder if pictures is None else Path(pictures)
        if loaded.rows and not isinstance(source, PlainRows):
            problems, notes = _check_rows(loaded, source)
        else:
            people = People(loaded, allowed=allow_doubles)
            unprinted = journal_fields(loaded, forms) if is_numbered else None
            problems, notes = _check_records(loaded, source, people, unprinted, artwork_folders(artwork, folder), progress)
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
    unprinted: tuple[Field, ...] | None,
    artwork: ArtworkFolders,
    progress: Progress,
) -> tuple[list[Problem], list[Problem]]:
    """Return the problems and the notes of records, each with its row."""
    problems: list[Problem] = []
    notes: list[Problem] = []
    numbered: list[tuple[int, object, str | None]] = []
    single = people.single(source.every_row)
    rows = single if unprinted is None else _numbered_rows(single, unprinted, problems)
    with faces.settled():
        for entry in read_entries(form, rows, problems, notes, artwork, progress=progress):
            if unprinted is None or entry.record.values.get("number") != NO_NUMBER:
                numbered.append((entry.row, entry.record.values.get("number"), number_in_full(form, entry.record)))
    problems = sorted([*problems, *people.problems], key=lambda problem: problem.where.row or 0)
    return problems, [*people.notes, *doubled_numbers(numbered), *notes]


def _numbered_rows(rows: Iterable[NumberedRow], unprinted: tuple[Field, ...], problems: list[Problem]) -> Iterator[NumberedRow]:
    """Yield rows as a register numbers them: with a number to come, without what only the journal prints, which is read here."""
    names = {field.name for field in unprinted}
    for row, raw in rows:
        try:
            read_unprinted(unprinted, raw)
        except DataError as error:
            problems += [problem.at(row=row) for problem in error.problems]
        own = {name: value for name, value in raw.items() if name not in names}
        yield row, own if own.get("number") not in MISSING else own | {"number": NO_NUMBER}


def _check_rows(form: Form, source: RowSource) -> tuple[list[Problem], list[Problem]]:
    """Return the problems and the notes of a table that is the rows of one document, such as a register, each with its row."""
    numbered = list(source.every_row)
    rows, reading = form.rows[0], Reading()
    read = rows.read_or_report([raw for _number, raw in numbered], reading)
    problems, remarks = broken_rules(form.rules, form.fields, {rows.name: read})
    reading.problems += problems
    reading.notes += remarks

    def in_table(problem: Problem) -> Problem:
        place = re.fullmatch(r"\w+\[(\d+)\]\.?(.*)", problem.where.key)
        return problem.at(row=numbered[int(place[1]) - 1][0], key=place[2]) if place else problem

    return [in_table(each) for each in reading.problems], [in_table(each) for each in reading.notes]
