"""How far each register was when it was last used from here: by that, an older copy that was put back is known.

The user's data folder holds a small file a register, named by its identity. Reading it costs a moment, and so does writing it
after each transaction; the chain of events itself is not hashed again.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from docgen.canonical import canonical
from docgen.errors import DataError, DocgenError, Problem, UsageError, Where
from docgen.files import PRIVATE, PRIVATE_FOLDER, data_folder, disk_errors, read_bytes, write_whole
from docgen.messages import _, n_
from docgen.register.events import UNREADABLE, BookEnd, Event, add_events, book_end, holds_end

#: The folder of these files, within the user's data folder.
FOLDER = "books"
SIZE_LIMIT = 4096
#: The event that a copy was accepted, which lacks what had been seen before.
RESTORED = "restored"


@dataclass(slots=True)
class LastSeen:
    """What the user's data folder says of a register, which messages call `name`; `notes` are what its user should know.

    A register in a file may be a copy, and the other one in use elsewhere; one on a server (`is_shared`) is there once.
    """

    name: str
    is_shared: bool = False
    notes: dict[str, Problem] = field(default_factory=dict)

    def end(self, identity: str) -> BookEnd | None:
        """Return how far the book with this identity was, None where it was never seen or that cannot be read."""
        path = _path(identity)
        try:
            facts = json.loads(read_bytes(path, SIZE_LIMIT))
            return BookEnd(identity, int(facts["events"]), str(facts["seal"]))
        except DataError as error:
            if error.problems[0].code != "file-missing":
                self._note_unstored(path)
        except UNREADABLE:
            message = _(
                "the length and seal of the register that were stored here cannot be read: an older copy would not be noticed"
            )
            hint = _("It is written anew with the next document.")
            self._note("register-end-damaged", message, hint, str(path))
        return None

    def problem(self, connection: Connection, seen: BookEnd | None) -> Problem | None:
        """Return what is wrong where the book is shorter than it was, or parts from it; else None.

        Read what was `seen` before the book, or while it is locked: others may lengthen both meanwhile.
        """
        end = book_end(connection)
        if seen is None or seen.identity != end.identity or (end.events >= seen.events and holds_end(connection, seen)):
            return None
        counts = {"now": end.events, "seen": seen.events}
        if end.events < seen.events:
            code = "register-shorter"
            message = _("this register is shorter than it was when last used here: it has {now} events, and had {seen}", **counts)
        else:
            code = "register-parted"
            message = _(
                "this register is another copy: it parts from the one last used here, at event {seen} or before", **counts
            )
        return Problem(code, message, self._what_to_do(), Where(file=self.name))

    def _what_to_do(self) -> str:
        command = f'docgen register verify --register {shlex.quote(self.name)} --accept-restore --reason "…"'
        return _(
            "It would give numbers twice. Put the newest copy in its place; if this one is meant: {command}", command=command
        )

    def refuse_older(self, connection: Connection, seen: BookEnd | None) -> None:
        """Raise DataError where the book is shorter than it was, or parts from it: it would give numbers twice."""
        if problem := self.problem(connection, seen):
            raise DataError(problem)

    def store(self, end: BookEnd, before: int = 0, *, anyway: bool = False) -> None:
        """Store how far the book is, which had `before` events; what is known to be longer stays, but with `anyway`.

        Nothing fails where the data folder cannot be written: the documents are issued already. A note says so.
        """
        seen = self.end(end.identity)
        if end.events == 0 or (seen is not None and seen.events >= end.events and not anyway):
            return
        is_stored = self._is_stored(end)
        if seen is None and before and is_stored and not anyway and not self.is_shared:
            self._note_new(before)

    def _is_stored(self, end: BookEnd) -> bool:
        """Store how far a book is; return False, with a note, where that cannot be written."""
        path = _path(end.identity)
        content = json.dumps({"register": self.name, "events": end.events, "seal": end.hash}, ensure_ascii=False, indent=1)
        try:
            with disk_errors(path):
                for folder in (data_folder(), path.parent):
                    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            write_whole(path, f"{content}\n".encode("utf-8", "backslashreplace"), PRIVATE)
        except DocgenError:
            self._note_unstored(path)
            return False
        return True

    def _note_new(self, events: int) -> None:
        """Note a register in a file that is used here for the first time and was used elsewhere before."""
        message = n_(
            "this register, of {count} event, was never used here before",
            "this register, of {count} events, was never used here before",
            events,
        )
        hint = _("If another copy of it is used elsewhere, both give the same numbers: use only one of them.")
        self._note("register-new-here", message, hint, self.name)

    def _note_unstored(self, path: Path) -> None:
        message = _("the length and seal of the register cannot be stored here: an older copy of it would not be noticed")
        self._note("register-end-unstored", message, _("Let DOCGEN_DATA name a folder that you may write to."), str(path))

    def _note(self, code: str, message: str, hint: str, file: str) -> None:
        self.notes[code] = Problem(code, message, hint, Where(file=file))

    def accept(self, connection: Connection, reason: str) -> None:
        """Record in the book that it is meant as it is, whatever was seen before; the book must be locked.

        Raise UsageError if it goes on from what was seen: then there is nothing to accept.
        """
        end = book_end(connection)
        seen = self.end(end.identity)
        if seen is not None and self.problem(connection, seen) is None:
            message = _("this register goes on from where it was last used: there is nothing to accept")
            raise UsageError.because("restore-none", message, file=self.name)
        lost = {} if seen is None else {"events": seen.events, "seal": seen.hash}
        add_events(connection, [Event(RESTORED, None, canonical({"reason": reason, **lost}))])


def _path(identity: str) -> Path:
    return data_folder() / FOLDER / f"{identity}.json"
