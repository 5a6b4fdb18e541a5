"""Emblems, ornament and logos: the file of a name, and whether it is fit for print at its prescribed size.

An organization's own folder (`--artwork`, `DOCGEN_ARTWORK`) comes before the shipped stand-ins. A file is SVG, PDF or PNG.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import DataError, UsageError
from docgen.fields import PictureBytes
from docgen.files import is_inside, looked_at, read_bytes, refuse_larger, shipped, unreadable
from docgen.messages import _
from docgen.units import Length

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SHIPPED = shipped("forms") / "artwork"
MINIMUM_DPI = 300
#: A PDF is taken over as an image of this resolution, the usual one for line work in print.
PDF_DPI = 600
SIZE_LIMIT = 32 << 20
PIXEL_LIMIT = 80_000_000
#: How many times longer one side of a picture may be than the other, and how many elements an SVG may draw.
ASPECT_LIMIT, ELEMENT_LIMIT = 50, 100_000
SVG = "{http://www.w3.org/2000/svg}"
MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Artwork:
    """A picture ready for a painter: SVG or PNG, and how wide it is for its height."""

    name: str
    content: bytes
    media_type: str
    aspect: float
    #: Whether it comes with docgen: such a picture is sound, and painted without a process of its own.
    is_shipped: bool = False


@dataclass(frozen=True, slots=True)
class ArtworkFolders:
    """Where artwork is looked for, first to last."""

    folders: tuple[Path, ...]

    def find(self, name: str) -> Path:
        """Return the file of a name with or without suffix; raise DataError if no folder has one."""
        return Path(self._found(name)[0])

    def _found(self, name: str) -> tuple[str, os.stat_result]:
        """Return the file of a name, and its status; errors as of `find`. It looks at each file once: services ask for all."""
        for folder, path in _candidates(self.folders, name):
            try:
                status = os.lstat(path)
                is_link = stat.S_ISLNK(status.st_mode)
                status = os.stat(path) if is_link else status
            except OSError as error:
                if error.errno in ABSENT:
                    continue
                raise unreadable(Path(path), error) from None
            if is_link and not is_inside(folder, os.path.basename(path)):
                hint = _("Put the file itself in its place.")
                raise DataError.because("artwork-linked", _("this is a link to another folder"), hint, file=path)
            if stat.S_ISREG(status.st_mode):
                return path, status
        files = ", ".join(f"{Path(name).name}{suffix}" for suffix in _suffixes(name))
        folders = sorted(self.folders, key=lambda folder: folder == SHIPPED)  # one's own first
        hint = _("Put {files} into one of: {folders}.", files=files, folders=", ".join(map(str, folders)))
        raise DataError.because("artwork-missing", _("there is no artwork “{name}”", name=name), hint, file=name)

    def stamp(self, name: str) -> tuple[str, int]:
        """Return the file of a name and its time of change in nanoseconds, by which a cache knows it again."""
        if isinstance(name, PictureBytes):
            return name, 0
        path, status = self._found(name)
        return path, status.st_mtime_ns

    def load(self, name: str, height: Length, *, is_square: bool = False) -> Artwork:
        """Return the artwork to be drawn `height` high.

        Raise DataError if it is damaged, under 300 dpi at that size, or not square where it has to be (an emblem's diameter).
        """
        if isinstance(name, PictureBytes):
            return _load_bytes(name, height)
        path = self.find(name)
        artwork = _load(path, path.stat().st_mtime_ns, height)
        if is_square and abs(artwork.aspect - 1) > 0.01:
            message = _("it is {aspect:.2f} times as wide as high, but has to be as wide as high", aspect=artwork.aspect)
            raise DataError.because("artwork-not-square", message, _("Cut it to a square."), file=str(path))
        return artwork


#: What says that there is no such file, as `Path.is_file` takes it.
ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EBADF, errno.ELOOP})


def _suffixes(name: str) -> Iterable[str]:
    return [""] if Path(name).suffix.lower() in MEDIA_TYPES else MEDIA_TYPES


@lru_cache(maxsize=256)
def _candidates(folders: tuple[Path, ...], name: str) -> list[tuple[Path, str]]:
    """Return where artwork of a name may be: each folder with the path in it, first to last."""
    return [(folder, str(folder / f"{Path(name).name}{suffix}")) for folder in folders for suffix in _suffixes(name)]


def artwork_folders(own: Path | str | None = None, pictures: Path | None = None) -> ArtworkFolders:
    """Return the folders to look in: `own`, `DOCGEN_ARTWORK`, the shipped one, then `pictures` (those of the record).

    That one comes last, so that an emblem next to a table is not printed instead of the shipped one. Raise UsageError if one that
    is named does not exist.
    """
    named = [folder for folder in (own, os.environ.get("DOCGEN_ARTWORK")) if folder]
    for folder in named:
        with looked_at(folder):
            is_there = Path(folder).is_dir()
        if not is_there:
            hint = _("Check --artwork and DOCGEN_ARTWORK.")
            raise UsageError.because("artwork-folder-missing", _("there is no such folder"), hint, file=str(folder))
    found = [*map(Path, named), SHIPPED, *([pictures] if pictures else [])]
    return ArtworkFolders(tuple(found))


def refuse_strange_artwork(names: Iterable[str], own: Path | str | None) -> None:
    """Raise UsageError if a folder was named for artwork and has none of `names`: the stand-ins would be printed unnoticed."""
    folder, names = own or os.environ.get("DOCGEN_ARTWORK"), list(names)
    if not folder or not names:
        return
    with looked_at(folder):
        has_some = any(Path(folder, f"{name}{suffix}").is_file() for name in names for suffix in MEDIA_TYPES)
    if not has_some:
        hint = _("Name the files: {names}, each .svg, .pdf or .png.", names=", ".join(names))
        raise UsageError.because("artwork-strange", _("the folder has none of the form's artwork"), hint, file=str(folder))


@lru_cache(maxsize=64)
def _load(path: Path, _modified: int, height: Length) -> Artwork:
    content = read_bytes(path, SIZE_LIMIT)
    artwork = READERS[path.suffix.lower()](path, content, height)
    return replace(artwork, is_shipped=path.parent == SHIPPED)


@lru_cache(maxsize=16)
def _load_bytes(picture: PictureBytes, height: Length) -> Artwork:
    refuse_larger(picture, len(picture.content), SIZE_LIMIT)
    path = Path(picture)
    return READERS[path.suffix](path, picture.content, height)


def _read_svg(path: Path, content: bytes, height: Length) -> Artwork:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(content)
    except DefusedXmlException:
        raise _damaged(path, _("it defines entities")) from None
    except (ParseError, LookupError, ValueError) as error:
        raise _damaged(path, _("it is no SVG: {reason}", reason=error)) from None
    if root.tag != f"{SVG}svg":
        raise _damaged(path, _("it is no SVG"))
    _check_drawing(path, root)
    return Artwork(path.stem, content, MEDIA_TYPES[".svg"], _view_aspect(path, root.get("viewBox", "")))


def _view_aspect(path: Path, view: str) -> float:
    try:
        _left, _top, width, height = map(float, re.split(r"[\s,]+", view.strip()))
    except ValueError:
        raise _damaged(path, _("it has no viewBox")) from None
    return _aspect(path, width, height)


def _aspect(path: Path, width: float, height: float) -> float:
    """Return how wide a picture is for its height; DataError when it has no area or is hardly more than a line."""
    if not (width > 0 and height > 0 and 1 / ASPECT_LIMIT <= width / height <= ASPECT_LIMIT):
        message = _("it is {width:g} wide and {height:g} high", width=width, height=height)
        raise _damaged(path, message)
    return width / height


#: What an SVG may not hold, because it would be left out or look different on the page.
FOREIGN = {
    "image": lambda: _("it holds a picture within the drawing"),
    "text": lambda: _("it holds text that is not turned into curves"),
    "foreignObject": lambda: _("it holds something other than a drawing"),
}
#: What reaches outside the drawing: a link or URL that is not to a part of it (`#name`), or another style sheet.
_OUTSIDE = re.compile(r"""url\((?!["']?#)\s*["']?\s*([^)"']*)|@import\s*([^;]*)""", re.IGNORECASE)


def _check_drawing(path: Path, root: Element) -> None:
    """Raise DataError for a drawing that WeasyPrint would not draw whole, or not alone from this file."""
    for element in root.iter():
        if reason := FOREIGN.get(element.tag.removeprefix(SVG)):
            raise _damaged(path, reason())
        links = [link for name, link in element.items() if name.rpartition("}")[2] == "href" and not link.startswith("#")]
        styles = [element.text or "", *(value for _name, value in element.items())]
        outside = [match[1] or match[2] or "" for style in styles for match in _OUTSIDE.finditer(style)]
        if links or outside:
            raise _damaged(path, _("it refers to {target}, outside the drawing", target=(links + outside)[0][:100]))
    try:
        drawn = _drawn(root, {}, {element.get("id"): element for element in root.iter()})
    except RecursionError:
        raise _damaged(path, _("it is nested too deeply")) from None
    if drawn > ELEMENT_LIMIT:
        raise _damaged(path, _("it draws more than {limit} elements", limit=ELEMENT_LIMIT))


def _drawn(element: Element, counts: dict[Element, int], named: Mapping[str | None, Element]) -> int:
    """Return how many elements are drawn for this one, those that `use` repeats counted each time; no end is many."""
    if element not in counts:
        counts[element] = ELEMENT_LIMIT + 1
        links = [link for name, link in element.items() if name.rpartition("}")[2] == "href"]
        used = [named[link[1:]] for link in links if link[1:] in named] if element.tag == f"{SVG}use" else []
        counts[element] = 1 + sum(_drawn(part, counts, named) for part in (*element, *used[:1]))
    return counts[element]


def _read_png(path: Path, content: bytes, height: Length) -> Artwork:
    from PIL import Image, ImageFile, UnidentifiedImageError

    if not content.startswith(b"\x89PNG\r\n\x1a\n") or len(content) < 33:
        raise _damaged(path, _("it is no PNG"))
    wide, high = struct.unpack(">II", content[16:24])
    if wide * high > PIXEL_LIMIT:
        raise _damaged(path, _("it has {count} million pixels", count=wide * high // 1_000_000))
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it, and half a picture would then pass
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            image.load()
            mode = image.mode
    except UnidentifiedImageError:
        raise _damaged(path, _("it is no PNG")) from None
    except (OSError, SyntaxError, ValueError, struct.error, zlib.error) as error:
        raise _damaged(path, str(error)) from None
    if mode not in MODES:
        raise _damaged(path, _("it has more than 8 bits a colour"))
    dpi = high / (height.mm / 25.4)
    if dpi < MINIMUM_DPI - 0.5:
        pixels = int(height.pixels(MINIMUM_DPI)) + 1
        raise DataError.because(
            "artwork-coarse",
            _("at {height:g} mm it has {dpi:.0f} dpi, print needs {minimum}", height=height.mm, dpi=dpi, minimum=MINIMUM_DPI),
            _("Use an SVG, a PDF, or a PNG at least {pixels} pixels high.", pixels=pixels),
            file=str(path),
        )
    return Artwork(path.stem, content, MEDIA_TYPES[".png"], _aspect(path, wide, high))


#: What a PNG may hold, as Pillow calls it: black and white, greys, palette, colours, each with or without transparency.
MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}


def _read_pdf(path: Path, content: bytes, height: Length) -> Artwork:
    """Take over the first page as an image on a clear background, at `PDF_DPI`."""
    from docgen.confined import clear_png, page_size

    file = str(path)
    aspect = _aspect(path, *page_size.within(file=file)(content, 0))
    rows = round(height.pixels(PDF_DPI))
    if rows * rows * aspect > PIXEL_LIMIT:
        raise _damaged(path, _("it is too large to be taken over"))
    image = clear_png.within(file=file)(content, 0, rows)
    width, high = struct.unpack(">II", image[16:24])
    return Artwork(path.stem, image, MEDIA_TYPES[".png"], width / high)


def _damaged(path: Path, reason: str) -> DataError:
    message = _("the picture cannot be used: {reason}", reason=reason)
    return DataError.because("artwork-damaged", message, _("Save it anew as SVG, PDF or PNG."), file=str(path))


READERS = {".svg": _read_svg, ".png": _read_png, ".pdf": _read_pdf}
