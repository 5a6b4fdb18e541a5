"""What tests hand to docgen: tables of records, Word documents."""

from __future__ import annotations

import io
import json
from pathlib import Path

from docx import Document


def table(path: Path, records: list[dict]) -> Path:
    """Write records as a JSON table; return its path."""
    path.write_text(json.dumps(records, ensure_ascii=False, default=str), encoding="utf-8")
    return path


def document(*paragraphs: str) -> Document:
    """Return a Word document of these paragraphs."""
    made = Document()
    for text in paragraphs:
        made.add_paragraph(text)
    return made


def saved(made: Document) -> bytes:
    """Return the file of a Word document."""
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()
