"""The serials of spoiled sheets: which blanks of preprinted stock lay on sheets that are printed again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from docgen.errors import UsageError
from docgen.form import id_in
from docgen.imposing.imposition import Imposition
from docgen.imposing.pages import sheets_text
from docgen.imposing.plan import SheetOrder
from docgen.messages import _

if TYPE_CHECKING:
    from docgen.register import Movement, SerialRange


def stocked_form(imposition: Imposition) -> str:
    """Return the id of the form whose stock the files were printed on; UsageError for files that do not say it."""
    form = id_in(imposition.sources[0].info.get(b"/docgenform", ""))
    if not form:
        hint = _("Record them by themselves: docgen register stock spoil.")
        message = _("the file does not say which form it is, so its serials cannot be recorded")
        raise UsageError.because("form-unknown", message, hint, file=str(imposition.sources[0].path))
    if imposition.plan.order is SheetOrder.REPEAT:
        message = _("a record is in all positions of its sheet, so its serials cannot be told")
        raise UsageError.because("order-unknown", message, _("Record them by themselves: docgen register stock spoil."))
    return form


def spoiled_stock(imposition: Imposition, sheets: Sequence[int], first: SerialRange, day: str) -> list[Movement]:
    """Return what is to be recorded as spoiled: the blanks of the records on sheets, counted from 0.

    `first` is the serial of the first record's blank; the others follow in the order of records, as the stacks were numbered.
    """
    from docgen.register import Movement, SerialRange

    reason = f"{imposition.info.title}: {sheets_text([sheet + 1 for sheet in sheets])}"
    found = []
    for begin, end in _spans(imposition, sheets):
        serials = SerialRange(first.prefix, first.first + begin, first.first + end, first.width)
        found.append(Movement("spoiled", serials, day, reason))
    return found


def _spans(imposition: Imposition, sheets: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of records that follow each other on these sheets."""
    on_them = (record for sheet in sheets for record in imposition.plan.on_sheet(sheet) if record is not None)
    for _key, run in groupby(enumerate(sorted(on_them)), lambda each: each[1] - each[0]):
        records = [record for _place, record in run]
        yield records[0], records[-1]
