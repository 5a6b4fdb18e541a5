"""Which standards a joined file conforms to: those that all of its files claim and hold, told of each file where one ends.

Of a standard that all files claim, each file is held against our own rules. One that docgen wrote, and nobody changed since, is
believed: its identifier is the hash of what it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.clock import set_time
from docgen.errors import DataError
from docgen.imposing.standards import OutputIntent, output_intent
from docgen.merging.attachments import attached
from docgen.merging.losses import PARTS_KEY, TAG_KEYS, lost_claims, standards_claimed
from docgen.merging.unplain import NotPlain
from docgen.messages import _
from docgen.paint.info import NO_DATE, DocumentInfo
from docgen.paint.press.xmp import PDFA_2A, PDFA_2B, PDFA_3A, PDFA_3B, PDFUA_1, PDFX_4, Standard
from docgen.pdf.seals import is_sealed
from docgen.pdf.source import SourceFile
from docgen.pdf.syntax import entries, text_of_string

if TYPE_CHECKING:
    from docgen.preflighting.standards import RuleFinding
    from docgen.preflighting.standards.metadata import Metadata

#: The standards that a joined file may keep, by the names that preflight has for them.
CLAIMABLE = {
    "pdfa-2a": PDFA_2A, "pdfa-2b": PDFA_2B, "pdfa-3a": PDFA_3A, "pdfa-3b": PDFA_3B, "pdfua-1": PDFUA_1, "pdfx-4": PDFX_4,
}  # fmt: skip
#: Standard → the lesser one that each of its files conforms to (ISO 19005-2:2011 and ISO 19005-3:2012, 5.2).
LESSER = {"pdfa-2a": "pdfa-2b", "pdfa-3a": "pdfa-3b"}
#: Standard → the earlier one whose files hold what it asks for, if nothing is attached to them: ISO 19005-3 allows more of that.
EARLIER = {"pdfa-3a": "pdfa-2a", "pdfa-3b": "pdfa-2b"}
#: Standard → the kind of output intent that bears it out (ISO 32000-1, 14.11.5).
INTENTS = {**dict.fromkeys(("pdfa-2a", "pdfa-2b", "pdfa-3a", "pdfa-3b"), b"/GTS_PDFA1"), "pdfx-4": b"/GTS_PDFX"}
#: How metadata claim a standard, and what it is called.
CLAIMS: tuple[tuple[str, Callable[[str, Metadata], str]], ...] = (
    ("pdfaid:part", lambda part, said: f"PDF/A-{part}{said.get('pdfaid:conformance').lower()}"),
    ("pdfuaid:part", lambda part, _said: f"PDF/UA-{part}"),
    ("pdfxid:GTS_PDFXVersion", lambda version, _said: version),
    ("pdfvtid:GTS_PDFVTVersion", lambda version, _said: version),
)  # fmt: skip
#: How long the name of a standard may be that a file claims.
LONGEST = 30


@dataclass(frozen=True)
class ClaimingFile:
    """What a file says of itself before it is joined: the titles of standards, those to keep, and what bears them out."""

    path: Path
    version: bytes
    titles: tuple[str, ...]
    names: frozenset[str]
    intents: dict[bytes, OutputIntent]
    #: Whether there are tags, whether the catalogue says that they mean something, and whether there are document parts.
    has_tags: bool
    is_tagged: bool
    is_parted: bool
    #: Whether docgen wrote it, and it is as it was written.
    is_sealed: bool


def claiming_file(source: SourceFile) -> ClaimingFile:
    """Return what a file says of itself."""
    titles = _titles(source)
    names = {name for name, standard in CLAIMABLE.items() if standard.name in titles}
    if "PDF/A-2u" in titles:  # all of 2b, and text that can be searched
        names.add("pdfa-2b")
    names |= {LESSER[name] for name in names & LESSER.keys()}
    if not attached(source):
        names |= {later for later, earlier in EARLIER.items() if earlier in names}
    intents = {kind: intent for kind in set(INTENTS.values()) if names and (intent := output_intent(source, kind))}
    with source.path.open("rb") as content:
        is_known = bool(names) and is_sealed(source, content)
    has_tags, is_parted = any(key in source.catalogue for key in TAG_KEYS), PARTS_KEY in source.catalogue
    found = (source.path, source.version, titles, frozenset(names), intents, has_tags, _is_tagged(source), is_parted)
    return ClaimingFile(*found, is_known)


def _titles(source: SourceFile) -> tuple[str, ...]:
    packet = source.inflated_at(source.catalogue.get(b"/Metadata", b"null"))
    said = _metadata(packet) if packet else None
    found = [title(value, said) for name, title in CLAIMS if said and (value := said.get(name))]
    found += [value for key in (b"/GTS_PDFXVersion", b"/GTS_PDFVTVersion") if (value := source.info.get(key, ""))]
    readable = tuple(dict.fromkeys(each for each in found if len(each) <= LONGEST and each.isprintable()))
    return readable or tuple(filter(None, [standards_claimed(packet)]))


def _metadata(packet: bytes) -> Metadata:
    """Return what metadata say; nothing where they cannot be read."""
    from docgen.preflighting.standards.metadata import Metadata, read_metadata  # most files that are joined have none

    return read_metadata(packet) or Metadata({})


def _is_tagged(source: SourceFile) -> bool:
    """Return whether a file has elements, and its catalogue says that they are what its content means."""
    root, marked = (entries(source.resolved(source.catalogue.get(key, b"<<>>"))) for key in TAG_KEYS)
    return b"/K" in root and source.resolved(marked.get(b"/Marked", b"false")) == b"true"


def described(source: SourceFile) -> DocumentInfo:
    """Return what the metadata of a joined file say that begins with this one: its title, language and date."""
    packet = source.inflated_at(source.catalogue.get(b"/Metadata", b"null"))
    said = _metadata(packet)
    from docgen.preflighting.standards.metadata import pdf_time, xmp_time

    title = source.info.get(b"/Title") or said.get("dc:title")
    dated = set_time() or pdf_time(source.info.get(b"/ModDate", "")) or xmp_time(said.get("xmp:ModifyDate")) or NO_DATE
    language = text_of_string(source.resolved(source.catalogue.get(b"/Lang", b"()")))
    return DocumentInfo(title, "", dated.astimezone(UTC), language)


@dataclass
class Agreement:
    """What a joined file claims, and why not what its files do."""

    names: list[str]
    #: Why a file's claim ends, by the title of the standard, and by the file where it is its own fault.
    reasons: dict[str | tuple[Path, str], str] = field(default_factory=dict)
    untagged: Path | None = None

    @property
    def standards(self) -> list[Standard]:
        """The standards that are claimed; of one the lesser is not."""
        lesser = {LESSER[name] for name in self.names if name in LESSER}
        return [CLAIMABLE[name] for name in self.names if name not in lesser]

    def drop(self, name: str, reason: str) -> None:
        """Claim a standard no more."""
        self.names.remove(name)
        self.reasons[CLAIMABLE[name].name] = reason

    def blame(self, path: Path, name: str, reason: str) -> None:
        """Tell a file another reason than the others, for a standard that it claims itself."""
        self.reasons[path, CLAIMABLE[name].name] = reason

    def notes(self, file: ClaimingFile) -> list[str]:
        """Return what is told of the claims of a file that the joined one does not make."""
        claimed = {standard.name for standard in self.standards}
        by_reason: dict[str, list[str]] = {}
        for title in file.titles:
            if title not in claimed:
                others = self.reasons.get(title, _("docgen keeps PDF/A-2, PDF/A-3, PDF/UA-1 and PDF/X-4 alone"))
                by_reason.setdefault(self.reasons.get((file.path, title), others), []).append(title)
        return [lost_claims(", ".join(titles), reason) for reason, titles in by_reason.items()]


def agreed(files: Sequence[ClaimingFile]) -> Agreement:
    """Return what all files claim, with output intents that are the same, and hold by our own rules; raise NotPlain as `join`."""
    agreement = Agreement(list(CLAIMABLE), untagged=next((file.path for file in files if not file.is_tagged), None))
    for name in CLAIMABLE:
        lacking = next((file.path for file in files if name not in file.names), None)
        if lacking:
            agreement.drop(name, _("{file} does not claim it", file=lacking))
        elif other := _other_intent(files, name):
            agreement.drop(name, _("the output intent of {file} is another one", file=other))
    for later, earlier in EARLIER.items():
        if earlier in agreement.names and later in agreement.names:
            agreement.names.remove(later)
    for file in files:
        if not file.is_sealed:
            held = {EARLIER[name] if EARLIER.get(name) in file.names else name: name for name in agreement.names}
            for own, finding in _broken_by(file.path, list(held)).items():
                reason = _("{file} breaks it", file=file.path)
                agreement.drop(held[own], reason)
                agreement.blame(file.path, own, breach_text(finding))
    return agreement


def _other_intent(files: Sequence[ClaimingFile], name: str) -> Path | None:
    """Return the first file whose output intent for a standard is not that of those before it."""
    given = [(file.path, file.intents[INTENTS[name]]) for file in files if INTENTS.get(name) in file.intents]
    return next((path for path, intent in given if intent.digest != given[0][1].digest), None)


def _broken_by(path: Path, names: Sequence[str]) -> dict[str, RuleFinding]:
    try:
        return broken(path, names)
    except DataError:
        raise NotPlain(path, is_damaged=True) from None


def broken(pdf: Path | bytes, names: Sequence[str]) -> dict[str, RuleFinding]:
    """Return of each standard that a file breaks the first rule that it breaks."""
    if not names:
        return {}
    from docgen.preflighting.standards import check_rules

    reports = check_rules(pdf, names, "")
    return {report.standard: report.failures[0] for report in reports if report.failures}


def breach_text(finding: RuleFinding) -> str:
    """Return which rule is broken, and what was found."""
    return _("it breaks {clause} ({what}): {found}", clause=finding.clause, what=finding.what, found=finding.measured or "–")
