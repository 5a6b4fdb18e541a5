"""The structure of a document that WeasyPrint lays out (ISO 32000-1, 14.7 and 14.8), read from its boxes.

WeasyPrint has a structure of its own, in which whatever goes on over a page's end is there twice: a table, its heading row, a
paragraph. Here an element of the page's HTML is one element of the structure, however many pages it stands on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import pydyf

from docgen.errors import FormError
from docgen.messages import _
from docgen.paint.pdf.weasy import face_named
from docgen.paint.press.elements import Element, HeldObject, MarkedPage, Objects, ends_word, write_structure
from docgen.paint.press.file import text_string

SVG = "{http://www.w3.org/2000/svg}"
#: Element of HTML → standard structure type (14.8.4). A new one is one new entry.
TAGS = {
    **{f"h{level}": b"H%d" % level for level in range(1, 7)},
    "p": b"P", "blockquote": b"BlockQuote", "caption": b"Caption", "figcaption": b"Caption", "img": b"Figure",
    "table": b"Table", "thead": b"THead", "tbody": b"TBody", "tfoot": b"TFoot", "tr": b"TR", "th": b"TH", "td": b"TD",
    "ul": b"L", "ol": b"L", "li": b"LI", "li::marker": b"Lbl", "dl": b"L", "dt": b"Lbl", "dd": b"LBody", "aside": b"Note",
    "a": b"Link", f"{SVG}svg": b"Figure",
}  # fmt: skip
#: What the `role` of an element says that it is (WAI-ARIA 1.2), whatever it looks like.
ROLES = {"list": b"L", "listitem": b"LI", "caption": b"Caption", "note": b"Note"}
#: How many columns and rows a cell takes: entry of the structure → attribute of HTML.
SPANS = {b"ColSpan": "colspan", b"RowSpan": "rowspan"}
#: What an item of a list is made of.
PARTS_OF_ITEM = (b"Lbl", b"LBody")
#: The flag of an annotation that is printed with its page (12.5.3).
PRINTED = 4
#: What a table repeats on each of its pages.
REPEATED = frozenset({b"THead", b"TFoot"})
#: Structure type → the type of the element that its text and more stand in, for it holds none itself.
WITHIN = {b"Document": b"P", b"LI": b"LBody"}


class Tagging:
    """Tags one document while it is written: `watching` its pages being painted, then `close`."""

    def __init__(self) -> None:
        self._document = Element(b"Document")
        #: Element of HTML and structure type → element of the structure, and the page on which it begins.
        self._begun: dict[tuple[Any, bytes], tuple[Element, int]] = {}
        #: Of each page the elements of its marked contents by their numbers.
        self._pages: list[list[Element | None]] = []
        self._unsettled: list[_PaintedPage] = []
        #: Links as boxes, with their elements and the indexes of their pages.
        self._link_boxes: list[tuple[Any, Element, int]] = []
        #: The annotations of links, with their elements.
        self._links: list[tuple[pydyf.Dictionary, Element]] = []
        self._notes = 0
        #: By the identity of an element, and for the document by the HTML too, the element that its text stands in.
        self._within: dict[tuple[int, Any], Element] = {}
        #: By the identity of an element, the text that was put into it last; and what an element of HTML says.
        self._last: dict[int, _PlacedText] = {}
        self._sources: dict[Any, str] = {}

    @contextmanager
    def watching(self, document: Any) -> Iterator[None]:
        """Note what is marked on each page of a document while it is painted."""
        for page in document.pages:
            page.paint = partial(self._paint, page)
        try:
            yield
        finally:
            for page in document.pages:
                del page.paint

    def _paint(self, page: Any, stream: Any, scale: float) -> None:
        """Paint a page as it paints itself; WeasyPrint numbers the boxes that it marks, and forgets them later."""
        type(page).paint(page, stream, scale)
        marks = {box: tag["mcid"] for box, tag in stream._tags.items()}
        painted = _PaintedPage(*self.add_page(len(marks)), stream, marks)
        self._unsettled.append(painted)
        for box in page._page_box.children:
            self._read(box, self._document, painted)
        for font in stream._fonts.values():
            _keep_space(font)

    def add_page(self, marks: int = 0) -> tuple[int, list[Element | None]]:
        """Add a page with so many marked contents, artifacts all of them as yet; return its index and their elements."""
        self._pages.append([None] * marks)
        return len(self._pages) - 1, self._pages[-1]

    def begun(self, table: Any) -> list[Element]:
        """Return the elements of a table that was begun, and of its groups of rows; it is a box."""
        return [self._begun[box.element, TAGS[box.element_tag]][0] for box in (table, *table.children)]

    def go_on(self, table: Any, elements: Sequence[Element]) -> None:
        """Let a table of a later document, as a box, and its groups of rows go on with elements of pages before."""
        for box, element in zip((table, *table.children), elements, strict=True):
            self._begun[box.element, element.tag] = element, -1

    def add_like(self, box: Any, parent: Element | None = None) -> Element:
        """Add an element as one for this box would be, within another or to the document."""
        parent = parent or self._document
        tag = _tag_of(box, parent) or b"Span"
        return parent.add(tag, _entries(box.element, tag))

    def _read(self, box: Any, parent: Element, page: _PaintedPage, line: Any = None) -> None:
        """Add what is in a box, on a line, to the structure; boxes of the margins, such as page numbers, are no content."""
        from weasyprint.formatting_structure import boxes

        box = getattr(box, "_box", box)  # a placeholder of what is placed absolutely
        if isinstance(box, boxes.MarginBox):
            return
        element = self._element_of(box, parent, page.index)
        if element is None:
            return
        if element.tag == b"Link" and box.element_tag == "a":
            self._link_boxes.append((box, element, page.index))
        if box in page.marks:
            self._put(box, self._holding(element, box), page, line)
        for child in getattr(box, "children", ()):
            self._read(child, element, page, box if isinstance(box, boxes.LineBox) else line)

    def _put(self, box: Any, element: Element, page: _PaintedPage, line: Any) -> None:
        """Put what is marked into its element; a line before it in the same one ends with a space, else two words are one."""
        number = page.marks[box]
        page.elements[number] = element
        element.hold(page.index, number)
        before, text = self._last.get(id(element)), getattr(box, "text", "")
        if before and before.line is not line:
            if box.element not in self._sources:
                self._sources[box.element] = "".join(box.element.itertext())
            if ends_word(before.text, text, self._sources[box.element]):
                before.page.spaced.add(before.number)
        self._last[id(element)] = _PlacedText(page, number, text, line)

    def _element_of(self, box: Any, parent: Element, page: int) -> Element | None:
        """Return the element that a box belongs to; None for what a table repeats, and for a picture that says nothing."""
        html, tag = box.element, _tag_of(box, parent)
        if html is None or (tag is None and not _language(html)):
            return parent
        if tag == b"Figure" and _is_decoration(html):
            return None
        known = self._begun.get((html, tag or b"Span"))
        if known is not None:
            element, begun = known
            return None if tag in REPEATED and begun < page else element
        if parent.tag == b"LI" and tag not in PARTS_OF_ITEM:
            parent = self._holding(parent, box)
        element = parent.add(tag or b"Span", _entries(html, tag))
        if tag == b"Note":  # which is to be named (ISO 14289-1, 7.9)
            self._notes += 1
            element.identifier = b"note-%d" % self._notes
        self._begun[html, tag or b"Span"] = element, page
        return element

    def _holding(self, element: Element, box: Any) -> Element:
        """Return the element that a text stands in: its own, or one within where that holds no text itself."""
        tag = WITHIN.get(element.tag)
        if tag is None:
            return element
        key = id(element), box.element if element is self._document else None
        if key not in self._within:
            self._within[key] = element.add(tag)
        return self._within[key]

    def settle(self, pdf: pydyf.PDF) -> None:
        """Take WeasyPrint's structure out of the document that was painted last, and put its links into ours."""
        self._settle_links(pdf)
        theirs = int(pdf.catalog.pop("StructTreeRoot").split()[0])
        pdf.catalog.pop("MarkInfo")
        del pdf.objects[theirs - 1 :]  # the tree of parents comes first, then the root, and nothing after them
        for page in self._unsettled:
            page.finish()
        self._unsettled.clear()

    def _settle_links(self, pdf: pydyf.PDF) -> None:
        """Put the annotations of links into their elements (ISO 14289-1, 7.18.5), each with its place."""
        names = pdf.catalog.pop("Names", {}).get("Dests", {}).get("Names", [])
        places = {name.string: place for name, place in zip(names[::2], names[1::2], strict=True)}
        for box, element, page in self._link_boxes:
            annotation = box.link_annotation
            if annotation:
                annotation["Dest"] = places[annotation["Dest"].string]
                annotation["Contents"] = pydyf.String(_shown_by_link(box.element))
                annotation["F"] = PRINTED
                element.content.append(HeldObject(page, annotation.number))
                self._links.append((annotation, element))
        self._link_boxes.clear()

    def close(self, places: Sequence[tuple[int, int]], objects: Objects) -> bytes:
        """Write the structure; return the entries of the catalogue.

        `places` are of each page its object, and the form XObject that holds its contents or 0.
        """
        pages = [MarkedPage(leaf, elements, stream) for (leaf, stream), elements in zip(places, self._pages, strict=True)]
        for key, (annotation, _element) in enumerate(self._links, len(pages)):
            annotation["StructParent"] = key
        return write_structure(self._document, pages, objects, [element for _annotation, element in self._links])


@dataclass
class _PaintedPage:
    """A page: its stream, the numbers of its marked boxes, and the elements by those numbers; None for an artifact."""

    index: int
    elements: list[Element | None]
    stream: Any
    marks: Mapping[Any, int]
    #: The numbers of texts that get a space at their end.
    spaced: set[int] = field(default_factory=set)

    def finish(self) -> None:
        """Mark what belongs to no element as an artifact (14.8.2.2) instead of as content; draw the spaces at ends of lines."""
        operators = self.stream.stream
        number, face, found = -1, b"", 0
        shown: dict[int, tuple[int, bytes]] = {}
        for place, operator in enumerate(operators):
            if isinstance(operator, pydyf.Dictionary) and "MCID" in operator:
                number = operator["MCID"]
                found += 1
                if self.elements[number] is None:
                    operators[place - 1 : place + 1] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]
            elif isinstance(operator, bytes) and operator.endswith(b" Tf"):
                face = operator[1:].split()[0]
            elif isinstance(operator, bytes) and operator.endswith(b"] TJ"):
                shown[number] = place, face  # the last one of a text: it is shown in as many as it has faces
        if found < len(self.elements):
            message = _("a part of the page that is see-through cannot be had in a file for the archive")
            raise FormError.because("group-untagged", message, _("Leave opacity out of the style, or print it --for plain."))
        spaces = {font.hash.encode(): _space_of(font) for font in self.stream._fonts.values()}
        for place, face in (shown[number] for number in self.spaced & shown.keys()):
            operators[place] = b"%s<%04x>] TJ" % (operators[place].removesuffix(b"] TJ"), spaces[face])


class _PlacedText(NamedTuple):
    """A text in an element: its page, its number on it, and the line that it stands on."""

    page: _PaintedPage
    number: int
    text: str
    line: Any


def _space_of(font: Any) -> int:
    """Return the glyph of the space in a face of WeasyPrint."""
    return face_named(font.name).file.glyphs[ord(" ")]


def _keep_space(font: Any) -> None:
    """Let a face hold the glyph of the space, though no line has one within."""
    face, space = face_named(font.name), _space_of(font)
    font.to_unicode.setdefault(space, " ")
    font.widths.setdefault(space, round(face.advance(" ") * 1000 / face.units_per_em))


def _entries(html: Any, tag: bytes | None) -> bytes:
    """Return more entries of an element: its language, what a picture shows, of a cell what it is a heading of."""
    entries = b""
    if language := _language(html):
        entries += b"/Lang" + text_string(language)
    if tag == b"Figure":
        entries += b"/Alt" + text_string(_alternative(html) or "")
    if tag in (b"TH", b"TD"):
        scope = b"" if tag == b"TD" else b"/Scope/Row" if html.get("scope") == "row" else b"/Scope/Column"
        spans = b"".join(b"/%s %d" % (key, _span(html, name)) for key, name in SPANS.items() if _span(html, name) > 1)
        if scope or spans:
            entries += b"/A<</O/Table%s%s>>" % (scope, spans)
    return entries


def _tag_of(box: Any, parent: Element) -> bytes | None:
    """Return the type of the element that a box belongs to, None where it is of no kind that is said."""
    html, name = box.element, box.element_tag or ""
    if html is not None and name == html.tag:
        if (role := ROLES.get(html.get("role"))) is not None:
            return role
        if name == "div" and parent.tag == b"L":  # it holds a term and its words (HTML, 4.4.9)
            return b"LI"
    return TAGS.get(name)


def _shown_by_link(html: Any) -> str:
    """Return what a link says of where it leads: its title, else its words, else what its picture shows, else the name."""
    words = html.get("title") or " ".join("".join(html.itertext()).split())
    return words or " ".join(filter(None, (each.get("alt") for each in html.iter("img")))) or html.get("href", "").lstrip("#")


def _language(html: Any) -> str:
    """Return the language that an element says of itself; that of the whole document is in the catalogue."""
    return "" if html.tag == "html" else html.get("lang", "")


def _span(html: Any, name: str) -> int:
    digits = html.get(name, "1").strip()
    return int(digits) if digits.isdecimal() else 1


def _is_decoration(html: Any) -> bool:
    """Return whether a picture is for the eye alone, `alt=""`, or does not say what it shows, which is remarked on elsewhere."""
    alternative = _alternative(html) or ""
    if not alternative:
        html.set("alt", " ")  # WeasyPrint, which makes tags of its own, calls an empty one missing
    return not alternative.strip()


def _alternative(html: Any) -> str | None:
    """Return what a picture shows in words: its `alt`, or the title of a drawing within the page; None where it does not say."""
    title = html.find(f"{SVG}title")
    words: str | None = html.get("alt") if title is None else title.text
    return words
