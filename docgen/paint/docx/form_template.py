"""A fixed form as a Word template that a clerk changes in Word: frames at exact positions, data as tags.

A frame stands where a record that the template is measured with has its text, and is as wide as the text may get. What Word
cannot do stays with the painted page (`paint/word.py`): lines that shrink, or move because others take more room.
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.artwork import ArtworkFolders
from docgen.compose import TextAreas, compose, text_areas_of
from docgen.compose.lines import LEADING
from docgen.compose.page import PRINT_LAYERS, Layer, Page, TextItem
from docgen.compose.text_areas import TextArea
from docgen.errors import UsageError
from docgen.files import read_bytes
from docgen.form import Form
from docgen.form.places import INK, AnnexHeading, Picture, Place, Text
from docgen.messages import _
from docgen.paint.docx.page import ALIGNMENT, BASELINE_SHARE, Frame, Run, WordPage, frames_of, page_template
from docgen.paint.docx.templates import fill_template
from docgen.paint.info import DocumentInfo
from docgen.prints import Print
from docgen.record import Record
from docgen.units import Box

#: A page without a table is the only one, which a text of all pages may tell.
ONLY_PAGE = "{% set page, pages = 1, 1 %}"


def word_template(form: Form, record: Record, info: DocumentInfo, artwork: ArtworkFolders) -> bytes:
    """Return the Word template of a form: its own one when it flows or holds a table, else one made from its places.

    `record` is what the places are measured with. UsageError where there is none; DataError for artwork unfit for print.
    """
    if not form.is_fixed or form.table:
        return _own_template(form)
    page = compose(form, record, PRINT_LAYERS[Print.FULL])[0]
    pictures = tuple(item for item in page.items if not isinstance(item, TextItem) and item.layer is Layer.MASTER)
    areas = text_areas_of(form, record)
    frames = [frame for place in form.places for frame in _frames(place, form, page, areas)]
    template = page_template(page.width, page.height, (pictures,), artwork)
    return fill_template(template, {"pages": [WordPage(frames)]}, info)


def _own_template(form: Form) -> bytes:
    path = form.template("template.docx")
    if path is None:
        message = _("“{id}” has no Word template, and one cannot be made from a table or a body.html", id=form.id)
        hint = _("Copy the template.docx of a form that is like it, and change it in Word.")
        raise UsageError.because("template-none", message, hint)
    return read_bytes(path)


def _frames(place: Place, form: Form, page: Page, areas: TextAreas) -> Iterator[Frame]:
    if isinstance(place, AnnexHeading):
        items = [item for item in page.items if item.place == place.name and isinstance(item, TextItem)]
        yield from frames_of(form, items)
    elif isinstance(place, Text):
        yield _text_frame(areas.texts[place.name])
    elif place.name in areas.pictures:
        yield _picture_frame(place, areas.pictures[place.name])


def _text_frame(area: TextArea) -> Frame:
    place, size = area.place, area.font.size
    pitch = size * LEADING
    source = place.text.source if place.pages == "first" else ONLY_PAGE + place.text.source
    run = Run(source, round(size.pt * 2), area.font.bold, area.font.italic, place.colour.lstrip("#"))
    return Frame(
        left=area.left.twips,
        top=(area.baseline - pitch * BASELINE_SHARE).twips,
        width=(area.right - area.left).twips,
        height=(pitch * area.lines).twips,
        line=pitch.twips,
        align=ALIGNMENT[place.align],
        lines=[[run]],
        rule="atLeast",
    )


def _picture_frame(place: Picture, box: Box) -> Frame:
    """A frame of the picture's size with its tag, whose line grows to hold it."""
    tag = f'{{{{ {place.field} | picture("{place.diameter.mm:g}mm") }}}}'
    return Frame(
        left=box.left.twips,
        top=box.top.twips,
        width=box.width.twips,
        height=box.height.twips,
        line=20,
        align="left",
        lines=[[Run(tag, 16, False, False, INK.lstrip("#"))]],
        rule="atLeast",
        line_rule="atLeast",
    )
