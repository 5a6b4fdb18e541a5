"""Who is in a table twice: one person, for one course. A second certificate is waste on paper, a second number is worse.

Who is the same is decided by what was typed, before a row is read: a row with another problem is told as well. Of each row a
hash is remembered, and where it was seen first, so that a table of any length can be watched while it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from docgen.errors import Problem, Where
from docgen.fields import MISSING, Reading, read_values, shown
from docgen.form import Form
from docgen.form.people import course_fields, name_fields
from docgen.inputs.sources import NumberedRow
from docgen.kazakh import same_letters
from docgen.memory import FirstPlaces, Memory
from docgen.messages import _
from docgen.spilled import SpilledByRow

#: How many courses are remembered; a table has few.
COURSES = 4096
IIN_DIGITS = 12
#: What a row has in common with an earlier one: that row, the field by which they are of one person, and its value.
_Double = tuple[int, str, str]


class People:
    """The people of a table, as its rows pass: who was there before becomes a problem, or a note.

    Two rows are of one person if they have one IIN or, where one of them has none, one name, in whatever case and with whatever
    lookalike letters; and if they are about one course. Rows may pass again, in any order.

    It is a note where that is `allowed`, and where the row brings a number of its own: somebody meant it. With a register,
    `is_issued`, it is a problem all the same, for the book is for good.
    """

    def __init__(self, form: Form, *, allowed: bool = False, is_issued: bool = False, leave_out: bool = False):
        self._names, self._course = name_fields(form), course_fields(form)
        self._courses: Memory[tuple[object, ...], tuple[object, ...]] = Memory(COURSES)
        self._allowed, self._is_issued, self._leave_out = allowed, is_issued, leave_out
        #: The hash of an IIN, or of a name, and the row that had it first; of a name the row is doubled, and 1 more with an IIN.
        self._by_iin, self._by_name = FirstPlaces(), FirstPlaces()
        #: Of a row that is a problem, or a note, the first one, the field and its value: there may be half a million.
        self._problems, self._notes = SpilledByRow[_Double](), SpilledByRow[_Double]()

    @property
    def problems(self) -> list[Problem]:
        """Return a problem for each row whose person an earlier row has, in the order of the rows."""
        return [self._problem(row, *double) for row, double in self._problems]

    @property
    def notes(self) -> Iterator[Problem]:
        """Yield the same as notes, of the rows that may be printed so."""
        return (self._problem(row, *double) for row, double in self._notes)

    def single(self, rows: Iterable[NumberedRow]) -> Iterator[NumberedRow]:
        """Yield the rows as they pass; those that are a problem are left out if that was asked for."""
        for pair in rows:
            if not (self._is_refused(*pair) and self._leave_out):
                yield pair

    def single_in(self, rows: Sequence[NumberedRow]) -> Sequence[NumberedRow]:
        """Return the same of some rows, themselves where none is left out: those of a table need not be made again."""
        doubles = {row for row, raw in rows if self._is_refused(row, raw)} if self._names else set()
        return [pair for pair in rows if pair[0] not in doubles] if doubles and self._leave_out else rows

    def see(self, rows: Iterable[NumberedRow]) -> None:
        """Remember who is in some rows, of which none is printed now; whom they have twice is told when such a row passes."""
        for row, raw in rows:
            if self._is_named(raw):
                self._first(row, raw)

    def _is_refused(self, row: int, raw: Mapping[str, object]) -> bool:
        """Return whether the person of a row was in an earlier one, and that is a problem; a note is remembered too."""
        if not self._is_named(raw):
            return False
        first, key = self._first(row, raw)
        if first == row:
            return False
        is_meant = self._allowed or (not self._is_issued and raw.get("number") not in MISSING)
        (self._notes if is_meant else self._problems).note(row, (first, key, shown(raw.get(key))))
        return not is_meant

    def _problem(self, row: int, first: int, key: str, value: str) -> Problem:
        message = _("row {row} is of the same person, for the same course", row=first)
        hint = _("Take one of the two rows out. Are both meant, as of two people of one name? Then add --allow-doubles.")
        return Problem("person-twice", message, "" if self._allowed else hint, Where(row=row, key=key), value)

    def _is_named(self, raw: object) -> bool:
        """Return whether a row may name a person; what is no record is a problem of its own."""
        return bool(self._names) and isinstance(raw, Mapping)

    def _first(self, row: int, raw: Mapping[str, object]) -> tuple[int, str]:
        """Return the first row with the person of this one, and the field by which they are the same."""
        get = raw.get
        names = list(map(get, self._names))
        name = same_letters("|".join([each if type(each) is str else "" for each in names]))
        given = tuple([get(field.name) for field in self._course])
        course = self._courses.recall(given, lambda: self._read_course(given))
        if not course or len(name) < len(names):
            return row, ""
        iin = _iin(get("iin"))
        if iin and (first := self._by_iin.first(hash((iin, course)), row)) != row:
            return first, "iin"
        first = self._by_name.first(hash((name, course)), row << 1 | bool(iin))
        return (row, "") if first & 1 and iin else (first >> 1, self._names[0])

    def _read_course(self, given: tuple[object, ...]) -> tuple[object, ...]:
        """Return what a row says of its course, nothing where that cannot be read: it is a problem of its own."""
        reading = Reading()
        names = [field.name for field in self._course]
        values = read_values(self._course, dict(zip(names, given, strict=True)), reading)
        return () if reading.problems else ("course", *[same_letters(str(values[name])) for name in names])


def _iin(value: object) -> str:
    """Return an IIN; empty for what is none, which is a problem of its own."""
    digits = str(value).strip()
    return digits if len(digits) == IIN_DIGITS and digits.isdecimal() else ""
