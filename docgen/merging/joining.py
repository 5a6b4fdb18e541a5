"""Joins files that hold pages, bookmarks and nothing that needs a second look, as our own do: their objects are copied as bytes.

What has names, states or scripts of its own is joined by pypdf, in `merging`; `plain` decides.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence

from docgen.errors import DataError, Problem, Where
from docgen.merging.attachments import JoinedAttachments
from docgen.merging.bookmarks import Bookmarks
from docgen.merging.claims import CLAIMABLE, INTENTS, Agreement, ClaimingFile, agreed, breach_text, broken, described
from docgen.merging.losses import CLAIMED_KEYS, parts_lost, tags_lost
from docgen.merging.plain import SHOWN, annotations_of
from docgen.merging.structure import FileStructure, JoinedStructure
from docgen.merging.unplain import NotPlain
from docgen.messages import _
from docgen.paint.info import NO_DATE, PRODUCER, DocumentInfo
from docgen.paint.press.file import PdfFile, text_string
from docgen.paint.press.xmp import PDFX_4, write_packet
from docgen.pdf.copying import ObjectCopier
from docgen.pdf.damage import pypdf_errors
from docgen.pdf.source import RawPage, SourceFile, source_file
from docgen.pdf.syntax import reference

#: What of a page belongs to the tree and the tags of its file, or is copied in its own way.
LEFT = {b"/Type", b"/Parent", b"/StructParents", b"/DPart", b"/Resources", b"/Annots"}
#: By what the information dictionary claims PDF/X and PDF/VT (ISO 15930, 16612).
CLAIMED_INFO = {b"/GTS_PDFXVersion", b"/GTS_PDFXConformance", b"/GTS_PDFVTVersion"}
#: What the information dictionary says in metadata too, which are written anew for what is claimed.
PROPERTIES = {
    b"/Title",
    b"/Author",
    b"/Subject",
    b"/Keywords",
    b"/Creator",
    b"/Producer",
    b"/CreationDate",
    b"/ModDate",
    b"/Trapped",
}
#: How many pages one node of the page tree has.
BRANCH = 100


def join(files: Sequence[ClaimingFile], progress: Callable[[], None], report: Callable[[Problem], None]) -> tuple[bytes, int]:
    """Return one PDF of all pages of plain files, with the number of its pages; parameters and errors as of `merge`.

    Raise NotPlain for one of which something is damaged that only shows in copying, such as the length of a stream.
    """
    agreement = agreed(files)
    content, count = _joined(files, agreement, progress)
    if not all(file.is_sealed for file in files) and (wrong := broken(content, agreement.names)):
        for name, finding in wrong.items():  # what each holds by itself, they break together: two kinds of headings
            agreement.drop(name, _("joined with the others, {breach}", breach=breach_text(finding)))
        content, count = _joined(files, agreement, lambda: None)
    for file in files:
        for note in (*agreement.notes(file), *_lost(file, agreement)):
            report(Problem("merge-lost", note, where=Where(file=str(file.path))))
    return content, count


def _joined(files: Sequence[ClaimingFile], agreement: Agreement, progress: Callable[[], None]) -> tuple[bytes, int]:
    buffer = io.BytesIO()
    joined = JoinedFile(buffer, agreement, max(file.version for file in files))
    for file in files:
        try:
            with source_file(file.path) as source, pypdf_errors(str(file.path)):
                joined.add(source, file)
        except DataError:
            raise NotPlain(file.path, is_damaged=True) from None
        progress()
    count = joined.close()
    return buffer.getvalue(), count


def _lost(file: ClaimingFile, agreement: Agreement) -> Iterator[str]:
    """Yield what is told of a file beside its claims."""
    if file.has_tags and agreement.untagged:
        yield tags_lost(agreement.untagged)
    if file.is_parted:
        yield parts_lost()


class JoinedFile:
    """A file that is being joined; its first source says how it is shown, and its metadata."""

    def __init__(self, file: io.BytesIO, agreement: Agreement, version: bytes):
        self._file = PdfFile(file, version, identified=True)
        self._catalogue, self._pages = self._file.reserve(), self._file.reserve()
        self._bookmarks = Bookmarks(self._file)
        self._attachments = JoinedAttachments(self._file)
        self._standards = agreement.standards
        self._structure = None if agreement.untagged else JoinedStructure(self._file)
        self._same: dict[bytes, int] = {}
        self._branches: list[tuple[int, int]] = []
        self._leaves: list[int] = []
        self._branch = self._file.reserve()
        self._language: bytes | None = None
        self._intents: dict[bytes, bytes] = {}
        self._shown, self._said, self._info = b"", DocumentInfo("", "", NO_DATE), b""

    def add(self, source: SourceFile, file: ClaimingFile) -> None:
        """Add pages, bookmarks, tags and attachments of a file."""
        numbers = {page.number: self._file.reserve() for page in source.walk()}
        structure = self._structure
        own = FileStructure.read(source) if structure else None
        elements = structure.reserve(source, own) if structure and own else {}
        given = numbers | elements | self._attachments.reserve(source)
        copier = ObjectCopier(source, self._file, self._same, given, structure.next_key if structure else 0)
        if not self._info:
            self._take_first(source, copier, file)
        for kind in {INTENTS[name] for name, standard in CLAIMABLE.items() if standard in self._standards and name in INTENTS}:
            if kind in file.intents:
                self._intents.setdefault(kind, copier.copied(file.intents[kind].raw))
        free = dict(numbers)
        for index in range(source.count):
            page = source.page(index)  # one that stands in the page tree twice is two
            number = free.pop(page.number) if page.number in free else self._file.reserve()
            self._add_page(page, source, copier, number)
        self._bookmarks.add(source, copier)
        self._attachments.add(source, copier)
        if structure and own:
            language = copier.copied(source.resolved(source.catalogue.get(b"/Lang", b"()")))
            structure.add(source, own, copier, None if language == self._language else language)

    def _take_first(self, source: SourceFile, copier: ObjectCopier, file: ClaimingFile) -> None:
        keys = SHOWN if file.titles else (*SHOWN, *CLAIMED_KEYS)
        self._language = source.resolved(source.catalogue.get(b"/Lang", b"()"))
        self._shown = b"".join(
            key + b" " + copier.copied(value) for key, value in source.catalogue.items() if key in keys
        )  # fmt: skip
        left = CLAIMED_INFO | (PROPERTIES if self._standards else set())
        info = {key: copier.copied(value) for key, value in source.info_entries.items() if key not in left}
        if self._standards:
            self._said = described(source)
        self._info = b"".join(key + b" " + value for key, value in info.items()) or b" "

    def _add_page(self, page: RawPage, source: SourceFile, copier: ObjectCopier, number: int) -> None:
        own = page.entries
        said = {key: copier.copied(value) for key, value in own.items() if key not in LEFT}
        said[b"/Resources"] = copier.shared(own.get(b"/Resources", b"<<>>"))
        if b"/Annots" in own:
            links = [link for each in annotations_of(page, source) if (link := reference(each)) is not None]
            said[b"/Annots"] = b"[%s]" % b" ".join(b"%d 0 R" % copier.apart(link) for link in links)
        if self._structure and b"/StructParents" in own:
            said[b"/StructParents"] = b"%d" % (source.whole(own[b"/StructParents"]) + self._structure.next_key)
        listed = b"".join(key + b" " + value for key, value in said.items())
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
        """Write bookmarks, page tree, tags, what is claimed, and catalogue; return the number of pages."""
        if self._leaves:
            self._end_branch()
        count = sum(count for _branch, count in self._branches)
        kids = b" ".join(b"%d 0 R" % branch for branch, _count in self._branches)
        self._file.add(b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids), self._pages)
        said = self._shown + self._bookmarks.close() + self._attachments.close()
        said += self._structure.close() if self._structure else b""
        said += self._claims() if self._standards else b""
        self._file.add(b"<</Type/Catalog/Pages %d 0 R%s>>" % (self._pages, said), self._catalogue)
        self._file.close(self._catalogue, self._file.add(b"<<%s>>" % self._info))
        return count

    def _claims(self) -> bytes:
        """Write metadata that claim what is kept, and say the same of the document as its properties; return entries."""
        day = self._said.dated.strftime("(D:%Y%m%d%H%M%SZ)").encode()
        producer = text_string(PRODUCER)
        entries = (text_string(self._said.title), producer, producer, day, day)
        self._info += b"/Title%s/Creator%s/Producer%s/CreationDate%s/ModDate%s" % entries
        if PDFX_4 in self._standards:
            self._info += b"/Trapped/False" + PDFX_4.info
        intents = b"/OutputIntents[%s]" % b" ".join(self._intents.values()) if self._intents else b""
        return b"/Metadata %d 0 R%s" % (write_packet(self._file, self._said, self._standards), intents)
