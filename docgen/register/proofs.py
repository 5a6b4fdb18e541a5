"""What proves each column of the book: a fact that a hashed event states, or a value that is computed again from such facts.

`PROOFS` is the whole of it: a column that is in no event and cannot be computed would be a column that anybody may change. A
new column of `schema` needs an entry here (a test compares them).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, FromClause, null, select

from docgen.form.numbering import NumberPattern
from docgen.register.current import AS_ISSUED, CORRECTION, HANDED_OVER, SKELETON_ISSUED, record_in
from docgen.register.events import UNREADABLE, details_in
from docgen.register.issuing import SEQUENCE
from docgen.register.keys import REQUESTED
from docgen.register.life import ISSUED, PRINTED, REPLACED, VOID
from docgen.register.schema import VERSION, correction, event, metadata
from docgen.register.skeleton import skeleton_id
from docgen.register.stock import KINDS
from docgen.register.values import content_key, content_of, digest, organization_key, sought

if TYPE_CHECKING:
    from docgen.register.schema import AnyRow

#: What the events say of one row, by the names that events use.
Facts = dict[str, Any]
#: The event that binds the columns of a document which its own event, of an older docgen, did not hold.
BOUND = "bound"
#: Few events are fetched at a time, since each may concern a thousand documents.
STREAMED = {"yield_per": 50}


@dataclass(slots=True)
class History:
    """What all events say: of each table, the facts of each row by its primary key."""

    facts: dict[str, dict[object, Facts]] = field(default_factory=lambda: {table: {} for table in metadata.tables})

    def of(self, table: str, key: object) -> Facts:
        """Return the facts of a row, which begin with this event."""
        return self.facts[table].setdefault(key, {})

    def series_of(self, facts: Facts) -> Facts:
        """Return the facts of a document's sequence."""
        return self.facts["series"].get(facts["series_id"], {})


def read_history(connection: Connection) -> History:
    """Return what the events say, first to last; what cannot be read of an event says nothing."""
    history = History()
    columns = (event.c.document_id, event.c.at, event.c.clerk, event.c.what, event.c.detail, event.c.packed)
    query = select(*columns).order_by(event.c.id)
    for row in connection.execute(query, execution_options=STREAMED):
        for number, detail in details_in(row):
            try:
                _add(history, row, number, detail)
            except UNREADABLE:
                continue
    return history


def _add(history: History, row: AnyRow, number: int | None, detail: Facts) -> None:
    """Add what an event says of one thing."""
    if number is not None:
        _add_of_document(history, history.of("document", number), row, number, detail)
    elif row.what == SEQUENCE:
        history.facts["series"][detail["series_id"]] = {**detail, "id": detail["series_id"]}
    elif row.what == "pattern":
        history.facts["pattern"][detail["form"]] = detail
    elif row.what in STOCKED:
        history.facts["stock"][detail["id"]] = detail


#: The events of preprinted stock.
STOCKED = frozenset(f"stock {kind}" for kind in KINDS)


def _add_of_document(history: History, facts: Facts, row: AnyRow, number: int, detail: Facts) -> None:
    if row.what == PRINTED:
        history.of("printed", number).update(id=number, sha256=detail["sha256"])
    elif row.what in (VOID, REPLACED):
        facts["state"] = row.what
    elif row.what == CORRECTION:
        history.of("correction", detail["correction"]).update(detail, id=detail["correction"], document_id=number)
    elif row.what == HANDED_OVER:
        history.of("handed", number).update(detail, id=number)
    elif row.what == REQUESTED:
        history.of("request", detail["request"]).update(detail, id=detail["request"], document_id=number)
    elif row.what == BOUND:
        was_printed = facts.get("state") == ISSUED and number in history.facts["printed"]
        state = PRINTED if was_printed and detail["state"] == PRINTED else facts.get("state")  # a docgen of before wrote so
        facts.update(detail, state=state)
    else:
        facts.update({"at": row.at, "clerk": row.clerk, "state": ISSUED, **detail, "id": number})


@dataclass(frozen=True, slots=True)
class ColumnProof:
    """How a column is held against the events: `holds` gets all that they say, what they say of its row, and the row."""

    kind: str
    holds: Callable[[History, Facts, AnyRow], bool]

    def accepts(self, history: History, facts: Facts, row: AnyRow) -> bool:
        """Return whether the column is as it was written; one that cannot be read is not."""
        try:
            return self.holds(history, facts, row)
        except UNREADABLE:
            return False


def _stated(column: str) -> ColumnProof:
    """Return the proof of a column that an event states under the column's name; one that it leaves out is NULL."""
    return ColumnProof("stated", lambda _history, facts, row: bool(getattr(row, column) == facts.get(column)))


def _computed(column: str, compute: Callable[[History, Facts, AnyRow], object]) -> ColumnProof:
    return ColumnProof("computed", lambda history, facts, row: bool(getattr(row, column) == compute(history, facts, row)))


def _hashed(history: History, facts: Facts, row: AnyRow) -> bool:
    """Return whether a record and its unprinted values have the hash that the event states, and the record its number."""
    record = record_in(row)
    is_same = digest(record, row.unprinted) == facts["sha256"]
    return is_same and bool(json.loads(record).get("number") == _number(history, facts))


def _number(history: History, facts: Facts) -> str:
    """Return the number of a document, or of the one that a correction is of."""
    own: str = history.facts["document"][facts["document_id"]]["number"] if "document_id" in facts else facts["number"]
    return own


def _worded(history: History, facts: Facts, row: AnyRow) -> bool:
    """Return whether the skeleton that a document names is there, and the record is what it was."""
    return (row.skeleton_id is None) == (row.skeleton is None) and _hashed(history, facts, row)


#: A column of the chain itself, which `events.broken_links` computes again as a whole.
_CHAINED = ColumnProof("chained", lambda _history, _facts, _row: True)


def _content(_history: History, _facts: Facts, row: AnyRow) -> int:
    return content_key(content_of(record_in(row)))


def _sought(history: History, facts: Facts, row: AnyRow) -> str:
    words = sought(json.loads(record_in(row)), json.loads(row.unprinted))
    return f"{_number(history, facts).casefold()} {words}".rstrip()


def _seq(history: History, facts: Facts, _row: AnyRow) -> int | None:
    of = history.series_of(facts)
    return NumberPattern(of["pattern"]).seq(facts["number"], of["year"])


def _all_stated(*columns: str) -> dict[str, ColumnProof]:
    return {column: _stated(column) for column in columns}


#: What proves the columns of what a document says, in its own row and in those of its corrections.
_SAID: dict[str, ColumnProof] = {
    "record": ColumnProof("stated", _hashed),
    "unprinted": ColumnProof("stated", _hashed),
    "content": _computed("content", _content),
    "sought": _computed("sought", _sought),
}

#: Table → column → what proves it. A row is found in the events by its primary key.
PROOFS: Mapping[str, Mapping[str, ColumnProof]] = {
    "docgen_register": {"version_num": _computed("version_num", lambda _history, _facts, _row: VERSION)},
    "book": {"id": _computed("id", lambda _history, _facts, _row: 1), **dict.fromkeys(("events", "hash", "identity"), _CHAINED)},
    "event": dict.fromkeys(("id", "document_id", "at", "clerk", "what", "detail", "packed", "hash"), _CHAINED),
    "series": _all_stated("id", "form", "organization", "year", "pattern", "floor")
    | {"organization_key": _computed("organization_key", lambda _h, facts, _row: organization_key(facts["organization"]))},
    "document": _all_stated(
        "id", "series_id", "number", "job", "key", "sha256", "form_sha256", "dated", "clerk", "at", "duplicate_of", "state"
    )
    | {
        "form": _computed("form", lambda history, facts, _row: history.series_of(facts)["form"]),
        "seq": _computed("seq", _seq),
        "skeleton_id": ColumnProof("stated", _worded),
        **_SAID,
    },
    "skeleton": {
        "id": _computed("id", lambda _history, _facts, row: skeleton_id(row.record)),
        "record": ColumnProof("computed", lambda _history, _facts, row: bool(row.id == skeleton_id(row.record))),
    },
    "correction": _all_stated("id", "document_id", "sha256") | _SAID,
    "handed": _all_stated("id", "day", "package"),
    "request": _all_stated("id", "key", "body", "document_id"),
    "printed": _all_stated("id", "sha256"),
    "stock": _all_stated("id", "form", "kind", "prefix", "width", "first", "last", "day", "reason")
    | {"document_id": _computed("document_id", lambda _history, _facts, _row: None)},
    "pattern": _all_stated("form", "pattern"),
}


#: Table with records → what its rows are selected from, and what is selected for `record_in` besides its columns.
_RECORDS: Mapping[str, tuple[FromClause, tuple[ColumnElement[Any], ...]]] = {
    "document": (AS_ISSUED, (SKELETON_ISSUED,)),
    "correction": (correction, (null().label("skeleton"),)),
}


def altered_rows(connection: Connection, history: History, table: str) -> Iterator[tuple[AnyRow, list[str]]]:
    """Yield each row of a table that is not what the events say, with the names of the columns that differ.

    A row that no event knows of differs in all of them.
    """
    columns = metadata.tables[table].columns
    [key] = metadata.tables[table].primary_key
    source, more = _RECORDS.get(table, (metadata.tables[table], ()))
    query = select(*columns, *more).select_from(source).order_by(key)
    for row in connection.execute(query, execution_options={"yield_per": 1000}):
        facts = history.facts[table].get(getattr(row, key.key), {})
        if wrong := [name for name, proof in PROOFS[table].items() if not proof.accepts(history, facts, row)]:
            yield row, wrong


def lost_rows(connection: Connection, history: History, table: str) -> list[Facts]:
    """Return the facts of each row that the events know of and the table lacks."""
    [key] = metadata.tables[table].primary_key
    there = set(connection.execute(select(key)).scalars())
    return [facts for each, facts in history.facts[table].items() if each not in there]
