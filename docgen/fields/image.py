"""The kind of field that holds a picture: the name of its file, or its content."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from docgen.fields.field import Field, Reading, shown
from docgen.fields.letters import Rejected
from docgen.messages import _


class PictureBytes(str):
    """A picture that a record holds as its content. As text it is a name made of its SHA-256: so the register knows it."""

    __slots__ = ("content",)
    content: bytes

    def __new__(cls, content: bytes, suffix: str) -> PictureBytes:
        """Return the picture in `content`, named with the suffix of its format."""
        picture = super().__new__(cls, hashlib.sha256(content).hexdigest() + suffix)
        picture.content = content
        return picture

    def __getnewargs__(self) -> tuple[bytes, str]:  # type: ignore[override]  # it is made of two values, str of one
        return self.content, self[64:]


def _picture_suffix(content: bytes) -> str:
    """Return the suffix of the format that a picture's content begins as, empty for none that is taken."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if content.startswith(b"%PDF-"):
        return ".pdf"
    return ".svg" if content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") else ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Image(Field):
    """A picture (PNG, SVG or PDF): the name of a file in the record's folder or an artwork folder, or its content as bytes."""

    kind = "image"
    is_picture = True

    def read(self, raw: object, reading: Reading) -> str:
        """Return the value to print; raise Rejected if `raw` cannot be read."""
        if isinstance(raw, bytes | bytearray | memoryview):
            content = bytes(raw)
            if not (suffix := _picture_suffix(content)):
                message, hint = _("the bytes are no PNG, SVG or PDF"), _("Give the content of such a file, or its name.")
                raise Rejected("not-an-image", message, hint)
            return PictureBytes(content, suffix)
        if not isinstance(raw, str) or not re.fullmatch(r"[\w .()-]+\.(png|svg|pdf)", raw, re.IGNORECASE):
            message = _("“{raw}” is no name of a PNG, SVG or PDF file", raw=shown(raw))
            raise Rejected("not-an-image", message, _("Put the file beside the record and give its bare name."))
        return raw

    def rule(self) -> str:
        """Return in words what the field takes."""
        return _("the name of a PNG, SVG or PDF file beside the record")

    def blank_value(self) -> None:
        """Return a value about as wide as what is written by hand."""
        return None
