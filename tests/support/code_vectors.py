"""What docs/code-vectors.json holds besides sound codes: codes that are refused, and published lists; written by cbor2 alone.

Each is a row: what it shows, the code, and the verdict; a list besides with the keys that are trusted and the day on which it is
asked. The same rows are given to Python and to the page's JavaScript.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import base45
import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from docgen.codes import PublicKey
from support.signing import PUBLIC, SECRET, key_of

#: RFC 8032, 7.1, test 1: the key of the same organization that signs lists after the other one was reported.
OTHER_SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
OTHER_PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
OTHER_KEY = PublicKey(OTHER_PUBLIC, key_of().organization, date(2026, 1, 1))
DAY, FORM, NUMBER = date(2026, 2, 6), "retraining-certificate", "00417"
FIELDS = {1: NUMBER, 2: str(DAY), 3: "Академия", 4: "Сейітқали", 9: 144}
NAMED = {"number": NUMBER, "issued": str(DAY), "organization": "Академия", "surname": "Сейітқали", "hours": 144}


def seconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400


PAYLOAD: dict[int, object] = {2: NUMBER, 6: seconds(DAY), -70001: [FORM, "", FIELDS]}


def signed(payload: object, header: object = None, tag: int = 18, outer: object = None, secret: bytes = SECRET) -> bytes:
    """Return a message; a payload or a header of bytes is taken as it is."""
    key_id = OTHER_KEY.id if secret == OTHER_SECRET else key_of().id
    protected = header if isinstance(header, bytes) else cbor2.dumps({1: -8, 4: key_id} if header is None else header)
    content = payload if isinstance(payload, bytes) else cbor2.dumps(payload)
    signature = Ed25519PrivateKey.from_private_bytes(secret).sign(cbor2.dumps(["Signature1", protected, b"", content]))
    return cbor2.dumps(cbor2.CBORTag(tag, [protected, {} if outer is None else outer, content, signature]))


def text(message: bytes) -> str:
    return "DG1:" + base45.b45encode(message).decode()


def claims(**changes: object) -> dict[object, object]:
    """Return the payload with other fields: `document` is the claim as a whole."""
    return {**PAYLOAD, -70001: changes["document"]} if "document" in changes else {**PAYLOAD, **changes}  # type: ignore[dict-item]


def of_fields(fields: dict[Any, object]) -> bytes:
    return signed({**PAYLOAD, -70001: [FORM, "", fields]})


def deep(levels: int) -> object:
    return [deep(levels - 1)] if levels else 1


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


SOUND = signed(PAYLOAD)
ITEMS = [cbor2.dumps(name) + cbor2.dumps(value) for name, value in PAYLOAD.items()]
ROWS = {"rows": [{"n": 1, "done": True}, {"n": 2**60, "done": False}]}
#: What it shows → text, verdict.
CODES = {
    "sound": (text(SOUND), "genuine"),
    "deflated": (text(zlib.compress(SOUND, 9)), "genuine"),
    "rows, yes and no, a long number": (text(of_fields({**FIELDS, **ROWS})), "genuine"),
    "a short one": (text(signed(claims(document=bytes(32)))), "genuine"),
    "a short one without a number": (text(signed({6: seconds(DAY), -70001: bytes(32)})), "genuine"),
    "an edition": (text(signed(claims(document=[FORM, "2020-05-27", FIELDS]))), "genuine"),
    "another issuer's": ("HC1:6BF", "no-code"),
    "nothing": ("DG1:", "damaged"),
    "one letter": ("DG1:A", "damaged"),
    "three letters beyond two bytes": ("DG1::::", "damaged"),
    "a letter that Base45 lacks": ("DG1:Ә0", "damaged"),
    "small letters": ("DG1:" + text(SOUND)[4:].lower(), "damaged"),
    "too long": ("DG1:" + "0" * 4293, "damaged"),
    "deflated, cut off": (text(zlib.compress(SOUND, 9)[:-5]), "damaged"),
    "deflated, and more after it": (text(zlib.compress(SOUND, 9) + b"0"), "damaged"),
    "deflated, without end": (text(zlib.compress(bytes(1 << 20), 9)), "damaged"),
    "no deflate": (text(b"\x78" + SOUND), "damaged"),
    "a byte more": (text(SOUND + b"\0"), "damaged"),
    "a byte less": (text(SOUND[:-1]), "damaged"),
    "another tag": (text(signed(PAYLOAD, tag=17)), "damaged"),
    "an open header": (text(signed(PAYLOAD, outer={4: key_of().id})), "damaged"),
    "a header of one value": (text(signed(PAYLOAD, {1: -8})), "damaged"),
    "a header of three values": (text(signed(PAYLOAD, {1: -8, 3: 0, 4: key_of().id})), "damaged"),
    "a header in another order": (text(signed(PAYLOAD, {4: key_of().id, 1: -8})), "damaged"),
    "a payload in another order": (text(signed(b"\xa3" + b"".join(reversed(ITEMS)))), "damaged"),
    "a claim twice": (text(signed(b"\xa4" + ITEMS[0] + ITEMS[0] + ITEMS[1] + ITEMS[2])), "damaged"),
    "a claim more": (text(signed({1: "A", **PAYLOAD})), "damaged"),
    "a claim less": (text(signed({2: NUMBER, 6: seconds(DAY)})), "damaged"),
    "a map without a length": (text(signed(b"\xbf" + b"".join(ITEMS) + b"\xff")), "damaged"),
    "a number in more bytes than it needs": (text(signed(b"\xa3\x18\x02" + ITEMS[0][1:] + ITEMS[1] + ITEMS[2])), "damaged"),
    "a text that is no UTF-8": (text(signed(b"\xa3\x02\x61\xff" + ITEMS[1] + ITEMS[2])), "damaged"),
    "a list longer than the message": (text(signed(b"\xa2" + ITEMS[1] + ITEMS[2][:5] + b"\x9a\xff\xff\xff\xff")), "damaged"),
    "another second than the first": (text(signed(claims() | {6: seconds(DAY) + 1})), "damaged"),
    "a day of the year 10000": (text(signed(claims() | {6: 253_402_300_800})), "damaged"),
    "a number that is no text": (text(signed(claims() | {2: 417})), "damaged"),
    "an empty number": (text(signed(claims() | {2: ""})), "damaged"),
    "a digest of 31 bytes": (text(signed(claims(document=bytes(31)))), "damaged"),
    "no form": (text(signed(claims(document=["", "", FIELDS]))), "damaged"),
    "no edition": (text(signed(claims(document=[FORM, FIELDS]))), "damaged"),
    "a field by its name that has a number": (text(of_fields({1: NUMBER, "surname": "Сейітқали"})), "damaged"),
    "a field by a number that none has": (text(of_fields({**FIELDS, 99: "A"})), "damaged"),
    "fields in another order": (text(of_fields({4: "Сейітқали", 1: NUMBER})), "damaged"),
    "a value that is nothing": (text(of_fields({**FIELDS, 10: None})), "damaged"),
    "a value with a point": (text(of_fields({**FIELDS, 10: 0.5})), "damaged"),
    "a value of bytes": (text(of_fields({**FIELDS, 10: b"A"})), "damaged"),
    "a value with a tag": (text(of_fields({**FIELDS, 10: cbor2.CBORTag(99, "A")})), "damaged"),
    "values too deep in others": (text(of_fields({**FIELDS, 10: deep(20)})), "damaged"),
    "a published list": (text(signed({4: seconds(DAY), 6: seconds(DAY), -70002: [b"", b"", b""]})), "damaged"),
    "another key": (text(signed(PAYLOAD, secret=OTHER_SECRET)), "key-unknown"),
    "another algorithm": (text(signed(PAYLOAD, {1: -7, 4: key_of().id})), "key-unknown"),
    "another signature": (text(flipped(SOUND, len(SOUND) - 1)), "changed"),
    "another letter of a field": (text(SOUND.replace("Сейітқали".encode(), "Сейітқалй".encode())), "changed"),
    "another day": (text(SOUND.replace(cbor2.dumps(seconds(DAY)), cbor2.dumps(seconds(DAY) + 86_400))), "changed"),
    "the key of another message": (text(signed(PAYLOAD, {1: -8, 4: key_of().id}, secret=OTHER_SECRET)), "changed"),
    "the day before its key": (text(signed(claims() | {6: seconds(date(2025, 12, 31))})), "outside-validity"),
    "the day after its key": (text(signed(claims() | {6: seconds(date(2027, 1, 1))})), "outside-validity"),
}  # fmt: skip


def digest(values: dict[str, object]) -> bytes:
    return sha256(json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).digest()


CONTENT = digest({"fields": NAMED, "form": FORM})
BY_CONTENT = digest({"content": CONTENT.hex(), "day": str(DAY), "number": NUMBER})
BY_NUMBER = digest({"day": str(DAY), "form": FORM, "number": NUMBER, "organization": "Академия"})
FIRST, UNTIL, TODAY = date(2026, 11, 1), date(2026, 12, 1), date(2026, 11, 20)
DIGESTS = sorted([digest({"n": 1}), digest({"n": 2}), BY_NUMBER])
OTHERS = [each for each in DIGESTS if each != BY_NUMBER]


def listed(void: bytes = b"", replaced: bytes = b"", genuine: bytes = b"", until: date = UNTIL, secret: bytes = SECRET) -> bytes:
    values = {4: seconds(until + timedelta(days=1)), 6: seconds(FIRST), -70002: [void, replaced, genuine]}
    return signed(values, secret=secret)


REPORTED = key_of(compromised=date(2026, 2, 1))
ELSEWHERE = replace(OTHER_KEY, organization="B")
BOTH, OWN = [key_of(), OTHER_KEY], [key_of()]
#: A short code with a digest that the list names, and another number: whoever had the key can write it.
FORGED = text(signed({2: "00999", 6: seconds(DAY), -70001: CONTENT}))
#: What it shows → list, keys, the day on which it is asked, code, verdict.
LISTS: dict[str, tuple[bytes, list[PublicKey], date, str, str]] = {
    "nothing is void": (listed(), OWN, TODAY, text(SOUND), "genuine"),
    "others are void": (listed(b"".join(OTHERS)), OWN, TODAY, text(SOUND), "genuine"),
    "void by its number": (listed(b"".join(DIGESTS)), OWN, TODAY, text(SOUND), "void"),
    "void by its content": (listed(BY_CONTENT), OWN, TODAY, text(SOUND), "void"),
    "replaced": (listed(b"", BY_NUMBER), OWN, TODAY, text(SOUND), "replaced"),
    "on its first day": (listed(), OWN, FIRST, text(SOUND), "genuine"),
    "on its last day": (listed(), OWN, UNTIL, text(SOUND), "genuine"),
    "older than its term": (listed(), OWN, UNTIL + timedelta(days=1), text(SOUND), "list-outdated"),
    "void, in a list older than its term": (listed(BY_NUMBER), OWN, UNTIL + timedelta(days=1), text(SOUND), "void"),
    "of a day to come": (listed(), OWN, FIRST - timedelta(days=1), text(SOUND), "list-early"),
    "a byte more": (listed() + b"\0", OWN, TODAY, text(SOUND), "list-damaged"),
    "a term of 367 days": (listed(until=FIRST + timedelta(days=367)), OWN, TODAY, text(SOUND), "list-damaged"),
    "a term before its day": (listed(until=FIRST - timedelta(days=1)), OWN, TODAY, text(SOUND), "list-damaged"),
    "half a digest": (listed(BY_NUMBER[:16]), OWN, TODAY, text(SOUND), "list-damaged"),
    "digests in another order": (listed(b"".join(reversed(DIGESTS))), OWN, TODAY, text(SOUND), "list-damaged"),
    "a digest twice": (listed(BY_NUMBER * 2), OWN, TODAY, text(SOUND), "list-damaged"),
    "a code": (SOUND, OWN, TODAY, text(SOUND), "list-damaged"),
    "an unknown key": (listed(secret=OTHER_SECRET), OWN, TODAY, text(SOUND), "list-key-unknown"),
    "another signature": (flipped(listed(), len(listed()) - 1), OWN, TODAY, text(SOUND), "list-changed"),
    "a key not valid on its day": (listed(), [key_of(last=date(2026, 10, 31))], TODAY, text(SOUND), "list-key-invalid"),
    "a key that was reported": (listed(), [key_of(compromised=date(2026, 12, 1))], TODAY, text(SOUND), "list-key-invalid"),
    "another organization": (
        listed(BY_NUMBER, secret=OTHER_SECRET), [key_of(), ELSEWHERE], TODAY, text(SOUND), "list-other",
    ),
    "another key of the organization": (listed(BY_NUMBER, secret=OTHER_SECRET), BOTH, TODAY, text(SOUND), "void"),
    "a code that was changed": (listed(), OWN, TODAY, text(flipped(SOUND, len(SOUND) - 1)), "changed"),
    "others had the key": (listed(secret=OTHER_SECRET), [REPORTED, OTHER_KEY], TODAY, text(SOUND), "key-compromised"),
    "others had the key, and it is named": (
        listed(genuine=BY_CONTENT, secret=OTHER_SECRET), [REPORTED, OTHER_KEY], TODAY, text(SOUND), "genuine",
    ),
    "others had the key, it is named and void": (
        listed(BY_NUMBER, genuine=BY_CONTENT, secret=OTHER_SECRET), [REPORTED, OTHER_KEY], TODAY, text(SOUND), "void",
    ),
    "others had the key, and named it": (listed(genuine=BY_CONTENT), [REPORTED], TODAY, text(SOUND), "key-compromised"),
    "others had the key, and took its digest": (
        listed(genuine=BY_CONTENT, secret=OTHER_SECRET), [REPORTED, OTHER_KEY], TODAY, FORGED, "key-compromised",
    ),
}  # fmt: skip


def judged() -> list[dict[str, object]]:
    """Return the codes as rows of the file."""
    return [{"what": what, "text": text, "verdict": verdict} for what, (text, verdict) in CODES.items()]


def lists() -> list[dict[str, object]]:
    """Return the lists as rows of the file."""
    return [
        {
            "what": what, "list": b64encode(content).decode(), "keys": [key.as_jwk() for key in keys], "today": str(today),
            "text": code, "verdict": verdict,
        }
        for what, (content, keys, today, code, verdict) in LISTS.items()
    ]  # fmt: skip


def differing(stored: list[dict[str, Any]], now: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what a row shows that is stored otherwise; the bytes of a deflated text depend on the library."""
    for one, other in zip(stored, now, strict=True):
        if {**one, "text": ""} != {**other, "text": ""} or (one["text"] != other["text"] and "deflated" not in one["what"]):
            yield other["what"]


assert Ed25519PrivateKey.from_private_bytes(OTHER_SECRET).public_key().public_bytes_raw() == OTHER_PUBLIC
assert Ed25519PrivateKey.from_private_bytes(SECRET).public_key().public_bytes_raw() == PUBLIC
