"""What a joined file keeps of its files' tags, and of the standards that they claim; what ends is told by the file's name."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

import pypdf
import pytest
import weasyprint
from pypdf.generic import ArrayObject, NameObject
from support import processes, structure, verapdf
from support.archive_files import CERTIFICATE, ORDER, REGISTER, archived, catalogue, each_object, element, elements, put, spoiled
from support.calling import run
from support.pdf_files import pages, with_destination, written
from support.press_files import fogra39
from support.records import record_of

import docgen
from docgen.preflighting.standards import check_standards
from docgen.preflighting.standards.metadata import read_metadata

EVERY = ("pdfa-2a", "pdfa-2b", "pdfua-1")


def joined(folder: Path, *files: bytes) -> tuple[bytes, str]:
    """Join files a.pdf, b.pdf, …; return the joined file, and what is told on standard error without the folder's name."""
    paths = [folder / f"{name}.pdf" for name, _file in zip("abcd", files, strict=False)]
    for path, content in zip(paths, files, strict=True):
        path.write_bytes(content)
    result = run("merge", *paths, "-o", folder / "all.pdf")
    assert result.exit_code == 0, result.output
    processes.run(["qpdf", "--check", folder / "all.pdf"], check=True, capture_output=True)
    return (folder / "all.pdf").read_bytes(), result.stderr.replace(f"{folder}/", "")


def claims(pdf: bytes) -> dict[str, str]:
    """Return what a file claims, by the properties of its metadata; and by its properties, for PDF/X."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    metadata = reader.root_object.get("/Metadata")
    said = read_metadata(metadata.get_data()).properties if metadata else {}
    by_info = {name: value for name, value in (reader.metadata or {}).items() if "GTS" in name}
    return {name: value for name, value in said.items() if "id:" in name and name.startswith("pdf")} | by_info


def broken(pdf: bytes, *standards: str) -> list[str]:
    return [f"{each.clause}: {each.measured}" for report in check_standards(pdf, standards) for each in report.failures]


A_AND_UA = {"pdfaid:part": "2", "pdfaid:conformance": "A", "pdfuaid:part": "1"}
A3_AND_UA = {**A_AND_UA, "pdfaid:part": "3"}
TOGETHER = {
    "two certificates": (CERTIFICATE, CERTIFICATE),
    "what the press and WeasyPrint set": (CERTIFICATE, ORDER, REGISTER),
    "one file twice": (REGISTER, REGISTER),
}


@pytest.mark.slow
@pytest.mark.parametrize("forms", TOGETHER.values(), ids=TOGETHER)
def test_documents_for_the_archive_stay_tagged_and_for_the_archive(tmp_path, forms):
    files = [archived(form) for form in forms]
    pdf, told = joined(tmp_path, *files)
    assert (claims(pdf), broken(pdf, *EVERY)) == (A_AND_UA, [])
    structure.assert_led(pdf)
    assert structure.said(pdf, tmp_path).split() == [word for file in files for word in structure.said(file, tmp_path).split()]
    assert "claims" not in told


@pytest.mark.java
@pytest.mark.slow
@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_verapdf_says_so_too(tmp_path, flavour):
    (tmp_path / "out").mkdir()
    for number, forms in enumerate(TOGETHER.values()):
        pdf, _told = joined(tmp_path, *(archived(form) for form in forms))
        (tmp_path / "out" / f"{number}.pdf").write_bytes(pdf)
    found = verapdf.failures(flavour, sorted((tmp_path / "out").iterdir()))
    assert found == {f"{number}.pdf": [] for number in range(len(TOGETHER))}


def test_each_file_is_a_part_of_the_document(tmp_path):
    pdf, _told = joined(tmp_path, archived(CERTIFICATE), archived(ORDER))
    found = structure.elements(pdf)
    assert [tag for tag, _element in found][:2] == ["Document", "Part"]
    assert [tag for tag, _element in found].count("Part") == 2
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert [kid.get_object()["/S"] for kid in reader.root_object["/StructTreeRoot"]["/K"]["/K"]] == ["/Part", "/Part"]
    assert reader.metadata.title.startswith("Қайта даярлау курсынан өткені туралы сертификат")


@lru_cache
def with_record(form: str) -> bytes:
    return docgen.render(form, record_of(form), attach_record=True)


#: What is joined, what then is claimed, how many records are attached, and what is told.
WITH_RECORDS = {
    "two": ([with_record, with_record], A3_AND_UA, 2, []),
    "one": ([with_record, archived], A3_AND_UA, 1, ["b.pdf: it claims PDF/A-2a, and the joined file does not: a.pdf does not"]),
    "one that comes later": ([archived, with_record], A3_AND_UA, 1, ["a.pdf: it claims PDF/A-2a, and the joined file does not"]),
}


@pytest.mark.slow
@pytest.mark.parametrize(("ways", "expected", "count", "told"), WITH_RECORDS.values(), ids=WITH_RECORDS)
def test_attached_records_stay_and_the_joined_file_is_3a(tmp_path, ways, expected, count, told):
    files = [way(form) for way, form in zip(ways, (CERTIFICATE, ORDER), strict=True)]
    pdf, said = joined(tmp_path, *files)
    assert (claims(pdf), broken(pdf, "pdfa-3a", "pdfua-1")) == (expected, [])
    structure.assert_led(pdf)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert sorted(reader.attachments) == ["record (2).json", "record.json"][2 - count :]
    assert len(reader.root_object["/AF"]) == count
    each = [b for file in files for [b] in pypdf.PdfReader(io.BytesIO(file)).attachments.values()]
    assert sorted(content for [content] in reader.attachments.values()) == sorted(each)
    assert [text for text in told if text not in said] == []
    assert said.count("claims") == len(told)


def test_with_a_volume_a_document_with_its_record_is_3b(tmp_path):
    pdf, told = joined(tmp_path, with_record(CERTIFICATE), volume(tmp_path, "archive"))
    assert (claims(pdf), broken(pdf, "pdfa-3b")) == ({"pdfaid:part": "3", "pdfaid:conformance": "B"}, [])
    assert "a.pdf: it claims PDF/A-3a, PDF/UA-1, and the joined file does not: b.pdf does not claim it" in told


def test_with_a_plain_file_the_record_stays_and_nothing_is_claimed(tmp_path):
    plain = docgen.render(CERTIFICATE, record_of(CERTIFICATE), purpose="plain")
    pdf, told = joined(tmp_path, plain, with_record(CERTIFICATE))
    assert claims(pdf) == {}
    assert "record.json" in pypdf.PdfReader(io.BytesIO(pdf)).attachments
    assert "b.pdf: it claims PDF/A-3a, PDF/UA-1, and the joined file does not: a.pdf does not claim it" in told


def test_what_breaks_a_file_of_2a_breaks_what_it_is_joined_to(tmp_path):
    """Nobody changes what the joined file would claim: the earlier part is what such a file is held against."""
    pdf, told = joined(tmp_path, with_record(CERTIFICATE), spoiled(ORDER, catalogue(MarkInfo=None)))
    assert claims(pdf) == {"pdfaid:part": "3", "pdfaid:conformance": "B"}
    assert "b.pdf: it claims PDF/A-2a, and the joined file does not: it breaks ISO 19005-2, 6.7.2.2" in told
    assert "a.pdf: it claims PDF/A-3a, PDF/UA-1, and the joined file does not: b.pdf breaks it" in told


@lru_cache
def volume(folder: Path, purpose: str, number: str = "1") -> bytes:
    docgen.batch(CERTIFICATE, [record_of(CERTIFICATE, number=number)], folder / f"{purpose}{number}", purpose=purpose)
    return next((folder / f"{purpose}{number}").glob("*-001.pdf")).read_bytes()


def test_with_a_volume_a_document_stays_2b(tmp_path):
    pdf, told = joined(tmp_path, archived(CERTIFICATE), volume(tmp_path, "archive"))
    assert (claims(pdf), broken(pdf, "pdfa-2b")) == ({"pdfaid:part": "2", "pdfaid:conformance": "B"}, [])
    assert "/StructTreeRoot" not in pypdf.PdfReader(io.BytesIO(pdf)).root_object
    assert "a.pdf: it claims PDF/A-2a, PDF/UA-1, and the joined file does not: b.pdf does not claim it" in told
    assert "a.pdf: its tags, which assistive technology reads, are left out because of b.pdf" in told
    assert "b.pdf: " not in told


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_with_a_plain_file_nothing_is_claimed(tmp_path, order):
    files = archived(CERTIFICATE), docgen.render(CERTIFICATE, record_of(CERTIFICATE), purpose="plain")
    pdf, told = joined(tmp_path, *(files[each] for each in order))
    claiming, plain = "ab" if order == (0, 1) else "ba"
    assert claims(pdf) == {}
    assert "/OutputIntents" not in pypdf.PdfReader(io.BytesIO(pdf)).root_object
    assert f"{claiming}.pdf: it claims PDF/A-2a, PDF/UA-1, and the joined file does not: {plain}.pdf does not claim it" in told


@pytest.mark.slow
def test_a_claim_that_does_not_hold_is_not_believed(tmp_path):
    """A figure that says nothing breaks PDF/UA-1, and PDF/A-2 lets it pass."""
    pdf, told = joined(tmp_path, archived(CERTIFICATE), spoiled(CERTIFICATE, element("Figure", Alt=None)))
    assert (claims(pdf), broken(pdf, "pdfa-2a")) == ({"pdfaid:part": "2", "pdfaid:conformance": "A"}, [])
    assert "b.pdf: it claims PDF/UA-1, and the joined file does not: it breaks ISO 14289-1, 7.3" in told
    assert "a.pdf: it claims PDF/UA-1, and the joined file does not: b.pdf breaks it" in told


def test_tags_of_one_page_that_lead_to_another_are_not_believed(tmp_path):
    def mislead(writer: pypdf.PdfWriter) -> None:
        put(writer.pages[1], StructParents=writer.pages[0]["/StructParents"])

    pdf, told = joined(tmp_path, archived(CERTIFICATE), spoiled(REGISTER, mislead))
    assert claims(pdf) == {"pdfaid:part": "2", "pdfaid:conformance": "B"}
    assert "b.pdf: it claims PDF/A-2a, and the joined file does not: it breaks ISO 19005-2" in told


@pytest.mark.slow
def test_what_each_holds_by_itself_they_may_break_together(tmp_path):
    """Headings of levels in one file, those of none in the other: PDF/UA-1 wants one kind of them (7.4.4)."""

    def unlevel(writer: pypdf.PdfWriter) -> None:
        for each in elements(writer, "H1"):
            put(each, S="/H")

    other = spoiled(CERTIFICATE, unlevel)
    assert broken(other, *EVERY) == []
    pdf, told = joined(tmp_path, archived(CERTIFICATE), other)
    assert claims(pdf) == {"pdfaid:part": "2", "pdfaid:conformance": "A"}
    assert "a.pdf: it claims PDF/UA-1, and the joined file does not: joined with the others, it breaks ISO 14289-1, 7.4.4" in told


def test_a_file_that_was_changed_since_docgen_wrote_it_is_looked_at(tmp_path):
    """Its identifier was the hash of what it held. The header without a binary comment breaks 6.1.2."""
    sound = volume(tmp_path, "archive")
    at = sound.index(b"\n%") + 2
    _pdf, told = joined(tmp_path, sound, sound[:at] + b"abcd" + sound[at + 4 :])
    assert "b.pdf: it claims PDF/A-2b, and the joined file does not: it breaks ISO 19005-2, 6.1.2" in told


def test_volumes_for_the_press_stay_x4_without_their_parts(tmp_path):
    pdf, told = joined(tmp_path, *(volume(tmp_path, "press", number) for number in "12"))
    assert claims(pdf) == {"pdfxid:GTS_PDFXVersion": "PDF/X-4", "/GTS_PDFXVersion": "PDF/X-4"}
    assert broken(pdf, "pdfx-4") == []
    assert "a.pdf: it claims PDF/VT-1, and the joined file does not" in told
    assert "b.pdf: its document parts, which say which pages are of which record, are left out" in told
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert "/DPartRoot" not in reader.root_object
    assert [page.trimbox.width == page.mediabox.width for page in reader.pages] == [False, False]  # the bleed stays


@pytest.mark.slow
def test_of_two_output_intents_neither_speaks_for_the_joined_file(tmp_path):
    def intend(writer: pypdf.PdfWriter) -> None:
        [intent] = [each for each in each_object(writer, "S", "/GTS_PDFA1")]
        profile = pypdf.generic.DecodedStreamObject()
        profile.set_data(fogra39())
        put(profile, N=4)
        intent[NameObject("/DestOutputProfile")] = writer._add_object(profile)

    pdf, told = joined(tmp_path, archived(CERTIFICATE), spoiled(CERTIFICATE, intend))
    assert claims(pdf) == {"pdfuaid:part": "1"}
    assert "a.pdf: it claims PDF/A-2a, and the joined file does not: the output intent of b.pdf is another one" in told


# --- files of others --------------------------------------------------------------------------------------------------

TABLE = """<html lang={lang}><title>t</title><style>body {{ font-family: "Liberation Serif" }}</style><h1>{heading}</h1>
<p>Text with <a href="https://example.org">a link</a>, <a href="#below">another one</a>.</p>
<table><thead><tr><th>A<th>B</thead><tr><td>1<td>2</table><p id=below>below</p></html>"""


def tagged(lang: str = "kk", heading: str = "heading") -> bytes:
    """Return a file of WeasyPrint whose link within the page leads to the page itself, not to a name."""
    made = weasyprint.HTML(string=TABLE.format(lang=lang, heading=heading)).write_pdf(pdf_variant="pdf/ua-1")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(made))
    put(writer.root_object, Names=None)
    for link in each_object(writer, "Dest"):
        link[NameObject("/Dest")] = ArrayObject([writer.pages[0].indirect_reference, NameObject("/Fit")])
    return written(writer)


def test_tags_of_files_of_others_are_joined_each_in_its_language(tmp_path):
    files = [tagged("kk", "бірінші"), tagged("ru", "вторая")]
    pdf, told = joined(tmp_path, *files)
    assert (claims(pdf), broken(pdf, "pdfua-1"), "claims" in told) == ({"pdfuaid:part": "1"}, [], False)
    parts = [element for tag, element in structure.elements(pdf) if tag == "Part"]
    assert [part.get("/Lang") for part in parts] == [None, "ru"]
    assert pypdf.PdfReader(io.BytesIO(pdf)).root_object["/Lang"] == "kk"
    assert structure.said(pdf, tmp_path).split() == [word for file in files for word in structure.said(file, tmp_path).split()]


def test_links_are_those_of_their_own_page(tmp_path):
    pdf, _told = joined(tmp_path, tagged(), tagged())
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    kids = [kid for tag, element in structure.elements(pdf) if tag == "Link" for kid in structure.kids_of(element)]
    held = {kid.raw_get("/Obj").idnum for kid in kids if isinstance(kid, dict) and kid.get("/Type") == "/OBJR"}
    links = [each.idnum for page in reader.pages for each in page["/Annots"]]
    assert (len(set(links)), held) == (4, set(links))
    keys = [reader.get_object(pypdf.generic.IndirectObject(number, 0, reader))["/StructParent"] for number in links]
    assert len({*keys, *(page["/StructParents"] for page in reader.pages)}) == 6
    inner = [each["/Dest"][0] for page in reader.pages for link in page["/Annots"] if "/Dest" in (each := link.get_object())]
    assert inner == [page.indirect_reference for page in reader.pages]


def named(identifier: str, role: str, width: int) -> bytes:
    """Return a certificate whose heading has an identifier that another element names, a type and a class of its own."""

    def change(writer: pypdf.PdfWriter) -> None:
        heading, paragraph = elements(writer, "H1")[0], elements(writer, "P")[0]
        put(heading, S="/Title", ID=identifier, C="/Wide")
        put(paragraph, A={"O": "/Table", "Headers": [identifier]})
        put(writer.root_object["/StructTreeRoot"], RoleMap={"Title": role}, ClassMap={"Wide": {"O": "/Layout", "Width": width}})

    return spoiled(CERTIFICATE, change)


@pytest.mark.slow
def test_names_that_mean_something_else_are_told_apart(tmp_path):
    pdf, _told = joined(tmp_path, named("a", "/H1", 100), named("a", "/P", 200), named("b", "/H1", 100))
    root = pypdf.PdfReader(io.BytesIO(pdf)).root_object["/StructTreeRoot"]
    titles = [element for tag, element in structure.elements(pdf) if tag.startswith("Title")]
    assert [root["/RoleMap"][each["/S"]] for each in titles] == ["/H1", "/P", "/H1"]
    assert [root["/ClassMap"][each["/C"][0]][0]["/Width"] for each in titles] == [100, 200, 100]
    names = [each["/ID"] for each in titles]
    assert len(set(names)) == 3
    headers = [each["/A"] for tag, each in structure.elements(pdf) if tag == "P" and "/A" in each]
    assert [(each[0] if isinstance(each, ArrayObject) else each)["/Headers"][0] for each in headers] == names
    listed = root["/IDTree"]["/Kids"][0]["/Names"]
    assert [listed[place].idnum for place in range(1, 6, 2)] == [
        next(each.indirect_reference.idnum for each in titles if each["/ID"] == name) for name in listed[::2]
    ]


@pytest.mark.slow
def test_a_part_whose_file_has_no_document_is_a_new_element(tmp_path):
    def flatten(writer: pypdf.PdfWriter) -> None:
        [document], root = elements(writer, "Document"), writer.root_object["/StructTreeRoot"]
        put(root, K=document["/K"])
        for each in document["/K"]:
            each.get_object()[NameObject("/P")] = root.indirect_reference

    pdf, _told = joined(tmp_path, archived(CERTIFICATE), spoiled(CERTIFICATE, flatten, catalogue(Lang="ru")))
    assert broken(pdf, *EVERY) == []
    structure.assert_led(pdf)
    parts = [element for tag, element in structure.elements(pdf) if tag == "Part"]
    assert [part.get("/Lang") for part in parts] == [None, "ru"]


def test_what_pypdf_joins_says_whose_fault_it_is(tmp_path):
    named_link = written(with_destination(pages(100, 110), "тарау", 1))
    pdf, told = joined(tmp_path, archived(CERTIFICATE), named_link)
    assert claims(pdf) == {}
    assert "a.pdf: it claims PDF/A, PDF/UA, and the joined file does not: b.pdf is damaged or protected, or has fields" in told
    assert "a.pdf: its tags, which assistive technology reads, are left out because of b.pdf" in told
