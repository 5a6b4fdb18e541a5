"""A register by where it is: opened, and closed again."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path

from docgen import clock
from docgen.errors import UsageError, visible
from docgen.messages import _
from docgen.register import planning
from docgen.register.book import Register
from docgen.register.failures import database_errors
from docgen.register.opening import WAIT, bring_up_to_date, engine_for, name_of, place_of


def open_register(
    where: Path | str | None = None,
    *,
    clerk: str | None = None,
    time: datetime | None = None,
    new_organization: bool = False,
    series: str = "",
    create: bool = True,
    wait: float = WAIT,
) -> Register:
    """Return the register in a file or at a `postgresql://` address, brought up to date; use it as a context manager.

    Without `where` it is the one that `DOCGEN_REGISTER` names, else the user's own. With `create`, a missing file is created.
    `clerk` is who works with it, else `DOCGEN_CLERK` or the user of the system; `time` is the time of its events, else that of
    the clock, not of `SOURCE_DATE_EPOCH`. An organization whose name is nearly that of another which has numbers is refused
    (`organization-near`), but with `new_organization`. `series` is the pattern of the numbers of sequences that begin, such as
    `{year}-{seq:04d}`; one that has begun with another is refused (`pattern-other`). `wait` is how many seconds a writer waits
    for the lock. Raise DataError, UsageError or MachineError if it cannot be used.
    """
    with clock.fixed(time):  # refused before a file is made
        place = place_of(where)
    planning.wanted_pattern(series)
    name = name_of(place)
    engine = engine_for(place, create, wait)
    try:
        with database_errors(name):
            bring_up_to_date(engine, name, create)
    except BaseException:
        engine.dispose()
        raise
    return Register(engine, name, clerk, time, new_organization, series)


def opened_register(register: Register | Path | str, *, new_organization: bool = False) -> AbstractContextManager[Register]:
    """Return a context manager with a register: an open one stays open, one that is named is opened for the block.

    Raise UsageError for what is neither a register nor where one is.
    """
    if isinstance(register, Register):
        return nullcontext(register)
    if not isinstance(register, str | Path):
        message = _("“{value}” is no register", value=visible(str(register)[:60]))
        raise UsageError.because("register-wrong", message, _("Give where it is, or what open_register returns."))
    return open_register(register, new_organization=new_organization)
