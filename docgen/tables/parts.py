"""The parts of a workbook, which is a zip of XML: gone through as they unpack, within limits, never expanded.

Nothing here can abort or run away: zlib gives no more than an entry claims, expat holds one tag at a time, and a DOCTYPE,
which no workbook has and entity bombs need, ends the reading.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from xml.parsers import expat

from docgen import archives
from docgen.errors import DataError
from docgen.messages import _
from docgen.tables.source import Source, damaged, too_large

UNPACKED_BYTES = 512 << 20
# Sheets of real records unpack to 5 – 30 times their size, in ODS to 150 times; a bomb to a thousand times.
UNPACKED_RATIO = 400
RATIO_COUNTS_FROM = 16 << 20
PARTS = 10_000
PIECE = 1 << 16
TAG_BYTES = 4 << 20
ELEMENTS = 20_000_000  # of one part: bounds the time, to about 15 s
TEXT = 2_000_000  # characters of one cell

#: What is raised on a workbook that is cut or altered, by zipfile, by expat, or by what its cells hold.
DAMAGE = (*archives.DAMAGE, expat.ExpatError, ArithmeticError)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")

Attributes = Mapping[str, str]
#: Name of an element → the handler of its start, or of its end.
Starts = Mapping[str, Callable[[Attributes], None]]
Ends = Mapping[str, Callable[[], None]]


class Parts:
    """A workbook's parts. Opening raises DataError for a file that is no ZIP, is locked, or unpacks out of bounds."""

    def __init__(self, source: Source):
        self.name = source.name
        for _chunk in source.chunks():  # hashed whole; zipfile reads here and there
            pass
        with undamaged(self.name):
            _refuse_other_formats(source)
            self._archive = zipfile.ZipFile(source.file)
            #: Names as they are compared → the entry; the first of a name counts.
            self._entries = {_compared(name): name for name in reversed(self._archive.namelist())}
            self._refuse_bomb(source)

    def __contains__(self, part: str) -> bool:
        return _compared(part) in self._entries

    def feed(self, part: str, parser: PartReader) -> Iterator[None]:
        """Run a part through a parser, giving control back after each piece."""
        fed = 0
        with self._archive.open(self._entries[_compared(part)]) as stream:
            while piece := stream.read(PIECE):
                parser.expat.Parse(piece)
                fed += len(piece)
                if fed - parser.expat.CurrentByteIndex > TAG_BYTES:
                    raise damaged(self.name, _("a tag in the workbook has no end"))
                parser.check()
                yield
            parser.expat.Parse(b"", True)
        yield

    def read(self, part: str, parser: PartReader) -> None:
        """Run a whole part through a parser."""
        for _piece in self.feed(part, parser):
            pass

    def _refuse_bomb(self, source: Source) -> None:
        parts = self._archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        packed = source.file.seek(0, 2)
        is_bomb = unpacked > RATIO_COUNTS_FROM and unpacked > UNPACKED_RATIO * packed
        if len(parts) > PARTS:
            raise too_large(self.name, _("the workbook is packed of {count} files", count=len(parts)))
        if unpacked > UNPACKED_BYTES or is_bomb:
            raise too_large(self.name, _("the workbook unpacks to {size} MB", size=unpacked >> 20))


class PartReader:
    """Handlers of the elements of a part, by name; text is gathered between a start and an end."""

    def __init__(self, file: str, starts: Starts, ends: Ends):
        self.file, self.starts, self.ends = file, starts, ends
        self.texts: list[str] = []
        self.is_text = False
        self._elements = 0
        self.expat = expat.ParserCreate(namespace_separator=" ")
        self.expat.buffer_text = True
        self.expat.StartDoctypeDeclHandler = self._doctype
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.CharacterDataHandler = self.texts.append

    def begin_text(self, _attributes: Attributes | None = None) -> None:
        """Gather text from here."""
        self.texts.clear()
        self.is_text = True

    def end_text(self) -> str:
        """Return the text gathered since `begin_text`."""
        self.is_text = False
        return self.texts[0] if len(self.texts) == 1 else "".join(self.texts)

    def check(self) -> None:
        """Raise DataError if a text or the number of elements is out of bounds; drop text that is not gathered."""
        if not self.is_text:
            self.texts.clear()
        elif sum(map(len, self.texts)) > TEXT:
            raise too_large(self.file, _("a cell has more than {limit} characters", limit=TEXT))
        if self._elements > ELEMENTS:
            raise too_large(self.file, _("a sheet has more than {limit} million elements", limit=ELEMENTS // 10**6))

    def _start(self, name: str, attributes: Attributes) -> None:
        self._elements += 1
        if (start := self.starts.get(name)) is not None:
            start(attributes)

    def _end(self, name: str) -> None:
        if (end := self.ends.get(name)) is not None:
            end()

    def _doctype(self, *_declaration: object) -> None:
        raise damaged(self.file, _("the workbook holds a DOCTYPE, which no workbook has"))


@contextmanager
def undamaged(file: str) -> Iterator[None]:
    """Translate what libraries raise on a damaged workbook to `table-damaged`."""
    try:
        yield
    except DAMAGE as error:
        raise damaged(file, _("the workbook is damaged, or is no workbook at all")) from error


def _compared(part: str) -> str:
    """Return a part name as names are compared: without regard to case (ISO/IEC 29500-2, 6.2.2.3), a backslash as /."""
    return part.replace("\\", "/").lstrip("/").lower()


def joined(folder: str, target: str) -> str:
    """Return the name of the part that `target` means in a part of `folder`."""
    return posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")


def _refuse_other_formats(source: Source) -> None:
    begins = source.begins(512)
    if begins.startswith(_OLE):
        raise _locked(source) if any(_LOCKED in chunk for chunk in source.chunks()) else _old(source)
    if begins.startswith(b"PK"):
        return
    text = begins.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<"):
        raise _misnamed(source, _("the file is a web page or XML under the name of a workbook"))
    if text and not set(text) & set(range(9)):
        raise _misnamed(source, _("the file is plain text, such as CSV, under the name of a workbook"))


def _misnamed(source: Source, message: str) -> DataError:
    hint = _("Open it in Excel or LibreOffice and save it as .xlsx; CSV can be read as it is once it is named .csv.")
    return DataError.because("table-misnamed", message, hint, file=source.name)


def _locked(source: Source) -> DataError:
    message, hint = _("the workbook is locked with a password"), _("Save it as .xlsx without a password.")
    return DataError.because("table-locked", message, hint, file=source.name)


def _old(source: Source) -> DataError:
    message, hint = _("the workbook is of the old .xls kind"), _("Open it in Excel or LibreOffice and save it as .xlsx.")
    return DataError.because("table-old", message, hint, file=source.name)
