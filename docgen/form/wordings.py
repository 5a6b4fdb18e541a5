"""The wordings of a form: its own definition, and those in folders of it, each laid over that one and holding for a period.

A wording that names a base itself (`extends`) is laid over that base alone, for an act that words everything anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

from docgen.errors import UsageError, visible
from docgen.form.inherit import inherit, overlay, toml_of
from docgen.form.keys import DAY, read_keys, wrong
from docgen.form.period import Period
from docgen.messages import _

DEFINITION = "form.toml"
#: The keys that tell a wording's period: its own, never those of what it is laid over.
#: `from` is the first day on which it holds, `until` the first on which it no longer does.
DATES = {"from": DAY, "until": DAY}


@dataclass(frozen=True, eq=False)
class Wording:
    """A definition before it is read: its keys without the dates, its period, its folder and then the form's own."""

    raw: dict
    period: Period
    folders: tuple[Path, ...]

    @property
    def file(self) -> str:
        return str(self.folders[0] / DEFINITION)


def wordings_of(folder: Path, shared: list[Path]) -> tuple[Wording, ...]:
    """Return the wordings of the form in `folder`, the oldest first; FormError where two of them hold on one day."""
    own = _read_whole(folder, shared)
    others = [_read_over(own, file.parent, shared) for file in sorted(folder.glob(f"*/{DEFINITION}"))]
    wordings = [_wording(own, (folder,)), *(_wording(raw, (place, folder)) for raw, place in others)]
    for one, other in combinations(wordings, 2):
        if one.period.overlaps(other.period):
            message = _("it holds {period}, and {file} holds {other}: two wordings on one day",
                        period=other.period, file=one.file, other=one.period)  # fmt: skip
            raise wrong(other.file, "from", "wordings-overlap", message, _("Let one end (until) where the next begins (from)."))
    return tuple(sorted(wordings, key=lambda wording: wording.period.begins or date.min))


def _read_whole(folder: Path, shared: list[Path]) -> dict:
    file = folder / DEFINITION
    return inherit(toml_of(file), str(file), shared)


def _read_over(own: dict, folder: Path, shared: list[Path]) -> tuple[dict, Path]:
    """Return the definition in a folder of the form, laid over the form's own."""
    raw = toml_of(folder / DEFINITION)
    if "extends" in raw:
        return _read_whole(folder, shared), folder
    return overlay({name: value for name, value in own.items() if name not in DATES}, raw), folder


def _wording(raw: dict, folders: tuple[Path, ...]) -> Wording:
    file = str(folders[0] / DEFINITION)
    dates = read_keys(DATES, {name: raw[name] for name in DATES if name in raw}, file, "")
    begins, ends = map(dates.get, DATES)
    if begins and ends and begins >= ends:
        message = _("{least} is not before {most}", least=begins, most=ends)
        raise wrong(file, "until", "key-wrong", message, _("“until” is the first day on which it no longer holds."))
    rest = {name: value for name, value in raw.items() if name not in DATES}
    return Wording(rest, Period(begins, ends), folders)


def wording_on(wordings: tuple[Wording, ...], day: date | None, form_id: str) -> Wording:
    """Return the wording in force on a day, or the last one where no day is told; UsageError telling the periods, and for what is
    no day: a text, a time of day."""
    if day is None:
        return wordings[-1]
    if type(day) is not date:
        message = _("“{value}” is not a day", value=visible(str(day)[:60]))
        raise UsageError.because("day-wrong", message, _("Give it as a date of Python: date(2026, 1, 31)."))
    for wording in wordings:
        if wording.period.holds_on(day):
            return wording
    message = _("“{id}” has no wording that holds on {day}", id=form_id, day=day)
    hint = _("Its wordings hold: {periods}.", periods="; ".join(str(wording.period) for wording in wordings))
    raise UsageError.because("wording-none", message, hint)
