"""The hand-over of documents to the customer: after it a document is corrected no more, but replaced by a duplicate."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from docgen.register import issuing
from docgen.register.current import HANDED_OVER
from docgen.register.events import Event, add_events
from docgen.register.queries import Document
from docgen.register.schema import handed, insert_rows
from docgen.register.values import canonical


def note_handed_over(connection: Connection, documents: Sequence[Document], day: str, package: str) -> None:
    """Record that documents were handed over on a day, with the hash of the package's list of checksums; lock the book first."""
    detail = canonical({"day": day, "package": package})
    for chunk in issuing.chunks(sorted(each.id for each in documents)):
        insert_rows(connection, handed, [(number, day, package) for number in chunk])
        add_events(connection, [Event(HANDED_OVER, number, detail) for number in chunk])
