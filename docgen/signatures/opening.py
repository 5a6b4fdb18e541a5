"""Opens the PKCS#12 file (RFC 7292) in which an organization has its key and certificate."""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.codes import refuse_shared
from docgen.errors import DataError, UsageError
from docgen.files import read_bytes
from docgen.messages import _
from docgen.signatures.signer import PdfSigner

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates

SIZE_LIMIT = 1 << 20


def refuse_missing_pyhanko() -> None:
    """Raise UsageError where the libraries that sign PDF files are not installed."""
    if any(find_spec(name) is None for name in ("pyhanko", "cryptography")):
        hint = _("Install it: {command}", command='pip install "docgen[sign]"')
        raise UsageError.because("pdf-signature-missing", _("what signs PDF files is not installed"), hint)


def open_pdf_signer(path: Path, passphrase: str) -> PdfSigner:
    """Return what signs PDF files with the key of a PKCS#12 file.

    Raise UsageError if pyHanko is not installed; DataError if the file is missing or none, others may read it, the passphrase is
    wrong, it holds no private key with its certificate, or one that docgen does not sign with.
    """
    refuse_missing_pyhanko()
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    refuse_shared(path)
    found = _opened(read_bytes(path, SIZE_LIMIT), passphrase, str(path))
    if found.key is None or found.cert is None:
        hint = _("Export it anew, with its private key: openssl pkcs12 -export.")
        raise DataError.because(
            "pdf-signature-no-key", _("the file holds no private key with its certificate"), hint, file=str(path)
        )
    if not isinstance(found.key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise _strange_key(str(path))
    _refuse_usage(found, str(path))
    private = found.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    certificates = [
        each.public_bytes(Encoding.DER)
        for each in (found.cert.certificate, *(more.certificate for more in found.additional_certs))
    ]
    return PdfSigner(private, certificates[0], tuple(certificates[1:]), str(path))


def _opened(content: bytes, passphrase: str, file: str) -> PKCS12KeyAndCertificates:
    """Return what a PKCS#12 file holds; raise DataError for another file, or another passphrase."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    if not _is_pkcs12(content):
        hint = _("Give the file with the organization's certificate and private key, often called .p12 or .pfx.")
        raise DataError.because("pdf-signature-damaged", _("this is no PKCS#12 file, or it is damaged"), hint, file=file)
    try:
        with warnings.catch_warnings():  # cryptography warns of BER, in which many programs write such files
            warnings.simplefilter("ignore", UserWarning)
            return load_pkcs12(content, passphrase.encode())
    except UnsupportedAlgorithm:
        raise _strange_key(file) from None
    except (ValueError, TypeError):
        message = _("the passphrase is wrong, or the key is damaged")
        hint = _("Try again; capitals and the keyboard's language count.")
        raise DataError.because("passphrase-wrong", message, hint, file=file) from None


def _is_pkcs12(content: bytes) -> bool:
    from asn1crypto.pkcs12 import Pfx

    try:
        return Pfx.load(content, strict=True)["version"].native == "v3" and bool(Pfx.load(content)["auth_safe"]["content"].native)
    except (ValueError, TypeError, KeyError):
        return False


def _strange_key(file: str) -> DataError:
    message = _("the file holds a key that PDF files are not signed with")
    hint = _("docgen signs with RSA and with the elliptic curves of NIST; GOST keys are for other programs.")
    return DataError.because("pdf-signature-key-kind", message, hint, file=file)


def _refuse_usage(found: PKCS12KeyAndCertificates, file: str) -> None:
    """Raise DataError for a certificate that says it is for other things than signatures (RFC 5280, 4.2.1.3)."""
    from cryptography.x509 import ExtensionNotFound, KeyUsage

    assert found.cert is not None
    try:
        usage = found.cert.certificate.extensions.get_extension_for_class(KeyUsage).value
    except ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        message = _("the certificate is not for signatures")
        raise DataError.because("pdf-signature-usage", message, _("Ask who issued it for one that is."), file=file)
