"""Who is due for training: whose last document of a form is as old as the act allows (Order No. 114-НҚ, Rules, clause 6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from docgen.register.queries import Document
from docgen.register.schema import IN_FORCE


@dataclass(frozen=True, slots=True)
class DuePerson:
    """A person with the last document in force, and the day by which the next one is needed."""

    document: Document
    due: date

    @property
    def iin(self) -> str:
        """The person's IIN, empty where the register does not know it."""
        return str(_values(self.document).get("iin") or "")

    @property
    def workplace(self) -> str:
        """Where the person worked then, empty where the register does not know it."""
        return str(_values(self.document).get("workplace") or "")


def _values(document: Document) -> dict[str, object]:
    return {**document.unprinted, **document.record}


def due_people(documents: Iterable[Document], years: int, on: date) -> list[DuePerson]:
    """Return the people whose last document in force is `years` or more old on a day, the longest due first.

    A person is known by the IIN; where the register has none, by the name.
    """
    last: dict[str, Document] = {}
    for each in documents:
        key = str(_values(each).get("iin") or each.person.casefold())
        if each.state in IN_FORCE and (key not in last or each.dated > last[key].dated):
            last[key] = each
    people = [DuePerson(each, years_later(date.fromisoformat(each.dated), years)) for each in last.values()]
    return sorted((each for each in people if each.due <= on), key=lambda each: (each.due, each.document.person.casefold()))


def years_later(day: date, years: int) -> date:
    """Return the same day some years later; 28 February for a 29 February that the year lacks."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
