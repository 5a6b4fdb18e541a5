"""The signature of an organization in a PDF: PAdES B-B (ETSI EN 319 142-1), with the key of a PKCS#12 file.

It proves the file, where the code that a document prints (`docgen.codes`) proves the paper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.signatures.opening import open_pdf_signer, refuse_missing_pyhanko
    from docgen.signatures.signer import PdfSigner
else:
    __getattr__ = lazy_exports(__name__, {"opening": "open_pdf_signer refuse_missing_pyhanko", "signer": "PdfSigner"})

__all__ = ["PdfSigner", "open_pdf_signer", "refuse_missing_pyhanko"]
