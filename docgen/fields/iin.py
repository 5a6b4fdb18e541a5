"""The individual identification number of a person in Kazakhstan."""

from __future__ import annotations

from calendar import isleap, monthrange
from dataclasses import dataclass
from operator import mul

from docgen.fields.field import CellRule, Field, Reading, shown
from docgen.fields.letters import Rejected
from docgen.messages import _


@dataclass(frozen=True, kw_only=True, eq=False)
class Iin(Field):
    """An individual identification number: 12 digits with the date of birth and a check digit (see `iin_fault`)."""

    kind = "iin"

    def read(self, raw: object, reading: Reading) -> str:
        """Return the value to print; raise Rejected if `raw` cannot be read."""
        digits = shown(int(raw) if isinstance(raw, int) else raw)
        mended = digits.zfill(12)
        if digits != mended and not iin_fault(mended):
            message = _("{digits} has {count} digits; a workbook drops zeros at the beginning", digits=digits, count=len(digits))
            hint = _("Is it {iin}? Format the column as text, then type it so.", iin=mended)
            raise Rejected("iin-zeros-lost", message, hint, mended)
        if fault := iin_fault(digits):
            raise Rejected("iin-invalid", fault, _("Compare it with the identity card, digit by digit."))
        return digits

    def rule(self) -> str:
        """Return in words what the field takes."""
        return _("an IIN of 12 digits")

    def cell_rule(self) -> CellRule:
        """Return what a spreadsheet program checks in the column."""
        return CellRule("textLength", (12,), "equal")


CENTURIES = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
IIN_WEIGHTS = (tuple(range(1, 12)), (*range(3, 12), 1, 2))
#: The days that each year has, as MMDD.
EVERY_YEAR = frozenset(f"{month:02}{day:02}" for month in range(1, 13) for day in range(1, monthrange(1900, month)[1] + 1))


def iin_fault(digits: str) -> str:
    """Return what is wrong with an IIN, or nothing: YYMMDD of birth, century and sex, four digits, check digit.

    The check digit is Σ digit·weight mod 11 with the weights 1…11; if that is 10, again with 3…11, 1, 2; if it is 10 again,
    no such IIN is given out. A foreigner's seventh digit is 0, and the century of birth is then unknown.
    """
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        return _("an IIN has 12 digits, this has other signs or another length")
    if digits[6] not in "0123456":
        return _("the seventh digit of an IIN is 0 to 6")
    if not _is_birthday(digits):
        return _("the first six digits are no date of birth (YYMMDD)")
    codes = digits.encode()
    check = _remainder(codes, IIN_WEIGHTS[0])
    if check == 10:
        check = _remainder(codes, IIN_WEIGHTS[1])
    if check != int(digits[11]):
        return _("the check digit does not agree")
    return ""


def _remainder(codes: bytes, weights: tuple[int, ...]) -> int:
    """Return Σ digit·weight mod 11 by the digits' codes: each is 48 more than its digit, and 48·Σ weight = 48·66 = 11·288."""
    total: int = sum(map(mul, codes, weights))
    return total % 11


def _is_birthday(digits: str) -> bool:
    if digits[2:6] in EVERY_YEAR:
        return True
    years = [CENTURIES[digits[6]]] if digits[6] in CENTURIES else [1900, 2000]
    return digits[2:6] == "0229" and any([isleap(year + int(digits[:2])) for year in years])
