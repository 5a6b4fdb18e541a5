"""What every kind of input has in common: records with the numbers of their rows, and the place of each problem.

A `RowSource` is many records, for a batch or a check; a `RecordSource` is one, for a document. A new kind of input, such as the
rows of a database, is one module with a class of such members.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, TypeGuard

from docgen.errors import DataError, Problem, Where

#: The values of a record as they were given, by field.
Raw = Mapping[str, object]
#: The number of a row, as a person counts it, and its values.
NumberedRow = tuple[int, Raw]


class PlacedSource(Protocol):
    """What many records and one have in common."""

    @property
    def folder(self) -> Path | None:
        """The folder that the pictures of its records lie in, None for none."""

    @property
    def left_out(self) -> Sequence[Problem]:
        """Notes on what it holds and does not yield: other sheets, the form's sample. Complete once all rows were taken."""

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems with file, sheet, row, column and label added, as far as they are known."""


class RowSource(PlacedSource, Protocol):
    """Records for a batch or a check, each with the number of its row."""

    @property
    def name(self) -> str:
        """What it is called in a manifest and in the register, empty for nothing."""

    @property
    def sha256(self) -> str:
        """The SHA-256 of its file, empty where it has none."""

    @property
    def digest(self) -> str:
        """What all its rows and their numbers are known by, so that a batch need not look at each; empty where nothing is."""

    @property
    def is_whole(self) -> bool:
        """Whether all rows are known, so that `len` is their number, and can be gone through again."""

    @property
    def is_sample(self) -> bool:
        """Whether nothing but the form's sample is given. It is printed, but never issued."""

    @property
    def bad(self) -> Sequence[Problem]:
        """The cells that cannot be used; their rows are not yielded. Complete once all rows were taken."""

    @property
    def every_row(self) -> Iterator[NumberedRow]:
        """Yield the rows with cells that cannot be used as well, without these cells."""

    def __len__(self) -> int:
        """Return how many rows are known so far."""

    def __iter__(self) -> Iterator[NumberedRow]:
        """Yield the rows that can be used."""

    def parts(self, size: int) -> Iterator[Sequence[NumberedRow]]:
        """Yield the same rows in chunks of `size`, perhaps while others are still read."""

    def whole(self) -> RowSource:
        """Return the same rows read to the end, to be gone through several times."""

    def where(self, row: int | None, field: str = "") -> Where:
        """Return the place of a field's value in a row, or of the row."""

    def with_bad(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems of `every_row`, placed, and those of its bad cells, each once and in the order of the rows."""


def is_row_source(given: object) -> TypeGuard[RowSource]:
    """Return whether something is a RowSource, by its class alone: a member may read a file."""
    return all(hasattr(type(given), name) for name in ("parts", "whole", "with_bad", "placed"))


class RecordSource(PlacedSource, Protocol):
    """The record of one document."""

    @property
    def raw(self) -> Raw:
        """The values as they were given, by field."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong beyond the values of the record: lists that do not agree."""

    @property
    def doubles(self) -> Sequence[Problem]:
        """People who are in several lists, one problem for each row that was left out for it."""


def is_record_source(given: object) -> TypeGuard[RecordSource]:
    """Return whether something is a RecordSource, by its class alone."""
    return all(hasattr(type(given), name) for name in ("raw", "doubles", "placed"))


@contextmanager
def placing(source: PlacedSource) -> Iterator[None]:
    """Add to every DataError that the block raises where its problems are."""
    try:
        yield
    except DataError as error:
        raise DataError(source.placed(error.problems), source.placed(error.notes)) from None


class Cells(Protocol):
    """A table whose cells have places."""

    def where(self, number: int | None, name: str = "") -> Where:
        """Return the place of a field's cell in a row, or of the row."""


@dataclass(slots=True)
class RecordInput:
    """A record that was read from one file, or given as an object, and where each of its values is."""

    raw: dict[str, object] = field(default_factory=dict)
    left_out: list[Problem] = field(default_factory=list)
    #: What precedes a value's own name in a problem's key (`tasks[2].`) → the sheet and the line that hold it.
    places: dict[str, tuple[Cells, int | None]] = field(default_factory=dict)
    file: str = ""
    folder: Path | None = None
    #: Fields that were given in the call, not in the file.
    given: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    doubles: list[Problem] = field(default_factory=list)

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems of the record with sheet, cell and heading added."""
        return [self._placed(problem) for problem in problems]

    def _placed(self, problem: Problem) -> Problem:
        key = problem.where.key
        before, _dot, last = key.rpartition(".")
        name = re.sub(r"\[\d+\]$", "", last)
        lines, number = self.places.get(f"{key}.") or self.places.get(f"{before}." if before else "") or (None, None)
        if lines is None:
            is_elsewhere = bool(problem.where.file) or not key or re.split(r"[.[]", key)[0] in self.given
            return problem if is_elsewhere else problem.at(file=self.file)
        where = lines.where(number, name)
        return replace(problem, where=replace(where, key=key, label=where.key))
