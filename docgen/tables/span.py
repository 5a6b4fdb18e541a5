"""Rows of a table as the values of named fields, each made when it is asked for: held, they take three times the room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docgen.tables.model import Value


@dataclass(frozen=True, slots=True)
class Span(Sequence):
    """Rows one after another: pairs of a row's number and its values by field, without the empty ones."""

    numbers: Sequence[int]
    #: As in a Table: a row may end before the last column.
    rows: list[tuple[Value | None, ...]]
    #: Each field with the place of its value in a row.
    places: tuple[tuple[str, int], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[tuple[int, dict[str, Value]]]:
        places = self.places
        width = 1 + max((index for _field, index in places), default=0)
        for number, values in zip(self.numbers, self.rows, strict=True):
            if len(values) < width:
                values += (None,) * (width - len(values))
            yield number, {field: value for field, index in places if (value := values[index]) is not None}

    def __getitem__(self, at: int | slice) -> Any:
        """Return one pair, or a shorter span."""
        if isinstance(at, slice):
            return Span(self.numbers[at], self.rows[at], self.places)
        return next(iter(Span([self.numbers[at]], [self.rows[at]], self.places)))
