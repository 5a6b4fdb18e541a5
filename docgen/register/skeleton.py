"""What the records of many documents have in common stands once in the book: a skeleton, with a slot for each value of their own.

The people of a course have their names and numbers of their own; the organization, the topic and the days are the same. So a
document stores the skeleton that its record has and the values for the slots, a fifth of the record. Put together they are the
record, letter for letter: its hash is what the events state.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from docgen.canonical import json_members

#: A slot in a skeleton, and what divides the values for its slots: no JSON of one line has it.
SLOT = "\t"
_SLOT = SLOT.encode()
#: What stands for the number of a record that has none yet (no JSON has it either), and its member.
NUMBER = "\x1f"
NUMBER_MEMBER = f'"number":{NUMBER}'
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


def members_of(record: str) -> list[str]:
    """Return the members of a record in canonical JSON; none where it is not written as docgen writes it."""
    values = json.loads(record)
    members = [json_members((name,), values) for name in sorted(values)]
    return members if f"{{{','.join(members)}}}" == record else []


class Divider:
    """Divides the records of a job into skeletons and their own values; the first ones say what they have in common."""

    def __init__(self, records: Sequence[list[str]] = ()) -> None:
        self._sample: list[list[str]] = []
        self._learnt = 0
        self._own = frozenset[str]()
        #: The shapes of records by where their own values are, and the one that was met last of those with so many members.
        self._shapes: dict[tuple[int, tuple[tuple[int, str], ...]], _Shape] = {}
        self._last: dict[int, _Shape] = {}
        self.learn(records)

    @property
    def is_learning(self) -> bool:
        """Whether more records are to be looked at before it is certain what they have in common."""
        return len(self._sample) < SAMPLE

    def learn(self, records: Sequence[list[str]]) -> None:
        """Look at records that are divided next."""
        self._sample += records[: SAMPLE - len(self._sample)]
        if len(self._sample) >= MORE * self._learnt:
            self._learnt = len(self._sample)
            self._own = _own_names(self._sample)
            self._shapes.clear()
            self._last.clear()

    def stored(self, members: list[str]) -> StoredRecord:
        """Return how a record is stored."""
        if not self._own:
            return _whole(members)
        shape = self._last.get(len(members)) or self._shape_of(members)
        return shape.divided(members) or self._shape_of(members).divided(members) or _whole(members)

    def _shape_of(self, members: list[str]) -> _Shape:
        slots = tuple((at, name) for at, each in enumerate(members) if (name := _name(each)) in self._own)
        shape = self._shapes.setdefault((len(members), slots), _Shape(len(members), slots))
        self._last[len(members)] = shape
        return shape


class _Shape:
    """Records with so many members and values of their own in the same places, each with its name."""

    def __init__(self, count: int, slots: Sequence[tuple[int, str]]) -> None:
        self._slots = [(at, name, len(name)) for at, name in slots]
        common = sorted(set(range(count)) - {at for at, _name in slots})
        self._common: Callable[[list[str]], object] = itemgetter(*common) if common else len
        #: The skeleton by what such records have in common, which mostly are the same texts.
        self._skeletons: dict[object, str] = {}

    def divided(self, members: list[str]) -> StoredRecord | None:
        """Return how a record is stored, None for one whose own values are elsewhere, or nowhere."""
        values = [members[at][length:] for at, name, length in self._slots if members[at].startswith(name)]
        if not values or len(values) < len(self._slots):
            return None
        common = self._common(members)
        skeleton = self._skeletons.get(common)
        if skeleton is None:
            skeleton = self._skeletons[common] = self._skeleton(members)
        return StoredRecord(skeleton, SLOT.join(values))

    def _skeleton(self, members: list[str]) -> str:
        with_slots = members.copy()
        for at, name, _length in self._slots:
            with_slots[at] = name + SLOT
        return _object(with_slots)


def _object(members: Sequence[str]) -> str:
    return f"{{{','.join(members)}}}"


def _whole(members: Sequence[str]) -> StoredRecord:
    return StoredRecord(None, _object(members))


def _name(member: str) -> str:
    """Return the name of a member with the colon after it."""
    return member[: member.index(":") + 1]


def _own_names(records: Sequence[list[str]]) -> frozenset[str]:
    """Return the names of the values that each record has of its own; none where too few records have anything in common.

    Of those with the fewest values first, as many as possible are common: as long as one skeleton is enough, or one for `ALIKE`
    records on average. A number that is not given yet is one of its own.
    """
    sample = [{_name(member): member for member in members} for members in records]
    names = {name for record in sample for name in record}
    kinds = [0] * len(sample)
    own = {name for name in names if len(sample) > 1 and any(record.get(name) == NUMBER_MEMBER for record in sample)}
    for name in sorted(names - own, key=lambda name: (len({record.get(name) for record in sample}), name)):
        known: dict[tuple[int, str | None], int] = {}
        more = [known.setdefault((kind, record.get(name)), len(known)) for kind, record in zip(kinds, sample, strict=True)]
        if len(known) <= max(1, len(sample) // ALIKE):
            kinds = more
        else:
            own.add(name)
    return frozenset(own) if len(own) < len(names) else frozenset()
