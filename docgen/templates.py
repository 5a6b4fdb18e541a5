"""Templates come from outside: they run sandboxed, see only a record's values, and cannot change them.

Three environments share one set of filters: for the texts of a fixed page, for the HTML of a flowing form, and for docxtpl.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from docgen import kazakh

#: Private-use marks around what a field put into a text. No value can hold them: fields refuse private-use characters.
DATA_BEGINS, DATA_ENDS = "\ue000", "\ue001"


def _words(values: list[object]) -> str:
    """Join what is there with spaces: a missing patronymic leaves no gap."""
    return " ".join(str(value) for value in values if value not in (None, ""))


FILTERS = {
    "upper": lambda value: kazakh.upper(str(value)),
    "words": _words,
    "date_line": kazakh.date_line,
    "month": kazakh.month,
    "year": lambda day: f"{day:%Y}",
    "year2": lambda day: f"{day:%y}",
    "day2": lambda day: f"{day:%d}",
    "short_date": lambda day: f"{day:%d.%m.%Y}" if isinstance(day, date) else day,
}
GLOBALS = {"period": kazakh.period, "initials": kazakh.initials}


def _environment(**options: object) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True, **options)
    environment.filters.update(FILTERS)
    environment.globals = dict(GLOBALS)
    return environment


def _mark(value: object) -> str:
    return "" if value is None else f"{DATA_BEGINS}{value}{DATA_ENDS}"


@lru_cache
def page_environment() -> ImmutableSandboxedEnvironment:
    """For the texts of a fixed page: plain text, where each value is marked as data."""
    return _environment(finalize=_mark)


def markup_environment(**options: object) -> ImmutableSandboxedEnvironment:
    """For HTML and for Word's XML: every value is escaped, a missing one prints nothing."""
    return _environment(autoescape=True, finalize=lambda value: "" if value is None else value, **options)


def names_in(environment: ImmutableSandboxedEnvironment, source: str) -> frozenset[str]:
    """Return the names that a template takes from a record; jinja2.TemplateSyntaxError when it is no template."""
    return frozenset(meta.find_undeclared_variables(environment.parse(source)) - GLOBALS.keys())


class TextTemplate:
    """A text of a fixed page with the names that it takes from a record."""

    def __init__(self, source: str):
        """Compile `source`; jinja2.TemplateSyntaxError when it is no template."""
        environment = page_environment()
        self.source = source
        self.names = names_in(environment, source)
        self._template: Template = environment.from_string(source)

    def fill(self, values: dict[str, object]) -> list[tuple[str, bool]]:
        """Return the text as pieces in order, each with True when it came from a field."""
        pieces: list[tuple[str, bool]] = []
        for part in self._template.render(values).split(DATA_BEGINS):
            datum, ends, wording = part.rpartition(DATA_ENDS)
            pieces += [(datum, True)] * bool(ends and datum) + [(wording, False)] * bool(wording)
        return _join_across_spaces(pieces)

    def __repr__(self) -> str:
        return f"TextTemplate({self.source!r})"


def _join_across_spaces(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Make one run of data and the bare space after it, so that a name is one piece of text."""
    joined: list[tuple[str, bool]] = []
    for text, is_data in pieces:
        if joined and joined[-1][1] and (is_data or text.isspace()):
            joined[-1] = (joined[-1][0] + text, True)
        else:
            joined.append((text, is_data))
    return joined


__all__ = ["TemplateError", "TextTemplate", "markup_environment", "names_in"]
