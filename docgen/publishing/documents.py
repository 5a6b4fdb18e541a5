"""The published list of a register: its void and replaced documents, and those truly issued while others had the key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from docgen.codes import Claims, CodeExtent, PublicKey, PublishedList, all_digests, claims_of, content_digest
from docgen.fields import Date
from docgen.form import Form, backed, load_named
from docgen.paint.info import own_day
from docgen.record import Record
from docgen.register import Document, Filter, Register

#: The states of documents that are listed, each by a name of `PublishedList`.
STATES = ("void", "replaced")
#: Where a document is looked for that says something else since: form, job and key.
Place = tuple[str, str, str]


def list_of(register: Register, keys: Sequence[PublicKey], day: date, until: date, forms: Path | None = None) -> PublishedList:
    """Return the list of a register, of a day and current until another; a document is listed with all that it ever said.

    Raise UsageError for a document whose form is not known here, which nobody can list.
    """
    found = {state: register.documents(Filter(state=state)) for state in STATES}
    older = _older_versions(register, [each for documents in found.values() for each in documents], forms)
    listed = {
        state: all_digests(_said(each, older.get((each.form, each.job, each.key), []), forms) for each in documents)
        for state, documents in found.items()
    }
    return PublishedList(day, until, listed["void"], listed["replaced"], _genuine(register, keys, forms))


def _genuine(register: Register, keys: Sequence[PublicKey], forms: Path | None) -> frozenset[bytes]:
    """Return the digests of what was truly issued on days on which a key is valid, and reported as compromised."""
    reported = [key for key in keys if key.compromised]
    if not reported:
        return frozenset()
    return frozenset(
        content_digest(claims)
        for document in register.documents(Filter())
        for claims in _said(document, [], forms)
        if any(key.compromised and key.compromised <= claims.day and key.covers(claims.day) for key in reported)
    )


def _older_versions(
    register: Register, documents: Iterable[Document], forms: Path | None
) -> dict[Place, list[Mapping[str, object]]]:
    """Return the records of documents before they were corrected."""
    found: dict[Place, list[Mapping[str, object]]] = {}
    for form, job in dict.fromkeys((each.form, each.job) for each in documents):
        for corrected in register.corrected(load_named(form, forms), job):
            found[form, job, corrected.key] = [json.loads(version.record) for version in corrected.versions]
    return found


def _said(document: Document, older: Sequence[Mapping[str, object]], forms: Path | None) -> list[Claims]:
    """Return what the code of a document may say in full: with its back and without."""
    form = load_named(f"{document.form}@{document.dated}", forms)
    prints = [form, backed(form)] if form.back else [form]
    records = [_record(form, values) for values in (document.record, *older)]
    return list(_claims(prints, records))


def _claims(prints: Sequence[Form], records: Sequence[Record]) -> Iterator[Claims]:
    for form in prints:
        for record in records:
            if own_day(form, record):  # without a day nothing is signed
                yield claims_of(form, record, CodeExtent.FULL)


def _record(form: Form, values: Mapping[str, object]) -> Record:
    """Return the record of a document of the book, whose days are texts."""
    return Record(
        {field.name: _day(values.get(field.name)) if isinstance(field, Date) else values.get(field.name) for field in form.fields}
    )


def _day(value: object) -> object:
    return date.fromisoformat(value) if isinstance(value, str) else value
