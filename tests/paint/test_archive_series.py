"""Files for the archive that are made one after another: what they share is written once, and each is as if it were alone."""

from __future__ import annotations

import pytest
from support.records import record_of

from docgen.artwork import artwork_folders
from docgen.batching.entries import compose_row
from docgen.compose import compose
from docgen.compose.page import PRINT_LAYERS
from docgen.form import backed, load_form
from docgen.paint.info import document_info
from docgen.paint.press import SeparateFiles, finish_for, press_pages
from docgen.paint.press.program import program_of
from docgen.paint.press.separate import _Begun
from docgen.prints import Print
from docgen.purposes import Purpose
from docgen.record import read_record

CERTIFICATES = ["retraining-certificate", "advanced-training-certificate", "child-protection-certificate"]
FINISH = finish_for(Purpose.ARCHIVE)
#: Records whose pages have other texts, other lines, and letters that no face's usual part has.
RECORDS = [
    {"number": "00001"}, {"number": "00002", "surname": "Құдайбергенова-Нұрмұхамедова"}, {"number": "00003", "patronymic": None},
    {"number": "00004", "topic": "Құқық қорғау органдарындағы дербес деректер " * 4}, {"number": "00005", "surname": "Ärnö"},
    {"number": "00006", "surname": "Ким"},
]  # fmt: skip


@pytest.mark.parametrize("form", CERTIFICATES)
@pytest.mark.parametrize("print", Print)
def test_a_file_of_a_series_is_the_same_as_one_alone(form, print, monkeypatch):
    loaded, artwork, remembered = load_form(form), artwork_folders(), []
    ended = _Begun.ended
    monkeypatch.setattr(_Begun, "ended", lambda self, *given: remembered.append(self) or ended(self, *given))
    series = SeparateFiles(artwork, FINISH, loaded)
    for changes in RECORDS:
        own = {name: value for name, value in changes.items() if name in {field.name for field in loaded.fields}}
        record = read_record(loaded, record_of(form, **own))
        pages, info = compose(loaded, record, PRINT_LAYERS[print]), document_info(loaded, [record], print=print)
        assert series.paint(pages, info) == press_pages(pages, info, artwork, FINISH, loaded)
    assert len(remembered) > len({id(each) for each in remembered})  # some went on from what was written before


@pytest.mark.parametrize("form", CERTIFICATES)
@pytest.mark.parametrize("print", [Print.FULL, Print.OVERPRINT])
@pytest.mark.parametrize("purpose", [Purpose.ARCHIVE, Purpose.PLAIN])
def test_a_file_of_a_filled_page_is_the_same_as_one_alone(form, print, purpose):
    """Most are filled in; a first one, one whose text needs another size, and one with letters of its own are composed."""
    loaded, artwork, finish = load_form(form), artwork_folders(), finish_for(purpose)
    series, composed = SeparateFiles(artwork, finish, loaded), []
    program = program_of(loaded, PRINT_LAYERS[print], finish.colours)
    names = ["Ахметов", "Ибраев", "Құдайбергенова-Нұрмұхамедова", "Ärnö", "Ким", "00007", "Оспан"]
    named = next(field.name for field in loaded.fields if field.name in ("surname", "employee"))
    for row, name in enumerate(names, 1):
        raw = record_of(form, **{named: name, "number": f"{row:05}"})
        entry = compose_row(loaded, row, raw, artwork, print, program)
        pages = compose(loaded, entry.record, PRINT_LAYERS[print])
        info = document_info(loaded, [entry.record], print=print)
        if entry.filled:
            made = series.paint_filled(entry.filled, info, lambda pages=pages, row=row: composed.append(row) or pages)
        else:
            made = series.paint(entry.pages, info)
            composed.append(row)
        assert made == press_pages(pages, info, artwork, finish, loaded)
    assert composed[0] == 1
    assert 4 in composed
    assert len(composed) < len(names) - 2


def test_a_document_with_its_back_is_the_same_too():
    form, artwork = backed(load_form(CERTIFICATES[0])), artwork_folders()
    series = SeparateFiles(artwork, FINISH, form)
    for changes in RECORDS[:2]:
        record = read_record(form, record_of(CERTIFICATES[0], **changes))
        pages, info = compose(form, record, PRINT_LAYERS[Print.FULL]), document_info(form, [record])
        assert series.paint(pages, info) == press_pages(pages, info, artwork, FINISH, form)
