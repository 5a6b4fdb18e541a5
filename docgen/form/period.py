"""The time in which a edition of a form is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from docgen.messages import _


@dataclass(frozen=True, slots=True)
class Period:
    """From the day `begins` to the day before `ends`; open at a side where that is None."""

    begins: date | None = None
    ends: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.begins or date.min) <= day and (self.ends is None or day < self.ends)

    def overlaps(self, other: Period) -> bool:
        """Return whether there is a day on which both hold."""
        return self.holds_on(other.begins or date.min) or other.holds_on(self.begins or date.min)

    @property
    def day(self) -> date | None:
        """A day on which it holds, the same each time; None where it is open at both sides."""
        return self.begins or (self.ends - timedelta(1) if self.ends else None)

    def __str__(self) -> str:
        if self.begins and self.ends:
            return _("from {begins} until {ends}", begins=self.begins, ends=self.ends)
        if self.begins:
            return _("from {begins}", begins=self.begins)
        return _("until {ends}", ends=self.ends) if self.ends else _("no dates told")
