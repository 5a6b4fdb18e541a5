"""Writing a plan into the book: the documents, the sequences that they begin, and an event for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Table, func, insert, select, update

from docgen.canonical import canonical
from docgen.form import Form, check_numbered
from docgen.register import schema
from docgen.register.events import Event, Signature, add_events, signature
from docgen.register.hashes import stored_hash
from docgen.register.planning import FEW, Plan, Series, SeriesPlace, wanted_pattern
from docgen.register.schema import document, insert_rows, series
from docgen.register.skeleton import SAMPLE, Divider, StoredRecord, filled, skeleton_id
from docgen.register.values import content_key, digest, organization_key

if TYPE_CHECKING:
    from docgen.register.schema import AnyRow

T = TypeVar("T")

#: How many documents are written at once.
CHUNK = 1000
#: The event that says how a sequence begins, or where it goes on.
SEQUENCE = "sequence"


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """How documents enter the book: their job, event and state, and the id of the document that they are a duplicate of."""

    job: str
    what: str = "issued"
    state: str = "issued"
    duplicate_of: int | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


def write(
    connection: Connection,
    form: Form,
    planned: Plan,
    entry_of: Callable[[SeriesPlace], DocumentEntry],
    signed: Signature | None = None,
) -> None:
    """Store the new documents of a plan, each with its entry and event, `signed` or signed now; the book must be locked."""
    _begin_series(connection, planned.series)
    last = _last_id(connection, document)
    signed, form_sha256 = signed or signature(connection), stored_hash(form.digest)
    fresh = [place for place in planned.places if not place.is_known]
    divider = Divider([place.request.members(place.number) for place in fresh[:SAMPLE]])
    for chunk in chunks(list(enumerate(fresh, last + 1))):
        rows, events = [], []
        members = [place.request.members(place.number) for _number, place in chunk]
        stored_records = _with_skeletons(connection, list(map(divider.stored, members)))
        for (number, place), its_own, stored in zip(chunk, members, stored_records, strict=True):
            entry = entry_of(place)
            sha256 = digest(f"{{{','.join(its_own)}}}", place.request.unprinted)
            rows.append(_row(number, form, place, entry, stored, bytes.fromhex(sha256), form_sha256, signed))
            events.append(_event(number, form, place, sha256, entry))
        insert_rows(connection, document, rows)
        add_events(connection, events, signed)


def _with_skeletons(connection: Connection, records: Sequence[StoredRecord]) -> list[tuple[int | None, str]]:
    """Store the skeletons of records; return the columns `skeleton_id` and `record` of each."""
    texts = dict.fromkeys([each.skeleton for each in records])
    ids = {text: skeleton_id(text) for text in texts if text is not None}
    table = schema.skeleton
    known: dict[int, str] = {}
    for part in batched_ids(sorted(set(ids.values()))):
        known.update(connection.execute(select(table.c.id, table.c.record).where(table.c.id.in_(part))).all())
    new = []
    for text, number in ids.items():
        if number not in known:
            known[number] = text
            new.append((number, text))
    if new:
        insert_rows(connection, table, new)
    return [_columns(each, ids, known) for each in records]


def _columns(stored: StoredRecord, ids: Mapping[str, int], known: Mapping[int, str]) -> tuple[int | None, str]:
    """Return the columns of a record; where another skeleton has the number of its own, it is stored as a whole."""
    if stored.skeleton is None or known[number := ids[stored.skeleton]] != stored.skeleton:
        return None, filled(*stored)
    return number, stored.own


def batched_ids(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Return ids a few at a time, as a query names them."""
    return (ids[begin : begin + FEW] for begin in range(0, len(ids), FEW))


def chunks(values: list[T]) -> Iterator[list[T]]:
    """Return the values of a long job in chunks, so that not all of their rows are in memory at once."""
    return (values[begin : begin + CHUNK] for begin in range(0, len(values), CHUNK))


def _last_id(connection: Connection, table: Table) -> int:
    last: int = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    return last


def _begin_series(connection: Connection, planned: Iterable[Series]) -> None:
    """Store the series that are new.

    Their ids are counted here: a server's sequence goes on after a transaction that was rolled back, and a job that was
    repeated would leave other events than one that was not.
    """
    for each in planned:
        if each.id is None:
            each.id = _last_id(connection, series) + 1
            values = {
                "id": each.id, "form": each.form, "organization": each.organization,
                "organization_key": organization_key(each.organization),
                "year": each.year, "pattern": each.pattern.text, "floor": each.floor,
            }  # fmt: skip
            connection.execute(insert(series).values(values))
            record_sequence(connection, each.id)


def record_sequence(connection: Connection, number: int) -> None:
    """Write the event that says how a sequence is now."""
    row = connection.execute(select(series).where(series.c.id == number)).one()
    add_events(connection, [Event(SEQUENCE, None, canonical(sequence_facts(row)))])


def sequence_facts(row: AnyRow) -> dict[str, object]:
    """Return what the events say of a sequence, from its row."""
    return {"series_id": row.id} | {name: getattr(row, name) for name in ("form", "organization", "year", "pattern", "floor")}


def _row(
    number: int, form: Form, place: SeriesPlace, entry: DocumentEntry, stored: tuple[int | None, str], sha256: bytes,
    form_sha256: bytes, signed: Signature,
) -> tuple[Any, ...]:  # fmt: skip
    """Return the row of a document, in the order of the table's columns."""
    request, (skeleton, own) = place.request, stored
    return (
        number, _series_id(place), form.id, place.number, place.seq, entry.job, request.key,
        own, request.unprinted, sha256, content_key(request.content), form_sha256, request.issued,
        f"{place.number.casefold()} {request.sought}".rstrip(), signed.clerk, signed.at, entry.duplicate_of, entry.state,
        skeleton,
    )  # fmt: skip


def _series_id(place: SeriesPlace) -> int | None:
    """Return the id of a new document's series, which has been stored."""
    return place.series.id if place.series else None


def _event(number: int, form: Form, place: SeriesPlace, sha256: str, entry: DocumentEntry) -> Event:
    """Return the event of a new document: its detail holds, and so binds, what is not found from the rest (`register.proofs`)."""
    key, series_id = place.request.key, _series_id(place)
    if entry.duplicate_of is None and not entry.detail:  # written out: an encoder takes several times as long
        facts = f'"dated":{quoted(place.request.issued)},"form_sha256":"{form.digest}",'
        facts += f'"job":{quoted(entry.job)},"key":{quoted(key)},"number":{quoted(place.number)}'
        return Event(entry.what, number, f'{{{facts},"series_id":{series_id},"sha256":"{sha256}"}}')
    own = {
        "dated": place.request.issued, "form_sha256": form.digest, "number": place.number, "series_id": series_id,
        "sha256": sha256, "job": entry.job, "key": key,
    }  # fmt: skip
    return Event(entry.what, number, canonical({**own, "duplicate_of": entry.duplicate_of, **entry.detail}))


def set_pattern(connection: Connection, form: Form, text: str) -> None:
    """Give another pattern to the sequences of a form that begin from now on; the book must be locked.

    Raise UsageError for what is no pattern.
    """
    check_numbered(form)
    wanted_pattern(text or " ")
    table = schema.pattern
    changed = connection.execute(update(table).where(table.c.form == form.id).values(pattern=text))
    if not changed.rowcount:
        connection.execute(insert(table).values(form=form.id, pattern=text))
    add_events(connection, [Event("pattern", None, canonical({"form": form.id, "pattern": text}))])
