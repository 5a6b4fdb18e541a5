"""The time that `SOURCE_DATE_EPOCH` sets in place of the clock's, so that the same input makes the same bytes."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from docgen.errors import UsageError
from docgen.messages import _

SETTING = "SOURCE_DATE_EPOCH"


def set_time() -> datetime | None:
    """Return the time in UTC that is set, None where none is; UsageError for one that is no time."""
    epoch = os.environ.get(SETTING, "")
    if not epoch:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        message, hint = _("“{epoch}” is no time", epoch=epoch[:40]), _("Give the seconds since 1970, or unset it.")
        raise UsageError.because("epoch-wrong", message, hint, key=SETTING) from None
