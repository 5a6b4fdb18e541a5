"""What the commands are given for one record: a record file, standard input, a workbook or a table → its raw values."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from docgen import tables
from docgen.errors import UsageError
from docgen.form import Form
from docgen.inputs.record_file import SIZE_LIMIT, parse_record, read_record_file
from docgen.inputs.table import read_table
from docgen.inputs.workbook import WorkbookRecord, read_workbook, sample_lines
from docgen.messages import _


def record_for(form: Form, name: str, settings: Mapping[str, str], choice: tables.Choice = tables.AS_IT_STANDS) -> WorkbookRecord:
    """Return the raw record in a file, in standard input (`-`), in a workbook or in a table, and where its values stand."""
    path = Path(name)
    if is_table(path):
        record = read_workbook(form, path, choice) or table_record(form, path, choice)
    else:
        record = WorkbookRecord(read_raw(name), file=name)
    record.raw |= settings
    record.given.update(settings)
    return record


def table_record(form: Form, path: Path, choice: tables.Choice) -> WorkbookRecord:
    """Return the record that a table of one sheet makes: its rows for a form of rows, else its one row."""
    rows = form.rows[0] if form.rows else None
    source = read_table(path, rows.fields if rows else form.fields, choice, sample_lines(rows) if rows else None)
    numbered = list(source.rows)
    if rows is None and len(numbered) > 1:
        message = _("“{id}” takes one record, and this is a table of {count}", id=form.id, count=len(numbered))
        hint = _("Use: docgen batch {id} TABLE -o DIR", id=form.id)
        raise UsageError.because("form-not-rows", message, hint, file=str(path))
    before = (lambda count: f"{rows.name}[{count}].") if rows else lambda _count: ""
    raw = {rows.name: [row for _number, row in numbered]} if rows else dict(numbered[0][1])
    places = {before(count): (source, number) for count, (number, _row) in enumerate(numbered, 1)}
    return WorkbookRecord(raw, source.left_out, places, str(path))


def read_raw(name: str) -> dict[str, object]:
    """Return the values in a file of JSON, TOML or YAML, or in standard input (`-`)."""
    if name == "-":
        return parse_record(sys.stdin.buffer.read(SIZE_LIMIT + 1), "-")
    return read_record_file(Path(name))


def is_table(path: Path) -> bool:
    """Return whether a file is a table or a workbook, and not a record."""
    return path.suffix.lower() in tables.FORMATS and not _is_record(path)


def _is_record(path: Path) -> bool:
    """JSON holds a record as well as a table: a table is a list."""
    if path.suffix.lower() != ".json":
        return False
    try:
        with path.open("rb") as file:
            return not file.read(64).lstrip().startswith(b"[")
    except (OSError, ValueError):
        return True  # whoever reads it tells what is wrong with it
