"""The headings of a table beside the fields that they may hold: guessed, to be confirmed or changed by a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from docgen.errors import UsageError, nearest_hint, visible
from docgen.fields import Field, labels_of
from docgen.form.lexicon import NO_LEXICON, Lexicon
from docgen.messages import _
from docgen.tables import OWN_COLUMNS, RecordTable, meanings, near_fields, parts_of
from docgen.tables.spellings import Spellings

#: How much of a value is shown, so that a person sees what a column holds.
SHOWN = 40


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """A heading, a value below it, and the field that it holds, "" for one that is left out.

    `is_sure` says that docgen finds the field by itself, so that a job need not say it; `is_guess` that nobody has confirmed it.
    """

    heading: str
    example: str
    field: str
    is_sure: bool = False
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class ColumnGuesses:
    """All columns of a table, in its order. No two hold one field."""

    columns: tuple[ColumnGuess, ...]
    fields: tuple[Field, ...]
    #: What headings mean besides the fields' names and labels.
    lexicon: Lexicon = NO_LEXICON

    @property
    def said(self) -> dict[str, str]:
        """Return heading → field of the columns that a job has to say."""
        return {each.heading: each.field for each in self.columns if each.field and not each.is_sure}

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return the headings that a job has to leave out."""
        return tuple(each.heading for each in self.columns if not each.field)

    @property
    def missing(self) -> list[Field]:
        """Return the fields that must be given and have no column."""
        held = set(parts_of(each.field for each in self.columns))
        return [each for each in self.fields if not each.optional and each.name not in held]

    def changed(self, place: int, name: str) -> ColumnGuesses:
        """Return the columns with another field, a name or label, in one of them; "" leaves it out.

        Raise UsageError for a name that is no field's, and for a field that another column holds.
        """
        column = self.columns[place]
        meant = meanings([name], labels_of(self.fields), self.lexicon)[name] if name else ("",)
        if len(meant) != 1:
            message = _("there is no field “{name}”", name=visible(name[:60]))
            raise UsageError.because("field-unknown", message, nearest_hint(name, [each.name for each in self.fields]))
        [found] = meant
        other = next((each for each in self.columns if found and each.field == found and each is not column), None)
        if other is not None:
            message = _("the column “{heading}” holds it already", heading=other.heading)
            raise UsageError.because("heading-clash", message, _("Change that column first."), key=found)
        is_sure = bool(found) and found in meanings([column.heading], labels_of(self.fields), self.lexicon)[column.heading]
        columns = list(self.columns)
        columns[place] = replace(column, field=found, is_sure=is_sure, is_guess=False)
        return replace(self, columns=tuple(columns))


def guess_columns(table: RecordTable, fields: Iterable[Field], lexicon: Lexicon = NO_LEXICON) -> ColumnGuesses:
    """Return the columns of a table with the field that each heading means, or else looks most like; no field twice.

    A column that counts the rows is passed over, as it is when the table is read.
    """
    fields = tuple(fields)
    headings = [each.text for each in table.headings if not each.text.startswith(OWN_COLUMNS)]
    counting = Spellings(labels_of(fields), lexicon).is_counter
    headings = [heading for heading in headings if not counting(heading)]
    meant = meanings(headings, labels_of(fields), lexicon)
    taken: dict[str, str] = {}
    for heading in headings:
        if len(meant[heading]) == 1 and meant[heading][0] not in taken.values():
            taken.setdefault(heading, meant[heading][0])
    sure = dict(taken)
    for heading in headings:
        if heading not in taken:
            _take_near(heading, fields, taken)
    examples = _examples(table)
    columns = [
        ColumnGuess(each, examples.get(each, ""), taken.get(each, ""), each in sure, each in taken and each not in sure)
        for each in dict.fromkeys(headings)
    ]
    return ColumnGuesses(tuple(columns), fields, lexicon)


def _take_near(heading: str, fields: Sequence[Field], taken: dict[str, str]) -> None:
    """Add the field that a heading looks most like, if no other heading has it."""
    near: Mapping[str, Sequence[str]] = {name: labels for name, labels in labels_of(fields).items() if name not in taken.values()}
    if found := near_fields(heading, near):
        taken[heading] = found[0]


def _examples(table: RecordTable) -> dict[str, str]:
    """Return the first value below each heading, as much of it as is shown."""
    found: dict[str, str] = {}
    for row in table.rows[:20]:
        for heading, value in row.cells.items():
            found.setdefault(heading, visible(str(value))[:SHOWN])
    return found
