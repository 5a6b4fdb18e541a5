"""The body of a request: read within its bounds, into memory or, for files, to disk as it comes."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import DataError, UsageError, visible
from docgen.files import PRIVATE, private
from docgen.messages import _
from docgen.service.calls import Upload
from docgen.service.settings import ServiceLimits

if TYPE_CHECKING:
    from starlette.types import Receive

#: The largest head of a part, and of a text that is a part of a form, in bytes.
HEAD_BYTES, TEXT_BYTES = 8 << 10, 64 << 10
NAME_LETTERS = 200


class CallerGone(Exception):
    """The caller has closed the connection before the request was whole."""


def announced(headers: dict[bytes, bytes], limit: int) -> None:
    """Raise DataError for a body whose announced length is above the limit."""
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and int(length) > limit:
        raise too_large(limit)


def too_large(limit: int) -> DataError:
    """Return the error for a body above the limit."""
    size = f"{limit >> 20} MB" if limit >= 1 << 20 else f"{limit} B"
    return DataError.because("too-large", _("the request is larger than {size}", size=size), _("Send less at once."))


async def read_body(receive: Receive, limit: int, patience: float) -> bytes:
    """Return a body; raise DataError above the limit, UsageError if nothing comes for `patience` seconds."""
    first = await _next(receive, patience)
    if not first[1]:
        if len(first[0]) > limit:
            raise too_large(limit)
        return first[0]
    pieces, size = [first[0]], len(first[0])
    while True:
        piece, is_more = await _next(receive, patience)
        size += len(piece)
        if size > limit:
            raise too_large(limit)
        pieces.append(piece)
        if not is_more:
            return b"".join(pieces)


async def _next(receive: Receive, patience: float) -> tuple[bytes, bool]:
    """Return the next piece of a body, and whether more come."""
    try:
        async with asyncio.timeout(patience):
            message = await receive()
    except TimeoutError:
        message_text = _("nothing came for {seconds:g} seconds", seconds=patience)
        raise UsageError.because("too-slow", message_text, _("Send it again.")) from None
    if message["type"] == "http.disconnect":
        raise CallerGone
    return message.get("body", b""), message.get("more_body", False)


async def pieces_of(receive: Receive, limit: int, patience: float) -> AsyncIterator[bytes]:
    """Yield the pieces of a body, errors as of `read_body`."""
    size, is_more = 0, True
    while is_more:
        piece, is_more = await _next(receive, patience)
        size += len(piece)
        if size > limit:
            raise too_large(limit)
        yield piece


@asynccontextmanager
async def uploads(
    receive: Receive, media_type: str, content_type: bytes, limits: ServiceLimits, folder: Path
) -> AsyncIterator[tuple[tuple[Upload, ...], dict[str, str]]]:
    """Yield the files of a body, stored in a folder of their own until the block ends, and the texts of a multipart form.

    A file gets a number for its name there: what its owner calls it becomes no path.
    """
    own = Path(tempfile.mkdtemp(prefix="upload-", dir=folder))
    try:
        if media_type == "multipart/form-data":
            form = _FormParts(own, limits)
            await form.read(pieces_of(receive, limits.upload_bytes, limits.patience), content_type)
            yield tuple(form.files), form.texts
        else:
            path = own / "1"
            with open(path, "wb", opener=private) as file:
                async for piece in pieces_of(receive, limits.upload_bytes, limits.patience):
                    file.write(piece)
            yield (Upload("file", "", str(path)),), {}
    finally:
        shutil.rmtree(own, ignore_errors=True)


class _FormParts:
    """Takes a multipart form (RFC 7578) apart while it comes: files go to disk, texts to memory."""

    def __init__(self, folder: Path, limits: ServiceLimits):
        self._folder, self._limits = folder, limits
        self.files: list[Upload] = []
        self.texts: dict[str, str] = {}
        self._name, self._text = b"", bytearray()
        self._head: dict[bytes, bytes] = {}
        self._field = b""
        self._value = b""
        self._handle: int | None = None
        self._ended = False

    async def read(self, pieces: AsyncIterator[bytes], content_type: bytes) -> None:
        """Read the parts; raise UsageError for what is no such form."""
        from python_multipart.exceptions import ParseError
        from python_multipart.multipart import MultipartParser, parse_options_header

        boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
        if not boundary or len(boundary) > 200:
            raise _no_form()
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin, "on_part_data": self._data, "on_part_end": self._end,
                "on_header_field": self._head_name, "on_header_value": self._head_value, "on_header_end": self._head_end,
                "on_headers_finished": self._head_whole, "on_end": self._finish,
            },
        )  # fmt: skip
        try:
            async for piece in pieces:
                if piece:
                    parser.write(piece)
            parser.finalize()
        except ParseError:
            raise _no_form() from None
        finally:
            self._close()
        if not self._ended:
            raise _no_form()

    def _begin(self) -> None:
        self._head.clear()
        self._field = self._value = b""
        self._text.clear()

    def _head_name(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]
        self._refuse_long()

    def _head_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._refuse_long()

    def _refuse_long(self) -> None:
        if len(self._field) + len(self._value) > HEAD_BYTES:
            raise _no_form()

    def _head_end(self) -> None:
        if len(self._head) > 10:
            raise _no_form()
        self._head[self._field.lower()] = self._value
        self._field = self._value = b""

    def _head_whole(self) -> None:
        from python_multipart.multipart import parse_options_header

        options = parse_options_header(self._head.get(b"content-disposition", b""))[1]
        self._name = options.get(b"name", b"")
        if b"filename" not in options:
            return
        if len(self.files) >= self._limits.files:
            message = _("more than {count} files are given", count=self._limits.files)
            raise DataError.because("too-large", message, _("Send less at once."))
        path = self._folder / str(len(self.files) + 1)
        self._handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE)
        self.files.append(Upload(_shown(self._name), _shown(options[b"filename"]), str(path)))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._handle is not None:
            os.write(self._handle, data[start:end])
            return
        self._text += data[start:end]
        if len(self._text) > TEXT_BYTES or len(self.texts) > 50:
            raise too_large(TEXT_BYTES)

    def _end(self) -> None:
        if self._handle is None:
            self.texts[_shown(self._name)] = self._text.decode("utf-8", "replace")
        self._close()

    def _finish(self) -> None:
        self._ended = True

    def _close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _shown(name: bytes) -> str:
    """Return a name of a part for messages: its last part, without signs that cannot be seen."""
    text = name.decode("utf-8", "replace").replace("\\", "/").rpartition("/")[2]
    return visible(text[:NAME_LETTERS])


def _no_form() -> UsageError:
    message = _("the request is no multipart form that can be read")
    return UsageError.because("upload-damaged", message, _("Send the files as multipart/form-data (RFC 7578)."))
