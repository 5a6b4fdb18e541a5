"""A text as a QR code (ISO/IEC 18004), of level M: it is read with a seventh of it lost."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from docgen.compose.page import Symbol
from docgen.errors import DataError
from docgen.form.places import QUIET
from docgen.messages import _

#: The error correction: a seventh of a symbol may be lost (ISO/IEC 18004, table 12).
LEVEL = "M"
#: The pattern that all symbols are masked with (ISO/IEC 18004, table 10). To try all eight takes seven times as long, and what is
#: signed looks like chance under any: of 40 codes this one has 3 % more penalty points than the best of each.
MASK = 2


@lru_cache(maxsize=64)
def symbol(text: str) -> Symbol:
    """Return the symbol of a text, of level M; letters beyond Latin are UTF-8 and say so (ECI 26).

    Raise DataError for a text that is too long for a symbol.
    """
    import zxingcpp

    try:
        barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=LEVEL, data_mask=MASK)
    except ValueError:
        message = _("a text of {count} letters does not fit into a QR code", count=len(text))
        raise DataError.because("code-too-long", message, _("Shorten the fields, or let the form take a short code.")) from None
    image: Any = barcode.to_image(scale=1, add_quiet_zones=False)  # a buffer, which its types do not say
    return _packed(memoryview(image).tobytes(), image.shape[0])


def symbol_png(text: str) -> bytes:
    """Return the symbol of a text as a PNG, with the free modules around it that it needs; errors as of `symbol`."""
    from docgen.paint.docx import drawings

    return drawings.symbol_png(symbol(text), QUIET)


#: Level of a module, black or white, → its bit.
_BITS = bytes.maketrans(b"\x00\xff", b"10")


def _packed(levels: bytes, side: int) -> Symbol:
    """Return a symbol of levels row by row, whose rows begin at whole bytes."""
    width = (side + 7) // 8
    rows = (levels[at : at + side].translate(_BITS).ljust(width * 8, b"0") for at in range(0, side * side, side))
    return Symbol(side, b"".join([int(row, 2).to_bytes(width) for row in rows]))
