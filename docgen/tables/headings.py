"""Which heading holds which field: matched by name or label, every mismatch told at once."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from docgen import kazakh
from docgen.errors import DataError, Problem, UsageError, Where
from docgen.messages import _
from docgen.tables.model import Heading, Table

REST = "*"  # among the headings to ignore: every heading that no field matches


def columns(table: Table, fields: Mapping[str, Sequence[str]], ignore: Iterable[str] = ()) -> dict[str, str]:
    """Return which heading (its text) holds which field.

    `fields` maps each field's name to its labels in every language. A heading matches a name or a label without regard
    to case, spaces, punctuation and lookalike letters. Fields without a heading are not this function's matter.
    Headings in `ignore`, compared in the same way, are left out, whatever is wrong with them; `*` there leaves out every
    heading that no field matches.

    DataError with every wrong heading: unknown, standing twice, two for one field; or one `heading-missing` if none of
    the table's matches at all, left out or not. UsageError (`column-unknown`) with every name in `ignore` that the table
    does not have.
    """
    known = _known(fields)
    matches = {heading: known.get(_key(heading.text), ()) for heading in table.headings}
    if not any(matches.values()):
        raise DataError(_no_heading(table, fields))
    left_out = _left_out(table, matches, [name.strip() for name in ignore])
    matches = {heading: names for heading, names in matches.items() if heading not in left_out}
    problems = [
        problem for heading, names in matches.items() for problem in _heading_problems(table, heading, names, fields)
    ]
    problems += _rivals(table, {heading: names[0] for heading, names in matches.items() if len(names) == 1})
    if problems:
        raise DataError(sorted(problems, key=lambda problem: _order(table, problem)))
    return {heading.text: names[0] for heading, names in matches.items()}


def bad_cells(table: Table, headings: Iterable[str], ignore: Iterable[str] = ()) -> list[Problem]:
    """Return the problems of cells under `headings`, and of cells without a heading unless `*` is in `ignore`."""
    used = set(headings) | (set() if REST in set(ignore) else {""})
    return [problem for problem in table.problems if problem.where.key in used]


def means(text: str, fields: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the fields that a heading of this text can mean; `fields` as for `columns`."""
    return _known(fields).get(_key(text), ())


def _known(fields: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return key → the fields it can mean; a field's own name is never taken for another's label."""
    known: dict[str, tuple[str, ...]] = {}
    for name, labels in fields.items():
        for label in labels:
            known[_key(label)] = tuple(dict.fromkeys((*known.get(_key(label), ()), name)))
    return known | {_key(name): (name,) for name in fields}


def _key(text: str) -> str:
    with suppress(kazakh.MixedScripts):  # then it is compared as it stands, and named as unknown
        text, _mendings = kazakh.mend_lookalikes(text)
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "", text) or text.strip()


def _no_heading(table: Table, fields: Mapping[str, Sequence[str]]) -> Problem:
    expected = ", ".join(labels[0] if labels else name for name, labels in fields.items())
    return Problem(
        "heading-missing",
        _("the heading row is missing: no heading is one of this form's"),
        _("The headings expected: {names}.", names=expected),
        Where(file=table.file, row=table.headings[0].row),
        ", ".join(heading.text for heading in table.headings),
    )


def _left_out(table: Table, matches: Mapping[Heading, Sequence[str]], ignore: Sequence[str]) -> set[Heading]:
    """Return the headings that `ignore` names, and those without a field if it holds `*`."""
    named = {_key(name): name for name in ignore if name != REST}
    there = {_key(heading.text) for heading in matches}
    problems = [_not_there(table, name) for key, name in named.items() if key not in there]
    if problems:
        raise UsageError(problems)
    rest = {heading for heading, names in matches.items() if not names} if REST in ignore else set()
    return rest | {heading for heading in matches if _key(heading.text) in named}


def _not_there(table: Table, name: str) -> Problem:
    message = _("the table has no column “{name}” to ignore", name=name)
    texts = [heading.text for heading in table.headings]
    near = _nearest(name, dict.fromkeys(texts, ()))
    hint = _("Did you mean {names}?", names=_(" or ").join(near)) if near else _("Its columns: {names}.", names=", ".join(texts))
    return Problem("column-unknown", message, hint, Where(file=table.file), name)


def _heading_problems(
    table: Table, heading: Heading, names: Sequence[str], fields: Mapping[str, Sequence[str]]
) -> Iterator[Problem]:
    where = Where(file=table.file, row=heading.row, column=heading.column)
    if not names:
        near = _nearest(heading.text, fields)
        leave_out = _('Rename or delete this column, or leave it out: --ignore "{heading}".', heading=heading.text)
        hint = _("Did you mean {names}?", names=_(" or ").join(near)) if near else leave_out
        message = _("the heading “{heading}” is not a field of this form", heading=heading.text)
        yield Problem("heading-unknown", message, hint, where, heading.text)
    if len(names) > 1:
        several = ", ".join(names)
        message = _("the heading “{heading}” can mean several fields: {names}", heading=heading.text, names=several)
        yield Problem("heading-ambiguous", message, _("Write the field's name as the heading."), where, heading.text)


def _nearest(text: str, fields: Mapping[str, Sequence[str]]) -> list[str]:
    """Return up to three names or labels that look like `text`, each field once."""
    spellings = {_key(spelling): (name, spelling) for name, labels in fields.items() for spelling in (name, *labels)}
    near = (spellings[key] for key in difflib.get_close_matches(_key(text), spellings, n=6))
    best: dict[str, str] = {}
    for name, spelling in near:
        best.setdefault(name, spelling)
    return list(best.values())[:3]


def _rivals(table: Table, chosen: Mapping[Heading, str]) -> Iterator[Problem]:
    """Give a problem for each heading whose field an earlier heading has already."""
    first: dict[str, Heading] = {}
    for heading, name in chosen.items():
        earlier = first.setdefault(name, heading)
        if earlier is heading:
            continue
        where = Where(file=table.file, row=heading.row, column=heading.column)
        hint = _("Keep one of the two columns.")
        if _key(earlier.text) == _key(heading.text):
            message = _(
                "the heading “{heading}” stands twice, in {first} too", heading=heading.text, first=earlier.column
            )
            yield Problem("heading-twice", message, hint, where, heading.text)
        else:
            message = _(
                "the headings “{first}” and “{heading}” both mean the field {name}",
                first=earlier.text,
                heading=heading.text,
                name=name,
            )
            yield Problem("heading-clash", message, hint, where, heading.text)


def _order(table: Table, problem: Problem) -> int:
    return next((i for i, known in enumerate(table.headings) if known.column == problem.where.column), 0)
