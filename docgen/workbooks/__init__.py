"""Workbooks that docgen writes for a clerk: a form as a sheet to fill, and a checked copy of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.workbooks.checked_copy import check_output, write_checked_copy
    from docgen.workbooks.form_sheet import form_workbook
else:
    __getattr__ = lazy_exports(__name__, {"checked_copy": "check_output write_checked_copy", "form_sheet": "form_workbook"})

__all__ = ["check_output", "form_workbook", "write_checked_copy"]
