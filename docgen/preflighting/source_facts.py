"""The facts of a file that docgen wrote, read from its objects as they are written: pypdf takes ten times as long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from docgen.pdf.source import SourceFile
from docgen.pdf.syntax import DamagedPdf, entries, members, reference, text_of_string
from docgen.preflighting.facts import BOXES, ENTRIES, FONT_FILES, FileFacts, FontFact, PageFacts
from docgen.units import pt

Sides = tuple[float, float, float, float]


class SomePages(Sequence[PageFacts]):
    """The facts of some pages of a file, by their index; to ask for another is a LookupError."""

    def __init__(self, count: int, known: dict[int, PageFacts]):
        self._count, self._known = count, known

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        """Return the facts of a page."""
        return self._known[index]


def facts_of_source(source: SourceFile, wanted: Iterable[int]) -> FileFacts:
    """Return the facts of a file and of the `wanted` pages, from 0, and of no others.

    ValueError or LookupError where something is not as docgen writes it.
    """
    distinct: dict[tuple[bytes | None, ...], PageFacts] = {}
    is_press = any(
        entries(source.resolved(each)).get(b"/S") == b"/GTS_PDFX"
        for each in members(source.resolved(source.catalogue.get(b"/OutputIntents", b"[]")))
    )
    pages: dict[int, PageFacts] = {}
    for index in wanted:
        page = source.page(index)
        if page.entries.get(b"/Type") != b"/Page":
            raise DamagedPdf
        key = tuple([page.entries.get(name) for name in ENTRIES])
        if key not in distinct:
            distinct[key] = _page_facts(source, page.entries, is_press=is_press)
        pages[index] = distinct[key]
    seen: set[bytes] = set()
    resources = dict.fromkeys(key[-1] or b"<<>>" for key in distinct)
    return FileFacts(
        title=source.info.get(b"/Title", "").strip(),
        language=text_of_string(source.resolved(source.catalogue.get(b"/Lang", b"()"))),
        form=_own_word(source, "docgenform"),
        fonts=tuple(dict.fromkeys(font for raw in resources for font in _fonts(source, raw, seen))),
        pages=SomePages(source.count, pages),
        is_press=is_press,
        sides=2 if _own_word(source, "docgensides") == "2" else 1,
        has_layers=b"/OCProperties" in source.catalogue,
    )


def _own_word(source: SourceFile, name: str) -> str | None:
    for key, value in source.info.items():
        if re.sub(rb"[^a-z]", b"", key.lower()).decode() == name:
            return value
    return None


def _page_facts(source: SourceFile, page: dict[bytes, bytes], *, is_press: bool) -> PageFacts:
    """Return the facts of a page; a box that is missing is that which ISO 32000-1, table 30, has in its place."""
    unit = float(source.resolved(page.get(b"/UserUnit", b"1")))
    media = _box(source, page[b"/MediaBox"])
    crop = _box(source, page[b"/CropBox"]) if b"/CropBox" in page else media
    trim = _box(source, page[b"/TrimBox"]) if b"/TrimBox" in page else crop
    sizes = {
        name: (pt((right - left) * unit), pt((top - bottom) * unit))
        for name, (left, bottom, right, top) in zip(BOXES, (media, crop, trim), strict=True)
    }
    rotation = int(source.resolved(page.get(b"/Rotate", b"0"))) % 360
    is_trimmed = is_press and b"/TrimBox" in page and trim != media
    return PageFacts(sizes, rotation, unit, trim if is_trimmed else None)


def _box(source: SourceFile, raw: bytes) -> Sides:
    left, bottom, right, top = source.numbers(raw)
    return left, bottom, right, top


def _fonts(source: SourceFile, raw: bytes, seen: set[bytes]) -> Iterator[FontFact]:
    """Yield the fonts in resources, and in those of the form XObjects that they name."""
    if raw in seen:
        return
    seen.add(raw)
    resources = entries(source.resolved(raw))
    for font in entries(source.resolved(resources.get(b"/Font", b"<<>>"))).values():
        if font not in seen:
            seen.add(font)
            yield _font_fact(source, entries(source.resolved(font)))
    for drawn in entries(source.resolved(resources.get(b"/XObject", b"<<>>"))).values():
        number = reference(drawn)
        if number is not None and drawn not in seen:
            seen.add(drawn)
            form = entries(source.object(number).head)
            if form.get(b"/Subtype") == b"/Form" and b"/Resources" in form:
                yield from _fonts(source, form[b"/Resources"], seen)


def _font_fact(source: SourceFile, font: dict[bytes, bytes]) -> FontFact:
    name = source.resolved(font[b"/BaseFont"]).decode("ascii")
    if "#" in name:
        raise DamagedPdf
    described = font
    if b"/DescendantFonts" in font:
        [descendant] = members(source.resolved(font[b"/DescendantFonts"]))
        described = entries(source.resolved(descendant))
    descriptor = entries(source.resolved(described.get(b"/FontDescriptor", b"<<>>")))
    is_drawn = font.get(b"/Subtype") == b"/Type3"
    return FontFact(name.removeprefix("/"), is_drawn or any(key.encode() in descriptor for key in FONT_FILES))
