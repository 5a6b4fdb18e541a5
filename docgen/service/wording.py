"""What a hint calls an option or a command of the command line, as a caller of HTTP knows it: a key, a parameter, another call.

Options and commands are the same in every language, so that the words around them stay as they are translated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from docgen.errors import Problem
from docgen.messages import _
from docgen.service.runs.orders import ALLOWED

#: Parameters of the query that are called as options are.
PARAMETERS = ("print", "on", "for", "bleed", "back", "page", "dpi", "form", "organization", "year", "new-organization")
#: Option → the key of an order or the parameter that says the same.
OPTIONS: Mapping[str, str] = {
    **{f"--{name}": name for name in PARAMETERS},
    **{each.option: key for key, each in ALLOWED.items()},
}
#: Command, with what may follow it → the call that does the same, {1} the form that the command names.
COMMANDS: Sequence[tuple[str, str]] = (
    (r"docgen register (void|reissue)", "POST /v1/register/FORM/documents/NUMBER/{1}"),
    (r"docgen register show", "GET /v1/register/FORM/documents/NUMBER"),
    (r"docgen register (?:list|export)(?: [a-z-]+(?= ))?", "GET /v1/register/documents"),
    (r"docgen forms sample(?: FORM)?", "GET /v1/forms/FORM"),
    (r"docgen render ([a-z-]+) (?:TABLE|RECORD) -o FILE", "POST /v1/forms/{1}/documents"),
    (r"docgen render", "POST /v1/forms/FORM/documents"),
    (r"docgen batch(?: [a-z-]+ TABLE -o DIR| …)?", "POST /v1/runs"),
    (r"docgen check", "POST /v1/forms/FORM/check"),
)
#: The option that gives a heading its field, and the one that leaves headings out, as keys of an order.
_MAPPED = re.compile(r'--map "([^"=]*)=([^"]*)"')
_IGNORED = re.compile(r'--ignore "([^"]*)"')
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
#: What only who keeps the service can do.
_OPERATORS = re.compile(r"(?<![\w-])--[a-z]|\bdocgen [a-z]|\bDOCGEN_")


def for_caller(problem: Problem) -> Problem:
    """Return a problem whose words a caller of HTTP can follow; a hint for the operator alone says to ask him."""
    message, hint = _worded(problem.message), _worded(problem.hint)
    if _OPERATORS.search(hint):
        hint = _("Ask who keeps the service.")
    return problem if (message, hint) == (problem.message, problem.hint) else replace(problem, message=message, hint=hint)


def _worded(text: str) -> str:
    if "--" not in text and "docgen " not in text:
        return text
    for command, call in COMMANDS:
        text = re.sub(command, _call(call), text)
    text = _MAPPED.sub(r'columns: {"\1": "\2"}', text)
    text = _IGNORED.sub(r'ignore: ["\1"]', text)
    return _OPTION.sub(_named, text)


def _call(call: str) -> Callable[[re.Match[str]], str]:
    return lambda match: call.replace("{1}", match[1]) if match.groups() else call


def _named(match: re.Match[str]) -> str:
    name = OPTIONS.get(match[0])
    return match[0] if name is None else _("“{name}”", name=name)
