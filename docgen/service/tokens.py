"""Tokens: what a program shows to say who it is. The file holds their hashes alone, each with a name and rights.

    [[token]]
    name = "А. Оспанова"
    sha256 = "…"
    rights = ["read", "make", "issue"]

A token is 256 random bits, so that a plain SHA-256 of it cannot be turned round; a password would need a slow hash (RFC 9106).
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import monotonic

from docgen.errors import DataError, MachineError, Problem, UsageError, Where, nearest_hint, visible
from docgen.files import PRIVATE, read_bytes, read_toml, write_whole
from docgen.messages import _


class Right(StrEnum):
    """What a caller may do: see forms and the book · make documents · give numbers · change what others began."""

    READ = "read"
    MAKE = "make"
    ISSUE = "issue"
    ADMINISTER = "administer"


#: What a token begins with, so that it is known for one where it should not be.
PREFIX = "docgen_"
SIZE_LIMIT = 1 << 20
NAME_LETTERS = 100
#: Seconds in which a changed file is noticed.
FRESH = 1.0


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """Who has a token: the name that becomes the clerk in the register, and rights; `id` stands for him in the log."""

    name: str
    rights: frozenset[Right]
    id: str


class TokenFile:
    """The tokens of a file, read again when it changes. A file that is damaged lets nobody in."""

    def __init__(self, path: Path):
        self._path = path
        self._signature: object = None
        self._looked = 0.0
        self._holders: Mapping[str, TokenHolder] = {}
        self.read()

    def read(self) -> None:
        """Read the file; raise DataError if it is missing, UsageError with every mistake in it."""
        self._signature = _signature(self._path)
        self._holders = {}
        self._holders = {holder.id: holder for holder in _holders(self._path)}

    def holder(self, token: str) -> TokenHolder | None:
        """Return who has a token, None for a token that nobody has; raise MachineError where the file has become unusable."""
        if (now := monotonic()) - self._looked > FRESH:
            self._looked = now
            if _signature(self._path) != self._signature:
                self._read_again()
        return self._holders.get(_digest(token))

    def _read_again(self) -> None:
        try:
            self.read()
        except (DataError, UsageError):
            self._signature = None
            message = _("the file of tokens cannot be read")
            raise MachineError.because("tokens-damaged", message, _("Ask who keeps the service.")) from None


def _signature(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _holders(path: Path) -> Iterator[TokenHolder]:
    """Yield the holders that a file names; raise UsageError with every mistake."""
    try:
        raw = read_toml(read_bytes(path, SIZE_LIMIT).decode("utf-8-sig"))
    except ValueError as error:
        message = _("the file of tokens cannot be read: {reason}", reason=str(error)[:200])
        raise UsageError.because("tokens-damaged", message, _hint(), file=str(path)) from None
    entries = raw.get("token", [])
    if set(raw) - {"token"} or not isinstance(entries, list):
        raise UsageError.because("tokens-damaged", _("the file holds something else than tokens"), _hint(), file=str(path))
    problems = [problem for number, entry in enumerate(entries, 1) for problem in _problems(entry, number)]
    if problems:
        raise UsageError([problem.at(file=str(path)) for problem in problems])
    for entry in entries:
        yield TokenHolder(entry["name"], frozenset(map(Right, entry["rights"])), entry["sha256"])


def _hint() -> str:
    return _("docgen token writes such a file.")


def _problems(entry: object, number: int) -> Iterator[Problem]:
    """Yield every mistake in an entry."""

    def wrong(key: str, value: object, hint: str) -> Problem:
        message = _("“{value}” is not allowed here", value=visible(str(value)[:60]))
        return Problem("tokens-damaged", message, hint, Where(key=f"token[{number}].{key}"))

    if not isinstance(entry, dict) or set(entry) != {"name", "sha256", "rights"}:
        yield wrong("", "", _("Expected: name, sha256 and rights."))
        return
    if not isinstance(entry["name"], str) or not _is_name(entry["name"]):
        yield wrong("name", entry["name"], _("Give a name of at most {limit} letters.", limit=NAME_LETTERS))
    digest = entry["sha256"]
    if not isinstance(digest, str) or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        yield wrong("sha256", "", _("Expected: 64 digits, of 0–9 and a–f."))
    rights = entry["rights"] if isinstance(entry["rights"], list) else [entry["rights"]]
    for right in rights:
        if right not in list(Right):
            yield wrong("rights", right, nearest_hint(str(right), [each.value for each in Right]))


def _is_name(name: str) -> bool:
    return bool(name.strip()) and name.isprintable() and len(name) <= NAME_LETTERS


def read_rights(names: Iterable[str]) -> frozenset[Right]:
    """Return the rights of these names; raise UsageError for a name that is none."""
    known = [each.value for each in Right]
    found = set()
    for name in names:
        if name not in known:
            message = _("there is no right “{name}”", name=visible(name[:60]))
            raise UsageError.because("right-unknown", message, nearest_hint(name, known))
        found.add(Right(name))
    return frozenset(found)


def add_token(path: Path, name: str, rights: Iterable[str]) -> str:
    """Add a token to a file, which is made if it is missing, for its owner alone; return the token, which is nowhere stored.

    Raise UsageError for a name or right that cannot be, for no right, and for a file that holds something else.
    """
    given = read_rights(rights)
    if not _is_name(name) or not given:
        message = _("a token needs a name of at most {limit} letters, and a right", limit=NAME_LETTERS)
        raise UsageError.because("token-wrong", message, _("Rights are: {names}.", names=", ".join(Right)))
    before = b""
    if path.exists():
        list(_holders(path))
        before = read_bytes(path, SIZE_LIMIT).rstrip() + b"\n\n"
    token = PREFIX + secrets.token_urlsafe(32)
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    words = ", ".join(f'"{each}"' for each in Right if each in given)
    entry = f'[[token]]\nname = "{quoted}"\nsha256 = "{_digest(token)}"\nrights = [{words}]\n'
    write_whole(path, before + entry.encode(), PRIVATE)
    os.chmod(path, PRIVATE)
    return token
