"""The Word template of a form: its own one filled with a record, or one that is made from its places for a clerk to change.

The latter has frames at exact positions and data as tags. A frame is where a record that the template is measured with has
its text, and is as wide as the text may get. What Word cannot do is left to the painted page (`docx/page.py`): lines that
shrink, or move because others are longer.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from docgen.artwork import ArtworkFolders, artwork_folders
from docgen.compose import TextArea, TextAreas, compose, text_areas_of
from docgen.compose.lines import LEADING
from docgen.compose.page import PRINT_LAYERS, Layer, Page, TextItem
from docgen.errors import UsageError
from docgen.fields.image import Image
from docgen.files import read_bytes
from docgen.fonts.faces import Font
from docgen.form import Form
from docgen.form.places import INK, AnnexHeading, Picture, Place, SigningLine, Text
from docgen.messages import _
from docgen.paint.docx.codes import codes_of_template
from docgen.paint.docx.frames import BASELINE_SHARE, FramedParagraph, Run, framed, frames_of
from docgen.paint.docx.page import WordVolume
from docgen.paint.docx.pictures import from_artwork
from docgen.paint.docx.styles import CAPTION, WordStyle, form_styles, run_properties
from docgen.paint.docx.templates import fill_template
from docgen.paint.flowing import template_values
from docgen.paint.info import DocumentInfo
from docgen.prints import Print
from docgen.record import Record
from docgen.units import Box, pt

WORD_TEMPLATE = "template.docx"
#: A page without a table is the only one; a text of all pages may print its number.
ONLY_PAGE = "{% set page, pages = 1, 1 %}"


def fill_docx(form: Form, record: Record, info: DocumentInfo, artwork: ArtworkFolders | None = None) -> bytes:
    """Return the form's own template.docx filled with the record.

    `artwork` is where the record's pictures are. For many records the template is compiled once (`docx.compile_template`).
    UsageError where the form has no template, FormError when it is wrong.
    """
    path = _own_template(form)
    template = _template(path, path.stat().st_mtime_ns)
    values, pictures = template_values(form, record), from_artwork(artwork or artwork_folders(), _shown(form, record))
    flows, codes = not form.is_fixed, codes_of_template(form, record)
    return fill_template(template, values, info, name=str(path), pictures=pictures, flows=flows, codes=codes)


def _shown(form: Form, record: Record) -> dict[str, str]:
    """Return what the pictures of a record show, by their names: the labels of their fields."""
    pictures = [field for field in form.fields if isinstance(field, Image)]
    return {str(name): field.label["kk"] for field in pictures if (name := record.values.get(field.name))}


@lru_cache(maxsize=8)
def _template(path: Path, _modified: int) -> bytes:
    """Return a template's bytes, the same object for every record until somebody changes it."""
    return read_bytes(path)


def word_template(form: Form, record: Record, info: DocumentInfo, artwork: ArtworkFolders) -> bytes:
    """Return a Word template to change: the form's own one when it flows or holds a table, else one made from its places.

    `record` is what the places are measured with. UsageError where there is none; DataError for artwork unfit for print.
    """
    if not form.is_fixed or form.table:
        return read_bytes(_own_template(form))
    page = compose(form, record, PRINT_LAYERS[Print.FULL])[0]
    pictures = tuple(item for item in page.items if not isinstance(item, TextItem) and item.layer is Layer.MASTER)
    areas = text_areas_of(form, record)
    frames = [frame for place in form.places for frame in _frames(place, form, page, areas)]
    volume, file = WordVolume(form, artwork), io.BytesIO()
    volume.add_framed(frames, pictures, page.width, page.height)
    volume.close(file, info)
    return file.getvalue()


def _own_template(form: Form) -> Path:
    path = form.template(WORD_TEMPLATE)
    if path is None:
        message = _("“{id}” has no Word template, and one cannot be made from a table or a body.html", id=form.id)
        hint = _("Copy the template.docx of a form that is like it, and change it in Word.")
        raise UsageError.because("template-none", message, hint)
    return path


def _frames(place: Place, form: Form, page: Page, areas: TextAreas) -> Iterator[FramedParagraph]:
    if isinstance(place, AnnexHeading | SigningLine):
        items = tuple(item for item in page.items if item.place == place.name)
        yield from frames_of(form, Page(page.width, page.height, items))
    elif isinstance(place, Text) and place.is_on(page=1):
        yield _text_frame(areas.texts[place.name], form_styles(form)[place.name])
    elif isinstance(place, Picture) and place.name in areas.pictures:
        yield _picture_frame(place, areas.pictures[place.name])


def _text_frame(area: TextArea, style: WordStyle) -> FramedParagraph:
    place, pitch = area.place, area.font.size * LEADING
    source = place.text.source if not place.is_repeated else ONLY_PAGE + place.text.source
    run = Run(source, run_properties(area.font, place.colour, style))
    box = Box(area.left, area.baseline - pitch * BASELINE_SHARE, area.right - area.left, pitch * area.lines)
    return framed(box, pitch, place.align, [[run]], style)


def _picture_frame(place: Picture, box: Box) -> FramedParagraph:
    """Return a frame of the picture's size with its tag, whose line grows to hold it."""
    tag = f'{{{{ {place.field} | picture("{place.diameter.mm:g}mm") }}}}'
    return framed(box, pt(1), "left", [[Run(tag, run_properties(Font(pt(8)), INK, CAPTION))]], CAPTION, rule="atLeast")
