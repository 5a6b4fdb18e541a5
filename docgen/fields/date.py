"""The kind of field that holds a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from docgen.fields.days import parse_day
from docgen.fields.field import CellRule, Field, Reading, shown
from docgen.fields.keys import DAY, key
from docgen.fields.letters import Rejected
from docgen.messages import _


@dataclass(frozen=True, kw_only=True, eq=False)
class Date(Field):
    """A day: a date cell, `2026-02-06`, `06.02.2026`, or as people write it, `6 ақпан 2026 ж.` (`docgen.fields.days`)."""

    kind = "date"
    bounds = ("earliest", "latest")
    number_format = "dd.mm.yyyy"
    earliest: date = key(DAY, date(2000, 1, 1))
    latest: date = key(DAY, date(2099, 12, 31))

    def read(self, raw: object, reading: Reading) -> date:
        """Return the value to print; raise Rejected if `raw` cannot be read."""
        day = _day_of(raw) if isinstance(raw, date) else parse_day(shown(raw), self.earliest, self.latest)
        if not self.earliest <= day <= self.latest:
            message = _("{day} lies outside {earliest} – {latest}", day=day, earliest=self.earliest, latest=self.latest)
            raise Rejected("date-out-of-range", message, _("Check the year."))
        return day

    def rule(self) -> str:
        """Return in words what the field takes."""
        return _("a date such as 2026-02-06 or 06.02.2026")

    def blank_value(self) -> date:
        """Return a value about as wide as what is written by hand."""
        return WIDEST_DAY

    def cell_rule(self) -> CellRule:
        """Return a warning: days are read from text too, where a machine does not know 06.02.2026."""
        return CellRule("date", (self.earliest, self.latest), is_warning=True)


#: The day whose year, day and month take the most room in Kazakh.
WIDEST_DAY = date(2028, 9, 28)


def _day_of(raw: date) -> date:
    """Return the day of a date cell; a time of day in it would be lost."""
    if isinstance(raw, datetime):
        if raw.time() != time():
            raise Rejected("date-with-time", _("{raw} is a time of day, not a day", raw=raw), _("Write the date alone."))
        return raw.date()
    return raw
