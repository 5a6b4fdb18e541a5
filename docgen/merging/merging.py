"""Joins PDF files: plain ones as they are written (`joining`), others by pypdf.

There what belongs to a file goes with its pages (`carrying`). Identical objects are stored once.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import DataError, DocgenError, Problem, UsageError, Where
from docgen.files import read_bytes
from docgen.merging.joining import join
from docgen.merging.losses import drop_claims, drop_form_claims, losses
from docgen.merging.plain import plain_files
from docgen.merging.unplain import NotPlain
from docgen.messages import _
from docgen.pdf.damage import pypdf_errors

if TYPE_CHECKING:
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import DictionaryObject

    from docgen.merging.carrying import Joining

#: NUL as white space (ISO 32000-1, 7.2.2) after a name that every file has: pypdf takes it for a letter of the name.
NUL_AFTER_NAME = re.compile(rb"/(?:Type|Catalog|Pages?|Kids|Count|Parent|MediaBox|Resources|Contents|Length|Filter|Root|Size)\0")
ENCRYPTED = re.compile(rb"/Encrypt\b")
#: What is never stored once for two: pages, and what has a place, a name or a state of its own.
APART = {"/Page", "/Annot", "/OCG", "/OCMD"}
APART_KEYS = ("/Parent", "/Rect", "/FT", "/T", "/Title")
#: A key that tells such objects apart while identical ones are sought.
NUMBERED = "/DocgenNumber"


def warn(problem: Problem) -> None:
    """Say as a warning of Python's logging what a joined file does not keep."""
    logging.getLogger("docgen").warning("%s", problem)


def merge(
    files: Sequence[Path | str], progress: Callable[[], None] = lambda: None, report: Callable[[Problem], None] = warn
) -> bytes:
    """Return one PDF of all pages of `files` in order; the first file's title and language stay.

    Bookmarks, named destinations, form fields, layers, attachments and page labels of every file are kept; names that coincide
    get the file's number. Tags of files that all have some are joined, and what all files claim and hold of PDF/A-2, PDF/UA-1 and
    PDF/X-4 is claimed. Identical objects (fonts, images, backgrounds) are stored once. `progress` is called after each file,
    `report` with what is not kept of a file: signatures, XFA, tags, claims of a standard. Raise DataError, with the file's name,
    for one that is missing, damaged beyond repair or locked by a password, and UsageError if `files` is empty.
    """
    return merge_counted(files, progress, report)[0]


def merge_counted(
    files: Sequence[Path | str], progress: Callable[[], None] = lambda: None, report: Callable[[Problem], None] = warn
) -> tuple[bytes, int]:
    """Return the same with the number of its pages."""
    if not files:
        raise UsageError.because("files-missing", _("no file is given to be joined"))
    paths, done = [Path(file) for file in files], 0

    def step() -> None:
        nonlocal done
        done += 1
        progress()

    try:
        return join(plain_files(paths), step, report)
    except NotPlain as other:
        counted = iter(range(done))  # files that are joined anew are counted once
        return _joined_by_pypdf(paths, other, lambda: progress() if next(counted, None) is None else None, report)


def _joined_by_pypdf(
    files: Sequence[Path], unplain: NotPlain, progress: Callable[[], None], report: Callable[[Problem], None]
) -> tuple[bytes, int]:
    from pypdf import PdfWriter

    from docgen.merging.carrying import Joining

    writer = PdfWriter()
    for number, file in enumerate(files, 1):
        reader, notes = _opened(file, is_damaged=unplain.is_damaged and file == unplain.path)
        with pypdf_errors(str(file)):
            notes += losses(reader.root_object, unplain.path, is_first=number == 1)
            if number == 1:
                writer = PdfWriter(clone_from=reader)
                drop_claims(writer)
            else:
                _append(Joining(reader, writer, len(writer.pages), number))
        for note in notes:
            report(Problem("merge-lost", note, where=Where(file=str(file))))
        progress()
    buffer = io.BytesIO()
    with pypdf_errors(", ".join(map(str, files))):  # what refers to objects that are not there shows only now
        _store_once(writer)
        count = len(writer.pages)
        writer.write(buffer)
    return buffer.getvalue(), count


def _opened(file: Path, *, is_damaged: bool = False) -> tuple[PdfReader, list[str]]:
    """Return a reader of a file, and what there is to report; what pypdf cannot read is read by PDFium first, as for `image`.

    So is one that `is_damaged`: pypdf would take a stream with a wrong length for what it is not.
    """
    content = read_bytes(file, 4 << 30)
    if b"%PDF-" not in content[:1024]:
        raise DataError.because("pdf-damaged", _("this is no PDF"), _("Is it the right file?"), file=str(file))
    if ENCRYPTED.search(content):
        return _reader(_rewritten(content, file), file), [_("it is protected, and the joined file is not")]
    if NUL_AFTER_NAME.search(content):
        return _reader(_rewritten(content, file), file), []
    with suppress(DataError):
        if not is_damaged:
            return _reader(content, file), []
    return _reader(_rewritten(content, file), file), [_("it is damaged, and was repaired")]


def _reader(content: bytes, file: Path) -> PdfReader:
    from pypdf import PdfReader

    with pypdf_errors(str(file)):
        reader = PdfReader(io.BytesIO(content))
        if len(reader.pages) == 0:
            raise ValueError(_("it has no pages"))
        return reader


def _rewritten(content: bytes, file: Path) -> bytes:
    """Return a file as PDFium writes it anew; DataError, by its name, where it has a password or is no PDF."""
    from docgen.confined import rewritten_pdf

    try:
        return rewritten_pdf(content, str(file))
    except DocgenError as error:
        raise type(error)([problem.at(file=str(file)) for problem in error.problems]) from None


def _append(joining: Joining) -> None:
    """Add the pages of a file, then what they hold that may lead to other pages, then what belongs to the file."""
    from pypdf.generic import NameObject

    from docgen.merging.carrying import CARRIED, rename_destinations

    drop_form_claims(joining.reader.root_object)
    rename_destinations(joining)
    pages = [(page, joining.writer.add_page(page, [1, "/B", 1, "/Annots", 1, "/DPart"])) for page in joining.reader.pages]  # type: ignore[list-item]
    for source, page in pages:
        for key in ("/Annots", "/B"):
            if key in source:
                page[NameObject(key)] = joining.copied(source.raw_get(key))
    for carry in CARRIED:
        carry(joining)


def _store_once(writer: PdfWriter) -> None:
    """Store identical objects once: those that refer to nothing first, then those that have thereby become identical."""
    from pypdf.generic import DictionaryObject, NameObject, NumberObject

    apart: list[DictionaryObject] = [each for each in writer._objects if isinstance(each, DictionaryObject) and _is_apart(each)]
    for number, each in enumerate(apart):
        each[NameObject(NUMBERED)] = NumberObject(number)
    count = -1
    while (left := sum(each is not None for each in writer._objects)) != count:
        count = left
        writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    for each in apart:
        del each[NUMBERED]


def _is_apart(each: DictionaryObject) -> bool:
    return each.get("/Type") in APART or any(key in each for key in APART_KEYS)
