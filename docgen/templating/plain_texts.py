"""Texts of names, lists, filters and functions alone, filled by plain calls: what most places of a fixed page are made of.

Jinja fills such a text in a dozen calls, these in one or two. Whatever else a text holds (a condition, an operator, an
attribute) is left to Jinja, which also says what is wrong where a call fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter

from jinja2 import nodes

#: What gives the value of an expression for the values of a record.
Evaluate = Callable[[Mapping[str, object]], object]
#: The filters or functions of templates, by name.
Functions = Mapping[str, Callable[..., object]]
#: A piece of a text: its fixed text, or what gives its datum.
Piece = str | Evaluate
#: Names in one list; each is a field of bounded length, so that what they come to needs no counting.
LONGEST_LIST = 20


def direct_pieces(tree: nodes.Template, filters: Functions, functions: Functions) -> tuple[Piece, ...] | None:
    """Return the pieces of a text in order, None where it holds more than these calls can fill."""
    try:
        return tuple([_piece(node, filters, functions) for output in tree.body for node in _parts(output)])
    except NotDirect:
        return None


class NotDirect(Exception):
    """Something that is left to Jinja."""


def _parts(node: nodes.Node) -> Sequence[nodes.Node]:
    if not isinstance(node, nodes.Output):
        raise NotDirect
    return node.nodes


def _piece(node: nodes.Node, filters: Functions, functions: Functions) -> Piece:
    return node.data if isinstance(node, nodes.TemplateData) else _evaluate(node, filters, functions)


def _evaluate(node: nodes.Node, filters: Functions, functions: Functions) -> Evaluate:
    match node:
        case nodes.Name(name=name, ctx="load"):
            return itemgetter(name)
        case nodes.Call(node=nodes.EnvironmentAttribute(name="weighed"), args=[nodes.List(items=items)]):
            return _list(items)
        case nodes.Filter(node=nodes.Node() as inner, name=name, args=[], kwargs=[], dyn_args=None, dyn_kwargs=None):
            if name in filters:
                return _called(filters[name], [_evaluate(inner, filters, functions)])
        case nodes.Call(node=nodes.Name(name=name), args=args, kwargs=[], dyn_args=None, dyn_kwargs=None):
            if name in functions:
                return _called(functions[name], [_evaluate(each, filters, functions) for each in args])
    raise NotDirect


def _list(items: Sequence[nodes.Node]) -> Evaluate:
    names = [item.name for item in items if isinstance(item, nodes.Name)]
    if not 2 <= len(names) == len(items) <= LONGEST_LIST:  # of one name, itemgetter makes no list
        raise NotDirect
    return itemgetter(*names)


def _called(function: Callable[..., object], given: list[Evaluate]) -> Evaluate:
    if len(given) == 1:
        [only] = given
        return lambda values: function(only(values))
    return lambda values: function(*[each(values) for each in given])
