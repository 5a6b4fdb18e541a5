"""Which records of a table are asked for: rows, or registration numbers, one by one or from one to another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from docgen.errors import DataError, Problem, UsageError, visible
from docgen.messages import _

PART = re.compile(r"(?P<first>[^\s,-]+)(\s*-\s*(?P<last>[^\s,-]+))?$")
#: No row and no place in a sequence has more digits.
DIGITS = 18
#: How many of those that are missing are named.
NAMED = 10


@dataclass(frozen=True)
class Selection:
    """Rows or numbers: `412-415,980`. `field` is empty for rows, else the name of the field that holds the number.

    `met` are those of them whose rows were refused before: they are not missing. `organization` is the field that says within
    what a number is one document.
    """

    text: str
    field: str = ""
    met: frozenset[str] = frozenset()
    organization: str = "organization"

    def __post_init__(self) -> None:
        list(self.parts)

    def __str__(self) -> str:
        return f"{self.field or 'rows'} {self.text}" if self.text else ""

    @property
    def parts(self) -> Iterator[tuple[str, str]]:
        """Yield the first and the last of each part; raise UsageError for one that cannot be read."""
        for part in filter(None, map(str.strip, self.text.split(","))):
            match = PART.match(part)
            ends = (match["first"], match["last"] or match["first"]) if match else ("", "")
            is_span = len(set(ends)) > 1
            needs_count = is_span or not self.field
            if not match or (needs_count and not (all(map(_is_whole, ends)) and int(ends[0]) <= int(ends[1]))):
                message = _("“{part}” is no row or number, nor a span of them", part=visible(part[:60]))
                raise UsageError.because("selection-wrong", message, _("Write it as in: 412-415,980"))
            yield ends

    def of(self, rows: Iterable[tuple[int, Mapping[str, object]]]) -> Iterator[tuple[int, Mapping[str, object]]]:
        """Yield the rows that are asked for.

        Raise DataError at the end when the table lacks one that is named, or several organizations have a number that is named.
        """
        single, spans = self._named()
        met = set(self.met)
        claims: dict[str, dict[str, int]] = {}
        for row, raw in rows:
            if (name := self._name_of(row, raw)) in single or any(_within(name, span) for span in spans):
                met.add(name)
                claims.setdefault(name, {}).setdefault(" ".join(str(raw.get(self.organization, "")).split()), row)
                yield row, raw
        if self.field:
            _refuse_several(claims)
        missing = sorted(single - met)
        missing += [f"{span[0]}-{span[-1]}" for span in spans if not any(_within(name, span) for name in met)]
        if missing:
            message = _("the table has no such record: {names}", names=", ".join(missing[:NAMED]))
            hint = _("Rows are those of the sheet, as docgen check shows them.")
            if self.field:
                hint = _("Numbers are those of the records.")
            raise DataError.because("selection-missing", message, hint)

    def asks_for(self, row: int) -> bool:
        """Return whether a row is asked for by its number."""
        single, spans = self._named()
        return str(row) in single or any(row in span for span in spans)

    def with_refused(self, rows: Iterable[tuple[int, Mapping[str, object]]]) -> tuple[Selection, set[int]]:
        """Return the selection that knows of rows which were refused, and which of these it asks for."""
        single, spans = self._named()
        names = {row: self._name_of(row, raw) for row, raw in rows}
        asked = {row: name for row, name in names.items() if name in single or any(_within(name, span) for span in spans)}
        return replace(self, met=self.met | frozenset(asked.values())), set(asked)

    def _named(self) -> tuple[set[str], list[range]]:
        """Return what is named one by one, and from one to another."""
        single = {first for first, last in self.parts if first == last}
        return single, [range(int(first), int(last) + 1) for first, last in self.parts if first != last]

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


def _within(name: str, span: range) -> bool:
    return _is_whole(name) and int(name) in span


#: The selection of a batch of which nothing is asked for by name.
EVERYTHING = Selection("")
