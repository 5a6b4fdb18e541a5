"""Files that last and that a screen reader can read: PDF/A-2 (ISO 19005-2:2011), PDF/UA-1 (ISO 14289-1:2014).

They hold all that their pages need and say what their colours are; a document by itself says what its content means too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import ClassVar

from docgen.files import shipped
from docgen.paint.info import DocumentInfo
from docgen.paint.press.copying import CopiedObject
from docgen.paint.press.elements import Objects
from docgen.paint.press.finish import Finish, PlainFinish
from docgen.paint.press.resources import Background
from docgen.paint.press.xmp import PDFA_2A, PDFA_2B, PDFA_3A, PDFUA_1, Standard, write_packet
from docgen.purposes import Purpose


@dataclass(frozen=True)
class ArchivedVolume(PlainFinish):
    """PDF/A-2b: colours of screens with the profile of sRGB as output intent (6.2.3), an /ID (6.1.3), metadata (6.6.2)."""

    purpose = Purpose.ARCHIVE
    is_identified, names_resources, is_described = True, True, True
    #: What the metadata claim.
    standards: ClassVar[tuple[Standard, ...]] = (PDFA_2B,)

    @property
    def of_volume(self) -> Finish:
        """Volumes are like other files."""
        return self

    def background(self, painted: Background) -> Background:
        """Return the background with pictures that no reader smooths in its own way (6.2.8)."""
        return _unsmoothed(painted)

    def close(self, file: Objects) -> tuple[bytes, bytes]:
        """Write the output intent."""
        profile = file.add_stream(_srgb(), b"/N 3")
        intent = file.add(
            b"<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB, IEC 61966-2-1)"
            b"/DestOutputProfile %d 0 R>>" % profile
        )
        return b"/OutputIntents[%d 0 R]" % intent, b""

    def describe(self, file: Objects, info: DocumentInfo, number: int) -> None:
        """Write the metadata."""
        write_packet(file, info, self.standards, number)


@dataclass(frozen=True)
class ArchivedDocument(ArchivedVolume):
    """PDF/A-2a and PDF/UA-1 together: a document by itself has a structure."""

    is_tagged = True
    standards = (PDFA_2A, PDFUA_1)

    @property
    def of_volume(self) -> Finish:
        """The finish of a file of many records."""
        return ArchivedVolume()


@dataclass(frozen=True)
class AttachedDocument(ArchivedDocument):
    """PDF/A-3a and PDF/UA-1 together: a document that has its record attached, which PDF/A-2 does not allow (6.8)."""

    is_attached = True
    standards = (PDFA_3A, PDFUA_1)


@lru_cache(maxsize=16)
def _unsmoothed(painted: Background) -> Background:
    """Return a background whose pictures ask for no interpolation; itself where none does."""
    objects = tuple([_unsmoothed_object(each) for each in painted.objects])
    return painted if objects == painted.objects else Background(objects)


def _unsmoothed_object(copied: CopiedObject) -> CopiedObject:
    parts = list(copied.parts)
    for place, part in enumerate(parts[:-1]):
        if part == b"/Interpolate " and parts[place + 1] == b"true":
            parts[place + 1] = b"false"
    return replace(copied, parts=tuple(parts))


@cache
def _srgb() -> bytes:
    """Return the profile of sRGB (IEC 61966-2-1) that comes with docgen."""
    return (shipped("forms") / "profiles" / "srgb.icc").read_bytes()
