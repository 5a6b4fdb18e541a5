"""A workbook is saved as Excel writes it, in pieces or at once."""

import io

import pytest
from openpyxl import Workbook, load_workbook

from docgen.tables import saving


@pytest.mark.parametrize("at_once", [1, 7, 1000])
def test_a_workbook_is_the_same_in_pieces_of_any_size(at_once, monkeypatch):
    """Where a piece ends within the end of the rows too; a text that looks like it is a text."""
    rows = [[f"№ {number}", "</sheetData>", "<ignoredErrors"] for number in range(20)]

    def written() -> bytes:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("register")
        for row in rows:
            sheet.append(row)
        return saving.saved(book)

    whole = written()
    monkeypatch.setattr(saving, "AT_ONCE", at_once)
    assert written() == whole
    assert [list(row) for row in load_workbook(io.BytesIO(whole)).active.values] == rows
    parts = saving.zipfile.ZipFile(io.BytesIO(whole))
    assert parts.read("xl/worksheets/sheet1.xml").count(b"<ignoredErrors>") == 1
