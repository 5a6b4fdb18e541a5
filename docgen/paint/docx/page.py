"""A fixed page as a real Word page: artwork behind the text, each text in a frame at its exact position, editable.

`frames` says what the frames of a page are; this module has the Word template that docxtpl fills with them.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, NamedTuple

from markupsafe import Markup

from docgen.artwork import ArtworkFolders
from docgen.compose.page import Graphic, Page, SymbolItem, TextItem
from docgen.form import Form
from docgen.form.places import Picture
from docgen.paint.alternatives import alternative
from docgen.paint.docx.anchors import anchored
from docgen.paint.docx.codes import placed_codes
from docgen.paint.docx.drawings import Drawing, drawings_of
from docgen.paint.docx.frames import FramedParagraph, frames_of
from docgen.paint.docx.insets import Insets
from docgen.paint.docx.package import CORE, Parts, StreamedPart, attach_images, core_properties, prepare, write_package
from docgen.paint.docx.skeleton import MAIN, document_parts, section
from docgen.paint.docx.styles import CAPTION, WordStyle, form_styles
from docgen.paint.docx.templates import FilledPart, compile_part, fill_part, no_pictures
from docgen.paint.info import DocumentInfo
from docgen.units import Length


@dataclass(frozen=True, slots=True)
class WordPage:
    """A page as the template prints it: its frames, its pictures and signed codes as markup, its bookmark if any."""

    frames: list[FramedParagraph]
    drawings: Markup
    bookmark: str = ""
    number: int = 1


class WordLook(NamedTuple):
    """What a form's page has besides its texts and pictures: their styles, and by their places what pictures show in words."""

    styles: tuple[WordStyle, ...]
    alternatives: tuple[tuple[str, str], ...]


def look_of(form: Form) -> WordLook:
    """Return the styles of a form's texts and what its pictures show."""
    shown = ((place.name, alternative(place, form)) for place in form.places if isinstance(place, Picture))
    return WordLook(tuple(form_styles(form).values()), tuple(shown))


def paint_docx(form: Form, pages: list[Page], info: DocumentInfo, artwork: ArtworkFolders) -> bytes:
    """Return pages of a fixed form, all of one size, as a Word document; errors as of `WordVolume.add`."""
    volume, file = WordVolume(form, artwork), io.BytesIO()
    for page in pages:
        volume.add(page)
    volume.close(file, info)
    return file.getvalue()


class WordVolume:
    """A Word document of pages of a fixed form, all of one size, in the making, with a section for each.

    Each page is filled when it comes. A section ends with the last paragraph of its page, and that of the last page is the
    document's own: so a page is written when there is another after it.
    """

    def __init__(self, form: Form, artwork: ArtworkFolders):
        self._form, self._look = form, look_of(form)
        self._sheets = Sheets(artwork, self._look)
        self._main = StreamedPart()
        self._codes: dict[str, tuple[str, bytes]] = {}
        #: The last page, and what closes the document after it.
        self._last = self._foot = b""
        self._drawn = self._bookmarks = 0
        self.pages = 0

    def add(self, page: Page, label: str = "") -> None:
        """Add a page, with a bookmark where it has a label; DataError for artwork unfit for print."""
        pictures = tuple(item for item in page.items if not isinstance(item, (TextItem, SymbolItem)))
        codes = placed_codes(self._form, page)
        self._codes |= {code.link: code.file for code in codes}
        drawings = self._sheets.runs(pictures) + Markup("").join([code.run for code in codes])
        self._bookmarks += bool(label)
        bookmark = _bookmark(self._bookmarks, label) if label else ""
        self._add(WordPage(frames_of(self._form, page), drawings, bookmark, self.pages + 1), page.width, page.height)

    def add_framed(self, frames: list[FramedParagraph], pictures: tuple[Graphic, ...], width: Length, height: Length) -> None:
        """Add a page with these frames; errors as of `add`."""
        self._add(WordPage(frames, self._sheets.runs(pictures), number=self.pages + 1), width, height)

    def _add(self, page: WordPage, width: Length, height: Length) -> None:
        filled = fill_part(page_part(width, height), {"page": page}, Insets(no_pictures), drawn=self._drawn)
        begins, ends = filled.index(BODY) + len(BODY), filled.rindex(SECTION)
        self._main.write(self._last if self.pages else filled[:begins])
        self._last, self._foot = filled[begins:ends], filled[ends:]
        self._drawn += filled.count(DRAWN)
        self.pages += 1

    def close(self, file: IO[bytes], info: DocumentInfo) -> None:
        """Write the document to a file."""
        before, _section, after = self._last.rpartition(self._foot.removesuffix(END))
        self._main.write(before + after + self._foot)
        parts = attach_images(still_parts(self._look, tuple(self._sheets.images.items())), MAIN, self._codes)
        write_package(file, parts | {MAIN: self._main, CORE: core_properties(info)})


class Sheets:
    """The kinds of sheets that a document has, each with the pictures that it shows behind the text.

    `images` are their files, by links in the document.
    """

    def __init__(self, artwork: ArtworkFolders, look: WordLook):
        self._artwork, self._alternatives = artwork, dict(look.alternatives)
        self._runs: dict[tuple[Graphic, ...], Markup] = {}
        self._links: dict[bytes, str] = {}
        self._drawn = 0

    @property
    def images(self) -> dict[str, tuple[str, bytes]]:
        """File names in the package and contents, by their links in the document."""
        return {link: (f"media/{link}.png", content) for content, link in self._links.items()}

    def runs(self, pictures: tuple[Graphic, ...]) -> Markup:
        """Return the runs with the pictures of a sheet, stacked in their order; DataError for artwork unfit for print."""
        found = self._runs.get(pictures)
        if found is None:
            found = self._runs[pictures] = Markup("").join(map(self._run, self._drawings(pictures)))
        return found

    def _drawings(self, pictures: tuple[Graphic, ...]) -> list[Drawing]:
        return [drawing for item in pictures for drawing in drawings_of(item, self._artwork)]

    def _run(self, drawing: Drawing) -> Markup:
        self._drawn += 1
        link = self._links.setdefault(drawing.content, f"image{len(self._links) + 1}")
        return Markup(anchored(self._drawn, drawing, link, self._alternatives.get(drawing.name, "")))


def _bookmark(number: int, label: str) -> str:
    """Return a name that Word takes: letters, digits and underscores, 40 at the most, a letter first, no other like it."""
    return f"r{number}_{re.sub(r'[^0-9A-Za-zА-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]+', '_', label)}"[:40].rstrip("_")


#: The loops that docxtpl runs on a page: a framed paragraph for each text, a run for each format, a line break between lines.
FRAMES = (
    "<w:p><w:r><w:t>{%p for frame in page.frames %}</w:t></w:r></w:p>"
    "<w:p><w:pPr>{{ frame.properties }}</w:pPr>"
    "{% for line in frame.lines %}{% if not loop.first %}<w:r><w:br/></w:r>{% endif %}{% for run in line %}"
    '<w:r><w:rPr>{{ run.properties }}</w:rPr><w:t xml:space="preserve">{{ run.text }}</w:t></w:r>{% endfor %}{% endfor %}</w:p>'
    "<w:p><w:r><w:t>{%p endfor %}</w:t></w:r></w:p>"
)

#: The paragraph that carries the pictures of a page, and ends its section.
CARRIER = (
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>{section}</w:pPr>'
    '{{% if page.bookmark %}}<w:bookmarkStart w:id="{{{{ page.number }}}}" w:name="{{{{ page.bookmark }}}}"/>'
    '<w:bookmarkEnd w:id="{{{{ page.number }}}}"/>{{% endif %}}{{{{ page.drawings }}}}</w:p>'
)
#: Where the body of a document begins, its own section and its end; and what each drawing has.
BODY, SECTION, END, DRAWN = b"<w:body>", b"<w:sectPr>", b"</w:body></w:document>", b"<wp:docPr "


@lru_cache(maxsize=16)
def page_part(width: Length, height: Length) -> FilledPart:
    """Return the document of one page, as the template that its values fill."""
    own_section = section(width, height)
    body = f"{FRAMES}{CARRIER.format(section=own_section)}{own_section}"
    return compile_part(document_parts(body, "")[MAIN], is_main=True)


@lru_cache(maxsize=16)
def still_parts(look: WordLook, images: tuple[tuple[str, tuple[str, bytes]], ...]) -> Parts:
    """Return the parts that are the same whatever the pages say: styles, and the images of sheets by their links."""
    styles = {style.identifier: style.markup for style in (*look.styles, CAPTION)}
    parts = document_parts("", "".join(styles.values()))
    return prepare(attach_images(parts, MAIN, dict(images)))
