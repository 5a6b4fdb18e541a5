"""Rules of the house: what prints badly though the standard allows it. They remark, and refuse nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from docgen.inks.palette import INK_LIMIT
from docgen.messages import _
from docgen.preflighting.findings import Verdict
from docgen.preflighting.standards import clauses
from docgen.preflighting.standards.page_rules import OWN_BOX_RULE
from docgen.preflighting.standards.pictures import most_ink
from docgen.preflighting.standards.rules import Inspected, Kind, StandardRule

if TYPE_CHECKING:
    from docgen.preflighting.standards.usage import ContentUse

#: Dots per inch that a picture of tones, and one of black and white, should have where it is printed (Ghent Workgroup, 2015).
TONES, LINES = 225, 550


def black_overprints(thing: Inspected) -> Iterator[str]:
    """Expect that text in black ink alone overprints (ISO 32000-1, 11.7.4), so that no white gaps show round it."""
    use: ContentUse = thing.value
    if use.black_clears and thing.file.condition == "DeviceCMYK":
        yield _("black text clears what is under it")


def white_clears(thing: Inspected) -> Iterator[str]:
    """Expect that white does not overprint: it would leave what is under it, and vanish."""
    if thing.value.white_overprints:
        yield _("white is printed over what is under it, and vanishes")


def ink_of_colours(thing: Inspected) -> Iterator[str]:
    """Expect that a colour has no more ink than coated paper takes."""
    yield from _too_much(thing.value.ink * 100)


def ink_of_pictures(thing: Inspected) -> Iterator[str]:
    """Expect that no pixel of a picture in inks has more."""
    yield from _too_much(most_ink(thing))


def _too_much(ink: float) -> Iterator[str]:
    if ink > INK_LIMIT + 0.5:
        yield _("{ink:.0f} % ink", ink=ink)


def resolution(thing: Inspected) -> Iterator[str]:
    """Expect that a picture has enough pixels for the size that it is printed in."""
    is_lines = thing.value.get("ImageMask") is True or thing.file.resolve(thing.value.get("BitsPerComponent")) == 1
    if thing.dpi is not None and thing.dpi < (LINES if is_lines else TONES) - 0.5:
        yield _("{dpi:.0f} dpi", dpi=thing.dpi)


HOUSE_RULES = (
    OWN_BOX_RULE,
    StandardRule(
        "black-overprint", clauses.HOUSE, Kind.CONTENT, lambda: _("black text overprints"),
        lambda: _("Set black text to overprint, in DeviceCMYK with overprint mode 1."), black_overprints, Verdict.REMARK,
    ),
    StandardRule(
        "white-overprint", clauses.HOUSE, Kind.CONTENT, lambda: _("white does not overprint"),
        lambda: _("Set white to knock out."), white_clears, Verdict.REMARK,
    ),
    StandardRule(
        "ink", clauses.HOUSE, Kind.CONTENT, lambda: _("no colour has more than 300 % ink"),
        lambda: _("Reduce the inks, such as by grey component replacement."), ink_of_colours, Verdict.REMARK,
    ),
    StandardRule(
        "ink-picture", clauses.HOUSE, Kind.IMAGE, lambda: _("no picture has more than 300 % ink"),
        lambda: _("Convert it to the printing condition again, from RGB."), ink_of_pictures, Verdict.REMARK,
    ),
    StandardRule(
        "resolution", clauses.HOUSE, Kind.PLACED, lambda: _("pictures have 225 dpi, drawings in black and white 550"),
        lambda: _("Place it smaller, or a finer one."), resolution, Verdict.REMARK,
    ),
)  # fmt: skip
