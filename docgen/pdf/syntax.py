"""Objects of a PDF as they are written (ISO 32000-1, 7.3): entries of dictionaries, references, without a model of all they say.

What is copied from one file into another is copied as its bytes, only its references get other numbers. That is exact, and quick.
Damaged syntax raises DamagedPdf, which is a ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from docgen.messages import _

#: One token; a string with brackets within it is found by counting them.
_TOKEN = re.compile(
    rb"(?P<space>(?:[\0\t\n\f\r ]|%[^\r\n]*)+)"
    rb"|(?P<name>/[^\0\t\n\f\r ()<>\[\]{}/%]*)"
    rb"|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|(?P<text>\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\0\t\n\f\r ]*>)"
    rb"|(?P<nested>\()"
    rb"|(?P<word>[^\0\t\n\f\r ()<>\[\]{}/%]+)",
    re.DOTALL,
)
_STRING = re.compile(rb"[(%]")
_BRACKET = re.compile(rb"\\.|[()]", re.DOTALL)
_REFERENCE = re.compile(rb"(?<![^\0\t\n\f\r \[\]<>()/])(\d+)[\0\t\n\f\r ]+(\d+)[\0\t\n\f\r ]+R(?![^\0\t\n\f\r \[\]<>()/])")
_WHOLE_REFERENCE = re.compile(rb"[\0\t\n\f\r ]*(\d+)[\0\t\n\f\r ]+(\d+)[\0\t\n\f\r ]+R[\0\t\n\f\r ]*")
_AFTER_NUMBER = re.compile(rb"[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R(?![^\0\t\n\f\r \[\]<>()/])")
_SPACE = rb"[\0\t\n\f\r ]*+"
_WORD = rb"[^\0\t\n\f\r ()<>\[\]{}/%]"
_TEXT = rb"\([^()\\]*+\)|<[0-9A-Fa-f]*+>"
#: Dictionaries and arrays with nothing nested in them, and then with three levels of others.
_HOLDER = rb"<<[^<>()\[\]%]*+>>|\[[^\[\]()<>%]*+\]"
for _level in range(3):
    _WITHIN = rb"(?:[^<>()\[\]%]++|" + _TEXT + rb"|" + _HOLDER + rb")*+"
    _HOLDER = rb"<<" + _WITHIN + rb">>|\[" + _WITHIN + rb"\]"
#: What most objects are: plain strings, references, names, numbers, and such dictionaries and arrays. One pattern finds them ten
#: times as fast as token by token.
_PLAIN = (
    rb"(?:\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R(?![^\0\t\n\f\r \[\]<>()/])"
    rb"|" + _HOLDER + rb"|/" + _WORD + rb"*+|" + _TEXT + rb"|" + _WORD + rb"++)"
)
_PLAIN_VALUE = re.compile(_SPACE + rb"(" + _PLAIN + rb")")
_PLAIN_ENTRY = re.compile(_SPACE + rb"(/" + _WORD + rb"*+)" + _SPACE + rb"(" + _PLAIN + rb")")
_OPENED, _CLOSED = re.compile(_SPACE + rb"<<"), re.compile(_SPACE + rb">>")
#: An object in a dictionary or array lies within at most so many others.
DEPTH = 100

Token = tuple[str, int, int]


class DamagedPdf(ValueError):
    """A file does not hold what its own parts say."""


class Unfinished(DamagedPdf):
    """The bytes end within an object."""


def damaged(raw: bytes, at: int = 0) -> DamagedPdf:
    """Return the error for what is no object of a PDF."""
    return DamagedPdf(_("its syntax is wrong at “{text}”", text=raw[at : at + 20].decode("latin-1")))


def tokens(raw: bytes, at: int = 0) -> Iterator[Token]:
    """Yield kind, begin and end of each token but white space; a string is one token."""
    while at < len(raw):
        match = _TOKEN.match(raw, at)
        if match is None:
            if raw.find(b">", at) < 0:
                raise Unfinished(at)
            raise damaged(raw, at)
        kind, end = str(match.lastgroup), match.end()
        if kind == "nested":
            kind, end = "text", end_of_string(raw, at)
        if kind != "space":
            yield kind, at, end
        at = end
    raise Unfinished(at)


def end_of_string(raw: bytes, at: int) -> int:
    """Return where a string ends that begins with a bracket at `at`; Unfinished where it has no end."""
    depth = 0
    for match in _BRACKET.finditer(raw, at):
        depth += {b"(": 1, b")": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    raise Unfinished(at)


def value_at(raw: bytes, at: int) -> tuple[int, int]:
    """Return where the object begins and ends that comes next after `at`."""
    if match := _PLAIN_VALUE.match(raw, at):
        return match.span(1)
    depth, begin = 0, -1
    for kind, start, end in tokens(raw, at):
        begin = start if begin < 0 else begin
        depth += {"open": 1, "close": -1}.get(kind, 0)
        if depth > DEPTH or depth < 0:
            raise damaged(raw, start)
        if depth == 0:
            if kind == "word" and raw[start:end].isdigit() and (match := _AFTER_NUMBER.match(raw, end)):
                end = match.end()
            return begin, end
    raise Unfinished(at)


def entries(raw: bytes) -> dict[bytes, bytes]:
    """Return the entries of a dictionary, as they are written."""
    found: dict[bytes, bytes] = {}
    begun = _OPENED.match(raw)
    at = begun.end() if begun else _after(raw, b"<<")
    while True:
        if match := _PLAIN_ENTRY.match(raw, at):
            found[match[1]] = match[2]
            at = match.end()
        elif _CLOSED.match(raw, at):
            return found
        else:
            kind, start, end = next(tokens(raw, at))
            if kind == "close":
                return found
            if kind != "name":
                raise damaged(raw, start)
            begin, at = value_at(raw, end)
            found[raw[start:end]] = raw[begin:at]


def _after(raw: bytes, sign: bytes) -> int:
    """Return where the first token ends, which must be `sign`."""
    _kind, start, end = next(tokens(raw))
    if raw[start:end] != sign:
        raise damaged(raw, start)
    return end


def members(raw: bytes) -> list[bytes]:
    """Return the members of an array, as they are written."""
    found: list[bytes] = []
    at = _after(raw, b"[")
    while True:
        if match := _PLAIN_VALUE.match(raw, at):
            start, at = match.span(1)
        elif next(tokens(raw, at))[0] == "close":
            return found
        else:
            start, at = value_at(raw, at)
        found.append(raw[start:at])


def reference(raw: bytes) -> int | None:
    """Return the number of the object that is referred to; None for an object that is no reference."""
    match = _WHOLE_REFERENCE.fullmatch(raw)
    return int(match[1]) if match else None


def references(raw: bytes) -> list[int]:
    """Return the numbers of all objects that are referred to, in the order of the references."""
    found: list[int] = []

    def noted(number: int) -> bytes:
        found.append(number)
        return b""

    renumbered(raw, noted)
    return found


def renumbered(raw: bytes, new: Callable[[int], bytes]) -> bytes:
    """Return an object in which each reference is replaced by what `new` returns for its number."""
    if b"R" not in raw:
        return raw
    if not any(sign in raw for sign in (b"(", b"%")):  # no string can hold what looks like a reference
        return _REFERENCE.sub(lambda match: new(int(match[1])), raw)
    parts, begin = [], 0
    for start, end in _strings(raw):
        parts += [_REFERENCE.sub(lambda match: new(int(match[1])), raw[begin:start]), raw[start:end]]
        begin = end
    return b"".join([*parts, _REFERENCE.sub(lambda match: new(int(match[1])), raw[begin:])])


def _strings(raw: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each string and each comment begins and ends."""
    at = 0
    while match := _STRING.search(raw, at):
        find_end = end_of_string if match[0] == b"(" else _end_of_line
        at = find_end(raw, match.start())
        yield match.start(), at


def _end_of_line(raw: bytes, at: int) -> int:
    ends = [end for end in (raw.find(b"\n", at), raw.find(b"\r", at)) if end >= 0]
    return min(ends, default=len(raw))


def text_of_string(raw: bytes) -> str:
    """Return the text that a string says (7.9.2.2): UTF-16, UTF-8 or, nearly, Latin-1."""
    return text_of_bytes(content_of_string(raw))


def content_of_string(raw: bytes) -> bytes:
    """Return the bytes that a string holds (7.3.4); a last hexadecimal digit that is missing is 0."""
    if raw[:1] != b"<":
        return _unescaped(raw[1:-1])
    digits = b"".join(raw[1:-1].split()).replace(b"\0", b"").decode("ascii")
    return bytes.fromhex(digits + "0" * (len(digits) % 2))


def text_of_bytes(content: bytes) -> str:
    """Return the text that the bytes of a string say."""
    for begin, encoding in ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"), (b"\xef\xbb\xbf", "utf-8")):
        if content.startswith(begin):
            return content[len(begin) :].decode(encoding, "replace")
    return content.decode("latin-1")


_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))|(\r\n?)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}


def _unescaped(raw: bytes) -> bytes:
    def plain(match: re.Match[bytes]) -> bytes:
        octal, sign, line = match.groups()
        if line:
            return b"\n"
        return bytes([int(octal, 8) & 255]) if octal else _ESCAPED.get(sign, sign)

    return _ESCAPE.sub(plain, raw) if b"\\" in raw or b"\r" in raw else raw
