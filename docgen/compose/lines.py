"""Text into lines: by advance widths alone, at the places that Unicode allows (UAX 14) and Kazakh typing keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from docgen import kazakh
from docgen.fonts.faces import Family, Font
from docgen.units import Length

#: The distance between baselines of wrapped lines, in ems: what Word calls single spacing for Times.
LEADING = 1.15

#: A slack for the sum of many widths, so that a line which fills the measure exactly is not broken by rounding.
EPSILON = Length(1e-6)


class TooWide(Exception):
    """A word is wider than the line, by `excess`."""

    def __init__(self, word: str, excess: Length):
        super().__init__(word)
        self.word, self.excess = word, excess


class Line(NamedTuple):
    """A line of a text: where it begins and ends in it (trailing spaces left out), and its advance width."""

    begin: int
    end: int
    width: Length


#: A word with the spaces behind it; one of letters and figures, which UAX 14 calls alphabetic (AL) and numeric (NU), in round
#: brackets or not (OP, CP: LB13, LB14, LB30), with at most one sign that ends a clause (IS); one with hyphens between letters,
#: after which a line may end (HY: LB21); and what is on both sides of spaces where a line may end.
_WORD = re.compile(r" +|[^ ]+ *")
_LETTER = "A-Za-zА-ЯЁЂ-Џа-яё-ҁҊ-ӿ"
_PLAIN = re.compile(rf"(?:\(?[{_LETTER}0-9]+\)?[,.:;]?|№) *")
_HYPHENED, _AT_HYPHENS = re.compile(rf"\(?[{_LETTER}]+(?:-[{_LETTER}]+)+\)?[,.:;]? *"), re.compile(r"[^-]+-?")
_ENDS_PLAIN, _BEGINS_PLAIN = re.compile(rf"[{_LETTER}0-9]\)?[,.:;]? +$|№ +$"), re.compile(rf"[{_LETTER}0-9№(]")


@lru_cache(maxsize=4096)
def _segments(text: str) -> tuple[str, ...]:
    """Cut a text where a line may end: a segment keeps its trailing spaces."""
    held = kazakh.holds_together(text)
    segments: list[str] = []
    position = 0
    for unit in units(text):
        if segments and position in held:
            segments[-1] += unit
        else:
            segments.append(unit)
        position += len(unit)
    return tuple(segments)


def units(text: str) -> Iterator[str]:
    """Cut a text where Unicode lets a line end (UAX 14)."""
    return (unit for clause in _clauses(text) for unit in _units(clause))


def _clauses(text: str) -> Iterator[str]:
    """Cut a text at the spaces between plain words, where a line may end whatever surrounds it (LB18)."""
    clause = ""
    for word in _WORD.findall(text):
        if clause and _ENDS_PLAIN.search(clause) and _BEGINS_PLAIN.match(word):
            yield clause
            clause = ""
        clause += word
    if clause:
        yield clause


@lru_cache(maxsize=4096)
def _units(clause: str) -> tuple[str, ...]:
    """Cut a clause where UAX 14 lets a line end.

    One plain word is cut at hyphens alone, without the library, which takes milliseconds for a long text and longer to load.
    """
    if _PLAIN.fullmatch(clause):
        return (clause,)
    if _HYPHENED.fullmatch(clause):
        return tuple(_AT_HYPHENS.findall(clause))
    from uniseg.linebreak import line_break_units

    return tuple(line_break_units(clause))


def break_lines(text: str, font: Font, measure: Length, family: Family, balanced: bool = False) -> tuple[Line, ...]:
    """Return the lines of `text`, none wider than `measure`: as few as possible, and where `balanced`, as even as those allow.

    TooWide when a single word is wider than the measure.
    """
    end = text.rstrip(" ")
    if (width := family.width(end, font)) <= measure:
        return (Line(0, len(end), width),)
    segments = _segments(text)
    ends = [segment.rstrip(" ") for segment in segments]
    widths = [family.width(segment, font) for segment in segments]
    inked = [family.width(end, font) for end in ends]
    widest = max(range(len(inked)), key=lambda n: inked[n], default=None)
    if widest is not None and inked[widest] > measure + EPSILON:
        raise TooWide(ends[widest], inked[widest] - measure)
    if balanced:
        measure = _narrowest(widths, inked, measure)
    return _lines(segments, _breaks(widths, inked, measure), widths, inked)


def _breaks(widths: Sequence[Length], inked: Sequence[Length], measure: Length) -> list[int]:
    """Return the index of the segment that begins each line, filling line after line."""
    starts, used = [0], Length(0)
    for index, width in enumerate(widths):
        if index > starts[-1] and used + inked[index] > measure + EPSILON:
            starts.append(index)
            used = Length(0)
        used = used + width
    return starts


def _narrowest(widths: Sequence[Length], inked: Sequence[Length], measure: Length) -> Length:
    """Return the narrowest measure, to a tenth of a millimetre, at which the text takes no more lines than at `measure`."""
    count = len(_breaks(widths, inked, measure))
    low, high = max(inked, default=measure), measure
    while count > 1 and high.mm - low.mm > 0.1:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_breaks(widths, inked, middle)) <= count else (middle, high)
    return high


def _lines(segments: Sequence[str], starts: list[int], widths: Sequence[Length], inked: Sequence[Length]) -> tuple[Line, ...]:
    lines, position = [], 0
    for first, after in zip(starts, [*starts[1:], len(segments)], strict=True):
        text = "".join(segments[first:after])
        width = sum((width.mm for width in widths[first : after - 1]), 0.0) + (inked[after - 1].mm if after else 0.0)
        lines.append(Line(position, position + len(text.rstrip(" ")), Length(width)))
        position += len(text)
    return tuple(lines)
