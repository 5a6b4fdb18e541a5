"""What the journal shows of a document and the document does not print: the IIN, the place of work, the position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from docgen.errors import DataError
from docgen.fields import Field, Reading, Rows, read_values
from docgen.form import Form, load_form

#: The form of the journal (Order No. 114-НҚ, annex 2), and its field that holds a row for each document.
JOURNAL, ROWS = "certificate-register", "rows"


def journal_fields(form: Form, forms: Path | str | None = None) -> tuple[Field, ...]:
    """Return the fields that the journal has and the form has not; all may be missing."""
    own = {field.name for field in form.fields}
    rows = load_form(JOURNAL, forms).field(ROWS)
    fields = rows.fields if isinstance(rows, Rows) else ()
    return tuple(replace(field, optional=True) for field in fields if field.name not in own)


def read_unprinted(fields: tuple[Field, ...], raw: Mapping[str, object]) -> dict[str, object]:
    """Return the values of such fields that are given; raise DataError with every one that cannot be right."""
    reading = Reading()
    values = read_values(fields, {field.name: raw[field.name] for field in fields if field.name in raw}, reading)
    if reading.problems:
        raise DataError(reading.problems)
    return {name: value for name, value in values.items() if value is not None}
