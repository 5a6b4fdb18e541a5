"""The objects that a loaded page draws: where each lies on the sheet; letters and rules are taken off for measuring."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from docgen.preflighting.loaded_page import LoadedPage, PageObject, PageSheet
from docgen.units import Box, mm

#: Rules to write on are at most this thick.
RULE = mm(0.5)

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


def objects_of(page: LoadedPage) -> list[PageObject]:
    """Return what a page draws, in order."""
    import pypdfium2.raw as pdfium

    return [pdfium.FPDFPage_GetObject(page, index) for index in range(pdfium.FPDFPage_CountObjects(page))]


def objects_in(form: PageObject) -> list[PageObject]:
    """Return what a form XObject draws, in order."""
    import pypdfium2.raw as pdfium

    return [pdfium.FPDFFormObj_GetObject(form, index) for index in range(pdfium.FPDFFormObj_CountObjects(form))]


def matrix_in(form: PageObject, matrix: Matrix) -> Matrix:
    """Return the matrix from the space within a form XObject to that of the page, if `matrix` leads there from its own."""
    import pypdfium2.raw as pdfium

    own = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(form, own)
    return _product((own.a, own.b, own.c, own.d, own.e, own.f), matrix)


def take_off_letters(page: LoadedPage) -> None:
    """Take all text off a loaded page, out of form XObjects too; the file itself is untouched."""
    import pypdfium2.raw as pdfium

    _take_off(page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, pdfium.FPDFPage_RemoveObject)


def _take_off(
    holder: LoadedPage | PageObject,
    count: Callable[[PageObject], int],
    get: Callable[[PageObject, int], PageObject],
    remove: Callable[[PageObject, PageObject], int],
) -> None:
    import pypdfium2.raw as pdfium

    for item in [get(holder, index) for index in range(count(holder))]:
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT and remove(holder, item):
            pdfium.FPDFPageObj_Destroy(item)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM:
            _take_off(item, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, pdfium.FPDFFormObj_RemoveObject)


def take_off_rules(page: LoadedPage, sheet: PageSheet, within: Box) -> None:
    """Take the thin rules off a loaded page that lie wholly `within` a box: the lines of a blank to write on.

    A form XObject goes with them when it draws nothing but such rules, as the press shares the lines of a volume; thin
    strokes of an emblem stay.
    """
    import pypdfium2.raw as pdfium

    for item in objects_of(page):
        if _is_ruled(item, sheet, within, IDENTITY) and pdfium.FPDFPage_RemoveObject(page, item):
            pdfium.FPDFPageObj_Destroy(item)


def _is_ruled(item: PageObject, sheet: PageSheet, within: Box, matrix: Matrix) -> bool:
    """Return whether an object is a rule, or draws rules alone; `matrix` leads from its space to that of the page."""
    import pypdfium2.raw as pdfium

    kind = pdfium.FPDFPageObj_GetType(item)
    if kind == pdfium.FPDF_PAGEOBJ_FORM:
        inner, drawn = matrix_in(item, matrix), objects_in(item)
        return bool(drawn) and all(_is_ruled(each, sheet, within, inner) for each in drawn)
    if kind != pdfium.FPDF_PAGEOBJ_PATH:
        return False
    box = box_of(item, sheet, matrix)
    is_inside = box.left > within.left and box.right < within.right and box.top > within.top and box.bottom < within.bottom
    return is_inside and min(box.width, box.height) <= RULE < max(box.width, box.height)


def box_of(item: PageObject, sheet: PageSheet, matrix: Matrix) -> Box:
    """Return where an object lies on the sheet, at most; `matrix` leads from its space to that of the page."""
    import pypdfium2.raw as pdfium

    left, bottom, right, top = (ctypes.c_float() for _side in range(4))
    pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    a, b, c, d, e, f = matrix
    corners = [(x.value, y.value) for x in (left, right) for y in (bottom, top)]
    points = [sheet.point(x * a + y * c + e, x * b + y * d + f) for x, y in corners]
    across, down = ([point[axis] for point in points] for axis in (0, 1))
    return Box(min(across), min(down), max(across) - min(across), max(down) - min(down))


def _product(first: Matrix, then: Matrix) -> Matrix:
    """Return the matrix that does one after the other (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = first
    m, n, o, p, q, r = then
    return (a * m + b * o, a * n + b * p, c * m + d * o, c * n + d * p, e * m + f * o + q, e * n + f * p + r)
