"""Lists that may grow longer than the memory should hold: what is beyond a bound waits in a temporary file."""

from __future__ import annotations

import os
import pickle
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import IO, Any, TypeVar, overload

from docgen.files import disk_errors

T = TypeVar("T")
#: How many values are held in memory, and how many after those are written and read at once.
HELD, AT_ONCE = 20_000, 1000


class Spilled(Sequence[T]):
    """A list of plain values that grows at its end alone. One slice after another, or value by value, it is read quickly.

    Raise MachineError where the disk is full.
    """

    __slots__ = ("_file", "_held", "_last", "_lent", "_places")

    def __init__(self, values: Iterable[T] = ()):
        self._held: list[T] = []
        #: The file, where each of its parts begins and the last one ends, and the values that are not in it yet.
        self._file: IO[bytes] | None = None
        self._places = array("Q", [0])
        self._last: list[T] = []
        #: The part that was read last.
        self._lent: tuple[int, list[T]] = (-1, [])
        for value in values:
            self.append(value)

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def append(self, value: T) -> None:
        """Add a value at the end."""
        if len(self._held) < HELD:
            self._held.append(value)
            return
        self._last.append(value)
        if len(self._last) == AT_ONCE:
            self._spill()

    def _spill(self) -> None:
        content = pickle.dumps(self._last, pickle.HIGHEST_PROTOCOL)
        with disk_errors(Path(gettempdir())):
            if self._file is None:
                self._file = TemporaryFile()  # noqa: SIM115 - closed with the list
            self._file.seek(self._places[-1])
            self._file.write(content)
            self._file.flush()
        self._places.append(self._places[-1] + len(content))
        self._last = []

    def _part(self, number: int) -> list[T]:
        """Return a part of what is beyond the bound: from the file, or the values that are not in it yet."""
        if number == len(self._places) - 1:
            return self._last
        if self._lent[0] != number:
            assert self._file is not None
            begin, end = self._places[number], self._places[number + 1]
            content = os.pread(self._file.fileno(), end - begin, begin)  # a process that was forked shares the place in the file
            self._lent = number, pickle.loads(content)
        return self._lent[1]

    def __len__(self) -> int:
        return len(self._held) + (len(self._places) - 1) * AT_ONCE + len(self._last)

    def __iter__(self) -> Iterator[T]:
        yield from self._held
        for number in range(len(self._places)):
            yield from self._part(number)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> list[T]: ...
    def __getitem__(self, at: int | slice) -> T | list[T]:
        """Return a value, or a plain list of several."""
        if isinstance(at, slice):
            begin, end, step = at.indices(len(self))
            if end <= HELD:
                return self._held[at]
            return [self[each] for each in range(begin, end, step)]
        place = at + len(self) if at < 0 else at
        if place < HELD:
            return self._held[place]
        if place >= len(self):
            raise IndexError(at)
        number, within = divmod(place - HELD, AT_ONCE)
        return self._part(number)[within]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Spilled | list):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __reduce__(self) -> tuple[Any, ...]:
        return Spilled, (list(self),)


class SpilledByRow(Iterable[tuple[int, T]]):
    """What was found of rows, once a row, in the order of the rows: a million of them in little memory.

    Rows are noted as they come. What comes out of the order is held in memory, so it should be rare.
    """

    __slots__ = ("_found", "_late", "_rows")

    def __init__(self) -> None:
        #: Ascending, with what was found of each; and what came after it was passed.
        self._rows, self._found = array("q"), Spilled[T]()
        self._late: dict[int, T] = {}

    def note(self, row: int, found: T) -> None:
        """Note what was found of a row, unless that was noted before."""
        if not self._rows or row > self._rows[-1]:
            self._rows.append(row)
            self._found.append(found)
        elif self._rows[bisect_left(self._rows, row)] != row:
            self._late.setdefault(row, found)

    def __iter__(self) -> Iterator[tuple[int, T]]:
        return merge(zip(self._rows, self._found, strict=True), sorted(self._late.items(), key=itemgetter(0)), key=itemgetter(0))
