"""The fields of a form as a page asks for them: each input with its label, rule, example, clause and problems; and back again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as part
from typing import Any

from docgen.errors import Problem
from docgen.fields import Choice, Date, Field, Iin, Rows, Texts, WholeNumber
from docgen.form import Form
from docgen.inputs import fitting_answers
from docgen.messages import labelled, translated

#: Codes of problems that say that nothing is given yet: shown when a clerk asks for a check, not while he begins.
NOT_YET = frozenset({"value-missing", "rows-missing", "texts-missing"})
#: A part of a field's name: the number of an entry, or the name of a field.
_NAME = re.compile(r"\[(\d{1,4})\]|\.?([a-z][a-z0-9_]*)")


@dataclass(slots=True)
class FieldInput:
    """One value that is asked for; `name` is where it is in the record, as problems name it: `tasks[1].rows[3].function`."""

    field: Field
    name: str
    value: str
    clause: str = ""
    problems: list[Problem] = part(default_factory=list)
    notes: list[Problem] = part(default_factory=list)

    @property
    def id(self) -> str:
        """The id of the input on its page."""
        return "f-" + re.sub(r"[^a-z0-9_]+", "-", self.name).strip("-")

    @property
    def root(self) -> str:
        """The field of the record that it belongs to."""
        return re.split(r"[.\[]", self.name, maxsplit=1)[0]

    @property
    def label(self) -> str:
        """What a clerk calls it."""
        return labelled(self.field.label)

    @property
    def rule(self) -> str:
        """What is taken, in words."""
        return self.field.rule()

    @property
    def example(self) -> str:
        """A value that would be taken, empty where the form has none, or the rule shows one."""
        if isinstance(self.field, Date):
            return ""
        sample = self.field.sample
        if isinstance(sample, list):
            sample = sample[0] if sample else ""
        return "" if isinstance(sample, dict) else str(sample or "")

    @property
    def kind(self) -> str:
        """What takes it on the page: a `list` to choose from, a `text` of several lines, else one `line`."""
        return "list" if isinstance(self.field, Choice) else "text" if isinstance(self.field, Texts) else "line"

    @property
    def keyboard(self) -> str:
        """What a phone shows to type it."""
        return "numeric" if isinstance(self.field, WholeNumber | Iin | Date) else "text"


@dataclass(slots=True)
class FieldRows:
    """A list of entries that is asked for, each entry with its own inputs; the last entry is empty."""

    field: Rows
    name: str
    entries: list[list[FieldInput | FieldRows]]
    problems: list[Problem] = part(default_factory=list)

    @property
    def label(self) -> str:
        """What a clerk calls the list."""
        return labelled(self.field.label)


AskedField = FieldInput | FieldRows
NO_CLAUSES: Mapping[str, str] = {}


def asked_fields(
    fields: Iterable[Field], answers: Mapping[str, Any], clauses: Mapping[str, str] = NO_CLAUSES, at: str = ""
) -> list[AskedField]:
    """Return what a page asks for, filled in with the answers so far, in order; the register fills in others."""
    asked: list[AskedField] = []
    for each in (field for field in fields if field.asked):
        name, answer = f"{at}{each.name}", answers.get(each.name)
        if isinstance(each, Rows):
            entries = [*(answer or []), {}]
            inner = [asked_fields(each.fields, entry, NO_CLAUSES, f"{name}[{count}].") for count, entry in enumerate(entries, 1)]
            asked.append(FieldRows(each, name, inner))
        else:
            text = "\n".join(map(str, answer)) if isinstance(answer, list) else "" if answer is None else str(answer)
            asked.append(FieldInput(each, name, text, clauses.get(each.name, "")))
    return asked


def sent_by(asked: Iterable[AskedField]) -> dict[str, str]:
    """Return what a page with these fields sends if nothing is changed on it."""
    found: dict[str, str] = {}
    for each in asked:
        if isinstance(each, FieldInput):
            found[each.name] = each.value
        else:
            found |= sent_by(inner for entry in each.entries for inner in entry)
    return found


def clauses_of(form: Form) -> dict[str, str]:
    """Return the clause that prescribes the place of each field, where one does."""
    found: dict[str, str] = {}
    for place in form.places:
        for name in place.ordered_names if place.clause else ():
            found.setdefault(name, translated(place.clause))
    return found


def place_problems(asked: Iterable[AskedField], problems: Iterable[Problem], notes: Iterable[Problem]) -> list[Problem]:
    """Give each problem and note to the fields that it names; return those that name none."""
    known: dict[str, AskedField] = {}
    waiting = list(asked)
    while waiting:
        each = waiting.pop()
        known[each.name] = each
        if isinstance(each, FieldRows):
            waiting += [inner for entry in each.entries for inner in entry]
    others = []
    for problem in problems:
        names = [known[name] for name in _keys(problem, known)]
        for each in names:
            each.problems.append(problem)
        others += [] if names else [problem]
    for note in notes:
        for name in _keys(note, known):
            if isinstance(found := known[name], FieldInput):
                found.notes.append(note)
    return others


def _keys(problem: Problem, known: Mapping[str, object]) -> list[str]:
    """Return the fields that a problem names; of a text within a list, the list."""
    names = problem.where.key.split(", ")
    return [short for name in names if (short := name if name in known else re.sub(r"\[\d+\]$", "", name)) in known]


def read_answers(fields: Sequence[Field], sent: Mapping[str, str]) -> dict[str, Any]:
    """Return the answers in what a page sent, without empty ones; names that the form does not have are not looked at."""
    raw: dict[str, Any] = {}
    for name, text in sent.items():
        _put(raw, name, text)
    return fitting_answers(fields, _as_lists(fields, raw))


def _put(raw: dict[str, Any], name: str, text: str) -> None:
    steps = [int(number) if number else word for number, word in _NAME.findall(name)]
    if "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".") != name:
        return
    found: Any = raw
    for step in steps[:-1]:
        if not isinstance(found, dict):
            return
        found = found.setdefault(step, {})
    if steps and isinstance(found, dict):
        found[steps[-1]] = text


def _as_lists(fields: Iterable[Field], raw: Mapping[Any, Any]) -> dict[str, Any]:
    """Return what was sent with its entries and lines as lists; white space around a text is no part of it."""
    found: dict[str, Any] = {}
    for each in fields:
        value = raw.get(each.name)
        if isinstance(each, Rows) and isinstance(value, dict):
            numbers = sorted(number for number in value if isinstance(number, int))
            found[each.name] = [_as_lists(each.fields, entry) for number in numbers if isinstance(entry := value[number], dict)]
        elif isinstance(each, Texts) and isinstance(value, str):
            found[each.name] = [line.strip() for line in value.split("\n") if line.strip()]
        elif isinstance(value, str):
            found[each.name] = value.strip()
    return found
