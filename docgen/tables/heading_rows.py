"""The rows that hold the headings, where a caller says so: `4`, or `4-5` for a group over its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from docgen.errors import DataError, UsageError, visible
from docgen.messages import _
from docgen.tables.cells import is_blank


class HeadingRows(NamedTuple):
    """The first row that holds headings and the last one, which is the same or the next one, as a person counts them."""

    first: int
    last: int


def heading_rows_of(text: str) -> HeadingRows | None:
    """Return the rows that a text names, None for an empty one; raise UsageError for any other text."""
    if not text.strip():
        return None
    match = re.fullmatch(r"\s*([1-9][0-9]{0,6})\s*(?:[-–]\s*([1-9][0-9]{0,6})\s*)?", text)
    rows = HeadingRows(int(match[1]), int(match[2] or match[1])) if match else None
    if rows is None or not 0 <= rows.last - rows.first <= 1:
        message = _("“{rows}” is no row of headings, nor two that follow each other", rows=visible(text[:40]))
        raise UsageError.because("heading-rows-wrong", message, _("Write it as 4, or as 4-5 where a group is over its parts."))
    return rows


def lines_of_headings(file: str, rows: HeadingRows, lines: Iterator[tuple[int, Sequence[Any]]]) -> list[dict[int, str]]:
    """Return the headings of each of the rows, by column from 0; the lines after them are left in `lines`.

    Raise DataError for a row that holds none.
    """
    found: list[dict[int, str]] = []
    for wanted in range(rows.first, rows.last + 1):
        number, cells = next(((number, cells) for number, cells in lines if number >= wanted), (0, ()))
        filled = {index: value for index, value in enumerate(cells) if value is not None and not is_blank(value)}
        if number != wanted or not filled:
            message = _("row {row} holds no headings, though it is said to", row=wanted)
            hint = _("Say which row does: --heading-rows, or heading-rows in the job.")
            raise DataError.because("heading-missing", message, hint, file=file)
        found.append({index: " ".join(str(value).split()) for index, value in filled.items()})
    return found
