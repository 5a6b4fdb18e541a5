"""How much a template may take and make: sizes are known before anything of the size is made.

One expression is bounded by what it may make, a whole template by how often its loops and macros turn, by the letters that it
prints, and by the clock. The counts are of one filling: a context variable holds them, so that threads do not share any.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from jinja2.exceptions import SecurityError

from docgen.messages import _

#: What a product of a template may be: letters or items of a sequence, digits of a number; and what two texts make together.
LONGEST, DIGITS, LONGEST_TEXT = 10_000, 100, 1_000_000
#: No number of a template reaches this one: arithmetic with longer ones takes ever more time.
LARGEST = 10**DIGITS
#: Letters of a text times those that are sought in it: where each is compared with each, that is a tenth of a second.
SEARCH = 100_000_000
#: What one filling may take: turns of its loops and macros, letters of what they print, seconds.
TURNS, LETTERS, SECONDS = 2_000_000, 300_000_000, 60


@dataclass
class Spent:
    """What one filling has taken so far."""

    until: float
    turns: int = 0
    letters: int = 0
    #: The total of letters at which each text that is being captured for a name is too long, innermost last.
    captures: list[int] = field(default_factory=list)


_spent: ContextVar[Spent | None] = ContextVar("docgen template", default=None)


@contextmanager
def bounded() -> Iterator[None]:
    """Bound all that is filled in the block; within another such block the outer one's bounds hold."""
    token = None if _spent.get() else _spent.set(Spent(time.monotonic() + SECONDS))
    try:
        yield
    finally:
        if token:
            _spent.reset(token)


def spend(letters: int, turns: int = 0) -> None:
    """Count what a template prints or how often it turns; SecurityError beyond the bounds of its filling."""
    spent = _spent.get()
    if spent is None:
        return
    spent.turns += turns
    spent.letters += letters
    if spent.turns > TURNS:
        raise SecurityError(_("its loops turn more than {limit} times", limit=f"{TURNS:,}"))
    if spent.letters > LETTERS:
        raise SecurityError(_("it prints more than {limit} letters", limit=f"{LETTERS:,}"))
    if spent.captures and spent.letters > spent.captures[-1]:
        raise too_large("set")
    if time.monotonic() > spent.until:
        raise SecurityError(_("it takes longer than {limit} seconds", limit=SECONDS))


def begin_capture(letters: int) -> None:
    """Begin to capture a text for a name, with so many letters of fixed text in it."""
    if spent := _spent.get():
        spent.captures.append(min([spent.letters + LONGEST_TEXT, *spent.captures]))
    spend(letters)


def end_capture() -> None:
    """End the capture that was begun last."""
    if spent := _spent.get():
        spent.captures.pop()


def too_large(name: str) -> SecurityError:
    """Return the error for an operator, filter or method whose result would be too large, or take too long."""
    return SecurityError(_("the result of {operator} is too large", operator=name))


def size_of(value: object) -> int:
    """Return the letters of a text, and of a list how much is in it at every depth, counted no further than is too much."""
    if isinstance(value, (str, bytes)):
        return len(value)
    size, within = 0, [value]
    while within and size <= LONGEST_TEXT:
        each = within.pop()
        if isinstance(each, dict):
            each = [*each.keys(), *each.values()]
        if isinstance(each, (list, tuple)):
            size += len(each)
            within += each
        elif isinstance(each, (str, bytes)):
            size += len(each)
    return max(size, 1)


def refuse_long(name: str, values: Iterable[object]) -> None:
    """Raise SecurityError for values that together are too large for an operator, filter or method."""
    if sum(map(size_of, values)) > LONGEST_TEXT:
        raise too_large(name)


def refuse_search(name: str, text: object, *sought: object) -> None:
    """Raise SecurityError for a text that is too long for a text of such a length to be sought in it."""
    if isinstance(text, str):
        for each in sought:
            if isinstance(each, str) and len(text) * len(each) > SEARCH:
                raise too_large(name)


def are_small(*values: object) -> bool:
    """Return whether no value is a number too large to count with, an infinite one, or none at all (NaN)."""
    return all(abs(value) < LARGEST for value in values if isinstance(value, (int, float)))


def _is_short(left: object, right: object) -> bool:
    counts = [value for value in (left, right) if isinstance(value, (int, float))]
    return len(counts) == 2 or size_of(left) * size_of(right) * max(map(abs, counts), default=1) <= LONGEST


def _is_no_format(left: object, _right: object) -> bool:
    return not isinstance(left, (str, bytes))


#: Operator → whether what it makes of two values stays within bounds, where the numbers among them do (`are_small`).
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "*": _is_short,
    "**": lambda _left, right: abs(right) < DIGITS,
    "%": _is_no_format,
    "+": lambda left, right: size_of(left) + size_of(right) <= LONGEST_TEXT,
    "-": lambda _left, _right: True,
    "/": lambda _left, _right: True,
    "//": lambda _left, _right: True,
}
