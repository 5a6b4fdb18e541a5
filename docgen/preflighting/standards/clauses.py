"""The clauses that rules stand in.

The numbers of ISO 15930-7:2010 (PDF/X-4) are those of its table of contents. Of ISO 16612-2:2010 (PDF/VT) no numbers are
given: what it says of document parts stands in ISO 32000-2, 14.12 too, which took them over. Those of ISO 19005-2:2011 (PDF/A-2),
ISO 19005-3:2012 (PDF/A-3) and ISO 14289-1:2014 (PDF/UA-1) are those that the public rules of veraPDF name.
"""

from __future__ import annotations


def x4(number: str) -> str:
    """Return a clause of ISO 15930-7."""
    return f"ISO 15930-7, {number}"


def a2(number: str) -> str:
    """Return a clause of ISO 19005-2."""
    return f"ISO 19005-2, {number}"


def a3(number: str) -> str:
    """Return a clause of ISO 19005-3."""
    return f"ISO 19005-3, {number}"


def ua1(number: str) -> str:
    """Return a clause of ISO 14289-1."""
    return f"ISO 14289-1, {number}"


COMPLETE = x4("6.3")
COLOUR = x4("6.4")
FONTS = x4("6.5")
NAMES = x4("6.6")
EXTERNAL = x4("6.7")
FILTERS = x4("6.8")
TRAPPING = x4("6.9")
METADATA = x4("6.10")
IDENTIFICATION = x4("6.11")
BOXES = x4("6.12")
GRAPHICS_STATE = x4("6.13")
POSTSCRIPT = x4("6.14")
ENCRYPTION = x4("6.15")
IMAGES = x4("6.16")
ANNOTATIONS = x4("6.17")
ACTIONS = x4("6.18")
COMPATIBILITY = x4("6.19")
TRANSPARENCY = x4("6.20")
VIEWER = x4("6.21")
ALTERNATE_PRESENTATIONS = x4("6.22")
RENDERING_INTENTS = x4("6.23")
OPTIONAL_CONTENT = x4("6.24")
LIMITS = x4("6.25")
XFA = x4("6.26")
JPEG_2000 = x4("6.27")

VT = "ISO 16612-2"
VT_ROOT = "ISO 16612-2 (ISO 32000-2, 14.12.2)"
VT_PART = "ISO 16612-2 (ISO 32000-2, 14.12.3)"
VT_METADATA = "ISO 16612-2 (ISO 32000-2, 14.12.4)"

#: What prints badly, or is read badly, though the standard allows it.
HOUSE = "docgen"
