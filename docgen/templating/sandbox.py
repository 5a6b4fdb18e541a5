"""The sandbox that templates run in: they see a record's values alone, cannot change them, and end within bounds.

It has what `docgen.templating.allowed` lists. Nothing of a template is run before it is filled: constants are not folded.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from types import CodeType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.meta import TrackingCodeGenerator
from jinja2.runtime import Context, markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer

from docgen.messages import _
from docgen.templating.allowed import ALLOWED_FILTERS, ALLOWED_TESTS, contains, is_allowed, refuse_call
from docgen.templating.bounds import (
    LARGEST,
    OPERATORS,
    are_small,
    begin_capture,
    bounded,
    end_capture,
    refuse_long,
    spend,
    too_large,
)


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


#: So many attributes are remembered; names may be made up by a template.
REMEMBERED = 4096


class BoundedTemplate(Template):
    """A template whose every filling is bounded."""

    def render(self, *args: object, **values: object) -> str:
        """Return the text that values make; raise SecurityError beyond the bounds."""
        with bounded():
            return super().render(*args, **values)


class _Unfolded(CodeGenerator):
    """Writes the code of a template, and runs none of it meanwhile, where Jinja would work out what is constant."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)

    def visit_Call(self, node: nodes.Call, frame: Frame, **named: Any) -> None:  # type: ignore[override]  # it takes names alone
        """Write a call; of what `Bounding` calls, which is the sandbox's own, nobody has to ask whether a template may."""
        if not isinstance(node.node, nodes.EnvironmentAttribute):
            super().visit_Call(node, frame, **named)
            return
        self.visit(node.node, frame)
        self.write("(")
        for given in node.args:
            self.visit(given, frame)
            self.write(", ")
        self.write(")")


class _Names(_Unfolded, TrackingCodeGenerator):
    """Finds the names that a template takes from a record."""

    def __init__(self, environment: BoundedEnvironment):
        super().__init__(environment)
        self.optimizer = None


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox, in which neither an expression nor all loops together can take all memory or time."""

    intercepted_binops = frozenset(OPERATORS)
    template_class = BoundedTemplate
    code_generator_class = _Unfolded

    def __init__(self, **options: Any):
        super().__init__(undefined=Missing, keep_trailing_newline=True, optimized=False, **options)
        self.filters, self.tests, self.globals = dict(ALLOWED_FILTERS), dict(ALLOWED_TESTS), {}
        #: Whether a template may read an attribute of values of a type; a table of many rows asks for the same ones in each.
        self._safe: dict[tuple[type, str], bool] = {}

    def names_of(self, tree: nodes.Template) -> frozenset[str]:
        """Return the names that a parsed template takes from a record, or from the environment."""
        names = _Names(self)
        names.visit(tree)
        return frozenset(names.undeclared_identifiers)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return the result of an operator; raise SecurityError if it would be too large."""
        if not (are_small(left, right) and OPERATORS[operator](left, right)):
            raise too_large(operator)
        return super().call_binop(context, operator, left, right)

    def wrap_str_format(self, value: object) -> None:
        """Refuse to wrap a text's own `format`, which is one of the methods that are not allowed."""

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Return whether a template may read an attribute: one that is listed for the type of the value.

        What Jinja asks besides depends on that type and the name alone, too.
        """
        key = type(obj), attr
        if (known := self._safe.get(key)) is not None:
            return known
        found = is_allowed(obj, attr) and super().is_safe_attribute(obj, attr, value)
        if len(self._safe) < REMEMBERED:
            self._safe[key] = found
        return found

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute; of a row its field, also where a method has that name."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call(__self, __context: Context, __obj: Any, *given: Any, **named: Any) -> Any:
        """Return what a call gives; raise SecurityError where it would take too long."""
        refuse_call(__obj, (*given, *named.values()))
        return super().call(__context, __obj, *given, **named)

    def contains(self, sought: object, within: Any) -> bool:
        """Return what `in` gives for two values."""
        return contains(sought, within)

    def turn(self, letters: int) -> None:
        """Count a turn of a loop or a call of a macro with so many letters of fixed text."""
        spend(letters, 1)

    def begin_capture(self, letters: int) -> None:
        """Begin to capture a text for a name, with so many letters of fixed text in it."""
        begin_capture(letters)

    def end_capture(self) -> None:
        """End the capture that was begun last."""
        end_capture()

    def concat_values(self, *values: object) -> str:
        """Return what `~` makes of values."""
        refuse_long("~", values)
        return (markup_join if self.autoescape else str_join)(values)

    def weighed(self, value: object) -> object:
        """Return a list that an expression makes; raise SecurityError if it holds too much, one part many times perhaps."""
        refuse_long("[…]", [value])
        return value

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        with bounded_depth():
            try:
                tree = super()._parse(source, name, filename)
            except ValueError:  # Python reads no whole number of more than 4,300 digits
                raise TemplateSyntaxError(_("it holds a number that is too large"), 0) from None
            bound: nodes.Template = Bounding().visit(tree)
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

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        """Bound `in` and `not in` between texts; of several comparisons in a row, each stands for itself."""
        self.generic_visit(node)
        if not any(each.op in ("in", "notin") for each in node.ops):
            return node
        lefts = [node.expr, *(each.expr for each in node.ops)]
        pairs = [_compared(left, each) for left, each in zip(lefts, node.ops, strict=False)]
        whole = pairs[0]
        for pair in pairs[1:]:
            whole = nodes.And(whole, pair, lineno=node.lineno)
        return whole

    def visit_Const(self, node: nodes.Const) -> nodes.Node:
        """Refuse a number that is infinite, or too large to count with."""
        if isinstance(node.value, (int, float)) and not abs(node.value) < LARGEST:
            raise TemplateSyntaxError(_("it holds a number that is too large"), node.lineno)
        return node

    def visit_ScopedEvalContextModifier(self, node: nodes.ScopedEvalContextModifier) -> nodes.Node:
        """Refuse an `autoescape` that would have to be worked out."""
        if not all(isinstance(option.value, nodes.Const) for option in node.options):
            raise TemplateSyntaxError(_("{tag} takes true or false", tag="autoescape"), node.lineno)
        return self.generic_visit(node)


def _compared(left: nodes.Expr, operand: nodes.Operand) -> nodes.Expr:
    if operand.op not in ("in", "notin"):
        return nodes.Compare(left, [operand], lineno=operand.lineno)
    call = nodes.Call(nodes.EnvironmentAttribute("contains"), [left, operand.expr], [], None, None, lineno=operand.lineno)
    return call if operand.op == "in" else nodes.Not(call, lineno=operand.lineno)
