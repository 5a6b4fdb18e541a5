"""Files that last: PDF/A-2b (ISO 19005-2:2011), which holds all that its pages need, and says what its colours are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from docgen.files import shipped
from docgen.paint.info import DocumentInfo
from docgen.paint.press.file import PdfFile
from docgen.paint.press.finish import Finish, PlainFinish
from docgen.paint.press.xmp import PDFA_2B, Standard, write_packet


@dataclass(frozen=True)
class ArchiveFinish(PlainFinish):
    """Colours of screens with the profile of sRGB as output intent (6.2.3), an /ID (6.1.3), metadata (6.6.2)."""

    is_identified, names_resources = True, True
    #: What the metadata claim.
    standards: ClassVar[tuple[Standard, ...]] = (PDFA_2B,)

    @property
    def of_volume(self) -> Finish:
        """Volumes are like other files."""
        return self

    def close(self, file: PdfFile, info: DocumentInfo) -> tuple[bytes, bytes]:
        """Write the metadata and the output intent."""
        metadata = write_packet(file, info, self.standards)
        profile = file.add_stream(_srgb(), b"/N 3")
        intent = file.add(
            b"<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB, IEC 61966-2-1)"
            b"/DestOutputProfile %d 0 R>>" % profile
        )
        return b"/Metadata %d 0 R/OutputIntents[%d 0 R]" % (metadata, intent), b""


@cache
def _srgb() -> bytes:
    """Return the profile of sRGB (IEC 61966-2-1) that comes with docgen."""
    return (shipped("forms") / "profiles" / "srgb.icc").read_bytes()
