"""A key for tests: its secret is known, so that what it signs is the same each time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from docgen.codes import KeyHolder, PublicKey, keys_as_json, make_key, public_of

#: RFC 8032, 7.1, test 2: an Ed25519 secret key and the public key that belongs to it.
SECRET = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
PASSPHRASE = "бес сөзден тұратын құпия"


def key_of(**changes: object) -> PublicKey:
    """Return the public part, valid in 2026."""
    given: dict[str, object] = {"organization": "Қарағанды академиясы", "first": date(2026, 1, 1), "last": date(2026, 12, 31)}
    return PublicKey(PUBLIC, **(given | changes))  # type: ignore[arg-type]


def signer(**changes: object) -> KeyHolder:
    """Return what signs with the key."""
    return KeyHolder(SECRET, key_of(**changes))


def stored(folder: Path) -> tuple[str, ...]:
    """Store the key as `school` in a folder with its passphrase and its public part; return the options that sign with it."""
    make_key(folder / "keys", "school", key_of(), SECRET, PASSPHRASE)
    (folder / "passphrase").write_text(PASSPHRASE, "utf-8")
    (folder / "passphrase").chmod(0o600)
    (folder / "school.json").write_bytes(keys_as_json([key_of()]))
    assert public_of(SECRET) == PUBLIC
    return ("--key", "school", "--keys", str(folder / "keys"), "--passphrase-file", str(folder / "passphrase"))
