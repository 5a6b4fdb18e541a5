"""Imposition: the pages of volumes on press sheets, so that they are in order when they are cut and stacked."""

from docgen.imposing.imposition import ImposingOptions, Imposition, open_imposition, sheet_numbers
from docgen.imposing.layout import SheetLayout, check_leaf, fitted
from docgen.imposing.making import ImposedSheets, impose, imposed, make, refuse_outputs
from docgen.imposing.plan import SheetOrder
from docgen.imposing.scheme import SINGLE, Scheme, open_scheme, scheme_names
from docgen.imposing.spoiled import spoiled_stock, stocked_form

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
