"""Adds a signature to a PDF by pyHanko, as an incremental update (ISO 32000-1, 7.5.6).

The field is seen nowhere: outside the page, where neither PDF/A (ISO 19005-2, 6.3.2) nor PDF/UA (ISO 14289-1, 7.18.1) asks for
more. Nothing else of the file changes, its metadata neither.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any

from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import Signer

if TYPE_CHECKING:
    from docgen.signatures.signer import PdfSigner

#: The name of the field.
FIELD = "PdfSigner"
DIGEST = "sha256"
#: Bytes that a signature has besides certificates and the signature itself; some stay free.
REST = 1 << 10


class _KeySigner(Signer):
    """Signs with a key that is read already: pyHanko's own signer reads and checks it each time, which takes 50 ms."""

    def __init__(self, pdf_signer: PdfSigner):
        certificate, *chain = (Certificate.load(each) for each in (pdf_signer.certificate, *pdf_signer.chain))
        super().__init__(signing_cert=certificate)
        self.cert_registry.register_multiple(chain)
        self._private: Any = pdf_signer.private

    @property
    def size(self) -> int:
        """Bytes of a signature, at most; one of ECDSA is two numbers as long as the key, with their heads."""
        return int(self._private.key_size) // 4 + 16

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Return the signature of bytes."""
        if isinstance(self._private, RSAPrivateKey):
            return self._private.sign(data, PKCS1v15(), SHA256())
        return bytes(self._private.sign(data, ECDSA(SHA256())))


class _Writer(IncrementalPdfFileWriter):
    """Writes no clock and nothing random: pyHanko's own has the time of the machine in the metadata, and a random identifier."""

    def __init__(self, pdf: bytes, identifier: bytes):
        super().__init__(io.BytesIO(pdf))
        self._document_id = ArrayObject([self._document_id[0], ByteStringObject(identifier)])

    def _update_meta(self) -> None:
        """Leave the metadata as they are."""


def with_signature(pdf: bytes, pdf_signer: PdfSigner, moment: datetime) -> bytes:
    """Return a PDF with the signature of an organization, which says that it was made at a moment."""
    signer = _KeySigner(pdf_signer)
    writer = _Writer(pdf, hashlib.sha256(pdf + pdf_signer.certificate).digest()[:16])
    field = SigFieldSpec(FIELD, on_page=0, invis_sig_settings=InvisSigSettings(box_out_of_bounds=True))
    size = sum(map(len, (pdf_signer.certificate, *pdf_signer.chain))) + signer.size + REST
    steps = PdfCMSEmbedder(field).write_cms(FIELD, writer)
    next(steps)
    steps.send(SigObjSetup(SignatureObject(moment, SigSeedSubFilter.PADES, bytes_reserved=2 * size)))
    prepared, output = steps.send(SigIOSetup(DIGEST))
    message = signer.async_sign(prepared.document_digest, DIGEST, use_pades=True)
    with ThreadPoolExecutor(1) as thread:  # whoever calls may have an event loop of his own, in which no other begins
        steps.send(thread.submit(asyncio.run, message).result())
    return bytes(output.getvalue())
