"""Which record is where: sheets and lifts, in the order that the stacks are to have when they are cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class SheetOrder(StrEnum):
    """How records go onto sheets."""

    CUT_AND_STACK = "cut-and-stack"
    REPEAT = "repeat"
    IN_ORDER = "in-order"


@dataclass(frozen=True, slots=True)
class Lift:
    """Sheets that are cut together: how many, and the first of its sheets and of its records, both counted from 0."""

    number: int
    sheets: int
    first_sheet: int
    first_record: int
    records: int


#: Order → the record of a lift, counted from 0, on sheet `sheet` of it in position `position`; sheets and positions there are.
_RECORD: dict[SheetOrder, Callable[[int, int, int, int], int]] = {
    SheetOrder.CUT_AND_STACK: lambda sheet, position, sheets, _positions: sheet + position * sheets,
    SheetOrder.REPEAT: lambda sheet, _position, _sheets, _positions: sheet,
    SheetOrder.IN_ORDER: lambda sheet, position, _sheets, positions: sheet * positions + position,
}


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """Records on sheets of `positions`, at most `depth` sheets in a lift."""

    records: int
    positions: int
    depth: int
    order: SheetOrder = SheetOrder.CUT_AND_STACK

    @property
    def per_sheet(self) -> int:
        """How many records a full sheet has."""
        return 1 if self.order is SheetOrder.REPEAT else self.positions

    @property
    def sheets(self) -> int:
        """How many sheets there are."""
        return -(-self.records // self.per_sheet)

    @property
    def lifts(self) -> list[Lift]:
        """The lifts in order; the last one has the sheets that are left."""
        found = []
        for number, first in enumerate(range(0, self.sheets, self.depth)):
            sheets = min(self.depth, self.sheets - first)
            begin = first * self.per_sheet
            found.append(Lift(number, sheets, first, begin, min(sheets * self.per_sheet, self.records - begin)))
        return found

    @property
    def blanks(self) -> int:
        """How many positions stay empty."""
        return self.sheets * self.per_sheet - self.records

    def on_sheet(self, sheet: int) -> Iterator[int | None]:
        """Yield the record in each position of a sheet, both counted from 0; None where a position stays empty."""
        first = sheet - sheet % self.depth
        sheets = min(self.depth, self.sheets - first)
        begin = first * self.per_sheet
        for position in range(self.positions):
            record = begin + _RECORD[self.order](sheet - first, position, sheets, self.positions)
            yield record if record < self.records else None
