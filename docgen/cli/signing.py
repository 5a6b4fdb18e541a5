"""Options of commands that sign: which key, where it lies, and its passphrase."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from docgen.cli.terminal import ask_hidden
from docgen.errors import UsageError
from docgen.messages import _

if TYPE_CHECKING:
    from docgen.codes import PublicKey, Signer
    from docgen.signatures import PdfSigner

T = TypeVar("T")

#: The name under which the system's keyring has the passphrases.
SERVICE = "docgen"

key_option = click.option(
    "--key", "key", default="", metavar="NAME", help="Sign the document's code with this key (docgen keys)."
)
keys_option = click.option(
    "--keys", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="The folder of keys.  [default: your own]"
)
passphrase_option = click.option(
    "--passphrase-file", type=click.Path(path_type=Path), metavar="FILE",
    help="A file with the passphrase of the key, where nobody can be asked.",
)  # fmt: skip


sign_pdf_option = click.option(
    "--sign-pdf", type=click.Path(path_type=Path), metavar="FILE",
    help="Sign the PDF itself with the key and certificate of a PKCS#12 file (.p12).",
)  # fmt: skip
sign_passphrase_option = click.option(
    "--sign-passphrase-file", type=click.Path(path_type=Path), metavar="FILE",
    help="A file with the passphrase of the PKCS#12 file, where nobody can be asked.",
)  # fmt: skip


def signing_options(command: Callable[..., T]) -> Callable[..., T]:
    """Give a command what says how a document by itself is signed: its code, and the PDF."""
    for option in (sign_passphrase_option, sign_pdf_option, passphrase_option, keys_option, key_option):
        command = option(command)
    return command


def folder_of(folder: Path | None) -> Path:
    """Return the folder of keys that a call names, or the user's own."""
    from docgen.codes import keys_folder

    return folder or keys_folder()


def signer_of(name: str, folder: Path | None, passphrase_file: Path | None) -> Signer:
    """Return what signs with the key of a name; its passphrase comes from a file, the keyring, or whoever sits there."""
    from docgen.codes import find_key, is_on_device, open_signer, refuse_missing_libraries

    refuse_missing_libraries()
    where = folder_of(folder)
    key = find_key(where, name)
    question = _("PIN of {name}", name=name) if is_on_device(where, name) else _("Passphrase of {name}", name=name)
    return open_signer(where, name, read_passphrase(passphrase_file) or _from_keyring(key) or asked_for(question))


def signer_of_call(key: str, keys: Path | None, passphrase_file: Path | None) -> Signer | None:
    """Return what signs, None where no key is named; raise UsageError for what is said of a key that is not named."""
    if key:
        return signer_of(key, keys, passphrase_file)
    if keys or passphrase_file:
        raise click.UsageError(_("{name} takes --key too.", name="--keys" if keys else "--passphrase-file"))
    return None


def pdf_signer_of_call(file: Path | None, passphrase_file: Path | None) -> PdfSigner | None:
    """Return what signs PDF files, None where no file is named; raise UsageError for a passphrase of none.

    Other errors are those of `open_pdf_signer`.
    """
    if file is None:
        if passphrase_file:
            raise click.UsageError(_("{name} takes --sign-pdf too.", name="--sign-passphrase-file"))
        return None
    from docgen.signatures import open_pdf_signer, refuse_missing_pyhanko

    refuse_missing_pyhanko()
    return open_pdf_signer(file, read_passphrase(passphrase_file) or asked_for(_("Passphrase of {name}", name=file.name)))


def new_passphrase(key: PublicKey, passphrase_file: Path | None, keyring: bool) -> str:
    """Return the passphrase of a new key; a random one is put into the system's keyring."""
    if keyring and passphrase_file:
        raise click.UsageError(_("Give --keyring or --passphrase-file, not both."))
    if keyring:
        passphrase = secrets.token_urlsafe(32)
        _into_keyring(key, passphrase)
        return passphrase
    if passphrase_file:
        return read_passphrase(passphrase_file)
    _refuse_unasked()
    return ask_hidden(_("Passphrase"), again=_("The same once more"))


def asked_for(question: str) -> str:
    """Return what whoever sits at the terminal types, unseen; raise UsageError where nobody does."""
    _refuse_unasked()
    return ask_hidden(question)


def _refuse_unasked() -> None:
    if not sys.stdin.isatty():
        message = _("there is nobody to ask for the passphrase")
        raise UsageError.because("passphrase-missing", message, _("Give --passphrase-file FILE."))


def read_passphrase(path: Path | None) -> str:
    """Return the first line of a file, empty without one; others than its owner may not read it."""
    from docgen.codes import refuse_shared
    from docgen.files import read_bytes

    if path is None:
        return ""
    refuse_shared(path)
    try:
        lines = read_bytes(path, 1 << 16).decode("utf-8-sig").splitlines()
    except ValueError:
        lines = []
    if not lines or not lines[0]:
        raise UsageError.because("passphrase-missing", _("the file holds no passphrase"), file=str(path))
    return lines[0]


def _from_keyring(key: PublicKey) -> str:
    """Return a passphrase from the keyring, empty where there is none."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, key.id.hex()) or ""
    except KeyringError:
        return ""


def _into_keyring(key: PublicKey, passphrase: str) -> None:
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, key.id.hex(), passphrase)
    except KeyringError:
        message = _("the system has no keyring that can be used")
        raise UsageError.because("keyring-missing", message, _("Leave --keyring out, and choose a passphrase.")) from None
