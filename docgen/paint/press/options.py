"""What a print shop may ask for, said by options of a command or entries of a job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from docgen.errors import Problem, UsageError, Where, nearest_hint, visible
from docgen.fields import Field
from docgen.messages import _
from docgen.units import ZERO, Length, mm

#: What printers ask to be printed beyond the edge that is cut, and the most that fits round a sheet and makes sense.
BLEED, BLEED_LIMIT = mm(3), mm(20)


@dataclass(frozen=True, slots=True)
class PressOptions:
    """The profile of a printing condition; how far beyond the trimmed edge is printed; spot colours by the recipes they print.

    `part_fields` are fields of a record that the document part of its pages in a volume says, besides its row and number.
    """

    profile: Path | str | None = None
    bleed: Length | None = None
    spots: tuple[tuple[str, str], ...] = ()
    part_fields: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        profile: Path | str | None,
        bleed: float | None,
        spots: Mapping[str, str] | None = None,
        part_fields: Iterable[str] = (),
    ) -> PressOptions | None:
        """Return what a shop asks for, its bleed in millimetres; None where it asks for nothing."""
        size = None if bleed is None else mm(bleed)
        options = cls(profile, size, tuple((spots or {}).items()), tuple(part_fields))
        return None if options == cls() else options

    def check(self) -> None:
        """Raise UsageError for a bleed that no sheet has."""
        if self.bleed is not None and not ZERO <= self.bleed <= BLEED_LIMIT:
            message = _("a bleed of {size:g} mm is not possible", size=self.bleed.mm)
            hint = _("Give 0 to {limit:g} mm; print shops ask for 3.", limit=BLEED_LIMIT.mm)
            raise UsageError.because("bleed-wrong", message, hint)

    def refuse_fields(self) -> None:
        """Raise UsageError where fields are asked for of document parts: a document by itself has none."""
        if self.part_fields:
            hint = _("Volumes have them (docgen batch): leave --dpart-fields out.")
            raise UsageError.because("dpart-fields-single", _("a document by itself has no document parts"), hint)

    def check_fields(self, fields: Iterable[Field]) -> None:
        """Raise UsageError for a field of document parts that a form has not, or that is a picture or a list."""
        known = [each.name for each in fields if not (each.is_picture or each.takes_list)]
        problems = [_unknown(name, known) for name in self.part_fields if name not in known]
        if problems:
            raise UsageError(problems)

    def refuse_any(self) -> None:
        """Raise UsageError where something is asked for: what is printed is not for the press."""
        if self != PressOptions():
            hint = _("Print with --for press, or leave --profile, --bleed, --spot and --dpart-fields out.")
            raise UsageError.because("press-options", _("a profile, bleed and spot colours are for the press"), hint)


def _unknown(name: str, known: list[str]) -> Problem:
    message = _("a document part cannot say “{name}” of a record", name=visible(name[:60]))
    return Problem("dpart-field-unknown", message, nearest_hint(name, known), Where(key="dpart-fields"), name)
