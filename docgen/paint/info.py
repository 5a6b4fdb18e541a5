"""What a finished file says of itself: title, language, form and date, none of them from a hidden clock."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from docgen.form import Form
from docgen.record import Record

PRODUCER = "docgen"
#: Documents without any date of their own carry the first day that a ZIP archive can (APPNOTE 4.4.6).
NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """The metadata of one file. `bookmarks` are labels with the index of the page that they lead to."""

    title: str
    form: str
    dated: datetime
    language: str = "kk"
    bookmarks: tuple[tuple[str, int], ...] = field(default=())


def document_info(form: Form, records: list[Record], bookmarks: tuple[tuple[str, int], ...] = ()) -> DocumentInfo:
    """Return the metadata of a file that holds `records`, dated by `SOURCE_DATE_EPOCH` or by the records' latest date."""
    title = form.title["kk"]
    if len(records) == 1 and (name := record_label(records[0])):
        title = f"{title} – {name}"
    return DocumentInfo(title, form.id, _dated(records), bookmarks=bookmarks)


def record_label(record: Record) -> str:
    """Return what a person calls the record: number and name, for bookmarks and titles."""
    names = ("number", "surname", "given_name", "patronymic")
    label = " ".join(str(value) for name in names if (value := record.values.get(name)))
    return "" if record.is_blank else label


def _dated(records: list[Record]) -> datetime:
    if epoch := os.environ.get("SOURCE_DATE_EPOCH", ""):
        return datetime.fromtimestamp(int(epoch), UTC)
    days = [value for record in records if not record.is_blank for value in record.values.values() if isinstance(value, date)]
    return datetime.combine(max(days), datetime.min.time(), UTC) if days else NO_DATE
