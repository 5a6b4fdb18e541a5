"""docgen check: every problem of a table, nothing printed."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.grouped import Grouped
from docgen.cli.job_options import TABLE_OPTIONS, agreed_to_save, job_call, job_of_call, job_options, save
from docgen.cli.options import Progress, echo_notes, echo_problems, json_option, refuse_taken, waiting
from docgen.cli.terminal import echo, echo_json
from docgen.errors import DataError, Problem, UsageError
from docgen.messages import _, n_

if TYPE_CHECKING:
    from docgen.checking import CheckReport
    from docgen.jobs import Job


@click.command(cls=Grouped)
@click.option(
    "-o", "--output", "copy", type=click.Path(path_type=Path), metavar="FILE.xlsx",
    help="Write a copy of the table as a workbook, bad cells coloured and with a note. Correct it, then check or print it.",
)  # fmt: skip
@click.option(
    "--fix", "with_proposals", is_flag=True,
    help="Write what was probably meant into the cells of the copy, coloured and with a note each, to be accepted or corrected.",
)  # fmt: skip
@job_options("back", "allow_doubles", "register", "name", "series", "new_organization", *TABLE_OPTIONS)
@json_option
@job_call
def check(
    ctx: click.Context, copy: Path | None, with_proposals: bool, saved: Path | None, as_json: bool, **_said: object
) -> None:
    """List every problem of TABLE for FORM, with what would not fit on its page. Nothing is printed.

    With --register it checks what batch --register will do: the journal's columns, what the book refuses, the numbers to come.

    \b
    docgen check retraining-certificate people.xlsx
    docgen check retraining-certificate people.csv -o checked.xlsx
    docgen check course-12.toml
    docgen check retraining-certificate people.xlsx -o fixed.xlsx --fix
    docgen check retraining-certificate people.xlsx --register book.db
    """
    if with_proposals and not copy:
        raise click.UsageError(_("--fix takes -o FILE.xlsx too: the table itself is never changed."))
    job = job_of_call(ctx)
    if copy:
        _check_output(job.table, copy)
    agreed_to_save(saved)
    try:
        found = _examined(job, copy, saved)
    except DataError as error:
        _write_headings(job.table, error.problems, copy)
        raise
    notes = [*found.notes, *_marked(found, copy, with_proposals)]
    if as_json:
        answer = {"problems": [p.as_json() for p in found.problems], "notes": [n.as_json() for n in notes]}
        echo_json({"records": found.records, **answer})
    else:
        echo_notes(notes)
        echo_problems(found.problems)
        mended = sum(note.code == "lookalikes-mended" for note in notes)
        echo(_summary(found.records - found.left_out, len(found.problems), mended))
        if copy:
            echo(str(copy))
    sys.exit(1 if found.problems else 0)


def _examined(job: Job, copy: Path | None, saved: Path | None) -> CheckReport:
    """Check a table of records or rows, or, for a form that has rows, a workbook that is one document."""
    if job.form_column:
        return _examined_by_form(job, saved)
    form = job.loaded_form()
    if form.rows and (others := job.other_sheets()):
        if copy:
            raise UsageError(others)  # the copy is one of a table
        save(job, saved)
        return job.examine()
    source = job.rows(form).whole()
    save(job, saved)
    progress = Progress(len(source))
    try:
        return job.examine(source, progress)
    finally:
        progress.end()


def _examined_by_form(job: Job, saved: Path | None) -> CheckReport:
    """Check a table in which a column names the form of each row; the source of the report is the table as a whole."""
    from docgen import tables
    from docgen.jobs import joined

    parts = job.by_form()
    save(job, saved)
    rows = [part.part for part in parts if part.part is not None]
    headings = {field: heading for each in rows for field, heading in each.headings.items()}
    whole = (
        replace(rows[0], table=tables.read(job.table, job.sheet or None, rows[0].choice.rows), headings=headings)
        if rows
        else None
    )
    return replace(joined([part.examine() for part in parts]), source=whole)


def _check_output(table: Path, output: Path) -> None:
    """Raise UsageError for a copy that is no workbook, or where there is a file already."""
    from docgen.workbooks import check_output

    check_output(table, output)
    refuse_taken(str(output))


def _marked(found: CheckReport, output: Path | None, with_proposals: bool) -> list[Problem]:
    """Write a copy of the table with its problems marked, if it is asked for; return notes on what the copy lacks."""
    from docgen.inputs import TableRows
    from docgen.workbooks import write_checked_copy

    if output is None or not isinstance(found.source, TableRows):
        return []
    with waiting(_("writing")):
        return write_checked_copy(found.source.table, found.problems, output, found.source.headings, with_proposals)


def _write_headings(table: Path, problems: Iterable[Problem], output: Path | None) -> None:
    """Write the copy of a table whose columns do not fit, where it can be read as a table at all."""
    from docgen import tables
    from docgen.workbooks import write_checked_copy

    placed = [problem for problem in problems if problem.where.row and problem.where.column]
    if output and placed:
        write_checked_copy(tables.read(table), placed, output)


def _summary(records: int, problems: int, notes: int) -> str:
    counts = (
        n_("{count} record", "{count} records", records),
        n_("{count} problem", "{count} problems", problems),
        n_("{count} mended", "{count} mended", notes),
    )
    return ", ".join(counts)
