"""The folder of a run, and its files as they are given out: whole or a range of them (RFC 9110, 14), known by their hashes."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docgen.batching import MANIFEST
from docgen.errors import UsageError
from docgen.files import PRIVATE_FOLDER
from docgen.messages import _
from docgen.service.calls import JSON, Answer
from docgen.service.streams import Streamed

#: The parts of a run's folder.
OUTPUT, TABLE = "out", "table"
#: Bytes that are read at once.
AT_ONCE = 256 << 10
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".json": JSON,
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def run_folder(data: Path, number: str) -> Path:
    """Return the folder of a run. `number` is one that the table has, never a caller's text."""
    return data / "runs" / number


@contextmanager
def new_folder(data: Path, number: str) -> Iterator[Path]:
    """Make the folder of a run, for its owner alone; where the block fails, it is removed again."""
    folder = run_folder(data, number)
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    try:
        yield folder
    except BaseException:
        remove_folder(data, number)
        raise


def remove_folder(data: Path, number: str) -> None:
    """Remove the folder of a run with all that is in it."""
    shutil.rmtree(run_folder(data, number), ignore_errors=True)


def published(data: Path, number: str) -> dict[str, Path]:
    """Return the files of a run by their names; none before the manifest is written, which comes last.

    Of a run of several forms each has a folder with a manifest of its own.
    """
    folder = run_folder(data, number) / OUTPUT
    done = [folder] if (folder / MANIFEST).is_file() else [path.parent for path in sorted(folder.glob(f"*/{MANIFEST}"))]
    found = (path for each in done for path in sorted(each.rglob("*")) if path.is_file() and not path.is_symlink())
    names = {path.relative_to(folder): path for path in found}
    return {name.as_posix(): path for name, path in names.items() if not any(part.startswith(".") for part in name.parts)}


def named_file(data: Path, number: str, name: str) -> Path:
    """Return the file of a name; raise UsageError for a name that the run does not have."""
    found = published(data, number).get(name)
    if found is None:
        raise UsageError.because("file-unknown", _("the run has no such file"), _("Its files are listed where the run is."))
    return found


def file_answer(path: Path, headers: Mapping[bytes, bytes]) -> Answer | Streamed:
    """Return a file, or the range of it that is asked for; 304 if the caller has it already."""
    size, tag = path.stat().st_size, f'"{_digest(path)}"'
    own = {"etag": tag, "accept-ranges": "bytes", "content-disposition": f'attachment; filename="{_ascii(path.name)}"'}
    media_type = MEDIA_TYPES.get(path.suffix, "application/octet-stream")
    if tag in [each.strip().removeprefix("W/") for each in headers.get(b"if-none-match", b"").decode("latin-1").split(",")]:
        return Answer(304, media_type, b"", {"etag": tag})
    asked = headers.get(b"range", b"").decode("latin-1")
    if asked and headers.get(b"if-range", tag.encode()).decode("latin-1") == tag and (match := _RANGE.fullmatch(asked)):
        span = _span(match, size)
        if span is None:
            return Answer(416, media_type, b"", {"content-range": f"bytes */{size}"})
        first, last = span
        ranged = own | {"content-range": f"bytes {first}-{last}/{size}", "content-length": str(last - first + 1)}
        return Streamed(206, media_type, _pieces(path, first, last + 1), ranged)
    return Streamed(200, media_type, _pieces(path, 0, size), own | {"content-length": str(size)})


#: A single range; several are answered with the whole file, as is allowed (RFC 9110, 14.2).
_RANGE = re.compile(r"bytes=(\d{1,15})?-(\d{1,15})?")


def _span(match: re.Match[str], size: int) -> tuple[int, int] | None:
    """Return the first and last byte of a range, None where the file has none of it."""
    first, last = match.groups()
    if first is None:
        count = int(last or 0)
        return (max(0, size - count), size - 1) if count and size else None
    begin, end = int(first), min(int(last) if last else size - 1, size - 1)
    return (begin, end) if begin <= end and begin < size else None


async def _pieces(path: Path, begin: int, end: int) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        file.seek(begin)
        while begin < end and (piece := await asyncio.to_thread(file.read, min(AT_ONCE, end - begin))):
            begin += len(piece)
            yield piece


def _digest(path: Path) -> str:
    """Return what a file is known by: the SHA-256 that the manifest has of it, else one of its name, size and time."""
    manifest = _volumes(path.parent / MANIFEST)
    if path.name in manifest:
        return manifest[path.name]
    status = path.stat()
    return hashlib.sha256(f"{path.name} {status.st_size} {status.st_mtime_ns}".encode()).hexdigest()


def _volumes(path: Path) -> dict[str, str]:
    try:
        facts: Any = json.loads(path.read_bytes())
        return {str(each["file"]): str(each["sha256"]) for each in facts["volumes"]}
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def _ascii(name: str) -> str:
    return re.sub(r'[^ -~]|["\\]', "_", name)
