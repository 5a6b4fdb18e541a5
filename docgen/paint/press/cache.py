"""Painted artwork on disk, so that a fresh process need not load WeasyPrint, nor draw the pictures of Word documents.

That of the shipped forms is in the package, a user's own in the folder for caches. A file in the cache decides what is
printed on an official document. So it is trusted only where the file and its folder belong to this user and nobody else may
write them, and only when it is whole and was painted from the same content by the same code; else it is ignored, and the
artwork is painted again. A document is the same, byte for byte, with and without it.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from docgen import files

SHIPPED = Path(__file__).parent / "painted"
HEADER = b"docgen background 1\n"
#: What is stored, by the ends of the files' names: the artwork under a page, and the pictures of a Word page.
BACKGROUND, DRAWINGS = ".background", ".drawings"
#: Bytes of what is stored on disk, and inflated.
SIZE_LIMIT, INFLATED_LIMIT = 64 << 20, 256 << 20
#: How many of each kind stay in the cache, the latest ones.
COUNT = 64
#: What painting depends on: our code, and the distributions that it calls.
CODE = (
    "artwork.py",
    "confined/raster.py",
    *(f"paint/{name}.py" for name in ("content", "docx/drawings", "pdf/background", "pdf/weasy", "press/copying")),
)
LIBRARIES = ("weasyprint", "pydyf", "tinycss2", "tinyhtml5", "cssselect2", "pypdf", "pypdfium2", "pillow", "defusedxml")


def load(content: str, kind: str) -> bytes | None:
    """Return what shows `content` (a SHA-256), None where it is not stored or cannot be trusted."""
    with suppress(OSError, ValueError, zlib.error):
        return unpack((SHIPPED / (content + kind)).read_bytes(), content)
    with suppress(OSError, ValueError, zlib.error):
        key = _key(content)
        return unpack(_read_own(_folder() / (key + kind)), key)
    return None


def save(content: str, kind: str, painted: bytes) -> None:
    """Store what was painted for the next process; where that fails, it will be painted again."""
    with suppress(OSError, ValueError):
        key, folder = _key(content), _folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_own(os.stat(folder))
        handle, temporary = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(pack(painted, key))
            os.replace(temporary, folder / (key + kind))
        finally:
            Path(temporary).unlink(missing_ok=True)
        for old in sorted(folder.glob("*" + kind), key=lambda path: path.stat().st_mtime_ns)[:-COUNT]:
            old.unlink()


def pack(painted: bytes, key: str) -> bytes:
    """Return the content of a file."""
    body = key.encode() + zlib.compress(painted, 9)
    return HEADER + hashlib.sha256(body).digest() + body


def unpack(packed: bytes, key: str) -> bytes:
    """Return what was painted, from a file's content; ValueError or zlib.error when it is damaged or that of another key."""
    start = len(HEADER) + 32
    digest, body = packed[len(HEADER) : start], packed[start:]
    if packed[: len(HEADER)] != HEADER or hashlib.sha256(body).digest() != digest or not body.startswith(key.encode()):
        raise ValueError(key)
    return zlib.decompressobj().decompress(body[len(key) :], INFLATED_LIMIT)


def _folder() -> Path:
    """Return the cache folder: `DOCGEN_CACHE`, else the user's own; OSError when that is empty, which turns it off."""
    if (named := os.environ.get("DOCGEN_CACHE")) is not None:
        if not named:
            raise FileNotFoundError
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("docgen", appauthor=False)


def _read_own(path: Path) -> bytes:
    """Return a file's content; OSError unless it and its folder are this user's and closed to the writing of others."""
    _check_own(os.stat(path.parent))
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        _check_own(status)
        if not stat.S_ISREG(status.st_mode) or status.st_size > SIZE_LIMIT:
            raise PermissionError(path)
        return file.read(SIZE_LIMIT)


def _check_own(status: os.stat_result) -> None:
    """Raise PermissionError for what another user owns or may write; Windows keeps a user's folders closed by itself."""
    if hasattr(os, "geteuid") and (status.st_uid != os.geteuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
        raise PermissionError


def _key(content: str) -> str:
    return hashlib.sha256(f"{content}\n{_painting_code()}".encode()).hexdigest()


@lru_cache
def _painting_code() -> str:
    """Return what identifies the code that paints; FileNotFoundError where a part of it cannot be found."""
    code = [hashlib.sha256((Path(files.__file__).parent / name).read_bytes()).hexdigest() for name in CODE]
    return "\n".join([*code, *_versions()])


def _versions() -> Iterator[str]:
    """Yield name and version of each library, from the names of the folders in which installers record them.

    Reading them through importlib.metadata would cost more than all the rest.
    """
    spec = find_spec("weasyprint")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("weasyprint")
    folder = Path(spec.origin).parents[1]
    installed = {name.partition("-")[0].lower(): name for name in os.listdir(folder) if name.endswith(".dist-info")}
    for library in LIBRARIES:
        if library not in installed:
            raise FileNotFoundError(library)
        yield installed[library]
