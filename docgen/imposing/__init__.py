"""Imposition: the pages of volumes on press sheets, so that they are in order when they are cut and stacked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.imposing.imposition import ImposingOptions, Imposition, open_imposition, sheet_numbers
    from docgen.imposing.layout import SheetLayout, check_leaf, fitted
    from docgen.imposing.making import ImposedSheets, impose, imposed, make, refuse_outputs
    from docgen.imposing.plan import SheetOrder
    from docgen.imposing.scheme import SINGLE, Scheme, open_scheme, scheme_names
    from docgen.imposing.spoiled import spoiled_stock, stocked_form
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "imposition": "ImposingOptions Imposition open_imposition sheet_numbers",
            "layout": "SheetLayout check_leaf fitted",
            "making": "ImposedSheets impose imposed make refuse_outputs",
            "plan": "SheetOrder",
            "scheme": "SINGLE Scheme open_scheme scheme_names",
            "spoiled": "spoiled_stock stocked_form",
        },
    )

__all__ = [
    "SINGLE",
    "ImposedSheets",
    "ImposingOptions",
    "Imposition",
    "Scheme",
    "SheetLayout",
    "SheetOrder",
    "check_leaf",
    "fitted",
    "impose",
    "imposed",
    "make",
    "open_imposition",
    "open_scheme",
    "refuse_outputs",
    "scheme_names",
    "sheet_numbers",
    "spoiled_stock",
    "stocked_form",
]
