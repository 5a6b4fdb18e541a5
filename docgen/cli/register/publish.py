"""docgen register publish: a folder by which anybody verifies documents, without asking anybody."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import click

from docgen.cli.book import open_book, refuse_book
from docgen.cli.options import day_of, forms_option, json_option, register_option
from docgen.cli.signing import folder_of, keys_option, passphrase_option, signer_of
from docgen.cli.terminal import echo, echo_json
from docgen.messages import _


@click.command()
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder to publish.",
)
@click.option("--key", required=True, metavar="NAME", help="Sign the list with this key (docgen keys).")
@keys_option
@passphrase_option
@click.option(
    "--day", callback=lambda _ctx, param, value: day_of(param, value), metavar="DATE",
    help="The day of the list; without it today.",
)  # fmt: skip
@click.option("--days", type=click.IntRange(1, 366), default=31, show_default=True, help="For how many days the list is current.")
@forms_option
@json_option
@register_option
def publish(
    output: Path, key: str, keys: Path | None, passphrase_file: Path | None, day: date | None, days: int, forms: Path | None,
    as_json: bool, where: str | None,
) -> None:  # fmt: skip
    """Publish by what anybody verifies documents: a folder for a web server or a USB stick.

    \b
    verify.html   a page that verifies in a browser, also offline: by the camera or a picture
    list.cose     the void and replaced documents, as digests without names, signed and dated
    keys.json     the public keys of the folder of keys, with their days
    zxing.LICENSE the licences of the reader of QR codes in the page

    A list is current for --days days: publish before they are over, into the same folder. Where a key was reported as
    compromised, the list names the documents of the book from that day on, which stay genuine.

    \b
    docgen register publish -o published --key school-2026
    docgen verify person.pdf --key published/keys.json --list published/list.cose
    """
    from docgen.codes import keys_in
    from docgen.publishing import FILES, Publication, publish
    from docgen.register import today

    for name in FILES:
        refuse_book(output / name, where)
    signer = signer_of(key, keys, passphrase_file)
    known = [each for _name, each in keys_in(folder_of(keys))]
    first = day or today()
    wanted = Publication(output, first, first + timedelta(days=days - 1), forms)
    with open_book(where, create=False) as register:
        done = publish(register, signer, known, wanted)
    found = done.listed
    counts = {"void": done.void, "replaced": done.replaced}
    if as_json:
        echo_json({"folder": str(output), "files": list(FILES), "day": str(found.day), "until": str(found.until), **counts})
        return
    for name in FILES:
        echo(output / name)
    names = {"day": found.day, "until": found.until, **counts}
    echo(_("list of {day}, current until {until}: void {void}, replaced {replaced}", **names))
    for other in done.others:
        message = _("The list says nothing of documents that {organization} signed: key {id}.",
                    organization=other.organization, id=other.id.hex())  # fmt: skip
        echo(message, err=True)
