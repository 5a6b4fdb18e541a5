"""Volumes for the press are PDF/VT-1: each record is a document part that knows its pages, as ISO 16612-2 has it."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, IndirectObject
from support.calling import run
from support.plates import separations
from support.records import record_of
from support.writing import table

import docgen
from docgen.artwork import artwork_folders
from docgen.compose import compose
from docgen.errors import UsageError
from docgen.form import load_form
from docgen.paint.info import document_info
from docgen.paint.press import PressOptions, Volume, finish_for
from docgen.paint.press.parts import GROUP
from docgen.record import read_record

FORM = "retraining-certificate"


def rows(count: int) -> list[dict]:
    return [record_of(FORM, number=f"{n:05d}", surname=f"Сейітқали-{n}") for n in range(1, count + 1)]


def volume(tmp_path: Path, count: int, *options: object) -> Path:
    people = table(tmp_path / "people.json", rows(count))
    result = run("batch", FORM, people, "-o", tmp_path / "out", "--for", "press", "--quiet", *options)
    assert result.exit_code == 0, result.output
    [made] = (tmp_path / "out").glob("*.pdf")
    return made


class Parts:
    """The parts of a file, walked as a press walks them; what the standard forbids fails."""

    def __init__(self, reader: PdfReader):
        self._reader = reader
        self.pages = {page.indirect_reference.idnum: index for index, page in enumerate(reader.pages)}
        reference = reader.root_object.raw_get("/DPartRoot")
        root = reference.get_object()
        assert root["/Type"] == "/DPartRoot"
        self.names = list(root["/NodeNameList"])
        self.level = root["/RecordLevel"]
        #: Of each record its pages and metadata; and the number of levels that the tree has.
        self.records: list[tuple[list[int], DictionaryObject]] = []
        self.depths: set[int] = set()
        self._walk(root.raw_get("/DPartRootNode"), reference, 0)

    def _walk(self, reference: IndirectObject, parent: IndirectObject, level: int) -> None:
        part = reference.get_object()
        assert (part["/Type"], part.raw_get("/Parent")) == ("/DPart", parent)
        if "/DParts" in part:  # an array of arrays, never empty; then there are no pages
            assert not part.keys() & {"/Start", "/End"}
            for group in part["/DParts"]:
                assert group
                for each in group:
                    self._walk(each, reference, level + 1)
            return
        self.depths.add(level)
        first = self.pages[part.raw_get("/Start").idnum]
        last = self.pages[part.raw_get("/End").idnum] if "/End" in part else first
        assert last > first or "/End" not in part
        for index in range(first, last + 1):
            assert self._reader.pages[index].raw_get("/DPart") == reference
        self.records.append((list(range(first, last + 1)), part.get("/DPM")))


@pytest.mark.parametrize("count", [1, GROUP, GROUP + 1])
def test_each_record_of_a_volume_is_a_part_with_its_page_its_row_and_its_number(tmp_path, count):
    reader = PdfReader(volume(tmp_path, count))
    parts = Parts(reader)
    assert [pages for pages, _facts in parts.records] == [[index] for index in range(count)]
    assert [(facts["/row"], facts["/number"]) for _pages, facts in parts.records] == [
        (n, f"{n:05d}") for n in range(1, count + 1)
    ]
    assert len(parts.names) == max(parts.depths) + 1
    assert parts.depths == {parts.level}


def test_a_part_says_nothing_of_a_person_unless_it_is_asked_to(tmp_path):
    [(_pages, facts)] = Parts(PdfReader(volume(tmp_path, 1))).records
    assert facts.keys() == {"/row", "/number"}


def test_a_part_says_the_fields_that_are_asked_for(tmp_path):
    [(_pages, facts)] = Parts(PdfReader(volume(tmp_path, 1, "--dpart-fields", "surname, hours,issued"))).records
    issued = record_of(FORM)["issued"]
    assert isinstance(issued, date)
    assert facts["/fields"] == {
        "/surname": "Сейітқали-1", "/hours": record_of(FORM)["hours"], "/issued": f"D:{issued:%Y%m%d}",
    }  # fmt: skip


def test_a_part_says_a_field_of_the_journal_that_is_not_printed(tmp_path):
    people = table(tmp_path / "people.json", [rows(1)[0] | {"number": None, "iin": "850312400128"}])
    options = ("--register", tmp_path / "book.db", "--dpart-fields", "iin")
    result = run("batch", FORM, people, "-o", tmp_path / "out", "--for", "press", "--quiet", *options)
    assert result.exit_code == 0, result.output
    [made] = (tmp_path / "out").glob("*.pdf")
    [(_pages, facts)] = Parts(PdfReader(made)).records
    assert (facts["/number"], facts["/fields"]) == ("00001", {"/iin": "850312400128"})


def test_a_record_of_several_pages_is_one_part():
    form, out = load_form(FORM), io.BytesIO()
    records = [read_record(form, row) for row in rows(3)]
    made = Volume(out, artwork_folders(), finish=finish_for("press").of_volume)
    for count, record in enumerate(records, 1):
        made.parts.begin()
        for page in compose(form, record) * count:
            made.add(page)
        made.parts.end({"row": count, "text": "a (b) \\ c"})
    made.close(document_info(form, records))
    parts = Parts(PdfReader(out))
    assert [pages for pages, _facts in parts.records] == [[0], [1, 2], [3, 4, 5]]
    assert parts.records[2][1] == {"/row": 3, "/text": "a (b) \\ c"}


def test_a_volume_says_what_it_is_in_its_metadata_and_its_information(tmp_path):
    reader = PdfReader(volume(tmp_path, 1))
    packet, info = reader.root_object["/Metadata"].get_data().decode(), reader.trailer["/Info"]
    [modified] = re.findall("<xmp:ModifyDate>(.*)</xmp:ModifyDate>", packet)
    for said in (
        "<pdfvtid:GTS_PDFVTVersion>PDF/VT-1</pdfvtid:GTS_PDFVTVersion>",
        f"<pdfvtid:GTS_PDFVTModDate>{modified}</pdfvtid:GTS_PDFVTModDate>",
        "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>",
        'xmlns:pdfvtid="http://www.npes.org/pdfvt/ns/id/"',
    ):
        assert packet.count(said) == 1
    assert (info["/GTS_PDFVTVersion"], info["/GTS_PDFXVersion"], info["/Trapped"]) == ("PDF/VT-1", "PDF/X-4", "/False")


def test_a_document_by_itself_is_no_volume():
    reader = PdfReader(io.BytesIO(docgen.render(FORM, rows(1)[0], purpose="press")))
    assert "/DPartRoot" not in reader.root_object
    assert "/DPart" not in reader.pages[0]
    assert "GTS_PDFVT" not in reader.root_object["/Metadata"].get_data().decode() + str(reader.trailer["/Info"])


def test_the_background_depends_on_nothing_around_it_and_what_recurs_is_said(tmp_path):
    page = PdfReader(volume(tmp_path, 3)).pages[0]
    forms = page["/Resources"]["/XObject"]
    master = forms["/G0"]
    assert master["/Group"] == {"/S": "/Transparency", "/I": True, "/CS": "/DeviceCMYK"}
    assert (master["/GTS_Encapsulated"], master["/GTS_Scope"]) == (True, "/File")
    assert re.fullmatch(r"uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", master["/GTS_XID"])
    begun = master.get_data().split(b"\n")[0]
    for operator in (b"gs", b"K", b"w", b"J", b"j", b"M", b"d", b"ri", b"i"):
        assert re.search(rb" %s( |$)" % operator, begun), operator
    shared = [forms[name] for name in forms if name.startswith("/X")]
    assert shared
    for each in shared:  # its black overprints what is under it, which a group of its own would knock out
        assert each["/GTS_Scope"] == "/File"
        assert not each.keys() & {"/GTS_Encapsulated", "/Group"}


@pytest.mark.slow
def test_the_same_background_has_the_same_identity_in_every_volume_and_another_has_another(tmp_path):
    people = table(tmp_path / "people.json", rows(2))
    names = {}
    for name, options in {"one": (), "spot": ("--spot", "gold=PANTONE 871 C")}.items():
        assert run("batch", FORM, people, "-o", tmp_path / name, "--for", "press", "--split", "1", *options).exit_code == 0
        volumes = sorted((tmp_path / name).glob("*.pdf"))
        assert len(volumes) == 2
        names[name] = {PdfReader(each).pages[0]["/Resources"]["/XObject"]["/G0"]["/GTS_XID"] for each in volumes}
    assert [len(each) for each in names.values()] == [1, 1]
    assert names["one"] != names["spot"]


@pytest.mark.slow
def test_a_page_of_a_volume_has_the_plates_of_the_document_by_itself(tmp_path):
    made = separations(volume(tmp_path, 1).read_bytes(), tmp_path / "a", dpi=144)
    alone = separations(docgen.render(FORM, rows(1)[0], purpose="press"), tmp_path / "b", dpi=144)
    assert made.keys() == alone.keys()
    for ink in made:  # Ghostscript fills other pixels at the edges of what it draws in a group
        assert (abs(made[ink] - alone[ink]) > 2).mean() < 0.02, ink
        assert made[ink].mean() == pytest.approx(alone[ink].mean(), abs=0.15), ink


def test_a_volume_is_the_same_bytes_each_time(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    assert volume(tmp_path / "one", 3).read_bytes() == volume(tmp_path / "two", 3).read_bytes()


@pytest.mark.parametrize("order", [(0,), (0, 1), (1, 0), (0, 0)], ids=str)
@pytest.mark.parametrize("is_plain", [True, False])
def test_a_joined_file_has_no_parts_and_says_so(tmp_path, order, is_plain):
    """Beside a file with attachments too, which is joined in another way."""
    made, other = volume(tmp_path, 2), PdfWriter()
    other.add_blank_page(100, 100)
    other.add_blank_page(100, 100)
    if not is_plain:
        other.add_attachment("a.txt", b"a")
    other.write(tmp_path / "other.pdf")
    result = run("merge", *((made, tmp_path / "other.pdf")[each] for each in order), "-o", tmp_path / "joined.pdf")
    assert result.exit_code == 0, result.output
    assert result.stderr.count("its document parts, which say which pages are of which record, are left out") == order.count(0)
    reader = PdfReader(tmp_path / "joined.pdf")
    assert len(reader.pages) == 2 * len(order)
    assert not any("/DPart" in page for page in reader.pages)
    assert "/DPartRoot" not in reader.root_object
    assert "/GTS_PDFVTVersion" not in reader.trailer["/Info"]
    assert b"/DPart" not in (tmp_path / "joined.pdf").read_bytes()
    assert not [each for each in PdfWriter(clone_from=reader)._objects if "/DPart" in repr(each)]


def test_sheets_have_no_parts_and_say_so(tmp_path):
    made = volume(tmp_path, 2)
    result = run("impose", made, "--scheme", "sra3-2xa4", "-o", tmp_path / "sheets.pdf")
    assert result.exit_code == 0, result.output
    assert "the document parts of its records (PDF/VT) are left out: the sheets are a PDF/X-4" in result.stderr
    reader = PdfReader(tmp_path / "sheets.pdf")
    assert "/DPartRoot" not in reader.root_object
    assert "GTS_PDFVT" not in reader.root_object["/Metadata"].get_data().decode()


def test_a_volume_passes_the_preflight_of_its_act(tmp_path):
    result = run("preflight", volume(tmp_path, 2), "--form", FORM)
    assert (result.exit_code, " 0 failed" in result.output) == (0, True), result.output


@pytest.mark.parametrize("options", [(), ("--spot", "dark-blue=PANTONE 2757 C", "--dpart-fields", "surname")])
@pytest.mark.parametrize("standard", ["pdfx-4", "pdfvt-1"])
def test_a_volume_is_what_it_claims_to_be(tmp_path, standard, options):
    result = run("preflight", volume(tmp_path, GROUP + 1, *options), "--standard", standard)
    assert (result.exit_code, " 0 failed" in result.output) == (0, True), result.output


@pytest.mark.parametrize(
    ("fields", "message", "hint"),
    [
        ("surnam", "dpart-fields: a document part cannot say “surnam” of a record", "Did you mean “surname”?"),
        ("iin", "dpart-fields: a document part cannot say “iin” of a record", "Known are:"),
    ],
)
def test_a_field_that_the_form_has_not_is_refused(tmp_path, fields, message, hint):
    people = table(tmp_path / "people.json", rows(1))
    result = run("batch", FORM, people, "-o", tmp_path / "out", "--for", "press", "--dpart-fields", fields)
    assert (result.exit_code, message in result.stderr, hint in result.stderr) == (2, True, True), result.stderr
    assert not (tmp_path / "out").exists()


def test_a_jobs_own_entry_is_named_where_a_field_is_wrong(tmp_path):
    table(tmp_path / "people.json", rows(1))
    job = tmp_path / "job.toml"
    job.write_text(
        f'version = 1\nname = "a"\nform = "{FORM}"\noutput = "out"\nfor = "press"\n'
        'table.path = "people.json"\n[press]\ndpart-fields = ["surname", "wage"]\n',
        "utf-8",
    )
    result = run("batch", job)
    assert (result.exit_code, f"{job}: press.dpart-fields: a document part cannot say “wage”" in result.stderr) == (2, True)


def test_a_picture_is_no_metadata(tmp_path):
    form = "child-protection-certificate"
    people = table(tmp_path / "people.json", [record_of(form)])
    result = run("batch", form, people, "-o", tmp_path / "out", "--for", "press", "--dpart-fields", "logo")
    assert (result.exit_code, "a document part cannot say “logo” of a record" in result.stderr) == (2, True)


def test_a_document_by_itself_has_no_fields_of_parts():
    with pytest.raises(UsageError, match="a document by itself has no document parts"):
        docgen.render(FORM, rows(1)[0], purpose="press", press=PressOptions(part_fields=("surname",)))
