"""Templates come from outside: they run sandboxed and within bounds, see only a record's values, and cannot change them.

Three environments share one set of filters: for the texts of a fixed page, for the HTML of a flowing form, and for docxtpl.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from jinja2 import Template, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.runtime import Context

from docgen import fonts, kazakh
from docgen.errors import DataError, FormError
from docgen.fonts.faces import Family
from docgen.messages import _
from docgen.templating.allowed import weighed
from docgen.templating.bounds import spend
from docgen.templating.plain_texts import direct_pieces
from docgen.templating.sandbox import BoundedEnvironment, bounded_depth

#: Private-use marks around what a field put into a text. No value can hold them: fields refuse private-use characters.
DATA_BEGINS, DATA_ENDS = "\ue000", "\ue001"


def _words(values: list[object]) -> str:
    """Join what is there with spaces: a missing patronymic leaves no gap."""
    return " ".join([value if type(value) is str else str(value) for value in values if value or value not in (None, "")])


def _percent(part: int | None, whole: int | None) -> str:
    """Return how many hundredths of `whole` there are in `part`: `66,7`, half a tenth upwards; a dash of nothing.

    Where they are to be written by hand, there is no hundredth either.
    """
    if part is None or whole is None:
        return ""
    if whole == 0:
        return "–"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10},{tenths % 10}"


def _sums(rows: list[dict[str, int]], *fields: str) -> dict[str, int | None]:
    """Return the sum of each field over the rows; of no rows none, so that it is written by hand as they are."""
    return {field: sum(row[field] for row in rows) if rows else None for field in fields}


def _tally(rows: list[dict[str, Any]], field: str, amount: str = "") -> dict[object, int]:
    """Return how many rows, or how much of `amount`, there is of each value of `field`, in the order of first appearance."""
    counts: dict[object, int] = {}
    for row in rows:
        value = row[field]
        if value not in (None, ""):
            counts[value] = counts.get(value, 0) + (row[amount] if amount else 1)
    return counts


def _line(value: object, letters: int = 20) -> object:
    """Return the value, or a line of so many letters to write it on where it is not given."""
    return "_" * min(letters, 200) if value in (None, "") else value


FILTERS: dict[str, Callable[..., Any]] = {
    "upper": lambda value: kazakh.upper(str(value)),
    "words": _words,
    "line": _line,
    "city_word": kazakh.city_word,
    "percent": _percent,
    "sums": _sums,
    "tally": _tally,
    "date_line": kazakh.date_line,
    "month": kazakh.month,
    "year": lambda day: f"{day:%Y}",
    "year2": lambda day: f"{day:%y}",
    "day2": lambda day: f"{day:%d}",
    "short_date": lambda day: f"{day:%d.%m.%Y}" if isinstance(day, date) else day,
}
GLOBALS: dict[str, Callable[..., Any]] = {"period": kazakh.period, "initials": kazakh.initials, "in_case": kazakh.in_case}


class FormEnvironment(BoundedEnvironment):
    """The sandbox with what forms are written in: filters and functions of Kazakh business style."""

    def __init__(self, **options: object):
        super().__init__(**options)
        self.filters |= FILTERS | {name: weighed(name, FILTERS[name]) for name in ("upper", "words")}
        self.globals = dict(GLOBALS)


#: What an expression of a template can raise.
EXPRESSION_ERRORS = (
    TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError, MemoryError,
)  # fmt: skip


def line_of(error: BaseException) -> int | None:
    """Return the line of the template that an expression failed in, as Jinja writes it into the traceback; None if unknown."""
    line, step = getattr(error, "lineno", None), error.__traceback__
    while step:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    return line


def line_in(source: str, line: int | None) -> str:
    """Return a line of a template as Jinja counts them, from 1; nothing where it is not known."""
    lines = re.split(r"\r\n|\r|\n", source)
    return lines[line - 1] if line and line <= len(lines) else ""


@contextmanager
def template_errors(file: str = "", key: str = "") -> Iterator[None]:
    """Translate what the expressions of a template raise into a FormError."""
    try:
        yield
    except EXPRESSION_ERRORS as error:
        raise _unfilled(error, file, key) from None


def _unfilled(error: BaseException, file: str, key: str) -> FormError:
    message = _("the template cannot be filled: {reason}", reason=str(error) or type(error).__name__)
    return FormError.because("template-wrong", message, file=file, key=key)


#: How the tags of a template begin and end.
TAGS = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"))


def refuse_open_tag(paragraph: str, file: str) -> None:
    """Raise FormError for a tag that does not end in its paragraph: what follows would be taken for a part of it."""
    for begin, end in TAGS:
        if paragraph.count(begin) > paragraph.count(end):
            message = _("a tag that begins with {begin} does not end with {end}", begin=begin, end=end)
            raise FormError.because("template-damaged", message, near(paragraph), file=file)


def near_error(error: TemplateSyntaxError, paragraph: str) -> str:
    """Return a hint at the place where a template is wrong; none if it ends too early, which may be due to any tag."""
    return "" if (error.message or "").startswith("Unexpected end") else near(paragraph)


def near(words: str) -> str:
    """Return a hint at a place in a Word document by its words."""
    shown = words.strip()[:100]
    return _("It is near: {text}", text=shown) if shown else ""


def printable(value: object) -> object:
    """Return what a tag prints: nothing for a value that is not there.

    Raise TypeError for rows and what else is no text, ValueError for a number that cannot be written.
    """
    if value is None:
        return ""
    if not isinstance(value, (str, int, float, date, Undefined)):
        raise TypeError(_("a {kind} cannot be printed", kind=type(value).__name__))
    if isinstance(value, str):
        spend(len(value))
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError(_("it is no number, or an infinite one"))
    return value


def _as_data(value: object) -> str:
    return "" if value is None else f"{DATA_BEGINS}{printable(value)}{DATA_ENDS}"


@lru_cache
def page_environment() -> FormEnvironment:
    """For the texts of a fixed page: plain text, where each value is marked as data."""
    return FormEnvironment(finalize=_as_data)


def markup_environment(**options: object) -> FormEnvironment:
    """For HTML and for Word's XML: every value is escaped, a missing one prints nothing."""
    return FormEnvironment(autoescape=True, finalize=printable, **options)


def names_in(environment: BoundedEnvironment, source: str) -> frozenset[str]:
    """Return the names that a template takes from a record; jinja2.TemplateSyntaxError when it is no template."""
    with bounded_depth():
        return environment.names_of(environment.parse(source)) - GLOBALS.keys()


#: The statements that a text of a fixed page may hold.
ALLOWED = (nodes.Output, nodes.If)


class TextTemplate:
    """A text of a fixed page, with the names that it takes from a record and the fixed texts between its tags."""

    def __init__(self, source: str):
        """Compile `source`; jinja2.TemplateSyntaxError when it is no template, or more than tags and conditions."""
        self.source = source
        with bounded_depth():
            tree = page_environment().parse(source)
            for node in tree.find_all(nodes.Stmt):
                if not isinstance(node, ALLOWED):
                    message = _("a text takes {{{{ tags }}}} and {{% if %}} alone")
                    raise TemplateSyntaxError(message, node.lineno)
            self.names = page_environment().names_of(tree) - GLOBALS.keys()
            self.fixed_texts = tuple(node.data for node in tree.find_all(nodes.TemplateData))
            self._direct = direct_pieces(tree, FILTERS, GLOBALS)
        if self._direct is None:
            page_environment().compile(source)  # an unknown filter is found here, and not with the first record

    @cached_property
    def _template(self) -> Template:
        return page_environment().from_string(self.source)

    def fill(self, values: Mapping[str, object], family: Family | None = None) -> list[tuple[str, bool]]:
        """Return the text as pieces in order, each with True when it came from a field.

        FormError when the template fails on these values, DataError when a filter made a letter that `family` lacks.
        """
        pieces, _text = self._filled(values, family or fonts.family())
        return pieces if len(pieces) == 1 else _join_across_spaces(pieces)

    def whole(self, values: Mapping[str, object], family: Family) -> str:
        """Return the text in one; errors as `fill`."""
        return self._filled(values, family)[1]

    def _filled(self, values: Mapping[str, object], family: Family) -> tuple[list[tuple[str, bool]], str]:
        try:
            pieces = self.pieces(values)
        except EXPRESSION_ERRORS as error:
            raise _unfilled(error, "", self.source) from None
        text = pieces[0][0] if len(pieces) == 1 else "".join([piece for piece, _is_data in pieces])
        if lacking := family.lacks(text):
            message = _("{letters} cannot be set in Times New Roman", letters=", ".join(lacking))
            hint = _("Write it with Kazakh, Russian or Latin letters.")
            raise DataError.because("glyph-missing", message, hint, key=", ".join(sorted(self.names)))
        return pieces, text

    def pieces(self, values: Mapping[str, object]) -> list[tuple[str, bool]]:
        """Return what each tag gives, and the fixed texts between them; what an expression raises is passed on."""
        if self._direct is None:
            return self._by_jinja(values)
        pieces: list[tuple[str, bool]] = []
        try:
            for each in self._direct:
                if isinstance(each, str):
                    pieces.append((each, False))
                elif (value := each(values)) is not None and value != "":
                    pieces.append((value if type(value) is str else str(printable(value)), True))
        except EXPRESSION_ERRORS:
            return self._by_jinja(values)  # it fails at the same, and says why
        return pieces

    def _by_jinja(self, values: Mapping[str, object]) -> list[tuple[str, bool]]:
        template = self._template
        text = "".join(template.root_render_func(Context(template.environment, {**GLOBALS, **values}, None, {})))
        pieces: list[tuple[str, bool]] = []
        for part in text.split(DATA_BEGINS):
            datum, ends, fixed = part.rpartition(DATA_ENDS)
            pieces += [(datum, True)] * bool(ends and datum) + [(fixed, False)] * bool(fixed)
        return pieces

    def __repr__(self) -> str:
        return f"TextTemplate({self.source!r})"

    def __reduce__(self) -> tuple[type[TextTemplate], tuple[str]]:
        """Return how to compile the text again in another process, from its source."""
        return TextTemplate, (self.source,)


def _join_across_spaces(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Make one run of data and the bare space after it, so that a name is one piece of text."""
    joined: list[tuple[str, bool]] = []
    for text, is_data in pieces:
        if joined and joined[-1][1] and (is_data or text.isspace()):
            joined[-1] = (joined[-1][0] + text, True)
        else:
            joined.append((text, is_data))
    return joined
