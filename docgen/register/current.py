"""What a document says now: its own row, or the last of its corrections."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select

from docgen.register.schema import correction, document

#: The events of a document that was corrected, and of one that was handed over.
CORRECTION, HANDED_OVER = "corrected", "handed over"
#: The columns that a correction replaces.
CORRECTED = ("record", "unprinted", "sha256", "content", "sought")
#: The last correction of each document that has any.
_last = (
    select(correction.c.document_id, func.max(correction.c.id).label("id")).group_by(correction.c.document_id).subquery("last")
)
#: What a query selects from that asks for documents as they are now.
DOCUMENTS = document.outerjoin(_last, _last.c.document_id == document.c.id)
DOCUMENTS = DOCUMENTS.outerjoin(correction, correction.c.id == _last.c.id)


def now(name: str) -> ColumnElement[Any]:
    """Return a column of a document as it is now, in a query that selects from `DOCUMENTS`."""
    return func.coalesce(correction.c[name], document.c[name]).label(name)
