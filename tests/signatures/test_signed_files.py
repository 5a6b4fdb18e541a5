"""PDF files that an organization signed: what pyHanko, poppler and veraPDF say of them, and that nothing else changes."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pypdf
import pytest
from support import signing, verapdf
from support.calling import run
from support.pdf_signing import PASSPHRASE, seen_by_poppler, stored, validated
from support.places import ROOT
from support.records import record_of

from docgen import render, render_each
from docgen.signatures import open_pdf_signer

FORM = "retraining-certificate"


@pytest.fixture
def sample(tmp_path):
    """Return a file with the record of a certificate of 6 February 2026."""
    return _record(tmp_path)


def _record(folder, **changes):
    (folder / "person.json").write_text(json.dumps(record_of(FORM) | changes, default=str), "utf-8")
    return folder / "person.json"


def _signed(folder, name, *options, form=FORM, record=None):
    path = folder / name
    result = run("render", form, record or _record(folder), "-o", path, *options)
    assert result.exit_code == 0, result.output
    return path, result


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_signed_file_is_valid_for_others(tmp_path, kind):
    path, _result = _signed(tmp_path, "signed.pdf", *stored(tmp_path, kind))
    status = validated(path)
    assert status.bottom_line, status.pretty_print_details()
    assert (status.coverage.name, status.docmdp_ok, status.trusted) == ("ENTIRE_FILE", True, True)
    said = seen_by_poppler(path)
    assert "Signer Certificate Common Name: Қарағанды академиясы" in said
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "Signing Time: Feb 06 2026 00:00:00" in said
    assert "Signature Validation: Signature is Valid." in said
    assert "Total document signed" in said


def test_the_signature_is_of_the_baseline_b(tmp_path):
    """ETSI EN 319 142-1, 6.3: content type, digest and certificate are signed, the time stands in the dictionary alone."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    path, _result = _signed(tmp_path, "signed.pdf", *stored(tmp_path))
    with path.open("rb") as file:
        [signature] = PdfFileReader(file).embedded_signatures
        names = {each["type"].native for each in signature.signer_info["signed_attrs"]}
        certificates = len(signature.signed_data["certificates"])
        entries = signature.sig_object
        assert {"content_type", "message_digest", "signing_certificate_v2"} <= names
        assert "signing_time" not in names
        assert entries["/SubFilter"] == "/ETSI.CAdES.detached"
        assert entries["/M"] == "D:20260206000000Z"
    assert certificates == 2


def test_a_file_in_ber_signs_too(tmp_path):
    """Many programs write PKCS#12 with lengths that are not said ahead (X.690, 8.1.3.6), of which cryptography warns."""
    key = stored(tmp_path)
    content = (tmp_path / "academy.p12").read_bytes()
    assert content[:2] == b"\x30\x82"
    (tmp_path / "academy.p12").write_bytes(b"\x30\x80" + content[4:] + b"\0\0")
    path, _result = _signed(tmp_path, "signed.pdf", *key)
    assert validated(path).bottom_line


def test_a_changed_file_is_not_valid(tmp_path):
    path, _result = _signed(tmp_path, "signed.pdf", *stored(tmp_path))
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)
    assert "Signature Validation: Digest Mismatch." in seen_by_poppler(path)


def test_a_signature_is_added_and_nothing_else_changes(tmp_path, sample):
    plain, _result = _signed(tmp_path, "plain.pdf")
    signed, _result = _signed(tmp_path, "signed.pdf", *stored(tmp_path))
    before, after = plain.read_bytes(), signed.read_bytes()
    assert after.startswith(before)
    assert len(after) - len(before) < 8_000
    read = [pypdf.PdfReader(path) for path in (plain, signed)]
    assert read[0].metadata == read[1].metadata
    packets = [each.xmp_metadata.stream.get_data() for each in read]
    assert packets[0] == packets[1]
    first, second = (each.trailer["/ID"] for each in read)
    assert first[0] == second[0]
    assert first[1] != second[1]


def test_the_same_record_gives_the_same_bytes(tmp_path, monkeypatch):
    """RSA as PKCS#1 1.5 has it takes no random number, and no clock is asked: not in another time zone either."""
    key = stored(tmp_path)
    first, result = _signed(tmp_path, "first.pdf", *key)
    monkeypatch.setenv("TZ", "Asia/Almaty")
    second, _result = _signed(tmp_path, "second.pdf", *key)
    assert first.read_bytes() == second.read_bytes()
    assert "another one each time" not in result.output


def test_a_signature_by_a_curve_is_another_one_each_time_and_that_is_said(tmp_path):
    key = stored(tmp_path, "ec")
    first, result = _signed(tmp_path, "first.pdf", *key)
    second, _result = _signed(tmp_path, "second.pdf", *key)
    assert first.read_bytes() != second.read_bytes()
    assert (
        "academy.p12: a signature by an elliptic curve is another one each time: the same record gives other bytes"
        in result.output
    )


def test_the_time_that_is_set_is_the_signature_s(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC).timestamp())))
    path, _result = _signed(tmp_path, "signed.pdf", *stored(tmp_path))
    assert "Signing Time: Mar 04 2026 05:06:07" in seen_by_poppler(path)


def test_a_certificate_of_the_document_s_own_day_signs_within_its_hours(tmp_path):
    """Issued at nine in the morning: the signature says nine, not midnight, at which nobody had the certificate."""
    nine = datetime(2026, 2, 6, 9, tzinfo=UTC)
    path, _result = _signed(tmp_path, "signed.pdf", *stored(tmp_path, first=nine))
    assert "Signing Time: Feb 06 2026 09:00:00" in seen_by_poppler(path)
    path, _result = _signed(tmp_path, "last.pdf", *stored(tmp_path, last=nine))
    assert "Signing Time: Feb 06 2026 00:00:00" in seen_by_poppler(path)


@pytest.mark.parametrize("name", ["pdfa-2a", "pdfua-1"])
def test_a_signed_file_holds_its_standards_by_our_rules(tmp_path, name):
    path, _result = _signed(tmp_path, "signed.pdf", *stored(tmp_path), "--back")
    result = run("preflight", path, "--standard", name)
    assert result.exit_code == 0, result.output
    assert "0 remarks, 0 failed" in result.output


@pytest.mark.java
@pytest.mark.slow
@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_a_signed_file_holds_its_standards_by_verapdf(tmp_path, flavour):
    key = stored(tmp_path)
    files = [_signed(tmp_path, "fixed.pdf", *key, "--back")[0], _flowing(tmp_path, key)]
    assert verapdf.failures(flavour, files) == {"fixed.pdf": [], "flowing.pdf": []}


def _flowing(folder, key):
    (folder / "order.toml").write_text(run("forms", "sample", "training-order").output, "utf-8")
    return _signed(folder, "flowing.pdf", *key, form="training-order", record=folder / "order.toml")[0]


def test_a_text_over_pages_is_signed(tmp_path):
    path = _flowing(tmp_path, stored(tmp_path))
    assert validated(path).bottom_line


@pytest.mark.slow
def test_a_form_measures_and_a_code_verifies_as_in_a_file_that_is_not_signed(tmp_path):
    code = signing.stored(tmp_path)
    path, _result = _signed(tmp_path, "signed.pdf", *stored(tmp_path), "--back", *code)
    assert run("preflight", path, "--form", FORM).exit_code == 0
    result = run("verify", path, "--key", tmp_path / "school.json")
    assert (result.exit_code, "page 2: genuine" in result.output) == (0, True)
    assert validated(path).bottom_line


def test_merge_says_that_the_joined_file_is_not_signed(tmp_path):
    path, _result = _signed(tmp_path, "signed.pdf", *stored(tmp_path))
    plain, _result = _signed(tmp_path, "plain.pdf")
    result = run("merge", plain, path, "-o", tmp_path / "joined.pdf")
    assert result.exit_code == 0
    assert f"{path}: it is signed, and the joined file is not" in result.output
    [field] = pypdf.PdfReader(tmp_path / "joined.pdf").get_fields().values()
    assert "/V" not in field


@pytest.mark.slow
def test_each_document_of_a_batch_is_signed(tmp_path):
    table = (ROOT / "samples" / "people.xlsx", "--ignore", "*", "--only", "3-5")
    call = ("batch", FORM, *table, "--each", "{number}", "--quiet", *stored(tmp_path))
    for folder, workers in (("out", "2"), ("again", "1")):
        result = run(*call, "-o", tmp_path / folder, "--split", "2", "--workers", workers)
        assert result.exit_code == 0, result.output
    files, again = (sorted((tmp_path / folder / "each").glob("*.pdf")) for folder in ("out", "again"))
    assert [path.name for path in files] == ["00401.pdf", "00402.pdf", "00403.pdf"]
    assert all(validated(path).bottom_line for path in files)
    assert [path.read_bytes() for path in files] == [path.read_bytes() for path in again]
    assert run("batch", "--check-output", tmp_path / "out").exit_code == 0
    assert len(json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["certificate"]) == 64
    assert not pypdf.PdfReader(tmp_path / "out" / f"{FORM}-001.pdf").get_fields()


def test_documents_given_back_one_by_one_are_signed(tmp_path):
    stored(tmp_path, "ec")
    pdf_signer = open_pdf_signer(tmp_path / "academy.p12", PASSPHRASE)
    documents = render_each(FORM, [record_of(FORM)], pdf_signer=pdf_signer)
    (tmp_path / "signed.pdf").write_bytes(next(documents).content)
    assert validated(tmp_path / "signed.pdf").bottom_line
    assert [note.code for note in documents.notes] == ["pdf-signature-not-repeatable"]


@pytest.mark.slow
def test_what_the_register_issues_is_signed_by_the_same_bytes(tmp_path, sample):
    key, book = stored(tmp_path), ("--register", tmp_path / "book.db")
    record = record_of(FORM)
    del record["number"]
    sample.write_text(json.dumps(record | {"topic": "Басқа тақырып"}, default=str), "utf-8")
    call = ("render", FORM, sample, *book, "--new-organization", *key, "-o")
    for name in ("first.pdf", "second.pdf"):
        result = run(*call, tmp_path / name)
        assert result.exit_code == 0, result.output
    assert (tmp_path / "first.pdf").read_bytes() == (tmp_path / "second.pdf").read_bytes()
    number = run("register", "list", "--json", *book)
    [issued] = json.loads(number.output)
    for name in ("third.pdf", "fourth.pdf"):
        result = run(
            "register", "reissue", FORM, issued["number"], "--issued", "2026-11-20", "--reason", "жоғалды", *book, *key,
            "-o", tmp_path / name,
        )  # fmt: skip
        assert result.exit_code == 0, result.output
    assert (tmp_path / "third.pdf").read_bytes() == (tmp_path / "fourth.pdf").read_bytes()
    assert validated(tmp_path / "third.pdf").bottom_line


def test_the_module_signs_within_an_event_loop_of_the_caller_s(tmp_path):
    stored(tmp_path)
    pdf_signer = open_pdf_signer(tmp_path / "academy.p12", PASSPHRASE)

    async def call():
        return render(FORM, record_of(FORM), pdf_signer=pdf_signer)

    content = asyncio.run(call())
    assert content == render(FORM, record_of(FORM), pdf_signer=pdf_signer)
    (tmp_path / "signed.pdf").write_bytes(content)
    assert validated(tmp_path / "signed.pdf").bottom_line


def test_a_job_keeps_what_signs(tmp_path):
    stored(tmp_path)
    (tmp_path / "job.toml").write_text(
        f'version = 1\nname = "a"\nform = "{FORM}"\nignore = ["*"]\nonly = ["3"]\neach = "{{number}}"\n'
        f'[table]\npath = "{ROOT}/samples/people.xlsx"\n'
        '[sign]\npdf = "academy.p12"\npdf-passphrase-file = "words"\n', "utf-8",
    )  # fmt: skip
    result = run("batch", tmp_path / "job.toml", "-o", tmp_path / "out", "--quiet")
    assert result.exit_code == 0, result.output
    assert validated(tmp_path / "out" / "each" / "00401.pdf").bottom_line
