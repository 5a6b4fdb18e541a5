"""The published list: which documents are void or replaced, and which are genuine though others had their key (docs/code.md).

It holds digests alone, no numbers and no names, and is a signed message like a code: a CBOR Web Token with a day and a term.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from docgen.canonical import canonical
from docgen.codes.claims import DIGEST_SIZE, ISSUED, Claims, day_of, seconds_of
from docgen.codes.failures import DamagedCode
from docgen.codes.keys import PublicKey
from docgen.codes.sign1 import decode, encode, ordered, read_message, signed_message
from docgen.codes.signing import ALGORITHMS, Signer
from docgen.codes.verifying import CodeVerdict, GivenList, VerifiedCode
from docgen.errors import DataError, UsageError
from docgen.messages import _

#: Names of claims: the first second at which the list is no longer current (RFC 8392, 3.1.4), and the digests, a private one.
EXPIRES, LISTED = 4, -70002
#: The longest term of a list, in days: who once had a key cannot say for ever that nothing is void.
LONGEST = 366
#: Bytes of a list that is read: a million digests.
SIZE_LIMIT = 32 << 20


@dataclass(frozen=True, slots=True)
class PublishedList:
    """What is published of documents: the day of the list, the last day on which it is current, and digests of documents.

    `void` and `replaced` hold both digests of a document (`digests_of`), `genuine` that of its content alone.
    """

    day: date
    until: date
    void: frozenset[bytes] = frozenset()
    replaced: frozenset[bytes] = frozenset()
    #: Documents that were truly issued while others had the key, too.
    genuine: frozenset[bytes] = frozenset()

    def content(self) -> bytes:
        """Return the payload of a list."""
        digests = [b"".join(sorted(each)) for each in (self.void, self.replaced, self.genuine)]
        expires = seconds_of(self.until + timedelta(days=1))
        return encode(ordered({EXPIRES: expires, ISSUED: seconds_of(self.day), LISTED: digests}))

    def state_of(self, claims: Claims) -> CodeVerdict:
        """Return what the list says of a document: void, replaced, or nothing against it."""
        names = digests_of(claims)
        states = {CodeVerdict.VOID: self.void, CodeVerdict.REPLACED: self.replaced}
        return next((verdict for verdict, found in states.items() if not names.isdisjoint(found)), CodeVerdict.GENUINE)


def digests_of(claims: Claims) -> frozenset[bytes]:
    """Return the digests by which a list names a document: that of its content, and where it has all of it, of its number.

    A number is one of a form, an organization and a day. Whatever else was corrected in the document, it stays.
    """
    number = {
        "day": claims.day, "form": claims.form, "number": claims.number, "organization": claims.fields.get("organization"),
    }  # fmt: skip
    return frozenset({content_digest(claims), _digest(number)} if all(number.values()) else {content_digest(claims)})


def content_digest(claims: Claims) -> bytes:
    """Return the digest of all that a document says, with the number and the day of its code."""
    return _digest({"content": claims.digest.hex(), "day": claims.day, "number": claims.number or None})


def _digest(values: dict[str, object]) -> bytes:
    return hashlib.sha256(canonical(values).encode()).digest()


def signed_list(published: PublishedList, signer: Signer) -> bytes:
    """Return a list with the signature of a key.

    Raise DataError for a key that is reported as compromised, or not valid on the day of the list; UsageError for a term of no
    day, or longer than LONGEST.
    """
    key = signer.key
    if not 0 <= (published.until - published.day).days <= LONGEST:
        raise UsageError.because("list-term", _("a list is current for 1 to {count} days", count=LONGEST))
    if key.compromised:
        message = _("the key is reported as compromised from {day} on: nothing is signed with it", day=key.compromised)
        raise DataError.because("key-compromised", message, _("Make another key: docgen keys new."))
    if not key.covers(published.day):
        names = {"day": published.day, "first": key.first, "last": key.last or "…"}
        message = _("the list is of {day}, the key is valid from {first} to {last}", **names)
        raise DataError.because("key-not-valid", message, _("Sign with the key of that day."))
    return signed_message(published.content(), signer)


def read_list(content: bytes, keys: Iterable[PublicKey]) -> GivenList:
    """Return a list as it was read, by the keys that are trusted."""
    try:
        message = read_message(content, SIZE_LIMIT)
        published = _read(message.payload)
    except DamagedCode:
        return GivenList(CodeVerdict.LIST_DAMAGED)
    named = [key for key in keys if key.id == message.key_id]
    if not named or message.algorithm not in ALGORITHMS:
        return GivenList(CodeVerdict.LIST_KEY_UNKNOWN)
    signed = [key for key in named if ALGORITHMS[message.algorithm](key.public, message.signature, message.signed)]
    if not signed:
        return GivenList(CodeVerdict.LIST_CHANGED)
    key = signed[0]
    if key.compromised or not key.covers(published.day):  # whoever has the key can write any day
        return GivenList(CodeVerdict.LIST_KEY_INVALID, published, key)
    return GivenList(None, published, key)


def _read(payload: bytes) -> PublishedList:
    """Return the list of a payload; raise DamagedCode for another one."""
    values = decode(payload, SIZE_LIMIT)
    try:
        day, until = day_of(values[ISSUED]), day_of(values[EXPIRES]) - timedelta(days=1)
        published = PublishedList(day, until, *map(_digests, values[LISTED]))
        if published.content() != payload or not 0 <= (until - day).days <= LONGEST:
            raise DamagedCode
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise DamagedCode from None
    return published


def _digests(content: bytes) -> frozenset[bytes]:
    if len(content) % DIGEST_SIZE:
        raise DamagedCode
    return frozenset(content[at : at + DIGEST_SIZE] for at in range(0, len(content), DIGEST_SIZE))


def vouched(found: VerifiedCode, given: GivenList | None) -> VerifiedCode:
    """Return what is found of a code whose key others had, too: genuine where a list of its organization names its content."""
    if given is None or given.published is None or found.claims is None or not _speaks(given, found):
        return found
    if found.verdict is not CodeVerdict.KEY_COMPROMISED:
        return found
    is_named = content_digest(found.claims) in given.published.genuine
    return replace(found, verdict=CodeVerdict.GENUINE) if is_named else found


def by_list(found: VerifiedCode, given: GivenList, today: date) -> VerifiedCode:
    """Return what is found of a code of which nothing is wrong so far when a list was asked, too, on a day.

    What is void stays so; that nothing is void is believed of a current list alone.
    """
    found = replace(found, given=given)
    if not found.is_sound or found.claims is None:
        return found
    if given.fault or given.published is None:
        return replace(found, verdict=given.fault or CodeVerdict.LIST_DAMAGED)
    if not _speaks(given, found):
        return replace(found, verdict=CodeVerdict.LIST_OTHER)
    state = given.published.state_of(found.claims)
    if state is CodeVerdict.GENUINE:
        state = _in_time(given.published, today)
    return found if state is CodeVerdict.GENUINE else replace(found, verdict=state)


def _speaks(given: GivenList, found: VerifiedCode) -> bool:
    """Return whether a list may be believed, and is one of the organization whose key signed the document."""
    if given.fault or given.key is None or found.key is None:
        return False
    return given.key.organization == found.key.organization


def _in_time(published: PublishedList, today: date) -> CodeVerdict:
    if today > published.until:
        return CodeVerdict.LIST_OUTDATED
    return CodeVerdict.LIST_EARLY if today < published.day else CodeVerdict.GENUINE


def all_digests(documents: Iterable[Collection[Claims]]) -> frozenset[bytes]:
    """Return all digests of documents, each as what it may have said."""
    return frozenset(digest for each in documents for claims in each for digest in digests_of(claims))
