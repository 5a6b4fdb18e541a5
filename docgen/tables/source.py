"""A file that a table is read from: limited in size, hashed as it goes by, and the same at the end as at the beginning."""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from docgen.errors import DataError
from docgen.files import PIPE_LIMIT, opened, refuse_larger
from docgen.messages import _
from docgen.tables.refusals import empty, too_large

CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class FileBytes:
    """A file that is in memory: what messages call it, empty for nothing; its content; and the suffix that is its format."""

    name: str
    content: bytes = field(repr=False)
    suffix: str

    def __str__(self) -> str:
        return self.name


#: Where a table is read from. Both have a `suffix`, and a name as text.
File = Path | FileBytes


class Source:
    """The bytes of one file. They can be gone through several times; `sha256` is that of the last time to the end."""

    def __init__(self, name: str, file: BinaryIO):
        self.name, self.file = name, file
        self.sha256 = ""

    def begins(self, size: int = 2) -> bytes:
        """Return the first bytes."""
        self.file.seek(0)
        return self.file.read(size)

    def chunks(self) -> Iterator[bytes]:
        """Give the bytes from the first to the last, and remember their hash."""
        digest = hashlib.sha256()
        self.file.seek(0)
        while chunk := self.file.read(CHUNK):
            digest.update(chunk)
            yield chunk
        self.sha256 = digest.hexdigest()

    def hashed(self) -> str:
        """Return the SHA-256, known before anything is read."""
        for _chunk in self.chunks():
            pass
        return self.sha256

    def text(self, encoding: str) -> Iterator[str]:
        """Give the text of the bytes piece by piece; UnicodeDecodeError where they are of another encoding."""
        decoder = codecs.getincrementaldecoder(encoding)()
        for chunk in self.chunks():
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)

    def lines(self, encoding: str, limit: int) -> Iterator[str]:
        """Give the lines of the text with their ends (\\n, \\r\\n or \\r), none of over `limit` characters."""
        rest = ""
        for piece in self.text(encoding):
            rest += piece
            if len(rest) > limit + CHUNK:
                raise too_large(self.name, _("a line has more than {limit} characters", limit=limit))
            if rest.endswith("\r"):  # whether \n follows, the next piece tells
                continue
            lines = io.StringIO(rest, newline="").readlines()
            rest = lines.pop() if lines and not lines[-1].endswith(("\n", "\r")) else ""
            yield from lines
        yield from io.StringIO(rest, newline="").readlines()


@contextmanager
def open_source(path: File, limit: int) -> Iterator[Source]:
    """Yield the bytes of a file, at most `limit`; a pipe is read to its end first.

    Raise DataError for a file that is missing, empty or too large, and for one that was changed before the block has ended.
    """
    if isinstance(path, FileBytes):
        refuse_larger(path.name, len(path.content), limit)
        if not path.content:
            raise empty(path.name, "")
        yield Source(path.name, io.BytesIO(path.content))
        return
    with opened(path) as file:
        told = os.fstat(file.fileno())
        is_file = stat.S_ISREG(told.st_mode)
        refuse_larger(path, told.st_size, limit)
        held = file if is_file else io.BytesIO(file.read(PIPE_LIMIT + 1))
        refuse_larger(path, 0 if is_file else len(held.getvalue()), PIPE_LIMIT)
        if not held.read(1):
            raise empty(str(path), "")
        try:
            yield Source(str(path), held)
        finally:
            if is_file:  # a pipe changes with each write to it, and was read to its end
                _refuse_changed(path, told, os.fstat(file.fileno()))


def _refuse_changed(path: Path, told: os.stat_result, now: os.stat_result) -> None:
    if (told.st_size, told.st_mtime_ns) != (now.st_size, now.st_mtime_ns):
        message = _("the file was changed while it was read")
        hint = _("Wait until the program that writes it has finished, then run the command again.")
        raise DataError.because("file-changed", message, hint, file=str(path))
