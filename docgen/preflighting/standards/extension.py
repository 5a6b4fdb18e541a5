"""Properties of XMP metadata that PDF/A does not know, and what a file says of them (ISO 19005-2, 6.6.2.3)."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from docgen.preflighting.standards.metadata import RDF, read_packet
from docgen.preflighting.standards.rules import Inspected

#: Namespaces whose properties every reader of PDF/A-2 knows: those of XMP of 2005, and those of PDF/A itself.
KNOWN = frozenset(
    (
        "http://purl.org/dc/elements/1.1/",
        "http://ns.adobe.com/xap/1.0/",
        "http://ns.adobe.com/xap/1.0/rights/",
        "http://ns.adobe.com/xap/1.0/mm/",
        "http://ns.adobe.com/xap/1.0/bj/",
        "http://ns.adobe.com/xap/1.0/t/pg/",
        "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
        "http://ns.adobe.com/pdf/1.3/",
        "http://ns.adobe.com/photoshop/1.0/",
        "http://ns.adobe.com/camera-raw-settings/1.0/",
        "http://ns.adobe.com/tiff/1.0/",
        "http://ns.adobe.com/exif/1.0/",
        "http://ns.adobe.com/exif/1.0/aux/",
        "http://www.aiim.org/pdfa/ns/id/",
        "http://www.aiim.org/pdfa/ns/extension/",
    )
)
SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}"
PROPERTY = "{http://www.aiim.org/pdfa/ns/property#}"


def undescribed(thing: Inspected) -> Iterator[str]:
    """Expect that properties are of XMP itself, or are described by an extension schema."""
    root = read_packet(thing.file.packet) if thing.file.packet else None
    if root is None:
        return
    described = _described(root)
    for name in dict.fromkeys(each for rdf in root.iter(f"{RDF}RDF") for each in _used(rdf)):
        namespace = name[1:].partition("}")[0]
        if namespace not in KNOWN and name not in described:
            yield name


def _used(rdf: Element) -> Iterator[str]:
    """Yield the names of the properties of the file, with their namespaces."""
    for description in rdf.findall(f"{RDF}Description"):
        names = [*description.attrib, *(str(child.tag) for child in description)]
        yield from (name for name in names if name.startswith("{") and not name.startswith((RDF, "{http://www.w3.org/XML")))


def _described(root: Element) -> set[str]:
    """Return the names of the properties that extension schemas describe."""
    found: set[str] = set()
    for schema in root.iter(f"{RDF}li"):
        namespaces = [(each.text or "").strip() for each in schema.iter(f"{SCHEMA}namespaceURI")]
        names = [(each.text or "").strip() for each in schema.iter(f"{PROPERTY}name")]
        found |= {f"{{{namespace}}}{name}" for namespace in namespaces for name in names}
    return found
