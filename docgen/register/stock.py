"""Preprinted stock: serials received, used and spoiled; the rest is left, and a closing statement adds up.

A movement is a dated range of serials that never changes later. A serial is digits, which letters may precede.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from docgen.canonical import canonical
from docgen.errors import DataError, UsageError
from docgen.messages import _
from docgen.register.events import Event, add_events, damaged
from docgen.register.schema import stock
from docgen.register.unknown import refuse_unknown

#: The largest number of a serial: it has twelve digits.
LAST = 10**12 - 1
RECEIVED, USED, SPOILED = KINDS = ("received", "used", "spoiled")
_SERIAL = re.compile(r"(?P<prefix>(?:.*\D)?)(?P<digits>\d{1,12})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class SerialRange:
    """Serials from `first` to `last`, both included, each written as `prefix` and `width` digits."""

    prefix: str
    first: int
    last: int
    width: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        ends = [f"{self.prefix}{number:0{self.width}d}" for number in (self.first, self.last)]
        return ends[0] if self.first == self.last else " – ".join(ends)

    def common(self, other: SerialRange) -> SerialRange | None:
        """Return the serials that both have, None if there are none."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return SerialRange(self.prefix, first, last, self.width) if self.prefix == other.prefix and first <= last else None


@dataclass(frozen=True, slots=True)
class Movement:
    """A range of stock that was received, used or spoiled on a day (2026-02-06)."""

    kind: str
    serials: SerialRange
    day: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StockStatement:
    """The closing statement of a period: opening + received − used − spoiled = left, and the ranges of each."""

    form: str
    since: str
    until: str
    opening: int
    received: tuple[Movement, ...]
    used: tuple[Movement, ...]
    spoiled: tuple[Movement, ...]
    left: tuple[SerialRange, ...]

    @property
    def sums(self) -> dict[str, int]:
        """Return the number of sheets in each line of the statement."""
        moved = {kind: sum(len(each.serials) for each in getattr(self, kind)) for kind in KINDS}
        return {"opening": self.opening, **moved, "left": sum(map(len, self.left))}

    @property
    def adds_up(self) -> bool:
        """Return whether opening + received − used − spoiled is what is left."""
        sums = self.sums
        return sums["opening"] + sums[RECEIVED] - sums[USED] - sums[SPOILED] == sums["left"]


def read_serials(first: str, last: str = "") -> SerialRange:
    """Return the serials from `first` to `last`, or one; raise UsageError for what are no serials."""
    begin, end = _SERIAL.fullmatch(first.strip()), _SERIAL.fullmatch((last or first).strip())
    if begin is None or end is None:
        message = _("“{serial}” is no serial", serial=first if begin is None else last)
        raise UsageError.because("serial-wrong", message, _("Write it as it is printed: 000101, or АБ 000101."))
    numbers = int(begin["digits"]), int(end["digits"])
    if begin["prefix"] != end["prefix"] or numbers[0] > numbers[1] or numbers[1] - numbers[0] >= 10_000_000:
        message = _("{first} to {last} is no range of serials", first=first, last=last)
        raise UsageError.because("serial-wrong", message, _("Give the first serial and then the last, with the same letters."))
    return SerialRange(begin["prefix"], *numbers, len(begin["digits"]))


#: What divides the two ends of a range: `000100-000120`.
_RANGE = re.compile(r"\s*[-–—]\s*")


def read_range(text: str) -> SerialRange:
    """Return the serials of `000100-000120`, or of one; the last need not repeat the letters. Raise as `read_serials`.

    Both ends have as many digits: `АБ-000101` is one serial, and so is `1-000101`.
    """
    for sign in _RANGE.finditer(text.strip()):
        first, last = text.strip()[: sign.start()], text.strip()[sign.end() :]
        begin, end = _SERIAL.fullmatch(first), _SERIAL.fullmatch(last)
        if begin and end and len(begin["digits"]) == len(end["digits"]) and end["prefix"] in ("", begin["prefix"]):
            return read_serials(first, begin["prefix"] + end["digits"])
    return read_serials(text)


def movements(connection: Connection, form: str) -> list[Movement]:
    """Return all movements of a form's stock in the order in which they were recorded."""
    rows = connection.execute(select(stock).where(stock.c.form == form).order_by(stock.c.id)).all()
    if any(not isinstance(value, int) or value > LAST for row in rows for value in (row.first, row.last, row.width)):
        raise damaged()
    return [Movement(row.kind, SerialRange(row.prefix, row.first, row.last, row.width), row.day, row.reason) for row in rows]


def stocked_forms(connection: Connection) -> list[str]:
    """Return the ids of the forms with stock."""
    return list(connection.execute(select(stock.c.form).distinct().order_by(stock.c.form)).scalars())


def move(connection: Connection, form: str, movement: Movement) -> None:
    """Record a movement; raise DataError for serials that were received already, or are not there to be used or spoiled.

    Raise UsageError for a form that is unknown, unless its sheets are received: whoever calls has read its definition.
    """
    known = movements(connection, form)
    _refuse(connection, form, known, movement)
    number = connection.execute(select(func.coalesce(func.max(stock.c.id), 0))).scalar_one() + 1
    serials = movement.serials
    row = {
        "id": number, "form": form, "kind": movement.kind, "prefix": serials.prefix, "width": serials.width,
        "first": serials.first, "last": serials.last, "day": movement.day, "reason": movement.reason,
    }  # fmt: skip
    connection.execute(insert(stock).values(row))
    add_events(connection, [Event(f"stock {movement.kind}", None, canonical(row))])


def _refuse(connection: Connection, form: str, known: Iterable[Movement], new: Movement) -> None:
    came = [each for each in known if each.kind == RECEIVED]
    gone = [each for each in known if each.kind != RECEIVED]
    for each in came if new.kind == RECEIVED else gone:
        if both := each.serials.common(new.serials):
            message = _("{serials} were recorded as {what} on {day} already", serials=both, what=_word(each.kind), day=each.day)
            raise DataError.because("serial-twice", message, _("Check the serials; nothing was recorded."))
    if new.kind == RECEIVED:
        return
    there = [each.serials for each in came if each.day <= new.day]
    if lacking := next(_without([new.serials], there), None):
        refuse_unknown(connection, form=form)
        message = _("{serials} had not been received by {day}", serials=lacking, day=new.day)
        raise DataError.because("serial-unknown", message, _("First record what was received: docgen register stock receive."))


def _word(kind: str) -> str:
    return {RECEIVED: _("received"), USED: _("used"), SPOILED: _("spoiled")}[kind]


def _without(ranges: Iterable[SerialRange], taken: Iterable[SerialRange]) -> Iterator[SerialRange]:
    """Yield what is left of ranges without others."""
    taken = sorted(taken)
    for each in sorted(ranges):
        begin = each.first
        for other in taken:
            both = each.common(other)
            if both is None or both.last < begin:
                continue
            if begin < both.first:
                yield SerialRange(each.prefix, begin, both.first - 1, each.width)
            begin = both.last + 1
        if begin <= each.last:
            yield SerialRange(each.prefix, begin, each.last, each.width)


def left(known: Sequence[Movement]) -> list[SerialRange]:
    """Return the serials that are left after movements."""
    came = [each.serials for each in known if each.kind == RECEIVED]
    return list(_without(came, [each.serials for each in known if each.kind != RECEIVED]))


def statement(connection: Connection, form: str, since: str, until: str) -> StockStatement:
    """Return the closing statement of a period, both days included."""
    known = movements(connection, form)
    before = [each for each in known if each.day < since]
    within = [each for each in known if since <= each.day <= until]
    by_kind = {kind: tuple(each for each in within if each.kind == kind) for kind in KINDS}
    opening = sum(map(len, left(before)))
    return StockStatement(form, since, until, opening, **by_kind, left=tuple(left([*before, *within])))
