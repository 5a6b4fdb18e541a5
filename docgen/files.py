"""Files that appear whole or not at all, and the boundary at which errors of the system become ours."""

from __future__ import annotations

import errno
import os
import re
import shlex
import stat
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BufferedReader

from docgen.errors import DataError, MachineError, Problem, Where
from docgen.messages import _, translated

REPOSITORY = Path(__file__).parents[1]
PIPE_LIMIT = 64 << 20
#: Tenths of a second: the workers of a process that was killed end a moment after it.
LOCK_PATIENCE = 20


#: The permissions of a file with whole records or IINs, and of a folder with such files: their owner's alone.
PRIVATE, PRIVATE_FOLDER = 0o600, 0o700


def private(name: str, flags: int) -> int:
    """Open a file for its owner alone: an `opener` for `open`."""
    return os.open(name, flags, PRIVATE)


def open_to_others(path: Path) -> Problem | None:
    """Return a note on a file or folder that others than its owner and group may read, with the command that closes it."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return None
    if os.name != "posix" or not mode & stat.S_IROTH:
        return None
    message = _("others who use this machine may read it: it holds personal data")
    hint = _("Close it: {command}", command=f"chmod o-rwx {shlex.quote(str(path))}")
    return Problem("open-to-others", message, hint, Where(file=str(path)))


def published_mode(path: Path) -> int:
    """Return the permissions for what gets this name: those of the file there, else what the user's mask leaves a new one."""
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else new_mode()


def new_mode() -> int:
    """Return the permissions that the user's mask leaves a new file."""
    mask = os.umask(0o077)  # it can be read only by setting it; meanwhile other threads make files for their owner alone
    os.umask(mask)
    return 0o666 & ~mask


def shipped(folder: str) -> Path:
    """Return the folder of `forms` or `fonts`: inside an installed package, next to it in a checkout."""
    inside = Path(__file__).parent / "shipped" / folder
    return inside if inside.is_dir() else REPOSITORY / folder


def data_folder() -> Path:
    """Return the folder of a user's own data: `DOCGEN_DATA`, else the system's place for them."""
    if named := os.environ.get("DOCGEN_DATA"):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_dir("docgen"))


def read_bytes(path: Path, limit: int = 256 << 20) -> bytes:
    """Return the content of a file; raise DataError if there is none or it has over `limit` bytes.

    No more than that is ever read: a pipe or a device has no size.
    """
    with opened(path) as file:
        status = os.fstat(file.fileno())
        content = file.read(min(status.st_size if stat.S_ISREG(status.st_mode) else PIPE_LIMIT, limit) + 1)
    refuse_larger(path, len(content), limit)
    return content


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """Yield a file open for reading; raise DataError if there is none or it cannot be read."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise DataError.because(
            "file-missing", _("there is no such file"), _("Check the name and the folder."), file=str(path)
        ) from None
    except IsADirectoryError:
        raise DataError.because("file-is-folder", _("this is a folder, not a file"), file=str(path)) from None
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from None
    with file:
        try:
            yield file
        except OSError as error:
            raise unreadable(path, error) from None


@contextmanager
def looked_at(path: Path | str) -> Iterator[None]:
    """Raise DataError if the system does not let us look at `path`: a closed folder, a name that is too long."""
    try:
        yield
    except OSError as error:
        raise unreadable(Path(path), error) from None


def refuse_larger(path: Path | str, size: int, limit: int) -> None:
    """Raise DataError for a file of more than `limit` bytes."""
    if size > limit:
        message = _("the file is larger than {limit} MB", limit=limit >> 20)
        hint = _("Split it, or check that it is the right file.")
        raise DataError.because("file-too-large", message, hint, file=str(path))


def unreadable(path: Path, error: OSError | ValueError) -> DataError:
    """Return the error for a file that the system does not let us read or look at."""
    message = _("the file cannot be read: {reason}", reason=_reason(error))
    return DataError.because("file-unreadable", message, file=str(path)[:NAME_SHOWN])


#: A dotted key of more parts than this is no name; tomllib takes the square of their number in time and memory.
_DOTTED = re.compile(r"""(?<![\w-])(?:(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){64}""")


def read_toml(text: str) -> dict[str, object]:
    """Return the values of a TOML text; raise ValueError, with a message, if it is damaged or nested too deeply."""
    import tomllib

    if _DOTTED.search(text):
        raise ValueError(_("it is nested too deeply"))
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError(_("it is nested too deeply")) from None


@contextmanager
def whole_file(path: Path, mode: int = 0o666) -> Iterator[Path]:
    """Yield a temporary path to write to; on leaving, rename it to `path` in one step, durable against a power cut.

    `mode` are the permissions, less the user's own mask. When the block raises, no part of the file remains, nor a folder
    created for it. Raise DataError if the name is taken or the folder cannot be written, MachineError if the disk is full.
    """
    try:
        _refuse_taken(path)
        new_folders = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name[:60]}.{os.urandom(6).hex()}")
        temporary.touch(mode, exist_ok=False)
        if path.exists():  # what is written over keeps its permissions
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
    except (OSError, ValueError) as error:
        raise _cannot_write(path, error) from None
    try:
        yield temporary
        _settle(temporary, path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        with suppress(OSError):  # it has its name already, or the disk fails, which has been reported
            temporary.unlink()
        with suppress(OSError):  # not empty: the file, or another one, is in it
            for folder in new_folders:
                folder.rmdir()


def is_inside(folder: Path, name: str) -> bool:
    """Return whether a name is that of a file in the folder itself, not of a link to somewhere else."""
    try:
        return (folder / name).resolve().parent == folder.resolve()
    except (OSError, ValueError):
        return False


def printable_name(path: Path) -> str:
    """Return a file's name as text that can be encoded: old archives have names that are no UTF-8."""
    return path.name.encode("utf-8", "backslashreplace").decode()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits; raise as `opened`."""
    import hashlib

    with opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Translate errors of the system while `path` is written: MachineError if the disk is full or fails, else DataError."""
    try:
        yield
    except OSError as error:
        raise _cannot_write(path, error) from error


def is_taken(path: Path) -> bool:
    """Return whether a file or folder of this name exists; raise as `disk_errors`."""
    with disk_errors(path):
        return path.exists()


@contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Lock a folder for this process until the block ends; yield False if another process holds the lock.

    The system releases the lock when the process and its workers end, however they end, so nothing has to be cleaned up. Raise
    DataError if the system refuses to lock, as on a network disk without locks.
    """
    with disk_errors(folder):
        handle = os.open(folder, os.O_RDONLY)
    try:
        with disk_errors(folder):
            is_ours = _lock(handle)
        yield is_ours
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    import fcntl

    for _attempt in range(LOCK_PATIENCE):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(0.1)
    return False


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable against a power cut."""
    _sync(folder)


#: From so many files on, the file system is asked to write all that it holds: that takes one wait and little of the processor.
MANY = 32


def sync_files(folder: Path | str, paths: Sequence[str]) -> None:
    """Return when these files of a folder are on the disk, durable against a power cut; raise OSError if the disk fails."""
    if len(paths) < MANY or not _sync_all(folder):
        for path in paths:
            _sync(path, os.O_RDWR)


def _sync_all(folder: Path | str) -> bool:
    """Write all that the file system of a folder holds; return False where the system cannot, or would not tell a failure.

    Linux does both since 5.8 (syncfs(2)).
    """
    release = re.match(r"(\d+)\.(\d+)", os.uname().release) if sys.platform == "linux" else None
    if not release or (int(release[1]), int(release[2])) < (5, 8):
        return False
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "syncfs"):
        return False
    with _open(folder) as handle:
        if library.syncfs(handle):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    return True


def _sync(path: Path | str, flags: int = os.O_RDONLY) -> None:
    with _open(path, flags) as handle:
        os.fsync(handle)


@contextmanager
def _open(path: Path | str, flags: int = os.O_RDONLY) -> Iterator[int]:
    """Yield the number of a file or folder that is open until the block ends."""
    handle = os.open(path, flags)
    try:
        yield handle
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write `content` to `path`, whole or not at all; `mode` as for `whole_file`."""
    with whole_file(path, mode) as temporary:
        temporary.write_bytes(content)


def _settle(temporary: Path, path: Path) -> None:
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def _refuse_taken(path: Path) -> None:
    """Raise an error for a folder or a device of this name: a device such as /dev/null would be replaced by a file."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        hint = _("Give the name of a file; standard output is -o -.")
        raise DataError.because("output-not-a-file", _("this is a device, not a file"), hint, file=str(path))


#: What the disk does when it is full or fails; whatever else stops a file is about its name or its folder.
DISK_FAILS = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EMFILE, errno.ENFILE}
#: Of a name longer than a file can have, a message shows so much.
NAME_SHOWN = 200


def _reason(error: OSError | ValueError) -> str:
    return translated(getattr(error, "strerror", None) or str(error))


def _cannot_write(path: Path, error: OSError | ValueError) -> MachineError | DataError:
    name = str(path)[:NAME_SHOWN]
    if getattr(error, "errno", None) in DISK_FAILS:
        hint = _("Make room on the disk, then run the same command again.")
        return MachineError.because("write-failed", _("writing failed: {reason}", reason=_reason(error)), hint, file=name)
    message = _("the file cannot be written: {reason}", reason=_reason(error))
    hint = _("Choose another folder with -o, or ask who owns this one.")
    return DataError.because("output-not-writable", message, hint, file=name)
