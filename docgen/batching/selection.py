"""Which records of a table are asked for: rows, or registration numbers, one by one or from one to another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from docgen.errors import DataError, Problem, UsageError, visible
from docgen.messages import _

#: What divides the two ends of a span, also as docgen itself writes it: 00001 – 00024.
BETWEEN = re.compile(r"\s*[-–—]\s*")
#: No row and no place in a sequence has more digits.
DIGITS = 18
#: How many of those that are missing are named.
NAMED = 10


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """Numbers that differ in one group of digits alone: 00412 – 00415, 2026-0007 – 2026-0012, 7/26 – 12/26.

    `before` and `after` are what stands around that group.
    """

    before: str
    first: int
    last: int
    after: str

    @classmethod
    def between(cls, first: str, last: str) -> NumberSpan | None:
        """Return the span from one number to another; None where they do not count in one group of digits, or downwards."""
        one, other = (re.split(r"([0-9]+)", number) for number in (first, last))
        if len(one) != len(other) or len(one) < 3:
            return None
        place, *more = [place for place, ends in enumerate(zip(one, other, strict=True)) if len(set(ends)) > 1] or [len(one) - 2]
        is_counted = place % 2 == 1 and _is_whole(one[place]) and _is_whole(other[place])
        if more or not is_counted or int(one[place]) > int(other[place]):
            return None
        return cls("".join(one[:place]), int(one[place]), int(other[place]), "".join(one[place + 1 :]))

    def __contains__(self, name: str) -> bool:
        digits = name[len(self.before) : len(name) - len(self.after)]
        is_alike = name.startswith(self.before) and name.endswith(self.after)
        return is_alike and _is_whole(digits) and self.first <= int(digits) <= self.last


@dataclass(frozen=True)
class Selection:
    """Rows or numbers: `412-415,980`. `field` is empty for rows, else the name of the field that holds the number.

    A number may have hyphens itself, 2026-0007: what may be a number and a span is both.

    `met` are those of them whose rows were refused before: they are not missing. `organization` is the field that says within
    what a number is one document.
    """

    text: str
    field: str = ""
    met: frozenset[str] = frozenset()
    organization: str = "organization"

    def __post_init__(self) -> None:
        if self.field:
            return
        for part in self.parts:
            if not (_is_whole(part) or _spans_of(part)):
                message = _("“{part}” is no row or number, nor a span of them", part=visible(part[:60]))
                raise UsageError.because("selection-wrong", message, _("Write it as in: 412-415,980"))

    def __str__(self) -> str:
        return f"{self.field or 'rows'} {self.text}" if self.text else ""

    @cached_property
    def parts(self) -> dict[str, list[NumberSpan]]:
        """What is named, each part as it was written, with the spans that it may mean."""
        return {part: _spans_of(part) for part in filter(None, map(str.strip, self.text.split(",")))}

    @cached_property
    def spans(self) -> list[NumberSpan]:
        """The spans of all parts."""
        return [span for spans in self.parts.values() for span in spans]

    def of(self, rows: Iterable[tuple[int, Mapping[str, object]]]) -> Iterator[tuple[int, Mapping[str, object]]]:
        """Yield the rows that are asked for.

        Raise DataError at the end when the table lacks one that is named, or several organizations have a number that is named.
        """
        met = set(self.met)
        claims: dict[str, dict[str, int]] = {}
        for row, raw in rows:
            if self.names(name := self._name_of(row, raw)):
                met.add(name)
                claims.setdefault(name, {}).setdefault(" ".join(str(raw.get(self.organization, "")).split()), row)
                yield row, raw
        if self.field:
            _refuse_several(claims)
        if missing := [part for part, spans in self.parts.items() if not _is_met(part, spans, met)]:
            message = _("the table has no such record: {names}", names=", ".join(missing[:NAMED]))
            hint = _("Rows are those of the sheet, as docgen check shows them.")
            if self.field:
                hint = _("Numbers are those of the records.")
            raise DataError.because("selection-missing", message, hint)

    def asks_for(self, row: int) -> bool:
        """Return whether a row is asked for by its number."""
        return self.names(str(row))

    def with_refused(self, rows: Iterable[tuple[int, Mapping[str, object]]]) -> tuple[Selection, set[int]]:
        """Return the selection that knows of rows which were refused, and which of these it asks for."""
        names = {row: self._name_of(row, raw) for row, raw in rows}
        asked = {row: name for row, name in names.items() if self.names(name)}
        return self.with_met(asked.values()), set(asked)

    def with_met(self, names: Iterable[str]) -> Selection:
        """Return the selection that knows of rows or numbers which were refused: they are not missing."""
        return replace(self, met=self.met | frozenset(names))

    def names(self, name: str) -> bool:
        """Return whether a row or a number is one of those that are asked for."""
        return name in self.parts or any(name in span for span in self.spans)

    def _name_of(self, row: int, raw: Mapping[str, object]) -> str:
        """Return what a row is named by."""
        return str(raw.get(self.field, "")).strip() if self.field else str(row)


def _refuse_several(claims: Mapping[str, Mapping[str, int]]) -> None:
    """Raise DataError for numbers that several organizations have, with the row of each."""
    several = {number: rows for number, rows in claims.items() if len(rows) > 1}
    problems = []
    for number, rows in list(several.items())[:NAMED]:
        choices = "; ".join(_("{organization} (row {row})", organization=name or "–", row=row) for name, row in rows.items())
        message = _("several organizations have the number {number}: {choices}", number=number, choices=choices)
        hint = _("Say which by their rows: --only {rows}", rows=min(rows.values()))
        problems.append(Problem("selection-several", message, hint, value=number))
    if problems:
        raise DataError(problems)


def _is_whole(text: str) -> bool:
    """Return whether a text counts something: Python itself does not read numbers of thousands of digits."""
    return text.isascii() and text.isdigit() and len(text) <= DIGITS


def _spans_of(part: str) -> list[NumberSpan]:
    """Return the spans that a part may mean, divided at each hyphen; none for a single row or number."""
    ends = ((part[: sign.start()], part[sign.end() :]) for sign in BETWEEN.finditer(part))
    return [span for first, last in ends if (span := NumberSpan.between(first, last))]


def _is_met(part: str, spans: list[NumberSpan], met: set[str]) -> bool:
    """Return whether a row or a number that a part means was there."""
    return part in met or any(name in span for span in spans for name in met)


#: The selection of a batch of which nothing is asked for by name.
EVERYTHING = Selection("")
