"""The texts of a fixed page as Word frames: paragraphs at their exact positions, with the space that other words may need.

A frame (ISO/IEC 29500-1, 17.3.1.11) is an ordinary paragraph with a position on the page, so the words are found, changed and
copied like any others. It is as wide as its words may get and grows downwards, so that no correction is cut off. Lines are of
exact height, which Word and LibreOffice alike divide 4 : 1 at the baseline; so positions do not depend on the face's own metrics.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from typing import NamedTuple

from markupsafe import Markup

from docgen.compose import Page, ShownText, TextArea, areas_of, column_of
from docgen.compose.lines import LEADING
from docgen.compose.page import Layer, PictureItem, TextItem
from docgen.form import Form
from docgen.form.places import Text
from docgen.paint.docx.styles import WordStyle, form_styles, run_properties, style_of
from docgen.units import Box, Length, mm

BASELINE_SHARE = 0.8
#: Space at the free sides of a text, so that a rounding of widths never wraps it.
SLACK = mm(2)
#: Alignment → Word's name for it.
ALIGNMENT = {"left": "left", "centre": "center", "right": "right"}


@dataclass(frozen=True, slots=True)
class Run:
    """A run of one format, as the page template prints it; `properties` are markup."""

    text: str
    properties: Markup


@dataclass(frozen=True, slots=True)
class FramedParagraph:
    """A framed paragraph, as the page template prints it: its lines of runs; `properties` are markup."""

    properties: Markup
    lines: list[list[Run]]


#: A frame's properties, lengths in twips (ISO/IEC 29500-1, 17.3.1.11). The height is the least one, since words may get more.
_FRAME = (
    '<w:pStyle w:val="{style}"/>'
    '<w:framePr w:w="{width}" w:h="{height}" w:hRule="atLeast" w:wrap="around" w:vAnchor="page" w:hAnchor="page"'
    ' w:x="{left}" w:y="{top}"/><w:spacing w:before="0" w:after="0" w:line="{line}" w:lineRule="{rule}"/><w:jc w:val="{align}"/>'
)


def framed(box: Box, line: Length, align: str, lines: list[list[Run]], style: WordStyle, rule: str = "exact") -> FramedParagraph:
    """Return a paragraph of a style in a frame; its lines are as high as `line`, or `atLeast` so high, if that is the `rule`."""
    properties = _frame_properties(box.left, box.top, box.width, box.height, line, align, rule, style.identifier)
    return FramedParagraph(properties, lines)


@lru_cache(maxsize=1024)
def _frame_properties(
    left: Length, top: Length, width: Length, height: Length, line: Length, align: str, rule: str, style: str
) -> Markup:  # fmt: skip
    return Markup(
        _FRAME.format(
            left=left.twips, top=top.twips, width=width.twips, height=height.twips,
            line=line.twips, rule=rule, align=ALIGNMENT[align], style=style,
        )
    )  # fmt: skip


#: The lines of a text, each with its items in order.
Lines = list[list[TextItem]]


class Piece(NamedTuple):
    """What becomes one frame: a text of a page, or a run of it where the page does not have all of its line.

    `place` is the text's place in a column; None for captions and the cells of tables, which have no more space than their own.
    """

    lines: Lines
    align: str
    place: Text | None

    @property
    def left(self) -> Length:
        """The left edge of its words."""
        return min([line[0].left for line in self.lines])

    @property
    def right(self) -> Length:
        """The right edge of its words."""
        return max([line[-1].left + line[-1].width for line in self.lines])


def frames_of(form: Form, page: Page) -> list[FramedParagraph]:
    """Return one frame for each text that is whole on the page; where part of it is not printed, one for each run that is."""
    pieces, styles = list(_pieces(form, page)), form_styles(form)
    pictures = {item.place: item.box for item in page.items if isinstance(item, PictureItem)}
    shown = [_shown(piece, piece.place, form, pictures) for piece in pieces if piece.place]
    areas = iter(areas_of(shown))
    return [_frame(piece, next(areas) if piece.place else None, styles) for piece in pieces]


def _pieces(form: Form, page: Page) -> Iterator[Piece]:
    places = {place.name: place for place in form.texts}
    texts = [item for item in page.items if isinstance(item, TextItem)]
    for (name, _font), group in groupby(texts, key=lambda item: (item.place, item.font)):
        items = list(group)
        lines = [list(line) for _number, line in groupby(items, key=lambda item: item.line)]
        place = None if items[0].layer is Layer.GUIDE else places.get(name)
        if all(map(_is_unbroken, lines)):
            yield Piece(lines, place.align if place else "centre", place)
        else:
            yield from (Piece([[item]], "left", place) for item in items)


def _is_unbroken(line: list[TextItem]) -> bool:
    """Return whether a line is whole: a space at either end shows that its neighbour is left out, and alignment drops it."""
    text = "".join(run.text for run in line)
    return text == text.strip() and all(abs((run.left + run.width).mm - then.left.mm) < 0.01 for run, then in pairwise(line))


def _shown(piece: Piece, place: Text, form: Form, pictures: Mapping[str, Box]) -> ShownText:
    first = piece.lines[0][0]
    column = column_of(place, form.sheet.column, pictures.get(place.right_of))
    return ShownText(place, piece.align, column, piece.left, piece.right, first.baseline, first.font, len(piece.lines))


def _frame(piece: Piece, area: TextArea | None, styles: Mapping[str, WordStyle]) -> FramedParagraph:
    first = piece.lines[0][0]
    style = style_of(first, styles)
    pitch = first.font.size * LEADING
    left = piece.left - SLACK if piece.align != "left" else piece.left
    right = piece.right + SLACK if piece.align != "right" else piece.right
    if area:
        left, right = min(left, area.left), max(right, area.right)
    top = first.baseline - pitch * BASELINE_SHARE
    lines = [[Run(item.text, run_properties(item.font, item.colour, style)) for item in line] for line in piece.lines]
    return framed(Box(left, top, right - left, pitch * len(lines)), pitch, piece.align, lines, style)
