"""What templates may use: filters, tests, and methods by type of value. Nothing else is there, whatever Jinja or Python has.

None makes more than it is given, or its size is known before it is made (`docgen.templating.bounds`); none gives another value
each time, and none reads a clock.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from jinja2 import Environment, pass_context, pass_environment, pass_eval_context
from jinja2.environment import TemplateModule
from jinja2.filters import FILTERS, do_float, do_int, do_join, do_replace, do_round, do_trim, sync_do_map, sync_do_sum
from jinja2.nodes import EvalContext
from jinja2.runtime import BlockReference, Context, LoopContext
from jinja2.tests import TESTS

from docgen.templating.bounds import DIGITS, LONGEST_TEXT, refuse_long, refuse_search, size_of, too_large

P = ParamSpec("P")
R = TypeVar("R")

#: Methods and attributes by type, those of a subtype first.
TEXT_METHODS = (
    "capitalize casefold count endswith find index isalnum isalpha isascii isdecimal isdigit islower isnumeric isspace istitle "
    "isupper lower lstrip partition removeprefix removesuffix rfind rindex rpartition rsplit rstrip split splitlines startswith "
    "strip swapcase title upper"
)
DATE_METHODS = "year month day weekday isoweekday isoformat strftime replace"
METHODS: tuple[tuple[type, frozenset[str]], ...] = tuple(
    (kind, frozenset(names.split()))
    for kind, names in (
        (str, TEXT_METHODS),
        (dict, "get items keys values"),
        (list, "count index"),
        (tuple, "count index"),
        (int, "is_integer"),
        (float, "is_integer"),
        (datetime, f"{DATE_METHODS} hour minute second"),
        (date, DATE_METHODS),
        (timedelta, "days seconds total_seconds"),
        (LoopContext, "changed cycle depth depth0 first index index0 last length nextitem previtem revindex revindex0"),
        (BlockReference, "super"),
    )
)
#: A format of a date longer than this is none: what `strftime` makes may be 256 times as long.
DATE_FORMAT = 100


@lru_cache(maxsize=256)
def _names_of(kind: Callable[..., Any]) -> frozenset[str]:
    """Return what a type has for templates: what is listed, else the fields and properties of a dataclass."""
    for owner, names in METHODS:
        if isinstance(kind, type) and issubclass(kind, owner):
            return names
    own = {name for base in getattr(kind, "__mro__", ()) for name, each in vars(base).items() if isinstance(each, PROPERTIES)}
    return frozenset({*getattr(kind, "__dataclass_fields__", ()), *own}) if is_dataclass(kind) else frozenset()


#: What computes an attribute of a class.
PROPERTIES = (property, cached_property)


def is_allowed(value: object, name: str) -> bool:
    """Return whether a template may read an attribute of a value; of an imported template that is every macro."""
    kind: Callable[..., Any] = type(value)
    return name in _names_of(kind) or (isinstance(value, TemplateModule) and not name.startswith("_"))


def refuse_call(called: object, given: Iterable[object]) -> None:
    """Raise SecurityError for a method that would take too long with what it is given, or make too much."""
    owner = getattr(called, "__self__", None)
    if isinstance(owner, str):
        refuse_search(getattr(called, "__name__", ""), owner, *given)
    elif isinstance(owner, date) and any(isinstance(each, str) and len(each) > DATE_FORMAT for each in given):
        raise too_large("strftime")


def contains(sought: object, within: Any) -> bool:
    """Return what `sought in within` gives; raise SecurityError for texts that are too long."""
    refuse_search("in", within, sought)
    return sought in within


def weighed(name: str, filter: Callable[P, R]) -> Callable[P, R]:
    """Return a filter that refuses more than LONGEST_TEXT: it writes out what it is given, signs of it several times as long."""

    @wraps(filter)
    def weighing(*given: P.args, **named: P.kwargs) -> R:
        refuse_long(name, [*given, *named.values()])
        return filter(*given, **named)

    return weighing


@pass_eval_context
def _join(context: EvalContext, value: Iterable[object], between: str = "", attribute: str | None = None) -> str:
    values = list(value)
    refuse_long("join", [*[between] * len(values), *(values if attribute is None else ())])
    text: str = do_join(context, values, between, attribute)
    return text


@pass_eval_context
def _replace(context: EvalContext, text: str, old: str, new: str, count: int | None = None) -> str:
    refuse_search("replace", str(text), str(old))
    if size_of(text) + str(text).count(str(old)) * size_of(new) > LONGEST_TEXT:
        raise too_large("replace")
    replaced: str = do_replace(context, text, old, new, count)
    return replaced


@pass_environment
def _sum(environment: Environment, values: Iterable[Any], attribute: str | int | None = None, start: float = 0) -> float:
    """Return what numbers come to; lists would be copied again at each step."""
    if not isinstance(start, (int, float)):
        raise too_large("sum")
    total: float = sync_do_sum(environment, values, attribute, start)
    return total


@pass_context
def _map(context: Context, values: Iterable[object], *given: Any, **named: Any) -> Iterator[object]:
    """Yield an attribute of each value, or what a filter makes of it, all of which together is bounded."""
    size, is_attribute = 0, "attribute" in named
    for each in sync_do_map(context, values, *given, **named):
        size += 0 if is_attribute else size_of(each)
        if size > LONGEST_TEXT:
            raise too_large("map")
        yield each


def _int(value: Any, default: int = 0, base: int = 10) -> int:
    if isinstance(value, (str, bytes)) and len(value) > DIGITS:
        raise too_large("int")
    return do_int(value, default, base)


def _float(value: Any, default: float = 0.0) -> float:
    number = do_float(value, default)
    if not math.isfinite(number):
        raise too_large("float")
    return number


def _round(value: float, precision: int = 0, method: Any = "common") -> float:
    if not -DIGITS <= precision <= DIGITS:
        raise too_large("round")
    return do_round(value, precision, method)


def _trim(value: str, chars: str | None = None) -> str:
    refuse_search("trim", str(value), chars)
    return do_trim(value, chars)


#: Filters that give one of the values that they are given, a number, or the values themselves in another order.
CHOOSING = (
    "abs count d default dictsort first groupby items last length list max min reject rejectattr reverse select selectattr sort "
    "unique"
)
#: Filters that write out what they are given.
WRITING = "capitalize e escape forceescape lower safe string title truncate upper urlencode wordcount xmlattr"
ALLOWED_FILTERS: Mapping[str, Callable[..., Any]] = {
    **{name: FILTERS[name] for name in CHOOSING.split()},
    **{name: weighed(name, FILTERS[name]) for name in WRITING.split()},
    "float": _float,
    "int": _int,
    "join": _join,
    "map": _map,
    "replace": _replace,
    "round": _round,
    "sum": _sum,
    "trim": weighed("trim", _trim),
}
ALLOWED_TESTS: Mapping[str, Any] = {**TESTS, "in": contains}
