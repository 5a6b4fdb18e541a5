"""A text as a QR code (ISO/IEC 18004), of level M: it is read with a seventh of it lost."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from docgen.compose.page import Symbol
from docgen.errors import DataError
from docgen.messages import _

#: The error correction, and how many modules have to be free around a symbol (ISO/IEC 18004, 7.3.8).
LEVEL, QUIET = "M", 4


@lru_cache(maxsize=64)
def symbol(text: str) -> Symbol:
    """Return the symbol of a text: by zxing-cpp, which is quick, or by segno, which alone writes other letters with an ECI.

    Letters beyond ASCII are UTF-8 with an ECI: without one some readers take them for Japanese. Raise DataError for a text that
    is too long for a symbol.
    """
    return _by_zxing(text) if text.isascii() else _by_segno(text)


def _by_zxing(text: str) -> Symbol:
    import zxingcpp

    try:
        barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=LEVEL)
    except ValueError:
        raise _too_long(text) from None
    image: Any = barcode.to_image(scale=1, add_quiet_zones=False)  # a buffer, which its types do not say
    rows: Any = memoryview(image).tolist()
    return _packed([[level == 0 for level in row] for row in rows])


def _by_segno(text: str) -> Symbol:
    import segno

    try:
        code = segno.make_qr(text, error=LEVEL, encoding="utf-8", eci=True, boost_error=False)
    except segno.DataOverflowError:
        raise _too_long(text) from None
    return _packed([[bool(module) for module in row] for row in code.matrix])


def _packed(rows: list[list[bool]]) -> Symbol:
    """Return the modules row by row, a bit each, dark ones 1; rows begin at whole bytes."""
    side = len(rows)
    width = (side + 7) // 8
    bits = ("".join("1" if dark else "0" for dark in row).ljust(width * 8, "0") for row in rows)
    return Symbol(side, b"".join(int(row, 2).to_bytes(width) for row in bits))


def _too_long(text: str) -> DataError:
    message = _("a text of {count} letters does not fit into a QR code", count=len(text))
    return DataError.because("code-too-long", message, _("Shorten the fields, or let the form take a short code."))
