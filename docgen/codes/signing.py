"""Who signs: whatever has a key of its own and can sign bytes with it. An HSM or a national signature is another such class.

Algorithms are those of COSE (RFC 9053), by their numbers in the header of a code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from docgen.codes.keys import PublicKey

#: EdDSA (RFC 9053, 2.2), here with Ed25519 alone: the same content has the same signature.
EDDSA = -8


class Signer(Protocol):
    """What signs documents."""

    @property
    def algorithm(self) -> int:
        """The number of the algorithm in COSE's registry; one of ALGORITHMS."""

    @property
    def key(self) -> PublicKey:
        """The public part of the key."""

    def sign(self, content: bytes) -> bytes:
        """Return the signature of bytes; raise MachineError if the device refuses."""


class KeyHolder:
    """A key whose secret part is in memory: 32 bytes (RFC 8032, 5.1.5)."""

    algorithm = EDDSA

    def __init__(self, secret: bytes, key: PublicKey):
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self.key = key
        self._secret = secret
        self._private = Ed25519PrivateKey.from_private_bytes(secret)

    def __reduce__(self) -> tuple[type[KeyHolder], tuple[bytes, PublicKey]]:
        """Return how to make the signer again in a worker."""
        return type(self), (self._secret, self.key)

    def sign(self, content: bytes) -> bytes:
        """Return the signature of bytes."""
        return self._private.sign(content)


def _is_signed_ed25519(public: bytes, signature: bytes, content: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except InvalidSignature:
        return False
    return True


#: Algorithm → whether a signature is that of a public key for a content. Another algorithm is another entry.
ALGORITHMS: dict[int, Callable[[bytes, bytes, bytes], bool]] = {EDDSA: _is_signed_ed25519}
