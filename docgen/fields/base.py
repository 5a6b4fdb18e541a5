"""What every kind of field shares: reading a raw value, or saying why it cannot be taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from docgen.errors import Problem, Where
from docgen.messages import _, labelled

MISSING = (None, "", [])
#: White space that goes from the ends of a value: what is typed there is seen nowhere.
OUTER = "\t\n\r" + "".join(map(chr, (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
#: Bits of a number that is longer than anything printed.
LONG = 400


class Rejected(Exception):
    """A value that a field cannot take; the caller adds the place and makes it a Problem."""

    def __init__(self, code: str, message: str, hint: str = ""):
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@dataclass(slots=True)
class Reading:
    """What reading collects on its way: problems that refuse a record, and notes on what was mended in it."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class Field:
    """A named datum of a form. `blank` is what the act prints where the datum is written in by hand."""

    name: str
    label: Mapping[str, str]
    optional: bool = False
    sample: object = ""
    blank: str = "__________"
    kind: ClassVar[str] = ""
    takes_list: ClassVar[bool] = False

    def read(self, raw: object, reading: Reading) -> object:
        """Return the value to print; raise Rejected when `raw` cannot be one."""
        raise NotImplementedError

    def read_or_report(self, raw: object, reading: Reading) -> object:
        """Return the value, or None with a problem added to `reading`."""
        raw = raw.strip(OUTER) if isinstance(raw, str) else raw
        try:
            if raw in MISSING:
                return self.read_missing()
            if not isinstance(raw, str) and isinstance(raw, (list, Mapping)) and not self.takes_list:
                raise Rejected("not-one-value", _("one value is expected here"), _("Give: {rule}.", rule=self.rule()))
            return self.read(raw, reading)
        except Rejected as rejected:
            problem = Problem(rejected.code, rejected.message, rejected.hint, self.where(), shown(raw))
            reading.problems.append(problem)
            return None

    def read_missing(self) -> object:
        """Return what stands for a value that was not given; raise Rejected when it must be given."""
        if self.optional:
            return None
        raise Rejected("value-missing", _("nothing is given"), _("Give: {rule}.", rule=self.rule()))

    def where(self) -> Where:
        """Return the place of a problem with the field."""
        return Where(key=self.name, label=labelled(self.label))

    def rule(self) -> str:
        """Return in words what the field takes."""
        return _("text")

    def blank_value(self) -> object:
        """Return a value about as wide as what will be written by hand on a blank."""
        return self.blank


def labels_of(fields: Iterable[Field]) -> dict[str, tuple[str, ...]]:
    """Return the labels of each field by its name, as `tables.columns` takes them."""
    return {each.name: tuple(each.label.values()) for each in fields}


def shown(raw: object) -> str:
    """Return a value for a message, not all of a long one; Python writes a number of thousands of digits in base 16 alone."""
    if isinstance(raw, int) and raw.bit_length() > LONG:
        return hex(raw)[:100]
    if isinstance(raw, bytes | bytearray | memoryview):
        return repr(bytes(raw[:20]))
    return str(raw)[:100] if raw is not None and not isinstance(raw, (list, dict)) else ""
