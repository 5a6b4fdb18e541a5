"""Results that are remembered because they repeat, within a bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


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
