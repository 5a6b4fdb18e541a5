"""A sound PDF/X-4 and PDF/VT-1 with one of each thing that rules look at, and ways to spoil it in one of them.

Objects have names; `@name` in an object is a reference to another. What a file is spoiled in is one text put for another, which
has to be there, or an object that is put in the place of another.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from PIL import ImageCms

from support.places import ROOT

Objects = dict[str, bytes]
XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/"
 xmlns:pdfvtid="http://www.npes.org/pdfvt/ns/id/"
 xmp:CreateDate="2026-02-06T05:00:00+05:00" xmpMM:RenditionClass="default">
<dc:title><rdf:Alt><rdf:li xml:lang="kk">Атауы</rdf:li><rdf:li xml:lang="x-default">Title</rdf:li></rdf:Alt></dc:title>
<xmp:ModifyDate>2026-02-06T00:00:00Z</xmp:ModifyDate><xmp:MetadataDate>2026-02-06T00:00:00Z</xmp:MetadataDate>
<xmpMM:DocumentID>uuid:1</xmpMM:DocumentID><xmpMM:VersionID>1</xmpMM:VersionID>
<pdf:Trapped>False</pdf:Trapped><pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>
<pdfvtid:GTS_PDFVTVersion>PDF/VT-1</pdfvtid:GTS_PDFVTVersion>
<pdfvtid:GTS_PDFVTModDate>2026-02-06T00:00:00Z</pdfvtid:GTS_PDFVTModDate>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>"""
CONTENT = """q /State gs 0.1 0.02 0 0 k 0 0 300 400 re f Q
q 0.5 g 20 20 60 60 re f Q
q /Spot cs 0.8 scn 20 100 60 60 re f Q
q /Srgb cs 0.2 0.4 0.6 scn 20 180 60 60 re f Q
q /Pattern cs /Tile scn 100 20 60 60 re f Q
q 100 100 60 60 re W n /Shade sh Q
q 24 0 0 24 100 180 cm /Picture Do Q
q 0.5 0 0 0.5 200 180 cm BI /W 2 /H 2 /BPC 8 /CS /CMYK ID 0123456789abcdef EI Q
q /Soft gs /Group Do Q
/Black gs 0 0 0 1 k BT /Font 12 Tf 200 300 Td (A) Tj ET
"""
BOXES = "/MediaBox[0 0 300 400]/BleedBox[2 2 298 398]/TrimBox[10 10 290 390]"


def stream(content: bytes, entries: str = "", *, packed: bool = True) -> bytes:
    """Return a stream object."""
    body = zlib.compress(content) if packed else content
    head = entries + ("/Filter/FlateDecode" if packed else "")
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (head.encode(), len(body), body)


@cache
def srgb() -> bytes:
    """Return the sRGB profile of littleCMS."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@cache
def fogra39() -> bytes:
    """Return the profile that docgen ships."""
    return (ROOT / "forms" / "profiles" / "fogra39.icc").read_bytes()


@cache
def sound() -> Mapping[str, bytes]:
    """Return the objects of a sound file of three pages, two records."""
    texts = {
        "catalogue": "<</Type/Catalog/Pages @pages/Metadata @metadata/OutputIntents[@intent]/DPartRoot @parts"
        "/OCProperties<</OCGs[@layer]/D<</Order[@layer]>>>>/ViewerPreferences<</PrintArea/BleedBox>>>>",
        "info": "<</Title(Title)/CreationDate(D:20260206000000Z)/ModDate(D:20260206050000+05'00')/Trapped/False"
        "/GTS_PDFXVersion(PDF/X-4)>>",
        "layer": "<</Type/OCG/Name(Layer)>>",
        "intent": "<</Type/OutputIntent/S/GTS_PDFX/OutputConditionIdentifier(FOGRA39)/RegistryName(http://www.color.org)"
        "/DestOutputProfile @profile>>",
        "pages": "<</Type/Pages/Count 3/Kids[@page1 @page2 @page3]>>",
        "page1": f"<</Type/Page/Parent @pages{BOXES}/Resources @resources/Contents @content/DPart @part1"
        "/Group<</S/Transparency/CS/DeviceCMYK>>/Annots[@note]>>",
        "page2": f"<</Type/Page/Parent @pages{BOXES}/Resources @resources/Contents[@short @short]/DPart @part1>>",
        "page3": f"<</Type/Page/Parent @pages{BOXES}/Resources @resources/Contents @short/DPart @part2>>",
        "note": "<</Type/Annot/Subtype/Text/Rect[400 400 420 420]/Contents(A note)>>",
        "resources": "<</ExtGState<</State<</op false/BM/Multiply/RI/Perceptual>>/Black<</op true/OPM 1>>/Soft @soft>>"
        "/ColorSpace<</Spot @spot/Srgb[/ICCBased @srgb]/Indexed[/Indexed/DeviceCMYK 0 <00000000>]>>/Pattern<</Tile @tile>>"
        "/Shading<</Shade @shade>>/XObject<</Picture @picture/Group @group>>/Font<</Font @font>>>>",
        "soft": "<</SMask<</S/Luminosity/G @mask>>/TR2/Default/HT<</HalftoneType 1/Frequency 60/Angle 45/SpotFunction/Round>>>>",
        "spot": "[/Separation/Gold/DeviceCMYK @tint]",
        "tint": "<</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[0 0.2 0.8 0.1]/N 1>>",
        "shade": "<</ShadingType 2/ColorSpace/DeviceCMYK/Coords[100 100 160 160]/Function @tint/Extend[true true]>>",
        "font": "<</Type/Font/Subtype/TrueType/BaseFont/AAAAAA+Serif/FirstChar 65/LastChar 65/Widths[722]/FontDescriptor @face"
        "/Encoding/WinAnsiEncoding>>",
        "face": "<</Type/FontDescriptor/FontName/AAAAAA+Serif/Flags 32/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 900"
        "/Descent -200/CapHeight 700/StemV 80/FontFile2 @program>>",
        "parts": "<</Type/DPartRoot/DPartRootNode @node/RecordLevel 1/NodeNameList[/Job/Record]>>",
        "node": "<</Type/DPart/Parent @parts/DParts[[@part1 @part2]]>>",
        "part1": "<</Type/DPart/Parent @node/Start @page1/End @page2/DPM<</Record<</Number(1)>>>>>>",
        "part2": "<</Type/DPart/Parent @node/Start @page3/DPM<</Record<</Number(2)>>>>>>",
    }
    form = "/Type/XObject/Subtype/Form/BBox[0 0 300 400]/Resources<<>>"
    hints = "/GTS_Encapsulated true/GTS_Scope/File/GTS_XID(uuid:1)"
    program = (ROOT / "fonts" / "LiberationSerif-Regular.ttf").read_bytes()
    streams = {
        "metadata": stream(XMP.encode(), "/Type/Metadata/Subtype/XML", packed=False),
        "profile": stream(fogra39(), "/N 4"),
        "srgb": stream(srgb(), "/N 3"),
        "content": stream(CONTENT.encode(), packed=False),
        "short": stream(b"/Black gs 0 0 0 1 k BT /Font 12 Tf 200 300 Td (A) Tj ET", packed=False),
        "tile": stream(
            b"0 0 0 0.5 k 0 0 5 5 re f", "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 10 10]/XStep 10/YStep 10/Resources<<>>"
        ),
        "picture": stream(
            bytes(100 * 100 * 4),
            "/Type/XObject/Subtype/Image/Width 100/Height 100/BitsPerComponent 8/ColorSpace/DeviceCMYK/Intent/Perceptual"
            "/SMask @picture-mask/GTS_Encapsulated true/GTS_Scope/Record",
        ),
        "picture-mask": stream(
            b"\xff" * 100 * 100, "/Type/XObject/Subtype/Image/Width 100/Height 100/BitsPerComponent 8/ColorSpace/DeviceGray"
        ),
        "group": stream(b"0 0.2 0.8 0.1 k 200 20 60 60 re f", f"{form}/Group<</S/Transparency/I true/CS/DeviceCMYK>>{hints}"),
        "mask": stream(b"1 g 0 0 300 400 re f", f"{form}/Group<</S/Transparency/CS/DeviceGray>>"),
        "program": stream(program, f"/Length1 {len(program)}"),
    }
    return {name: text.encode() for name, text in texts.items()} | streams


ID = "/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]"


def written(objects: Mapping[str, bytes], *, version: str = "1.6", trailer: str = ID) -> bytes:
    """Return a file of objects."""
    numbers = {name: number for number, name in enumerate(objects, 1)}

    def refer(match: re.Match[bytes]) -> bytes:
        return b"%d 0 R" % numbers[match[1].decode()]

    content, offsets = b"%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n" % version.encode(), []
    for number, body in enumerate(objects.values(), 1):
        head, mark, rest = body.partition(b"stream\n")
        offsets.append(len(content))
        content += b"%d 0 obj\n%s%s%s\nendobj\n" % (number, re.sub(rb"@([a-z][a-z\d-]*)", refer, head), mark, rest)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(offsets) + 1
    end = f"/Root {numbers['catalogue']} 0 R/Info {numbers['info']} 0 R{trailer}" if "info" in numbers else ""
    tail = b"trailer\n<</Size %d%s>>\nstartxref\n%d\n%%%%EOF\n" % (count, end.encode(), len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + tail


def put(name: str, old: str, new: str) -> Callable[[Objects], None]:
    """Return what puts a text for another in an object, which must have it; a stream that is not packed gets its new length."""

    def spoil(objects: Objects) -> None:
        assert old.encode() in objects[name], (name, old)
        changed = objects[name].replace(old.encode(), new.encode())
        if b"/FlateDecode" not in changed and b"stream\n" in changed:
            head, mark, rest = changed.partition(b"stream\n")
            size = len(rest) - len(b"\nendstream")
            changed = re.sub(rb"/Length \d+", b"/Length %d" % size, head) + mark + rest
        objects[name] = changed

    return spoil


def entry(name: str, more: str) -> Callable[[Objects], None]:
    """Return what adds entries to the dictionary of an object."""
    return lambda objects: objects.update({name: objects[name].replace(b"<<", b"<<" + more.encode(), 1)})


def draw(operators: str) -> Callable[[Objects], None]:
    """Return what draws more on the first page."""
    return put("content", "/Black gs", operators + "\n/Black gs")


def instead(**objects: bytes) -> Callable[[Objects], None]:
    """Return what puts whole objects in the place of others, or beside them; `_` in a name stands for `-`."""
    return lambda known: known.update({name.replace("_", "-"): body for name, body in objects.items()})


def spoiled(*ways: Callable[[Objects], None], **how: Any) -> bytes:
    """Return the sound file, spoiled in these ways."""
    objects = dict(sound())
    for way in ways:
        way(objects)
    return written(objects, **how)
