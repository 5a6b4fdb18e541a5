"""Which records of a table are asked for: rows, or registration numbers, one by one or from one to another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from docgen.errors import DataError, UsageError, visible
from docgen.messages import _

PART = re.compile(r"(?P<first>[^\s,-]+)(\s*-\s*(?P<last>[^\s,-]+))?$")
#: How many of those that are missing are named.
NAMED = 10


@dataclass(frozen=True)
class Selection:
    """Rows or numbers: `412-415,980`. `field` is empty for rows, else the name of the field that holds the number."""

    text: str
    field: str = ""

    def __post_init__(self) -> None:
        list(self.parts)

    def __str__(self) -> str:
        return f"{self.field or 'rows'} {self.text}" if self.text else ""

    @property
    def parts(self) -> Iterator[tuple[str, str]]:
        """Give the first and the last of each part; UsageError for one that cannot be read."""
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
        """Give the rows that are asked for; DataError at the end when the table lacks one that is named."""
        single = {first for first, last in self.parts if first == last}
        spans = [range(int(first), int(last) + 1) for first, last in self.parts if first != last]
        met: set[str] = set()
        for row, raw in rows:
            told = str(raw.get(self.field, "")).strip() if self.field else str(row)
            if told in single or (_is_whole(told) and any(int(told) in span for span in spans)):
                met.add(told)
                yield row, raw
        missing = sorted(single - met)
        missing += [f"{span[0]}-{span[-1]}" for span in spans if not any(_within(told, span) for told in met)]
        if missing:
            message = _("the table has no such record: {names}", names=", ".join(missing[:NAMED]))
            rows, numbers = _("Rows are those of the sheet, as docgen check tells them."), _("Numbers are those of the records.")
            raise DataError.because("selection-missing", message, numbers if self.field else rows)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _within(told: str, span: range) -> bool:
    return _is_whole(told) and int(told) in span


#: The selection of a batch of which nothing is asked for by name.
EVERYTHING = Selection("")
