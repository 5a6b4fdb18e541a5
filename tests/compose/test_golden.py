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
@pytest.mark.clause(
    "422",
    "2",
    "3.1, background",
    "3.1, emblem",
    "3.2",
    "4.1",
    "4.2",
    "4.3",
    "5",
    "5, line 1",
    "5, line 2",
    "5, line 3",
    "5, line 4",
    "5, line 5",
    "5, line 6, left",
    "5, line 6, right",
)
@pytest.mark.clause(
    "114",
    "annex 1, logo",
    "annex 1, official name",
    "annex 1, title",
    "annex 1, text",
    "annex 1, text, line 1",
    "annex 1, text, line 2",
    "annex 1, text, line 3",
    "annex 1, head",
    "annex 1, date",
    "annex 1, seal",
    "annex 2, sheet",
    "annex 2, title",
    "annex 2, table",
    "annex 2, page number",
)
def test_pages_are_composed_as_the_golden_file_has_them(name, golden):
    form_id, changes = CASES[name]
    form = load_form(form_id)
    pages = compose(form, read_record(form, record_of(form_id, **changes)))
    golden(f"{name}.txt", "\n".join(map(str, pages)))


@pytest.mark.parametrize("form_id", ["retraining-certificate", "certificate-register"])
@pytest.mark.clause("422", "form", "6")
def test_a_blank_without_a_record_is_composed_as_the_golden_file_has_it(form_id, golden):
    form = load_form(form_id)
    pages = compose(form, blank_record(form))
    golden(f"{form_id}-blank.txt", "\n".join(str(page.shown("blank")) for page in pages))
