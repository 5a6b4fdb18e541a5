"""A sound file, spoiled by program in one thing, is refused for the clause of that thing and for no other."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import NamedTuple

import pdf_oxide
import pytest
from pypdf import PdfWriter
from support.press_files import Objects, draw, entry, fogra39, instead, put, sound, spoiled, srgb, stream

from docgen.preflighting import Verdict
from docgen.preflighting.standards import STANDARDS, StandardReport, check_standards

X4, VT, VT_ROOT = "ISO 15930-7, 6.", "ISO 16612-2", "ISO 16612-2 (ISO 32000-2, 14.12.2)"
VT_PART, VT_METADATA = VT_ROOT.replace("12.2", "12.3"), VT_ROOT.replace("12.2", "12.4")


class Spoiling(NamedTuple):
    """The rule that refuses a file, its clause, and how the file is spoiled."""

    check: str
    clause: str
    ways: tuple[Callable[[Objects], None], ...]


def by(check: str, clause: str, *ways: Callable[[Objects], None]) -> Spoiling:
    return Spoiling(check, clause, ways)


def x4(check: str, number: int, *ways: Callable[[Objects], None]) -> Spoiling:
    return Spoiling(check, f"{X4}{number}", ways)


def without(name: str, text: str) -> Callable[[Objects], None]:
    return put(name, text, "")


def in_xmp(old: str, new: str = "") -> Callable[[Objects], None]:
    return put("metadata", old, new)


def profile_with(at: int, value: bytes) -> bytes:
    content = fogra39()
    return stream(content[:at] + value + content[at + len(value) :], "/N 4")


def cmyk_space() -> tuple[Callable[[Objects], None], ...]:
    return (put("resources", "/Spot @spot", "/Spot @spot/Print[/ICCBased @profile]"), draw("/Print cs 0 0 0 1 scn"))


def with_state(entries: str) -> tuple[Callable[[Objects], None], ...]:
    return (put("resources", "/Soft @soft", f"/Soft @soft/Bad<<{entries}>>"), draw("/Bad gs"))


def with_space(space: str) -> tuple[Callable[[Objects], None], ...]:
    return (put("resources", "/Spot @spot", f"/Spot @spot/Bad {space}"), draw("/Bad cs"))


def with_drawing(body: bytes) -> tuple[Callable[[Objects], None], ...]:
    return (put("resources", "/Group @group", "/Group @group/Bad @bad"), draw("/Bad Do"), instead(bad=body))


FORM = "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<>>"
PICTURE = "/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8"
SMALL = b"\0\0\0\0"
JP2 = b"\0\0\0\x2djp2h\0\0\0\x16ihdr\0\0\0\1\0\0\0\1%s%s\7\0\0\0\0\0\x0fcolr\1\0\0\0\0\0%s"
SPOT = "[/Separation/%s/DeviceCMYK<</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[0.9 0 0 0]/N 1>>]"

#: What is wrong → the rule, its clause, and how the sound file becomes so.
SPOILED = {
    # --- intents and colours
    "no output intent": x4("intent", 4, without("catalogue", "/OutputIntents[@intent]")),
    "an output intent of PDF/A": x4("intent", 4, put("intent", "/GTS_PDFX", "/GTS_PDFA1")),
    "two output intents": x4("intent", 4, put("catalogue", "[@intent]", "[@intent @intent]")),
    "a condition without a name": x4("intent-condition", 4, without("intent", "/OutputConditionIdentifier(FOGRA39)")),
    "a condition with an empty name": x4("intent-condition", 4, put("intent", "(FOGRA39)", "( )")),
    "a condition of no registry": x4("intent-info", 4, without("intent", "/RegistryName(http://www.color.org)")),
    "no profile": x4("intent-profile", 4, without("intent", "/DestOutputProfile @profile")),
    "a profile elsewhere": x4("intent-outside", 4, entry("intent", "/DestOutputProfileRef<</URLs[]>>")),
    "a profile that is none": x4("intent-class", 4, instead(profile=stream(b"no profile", "/N 4"))),
    "a profile of a screen": x4("intent-class", 4, instead(profile=profile_with(12, b"mntr"))),
    "a profile of version 5": x4("intent-class", 4, instead(profile=profile_with(8, b"\5"))),
    "a profile with a wrong number of inks": x4("intent-class", 4, put("profile", "/N 4", "/N 3")),
    "RGB text": x4("rgb", 4, draw("1 0 0 rg")),
    "an RGB line": x4("rgb", 4, draw("1 0 0 RG 10 10 m 20 20 l S")),
    "RGB by name": x4("rgb", 4, draw("/DeviceRGB cs 1 0 0 sc")),
    "an RGB picture": x4("rgb", 4, *with_drawing(stream(b"\1\2\3", f"{PICTURE}/ColorSpace/DeviceRGB"))),
    "an RGB picture with a palette": x4(
        "rgb", 4, *with_drawing(stream(b"\0", f"{PICTURE}/ColorSpace[/Indexed/DeviceRGB 0<000000>]"))
    ),
    "an RGB picture in the page": x4("rgb", 4, draw("BI /W 1 /H 1 /BPC 8 /CS /RGB ID abc EI")),
    "RGB in a form": x4("rgb", 4, *with_drawing(stream(b"1 0 0 rg 0 0 9 9 re f", FORM))),
    "RGB in a tile": x4(
        "rgb",
        4,
        instead(
            tile=stream(
                b"1 0 0 rg 0 0 5 5 re f", "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9/Resources<<>>"
            )
        ),
    ),
    "RGB in a gradient": x4("rgb", 4, put("shade", "/DeviceCMYK", "/DeviceRGB")),
    "RGB in a mask": x4(
        "rgb", 4, instead(mask=stream(b"1 0 0 rg 0 0 9 9 re f", f"{FORM}/Group<</S/Transparency/CS/DeviceGray>>"))
    ),
    "a spot colour seen as RGB": x4("rgb", 4, put("spot", "/DeviceCMYK", "/DeviceRGB")),
    "RGB in an annotation": x4(
        "rgb", 4, put("note", "/Contents", "/AP<</N @look>>/Contents"), instead(look=stream(b"1 0 0 rg 0 0 9 9 re f", FORM))
    ),
    "RGB in a letter": x4(
        "rgb",
        4,
        instead(
            font=b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/FirstChar 65"
            b"/LastChar 65/Widths[1]/Encoding<</Differences[65/a]>>/CharProcs<</a @a>>/Resources<<>>>>",
            a=stream(b"1 0 d0 1 0 0 rg 0 0 1 1 re f"),
        ),
    ),
    "CMYK for a printing condition of RGB": x4(
        "cmyk",
        4,
        instead(
            profile=stream(srgb()[:12] + b"prtr" + srgb()[16:], "/N 3"),
            picture=sound()["picture-mask"],
            content=stream(b"0 0 0 1 k"),
            page1=sound()["page1"].replace(b"/DeviceCMYK", b"/DeviceRGB"),
            short=stream(b"0 g"),
        ),
    ),
    "a colour space that there is not": x4("colour-space", 4, *with_space("[/CalCMYK<<>>]")),
    "an ICC profile that is none": x4("icc-profile", 4, instead(srgb=stream(b"no profile", "/N 3"))),
    "an ICC profile of a link": x4("icc-profile", 4, instead(srgb=stream(srgb()[:12] + b"link" + srgb()[16:], "/N 3"))),
    "an ICC profile of other components": x4("icc-profile", 4, put("srgb", "/N 3", "/N 4")),
    "the profile of the output intent": x4("icc-intent", 4, *cmyk_space()),
    "a spot colour with two looks": x4("spot", 4, *with_space(SPOT % "Gold")),
    # --- fonts, names, files, filters
    "a font that is not embedded": x4("font", 5, without("face", "/FontFile2 @program")),
    "a font of the reader": x4("font", 5, instead(font=b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")),
    "a font without its character map": x4(
        "font-map",
        5,
        put("font", "/TrueType", "/Type0"),
        put("font", "/WinAnsiEncoding", "/Own"),
        entry("font", "/DescendantFonts[@font2]"),
        instead(font2=b"<</Type/Font/Subtype/CIDFontType2/FontDescriptor @face>>"),
    ),
    "a spot colour in Latin-1": x4("colorant-name", 6, *with_space(SPOT % "Gr#fcn")),
    "a stream elsewhere": x4("outside", 7, entry("tile", "/F(other.bin)")),
    "a stream by LZW": x4(
        "filter",
        8,
        *with_drawing(
            stream(b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", f"{PICTURE}/ColorSpace/DeviceGray/Filter/LZWDecode", packed=False)
        ),
    ),
    "an inline picture by LZW": x4("filter-inline", 8, draw("BI /W 1 /H 1 /BPC 8 /CS /G /F /LZW ID abcdef EI")),
    # --- metadata
    "nothing on trapping": x4("trapped", 9, without("info", "/Trapped/False"), in_xmp("<pdf:Trapped>False</pdf:Trapped>")),
    "trapping unknown": x4("trapped", 9, put("info", "/Trapped/False", "/Trapped/Unknown"), in_xmp(">False<", ">Unknown<")),
    "trapping as a truth value": x4("trapped", 9, put("info", "/Trapped/False", "/Trapped false")),
    "no metadata": x4("metadata", 10, without("catalogue", "/Metadata @metadata")),
    "metadata that are no XML": x4("metadata", 10, in_xmp("</rdf:RDF>")),
    "metadata with entities": x4("metadata", 10, in_xmp("<x:xmpmeta", '<!DOCTYPE x [<!ENTITY a "b">]><x:xmpmeta')),
    "no title": x4(
        "title",
        10,
        in_xmp(
            '<dc:title><rdf:Alt><rdf:li xml:lang="kk">Атауы</rdf:li><rdf:li xml:lang="x-default">'
            "Title</rdf:li></rdf:Alt></dc:title>"
        ),
    ),
    "no date of making": x4("create-date", 10, in_xmp(' xmp:CreateDate="2026-02-06T05:00:00+05:00"')),
    "a date of making that is none": x4(
        "create-date", 10, without("info", "/CreationDate(D:20260206000000Z)"), in_xmp("2026-02-06T05:00:00+05:00", "6 February")
    ),
    "no date of change": x4("modify-date", 10, in_xmp("<xmp:ModifyDate>2026-02-06T00:00:00Z</xmp:ModifyDate>")),
    "no date of the metadata": x4("metadata-date", 10, in_xmp("<xmp:MetadataDate>2026-02-06T00:00:00Z</xmp:MetadataDate>")),
    "no name of the document": x4("document-id", 10, in_xmp("<xmpMM:DocumentID>uuid:1</xmpMM:DocumentID>")),
    "no version of the document": x4("version-id", 10, in_xmp("<xmpMM:VersionID>1</xmpMM:VersionID>")),
    "no rendition": x4("rendition-class", 10, in_xmp(' xmpMM:RenditionClass="default"')),
    "two titles": x4("metadata-agree", 10, put("info", "(Title)", "(Another)")),
    "two dates of making": x4("metadata-agree", 10, put("info", "D:20260206000000Z", "D:20260206000001Z")),
    "two answers on trapping": x4("metadata-agree", 10, put("info", "/Trapped/False", "/Trapped/True")),
    "no version of PDF/X": x4(
        "identification",
        11,
        in_xmp("<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>"),
        without("info", "/GTS_PDFXVersion(PDF/X-4)"),
    ),
    "PDF/X-4p": x4("identification", 11, in_xmp("PDF/X-4<", "PDF/X-4p<"), without("info", "/GTS_PDFXVersion(PDF/X-4)")),
    "the version in another namespace": x4(
        "identification",
        11,
        in_xmp("http://www.npes.org/pdfx/ns/id/", "http://ns.adobe.com/pdfx/1.3/"),
        without("info", "/GTS_PDFXVersion(PDF/X-4)"),
    ),
    # --- boxes
    "no MediaBox": x4("media-box", 12, without("page2", "/MediaBox[0 0 300 400]")),
    "a box of three numbers": x4("boxes", 12, put("page2", "/BleedBox[2 2 298 398]", "/BleedBox[2 2 298]")),
    "an empty box": x4("boxes", 12, put("page2", "/TrimBox[10 10 290 390]", "/TrimBox[10 10 10 390]")),
    "no TrimBox": x4("trim-box", 12, without("page2", "/TrimBox[10 10 290 390]")),
    "a TrimBox that would be inherited": x4(
        "trim-box", 12, without("page2", "/TrimBox[10 10 290 390]"), entry("pages", "/TrimBox[10 10 290 390]")
    ),
    "a TrimBox and an ArtBox": x4("trim-box", 12, entry("page2", "/ArtBox[10 10 290 390]")),
    "a TrimBox beyond the MediaBox": x4(
        "trim-in-media", 12, put("page2", "/BleedBox[2 2 298 398]", ""), put("page2", "290 390", "290 405")
    ),
    "a TrimBox beyond the BleedBox": x4("trim-in-bleed", 12, put("page2", "[10 10 290 390]", "[1 10 290 390]")),
    "a BleedBox beyond the MediaBox": x4("bleed-in-media", 12, put("page2", "[2 2 298 398]", "[-2 2 298 398]")),
    "a TrimBox beyond the CropBox": x4("trim-in-crop", 12, entry("page2", "/CropBox[12 0 300 400]")),
    "a CropBox that is inherited": x4("trim-in-crop", 12, entry("pages", "/CropBox[0 0 250 400]")),
    # --- graphics states
    "a transfer function": x4("transfer", 13, *with_state("/TR/Identity")),
    "another transfer function": x4("transfer", 13, *with_state("/TR2 @tint")),
    "a halftone with an origin": x4("halftone-origin", 13, *with_state("/HTP[0 0]")),
    "a halftone of type 6": x4("halftone", 13, *with_state("/HT<</HalftoneType 6>>")),
    "a halftone with a name": x4(
        "halftone", 13, *with_state("/HT<</HalftoneType 5/Default<</HalftoneType 1/HalftoneName(A)>>>>")
    ),
    # --- PostScript, encryption, pictures, annotations, actions
    "a drawing in PostScript": x4("postscript", 14, *with_drawing(stream(b"showpage", "/Type/XObject/Subtype/PS"))),
    "a form that is PostScript": x4("postscript", 14, *with_drawing(stream(b"", f"{FORM}/Subtype2/PS"))),
    "the operator PS": x4("postscript-operator", 14, draw("PS")),
    "an alternate for printing": x4(
        "alternate", 16, entry("picture", "/Alternates[<</Image @picture/DefaultForPrinting true>>]")
    ),
    "a stamp on the page": x4("annotation", 17, put("note", "[400 400 420 420]", "[40 40 60 60]")),
    "a link on the page": x4("annotation", 17, put("note", "/Text/Rect[400 400 420 420]", "/Link/Rect[40 40 60 60]")),
    "a printer's mark in the trim": x4(
        "annotation", 17, put("note", "/Text/Rect[400 400 420 420]", "/PrinterMark/Rect[5 5 11 11]")
    ),
    "an action on opening": x4("action", 18, entry("catalogue", "/OpenAction<</S/GoTo/D[@page1/Fit]>>")),
    "an action of a page": x4("action", 18, entry("page2", "/AA<</O<</S/Named/N/NextPage>>>>")),
    "an action of a bookmark": x4(
        "action",
        18,
        entry("catalogue", "/Outlines @outlines"),
        instead(
            outlines=b"<</First @mark/Last @mark/Count 1>>", mark=b"<</Title(A)/Parent @outlines/A<</S/URI/URI(http://a)>>>>"
        ),
    ),
    "a script": x4("javascript", 18, entry("catalogue", "/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>")),
    # --- compatibility, transparency, viewers
    "an operator that there is not": x4("operator", 19, draw("xx")),
    "an operator that there is not, within BX": x4("operator", 19, draw("BX 1 2 xx EX")),
    "a blend mode that there is not": x4("blend-mode", 20, *with_state("/BM[/Shine/Multiply]")),
    "a mask without colours": x4("soft-mask", 20, put("mask", "/CS/DeviceGray", "")),
    "a colourful mask of a picture": x4("picture-mask", 20, put("picture-mask", "/DeviceGray", "[/ICCBased @srgb]")),
    "a page blended in RGB": x4("blending", 20, put("page1", "/CS/DeviceCMYK", "/CS/DeviceRGB")),
    "a form blended in RGB": x4("blending", 20, put("group", "/CS/DeviceCMYK", "/CS/DeviceRGB")),
    "a mask blended in RGB": x4("blending", 20, put("mask", "/CS/DeviceGray", "/CS/DeviceRGB")),
    "a group blended in Lab": x4("blending", 20, put("group", "/CS/DeviceCMYK", "/CS[/Lab<</WhitePoint[1 1 1]>>]")),
    "a view of the TrimBox": x4("viewer-areas", 21, put("catalogue", "/PrintArea/BleedBox", "/PrintArea/TrimBox")),
    "another presentation": x4("alternate-presentations", 22, entry("catalogue", "/Names<</AlternatePresentations<<>>>>")),
    "steps of a presentation": x4("presentation-steps", 22, entry("page2", "/PresSteps<<>>")),
    "an intent that there is not": x4("intent-drawn", 23, draw("/Best ri")),
    "an intent of a state": x4("intent-state", 23, *with_state("/RI/Best")),
    "an intent of a picture": x4("intent-picture", 23, put("picture", "/Intent/Perceptual", "/Intent/Best")),
    # --- layers, limits, forms, JPEG 2000
    "layers by what is done": x4(
        "layer-choice", 24, put("catalogue", "/D<<", "/D<</AS[<</Event/Print/OCGs[]/Category[/Print]>>]")
    ),
    "layers without a default": x4("layer-default", 24, put("catalogue", "/D<</Order[@layer]>>", "")),
    "29 states within each other": x4("nesting", 25, draw("q " * 29 + "Q " * 29)),
    "a state that is not restored": x4("balance", 25, draw("q")),
    "a name of 128 bytes": x4("limit", 25, entry("info", f"/{'a' * 128} 1")),
    "33 colorants": x4("colorants", 25, *with_space(f"[/DeviceN[{' '.join(f'/C{n}' for n in range(33))}]/DeviceCMYK @tint]")),
    "a page of 6 metres": x4("page-size", 25, put("page3", "[0 0 300 400]", "[0 0 300 17000]")),
    "a form in XML": x4("xfa", 26, entry("catalogue", "/AcroForm<</Fields[]/XFA(a)>>")),
    "JPEG 2000 with 7 channels": x4(
        "jpeg-2000", 27, *with_drawing(stream(JP2 % (b"\0\7", b"\7", b"\x10"), f"{PICTURE}/Filter/JPXDecode", packed=False))
    ),
    "JPEG 2000 without colours": x4(
        "jpeg-2000", 27, *with_drawing(stream(JP2 % (b"\0\3", b"\7", b"\x63"), f"{PICTURE}/Filter/JPXDecode", packed=False))
    ),
    # --- complete exchange
    "a page of another file": x4("reference", 3, *with_drawing(stream(b"", f"{FORM}/Ref<</F(a.pdf)/Page 0>>"))),
    "a picture by OPI": x4("opi", 3, *with_drawing(stream(SMALL, f"{PICTURE}/ColorSpace/DeviceCMYK/OPI<<>>"))),
    "a drawing that is not there": x4("resource", 3, draw("/Nothing Do")),
    "a font that is not there": x4("resource", 3, draw("BT /Nothing 12 Tf (A) Tj ET")),
    "a graphics state that is not there": x4("resource", 3, draw("/Nothing gs")),
    # --- PDF/VT
    "no version of PDF/VT": by("vt-identification", VT, in_xmp("<pdfvtid:GTS_PDFVTVersion>PDF/VT-1</pdfvtid:GTS_PDFVTVersion>")),
    "PDF/VT-2": by("vt-identification", VT, in_xmp("PDF/VT-1<", "PDF/VT-2<")),
    "no date of PDF/VT": by("vt-date", VT, in_xmp("<pdfvtid:GTS_PDFVTModDate>2026-02-06T00:00:00Z</pdfvtid:GTS_PDFVTModDate>")),
    "changed since": by("vt-modified", VT, in_xmp("ModDate>2026-02-06", "ModDate>2026-02-05")),
    "no document parts": by("vt-root", VT_ROOT, without("catalogue", "/DPartRoot @parts")),
    "records on no level": by("vt-record-level", VT_ROOT, put("parts", "/RecordLevel 1", "/RecordLevel 2")),
    "a level without a name": by("vt-names", VT_ROOT, put("parts", "[/Job/Record]", "[/Job]")),
    "parts in a flat list": by("vt-tree", VT_PART, put("node", "[[@part1 @part2]]", "[@part1 @part2]")),
    "a part below another": by("vt-tree", VT_PART, put("part2", "/Parent @node", "/Parent @part1")),
    "a part twice": by("vt-tree", VT_PART, put("node", "[[@part1 @part2]]", "[[@part1 @part2 @part2]]")),
    "a part with pages and parts": by("vt-leaf", VT_PART, entry("node", "/Start @page1")),
    "a page in no part": by("vt-pages", VT_PART, put("part1", "/End @page2", "/End @page1")),
    "a page in two parts": by(
        "vt-pages",
        VT_PART,
        put("part2", "/Start @page3", "/Start @page2/End @page3"),
        put("page2", "@part1", "@part2"),
        put("part1", "/End @page2", "/End @page2"),
    ),
    "parts out of order": by("vt-pages", VT_PART, put("node", "[[@part1 @part2]]", "[[@part2 @part1]]")),
    "a page that leads to no part": by("vt-page", VT_PART, without("page2", "/DPart @part1")),
    "a page that leads to another part": by("vt-page", VT_PART, put("page2", "/DPart @part1", "/DPart @part2")),
    "metadata of a part that are none": by("vt-metadata", VT_METADATA, put("part2", "<</Record<</Number(2)>>>>", " @tile")),
    "a scope that there is not": by("vt-scope", VT, put("group", "/GTS_Scope/File", "/GTS_Scope/World")),
    "a wide scope without environment": by("vt-scope", VT, put("group", "/GTS_Scope/File", "/GTS_Scope/Global")),
    "an encapsulated form that is no group": by(
        "vt-encapsulated", VT, put("group", "/Group<</S/Transparency/I true/CS/DeviceCMYK>>", "")
    ),
    "an encapsulated picture without intent": by("vt-encapsulated", VT, put("picture", "/Intent/Perceptual", "")),
    "an encapsulation that is no truth value": by(
        "vt-encapsulated", VT, put("group", "/GTS_Encapsulated true", "/GTS_Encapsulated/Yes")
    ),
    "an identifier that is no text": by("vt-identifier", VT, put("group", "/GTS_XID(uuid:1)", "/GTS_XID/uuid")),
}


def checked(pdf: bytes, *standards: str) -> StandardReport:
    [report] = check_standards(pdf, standards or ["pdfvt-1"])
    return report


def test_the_sound_file_passes_without_a_remark():
    for report in check_standards(spoiled(), ["pdfx-4", "pdfvt-1"]):
        assert {each.verdict for each in report.findings} == {Verdict.PASS}, report.as_table()
        assert report.passed
        assert report.pages == 3


@pytest.mark.slow
@pytest.mark.parametrize("what", SPOILED)
def test_what_is_spoiled_is_refused_for_its_clause(what):
    spoiling = SPOILED[what]
    report = checked(spoiled(*spoiling.ways))
    assert {(each.check, each.clause) for each in report.failures} == {(spoiling.check, spoiling.clause)}, report.as_table()
    assert all(each.measured and each.hint and each.what for each in report.failures)
    if spoiling.clause.startswith("ISO 15930"):
        assert {each.check for each in checked(spoiled(*spoiling.ways), "pdfx-4").failures} == {spoiling.check}


#: What pdf_oxide sees too. It opens no content stream, font or profile, and wants the version in the information dictionary.
SEEN_BY_PDF_OXIDE = (
    "no output intent",
    "an output intent of PDF/A",
    "a condition without a name",
    "no metadata",
    "no version of PDF/X",
    "no MediaBox",
    "no TrimBox",
    "a TrimBox that would be inherited",
    "a TrimBox beyond the MediaBox",
    "a TrimBox beyond the BleedBox",
    "a BleedBox beyond the MediaBox",
    "a script",
)


def test_pdf_oxide_takes_the_sound_file_as_we_do():
    assert pdf_oxide.PdfDocument.from_bytes(spoiled()).validate_pdf_x("4")["valid"]


@pytest.mark.parametrize("what", SEEN_BY_PDF_OXIDE)
def test_pdf_oxide_refuses_it_as_we_do(what):
    assert not pdf_oxide.PdfDocument.from_bytes(spoiled(*SPOILED[what].ways)).validate_pdf_x("4")["valid"]


def test_an_encrypted_file_is_refused_unread():
    writer = PdfWriter(clone_from=io.BytesIO(spoiled()))
    writer.encrypt("")
    buffer = io.BytesIO()
    writer.write(buffer)
    report = checked(buffer.getvalue())
    assert [(each.check, each.clause, each.verdict) for each in report.findings] == [("encryption", f"{X4}15", Verdict.FAIL)]
    assert "nothing else could be looked at" in report.summary()


def test_a_file_without_an_id_is_refused():
    report = checked(spoiled(trailer=""))
    assert [(each.check, each.clause, each.measured) for each in report.failures] == [("file-id", f"{X4}10", "missing")]


def test_every_rule_that_refuses_has_a_file_that_it_refuses():
    refused = {spoiling.check for spoiling in SPOILED.values()} | {"encryption", "file-id"}
    assert refused == {rule.code for rule in STANDARDS["pdfvt-1"].rules if rule.verdict is Verdict.FAIL}
    assert len(SPOILED) >= 50
