"""The editions of a form: its own definition, and those in folders of it, each laid over that one and holding for a period.

An edition that names a base itself (`extends`) is laid over that base alone, for an act with an all new text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

from docgen.errors import UsageError, visible
from docgen.fields.keys import DAY, Raw, read_keys, wrong
from docgen.form.inherit import inherit, overlay, toml_of
from docgen.messages import _

DEFINITION = "form.toml"
#: The keys of an edition's period: its own, never those of the definition below it.
#: `from` is the first day on which it holds, `until` the first on which it no longer does.
DATES = {"from": DAY, "until": DAY}


@dataclass(frozen=True, slots=True)
class Period:
    """From the day `begins` to the day before `ends`; open at a side where that is None."""

    begins: date | None = None
    ends: date | None = None

    def holds_on(self, day: date) -> bool:
        """Return whether the period includes a day."""
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
        return _("until {ends}", ends=self.ends) if self.ends else _("no dates given")


@dataclass(frozen=True, eq=False)
class Edition:
    """A definition before it is read: its keys without the dates, its period, its folder and then the form's own."""

    raw: Raw
    period: Period
    folders: tuple[Path, ...]

    @property
    def file(self) -> str:
        """The form.toml of the edition."""
        return str(self.folders[0] / DEFINITION)


def read_editions(folder: Path, shared: list[Path]) -> tuple[Edition, ...]:
    """Return the editions of the form in `folder`, the oldest first; raise FormError if two are in force on one day."""
    own = _read_whole(folder, shared)
    others = [_read_over(own, file.parent, shared) for file in sorted(folder.glob(f"*/{DEFINITION}"))]
    editions = [_edition(own, (folder,)), *(_edition(raw, (place, folder)) for raw, place in others)]
    for one, other in combinations(editions, 2):
        if one.period.overlaps(other.period):
            message = _("it holds {period}, and {file} holds {other}: two editions on one day",
                        period=other.period, file=one.file, other=one.period)  # fmt: skip
            raise wrong(other.file, "from", "editions-overlap", message, _("Let one end (until) where the next begins (from)."))
    return tuple(sorted(editions, key=lambda edition: edition.period.begins or date.min))


def _read_whole(folder: Path, shared: list[Path]) -> Raw:
    file = folder / DEFINITION
    return inherit(toml_of(file), str(file), shared)


def _read_over(own: Raw, folder: Path, shared: list[Path]) -> tuple[Raw, Path]:
    """Return the definition in a folder of the form, laid over the form's own."""
    raw = toml_of(folder / DEFINITION)
    if "extends" in raw:
        return _read_whole(folder, shared), folder
    return overlay({name: value for name, value in own.items() if name not in DATES}, raw), folder


def _edition(raw: Raw, folders: tuple[Path, ...]) -> Edition:
    file = str(folders[0] / DEFINITION)
    dates = read_keys(DATES, {name: raw[name] for name in DATES if name in raw}, file, "")
    begins, ends = map(dates.get, DATES)
    if begins and ends and begins >= ends:
        message = _("{least} is not before {most}", least=begins, most=ends)
        raise wrong(file, "until", "key-wrong", message, _("“until” is the first day on which it no longer holds."))
    rest = {name: value for name, value in raw.items() if name not in DATES}
    return Edition(rest, Period(begins, ends), folders)


def edition_on(editions: tuple[Edition, ...], day: date | None, form_id: str) -> Edition:
    """Return the edition in force on a day; without a day, the last one.

    Raise UsageError, with all periods, if none is in force, and for a `day` that is no date: a text, a time of day.
    """
    if day is None:
        return editions[-1]
    if type(day) is not date:
        message = _("“{value}” is not a day", value=visible(str(day)[:60]))
        raise UsageError.because("day-wrong", message, _("Give it as a date of Python: date(2026, 1, 31)."))
    for edition in editions:
        if edition.period.holds_on(day):
            return edition
    message = _("“{id}” has no edition that holds on {day}", id=form_id, day=day)
    hint = _("Its editions hold: {periods}.", periods="; ".join(str(edition.period) for edition in editions))
    raise UsageError.because("edition-none", message, hint)
