"""Composed pages as text: a change of layout shows as a diff that a person can read (`make golden` writes them anew)."""

from __future__ import annotations

import pytest
from support.records import record_of

from docgen.compose import compose
from docgen.form import load_form
from docgen.record import blank_record, read_record

PEOPLE = [
    {"surname": f"Сейітқали{n}", "given_name": "Гүлнұр", "patronymic": "Һамитқызы" * (n % 3), "iin": "850312400128",
     "workplace": "Алматы қаласының Балалардың құқықтарын қорғау басқармасы" + ", бөлім" * (n % 4), "position": "бас маман",
     "number": f"{n:04d}", "issued": "2026-10-16"}
    for n in range(1, 26)
]  # fmt: skip
CASES = {
    "retraining": ("retraining-certificate", {}),
    "retraining-one-line": ("retraining-certificate", {"organization": "Полиция академиясы", "patronymic": None}),
    "retraining-long-topic": ("retraining-certificate", {"topic": "Жедел-іздестіру қызметінің құқықтық негіздері. " * 9}),
    "advanced-training": ("advanced-training-certificate", {}),
    "child-protection": ("child-protection-certificate", {}),
    "child-protection-logo": ("child-protection-certificate", {"logo": "state-emblem.svg"}),
    "register": ("certificate-register", {"rows": PEOPLE}),
}


@pytest.mark.parametrize("name", CASES)
def test_pages_are_composed_as_the_golden_file_has_them(name, golden):
    form_id, changes = CASES[name]
    form = load_form(form_id)
    pages = compose(form, read_record(form, record_of(form_id, **changes)))
    golden(f"{name}.txt", "\n".join(map(str, pages)))


@pytest.mark.parametrize("form_id", ["retraining-certificate", "certificate-register"])
def test_a_blank_without_a_record_is_composed_as_the_golden_file_has_it(form_id, golden):
    form = load_form(form_id)
    pages = compose(form, blank_record(form))
    golden(f"{form_id}-blank.txt", "\n".join(str(page.shown("blank")) for page in pages))
