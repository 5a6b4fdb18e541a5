"""What a code says of a document: claims of a CBOR Web Token (RFC 8392), the fields in canonical form (docs/canonical.md).

A full code holds every field that the document prints. A short one holds its number, its day and the hash of its fields.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from docgen.canonical import canonical, printed_content
from docgen.codes.failures import DamagedCode
from docgen.codes.sign1 import decode, encode, ordered
from docgen.errors import DataError
from docgen.form import Form
from docgen.messages import _
from docgen.paint.info import own_day
from docgen.record import Record

#: Names of claims (RFC 8392, 3.1): what it is of, when that was issued; and ours, a private one (RFC 8392, 9.1: below -65536).
SUBJECT, ISSUED, DOCUMENT = 2, 6, -70001
EPOCH, SECONDS = date(1970, 1, 1), 24 * 60 * 60
#: Bytes of a SHA-256.
DIGEST_SIZE = 32
#: Fields that codes name by a number, which never changes: names would take a tenth of a symbol.
NUMBERS = {
    "number": 1, "issued": 2, "organization": 3, "surname": 4, "given_name": 5, "patronymic": 6, "rank": 7, "topic": 8,
    "hours": 9, "start": 10, "end": 11, "city": 12, "head": 13, "name_case": 14, "duplicate_of": 15,
}  # fmt: skip
NAMES = {number: name for name, number in NUMBERS.items()}


class CodeExtent(StrEnum):
    """How much a code says of a document."""

    FULL = "full"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a code says. A full code has `form`, `edition` (empty where it has no dates) and `fields`; a short one has none.

    They are `completed` where what the hash of a short code is of is at hand.
    `digest` is the SHA-256 of the canonical form, 32 bytes; `number` is empty where a document has none.
    """

    day: date
    digest: bytes
    number: str = ""
    form: str = ""
    edition: str = ""
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def extent(self) -> CodeExtent:
        """Which of the two codes it is."""
        return CodeExtent.FULL if self.form else CodeExtent.SHORT

    def content(self) -> bytes:
        """Return the payload of a code."""
        subject: dict[int, object] = {SUBJECT: self.number} if self.number else {}
        fields = {NUMBERS.get(name, name): _sorted(value) for name, value in self.fields.items()}
        document = [self.form, self.edition, ordered(fields)] if self.form else self.digest
        return encode(ordered({**subject, ISSUED: seconds_of(self.day), DOCUMENT: document}))


def claims_of(form: Form, record: Record, extent: CodeExtent) -> Claims:
    """Return what a code says of a document; raise DataError for one without a day, in which no key can be valid."""
    day = own_day(form, record)
    if day is None:
        message = _("a document without a date cannot be signed: a key is valid on certain days")
        raise DataError.because("code-no-day", message, _("Give its date, or print it without --key."), key=form.dated)
    content = printed_content(form, record.values)
    digest, number = hashlib.sha256(content.encode()).digest(), str(record.values.get("number") or "")
    if extent is CodeExtent.SHORT:
        return Claims(day, digest, number)
    values = json.loads(content)
    return Claims(day, digest, number, form.id, values.get("edition", ""), values["fields"])


def completed(claims: Claims, content: str) -> Claims | None:
    """Return the claims of a short code with the fields of a canonical form; None where its hash is that of something else."""
    if hashlib.sha256(content.encode()).digest() != claims.digest:
        return None
    try:
        values = json.loads(content)
        form, edition, fields = values["form"], values.get("edition", ""), values["fields"]
    except (AttributeError, KeyError, TypeError, ValueError):  # another program signs other texts
        return None
    is_ours = isinstance(form, str) and isinstance(edition, str) and isinstance(fields, dict)
    return replace(claims, form=form, edition=edition, fields=fields) if is_ours else None


def read_claims(payload: bytes) -> Claims:
    """Return the claims of a payload; raise DamagedCode for another one."""
    values = decode(payload)
    try:
        day, number, document = day_of(values[ISSUED]), values.get(SUBJECT, ""), values[DOCUMENT]
        claims = Claims(day, document, number) if isinstance(document, bytes) else _full(day, number, *document)
        texts = (number, claims.form, claims.edition, *claims.fields)
        is_plain = all(type(text) is str for text in texts) and _is_plain(claims.fields)
        if not is_plain or len(claims.digest) != DIGEST_SIZE or claims.content() != payload:
            raise DamagedCode
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise DamagedCode from None
    return claims


def _full(day: date, number: str, form: str, edition: str, numbered: dict[Any, Any]) -> Claims:
    fields = {NAMES.get(name, name): value for name, value in numbered.items()}
    content = canonical({"edition": edition or None, "fields": fields, "form": form})
    digest = hashlib.sha256(content.encode()).digest()
    return Claims(day, digest, number, form, edition, fields)


def seconds_of(day: date) -> int:
    """Return the first second of a day in UTC, as CWT says times (RFC 8392, 2)."""
    return (day - EPOCH).days * SECONDS


def day_of(seconds: object) -> date:
    """Return the day that begins with a second; raise DamagedCode for any other value, OverflowError for no day of ours."""
    if type(seconds) is not int or seconds % SECONDS:
        raise DamagedCode
    return EPOCH + timedelta(days=seconds // SECONDS)


def _is_plain(value: Any) -> bool:
    """Return whether a value is one of the canonical form: texts, whole numbers, yes and no, lists and maps of them."""
    if isinstance(value, dict):
        return all(type(name) is str and _is_plain(each) for name, each in value.items())
    return all(map(_is_plain, value)) if isinstance(value, list) else type(value) in (str, int, bool)


def _sorted(value: Any) -> Any:
    """Return a value with the keys of its maps in order."""
    if isinstance(value, dict):
        return ordered({name: _sorted(each) for name, each in value.items()})
    return [_sorted(each) for each in value] if isinstance(value, list) else value
