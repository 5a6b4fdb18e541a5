#!/usr/bin/env bash
# PDFium's loose box of a letter does not always end where its advance ends: where the ink goes further, it ends at the ink.
#
# Expected: FPDFText_GetLooseCharBox spans a letter's advance, from its origin to the origin of the next, whatever its ink does;
#   its tight box (FPDFText_GetCharBox) is the ink. So the place of the next letter can be told from the loose box.
# Seen: of an italic f, whose ink goes beyond its advance on the right, the loose box is wider than the advance. A line that is
#   measured by loose boxes is too long wherever such a letter is last: most italics, and қ, ж, К or a dash in Liberation Serif.
# A way out: take the advance from the origin of the letter that follows, or from the widths in the font's dictionary.
# Versions: pypdfium2 5.15.2 (PDFium 8149), reportlab 4.4.4.
# Source: https://pypi.org/project/pypdfium2/5.15.2/ (fpdf_text.h calls it the loose bounding box).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check pypdfium2==5.15.2 reportlab==4.4.4
python/bin/python - <<'PYTHON'
import ctypes

import pypdfium2
import pypdfium2.raw as pdfium
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

SIZE = 100


def loose_and_origins(letters, font):
    """Return the widths of the loose boxes of letters, and how far their origins lie apart, in points."""
    canvas = Canvas("page.pdf", pagesize=(600, 200))
    canvas.setFont(font, SIZE)
    canvas.drawString(50, 50, letters)
    canvas.save()
    page = pypdfium2.PdfDocument("page.pdf")[0]
    text = pdfium.FPDFText_LoadPage(page)
    widths, origins = [], []
    for index in range(len(letters)):
        box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        assert pdfium.FPDFText_GetLooseCharBox(text, index, box)
        assert pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        widths.append(box.right - x.value)
        origins.append(x.value)
    return widths, [after - before for before, after in zip(origins, origins[1:])]


for font, letter in (("Times-Roman", "n"), ("Times-Italic", "f")):
    [width, *_rest], [step] = loose_and_origins(letter * 2, font)
    advance = stringWidth(letter, font, SIZE)
    print(f"{font} {letter}: advance {advance:.1f}, next origin after {step:.1f}; expected {advance:.1f}, seen {width:.1f}")
    assert abs(step - advance) < 0.1, "this has changed"
    assert (width - advance > 5) == (letter == "f"), "this has changed"
PYTHON
