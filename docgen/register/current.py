"""What a document says now: its own row, or the last of its corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, case, func, select

from docgen.register.schema import correction, document, skeleton
from docgen.register.skeleton import filled

if TYPE_CHECKING:
    from docgen.register.schema import AnyRow

#: The events of a document that was corrected, and of one that was handed over.
CORRECTION, HANDED_OVER = "corrected", "handed over"
#: The columns that a correction replaces.
CORRECTED = ("record", "unprinted", "sha256", "content", "sought")
#: The last correction of each document that has any.
_last = (
    select(correction.c.document_id, func.max(correction.c.id).label("id")).group_by(correction.c.document_id).subquery("last")
)
#: What a query selects from that asks for documents as they were issued, with their skeletons.
AS_ISSUED = document.outerjoin(skeleton, skeleton.c.id == document.c.skeleton_id)
#: What a query selects from that asks for documents as they are now.
DOCUMENTS = AS_ISSUED.outerjoin(_last, _last.c.document_id == document.c.id)
DOCUMENTS = DOCUMENTS.outerjoin(correction, correction.c.id == _last.c.id)


def now(name: str) -> ColumnElement[Any]:
    """Return a column of a document as it is now, in a query that selects from `DOCUMENTS`."""
    return func.coalesce(correction.c[name], document.c[name]).label(name)


#: The skeleton of a document's record as it is now, for `record_in`: a correction is stored without one.
SKELETON = case((correction.c.id.is_(None), skeleton.c.record)).label("skeleton")
#: The skeleton of a document's record as it was issued.
SKELETON_ISSUED = skeleton.c.record.label("skeleton")


def record_in(row: AnyRow) -> str:
    """Return the record of a row with its `record` and `skeleton`, in canonical JSON; raise ValueError where they do not fit."""
    return filled(row.skeleton, row.record)
