"""The time that a caller or `SOURCE_DATE_EPOCH` sets in place of the clock's, so that the same input makes the same bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from docgen.errors import UsageError, visible
from docgen.messages import _

SETTING = "SOURCE_DATE_EPOCH"
_fixed: ContextVar[datetime | None] = ContextVar("docgen time", default=None)


@contextmanager
def fixed(time: datetime | None) -> Iterator[None]:
    """Set the time until the block ends; None leaves it as it is.

    Raise UsageError for what is no time with a time zone: another machine would take it for another moment.
    """
    if time is not None and (not isinstance(time, datetime) or time.tzinfo is None):
        message = _("“{epoch}” is no time", epoch=visible(str(time)[:40]))
        raise UsageError.because("time-wrong", message, _("Give a datetime with its time zone."), key="time")
    token = _fixed.set(_fixed.get() if time is None else time.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)


def set_time() -> datetime | None:
    """Return the time in UTC that is set, None where none is; raise UsageError for a `SOURCE_DATE_EPOCH` that is no time."""
    if (time := _fixed.get()) is not None:
        return time
    epoch = os.environ.get(SETTING, "")
    if not epoch:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        message, hint = _("“{epoch}” is no time", epoch=epoch[:40]), _("Give the seconds since 1970, or unset it.")
        raise UsageError.because("epoch-wrong", message, hint, key=SETTING) from None
