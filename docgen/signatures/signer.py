"""What signs PDF files: a key with its certificate, and the signature that it gives a PDF."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from docgen.errors import DataError, Problem, Where
from docgen.messages import _

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.x509 import Certificate


class PdfSigner:
    """Signs PDF files. `certificate` and `chain` are those of the key, in DER; `file` is where they come from, for problems."""

    def __init__(self, private: bytes, certificate: bytes, chain: tuple[bytes, ...], file: str = ""):
        self.certificate, self.chain, self.file = certificate, chain, file
        self._private = private

    def __reduce__(self) -> tuple[type[PdfSigner], tuple[bytes, bytes, tuple[bytes, ...], str]]:
        """Return how to make it again in a worker."""
        return type(self), (self._private, self.certificate, self.chain, self.file)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, in hexadecimal."""
        return hashlib.sha256(self.certificate).hexdigest()

    @property
    def is_repeatable(self) -> bool:
        """Whether the same file is signed by the same bytes: by RSA as PKCS#1 1.5 has it, while ECDSA takes a random number."""
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

        return isinstance(self.private, RSAPrivateKey)

    @property
    def remarks(self) -> tuple[Problem, ...]:
        """What is to be known of the files that it signs."""
        if self.is_repeatable:
            return ()
        message = _("a signature by an elliptic curve is another one each time: the same record gives other bytes")
        return (Problem("pdf-signature-not-repeatable", message, "", Where(file=self.file)),)

    def check_day(self, day: date, key: str = "") -> None:
        """Raise DataError, at the field `key`, for a document of a day on which the certificate is not valid."""
        first, last = self._span
        if day < first.date():
            message = _("the document is of {day}, the certificate is valid from {first} on", day=day, first=first.date())
        elif day > last.date():
            message = _("the document is of {day}, the certificate expired on {last}", day=day, last=last.date())
        else:
            return
        raise DataError.because("pdf-signature-not-valid", message, _("Sign with the certificate of that day."), key=key)

    def signed(self, pdf: bytes, dated: datetime) -> bytes:
        """Return a PDF with the signature, its time the document's: within the days of the certificate. The PDF stays as it is.

        What is signed is added to its end, so that PDF/A and PDF/UA hold as before.
        """
        from docgen.signatures.adding import with_signature

        first, last = self._span
        return with_signature(pdf, self, min(max(dated, first), last))

    @property
    def _span(self) -> tuple[datetime, datetime]:
        return self._read.not_valid_before_utc, self._read.not_valid_after_utc

    @cached_property
    def _read(self) -> Certificate:
        from cryptography.x509 import load_der_x509_certificate

        return load_der_x509_certificate(self.certificate)

    @cached_property
    def private(self) -> PrivateKeyTypes:
        """The key, read once: that takes ten times as long as to sign."""
        from cryptography.hazmat.primitives.serialization import load_der_private_key

        return load_der_private_key(self._private, None)
