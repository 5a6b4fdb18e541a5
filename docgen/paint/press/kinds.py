"""Which pages of a volume are drawn alike but for their texts, noted while it is written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

#: A run of text as the press writes it: in one face, at one place (ISO 32000-1, 9.4).
RUN = re.compile(rb"BT [^(]*\([^\\)]*(?:\\.[^\\)]*)*\) Tj ET", re.DOTALL)
#: How many contents without their runs are remembered before all are forgotten.
MEMORY = 4_000


class PageKinds:
    """The first page of each kind: a kind are the pages of one size that draw the same, but for what their runs of text say.

    How many runs there are counts, and so does every other operator. `first` has the number of a page, from 1, by the hash of its
    kind, which is the same in every volume.
    """

    def __init__(self) -> None:
        self.first: dict[str, int] = {}
        self._seen: set[bytes] = set()

    def note(self, page: int, size: bytes, written: bytes, whole: Callable[[], bytes]) -> None:
        """Note a page: its content as it is `written`, and `whole`, with what it calls in place of each call."""
        drawn = size + RUN.sub(b"~", written)
        if drawn in self._seen:
            return
        if len(self._seen) >= MEMORY:
            self._seen.clear()
        self._seen.add(drawn)
        kind = hashlib.sha256(size + b"\n" + RUN.sub(b"~", whole())).hexdigest()
        self.first.setdefault(kind, page)
