"""Printed codes are read by other programs too, zbar and OpenCV, after the same damages from 300 dpi on: by phones' own readers.

Both get the picture of the code and what is around it, as a camera does; `TORTURE=1` takes hundreds of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import cv2
import numpy
import pytest
from PIL import Image
from pyzbar import pyzbar
from support import torture
from support.damages import DAMAGES, DPIS, EACH, backs
from support.signing import key_of

from docgen.codes import CodeVerdict, verify_text

#: Where the middle of the code lies after a damage, in mm from the left and the top; from right and bottom where negative.
MIDDLE = {"turned": (46, 72), "upside_down": (-41, -41)}
USUAL = (41, 41)
#: What is photographed of the sheet.
SHOWN_MM = 84


def by_zbar(image: Image.Image) -> list[str]:
    found = pyzbar.decode(image, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [each.data.decode("utf-8", "replace") for each in found]


def by_opencv(image: Image.Image) -> list[str]:
    text, _points, _symbol = cv2.QRCodeDetectorAruco().detectAndDecode(numpy.asarray(image))
    return [text] if text else []


#: Program → what it reads, and how many pixels of that it needs: OpenCV eleven a module, zbar no more than were scanned.
READERS: dict[str, tuple[Callable[[Image.Image], list[str]], int]] = {"zbar": (by_zbar, 0), "OpenCV": (by_opencv, 2800)}


def photographed(image: Image.Image, kind: str, dpi: int, pixels: int) -> Image.Image:
    """Return the part of a sheet that a camera is held over, so many pixels large; as it was scanned for 0."""
    per_mm = dpi / 25.4
    across, down = MIDDLE.get(kind, USUAL)
    x, y = across * per_mm % image.width, down * per_mm % image.height
    half = SHOWN_MM / 2 * per_mm
    box = (
        round(max(0, x - half)),
        round(max(0, y - half)),
        round(min(image.width, x + half)),
        round(min(image.height, y + half)),
    )
    shown = image.convert("L").crop(box)
    if not pixels:
        return shown
    scale = pixels / max(shown.size)
    return shown.resize((round(shown.width * scale), round(shown.height * scale)), Image.Resampling.LANCZOS)


@pytest.mark.slow
def test_other_programs_read_damaged_codes_and_never_as_something_else():
    """98 % of them at least, each program by itself; none is read as another one."""
    unread: dict[str, Counter[str]] = {name: Counter() for name in READERS}
    wrong, count = [], 0
    for number, document in backs(EACH):
        for dpi in DPIS[1:] if torture.IS_FULL else (300, 600):
            page = document[1].render(scale=dpi / 72).to_pil().convert("L")
            for kind, damage in DAMAGES.items():
                count += 1
                sheet = damage(page)
                for name, (read, pixels) in READERS.items():
                    found = [verify_text(text, [key_of()]) for text in read(photographed(sheet, kind, dpi, pixels))]
                    if not found:
                        unread[name][f"{kind} {dpi}"] += 1
                    elif any(each.verdict is not CodeVerdict.GENUINE or each.claims.number != number for each in found):
                        wrong.append((name, number, dpi, kind))
        document.close()
    print(f"{count} pictures; not read: {unread}")
    assert wrong == []
    for name, found in unread.items():
        assert found.total() <= count * 0.02, (name, found)
