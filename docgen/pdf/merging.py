"""Joins PDF files: their bookmarks stay, and identical objects are stored once."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import DataError, UsageError
from docgen.files import read_bytes
from docgen.messages import _
from docgen.pdf.damage import pypdf_errors

if TYPE_CHECKING:
    from pypdf import PdfWriter


def merge(files: Sequence[Path | str], progress: Callable[[], None] = lambda: None) -> bytes:
    """Return one PDF of all pages of `files` in order; the first file's title and language stay.

    Identical objects (fonts, images, backgrounds) are stored once. `progress` is called after each file. Raise DataError, with
    the file's name, for one that is missing, damaged or encrypted, and UsageError if `files` is empty.
    """
    from pypdf import PdfWriter

    if not files:
        raise UsageError.because("files-missing", _("no file is given to be joined"))
    writer = PdfWriter()
    for number, file in enumerate(map(Path, files)):
        content = read_bytes(file, 4 << 30)
        if b"%PDF-" not in content[:1024]:
            raise DataError.because("pdf-damaged", _("this is no PDF"), _("Only PDF files are joined."), file=str(file))
        with pypdf_errors(str(file)):
            if number == 0:
                writer = PdfWriter(clone_from=io.BytesIO(content))
            else:
                writer.append(io.BytesIO(content), import_outline=True)
        progress()
    buffer = io.BytesIO()
    with pypdf_errors(", ".join(map(str, files))):  # what refers to objects that are not there shows only now
        _store_once(writer)
        writer.write(buffer)
    return buffer.getvalue()


def _store_once(writer: PdfWriter) -> None:
    """Store identical objects once: those that refer to nothing first, then those that have thereby become identical."""
    count = -1
    while (left := sum(each is not None for each in writer._objects)) != count:
        count = left
        writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
