"""A fixed page as a real Word page: artwork behind the text, each text in a frame at its exact position, editable.

`frames` says what the frames of a page are; this module has the Word template that docxtpl fills with them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import NamedTuple

from markupsafe import Markup

from docgen.artwork import ArtworkFolders
from docgen.compose.page import Graphic, Page, SymbolItem, TextItem
from docgen.form import Form
from docgen.form.places import Picture
from docgen.paint.alternatives import alternative
from docgen.paint.docx.anchors import anchored
from docgen.paint.docx.codes import WordCode, placed_codes
from docgen.paint.docx.drawings import drawings_of
from docgen.paint.docx.frames import FramedParagraph, frames_of
from docgen.paint.docx.package import attach_images, pack
from docgen.paint.docx.skeleton import MAIN, document_parts, section
from docgen.paint.docx.styles import CAPTION, WordStyle, form_styles
from docgen.paint.docx.templates import fill_template
from docgen.paint.info import DocumentInfo
from docgen.units import Length


@dataclass(frozen=True, slots=True)
class WordPage:
    """A page as the template prints it: its frames, which of the template's sheets of pictures it has, its bookmark if any.

    A signed code is no picture of a sheet, for no two pages have the same.
    """

    frames: list[FramedParagraph]
    sheet: int = 0
    bookmark: str = ""
    #: Runs with the signed codes of the page, as markup.
    codes: str = ""


class WordLook(NamedTuple):
    """What a form's page has besides its texts and pictures: their styles, and by their places what pictures show in words."""

    styles: tuple[WordStyle, ...]
    alternatives: tuple[tuple[str, str], ...]


def look_of(form: Form) -> WordLook:
    """Return the styles of a form's texts and what its pictures show."""
    shown = ((place.name, alternative(place, form)) for place in form.places if isinstance(place, Picture))
    return WordLook(tuple(form_styles(form).values()), tuple(shown))


def paint_docx(form: Form, pages: list[Page], info: DocumentInfo, artwork: ArtworkFolders) -> bytes:
    """Return pages of a fixed form, all of one size, as a Word document with the bookmarks of `info`.

    DataError for artwork unfit for print.
    """
    sheets = {sheet: number for number, sheet in enumerate(dict.fromkeys(map(_pictures, pages)))}
    template = page_template(pages[0].width, pages[0].height, tuple(sheets), artwork, look_of(form))
    names = {page: _bookmark(number, label) for number, (label, page) in enumerate(info.bookmarks, 1)}
    codes = [placed_codes(form, page) for page in pages]
    painted = [
        WordPage(frames_of(form, page), sheets[_pictures(page)], names.get(number, ""), _runs(codes[number]))
        for number, page in enumerate(pages)
    ]
    images = {code.link: code.file for each in codes for code in each}
    return fill_template(template, {"pages": painted}, info, images=images)


def _pictures(page: Page) -> tuple[Graphic, ...]:
    return tuple(item for item in page.items if not isinstance(item, (TextItem, SymbolItem)))


def _runs(codes: list[WordCode]) -> Markup:
    return Markup("").join([code.run for code in codes])


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

#: The paragraph that carries the pictures of a sheet, and ends the section of its page where another page follows.
CARRIER = (
    "<w:p><w:r><w:t>{{%p if page.sheet == {sheet} %}}</w:t></w:r></w:p>"
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    "{{% if not loop.last %}}{section}{{% endif %}}</w:pPr>"
    '{{% if page.bookmark %}}<w:bookmarkStart w:id="{{{{ loop.index }}}}" w:name="{{{{ page.bookmark }}}}"/>'
    '<w:bookmarkEnd w:id="{{{{ loop.index }}}}"/>{{% endif %}}{drawings}{{{{ page.codes }}}}</w:p>'
    "<w:p><w:r><w:t>{{%p endif %}}</w:t></w:r></w:p>"
)
PAGES = "<w:p><w:r><w:t>{{%p for page in pages %}}</w:t></w:r></w:p>{page}<w:p><w:r><w:t>{{%p endfor %}}</w:t></w:r></w:p>"


@lru_cache(maxsize=16)
def page_template(
    width: Length, height: Length, sheets: tuple[tuple[Graphic, ...], ...], artwork: ArtworkFolders, look: WordLook
) -> bytes:
    """Return the Word template of pages: the pictures of each kind of sheet, and the loops over pages and their texts."""
    alternatives = dict(look.alternatives)
    own_section = section(width, height)
    images: dict[bytes, str] = {}
    orders = count(1)
    carriers = ""
    for number, pictures in enumerate(sheets):
        drawn = [drawing for item in pictures for drawing in drawings_of(item, artwork)]
        links = [images.setdefault(each.content, f"image{len(images) + 1}") for each in drawn]
        anchors = "".join(
            [anchored(next(orders), each, link, alternatives.get(each.name, "")) for each, link in zip(drawn, links, strict=True)]
        )
        carriers += CARRIER.format(sheet=number, section=own_section, drawings=anchors)
    styles = {style.identifier: style.markup for style in (*look.styles, CAPTION)}
    parts = document_parts(PAGES.format(page=f"{FRAMES}{carriers}") + own_section, "".join(styles.values()))
    files = {link: (f"media/{link}.png", content) for content, link in images.items()}
    return pack(attach_images(parts, MAIN, files))
