"""What a file of the press is for: its colours, boxes, metadata and output intent."""

from __future__ import annotations

from typing import Protocol

from docgen.compose.page import Item, Page
from docgen.paint.content import SCREEN, Colours
from docgen.paint.info import DocumentInfo
from docgen.paint.press.elements import Objects
from docgen.paint.press.resources import Background
from docgen.purposes import Purpose
from docgen.units import MM_PER_PT, Length


class Finish(Protocol):
    """How a file is finished for its purpose."""

    @property
    def purpose(self) -> Purpose:
        """What the file is for."""

    @property
    def version(self) -> bytes:
        """The version of PDF that it says."""

    @property
    def is_identified(self) -> bool:
        """Whether it has an /ID."""

    @property
    def colours(self) -> Colours:
        """How colours are set."""

    @property
    def names_resources(self) -> bool:
        """Whether each page names its resources, which else it inherits."""

    @property
    def is_tagged(self) -> bool:
        """Whether its content has a structure, which a screen reader follows."""

    @property
    def is_attached(self) -> bool:
        """Whether the record of a document is attached to it."""

    @property
    def begin(self) -> bytes:
        """The operators between a page's background and its texts."""

    @property
    def resources(self) -> bytes:
        """The entries of resource dictionaries that its operators need."""

    def master(self, digest: str) -> bytes:
        """Return more entries of the form XObject of a background with this digest."""

    @property
    def shared(self) -> bytes:
        """More entries of a form XObject that pages share."""

    @property
    def has_parts(self) -> bool:
        """Whether records are document parts of the file."""

    @property
    def of_volume(self) -> Finish:
        """The finish of a file of many records."""

    def sheet(self, page: Page, items: tuple[Item, ...]) -> Page:
        """Return the sheet with the artwork of a page, as large as it is printed."""

    def background(self, painted: Background) -> Background:
        """Return a background in its colours."""

    def boxes(self, page: Page, *, is_usual: bool) -> bytes:
        """Return the entries for the boxes of a page; `is_usual` where most pages of the file are as large."""

    def close(self, file: Objects) -> tuple[bytes, bytes]:
        """Write what the standard asks for; return entries of the catalogue, and of the information dictionary."""

    @property
    def is_described(self) -> bool:
        """Whether the file has XMP metadata."""

    def describe(self, file: Objects, info: DocumentInfo, number: int) -> None:
        """Write the metadata, under a number that was reserved for them: they come last, for they name what is in the file."""


class PlainFinish:
    """For screens and office printers: sRGB, and what the page tree says once is inherited."""

    purpose = Purpose.PLAIN
    version, is_identified, resources = b"1.7", False, b""
    shared, has_parts, names_resources, is_tagged, is_attached, is_described = b"", False, False, False, False, False
    colours: Colours = SCREEN
    begin = SCREEN.ink

    def master(self, digest: str) -> bytes:
        """There is no more to say."""
        return b""

    @property
    def of_volume(self) -> Finish:
        """Volumes are like other files."""
        return self

    def sheet(self, page: Page, items: tuple[Item, ...]) -> Page:
        """Return the sheet as it is."""
        return Page(page.width, page.height, items)

    def background(self, painted: Background) -> Background:
        """Return the background as it is."""
        return painted

    def boxes(self, page: Page, *, is_usual: bool) -> bytes:
        """Return the MediaBox of a page that is not as large as the others."""
        return b"" if is_usual else b"/MediaBox[0 0 %s]" % corner(page.width, page.height)

    def close(self, file: Objects) -> tuple[bytes, bytes]:
        """There is nothing to add."""
        return b"", b""

    def describe(self, file: Objects, info: DocumentInfo, number: int) -> None:
        """There is nothing to say."""


PLAIN = PlainFinish()


def corner(width: Length, height: Length) -> bytes:
    """Return width and height in points: the upper right corner of a box that begins at the origin."""
    return b"%.4f %.4f" % (width.mm / MM_PER_PT, height.mm / MM_PER_PT)
