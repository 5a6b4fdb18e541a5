"""What is remembered from page to page changes no page and no volume: a batch that goes on after a stop makes the same bytes."""

from __future__ import annotations

import io
import random

import pytest
from records import random_record

from docgen import compose as composing
from docgen.artwork import artwork_folders
from docgen.compose import compose
from docgen.compose.page import PRINTS
from docgen.form import load_form
from docgen.paint.info import document_info
from docgen.paint.press import Volume
from docgen.paint.press import volume as volume_module
from docgen.record import read_record

CERTIFICATES = ("retraining-certificate", "advanced-training-certificate", "child-protection-certificate")


def random_records(form_id: str, count: int) -> list:
    form, chance = load_form(form_id), random.Random(form_id)
    return [read_record(form, random_record(form, chance)) for _ in range(count)]


@pytest.mark.parametrize("form_id", CERTIFICATES)
def test_a_page_is_the_same_whatever_was_laid_before(form_id):
    form, records = load_form(form_id), random_records(form_id, 40)
    after_others = [str(page) for record in records + records[::-1] for page in compose(form, record)]
    alone = []
    for record in records:
        composing._ground.cache_clear()
        alone += [str(page) for page in compose(form, record)]
    assert after_others == alone + alone[::-1]


@pytest.mark.parametrize("what", PRINTS)
@pytest.mark.parametrize("memory", [volume_module.MEMORY, 9])
def test_a_volume_is_the_same_whatever_was_laid_before(what, memory, monkeypatch):
    monkeypatch.setattr(volume_module, "MEMORY", memory)
    form, records = load_form(CERTIFICATES[0]), random_records(CERTIFICATES[0], 12) * 2

    def volume(forget_after: int) -> tuple[bytes, list[str]]:
        composing._ground.cache_clear()
        file = io.BytesIO()
        made = Volume(file, artwork_folders())
        hashes = []
        for number, record in enumerate(records):
            if number % forget_after == 0:
                composing._ground.cache_clear()
            hashes += [made.add(page, str(number)) for page in compose(form, record, PRINTS[what])]
        made.close(document_info(form, records))
        return file.getvalue(), hashes

    assert volume(1) == volume(7) == volume(1000)
