"""What a page draws, read from its content stream: runs of text, and the rest as the master that it shares with other pages.

Only streams that consist of what the press writes are understood, operator by operator (ISO 32000-1, annex A).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from docgen.pdf.source import RawObject, SourceFile
from docgen.pdf.syntax import entries, members, reference
from docgen.preflighting.alike.same_objects import FileObjects, SameObjects

NUMBER = rb"-?\d+(?:\.\d+)?"
#: A run of text in one face at one place (9.4): it leaves nothing behind that changes what is drawn after it.
RUN = rb"BT /(\w+) (%(n)s) Tf (%(n)s) (%(n)s) Td \(((?:[^\\()\r]|\\[\\()r])*)\) Tj ET" % {b"n": NUMBER}
#: A colour, a filled rectangle, a graphics state, a step to the trimmed sheet, the graphics state saved around them.
PLAIN = rb"(?:%(n)s ){3}rg|(?:%(n)s ){4}k|(?:%(n)s ){4}re f|q|Q" % {b"n": NUMBER}
NAMED = rb"/(\w+) (Do|gs)"
STEP = rb"1 0 0 1 (%(n)s) (%(n)s) cm" % {b"n": NUMBER}
#: White space is what ISO 32000-1, 7.2.2, counts as such: Python's has a letter more.
OPERATOR = re.compile(rb"(?:%s|(%s)|%s|%s)(?:[\0\t\n\f\r ]+|\Z)" % (RUN, PLAIN, NAMED, STEP), re.DOTALL)
RUN_OF_TEXT = re.compile(RUN, re.DOTALL)
ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
COLOURS = (b"rg", b"k")
#: The colour of what is drawn before one is set: that of the page at the place where a form XObject is drawn (8.10.1).
INHERITED = b""
#: The box of a form XObject that leaves nothing out: the largest page (annex C.2).
UNCLIPPED = [b"0", b"0", b"14400", b"14400"]
#: How a content is stored: as it is, or deflated. What else there is PDFium may decode otherwise, or not at all.
STORED = (None, b"/FlateDecode")
#: The entries of a page that add nothing to what its content draws; boxes are a part of the master. /DPart says to which part of
#: the document it belongs (ISO 16612-2, 6.3).
BOXES = (b"/MediaBox", b"/CropBox", b"/BleedBox", b"/TrimBox", b"/ArtBox", b"/Rotate")
PAGE_ENTRIES = {b"/Type", b"/Parent", b"/Contents", b"/Resources", b"/DPart", *BOXES}
#: The entries of a resource dictionary whose names are read one by one; /ProcSet says nothing that counts (14.2).
NAMED_KINDS = {b"/Font", b"/XObject", b"/ExtGState", b"/ProcSet"}
#: The entries of a form XObject that has the space of the page (8.10), of one that may be a part of many.
FORM_ENTRIES = {b"/Type", b"/Subtype", b"/BBox", b"/Resources", b"/Filter", b"/Length", b"/FormType"}
#: The entries of a graphics state that leave text visible and where it is (8.4.5).
STATE_ENTRIES = {b"/Type", b"/OP", b"/op", b"/OPM"}

Shift = tuple[bytes, bytes]
NO_SHIFT: Shift = (b"0", b"0")


#: What is drawn besides text: left, bottom, width and height of a rectangle, and the shift of its space; or None, anywhere.
Paint = tuple[tuple[float, ...], Shift] | None


class TextRun(NamedTuple):
    """A run of text: the identity of its font, its size, its origin and the shift of its space, as they are written.

    It has a `colour`, and is drawn after so many of the page's `paints`.
    """

    font: int
    size: bytes
    x: bytes
    y: bytes
    codes: bytes
    shift: Shift
    colour: bytes = b""
    after: int = 0


@dataclass(frozen=True, slots=True)
class PageContent:
    """What a page draws. `master` is equal for pages that are drawn alike but for their runs; these have the same `paints`."""

    master: tuple[bytes, ...]
    runs: tuple[TextRun, ...]
    paints: tuple[Paint, ...]


class NotUnderstood(Exception):
    """A stream or dictionary has something that the press does not write."""


#: What reading a page may raise.
UNREAD = (NotUnderstood, ValueError, LookupError, StopIteration, OSError, zlib.error)


@dataclass
class _Resources:
    """What names stand for: fonts by their identity, form XObjects by their numbers, graphics states by what they say.

    `others` is all else that is in them, such as colour spaces.
    """

    fonts: dict[bytes, int]
    forms: dict[bytes, int]
    states: dict[bytes, bytes]
    others: bytes


@dataclass
class _Drawing:
    """What a stream draws: its runs of text, and the operators that draw anything else, each with its colour.

    `colours` are all that are set, also for texts.
    """

    runs: list[TextRun] = field(default_factory=list)
    operators: list[tuple[bytes, bytes]] = field(default_factory=list)
    paints: list[Paint] = field(default_factory=list)
    colours: set[bytes] = field(default_factory=set)

    @property
    def master(self) -> tuple[bytes, ...]:
        """What is equal for pages that are drawn alike but for their runs, whichever of it stands in form XObjects."""
        return (*sorted(self.colours), *[b" ".join(operator) for operator in self.operators])


class _State(NamedTuple):
    """What of the graphics state is followed (8.4.1): the colour of fills, and the shift of the space."""

    colour: bytes = INHERITED
    shift: Shift = NO_SHIFT


class DrawnPages:
    """Reads the pages of one file, whose pages were walked; what they share is read once.

    With `same`, pages of several files are compared: what is the same object in each is one.
    """

    def __init__(self, source: SourceFile, same: SameObjects | None = None):
        self._source, self.objects = source, FileObjects(source, same or SameObjects())
        self._known: dict[bytes, _Resources] = {}
        #: The kinds of pages by their entries but /Contents, and by what is left of their content without the runs.
        self._kinds: dict[tuple[bytes, ...], object] = {}
        self._forms: dict[int, _Drawing | None] = {}
        #: The runs of form XObjects by the states in which they were drawn, and after how many paints.
        self._placed: dict[tuple[int, _State, int], Sequence[TextRun]] = {}

    def content(self, index: int) -> PageContent | None:
        """Return what a page draws; None if it is not understood."""
        try:
            return self._content(index)
        except UNREAD:
            return None

    def kind(self, index: int) -> object:
        """Return what is equal for pages of one master and as many runs of text; None for a page that is not understood."""
        try:
            page, content = self._read(index)
            left = (*[page.get(name, b"") for name in (b"/Resources", *BOXES)], RUN_OF_TEXT.sub(b"~", content))
            if left not in self._kinds:
                found = self._drawn(page, content)
                self._kinds[left] = found.master, len(found.runs)
            return self._kinds[left]
        except UNREAD:
            return None

    def _read(self, index: int) -> tuple[dict[bytes, bytes], bytes]:
        """Return the entries of a page, and its content."""
        page = self._source.page(index).entries
        stream = reference(page[b"/Contents"])
        if stream is None or not page.keys() <= PAGE_ENTRIES:
            raise NotUnderstood
        return page, content_of(self._source, self._source.object(stream))

    def _content(self, index: int) -> PageContent:
        return self._drawn(*self._read(index))

    def _drawn(self, page: dict[bytes, bytes], content: bytes) -> PageContent:
        resources = page.get(b"/Resources", b"<<>>")
        drawing = self._drawing(content, resources, is_page=True)
        boxes = [self.objects.flat(page.get(name, b"")) for name in BOXES]
        master = (self._resources(resources).others, *boxes, *drawing.master)
        return PageContent(master, tuple(drawing.runs), tuple(drawing.paints))

    def fonts(self, index: int) -> tuple[int, ...]:
        """Return the identities of the fonts that a page may use; ValueError or LookupError where they cannot be read."""
        resources = self._source.page(index).entries.get(b"/Resources", b"<<>>")
        return tuple(sorted(set(self._resources(resources).fonts.values())))

    def _drawing(self, content: bytes, raw: bytes, *, is_page: bool) -> _Drawing:
        resources = self._resources(raw)
        drawing, state, states, at = _Drawing(), _State(), list[_State](), 0
        while at < len(content):
            found = OPERATOR.match(content, at)
            if not found:
                raise NotUnderstood
            at = found.end()
            font, size, x, y, codes, plain, name, verb, right, up = found.groups()
            if font:
                place = (size, x, y, _plain(codes), state.shift, state.colour, len(drawing.paints))
                drawing.runs.append(TextRun(resources.fonts[font], *place))
            elif right:
                if state.shift != NO_SHIFT or not is_page:
                    raise NotUnderstood
                state = state._replace(shift=(right, up))
                drawing.operators.append((INHERITED, b"%s %s cm" % state.shift))
            elif verb == b"Do":
                if not is_page:  # the press nests nothing but artwork, and a form XObject may lead to itself
                    raise NotUnderstood
                self._draw_form(resources.forms[name], state, drawing)
            elif plain and plain.endswith(COLOURS):
                state = state._replace(colour=plain)
                drawing.colours.add(plain)
            elif plain and plain.endswith(b"f"):
                drawing.operators.append((state.colour, plain))
                drawing.paints.append((tuple(map(float, plain.split()[:4])), state.shift))
            else:
                if plain == b"q":
                    states.append(state)
                elif plain == b"Q":
                    state = states.pop()
                drawing.operators.append((INHERITED, plain or resources.states[name]))
        if states:
            raise NotUnderstood
        return drawing

    def _draw_form(self, number: int, state: _State, drawing: _Drawing) -> None:
        """Add what a form XObject draws: its runs, and its identity unless it is text, or text and one rectangle."""
        if number not in self._forms:
            self._forms[number] = self._form(number)
        form = self._forms[number]
        if form:
            key = number, state, len(drawing.paints)
            if key not in self._placed:
                self._placed[key] = _placed(form, state, len(drawing.paints))
            drawing.runs += self._placed[key]
            drawing.colours |= form.colours
        if not form or form.paints:
            drawing.paints += [(box, state.shift) for box, _none in filter(None, form.paints)] if form else [None]
        if form and _is_plain(form):
            drawing.operators += [(colour or state.colour, operator) for colour, operator in form.operators]
        else:
            drawing.operators.append((state.colour, b"object %d" % self.objects.identity(number)))

    def _form(self, number: int) -> _Drawing | None:
        """Return what a form XObject draws; None for artwork, of which a master that is measured shows that it has no text."""
        form = self._source.object(number)
        found = entries(form.head)
        if not found.keys() <= FORM_ENTRIES or not {b"/BBox", b"/Resources"} <= found.keys():
            return None
        if self._resources(found[b"/Resources"]).others or members(found[b"/BBox"]) != UNCLIPPED:
            return None
        try:
            return self._drawing(content_of(self._source, form), found[b"/Resources"], is_page=False)
        except (NotUnderstood, LookupError):
            return None

    def _resources(self, raw: bytes) -> _Resources:
        if raw not in self._known:
            found = entries(self._source.resolved(raw))
            numbers, forms = (self._numbers(found.get(kind)) for kind in (b"/Font", b"/XObject"))
            fonts = {name: self.objects.identity(number) for name, number in numbers.items()}
            others = b"".join(name + b" " + self.objects.flat(found[name]) for name in sorted(found.keys() - NAMED_KINDS))
            self._known[raw] = _Resources(fonts, forms, self._states(found.get(b"/ExtGState")), others)
        return self._known[raw]

    def _named(self, raw: bytes | None) -> dict[bytes, bytes]:
        found = entries(self._source.resolved(raw)) if raw else {}
        if any(b"#" in name for name in found):  # two names may then be one (7.3.5)
            raise NotUnderstood
        return {name[1:]: value for name, value in found.items()}

    def _numbers(self, raw: bytes | None) -> dict[bytes, int]:
        """Return the object of each name; what is no reference has none."""
        numbers = {name: reference(value) for name, value in self._named(raw).items()}
        return {name: number for name, number in numbers.items() if number is not None}

    def _states(self, raw: bytes | None) -> dict[bytes, bytes]:
        states = {name: self._source.resolved(value) for name, value in self._named(raw).items()}
        return {name: self.objects.flat(state) for name, state in states.items() if entries(state).keys() <= STATE_ENTRIES}


def content_of(source: SourceFile, stream: RawObject) -> bytes:
    """Return what a stream holds; NotUnderstood for one that is stored as the press stores none."""
    head = entries(stream.head)
    if head.get(b"/Filter") not in STORED or b"/DecodeParms" in head or b"/F" in head:
        raise NotUnderstood
    return source.inflated(stream)


def _placed(form: _Drawing, state: _State, after: int) -> Sequence[TextRun]:
    """Return the runs of a form XObject as they are drawn on a page in this state, after so many of its paints."""
    return [run._replace(shift=state.shift, colour=run.colour or state.colour, after=run.after + after) for run in form.runs]


def _is_plain(form: _Drawing) -> bool:
    """Return whether a form XObject draws what the page itself might draw, and leaves it as the page would.

    What has several rectangles is one thing, as all are taken off for the rules of a blank or none.
    """
    return not form.operators or (len(form.operators) == 1 and form.operators[0][1].endswith(b"f"))


def _plain(codes: bytes) -> bytes:
    """Return the bytes that a literal string stands for (7.3.4.2)."""
    if b"\\" not in codes:
        return codes
    replaced: Callable[[re.Match[bytes]], bytes] = lambda found: b"\r" if found[1] == b"r" else found[1]  # noqa: E731
    return ESCAPED.sub(replaced, codes)
