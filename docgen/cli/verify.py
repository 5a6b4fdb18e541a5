"""docgen verify: whether documents are genuine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.book import open_book
from docgen.cli.options import forms_option, json_option, register_option, waiting
from docgen.cli.signing import folder_of, keys_option
from docgen.cli.terminal import echo, echo_json
from docgen.messages import _

if TYPE_CHECKING:
    from docgen.codes import PublicKey, VerifiedCode
    from docgen.register import Register


@click.command()
@click.argument("document", metavar="FILE|TEXT")
@click.option(
    "--key", "key_files", multiple=True, metavar="FILE|LINE",
    help="A public key, as docgen keys public writes it; may be repeated.  [default: your own keys]",
)  # fmt: skip
@keys_option
@click.option(
    "--list", "list_file", type=click.Path(path_type=Path), metavar="FILE",
    help="A list of void documents, as docgen register publish writes it.",
)  # fmt: skip
@forms_option
@register_option
@json_option
def verify(
    document: str, key_files: tuple[str, ...], keys: Path | None, list_file: Path | None, forms: Path | None,
    where: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Say whether a document is genuine: by its signed code, without asking anybody.

    FILE is a PDF, whose pages are compared with what their codes say, letter by letter; or a picture (PNG, JPEG, TIFF, BMP), of
    which the fields are shown, for you to compare. TEXT is what a scanner reads, beginning with DG1: .

    Exit code: 0 genuine; 10 no code, 11 damaged, 12 unknown key, 13 changed, 14 outside the key's validity, 15 compromised key,
    16 the page differs from its code; with --register or --list 17 void, 18 replaced; with --register 19 not in the book; with
    --list 20 the list is damaged, 21 its key unknown, 22 it was changed, 23 its key not valid, 24 of another organization, 25
    older than its term, 26 of a day to come; 27 the page has the words of its code, but its looks could not be compared, 28
    nothing of the page could be; of several documents, that of the first one that is not genuine.

    \b
    docgen verify person.pdf --key school-2026.json
    docgen verify photo.jpg --key school-2026.json
    docgen verify person.pdf --key school-2026.json --register book.db
    docgen verify person.pdf --key published/keys.json --list published/list.cose
    docgen verify "DG1:NCF…" --key school-2026.json
    """
    from docgen.codes import answer_of, refuse_missing_libraries
    from docgen.register import today
    from docgen.verifying import Verifier, given_list

    refuse_missing_libraries()
    trusted = _keys(key_files, keys)
    given = given_list(list_file, trusted) if list_file else None
    with waiting(_("verifying")), _book(where) as book:
        verifier = Verifier(trusted, forms, book, given, today())
        found = verifier.text(document) if document.startswith("DG1:") else verifier.file(Path(document))
    if as_json:
        echo_json({"documents": [answer_of(each) for each in found]})
    else:
        for each in found:
            echo("\n".join(_lines(each, today())))
    sys.exit(next((each.verdict.value for each in found if not each.is_genuine), 0))


@contextmanager
def _book(where: str | None) -> Iterator[Register | None]:
    """Yield the register that a call names, None where it names none."""
    if where is None:
        yield None
        return
    with open_book(where, create=False) as register:
        yield register


def _keys(given: tuple[str, ...], keys: Path | None) -> list[PublicKey]:
    """Return the keys that are trusted: those given, else those of the folder."""
    from docgen.codes import LINE_PREFIX, keys_from_json, keys_from_line, keys_in
    from docgen.files import read_bytes

    if not given:
        return [key for _name, key in keys_in(folder_of(keys))]
    return [
        key
        for each in given
        for key in (
            [keys_from_line(each)] if each.startswith(LINE_PREFIX) else keys_from_json(read_bytes(Path(each), 1 << 20), each)
        )
    ]


def _lines(found: VerifiedCode, today: date) -> Iterator[str]:
    """Yield what is shown of a code, line by line."""
    from docgen.codes import CodeVerdict, remarks_on, said_of, shown_fields

    pages = _("page {page}", page=found.pages[-1]) + ": " if found.pages else ""
    yield f"{'✓' if found.is_genuine else '?' if found.is_sound else '✗'} {pages}{said_of(found, today)}"
    for difference in found.differences:
        yield "    " + _("printed: {printed}", printed=difference.printed or "–")
        yield "    " + _("by the code: {expected}", expected=difference.expected or "–")
    if found.key:
        yield "    " + _("signed by: {organization} (key {id})", organization=found.key.organization, id=found.key.id.hex())
    claims = found.claims
    if claims is None or found.key is None or found.verdict is CodeVerdict.DIFFERS:
        return
    yield "    " + _("number {number}, of {day}", number=claims.number or "–", day=claims.day)
    published = found.given.published if found.given else None
    if published:
        yield "    " + _(
            "the list of void documents is of {day}, current until {until}", day=published.day, until=published.until
        )
    if found.is_sound and found.key.compromised and claims.day >= found.key.compromised:
        yield "    " + _("Others had its key from {day} on, but the list names it as truly issued.", day=found.key.compromised)
    if not found.is_compared:
        yield from (f"    {name}: {text}" for name, text in shown_fields(claims.fields))
    yield from (f"    {remark}" for remark in remarks_on(found))
