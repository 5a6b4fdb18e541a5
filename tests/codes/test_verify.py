"""Is it genuine: what docgen verify says of sound documents, and of each that was changed, moved or signed by others."""

from __future__ import annotations

import io
import json
from datetime import date

import numpy
import pypdf
import pypdfium2
import pytest
from PIL import Image
from support.calling import run
from support.places import ROOT
from support.records import record_of
from support.signing import key_of, signer, stored

import docgen
from docgen.codes import CodeVerdict, DocumentCoder, keys_as_json, verify_text
from docgen.form import load_form
from docgen.paint.press import PressOptions
from docgen.record import read_record
from docgen.units import mm

FORMS = ("retraining-certificate", "advanced-training-certificate", "child-protection-certificate")
FORM = FORMS[0]


def coded(form: str = FORM, print: str = "full", **changes: object) -> bytes:
    return docgen.render(form, record_of(form) | changes, "pdf", print, back=True, signer=signer(), purpose="plain")


def verified(folder, pdf: bytes, *options: object) -> tuple[int, list[dict[str, object]]]:
    """Return the exit code of docgen verify and what it says of each document."""
    (folder / "document.pdf").write_bytes(pdf)
    (folder / "school.json").write_bytes(keys_as_json([key_of()]))
    result = run("verify", folder / "document.pdf", "--key", folder / "school.json", "--json", *options)
    return result.exit_code, json.loads(result.output)["documents"]


@pytest.mark.slow
@pytest.mark.parametrize("print", ["full", "overprint"])
@pytest.mark.parametrize("form", FORMS)
def test_a_signed_certificate_is_genuine_in_each_print(tmp_path, form, print):
    code, [found] = verified(tmp_path, coded(form, print))
    assert (code, found["verdict"], found["compared"], found["pages"]) == (0, "genuine", True, [1, 2])
    assert found["fields"]["surname"] == record_of(form)["surname"]


@pytest.mark.slow
@pytest.mark.parametrize("purpose", ["archive", "press"])
def test_files_for_other_purposes_are_genuine_too(tmp_path, purpose):
    pdf = docgen.render(FORM, record_of(FORM), back=True, signer=signer(), purpose=purpose)
    assert verified(tmp_path, pdf)[0] == 0


@pytest.mark.slow
def test_a_batch_is_signed_and_each_of_its_documents_is_genuine(tmp_path):
    key = stored(tmp_path)
    call = ("batch", FORM, ROOT / "samples" / "people.xlsx", "-o", tmp_path / "out", "--ignore", "*", "--only", "3-5", "--back")
    assert run(*call, *key, "--workers", 1).exit_code == 0
    code, found = verified(tmp_path, (tmp_path / "out" / f"{FORM}-001.pdf").read_bytes())
    assert code == 0
    assert [(each["number"], each["pages"]) for each in found] == [("00401", [1, 2]), ("00402", [3, 4]), ("00403", [5, 6])]
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["key"] == key_of().id.hex()


def test_the_same_record_gives_the_same_bytes():
    assert coded() == coded()


#: A field of the certificate → a value that differs from the sample's in one letter or figure.
CHANGED = {
    "organization": "Қазақстан Республикасы Ішкі істер министрлігінің Бәрімбек Бейсенов атындағы Қарағанды академиясi",
    "rank": "полиция майорі", "surname": "Сейітқалі", "given_name": "Бауыржон", "patronymic": "Маратулы", "start": "2026-01-13",
    "end": "2026-02-05", "topic": "Құқық", "hours": 145, "head": "А. Ш. Нұрғалиев", "city": "Қараганды", "issued": "2026-02-07",
    "number": "00418",
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_a_page_with_another_letter_than_its_code_is_refused(tmp_path, name):
    """The front of a changed record is put before the signed back of the true one, and both before the back of their own."""
    value = CHANGED[name]
    if name == "organization":
        value = value.replace("академиясi", "академиясы").replace("Бейсенов", "Бейсеноф")
    changed, true = (pypdf.PdfReader(io.BytesIO(pdf)) for pdf in (coded(**{name: value}), coded()))
    for pages in ((changed.pages[0], true.pages[1]), (true.pages[0], changed.pages[1])):
        buffer = io.BytesIO()
        writer = pypdf.PdfWriter()
        for page in pages:
            writer.add_page(page)
        writer.write(buffer)
        code, [found] = verified(tmp_path, buffer.getvalue())
        assert (code, found["verdict"]) == (16, "differs")
        assert found["differences"]


def text_of(**changes: object) -> str:
    form = load_form(FORM)
    return DocumentCoder(signer()).text(form, read_record(form, record_of(FORM) | changes))


def test_every_changed_letter_of_a_code_is_noticed():
    """All 766 letters in turn; none is genuine, and none says anything that is believed."""
    text = text_of()
    assert verify_text(text, [key_of()]).verdict is CodeVerdict.GENUINE
    for at in range(4, len(text)):
        other = "A" if text[at] != "A" else "B"
        found = verify_text(text[:at] + other + text[at + 1 :], [key_of()])
        assert found.verdict in (CodeVerdict.DAMAGED, CodeVerdict.CHANGED, CodeVerdict.KEY_UNKNOWN), at
        assert not found.is_genuine


#: What is known of the key → verdict and exit code.
KEYS = {
    "its last day before the document's": (key_of(last=date(2026, 2, 5)), "outside-validity", 14),
    "its first day after the document's": (key_of(first=date(2026, 2, 7)), "outside-validity", 14),
    "its last day the document's": (key_of(last=date(2026, 2, 6)), "genuine", 0),
    "compromised on the document's day": (key_of(compromised=date(2026, 2, 6)), "key-compromised", 15),
    "compromised on the day after": (key_of(compromised=date(2026, 2, 7)), "genuine", 0),
    "another key": (type(key_of())(bytes(32), "A", date(2026, 1, 1)), "key-unknown", 12),
}


@pytest.mark.parametrize(("key", "verdict", "code"), KEYS.values(), ids=KEYS)
def test_a_document_is_genuine_if_its_day_lies_within_the_validity_of_its_key(tmp_path, key, verdict, code):
    (tmp_path / "key.json").write_bytes(keys_as_json([key]))
    result = run("verify", text_of(), "--key", tmp_path / "key.json", "--json")
    assert (result.exit_code, json.loads(result.output)["documents"][0]["verdict"]) == (code, verdict)


def test_what_a_code_says_that_nobody_vouches_for_is_not_shown(tmp_path):
    (tmp_path / "key.json").write_bytes(keys_as_json([type(key_of())(bytes(32), "A", date(2026, 1, 1))]))
    result = run("verify", text_of(), "--key", tmp_path / "key.json")
    assert "Сейітқали" not in result.output
    assert "not verified: it is signed with a key that is not known here" in result.output


def test_a_picture_shows_the_fields_to_compare(tmp_path):
    stored(tmp_path)
    with pypdfium2.PdfDocument(coded()) as document:
        document[1].render(scale=300 / 72).to_pil().convert("RGB").save(tmp_path / "photo.jpg", quality=40)
    result = run("verify", tmp_path / "photo.jpg", "--key", tmp_path / "school.json")
    assert result.exit_code == 0
    assert "surname: Сейітқали" in result.output
    assert "Compare this with what is printed: it was not done here." in result.output


def test_the_code_of_a_certificate_takes_at_most_33_mm_with_its_quiet_zone():
    form = load_form(FORM)
    symbol = DocumentCoder(signer()).symbol(form, read_record(form, record_of(FORM)))
    assert form.back is not None
    assert form.back.code is not None
    assert form.back.code.module.mm >= 0.33
    assert (symbol.side + 8) * form.back.code.module.mm <= 33


@pytest.mark.parametrize(
    ("text", "verdict", "code"),
    [("DG1:", "damaged", 11), ("DG1:%%%", "damaged", 11), ("DG1:ӘӘӘ", "damaged", 11), ("DG1:" + "A" * 5000, "damaged", 11)],
)
def test_a_text_that_no_docgen_wrote_is_damaged(text, verdict, code):
    result = run("verify", text, "--json")
    assert (result.exit_code, json.loads(result.output)["documents"][0]["verdict"]) == (code, verdict)


def test_a_code_that_inflates_without_end_is_damaged():
    """A megabyte of noughts is a kilobyte deflated; no more of it is inflated than a message may have."""
    import zlib

    import base45

    text = "DG1:" + base45.b45encode(zlib.compress(bytes(1 << 20), 9)).decode()
    assert len(text) < 4296
    assert verify_text(text, [key_of()]).verdict is CodeVerdict.DAMAGED


def test_a_document_without_a_code_says_so(tmp_path):
    code, [found] = verified(tmp_path, docgen.render(FORM, record_of(FORM), purpose="plain"))
    assert (code, found["verdict"], found["pages"]) == (10, "no-code", [1])


def test_the_code_of_another_issuer_is_no_code_of_docgen(tmp_path):
    import zxingcpp

    image = zxingcpp.create_barcode("HC1:6BF", zxingcpp.BarcodeFormat.QRCode).to_image(scale=8)
    Image.fromarray(numpy.asarray(image)).save(tmp_path / "other.png")
    assert run("verify", tmp_path / "other.png").exit_code == 10


def test_files_that_cannot_be_read_are_refused(tmp_path):
    for name, content, said in (
        ("broken.pdf", b"%PDF-1.7\nnothing", "this is no PDF that can be read"),
        ("text.png", b"no picture", "this is no picture that can be read"),
    ):
        (tmp_path / name).write_bytes(content)
        result = run("verify", tmp_path / name)
        assert result.exit_code == 1
        assert f"{tmp_path / name}: {said}" in result.output


REFUSED = {
    "a front that the act prescribes": (
        [], f"the signed code of “{FORM}” stands on its back, which is not printed\n    Give --back too",
    ),
    "keys without a key": (["--back", "--only-keys"], "--keys takes --key too."),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("options", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_signed_is_refused(tmp_path, sample, options, said):
    key = stored(tmp_path)
    if "--only-keys" in options:
        options, key = ["--back"], key[2:4]
    result = run("render", FORM, sample, "-o", tmp_path / "out.pdf", *options, *key)
    assert result.exit_code == 2
    assert said in result.output
    assert not (tmp_path / "out.pdf").exists()


def test_a_day_outside_the_validity_of_the_key_is_a_problem_of_its_record(tmp_path):
    record = record_of(FORM, start="2025-01-12", end="2025-02-06", issued="2025-02-06")
    with pytest.raises(docgen.DataError) as caught:
        docgen.render(FORM, record, back=True, signer=signer())
    [problem] = caught.value.problems
    assert (problem.code, problem.where.key) == ("key-not-valid", "issued")
    assert "the document is of 2025-02-06, the key is valid from 2026-01-01 to 2026-12-31" in problem.message


def test_a_key_is_not_sent_to_a_cluster(tmp_path):
    key = stored(tmp_path)
    table = ROOT / "samples" / "people.xlsx"
    result = run(
        "batch", FORM, table, "-o", tmp_path / "out", "--ignore", "*", "--back", "--scheduler", "tcp://127.0.0.1:1", *key
    )
    assert result.exit_code == 2
    assert "A key is not sent to a cluster" in result.output


def drawn_over(operators: bytes) -> bytes:
    """Return the signed certificate with more drawn on its front: no word of it changes."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(coded()))
    front = writer.pages[0]
    drawn = pypdf.generic.DecodedStreamObject()
    drawn.set_data(b"Q " + operators)
    begin = pypdf.generic.DecodedStreamObject()
    begin.set_data(b"q")
    contents = [writer._add_object(begin), front["/Contents"].get_object(), writer._add_object(drawn)]
    front[pypdf.generic.NameObject("/Contents")] = pypdf.generic.ArrayObject(
        [each if isinstance(each, pypdf.generic.IndirectObject) else writer._add_object(each) for each in contents]
    )
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_what_is_drawn_over_a_name_is_noticed_though_every_word_is_there(tmp_path):
    """A white box of 60 mm over the middle of the lines hides the name; its words are still in the file."""
    assert verified(tmp_path, drawn_over(b""))[0] == 0
    code, [found] = verified(tmp_path, drawn_over(b"1 g 335 270 170 40 re f"))
    assert (code, found["verdict"]) == (16, "differs")
    assert "something else is drawn over its words" in found["differences"][0]["printed"]


@pytest.mark.parametrize("bleed", [0, 5, 7.3])
def test_a_page_with_another_bleed_is_compared_as_it_is_trimmed(tmp_path, bleed):
    press = PressOptions(bleed=mm(bleed))
    pdf = docgen.render(FORM, record_of(FORM), back=True, signer=signer(), purpose="press", press=press)
    code, [found] = verified(tmp_path, pdf)
    assert (code, found["compared"], found["seen"]) == (0, True, True)


def test_a_page_in_another_face_is_not_genuine_by_its_words_alone(tmp_path):
    """Nobody looked whether something lies over them: who draws over a name has only to call the face otherwise."""
    pdf = drawn_over(b"1 g 335 270 170 40 re f").replace(b"LiberationSerif", b"LiberationSerix")
    code, [found] = verified(tmp_path, pdf)
    assert (code, found["verdict"], found["genuine"], found["compared"], found["seen"]) == (27, "not-seen", False, True, False)
    assert "DOCGEN_FONTS" in found["remarks"][0]
    result = run("verify", tmp_path / "document.pdf", "--key", tmp_path / "school.json")
    assert result.exit_code == 27
    assert "? page 2: its words are genuine; whether something lies over them was not seen" in result.output
    assert "its words were compared, letter by letter, its looks were not" in result.output


def test_a_form_that_is_not_known_here_is_not_compared(tmp_path):
    """A form of the issuer's own: the code is sound, its page could be another's."""
    own = tmp_path / "forms"
    assert run("forms", "copy", "attendance-note", own, "--as", "our-note").exit_code == 0
    pdf = docgen.render("our-note", record_of("attendance-note"), forms=own, signer=signer())
    code, [found] = verified(tmp_path, pdf)
    assert (code, found["verdict"], found["fields"]["number"]) == (28, "not-compared", "14")
    assert found["remarks"] == ["Compare this with what is printed: it was not done here."]
    assert verified(tmp_path, pdf, "--forms", own)[0] == 0
