"""Records of every awkward kind: each field gets a value of its kind by chance, with letters and lengths that are seldom seen."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise

from docgen.fields import Field, Rows
from docgen.fields.iin import iin_fault
from docgen.form import Form, load_form
from docgen.record import sample_record

ORGANIZATIONS = ("Полиция академиясы", "Қазақстан Республикасы Ішкі істер министрлігінің Шырақбек Қабылбаев атындағы академиясы")
WORDS = (
    *("құқық", "қорғау", "Жедел-іздестіру", "ақпараттық", "(негіздері)", "№ 5", "«сандық»", "дәлелдемелер;", "2026 жылғы"),
    *("12 ақпан", "Research", "&", "<тест>", "{тәжірибе}", "\\", "/", "Һ", "Ә", "Ғ", "ң", "Ү", "ү", "Ұ", "%", "а;"),
)
#: Texts that one name or a few words fit into, by the field.
NAMES = {
    "organization": ORGANIZATIONS,
    "patronymic": ("Мұхаммедғалиқызы", "Иванович"),
    "surname": ("Ким", "Құдайбергенова-Нұрмұхамедова", "О'Коннор"),
    "city": ("Ақтөбе", "Нұр-Сұлтан", "Өскемен"),
}
PICTURES = ("state-emblem.svg", "ministry-emblem.svg")


def random_record(form: Form | str, chance: random.Random, pictures: Iterable[str] = PICTURES) -> dict[str, object]:
    """Return a raw record: one- and two-line organizations, long topics, missing patronymics, pictures or none."""
    form = load_form(form) if isinstance(form, str) else form
    record = _varied(sample_record(form.fields), form.fields, chance, tuple(pictures))
    for earlier, later in pairwise(form.order):
        record[later] = record[earlier] + timedelta(days=chance.randint(0, 90))
    return record


def _varied(sample: Mapping[str, object], fields: Iterable[Field], chance: random.Random, pictures: tuple[str, ...]) -> dict:
    """Return a sample with other values by chance; None stands for no value."""
    values = {field.name: VALUES[field.kind](field, chance, pictures) for field in fields}
    record = {**sample, **{name: value for name, value in values.items() if value is not ...}}
    return {name: value for name, value in record.items() if value is not None}


def _text(field: Field, chance: random.Random, _pictures: tuple[str, ...]) -> object:
    """Return a text, none where the field may go without; what is not known to be long or to have other values stays."""
    if field.optional and chance.random() < 0.3:
        return None
    if field.name == "topic":
        return " ".join(chance.choices(WORDS, k=chance.randint(1, 60)))
    if field.name == "number":
        return f"{chance.randint(0, 99999):05d}"
    return chance.choice(NAMES[field.name]) if field.name in NAMES else ...


def _iin(_field: Field, chance: random.Random, _pictures: tuple[str, ...]) -> str:
    """Return a number whose check digit agrees."""
    while True:
        born = date(1950, 1, 1) + timedelta(days=chance.randint(0, 18000))
        digits = f"{born:%y%m%d}{chance.choice('34')}{chance.randint(0, 99999):05d}"
        if not iin_fault(digits):
            return digits


def _picture(_field: Field, chance: random.Random, pictures: tuple[str, ...]) -> str | None:
    return chance.choice((None, *pictures))


def _rows(field: Rows, chance: random.Random, pictures: tuple[str, ...]) -> list[dict]:
    """Return rows, now and then so many that the table goes on over pages."""
    count = chance.choice((1, 2, 5, 12, 12, 40))
    return [_varied(field.sample[0], field.fields, chance, pictures) for _row in range(count)]


#: Kind of field → a value of it by chance; `...` leaves the sample's.
VALUES = {
    "text": _text,
    "iin": _iin,
    "image": _picture,
    "date": lambda _field, chance, _pictures: date(2020, 1, 1) + timedelta(days=chance.randint(0, 4000)),
    "choice": lambda field, chance, _pictures: chance.choice(field.options),
    "whole-number": lambda field, chance, _pictures: chance.randint(field.min, field.max),
    "texts": lambda _field, chance, _pictures: [chance.choice(WORDS) for _text in range(chance.randint(1, 12))],
    "rows": _rows,
}


def record_of(form_id: str, **changes: object) -> dict[str, object]:
    """Return the form's own sample with some values changed; None takes a field out."""
    record = sample_record(load_form(form_id).fields) | changes
    return {name: value for name, value in record.items() if value is not None}
