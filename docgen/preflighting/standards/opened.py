"""A file as its rules see it: objects that references lead to, decoded streams, pages with what they inherit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from docgen.messages import _
from docgen.pdf.source import SourceFile
from docgen.pdf.syntax import DEPTH, DamagedPdf, text_of_bytes
from docgen.preflighting.standards.icc import IccHeader, icc_header
from docgen.preflighting.standards.metadata import Metadata, read_metadata
from docgen.preflighting.standards.objects import PdfName, PdfReference, PdfStream, parsed

#: How many objects stay parsed: resources, fonts and backgrounds come again with every page.
PARSED = 20_000
#: Bytes at either end of a file that are looked at.
END = 1024
NUMBERS = frozenset((int, float))
#: What the pages below a node of the page tree inherit (ISO 32000-1, 7.7.3.4).
INHERITED = ("Resources", "MediaBox", "CropBox", "Rotate")


class PageNode(NamedTuple):
    """A page: its place in the file, counted from 1, the number of its object, its own entries and those that it inherits."""

    page: int
    number: int
    own: dict[str, Any]
    inherited: dict[str, Any]

    def get(self, name: str) -> Any:
        """Return an entry, its own or inherited; None for one that it does not have."""
        return self.own.get(name, self.inherited.get(name))


class InspectedFile:
    """An open PDF. What is damaged raises DamagedPdf, which is a ValueError."""

    def __init__(self, source: SourceFile):
        self.source = source
        self.object = lru_cache(PARSED)(self._object)
        self.icc = lru_cache(1_000)(self._icc)
        #: Name of a spot colour → what it looks like where it is first used.
        self.spots: dict[str, Any] = {}

    def _object(self, number: int) -> Any:
        raw = self.source.object(number)
        value = parsed(raw.head)
        return PdfStream(number, value, raw) if raw.stream_at is not None else value

    def resolve(self, value: Any) -> Any:
        """Return what a reference leads to, or the value itself."""
        for _step in range(DEPTH):
            if type(value) is not PdfReference:
                return value
            value = self.object(value.number)
        raise DamagedPdf(_("its references go round in a circle"))

    def entries(self, value: Any) -> dict[str, Any]:
        """Return a dictionary, or that of a stream; an empty one for anything else."""
        found = self.resolve(value)
        found = found.entries if isinstance(found, PdfStream) else found
        return found if isinstance(found, dict) else {}

    def array(self, value: Any) -> list[Any]:
        """Return an array, empty for anything else."""
        found = self.resolve(value)
        return found if isinstance(found, list) else []

    def text(self, value: Any) -> str | None:
        """Return the text of a string; None for anything else."""
        found = self.resolve(value)
        return text_of_bytes(found) if isinstance(found, bytes) else None

    def numbers(self, value: Any) -> list[float] | None:
        """Return an array of numbers; None for anything else."""
        found = self.array(value)
        if not NUMBERS.issuperset(map(type, found)):
            found = [self.resolve(each) for each in found]
        return found if found and NUMBERS.issuperset(map(type, found)) else None

    def decoded(self, stream: PdfStream) -> bytes:
        """Return the content of a stream."""
        return self.source.inflated(stream.raw)

    def _icc(self, number: int) -> IccHeader | None:
        """Return the header of the ICC profile that an object holds; None where it holds none."""
        stream = self.object(number)
        return icc_header(self.decoded(stream)) if isinstance(stream, PdfStream) else None

    # --- the file as a whole ------------------------------------------------------------------------------------------

    @cached_property
    def trailer(self) -> dict[str, Any]:
        """The entries of the trailer."""
        return {name[1:].decode("latin-1"): parsed(raw) for name, raw in self.source.trailer.items()}

    @cached_property
    def catalogue(self) -> dict[str, Any]:
        """The entries of the catalogue."""
        return self.entries(self.trailer.get("Root"))

    @cached_property
    def info(self) -> dict[str, Any]:
        """The entries of the information dictionary."""
        return self.entries(self.trailer.get("Info"))

    @cached_property
    def metadata(self) -> Metadata | None:
        """The XMP metadata of the file; None where there are none that can be read."""
        return read_metadata(self.packet) if self.packet is not None else None

    @cached_property
    def packet(self) -> bytes | None:
        """The XMP packet of the file as it is written; None where there is none."""
        stream = self.resolve(self.catalogue.get("Metadata"))
        return self.decoded(stream) if isinstance(stream, PdfStream) else None

    @cached_property
    def intents(self) -> list[dict[str, Any]]:
        """The output intents of PDF/X."""
        return self._intents_of("GTS_PDFX")

    @cached_property
    def archive_intents(self) -> list[dict[str, Any]]:
        """The output intents of PDF/A."""
        return self._intents_of("GTS_PDFA1")

    def _intents_of(self, kind: str) -> list[dict[str, Any]]:
        found = [self.entries(each) for each in self.array(self.catalogue.get("OutputIntents"))]
        return [each for each in found if self.resolve(each.get("S")) == kind]

    @cached_property
    def intent_profile(self) -> IccHeader | None:
        """The header of the profile of the output intent; None where there is not one."""
        return self._profile_of(self.intents) if len(self.intents) == 1 else None

    @cached_property
    def condition(self) -> PdfName | None:
        """The device colours that the output intent says how to print: DeviceGray, DeviceRGB or DeviceCMYK."""
        return self.intent_profile.family if self.intent_profile else None

    @cached_property
    def archive_profile(self) -> IccHeader | None:
        """The header of the profile of the output intents of PDF/A, which is one; None where there is none."""
        return self._profile_of(self.archive_intents) if self.archive_intents else None

    @cached_property
    def archive_condition(self) -> PdfName | None:
        """The device colours that the output intents of PDF/A give a meaning."""
        return self.archive_profile.family if self.archive_profile else None

    def _profile_of(self, intents: list[dict[str, Any]]) -> IccHeader | None:
        profile = intents[0].get("DestOutputProfile")
        return self.icc(profile.number) if isinstance(profile, PdfReference) else None

    @cached_property
    def ends(self) -> tuple[bytes, bytes]:
        """The first and the last kilobyte of the file."""
        with self.source.path.open("rb") as file:
            first = file.read(END)
            file.seek(max(0, self.source.path.stat().st_size - END))
            return first, file.read()

    def objects(self) -> Iterator[tuple[Any, int | None]]:
        """Yield every dictionary and stream that the trailer leads to, with the number of the object that it is in."""
        seen: set[int] = set()
        waiting: list[tuple[Any, int | None]] = [(self.trailer, None)]
        while waiting:
            value, number = waiting.pop()
            if isinstance(value, PdfReference):
                if value.number not in seen:
                    seen.add(value.number)
                    waiting.append((self.object(value.number), value.number))
                continue
            members: Iterable[Any] = ()
            if isinstance(value, (dict, PdfStream)):
                yield value, number
                members = (value.entries if isinstance(value, PdfStream) else value).values()
            elif isinstance(value, list):
                members = value
            waiting += [(each, number) for each in members if isinstance(each, (PdfReference, PdfStream, dict, list))]

    @cached_property
    def associated(self) -> list[Any]:
        """The file specifications that are associated with the document or a part of it (ISO 32000-2, 14.13)."""
        found = (self.entries(value) for value, _number in self.objects())
        return [each for entries in found if "AF" in entries for each in self.array(entries["AF"])]

    # --- pages --------------------------------------------------------------------------------------------------------

    def pages(self) -> Iterator[PageNode]:
        """Yield the pages in order."""
        waiting: list[tuple[Any, dict[str, Any], int]] = [(self.catalogue.get("Pages"), {}, 0)]
        seen: set[int] = set()
        page = 0
        while waiting:
            node, inherited, depth = waiting.pop()
            if not isinstance(node, PdfReference) or node.number in seen or depth > DEPTH:
                raise DamagedPdf(_("the page tree is damaged"))
            found = self.entries(node)
            if "Kids" not in found:
                page += 1
                yield PageNode(page, node.number, found, inherited)
                continue
            seen.add(node.number)
            below = inherited | {name: found[name] for name in INHERITED if name in found}
            waiting += [(kid, below, depth + 1) for kid in reversed(self.array(found["Kids"]))]

    def content(self, contents: Any) -> bytes:
        """Return the content of a page, whose streams are read as one (7.8.2)."""
        found = self.resolve(contents)
        streams = [self.resolve(each) for each in found] if isinstance(found, list) else [found]
        return b"\n".join(self.decoded(stream) for stream in streams if isinstance(stream, PdfStream))
