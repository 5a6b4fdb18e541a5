"""Which files are joined as they are written: those of pages, bookmarks, tags, attachments, and links that nothing names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from docgen.errors import DataError
from docgen.merging.attachments import ASSOCIATED_KEY, EMBEDDED, NAMES_KEY
from docgen.merging.claims import ClaimingFile, claiming_file
from docgen.merging.losses import CLAIMED_KEYS, PARTS_KEY, TAG_KEYS
from docgen.merging.unplain import NotPlain
from docgen.pdf.damage import pypdf_errors
from docgen.pdf.source import RawPage, SourceFile, source_file
from docgen.pdf.syntax import entries, members, reference

#: What a catalogue may say of how a file is shown, which the first file's does of the joined one (ISO 32000-1, 7.7.2).
SHOWN = (b"/Lang", b"/ViewerPreferences", b"/PageMode", b"/PageLayout", b"/OpenAction")
#: All that a catalogue may hold for its file to be joined as it is written.
PLAIN = {b"/Type", b"/Pages", b"/Outlines", b"/Version", b"/Extensions", *SHOWN, *CLAIMED_KEYS, *TAG_KEYS, PARTS_KEY}
PLAIN |= {NAMES_KEY, ASSOCIATED_KEY}
#: What neither a page nor a link may hold: articles, and actions of their own.
UNPLAIN = {b"/B", b"/AA"}


def plain_files(files: Sequence[Path]) -> list[ClaimingFile]:
    """Return what files say of themselves that can all be joined here; raise NotPlain: pypdf says what is wrong with one."""
    return list(map(_plain_file, files))


def _plain_file(path: Path) -> ClaimingFile:
    try:
        with source_file(path) as source, pypdf_errors(str(path)):
            if _is_plain_file(source) and all(_is_plain(page, source) for page in source.walk()) and source.count:
                return claiming_file(source)
    except DataError:
        pass
    raise NotPlain(path)


def _is_plain_file(source: SourceFile) -> bool:
    """Return whether a catalogue holds nothing else than what is copied here; of what has names, attached files alone."""
    named = entries(source.resolved(source.catalogue.get(NAMES_KEY, b"<<>>")))
    return source.catalogue.keys() <= PLAIN and named.keys() <= {EMBEDDED}


def _is_plain(page: RawPage, source: SourceFile) -> bool:
    if UNPLAIN & page.entries.keys():
        return False
    return b"/Annots" not in page.entries or all(_is_plain_link(each, source) for each in annotations_of(page, source))


def annotations_of(page: RawPage, source: SourceFile) -> list[bytes]:
    """Return the annotations of a page as they are written."""
    return members(source.resolved(page.entries.get(b"/Annots", b"[]")))


def _is_plain_link(raw: bytes, source: SourceFile) -> bool:
    """Return whether an annotation is a link to a place of its file that has no name, or to an address (12.5.6.5)."""
    if reference(raw) is None:
        return False
    link = entries(source.resolved(raw))
    action = entries(source.resolved(link.get(b"/A", b"<<>>")))
    target = source.resolved(link.get(b"/Dest", action.get(b"/D", b"[]")))
    is_simple = action.get(b"/S", b"/GoTo") in (b"/GoTo", b"/URI") and b"/Next" not in action
    return link.get(b"/Subtype") == b"/Link" and is_simple and target[:1] == b"[" and not (UNPLAIN & link.keys())
