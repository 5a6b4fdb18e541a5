"""What a content stream uses: colours, fonts, graphics states, drawings, and the state that it draws them in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from docgen.preflighting.standards.objects import PdfName
from docgen.preflighting.standards.operators import OPERATORS, ContentOperation, names_in, operations

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
#: Operators that set a device colour space with the colour (8.6.8).
DEVICE = {
    "g": PdfName("DeviceGray"), "G": PdfName("DeviceGray"), "rg": PdfName("DeviceRGB"), "RG": PdfName("DeviceRGB"),
    "k": PdfName("DeviceCMYK"), "K": PdfName("DeviceCMYK"),
}  # fmt: skip
#: Operators that show text (9.4.3), and the rendering mode in which nothing is seen (table 106).
SHOW_TEXT = frozenset(("Tj", "TJ", "'", '"'))
UNSEEN = 3
INKS = 4
#: Entries and values of inline images that are written short (tables 93 and 94).
SHORT = {
    "BPC": "BitsPerComponent", "CS": "ColorSpace", "D": "Decode", "DP": "DecodeParms", "F": "Filter", "H": "Height",
    "IM": "ImageMask", "I": "Interpolate", "W": "Width",
}  # fmt: skip
SHORT_SPACES = {"G": "DeviceGray", "RGB": "DeviceRGB", "CMYK": "DeviceCMYK", "I": "Indexed"}


@dataclass(frozen=True, slots=True)
class DrawingState:
    """What of the graphics state rules ask for: the matrix, the inks of fills, overprinting, the font.

    `space` is that of fills; `inks` are the four of a DeviceCMYK colour, None for any other; `is_gray_black` is DeviceGray's.
    """

    matrix: Matrix = IDENTITY
    space: str = "DeviceGray"
    stroke_space: str = "DeviceGray"
    inks: tuple[float, ...] | None = None
    is_gray_black: bool = True
    overprints: bool = False
    mode: float = 0
    text_mode: float = 0
    font: str = ""

    @property
    def is_black(self) -> bool:
        """Whether fills are black ink alone."""
        return self.is_gray_black or self.inks == (0, 0, 0, 1)


@dataclass
class ContentUse:
    """What one content stream uses; names are those of its resources."""

    spaces: set[PdfName] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)
    shadings: set[str] = field(default_factory=set)
    fonts: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    #: Drawing → the state in which it is drawn largest.
    drawings: dict[str, DrawingState] = field(default_factory=dict)
    images: list[dict[str, Any]] = field(default_factory=list)
    image_states: list[DrawingState] = field(default_factory=list)
    intents: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    properties: set[str] = field(default_factory=set)
    depth: int = 0
    is_balanced: bool = True
    #: The most ink of a colour, of 1 each; text in black ink that clears what is under it; white that is printed over it.
    ink: float = 0
    black_clears: bool = False
    white_overprints: bool = False


class UsageReader:
    """Reads a content stream; `state_of` returns the entries of the graphics state of a name."""

    def __init__(self, state_of: Callable[[str], Mapping[str, Any]], start: DrawingState):
        self.use = ContentUse()
        self._state_of, self._now = state_of, start
        self._stack: list[DrawingState] = []

    def read(self, content: bytes) -> ContentUse:
        """Return what a content stream uses."""
        for operation in operations(content):
            handle = _HANDLERS.get(operation.operator)
            if handle:
                handle(self, operation)
            elif operation.operator not in OPERATORS:
                self.use.unknown.add(operation.operator)
        self.use.is_balanced = self.use.is_balanced and not self._stack
        return self.use

    def _save(self, _operation: ContentOperation) -> None:
        self._stack.append(self._now)
        self.use.depth = max(self.use.depth, len(self._stack))

    def _restore(self, _operation: ContentOperation) -> None:
        if self._stack:
            self._now = self._stack.pop()
        else:
            self.use.is_balanced = False

    def _transform(self, operation: ContentOperation) -> None:
        if len(operation.operands) == 6 and None not in operation.operands:
            a, b, c, d, e, f = operation.operands
            self._now = replace(self._now, matrix=product((a, b, c, d, e, f), self._now.matrix))

    def _device_colour(self, operation: ContentOperation) -> None:
        space = DEVICE[operation.operator]
        self.use.spaces.add(space)
        self._set(operation, space)

    def _set(self, operation: ContentOperation, space: str) -> None:
        """Set the colour of fills or strokes, whose operators are small and capital letters."""
        levels = tuple(operation.operands)
        is_ink = space == "DeviceCMYK" and len(levels) == INKS and None not in levels
        if is_ink:
            self.use.ink = max(self.use.ink, sum(levels))
        if not operation.operator.islower():
            self._now = replace(self._now, stroke_space=space)
        else:
            is_black = space == "DeviceGray" and levels == (0,)
            self._now = replace(self._now, space=space, inks=levels if is_ink else None, is_gray_black=is_black)

    def _space(self, operation: ContentOperation) -> None:
        names = names_in(operation.operands)
        self.use.spaces.update(names)
        if operation.operator == "CS" and names:
            self._now = replace(self._now, stroke_space=names[0])
        elif names:
            black = (0.0, 0.0, 0.0, 1.0) if names[0] == "DeviceCMYK" else None  # what a space begins with (8.6.8)
            self._now = replace(self._now, space=names[0], inks=black, is_gray_black=names[0] == "DeviceGray")

    def _colour(self, operation: ContentOperation) -> None:
        self.use.patterns.update(names_in(operation.operands))
        self._set(operation, self._now.space if operation.operator.islower() else self._now.stroke_space)

    def _graphics_state(self, operation: ContentOperation) -> None:
        for name in names_in(operation.operands):
            self.use.states.add(name)
            entries = self._state_of(name)
            overprints = entries.get("op", entries.get("OP", self._now.overprints))
            self._now = replace(self._now, overprints=overprints is True, mode=entries.get("OPM", self._now.mode))

    def _font(self, operation: ContentOperation) -> None:
        for name in names_in(operation.operands[:1]):
            self._now = replace(self._now, font=name)

    def _text_mode(self, operation: ContentOperation) -> None:
        self._now = replace(self._now, text_mode=operation.operands[0] if operation.operands else 0)

    def _text(self, _operation: ContentOperation) -> None:
        now = self._now
        if now.text_mode == UNSEEN:
            return
        self.use.fonts.add(now.font)
        if now.is_black and not (now.overprints and now.mode == 1 and not now.is_gray_black):
            self.use.black_clears = True
        self._fill(_operation)

    def _fill(self, _operation: ContentOperation) -> None:
        now = self._now
        if now.inks == (0, 0, 0, 0) and now.overprints and now.mode == 1:
            self.use.white_overprints = True

    def _draw(self, operation: ContentOperation) -> None:
        for name in names_in(operation.operands):
            known = self.use.drawings.get(name)
            if known is None or area(known.matrix) < area(self._now.matrix):
                self.use.drawings[name] = self._now

    def _shade(self, operation: ContentOperation) -> None:
        self.use.shadings.update(names_in(operation.operands))

    def _intent(self, operation: ContentOperation) -> None:
        self.use.intents.update(names_in(operation.operands))

    def _property(self, operation: ContentOperation) -> None:
        self.use.properties.update(names_in(operation.operands[1:]))

    def _inline_image(self, operation: ContentOperation) -> None:
        [short] = operation.operands
        self.use.images.append({SHORT.get(name, name): value for name, value in short.items()})
        self.use.image_states.append(self._now)


_HANDLERS: dict[str, Callable[[UsageReader, ContentOperation], None]] = {
    "q": UsageReader._save,
    "Q": UsageReader._restore,
    "cm": UsageReader._transform,
    "cs": UsageReader._space,
    "CS": UsageReader._space,
    "gs": UsageReader._graphics_state,
    "Tf": UsageReader._font,
    "Tr": UsageReader._text_mode,
    "Do": UsageReader._draw,
    "sh": UsageReader._shade,
    "ri": UsageReader._intent,
    "BDC": UsageReader._property,
    "BI": UsageReader._inline_image,
    **dict.fromkeys(DEVICE, UsageReader._device_colour),
    **dict.fromkeys(("sc", "scn", "SC", "SCN"), UsageReader._colour),
    **dict.fromkeys(SHOW_TEXT, UsageReader._text),
    **dict.fromkeys(("f", "F", "f*", "b", "B", "b*", "B*"), UsageReader._fill),
}


def area(matrix: Matrix) -> float:
    """Return how large the unit square is where a matrix leads."""
    a, b, c, d, _e, _f = matrix
    return abs(a * d - b * c)


def product(first: Matrix, second: Matrix) -> Matrix:
    """Return the matrix that does what `first` does and then `second` (8.3.4)."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u
