"""Parameters of operations: how each is read from a request, and what OpenAPI says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from docgen.errors import Problem, UsageError, Where, nearest_hint, visible
from docgen.messages import _

#: The longest value of a parameter.
LETTERS = 500
#: The most pairs that a query may have.
PAIRS = 50


@dataclass(frozen=True, slots=True)
class ParameterKind:
    """How values of a kind are read, and what JSON Schema says of them."""

    read: Callable[[str], Any]
    schema: Mapping[str, object]


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(text)
    return int(text)


def _number(text: str) -> float:
    if not (text.isascii() and text.replace(".", "", 1).isdigit()):
        raise ValueError(text)
    return float(text)


def _day(text: str) -> str:
    if len(text) != 10 or not text.isascii():
        raise ValueError(text)
    return date.fromisoformat(text).isoformat()


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[text]


TEXT = ParameterKind(str, {"type": "string", "maxLength": LETTERS})
WHOLE = ParameterKind(_whole, {"type": "integer", "minimum": 0, "maximum": 999_999_999})
NUMBER = ParameterKind(_number, {"type": "number", "minimum": 0})
DAY = ParameterKind(_day, {"type": "string", "format": "date"})
FLAG = ParameterKind(_flag, {"type": "boolean"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query. `meaning` is what OpenAPI says; `options` are all values that it may have."""

    name: str
    kind: ParameterKind
    meaning: str
    options: Sequence[str] = ()
    is_required: bool = False

    def read(self, text: str) -> Any:
        """Return the value of a text; raise ValueError for one that is none."""
        if len(text) > LETTERS or (self.options and text not in self.options):
            raise ValueError(text)
        return self.kind.read(text)

    def schema(self) -> dict[str, object]:
        """Return what JSON Schema says of the value."""
        return {"type": "string", "enum": list(self.options)} if self.options else dict(self.kind.schema)


def read_query(parameters: Sequence[Parameter], query: bytes, *, drops_empty: bool = False) -> dict[str, Any]:
    """Return the parameters in a query; raise UsageError with every one that is unknown, wrong, given twice or missing.

    `drops_empty` passes over those without a value, as a form of a page sends them.
    """
    if not query and not any(each.is_required for each in parameters):
        return {}
    known = {each.name: each for each in parameters}
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for name, text in _pairs(query):
        if drops_empty and not text:
            continue
        each = known.get(name)
        if each is None:
            message = _("there is no parameter “{name}”", name=visible(name[:60]))
            problems.append(Problem("parameter-unknown", message, nearest_hint(name[:60], list(known)), Where(key=name[:60])))
            continue
        try:
            if name in values:
                raise ValueError(text)
            values[name] = each.read(text)
        except (ValueError, LookupError):
            problems.append(_wrong(each, text, is_twice=name in values))
    given = {problem.where.key for problem in problems} | values.keys()
    for each in parameters:
        if each.is_required and each.name not in given:
            problems.append(Problem("parameter-missing", _("this parameter must be given"), each.meaning, Where(key=each.name)))
    if problems:
        raise UsageError(problems)
    return values


def _pairs(query: bytes) -> list[tuple[str, str]]:
    """Return the names and values of a query; raise UsageError for one that is not in UTF-8, or has too many of them."""
    try:
        return parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=PAIRS)
    except ValueError:
        message = _("the query cannot be read")
        raise UsageError.because("query-wrong", message, _("Write it in UTF-8, percent-encoded.")) from None


def _wrong(each: Parameter, text: str, *, is_twice: bool) -> Problem:
    if is_twice:
        message, hint = _("“{name}” is given twice", name=each.name), ""
    else:
        message = _("“{value}” is not allowed here", value=visible(text[:60]))
        hint = _("Known are: {names}.", names=", ".join(each.options)) if each.options else each.meaning
    return Problem("parameter-wrong", message, hint, Where(key=each.name), visible(text[:60]))
