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
from docgen.tables.heading_rows import HeadingRows

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
        #: The rows that hold the headings, on the sheet of this title, else the first visible one; None: they are found.
        self.heading_rows: HeadingRows | None = None
        self.sheet: str | None = None
        self.sha256 = ""

    def begins(self, size: int = 2) -> bytes:
        """Return the first bytes."""
        self.file.seek(0)
        return self.file.read(size)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes from the first to the last, and remember their hash."""
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
        """Yield the text of the bytes piece by piece; raise UnicodeDecodeError if they are of another encoding."""
        decoder = codecs.getincrementaldecoder(encoding)()
        for chunk in self.chunks():
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)

    def lines(self, encoding: str, limit: int) -> Iterator[str]:
        """Yield the lines of the text with their line ends (LF, CR LF or CR), none of over `limit` characters."""
        rest = ""
        for piece in self.text(encoding):
            rest += piece
            if len(rest) > limit + CHUNK:
                raise too_large(self.name, _("a line has more than {limit} characters", limit=limit))
            if rest.endswith("\r"):  # the next piece may begin with \n
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
        before = os.fstat(file.fileno())
        is_file = stat.S_ISREG(before.st_mode)
        refuse_larger(path, before.st_size, limit)
        held: BinaryIO = file
        if not is_file:
            content = file.read(PIPE_LIMIT + 1)
            refuse_larger(path, len(content), PIPE_LIMIT)
            held = io.BytesIO(content)
        if not held.read(1):
            raise empty(str(path), "")
        try:
            yield Source(str(path), held)
        finally:
            if is_file:  # a pipe changes with each write to it, and was read to its end
                _refuse_changed(path, before, os.fstat(file.fileno()))


def _refuse_changed(path: Path, before: os.stat_result, now: os.stat_result) -> None:
    if (before.st_size, before.st_mtime_ns) != (now.st_size, now.st_mtime_ns):
        message = _("the file was changed while it was read")
        hint = _("Wait until the program that writes it has finished, then run the command again.")
        raise DataError.because("file-changed", message, hint, file=str(path))


def empty(file: str, sheet: str) -> DataError:
    """Return the error for a file, or a sheet of it, without records."""
    message = _("the sheet “{sheet}” has no records", sheet=sheet) if sheet else _("the file has no records")
    hint = _("Write one record in each row below the headings.")
    if sheet:
        hint = _("Write one record in each row below the headings; the first visible sheet is the one that is read.")
    return DataError.because("table-empty", message, hint, file=file)


def too_large(file: str, message: str, row: int | None = None) -> DataError:
    """Return the error for a table past a limit; `message` says which."""
    hint = _("Split the table, or delete what is far outside it.")
    return DataError.because("table-too-large", message, hint, file=file, row=row)


def damaged(file: str, message: str, row: int | None = None) -> DataError:
    """Return the error for a file that its format's reader cannot make sense of; `message` says why."""
    hint = _("Open it in the program that made it and save it again; if that fails, take another copy.")
    return DataError.because("table-damaged", message, hint, file=file, row=row)
