"""What a tag of a Word template puts in other than plain text: a picture, or runs of text in several formats.

In a record without a definition both are named by a table of values: `{"picture": "photo.jpg", "width": "30mm"}` and
`{"rich": ["Құрметті ", {"text": "әріптес", "bold": true}]}`. In a template `{{ logo | picture("30mm") }}` does the former.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from markupsafe import Markup, escape

from docgen.errors import DataError
from docgen.messages import _
from docgen.units import Length, length, mm

#: Larger than any sheet that is written on.
WIDEST = mm(1000)
RICH_KEYS = {"text", "bold", "italic", "underline", "strike", "size", "colour"}
FLAGS = ("bold", "italic", "underline", "strike")
SIZES = range(4, 200)

#: A picture in a line of text (ISO/IEC 29500-1, 20.4.2.8).
DRAWING = (
    '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
    '<wp:docPr id="{order}" name="{order}"{shown}/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:nvPicPr><pic:cNvPr id="{order}" name="{order}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
    '<a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{link}"/>'
    '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
)
#: One between the two halves of the run that its tag stands in.
INLINE = '</w:t></w:r>{drawing}<w:r><w:t xml:space="preserve">'


def drawing_run(order: int, width: Length, height: Length, link: str, words: str) -> str:
    """Return a run that is a picture, by its link in the package; `words` are what it shows, as markup, empty for nothing."""
    shown = f' descr="{words}"' if words else ""
    return DRAWING.format(link=link, order=order, width=width.emu, height=height.emu, shown=shown)


@dataclass(frozen=True, slots=True)
class InsetPicture:
    """A picture ready for a document: `content` is a PNG or JPEG as `suffix` says, drawn `width` by `height`."""

    content: bytes
    suffix: str
    width: Length
    height: Length
    #: What it shows, in words.
    alternative: str = ""


#: What XML 1.0 cannot hold (2.2), and the noncharacters that stand for signs while a template is filled (`tags`, `completing`).
UNPRINTABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")


def refuse_unprintable(text: str) -> None:
    """Raise DataError for a text with a character that would be lost."""
    if found := UNPRINTABLE.search(text):
        message = _("it holds {name}, which cannot be printed", name=f"U+{ord(found[0]):04X}")
        raise DataError.because("character-unprintable", message, _("Type the text anew."))


#: Name, height and width as far as they are given → the picture; DataError when there is none or it is unfit.
PictureSource = Callable[[str, Length | None, Length | None], InsetPicture]


@dataclass
class Insets:
    """What the tags of one part have put in so far. `images` are file names in the package and contents, by their links.

    `flows` says that the part is laid out by Word, which must not break what stays on one line.
    """

    source: PictureSource
    flows: bool = False
    images: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    count: int = 0
    is_rich: bool = False

    def inset(self, value: Mapping[str, object]) -> Markup:
        """Return what a table of values names; TypeError when it is neither a picture nor rich text."""
        if "picture" in value and value.keys() <= {"picture", "width", "height", "alt"}:
            return self.picture(value["picture"], value.get("height"), value.get("width"), value.get("alt"))
        if value.keys() == {"rich"}:
            return self.rich(value["rich"])
        raise TypeError(_("a {kind} cannot be printed", kind=type(value).__name__))

    def picture(self, name: object, height: object = None, width: object = None, alt: object = None) -> Markup:
        """Return the markup that shows a picture, in the middle of a run; nothing for a name that is not given.

        `alt` is what it shows, in words; without it, what its source says of it.
        """
        if name in (None, ""):
            return Markup("")
        drawn = self.source(name if isinstance(name, str) else str(name), _size(height), _size(width))
        self.count += 1
        link = f"docgen{hashlib.sha256(drawn.content).hexdigest()[:16]}"
        self.images[link] = (f"media/{link}{drawn.suffix}", drawn.content)
        words = drawn.alternative if alt in (None, "") else str(alt)
        refuse_unprintable(words)
        drawing = drawing_run(self.count, drawn.width, drawn.height, link, str(escape(words)))
        return Markup(INLINE.format(drawing=drawing))

    def rich(self, pieces: object) -> Markup:
        """Return the runs of a rich text, which replace a run; DataError for a piece or format that is none."""
        from docxtpl import RichText

        self.is_rich = True
        text = RichText()
        for piece in pieces if isinstance(pieces, list) else [pieces]:
            words, formats = _piece(piece)
            refuse_unprintable(words)
            text.add(words, **formats)
        return Markup(text.xml)


def _size(value: object) -> Length | None:
    if value in (None, ""):
        return None
    try:
        size = length(str(value))
    except ValueError:
        size = mm(0)
    if not mm(0) < size <= WIDEST:
        message = _("“{size}” is no size of a picture", size=str(value)[:40])
        raise DataError.because("picture-size", message, _("Write it as 30mm or 90pt."))
    return size


def _piece(piece: object) -> tuple[str, dict[str, object]]:
    """Return the words of a piece of rich text and its format as docxtpl calls it."""
    if isinstance(piece, str):
        return piece, {}
    given: Mapping[str, object] = piece if isinstance(piece, Mapping) else {}
    text, size, colour = given.get("text"), given.get("size"), given.get("colour")
    is_known = isinstance(text, str) and given.keys() <= RICH_KEYS
    is_coloured = colour is None or re.fullmatch(r"#[0-9a-fA-F]{6}", str(colour))
    if not is_known or not is_coloured or not (size is None or _is_size(size)):
        message = _("“{piece}” is no piece of rich text", piece=str(piece)[:60])
        hint = _('Write a text, or {{"text": "…"}} with any of: {names}.', names=_RICH_EXAMPLE)
        raise DataError.because("rich-wrong", message, hint)
    formats: dict[str, object] = {name: True for name in FLAGS if given.get(name)}
    return str(text), formats | {"size": round(size * 2) if _is_size(size) else None, "color": colour}


def _is_size(value: object) -> TypeGuard[float]:
    """Return whether a value is a size of type in points that Word can set."""
    return isinstance(value, int | float) and SIZES.start <= value < SIZES.stop


_RICH_EXAMPLE = '"bold": true, "italic": true, "underline": true, "strike": true, "size": 14, "colour": "#14296b"'
