"""A table whose first rows can be used while the others are still in the file."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from docgen.tables.model import Table

#: Gives the table as far as it has been read, at last the whole of it. All of them hold the same rows; headings that come later
#: stand behind those that are known.
Growth = Iterator[Table]
#: How many records are read between one table and the next.
RECORDS = 1000


def whole(growth: Growth) -> Table:
    """Return the table read to its end."""
    return deque(growth, maxlen=1).pop()
