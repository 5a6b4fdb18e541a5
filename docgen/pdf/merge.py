"""PDF files into one: bookmarks kept, what is identical stored once."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

from docgen.errors import DataError, UsageError
from docgen.files import read_bytes
from docgen.messages import _
from docgen.pdf.damage import pypdf_errors


def merge(files: Sequence[Path | str], progress: Callable[[], None] = lambda: None) -> bytes:
    """Return one PDF of all pages of `files` in order; the first file's title and language stay.

    Identical objects (fonts, images, grounds) are stored once. `progress` is called after each file. DataError names the file
    that is missing, damaged or encrypted, UsageError tells that none is given.
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
    with pypdf_errors(", ".join(map(str, files))):  # what refers to objects that are not there is met only now
        _store_once(writer)
        writer.write(buffer)
    return buffer.getvalue()


def _store_once(writer) -> None:
    """Store identical objects once: those that refer to nothing first, then those that have become identical thereby."""
    count = -1
    while (left := sum(each is not None for each in writer._objects)) != count:
        count = left
        writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
