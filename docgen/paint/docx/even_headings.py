"""Headings that break into even lines, as those of a PDF do: no-break spaces hold each line together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from docgen.paint.flowing import NO_BREAK_SPACE, heading_lines
from docgen.units import Length, pt

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def balanced_within(root: _Element) -> Callable[..., object]:
    """Return the filter `balanced` of a part of a Word template, whose width is that between the margins of its first page."""
    return partial(_balanced, _text_width(root))


def _balanced(width: Length | None, value: object, column: float | None = None) -> object:
    if not isinstance(value, str):
        return value
    lines = heading_lines(value, width, column)
    return value if len(lines) == 1 else " ".join(line.replace(" ", NO_BREAK_SPACE) for line in lines)


def _text_width(root: _Element) -> Length | None:
    """Return the width of a page less margins and gutter (ISO/IEC 29500-1, 17.6.11, 17.6.13); None of a header or footnote."""
    section = next(root.iter(f"{W}sectPr"), None)
    size, margins = (None, None) if section is None else (section.find(f"{W}pgSz"), section.find(f"{W}pgMar"))
    if size is None or margins is None:
        return None
    try:
        twips = int(size.get(f"{W}w", "")) - sum(int(margins.get(f"{W}{side}", "0")) for side in ("left", "right", "gutter"))
    except ValueError:
        return None  # a size in another unit, which no Word writes
    return pt(twips / 20)
