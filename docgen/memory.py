"""Results that are remembered because they repeat, within a bound, and how often Python looks for cycles of objects."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

#: How many new objects make Python look for cycles among them, where a batch is made. A batch makes none, and its caches
#: hold up to 120,000 objects: with a lower threshold, a twentieth of its time went there.
YOUNG = 200_000


class Memory(dict[K, V]):
    """Results by what they were made from, at most `limit` of them; when it is full, all are forgotten at once.

    Looking one up is a dictionary's own `get`, without a call of Python's. Threads may share a memory: one that forgets makes
    another work a result out again, never a wrong one.
    """

    __slots__ = ("limit",)

    def __init__(self, limit: int):
        super().__init__()
        self.limit = limit

    def remember(self, key: K, value: V) -> V:
        """Keep a result and return it."""
        if len(self) >= self.limit:
            self.clear()
        self[key] = value
        return value

    def recall(self, key: K, make: Callable[[], V]) -> V:
        """Return the result for `key`, made at the first call; what is None, or has a list in its key, is made each time."""
        try:
            found = self.get(key)
        except TypeError:
            return make()
        return self.remember(key, make()) if found is None else found


#: How many slots for hashes there are at first: a third of a megabyte, as a table of 20,000 rows needs them.
SLOTS = 1 << 15


class FirstPlaces:
    """Where each hash was met first: 12 bytes a slot, where a dictionary takes 150 for an entry.

    Hashes are whole numbers of 64 bits with a sign, as `hash` gives them; a place is a whole number, mostly from 1 to `MOST`.
    """

    __slots__ = ("_count", "_hashes", "_others", "_places")
    MOST = 0xFFFF_FFFF

    def __init__(self) -> None:
        self._make(SLOTS)
        #: Hashes whose place takes more bits.
        self._others: dict[int, int] = {}

    def _make(self, slots: int) -> None:
        self._hashes, self._places, self._count = array("q", bytes(8 * slots)), array("I", bytes(4 * slots)), 0

    def first(self, hashed: int, place: int) -> int:
        """Return the place where a hash was met first: `place`, which is remembered, where it was never met."""
        hashes, places = self._hashes, self._places
        last = len(places) - 1
        slot = (hashed ^ hashed >> 32) & last
        while found := places[slot]:
            if hashes[slot] == hashed:
                return found
            slot = slot + 1 & last
        if self._others or not 0 < place <= self.MOST:
            return self._others.setdefault(hashed, place)
        hashes[slot], places[slot] = hashed, place
        self._count += 1
        if 3 * self._count > 2 * last:
            self._grow()
        return place

    def _grow(self) -> None:
        hashes, places = self._hashes, self._places
        self._make(2 * len(places))
        for hashed, place in zip(hashes, places, strict=True):
            if place:
                self.first(hashed, place)
