"""XMP metadata (ISO 16684-1) of files that claim a standard."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from html import escape

from docgen.paint.info import PRODUCER, DocumentInfo
from docgen.paint.press.elements import Objects


@dataclass(frozen=True, slots=True, eq=False)
class Standard:
    """What a file claims to be: properties in a namespace, with the usual prefix of that."""

    name: str
    prefix: str
    namespace: str
    claims: Mapping[str, str]
    #: The key of the date of the version, which is that of the file; empty where the standard has none.
    dated: str = ""
    #: Other properties that it asks for, as XML.
    extra: str = ""
    #: Of a namespace that PDF/A does not know: the type and the meaning of each property.
    described: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def info(self) -> bytes:
        """Its entries in the information dictionary."""
        return b"".join(b"/%s(%s)" % (key.encode(), value.encode()) for key, value in self.claims.items())

    def properties(self, day: str) -> str:
        """Return its properties in XMP, with their namespace."""
        names = {**self.claims, **({self.dated: day} if self.dated else {})}
        lines = "".join(f"\n<{self.prefix}:{name}>{value}</{self.prefix}:{name}>" for name, value in names.items())
        return f'<rdf:Description rdf:about="" xmlns:{self.prefix}="{self.namespace}">{lines}\n</rdf:Description>'


#: PDF/X-4 (ISO 15930-7:2010) and PDF/VT-1 (ISO 16612-2:2010).
PDFX_4 = Standard(
    "PDF/X-4",
    "pdfxid",
    "http://www.npes.org/pdfx/ns/id/",
    {"GTS_PDFXVersion": "PDF/X-4"},
    extra="<pdf:Trapped>False</pdf:Trapped>\n",
)
PDFVT_1 = Standard(
    "PDF/VT-1", "pdfvtid", "http://www.npes.org/pdfvt/ns/id/", {"GTS_PDFVTVersion": "PDF/VT-1"}, "GTS_PDFVTModDate"
)
#: PDF/A-2a and PDF/A-2b (ISO 19005-2:2011, 6.6.4), PDF/A-3a and PDF/A-3b (ISO 19005-3:2012, 6.6.4).
PDFA_2A, PDFA_2B, PDFA_3A, PDFA_3B = (
    Standard(f"PDF/A-{part}{level.lower()}", "pdfaid", "http://www.aiim.org/pdfa/ns/id/", {"part": part, "conformance": level})
    for part, level in ("2A", "2B", "3A", "3B")
)
#: PDF/UA-1 (ISO 14289-1:2014, clause 5).
PDFUA_1 = Standard(
    "PDF/UA-1",
    "pdfuaid",
    "http://www.aiim.org/pdfua/ns/id/",
    {"part": "1"},
    described={"part": ("Integer", "The part of ISO 14289 that the file conforms to")},
)


#: What docgen says of a document in its own namespace, in this order: the property, and its meaning (docs/canonical.md).
FACTS = {
    "form": "The form that the document is of",
    "edition": "A day on which the edition of the form holds",
    "act": "The act that prescribes the document or asks for it",
    "number": "The number of the document",
    "fields_sha256": "The SHA-256 of the printed fields in canonical form",
}
#: And of a document whose signed code is short, what that is the hash of (docs/code.md).
SIGNED_FACTS = {"fields": "The printed fields in canonical form, whose SHA-256 the signed code holds"}
DOCGEN = Standard(
    "docgen",
    "docgen",
    "urn:docgen:document:1#",
    {},
    described={name: ("Text", meaning) for name, meaning in FACTS.items()},
)
DOCGEN_SIGNED = replace(DOCGEN, described={name: ("Text", meaning) for name, meaning in (FACTS | SIGNED_FACTS).items()})


def write_packet(file: Objects, info: DocumentInfo, standards: Collection[Standard], number: int | None = None) -> int:
    """Write the metadata stream of a file, under a number that was reserved for it or a new one; return its number."""
    return file.add_encoded(packet(info, standards, file.fingerprint), b"/Type/Metadata/Subtype/XML", number)


#: Where PDF/A wants to read of a namespace that it does not know, and of its properties (ISO 19005-2:2011, 6.6.2.3).
_SCHEMAS = """
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag>{schemas}
</rdf:Bag></pdfaExtension:schemas>
</rdf:Description>"""
_SCHEMA = """
<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>{name}</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{namespace}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>{properties}
</rdf:Seq></pdfaSchema:property>
</rdf:li>"""
_PROPERTY = """
<rdf:li rdf:parseType="Resource">
<pdfaProperty:name>{name}</pdfaProperty:name>
<pdfaProperty:valueType>{type}</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>{meaning}</pdfaProperty:description>
</rdf:li>"""


@lru_cache(maxsize=16)
def _described(standards: tuple[Standard, ...]) -> str:
    """Return what PDF/A wants to read of namespaces that it does not know."""
    schemas = ""
    for each in standards:
        if each.described:
            parts = (_PROPERTY.format(name=name, type=type, meaning=meaning) for name, (type, meaning) in each.described.items())
            schemas += _SCHEMA.format(name=each.name, namespace=each.namespace, prefix=each.prefix, properties="".join(parts))
    return _SCHEMAS.format(schemas=schemas) if schemas else ""


def uuid_of(name: str) -> str:
    """Return 32 hexadecimal digits as the URI of a UUID."""
    return f"uuid:{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:32]}"


#: What stands in a packet for what is another thing in each document.
_GAP = "\0"


def packet(info: DocumentInfo, standards: Collection[Standard], fingerprint: bytes) -> bytes:
    """Return an XMP packet that says the same as the information dictionary; `fingerprint` names the document, 16 bytes.

    Where it claims PDF/A, which lets others describe their properties, it has the facts of the document too.
    """
    is_archive = any([each.prefix == PDFA_2B.prefix for each in standards])
    facts = info.facts if is_archive else None
    own = [escape(info.title, quote=False), uuid_of(fingerprint.hex())]
    alike: tuple[str, ...] = ()
    if facts:
        each_own = (facts.number, facts.fields_sha256, facts.fields)
        alike = facts.form, facts.edition, facts.act, *(value and _GAP for value in each_own)
        own += [escape(each, quote=False) for each in each_own if each]
    pieces = _packet_around(tuple(standards), info.language, info.dated, alike)
    return b"".join([part for pair in zip(pieces, (*map(str.encode, own), b""), strict=True) for part in pair])


@lru_cache(maxsize=64)
def _packet_around(standards: tuple[Standard, ...], language: str, dated: datetime, facts: tuple[str, ...]) -> list[bytes]:
    """Return the packet that many documents have alike, cut where each has its own title, identifier, number, hash and fields."""
    day = dated.strftime("%Y-%m-%dT%H:%M:%SZ")
    claims, described = "\n".join([each.properties(day) for each in standards]), standards
    if facts:
        found = [(name, value) for name, value in zip(FACTS | SIGNED_FACTS, facts, strict=True) if value]
        lines = "".join([f"\n<docgen:{name}>{escape(value, quote=False)}</docgen:{name}>" for name, value in found])
        claims += f'\n<rdf:Description rdf:about="" xmlns:docgen="{DOCGEN.namespace}">{lines}\n</rdf:Description>'
        described = (*described, DOCGEN_SIGNED if facts[-1] else DOCGEN)
    extra = "".join(each.extra for each in standards)
    text = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{_GAP}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{escape(language.replace(_GAP, ""), quote=False)}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>
<xmp:CreateDate>{day}</xmp:CreateDate>
<xmp:ModifyDate>{day}</xmp:ModifyDate>
<xmp:MetadataDate>{day}</xmp:MetadataDate>
<xmpMM:DocumentID>{_GAP}</xmpMM:DocumentID>
<xmpMM:VersionID>1</xmpMM:VersionID>
<xmpMM:RenditionClass>default</xmpMM:RenditionClass>
<pdf:Producer>{PRODUCER}</pdf:Producer>
{extra}</rdf:Description>
{claims}{_described(described)}
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
    return [each.encode() for each in text.split(_GAP)]
