"""Everything that can go wrong, as one tree: each error has a place, a message, a hint, a stable code and an exit code."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self, TypedDict, Unpack

from docgen.messages import _

#: Unicode general categories (UAX 44) that show nothing, or change how their neighbours are shown.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the input: a file and key, or a row and column of a table, with the sheet where there are several.

    Rows count from 1, columns are letters. `label` is what a clerk calls the field that `key` names.
    """

    file: str = ""
    key: str = ""
    row: int | None = None
    column: str = ""
    sheet: str = ""
    label: str = ""

    def as_values(self) -> Location:
        """Return all of it by the names of its attributes."""
        return {
            "file": self.file, "key": self.key, "row": self.row, "column": self.column, "sheet": self.sheet, "label": self.label,
        }  # fmt: skip

    def __str__(self) -> str:
        row = _("row {number}", number=self.row) if self.row else ""
        cell = f"{self.column}{self.row}" if self.row and self.column else row
        cell = "!".join(part for part in (self.sheet, cell) if part)
        key = self.key if _is_alike(self.key, self.label) else f"{self.key} ({self.label})"
        return ": ".join(part for part in (self.file, cell, key) if part)


class Location(TypedDict, total=False):
    """The parts of a `Where`, as keywords."""

    file: str
    key: str
    row: int | None
    column: str
    sheet: str
    label: str


def _is_alike(key: str, label: str) -> bool:
    """Return whether a label says no more than the key: `Given name` for `given_name`."""
    return label.casefold() in ("", key.rpartition(".")[2].replace("_", " "))


def _as_python_escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode()


def visible(text: str, escape: Callable[[str], str] = _as_python_escape) -> str:
    r"""Return `text` with each sign that cannot be seen written out, as `\u202e`; line feeds stay.

    A message quotes text from outside, which must not steer a terminal. A lone surrogate could not be written at all.
    """
    if text.isprintable():
        return text
    return "".join(letter if letter == "\n" or unicodedata.category(letter) not in UNSEEN else escape(letter) for letter in text)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one value: where it is, what is wrong, what to do.

    `code` is stable, so that a program need not read the words. `value` is the raw value, `proposal` what was probably meant: it
    is never taken unless somebody accepts it.
    """

    code: str
    message: str
    hint: str = ""
    where: Where = Where()
    value: str = ""
    proposal: str = ""

    def at(self, **place: Unpack[Location]) -> Problem:
        """Return the same problem with its place made more exact."""
        located: Location = {**self.where.as_values(), **place}
        return Problem(self.code, self.message, self.hint, Where(**located), self.value, self.proposal)

    def inside(self, key: str) -> Problem:
        """Return the same problem with `key` in front of its own key, for a value within rows."""
        return self.at(key=f"{key}.{self.where.key}" if self.where.key else key)

    def __str__(self) -> str:
        place = f"{self.where}: " if str(self.where) else ""
        return visible(f"{place}{self.message}" + (f"\n    {self.hint}" if self.hint else ""))

    def as_json(self) -> dict[str, object]:
        """Return the problem as plain values, with its words, for `--json`."""
        words = {"label": self.where.label, "message": self.message, "hint": self.hint}
        proposed = {"proposal": visible(self.proposal)} if self.proposal else {}
        return self.as_facts() | proposed | {name: visible(text) for name, text in words.items()}

    def as_values(self) -> dict[str, object]:
        """Return all of it by the names of its attributes, as plain values."""
        return {**{name: getattr(self, name) for name in Problem.__slots__}, "where": self.where.as_values()}

    def as_facts(self) -> dict[str, object]:
        """Return the parts that are the same in every language, for a manifest."""
        return {
            "code": self.code,
            "file": visible(self.where.file),
            "sheet": visible(self.where.sheet),
            "row": self.where.row,
            "column": self.where.column,
            "field": visible(self.where.key),
            "value": visible(self.value),
        }


class DocgenError(Exception):
    """The root of all errors that docgen raises, with every problem found and notes on what had been mended before."""

    exit_code = 4

    def __init__(self, problems: Problem | Sequence[Problem], notes: Sequence[Problem] = ()):
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        self.notes = list(notes)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[DocgenError], tuple[list[Problem], list[Problem]]]:
        """Return how to make the error again in another process."""
        return type(self), (self.problems, self.notes)

    @classmethod
    def because(cls, code: str, message: str, hint: str = "", **where: Unpack[Location]) -> Self:
        """Return an error of this class with one problem at a place."""
        return cls(Problem(code, message, hint, Where(**where)))


class DataError(DocgenError):
    """Records, tables, artwork or files are not fit to be used."""

    exit_code = 1


class UsageError(DocgenError):
    """The call itself is wrong: an unknown form, format or option."""

    exit_code = 2


class FormError(DocgenError):
    """A form definition or its template is wrong."""

    exit_code = 3


class MachineError(DocgenError):
    """The machine failed: the disk is full, a font or a system library is missing."""

    exit_code = 4


#: How many known names a hint lists: a book has more jobs than anybody reads.
LISTED = 60


def nearest_hint(name: str, known: list[str]) -> str:
    """Return `Did you mean …?`, or the known names when none is similar; capitals make no difference."""
    import difflib

    folded = {each.casefold(): each for each in reversed(known)}
    if near := difflib.get_close_matches(name.casefold(), folded, 1):
        return _("Did you mean “{near}”?", near=visible(folded[near[0]]))
    listed = [visible(each) for each in known[:LISTED]] + ["…"] * (len(known) > LISTED)
    return _("Known are: {names}.", names=", ".join(listed)) if known else ""
