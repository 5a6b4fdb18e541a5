"""What ends the joining of files as they are written; pypdf then joins them."""

from __future__ import annotations

from pathlib import Path


class NotPlain(Exception):
    """A file holds what is not copied here; `path` is the file, of which something `is_damaged` if that shows in copying."""

    def __init__(self, path: Path, *, is_damaged: bool = False):
        super().__init__(str(path))
        self.path, self.is_damaged = path, is_damaged
