"""Documents that WeasyPrint lays out, written as their purpose asks: for the archive with a structure and what they claim."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from docgen.paint.info import DocumentInfo
from docgen.paint.pdf.objects import PydyfObjects
from docgen.paint.pdf.tagging import Tagging
from docgen.paint.pdf.weasy import lay_out, written
from docgen.paint.press.attachment import attach, write_record
from docgen.paint.press.finish import Finish


def write_finished(
    html: str,
    resources: Mapping[str, tuple[bytes, str]],
    info: DocumentInfo,
    finish: Finish,
    drawings: Mapping[str, object] | None = None,
) -> bytes:
    """Return the PDF of an HTML document, finished for its purpose; parameters and errors as of `lay_out`.

    FormError where the document has what a structure cannot hold: a picture without words, a link.
    """
    document = lay_out(html, resources, drawings)
    if not finish.is_tagged:
        return written(document)
    tagging = Tagging()

    def complete(pdf: Any) -> None:
        objects = PydyfObjects(pdf, _fingerprint(html, resources))
        tagging.settle(pdf)
        _leave_pictures_as_they_are(pdf)
        structure = tagging.close([(number, 0) for number in pdf.pages["Kids"][::3]], objects)
        claims, _info = finish.close(objects)
        if finish.is_attached:
            record = objects.reserve()
            claims += attach(objects, record)
            write_record(objects, info, record)
        metadata = objects.reserve()
        finish.describe(objects, info, metadata)
        pdf.catalog["Type"] = b"/Catalog/Metadata %d 0 R" % metadata + structure + claims  # more entries may follow a value

    with tagging.watching(document):
        return written(document, finisher=complete, pdf_tags=True, pdf_identifier=True)


def _leave_pictures_as_they_are(pdf: Any) -> None:
    """Let no reader smooth pictures in its own way (ISO 19005-2, 6.2.8)."""
    for each in pdf.objects:
        extra = getattr(each, "extra", {})
        if extra.get("Subtype") == "/Image":
            extra["Interpolate"] = "false"


def _fingerprint(html: str, resources: Mapping[str, tuple[bytes, str]]) -> bytes:
    """Return the first half of the SHA-256 of a document and its pictures."""
    digest = hashlib.sha256(html.encode())
    for name in sorted(resources):
        digest.update(hashlib.sha256(resources[name][0]).digest())
    return digest.digest()[:16]
