"""docgen check: every problem of a table, nothing printed."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.options import (
    Progress,
    columns_option,
    echo_notes,
    echo_problems,
    forms_option,
    json_option,
    on_option,
    refuse_taken,
    register_option,
    waiting,
)
from docgen.cli.terminal import echo, echo_json
from docgen.errors import DataError, Problem, UsageError
from docgen.messages import _, n_

if TYPE_CHECKING:
    from docgen.checking import CheckReport
    from docgen.form import Form
    from docgen.tables import ColumnChoice


@click.command()
@click.argument("form")
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE.xlsx",
    help="Write a copy of the table as a workbook, bad cells coloured and with a note. Correct it, then check or print it.",
)  # fmt: skip
@click.option(
    "--fix", "with_proposals", is_flag=True,
    help="Write what was probably meant into the cells of the copy, coloured and with a note each, to be accepted or corrected.",
)  # fmt: skip
@register_option
@click.option("--job", default="", metavar="NAME", help="What the register will call the batch.  [default: the table's name]")
@columns_option
@json_option
@forms_option
@on_option
def check(
    form: str,
    table: Path,
    output: Path | None,
    with_proposals: bool,
    where: str | None,
    job: str,
    choice: ColumnChoice,
    as_json: bool,
    forms: Path | None,
    on: date | None,
) -> None:
    """List every problem of TABLE for FORM, with what would not fit on its page. Nothing is printed.

    With --register it checks what batch --register will do: the journal's columns, what the book refuses, the numbers to come.

    \b
    docgen check retraining-certificate people.xlsx
    docgen check retraining-certificate people.csv -o checked.xlsx
    docgen check retraining-certificate people.xlsx -o fixed.xlsx --fix
    docgen check retraining-certificate people.xlsx --register book.db
    """
    from docgen.checking import sheets_beyond_first
    from docgen.form import load_form

    loaded = load_form(form, forms, on)
    if job and not where:
        raise click.UsageError(_("--job “{job}” takes --register too.", job=job))
    if with_proposals and not output:
        raise click.UsageError(_("--fix takes -o FILE.xlsx too: the table itself is never changed."))
    if output:
        _check_output(table, output)
    others = sheets_beyond_first(table) if loaded.rows else []
    if others and output:
        raise UsageError(others)  # the copy is one of a table
    try:
        found = (
            _numbered(loaded, table, choice, forms, on, where, job)
            if where
            else _examined(form if others else loaded, table, choice, forms, on)
        )
    except DataError as error:
        _write_headings(table, error.problems, output)
        raise
    notes = [*found.notes, *_marked(found, output, with_proposals)]
    if as_json:
        answer = {"problems": [p.as_json() for p in found.problems], "notes": [n.as_json() for n in notes]}
        echo_json({"records": found.records, **answer})
    else:
        echo_notes(notes)
        echo_problems(found.problems)
        mended = sum(note.code == "lookalikes-mended" for note in notes)
        echo(_summary(found.records - found.left_out, len(found.problems), mended))
        if output:
            echo(str(output))
    sys.exit(1 if found.problems else 0)


def _examined(form: Form | str, table: Path, choice: ColumnChoice, forms: Path | None, on: date | None) -> CheckReport:
    """Check a table of records or rows, or, of a form that is named, a workbook that is one document."""
    from docgen.checking import examine
    from docgen.inputs import open_table

    if isinstance(form, str):
        return examine(form, table, ignore=choice.ignore, columns=choice.renamed, forms=forms, on=on)
    source = open_table(table, form, ignore=choice.ignore, columns=choice.renamed).whole()
    progress = Progress(len(source))
    try:
        return examine(form, source, progress=progress)
    finally:
        progress.end()


def _numbered(
    form: Form, table: Path, choice: ColumnChoice, forms: Path | None, on: date | None, where: str, job: str
) -> CheckReport:
    """Check a table whose records the register at `where` is to number."""
    from docgen.checking import examine
    from docgen.form import check_numbered
    from docgen.register import open_register

    check_numbered(form)
    with open_register(where) as register:
        return examine(form, table, ignore=choice.ignore, columns=choice.renamed, forms=forms, on=on, register=register, job=job)


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
