"""Records that are given as objects: counted from 1, or as pairs of a row's number and its record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from itertools import islice
from pathlib import Path

from docgen.errors import DataError, Problem, UsageError, Where, visible
from docgen.inputs.sources import NumberedRow, Raw
from docgen.messages import _
from docgen.tables.grid import ROWS

#: The most letters that the texts of all records may have together.
LETTERS = 500_000_000


class PlainRows:
    """Records of an iterable. Those of a generator can be gone through once, unless they are made `whole` first."""

    name = sha256 = digest = ""
    is_sample = False
    bad: Sequence[Problem] = ()
    left_out: Sequence[Problem] = ()

    def __init__(self, rows: Iterable[Raw | NumberedRow], folder: Path | None = None):
        self._rows = rows
        self.folder = folder
        self.is_whole = isinstance(rows, Sized)

    def __len__(self) -> int:
        return len(self._rows) if isinstance(self._rows, Sized) else 0

    def __iter__(self) -> Iterator[NumberedRow]:
        letters = 0
        for number, row in enumerate(self._rows, 1):
            pair = _pair(row) if isinstance(row, tuple) else (number, row)
            letters += _letters(pair[1])
            _refuse_more(number, letters)
            yield pair

    @property
    def every_row(self) -> Iterator[NumberedRow]:
        """Yield all rows."""
        return iter(self)

    def parts(self, size: int) -> Iterator[Sequence[NumberedRow]]:
        """Yield the rows in chunks of `size`."""
        rows = iter(self)
        while part := tuple(islice(rows, size)):
            yield part

    def whole(self) -> PlainRows:
        """Return the rows of a generator as a list."""
        return self if self.is_whole else PlainRows(list(self._rows), self.folder)

    def where(self, row: int | None, field: str = "") -> Where:
        """Return the place of a value: its row and its field."""
        return Where(row=row, key=field)

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return the problems as they are: their row and field are all there is to know."""
        return list(problems)

    def with_bad(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return the problems as they are: no cell is bad."""
        return list(problems)


def _letters(row: object) -> int:
    """Return how many letters the texts of a record have; those in its rows and lists are counted when these are read."""
    return sum([len(each) for each in row.values() if type(each) is str]) if isinstance(row, dict) else 0


def _refuse_more(rows: int, letters: int) -> None:
    """Raise DataError for more records, or letters in them, than a table can have."""
    if rows > ROWS:
        message = _("there are more than {limit:,} records", limit=ROWS)
    elif letters > LETTERS:
        message = _("the records have more than {limit:,} letters", limit=LETTERS)
    else:
        return
    raise DataError.because("rows-too-many", message, _("Split them into several runs."), row=rows)


def _pair(row: tuple[object, ...]) -> NumberedRow:
    """Return a pair as it is given; raise UsageError for another tuple."""
    if len(row) != 2 or not isinstance(row[0], int):
        message = _("“{row}” is no row", row=visible(repr(row)[:80]))
        raise UsageError.because("row-wrong", message, _("Give records, or pairs of a row's number and its record."))
    number, raw = row
    return number, raw  # type: ignore[return-value]  # whether it is a record is found when it is read
