"""What preflight found: clause, what is prescribed, what was measured, verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from docgen.messages import _
from docgen.units import Length, mm, pt

#: How far a measure may be off.
POSITION = mm(0.05)
SIZE = pt(0.05)
#: Across, a line's width is a sum of advance widths that a PDF rounds to 1/1000 em each: 0.02 mm in a line of 200 mm.
ACROSS = mm(0.1)


class Verdict(Enum):
    """The verdict on a measure; a remark is worth knowing but does not refuse the file."""

    PASS = "pass"
    REMARK = "remark"
    FAIL = "fail"

    @property
    def word(self) -> str:
        """The verdict in the clerk's language."""
        return {"pass": _("pass"), "remark": _("remark"), "fail": _("FAIL")}[self.value]


@dataclass(frozen=True, slots=True)
class Finding:
    """One measure. `check` is a stable name of what was measured, so that a program need not read `what`.

    `page` counts from 1; it is None in a file of one page, and for a finding on the whole file.
    """

    clause: str
    place: str
    what: str
    prescribed: str
    measured: str
    verdict: Verdict
    check: str = ""
    page: int | None = None

    def as_json(self) -> dict[str, object]:
        """Return the finding as plain values."""
        names = ("clause", "place", "check", "what", "prescribed", "measured")
        return {name: getattr(self, name) for name in names} | {"verdict": self.verdict.value, "page": self.page}


@dataclass(frozen=True, slots=True)
class Subject:
    """What findings are about: a clause, a place and, where there are several, a page."""

    clause: str = ""
    place: str = ""
    page: int | None = None

    def found(self, check: str, what: str, prescribed: str, measured: str, verdict: Verdict | bool) -> Finding:
        """Return a finding; True is a pass and False a fail."""
        if not isinstance(verdict, Verdict):
            verdict = Verdict.PASS if verdict else Verdict.FAIL
        return Finding(self.clause, self.place, what, prescribed, measured, verdict, check, self.page)

    def length(self, check: str, what: str, prescribed: Length, measured: Length, tolerance: Length = POSITION) -> Finding:
        """Return the finding on a distance that is prescribed exactly."""
        is_right = abs((measured - prescribed).mm) <= tolerance.mm
        return self.found(check, what, in_mm(prescribed), measured_mm(measured), is_right)

    def missing(self, prescribed: str) -> Finding:
        """Return the finding on something that is not on the page."""
        return self.found("presence", _("is there"), prescribed, _("missing"), False)


def in_mm(length: Length) -> str:
    """Write a prescribed length: `10 mm`."""
    return _("{length:g} mm", length=round(length.mm, 3))


def measured_mm(length: Length) -> str:
    """Write a measured length: `10.00 mm`."""
    return _("{length:.2f} mm", length=round(length.mm, 2) + 0.0)  # no -0.00


def in_pt(length: Length) -> str:
    """Write a prescribed size: `14 pt`."""
    return _("{size:g} pt", size=round(length.pt, 3))


def measured_pt(length: Length) -> str:
    """Write a measured size: `14.00 pt`."""
    return _("{size:.2f} pt", size=length.pt)
