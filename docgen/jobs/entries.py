"""What an entry of a job is: its key in the file, its option on the command line, and how its value is read."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from docgen.batching import Extent
from docgen.errors import DocgenError
from docgen.fields.keys import FLAG, TEXT, Reader
from docgen.fields.letters import Rejected
from docgen.form.numbering import read_pattern
from docgen.messages import _
from docgen.prints import Print
from docgen.purposes import Purpose
from docgen.tables import heading_rows_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class JobPath(Enum):
    """What a path in a job leads to; in the file it is relative to the file itself."""

    #: Something that must be there.
    INPUT = "input"
    #: Something that is made.
    OUTPUT = "output"
    #: A register: a file that is made when it is needed, an address, or `default`.
    BOOK = "book"


@dataclass(frozen=True, slots=True)
class JobEntry:
    """One thing that a job says. `field` is its name in a `Job`; `key` is its place in the file, `[set]` in `set.…`."""

    key: str
    option: str
    reader: Reader[Any]
    #: The comment above it in a file that docgen writes.
    remark: Callable[[], str]
    place: JobPath | None = None
    field: str = ""
    is_required: bool = False
    default: object = None

    @property
    def is_table(self) -> bool:
        """Whether it is a table of the file, whose keys are headings or fields."""
        return self.reader in (COLUMNS, VALUES, SPOTS, WORDS)


def entry(
    key: str,
    option: str,
    reader: Reader[Any],
    remark: Callable[[], str],
    default: object = dataclasses.MISSING,
    place: JobPath | None = None,
) -> Any:
    """Declare an entry of a job as a field of its dataclass; without a default a file must give it."""
    metadata = {"entry": JobEntry(key, option, reader, remark, place)}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=dict, metadata=metadata, kw_only=True)
    return dataclasses.field(default=cast(Any, default), metadata=metadata, kw_only=True)


def entries_of(cls: type[DataclassInstance]) -> dict[str, JobEntry]:
    """Return the entries that a job declares, by the names of its fields, in their order."""
    found = {}
    for each in dataclasses.fields(cls):
        if "entry" in each.metadata:
            is_required = each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
            default = {} if each.default is dataclasses.MISSING else each.default
            found[each.name] = dataclasses.replace(
                each.metadata["entry"], field=each.name, is_required=is_required, default=None if is_required else default
            )
    return found


def _text(value: object) -> str:
    text = TEXT.read(value)
    if not text.strip() or not text.isprintable():
        raise ValueError(value)
    return text


def _name(value: object) -> str:
    name = _text(value)
    if len(name) > NAME_LETTERS:
        raise ValueError(value)
    return name


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError(value)
    return tuple(value)


def _columns(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(each, str) and each.strip() for each in value.values()):
        raise ValueError(value)
    return dict(value)


def _values(value: object) -> Mapping[str, object]:
    """Return constants: texts, numbers and dates; what their fields make of them is found when the table is opened."""
    if not isinstance(value, Mapping) or not all(type(each) in (str, int, float, date) for each in value.values()):
        raise ValueError(value)
    return dict(value)


def _day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(value)
    return value


def _pattern(value: object) -> str:
    text = _text(value)
    read_pattern(text)
    return text


def _rows(value: object) -> str:
    text = str(value) if type(value) in (int, str) else ""
    try:
        rows = heading_rows_of(text)
    except DocgenError:
        rows = None
    if rows is None:
        raise ValueError(value)
    return text


def _at_least_one(value: object) -> int:
    if type(value) is not int or value < 1:
        raise ValueError(value)
    return value


def _print(value: object) -> str:
    return Print(str(value)).value


def _purpose(value: object) -> str:
    return Purpose(str(value)).value


def _extent(value: object) -> str:
    return Extent(str(value)).value


def _size(value: object) -> float:
    if type(value) not in (int, float) or not 0 <= float(str(value)) < 1000:
        raise ValueError(value)
    return float(str(value))


def _format(value: object) -> str:
    from docgen.batching import VOLUMES

    if not isinstance(value, str) or value not in VOLUMES:
        raise ValueError(value)
    return value


def _formats() -> str:
    from docgen.batching import VOLUMES

    return ", ".join(VOLUMES)


def _book(value: object) -> str:
    """Return where a register is; raise Rejected for an address that holds a password."""
    where = _text(value)
    if "://" not in where:
        return where
    from docgen.register import refuse_password

    try:
        refuse_password(where)
    except DocgenError as error:
        [problem] = error.problems
        raise Rejected(problem.code, problem.message, problem.hint) from None
    return where


#: The longest name of a job that the register takes (`batching.numbering`).
NAME_LETTERS = 200
GIVEN = Reader(lambda: _("a text"), _text)
NAME = Reader(lambda: _("a name of at most {limit} letters", limit=NAME_LETTERS), _name)
TEXTS = Reader(lambda: _('a list of texts, such as ["…"]'), _texts)
COLUMNS = Reader(lambda: _('a table of lines such as "heading" = "field"'), _columns)
SPOTS = Reader(lambda: _('a table of lines such as colour = "spot colour"'), _columns)
WORDS = Reader(lambda: _('a table of lines such as picture = "what it shows"'), _columns)
VALUES = Reader(lambda: _('a table of lines such as field = "value", each a text, a number or a date'), _values)
DAY = Reader(lambda: _("a date such as 2026-05-04"), _day)
PATTERN = Reader(lambda: _("a pattern of numbers such as {example}", example="{year}-{seq:04d}"), _pattern)
ROWS = Reader(lambda: _("a row such as 4, or two such as 4-5"), _rows)
COUNT = Reader(lambda: _("a whole number, 1 or more"), _at_least_one)
SIZE = Reader(lambda: _("millimetres, such as 3 or 2.5"), _size)
PURPOSE = Reader(lambda: _("one of {names}", names=", ".join(Purpose)), _purpose)
EXTENT = Reader(lambda: _("one of {names}", names=", ".join(Extent)), _extent)
PRINT = Reader(lambda: _("one of {names}", names=", ".join(Print)), _print)
FORMAT = Reader(lambda: _("one of {names}", names=_formats()), _format)
BOOK = Reader(lambda: _("a file, postgresql://USER@HOST/DATABASE or “default”"), _book)
SWITCH = FLAG
