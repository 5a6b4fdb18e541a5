"""Objects of a PDF as Python has them (ISO 32000-1, 7.3): names, references, streams; dictionaries and arrays as they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from docgen.pdf.source import RawObject
from docgen.pdf.syntax import DEPTH, Unfinished, content_of_string, damaged, end_of_string

_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
#: One token, after white space; a reference is one.
_TOKEN = re.compile(
    rb"(?:[\0\t\n\f\r ]|%[^\r\n]*)*+"
    rb"(?:/(?P<name>[^\0\t\n\f\r ()<>\[\]{}/%]*+)"
    rb"|(?P<reference>\d++)[\0\t\n\f\r ]++\d++[\0\t\n\f\r ]++R(?![^\0\t\n\f\r ()<>\[\]{}/%])"
    rb"|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|(?P<text>\((?:[^()\\]++|\\.)*+\)|<[0-9A-Fa-f\0\t\n\f\r ]*+>)"
    rb"|(?P<nested>\()"
    rb"|(?P<word>[^\0\t\n\f\r ()<>\[\]{}/%]++)"
    rb"|\Z)",
    re.DOTALL,
)
_WORDS: dict[bytes, Any] = {b"true": True, b"false": False, b"null": None}
_NUMBER = re.compile(rb"[+-]*(?:\d+\.?\d*|\.\d+)")


class PdfName(str):
    """A name without its slash; the letters stand for its bytes (Latin-1)."""

    __slots__ = ()


class PdfReference(NamedTuple):
    """A reference to an object by its number."""

    number: int


@dataclass(frozen=True, slots=True, eq=False)
class PdfStream:
    """A stream: the number of its object, its dictionary, and where its content lies."""

    number: int
    entries: dict[str, Any]
    raw: RawObject


def name_of(raw: bytes) -> PdfName:
    """Return the name that bytes after a slash write."""
    if b"#" in raw:
        raw = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), raw)
    return PdfName(raw.decode("latin-1"))


def word_of(raw: bytes) -> Any:
    """Return the number, the truth value or the null that a word writes; KeyError for any other word."""
    if _NUMBER.fullmatch(raw):
        return float(raw) if b"." in raw else int(raw)
    return _WORDS[raw]


def parsed(raw: bytes) -> Any:
    """Return the object that bytes write: strings are bytes, entries that are null left out. DamagedPdf where they write none."""
    lists: list[list[Any]] = [[]]
    at, size = 0, len(raw)
    while at < size:
        match = _TOKEN.match(raw, at)
        if match is None:
            raise damaged(raw, at)
        kind, at = match.lastgroup, match.end()
        if kind == "name":
            lists[-1].append(name_of(match["name"]))
        elif kind == "reference":
            lists[-1].append(PdfReference(int(match["reference"])))
        elif kind == "open":
            lists.append([])
            if len(lists) > DEPTH:
                raise damaged(raw, match.start())
        elif kind == "close":
            if len(lists) == 1:
                raise damaged(raw, match.start())
            members = lists.pop()
            lists[-1].append(_dictionary(members) if match["close"] == b">>" else members)
        elif kind is not None:
            at = _take(lists[-1], kind, raw, match)
    if len(lists) > 1 or not lists[0]:
        raise Unfinished(size)
    return lists[0][0]


def _take(into: list[Any], kind: str, raw: bytes, match: re.Match[bytes]) -> int:
    """Add a string or a word; return where it ends."""
    if kind == "word":
        try:
            into.append(word_of(match["word"]))
        except (KeyError, ValueError):
            raise damaged(raw, match.start("word")) from None
        return match.end()
    end = end_of_string(raw, match.start(kind)) if kind == "nested" else match.end()
    into.append(content_of_string(raw[match.start(kind) : end]))
    return end


def _dictionary(members: list[Any]) -> dict[str, Any]:
    if len(members) % 2:
        raise damaged(repr(members).encode())
    return {key: value for key, value in zip(members[::2], members[1::2], strict=True) if value is not None}
