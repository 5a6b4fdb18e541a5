"""A key that never leaves its device: an HSM, a card or a USB token, which signs over PKCS#11 (OASIS, version 3.0).

The maker of a device gives a library for it, the module. A device holds tokens, a token holds keys, and a PIN opens it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING, Any

from docgen.codes.keys import PUBLIC_SIZE, PublicKey
from docgen.codes.signing import ALGORITHMS, EDDSA
from docgen.errors import DataError, MachineError, UsageError
from docgen.messages import _

if TYPE_CHECKING:
    from pkcs11 import Session

#: What CKA_EC_POINT has before the 32 bytes of an Ed25519 key where the device wraps them (PKCS#11 3.0, 2.3.5): OCTET STRING.
WRAPPED = b"\x04\x20"
#: A key proves itself by signing this once.
PROOF = b"docgen"
#: How often a token that is not there is looked for again, and after how many seconds.
LOOKS, PAUSE = 8, 0.05
#: Module → the process in which it was loaded: a fork has to begin anew with it (PKCS#11 3.0, 5.4, C_Initialize).
_loaded_in: dict[str, int] = {}
#: Process, module and token → its session, and the PIN that opened it: a token asks for it once a process, and then takes any.
_sessions: dict[tuple[int, str, str], tuple[Session, str]] = {}
#: A session signs one content at a time.
_lock = Lock()


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """Where a key lies: the library of its device, the label of the token, and the key's own label there.

    `file` is where that is written, for problems.
    """

    module: str
    token: str
    label: str
    file: str = ""

    def as_json(self) -> bytes:
        """Return what `device_key_from_json` reads."""
        values = {name: value for name, value in asdict(self).items() if name != "file"}
        return f"{json.dumps(values, ensure_ascii=False, indent=2)}\n".encode()


def device_key_from_json(content: bytes, file: str) -> DeviceKey:
    """Return where a key lies; raise DataError for content that does not say it."""
    try:
        value = json.loads(content)
        if set(value) != {"module", "token", "label"} or not all(isinstance(each, str) and each for each in value.values()):
            raise ValueError
    except (ValueError, TypeError, AttributeError, RecursionError):
        hint = _("docgen keys new NAME --pkcs11 MODULE --token LABEL writes one.")
        raise DataError.because("key-damaged", _("the file does not say where a key lies"), hint, file=file) from None
    return DeviceKey(**value, file=file)


class DeviceSigner:
    """Signs with a key of a device. Each process has a session of its own, which it opens when it first signs."""

    algorithm = EDDSA

    def __init__(self, place: DeviceKey, pin: str, key: PublicKey):
        self.key = key
        self._place, self._pin = place, pin
        self._private: Any = None

    def __reduce__(self) -> tuple[type[DeviceSigner], tuple[DeviceKey, str, PublicKey]]:
        """Return how to make the signer again in a worker."""
        return type(self), (self._place, self._pin, self.key)

    def sign(self, content: bytes) -> bytes:
        """Return the signature of bytes; raise MachineError if the device refuses, DataError for a wrong PIN or key."""
        with _lock, _device_errors(self._place):
            from pkcs11 import Mechanism

            if self._private is None:
                self._private = _private_key(self._place, _session(self._place, self._pin))
            return bytes(self._private.sign(content, mechanism=Mechanism.EDDSA))


def open_device_signer(place: DeviceKey, pin: str, key: PublicKey) -> DeviceSigner:
    """Return what signs with a key of a device, which has signed once.

    Raise UsageError if the library for PKCS#11 is not installed, MachineError if the module or the token is missing or the
    device refuses, DataError for a wrong PIN, a key that is not there, or one that does not belong to the public part.
    """
    signer = DeviceSigner(place, pin, key)
    if not ALGORITHMS[EDDSA](key.public, signer.sign(PROOF), PROOF):
        message = _("the secret part is not that of the public one")
        raise DataError.because("key-damaged", message, _("Make it known again under another name."), file=place.file)
    return signer


def public_of_device(place: DeviceKey, pin: str) -> bytes:
    """Return the public part of a key of a device, 32 bytes; errors as of `open_device_signer`."""
    with _lock, _device_errors(place):
        from pkcs11 import Attribute, ObjectClass

        found = _session(place, pin).get_key(object_class=ObjectClass.PUBLIC_KEY, label=place.label)
        point = bytes(found[Attribute.EC_POINT])
    public = point.removeprefix(WRAPPED) if len(point) == PUBLIC_SIZE + len(WRAPPED) else point
    if len(public) != PUBLIC_SIZE:
        raise _not_ed25519(place)
    return public


def refuse_missing_pkcs11() -> None:
    """Raise UsageError where the library for PKCS#11 is not installed."""
    if find_spec("pkcs11") is None:
        hint = _("Install it: {command}", command='pip install "docgen[hsm]"')
        raise UsageError.because("hsm-missing", _("what keys of devices need is not installed"), hint)


def _session(place: DeviceKey, pin: str) -> Session:
    """Return this process's session of a token."""
    import pkcs11

    whose = (os.getpid(), place.module, place.token)
    if whose not in _sessions:
        _sessions[whose] = _opened(place, pin), pin
    session, opened_by = _sessions[whose]
    if pin != opened_by:
        raise pkcs11.PinIncorrect
    return session


def _opened(place: DeviceKey, pin: str) -> Session:
    """Return a new session of a token.

    A process of SoftHSM writes the token's file when it begins and when it logs in, and another one that begins at that moment
    finds it damaged, or sees no token (findings/softhsm-begins-together.sh): several workers begin together, and look again.
    """
    import pkcs11

    for looks in range(1, LOOKS + 1):
        try:
            session: Session = _library(place, again=looks > 1).get_token(token_label=place.token).open(user_pin=pin)
            return session
        except (pkcs11.NoSuchToken, pkcs11.GeneralError):
            has_others = any(opened[:2] == (os.getpid(), place.module) for opened in _sessions)
            if has_others or looks == LOOKS:  # to begin anew would end the others
                raise
            sleep(PAUSE)
    raise AssertionError


def _library(place: DeviceKey, *, again: bool) -> Any:
    """Return the module, begun in this process; once more where it did not see what is there."""
    import pkcs11

    try:
        library = pkcs11.lib(place.module)
    except pkcs11.PKCS11Error as error:
        if isinstance(error, pkcs11.GeneralError):
            raise
        message = _("the module {module} cannot be used", module=place.module)
        hint = _("Name the library for PKCS#11 that comes with the device: {error}", error=str(error) or type(error).__name__)
        raise MachineError.because("device-module", message, hint, file=place.file) from None
    if again or _loaded_in.get(place.module, os.getpid()) != os.getpid():
        library.reinitialize()
    _loaded_in[place.module] = os.getpid()
    return library


def _private_key(place: DeviceKey, session: Session) -> Any:
    """Return the key of a token that signs."""
    from pkcs11 import KeyType, ObjectClass

    private: Any = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=place.label)
    if private.key_type != KeyType.EC_EDWARDS:
        raise _not_ed25519(place)
    return private


def _not_ed25519(place: DeviceKey) -> DataError:
    message = _("“{label}” is no Ed25519 key", label=place.label)
    return DataError.because("key-kind", message, _("Make one of that kind on the device."), file=place.file)


@contextmanager
def _device_errors(place: DeviceKey) -> Iterator[None]:
    """Raise what a device reports as our errors, with their place."""
    refuse_missing_pkcs11()
    import pkcs11

    try:
        yield
    except pkcs11.NoSuchToken:
        message = _("there is no token “{token}”", token=place.token)
        hint = _("Plug the device in; {command} lists the tokens.", command="pkcs11-tool --list-slots")
        raise MachineError.because("device-token", message, hint, file=place.file) from None
    except pkcs11.MultipleTokensReturned:
        message = _("there are several tokens “{token}”", token=place.token)
        raise DataError.because("device-token", message, _("Unplug the others."), file=place.file) from None
    except pkcs11.NoSuchKey:
        message = _("the token “{token}” has no key “{label}”", token=place.token, label=place.label)
        hint = _("{command} lists the keys.", command="pkcs11-tool --list-objects")
        raise DataError.because("device-key", message, hint, file=place.file) from None
    except pkcs11.MultipleObjectsReturned:
        message = _("the token “{token}” has several keys “{label}”", token=place.token, label=place.label)
        raise DataError.because("device-key", message, _("Give each a label of its own."), file=place.file) from None
    except pkcs11.PinLocked:
        message = _("the PIN of the token “{token}” is locked", token=place.token)
        raise DataError.because("pin-locked", message, _("Who set the token up can unlock it."), file=place.file) from None
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange, pkcs11.PinExpired):
        message = _("the PIN of the token “{token}” is wrong, or expired", token=place.token)
        hint = _("Look it up before you try again: a token is locked after a few wrong ones.")
        raise DataError.because("pin-wrong", message, hint, file=place.file) from None
    except pkcs11.PKCS11Error as error:
        message = _("the device does not sign: {error}", error=str(error) or type(error).__name__)
        raise MachineError.because("device-failed", message, _("Unplug it and plug it in again."), file=place.file) from None
