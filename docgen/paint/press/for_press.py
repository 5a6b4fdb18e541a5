"""Files for print shops: PDF/X-4, and PDF/VT-1 where there are many records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from docgen.compose.page import FillItem, FrameItem, Item, Page, PictureItem
from docgen.inks import OutputProfile, SpotColour
from docgen.paint.info import DocumentInfo
from docgen.paint.press.elements import Objects
from docgen.paint.press.file import text_string
from docgen.paint.press.finish import Finish, corner
from docgen.paint.press.inking import InkColours, inked
from docgen.paint.press.options import BLEED
from docgen.paint.press.resources import Background
from docgen.paint.press.xmp import PDFVT_1, PDFX_4, Standard, uuid_of, write_packet
from docgen.purposes import Purpose
from docgen.units import MM_PER_PT, ZERO, Box, Length


@dataclass(frozen=True)
class PressFinish:
    """PDF/X-4 (ISO 15930-7:2010): inks alone, three boxes on each page, metadata, and the profile of the printing condition."""

    profile: OutputProfile
    bleed: Length = BLEED
    spots: tuple[SpotColour, ...] = ()

    purpose = Purpose.PRESS
    version, is_identified = b"1.6", True
    #: What the metadata claim.
    standards: ClassVar[tuple[Standard, ...]] = (PDFX_4,)
    shared, has_parts, names_resources, is_tagged, is_attached, is_described = b"", False, False, False, False, True

    def master(self, digest: str) -> bytes:
        """There is no more to say."""
        return b""

    @property
    def colours(self) -> InkColours:
        """The spot colours, the recipes of the palette, other colours by the profile."""
        return InkColours(self.profile, self.spots)

    @property
    def resources(self) -> bytes:
        """The graphics states and colour spaces of its operators."""
        return self.colours.resources

    @property
    def begin(self) -> bytes:
        """The operators that move to the corner of the trimmed sheet, where texts are measured from."""
        edge = self.bleed.pt
        return b"1 0 0 1 %.4f %.4f cm %s" % (edge, edge, self.colours.ink)

    @property
    def of_volume(self) -> Finish:
        """The finish of a file of many records."""
        return VolumeFinish(self.profile, self.bleed, self.spots)

    def sheet(self, page: Page, items: tuple[Item, ...]) -> Page:
        """Return the sheet with its bleed: what reaches the edge of the page is drawn beyond it."""
        bled = tuple(_moved(item, self.bleed, page) for item in items)
        return Page(page.width + self.bleed * 2, page.height + self.bleed * 2, bled)

    def background(self, painted: Background) -> Background:
        """Return a background in inks; DataError where a colour of its artwork cannot become one."""
        return Background(inked(painted.objects, self.colours))

    def boxes(self, page: Page, *, is_usual: bool) -> bytes:
        """Return the three boxes of a page, in itself: readers of PDF/X do not look for inherited ones."""
        edge = self.bleed.pt
        media = corner(page.width + self.bleed * 2, page.height + self.bleed * 2)
        trim = (edge, edge, edge + page.width.mm / MM_PER_PT, edge + page.height.mm / MM_PER_PT)
        return b"/MediaBox[0 0 %s]/BleedBox[0 0 %s]/TrimBox[%.4f %.4f %.4f %.4f]" % (media, media, *trim)

    def close(self, file: Objects) -> tuple[bytes, bytes]:
        """Write the output intent (ISO 32000-1, 14.11.5)."""
        profile = file.add_stream(self.profile.content, b"/N 4")
        name = self.profile.registered or "Custom"
        condition = text_string(self.profile.condition)
        registry = b"/RegistryName(http://www.color.org)" if self.profile.registered else b""
        intent = file.add(
            b"<</Type/OutputIntent/S/GTS_PDFX/OutputConditionIdentifier(%s)%s/OutputCondition%s/Info%s/DestOutputProfile %d 0 R>>"
            % (name.encode(), registry, condition, condition, profile)
        )
        return b"/OutputIntents[%d 0 R]" % intent, b"/Trapped/False" + b"".join(each.info for each in self.standards)

    def describe(self, file: Objects, info: DocumentInfo, number: int) -> None:
        """Write XMP metadata (ISO 32000-1, 14.3.2)."""
        write_packet(file, info, self.standards, number)


@dataclass(frozen=True)
class VolumeFinish(PressFinish):
    """PDF/VT-1 (ISO 16612-2:2010), a PDF/X-4 whose records are document parts, and which says what of it recurs.

    A background is a group of its own, so that it depends on nothing around it and can be drawn once for all pages
    (GTS_Encapsulated). Texts that pages share cannot be: their black is printed over what is under them, which a group of its own
    would knock out.
    """

    standards = (PDFX_4, PDFVT_1)
    shared, has_parts = b"/GTS_Scope/File", True

    def master(self, digest: str) -> bytes:
        """Return what makes a background a group of its own, and the identity by which a press knows it again."""
        identity = b"/GTS_XID(%s)" % uuid_of(digest).encode()
        return b"/Group<</S/Transparency/I true/CS/DeviceCMYK>>/GTS_Encapsulated true/GTS_Scope/File" + identity


def _moved(item: Item, bleed: Length, page: Page) -> Item:
    """Return an item of a page where it is on the sheet with bleed; a fill that reaches an edge goes on to the sheet's."""
    if isinstance(item, FillItem):
        return replace(item, box=_bled(item.box, bleed, page))
    if isinstance(item, (FrameItem, PictureItem)):
        return replace(item, box=Box(item.box.left + bleed, item.box.top + bleed, item.box.width, item.box.height))
    return item


def _bled(box: Box, bleed: Length, page: Page) -> Box:
    left, right = _reach(box.left, box.right, page.width, bleed)
    top, bottom = _reach(box.top, box.bottom, page.height, bleed)
    return Box(left, top, right - left, bottom - top)


def _reach(first: Length, last: Length, whole: Length, bleed: Length) -> tuple[Length, Length]:
    """Return the ends of a span on the sheet with bleed; an end at the page's edge is at the sheet's."""
    return (ZERO if first <= ZERO else first + bleed), (whole + bleed * 2 if last >= whole else last + bleed)
