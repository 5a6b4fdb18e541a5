"""Form + record → pages: display lists in millimetres, the same for every painter."""

from docgen.compose.fixed import Pages, compose, lay
from docgen.compose.page import Page
from docgen.compose.stock_words import refuse_stock
from docgen.compose.text_areas import TextArea, TextAreas, text_areas_of

__all__ = ["Page", "Pages", "TextArea", "TextAreas", "compose", "lay", "refuse_stock", "text_areas_of"]
