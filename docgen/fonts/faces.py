"""Which files are Times New Roman on this machine, and their metrics.

The acts prescribe Times New Roman. A licensed copy is preferred where it is found: in the folder that `DOCGEN_FONTS`
names, in `fonts/`, then among the system's fonts. Otherwise Liberation Serif 2.1.5, shipped in `fonts/`, stands in: it has
the same advance widths and every Kazakh letter. Liberation Serif of another origin is never taken (1.x lacks Ә Ғ Қ Ң Ө Ұ Ү Һ).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from docgen.errors import MachineError, UsageError
from docgen.files import shipped
from docgen.fonts.truetype import TrueType, TrueTypeError
from docgen.messages import _
from docgen.units import Length, pt

#: What documents are written in.
ALPHABET = frozenset(
    "АаӘәБбВвГгҒғДдЕеЁёЖжЗзИиЙйКкҚқЛлМмНнҢңОоӨөПпРрСсТтУуҰұҮүФфХхҺһЦцЧчШшЩщЪъЫыІіЬьЭэЮюЯя"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;!?-–—()[]/\\\"'«»“”„№%&+*="
)
PRESCRIBED = "Times New Roman"
SUBSTITUTE = "Liberation Serif"
KAZAKH_LETTERS = "ӘәҒғҚқҢңӨөҰұҮүҺһІі№"

#: (bold, italic) → the names under which the face is distributed.
FileNames = Mapping[tuple[bool, bool], tuple[str, ...]]
LICENSED_FILES: FileNames = {
    (False, False): ("times.ttf", "Times_New_Roman.ttf", "Times New Roman.ttf"),
    (True, False): ("timesbd.ttf", "Times_New_Roman_Bold.ttf", "Times New Roman Bold.ttf"),
    (False, True): ("timesi.ttf", "Times_New_Roman_Italic.ttf", "Times New Roman Italic.ttf"),
    (True, True): ("timesbi.ttf", "Times_New_Roman_Bold_Italic.ttf", "Times New Roman Bold Italic.ttf"),
}
SUBSTITUTE_FILES: FileNames = {
    (False, False): ("LiberationSerif-Regular.ttf",),
    (True, False): ("LiberationSerif-Bold.ttf",),
    (False, True): ("LiberationSerif-Italic.ttf",),
    (True, True): ("LiberationSerif-BoldItalic.ttf",),
}
SYSTEM_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "/System/Library/Fonts/Supplemental",
    "C:/Windows/Fonts",
)


@dataclass(frozen=True, slots=True)
class Font:
    """A face and size as a form asks for it: `bold 14pt`."""

    size: Length
    bold: bool = False
    italic: bool = False

    def at(self, size: Length) -> Font:
        """Return the same face in another size."""
        return Font(size, self.bold, self.italic)

    def __str__(self) -> str:
        style = ("bold " if self.bold else "") + ("italic " if self.italic else "")
        return f"{style}{self.size.pt:g}pt"


@dataclass(frozen=True, eq=False)
class Face:
    """One font file: what it covers and how wide its letters are."""

    path: Path
    family: str
    bold: bool = False
    italic: bool = False
    _advances: dict[str, int] = field(default_factory=dict, repr=False)

    @cached_property
    def file(self) -> TrueType:
        """The content of the file; reading it raises TrueTypeError if it is damaged."""
        return TrueType(self.path)

    @cached_property
    def postscript_name(self) -> str:
        """The name by which a PDF calls the face: `LiberationSerif-Bold`, `TimesNewRomanPS-BoldMT`."""
        return self.file.postscript_name

    @cached_property
    def units_per_em(self) -> int:
        """The font units of one em."""
        return self.file.units_per_em

    @cached_property
    def cap_height(self) -> float:
        """The height of a flat capital, in ems: measured at H, since what a face says of itself may be rounded."""
        return self.file.top(self.file.glyphs[ord("H")]) / self.units_per_em

    @cached_property
    def bounds(self) -> tuple[int, int, int, int]:
        """The box around all glyphs (left, lower, right, upper), in thousandths of an em."""
        left, lower, right, upper = (round(1000 * edge / self.units_per_em) for edge in self.file.bounds)
        return left, lower, right, upper

    @cached_property
    def ascent(self) -> float:
        """The typographic ascent above the baseline, in ems."""
        return self.file.ascent / self.units_per_em

    @cached_property
    def descent(self) -> float:
        """The typographic descent below the baseline, in ems, positive."""
        return -self.file.descent / self.units_per_em

    def lacks(self, text: str) -> list[str]:
        """Return the characters of `text` that the face has no glyph for, each once."""
        return [letter for letter in dict.fromkeys(text) if ord(letter) not in self.file.glyphs]

    def advance(self, letter: str) -> int:
        """Return how far one letter moves the pen, in font units, without kerning."""
        if letter not in self._advances:
            self._advances[letter] = self.file.advance(self.file.glyphs[ord(letter)])
        return self._advances[letter]

    def width(self, text: str, size: Length) -> Length:
        """Return the advance width of `text` set at `size`, kerning and ligatures off."""
        return Length(size.mm * self.units(text) / self.units_per_em)

    def units(self, text: str) -> int:
        """Return the advance width of `text` in font units, kerning and ligatures off."""
        try:
            return sum(map(self._advances.__getitem__, text))
        except KeyError:
            return sum(map(self.advance, text))


@dataclass(frozen=True, eq=False)
class Family:
    """The four faces that documents are set in."""

    name: str
    faces: tuple[Face, ...]

    @cached_property
    def _by_style(self) -> dict[tuple[bool, bool], Face]:
        return {(face.bold, face.italic): face for face in self.faces}

    def face(self, font: Font) -> Face:
        """Return the face of a font."""
        return self._by_style[font.bold, font.italic]

    def width(self, text: str, font: Font) -> Length:
        """Return the advance width of `text`, kerning and ligatures off."""
        return self.face(font).width(text, font.size)

    def cap_height(self, font: Font) -> Length:
        """Return the height of a line as an act means it: from the baseline to the top of a flat capital."""
        return font.size * self.face(font).cap_height

    def lacks(self, text: str) -> list[str]:
        """Return the characters that cannot be printed in the regular or the bold face."""
        return self._look_up(text) if self._strange.search(text) else []

    @cached_property
    def _strange(self) -> re.Pattern[str]:
        """Finds a letter that is none of those of the alphabet that can be printed, which most texts are made of."""
        return none_of(ALPHABET.difference(self._look_up("".join(ALPHABET))))

    def _look_up(self, text: str) -> list[str]:
        return [letter for face in self.faces if not face.italic for letter in face.lacks(text)]

    @property
    def is_prescribed(self) -> bool:
        """Whether it is the face that the acts prescribe."""
        return self.name == PRESCRIBED


_settled: ContextVar[Family | None] = ContextVar("docgen faces", default=None)


def none_of(letters: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of a letter that is none of these, ten times as fast as a test of each letter."""
    return re.compile(f"[^{re.escape(''.join(sorted(letters)))}]")


def family() -> Family:
    """Return the faces to use on this machine; raise MachineError if even the shipped ones are missing.

    Raise UsageError if `DOCGEN_FONTS` names no folder: the substitute would be printed unnoticed.
    """
    return _settled.get() or _find(os.environ.get("DOCGEN_FONTS", ""))


@contextmanager
def settled(folder: Path | str | None = None) -> Iterator[None]:
    """Use the same faces until the block ends: those found with `folder` as the own one, else those in use now.

    The environment is read once, and not for each record. Raise UsageError for a folder that is not there.
    """
    token = _settled.set(family() if folder is None else _find(str(folder)))
    try:
        yield
    finally:
        _settled.reset(token)


@lru_cache
def _find(own_folder: str) -> Family:
    if own_folder and not os.path.isdir(own_folder):
        message = _("there is no such folder")
        raise UsageError.because("fonts-folder-missing", message, _("Check DOCGEN_FONTS."), file=own_folder)
    own = [Path(own_folder)] if own_folder else []
    system = [Path(folder).expanduser() for folder in SYSTEM_FOLDERS]
    for folder in [*own, shipped("fonts"), *system]:
        licensed = _faces_in(folder, PRESCRIBED, LICENSED_FILES)
        if licensed and all(map(_is_sound, licensed)):
            return Family(PRESCRIBED, licensed)
    if substitute := _faces_in(shipped("fonts"), SUBSTITUTE, SUBSTITUTE_FILES):
        return Family(SUBSTITUTE, substitute)
    raise MachineError.because(
        "font-missing",
        _("neither Times New Roman nor Liberation Serif is there"),
        _("Install docgen anew, or name a folder with times.ttf, timesbd.ttf, timesi.ttf, timesbi.ttf in DOCGEN_FONTS."),
        file=str(shipped("fonts")),
    )


def _faces_in(folder: Path, name: str, files: FileNames) -> tuple[Face, ...]:
    """Return the four faces of a family below `folder`, or nothing unless all are there and have every Kazakh letter."""
    found = {path.name.lower(): path for path in _font_files(folder)}
    faces = []
    for (bold, italic), names in files.items():
        path = next((found[file.lower()] for file in names if file.lower() in found), None)
        face = Face(path, name, bold, italic) if path else None
        if face is None or not _is_readable(face) or face.lacks(KAZAKH_LETTERS):
            return ()
        faces.append(face)
    return tuple(faces)


def _is_readable(face: Face) -> bool:
    """Return whether a font file can be read; a damaged one is passed over like a missing one."""
    try:
        return bool(face.file.glyphs)
    except TrueTypeError:
        return False


def _is_sound(face: Face) -> bool:
    """Return whether a face that somebody put here has all that documents are written in, and outlines that can be printed."""
    try:
        return not face.lacks("".join(ALPHABET)) and bool(face.file.subset(map(ord, ALPHABET))) and face.cap_height > 0
    except TrueTypeError:
        return False


def _font_files(folder: Path) -> Iterator[Path]:
    for root, _folders, names in os.walk(folder):
        yield from (Path(root, name) for name in sorted(names) if name.lower().endswith(".ttf"))


def font(text: str) -> Font:
    """Return the font of `bold 14pt`, `italic 10pt` or `14pt`; raise ValueError for anything else."""
    *style, size = text.split() if isinstance(text, str) else [""]
    if not size.endswith("pt") or set(style) - {"bold", "italic"} or len(set(style)) < len(style):
        raise ValueError(text)
    points = float(size[:-2])
    if not 1 <= points <= 500:
        raise ValueError(text)
    return Font(pt(points), "bold" in style, "italic" in style)
