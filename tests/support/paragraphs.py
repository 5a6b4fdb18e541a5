"""What a Word document says, read from its XML: with what was inserted and linked, without what was struck out."""

from __future__ import annotations

import io
import zipfile

from docx import Document
from docx.oxml.ns import qn


def paragraphs(docx: bytes) -> list[str]:
    """Return the text of each paragraph of the body, those of tables, links and insertions too."""
    body = Document(io.BytesIO(docx)).element.body
    return ["".join(text.text or "" for text in paragraph.iter(qn("w:t"))) for paragraph in body.iter(qn("w:p"))]


def parts_of(docx: bytes) -> dict[str, bytes]:
    """Return each part of a package by its name."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """Return the package of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
