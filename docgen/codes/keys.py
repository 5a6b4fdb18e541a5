"""Keys that sign documents: a public part for everybody, as a JWK (RFC 7517, RFC 8037), and a secret part for its owner.

A key is named by the first 8 bytes of its thumbprint (RFC 7638). Its validity is days: a document is signed, and genuine, if its
own day lies within.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from docgen.errors import DataError
from docgen.messages import _

#: Bytes of a key's identifier, and of an Ed25519 public key (RFC 8032, 5.1.5).
ID_SIZE, PUBLIC_SIZE = 8, 32
#: What a printed public key begins with, and the sign between its parts.
LINE_PREFIX, SEPARATOR = "docgen-key", "|"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public part of a key, with what its organization says of it.

    It is valid from the day `first` to the day `last`, both within; `last` is None while no end is set. From the day
    `compromised` on, somebody else may have signed with it.
    """

    public: bytes
    organization: str
    first: date
    last: date | None = None
    compromised: date | None = None

    @property
    def id(self) -> bytes:
        """What names the key in a code."""
        known = f'{{"crv":"Ed25519","kty":"OKP","x":"{encoded(self.public)}"}}'
        return hashlib.sha256(known.encode()).digest()[:ID_SIZE]

    def covers(self, day: date) -> bool:
        """Return whether a document of this day may be signed with the key."""
        return self.first <= day and (self.last is None or day <= self.last)

    def retired(self, last: date) -> PublicKey:
        """Return the key with its last day."""
        return replace(self, last=last)

    def reported(self, day: date) -> PublicKey:
        """Return the key as compromised from a day on."""
        return replace(self, compromised=day)

    def as_jwk(self) -> dict[str, str]:
        """Return the key as a JSON Web Key, its days as 2026-02-06."""
        days = {"first": self.first, "last": self.last, "compromised": self.compromised}
        return {
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": self.id.hex(), "x": encoded(self.public),
            "organization": self.organization, **{name: str(day) for name, day in days.items() if day},
        }  # fmt: skip

    def as_line(self) -> str:
        """Return the key as a line to print, which `keys_from_line` reads: prefix, key, first day, last day, organization."""
        days = (str(self.first), str(self.last or ""))
        return SEPARATOR.join((LINE_PREFIX, encoded(self.public), *days, self.organization))


def encoded(content: bytes) -> str:
    """Return bytes as base64url without padding (RFC 4648, 5)."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return the bytes of a base64url text; raise ValueError for another text."""
    if not text.isascii():
        raise ValueError(text)
    content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encoded(content) != text:
        raise ValueError(text)
    return content


def keys_from_line(text: str) -> PublicKey:
    """Return the key of a printed line; raise DataError for another text."""
    prefix, *parts = text.strip().split(SEPARATOR, 4)
    if prefix != LINE_PREFIX or len(parts) != 4:
        raise _damaged(text[:60])
    public, first, last, organization = parts
    return _read(
        {"kty": "OKP", "crv": "Ed25519", "x": public, "first": first, "last": last, "organization": organization}, text[:60]
    )


def keys_from_json(content: bytes, file: str = "") -> list[PublicKey]:
    """Return the keys of a JWK or of a set of them (RFC 7517, 5); raise DataError for what is neither."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        raise _damaged(file) from None
    keys = value.get("keys", [value]) if isinstance(value, dict) else []
    if not isinstance(keys, list) or not keys:
        raise _damaged(file)
    return [_read(key, file) for key in keys]


def keys_as_json(keys: Iterable[PublicKey]) -> bytes:
    """Return keys as a set of JWKs."""
    content = json.dumps({"keys": [key.as_jwk() for key in keys]}, ensure_ascii=False, indent=2)
    return f"{content}\n".encode()


def _read(value: Any, file: str) -> PublicKey:
    """Return the key of a JWK's values."""
    try:
        if not isinstance(value, Mapping) or (value["kty"], value["crv"]) != ("OKP", "Ed25519"):
            raise ValueError
        public, organization = decoded(value["x"]), value["organization"]
        if len(public) != PUBLIC_SIZE or not isinstance(organization, str):
            raise ValueError
        key = PublicKey(public, organization, *(_day(value.get(name)) for name in ("first", "last", "compromised")))  # type: ignore[arg-type]
        if key.first is None or value.get("kid", key.id.hex()) != key.id.hex():
            raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _damaged(file) from None
    return key


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _damaged(file: str) -> DataError:
    hint = _("docgen keys public NAME -o FILE writes one.")
    return DataError.because("key-damaged", _("this is no public key of docgen, or it is damaged"), hint, file=file)
