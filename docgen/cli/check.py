"""docgen check: every problem of a table, nothing printed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.options import (
    Progress,
    columns_option,
    echo_json,
    echo_notes,
    echo_problems,
    forms_option,
    json_option,
    on_option,
    refuse_taken,
    waiting,
)
from docgen.errors import DataError, Problem, UsageError
from docgen.messages import _, n_

if TYPE_CHECKING:
    from docgen.fields import Rows
    from docgen.form import Form
    from docgen.tables import Choice


@click.command()
@click.argument("form")
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE.xlsx",
    help="Write a copy of the table as a workbook, bad cells coloured and with a note. Correct it, then check or print it.",
)  # fmt: skip
@columns_option
@json_option
@forms_option
@on_option
def check(form, table, output, choice, as_json, forms, on) -> None:
    """List every problem of TABLE for FORM, with what would not fit on its page. Nothing is printed.

    \b
    docgen check retraining-certificate people.xlsx
    docgen check retraining-certificate people.csv -o checked.xlsx
    """
    from docgen.form import load_form
    from docgen.workbooks.checked_copy import check_output

    loaded = load_form(form, forms, on)
    rows = loaded.rows[0] if loaded.rows else None
    if output:
        check_output(table, output)
        refuse_taken(str(output))
    others = _other_sheets(table) if rows else []
    if others and output:
        raise UsageError(others)  # the copy is one of a table
    found = _check_document(form, table, choice, forms, on) if others else _check_table(loaded, rows, table, choice, output)
    if as_json:
        answer = {"problems": [p.as_json() for p in found.problems], "notes": [n.as_json() for n in found.notes]}
        echo_json({"records": found.records, **answer})
    else:
        echo_notes(found.notes)
        echo_problems(found.problems)
        mended = sum(note.code == "lookalikes-mended" for note in found.notes)
        click.echo(_summary(found.records - found.left_out, len(found.problems), mended))
        if output:
            click.echo(str(output))
    sys.exit(1 if found.problems else 0)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: how many records there are, how many of them are left out, what is wrong, and what to know."""

    records: int
    problems: list[Problem]
    notes: list[Problem]
    left_out: int = 0


def _other_sheets(table: Path) -> list[Problem]:
    """Tell the sheets of a workbook behind the first one; a document of rows has these on one."""
    from docgen import tables
    from docgen.inputs.table import other_sheets

    return other_sheets(tables.read(table)) if table.suffix.lower() in tables.WORKBOOKS else []


def _check_document(form_id: str, table: Path, choice: Choice, forms: Path | None, on: date | None) -> Found:
    """Check a workbook of one document: a sheet of its own fields and one of rows, or a sheet a list, as `render` takes it."""
    from docgen.inputs.given import form_and_record, read_given

    form, source = form_and_record(form_id, [str(table)], {}, choice, forms, on)
    try:
        record = read_given(form, source)
    except DataError as error:
        return Found(1, error.problems, list(source.left_out))
    return Found(1, [], [*source.left_out, *source.placed(record.notes)])


def _check_table(form: Form, rows: Rows | None, table: Path, choice: Choice, output: Path | None) -> Found:
    """Check a table of records, or of the rows of one document; with `output`, write a copy of it with its problems marked."""
    from docgen.inputs.table import read_table
    from docgen.inputs.workbook import sample_lines
    from docgen.workbooks.checked_copy import write_marked

    try:
        sample = sample_lines(rows) if rows else None
        source = read_table(table, rows.fields if rows else form.fields, choice, sample, is_lenient=True)
    except DataError as error:
        _mark_headings(table, error.problems, output)
        raise
    problems, notes = _found_in_rows(rows, source) if rows else _found_in_records(form, source, table.parent)
    problems = source.with_bad(problems)
    notes = source.placed([*source.left_out, *notes])
    if output:
        with waiting(_("writing")):
            notes += write_marked(source.table, problems, output, source.headings)
    return Found(len(source), problems, notes, len(source.left_out_rows))


def _found_in_records(form, source, pictures: Path) -> tuple[list[Problem], list[Problem]]:
    """Return the problems and the notes of a table of records, each with its row."""
    from docgen import fonts
    from docgen.artwork import artwork_folders
    from docgen.batching import read_entries
    from docgen.batching.doubled import doubled_numbers, number_in_full

    problems: list[Problem] = []
    notes: list[Problem] = []
    numbered: list[tuple[int, str, str | None]] = []
    progress = Progress(len(source))
    entries = read_entries(form, source.every_row, problems, notes, artwork_folders(pictures=pictures), progress=progress)
    with fonts.settled():
        for entry in entries:
            numbered.append((entry.row, entry.record.values.get("number"), number_in_full(form, entry.record)))
    progress.end()
    return problems, [*doubled_numbers(numbered), *notes]


def _found_in_rows(rows, source) -> tuple[list[Problem], list[Problem]]:
    """Return the problems and the notes of a table that is the rows of one document, such as a register, each with its row."""
    from docgen.fields import Reading

    numbers, values = zip(*source.every_row, strict=True) if len(source) else ((), ())
    reading = Reading()
    rows.read_or_report(list(values), reading)

    def in_table(problem: Problem) -> Problem:
        place = re.fullmatch(r"\w+\[(\d+)\]\.?(.*)", problem.where.key)
        return problem.at(row=numbers[int(place[1]) - 1], key=place[2]) if place else problem

    return [in_table(each) for each in reading.problems], [in_table(each) for each in reading.notes]


def _mark_headings(table: Path, problems: Iterable[Problem], output: Path | None) -> None:
    """Write the copy of a table whose columns do not fit, where it can be read as a table at all."""
    from docgen import tables
    from docgen.workbooks.checked_copy import write_marked

    placed = [problem for problem in problems if problem.where.row and problem.where.column]
    if output and placed:
        write_marked(tables.read(table), placed, output)


def _summary(records: int, problems: int, notes: int) -> str:
    counts = (
        n_("{count} record", "{count} records", records),
        n_("{count} problem", "{count} problems", problems),
        n_("{count} mended", "{count} mended", notes),
    )
    return ", ".join(counts)
