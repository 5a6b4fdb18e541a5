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
from docgen.register.skeleton import NUMBER, filled, record_digest, skeleton_id
from docgen.register.values import content_key, organization_key

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


class DocumentWriter:
    """Stores the new documents of one plan after another, each with its entry and event, `signed` or signed now."""

    def __init__(
        self,
        connection: Connection,
        form: Form,
        entry_of: Callable[[SeriesPlace], DocumentEntry],
        signed: Signature | None = None,
    ) -> None:
        self._connection, self._form, self._entry_of = connection, form, entry_of
        self._signed, self._form_sha256 = signed, stored_hash(form.digest)
        self._skeletons = _Skeletons(connection)

    def write(self, planned: Plan) -> None:
        """Store the new documents of a plan; the book must be locked."""
        connection = self._connection
        _begin_series(connection, planned.series)
        signed = self._signed = self._signed or signature(connection)
        fresh = [place for place in planned.places if not place.is_known]
        for chunk in chunks(list(enumerate(fresh, _last_id(connection, document) + 1))):
            self._skeletons.store({place.request.skeleton for _number, place in chunk})
            entered = [self._row_and_event(number, place, signed) for number, place in chunk]
            insert_rows(connection, document, [row for row, _event in entered])
            add_events(connection, [event for _row, event in entered], signed)

    def _row_and_event(self, number: int, place: SeriesPlace, signed: Signature) -> tuple[tuple[Any, ...], Event]:
        """Return the row of a document, in the order of the table's columns, and its event."""
        form, request, entry = self._form, place.request, self._entry_of(place)
        of_series = place.series.id if place.series else None  # it has been stored
        own = request.own.replace(NUMBER, quoted(place.number))
        sha256, skeleton = record_digest(request.skeleton, own, request.unprinted), self._skeletons.ids[request.skeleton]
        if skeleton is None:
            own = filled(request.skeleton or None, own)
        row = (
            number, of_series, form.id, place.number, place.seq, entry.job, request.key,
            own, request.unprinted, sha256, content_key(request.content), self._form_sha256, request.issued,
            f"{place.number.casefold()} {request.sought}".rstrip(), signed.clerk, signed.at,
            entry.duplicate_of, entry.state, skeleton,
        )  # fmt: skip
        return row, _event(number, of_series, form, place, sha256.hex(), entry)


class _Skeletons:
    """The skeletons of a job; `ids` is what the book calls them, None where a document has none."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.ids: dict[str, int | None] = {"": None}

    def store(self, texts: Iterable[str]) -> None:
        """Store the skeletons that the book has not yet.

        Where another one has the number of a skeleton, its documents are stored as a whole.
        """
        table, found = schema.skeleton, {text: skeleton_id(text) for text in texts if text not in self.ids}
        known: dict[int, str] = {}
        for part in batched_ids(sorted(set(found.values()))):
            known.update(self._connection.execute(select(table.c.id, table.c.record).where(table.c.id.in_(part))).all())
        new = []
        for text, number in sorted(found.items()):
            if number not in known:
                known[number] = text
                new.append((number, text))
            self.ids[text] = number if known[number] == text else None
        if new:
            insert_rows(self._connection, table, new)


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


def _event(number: int, series_id: int | None, form: Form, place: SeriesPlace, sha256: str, entry: DocumentEntry) -> Event:
    """Return the event of a new document: its detail holds, and so binds, what is not found from the rest (`register.proofs`)."""
    key = place.request.key
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
