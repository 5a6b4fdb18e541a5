"""The header of a JPEG 2000 picture (ISO/IEC 15444-1, annex I), as far as PDF/X asks for it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from docgen.messages import _

#: Channels of colour, and with one of transparency.
CHANNELS = (1, 2, 3, 4, 5)
#: Boxes that hold others.
PARENTS = (b"jp2h",)
#: Enumerated colour spaces (ISO/IEC 15444-1, table I.10, and 15444-2): CMYK, sRGB, gray, sYCC, CIELab, esRGB.
SPACES = (12, 14, 16, 17, 18, 20)
#: In the `ihdr` box: the channels differ in depth.
VARYING = 255


@dataclass(frozen=True)
class Jpeg2000Header:
    """Channels, bits of each as coded, the enumerated colour space; None for what the picture does not say."""

    channels: int | None = None
    depth: int | None = None
    space: int | None = None
    has_profile: bool = False

    def wrong(self, *, has_space: bool) -> Iterator[str]:
        """Yield what is wrong with a picture; `has_space` where the PDF says in which colour space it is."""
        if self.channels is not None and self.channels not in CHANNELS:
            yield _("{count} channels", count=self.channels)
        if self.depth == VARYING:
            yield _("the channels differ in depth")
        if not (has_space or self.has_profile or self.space in SPACES):
            yield _("it has no colour space")


def jpeg_2000_header(content: bytes) -> Jpeg2000Header:
    """Return what the boxes of a picture say, as far as they can be read."""
    channels = depth = space = None
    has_profile = False
    for kind, data in _boxes(content):
        if kind == b"ihdr" and len(data) >= 14:
            channels, depth = struct.unpack(">H", data[8:10])[0], data[10]
        elif kind == b"colr" and len(data) >= 3:
            has_profile |= data[0] in (2, 3)
            space = struct.unpack(">I", data[3:7])[0] if data[0] == 1 and len(data) >= 7 else space
    return Jpeg2000Header(channels, depth, space, has_profile)


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        (size,), kind = struct.unpack(">I", content[at : at + 4]), content[at + 4 : at + 8]
        if kind in PARENTS:
            yield from _boxes(content[at + 8 : at + size])
        else:
            yield kind, content[at + 8 : at + size]
        if size < 8:
            return
        at += size
