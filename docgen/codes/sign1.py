"""A signed message: COSE_Sign1 (RFC 9052, 4.2), encoded as RFC 8949, 4.2.1 says, so that the same record gives the same bytes."""

from __future__ import annotations

import io
from typing import Any, NamedTuple

from docgen.codes.failures import DamagedCode
from docgen.codes.signing import Signer

#: The CBOR tag of COSE_Sign1, and the names of a header (RFC 9052, 2 and 3.1).
TAG, ALGORITHM, KEY_ID = 18, 1, 4
#: What is signed begins with this (RFC 9052, 4.4).
CONTEXT = "Signature1"
#: Bytes of a message, and how deeply its values may lie in others: more is not read.
SIZE_LIMIT, DEPTH = 8 << 10, 16


class Message(NamedTuple):
    """A message as it was read; nothing of it is verified. `signed` is what the signature is of."""

    algorithm: int
    key_id: bytes
    payload: bytes
    signature: bytes
    signed: bytes


def signed_message(payload: bytes, signer: Signer) -> bytes:
    """Return a payload with the signature of a key."""
    import cbor2

    protected = encode({ALGORITHM: signer.algorithm, KEY_ID: signer.key.id})
    signature = signer.sign(_signed(protected, payload))
    return encode(cbor2.CBORTag(TAG, [protected, {}, payload, signature]))


def read_message(content: bytes, limit: int = SIZE_LIMIT) -> Message:
    """Return the parts of a message of at most `limit` bytes; raise DamagedCode for anything else."""
    value = decode(content, limit)
    try:
        if value.tag != TAG:
            raise DamagedCode
        protected, unprotected, payload, signature = value.value
        header = decode(protected)
        algorithm, key_id = header[ALGORITHM], header[KEY_ID]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise DamagedCode from None
    has_types = type(algorithm) is int and all(type(each) is bytes for each in (key_id, payload, signature))
    if not has_types or unprotected != {} or encode({ALGORITHM: algorithm, KEY_ID: key_id}) != protected:
        raise DamagedCode
    return Message(algorithm, key_id, payload, signature, _signed(protected, payload))


def _signed(protected: bytes, payload: bytes) -> bytes:
    return encode([CONTEXT, protected, b"", payload])


def encode(value: object) -> bytes:
    """Return a value in CBOR. A map keeps its order: `ordered` sorts it."""
    import cbor2

    return cbor2.dumps(value)


def ordered(values: dict[Any, object]) -> dict[Any, object]:
    """Return a map in the order of its encoded keys (RFC 8949, 4.2.1)."""
    return dict(sorted(values.items(), key=lambda item: encode(item[0])))


def decode(content: object, limit: int = SIZE_LIMIT) -> Any:
    """Return the value of CBOR; raise DamagedCode unless it is what `encode` writes of that value, and nothing after it."""
    import cbor2

    if type(content) is not bytes or len(content) > limit:
        raise DamagedCode
    source = io.BytesIO(content)
    try:
        value = cbor2.CBORDecoder(source, max_depth=DEPTH, allow_indefinite=False, allow_duplicate_keys=False).decode()
        if encode(value) != content:
            raise DamagedCode
    except (cbor2.CBORError, ValueError, TypeError, RecursionError, OverflowError):
        raise DamagedCode from None
    return value
