"""The named styles of a fixed form's Word page: one for each text of the form, so that a look is changed in one place.

Where a text stands is said by its frame; how it looks, by its style. A run says only what is otherwise in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from docgen.compose.page import Layer, TextItem
from docgen.fonts.faces import Font
from docgen.form import Form
from docgen.form.places import CAPTION_FONT, INK, AnnexHeading, Place, SigningLine, Text

#: Language of a form's text → Word's name for it; what is in none of them is in Kazakh, the document's own.
LANGUAGES = {"": "", "ru": "ru-RU", "en": "en-US"}
_STYLE = (
    '<w:style w:type="paragraph"{custom} w:styleId="{id}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
    '<w:uiPriority w:val="9"/><w:qFormat/><w:pPr>{outline}</w:pPr><w:rPr>{look}</w:rPr></w:style>'
)
OUTLINE = '<w:outlineLvl w:val="0"/>'


@dataclass(frozen=True, slots=True)
class WordStyle:
    """A paragraph style: its identifier, its name as Word shows it, and the look of its words."""

    identifier: str
    name: str
    font: Font
    colour: str = INK
    language: str = ""
    is_heading: bool = False
    #: Whether Word has no style of the name by itself.
    is_custom: bool = True

    @property
    def markup(self) -> str:
        """The style, as `styles.xml` has it."""
        look = _look(self.font, None) + f'<w:color w:val="{self.colour.lstrip("#")}"/>' + _size(self.font)
        return _STYLE.format(
            custom=' w:customStyle="1"' if self.is_custom else "",
            id=self.identifier,
            name=self.name,
            outline=OUTLINE if self.is_heading else "",
            look=look + (f'<w:lang w:val="{LANGUAGES[self.language]}"/>' if self.language else ""),
        )


#: Texts that no place names: what is printed below a line.
CAPTION = WordStyle("Caption", "caption", CAPTION_FONT, is_custom=False)


def form_styles(form: Form) -> dict[str, WordStyle]:
    """Return the style of each text of a form by the name of its place."""
    return {place.name: style for number, place in enumerate(form.places, 1) for style in _styles(place, number)}


def _styles(place: Place, number: int) -> Iterator[WordStyle]:
    if isinstance(place, Text) and place.heading:
        yield WordStyle("Heading1", "heading 1", place.font, place.colour, place.lang, is_heading=True, is_custom=False)
    elif isinstance(place, Text):
        yield WordStyle(f"Place{number}", place.name, place.font, place.colour, place.lang)
    elif isinstance(place, AnnexHeading):
        yield WordStyle("AnnexHeading", "Annex Heading", place.font)
    elif isinstance(place, SigningLine):
        yield WordStyle("Signature", "Signature", CAPTION_FONT, is_custom=False)


def style_of(item: TextItem, styles: Mapping[str, WordStyle]) -> WordStyle:
    """Return the style of a text: that of its place, or of captions."""
    return CAPTION if item.layer is Layer.GUIDE else styles.get(item.place, CAPTION)


@lru_cache(maxsize=256)
def run_properties(font: Font, colour: str, style: WordStyle) -> Markup:
    """Return the properties of a run in which it is not like its style; sizes are in half points."""
    properties = _look(font, style.font)
    properties += f'<w:color w:val="{colour.lstrip("#")}"/>' if colour != style.colour else ""
    return Markup(properties + (_size(font) if font.size != style.font.size else ""))


def _look(font: Font, base: Font | None) -> str:
    """Return bold and italic, where they are not those of the base."""
    found = ""
    for name, wanted, given in (("b", font.bold, base and base.bold), ("i", font.italic, base and base.italic)):
        if wanted != bool(given):
            found += f"<w:{name}/>" if wanted else f'<w:{name} w:val="0"/>'
    return found


def _size(font: Font) -> str:
    size = round(font.size.pt * 2)
    return f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
