"""The sandbox that templates run in: they see a record's values alone, cannot change them, and end within bounds.

One expression is bounded by what it may make, a whole template by how often its loops and macros turn, by the letters that it
prints, and by the clock. The counts are of one filling: a context variable holds them, so that threads do not share any.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, TemplateSyntaxError, nodes, pass_environment, pass_eval_context
from jinja2.exceptions import SecurityError
from jinja2.filters import do_join, do_replace, sync_do_sum
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer

from docgen.messages import _

#: What a product of a template may be: letters or items of a sequence, digits of a number; and what two texts make together.
LONGEST, DIGITS, LONGEST_TEXT = 10_000, 100, 1_000_000
#: What one filling may take: turns of its loops and macros, letters of what they print, seconds.
TURNS, LETTERS, SECONDS = 2_000_000, 300_000_000, 60
#: Methods and filters that make a text as wide as an argument says, or another one each time; `replace` and `join` are filters.
UNBOUNDED_METHODS = {"center", "expandtabs", "format", "format_map", "join", "ljust", "replace", "rjust", "translate", "zfill"}
UNBOUNDED_FILTERS = ("batch", "center", "format", "indent", "pprint", "random", "slice", "urlize", "wordwrap")


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
        raise SecurityError(_("the result of {operator} is too large", operator="set"))
    if time.monotonic() > spent.until:
        raise SecurityError(_("it takes longer than {limit} seconds", limit=SECONDS))


class Missing(StrictUndefined):
    """A name without a value: an error that says so in words, wherever it is used."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        if self._undefined_obj is missing:
            return _("there is no value for “{name}”", name=self._undefined_name)
        return _("a row has no “{name}”", name=self._undefined_name)


@contextmanager
def bounded_depth() -> Iterator[None]:
    """Raise TemplateSyntaxError for a template that is nested deeper than Jinja or Python can follow."""
    try:
        yield
    except (RecursionError, SyntaxError):  # Python's compiler counts parentheses, blocks and their indentation
        raise TemplateSyntaxError(_("it is nested too deeply"), 0) from None


class BoundedTemplate(Template):
    """A template whose every filling is bounded."""

    def render(self, *args: object, **values: object) -> str:
        """Return the text that values make; raise SecurityError beyond the bounds."""
        with bounded():
            return super().render(*args, **values)


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox, in which neither an expression nor all loops together can take all memory or time."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})
    template_class = BoundedTemplate

    def __init__(self, **options: object):
        super().__init__(undefined=Missing, keep_trailing_newline=True, **options)
        for name in UNBOUNDED_FILTERS:
            del self.filters[name]
        self.filters |= {"join": _join, "replace": _replace, "sum": _sum}

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return the result of an operator; raise SecurityError if it would be too large."""
        if not BOUNDS[operator](left, right):
            raise SecurityError(_("the result of {operator} is too large", operator=operator))
        return super().call_binop(context, operator, left, right)

    def wrap_str_format(self, value: object) -> None:
        """Refuse to wrap a text's own `format`, which is one of the unbounded methods."""

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Return whether a template may read an attribute: none that makes a text of any size."""
        is_unbounded = isinstance(obj, (str, bytes)) and attr in UNBOUNDED_METHODS
        return not is_unbounded and super().is_safe_attribute(obj, attr, value)

    def turn(self, letters: int) -> None:
        """Count a turn of a loop or a call of a macro with so many letters of fixed text."""
        spend(letters, 1)

    def begin_capture(self, letters: int) -> None:
        """Begin to capture a text for a name, with so many letters of fixed text in it."""
        if spent := _spent.get():
            spent.captures.append(min([spent.letters + LONGEST_TEXT, *spent.captures]))
        spend(letters)

    def end_capture(self) -> None:
        """End the capture that was begun last."""
        if spent := _spent.get():
            spent.captures.pop()

    def concat_values(self, *values: object) -> str:
        """Return what `~` makes of values."""
        _refuse_long("~", values)
        return (markup_join if self.autoescape else str_join)(values)

    def weighed(self, value: object) -> object:
        """Return a list that an expression makes; raise SecurityError if it holds too much, one part many times perhaps."""
        _refuse_long("[…]", [value])
        return value

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        with bounded_depth():
            bound: nodes.Template = Bounding().visit(super()._parse(source, name, filename))
        return bound

    def _generate(self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False) -> str:
        with bounded_depth():
            return super()._generate(source, name, filename, defer_init)

    def _compile(self, source: str, filename: str) -> CodeType:
        with bounded_depth():
            return super()._compile(source, filename)

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:
        spend(0, 1)
        return super()._load_template(name, globals)


#: What has a body that may be run many times.
Turning = nodes.For | nodes.Macro | nodes.CallBlock | nodes.Block


class Bounding(NodeTransformer):
    """Make every loop, macro and block count its turns, and every list, `~` and `set` its size."""

    def visit_For(self, node: Turning) -> nodes.Node:
        """Count the turns of a loop, macro or block."""
        letters = sum(len(data.data) for data in node.find_all(nodes.TemplateData))
        self.generic_visit(node)
        turn = nodes.Call(nodes.EnvironmentAttribute("turn"), [nodes.Const(letters)], [], None, None)
        node.body.insert(0, nodes.ExprStmt(turn, lineno=node.lineno))
        return node

    visit_Macro = visit_CallBlock = visit_Block = visit_For

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> nodes.Node:
        """Bound the text that is captured for a name."""
        letters = sum(len(data.data) for data in node.find_all(nodes.TemplateData))
        self.generic_visit(node)
        calls: tuple[tuple[str, list[nodes.Expr]], ...] = (("begin_capture", [nodes.Const(letters)]), ("end_capture", []))
        begin, end = (
            nodes.ExprStmt(nodes.Call(nodes.EnvironmentAttribute(name), given, [], None, None), lineno=node.lineno)
            for name, given in calls
        )
        node.body = [begin, *node.body, end]
        return node

    def visit_Assign(self, node: nodes.Assign) -> nodes.Node:
        """Bound what a macro or a caller prints when it is set to a name."""
        self.generic_visit(node)
        if next(node.node.find_all(nodes.Call), None) or isinstance(node.node, nodes.Call):
            node.node = nodes.Call(nodes.EnvironmentAttribute("weighed"), [node.node], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        """Bound what `~` makes."""
        self.generic_visit(node)
        return nodes.Call(nodes.EnvironmentAttribute("concat_values"), node.nodes, [], None, None, lineno=node.lineno)

    def visit_List(self, node: nodes.List | nodes.Tuple | nodes.Dict) -> nodes.Node:
        """Bound what a list, tuple or dictionary holds."""
        self.generic_visit(node)
        is_target = getattr(node, "ctx", "load") != "load"
        if is_target or next(node.find_all((nodes.Name, nodes.Call)), None) is None:
            return node
        return nodes.Call(nodes.EnvironmentAttribute("weighed"), [node], [], None, None, lineno=node.lineno)

    visit_Tuple = visit_Dict = visit_List


def _size(value: object) -> int:
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


def _refuse_long(name: str, values: Iterable[object]) -> None:
    if sum(map(_size, values)) > LONGEST_TEXT:
        raise SecurityError(_("the result of {operator} is too large", operator=name))


@pass_eval_context
def _join(context: EvalContext, value: Iterable[object], between: str = "", attribute: str | None = None) -> str:
    values = list(value)
    _refuse_long("join", [*[between] * len(values), *(values if attribute is None else ())])
    text: str = do_join(context, values, between, attribute)
    return text


@pass_eval_context
def _replace(context: EvalContext, text: str, old: str, new: str, count: int | None = None) -> str:
    if _size(text) + str(text).count(str(old)) * _size(new) > LONGEST_TEXT:
        raise SecurityError(_("the result of {operator} is too large", operator="replace"))
    replaced: str = do_replace(context, text, old, new, count)
    return replaced


@pass_environment
def _sum(environment: Environment, values: Iterable[Any], attribute: str | int | None = None, start: float = 0) -> float:
    """Return what numbers come to; lists would be copied again at each step."""
    if not isinstance(start, (int, float)):
        raise SecurityError(_("the result of {operator} is too large", operator="sum"))
    total: float = sync_do_sum(environment, values, attribute, start)
    return total


def _is_short(left: object, right: object) -> bool:
    counts = [abs(value) for value in (left, right) if isinstance(value, (int, float))]
    return all(count < 10**DIGITS for count in counts) and (
        len(counts) == 2 or _size(left) * _size(right) * max(counts, default=1) <= LONGEST
    )


#: Operator → whether what it makes of two values stays within bounds.
BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "*": _is_short,
    "**": lambda left, right: abs(left) < 10**DIGITS and abs(right) < DIGITS,
    "%": lambda left, right: not isinstance(left, (str, bytes)),
    "+": lambda left, right: _size(left) + _size(right) <= LONGEST_TEXT,
}
