"""What the records of many documents have in common stands once in the book: a skeleton, with a slot for each value of their own.

The people of a course have their names and numbers of their own; the organization, the topic and the days are the same. So a
document stores the skeleton that its record has and the values for the slots, a fifth of the record. Put together they are the
record, letter for letter: its hash is what the events state.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from json.encoder import encode_basestring as quoted
from typing import Any, NamedTuple

from docgen.canonical import canonical, member_value, members

#: A slot in a skeleton, and what divides the values for its slots: no JSON of one line has it.
SLOT = "\t"
_SLOT = SLOT.encode()
#: The value that is open before a record has its number, what stands for it (no JSON has that either), and its member.
OPEN, NUMBER = "number", "\x1f"
NUMBER_MEMBER = f'"{OPEN}":{NUMBER}'
#: How many records are looked at to see what they have in common, and how many of those share a skeleton on average.
SAMPLE, ALIKE = 256, 16
#: How many times as many records as before are seen when what they have in common is found anew.
MORE = 4


class StoredRecord(NamedTuple):
    """A record as it is stored: the values for the slots of a skeleton, or without one the whole record."""

    skeleton: str | None
    own: str


def filled(skeleton: str | None, own: str) -> str:
    """Return a record that was stored, in canonical JSON; raise ValueError where the values do not fit the slots."""
    if skeleton is None:
        return own
    return "".join(chain.from_iterable(zip(skeleton.split(SLOT), f"{own}{SLOT}".split(SLOT), strict=True)))


def record_digest(skeleton: str, own: str, unprinted: str) -> bytes:
    """Return the SHA-256 of a record that is stored so, and of its unprinted values; `skeleton` is empty for a whole record."""
    record = own.encode() if not skeleton else _put_together(_pieces(skeleton), f"{own}{SLOT}")
    return hashlib.sha256(b"%s\n%s" % (record, unprinted.encode())).digest()


def content_digest(skeleton: str, own: str) -> str:
    """Return the content of a record whose number is open, which is the SHA-256 of the record without it, in hexadecimal."""
    if not skeleton:
        content = _without_number(own, NUMBER).encode()
    else:
        content = _put_together(_pieces_of_content(skeleton), f"{own}{SLOT}".replace(f"{NUMBER}{SLOT}", "", 1))
    return hashlib.sha256(b"%s\n" % content).hexdigest()


def _put_together(pieces: Sequence[bytes], own: str) -> bytes:
    """Return a record of the pieces of its skeleton and its own values, each with `SLOT` after it."""
    return b"".join(chain.from_iterable(zip(pieces, own.encode().split(_SLOT), strict=True)))


#: Many records share a skeleton: so it is encoded once.
@lru_cache(maxsize=1024)
def _pieces(skeleton: str) -> Sequence[bytes]:
    return skeleton.encode().split(_SLOT)


@lru_cache(maxsize=1024)
def _pieces_of_content(skeleton: str) -> Sequence[bytes]:
    return _pieces(_without_number(skeleton, SLOT))


def _without_number(text: str, sign: str) -> str:
    """Return a record, or its skeleton, without the member of its number, in which a sign stands for it."""
    member = f'"number":{sign}'
    found = next((each for each in (f",{member}", f"{member},") if each in text), member)
    return text.replace(found, "", 1)


def skeleton_id(skeleton: str) -> int:
    """Return the number by which a skeleton is known: 63 bits of its SHA-256."""
    return int.from_bytes(hashlib.sha256(skeleton.encode()).digest()[:8]) >> 1


def values_of(record: str) -> dict[str, Any]:
    """Return the values of a record in canonical JSON; none where it is not written as docgen writes it."""
    values = dict(json.loads(record))
    return values if canonical(values) == record else {}


class Divider:
    """Divides the records of a job into skeletons and their own values; the first ones say what they have in common.

    Where `is_open`, the number of a record is not given yet: `NUMBER` stands for it, whatever the record has.
    """

    def __init__(self, records: Sequence[Mapping[str, object]] = (), *, is_open: bool = False) -> None:
        self._is_open, self._sample, self._learnt = is_open, list[dict[str, str]](), 0
        self._own = frozenset[str]()
        #: The shapes of records by their names.
        self._shapes: dict[tuple[str, ...], _DividedShape] = {}
        self.learn(records)

    @property
    def is_learning(self) -> bool:
        """Whether more records are to be looked at before it is certain what they have in common."""
        return len(self._sample) < SAMPLE

    def learn(self, records: Iterable[Mapping[str, object]]) -> None:
        """Look at records that are divided next."""
        self._sample += map(self._members, islice(records, SAMPLE - len(self._sample)))
        if len(self._sample) >= MORE * self._learnt:
            self._learnt = len(self._sample)
            self._own = _own_names(self._sample)
            self._shapes.clear()

    def stored(self, values: Mapping[str, object]) -> StoredRecord:
        """Return how a record is stored."""
        found = self._shape(tuple(values)).divided(values) if self._own else None
        if found is None and self._own and None in values.values():  # perhaps one of its own values
            given = {name: value for name, value in values.items() if value is not None}
            found = self._shape(tuple(given)).divided(given)
        if found is None:
            members = self._members(values)
            found = StoredRecord(None, f"{{{','.join(map(members.__getitem__, sorted(members)))}}}")
        return found

    def _members(self, values: Mapping[str, object]) -> dict[str, str]:
        """Return the members of a record by their names."""
        names = [name for name, value in values.items() if value is not None]
        found = dict(zip(names, members(names, values), strict=True))
        return {**found, OPEN: NUMBER_MEMBER} if self._is_open else found

    def _shape(self, names: tuple[str, ...]) -> _DividedShape:
        shape = self._shapes.get(names)
        if shape is None:
            shape = self._shapes[names] = _DividedShape(names, self._own, is_open=self._is_open)
        return shape


class _DividedShape:
    """Records with values of these names, some of which are their own."""

    def __init__(self, names: Sequence[str], own: frozenset[str], *, is_open: bool) -> None:
        self._own = sorted(own & {*names, OPEN} if is_open else own.intersection(names))
        #: Where the number of the form that is open stands among the own values.
        self._open_at = self._own.index(OPEN) if is_open and OPEN in self._own else None
        self._given = [name for name in self._own if self._open_at is None or name != OPEN]
        self._common = sorted({*names} - own - ({OPEN} if is_open else set()))
        #: The skeleton by what such records have in common, and the types of that: 1 and True are two values.
        self._skeletons: dict[object, str] = {}

    def divided(self, values: Mapping[str, object]) -> StoredRecord | None:
        """Return how a record is stored, None for one that lacks an own value, or has none."""
        given = [values[name] for name in self._given]
        own = [quoted(value) if type(value) is str else member_value(value) for value in given]
        if self._open_at is not None:
            own.insert(self._open_at, NUMBER)
        if not own or None in given:
            return None
        return StoredRecord(self._skeleton(values), SLOT.join(own))

    def _skeleton(self, values: Mapping[str, object]) -> str:
        common = [values[name] for name in self._common]
        key = (*common, *map(type, common))
        try:
            found = self._skeletons.get(key)
        except TypeError:  # a list is not hashable
            return self._skeleton_of(values)
        if found is None:
            found = self._skeletons[key] = self._skeleton_of(values)
        return found

    def _skeleton_of(self, values: Mapping[str, object]) -> str:
        names = [name for name in self._common if values[name] is not None]
        found = dict(zip(names, members(names, values), strict=True))
        found |= {name: f"{quoted(name)}:{SLOT}" for name in self._own}
        return f"{{{','.join(map(found.__getitem__, sorted(found)))}}}"


def _own_names(sample: Sequence[Mapping[str, str]]) -> frozenset[str]:
    """Return the names of the values that each record has of its own, given the members of some by their names.

    Those with the fewest values first, as many as possible are common: as long as one skeleton is enough, or one for `ALIKE`
    records on average. There are none where nothing is common, or everything. A number that is open is of each record's own.
    """
    names = {name for record in sample for name in record}
    kinds = [0] * len(sample)
    own = {OPEN} if len(sample) > 1 and any(record.get(OPEN) == NUMBER_MEMBER for record in sample) else set()
    for name in sorted(names - own, key=lambda name: (len({record.get(name) for record in sample}), name)):
        known: dict[tuple[int, str | None], int] = {}
        more = [known.setdefault((kind, record.get(name)), len(known)) for kind, record in zip(kinds, sample, strict=True)]
        if len(known) <= max(1, len(sample) // ALIKE):
            kinds = more
        else:
            own.add(name)
    return frozenset(own) if len(own) < len(names) else frozenset()
