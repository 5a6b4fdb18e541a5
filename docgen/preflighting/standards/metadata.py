"""XMP metadata (ISO 16684-1): the properties of a file as namespace and name, and dates as they are compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from xml.etree.ElementTree import Element, ParseError

#: Bytes; a packet of real files has some thousands.
SIZE_LIMIT = 1 << 24
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
#: Prefixes that rules use → namespaces.
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
    "pdfvtid": "http://www.npes.org/pdfvt/ns/id/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
}
_XMP_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?")
_PDF_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)|([+-]\d\d)'?(\d\d)?'?)?(?:00'?00'?)?")


@dataclass(frozen=True)
class Metadata:
    """The properties of the file, by prefix and name as `pdfxid:GTS_PDFXVersion`; of a list the first member."""

    properties: dict[str, str]

    def get(self, name: str) -> str:
        """Return the text of a property, empty where there is none."""
        return self.properties.get(name, "")


def read_metadata(packet: bytes) -> Metadata | None:
    """Return what a packet says; None for one that is too long, or no XML."""
    root = read_packet(packet)
    if root is None:
        return None
    return Metadata(dict(pair for each in root.iter(f"{RDF}Description") for pair in _properties(each)))


def read_packet(packet: bytes) -> Element | None:
    """Return the root of a packet; None for one that is too long, or no XML."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if len(packet) > SIZE_LIMIT:
        return None
    try:
        return fromstring(packet.strip(b"\0\t\r\n "))
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None


def _properties(description: Element) -> Iterator[tuple[str, str]]:
    for prefix, namespace in NAMESPACES.items():
        begin = f"{{{namespace}}}"
        for name, value in description.attrib.items():
            if name.startswith(begin):
                yield f"{prefix}:{name[len(begin) :]}", value.strip()
        for child in description:
            if isinstance(child.tag, str) and child.tag.startswith(begin):
                yield f"{prefix}:{child.tag[len(begin) :]}", _text(child)


def _text(element: Element) -> str:
    members = list(element.iter(f"{RDF}li"))
    default = [each for each in members if each.get("{http://www.w3.org/XML/1998/namespace}lang") == "x-default"]
    chosen = next(iter(default or members), element)
    return (chosen.text or "").strip()


def xmp_time(text: str) -> datetime | None:
    """Return the time that an XMP date says; None for a text that is none. Without a zone it is taken as that of Greenwich."""
    match = _XMP_DATE.fullmatch(text)
    if match is None:
        return None
    *parts, zone = match.groups()
    return _time(parts, "+00:00" if zone in (None, "Z") else zone)


def pdf_time(text: str) -> datetime | None:
    """Return the time that a date of a PDF says (ISO 32000-1, 7.9.4); None for a text that is none."""
    match = _PDF_DATE.fullmatch(text)
    if match is None:
        return None
    *parts, _greenwich, hours, minutes = match.groups()
    return _time(parts, f"{hours}:{minutes or '00'}" if hours else "+00:00")


def _time(parts: list[str | None], zone: str) -> datetime | None:
    """Return the time of year, month, day, hour, minute, second; those that are not given are the first."""
    first = (None, 1, 1, 0, 0, 0)
    year, month, day, hour, minute, second = (int(part or least or 0) for part, least in zip(parts, first, strict=True))
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6])) * (-1 if zone[0] == "-" else 1)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=timezone(offset))
    except ValueError:
        return None
