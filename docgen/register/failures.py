"""The one boundary where the errors of a database become ours, sorted by what a clerk can do about them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from docgen.errors import DataError, DocgenError, MachineError, UsageError
from docgen.messages import _

#: Class, code, message, hint.
Failure = tuple[type[DocgenError], str, str, str]


def _failures() -> dict[str, Failure]:
    """Return our error by the beginning of SQLite's error name, of PostgreSQL's SQLSTATE, or by words of the message."""
    locked = (
        MachineError, "register-locked", _("another program holds the register locked"),
        _("Nothing was written. Wait until it has ended, then run the same command again."),
    )  # fmt: skip
    return {"SQLITE_BUSY": locked, "55P03": locked} | _of_sqlite() | _of_postgresql()


def _of_sqlite() -> dict[str, Failure]:
    """Return our error by the beginning of an error's name (Result and Error Codes, sqlite.org/rescode.html)."""
    unreadable = (
        DataError,
        "register-unreadable",
        _("the register cannot be opened"),
        _("Check the folder and the right to read it."),
    )
    return {
        "SQLITE_NOTADB": (
            DataError, "register-not-one", _("this file is no register"),
            _("Check the name: a register is a file that docgen made."),
        ),
        "SQLITE_CORRUPT": (
            DataError, "register-damaged", _("the file of the register is damaged"), _("Restore the last sound copy of it."),
        ),
        "SQLITE_READONLY": (
            DataError, "register-read-only", _("the register may be read, not written"),
            _("Ask its owner for the right to write to the file and its folder."),
        ),
        "SQLITE_CANTOPEN": unreadable,
        "SQLITE_PERM": unreadable,
        "SQLITE_FULL": (
            MachineError, "write-failed", _("the disk is full"), _("Make room on the disk, then run the same command again."),
        ),
        "SQLITE_IOERR": (
            MachineError, "write-failed", _("the disk fails"), _("Nothing that was confirmed is lost; check the disk."),
        ),
    }  # fmt: skip


def _of_postgresql() -> dict[str, Failure]:
    """Return our error by the beginning of a SQLSTATE (PostgreSQL, Appendix A, Error Codes), or by words of the message."""
    return {
        "42501": (
            DataError, "register-read-only", _("the server does not let this user write to the register"),
            _("Ask who keeps the server."),
        ),
        "53": (
            MachineError, "write-failed", _("the server has no space left"), _("Ask who keeps the server."),
        ),
        "password": (
            UsageError, "register-password", _("the server refuses this user or password"),
            _("Check the address: postgresql://USER:PASSWORD@HOST/DATABASE, or put the password into ~/.pgpass."),
        ),
        "does not exist": (
            UsageError, "register-unknown", _("the server has no such database or user"),
            _("Check the address; createdb makes a database."),
        ),
    }  # fmt: skip


def _unreachable(words: str, name: str) -> MachineError:
    """Return the error for a server that does not answer; the driver's words hold its address, never the password."""
    message = _("the server of the register cannot be reached: {reason}", reason=words.strip().partition("\n")[0])
    hint = _("Check the address and the network, then run the same command again.")
    return MachineError.because("register-unreachable", message, hint, file=name)


@contextmanager
def database_errors(name: str) -> Iterator[None]:
    """Translate what SQLAlchemy raises into a DocgenError; `name` is the register's name in messages, without a password."""
    try:
        yield
    except DBAPIError as error:
        raise _translated(error, name) from error
    except UnicodeEncodeError:
        message = _("what was given is not in UTF-8, so the register cannot keep it")
        raise UsageError.because("text-damaged", message, _("Type it anew.")) from None
    except SQLAlchemyError as error:
        raise _failed(str(error), name) from error


def _failed(words: str, name: str) -> MachineError:
    message = _("the register failed: {reason}", reason=words.strip().partition("\n")[0])
    return MachineError.because("register-failed", message, _("Nothing was written. Run the command again."), file=name)


def _may_write(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK)


def _translated(error: DBAPIError, name: str) -> DocgenError:
    """Return our error for one of a database's driver."""
    sign = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or ""
    words = str(error.orig)
    if "Could not decode to UTF-8" in words:
        sign = "SQLITE_CORRUPT"
    failures = _failures()
    if sign.startswith("SQLITE_CANTOPEN") and _may_write(Path(name)):
        sign = "SQLITE_IOERR"  # it is permitted, so the disk is full or fails
    if sign:
        known = next((key for key in failures if sign.startswith(key)), None)
    else:
        known = next((key for key in ("password", "does not exist") if key in words), None)
        if known is None and isinstance(error, (OperationalError, InterfaceError)):
            return _unreachable(words, name)
    if known is None:
        return _failed(words, name)
    cls, code, message, hint = failures[known]
    return cls.because(code, message, hint, file=name)
