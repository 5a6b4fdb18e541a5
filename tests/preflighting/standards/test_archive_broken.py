"""A document for the archive, spoiled by program in one thing, is refused for the clause of that thing and for no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pypdf
import pytest
from support import verapdf
from support.archive_files import (
    CERTIFICATE,
    ORDER,
    REGISTER,
    Way,
    annotated,
    archived,
    catalogue,
    draw,
    each_object,
    element,
    elements,
    first_page,
    in_content,
    in_xmp,
    pdf_object,
    put,
    resource,
    spoiled,
    stream,
    where,
)
from support.press_files import fogra39, srgb

from docgen.preflighting import Verdict
from docgen.preflighting.standards import STANDARDS, StandardReport, check_standards

A2, UA = "ISO 19005-2, ", "ISO 14289-1, "


class Spoiling(NamedTuple):
    """The rule that refuses a file, its clause, the standard, and how which document is spoiled."""

    check: str
    clause: str
    standard: str
    form: str
    ways: tuple[Way, ...]
    of_bytes: Callable[[bytes], bytes]

    @property
    def pdf(self) -> bytes:
        return self.of_bytes(spoiled(self.form, *self.ways) if self.ways else archived(self.form))


def same(pdf: bytes) -> bytes:
    return pdf


def a(check: str, clause: str, *ways: Way, form: str = CERTIFICATE, of_bytes=same, standard="pdfa-2a") -> Spoiling:
    return Spoiling(f"a-{check}", f"{A2}{clause}", standard, form, ways, of_bytes)


def ua(check: str, clause: str, *ways: Way, form: str = CERTIFICATE, of_bytes=same) -> Spoiling:
    return Spoiling(f"ua-{check}", f"{UA}{clause}", "pdfua-1", form, ways, of_bytes)


def without_binary_comment(pdf: bytes) -> bytes:
    at = pdf.index(b"\n%") + 2
    return pdf[:at] + b"abcd" + pdf[at + 4 :]


def without_version(pdf: bytes) -> bytes:
    return pdf.replace(b"%PDF-1", b"%PDF-2", 1)


def with_more(pdf: bytes) -> bytes:
    return pdf + b"more\n"


def without_id(writer: pypdf.PdfWriter) -> None:
    writer._ID = None


def with_state(**entries: object) -> tuple[Way, ...]:
    return resource("ExtGState", Bad=entries), draw("/Bad gs")


PICTURE = {"Type": "/XObject", "Subtype": "/Image", "Width": 1, "Height": 1, "BitsPerComponent": 8, "ColorSpace": "/DeviceGray"}
FORM = {"Type": "/XObject", "Subtype": "/Form", "BBox": [0, 0, 9, 9], "Resources": {}}
BOTH = {"O": "/Table", "Scope": "/Both"}


def with_picture(content: bytes = b"\0", **entries: object) -> tuple[Way, ...]:
    return resource("XObject", Bad=stream(content, **{**PICTURE, **entries})), draw("/Bad Do")


def with_form(content: bytes = b"", **entries: object) -> tuple[Way, ...]:
    return resource("XObject", Bad=stream(content, **{**FORM, **entries})), draw("/Bad Do")


def profile(content: bytes, count: int) -> Way:
    def change(writer: pypdf.PdfWriter) -> None:
        intent = writer.root_object["/OutputIntents"][0].get_object()
        put(intent, DestOutputProfile=writer._add_object(stream(content, N=count)))

    return change


def second_intent(writer: pypdf.PdfWriter) -> None:
    other = writer._add_object(stream(srgb(), N=3))
    intent = {"Type": "/OutputIntent", "S": "/GTS_PDFA1", "OutputConditionIdentifier": "sRGB", "DestOutputProfile": other}
    writer.root_object["/OutputIntents"].append(writer._add_object(pdf_object(intent)))


def icc_colour(writer: pypdf.PdfWriter) -> None:
    space = writer._add_object(stream(srgb(), N=4))
    resource("ColorSpace", Bad=["/ICCBased", space])(writer)
    draw("/Bad cs")(writer)


def inherited_resources(writer: pypdf.PdfWriter) -> None:
    page = writer.pages[0]
    put(page["/Parent"], Resources=page["/Resources"])
    put(page, Resources=None)


def see_through(writer: pypdf.PdfWriter) -> None:
    """A page with transparency and no device colour."""
    put(writer.root_object, OutputIntents=None)
    space = ["/CalRGB", {"WhitePoint": [0.9505, 1.0, 1.089]}]
    put(writer.pages[0], Resources={"ExtGState": {"Soft": {"ca": 0.5}}, "ColorSpace": {"Plain": space}})
    put(writer.pages[0], Contents=writer._add_object(stream(b"/Soft gs /Plain cs 1 0 0 sc 9 9 99 99 re f")))


def simple_font(*, widths: int) -> tuple[Way, ...]:
    def change(writer: pypdf.PdfWriter) -> None:
        descriptor = each_object(writer, "FontFile2")[0]
        font = {
            "Type": "/Font", "Subtype": "/TrueType", "BaseFont": "/Plain", "FirstChar": 65, "LastChar": 66,
            "Widths": [722] * widths, "Encoding": "/WinAnsiEncoding", "FontDescriptor": descriptor.indirect_reference,
        }  # fmt: skip
        resource("Font", Bad=font)(writer)

    return change, draw("BT /Bad 9 Tf (A) Tj ET")


def parent_tree(change: Callable[[list], object]) -> Way:
    """Return the way to change the list of the first page in the tree of parents."""
    return lambda writer: change(writer.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"][1].get_object())


def swapped(parents: list) -> None:
    parents[0], parents[1] = parents[1], parents[0]


def shared_key(writer: pypdf.PdfWriter) -> None:
    put(writer.pages[1], StructParents=writer.pages[0]["/StructParents"])


def held_by_two(writer: pypdf.PdfWriter) -> None:
    first, second = elements(writer, "P")[:2]
    put(second, K=[second["/K"], first["/K"]])


def held_nowhere(writer: pypdf.PdfWriter) -> None:
    last = elements(writer, "P")[-1]
    put(last, K=[last["/K"], 999])


def attached(content: bytes, **entries: object) -> Way:
    def change(writer: pypdf.PdfWriter) -> None:
        embedded = writer._add_object(stream(content, Type="/EmbeddedFile", Subtype="/application/pdf"))
        file = {"Type": "/Filespec", "F": "a.pdf", "UF": "a.pdf", "EF": {"F": embedded}, **entries}
        names = ["a.pdf", writer._add_object(pdf_object({name: value for name, value in file.items() if value is not None}))]
        put(writer.root_object, Names={"EmbeddedFiles": {"Names": names}})

    return change


def form_in_xml(config: str) -> Way:
    def change(writer: pypdf.PdfWriter) -> None:
        packet = f'<config xmlns="http://www.xfa.org/schema/xci/2.8/"><acrobat><acrobat7>{config}</acrobat7></acrobat></config>'
        packets = ["config", writer._add_object(stream(packet.encode()))]
        put(writer.root_object, AcroForm={"Fields": [], "XFA": packets})

    return change


def layers(**entries: object) -> Way:
    def change(writer: pypdf.PdfWriter) -> None:
        layer = writer._add_object(pdf_object({"Type": "/OCG", "Name": "Layer"}))
        choice = {"Name": "All", "Order": [layer], **entries}
        put(writer.root_object, OCProperties={"OCGs": [layer], "D": {n: each for n, each in choice.items() if each is not None}})

    return change


def with_element(kind: str, **entries: object) -> Way:
    """Return the way to put an empty element at the end of the document."""

    def change(writer: pypdf.PdfWriter) -> None:
        [document] = elements(writer, "Document")
        more = pdf_object({"S": f"/{kind}", "P": document.indirect_reference, **entries})
        document["/K"].append(writer._add_object(more))

    return change


def without_end_of_artifact(writer: pypdf.PdfWriter) -> None:
    """Text that begins within an artifact which goes on."""
    in_content(b"EMC\n/Figure<</MCID 0>>BDC", b"/Figure<</MCID 0>>BDC")(writer)
    draw("EMC", "%s")(writer)


def action(**entries: object) -> Way:
    return catalogue(OpenAction=entries)


def swap_header_cells(writer: pypdf.PdfWriter) -> None:
    """A row below a row."""
    first, second = elements(writer, "TR")[-2:]
    first["/K"].append(second.indirect_reference)
    above = second["/P"]["/K"]
    above.remove(next(each for each in above if each.get_object() is second))
    put(second, P=first.indirect_reference)


LZW = b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"
JP2 = b"\0\0\0\x2djp2h\0\0\0\x16ihdr\0\0\0\1\0\0\0\1\0\7\7\7\0\0\0\0\0\x0fcolr\1\0\0\0\0\0\x10"
FIELD = {"Subtype": "/Widget", "FT": "/Tx", "T": "a", "TU": "A field"}

#: What is wrong → the rule, its clause, and how the sound document becomes so.
SPOILED = {
    # --- PDF/A-2: the file
    "no binary comment": a("header", "6.1.2", of_bytes=without_binary_comment),
    "no /ID": a("file-id", "6.1.3", without_id),
    "bytes after the end": a("end", "6.1.3", of_bytes=with_more),
    "a stream elsewhere": a("outside", "6.1.7.1", *with_form(F="other.bin")),
    "a picture by LZW": a("filter", "6.1.7.2", *with_picture(LZW, Filter="/LZWDecode")),
    "an inline picture by LZW": a("filter-inline", "6.1.10", draw("BI /W 1 /H 1 /BPC 8 /CS /G /F /LZW ID abcdef EI")),
    "rights of a reader": a("permissions", "6.1.12", catalogue(Perms={"UR": {"Type": "/Sig"}})),
    "a name of 128 bytes": a("limit", "6.1.13", catalogue(**{"a" * 128: 1})),
    "a string of 32,768 bytes": a("string", "6.1.13", catalogue(Own=b"a" * 32_768)),
    "29 states within each other": a("nesting", "6.1.13", draw("q " * 29 + "Q " * 29)),
    "33 colorants": a(
        "colorants", "6.1.13",
        resource("ColorSpace", Bad=["/DeviceN", ["/None"] * 33, "/DeviceGray", {"FunctionType": 2, "Domain": [0, 1], "N": 1}]),
        draw("/Bad cs"),
    ),
    "a page of 6 metres": a("page-size", "6.1.13", first_page(MediaBox=[0, 0, 600, 17_000])),
    # --- what pages draw
    "an operator that there is not": a("operator", "6.2.2", draw("xx")),
    "PostScript passed on": a("postscript-operator", "6.2.2", draw("PS")),
    "a drawing that is not there": a("resource", "6.2.2", draw("/Nothing Do")),
    "resources of the page tree": a("own-resources", "6.2.2", inherited_resources),
    "an intent of a link": a("intent-profile", "6.2.3", profile(srgb()[:12] + b"link" + srgb()[16:], 3)),
    "an intent of other components": a("intent-profile", "6.2.3", profile(srgb(), 4)),
    "two intents with profiles of their own": a("one-profile", "6.2.3", second_intent),
    "a profile of other components": a("icc-profile", "6.2.4.2", icc_colour),
    "RGB for an intent of CMYK": a("rgb", "6.2.4.3", profile(fogra39(), 4)),
    "CMYK for an intent of RGB": a("cmyk", "6.2.4.3", draw("0 0 0 1 k")),
    "gray without an intent": a(
        "gray", "6.2.4.3", catalogue(OutputIntents=None), first_page(Resources={}),
        lambda writer: put(writer.pages[0], Contents=writer._add_object(stream(b"0 g 0 0 9 9 re f"))), standard="pdfa-2b",
    ),
    "a colorant of unknown look": a(
        "colorant", "6.2.4.4",
        resource("ColorSpace", Bad=["/DeviceN", ["/Gold"], "/DeviceGray", {"FunctionType": 2, "Domain": [0, 1], "N": 1}]),
        draw("/Bad cs"),
    ),
    "a spot colour with two looks": a(
        "spot", "6.2.4.4",
        resource(
            "ColorSpace",
            One=["/Separation", "/Gold", "/DeviceGray", {"FunctionType": 2, "Domain": [0, 1], "N": 1}],
            Two=["/Separation", "/Gold", "/DeviceGray", {"FunctionType": 2, "Domain": [0, 1], "N": 2}],
        ),
        draw("/One cs 1 scn 0 0 1 1 re f /Two cs 1 scn 0 0 1 1 re f"),
    ),
    "a transfer function": a("transfer", "6.2.5", *with_state(TR="/Identity")),
    "a halftone with an origin": a("halftone-origin", "6.2.5", *with_state(HTP=[0, 0])),
    "a halftone of type 6": a("halftone", "6.2.5", *with_state(HT={"HalftoneType": 6})),
    "an intent that there is not": a("intent-drawn", "6.2.6", draw("/Best ri")),
    "a state with an intent that there is not": a("intent-state", "6.2.6", *with_state(RI="/Best")),
    "a picture with an intent that there is not": a("intent-picture", "6.2.6", *with_picture(Intent="/Best")),
    "a picture with alternates": a("alternate", "6.2.8", *with_picture(Alternates=[])),
    "a picture by OPI": a("picture-opi", "6.2.8", *with_picture(OPI={})),
    "a picture that is smoothed": a("interpolate", "6.2.8", *with_picture(Interpolate=True)),
    "JPEG 2000 with 7 channels": a(
        "jpeg-2000", "6.2.8.3", *with_picture(JP2, Filter="/JPXDecode")
    ),
    "a form that is PostScript": a("postscript", "6.2.9", *with_form(Subtype2="/PS")),
    "a form by OPI": a("form-opi", "6.2.9", *with_form(OPI={})),
    "a page of another file": a("reference", "6.2.9", *with_form(Ref={"F": "a.pdf", "Page": 0})),
    "a blend mode that there is not": a("blend-mode", "6.2.10", *with_state(BM="/Shine")),
    "transparency without colours": a("transparency", "6.2.10", see_through, standard="pdfa-2b"),
    "a font with too few widths": a("widths", "6.2.11.2", *simple_font(widths=1)),
    "a font without its glyphs' numbers": a("glyph-map", "6.2.11.3.2", where("CIDToGIDMap", None, CIDToGIDMap=None)),
    "a font with a map of its own": a("font-map", "6.2.11.3.3", where("Subtype", "/Type0", Encoding="/Own")),
    "a font that is not embedded": a("font", "6.2.11.4.1", where("FontFile2", None, FontFile2=None)),
    "a font without ToUnicode": a("unicode", "6.2.11.7.2", where("ToUnicode", None, ToUnicode=None)),
    # --- annotations, fields, actions
    "a sound": a("annotation", "6.3.1", annotated(Subtype="/Sound")),
    "an annotation that is not printed": a("annotation-flags", "6.3.2", annotated(F=0)),
    "an annotation that is hidden": a("annotation-flags", "6.3.2", annotated(F=6)),
    "an annotation that is not drawn": a("appearance", "6.3.3", annotated(AP=None)),
    "a field with an action": a("field-action", "6.4.1", annotated(**FIELD, A={"S": "/URI", "URI": b"http://a"})),
    "fields that are drawn anew": a("field-look", "6.4.1", catalogue(AcroForm={"Fields": [], "NeedAppearances": True})),
    "a form in XML": a("xfa", "6.4.2", catalogue(AcroForm={"Fields": [], "XFA": "a"})),
    "pages that are laid out anew": a("rendering", "6.4.2", catalogue(NeedsRendering=True)),
    "a program that is started": a("action", "6.5.1", action(S="/Launch", F="a.exe")),
    "an action by an unknown name": a("named-action", "6.5.1", action(S="/Named", N="/Print")),
    "a script": a("javascript", "6.5.1", action(S="/JavaScript", JS="1")),
    "an action of the file": a("trigger", "6.5.2", catalogue(AA={"WP": {"S": "/URI", "URI": b"http://a"}})),
    "an action of a page": a("page-trigger", "6.5.2", first_page(AA={"O": {"S": "/URI", "URI": b"http://a"}})),
    # --- metadata
    "no metadata": a("metadata", "6.6.2.1", catalogue(Metadata=None)),
    "metadata that say their length": a("packet", "6.6.2.1", in_xmp('begin="\ufeff"', 'begin="\ufeff" bytes="9"')),
    "no schema of PDF/UA": a("extension", "6.6.2.3.1", in_xmp("<pdfaSchema:namespaceURI>http", "<pdfaSchema:namespaceURI>x")),
    "PDF/A-3": a("part", "6.6.4", in_xmp("<pdfaid:part>2", "<pdfaid:part>3")),
    "a level that there is not": a(
        "level", "6.6.4", in_xmp("<pdfaid:conformance>A", "<pdfaid:conformance>X"), standard="pdfa-2b"
    ),
    "level B": a("level-a", "6.6.4", in_xmp("<pdfaid:conformance>A", "<pdfaid:conformance>B")),
    # --- tags
    "no /MarkInfo": a("marked", "6.7.2.2", catalogue(MarkInfo=None)),
    "no structure": a(
        "structure", "6.7.3.3", catalogue(StructTreeRoot=None), first_page(StructParents=None),
        in_content(b"/Figure<</MCID 0>>BDC", b"/Artifact BMC"),
    ),
    "text without a mark": a("content", "6.7.3.3", draw("BT /R 9 Tf (\0A) Tj ET", "%s")),
    "tags that are exchanged": a("leads", "6.7.3.3", parent_tree(swapped)),
    "a tag for what is not there": a("held", "6.7.3.3", held_nowhere),
    "two pages with the same tags": a("own-tags", "6.7.3.3", shared_key, form=REGISTER),
    "a type that there is not": a("roles", "6.7.3.4", element("H1", S="/Heading")),
    "a standard type that is mapped": a(
        "roles", "6.7.3.4", lambda writer: put(writer.root_object["/StructTreeRoot"], RoleMap={"P": "/Span"})
    ),
    "a language that is none": a("language-code", "6.7.4", catalogue(Lang="kazakh language")),
    # --- attached files, layers, presentations
    "a file with one name": a("file-name", "6.8", attached(archived(ORDER), UF=None)),
    "a text that is attached": a("attached", "6.8", attached(b"Text")),
    "layers without a name": a("layer-name", "6.9", layers(Name=None)),
    "a layer that is not listed": a("layer-order", "6.9", layers(Order=[])),
    "layers by what is done": a("layer-choice", "6.9", layers(AS=[])),
    "another presentation": a("alternate-presentations", "6.10", catalogue(Names={"AlternatePresentations": {}})),
    "steps of a presentation": a("presentation-steps", "6.10", first_page(PresSteps={})),
    "requirements": a("requirements", "6.11", catalogue(Requirements=[])),
    # --- PDF/UA-1
    "no version of PDF/UA": ua("identification", "5", in_xmp("<pdfuaid:part>1</pdfuaid:part>")),
    "PDF 2": ua("header", "6.1", of_bytes=without_version),
    "no /MarkInfo, for everyone": ua("marked", "6.2", catalogue(MarkInfo=None)),
    "no structure, for everyone": ua("structure", "7.1", catalogue(StructTreeRoot=None)),
    "guessed tags": ua("suspects", "7.1", catalogue(MarkInfo={"Marked": True, "Suspects": True})),
    "a type that there is not, for everyone": ua("roles", "7.1", element("P", S="/Paragraph")),
    "an element that is below none": ua("parent", "7.1", element("P", P=None)),
    "text without a mark, for everyone": ua("content", "7.1", draw("BT /R 9 Tf (\0A) Tj ET", "%s")),
    "text by a mark that says nothing": ua("content", "7.1", draw("BT /R 9 Tf (\0A) Tj ET", "/P BMC %s EMC")),
    "content within an artifact": ua("artifact", "7.1", without_end_of_artifact),
    "tags that are exchanged, for everyone": ua("leads", "7.1", parent_tree(swapped)),
    "a number that comes twice": ua("leads", "7.1", in_content(b"/P<</MCID 4>>BDC", b"/P<</MCID 2>>BDC")),
    "content of two elements": ua("leads", "7.1", held_by_two),
    "a tag for what is not there, for everyone": ua("held", "7.1", held_nowhere),
    "two pages with the same tags, for everyone": ua("own-tags", "7.1", shared_key, form=REGISTER),
    "no metadata, for everyone": ua("metadata", "7.1", catalogue(Metadata=None)),
    "no title": ua("title", "7.1", in_xmp("dc:title", "dc:source"), in_xmp("</dc:title", "</dc:source")),
    "a title that is not shown": ua("title-shown", "7.1", catalogue(ViewerPreferences=None)),
    "no language": ua("language", "7.2", catalogue(Lang=None)),
    "a language that is none, for everyone": ua("language-code", "7.2", catalogue(Lang="kazakh language")),
    "a row within a row": ua("table", "7.2", swap_header_cells, form=REGISTER),
    "an item in no list": ua("list", "7.2", with_element("LI")),
    "a figure without words": ua("figure", "7.3", element("Figure", Alt=None)),
    "a heading of level 3 after 1": ua("headings", "7.4.2", element("H2", S="/H3"), form=ORDER),
    "no heading of level 1": ua("headings", "7.4.2", element("H1", S="/H2")),
    "headings of both kinds": ua("heading-kinds", "7.4.4", with_element("H")),
    "a header cell of nothing": ua("header-cells", "7.5", element("TH", A=None), form=REGISTER),
    "a formula without words": ua("formula", "7.7", with_element("Formula")),
    "a note without identifier": ua("note", "7.9", with_element("Note")),
    "layers without a name, for everyone": ua("layer-name", "7.10", layers(Name=None)),
    "layers by what is done, for everyone": ua("layer-choice", "7.10", layers(AS=[])),
    "a file with one name, for everyone": ua("file-name", "7.11", attached(b"Text", UF=None)),
    "a form in XML that its reader lays out": ua("xfa", "7.15", form_in_xml("<dynamicRender>required</dynamicRender>")),
    "an annotation without a tag": ua("annotation", "7.18.1", annotated()),
    "an annotation at a point of the page": ua("annotation", "7.18.1", annotated(Rect=[40, 40, 40, 40])),
    "a page of another file, for everyone": ua("reference", "7.20", *with_form(Ref={"F": "a.pdf", "Page": 0})),
    "a font without its glyphs' numbers, for everyone": ua(
        "glyph-map", "7.21.3.2", where("CIDToGIDMap", None, CIDToGIDMap=None)
    ),
    "a font with a map of its own, for everyone": ua("font-map", "7.21.3.3", where("Subtype", "/Type0", Encoding="/Own")),
    "a font that is not embedded, for everyone": ua("font", "7.21.4.1", where("FontFile2", None, FontFile2=None)),
    "a font without ToUnicode, for everyone": ua("unicode", "7.21.7", where("ToUnicode", None, ToUnicode=None)),
}  # fmt: skip


def tagged_annotation(**entries: object) -> Way:
    """Return the way to put an annotation on the page that is tagged and described, but for `entries`."""

    def change(writer: pypdf.PdfWriter) -> None:
        annotated(**entries)(writer)
        with_element(
            "Annot", K={"Type": "/OBJR", "Obj": writer.pages[0]["/Annots"][0], "Pg": writer.pages[0].indirect_reference}
        )(writer)

    return change


SPOILED |= {
    "an annotation without words": ua("annotation-text", "7.18.1", tagged_annotation(Contents=None)),
    "annotations in any order": ua("tabs", "7.18.3", tagged_annotation(), first_page(Tabs="/R")),
}


def checked(pdf: bytes, standard: str) -> StandardReport:
    [report] = check_standards(pdf, [standard])
    return report


@pytest.mark.parametrize("form", [CERTIFICATE, REGISTER, ORDER])
def test_the_sound_documents_pass_without_a_remark(form):
    for report in check_standards(spoiled(form), ["pdfa-2a", "pdfa-2b", "pdfua-1"]):
        assert {each.verdict for each in report.findings} == {Verdict.PASS}, report.as_table()


@pytest.mark.slow
@pytest.mark.parametrize("what", SPOILED)
def test_what_is_spoiled_is_refused_for_its_clause(what):
    spoiling = SPOILED[what]
    report = checked(spoiling.pdf, spoiling.standard)
    assert {each.clause for each in report.failures} == {spoiling.clause}, report.as_table()
    assert spoiling.check in {each.check for each in report.failures}
    assert all(each.measured and each.hint and each.what for each in report.failures)


@pytest.mark.parametrize("rectangle", [[-60, -60, -40, -40], [-60, -60, -60, -60]])
def test_an_annotation_off_the_page_needs_no_tag(rectangle):
    """ISO 14289-1, 7.18.1, asks for nothing of what lies outside the crop box, as a signature that is not seen does."""
    report = checked(spoiled(CERTIFICATE, annotated(Rect=rectangle, Contents=None)), "pdfua-1")
    assert report.failures == []


ENCRYPTION = {"pdfa-2a": f"{A2}6.1.3", "pdfa-2b": f"{A2}6.1.3", "pdfua-1": f"{UA}7.16"}


@pytest.mark.parametrize("standard", ENCRYPTION)
def test_an_encrypted_file_is_refused_unread(standard):
    report = checked(spoiled(CERTIFICATE, lambda writer: writer.encrypt("")), standard)
    assert [(each.clause, each.verdict) for each in report.findings] == [(ENCRYPTION[standard], Verdict.FAIL)]


def test_every_rule_that_refuses_has_a_file_that_it_refuses():
    refused = {spoiling.check for spoiling in SPOILED.values()} | {"a-encryption", "ua-encryption"}
    rules = {rule.code for name in ("pdfa-2a", "pdfua-1") for rule in STANDARDS[name].rules if rule.verdict is Verdict.FAIL}
    assert refused == rules


def test_a_tagged_and_described_annotation_passes():
    assert checked(spoiled(CERTIFICATE, tagged_annotation()), "pdfua-1").failures == []


def test_a_form_in_xml_that_is_laid_out_already_passes():
    assert checked(spoiled(CERTIFICATE, form_in_xml("<dynamicRender>forbidden</dynamicRender>")), "pdfua-1").failures == []


def test_an_attached_file_for_the_archive_passes():
    assert checked(spoiled(CERTIFICATE, attached(archived(ORDER))), "pdfa-2b").failures == []


def test_what_2a_only_recommends_is_a_remark():
    report = checked(spoiled(CERTIFICATE, catalogue(Lang=None)), "pdfa-2a")
    assert report.passed
    assert [each.check for each in report.findings if each.verdict is Verdict.REMARK] == ["a-language"]


#: What veraPDF lets pass: what it does not follow, and what it does not need since it reads another place.
OURS_ALONE = {
    "a drawing that is not there",
    "an intent of other components",
    "a profile of other components",
    "text without a mark",  # in PDF/A-2a; in PDF/UA-1 it sees it
    "tags that are exchanged",
    "a tag for what is not there",
    "two pages with the same tags",
    "a standard type that is mapped",
    "tags that are exchanged, for everyone",
    "content of two elements",
    "a number that comes twice",
    "a tag for what is not there, for everyone",
}


@pytest.mark.java
@pytest.mark.slow
@pytest.mark.parametrize(("standard", "flavour"), [("pdfa-2a", "2a"), ("pdfa-2b", "2b"), ("pdfua-1", "ua1")])
def test_verapdf_refuses_them_for_the_same_clause(tmp_path, standard, flavour):
    chosen = {what: each for what, each in SPOILED.items() if each.standard == standard}
    for number, spoiling in enumerate(chosen.values()):
        (tmp_path / f"{number:03}.pdf").write_bytes(spoiling.pdf)
    found = verapdf.failures(flavour, sorted(tmp_path.iterdir()))
    seen = {what: {rule.rpartition("-")[0] for rule in found[f"{number:03}.pdf"]} for number, what in enumerate(chosen)}
    alone = {what for what, spoiling in chosen.items() if spoiling.clause.partition(", ")[2] not in seen[what]}
    assert alone == OURS_ALONE & set(chosen), {what: seen[what] for what in alone}
