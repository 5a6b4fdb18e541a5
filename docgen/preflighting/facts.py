"""What a PDF says of itself, as its objects have it: fonts, page boxes, title, language, form."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.errors import DataError
from docgen.messages import _
from docgen.pdf import pypdf_errors
from docgen.preflighting.shared_artwork import SharedArtwork
from docgen.units import Length, pt

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader
    from pypdf.generic import DictionaryObject

#: The page boxes (ISO 32000-1, 14.11.2) that are one on a sheet cut to size.
BOXES = ("mediabox", "cropbox", "trimbox")
#: The keys of a font descriptor that hold a font program (ISO 32000-1, table 122).
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
SUBSET = re.compile(r"[A-Z]{6}\+")


@dataclass(frozen=True, slots=True)
class FontFact:
    """A font of the file: its BaseFont, and whether its program is in the file, whole or in part."""

    name: str
    is_embedded: bool

    @property
    def is_subset(self) -> bool:
        """Whether the name says that the program holds some letters only (ISO 32000-1, 9.6.4)."""
        return bool(SUBSET.match(self.name))


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The boxes of a page by name, its rotation in degrees and its UserUnit; `background` is equal where the artwork is.

    `trim` is the TrimBox of a page for the press that is printed beyond it, in its own space: what is left when it is cut.
    """

    boxes: dict[str, tuple[Length, Length]]
    rotation: int
    unit: float
    background: str | None = None
    trim: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What was read of a whole file."""

    title: str
    language: str
    form: str | None
    fonts: tuple[FontFact, ...]
    pages: tuple[PageFacts, ...]
    #: Whether it is for a press: it has an output intent of PDF/X, and its colours are inks.
    is_press: bool = False
    #: How many pages each document has by its own word: 2 with a back.
    sides: int = 1

    def is_embedded(self, name: str) -> bool:
        """Return whether every font of this BaseFont is in the file."""
        return all(font.is_embedded for font in self.fonts if font.name == name)


def read_facts(pdf: bytes, file: str = "") -> FileFacts:
    """Return the facts of a PDF. Raise DataError if it is damaged or locked."""
    with pypdf_errors(file):
        reader = _reader_of(pdf, file)
        root = reader.root_object
        title = reader.metadata.title if reader.metadata else None
        backgrounds = SharedArtwork()
        is_press = any(intent.get_object().get("/S") == "/GTS_PDFX" for intent in root.get("/OutputIntents", ()))
        return FileFacts(
            title=str(title or "").strip(),
            language=str(root.get("/Lang", "")),
            form=_form_id(reader),
            fonts=tuple(dict.fromkeys(font for page in _with_new_resources(reader) for font in page)),
            pages=tuple(_page_facts(page, backgrounds, is_press=is_press) for page in reader.pages),
            is_press=is_press,
            sides=2 if _own_word(reader, "docgensides") == "2" else 1,
        )


def form_of(pdf: bytes, file: str = "") -> str | None:
    """Return the id of the form that a PDF names, None if it names none. Raise DataError if the file is damaged.

    The painter writes it as `<meta name="docgen-form">`, which WeasyPrint files as `/docgenform`.
    """
    with pypdf_errors(file):
        return _form_id(_reader_of(pdf, file))


def _reader_of(pdf: bytes, file: str) -> PdfReader:
    from pypdf import PdfReader

    if b"%PDF-" not in pdf[:1024]:
        raise DataError.because("pdf-damaged", _("this is no PDF"), _("Only PDF files are measured."), file=file)
    return PdfReader(io.BytesIO(pdf))


def _form_id(reader: PdfReader) -> str | None:
    return _own_word(reader, "docgenform")


def _own_word(reader: PdfReader, name: str) -> str | None:
    """Return what the painter wrote into the file's metadata, None where there is nothing of this name."""
    for key, value in (reader.metadata or {}).items():
        if re.sub(r"[^a-z]", "", str(key).lower()) == name:
            return str(value)
    return None


def _page_facts(page: PageObject, backgrounds: SharedArtwork, *, is_press: bool) -> PageFacts:
    unit = float(page.get("/UserUnit", 1.0))
    boxes = {name: getattr(page, name) for name in BOXES}
    sizes = {name: (pt(float(box.width) * unit), pt(float(box.height) * unit)) for name, box in boxes.items()}
    return PageFacts(sizes, int(page.rotation) % 360, unit, backgrounds.digest(page), _trim(page) if is_press else None)


def _trim(page: PageObject) -> tuple[float, float, float, float] | None:
    if "/TrimBox" not in page or page.trimbox == page.mediabox:
        return None
    left, bottom, right, top = map(float, page.trimbox)
    return (left, bottom, right, top)


def _with_new_resources(reader: PdfReader) -> Iterator[list[FontFact]]:
    """Yield the fonts of each page; those of resources that pages share come once."""
    seen: set[int] = set()
    for page in reader.pages:
        yield list(_fonts(page, seen))


def _fonts(holder: DictionaryObject, seen: set[int]) -> Iterator[FontFact]:
    """Yield the fonts in the resources of a page or form XObject, and in those of the form XObjects that it draws."""
    resources = holder.get("/Resources")
    resources = resources.get_object() if resources is not None else None
    if not resources or id(resources) in seen:
        return
    seen.add(id(resources))
    for font in resources["/Font"].get_object().values() if "/Font" in resources else ():
        yield _font_fact(font.get_object())
    for drawn in resources["/XObject"].get_object().values() if "/XObject" in resources else ():
        if drawn.get_object().get("/Subtype") == "/Form":
            yield from _fonts(drawn.get_object(), seen)


def _font_fact(font: DictionaryObject) -> FontFact:
    from pypdf.generic import ArrayObject

    name = str(font.get("/BaseFont", "")).removeprefix("/")
    descendants = font["/DescendantFonts"].get_object() if "/DescendantFonts" in font else None
    described = descendants[0].get_object() if isinstance(descendants, ArrayObject) else font
    descriptor = described.get("/FontDescriptor", {})
    descriptor = descriptor.get_object() if hasattr(descriptor, "get_object") else descriptor
    is_drawn = font.get("/Subtype") == "/Type3"  # its letters are drawings in the file
    return FontFact(name, is_drawn or any(key in descriptor for key in FONT_FILES))
