"""PKCS#12 files for tests, and what others say of the PDF files that they sign."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from support import processes

PASSPHRASE = "мөрдің құпия сөздері"
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC) - timedelta(seconds=1)
KINDS = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


def key_of(kind: str, owner: str = "academy") -> Any:
    """Return a key of a kind, the same for the same owner."""
    return _key(kind, owner)


@lru_cache
def _key(kind: str, _owner: str) -> Any:
    return KINDS[kind]()


@lru_cache
def authority() -> x509.Certificate:
    """Return the certificate of the authority that issues those of the tests."""
    return _certificate(key_of("ec", "authority"), key_of("ec", "authority"), "Тіркеу орталығы", FIRST, LAST, is_authority=True)


def certificate(kind: str = "rsa", first: datetime = FIRST, last: datetime = LAST, usage: str = "content_commitment") -> Any:
    """Return the certificate of the organization, which the authority issued."""
    return _certificate(key_of(kind), key_of("ec", "authority"), "Қарағанды академиясы", first, last, usage=usage)


def _certificate(
    key: Any, issuer: Any, name: str, first: datetime, last: datetime, *, usage: str = "", is_authority: bool = False
) -> x509.Certificate:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    uses = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign",
         "crl_sign", "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    uses |= {"key_cert_sign": True} if is_authority else {usage: True}
    return (
        x509.CertificateBuilder()
        .subject_name(named(name)).issuer_name(named("Тіркеу орталығы")).public_key(key.public_key())
        .serial_number(1 if is_authority else 2).not_valid_before(first).not_valid_after(last)
        .add_extension(x509.BasicConstraints(is_authority, None), True).add_extension(x509.KeyUsage(**uses), True)
        .sign(issuer, SHA256())
    )  # fmt: skip


def stored(folder: Path, kind: str = "rsa", **changes: Any) -> tuple[str, ...]:
    """Write the organization's PKCS#12 file and its passphrase into a folder; return the options that sign with it."""
    content = pkcs12.serialize_key_and_certificates(
        b"academy", changes.pop("key", key_of(kind)), certificate(kind, **changes), [authority()],
        BestAvailableEncryption(PASSPHRASE.encode()),
    )  # fmt: skip
    return given(folder, content)


def given(folder: Path, content: bytes, passphrase: str = PASSPHRASE) -> tuple[str, ...]:
    """Write a file as `academy.p12` and a passphrase into a folder, for their owner alone; return the options that name them."""
    for name, written in (("academy.p12", content), ("words", passphrase.encode())):
        (folder / name).write_bytes(written)
        (folder / name).chmod(0o600)
    return ("--sign-pdf", str(folder / "academy.p12"), "--sign-passphrase-file", str(folder / "words"))


def validated(pdf: Path, moment: datetime = datetime(2026, 6, 1, tzinfo=UTC)) -> Any:
    """Return what pyHanko says of the one signature of a file at a moment, with the authority as its root."""
    from asn1crypto.x509 import Certificate
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    roots = [Certificate.load(authority().public_bytes(Encoding.DER))]
    with pdf.open("rb") as file:
        [signature] = PdfFileReader(file).embedded_signatures
        context = ValidationContext(trust_roots=roots, moment=moment, allow_fetching=False)
        return validate_pdf_signature(signature, context)


def seen_by_poppler(pdf: Path) -> list[str]:
    """Return the lines in which poppler says whose signature a file has, when it was made and whether it is valid."""
    said = processes.run(
        ["pdfsig", "-nocert", pdf], capture_output=True, text=True, timeout=60, env={"TZ": "UTC", "LC_ALL": "C.UTF-8"}
    )
    return [line.strip(" -") for line in said.stdout.splitlines() if line.startswith("  -")]
