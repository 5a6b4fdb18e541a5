"""A register that is asked and not written to: one that is not there yet answers as an empty one, and nothing is made."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import StaticPool

from docgen.errors import Problem, Where
from docgen.files import looked_at
from docgen.messages import _
from docgen.register.book import Register
from docgen.register.connecting import open_register, opened_register
from docgen.register.failures import database_errors
from docgen.register.opening import begin_sqlite, bring_up_to_date, engine_for, name_of, place_of, version_of


def asked_register(
    register: Register | Path | str | None, *, new_organization: bool = False, series: str = ""
) -> AbstractContextManager[Register]:
    """Return a context manager with a register of which only questions are asked, such as which numbers it would give.

    An open one stays open. One that is not there is not made: an empty one in memory answers for it, with a note
    (`register-not-yet`). Raise as `open_register` does.
    """
    if isinstance(register, Register):
        return opened_register(register)
    place = place_of(register)
    if _is_there(place):
        return open_register(register, new_organization=new_organization, series=series, create=False)
    name = name_of(place)
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    event.listen(engine, "begin", begin_sqlite)
    bring_up_to_date(engine, name)
    empty = Register(engine, name, new_organization=new_organization, series=series)
    message = _("there is no such register yet: docgen batch would make it, and begin its numbers with 1")
    hint = _("If there should be one, check its name.")
    empty.note(Problem("register-not-yet", message, hint, Where(file=name)))
    return empty


def _is_there(place: Path | URL) -> bool:
    """Return whether a register is at a place: an empty file, or a server without its tables, is none yet."""
    if isinstance(place, Path):
        with looked_at(place):
            return place.exists() and not (place.is_file() and place.stat().st_size == 0)
    name = name_of(place)
    engine = engine_for(place, create=False)
    try:
        with database_errors(name), engine.connect() as connection, connection.begin():
            return version_of(connection, name) is not None
    finally:
        engine.dispose()
