"""The person's line may be larger than the others, up to 20 pt, where it fits on one line; nothing else moves for it."""

import math

import pytest
from support.records import record_of

from docgen import fonts
from docgen.compose import compose
from docgen.compose.page import TextItem
from docgen.fonts.faces import Font
from docgen.form import load_form
from docgen.record import blank_record, read_record
from docgen.units import pt

FORM = "retraining-certificate"
#: The length of the act's line, on which the blank has the name written.
LINE = 190.0
CAP_HEIGHT = 1341 / 2048
OTHERS = ("organization", "title", "period", "topic", "course", "head", "head-name", "date", "number")


def texts(**changes: object) -> dict[str, list[TextItem]]:
    """Return the texts of a certificate by the places that they are of."""
    form = load_form(FORM)
    (page,) = compose(form, read_record(form, record_of(FORM, **changes)))
    items = [item for item in page.items if isinstance(item, TextItem) and item.layer.value != "guide"]
    return {name: [item for item in items if item.place == name] for name in ("person", *OTHERS)}


def as_set(name: str) -> tuple[float, int]:
    """Return the size that a name is set in, and its lines."""
    items = texts(rank="м", surname="А", given_name=name, patronymic=None)["person"]
    return items[0].font.size.pt, len({item.baseline for item in items})


@pytest.mark.parametrize("letters", [10, 30, 36, 38, 40, 42, 44, 48, 52])
@pytest.mark.clause("422", "5, line 1")
def test_the_person_is_set_in_the_largest_half_point_up_to_20_that_fits_on_the_line(letters):
    name = "ж" * letters
    width = fonts.family().width(f"м А {name}", Font(pt(14))).mm
    size = math.floor(2 * 14 * LINE / width) / 2
    assert as_set(name) == (min(20, max(14, size)), 1)


@pytest.mark.clause("422", "5, line 1")
def test_a_name_of_two_lines_is_no_larger_than_the_others():
    items = texts(rank="м", surname="ж" * 50, given_name="ж" * 50, patronymic=None)
    assert items["person"][0].font.size == items["period"][0].font.size


@pytest.mark.clause("422", "5", "5, line 1")
def test_all_other_measures_stay_as_they_are():
    """The name begins 15 mm below the title, measured to the height of its own capitals; no other line moves."""
    large, small = texts(), texts(patronymic="Ж" * 25)
    assert (large["person"][0].font.size.pt, small["person"][0].font.size.pt) == (20, 14)
    for found in (large, small):
        person, title = found["person"][0], found["title"][0]
        top = person.baseline.mm - person.font.size.mm * CAP_HEIGHT
        assert top - title.baseline.mm == pytest.approx(15, abs=0.01)
    assert all(large[name] == small[name] for name in OTHERS)


@pytest.mark.clause("422", "5, line 1")
def test_the_line_of_a_blank_is_below_the_largest_name():
    form = load_form(FORM)
    (page,) = compose(form, blank_record(form))
    (rule,) = [item for item in page.items if item.place == "person" and not isinstance(item, TextItem)]
    filled = texts()
    title = next(item for item in page.items if item.place == "title").baseline
    assert rule.box.top - title > filled["person"][0].baseline - filled["title"][0].baseline
