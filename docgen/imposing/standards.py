"""Which standard the sheets are of: PDF/X-4 where all files are, with the output intent that they have."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from docgen.errors import Problem, Where
from docgen.messages import _
from docgen.paint.info import DocumentInfo
from docgen.paint.press.file import PdfFile
from docgen.paint.press.xmp import PDFX_4, write_packet
from docgen.pdf.copying import ObjectCopier
from docgen.pdf.source import SourceFile
from docgen.pdf.syntax import entries, members, reference, text_of_string

#: How metadata claim the standard (ISO 15930-7:2010, 6.11).
_CLAIM = re.compile(rb"GTS_PDFXVersion(?:>|\s*=\s*[\"'])\s*PDF/X-4\s*[<\"']")


class OutputIntent(NamedTuple):
    """The output intent of a file as it is written, the name of its printing condition, and the SHA-256 of its profile."""

    raw: bytes
    condition: str
    digest: bytes


@dataclass(frozen=True)
class SheetStandard:
    """What the file of the sheets says of itself; `intent` is that of a PDF/X-4, copied from `source`."""

    version: bytes = b"1.7"
    intent: OutputIntent | None = None
    source: SourceFile | None = None

    @property
    def is_identified(self) -> bool:
        """Whether the file has an /ID."""
        return self.intent is not None

    @property
    def boxes(self) -> tuple[bytes, ...]:
        """The boxes that a sheet has."""
        return (b"MediaBox",) if self.intent is None else (b"MediaBox", b"BleedBox", b"TrimBox")

    @property
    def name(self) -> str:
        """The standard and the printing condition, empty for a plain file."""
        return "" if self.intent is None else f"{PDFX_4.name}, {self.intent.condition}"

    def close(self, file: PdfFile, info: DocumentInfo) -> tuple[bytes, bytes]:
        """Write what the standard asks for; return entries of the catalogue, and of the information dictionary."""
        if self.intent is None or self.source is None:
            return b"", b""
        intent = ObjectCopier(self.source, file, {}).copied(self.intent.raw)
        metadata = write_packet(file, info, [PDFX_4])
        catalogue = b"/Metadata %d 0 R/OutputIntents[%s]/Lang(%s)" % (metadata, intent, info.language.encode())
        return catalogue, b"/Trapped/False" + PDFX_4.info


def standard_of(sources: Sequence[SourceFile]) -> tuple[SheetStandard, list[Problem]]:
    """Return the standard that all files have in common, with a note where only some of them are of it."""
    intents = [intent_of(source) for source in sources]
    plain = SheetStandard(max(b"1.7", *(source.version for source in sources)))
    first = next((each for each in intents if each), None)
    if first is None:
        return plain, []
    for source, intent in zip(sources, intents, strict=True):
        if intent is None:
            message = _("it is no PDF/X-4, others are: the sheets are a plain PDF")
        elif (intent.condition, intent.digest) != (first.condition, first.digest):
            message = _("its output intent is not that of the others: the sheets are a plain PDF")
        else:
            continue
        hint = _("Impose files for one printing condition together.")
        return plain, [Problem("impose-mixed", message, hint, Where(file=str(source.path)))]
    return SheetStandard(b"1.6", first, sources[0]), list(_lost_parts(sources))


def _lost_parts(sources: Sequence[SourceFile]) -> Iterator[Problem]:
    """Yield a note where files say which pages are of which record: a sheet has pages of several (PDF/VT)."""
    if parted := next((source for source in sources if b"/DPartRoot" in source.catalogue), None):
        message = _("the document parts of its records (PDF/VT) are left out: the sheets are a PDF/X-4")
        yield Problem("impose-parts", message, where=Where(file=str(parted.path)))


def intent_of(source: SourceFile) -> OutputIntent | None:
    """Return the output intent of a file that claims PDF/X-4; None for any other file."""
    number = reference(source.catalogue.get(b"/Metadata", b"null"))
    if number is None or not _CLAIM.search(source.inflated(source.object(number))):
        return None
    return output_intent(source, b"/GTS_PDFX")


def output_intent(source: SourceFile, kind: bytes) -> OutputIntent | None:
    """Return the first output intent of a kind whose profile is in the file."""
    for raw in members(source.resolved(source.catalogue.get(b"/OutputIntents", b"[]"))):
        found = entries(source.resolved(raw))
        profile = reference(found.get(b"/DestOutputProfile", b"null"))
        if found.get(b"/S") == kind and profile is not None:
            condition = text_of_string(source.resolved(found.get(b"/OutputConditionIdentifier", b"()")))
            digest = hashlib.sha256(source.inflated(source.object(profile))).digest()
            return OutputIntent(raw, condition, digest)
    return None
