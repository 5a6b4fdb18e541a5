"""Accepts tracked changes: what was inserted is part of a template's text, what was struck out is not.

Word keeps changes beside the text until somebody accepts them (ISO/IEC 29500-1, 17.13.5). A document that is issued shows none:
neither the words that were struck out nor the names of those who changed them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRUCK_OUT = (f"{W}del", f"{W}moveFrom")
INSERTED = (f"{W}ins", f"{W}moveTo")
#: What records a change and holds no text: former formats, and the ends of what was moved or changed.
FORMER = tuple(
    f"{W}{name}"
    for name in (
        *(f"{each}PrChange" for each in ("r", "p", "sect", "tbl", "tblEx", "tr", "tc")),
        *("tblGridChange", "numberingChange", "cellIns", "cellMerge"),
        *(f"{each}Range{end}" for each in ("moveFrom", "moveTo", "customXmlIns", "customXmlDel") for end in ("Start", "End")),
        *(f"customXmlMove{each}Range{end}" for each in ("From", "To") for end in ("Start", "End")),
    )
)
#: The element that a change is of, where it is written within the properties of that element.
PROPERTIES = {f"{W}rPr", f"{W}trPr", f"{W}tcPr", f"{W}numPr"}


def accept_changes(root: _Element) -> None:
    """Make a part as Word makes it by “Accept all changes”."""
    for element in list(root.iter(*FORMER)):
        _remove(element)
    for tag, properties in ((f"{W}del", f"{W}trPr"), (f"{W}cellDel", f"{W}tcPr")):
        for changed in [next(each.iterancestors(properties), None) for each in root.iter(tag)]:
            if changed is not None:
                _remove(next(changed.iterancestors()))
    for paragraph in [each for each in root.iter(f"{W}p") if _has_no_end(each)]:
        _join_to_next(paragraph)
    for element in list(root.iter(*STRUCK_OUT)):
        _remove(element)
    for element in list(root.iter(*INSERTED)):
        if next(element.iterancestors()).tag in PROPERTIES:
            _remove(element)
        else:
            unwrap(element)


def unwrap(element: _Element) -> None:
    """Put what an element holds in its place."""
    parent = element.getparent()
    if parent is not None:
        place = parent.index(element)
        parent[place : place + 1] = list(element)


def _remove(element: _Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _has_no_end(paragraph: _Element) -> bool:
    """Return whether the mark that ends a paragraph was struck out or moved away."""
    properties = paragraph.find(f"{W}pPr/{W}rPr")
    return properties is not None and any(properties.find(tag) is not None for tag in STRUCK_OUT)


def _join_to_next(paragraph: _Element) -> None:
    """Put a paragraph's text before that of the next one, whose properties stay; the last of a cell or a body stays as it is."""
    following = paragraph.getnext()
    while following is not None and following.tag in (*STRUCK_OUT, *INSERTED) and len(following) == 0:
        following = following.getnext()
    if following is None or following.tag != f"{W}p":
        return
    place = 1 if following.find(f"{W}pPr") is not None else 0
    following[place:place] = [each for each in paragraph if each.tag != f"{W}pPr"]
    _remove(paragraph)
