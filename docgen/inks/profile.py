"""Profiles of printing conditions (ICC.1, ISO 15076-1): read, checked, and used for colours that are no recipe."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import DataError
from docgen.files import read_bytes, shipped
from docgen.messages import _

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageCms import ImageCmsTransform

#: Bytes; the largest profiles of the trade have some three millions.
SIZE_LIMIT = 16 << 20
#: ISO 15930-7 builds on PDF 1.6, which knows ICC profiles of versions 2 and 4 (ISO 32000-1, table 67).
VERSIONS = (2, 4)
#: Bytes of a profile's header (ICC.1:2010, 7.2).
HEADER = 128


@dataclass(frozen=True)
class OutputProfile:
    """A CMYK output profile: its bytes as they were given, and the name of the printing condition."""

    content: bytes
    condition: str
    #: The name of the condition in ICC's registry (www.color.org), empty where it is not known to have one.
    registered: str = ""

    def convert(self, picture: Image) -> Image:
        """Return an sRGB picture in the profile's inks, relative colorimetric with black point compensation."""
        from PIL import ImageCms

        converted = ImageCms.applyTransform(picture, self._transform)
        assert converted is not None
        return converted

    def inks_of(self, srgb: str) -> tuple[float, float, float, float]:
        """Return the dots of the four inks, in per cent, that show a colour such as `#14296b`; a grey is black ink alone."""
        from PIL import Image

        levels = tuple(int(srgb[at : at + 2], 16) for at in (1, 3, 5))
        if len(set(levels)) == 1:
            return (0, 0, 0, round(100 - levels[0] / 2.55))
        cyan, magenta, yellow, black = self.convert(Image.new("RGB", (1, 1), levels)).tobytes()
        return (round(cyan / 2.55), round(magenta / 2.55), round(yellow / 2.55), round(black / 2.55))

    @cached_property
    def _transform(self) -> ImageCmsTransform:
        import io

        from PIL import ImageCms

        return ImageCms.buildTransform(
            ImageCms.createProfile("sRGB"),
            ImageCms.ImageCmsProfile(io.BytesIO(self.content)),
            "RGB",
            "CMYK",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )


def open_profile(path: Path | str | None = None) -> OutputProfile:
    """Return a shop's own profile, byte for byte, or the shipped one of FOGRA39.

    Raise DataError for a file that is damaged or no CMYK output profile of version 2 or 4.
    """
    if path is None:
        return _shipped_profile()
    content = read_bytes(Path(path), SIZE_LIMIT)
    if reason := _wrong(content):
        hint = _("Ask the print shop for the ICC profile of its printing condition, such as PSOcoated_v3.icc.")
        raise DataError.because("profile-wrong", _("this profile cannot be used: {reason}", reason=reason), hint, file=str(path))
    profile = OutputProfile(content, Path(path).stem)
    _check_readable(profile, str(path))
    return profile


@cache
def _shipped_profile() -> OutputProfile:
    return OutputProfile((shipped("forms") / "profiles" / "fogra39.icc").read_bytes(), "FOGRA39", "FOGRA39")


def _wrong(content: bytes) -> str:
    """Return why bytes are no CMYK output profile, empty where they are one (ICC.1:2010, 7.2)."""
    if len(content) < HEADER or content[36:40] != b"acsp":
        return _("it is no ICC profile")
    (size,) = struct.unpack(">I", content[:4])
    if size != len(content):
        return _("it is cut off or longer than it says")
    if content[8] not in VERSIONS:
        return _("it is of version {version}, not 2 or 4", version=content[8])
    if content[12:16] != b"prtr":
        return _("it is not the profile of a printing condition (class “{name}”)", name=_signature(content[12:16]))
    if content[16:20] != b"CMYK":
        return _("its colours are “{name}”, not CMYK", name=_signature(content[16:20]))
    return ""


def _signature(raw: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "?" for byte in raw).strip()


def _check_readable(profile: OutputProfile, file: str) -> None:
    """Raise DataError where littleCMS cannot convert with the profile."""
    from PIL import ImageCms

    try:
        profile.inks_of("#14296B")
    except (ImageCms.PyCMSError, OSError) as error:
        message = _("this profile cannot be used: {reason}", reason=error)
        raise DataError.because("profile-wrong", message, _("Ask the print shop for the file again."), file=file) from None
