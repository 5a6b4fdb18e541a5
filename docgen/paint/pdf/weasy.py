"""PDF by WeasyPrint: pages become absolutely placed HTML, bodies of flowing forms are laid out by WeasyPrint itself.

Artwork is painted once each, and laid under the pages that carry it by `background`.
"""

from __future__ import annotations

import logging
import math
import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import lru_cache, partial
from html import escape
from typing import IO, TYPE_CHECKING, Any

from docgen import fonts
from docgen.artwork import Artwork, ArtworkFolders
from docgen.compose.page import Page, TextItem
from docgen.confined import operation
from docgen.errors import DataError, MachineError
from docgen.fonts.faces import Face, Font
from docgen.messages import _, translated
from docgen.paint.info import PRODUCER, DocumentInfo
from docgen.timeouts import TimedOut, time_limit
from docgen.units import Length, pt

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: URLs that the documents may name; everything else is refused.
SCHEME = "docgen:"

Resources = dict[str, tuple[bytes, str]]
#: Completes a file of pydyf before it is written.
Finisher = Callable[[Any], None]


def paint_pages(pages: list[Page], info: DocumentInfo, artwork: ArtworkFolders) -> bytes:
    """Return one PDF of the pages; DataError for artwork that is missing or unfit for print."""
    from docgen.paint.pdf.background import lay_under

    texts = write_pdf(_document(pages, info), {}, zoom=POINTS)
    return lay_under(texts, pages, artwork, paint_artwork)


@lru_cache(maxsize=32)
def paint_artwork(artwork: Artwork, width: Length, height: Length) -> bytes:
    """Return a PDF of one page that is `width` by `height` and filled by the artwork.

    What does not come with docgen is painted in a child process.
    """
    paint = painted_artwork.function if artwork.is_shipped else painted_artwork.within(file=artwork.name)
    return paint(artwork.name, artwork.content, artwork.media_type, width.mm, height.mm)


@operation(seconds=90, megabytes=1024, loads=("weasyprint",))
def painted_artwork(name: str, content: bytes, media_type: str, width: float, height: float) -> bytes:
    """Return a PDF of one page, `width` by `height` in mm, that is filled by a picture; DataError if it cannot be painted."""
    url = f"{SCHEME}artwork"
    size = f"{width:.6f}mm;height:{height:.6f}mm"
    html = (
        f"<!DOCTYPE html><style>@page{{size:{width:.6f}mm {height:.6f}mm;margin:0}}body{{margin:0}}"
        f'img{{display:block;width:{size};object-fit:contain}}</style><img src="{url}">'
    )
    try:
        return write_pdf(html, {url: (content, media_type)})
    except (TimedOut, RecursionError):
        message, hint = _("the drawing is too intricate to be painted"), _("Save it anew as SVG, PDF or PNG.")
        raise DataError.because("artwork-damaged", message, hint, file=name) from None
    except MachineError as error:
        if error.problems[0].code != "page-incomplete":
            raise
        message = _("the drawing cannot be painted: {reason}", reason=error.problems[0].message)
        raise DataError.because("artwork-damaged", message, _("Save it anew as SVG, PDF or PNG."), file=name) from None


def empty_pdf(width: Length, height: Length) -> bytes:
    """Return a PDF of one empty page, to lay a background under."""
    return write_pdf(f"<!DOCTYPE html><style>@page{{size:{width.mm:.6f}mm {height.mm:.6f}mm;margin:0}}</style>", {})


#: How long a layout may take: so many seconds, and one for so many letters; a report takes a tenth of that.
LAYOUT_SECONDS, LAYOUT_PACE = 60, 2000


def write_pdf(html: str, resources: Mapping[str, tuple[bytes, str]], zoom: float = 1) -> bytes:
    """Return the PDF of an HTML document that may load nothing but `resources` (URL → content, media type) and our faces.

    `zoom` is the size of a CSS pixel in 1/96 in. TimedOut for one that would be laid out without end, RecursionError for one
    that is nested too deeply, MachineError where WeasyPrint left something out.
    """
    return written(lay_out(html, resources), zoom)


def lay_out(html: str, resources: Mapping[str, tuple[bytes, str]], drawings: Mapping[str, object] | None = None) -> Any:
    """Return the pages of an HTML document as WeasyPrint has them; parameters and errors as of `write_pdf`.

    `drawings` are pictures that draw themselves, by their URL (`code_foot`).
    """
    with _weasyprint() as weasyprint, _no_warnings():
        fetcher = _fetcher({**resources, **_face_resources()})
        fonts_here = _font_configuration()

        def render() -> Any:
            document = weasyprint.HTML(string=html, base_url=SCHEME, url_fetcher=fetcher)
            _clamp_spans(document.etree_element)
            return document.render(font_config=fonts_here, cache=dict(drawings or {}))

        return time_limit(LAYOUT_SECONDS + len(html) / LAYOUT_PACE, render)


def written(document: Any, zoom: float = 1, finisher: Finisher | None = None, **options: Any) -> bytes:
    """Return the PDF of a document that was laid out, or of some of its pages; parameters and errors as of `write_pdf`.

    `finisher` completes the file before it is written; `options` are WeasyPrint's.
    """

    def finish(document: Any, pdf: Any) -> None:
        _name_faces(pdf)
        if finisher:
            finisher(pdf)

    with _no_warnings():
        write = partial(document.write_pdf, zoom=zoom, finisher=finish, custom_metadata=True, **options)
        content: bytes = time_limit(LAYOUT_SECONDS + len(document.pages), write)
        return content


#: The columns and rows that a cell may span (HTML, 4.9.11); WeasyPrint itself would make a list of as many as are asked for.
SPANS = {"colspan": 1000, "rowspan": 65534, "span": 1000}


def _clamp_spans(root: Element) -> None:
    for element in root.iter():
        for name in SPANS.keys() & element.keys():
            digits = re.match(r"\s*\+?(\d+)", element.get(name, ""))
            if digits and (len(digits[1]) > 5 or int(digits[1]) > SPANS[name]):
                element.set(name, str(SPANS[name]))


def _name_faces(pdf: Any) -> None:
    """Name each embedded face by its PostScript name (ISO 32000-1, 9.6.2.1); WeasyPrint names it as Pango does."""
    for entry in pdf.objects:
        for key in ("BaseFont", "FontName"):
            if isinstance(entry, dict) and key in entry:
                tag, _plus, name = entry[key].partition(b"+")
                entry[key] = b"+".join((tag, face_named(name).postscript_name.encode()))


def face_named(name: bytes) -> Face:
    """Return the face that Pango calls so."""
    return fonts.family().face(Font(pt(1), bold=b"Bold" in name, italic=b"Italic" in name))


def face_rules() -> str:
    """Return the @font-face rules of the four faces, under the family name of the files themselves."""
    return "".join(
        f"@font-face{{font-family:'{face.family}';src:url({_face_url(face)});"
        f"font-weight:{'bold' if face.bold else 'normal'};font-style:{'italic' if face.italic else 'normal'}}}"
        for face in fonts.family().faces
    )


def head(info: DocumentInfo) -> str:
    """Return what every HTML document begins with: metadata, faces, and text set by advance widths alone."""
    day = info.dated.strftime("%Y-%m-%dT%H:%M:%SZ")
    sides = f'<meta name="docgen-sides" content="{info.sides}">' if info.sides > 1 else ""
    return (
        f'<!DOCTYPE html><html lang="{info.language}"><head><meta charset="utf-8"><title>{escape(info.title)}</title>'
        f'<meta name="generator" content="{PRODUCER}"><meta name="docgen-form" content="{escape(info.form)}">{sides}'
        f'<meta name="dcterms.created" content="{day}"><meta name="dcterms.modified" content="{day}">'
        f"<style>{face_rules()}"
        f"html{{font-family:'{fonts.family().name}';font-kerning:none;font-variant-ligatures:none}}</style>"
    )


#: Fixed pages are drawn with a CSS pixel of one point: Pango rounds sizes to 1/1024 px, so that 14 pt is 14 pt exactly.
POINTS = 96 / 72

PAGE_STYLE = """
@page{{size:{width:.4f}px {height:.4f}px;margin:0}}
body{{margin:0}}
section{{position:relative;width:{width:.4f}px;height:{height:.4f}px;overflow:hidden;break-after:page}}
section:last-child{{break-after:avoid}}
h1{{position:absolute;margin:0;font-size:0;bookmark-level:1;bookmark-label:attr(data-label)}}
i{{position:absolute;display:block;font-style:normal;font-weight:normal;white-space:pre}}
"""


def _document(pages: list[Page], info: DocumentInfo) -> str:
    labels: dict[int, list[str]] = {}
    for label, index in info.bookmarks:
        labels.setdefault(index, []).append(f'<h1 data-label="{escape(label)}"></h1>')
    style = PAGE_STYLE.format(width=pages[0].width.pt, height=pages[0].height.pt)
    parts = [head(info), f"<style>{style}</style></head><body>"]
    for index, page in enumerate(pages):
        drawn = "".join(_draw_text(item) for item in page.items if isinstance(item, TextItem))
        parts.append(f"<section>{''.join(labels.get(index, ()))}{drawn}</section>")
    return "".join([*parts, "</body></html>"])


def _draw_text(item: TextItem) -> str:
    """Place the line box so that its baseline, at the face's ascent below its top, is the run's own."""
    face = fonts.family().face(item.font)
    ascent, descent = _in_pango_units(face.ascent * item.font.size.pt), -_in_pango_units(-face.descent * item.font.size.pt)
    style = (
        f"left:{item.left.pt:.4f}px;top:{item.baseline.pt - ascent:.6f}px;line-height:{ascent + descent:.10f}px;"
        f"{_font_style(item.font)};color:{item.colour}"
    )
    return f'<i style="{style}">{escape(item.text)}</i>'


def _in_pango_units(points: float) -> float:
    """Return a length as Pango rounds it: to 1/1024 of a CSS pixel, which is a point here."""
    return math.floor(points * 1024 + 0.5) / 1024


def _font_style(font: Font) -> str:
    weight = ";font-weight:bold" if font.bold else ""
    style = ";font-style:italic" if font.italic else ""
    return f"font-size:{font.size.pt:.4f}px{weight}{style}"


def _face_url(face: Face) -> str:
    return f"{SCHEME}face/{face.path.name}"


def _face_resources() -> Resources:
    return {_face_url(face): (face.path.read_bytes(), "font/ttf") for face in fonts.family().faces}


def _fetcher(resources: Mapping[str, tuple[bytes, str]]) -> Any:
    """Return a fetcher that knows the given resources and nothing else: no network, no other file (third law)."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnResources(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        def fetch(self, url: str, headers: object = None) -> Any:
            if url not in resources:
                raise ValueError(f"not one of the document's own files: {url}")
            content, media_type = resources[url]
            return URLFetcherResponse(url, content, {"Content-Type": media_type})

    return OwnResources(fail_on_errors=True)


_thread = threading.local()
_loading = threading.Lock()
#: A fontconfig without the machine's fonts: a page is set in our faces or not at all.
FONTCONFIG = (
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig><dir>{folder}</dir></fontconfig>'
)


def _fontconfig_file() -> IO[str]:
    """Return an open file that names the folder of our faces; MachineError where it cannot be written."""
    try:
        with ExitStack() as opened:
            file = opened.enter_context(tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="utf-8"))
            file.write(FONTCONFIG.format(folder=escape(str(fonts.family().faces[0].path.parent))))
            file.flush()
            opened.pop_all()
            return file
    except OSError as error:
        message = _("a temporary file cannot be written: {reason}", reason=translated(error.strerror or str(error)))
        hint = _("Make room in the system's folder for them, or name another folder in TMPDIR.")
        raise MachineError.because("temporary-failed", message, hint) from None


@contextmanager
def _our_fontconfig() -> Iterator[None]:
    """Point fontconfig at our faces while it loads, then restore the variable: others in the process keep their fonts."""
    with _loading, _fontconfig_file() as file:
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = file.name
        try:
            yield
        finally:
            os.environ.pop("FONTCONFIG_FILE")
            if before is not None:
                os.environ["FONTCONFIG_FILE"] = before


def _font_configuration() -> Any:
    """Return this thread's fonts; Pango's font maps are not shared between threads."""
    if not hasattr(_thread, "fonts"):
        from weasyprint.text.fonts import FontConfiguration

        with _our_fontconfig():
            _thread.fonts = FontConfiguration()
    return _thread.fonts


@contextmanager
def _weasyprint() -> Iterator[Any]:
    """Import WeasyPrint where it is used; MachineError with the remedy when a system library is missing."""
    try:
        if not hasattr(_thread, "weasyprint"):
            with _our_fontconfig():
                import weasyprint

                _thread.weasyprint = weasyprint
    except OSError as error:
        raise MachineError.because(
            "library-missing",
            _("a system library that WeasyPrint needs cannot be loaded: {reason}", reason=str(error).splitlines()[0]),
            _("On Debian or Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
        ) from None
    yield _thread.weasyprint


@contextmanager
def _no_warnings() -> Iterator[None]:
    """Raise MachineError for a warning of WeasyPrint: it means that something was left out of the page."""
    collector = _Collector(threading.get_ident())
    logger = logging.getLogger("weasyprint")
    logger.addHandler(collector)
    try:
        yield
    finally:
        logger.removeHandler(collector)
    if collector.messages:
        raise MachineError.because("page-incomplete", _("WeasyPrint could not paint all: {reason}", reason=collector.messages[0]))


class _Collector(logging.Handler):
    """Collects the warnings of one thread's painting."""

    def __init__(self, thread: int):
        super().__init__(logging.WARNING)
        self.thread = thread
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.messages.append(record.getMessage())
