"""Joins files that hold pages, bookmarks and nothing that needs a second look, as our own do: their objects are copied as bytes.

What has names, states or scripts of its own (`PLAIN` does not list it) is joined by pypdf, in `merging`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

from docgen.errors import DataError, Problem, Where
from docgen.paint.press.file import PdfFile
from docgen.pdf.bookmarks import Bookmarks
from docgen.pdf.copying import ObjectCopier
from docgen.pdf.damage import pypdf_errors
from docgen.pdf.losses import CLAIMED_KEYS, PARTS_KEY, TAG_KEYS, claims_lost, parts_lost, standards_claimed, tags_lost
from docgen.pdf.source import RawPage, SourceFile, source_file

#: What a catalogue may say of how a file is shown, which the first file's does of the joined one (ISO 32000-1, 7.7.2).
SHOWN = (b"/Lang", b"/ViewerPreferences", b"/PageMode", b"/PageLayout", b"/OpenAction")
#: All that a catalogue may hold for its file to be joined here.
PLAIN = {b"/Type", b"/Pages", b"/Outlines", b"/Version", b"/Extensions", *SHOWN, *CLAIMED_KEYS, *TAG_KEYS, PARTS_KEY}
#: What a page may not hold: links and notes, which have names, articles, and actions.
LINKED = {b"/Annots", b"/B", b"/AA"}
#: What of a page belongs to the tree and the tags of its file.
LEFT = {b"/Type", b"/Parent", b"/StructParents", b"/DPart"}
#: By what the information dictionary claims PDF/X and PDF/VT (ISO 15930, 16612).
CLAIMED_INFO = {b"/GTS_PDFXVersion", b"/GTS_PDFXConformance", b"/GTS_PDFVTVersion"}
#: How many pages one node of the page tree has.
BRANCH = 100


class NotPlain(Exception):
    """A file holds what is not copied here."""


def plain_version(files: Sequence[Path]) -> bytes | None:
    """Return the newest version of files that can all be joined here; None for others: pypdf says what is wrong with one."""
    try:
        return max(map(_plain_version, files))
    except (DataError, NotPlain):
        return None


def _plain_version(path: Path) -> bytes:
    with source_file(path) as source, pypdf_errors(str(path)):
        if source.catalogue.keys() <= PLAIN and not any(LINKED & page.entries.keys() for page in source.walk()) and source.count:
            return source.version
    raise NotPlain


def join(
    files: Sequence[Path], version: bytes, progress: Callable[[], None], report: Callable[[Problem], None]
) -> tuple[bytes, int]:
    """Return one PDF of all pages of plain files, with the number of its pages; parameters and errors as of `merge`."""
    buffer = io.BytesIO()
    joined = JoinedFile(buffer, version)
    for path in files:
        with source_file(path) as source, pypdf_errors(str(path)):
            for note in joined.add(source):
                report(Problem("merge-lost", note, where=Where(file=str(path))))
        progress()
    count = joined.close()
    return buffer.getvalue(), count


class JoinedFile:
    """A file that is being joined; its first source says how it is shown, and its metadata."""

    def __init__(self, file: io.BytesIO, version: bytes):
        self._file = PdfFile(file, version, identified=True)
        self._catalogue, self._pages = self._file.reserve(), self._file.reserve()
        self._bookmarks = Bookmarks(self._file)
        self._same: dict[bytes, int] = {}
        self._branches: list[tuple[int, int]] = []
        self._leaves: list[int] = []
        self._branch = self._file.reserve()
        self._shown, self._info = b"", 0

    def add(self, source: SourceFile) -> list[str]:
        """Add pages and bookmarks of a file; return what is not kept of it."""
        numbers = {page.number: self._file.reserve() for page in source.walk()}
        copier = ObjectCopier(source, self._file, self._same, numbers)
        metadata = source.catalogue.get(b"/Metadata")
        claimed = standards_claimed(source.inflated_at(metadata)) if metadata else ""
        if not self._info:
            self._take_first(source, copier, is_claiming=bool(claimed))
        for index in range(source.count):
            self._add_page(source.page(index), copier, numbers)
        self._bookmarks.add(source, copier)
        is_tagged, is_parted = any(key in source.catalogue for key in TAG_KEYS), PARTS_KEY in source.catalogue
        return [claims_lost()] * bool(claimed) + [tags_lost()] * is_tagged + [parts_lost()] * is_parted

    def _take_first(self, source: SourceFile, copier: ObjectCopier, *, is_claiming: bool) -> None:
        keys = SHOWN if is_claiming else (*SHOWN, *CLAIMED_KEYS)
        self._shown = b"".join(
            key + b" " + copier.copied(value) for key, value in source.catalogue.items() if key in keys
        )  # fmt: skip
        info = b"".join(
            key + b" " + copier.copied(value) for key, value in source.info_entries.items() if key not in CLAIMED_INFO
        )
        self._info = self._file.add(b"<<%s>>" % info)

    def _add_page(self, page: RawPage, copier: ObjectCopier, numbers: dict[int, int]) -> None:
        own = page.entries
        said = {key: copier.copied(value) for key, value in own.items() if key not in LEFT and key != b"/Resources"}
        said[b"/Resources"] = copier.shared(own.get(b"/Resources", b"<<>>"))
        listed = b"".join(key + b" " + value for key, value in said.items())
        number = numbers[page.number]
        self._file.add(b"<</Type/Page/Parent %d 0 R%s>>" % (self._branch, listed), number)
        self._leaves.append(number)
        if len(self._leaves) == BRANCH:
            self._end_branch()

    def _end_branch(self) -> None:
        kids = b" ".join(b"%d 0 R" % leaf for leaf in self._leaves)
        self._file.add(b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%s]>>" % (self._pages, len(self._leaves), kids), self._branch)
        self._branches.append((self._branch, len(self._leaves)))
        self._leaves = []
        self._branch = self._file.reserve()

    def close(self) -> int:
        """Write bookmarks, page tree and catalogue; return the number of pages."""
        if self._leaves:
            self._end_branch()
        count = sum(count for _branch, count in self._branches)
        kids = b" ".join(b"%d 0 R" % branch for branch, _count in self._branches)
        self._file.add(b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids), self._pages)
        outlines = self._bookmarks.close()
        self._file.add(b"<</Type/Catalog/Pages %d 0 R%s%s>>" % (self._pages, outlines, self._shown), self._catalogue)
        self._file.close(self._catalogue, self._info)
        return count
