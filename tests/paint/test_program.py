"""A display program draws what the display list draws: for random records of every fixed form, print and kind of file."""

from __future__ import annotations

import io
import os
import random

import pytest
from support import torture
from support.places import FORMS as TEST_FORMS
from support.records import random_record

from docgen import batch
from docgen.artwork import artwork_folders
from docgen.compose import compose
from docgen.compose.page import ARTWORK_ITEMS, PRINT_LAYERS
from docgen.errors import DataError
from docgen.form import load_form
from docgen.paint.content import draw
from docgen.paint.info import volume_info
from docgen.paint.press import Volume, finish_for
from docgen.paint.press.program import program_of
from docgen.prints import Print
from docgen.purposes import Purpose
from docgen.record import read_record

FORMS = (
    "retraining-certificate",
    "advanced-training-certificate",
    "child-protection-certificate",
    "certificate-register",
    "every-kind",
)
#: Those whose documents are a person's, of one page.
PERSONAL = FORMS[:3]
#: Records of each form, print and kind of file.
COUNT = int(os.environ.get("RECORDS") or (500 if torture.IS_FULL else 30))
OWN = ("rank", "surname", "given_name", "patronymic", "number", "name_case")
#: Names of one letter, names that leave their line or fit it in a smaller size alone, and what a string in a PDF escapes.
NAMES = ("Ә", "Ли", "Сейітқали", "Құдайбергенова-Тілеубердіұлы", "Ab (c) \\d", "Ұзын " * 12 + "Ат", "Әбдіқадыров Нұрғалиев " * 3)


def records(form, chance):
    """Yield records as a table has them: a few courses, in any order, each with many people."""
    courses = [random_record(form, chance, ()) for _course in range(3)]
    fields = {field.name for field in form.fields}
    for _record in range(COUNT):
        other = random_record(form, chance, ())
        raw = chance.choice(courses) | {name: other.get(name) for name in OWN if name in fields}
        raw |= {name: chance.choice(NAMES) for name in ("surname", "given_name") if name in fields and chance.random() < 0.7}
        try:
            yield read_record(form, raw)
        except DataError:
            continue


def composed(form, record, layers):
    try:
        return compose(form, record, layers)
    except DataError:
        return None


def drawn(page, colours):
    return [draw(part, page.height.pt, colours) for part in page.parts if type(part[0]) not in ARTWORK_ITEMS]


def filled(page, colours):
    """Return what each part of a filled page is drawn with, artwork left out."""
    slots = dict(zip(page.slotted.places, page.operators, strict=True))
    parts = enumerate(page.slotted.page.parts)
    height = page.slotted.page.height.pt
    return [slots.get(at) or draw(part, height, colours) for at, part in parts if type(part[0]) not in ARTWORK_ITEMS]


@pytest.mark.parametrize("purpose", [Purpose.PLAIN, Purpose.PRESS])
@pytest.mark.parametrize("what", list(Print))
@pytest.mark.parametrize("name", FORMS)
def test_a_filled_page_is_drawn_as_the_composed_one(name, what, purpose):
    form, layers, colours = load_form(name, TEST_FORMS), PRINT_LAYERS[what], finish_for(purpose).colours
    program, count = program_of(form, layers, colours), 0
    for record in records(form, random.Random(f"{torture.SEED} {name}")):
        page = program.fill(record.values) if program else None
        pages = composed(form, record, layers)
        if page:
            count += 1
            assert filled(page, colours) == drawn(pages[0], colours)
            assert [type(part[0]) for part in page.slotted.page.parts] == [type(part[0]) for part in pages[0].parts]
        elif program and pages:
            program.learn(record.values, pages[0])
    assert (count > COUNT / 4) is (name in PERSONAL and what is not Print.BLANK)


@pytest.mark.parametrize("purpose", [Purpose.PLAIN, pytest.param(Purpose.PRESS, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", PERSONAL)
def test_a_volume_of_filled_pages_has_the_bytes_of_one_of_composed_pages(name, purpose):
    form, finish = load_form(name), finish_for(purpose).of_volume
    layers = PRINT_LAYERS[Print.FULL]
    program = program_of(form, layers, finish.colours)
    files, digests = [io.BytesIO(), io.BytesIO()], [[], []]
    volumes = [Volume(file, artwork_folders(), finish=finish, form=form) for file in files]
    for number, record in enumerate(records(form, random.Random(f"{torture.SEED} {name}"))):
        if (pages := composed(form, record, layers)) is None:
            continue
        page = program.fill(record.values)
        if page is None:
            pages = composed(form, record, layers)
            program.learn(record.values, pages[0])
        for volume, found, is_filled in zip(volumes, digests, (True, False), strict=True):
            if volume.parts:
                volume.parts.begin()
            found += [volume.add_filled(page, str(number))] if page and is_filled else volume.add_record(pages, str(number))
            if volume.parts:
                volume.parts.end({"row": number})
    for volume in volumes:
        volume.close(volume_info(form, None))
    assert digests[0] == digests[1]
    assert files[0].getvalue() == files[1].getvalue()


def test_a_page_that_is_too_full_is_refused_as_before(tmp_path):
    form = load_form("retraining-certificate")
    [first, *_others] = records(form, random.Random(17))
    raw = {name: value for name, value in first.values.items() if value is not None}
    rows = [raw | {"surname": "Сейітқали"}, raw | {"surname": "Ұзын" * 60, "number": "2"}]
    with pytest.raises(DataError) as refused:
        batch(form, rows, tmp_path, allow_doubles=True)
    assert {(problem.where.row, problem.code) for problem in refused.value.problems} == {(2, "does-not-fit")}
