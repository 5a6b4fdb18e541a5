"""What is not signed, and why: each with its place, what is wrong and what to do."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, pkcs12
from support.calling import run
from support.pdf_signing import FIRST, PASSPHRASE, authority, certificate, given, key_of, stored
from support.places import ROOT
from support.records import record_of

FORM = "retraining-certificate"


@pytest.fixture
def sample(tmp_path):
    """Return a file with the record of a certificate of 6 February 2026."""
    (tmp_path / "person.json").write_text(json.dumps(record_of(FORM), default=str), "utf-8")
    return tmp_path / "person.json"


def _encrypted(key, cert):
    return pkcs12.serialize_key_and_certificates(
        b"academy", key, cert, [authority()], BestAvailableEncryption(PASSPHRASE.encode())
    )


def _pem():
    return key_of("rsa").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _altered():
    content = bytearray(_encrypted(key_of("rsa"), certificate()))
    content[len(content) // 2] ^= 1
    return bytes(content)


NO_FILE = "this is no PKCS#12 file, or it is damaged\n    Give the file with the organization's certificate and private key"
WRONG = "the passphrase is wrong, or the key is damaged\n    Try again"
#: What `academy.p12` holds → what is said of it.
FILES = {
    "nothing": (lambda: b"", NO_FILE),
    "a key in PEM": (_pem, NO_FILE),
    "a PDF": (lambda: b"%PDF-1.7\n", NO_FILE),
    "other ASN.1": (lambda: bytes.fromhex("30030201 03"), NO_FILE),
    "a certificate": (lambda: certificate().public_bytes(Encoding.DER), NO_FILE),
    "half of the file": (lambda: _encrypted(key_of("rsa"), certificate())[:1000], NO_FILE),
    "a byte that is changed": (_altered, WRONG),
    "no private key": (
        lambda: _encrypted(None, certificate()),
        "the file holds no private key with its certificate\n    Export it anew, with its private key: openssl pkcs12 -export.",
    ),
    "no certificate": (lambda: _encrypted(key_of("rsa"), None), "the file holds no private key with its certificate"),
    "a key of another kind": (
        lambda: _encrypted(key_of("ed25519"), certificate("ed25519")),
        "the file holds a key that PDF files are not signed with\n    docgen signs with RSA and with the elliptic curves of NIST",
    ),
    "a certificate for other things": (
        lambda: _encrypted(key_of("rsa"), certificate(usage="key_encipherment")),
        "the certificate is not for signatures\n    Ask who issued it for one that is.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "said"), FILES.values(), ids=FILES)
def test_a_file_that_signs_nothing_is_refused(tmp_path, sample, content, said):
    result = run("render", FORM, sample, "-o", tmp_path / "out.pdf", *given(tmp_path, content()))
    assert result.exit_code == 1
    assert f"✗ {tmp_path / 'academy.p12'}: {said}" in result.output
    assert not (tmp_path / "out.pdf").exists()


def test_a_wrong_passphrase_is_reported(tmp_path, sample):
    key = stored(tmp_path)
    (tmp_path / "words").write_text("another one", "utf-8")
    result = run("render", FORM, sample, "-o", tmp_path / "out.pdf", *key)
    assert result.exit_code == 1
    assert f"✗ {tmp_path / 'academy.p12'}: {WRONG}" in result.output


@pytest.mark.parametrize("name", ["academy.p12", "words"])
def test_a_file_that_others_may_read_is_refused(tmp_path, sample, name):
    key = stored(tmp_path)
    (tmp_path / name).chmod(0o644)
    result = run("render", FORM, sample, "-o", tmp_path / "out.pdf", *key)
    assert result.exit_code == 1
    assert f"✗ {tmp_path / name}: others than its owner may use this key\n    Close it: chmod 600" in result.output


#: Days of the certificate → what is said of a document of 6 February 2026.
DAYS = {
    "expired": (
        {"last": datetime(2026, 2, 5, 23, tzinfo=UTC)},
        "the document is of 2026-02-06, the certificate expired on 2026-02-05\n    Sign with the certificate of that day.",
    ),
    "not valid yet": (
        {"first": datetime(2026, 2, 7, tzinfo=UTC)},
        "the document is of 2026-02-06, the certificate is valid from 2026-02-07 on\n    Sign with the certificate of that day.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("days", "said"), DAYS.values(), ids=DAYS)
def test_a_document_of_another_day_than_the_certificate_s_is_not_signed(tmp_path, sample, days, said):
    key = stored(tmp_path, **days)
    result = run("render", FORM, sample, "-o", tmp_path / "out.pdf", *key)
    assert (result.exit_code, f"person.json: issued: {said}" in result.output) == (1, True), result.output
    call = ("batch", FORM, ROOT / "samples" / "people.xlsx", "--ignore", "*", "--only", "3-4", "--each", "{number}", "--quiet")
    result = run(*call, "-o", tmp_path / "out", *key)
    assert result.exit_code == 1
    assert all(f"people.xlsx: {cell}: issued (Берілген күні): {said}" in result.output for cell in ("P3", "P4"))
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_document_without_a_day_of_its_own_is_not_signed(tmp_path, monkeypatch):
    """Its time would be 1980; the time that is set is taken. The form is of one's own and does not say which field is its day."""
    assert run("forms", "copy", "final-test-record", tmp_path / "forms", "--as", "own-record").exit_code == 0
    definition = tmp_path / "forms" / "own-record" / "form.toml"
    definition.write_text(definition.read_text("utf-8").replace('dated = "tested"\n', ""), "utf-8")
    (tmp_path / "record.toml").write_text(run("forms", "sample", "final-test-record").output, "utf-8")
    own = ("--forms", tmp_path / "forms")
    call = ("render", "own-record", tmp_path / "record.toml", "-o", tmp_path / "out.pdf", *own)
    key = stored(tmp_path)
    result = run(*call, *key)
    assert result.exit_code == 1
    assert "the document has no day of its own, of which it could be signed\n    Set SOURCE_DATE_EPOCH" in result.output
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(FIRST.timestamp())))
    assert run(*call, *key).exit_code == 0


#: Call → what is said.
CALLS = {
    "DOCX": (("-o", "out.docx"), "a file as docx for plain is not signed\n    Print it as PDF, --for archive or plain"),
    "PNG": (("-o", "out.png"), "a file as png for plain is not signed"),
    "the press": (("-o", "out.pdf", "--for", "press"), "a file as pdf for press is not signed"),
    "an overprint": (
        ("-o", "out.pdf", "--print", "overprint"),
        "a document is signed whole, not overprint\n    Leave --print out.",
    ),
    "a blank": (("-o", "out.pdf", "--print", "blank"), "a document is signed whole, not blank\n    Leave --print out."),
}


@pytest.mark.parametrize(("call", "said"), CALLS.values(), ids=CALLS)
def test_what_cannot_be_signed_is_refused(tmp_path, sample, monkeypatch, call, said):
    monkeypatch.chdir(tmp_path)
    records = () if "blank" in call else (sample,)
    result = run("render", FORM, *records, *call, *stored(tmp_path))
    assert result.exit_code == 2
    assert said in result.output
    assert not list(tmp_path.glob("out.*"))


BATCHES = {
    "volumes": ((), "volumes are not signed, documents are\n    Ask for a document a record: --each “{number}-{surname}”."),
    "DOCX": (("--each", "{number}", "--to", "docx"), "a file as docx for plain is not signed"),
    "the press": (("--each", "{number}", "--for", "press"), "a file as pdf for press is not signed"),
    "a cluster": (("--each", "{number}", "--scheduler", "tcp://127.0.0.1:1"), "A key is not sent to a cluster"),
}


@pytest.mark.parametrize(("call", "said"), BATCHES.values(), ids=BATCHES)
def test_a_batch_that_cannot_be_signed_is_refused(tmp_path, call, said):
    table = (ROOT / "samples" / "people.xlsx", "--ignore", "*", "--only", "3")
    result = run("batch", FORM, *table, "-o", tmp_path / "out", "--quiet", *call, *stored(tmp_path))
    assert result.exit_code == 2
    assert said in result.output
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_and_nobody_to_ask_are_reported(tmp_path, sample):
    call = ("render", FORM, sample, "-o", tmp_path / "out.pdf")
    key = stored(tmp_path)
    result = run(*call, "--sign-pdf", tmp_path / "other.p12", *key[2:])
    assert result.exit_code == 1
    assert f"✗ {tmp_path / 'other.p12'}: there is no such file" in result.output
    result = run(*call, *key[:2])
    assert (result.exit_code, "there is nobody to ask for the passphrase" in result.output) == (2, True)
    result = run(*call, *key[2:])
    assert (result.exit_code, "--sign-passphrase-file takes --sign-pdf too." in result.output) == (2, True)


def test_where_pyhanko_is_missing_the_way_out_is_named(tmp_path, sample, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyhanko", None)  # as Python has it where a module is not installed
    result = run("render", FORM, sample, "-o", tmp_path / "out.pdf", *stored(tmp_path))
    assert result.exit_code == 2
    assert 'what signs PDF files is not installed\n    Install it: pip install "docgen[sign]"' in result.output
