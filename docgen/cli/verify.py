"""docgen verify: whether documents are genuine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
@forms_option
@register_option
@json_option
def verify(
    document: str, key_files: tuple[str, ...], keys: Path | None, forms: Path | None, where: str | None, as_json: bool
) -> None:
    """Say whether a document is genuine: by its signed code, without asking anybody.

    FILE is a PDF, whose pages are compared with what their codes say, letter by letter; or a picture (PNG, JPEG, TIFF, BMP), of
    which the fields are shown, for you to compare. TEXT is what a scanner reads, beginning with DG1: .

    Exit code: 0 genuine; 10 no code, 11 damaged, 12 unknown key, 13 changed, 14 outside the key's validity, 15 compromised
    key, 16 the page differs from its code; with --register 17 void, 18 replaced, 19 not in the book; 20 the page has the
    words of its code, but its looks could not be compared, 21 nothing of the page could be; of several documents, that of the
    first that is not genuine.

    \b
    docgen verify person.pdf --key school-2026.json
    docgen verify photo.jpg --key school-2026.json
    docgen verify person.pdf --key school-2026.json --register book.db
    docgen verify "DG1:NCF…" --key school-2026.json
    """
    from docgen.codes import refuse_missing_libraries
    from docgen.verifying import Verifier

    refuse_missing_libraries()
    with waiting(_("verifying")), _book(where) as book:
        verifier = Verifier(_keys(key_files, keys), forms, book)
        found = verifier.text(document) if document.startswith("DG1:") else verifier.file(Path(document))
    if as_json:
        echo_json({"documents": [_answer(each) for each in found]})
    else:
        for each in found:
            echo("\n".join(_lines(each)))
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


def _said(found: VerifiedCode) -> str:
    """Return a verdict in words."""
    from docgen.codes import CodeVerdict

    key = found.key
    words = {
        CodeVerdict.GENUINE: _("genuine"),
        CodeVerdict.NO_CODE: _("not verified: there is no code of docgen"),
        CodeVerdict.DAMAGED: _("not genuine: the code is damaged, or no docgen wrote it"),
        CodeVerdict.KEY_UNKNOWN: _("not verified: it is signed with a key that is not known here"),
        CodeVerdict.CHANGED: _("not genuine: what the code says was changed after it was signed"),
        CodeVerdict.OUTSIDE_VALIDITY: _(
            "not genuine: its day lies outside the validity of the key, {first} – {last}",
            first=key.first if key else "", last=(key.last if key else None) or "…",
        ),
        CodeVerdict.KEY_COMPROMISED: _("not genuine: others had the key from {day} on", day=key.compromised if key else ""),
        CodeVerdict.DIFFERS: _("not genuine: the page does not print what its code says"),
        CodeVerdict.VOID: _("no longer valid: it was declared void"),
        CodeVerdict.REPLACED: _("no longer valid: the duplicate {number} replaced it", number=found.replaced_by),
        CodeVerdict.NOT_SEEN: _("its words are genuine; whether something lies over them was not seen"),
        CodeVerdict.NOT_COMPARED: _("the code is genuine; what is printed was not compared with it"),
        CodeVerdict.NOT_ISSUED: _("signed, but not as the register has it: it was never issued, or was corrected since"),
    }  # fmt: skip
    return words[found.verdict]


def _lines(found: VerifiedCode) -> Iterator[str]:
    """Yield what is shown of a code, line by line."""
    from docgen.codes import CodeVerdict, shown_fields

    pages = _("page {page}", page=found.pages[-1]) + ": " if found.pages else ""
    yield f"{'✓' if found.is_genuine else '?' if found.is_sound else '✗'} {pages}{_said(found)}"
    for difference in found.differences:
        yield "    " + _("printed: {printed}", printed=difference.printed or "–")
        yield "    " + _("by the code: {expected}", expected=difference.expected or "–")
    if found.key:
        yield "    " + _("signed by: {organization} (key {id})", organization=found.key.organization, id=found.key.id.hex())
    claims = found.claims
    if claims is None or found.key is None or found.verdict is CodeVerdict.DIFFERS:
        return
    yield "    " + _("number {number}, of {day}", number=claims.number or "–", day=claims.day)
    if not found.is_compared:
        yield from (f"    {name}: {text}" for name, text in shown_fields(claims.fields))
    yield from (f"    {remark}" for remark in _remarks(found))


def _remarks(found: VerifiedCode) -> Iterator[str]:
    """Yield what was not done, and what would help."""
    from docgen.codes import CodeVerdict

    if found.key is None or found.claims is None or found.verdict is CodeVerdict.DIFFERS:
        return
    if found.is_compared and not found.is_seen:
        yield _(
            "It is set in another face, or trimmed to another size: its words were compared, letter by letter, its looks were "
            "not. Name a folder with the faces of its maker in DOCGEN_FONTS, or look at it."
        )
    if not found.is_compared and found.claims.form:
        yield _("Compare this with what is printed: it was not done here.")
    if not found.is_compared and not found.claims.form:
        yield _(
            "A short code holds number, day and a hash of the fields, no fields: they are in a PDF for the archive, as docgen "
            "made it, and in the register's book (--register). Compare number and day with what is printed."
        )


def _answer(found: VerifiedCode) -> dict[str, Any]:
    """Return what was found as plain values."""
    claims = found.claims if found.key else None
    return {
        "verdict": found.verdict.name.lower().replace("_", "-"),
        "genuine": found.is_genuine,
        "compared": found.is_compared,
        "seen": found.is_seen,
        "pages": list(found.pages),
        "key": found.key.id.hex() if found.key else None,
        "organization": found.key.organization if found.key else None,
        "number": claims.number if claims else None,
        "replaced_by": found.replaced_by or None,
        "day": str(claims.day) if claims else None,
        "form": claims.form if claims else None,
        "fields": claims.fields if claims else {},
        "remarks": list(_remarks(found)),
        "differences": [{"printed": each.printed, "expected": each.expected} for each in found.differences],
    }
