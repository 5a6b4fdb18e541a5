"""A flowing document set as it is made, and as a whole by WeasyPrint, and how the two are compared."""

from __future__ import annotations

import shutil
from pathlib import Path

import pypdfium2
import pytest

from docgen.artwork import artwork_folders
from docgen.form import Form, load_form
from docgen.paint.info import document_info
from docgen.paint.pdf import body, table_series
from docgen.paint.press.finish import PLAIN, Finish
from docgen.record import read_record
from support import viewers

#: PDFium puts a letter on one of a few places within a pixel, by sums of floats of 24 bits: one that lies between two of them may
#: go to either. So many pixels of a page are a few letters; a line that is elsewhere is some thousands more.
LETTERS = 3000
#: So few rows count as many here, so that WeasyPrint need not set more.
SHORT = 50
#: Millimetres that a letter may be off.
OFF = 0.0005


def both_ways(form: Form, raw: dict[str, object], finish: Finish = PLAIN, least: int = SHORT) -> tuple[bytes, bytes]:
    """Return a document as it is made where `least` rows are many, and as WeasyPrint makes it alone."""
    record = read_record(form, raw)
    info, artwork = document_info(form, [record]), artwork_folders()
    found = []
    for many in (least, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(table_series, "LONG", many)
            found.append(body.paint_body(form, record, info, artwork, finish))
    return found[0], found[1]


def assert_same(ours: bytes, theirs: bytes) -> None:
    """Assert that two documents have the same letters in the same places, and pages that look the same."""
    here, there = pypdfium2.PdfDocument(ours), pypdfium2.PdfDocument(theirs)
    assert len(here) == len(there)
    for mine, other in zip(here, there, strict=True):
        letters = [[letter for letter in viewers.letters(page) if not letter.text.isspace()] for page in (mine, other)]
        assert [(a.text, a.face) for a in letters[0]] == [(b.text, b.face) for b in letters[1]]
        assert all(max(abs(a.left - b.left), abs(a.baseline - b.baseline)) < OFF for a, b in zip(*letters, strict=True))
        images = [page.render(scale=1.93, grayscale=True).to_numpy().astype(int) for page in (mine, other)]
        assert (abs(images[0] - images[1]) > 1).sum() < LETTERS


def own_form(form_id: str, folder: Path, style: str, replaced: tuple[str, str] = ("", "")) -> Form:
    """Return a form of one's own in a folder: a shipped one with more style, and with something in its body replaced."""
    shipped = load_form(form_id).folders[0]
    shutil.copytree(shipped, folder / "own-form")
    shutil.copytree(shipped.parent / "shared", folder / "shared")
    definition, page = folder / "own-form" / "form.toml", folder / "own-form" / "body.html"
    definition.write_text(definition.read_text().replace(f'"{form_id}"', '"own-form"'))
    assert replaced[0] in page.read_text()
    page.write_text(page.read_text().replace(*replaced) + f"<style>{style}</style>")
    return load_form("own-form", folder)
