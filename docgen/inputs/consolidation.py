"""Several documents of one form → one of another that gathers their rows: a consolidated list, made of lists.

Rows come in the order of the documents. A row that an earlier one equals, in a field that must be unique, becomes a problem with
both places and is not gathered; the caller decides whether that refuses the document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from docgen.errors import Problem, Where
from docgen.fields import MISSING, Field, Gathering, Reading, Rows
from docgen.form import Form
from docgen.inputs.sources import Raw
from docgen.messages import _

#: The fields that say who a row is about, for a message.
NAMES = ("surname", "given_name", "patronymic")


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row of a list: its values, and what returns the place of each of them by its field's name."""

    values: Raw
    place: Callable[[str], Where]


@dataclass(frozen=True, slots=True)
class ListDocument:
    """One document whose rows are gathered: its own fields, its rows, and what to call it."""

    name: str
    own: Raw
    rows: list[ListedRow]
    #: Rows of it that were left out when it was read: the sample of its form.
    left_out: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class GatheredRecord:
    """A RecordSource (docgen.inputs.sources): the raw record that was gathered, and where each of its rows comes from."""

    raw: dict[str, object]
    rows: list[ListedRow] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)
    #: People who are in several lists, a problem for each row that was left out.
    doubles: list[Problem] = field(default_factory=list)
    #: What does not agree between the lists.
    problems: list[Problem] = field(default_factory=list)
    folder: Path | None = None

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems of the record, those of its rows with the place that the row comes from."""
        return [self._placed(problem) for problem in problems]

    def _placed(self, problem: Problem) -> Problem:
        match = re.fullmatch(r"[a-z0-9_]+\[(\d+)\]\.(.+)", problem.where.key)
        if not match or problem.where.file:
            return problem
        return replace(problem, where=self.rows[int(match[1]) - 1].place(match[2]))


def gather(form: Form, own: Raw, lists: Iterable[ListDocument]) -> GatheredRecord:
    """Return the record of `form`, which gathers, with the rows of all lists; `own` are the form's own values."""
    rows = form.gathering
    assert rows is not None
    assert rows.gathers is not None
    lists = list(lists)
    gathered = GatheredRecord(dict(own), left_out=[problem for each in lists for problem in each.left_out])
    gathered.problems += _differing(form, rows.gathers, gathered.raw, lists)
    gathered.problems += [_value_missing(each, name) for each in lists for name in _missing(rows.gathers, each)]
    gathered.rows = list(_single(rows, _filled(rows.gathers, lists), gathered.doubles))
    gathered.raw[rows.name] = [dict(row.values) for row in gathered.rows]
    return gathered


def _filled(gathering: Gathering, lists: list[ListDocument]) -> Iterator[ListedRow]:
    """Yield every row with what its list says of itself, where the row does not say it; a list that does not is refused."""
    for each in lists:
        inherited = {name: each.own.get(other) or each.name for name, other in gathering.take}
        for row in each.rows:
            yield replace(row, values=inherited | dict(row.values))


def _missing(gathering: Gathering, each: ListDocument) -> list[str]:
    """Return the fields that a list should say of itself and that some of its rows lack."""
    pairs = [(name, other) for name, other in gathering.take if each.own.get(other) in MISSING]
    return [other for name, other in pairs if any(row.values.get(name) in MISSING for row in each.rows)]


def _value_missing(each: ListDocument, name: str) -> Problem:
    hint = _("Give it in the list, as a field of its own or as a column.")
    return Problem("list-untold", _("the list does not say its “{name}”", name=name), hint, Where(file=each.name, key=name))


def _differing(form: Form, gathering: Gathering, raw: dict[str, object], lists: list[ListDocument]) -> Iterator[Problem]:
    """Yield a problem for each list that does not agree with the ones before; take over what all of them hold."""
    for name in gathering.agree:
        first: tuple[object, str] | None = (raw[name], form.id) if raw.get(name) not in MISSING else None
        for each in lists:
            value = each.own.get(name)
            if value in MISSING:
                continue
            if first is None:
                first = value, each.name
                raw[name] = value
            elif _read(form.field(name), value) != _read(form.field(name), first[0]):
                message = _("{value} is not {first}, as in {file}", value=value, first=first[0], file=first[1])
                hint = _("Only lists that agree in this are put together.")
                yield Problem("lists-differ", message, hint, Where(file=each.name, key=name), str(value))


def _single(rows: Rows, listed: Iterable[ListedRow], doubles: list[Problem]) -> Iterator[ListedRow]:
    """Yield each row but those that equal an earlier one; add a problem for each of these to `doubles`."""
    fields = [each for each in rows.fields if each.name in rows.unique]
    seen: dict[tuple[str, object], ListedRow] = {}
    for row in listed:
        keys = [(each.name, value) for each in fields if (value := _read(each, row.values.get(each.name))) is not None]
        twice = next((key for key in keys if key in seen), None)
        if twice is None:
            seen |= dict.fromkeys(keys, row)
            yield row
        else:
            doubles.append(_double(twice, row, seen[twice]))


def _double(key: tuple[str, object], row: ListedRow, first: ListedRow) -> Problem:
    name, value = key
    who = [str(row.values[part]) for part in NAMES if row.values.get(part)]
    message = _("{who} is there twice: first in {place}", who=" ".join([str(value), *who]), place=first.place(name))
    hint = _("Take one of the two out, or keep the first one alone with --skip-doubles.")
    return Problem("person-twice", message, hint, row.place(name), str(value))


def _read(field_: Field, raw: object) -> object:
    """Return a value as it would be printed, None where it cannot be: that becomes a problem when the record is read."""
    return None if raw is None else field_.read_or_report(raw, Reading())
