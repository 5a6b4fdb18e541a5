"""The markup of a long table, or of a series of tables that are alike, each below a paragraph, cut into paragraphs and rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

#: A table of fewer rows, paragraphs counted with them, is set by WeasyPrint.
LONG = 150
#: A table by its columns and heading, its rows, and its end.
_TABLE = re.compile(r"(<table>(?:<col [^>]*>)*<thead>.*?</thead><tbody>)(.*?)(</tbody></table>)", re.DOTALL)
_ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
#: What stands between two tables of a series.
_PARAGRAPH = re.compile(r"\s*((<p(?: class=\"[\w -]*\")?>)(?:(?!</?p\b).)*</p>)\s*", re.DOTALL)
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)
#: What a document may not have, since its parts are set apart: counters go on, links lead to other pages, a fixed box is on all.
_COUNTED = re.compile(r"counter|bookmark-|<a |\sid=|list-item|-quote|float:\s*footnote|position:\s*fixed")
#: What its styles may not have: they would find other rows, other pages, or another one before what is below the table.
_PLACED = re.compile(r":(?:nth|first|last|only|has|empty)|@page[^{]*:(?:left|right|blank)|~")
#: A comment, a style sheet, or where an element begins or ends; elements that do not end.
_TAG = re.compile(r"<!--.*?-->|<style\b.*?</style>|<(/?)([a-z][\w-]*)([^<>]*?)(/?)>", re.DOTALL | re.IGNORECASE)
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class TableSeries(NamedTuple):
    """A body with tables that are alike, or with a single one; what is above it, and what is below.

    `items` are rows, and between them the paragraphs that stand above all tables but the first; `begin` and `end` are where each
    table begins and ends. `opened` are the elements that begin above and hold the tables.
    """

    above: str
    opened: list[str]
    begin: str
    items: list[str]
    end: str
    below: str

    @property
    def has_paragraphs(self) -> bool:
        """Whether it is more than one table."""
        return any(map(is_paragraph, self.items))

    def first(self, count: int) -> str:
        """Return the body with so many items and nothing below but styles, which hold for all."""
        return "".join((self.above, self._set(self.items[:count]), *_STYLE.findall(self.below)))

    def only(self, items: Sequence[str]) -> str:
        """Return a body of other items alone, a row the last of them."""
        return "".join((*self._head, self._set(items), *_STYLE.findall(self.below)))

    def last(self, begin: int) -> str:
        """Return the body of the items from one on, with nothing above.

        The first one stands at the top of its page as it does there in the whole: the margin above a paragraph is left out, and
        that of the elements that hold the tables.
        """
        first, *others = self.items[begin:]
        if is_paragraph(first):
            first = first.replace("<p", '<p style="margin-top:0"', 1)
        return "".join((*self._head, self._set([first, *others]), self.below))

    @property
    def _head(self) -> list[str]:
        """What is left of what is above: its styles, and the elements that hold the tables too."""
        return [*_STYLE.findall(self.above), *self.opened]

    def _set(self, items: Sequence[str]) -> str:
        return "".join(self._parts(items))

    def _parts(self, items: Sequence[str]) -> Iterator[str]:
        """Yield items, and where a table begins and ends."""
        is_open = False
        for item in items:
            if is_paragraph(item) and is_open:
                yield self.end
            if not is_paragraph(item) and not is_open:
                yield self.begin
            is_open = not is_paragraph(item)
            yield item
        if is_open:
            yield self.end


def is_paragraph(item: str) -> bool:
    """Return whether an item of a series is a paragraph, not a row."""
    return item.startswith("<p")


def table_series(body: str) -> TableSeries | None:
    """Return a body cut at its longest series of tables; None where it has none, or what does not let it be set in parts."""
    if body.count("<tr") <= LONG or _COUNTED.search(body) or any(map(_PLACED.search, _STYLE.findall(body))):
        return None
    tables = max(_series_in(body), key=lambda series: sum(len(table[2]) for table in series), default=[])
    items: list[str] = []
    for before, table in zip([None, *tables], tables, strict=False):
        rows = _ROW.findall(table[2])
        if "".join(rows) != table[2]:
            return None
        items += [*_between(before, table), *rows]
    if len(items) < LONG:
        return None
    above = body[: tables[0].start()]
    opened = _opened(above)
    return None if opened is None else TableSeries(above, opened, tables[0][1], items, tables[0][3], body[tables[-1].end() :])


def _opened(above: str) -> list[str] | None:
    """Return the elements that are begun there and not ended, without their margin; None where they may be more than `div`."""
    found: list[tuple[str, str]] = []
    for tag in _TAG.finditer(above):
        end, name, said, empty = tag.groups()
        name = (name or "").lower()
        if not name or name in _VOID or empty:
            continue
        if not end:
            found.append((name, said))
        elif not found or found.pop()[0] != name:
            return None
    if any(name != "div" or "style" in said for name, said in found):
        return None
    return [f'<div style="margin-top:0"{said}>' for _name, said in found]


def _series_in(body: str) -> Iterator[list[re.Match[str]]]:
    """Yield the tables of each series; one that is like no other before it begins a series."""
    series: list[re.Match[str]] = []
    opening = ""
    for table in _TABLE.finditer(body):
        paragraph = _PARAGRAPH.fullmatch(body, series[-1].end(), table.start()) if series else None
        if paragraph and series[-1][1] == table[1] and opening in ("", paragraph[2]):
            series.append(table)
            opening = paragraph[2]
            continue
        if series:
            yield series
        series, opening = [table], ""
    if series:
        yield series


def _between(before: re.Match[str] | None, table: re.Match[str]) -> list[str]:
    """Return the paragraph between two tables of a series."""
    paragraph = _PARAGRAPH.fullmatch(table.string, before.end(), table.start()) if before else None
    return [paragraph[1]] if paragraph else []
