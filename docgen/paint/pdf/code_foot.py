"""The signed code at the foot of a document that flows: below all else, at the right, on the page that ends it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any, NamedTuple

from docgen.canonical import printed_content
from docgen.compose.page import Symbol
from docgen.form import Form
from docgen.form.places import CODE_ALTERNATIVE, MODULE
from docgen.paint.content import symbol_mask
from docgen.paint.info import DocumentInfo
from docgen.record import Record
from docgen.units import mm

#: The space above a code, more than the four modules that stay free; the margins of the page are wider.
CODE_GAP = mm(4)
#: The name of the picture in its URL is the hash of the symbol, so that the identity of a file depends on it.
MARKUP = (
    '<div style="break-before:avoid;break-inside:avoid;padding-top:{gap:g}mm"><img src="{url}" alt="{words}"'
    ' style="display:block;margin:0 0 0 auto;border:0;padding:0;width:{side:.4f}mm;height:{side:.4f}mm"></div>'
)


class CodeFoot(NamedTuple):
    """What a code adds to a body: its markup, and the picture in it by its URL."""

    markup: str = ""
    drawings: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class SymbolPicture:
    """A symbol as WeasyPrint draws a picture: a mask of one bit a module, where an image would take three bytes."""

    symbol: Symbol

    def get_intrinsic_size(self, _resolution: float, _font_size: float) -> tuple[float, float, float]:
        """Return width, height and their ratio."""
        return self.symbol.side, self.symbol.side, 1

    def draw(self, stream: Any, width: float, height: float, _style: object) -> None:
        """Draw it in a box of WeasyPrint, whose heights grow downwards."""
        stream.transform(width, 0, 0, -height, 0, height)
        stream.stream.append(b"0 g " + symbol_mask(self.symbol))


def code_foot(form: Form, record: Record, info: DocumentInfo) -> tuple[CodeFoot, DocumentInfo]:
    """Return the signed code of a document, nothing where nobody signs or a blank is printed, and the metadata that go with it.

    Where the code holds no more than the hash of the fields, the metadata hold them, so that a page is compared with them.
    """
    if form.coder is None or record.is_blank:
        return CodeFoot(), info
    symbol = form.coder.symbol(form, record)
    if info.facts and not form.coder.says_all(form, record):
        info = replace(info, facts=replace(info.facts, fields=printed_content(form, record.values)))
    url = f"docgen:code/{hashlib.sha256(symbol.bits).hexdigest()}"
    words = escape(CODE_ALTERNATIVE)
    markup = MARKUP.format(gap=CODE_GAP.mm, url=url, words=words, side=symbol.side * MODULE.mm)
    return CodeFoot(markup, {url: SymbolPicture(symbol)}), info
