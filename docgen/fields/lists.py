"""Kinds that hold many: a list of texts, and rows with fields of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

from docgen import fonts
from docgen.errors import Problem, Where
from docgen.fields.field import Field, Reading
from docgen.fields.keys import CHAINS, NAME, NAMES, PAIRS, TABLE, TEXT, WHOLE, Reader, key
from docgen.fields.letters import Rejected
from docgen.fields.plain_text import PlainText
from docgen.fields.values import RowReadings, read_rows
from docgen.messages import _, labelled, translated


@dataclass(frozen=True, kw_only=True, eq=False)
class Texts(Field):
    """A list of texts, at least `min` of them; `why` is the clause that asks for them."""

    kind = "texts"
    takes_list = True
    min: int = key(WHOLE, 1)
    why: str = key(TEXT, "")

    @cached_property
    def item(self) -> PlainText:
        """The field of one text of the list."""
        sample = self.sample[0] if isinstance(self.sample, list) and self.sample else ""
        return PlainText(name=self.name, label=self.label, sample=sample)

    def read(self, raw: object, reading: Reading) -> list[object]:
        """Return the texts; a text with line breaks, as a cell of a workbook has it, is a list of its lines."""
        raw = raw.splitlines() if isinstance(raw, str) else raw
        if not isinstance(raw, list):
            raise Rejected("not-a-list", _("this is no list"), _("Give a list of texts."))
        if len(raw) < self.min:
            raise Rejected("texts-missing", _("at least {min} must be given", min=self.min), translated(self.why))
        item = PlainText(name="", label=self.label)
        found = [Reading() for _item in raw]
        texts = [item.read_or_report(each, inner) for each, inner in zip(raw, found, strict=True)]
        _gather(reading, self.name, dict(enumerate(found, 1)))
        return texts

    def read_missing(self) -> object:
        """Return the value of a field that was not given; raise Rejected if it must be given."""
        return [] if self.optional or self.min == 0 else super().read_missing()

    def rule(self) -> str:
        """Return in words what the field takes."""
        return _("a list of texts") + (f" ({translated(self.why)})" if self.why else "")

    def cell_note(self) -> str:
        """Return how several texts are typed into one cell."""
        return _("each on a line of its own within the cell (Alt+Enter)")

    def blank_value(self) -> list[object]:
        """Return a value about as wide as what is written by hand."""
        return []


@dataclass(frozen=True, kw_only=True)
class Gathering:
    """The rule by which rows are gathered from documents of another form, from a field of the same name there.

    `take` are pairs: a field of the rows, and the field of the other document that fills it. The fields in `agree` must have the
    same value in all the documents and in the one that gathers them.
    """

    form: str = key(NAME)
    take: tuple[tuple[str, str], ...] = key(PAIRS, ())
    agree: tuple[str, ...] = key(NAMES, ())


#: A table whose keys `form.load` reads, because a mistake in it is named by its own key.
GATHERING: Reader[Any] = TABLE


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows(Field):
    """A list of records of their own, each with the same fields: the rows of a table, or the tasks of a standard.

    `at_most` are chains of fields, all numbers or all dates, in which no value may be more than the next one. `unique` are fields
    whose value no two rows may share.
    """

    kind = "rows"
    takes_list = True
    fields: tuple[Field, ...] = ()
    min: int = key(WHOLE, 0)
    at_most: tuple[tuple[str, ...], ...] = key(CHAINS, ())
    unique: tuple[str, ...] = key(NAMES, ())
    gathers: Gathering | None = key(GATHERING, None)

    @cached_property
    def rows(self) -> tuple[Rows, ...]:
        """The fields of a row that hold rows themselves, in order."""
        return tuple(field for field in self.fields if isinstance(field, Rows))

    @cached_property
    def own_fields(self) -> tuple[Field, ...]:
        """All other fields of a row."""
        return tuple(field for field in self.fields if not isinstance(field, Rows))

    def read(self, raw: object, reading: Reading) -> list[dict[str, object]]:
        """Return the value to print; raise Rejected if `raw` cannot be read."""
        if not isinstance(raw, list) or not all([type(row) is dict or isinstance(row, Mapping) for row in raw]):
            raise Rejected("not-rows", _("this is no list of rows"), _("Give a list, each entry with its own fields."))
        if len(raw) < self.min:
            raise Rejected("rows-missing", _("at least {min} must be given", min=self.min))
        with fonts.settled():
            rows, found = read_rows(self.fields, raw)
        for number, row in enumerate(rows, 1) if self.at_most else ():
            if above := self._above(row):
                found[number].problems.extend(above)
        for name in self.unique:
            self._report_repeated(name, rows, found)
        _gather(reading, self.name, found)
        return rows

    def _above(self, row: Mapping[str, object]) -> list[Problem]:
        """Return a problem for each value of a row that is more than the one that bounds it."""
        problems = []
        for less, more in (pair for chain in self.at_most for pair in pairwise(chain)):
            value, bound = row[less], row[more]
            if not _exceeds(value, bound):
                continue
            label = next(labelled(field.label) for field in self.fields if field.name == more)
            message = _("{value} is more than “{name}”: {bound}", value=value, name=label, bound=bound)
            hint = _("Correct one of the two.")
            problems.append(Problem("more-than-bound", message, hint, self._where(less), str(value)))
        return problems

    def _report_repeated(self, name: str, rows: list[dict[str, object]], found: RowReadings) -> None:
        """Report each row that repeats the value of an earlier one."""
        first: dict[object, int] = {}
        for number, row in enumerate(rows, 1):
            value = row[name]
            if value is not None and (before := first.setdefault(value, number)) != number:
                message = _("{value} is in row {row} already", value=value, row=before)
                problem = Problem("row-twice", message, _("Take one of the two rows out."), self._where(name), str(value))
                found[number].problems.append(problem)

    def _where(self, name: str) -> Where:
        return next(field.where() for field in self.fields if field.name == name)

    def read_missing(self) -> object:
        """Return the value of a field that was not given; raise Rejected if it must be given."""
        return [] if self.min == 0 else super().read_missing()

    def rule(self) -> str:
        """Return in words what the field takes."""
        bounds = "".join(f"; {' ≤ '.join(chain)}" for chain in self.at_most)
        return _("a list of rows, each with: {fields}", fields=", ".join(field.name for field in self.fields)) + bounds

    def blank_value(self) -> list[object]:
        """Return a value about as wide as what is written by hand."""
        return []


def _exceeds(value: object, bound: object) -> bool:
    """Return whether a number or a date is more than another one; False where one of them is missing."""
    if isinstance(value, date) and isinstance(bound, date):
        return value > bound
    return isinstance(value, int) and isinstance(bound, int) and value > bound


def _gather(reading: Reading, name: str, found: Mapping[int, Reading]) -> None:
    """Add the problems and notes of each item to those of the list, with places such as `name[3].field`."""
    for number, inner in sorted(found.items()):
        key = f"{name}[{number}]"
        reading.problems.extend(problem.inside(key) for problem in inner.problems)
        reading.notes.extend(note.inside(key) for note in inner.notes)
