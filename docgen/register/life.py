"""The life of a document: issued → printed → void, or replaced by a duplicate. Each step is an event; nothing goes back."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, select, update

from docgen.errors import DataError
from docgen.form import Form
from docgen.messages import _
from docgen.register.events import Event, add_events
from docgen.register.issuing import chunks
from docgen.register.schema import document

ISSUED, PRINTED, VOID, REPLACED = STATES = ("issued", "printed", "void", "replaced")


def note_printed(connection: Connection, form: Form, job: str, hashes: Mapping[str, str]) -> None:
    """Mark documents of a job as printed, each with the hash of what was printed; what is void or replaced stays so."""
    columns = (document.c.id, document.c.key, document.c.state)
    query = select(*columns).where(document.c.form == form.id, document.c.job == job)
    rows = [row for keys in chunks(list(hashes)) for row in connection.execute(query.where(document.c.key.in_(keys)))]
    if missing := set(hashes) - {row.key for row in rows}:
        message = _("{key} of this job was never issued", key=min(missing))
        raise DataError.because("not-issued", message, _("Issue it first."), key=job)
    states = {ISSUED: PRINTED}
    changes = [
        {"which": row.id, "now": states.get(row.state, row.state), "hash": hashes[row.key]}
        for row in sorted(rows, key=lambda row: row.id)
    ]
    if changes:
        values = {"state": bindparam("now"), "printed_sha256": bindparam("hash")}
        connection.execute(update(document).where(document.c.id == bindparam("which")).values(values), changes)
        add_events(connection, (Event(PRINTED, each["which"], {"sha256": each["hash"]}) for each in changes))
