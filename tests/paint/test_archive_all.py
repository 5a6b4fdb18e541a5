"""Every document of every form, whoever makes it, conforms: `make torture`; a little of each is in the tests beside this one."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import torture, verapdf
from support.calling import run
from support.places import ROOT
from support.records import record_of
from support.writing import record_with_rows

import docgen
from docgen.form import form_ids, load_form

pytestmark = [pytest.mark.java, pytest.mark.skipif(not torture.IS_FULL, reason="it takes minutes: make torture")]
#: Rows of a record that has any.
ROWS = 45
#: Files of one call of veraPDF, which may take five minutes.
AT_ONCE = 40
FORMS = list(form_ids())
FIXED = [form for form in FORMS if load_form(form).is_fixed]
CERTIFICATE = "retraining-certificate"


def records(form: str) -> dict[str, dict[str, object]]:
    """Return the sample of a form and, where it has rows, the same with many."""
    found = {"sample": record_of(form)}
    return found | ({"many rows": record_with_rows(form, ROWS)} if load_form(form).rows else {})


def rendered(folder: Path) -> None:
    """Write what `render` makes: each form in every print that it has, blanks without a record, certificates with their backs."""
    for form in FORMS:
        (folder / f"{form}, blank.pdf").write_bytes(docgen.render(form, None, print="blank"))
        for name, record in records(form).items():
            for print in ("full", "blank", "overprint") if form in FIXED else ("full",):
                (folder / f"{form}, {print}, {name}.pdf").write_bytes(docgen.render(form, record, print=print))
        if load_form(form).back is not None:
            (folder / f"{form}, with its back.pdf").write_bytes(docgen.render(form, record_of(form), back=True))


def printed(folder: Path, work: Path) -> None:
    """Write what the other commands make: the files of `batch --each`, a journal, and files joined by `merge`.

    What `fill` makes is that of `render` byte for byte (tests/cli/test_fill.py).
    """
    table, book = ROOT / "samples" / "people.xlsx", work / "book.db"
    each = work / "out" / "each"
    calls = [
        ("batch", CERTIFICATE, table, "-o", work / "out", "--ignore", "*", "--register", book, "--each", "{number}"),
        ("register", "journal", CERTIFICATE, "--year", "2026", "-o", folder / "journal.pdf", "--register", book),
        ("merge", each / "00401.pdf", folder / "journal.pdf", "-o", folder / "joined.pdf"),
    ]
    for call in calls:
        result = run(*call)
        assert result.exit_code == 0, result.output
    for path in each.glob("*.pdf"):
        path.rename(folder / path.name)


def test_every_document_conforms(tmp_path):
    folder, work = tmp_path / "made", tmp_path / "work"
    folder.mkdir()
    work.mkdir()
    rendered(folder)
    printed(folder, work)
    files = sorted(folder.iterdir())
    print(f"{len(files)} files")
    for flavour in ("2a", "ua1"):
        found: dict[str, list[str]] = {}
        for at in range(0, len(files), AT_ONCE):
            found |= verapdf.failures(flavour, files[at : at + AT_ONCE])
        assert {name: rules for name, rules in found.items() if rules} == {}
        assert len(found) == len(files)
