"""The sample in a workbook that `forms sheet` wrote: it prints while it is alone, and is left out among other rows.

A row is the sample while it holds nothing but the sample's values, wherever it was moved to, in whatever format it was saved. So
the sample itself can be printed as it is, a clerk who writes over it or copies it has a row of his own, and nobody's
certificate is made out to the person of the sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from docgen.errors import DataError, Problem, Where
from docgen.fields import MISSING, Field, PlainText, Reading, Rows, labels_of
from docgen.messages import _
from docgen.tables import RecordTable
from docgen.tables.spellings import meanings

Raw = Mapping[str, object]

#: Rows of a sample that are looked at: a sheet has a few.
MOST = 200


class SampleRows:
    """The rows that are a form's sample: `row in sample_rows` for raw values, whether they come as dates or as typed text.

    `rows` are those of the form as it is now. The workbook holds those that it was written with: the form may have had others.
    """

    def __init__(self, fields: Iterable[Field], rows: Iterable[Raw], table: RecordTable | None = None):
        fields = tuple(fields)
        self.fields = {field.name: field for field in fields if not isinstance(field, Rows)}
        self.required = {name for name, field in self.fields.items() if not field.optional}
        if table:  # a column may have been deleted, as that of the numbers which a register gives
            there = meanings((heading.text for heading in table.headings), labels_of(fields))
            self.required &= {name for names in there.values() for name in names}
        texts = [field.name for field in fields if isinstance(field, PlainText)]
        rows = (*rows, *(_stored_rows(fields, table) if table else ()))
        self.rows = [({name: row[name] for name in texts if name in row}, self._read(row)) for row in rows]

    def __contains__(self, row: Raw) -> bool:
        near = [read for texts, read in self.rows if not _differs(row, texts)]
        if not near or not row.keys() <= self.fields.keys():
            return False
        given = self._read(row)
        return any(given.items() <= read.items() and self.required & read.keys() <= given.keys() for read in near)

    def _read(self, row: Raw) -> dict[str, object]:
        """Return the values of a row as they would be printed, without those that are empty or belong to no field."""
        given = {name: value for name, value in row.items() if value not in MISSING and name in self.fields}
        return {name: _comparable(self.fields[name].read_or_report(value, Reading())) for name, value in given.items()}


def _stored_rows(fields: Iterable[Field], table: RecordTable) -> Iterator[Raw]:
    """Yield the rows of the sample that a workbook was written with, as far as its headings are those of the fields."""
    known = labels_of(fields)
    for sample in table.samples:
        names = meanings((heading.text for heading in sample.headings), known)
        for row in islice(sample, MOST):
            yield {names[heading][0]: value for heading, value in row.cells.items() if len(names[heading]) == 1}


def _differs(row: Raw, texts: Raw) -> bool:
    """Return whether a row differs from the sample by its texts, as most do: a date or a number may be written in many ways."""
    for name, value in texts.items():
        given = row.get(name)
        if given != value and isinstance(given, str) and given.strip() != value:
            return True
    return False


def _comparable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def without_sample(rows: Iterable[tuple[int, Raw]], sample: SampleRows, left_out: list[Problem]) -> Iterator[tuple[int, Raw]]:
    """Yield the rows of a table, the sample's alone when there are no others; notes on those left out go to `left_out`."""
    if not sample.rows:
        yield from rows
        return
    held, are_others = [], False
    for number, row in rows:
        if row not in sample:
            are_others = True
            yield number, row
        else:
            held.append((number, row))
    if not are_others:
        yield from held
    else:
        left_out[:] = [left_out_note(number) for number, _row in held]


def left_out_note(row: int) -> Problem:
    """Return the note on a row that was the sample's and is left out."""
    message = _("this row is the sample, unchanged; it is left out, because there are others")
    return Problem("sample-left-out", message, "", Where(row=row))


def sample_refused() -> DataError:
    """Return the error for a form's sample that is to be issued: what is issued stays in the book, and the sample is nobody."""
    hint = _("Write over it with the data of a person.")
    return DataError.because("sample-issued", _("this is the sample of the form, and is not issued"), hint)
