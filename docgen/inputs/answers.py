"""A form filled field by field, apart from any terminal: which question comes next, what an answer does, what is saved.

Answers are stored as they were typed. The questions follow from them: each entry of a list asks for its own fields, and after
the last one a question is open for another.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from docgen.errors import DataError, Problem
from docgen.fields import Field, Reading, Rows, Texts
from docgen.files import data_folder, read_bytes, write_whole
from docgen.form import Form
from docgen.messages import _
from docgen.record import read_record, sample_record

#: Where an answer is: `("tasks", 0, "rows", 2, "function")`.
Steps = tuple[str | int, ...]
#: Answers by field, as JSON has them: texts, lists of texts, and lists of entries with answers of their own.
Answers = dict[str, Any]
#: Fields whose last answer is offered again next time, whatever the form.
REMEMBERED = ("organization", "head", "city")
#: Codes of the problems that lie between several answers.
CONTRADICTIONS = ("dates-reversed", "more-than-bound", "row-twice")
SIZE_LIMIT = 8 << 20


@dataclass(frozen=True, slots=True)
class Question:
    """One value to ask for."""

    path: Steps
    field: Field
    #: The lists that it is in, outermost first, each with the number of the entry.
    within: tuple[tuple[Rows | Texts, int], ...] = ()
    #: Whether it begins an entry of a list: emptied, it takes the entry out.
    begins: bool = False
    #: Whether it is open after the last entry: left empty, it ends the list.
    is_open: bool = False

    @property
    def key(self) -> str:
        """Where it is, as problems name it: `tasks[1].rows[3].function`."""
        return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in self.path).lstrip(".")

    @property
    def list_path(self) -> Steps:
        """Where the list is that it belongs to."""
        return self.path[: max((depth for depth, part in enumerate(self.path) if isinstance(part, int)), default=0)]


@dataclass(slots=True)
class Filling:
    """The answers to a form so far, and the question that comes next."""

    form: Form
    answers: Answers = field(default_factory=dict)
    at: Steps = ()

    def questions(self) -> list[Question]:
        """Return every question in its order, those of the entries that lists have so far among them."""
        asked = [each for each in self.form.fields if each.asked]
        return list(_questions(asked, self.answers, (), ()))

    def position(self) -> int:
        """Return the place of the next question among `questions`; after the last when all have been asked."""
        questions = self.questions()
        paths = [question.path for question in questions]
        if self.at in paths:
            return paths.index(self.at)
        return len(questions) if self.at == DONE else 0

    def answer(self, question: Question) -> str:
        """Return what was answered, as it was typed."""
        try:
            return str(_at(self.answers, question.path))
        except (KeyError, IndexError):
            return ""

    def example(self, question: Question) -> object:
        """Return what the form's sample has in this place, None where it has nothing."""
        try:
            first = tuple(0 if isinstance(part, int) else part for part in question.path)
            return _at(sample_record(self.form.fields), first)
        except (KeyError, IndexError):
            return question.field.sample or None

    def put(self, question: Question, text: str) -> list[Problem]:
        """Store an answer, move on to the next question, and return notes: what was mended, and what it now contradicts.

        Raise DataError, and change nothing, for an answer that the field cannot take. A contradiction may lie in the other
        answer, so it is reported at once, and is to be corrected by the end.
        """
        before = self._contradictions()
        place = next(number for number, each in enumerate(self.questions()) if each.path == question.path)
        notes: list[Problem] = []
        if text:
            text = question.field.meant_by(text)
            notes = _check(question.field, text)
            _set(self.answers, question.path, text)
        elif question.is_open:
            self._check_length(question)
        elif question.begins:
            entries = question.list_path
            del _at(self.answers, entries)[question.path[len(entries)]]
            place -= 1  # another entry, or the open question, is there now
        else:
            _check(question.field, None)
            _set(self.answers, question.path, None)
        self.go(place + 1)
        return notes + [problem for problem in self._contradictions() if problem not in before]

    def _contradictions(self) -> list[Problem]:
        """Return what several answers say against each other; what is missing yet is no part of it."""
        try:
            read_record(self.form, self.answers)
        except DataError as error:
            return [problem for problem in error.problems if problem.code in CONTRADICTIONS]
        return []

    def _check_length(self, question: Question) -> None:
        """Raise DataError when a list ends with fewer entries than it must have."""
        owner, number = question.within[-1]
        if number <= owner.min:
            message = _("at least {min} must be given", min=owner.min)
            raise DataError(Problem("rows-missing", message))

    def go(self, place: int) -> None:
        """Make the question at a place the next one; after the last, all have been asked."""
        questions = self.questions()
        self.at = questions[max(place, 0)].path if place < len(questions) else DONE

    def offer(self, remembered: Mapping[str, str], question: Question) -> str:
        """Return what to begin with: the former answer, else what was answered last time to the field of this name."""
        return self.answer(question) or (remembered.get(question.field.name, "") if len(question.path) == 1 else "")


DONE: Steps = ("",)


def _questions(
    fields: Iterable[Field], answers: Mapping[str, Any], path: Steps, within: tuple[tuple[Rows | Texts, int], ...]
) -> Iterator[Question]:
    for each in fields:
        entries = answers.get(each.name) or []
        if isinstance(each, Rows):
            first, *others = _starter_first(each)
            for number, entry in enumerate(entries):
                inside, at = (*within, (each, number + 1)), (*path, each.name, number)
                yield Question((*at, first.name), first, inside, begins=True)
                yield from _questions(others, entry, at, inside)
            at = (*path, each.name, len(entries), first.name)
            yield Question(at, first, (*within, (each, len(entries) + 1)), is_open=True)
        elif isinstance(each, Texts):
            for number in range(len(entries) + 1):
                is_open = number == len(entries)
                inside = (*within, (each, number + 1))
                yield Question((*path, each.name, number), each.item, inside, begins=not is_open, is_open=is_open)
        else:
            yield Question((*path, each.name), each, within)


def _starter_first(rows: Rows) -> list[Field]:
    """Return the fields of an entry with one in front that must be given: without it there is no entry."""
    simple = [each for each in rows.fields if not each.takes_list]
    starter = next((each for each in simple if not each.optional), simple[0])
    return [replace(starter, optional=False), *(each for each in rows.fields if each.name != starter.name)]


def _check(each: Field, text: str | None) -> list[Problem]:
    """Return notes on an answer; raise DataError for one that the field cannot take."""
    reading = Reading()
    each.read_or_report(text, reading)
    if reading.problems:
        raise DataError([problem.at(key="", label="") for problem in reading.problems])
    return [note.at(key="", label="") for note in reading.notes]


def _set(answers: Answers, path: Steps, value: str | None) -> None:
    """Set an answer, making the entries on its way; None takes it out."""
    found: Any = answers
    for part, then in pairwise(path):
        empty: object = [] if isinstance(then, int) else {}
        if isinstance(found, list) and part == len(found):
            found.append(empty)
        elif isinstance(found, dict):
            found.setdefault(part, empty)
        found = found[part]
    last: Any = path[-1]
    if isinstance(found, list):
        found[last : last + 1] = [] if value is None else [value]
    elif value is None:
        found.pop(last, None)
    else:
        found[last] = value


def _at(answers: Answers, path: Steps) -> Any:
    """Return what is at a path; raise KeyError or IndexError where nothing is."""
    found: Any = answers
    for part in path:
        found = found[part]
    return found


def fitting_answers(fields: Iterable[Field], saved: object) -> Answers:
    """Return what of saved answers fits some fields, without empty ones: the form may have been changed since."""
    saved = saved if isinstance(saved, dict) else {}
    fitting: Answers = {}
    for each in fields:
        value = saved.get(each.name)
        if isinstance(each, Rows) and isinstance(value, list):
            fitting[each.name] = [row for entry in value if (row := fitting_answers(each.fields, entry))]
        elif isinstance(each, Texts) and isinstance(value, list):
            fitting[each.name] = [text for text in value if isinstance(text, str) and text]
        elif not each.takes_list and isinstance(value, str) and value:
            fitting[each.name] = value
    return {name: value for name, value in fitting.items() if value}


@dataclass(frozen=True, slots=True)
class DraftStore:
    """What is saved between two calls, in the user's own folder: the draft of each form, and the last organization, head, city.

    Only the owner may read it.
    """

    folder: Path = field(default_factory=data_folder)

    def draft(self, form: Form) -> Filling | None:
        """Return what was typed into a form and not finished; None when there is nothing, or nothing that can be read."""
        saved = self._read(self._draft_file(form))
        answers = fitting_answers(form.fields, saved.get("answers"))
        at = saved.get("at")
        return Filling(form, answers, tuple(at) if isinstance(at, list) else ()) if answers else None

    def answers(self, form: Form, others: Iterable[Field] = ()) -> Answers:
        """Return what was typed into a form so far, and into other fields that are asked for with it."""
        return fitting_answers((*form.fields, *others), self._read(self._draft_file(form)).get("answers"))

    def save(self, filling: Filling) -> None:
        """Write the draft of a form, whole or not at all."""
        self._write(self._draft_file(filling.form), {"answers": filling.answers, "at": filling.at})

    def drop(self, form: Form) -> None:
        """Forget the draft of a form."""
        with suppress(OSError):
            self._draft_file(form).unlink(missing_ok=True)

    def remembered(self) -> dict[str, str]:
        """Return the last answers to the fields that most documents of an office share."""
        saved = self._read(self._remembered_file())
        return {name: value for name in REMEMBERED if isinstance(value := saved.get(name), str)}

    def remember(self, filling: Filling) -> None:
        """Save the answers that most documents of an office share."""
        new = {name: filling.answers[name] for name in REMEMBERED if isinstance(filling.answers.get(name), str)}
        if new:
            self._write(self._remembered_file(), self.remembered() | new)

    def _draft_file(self, form: Form) -> Path:
        return self.folder / "drafts" / f"{form.id}.json"

    def _remembered_file(self) -> Path:
        return self.folder / "remembered.json"

    def _read(self, path: Path) -> dict[str, object]:
        try:
            saved = json.loads(read_bytes(path, SIZE_LIMIT))
        except (DataError, ValueError, RecursionError):
            return {}
        return saved if isinstance(saved, dict) else {}

    def _write(self, path: Path, content: object) -> None:
        with suppress(OSError):  # write_whole reports what cannot be written
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
        write_whole(path, json.dumps(content, ensure_ascii=False, indent=1).encode(), mode=0o600)


def file_name(form: Form, answers: Mapping[str, object]) -> str:
    """Return a name for the record's file, made of the form, the surname and the number: letters, digits, - and _ alone."""
    parts = [form.id, *(str(answers[name]) for name in ("surname", "number") if answers.get(name))]
    words = ["".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in part)[:60] for part in parts]
    return "-".join(words)


def free_path(folder: Path, stem: str, suffixes: Iterable[str]) -> Path:
    """Return a path in a folder whose file, and those of the same name with the other suffixes, do not exist yet."""
    first, *others = suffixes
    for number in range(1, 10_000):
        path = folder / (f"{stem}{first}" if number == 1 else f"{stem}-{number}{first}")
        if not any(os.path.lexists(path.with_suffix(suffix)) for suffix in (first, *others)):
            return path
    message = _("there are too many files of this name")
    raise DataError.because("name-taken", message, _("Choose another name: -o FILE."), file=stem)
