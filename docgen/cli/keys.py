"""docgen keys: who signs documents, and with what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.options import day_of, json_option, write_output
from docgen.cli.signing import asked_for, folder_of, keys_option, new_passphrase, passphrase_option, read_passphrase
from docgen.cli.terminal import echo, echo_json
from docgen.cli.words import TranslatedGroup
from docgen.messages import _

if TYPE_CHECKING:
    from docgen.codes import DeviceKey, PublicKey


def _day(_ctx: click.Context, option: click.Parameter, value: str | None) -> date | None:
    return day_of(option, value)


@click.group(cls=TranslatedGroup)
def keys() -> None:
    """Make and keep the keys that sign documents; print their public parts, with which anyone verifies.

    A key has a secret part, for its owner alone, behind a passphrase, and a public one, which may be published anywhere. A
    document is signed, and genuine, if its own day lies within the validity of the key. Keys are never deleted: documents are
    verified with them for ever.

    \b
    docgen keys new school-2026 --organization "Қарағанды академиясы" --from 2026-01-01 --until 2027-12-31
    docgen render retraining-certificate person.toml -o person.pdf --back --key school-2026
    docgen keys public school-2026 -o school-2026.json
    docgen verify person.pdf --key school-2026.json
    """


@keys.command()
@click.argument("name")
@click.option("--organization", required=True, metavar="TEXT", help="Who signs with it, as those who verify are to read.")
@click.option("--from", required=True, callback=_day, metavar="DATE", help="The first day of documents that it signs.")
@click.option("--until", callback=_day, metavar="DATE", help="The last day of documents that it signs; it may be set later.")
@click.option("--keyring", is_flag=True, help="Keep its passphrase, a random one, in the keyring of the system.")
@passphrase_option
@click.option("--pkcs11", "module", default="", metavar="MODULE", help="Take a key of a device: the library that comes with it.")
@click.option("--token", default="", metavar="LABEL", help="The token of the device that has the key.")
@click.option("--label", default="", metavar="LABEL", help="What the key is called there.  [default: NAME]")
@keys_option
def new(
    name: str, organization: str, keyring: bool, passphrase_file: Path | None, keys: Path | None,
    module: str, token: str, label: str, **days: date | None,
) -> None:  # fmt: skip
    """Make the key NAME, and ask for its passphrase.

    With --pkcs11 no key is made: one that a device has, an HSM or a card, gets a name here, and its PIN is asked for. It signs on
    the device and never leaves it. It is an Ed25519 key.

    \b
    docgen keys new school-2026 --organization "Қарағанды академиясы" --from 2026-01-01 --until 2027-12-31
    docgen keys new school-2026 --organization "Қарағанды академиясы" --from 2026-01-01 --keyring
    docgen keys new school-2026 --organization "Қарағанды академиясы" --from 2026-01-01 \\
      --pkcs11 /usr/lib/softhsm/libsofthsm2.so --token school
    """
    from docgen.codes import DeviceKey, refuse_missing_libraries, refuse_taken_name

    refuse_missing_libraries()
    where = folder_of(keys)
    refuse_taken_name(where, name)
    first, last = days["from"], days["until"]
    if last and first and last < first:
        raise click.UsageError(_("--until lies before --from."))
    if bool(module) != bool(token) or (label and not module):
        raise click.UsageError(_("A key of a device takes --pkcs11 and --token."))
    if module and keyring:
        raise click.UsageError(_("Give --keyring or --pkcs11, not both."))
    publish = partial(_published, organization=organization, first=first or date.min, last=last)
    if module:
        library = str(Path(module).absolute()) if Path(module).exists() else module  # a mere name is looked for by the system
        key = _known_key(where, name, DeviceKey(library, token, label or name, module), publish, passphrase_file)
    else:
        key = _new_key(where, name, publish, passphrase_file, keyring)
    echo(_("{name}: key {id}, in {folder}", name=name, id=key.id.hex(), folder=where))
    if not module:
        echo(_("Copy the folder to a safe place. A lost key signs nothing more; what it signed stays genuine."), err=True)


def _published(public: bytes, *, organization: str, first: date, last: date | None) -> PublicKey:
    """Return the public part of a key, with what is said of it."""
    from docgen.codes import PublicKey

    return PublicKey(public, organization, first, last)


def _new_key(
    where: Path, name: str, publish: Callable[[bytes], PublicKey], passphrase_file: Path | None, keyring: bool
) -> PublicKey:
    """Make a key of our own, behind a passphrase."""
    from docgen.codes import make_key, new_secret, public_of

    secret = new_secret()
    key = publish(public_of(secret))
    make_key(where, name, key, secret, new_passphrase(key, passphrase_file, keyring))
    return key


def _known_key(
    where: Path, name: str, place: DeviceKey, publish: Callable[[bytes], PublicKey], passphrase_file: Path | None
) -> PublicKey:
    """Give a key of a device a name here, once it has signed."""
    from docgen.codes import make_device_key, open_device_signer, public_of_device

    pin = read_passphrase(passphrase_file) or asked_for(_("PIN of {name}", name=place.token))
    key = publish(public_of_device(place, pin))
    open_device_signer(place, pin, key)
    make_device_key(where, name, key, place)
    return key


@keys.command(name="list")
@keys_option
@json_option
def list_keys(keys: Path | None, as_json: bool) -> None:
    """List the keys with their days."""
    from docgen.codes import keys_in

    found = list(keys_in(folder_of(keys)))
    if as_json:
        echo_json({"keys": [{"name": name, **key.as_jwk()} for name, key in found]})
        return
    for name, key in found:
        compromised = "  " + _("compromised from {day} on", day=key.compromised) if key.compromised else ""
        echo(f"{name:<20} {key.id.hex()}  {key.first} – {key.last or '…'}  {key.organization}{compromised}")
    if not found:
        echo(_("There are no keys yet: docgen keys new."), err=True)


@keys.command()
@click.argument("name")
@click.option(
    "-o", "--output", default="-", show_default=True, metavar="FILE", help=".json for programs, .png for a symbol to print."
)
@keys_option
def public(name: str, output: str, keys: Path | None) -> None:
    """Print the public part of the key NAME as a line, or write it as JSON or as a QR code.

    \b
    docgen keys public school-2026
    docgen keys public school-2026 -o school-2026.json
    docgen keys public school-2026 -o school-2026.png
    """
    from docgen.codes import find_key, keys_as_json, symbol_png

    key = find_key(folder_of(keys), name)
    if output == "-":
        echo(key.as_line())
        return
    suffix = Path(output).suffix.lower()
    if suffix not in (".json", ".png"):
        raise click.UsageError(_("A public key is written as .json or .png, not “{suffix}”.", suffix=suffix))
    write_output(output, keys_as_json([key]) if suffix == ".json" else symbol_png(key.as_line()))


@keys.command()
@click.argument("name")
@click.option("--last", callback=_day, metavar="DATE", help="The last day of documents that it signs.")
@click.option("--compromised", callback=_day, metavar="DATE", help="The day from which on others may have signed with it.")
@keys_option
def retire(name: str, last: date | None, compromised: date | None, keys: Path | None) -> None:
    """Set the last day of the key NAME, or report it as compromised. Publish it again afterwards.

    \b
    docgen keys retire school-2026 --last 2026-12-31
    docgen keys retire school-2026 --compromised 2026-11-05
    """
    from docgen.codes import find_key, store_public

    if not (last or compromised):
        raise click.UsageError(_("Give --last or --compromised."))
    where = folder_of(keys)
    key = find_key(where, name)
    if last and last < key.first:
        raise click.UsageError(_("--last lies before the first day of the key, {day}.", day=key.first))
    key = key.retired(last) if last else key
    store_public(where, name, key.reported(compromised) if compromised else key)
    echo(_("{name}: stored. Publish it: docgen keys public {name} -o FILE.json", name=name))
