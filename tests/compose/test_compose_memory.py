"""What is remembered from page to page changes no page and no volume: a batch that goes on after a stop makes the same bytes."""

from __future__ import annotations

import io
import itertools
import random

import pytest
from support.records import random_record

from docgen.artwork import artwork_folders
from docgen.compose import compose, lay, tables
from docgen.compose.fixed import first_page
from docgen.compose.page import PRINT_LAYERS
from docgen.errors import DataError
from docgen.form import load_form
from docgen.paint.info import document_info
from docgen.paint.press import Volume
from docgen.paint.press import volume as volume_module
from docgen.record import Record, read_record

CERTIFICATES = ("retraining-certificate", "advanced-training-certificate", "child-protection-certificate")


def random_records(form_id: str, count: int) -> list:
    form, chance = load_form(form_id), random.Random(form_id)
    return [read_record(form, random_record(form, chance)) for _ in range(count)]


@pytest.mark.slow
@pytest.mark.parametrize("form_id", CERTIFICATES)
def test_a_page_is_the_same_whatever_was_laid_before(form_id):
    form, records = load_form(form_id), random_records(form_id, 40)
    after_others = [str(page) for record in records + records[::-1] for page in compose(form, record)]
    alone = []
    for record in records:
        first_page.cache_clear()
        alone += [str(page) for page in compose(form, record)]
    assert after_others == alone + alone[::-1]


#: Topics of one line, of two, of so many that the stack is set in a smaller size, and one that no size fits.
TOPICS = ["Қауіпсіздік", "Құқық бұзушылықтың алдын алу " * 4, "Құқық бұзушылықтың алдын алу " * 16, "алдын алу " * 200]


def composed(form, record) -> list[str]:
    """Return the pages as text, or the codes of what was wrong."""
    try:
        return [str(page) for page in compose(form, record)]
    except DataError as error:
        return [problem.code for problem in error.problems]


@pytest.mark.slow
@pytest.mark.parametrize("form_id", CERTIFICATES[:2])
def test_a_page_is_the_same_when_few_values_change_and_some_do_not_fit(form_id):
    """As in a batch: one course after another, one person after another; who comes after a refused one is not printed as that."""
    form, chance = load_form(form_id), random.Random(form_id)
    values, records = dict(random_records(form_id, 1)[0].values), []
    choices = {
        "topic": TOPICS,
        "surname": ["Ахметов", "Сейітқали", "Ә" * 200],
        "rank": [None, "полиция майоры"],
        "number": ["00001", "00002", "0" * 150],
        "city": ["Астана", "Қарағанды"],
    }
    for _each in range(200):
        name = chance.choice([name for name in choices if name in values])
        values = {**values, name: chance.choice(choices[name])}
        records.append(Record(values))
    together = [composed(form, record) for record in records]
    alone = []
    for record in records:
        first_page.cache_clear()
        alone.append(composed(form, record))
    assert together == alone
    refused = [found == ["does-not-fit"] for found in together]
    assert 20 < sum(refused) < 180
    assert sum(before and not now for before, now in itertools.pairwise(refused)) > 10


@pytest.mark.parametrize("what", PRINT_LAYERS)
@pytest.mark.parametrize("memory", [volume_module.MEMORY, 9])
def test_a_volume_is_the_same_whatever_was_laid_before(what, memory, monkeypatch):
    monkeypatch.setattr(volume_module, "MEMORY", memory)
    form, records = load_form(CERTIFICATES[0]), random_records(CERTIFICATES[0], 12) * 2

    def volume(forget_after: int) -> tuple[bytes, list[str]]:
        first_page.cache_clear()
        file = io.BytesIO()
        produced = Volume(file, artwork_folders())
        hashes = []
        for number, record in enumerate(records):
            if number % forget_after == 0:
                first_page.cache_clear()
            hashes += [produced.add(page, str(number)) for page in compose(form, record, PRINT_LAYERS[what])]
        produced.close(document_info(form, records))
        return file.getvalue(), hashes

    assert volume(1) == volume(7) == volume(1000)


def test_the_rows_of_a_register_are_the_same_whether_their_cells_are_remembered_or_not(monkeypatch):
    """A column is remembered where its values repeat among the first rows."""
    form, chance = load_form("certificate-register"), random.Random(5)
    raw = random_record(form, chance)
    days = [{"issued": f"2026-{1 + n % 12:02}-{1 + n // 12:02}"} for n in range(150)]
    raw["rows"] = [row | day for row, day in zip((raw["rows"] * 150)[:150], days, strict=True)]
    record, produced = read_record(form, raw), set()
    for sample in (0, 1, 10, 1000):
        monkeypatch.setattr(tables, "SAMPLE", sample)
        first_page.cache_clear()
        produced.add("".join(map(str, compose(form, record))))
    assert len(produced) == 1


def test_the_pages_of_a_register_can_be_gone_through_again():
    form = load_form("certificate-register")
    raw = random_record(form, random.Random(6))
    pages = lay(form, read_record(form, raw | {"rows": (raw["rows"] * 60)[:60]}))
    assert len(pages) > 1
    assert [str(page) for page in pages] == [str(page) for page in pages]
    assert len(list(pages)) == len(pages)
