"""The header of an ICC profile (ICC.1:2010, 7.2), as far as rules ask for it."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from docgen.preflighting.standards.objects import PdfName

HEADER = 128
#: Signatures of colour spaces → what a PDF calls colours of as many components.
FAMILIES = {b"GRAY": PdfName("DeviceGray"), b"RGB ": PdfName("DeviceRGB"), b"CMYK": PdfName("DeviceCMYK")}
#: How many components a colour of a space has.
COMPONENTS = {b"GRAY": 1, b"RGB ": 3, b"Lab ": 3, b"CMYK": 4}


class IccHeader(NamedTuple):
    """What a profile says of itself; `digest` tells whether another one is the same."""

    version: int
    profile_class: bytes
    space: bytes
    digest: bytes

    @property
    def family(self) -> PdfName | None:
        """What a PDF calls its colours; None for a profile that is not of gray, RGB or CMYK."""
        return FAMILIES.get(self.space)

    @property
    def components(self) -> int | None:
        """How many components its colours have, None for a space that no PDF knows."""
        return COMPONENTS.get(self.space)


def icc_header(content: bytes) -> IccHeader | None:
    """Return the header of a profile; None for bytes that are none."""
    if len(content) < HEADER or content[36:40] != b"acsp":
        return None
    return IccHeader(content[8], content[12:16], content[16:20], hashlib.sha256(content).digest())
