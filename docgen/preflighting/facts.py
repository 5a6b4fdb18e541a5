"""What a PDF says of itself, as its objects have it: fonts, page boxes, title, language, form."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.errors import DataError, DocgenError
from docgen.messages import _
from docgen.pdf import pypdf_errors
from docgen.pdf.source import source_of
from docgen.pdf.syntax import DamagedPdf
from docgen.units import Length, pt

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader
    from pypdf.generic import DictionaryObject

#: The page boxes (ISO 32000-1, 14.11.2) that are one on a sheet cut to size.
BOXES = ("mediabox", "cropbox", "trimbox")
#: The entries of a page that its facts are read from.
ENTRIES = (b"/MediaBox", b"/CropBox", b"/TrimBox", b"/Rotate", b"/UserUnit", b"/Resources")
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
    """The boxes of a page by name, its rotation in degrees and its UserUnit.

    `trim` is the TrimBox of a page for the press that is printed beyond it, in its own space: what is left when it is cut.
    """

    boxes: dict[str, tuple[Length, Length]]
    rotation: int
    unit: float
    trim: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What was read of a whole file."""

    title: str
    language: str
    form: str | None
    fonts: tuple[FontFact, ...]
    #: Of all pages, or of those that are measured alone.
    pages: Sequence[PageFacts]
    #: Whether it is for a press: it has an output intent of PDF/X, and its colours are inks.
    is_press: bool = False
    #: How many pages each document has by its own word: 2 with a back.
    sides: int = 1
    #: Whether it has optional content, of which a viewer shows some and hides the rest (ISO 32000-1, 8.11).
    has_layers: bool = False

    def is_embedded(self, name: str) -> bool:
        """Return whether every font of this BaseFont is in the file."""
        return all(font.is_embedded for font in self.fonts if font.name == name)


def read_facts(pdf: bytes, file: str = "") -> FileFacts:
    """Return the facts of a PDF. Raise DataError if it is damaged or locked."""
    with pypdf_errors(file):
        reader = _reader_of(pdf, file)
        root = reader.root_object
        title = reader.metadata.title if reader.metadata else None
        numbers, distinct = _pages(pdf, reader)
        seen: set[int] = set()
        is_press = any(intent.get_object().get("/S") == "/GTS_PDFX" for intent in root.get("/OutputIntents", ()))
        facts = [_page_facts(page, is_press=is_press) for page in distinct]
        return FileFacts(
            title=str(title or "").strip(),
            language=str(root.get("/Lang", "")),
            form=_form_id(reader),
            fonts=tuple(dict.fromkeys(font for page in distinct for font in _fonts(page, seen))),
            pages=tuple(facts[number] for number in numbers),
            is_press=is_press,
            sides=2 if _own_word(reader, "docgensides") == "2" else 1,
            has_layers="/OCProperties" in root,
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


def _pages(pdf: bytes, reader: PdfReader) -> tuple[list[int], list[PageObject]]:
    """Return the pages that differ in their facts, and for each page of the file which of them it is like.

    pypdf reads a thousand pages a second, so each page is read as bytes, and those that differ by pypdf.
    """
    numbers: list[int] = []
    known: dict[tuple[bytes | None, ...], int] = {}
    distinct: list[PageObject] = []
    try:
        with source_of(pdf) as source:
            for page in source.walk():
                if page.entries.get(b"/Type") != b"/Page":
                    raise DamagedPdf
                key = tuple([page.entries.get(name) for name in ENTRIES])
                number = known.setdefault(key, len(distinct))
                if number == len(distinct):
                    distinct.append(_page_of(key, reader))
                numbers.append(number)
        return numbers, distinct
    except (DocgenError, ValueError, LookupError, StopIteration, zlib.error):
        pages = list(reader.pages)
        return list(range(len(pages))), pages


def _page_of(values: tuple[bytes | None, ...], reader: PdfReader) -> PageObject:
    """Return a page with these values of ENTRIES, as pypdf has it."""
    from pypdf import PageObject
    from pypdf.generic import NameObject, read_object

    page = PageObject(reader)
    for name, value in zip(ENTRIES, values, strict=True):
        if value is not None:
            page[NameObject(name.decode())] = read_object(io.BytesIO(value + b" "), reader)
    return page


def _page_facts(page: PageObject, *, is_press: bool) -> PageFacts:
    unit = float(page.get("/UserUnit", 1.0))
    boxes = {name: getattr(page, name) for name in BOXES}
    sizes = {name: (pt(float(box.width) * unit), pt(float(box.height) * unit)) for name, box in boxes.items()}
    return PageFacts(sizes, int(page.rotation) % 360, unit, _trim(page) if is_press else None)


def _trim(page: PageObject) -> tuple[float, float, float, float] | None:
    if "/TrimBox" not in page or page.trimbox == page.mediabox:
        return None
    left, bottom, right, top = map(float, page.trimbox)
    return (left, bottom, right, top)


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
