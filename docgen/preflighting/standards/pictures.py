"""How much ink a picture has."""

from __future__ import annotations

from docgen.preflighting.standards.objects import PdfName, PdfStream
from docgen.preflighting.standards.rules import Inspected

#: Bytes of a picture that are looked at; a larger one is looked at in part.
LOOKED_AT = 1 << 26
INKS = 4


def most_ink(thing: Inspected) -> float:
    """Return the most ink of a pixel, in per cent, of a picture in four inks of 8 bits; 0 for any other.

    Compressed as JPEG, or with a Decode array, it is not looked at.
    """
    stream = thing.file.object(thing.number) if thing.number is not None else None
    if not isinstance(stream, PdfStream) or not _is_plain(thing, stream):
        return 0
    import numpy

    content = thing.file.decoded(stream)[:LOOKED_AT]
    pixels = numpy.frombuffer(content[: len(content) // INKS * INKS], numpy.uint8).reshape(-1, INKS)
    return float(pixels.sum(axis=1, dtype=numpy.uint16).max(initial=0)) / 255 * 100


def _is_plain(thing: Inspected, stream: PdfStream) -> bool:
    entries = {name: thing.file.resolve(value) for name, value in stream.entries.items()}
    is_inks = entries.get("Subtype") == "Image" and entries.get("ColorSpace") == "DeviceCMYK" and "Decode" not in entries
    filters = entries.get("Filter")
    names = filters if isinstance(filters, list) else [filters]
    packed = {thing.file.resolve(name) for name in names} & {PdfName("DCTDecode"), PdfName("JPXDecode")}
    return is_inks and entries.get("BitsPerComponent") == 8 and not packed
