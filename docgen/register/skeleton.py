"""What the records of many documents have in common stands once in the book: a skeleton, with a slot for each value of their own.

The people of a course have their names and numbers of their own; the organization, the topic and the days are the same. So a
document stores the skeleton that its record has and the values for the slots, a fifth of the record. Put together they are the
record, letter for letter: its hash is what the events state.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import NamedTuple

from docgen.canonical import json_members

#: A slot in a skeleton, and what divides the values for its slots: no JSON of one line has it.
SLOT = "\t"
#: What divides the members of a record on its way into the book: no JSON has it either.
BETWEEN = "\x1f"
#: How many records are looked at to see what they have in common, and how many of those share a skeleton on average.
SAMPLE, ALIKE = 256, 16


class StoredRecord(NamedTuple):
    """A record as it is stored: the values for the slots of a skeleton, or without one the whole record."""

    skeleton: str | None
    own: str


def filled(skeleton: str | None, own: str) -> str:
    """Return a record that was stored, in canonical JSON; raise ValueError where the values do not fit the slots."""
    if skeleton is None:
        return own
    parts = skeleton.split(SLOT)
    whole = [parts[0]]
    for value, after in zip(own.split(SLOT), parts[1:], strict=True):
        whole += (value, after)
    return "".join(whole)


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

    def __init__(self, records: Sequence[list[str]]) -> None:
        self._own = _own_names(records[:SAMPLE])
        #: Where the slots are in a record with so many members, each with its name.
        self._slots: dict[int, list[tuple[int, str]]] = {}

    def stored(self, members: list[str]) -> StoredRecord:
        """Return how a record is stored."""
        if not self._own:
            return StoredRecord(None, f"{{{','.join(members)}}}")
        slots = self._slots.get(len(members))
        try:
            return _stored(members, slots or self._slots_of(members))
        except ValueError:  # its members are others
            return _stored(members, self._slots_of(members))

    def _slots_of(self, members: list[str]) -> list[tuple[int, str]]:
        found = [(at, name) for at, each in enumerate(members) if (name := _name(each)) in self._own]
        self._slots[len(members)] = found
        return found


def _stored(members: list[str], slots: Sequence[tuple[int, str]]) -> StoredRecord:
    """Return how a record is stored; raise ValueError where the slots are not at members of their names."""
    values = []
    skeleton = members.copy()
    for at, name in slots:
        before, _name, value = members[at].partition(name)
        if before:
            raise ValueError(name)
        values.append(value)
        skeleton[at] = name + SLOT
    if not slots:
        return StoredRecord(None, f"{{{','.join(members)}}}")
    return StoredRecord(f"{{{','.join(skeleton)}}}", SLOT.join(values))


def _name(member: str) -> str:
    """Return the name of a member with the colon after it."""
    return member[: member.index(":") + 1]


def _own_names(records: Sequence[list[str]]) -> frozenset[str]:
    """Return the names of the values that each record has of its own; none where too few records have anything in common.

    Of those with the fewest values first, as many as possible are common: as long as one skeleton is enough, or one for `ALIKE`
    records on average.
    """
    sample = [{_name(member): member for member in members} for members in records]
    names = {name for record in sample for name in record}
    kinds = [0] * len(sample)
    own = set()
    for name in sorted(names, key=lambda name: (len({record.get(name) for record in sample}), name)):
        known: dict[tuple[int, str | None], int] = {}
        more = [known.setdefault((kind, record.get(name)), len(known)) for kind, record in zip(kinds, sample, strict=True)]
        if len(known) <= max(1, len(sample) // ALIKE):
            kinds = more
        else:
            own.add(name)
    return frozenset(own) if len(own) < len(names) else frozenset()
