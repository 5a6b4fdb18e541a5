"""The clauses of the acts: docs/acts/*.toml, and for each clause its places, checks, tests and state."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from places_in_words import place_in_words, sheet_in_words

from docgen.form import Form, form_ids, load_form
from docgen.form.places import Frame, Place
from docgen.preflighting.checks import LETTERS_INSIDE, SHEET, Check, checks_of
from docgen.preflighting.measured_page import clause_of

ROOT = Path(__file__).parent.parent
ACTS = ROOT / "docs" / "acts"
#: What a clause asks of a document: its words or measures, the document alone, nothing; or it is ours, under a clause of its own.
KINDS = ("prescribed", "asked", "outside", "house")
#: State of a clause → its sign and what it means.
STATES = {
    "measured": ("🟢", "preflight measures the places of the form that fulfil it in a finished PDF, and a test holds it"),
    "fulfilled": ("🔵", "the form fulfils it by its words, fields and rules, and a test holds it; preflight does not measure it"),
    "documented": ("⚪", "it is not a matter of a document's words or layout; the page says what follows from it, if anything"),
    "open": ("🟠", "something that it asks for is not done; the page says what. What is done is listed all the same"),
}


@dataclass(frozen=True)
class Clause:
    """One clause of an act: what it says in our words, the words that it fixes, and what is done about it."""

    number: str
    title: str
    kind: str
    says: str
    words: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()  #: those of the words that the forms do not print yet
    forms: tuple[str, ...] = ()
    places: tuple[str, ...] = ()  #: places that fulfil it and have no clause of their own
    fields: tuple[str, ...] = ()  #: fields whose bounds fulfil it
    does: str = ""
    open: tuple[str, ...] = ()
    id: str = ""

    @property
    def fixed(self) -> list[tuple[str, str]]:
        """The fixed words, each with the form that has to print them, empty for all; they are written `ID: words`."""
        parts = [re.fullmatch(r"(?:([a-z-]+): )?(.+)", words) for words in self.words]
        return [(part[1] or "", part[2]) for part in parts if part]


@dataclass(frozen=True)
class Part:
    """A part of an act whose clauses are numbered on their own."""

    title: str
    clauses: tuple[Clause, ...]
    about: str = ""


@dataclass(frozen=True)
class Act:
    """An act as its table has it."""

    id: str
    name: str
    kazakh: str
    about: str
    basis: str
    parts: tuple[Part, ...]
    registered: str = ""
    edition: str = ""

    @property
    def clauses(self) -> list[Clause]:
        """The clauses of all parts, in order."""
        return [clause for part in self.parts for clause in part.clauses]

    @property
    def forms(self) -> list[str]:
        """The ids of the shipped forms that name this act."""
        return [form_id for form_id in form_ids() if load_form(form_id).act.name.startswith(self.name)]


@dataclass(frozen=True)
class Holder:
    """A test that holds clauses."""

    file: str
    name: str

    @property
    def link(self) -> str:
        """The test in words, as a link from docs/acts/."""
        words = self.name.removeprefix("test_").replace("_", " ")
        return f"[{words}](../../{self.file})"


def acts() -> list[Act]:
    """Return every act, by the names of the files."""
    return [_act(tomllib.loads(path.read_text("utf-8"))) for path in sorted(ACTS.glob("*.toml"))]


def _act(raw: dict[str, Any]) -> Act:
    parts = tuple(_part(part) for part in raw.pop("part"))
    return Act(parts=parts, **raw)


def _part(raw: dict[str, Any]) -> Part:
    prefix, forms = raw.get("prefix", ""), raw.get("forms", [])
    clauses = tuple(_clause({"forms": [] if clause["kind"] == "outside" else forms} | clause, prefix) for clause in raw["clause"])
    return Part(raw["title"], clauses, raw.get("about", ""))


def _clause(raw: dict[str, Any], prefix: str) -> Clause:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    if raw["kind"] not in KINDS:
        raise ValueError(f"{raw['number']}: kind {raw['kind']}")
    return Clause(**values, id=prefix + raw["number"])


@cache
def holders() -> dict[tuple[str, str], list[Holder]]:
    """Return the tests of each act and clause, read from the marks in tests/ without running anything."""
    found: dict[tuple[str, str], list[Holder]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                holder = Holder(path.relative_to(ROOT).as_posix(), node.name)
                for act, *clauses in _marks(node):
                    for clause in clauses:
                        found.setdefault((act, clause), []).append(holder)
    return found


def _marks(function: ast.FunctionDef) -> Iterator[list[str]]:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.clause":
            yield [ast.literal_eval(argument) for argument in decorator.args]


def places_of(clause: Clause, form: Form) -> list[Place]:
    """Return the places of a form that fulfil a clause."""
    return [place for place in form.places if clause_of(place, form) == clause.number or place.name in clause.places]


def state_of(act: Act, clause: Clause) -> tuple[str, str]:
    """Return the state of a clause, and the state without its open points."""
    if clause.kind == "outside":
        base = "documented"
    elif any(measures(clause, load_form(form_id)) for form_id in clause.forms):
        base = "measured"
    else:
        base = "fulfilled" if clause.forms else "open"
    untested = base in ("measured", "fulfilled") and not holders().get((act.id, clause.id))
    return ("open" if clause.open or untested else base), base


def measures(clause: Clause, form: Form) -> list[tuple[str, str, Sequence[Check[Any]]]]:
    """Return name, definition in words and checks of each place of a form that a clause prescribes, and of its sheet."""
    sheet = [("sheet", sheet_in_words(form.sheet), SHEET)] if form.sheet.clause == clause.number else []
    places = places_of(clause, form)
    return sheet + [(place.name, place_in_words(place, form), place_checks(place, form)) for place in places]


def place_checks(place: Place, form: Form) -> Sequence[Check[Any]]:
    """Return the checks that preflight makes of a place."""
    return (*checks_of(place, form), *([LETTERS_INSIDE] if isinstance(place, Frame) else []))
