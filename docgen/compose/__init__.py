"""Form + record → pages: display lists in millimetres, the same for every painter."""

from docgen.compose.fixed import Pages, compose, lay
from docgen.compose.page import Page
from docgen.compose.places import column_of
from docgen.compose.stock_words import refuse_stock
from docgen.compose.text_areas import ShownText, TextArea, TextAreas, areas_of, text_areas_of

__all__ = [
    "Page",
    "Pages",
    "ShownText",
    "TextArea",
    "TextAreas",
    "areas_of",
    "column_of",
    "compose",
    "lay",
    "refuse_stock",
    "text_areas_of",
]
