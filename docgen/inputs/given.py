"""What `docgen render` is given → one record: of one file, or gathered from several, in the edition of its own date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from docgen import tables
from docgen.errors import DataError, UsageError
from docgen.form import Form, form_for, load_form, load_gathered
from docgen.inputs.files import is_table, record_for
from docgen.inputs.workbook import WorkbookRecord
from docgen.messages import _
from docgen.record import Record, read_record

if TYPE_CHECKING:
    from docgen.inputs.consolidation import Gathered


def form_and_record(
    form_id: str,
    names: Sequence[str],
    settings: Mapping[str, str],
    choice: tables.ColumnChoice,
    forms: Path | None,
    on: date | None,
) -> tuple[Form, WorkbookRecord | Gathered]:
    """Return a raw record (`record_for`), or one gathered from several files, and its form, in the edition of `on` or of the
    record's own date. UsageError for several files where the form does not gather."""
    form = load_form(form_id, forms, on)
    record = _given(form, names, settings, choice, forms, on)
    dated = form_for(form_id, record.raw, forms, on)
    if dated is not form and all(is_table(Path(name)) for name in names):
        record = _given(dated, names, settings, choice, forms, on)
    return dated, record


def _given(
    form: Form,
    names: Sequence[str],
    settings: Mapping[str, str],
    choice: tables.ColumnChoice,
    forms: Path | None,
    on: date | None,
) -> WorkbookRecord | Gathered:
    if form.gathering:
        from docgen.inputs.lists import gather_files

        return gather_files(form, load_gathered(form, forms, on), names, settings, choice)
    if len(names) > 1:
        message = _("“{id}” is made of one record, and {count} files are given", id=form.id, count=len(names))
        raise UsageError.because("records-several", message, _("Use: docgen batch {id} TABLE -o DIR", id=form.id))
    return record_for(form, names[0], settings, choice)


def read_given(form: Form, source: WorkbookRecord | Gathered, skip_doubles: bool = False) -> Record:
    """Return the record that was given; DataError with every problem in its place, a person who stands in two lists among them.

    With `skip_doubles` such a person's later rows are left out and told.
    """
    problems = []
    if not isinstance(source, WorkbookRecord):  # it is gathered
        problems = source.problems + ([] if skip_doubles else source.doubles)
        source.left_out += [replace(double, hint="") for double in source.doubles]
    elif skip_doubles:
        message = _("“{id}” does not gather lists: there is nobody to skip", id=form.id)
        raise UsageError.because("form-not-gathering", message, _("Leave --skip-doubles out."))
    try:
        record = read_record(form, source.raw)
    except DataError as error:
        raise DataError(problems + source.placed(error.problems), source.placed(error.notes)) from None
    if problems:
        raise DataError(problems)
    return record
