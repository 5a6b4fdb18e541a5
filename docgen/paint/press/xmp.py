"""XMP metadata (ISO 16684-1) of files for the press."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from docgen.paint.info import PRODUCER, DocumentInfo


@dataclass(frozen=True, slots=True)
class Standard:
    """What a file claims to be: the version, its key, and the namespace of the key with its usual prefix."""

    version: str
    key: str
    prefix: str
    namespace: str
    #: The key of the date of the version, which is that of the file; empty where the standard has none.
    dated: str = ""

    @property
    def info(self) -> bytes:
        """Its entry in the information dictionary."""
        return b"/%s(%s)" % (self.key.encode(), self.version.encode())

    def properties(self, day: str) -> str:
        """Return its properties in XMP, with their namespace."""
        names = {self.key: self.version, **({self.dated: day} if self.dated else {})}
        lines = "".join(f"\n<{self.prefix}:{name}>{value}</{self.prefix}:{name}>" for name, value in names.items())
        return f'<rdf:Description rdf:about="" xmlns:{self.prefix}="{self.namespace}">{lines}\n</rdf:Description>'


#: PDF/X-4 (ISO 15930-7:2010) and PDF/VT-1 (ISO 16612-2:2010).
PDFX_4 = Standard("PDF/X-4", "GTS_PDFXVersion", "pdfxid", "http://www.npes.org/pdfx/ns/id/")
PDFVT_1 = Standard("PDF/VT-1", "GTS_PDFVTVersion", "pdfvtid", "http://www.npes.org/pdfvt/ns/id/", "GTS_PDFVTModDate")


def uuid_of(name: str) -> str:
    """Return 32 hexadecimal digits as the URI of a UUID."""
    return f"uuid:{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:32]}"


def packet(info: DocumentInfo, standards: Iterable[Standard], fingerprint: bytes) -> bytes:
    """Return an XMP packet that says the same as the information dictionary; `fingerprint` names the document, 16 bytes."""
    day = info.dated.strftime("%Y-%m-%dT%H:%M:%SZ")
    claims = "\n".join(each.properties(day) for each in standards)
    uuid = uuid_of(fingerprint.hex())
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(info.title, quote=False)}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{escape(info.language, quote=False)}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>
<xmp:CreateDate>{day}</xmp:CreateDate>
<xmp:ModifyDate>{day}</xmp:ModifyDate>
<xmp:MetadataDate>{day}</xmp:MetadataDate>
<xmpMM:DocumentID>{uuid}</xmpMM:DocumentID>
<xmpMM:VersionID>1</xmpMM:VersionID>
<xmpMM:RenditionClass>default</xmpMM:RenditionClass>
<pdf:Producer>{PRODUCER}</pdf:Producer>
<pdf:Trapped>False</pdf:Trapped>
</rdf:Description>
{claims}
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>""".encode()
