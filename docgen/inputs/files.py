"""What a caller gives as a file: a path, the content as bytes, or a binary stream; and which format the content has."""

from __future__ import annotations

import io
import json
import zipfile
from os import PathLike
from pathlib import Path
from typing import BinaryIO, TypeGuard

from docgen import archives, tables
from docgen.errors import DataError, UsageError, nearest_hint, visible
from docgen.files import read_bytes
from docgen.inputs.record_file import READERS
from docgen.messages import _
from docgen.tables import File, FileBytes

#: What is read of a table that is given as bytes or as a stream, at most.
SIZE_LIMIT = tables.FILE_BYTES
#: The part by which a workbook of each format is known (OOXML, ECMA-376 part 2, 10.1.2.1; ODF 1.3 part 2, 3.3).
PARTS = {"xl/workbook.xml": ".xlsx", "content.xml": ".ods"}

#: What stands for a file in a call.
GivenFile = str | PathLike[str] | bytes | bytearray | memoryview | BinaryIO | FileBytes


def is_file(given: object) -> TypeGuard[GivenFile]:
    """Return whether something stands for a file: a path, bytes or a stream."""
    return isinstance(given, str | PathLike | bytes | bytearray | memoryview | FileBytes) or hasattr(given, "read")


def file_of(given: GivenFile, format: str | None = None) -> File:
    """Return the file that a caller gives; its suffix is `format`, the one of its name, or is recognised by its content.

    A suffix that nobody knows stays empty. Raise UsageError for an unknown format and a stream of text, DataError for a stream
    with nothing left in it.
    """
    suffix = None if format is None else _suffix_of(format)
    if isinstance(given, FileBytes):
        return given if suffix is None else FileBytes(given.name, given.content, suffix)
    if isinstance(given, str | PathLike):
        path = Path(given)
        return path if suffix in (None, path.suffix.lower()) else FileBytes(str(path), read_bytes(path, SIZE_LIMIT), suffix or "")
    name, content = ("", bytes(given)) if isinstance(given, bytes | bytearray | memoryview) else _read(given)
    return FileBytes(name, content, suffix or Path(name).suffix or recognised(content))


def _suffix_of(format: str) -> str:
    """Return the suffix of a format as a caller names it: `xlsx`, `.XLSX`."""
    known = dict.fromkeys((*tables.FORMATS, *READERS))
    if not isinstance(format, str) or (suffix := f".{format.lower().removeprefix('.')}") not in known:
        message = _("“{value}” is not offered", value=visible(str(format)[:60]))
        hint = nearest_hint(str(format), [each.removeprefix(".") for each in known])
        raise UsageError.because("format-unknown", message, hint)
    return suffix


def _read(stream: BinaryIO) -> tuple[str, bytes]:
    """Return the name of a stream's file, empty for none, and what is left in it."""
    name = getattr(stream, "name", "")
    name = name if isinstance(name, str) else ""
    try:
        content = stream.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:  # such as a stream that is closed
        message = _("the file cannot be read: {reason}", reason=str(error)[:200])
        raise DataError.because("file-unreadable", message, file=name) from None
    if not isinstance(content, bytes | bytearray):
        hint = _('Open the file in binary mode: open(name, "rb").')
        raise UsageError.because("stream-of-text", _("a stream of bytes is expected, not one of text"), hint, file=name)
    if not content:
        hint = _("If it was read before, go back to its beginning: stream.seek(0).")
        raise DataError.because("stream-empty", _("there is nothing left to read in the stream"), hint, file=name)
    return name, bytes(content)


def recognised(content: bytes) -> str:
    """Return the suffix of a content whose format is certain, else nothing: CSV could be any text."""
    if content.startswith(b"PK"):
        return _archive_suffix(content)
    text = content.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if text.startswith(b"["):
        return ".json" if text[1:].lstrip(b" \t\r\n")[:1] in (b"{", b"]") else ""
    return ".jsonl" if text.startswith(b"{") and _is_lines(text) else ""


def _archive_suffix(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return next((suffix for part, suffix in PARTS.items() if part in archive.NameToInfo), ".xlsx")
    except archives.DAMAGE:
        return ".xlsx"  # whose reader says what is wrong with it


def _is_lines(text: bytes) -> bool:
    """Return whether a text has a JSON object a line, and at least two."""
    first, _end, rest = text.partition(b"\n")
    try:
        return isinstance(json.loads(first), dict) and rest.lstrip().startswith(b"{")
    except (ValueError, RecursionError):
        return False


def is_table(file: File) -> bool:
    """Return whether a file is a table or a workbook, and not a record."""
    return file.suffix.lower() in tables.FORMATS and not _is_record(file)


def _is_record(file: File) -> bool:
    """Return whether a JSON file is a record: a table is a list."""
    if file.suffix.lower() != ".json":
        return False
    try:
        if isinstance(file, FileBytes):
            begins = file.content[:64]
        else:
            with file.open("rb") as opened:
                begins = opened.read(64)
    except (OSError, ValueError):
        return True  # its reader says what is wrong with it
    return not begins.lstrip().startswith(b"[")
