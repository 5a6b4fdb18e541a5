"""What every format can be refused for: a file that is empty, too large or damaged."""

from __future__ import annotations

from docgen.errors import DataError
from docgen.messages import _


def empty(file: str, sheet: str) -> DataError:
    """Return the error for a file, or a sheet of it, without records."""
    message = _("the sheet “{sheet}” has no records", sheet=sheet) if sheet else _("the file has no records")
    hint = _("Write one record in each row below the headings.")
    if sheet:
        hint = _("Write one record in each row below the headings; the first visible sheet is the one that is read.")
    return DataError.because("table-empty", message, hint, file=file)


def too_large(file: str, message: str, row: int | None = None) -> DataError:
    """Return the error for a table past a limit; `message` says which."""
    hint = _("Split the table, or delete what stands far outside it.")
    return DataError.because("table-too-large", message, hint, file=file, row=row)


def damaged(file: str, message: str, row: int | None = None) -> DataError:
    """Return the error for a file that its format's reader cannot make sense of; `message` says why."""
    hint = _("Open it in the program that made it and save it again; if that fails, take another copy.")
    return DataError.because("table-damaged", message, hint, file=file, row=row)
