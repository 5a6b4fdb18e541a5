"""What a document prints, in canonical form: which fields, in which bytes."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from datetime import date

import pytest
from support import processes
from support.calling import run
from support.places import ROOT
from support.records import record_of
from support.writing import record_with_rows

import docgen
from docgen.canonical import printed_content, printed_digest
from docgen.form import backed, form_ids, load_form
from docgen.prints import Print
from docgen.record import blank_record, read_record

FORM = "retraining-certificate"
#: Choices that a form words in another case: what the page says of them.
WORDED = {"біліктілікті арттыру": "біліктілігін арттыру"}


def read(form: str, **changes: object) -> docgen.Record:
    return read_record(load_form(form), record_of(form, **changes))


def leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from leaves(each)
    else:
        yield value


def stands_on(value: object, page: str) -> bool:
    """Return whether a page shows a value, in whatever lines and letters; of a day, its figures, for its words are the form's."""
    text = str(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        day = date.fromisoformat(text)
        return all(re.search(figures, page) for figures in (rf"\b0?{day.day}\b", rf"\b{day.year}\b"))
    return "".join(text.casefold().split()) in "".join(page.casefold().split())


@pytest.mark.slow
@pytest.mark.parametrize("form", form_ids())
def test_no_field_is_in_it_that_is_not_on_the_page(form, tmp_path):
    loaded = load_form(form)
    values = record_with_rows(form, 3) if loaded.rows else record_of(form)
    fields = json.loads(printed_content(loaded, read_record(loaded, values).values))["fields"]
    (tmp_path / "page.pdf").write_bytes(docgen.render(form, values, purpose="plain"))
    shown = processes.run(["pdftotext", "-raw", tmp_path / "page.pdf", "-"], stdout=subprocess.PIPE, check=True).stdout.decode()
    for name, value in fields.items():
        for leaf in leaves(value):
            assert stands_on(leaf, shown) or stands_on(WORDED.get(leaf, leaf), shown), (name, leaf)


def test_the_example_of_the_page_is_what_docgen_and_any_other_program_make():
    page = (ROOT / "docs" / "canonical.md").read_text("utf-8")
    text, digest = (re.search(rf"```{kind}\n(.*?)\n```", page, re.DOTALL)[1] for kind in ("json", "text"))
    record = read(FORM)
    assert printed_content(load_form(FORM), record.values) == text
    assert printed_digest(load_form(FORM), record) == digest
    sorted_again = json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(sorted_again.encode()).hexdigest() == digest


@pytest.mark.parametrize(
    ("name", "value"),
    [("surname", "Сейітқалй"), ("hours", 145), ("issued", date(2026, 2, 7)), ("number", "00418"), ("patronymic", None)],
)
def test_each_change_of_a_printed_field_is_another_hash(name, value):
    form = load_form(FORM)
    assert printed_digest(form, read(FORM)) != printed_digest(form, read(FORM, **{name: value}))


def test_a_field_of_the_back_counts_where_the_back_is_printed():
    form, plain, duplicate = load_form(FORM), read(FORM), read(FORM, duplicate_of="00399")
    assert printed_digest(form, plain) == printed_digest(form, duplicate)
    assert printed_digest(backed(form), plain) != printed_digest(backed(form), duplicate)


def test_a_blank_has_no_hash_and_what_is_printed_onto_it_has():
    form, record = load_form(FORM), read(FORM)
    assert printed_digest(form, blank_record(form)) == printed_digest(form, record, Print.BLANK) == ""
    assert printed_digest(form, record, Print.OVERPRINT) == printed_digest(form, record)


def test_what_stands_in_no_row_of_the_page_is_in_no_row_of_the_text(tmp_path):
    """The body of a form of one's own names a field of its rows no longer: it is gone from the text too."""
    for name in ("own-list", "other-list"):
        assert run("forms", "copy", "trainee-list", tmp_path / "forms", "--as", name).exit_code == 0
    body = tmp_path / "forms" / "other-list" / "body.html"
    body.write_text(body.read_text("utf-8").replace("row.iin", "none"), "utf-8")
    own, other = (load_form(name, tmp_path / "forms") for name in ("own-list", "other-list"))
    record = read_record(own, record_of("trainee-list"))
    rows = (json.loads(printed_content(form, record.values))["fields"]["rows"] for form in (own, other))
    [row, *_others], [less, *_rest] = rows
    assert {name: value for name, value in row.items() if name != "iin"} == less
    assert "iin" in row
