"""The text of a place: its fixed words with gaps for data, as a pattern to find it by and as a string to show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from jinja2 import nodes

from docgen.form.places import Text
from docgen.prints import Print
from docgen.templating.templates import page_environment

#: Shown in place of the data.
DATA = "…"
#: Words of a PDF are apart by a space, by a step or by a new line.
GAP = r"\s*"


@dataclass(frozen=True)
class PrescribedText:
    """The pieces of a text: fixed words, and None for what comes from the record."""

    pieces: tuple[str | None, ...]

    @cached_property
    def fixed(self) -> str:
        """The fixed words alone."""
        return " ".join(" ".join(piece.split()) for piece in self.pieces if piece and piece.strip())

    @property
    def has_data(self) -> bool:
        """Whether some of it comes from the record."""
        return None in self.pieces

    @property
    def is_partly_data(self) -> bool:
        """Whether some of it is fixed and some comes from the record."""
        return self.has_data and bool(self.fixed)

    def on_print(self, print: Print) -> PrescribedText:
        """Return the pieces that appear on a print; an overprint has the data alone."""
        pieces = tuple(piece for piece in self.pieces if piece is None) if print == Print.OVERPRINT else self.pieces
        return PrescribedText(pieces)

    def matches(self, text: str, print: Print) -> bool:
        """Return whether `text` has these words, with something where data belong (on a blank: with nothing there)."""
        return _pattern(self.pieces, print).fullmatch(text.strip()) is not None

    def likeness(self, text: str) -> float:
        """Return the share of the fixed words that `text` holds, 0 to 1, whatever its capitals."""
        own, text = self.triples, text.lower()
        if len(self.fixed) < 3:
            return float(text in own)
        return sum([triple in text for triple in own]) / len(own) if own else 0.0

    @cached_property
    def triples(self) -> tuple[str, ...]:
        """Every three letters that follow one another; the whole text if it is shorter."""
        text = self.fixed.lower()
        return tuple({text[at : at + 3] for at in range(max(1, len(text) - 2))} - {""})

    def __str__(self) -> str:
        return "".join(DATA if piece is None else piece for piece in self.pieces)


class OptionalText(str):
    """Fixed words that some records go without, such as `қаласы` behind a settlement that says its own kind."""

    __slots__ = ()


@lru_cache(maxsize=512)
def _pattern(pieces: tuple[str | None, ...], print: Print) -> re.Pattern[str]:
    data = r"\s*" if print == Print.BLANK else "(?:.+?)"
    return re.compile(GAP.join(data if piece is None else _spaced(piece, print) for piece in pieces), re.DOTALL)


def _spaced(piece: str, print: Print) -> str:
    words = r"\s+".join(map(re.escape, piece.split()))
    return f"(?:{words})?" if isinstance(piece, OptionalText) and print != Print.BLANK else words


@lru_cache(maxsize=512)
def _pieces(source: str) -> tuple[str | None, ...]:
    """Cut a template into literal text and everything else, which is data."""
    pieces: list[str | None] = []
    for node in page_environment().parse(source).body:
        if (words := _optional(node)) is not None:
            pieces.append(words)
            continue
        parts = node.nodes if isinstance(node, nodes.Output) else [node]
        pieces += [part.data if isinstance(part, nodes.TemplateData) else None for part in parts]
    return tuple(pieces)


def _optional(node: nodes.Node) -> OptionalText | None:
    """Return the fixed words of a condition without alternatives; None for what holds data or is none."""
    if not isinstance(node, nodes.If) or node.elif_ or node.else_:
        return None
    parts = [part for each in node.body for part in (each.nodes if isinstance(each, nodes.Output) else [each])]
    texts = [part.data for part in parts if isinstance(part, nodes.TemplateData)]
    return OptionalText("".join(texts)) if len(texts) == len(parts) else None


def prescribed_text_of(place: Text, *, page: int = 1, pages: int = 1) -> PrescribedText:
    """Return the text of a place; `page` and `pages`, where it prints them, are no data."""
    source = place.text.source
    if place.is_repeated:
        for name, number in (("page", page), ("pages", pages)):
            source = re.sub(r"\{\{ *" + name + r" *\}\}", str(number), source)
    return PrescribedText(_pieces(source))
