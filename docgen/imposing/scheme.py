"""Schemes of imposition: how pages are arranged on a press sheet, as a small TOML file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from docgen.errors import DataError, FormError, UsageError, nearest_hint
from docgen.fields.keys import DISTANCE, FLAG, SIZE, Reader, build, choice, key
from docgen.files import read_bytes, read_toml, shipped
from docgen.messages import _
from docgen.units import ZERO, Length, mm

SIZE_LIMIT = 1 << 20
#: The most columns or rows of a grid, and sheets of a lift.
MOST_POSITIONS, MOST_DEPTH = 50, 100_000
#: A size that a scheme leaves open: `fitted` in layout.py says it, by the pages that are imposed.
OPEN = (ZERO, ZERO)
#: The scheme of a page by itself with its marks.
SINGLE = "single"
TURNS = (0, 90, 180, 270)


def _pair(reader: Reader[Length]) -> Reader[tuple[Length, Length]]:
    def read(value: object) -> tuple[Length, Length]:
        if not isinstance(value, list) or len(value) != 2:
            raise ValueError(value)
        return reader.read(value[0]), reader.read(value[1])

    return Reader(lambda: _('two lengths with their unit, across and up, such as ["450mm", "320mm"]'), read)


def _between(first: int, last: int) -> Reader[int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not first <= value <= last:
            raise ValueError(value)
        return value

    return Reader(lambda: _("a whole number, {first} to {last}", first=first, last=last), read)


def _turn(value: object) -> int:
    if isinstance(value, bool) or value not in TURNS:
        raise ValueError(value)
    return int(str(value))


@dataclass(frozen=True, slots=True)
class Scheme:
    """How pages are arranged on a sheet: `columns` × `rows` positions of the size of a page, `gutter` apart, in its middle."""

    name: str
    columns: int = key(_between(1, MOST_POSITIONS))
    rows: int = key(_between(1, MOST_POSITIONS))
    #: Left out, as large as its pages with their bleed and marks and the gripper.
    sheet: tuple[Length, Length] = key(_pair(SIZE), OPEN)
    #: Left out, as large as the first page.
    page: tuple[Length, Length] = key(_pair(SIZE), OPEN)
    gutter: tuple[Length, Length] = key(_pair(DISTANCE), (ZERO, ZERO))
    #: How far beyond the trim pages are drawn; between two pages at most half the gutter.
    bleed: Length = key(DISTANCE, mm(3))
    #: The lower edge of the sheet, which the press holds: nothing is printed there.
    gripper: Length = key(DISTANCE, ZERO)
    #: By how many degrees pages are turned to the left; those that lie across their position are turned by 90 more.
    turn: int = key(Reader(lambda: "0, 90, 180, 270", _turn), 0)
    marks: bool = key(FLAG, True)
    depth: int = key(_between(1, MOST_DEPTH), 500)
    #: Whether sheets are printed on both sides; None is as the volumes say, those of others on one.
    duplex: bool | None = key(FLAG, None)
    #: The edge at which a finished leaf is turned over. The sheet is turned over sideways, its gripper stays where it is.
    binding: str = key(choice("left", "top"), "left")

    @property
    def positions(self) -> int:
        """How many pages a side of the sheet has."""
        return self.columns * self.rows


def read_scheme(text: str, name: str, file: str) -> Scheme:
    """Return the scheme of a TOML text; DataError, with file and key, for what is wrong in it."""
    try:
        raw = read_toml(text)
    except ValueError as error:
        message = _("this is no TOML: {reason}", reason=error)
        hint = _('Write key = value, lengths as "450mm": the page for print shops shows a scheme with all its keys.')
        raise DataError.because("scheme-damaged", message, hint, file=file) from None
    try:
        return build(Scheme, raw, file, "", name=name)
    except FormError as error:
        raise DataError(error.problems) from None


def scheme_names() -> list[str]:
    """Return the names of the shipped schemes."""
    return sorted(path.stem for path in _folder().glob("*.toml"))


def open_scheme(named: Path | str) -> Scheme:
    """Return a shipped scheme by its name, or that of a file.

    Raise UsageError where there is none of the name, DataError for a file that is missing or wrong.
    """
    text = str(named)
    if text in scheme_names():
        return read_scheme((_folder() / f"{text}.toml").read_text("utf-8"), text, f"{text}.toml")
    path = Path(named)
    if path.suffix != ".toml" and not path.exists():
        message = _("there is no scheme “{name}”", name=text)
        raise UsageError.because("scheme-unknown", message, nearest_hint(text, scheme_names()))
    try:
        content = read_bytes(path, SIZE_LIMIT).decode("utf-8-sig")
    except UnicodeDecodeError:
        hint = _("Save it anew with the encoding UTF-8.")
        raise DataError.because("scheme-damaged", _("this is no text in UTF-8"), hint, file=text) from None
    return read_scheme(content, path.stem, text)


def _folder() -> Path:
    return shipped("forms") / "schemes"
