"""The keys of a folder: of each a file for everybody, NAME.json, and one with its secret part for its owner alone, NAME.key.

The secret part is in the format of OpenSSH, whose passphrase is stretched by bcrypt as often as we say. Of a key that a device
keeps there is NAME.device instead, which says where it lies.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from docgen.codes.devices import DeviceKey, device_key_from_json, open_device_signer
from docgen.codes.keys import PublicKey, keys_as_json, keys_from_json
from docgen.codes.signing import KeyHolder, Signer
from docgen.errors import DataError, UsageError, nearest_hint
from docgen.files import PRIVATE, data_folder, read_bytes, write_whole
from docgen.messages import _

PUBLIC, SECRET, DEVICE = ".json", ".key", ".device"
SIZE_LIMIT = 1 << 20
#: Letters of the least passphrase.
SHORTEST = 8
#: How often a passphrase is stretched: half a second each time a key is opened.
ROUNDS = 24
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")


def keys_folder() -> Path:
    """Return the folder of a user's own keys."""
    return data_folder() / "keys"


def refuse_taken_name(folder: Path, name: str) -> None:
    """Raise UsageError for a name that is no name of a key, or that a key of the folder has."""
    if not _NAME.fullmatch(name):
        message = _("“{name}” is no name for a key", name=name[:60])
        raise UsageError.because("key-name", message, _("Take small Latin letters, figures and hyphens, such as school-2026."))
    if any((folder / f"{name}{suffix}").exists() for suffix in (PUBLIC, SECRET, DEVICE)):
        message = _("there is a key “{name}” already", name=name)
        raise UsageError.because("key-exists", message, _("Take another name: documents are verified with the old key for ever."))


def make_key(folder: Path, name: str, key: PublicKey, secret: bytes, passphrase: str) -> None:
    """Store a new key; raise UsageError for a name that is taken or a passphrase that is too short."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat

    refuse_taken_name(folder, name)
    if len(passphrase) < SHORTEST:
        message = _("a passphrase has {count} letters or more", count=SHORTEST)
        raise UsageError.because("passphrase-short", message, _("Take several words that you remember."))
    private = Ed25519PrivateKey.from_private_bytes(secret)
    encryption = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(ROUNDS).build(passphrase.encode())
    write_whole(folder / f"{name}{SECRET}", private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, encryption), PRIVATE)
    store_public(folder, name, key)


def make_device_key(folder: Path, name: str, key: PublicKey, place: DeviceKey) -> None:
    """Store where a key of a device lies; raise UsageError for a name that is taken."""
    refuse_taken_name(folder, name)
    write_whole(folder / f"{name}{DEVICE}", place.as_json(), PRIVATE)
    store_public(folder, name, key)


def is_on_device(folder: Path, name: str) -> bool:
    """Return whether a PIN opens the key of a name, not a passphrase."""
    return (folder / f"{name}{DEVICE}").exists()


def new_secret() -> bytes:
    """Return the secret part of a new key, by the system's source of random bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_of(secret: bytes) -> bytes:
    """Return the public part of a secret one."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def store_public(folder: Path, name: str, key: PublicKey) -> None:
    """Write what everybody may know of a key, over what was there."""
    write_whole(folder / f"{name}{PUBLIC}", keys_as_json([key]))


def keys_in(folder: Path) -> Iterator[tuple[str, PublicKey]]:
    """Yield the keys of a folder with their names, by name; raise DataError for a damaged file."""
    for path in sorted(folder.glob(f"*{PUBLIC}")):
        keys = keys_from_json(read_bytes(path, SIZE_LIMIT), str(path))
        if len(keys) != 1:
            message = _("a file of this folder holds one key, not {count}", count=len(keys))
            raise DataError.because("key-damaged", message, _("Move it elsewhere: it is a set of several."), file=str(path))
        yield path.name.removesuffix(PUBLIC), keys[0]


def find_key(folder: Path, name: str) -> PublicKey:
    """Return the key of a name; raise UsageError if there is none."""
    known = dict(keys_in(folder))
    if name not in known:
        hint = nearest_hint(name, list(known)) or _("docgen keys new {name} makes one.", name=name[:40])
        raise UsageError.because("key-unknown", _("there is no key “{name}”", name=name[:60]), hint)
    return known[name]


def open_signer(folder: Path, name: str, passphrase: str) -> Signer:
    """Return what signs with a key of a folder; the passphrase of one that a device keeps is its PIN.

    Raise UsageError if there is no such key, DataError if others may use it, it is damaged or the passphrase is wrong; for a
    device also what `open_device_signer` raises.
    """
    key = find_key(folder, name)
    suffix = DEVICE if is_on_device(folder, name) else SECRET
    path = folder / f"{name}{suffix}"
    refuse_shared(path)
    return _OPENERS[suffix](path, passphrase, key)


def _open_file(path: Path, passphrase: str, key: PublicKey) -> Signer:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    try:
        private = load_ssh_private_key(read_bytes(path, SIZE_LIMIT), passphrase.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        message = _("the passphrase is wrong, or the key is damaged")
        raise DataError.because(
            "passphrase-wrong", message, _("Try again; capitals and the keyboard's language count."), file=str(path)
        ) from None
    if not isinstance(private, Ed25519PrivateKey) or private.public_key().public_bytes_raw() != key.public:
        message = _("the secret part is not that of the public one")
        raise DataError.because("key-damaged", message, _("Take both files from one copy."), file=str(path))
    return KeyHolder(private.private_bytes_raw(), key)


def _open_device(path: Path, pin: str, key: PublicKey) -> Signer:
    return open_device_signer(device_key_from_json(read_bytes(path, SIZE_LIMIT), str(path)), pin, key)


#: How the secret part of a key is stored → what opens it with a passphrase. Another way is another entry.
_OPENERS: dict[str, Callable[[Path, str, PublicKey], Signer]] = {SECRET: _open_file, DEVICE: _open_device}


def refuse_shared(path: Path) -> None:
    """Raise DataError for a secret part that others than its owner may read."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return  # reading it says why
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        message = _("others than its owner may use this key")
        hint = _("Close it: chmod 600 {file}. If others could read it, retire it and make a new one.", file=str(path))
        raise DataError.because("key-shared", message, hint, file=str(path))
