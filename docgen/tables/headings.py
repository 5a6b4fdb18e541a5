"""Which heading holds which field: matched by name or label, with all mismatches reported at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from docgen.errors import DataError, Problem, UsageError, Where
from docgen.form.lexicon import NO_LEXICON, Lexicon
from docgen.messages import _
from docgen.tables.heading_rows import HeadingRows
from docgen.tables.model import Heading, RecordTable
from docgen.tables.spellings import Fields, Spellings, compared, parts_of

#: What programs write for letters that an encoding lacks: a question mark within or before a word, or for all of it.
LOST = re.compile(r"\?[^\W\d_]|\?\?")
REST = "*"  # among the headings to ignore: every heading that no field matches

Matches = Mapping[Heading, Sequence[str]]
NOTHING: Mapping[str, str] = {}
#: How the headings of columns begin that docgen itself adds to a copy of a table (`workbooks.checked_copy`); passed over.
OWN_COLUMNS = "docgen:"


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What a caller says about columns. Headings in it are compared with those of a table as these are with fields."""

    #: Headings to leave out, whatever is wrong with them; `*` leaves out every heading that no field matches.
    ignore: tuple[str, ...] = ()
    #: Heading → the name or label of the field that it holds.
    renamed: Mapping[str, str] = field(default_factory=dict)
    #: The rows that hold the headings; None: they are found.
    rows: HeadingRows | None = None

    def within(self, table: RecordTable) -> ColumnChoice:
        """Return what is said about this table's columns: of several sheets, each has its own."""
        there = {name for heading in table.headings for name in _called(heading)}
        ignore = tuple(name for name in self.ignore if name.strip() == REST or compared(name) in there)
        return ColumnChoice(
            ignore, {heading: name for heading, name in self.renamed.items() if compared(heading) in there}, self.rows
        )


NO_CHOICE = ColumnChoice()


def columns(
    table: RecordTable,
    fields: Fields,
    choice: ColumnChoice = NO_CHOICE,
    required: Mapping[str, str] = NOTHING,
    lexicon: Lexicon = NO_LEXICON,
) -> dict[str, str]:
    """Return which heading (its text) holds which field.

    `fields` maps each field's name to its labels in every language. A heading matches a name or a label without regard
    to case, spaces, punctuation and lookalike letters, or means it by `lexicon`, or is said to hold a field by `choice`. A column
    of full names holds `spellings.FULL_NAME`; one that counts the rows holds nothing. `required` are the fields that must have a
    heading, each with the label that a message calls it by.

    Raise DataError with every wrong heading (unknown, repeated, two for one field) and every field that lacks one; or with one
    `heading-missing` if none of the table's headings matches, left out or not; or with one `letters-lost` if an encoding took
    letters from the headings. Raise UsageError (`column-unknown`, `field-unknown`) with every name in `choice` that the table or
    the form does not have.
    """
    ignore = [name.strip() for name in choice.ignore]
    known = Spellings(fields, lexicon)
    matches = _matches(table, known, choice.renamed)
    lost = _letters_lost(table, matches)
    if not any(matches.values()) and not choice.renamed:
        raise DataError(lost or _no_heading(table, fields))
    _refuse_absent(table, [name for name in ignore if name != REST], choice.renamed, fields, known)
    left_out = _left_out(matches, ignore)
    matches = {heading: names for heading, names in matches.items() if heading not in left_out}
    problems = [problem for heading, names in matches.items() for problem in _heading_problems(table, heading, names, fields)]
    problems += _rivals(table, {heading: names[0] for heading, names in matches.items() if len(names) == 1})
    problems.sort(key=lambda problem: _order(table, problem))
    missing = list(_missing(table, matches, fields, required))
    problems += [_several_missing(missing)] if len(missing) >= SEVERAL else missing
    if problems:
        raise DataError(lost or (_two_rows(table) if missing else None) or problems)
    return {heading.text: names[0] for heading, names in matches.items()}


def _matches(table: RecordTable, known: Spellings, renamed: Mapping[str, str]) -> dict[Heading, Sequence[str]]:
    """Return what each heading can mean; one that counts rows is not among them, unless somebody says that it holds a field."""
    given = {compared(heading): known.meant(name) for heading, name in renamed.items()}
    headings = [heading for heading in table.headings if not heading.text.startswith(OWN_COLUMNS)]
    said = {heading: next(filter(None, map(given.get, _called(heading))), ()) for heading in headings}
    matches = {heading: said[heading] or known.meant(heading.text) or known.meant(heading.part) for heading in headings}
    return {heading: names for heading, names in matches.items() if names or not known.is_counter(heading.text)}


def _called(heading: Heading) -> list[str]:
    """Return how a heading can be named: by its whole text, or by what is in its second row."""
    return [compared(text) for text in (heading.text, heading.part) if text]


def counters(
    table: RecordTable, fields: Fields, columns: Mapping[str, str], choice: ColumnChoice, lexicon: Lexicon
) -> list[Problem]:
    """Return a note on each column that counts the rows and is passed over; `columns` are those that hold a field."""
    known, ignore = Spellings(fields, lexicon), {compared(name) for name in choice.ignore}
    if REST in ignore:
        return []
    headings = [heading for heading in table.headings if heading.text not in columns and known.is_counter(heading.text)]
    return [
        Problem(
            "column-of-counters", _("this column counts the rows; it is passed over"), "", table.heading_where(each), each.text
        )
        for each in headings
        if ignore.isdisjoint(_called(each))
    ]


def refuse_absent_columns(table: RecordTable, choice: ColumnChoice) -> None:
    """Raise UsageError (`column-unknown`) with every name in `choice` that is no heading of the table."""
    there = {name for heading in table.headings for name in _called(heading)}
    names = (*(name.strip() for name in choice.ignore), *choice.renamed)
    if problems := [_no_column(table, name) for name in names if name != REST and compared(name) not in there]:
        raise UsageError(problems)


def _refuse_absent(
    table: RecordTable, ignore: Iterable[str], renamed: Mapping[str, str], fields: Fields, known: Spellings
) -> None:
    """Raise UsageError with every name that is no heading of the table, or no field, and the nearest one."""
    there = {name for heading in table.headings for name in _called(heading)}
    problems = [_no_column(table, name) for name in (*ignore, *renamed) if compared(name) not in there]
    strange = {heading: name for heading, name in renamed.items() if len(known.meant(name)) != 1}
    problems += [_no_field(table, heading, name, fields) for heading, name in strange.items()]
    if problems:
        raise UsageError(problems)


def bad_cells(table: RecordTable, columns: Mapping[str, str], choice: ColumnChoice = NO_CHOICE) -> list[Problem]:
    """Return the problems of cells in `columns` (heading → field), and of those without a heading unless `*` is ignored.

    Their key is the field, their label the heading.
    """
    used = set(columns) | (set() if REST in choice.ignore else {""})
    found = [problem for problem in table.problems if problem.where.key in used]
    return [each.at(key=columns.get(each.where.key, ""), label=each.where.key, sheet=table.shown_sheet) for each in found]


def near_fields(text: str, fields: Fields) -> list[str]:
    """Return up to three fields whose names or labels look like a heading, the nearest first."""
    known = Spellings(fields)
    return [name for spelling in _nearest(text, fields) for name in known.meant(spelling)][:3]


def _no_heading(table: RecordTable, fields: Fields) -> Problem:
    expected = ", ".join(labels[0] if labels else name for name, labels in fields.items())
    return Problem(
        "heading-missing",
        _("the heading row is missing: no heading is one of this form's"),
        _("The headings expected: {names}.", names=expected),
        replace(table.heading_where(table.headings[0]), column=""),
        ", ".join(heading.text for heading in table.headings),
    )


def _letters_lost(table: RecordTable, matches: Matches) -> Problem | None:
    """Return a problem for the first heading that an encoding took letters from: the file is to be saved anew, not renamed."""
    heading = next((heading for heading, names in matches.items() if not names and LOST.search(heading.text)), None)
    if heading is None:
        return None
    message = _("“{raw}” has lost letters: there is a ? in a word", raw=heading.text[:100])
    hint = _("Type it anew; save tables as .xlsx or as CSV in UTF-8, other encodings lose Kazakh letters.")
    return Problem("letters-lost", message, hint, table.heading_where(heading), heading.text)


def _left_out(matches: Matches, ignore: Sequence[str]) -> set[Heading]:
    """Return the headings that `ignore` names, and those without a field if it holds `*`."""
    named = {compared(name) for name in ignore if name != REST}
    rest = {heading for heading, names in matches.items() if not names} if REST in ignore else set()
    return rest | {heading for heading in matches if not named.isdisjoint(_called(heading))}


def _no_column(table: RecordTable, name: str) -> Problem:
    texts = [heading.text for heading in table.headings]
    near = _nearest(name, dict.fromkeys(texts, ()))
    hint = _("Did you mean {names}?", names=_(" or ").join(near)) if near else _("Its columns: {names}.", names=", ".join(texts))
    return Problem("column-unknown", _("the table has no column “{name}”", name=name), hint, Where(file=table.file), name)


def _no_field(table: RecordTable, heading: str, name: str, fields: Fields) -> Problem:
    message = _("the column “{heading}” cannot hold “{name}”, which is no field of this form", heading=heading, name=name)
    near = _nearest(name, fields)
    hint = _("Did you mean {names}?", names=_(" or ").join(near)) if near else _("Its fields: {names}.", names=", ".join(fields))
    return Problem("field-unknown", message, hint, Where(file=table.file), name)


def _missing(table: RecordTable, matches: Matches, fields: Fields, required: Mapping[str, str]) -> Iterator[Problem]:
    """Give a problem for each required field without a column, with the unknown heading that looks most like it."""
    held = {name for names in matches.values() for name in parts_of(names)}
    strays = {heading.text: () for heading, names in matches.items() if not names}
    for name, label in required.items():
        if name in held:
            continue
        message = _("there is no column for the field “{name}”", name=name)
        near = next((text for spelling in (name, *fields[name]) for text in _nearest(spelling, strays)), None)
        hint = _("Add a column headed “{label}” or “{name}”.", label=label, name=name)
        if near:
            hint = _("Is it “{heading}”? Then rename that, or give: {option}", heading=near, option=f'--map "{near}={name}"')
        where = Where(file=table.file, key=name, sheet=table.shown_sheet)
        yield Problem("column-missing", message, hint, where, f'--map "{near}={name}"' if near else "")


#: How many fields without a column are one problem: the table is another one, or its headings are other words.
SEVERAL = 3


def _several_missing(missing: Sequence[Problem]) -> Problem:
    """Return one problem for many fields without a column, with what each of them may be headed."""
    names = ", ".join(problem.where.key for problem in missing)
    pairs = " ".join(problem.value for problem in missing if problem.value)
    hint = _("Are these they? {options} Or add columns headed so.", options=pairs) if pairs else _("Add columns headed so.")
    message = _("there are no columns for {count} fields: {names}", count=len(missing), names=names)
    return Problem("column-missing", message, hint, replace(missing[0].where, key=names))


def _two_rows(table: RecordTable) -> Problem | None:
    """Return a problem if the headings go on in the row below: texts alone, one of them under no heading of its own."""
    row = (table.headings[0].row or 0) + 1
    below = [value for value in table.values[0] if value is not None] if table.values and table.numbers[0] == row else []
    is_open = any(problem.code == "heading-empty" and problem.where.row == row for problem in table.problems)
    if not below or not is_open or 2 * len(below) > len(table.headings) or not all(isinstance(each, str) for each in below):
        return None
    message = _("the headings are in two rows: {texts} is below them", texts=", ".join(f"“{each}”" for each in below)[:200])
    hint = _("Put all headings into one row, without merged cells.")
    return Problem("headings-in-two-rows", message, hint, Where(file=table.file, row=row, sheet=table.shown_sheet))


def _heading_problems(table: RecordTable, heading: Heading, names: Sequence[str], fields: Fields) -> Iterator[Problem]:
    where = table.heading_where(heading)
    if not names:
        near = _nearest(heading.text, fields)
        options = {"ignore": f'--ignore "{heading.text}"', "map": f'--map "{heading.text}=…"'}
        leave_out = _("Rename or delete this column, leave it out ({ignore}), or say which field it is ({map}).", **options)
        hint = _("Did you mean {names}?", names=_(" or ").join(near)) if near else leave_out
        message = _("the heading “{heading}” is not a field of this form", heading=heading.text)
        yield Problem("heading-unknown", message, hint, where, heading.text)
    if len(names) > 1:
        several = ", ".join(names)
        message = _("the heading “{heading}” can mean several fields: {names}", heading=heading.text, names=several)
        maps = _(" or ").join(f'--map "{heading.text}={name}"' for name in names)
        hint = _("Write the field's name as the heading, or say which one it is: {options}", options=maps)
        yield Problem("heading-ambiguous", message, hint, where, heading.text)


def _nearest(text: str, fields: Fields) -> list[str]:
    """Return up to three names or labels that look like `text`, each field once."""
    import difflib

    spellings = {compared(spelling): (name, spelling) for name, labels in fields.items() for spelling in (name, *labels)}
    near = (spellings[key] for key in difflib.get_close_matches(compared(text), spellings, n=6))
    best: dict[str, str] = {}
    for name, spelling in near:
        best.setdefault(name, spelling)
    return list(best.values())[:3]


def _rivals(table: RecordTable, chosen: Mapping[Heading, str]) -> Iterator[Problem]:
    """Give a problem for each heading whose field an earlier heading has already."""
    first: dict[str, Heading] = {}
    for heading, name in chosen.items():
        earlier = {part: first.setdefault(part, heading) for part in parts_of([name])}
        part = next((part for part, other in earlier.items() if other is not heading), None)
        if part is not None:
            yield _rival(table, earlier[part], heading, part)


def _rival(table: RecordTable, earlier: Heading, heading: Heading, name: str) -> Problem:
    where = table.heading_where(heading)
    if earlier.column and compared(earlier.text) == compared(heading.text):  # JSON has no columns to name
        message = _("the heading “{heading}” is there twice, in {first} too", heading=heading.text, first=earlier.column)
        return Problem("heading-twice", message, _("Keep one of the two columns."), where, heading.text)
    options = _(" or ").join(f'--ignore "{each.text}"' for each in (earlier, heading))
    options += _(" or ") + f'--map "{heading.text}=…"'
    hint = _("Keep one of the two columns, or say what they are: {options}", options=options)
    message = _(
        "the headings “{first}” and “{heading}” both mean the field {name}", first=earlier.text, heading=heading.text, name=name
    )
    return Problem("heading-clash", message, hint, where, heading.text)


def _order(table: RecordTable, problem: Problem) -> int:
    return next((i for i, known in enumerate(table.headings) if known.column == problem.where.column), 0)
