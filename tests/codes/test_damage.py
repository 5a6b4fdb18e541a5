"""Printed codes are read after what happens to paper and pictures: a fixed table of damages, at several resolutions.

`TORTURE=1` takes a thousand certificates, else a few of each kind; nothing is ever read as something else.
"""

from __future__ import annotations

import io

import pytest
from PIL import Image
from support.damages import DAMAGES, DPIS, EACH, backs
from support.signing import key_of

from docgen.codes import CodeVerdict, verify_text
from docgen.confined.symbols import codes_in_picture


def read(image: Image.Image) -> list[str]:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return codes_in_picture(buffer.getvalue())


@pytest.mark.slow
def test_damaged_codes_are_read_and_never_as_something_else():
    """99.5 % of them at least; which are not, is shown."""
    unread, wrong, count = [], [], 0
    for number, document in backs(EACH):
        for dpi in DPIS:
            page = document[1].render(scale=dpi / 72).to_pil().convert("L")
            for kind, damage in DAMAGES.items():
                count += 1
                texts = read(damage(page))
                found = [verify_text(text, [key_of()]) for text in texts]
                if not found:
                    unread.append((number, dpi, kind))
                elif any(each.verdict is not CodeVerdict.GENUINE or each.claims.number != number for each in found):
                    wrong.append((number, dpi, kind))
        document.close()
    print(f"{count} pictures, {len(unread)} not read: {unread[:20]}")
    assert wrong == []
    assert len(unread) <= count * 0.005, unread
