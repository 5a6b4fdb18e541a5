"""Imposition: the pages of volumes on press sheets, so that they are in order when they are cut and stacked."""

from docgen.imposing.imposition import ImposingOptions, Imposition, open_imposition, sheet_numbers
from docgen.imposing.job_sheet import write_job_sheet
from docgen.imposing.plan import SheetOrder
from docgen.imposing.scheme import Scheme, open_scheme, scheme_names

__all__ = [
    "ImposingOptions",
    "Imposition",
    "Scheme",
    "SheetOrder",
    "open_imposition",
    "open_scheme",
    "scheme_names",
    "sheet_numbers",
    "write_job_sheet",
]
