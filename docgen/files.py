"""Files that appear whole or not at all, and one boundary where the system's errors become ours."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docgen.errors import DataError, MachineError
from docgen.messages import _

REPOSITORY = Path(__file__).parents[1]


def shipped(folder: str) -> Path:
    """Return where `forms` or `fonts` lie: inside an installed package, or beside it in a checkout."""
    inside = Path(__file__).parent / folder
    return inside if inside.is_dir() else REPOSITORY / folder


def read_bytes(path: Path, limit: int = 256 << 20) -> bytes:
    """Return the content of a file that somebody named; DataError when there is none or it is over `limit` bytes."""
    try:
        if path.stat().st_size > limit:
            raise DataError.because(
                "file-too-large",
                _("the file is larger than {limit} MB", limit=limit >> 20),
                _("Split it, or check that it is the right file."),
                file=str(path),
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError.because(
            "file-missing", _("there is no such file"), _("Check the name and the folder."), file=str(path)
        ) from None
    except IsADirectoryError:
        raise DataError.because("file-is-folder", _("this is a folder, not a file"), file=str(path)) from None
    except OSError as error:
        raise DataError.because(
            "file-unreadable", _("the file cannot be read: {reason}", reason=error.strerror), file=str(path)
        ) from None


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to; on leaving, make it `path` in one step, durable against a power cut.

    When the block raises, nothing of it stays behind. MachineError when the folder cannot be written or the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name[:60]}.{secrets.token_hex(6)}")
        temporary.touch(exist_ok=False)
    except OSError as error:
        raise _cannot_write(path, error) from None
    try:
        yield temporary
        _settle(temporary, path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path`, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def _settle(temporary: Path, path: Path) -> None:
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _cannot_write(path: Path, error: OSError) -> MachineError | DataError:
    if isinstance(error, (PermissionError, NotADirectoryError, FileExistsError, IsADirectoryError)):
        return DataError.because(
            "output-not-writable",
            _("the file cannot be written: {reason}", reason=error.strerror),
            _("Choose another folder with -o, or ask who owns this one."),
            file=str(path),
        )
    return MachineError.because(
        "write-failed",
        _("writing failed: {reason}", reason=error.strerror),
        _("Make room on the disk, then run the same command again."),
        file=str(path),
    )
