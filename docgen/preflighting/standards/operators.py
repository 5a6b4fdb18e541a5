"""A content stream as operators with their operands (ISO 32000-1, 7.8.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from docgen.pdf.syntax import damaged, end_of_string
from docgen.preflighting.standards.objects import PdfName, name_of, word_of

_TOKEN = re.compile(
    rb"(?:[\0\t\n\f\r ]|%[^\r\n]*)*+"
    rb"(?:(?P<number>[+-]?(?:\d++\.?+\d*+|\.\d++)(?=[\0\t\n\f\r ()<>\[\]{}/%]|\Z))"
    rb"|/(?P<name>[^\0\t\n\f\r ()<>\[\]{}/%]*+)"
    rb"|(?P<text>\((?:[^()\\]++|\\.)*+\)|<(?!<)[^<>]*+>)"
    rb"|(?P<nested>\()"
    rb"|(?P<open><<|[\[{])|(?P<close>>>|[\]}])"
    rb"|(?P<word>[^\0\t\n\f\r ()<>\[\]{}/%]++)"
    rb"|(?P<end>\Z))",
    re.DOTALL,
)
#: Where the data of an inline image end (8.9.7).
_END_OF_IMAGE = re.compile(rb"[\0\t\n\f\r ]EI(?=[\0\t\n\f\r ]|\Z)")
#: What stands for a string, array or dictionary: rules do not ask what is in it.
OPAQUE = None
_OPERATORS = """b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l M m MP n q Q re
RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \""""
#: All operators (ISO 32000-1, table 51), but `PS`, which PDF/X has a clause of its own for.
OPERATORS = frozenset(_OPERATORS.split())


class ContentOperation(NamedTuple):
    """An operator and its operands: numbers, names, and None for whatever else.

    Of an inline image its entries; of BDC the dictionary as it is written.
    """

    operator: str
    operands: list[Any]


def operations(content: bytes) -> Iterator[ContentOperation]:
    """Yield the operators of a content stream in order; DamagedPdf where it is none."""
    operands: list[Any] = []
    at = depth = opened = end_of_operand = 0
    match_at = _TOKEN.match
    while match := match_at(content, at):
        kind, at = match.lastgroup, match.end()
        if kind == "end":
            return
        if kind == "nested":
            at = end_of_string(content, match.start("nested"))
        if kind == "open":
            if not depth:
                opened = match.start("open")
            depth += 1
        elif kind == "close":
            depth -= 1
            end_of_operand = at
        if depth or kind in ("text", "nested", "close"):
            if not depth:
                operands.append(OPAQUE)
        elif kind == "number":
            operands.append(float(match["number"]))
        elif kind == "name":
            operands.append(name_of(match["name"]))
        else:
            word = match["word"]
            if word in (b"true", b"false", b"null"):
                operands.append(OPAQUE)
            elif word == b"BI":
                at, entries = _inline_image(content, at)
                yield ContentOperation("BI", [entries])
            else:
                if word == b"BDC" and operands and operands[-1] is OPAQUE:
                    operands[-1] = content[opened:end_of_operand]
                yield ContentOperation(word.decode("latin-1"), operands)
            if word not in (b"true", b"false", b"null"):
                operands = []
    raise damaged(content, at)


def _inline_image(content: bytes, at: int) -> tuple[int, dict[str, Any]]:
    """Return where an inline image ends, and its entries: names, numbers, lists of them."""
    flat: list[Any] = []
    lists: list[list[Any]] = [flat]
    while match := _TOKEN.match(content, at):
        kind, at = match.lastgroup, match.end()
        if kind == "word" and match["word"] == b"ID":
            break
        if kind == "open":
            lists.append([])
        elif kind == "close" and len(lists) > 1:
            closed = lists.pop()
            lists[-1].append(closed)
        elif kind in ("name", "number", "word"):
            raw = match[kind]
            lists[-1].append(name_of(raw) if kind == "name" else _word(content, raw, at))
        elif kind == "end":
            raise damaged(content, at)
        else:
            lists[-1].append(OPAQUE)
    end = _END_OF_IMAGE.search(content, at)
    if end is None or len(flat) % 2:
        raise damaged(content, at)
    return end.end(), {str(key): value for key, value in zip(flat[::2], flat[1::2], strict=True)}


def _word(content: bytes, raw: bytes, at: int) -> Any:
    try:
        return word_of(raw)
    except KeyError:
        raise damaged(content, at - len(raw)) from None


def names_in(operands: list[Any]) -> list[PdfName]:
    """Return the names among operands."""
    return [each for each in operands if isinstance(each, PdfName)]
