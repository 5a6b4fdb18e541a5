"""What the acts say of a document's dates and sense: a table of kinds of rule, each declared in a form with its clause.

A rule reads the values of a record that were read without a problem, and yields what does not agree with it. A rule that waits
for a value that is not given yields nothing. Most are remarks: a late list is a list still.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import ClassVar

from docgen import kazakh
from docgen.errors import Problem, Where
from docgen.fields import Date, Field, PlainText, Rows, WholeNumber
from docgen.fields.keys import FIELD_NAME, NAMES, PLAIN_TEXTS, TEXT, WHOLE, key, shown
from docgen.messages import _, labelled, n_, translated

Values = Mapping[str, object]
#: The last day of each quarter: month and day.
QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))
#: Saturday and Sunday, as `date.weekday` counts.
WEEKEND = (5, 6)


@dataclass(frozen=True, kw_only=True, eq=False)
class Rule:
    """A rule of a form, and the base of every kind. `why` is the clause that it is of; what it yields quotes it."""

    why: str = key(TEXT)
    #: The name of the kind in a form.toml.
    kind: ClassVar[str] = ""
    #: Whether a document that breaks the rule is refused; else it is a remark.
    refuses: ClassVar[bool] = False

    @property
    def needs(self) -> dict[str, type[Field]]:
        """The fields that the rule reads, and of what kind each has to be; those of rows as `rows.name`."""
        raise NotImplementedError

    def broken(self, values: Values) -> Iterator[tuple[str, str, object]]:
        """Yield for each breach the field, what is wrong with it, and its value."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True, eq=False)
class WithinWorkingDays(Rule):
    """A date lies at most `days` working days after another one."""

    kind = "within-working-days"
    field: str = key(FIELD_NAME)
    after: str = key(FIELD_NAME)
    days: int = key(WHOLE)

    @property
    def needs(self) -> dict[str, type[Field]]:
        """The fields that the rule reads."""
        return {self.field: Date, self.after: Date}

    def broken(self, values: Values) -> Iterator[tuple[str, str, object]]:
        """Yield a date that is later."""
        day, begin = values.get(self.field), values.get(self.after)
        if not isinstance(day, date) or not isinstance(begin, date) or (day - begin).days <= self.days:
            return
        passed = working_days(begin, day)
        if passed > self.days:
            message = n_(
                "it is {count} working day after {begin}", "it is {count} working days after {begin}", passed, begin=begin
            )
            yield self.field, message, day


def working_days(begin: date, end: date) -> int:
    """Return how many working days there are after `begin`, `end` included: without weekends and public holidays."""
    days = (begin + timedelta(days=number) for number in range(1, (end - begin).days + 1))
    return sum(day.weekday() not in WEEKEND and day not in _holidays(day.year) for day in days)


@lru_cache(maxsize=128)
def _holidays(year: int) -> frozenset[date]:
    from holidays.countries.kazakhstan import Kazakhstan

    return frozenset(Kazakhstan(years=year))


@dataclass(frozen=True, kw_only=True, eq=False)
class ByDay(Rule):
    """A date is not later than a day of the year that is `years_before` the one the document is for."""

    kind = "by-day"
    field: str = key(FIELD_NAME)
    month: int = key(WHOLE)
    day: int = key(WHOLE)
    year: str = key(FIELD_NAME)
    years_before: int = key(WHOLE, 1)

    @property
    def needs(self) -> dict[str, type[Field]]:
        """The fields that the rule reads."""
        return {self.field: Date, self.year: WholeNumber}

    def broken(self, values: Values) -> Iterator[tuple[str, str, object]]:
        """Yield a date that is later."""
        day, year = values.get(self.field), values.get(self.year)
        if isinstance(day, date) and isinstance(year, int):
            due = date(year - self.years_before, self.month, self.day)
            if day > due:
                yield self.field, _("{day} is later than {due}, when it is due", day=day, due=due), day


@dataclass(frozen=True, kw_only=True, eq=False)
class AfterQuarter(Rule):
    """A date is not before the last day of the quarter that the document reports on."""

    kind = "after-quarter"
    field: str = key(FIELD_NAME)
    quarter: str = key(FIELD_NAME)
    year: str = key(FIELD_NAME)

    @property
    def needs(self) -> dict[str, type[Field]]:
        """The fields that the rule reads."""
        return {self.field: Date, self.quarter: WholeNumber, self.year: WholeNumber}

    def broken(self, values: Values) -> Iterator[tuple[str, str, object]]:
        """Yield a date that is earlier."""
        day, quarter, year = (values.get(name) for name in self.needs)
        if isinstance(day, date) and isinstance(quarter, int) and isinstance(year, int) and 1 <= quarter <= len(QUARTER_ENDS):
            end = date(year, *QUARTER_ENDS[quarter - 1])
            if day < end:
                yield self.field, _("{day} is before the end of the quarter, {end}", day=day, end=end), day


@dataclass(frozen=True, kw_only=True, eq=False)
class EveryYears(Rule):
    """Whoever is in the rows for a year is due in it: `years` years after the last time it is that year."""

    kind = "every-years"
    rows: str = key(FIELD_NAME)
    field: str = key(FIELD_NAME)
    years: int = key(WHOLE)
    year: str = key(FIELD_NAME)

    @property
    def needs(self) -> dict[str, type[Field]]:
        """The fields that the rule reads."""
        return {f"{self.rows}.{self.field}": Date, self.year: WholeNumber}

    def broken(self, values: Values) -> Iterator[tuple[str, str, object]]:
        """Yield each last time after which the next one is due in another year."""
        year = values.get(self.year)
        if not isinstance(year, int):
            return
        for at, row in _rows(values, self.rows):
            last = row.get(self.field)
            if isinstance(last, date) and (due := years_later(last, self.years)).year != year:
                late = _("the next time was due by {due}, before {year}", due=due, year=year)
                early = _("the next time is due by {due} only, after {year}", due=due, year=year)
                yield f"{at}.{self.field}", late if due.year < year else early, last


def years_later(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True, kw_only=True, eq=False)
class OnceInYears(Rule):
    """A date lies at least `years` years after an earlier one of the same thing."""

    kind = "once-in-years"
    field: str = key(FIELD_NAME)
    before: str = key(FIELD_NAME)
    years: int = key(WHOLE, 1)

    @property
    def needs(self) -> dict[str, type[Field]]:
        """The fields that the rule reads."""
        return {self.field: Date, self.before: Date}

    def broken(self, values: Values) -> Iterator[tuple[str, str, object]]:
        """Yield a date that comes too early."""
        day, last = values.get(self.field), values.get(self.before)
        if isinstance(day, date) and isinstance(last, date) and day < (next_day := years_later(last, self.years)):
            message = _("{day} is too early after {last}: the next time is from {next} on", day=day, last=last, next=next_day)
            yield self.field, message, day


@dataclass(frozen=True, kw_only=True, eq=False)
class SameYear(Rule):
    """A date lies in the calendar year of another one."""

    kind = "same-year"
    refuses = True
    field: str = key(FIELD_NAME)
    of: str = key(FIELD_NAME)

    @property
    def needs(self) -> dict[str, type[Field]]:
        """The fields that the rule reads."""
        return {self.field: Date, self.of: Date}

    def broken(self, values: Values) -> Iterator[tuple[str, str, object]]:
        """Yield a date of another year."""
        day, other = values.get(self.field), values.get(self.of)
        if isinstance(day, date) and isinstance(other, date) and day.year != other.year:
            yield self.field, _("{day} is not in {year}, the year of {other}", day=day, year=other.year, other=other), day


@dataclass(frozen=True, kw_only=True, eq=False)
class RowsBetween(Rule):
    """A date of each row lies between two dates of the document, either of them included."""

    kind = "rows-between"
    rows: str = key(FIELD_NAME)
    field: str = key(FIELD_NAME)
    begin: str = key(FIELD_NAME)
    end: str = key(FIELD_NAME)

    @property
    def needs(self) -> dict[str, type[Field]]:
        """The fields that the rule reads."""
        return {f"{self.rows}.{self.field}": Date, self.begin: Date, self.end: Date}

    def broken(self, values: Values) -> Iterator[tuple[str, str, object]]:
        """Yield each date that is earlier or later."""
        begin, end = values.get(self.begin), values.get(self.end)
        for at, row in _rows(values, self.rows):
            day = row.get(self.field)
            if not isinstance(day, date):
                continue
            if isinstance(begin, date) and day < begin:
                yield f"{at}.{self.field}", _("{day} is before {begin}", day=day, begin=begin), day
            elif isinstance(end, date) and day > end:
                yield f"{at}.{self.field}", _("{day} is after {end}", day=day, end=end), day


@dataclass(frozen=True, kw_only=True, eq=False)
class NotGivenTo(Rule):
    """A field of a row stays empty where another one holds one of some words."""

    kind = "not-given-to"
    refuses = True
    rows: str = key(FIELD_NAME)
    field: str = key(FIELD_NAME)
    where: str = key(FIELD_NAME)
    words: tuple[str, ...] = key(PLAIN_TEXTS)

    @property
    def needs(self) -> dict[str, type[Field]]:
        """The fields that the rule reads."""
        return {f"{self.rows}.{self.field}": Field, f"{self.rows}.{self.where}": PlainText}

    def broken(self, values: Values) -> Iterator[tuple[str, str, object]]:
        """Yield each value that should not be there."""
        for at, row in _rows(values, self.rows):
            value, held = row.get(self.field), str(row.get(self.where) or "")
            if value not in (None, "") and any(word in held.casefold() for word in self.words):
                yield f"{at}.{self.field}", _("“{held}” gets none", held=held), value


@dataclass(frozen=True, kw_only=True, eq=False)
class OncePerPerson(Rule):
    """No two rows have the same name; two persons may, so it is a remark."""

    kind = "once-per-person"
    rows: str = key(FIELD_NAME)
    fields: tuple[str, ...] = key(NAMES)

    @property
    def needs(self) -> dict[str, type[Field]]:
        """The fields that the rule reads."""
        return {f"{self.rows}.{name}": Field for name in self.fields}

    def broken(self, values: Values) -> Iterator[tuple[str, str, object]]:
        """Yield each row with the name of an earlier one."""
        first: dict[tuple[str, ...], int] = {}
        for number, (at, row) in enumerate(_rows(values, self.rows), 1):
            name = tuple(str(row.get(field) or "").casefold() for field in self.fields)
            if any(name) and (before := first.setdefault(name, number)) != number:
                shown_name = " ".join(str(row.get(field) or "") for field in self.fields).strip()
                message = _("{name} is in row {row} already", name=shown_name, row=before)
                yield f"{at}.{self.fields[0]}", message, shown_name


@dataclass(frozen=True, kw_only=True, eq=False)
class NoMoreThan(Rule):
    """A number is not more than another one."""

    kind = "no-more-than"
    refuses = True
    field: str = key(FIELD_NAME)
    bound: str = key(FIELD_NAME)

    @property
    def needs(self) -> dict[str, type[Field]]:
        """The fields that the rule reads."""
        return {self.field: WholeNumber, self.bound: WholeNumber}

    def broken(self, values: Values) -> Iterator[tuple[str, str, object]]:
        """Yield a number that is more."""
        value, bound = values.get(self.field), values.get(self.bound)
        if isinstance(value, int) and isinstance(bound, int) and value > bound:
            yield self.field, _("{value} is more than {bound}", value=value, bound=bound), value


@dataclass(frozen=True, kw_only=True, eq=False)
class TakesSuffix(Rule):
    """A name that is asked for in a case takes its endings: the last of `fields` that is given ends in a letter."""

    kind = "takes-suffix"
    refuses = True
    fields: tuple[str, ...] = key(NAMES)
    case: str = key(FIELD_NAME)

    @property
    def needs(self) -> dict[str, type[Field]]:
        """The fields that the rule reads."""
        return dict.fromkeys((*self.fields, self.case), PlainText)

    def broken(self, values: Values) -> Iterator[tuple[str, str, object]]:
        """Yield a name to which no ending can be added."""
        given = [name for name in self.fields if values.get(name)]
        if values.get(self.case) == "genitive" and given and not kazakh.takes_suffix(str(values[given[-1]])):
            yield given[-1], _("“{name}” takes no ending of the genitive", name=values[given[-1]]), values[given[-1]]


def _rows(values: Values, name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield each of the rows in a field with its place; none where the field was not read."""
    rows = values.get(name)
    if isinstance(rows, list):
        yield from ((f"{name}[{number}]", row) for number, row in enumerate(rows, 1))


#: The name of a kind in a form.toml → the kind. A new kind is one new entry.
RULES: dict[str, type[Rule]] = {
    kind.kind: kind
    for kind in (
        WithinWorkingDays, ByDay, AfterQuarter, EveryYears, OnceInYears, SameYear, RowsBetween, NotGivenTo, OncePerPerson,
        NoMoreThan, TakesSuffix,
    )
}  # fmt: skip


def broken_rules(rules: tuple[Rule, ...], fields: tuple[Field, ...], values: Values) -> tuple[list[Problem], list[Problem]]:
    """Return the problems and the remarks of the rules that some values break."""
    problems: list[Problem] = []
    remarks: list[Problem] = []
    for rule in rules:
        for name, message, value in rule.broken(values):
            where = Where(key=name, label=_labels(fields)[name.rpartition(".")[2]])
            problem = Problem(rule.kind, message, translated(rule.why), where, shown(value))
            (problems if rule.refuses else remarks).append(problem)
    return problems, remarks


def _labels(fields: tuple[Field, ...]) -> dict[str, str]:
    """Return what a clerk calls each field, those of rows too."""
    inner = [field for rows in fields if isinstance(rows, Rows) for field in rows.fields]
    return {field.name: labelled(field.label) for field in (*inner, *fields)}
