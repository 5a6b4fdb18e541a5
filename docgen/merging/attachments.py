"""Attached files of files that are joined (ISO 32000-1, 7.11.4; ISO 32000-2, 14.13), under names that no two of them share."""

from __future__ import annotations

from collections.abc import Container, Iterator

from docgen.messages import _
from docgen.paint.press.file import PdfFile, text_string
from docgen.paint.strings import literal
from docgen.pdf.copying import ObjectCopier
from docgen.pdf.source import SourceFile
from docgen.pdf.syntax import DEPTH, DamagedPdf, content_of_string, entries, members, reference, text_of_bytes

#: Where a catalogue names what is attached, and says what of it belongs to the document as a whole.
NAMES_KEY, ASSOCIATED_KEY = b"/Names", b"/AF"
EMBEDDED = b"/EmbeddedFiles"
#: What a text string in UTF-16BE begins with (7.9.2.2).
_BYTE_ORDER = b"\xfe\xff"


def attached(source: SourceFile) -> dict[bytes, bytes]:
    """Return the files that are attached to a file, as they are referred to, by the strings that name them."""
    names = entries(source.resolved(source.catalogue.get(NAMES_KEY, b"<<>>")))
    return dict(_named(source, names.get(EMBEDDED, b"<<>>")))


def _named(source: SourceFile, tree: bytes, depth: int = 0) -> Iterator[tuple[bytes, bytes]]:
    """Yield the names and values of a name tree (7.9.6)."""
    if depth > DEPTH:
        raise DamagedPdf(_("its attached files have no end"))
    node = entries(source.resolved(tree))
    flat = members(source.resolved(node.get(b"/Names", b"[]")))
    yield from ((content_of_string(source.resolved(name)), value) for name, value in zip(flat[::2], flat[1::2], strict=True))
    for kid in members(source.resolved(node.get(b"/Kids", b"[]"))):
        yield from _named(source, kid, depth + 1)


class JoinedAttachments:
    """What is attached to a file that is being joined."""

    def __init__(self, file: PdfFile):
        self._file = file
        #: The name as a text → the string that it is written as, and the object of the file's specification.
        self._names: dict[str, tuple[bytes, int]] = {}
        self._associated: list[bytes] = []
        self._files = 0

    def reserve(self, source: SourceFile) -> dict[int, int]:
        """Return the numbers that the specifications of the next file's attachments get."""
        numbers = (reference(value) for value in attached(source).values())
        return {number: self._file.reserve() for number in numbers if number is not None}

    def add(self, source: SourceFile, copier: ObjectCopier) -> None:
        """Add the attachments of a file, under other names where earlier ones have theirs."""
        self._files += 1
        written = set[int]()
        for name, value in attached(source).items():
            text = text_of_bytes(name)
            free = free_file(text, self._files, self._names)
            said = entries(source.resolved(value))
            for key in (b"/F", b"/UF"):
                if free != text and key in said:
                    said[key] = text_string(free)
            number = reference(copier.copied(value)) if reference(value) is not None else self._file.reserve()
            assert number is not None
            if number not in written:
                written.add(number)
                self._file.add(b"<<%s>>" % b"".join(key + b" " + copier.copied(each) for key, each in said.items()), number)
            self._names[free] = name if free == text else _BYTE_ORDER + free.encode("utf-16-be"), number
        listed = source.resolved(source.catalogue.get(ASSOCIATED_KEY, b"[]"))
        self._associated += [copier.copied(each) for each in (members(listed) if listed[:1] == b"[" else [])]

    def close(self) -> bytes:
        """Write the tree of names; return the entries of the catalogue."""
        if not self._names:
            return b""
        listed = b"".join(b"%s %d 0 R" % (literal(name), number) for name, number in sorted(self._names.values()))
        tree = self._file.add(b"<</Names[%s]>>" % listed)
        associated = b"/AF[%s]" % b" ".join(self._associated) if self._associated else b""
        return b"/Names<</EmbeddedFiles %d 0 R>>%s" % (tree, associated)


def free_file(name: str, number: int, taken: Container[str]) -> str:
    """Return a name for an attached file that is not taken, with the number of the file that it comes from, or a later one."""
    stem, dot, suffix = name.rpartition(".")
    free, count = name, number
    while free in taken:
        free = f"{stem} ({count}).{suffix}" if dot and stem else f"{name} ({count})"
        count += 1
    return free
