"""Documents that flow have their code at the foot: what it holds, that the pages are compared with it, in PDF and in Word."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date
from xml.etree import ElementTree

import pypdf
import pytest
from PIL import Image
from support import verapdf
from support.calling import convert, run
from support.records import record_of
from support.signing import key_of, signer, stored
from support.writing import record_with_rows

import docgen
from docgen.codes import Claims, CodeExtent, DocumentCoder, completed, keys_as_json, verify_text
from docgen.confined.symbols import codes_in_picture
from docgen.form import coded, form_ids, load_form
from docgen.form.places import CODE_ALTERNATIVE, MODULE, QUIET
from docgen.record import read_record
from docgen.rendering import prepare

FORMS = [form for form in form_ids() if load_form(form).is_coded_at_foot]
#: One whose fields a code holds, and one of which it holds the hash.
FULL, SHORT = "attendance-note", "training-order"
#: Samples are of 2026 and later.
SIGNER = signer(last=None)


def document(form: str, record: dict[str, object] | None = None, to: str = "pdf", **options: object) -> bytes:
    return docgen.render(form, record or record_of(form), to, signer=SIGNER, **options)


def verified(folder, pdf: bytes, *options: object) -> tuple[int, dict[str, object]]:
    """Return the exit code of docgen verify, and what it says of the only document."""
    (folder / "document.pdf").write_bytes(pdf)
    (folder / "key.json").write_bytes(keys_as_json([key_of(last=None)]))
    result = run("verify", folder / "document.pdf", "--key", folder / "key.json", "--json", *options)
    [found] = json.loads(result.output)["documents"]
    return result.exit_code, found


def claims_of(form: str, record: dict[str, object] | None = None) -> Claims:
    """Return what the code of a document says by itself."""
    loaded = load_form(form)
    text = DocumentCoder(SIGNER).text(loaded, read_record(loaded, record or record_of(form)))
    claims = verify_text(text, [key_of(last=None)]).claims
    assert claims is not None
    return claims


@pytest.mark.slow
@pytest.mark.parametrize("form", [FULL, SHORT])
def test_a_page_is_compared_with_its_fields_whether_the_code_holds_them_or_the_file(tmp_path, form):
    code, found = verified(tmp_path, document(form))
    assert (code, found["verdict"], found["compared"], found["seen"], found["remarks"]) == (0, "genuine", True, True, [])
    assert found["fields"]["number"] == record_of(form)["number"]


def test_what_a_code_holds_is_what_fits(tmp_path):
    assert (claims_of(FULL).extent, claims_of(SHORT).extent) == (CodeExtent.FULL, CodeExtent.SHORT)
    assert b"docgen:fields>" not in document(FULL)
    assert document(SHORT).count(b"</docgen:fields>") == 1


@pytest.mark.slow
def test_every_house_form_is_signed_and_verified(tmp_path):
    """A full code takes at most 33 mm, a short one 21, four free modules on each side included."""
    assert len(FORMS) > 20
    sides: dict[CodeExtent, int] = {}
    for form in FORMS:
        code, found = verified(tmp_path, document(form))
        assert (code, found["form"], found["seen"]) == (0, form, True), form
        loaded = load_form(form)
        side = DocumentCoder(SIGNER).symbol(loaded, read_record(loaded, record_of(form))).side
        extent = claims_of(form).extent
        sides[extent] = max(side, sides.get(extent, 0))
    print({extent.value: f"{side} modules, {(side + 2 * QUIET) * MODULE.mm:.2f} mm" for extent, side in sides.items()})
    assert MODULE.mm >= 0.33
    assert (sides[CodeExtent.FULL] + 2 * QUIET) * MODULE.mm <= 33
    assert (sides[CodeExtent.SHORT] + 2 * QUIET) * MODULE.mm <= 21


@pytest.mark.slow
@pytest.mark.parametrize("rows", [45, 160])
def test_a_table_of_many_pages_has_its_code_on_the_last_one(tmp_path, rows):
    """Of 160 rows the press sets the pages in the middle."""
    code, found = verified(tmp_path, document("training-plan", record_with_rows("training-plan", rows)))
    assert (code, found["seen"], found["pages"][0]) == (0, True, 1)
    assert len(found["pages"]) >= 3


class _OfAnother:
    """Signs a page as if it were the one of another record."""

    key_id = ""

    def __init__(self, form: str, record: dict[str, object]):
        self._form = load_form(form)
        self._coder, self._record = DocumentCoder(SIGNER), read_record(self._form, record)

    def says_all(self, _form: object, _record: object) -> bool:
        return True

    def symbol(self, _form: object, _record: object) -> object:
        return self._coder.symbol(self._form, self._record)


@pytest.mark.parametrize("form", [FULL, SHORT])
def test_a_code_that_was_moved_to_another_document_is_refused(tmp_path, form):
    """The page of one record with code and metadata of another one: the forger has both files."""
    other = {**record_of(form), "city": "Абай"}
    page = prepare(coded(load_form(form), _OfAnother(form, record_of(form))), other, "pdf", "full").paint()
    theirs = pypdf.PdfReader(io.BytesIO(document(form))).root_object["/Metadata"].get_object().get_data()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(page))
    writer.root_object["/Metadata"].get_object().set_data(theirs)
    buffer = io.BytesIO()
    writer.write(buffer)
    code, found = verified(tmp_path, buffer.getvalue())
    assert (code, found["verdict"]) == (16, "differs")
    assert any("Абай" in each["printed"] for each in found["differences"])


def without_fields(pdf: bytes) -> bytes:
    """Return a file whose metadata say other fields than those that were signed: as many bytes, another name."""
    return pdf.replace("Жұмабековаға".encode(), "Жұмабековага".encode())


def test_fields_of_a_file_that_nobody_signed_are_not_believed(tmp_path):
    pdf = document(SHORT)
    assert without_fields(pdf) != pdf
    code, found = verified(tmp_path, without_fields(pdf))
    assert (code, found["verdict"], found["fields"], found["number"]) == (28, "not-compared", {}, "112-ж")
    result = run("verify", tmp_path / "document.pdf", "--key", tmp_path / "key.json")
    assert "? page 1: the code is genuine; what is printed was not compared with it" in result.output
    assert "A short code holds number, day and a hash of the fields" in result.output


@pytest.mark.slow
def test_the_book_has_the_fields_that_neither_code_nor_file_holds(tmp_path):
    key = stored(tmp_path)
    record = {**record_of(SHORT), "signed": date(2026, 9, 21), "number": None}
    (tmp_path / "order.json").write_text(json.dumps(record, default=str), "utf-8")
    book = ("--register", tmp_path / "book.db")
    made = run("render", SHORT, tmp_path / "order.json", "-o", tmp_path / "order.pdf", "--for", "plain", *key, *book)
    assert made.exit_code == 0, made.output
    pdf = (tmp_path / "order.pdf").read_bytes()
    code, found = verified(tmp_path, pdf)
    assert (code, found["verdict"]) == (28, "not-compared")
    code, found = verified(tmp_path, pdf, *book)
    assert (code, found["verdict"], found["seen"], found["form"]) == (0, "genuine", True, SHORT)
    again = ("register", "reissue", SHORT, found["number"], "--issued", "2026-10-02", "--reason", "lost")
    made = run(*again, "-o", tmp_path / "again.pdf", *key, *book)
    assert made.exit_code == 0, made.output
    code, found = verified(tmp_path, pdf, *book)
    assert (code, found["verdict"]) == (18, "replaced")
    assert verified(tmp_path, (tmp_path / "again.pdf").read_bytes(), *book)[0] == 0


JOB = """
version = 1
name = "Course 12"
form = "{form}"
each = "{{surname}}"
output = "out"
table.path = "people.json"
sign = {{ key = "school", keys = "keys", passphrase-file = "passphrase" }}
"""


@pytest.mark.slow
def test_a_job_signs_each_document_of_a_table(tmp_path):
    stored(tmp_path)
    rows = [{**record_of(FULL), "surname": surname, "number": surname} for surname in ("Ахметов", "Сейітқали")]
    (tmp_path / "people.json").write_text(json.dumps(rows, default=str), "utf-8")
    (tmp_path / "course.toml").write_text(JOB.format(form=FULL), "utf-8")
    result = run("batch", tmp_path / "course.toml")
    assert result.exit_code == 0, result.output
    for surname in ("Ахметов", "Сейітқали"):
        code, found = verified(tmp_path, (tmp_path / "out" / "each" / f"{surname}.pdf").read_bytes())
        assert (code, found["fields"]["surname"]) == (0, surname)


@pytest.mark.slow
def test_the_same_record_gives_the_same_bytes():
    for form in (FULL, SHORT):
        for to in ("pdf", "docx"):
            assert document(form, to=to) == document(form, to=to)


def test_a_blank_has_no_code():
    blank = docgen.render(FULL, print="blank", signer=SIGNER)
    assert blank == docgen.render(FULL, print="blank")


def test_in_a_file_it_is_a_mask_of_one_bit_a_module():
    """No picture of the file's own: the bits lie in the content of the page."""
    pdf = document(FULL, purpose="plain")
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    assert not page["/Resources"].get("/XObject")
    side = DocumentCoder(SIGNER).symbol(loaded := load_form(FULL), read_record(loaded, record_of(FULL))).side
    assert b"BI/W %d/H %d/IM true" % (side, side) in page.get_contents().get_data()
    grown = len(pdf) - len(docgen.render(FULL, record_of(FULL), purpose="plain"))
    print(f"{side} modules: {grown} bytes")
    assert grown < side * ((side + 7) // 8) + 300


@pytest.mark.java
@pytest.mark.slow
@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_files_keep_what_they_claim(tmp_path, flavour):
    for form in (FULL, SHORT, "coverage-report"):
        (tmp_path / f"{form}.pdf").write_bytes(document(form))
    (tmp_path / "long.pdf").write_bytes(document("training-plan", record_with_rows("training-plan", 160)))
    assert verapdf.failures(flavour, sorted(tmp_path.iterdir())) == {path.name: [] for path in tmp_path.iterdir()}


def test_a_screen_reader_says_what_it_is():
    content = document(FULL)
    figures = [
        each for each in _elements(pypdf.PdfReader(io.BytesIO(content)).root_object["/StructTreeRoot"]) if each["/S"] == "/Figure"
    ]
    assert [each["/Alt"] for each in figures] == [CODE_ALTERNATIVE]


def _elements(node):
    for kid in node["/K"] if isinstance(node.get("/K"), list) else [node["/K"]] if "/K" in node else []:
        kid = kid.get_object()
        if isinstance(kid, dict) and "/S" in kid:
            yield kid
            yield from _elements(kid)


WORDS = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


def pictures_of(docx: bytes) -> tuple[list[str], list[str]]:
    """Return the texts of the codes in a Word document, and what its pictures are called in words."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        images = [package.read(name) for name in package.namelist() if name.startswith("word/media/")]
        document = ElementTree.fromstring(package.read("word/document.xml"))
    said = [each.get("descr") for each in document.iter(WORDS) if each.get("descr")]
    return [text for image in images for text in codes_in_picture(_with_margin(image))], said


def _with_margin(png: bytes) -> bytes:
    """Return a picture on paper: the free modules are the page's."""
    image = Image.open(io.BytesIO(png)).convert("L")
    paper = Image.new("L", (image.width + 80, image.height + 80), 255)
    paper.paste(image, (40, 40))
    buffer = io.BytesIO()
    paper.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("form", [FULL, SHORT])
def test_in_word_it_is_a_picture_with_words(form):
    loaded = load_form(form)
    text = DocumentCoder(SIGNER).text(loaded, read_record(loaded, record_of(form)))
    assert pictures_of(document(form, to="docx")) == ([text], [CODE_ALTERNATIVE])


@pytest.mark.office
@pytest.mark.slow
def test_word_breaks_a_signed_document_into_the_same_pages(tmp_path):
    for form in (FULL, SHORT, "coverage-report"):
        (tmp_path / f"{form}.docx").write_bytes(document(form, to="docx"))
    convert(sorted(tmp_path.glob("*.docx")), tmp_path)
    for path in sorted(tmp_path.glob("*.pdf")):
        ours = pypdf.PdfReader(io.BytesIO(document(path.stem)))
        assert len(pypdf.PdfReader(path).pages) == len(ours.pages), path.stem


OWN = """
id = "thanks"
layout = "house"
title = { kk = "Алғыс" }
act = { name = "none" }
sheet = { width = "210mm", height = "297mm" }
field = [{ use = "organization", sample = "А" }, { use = "number", sample = "5" }, { use = "issued", sample = 2026-02-03 }]

[[place]]
name = "title"
text = "{{ organization }} № {{ number }}, {{ issued | date_line }}"
font = "14pt"
gap = "30mm"

[[place]]
name = "code"
code = "full"
foot = "20mm"
alt = "Алғыстың коды"

[[place]]
name = "how"
text = "Тексеру: docgen verify"
font = "10pt"
foot = "12mm"
with-code = true
"""
PERSON = {"organization": "Қарағанды академиясы", "number": "5", "issued": "2026-02-03"}


@pytest.fixture
def own(tmp_path):
    """Return the folder of a fixed form with a code on its front."""
    (tmp_path / "forms" / "thanks").mkdir(parents=True)
    (tmp_path / "forms" / "thanks" / "form.toml").write_text(OWN, "utf-8")
    return tmp_path / "forms"


def test_a_place_of_a_fixed_form_has_it_in_word_too(tmp_path, own):
    options = {"forms": own, "signer": SIGNER}
    docx = docgen.render("thanks", PERSON, "docx", **options)
    [text], said = pictures_of(docx)
    assert said == ["Алғыстың коды"]
    assert verify_text(text, [key_of(last=None)]).claims.fields["organization"] == PERSON["organization"]
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        assert "Тексеру: docgen verify" in package.read("word/document.xml").decode()
    assert pictures_of(docgen.render("thanks", PERSON, "docx", forms=own)) == ([], [])


@pytest.mark.slow
def test_each_page_of_a_word_volume_has_its_own(tmp_path, own):
    key = stored(tmp_path)
    rows = [{**PERSON, "number": str(number)} for number in range(1, 4)]
    (tmp_path / "people.json").write_text(json.dumps(rows), "utf-8")
    result = run("batch", "thanks", tmp_path / "people.json", "--forms", own, "-o", tmp_path / "out", "--to", "docx", *key)
    assert result.exit_code == 0, result.output
    [volume] = (tmp_path / "out").glob("*.docx")
    texts, said = pictures_of(volume.read_bytes())
    assert sorted(verify_text(text, [key_of()]).claims.number for text in texts) == ["1", "2", "3"]
    assert said == ["Алғыстың коды"] * 3


def test_a_word_template_of_ones_own_gets_it_at_its_place(tmp_path, own):
    assert run("forms", "template", "thanks", "--forms", own, "-o", own / "thanks" / "template.docx").exit_code == 0
    [text], said = pictures_of(docgen.render("thanks", PERSON, "docx", forms=own, signer=SIGNER))
    assert (said, verify_text(text, [key_of(last=None)]).claims.number) == (["Алғыстың коды"], "5")


REFUSED = {
    "work-standard": ("out.pdf", [], "the act prescribes all of “work-standard”, and leaves no room for a signed code"),
    "certificate-register": (
        "out.pdf", [], "the act prescribes all of “certificate-register”, and leaves no room for a signed code",
    ),
    "retraining-certificate": (
        "out.docx", [], "the signed code of “retraining-certificate” stands on its back, which is not printed as docx",
    ),
    "child-protection-certificate": (
        "out.docx", ["--back"], "“child-protection-certificate” is printed without its back as docx",
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("form", "call"), REFUSED.items(), ids=REFUSED)
def test_where_an_act_leaves_no_room_a_key_is_refused(tmp_path, form, call):
    output, options, said = call
    key = stored(tmp_path)
    (tmp_path / "record.json").write_text(json.dumps(record_of(form), default=str), "utf-8")
    result = run("render", form, tmp_path / "record.json", "-o", tmp_path / output, *options, *key)
    assert (result.exit_code, said in result.output) == (2, True), result.output
    assert not (tmp_path / output).exists()


@pytest.mark.parametrize("content", ["", "no JSON", "[]", '{"form":1,"fields":{}}', '{"form":"x","fields":[]}', "7"])
def test_a_hash_of_something_else_completes_nothing(content):
    """Another program may sign the hash of what it likes with a key that is trusted here."""
    digest = hashlib.sha256(content.encode()).digest()
    assert completed(Claims(date(2026, 2, 6), digest, "5"), content) is None
