"""What a file of the press is for, as one entry each: its colours, boxes, metadata and output intent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

from docgen.compose.page import FillItem, FrameItem, Item, Page, PictureItem
from docgen.errors import UsageError, nearest_hint, visible
from docgen.inks import OutputProfile, SpotColour, open_profile, spot_colours
from docgen.messages import _
from docgen.paint.content import SCREEN, Colours
from docgen.paint.info import DocumentInfo
from docgen.paint.press.file import PdfFile, text_string
from docgen.paint.press.inking import InkColours, inked
from docgen.paint.press.options import BLEED, PressOptions
from docgen.paint.press.resources import Background
from docgen.paint.press.xmp import PDFVT_1, PDFX_4, Standard, packet, uuid_of
from docgen.purposes import Purpose
from docgen.units import MM_PER_PT, ZERO, Box, Length


class Finish(Protocol):
    """How a file is finished for its purpose."""

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

    def close(self, file: PdfFile, info: DocumentInfo) -> tuple[bytes, bytes]:
        """Write what the standard asks for; return entries of the catalogue, and of the information dictionary."""


class PlainFinish:
    """For screens and office printers: sRGB, and what the page tree says once is inherited."""

    version, is_identified, resources = b"1.7", False, b""
    shared, has_parts = b"", False
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
        return b"" if is_usual else b"/MediaBox[0 0 %s]" % _corner(page.width, page.height)

    def close(self, file: PdfFile, info: DocumentInfo) -> tuple[bytes, bytes]:
        """There is nothing to add."""
        return b"", b""


PLAIN = PlainFinish()


@dataclass(frozen=True)
class PressFinish:
    """PDF/X-4 (ISO 15930-7:2010): inks alone, three boxes on each page, metadata, and the profile of the printing condition."""

    profile: OutputProfile
    bleed: Length = BLEED
    spots: tuple[SpotColour, ...] = ()

    version, is_identified = b"1.6", True
    #: What the metadata claim.
    standards: ClassVar[tuple[Standard, ...]] = (PDFX_4,)
    shared, has_parts = b"", False

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
        media = _corner(page.width + self.bleed * 2, page.height + self.bleed * 2)
        trim = (edge, edge, edge + page.width.mm / MM_PER_PT, edge + page.height.mm / MM_PER_PT)
        return b"/MediaBox[0 0 %s]/BleedBox[0 0 %s]/TrimBox[%.4f %.4f %.4f %.4f]" % (media, media, *trim)

    def close(self, file: PdfFile, info: DocumentInfo) -> tuple[bytes, bytes]:
        """Write XMP metadata and the output intent (ISO 32000-1, 14.3.2 and 14.11.5)."""
        entries = b"/Type/Metadata/Subtype/XML"
        metadata = file.add_encoded(packet(info, self.standards, file.fingerprint), entries)
        profile = file.add_stream(self.profile.content, b"/N 4")
        name = self.profile.registered or "Custom"
        condition = text_string(self.profile.condition)
        registry = b"/RegistryName(http://www.color.org)" if self.profile.registered else b""
        intent = file.add(
            b"<</Type/OutputIntent/S/GTS_PDFX/OutputConditionIdentifier(%s)%s/OutputCondition%s/Info%s/DestOutputProfile %d 0 R>>"
            % (name.encode(), registry, condition, condition, profile)
        )
        catalogue = b"/Metadata %d 0 R/OutputIntents[%d 0 R]" % (metadata, intent)
        return catalogue, b"/Trapped/False" + b"".join(each.info for each in self.standards)


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


def _corner(width: Length, height: Length) -> bytes:
    return b"%.4f %.4f" % (width.mm / MM_PER_PT, height.mm / MM_PER_PT)


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


#: Purpose → the finish of its files. A new purpose is one new entry.
FINISHES: dict[Purpose, Callable[[PressOptions], Finish]] = {
    Purpose.PLAIN: lambda _options: PLAIN,
    Purpose.PRESS: lambda options: PressFinish(
        open_profile(options.profile), BLEED if options.bleed is None else options.bleed, spot_colours(dict(options.spots))
    ),
}


def finish_for(purpose: Purpose | str, options: PressOptions | None = None) -> Finish:
    """Return the finish of files for a purpose.

    Raise UsageError for an unknown purpose, for press options without the press, and for what `PressOptions.check` refuses;
    DataError for a profile that cannot be used.
    """
    if purpose not in FINISHES:
        known = [str(each) for each in FINISHES]
        message = _("“{value}” is not offered", value=visible(str(purpose)[:60]))
        raise UsageError.because("purpose-unknown", message, nearest_hint(str(purpose), known))
    options = options or PressOptions()
    if purpose != Purpose.PRESS:
        options.refuse_any()
    options.check()
    return FINISHES[Purpose(purpose)](options)
