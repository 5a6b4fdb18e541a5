"""A field of a form, the base of every kind: how a raw value becomes the value that is printed, or a problem.

A kind is one class. It declares its keys in a form.toml (`key`), how a value is read, what messages call it (`rule`), what a
blank shows in its place, and how a spreadsheet formats and checks its column (`number_format`, `cell_rule`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from docgen.errors import Problem, Where
from docgen.fields.keys import ANY, FIELD_NAME, FLAG, LABELS, PLAIN_TEXT, key
from docgen.fields.letters import Rejected
from docgen.messages import _, labelled

#: Raw values that mean that no value is given.
MISSING: tuple[object, ...] = (None, "", [])
#: White space that is stripped from both ends of a value: nobody sees it on paper.
OUTER = "\t\n\r" + "".join(map(chr, (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
#: Bits of a number that is longer than anything printed.
LONG = 400


@dataclass(slots=True)
class Reading:
    """What reading a record collects: problems, which refuse it, and notes on what was mended in it."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CellRule:
    """What a spreadsheet program checks while a cell is typed (ECMA-376 part 1, 18.3.1.32, `dataValidation`).

    `type` is `list`, `date`, `whole` or `textLength`. `values` are the options of a list, else the operands of `operator`. A
    warning can be passed by.
    """

    type: str
    values: tuple[object, ...]
    operator: str = "between"
    is_warning: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Field:
    """A named datum of a form, and the base of every kind.

    `blank` is what the act prints where the datum is written in by hand.
    """

    name: str = key(FIELD_NAME)
    label: Mapping[str, str] = key(LABELS)
    optional: bool = key(FLAG, False)
    #: Whether `fill` and the workbook of the form ask for it; a record or a table may give it all the same.
    asked: bool = key(FLAG, True)
    sample: object = key(ANY, "")
    blank: str = key(PLAIN_TEXT, "__________")
    #: The name of the kind in a form.toml.
    kind: ClassVar[str] = ""
    #: Whether a value is a list.
    takes_list: ClassVar[bool] = False
    #: Whether a value names a picture.
    is_picture: ClassVar[bool] = False
    #: The keys that bound its values, the least first.
    bounds: ClassVar[tuple[str, str] | None] = None
    #: How a workbook shows its cells; text (`@`) keeps zeros at the beginning.
    number_format: ClassVar[str] = "@"
    #: What may be given, where that is a list.
    options: tuple[str, ...] = ()

    def read(self, raw: object, reading: Reading) -> object:
        """Return the value to print; raise Rejected if `raw` cannot be read."""
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
            problem = Problem(rejected.code, rejected.message, rejected.hint, self.where(), shown(raw), rejected.proposal)
            reading.problems.append(problem)
            return None

    def read_missing(self) -> object:
        """Return the value of a field that was not given; raise Rejected if it must be given."""
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

    def cell_rule(self) -> CellRule | None:
        """Return what a spreadsheet program checks in its column; None for no check."""
        return None

    def schema(self) -> dict[str, object]:
        """Return what JSON Schema (draft 2020-12) says of a value in its plainest spelling."""
        return {"type": "string"}

    def cell_note(self) -> str:
        """Return what a clerk has to know to fill one of its cells, beyond the rule; nothing in most cases."""
        return ""

    def meant_by(self, typed: str) -> str:
        """Return the raw value that a clerk means who types `typed` at a terminal."""
        return typed


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
