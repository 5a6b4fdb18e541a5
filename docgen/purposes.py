"""What a file is for: to be read and printed anywhere, or to go onto a press."""

from enum import StrEnum


class Purpose(StrEnum):
    """What a PDF is made for."""

    ARCHIVE = "archive"  #: Files that last: PDF/A-2 (ISO 19005-2), a document by itself PDF/UA-1 (ISO 14289-1) too.
    PLAIN = "plain"  #: Screens and office printers: sRGB, nothing beyond the sheet.
    PRESS = "press"  #: Print shops: PDF/X-4 (ISO 15930-7), inks, bleed, an output intent.
