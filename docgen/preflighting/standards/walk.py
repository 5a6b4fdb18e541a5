"""Goes through a file once, and shows every rule the things that it looks at.

First all objects that the trailer leads to; then the pages in order with what they draw. What pages share is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from math import inf
from typing import Any

from docgen.messages import _
from docgen.pdf.syntax import DamagedPdf
from docgen.preflighting.standards.bleed import samples, unfilled_edges
from docgen.preflighting.standards.colours import component_spaces
from docgen.preflighting.standards.objects import PdfName, PdfReference, PdfStream
from docgen.preflighting.standards.opened import InspectedFile, PageNode
from docgen.preflighting.standards.parts import part_tree
from docgen.preflighting.standards.resolution import dots_per_inch
from docgen.preflighting.standards.rules import Breach, Inspected, Kind, StandardRule
from docgen.preflighting.standards.tagged_pages import tagged_page
from docgen.preflighting.standards.tags import tag_tree
from docgen.preflighting.standards.usage import ContentUse, DrawingState, UsageReader, area

Progress = Callable[[int, int], None]
#: Drawings lie within each other at most so deep.
NESTED = 40


class Walk:
    """One way through a file for the rules of all standards that are asked for."""

    def __init__(self, file: InspectedFile, rules: Iterable[StandardRule], progress: Progress):
        self._file, self._progress = file, progress
        self._rules: dict[Kind, list[StandardRule]] = {kind: [] for kind in Kind}
        for rule in rules:
            self._rules[rule.on].append(rule)
        self.breaches: list[Breach] = []
        self.pages: list[PageNode] = []
        self._seen: set[object] = set()
        #: Number of a picture → dots per inch of the largest size that it was seen in.
        self._coarsest: dict[int, float] = {}

    def go(self) -> None:
        """Show the rules the whole file."""
        self._show(Kind.FILE, Inspected(self._file))
        for value, number in self._file.objects():
            self._show(Kind.OBJECT, Inspected(self._file, value, number=number))
        self.pages = list(self._file.pages())
        for node in self.pages:
            self._page(node)
            self._progress(node.page, len(self.pages))
        if self._rules[Kind.PART]:
            self._show(Kind.PART, Inspected(self._file, part_tree(self._file, self.pages)))
        if self._rules[Kind.TAGS] or self._rules[Kind.TAGGED_PAGE]:
            self._tags()
        if self._rules[Kind.LOOK] and (chosen := samples(self._file, self.pages)):
            for number, side, length in unfilled_edges(str(self._file.source.path), chosen):
                self._show(Kind.LOOK, Inspected(self._file, [(side, length)], number))

    def _show(self, kind: Kind, thing: Inspected) -> None:
        for rule in self._rules[kind]:
            for measured in rule.check(thing):
                self.breaches.append(Breach(rule, measured, thing.page, thing.number))

    def _tags(self) -> None:
        """Show the structure, then each page with its own part of it."""
        tree = tag_tree(self._file, self.pages)
        self._show(Kind.TAGS, Inspected(self._file, tree))
        for node in self.pages:
            self._show(Kind.TAGGED_PAGE, Inspected(self._file, tagged_page(self._file, tree, node), node.page, node.number))

    def _once(self, *key: object) -> bool:
        """Return whether a thing comes for the first time."""
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    # --- pages and what they draw -------------------------------------------------------------------------------------

    def _page(self, node: PageNode) -> None:
        page = Inspected(self._file, node, node.page, node.number, node.get("Resources"))
        self._show(Kind.PAGE, page)
        self._group(replace(page, value=node.own.get("Group")))
        self._content(self._file.content(node.get("Contents")), page, DrawingState(), 0)
        for each in self._file.array(node.own.get("Annots")):
            for drawing in self._appearances(self._file.entries(self._file.entries(each).get("AP")).get("N"), 0):
                self._drawing(drawing, page, DrawingState(), 0)

    def _appearances(self, value: Any, depth: int) -> Iterator[PdfReference]:
        """Yield the drawings of an annotation in all its states (12.5.5)."""
        found = self._file.resolve(value)
        if isinstance(found, PdfStream) and isinstance(value, PdfReference):
            yield value
        elif isinstance(found, dict) and depth == 0:
            for each in found.values():
                yield from self._appearances(each, 1)

    def _content(self, content: bytes, place: Inspected, start: DrawingState, depth: int) -> None:
        """Look at a content stream with the resources of its place."""
        if depth > NESTED:
            raise DamagedPdf(_("its drawings go round in a circle"))
        states = self._resources(place, "ExtGState")
        use = UsageReader(lambda name: self._file.entries(states.get(name)), start).read(content)
        self._show(Kind.CONTENT, replace(place, value=use))
        self._colours(use, place, depth)
        self._fonts(use, place, depth)
        for name in sorted(use.states):
            self._state(states.get(name), place, depth)
        drawings = self._resources(place, "XObject")
        for name, state in use.drawings.items():
            self._drawing(drawings.get(name), place, state, depth)
        for entries, state in zip(use.images, use.image_states, strict=True):
            self._image(entries, place, state, None)

    def _resources(self, place: Inspected, kind: str) -> dict[str, Any]:
        return self._file.entries(self._file.entries(place.resources).get(kind))

    def _drawing(self, value: Any, place: Inspected, state: DrawingState, depth: int) -> None:
        """Look at an XObject: a picture, or a form with its own content."""
        stream = self._file.resolve(value)
        if not isinstance(stream, PdfStream):
            return
        if stream.entries.get("Subtype") == "Image":
            self._image(stream.entries, replace(place, number=stream.number), state, stream.number)
        elif stream.entries.get("Subtype") == "Form":
            own = stream.entries.get("Resources")
            resources = place.resources if own is None else own
            colours = (state.inks, state.is_gray_black, state.overprints, state.mode)
            size = round(area(state.matrix), 3)
            if self._once("form", stream.number, None if own is not None else place.page, size, colours):
                inside = replace(place, number=stream.number, resources=resources)
                self._group(replace(inside, value=stream.entries.get("Group")))
                self._content(self._file.decoded(stream), inside, replace(state, font=""), depth + 1)

    def _image(self, entries: dict[str, Any], place: Inspected, state: DrawingState, number: int | None) -> None:
        """Look at a picture once, and at each larger size that it is drawn in; one within a content stream has no number."""
        dpi = dots_per_inch(self._file, entries, state.matrix)
        if dpi is not None and (number is None or dpi < self._coarsest.get(number, inf)):
            self._coarsest[number or 0] = dpi - 1
            self._show(Kind.PLACED, replace(place, value=entries, dpi=dpi))
        if number is not None and not self._once("image", number):
            return
        self._show(Kind.IMAGE, replace(place, value=entries))
        if entries.get("ImageMask") is not True and "ColorSpace" in entries:
            self._space(entries["ColorSpace"], place)
        mask = self._file.resolve(entries.get("SMask"))
        if isinstance(mask, PdfStream) and self._once("image", mask.number):
            self._space(mask.entries.get("ColorSpace"), replace(place, number=mask.number))

    # --- resources ----------------------------------------------------------------------------------------------------

    def _colours(self, use: ContentUse, place: Inspected, depth: int) -> None:
        for name in sorted(use.spaces):
            self._space(self._resources(place, "ColorSpace").get(name, name), place)
        for shading in sorted(use.shadings):
            self._shading(self._resources(place, "Shading").get(shading), place)
        for pattern in sorted(use.patterns):
            self._pattern(self._resources(place, "Pattern").get(pattern), place, depth)

    def _space(self, value: Any, place: Inspected) -> None:
        """Look at a colour space and at all that it is made of."""
        defaults = self._resources(place, "ColorSpace")
        if not isinstance(value, PdfName) and not self._once("space", repr(value), repr(_defaults(defaults))):
            return
        for each in component_spaces(self._file, value, defaults):
            self._show(Kind.SPACE, replace(place, value=each))

    def _shading(self, value: Any, place: Inspected) -> None:
        if "ColorSpace" in (entries := self._file.entries(value)):
            self._space(entries["ColorSpace"], replace(place, number=_number(value, place)))

    def _pattern(self, value: Any, place: Inspected, depth: int) -> None:
        pattern = self._file.resolve(value)
        entries = self._file.entries(pattern)
        inside = replace(place, number=_number(value, place))
        if isinstance(pattern, PdfStream):
            if self._once("pattern", pattern.number):
                inside = replace(inside, resources=entries.get("Resources", place.resources))
                self._content(self._file.decoded(pattern), inside, DrawingState(), depth + 1)
        elif self._once("pattern", repr(value)):
            self._shading(entries.get("Shading"), inside)
            self._state(entries.get("ExtGState"), inside, depth)

    def _fonts(self, use: ContentUse, place: Inspected, depth: int) -> None:
        fonts = self._resources(place, "Font")
        for name in sorted(use.fonts & fonts.keys()):
            self._font(fonts[name], place, depth)

    def _font(self, value: Any, place: Inspected, depth: int) -> None:
        number = _number(value, place)
        font = self._file.entries(value)
        if not font or not self._once("font", repr(value)):
            return
        inside = replace(place, value=font, number=number, resources=font.get("Resources", place.resources))
        self._show(Kind.FONT, inside)
        for glyph in self._file.entries(font.get("CharProcs")).values():
            stream = self._file.resolve(glyph)
            if isinstance(stream, PdfStream):
                self._content(self._file.decoded(stream), replace(inside, number=stream.number), DrawingState(), depth + 1)

    def _state(self, value: Any, place: Inspected, depth: int) -> None:
        state = self._file.entries(value)
        if not state or not self._once("state", repr(value)):
            return
        inside = replace(place, value=state, number=_number(value, place))
        self._show(Kind.STATE, inside)
        for font in self._file.array(state.get("Font"))[:1]:
            self._font(font, place, depth)
        mask = self._file.entries(state.get("SMask"))
        group = self._file.resolve(mask.get("G"))
        if isinstance(group, PdfStream) and self._once("mask", group.number):
            self._drawing(mask.get("G"), place, DrawingState(), depth + 1)

    def _group(self, thing: Inspected) -> None:
        if group := self._file.entries(thing.value):
            self._show(Kind.GROUP, replace(thing, value=group))


def _number(value: Any, place: Inspected) -> int | None:
    """Return the number of an object that is referred to, else that of what it is in."""
    return value.number if isinstance(value, PdfReference) else place.number


def _defaults(spaces: dict[str, Any]) -> list[Any]:
    return [spaces.get(name) for name in ("DefaultGray", "DefaultRGB", "DefaultCMYK")]
