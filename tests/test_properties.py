"""Properties of text, for whatever a clerk may type: it comes out of the PDF as it was typed, or is refused by name.

Examples are drawn the same way each time; those that paint are few, because each paints a page.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.reading import words
from support.records import record_of
from uniseg.linebreak import line_break_units

import docgen
from docgen import fonts, kazakh
from docgen.compose.lines import EPSILON, LEADING, Line, TooWide, break_lines, units
from docgen.errors import DataError, Problem
from docgen.fields import PlainText, Reading
from docgen.fields.letters import LETTER_LIMIT, UNPRINTABLE
from docgen.fonts.faces import Font
from docgen.form import load_form
from docgen.record import read_record
from docgen.units import Box, Length, length, mm, pt

T = TypeVar("T")

RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
KAZAKH = RUSSIAN + "әғқңөұүһі"
LATIN = string.ascii_lowercase + "äöüßçñéışğ"
SIGNS = " .,:;!?-–—()«»\"'/№%&<>{}#0123456789"


def typed_in(letters: str, most: int = 120) -> st.SearchStrategy[str]:
    """Texts as they are typed: words of one alphabet, spaces, signs."""
    return st.text(letters + letters.upper() + SIGNS + "    ", min_size=1, max_size=most)


ALPHABETS = {"Kazakh": KAZAKH, "Russian": RUSSIAN, "Latin": LATIN, "mixed": KAZAKH + LATIN}

paints = settings(derandomize=True, deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
quick = settings(derandomize=True, deadline=None, max_examples=150)


def refusal_of(call: Callable[[], T]) -> tuple[T | None, list[Problem]]:
    """Return what a call gives and no problems, or nothing and its problems."""
    try:
        return call(), []
    except DataError as error:
        return None, error.problems


def lines_of(text: str, font: Font, room: Length, balanced: bool = False) -> tuple[Line, ...] | TooWide:
    try:
        return break_lines(text, font, room, fonts.family(), balanced)
    except TooWide as too_wide:
        return too_wide


def without_space(text: str) -> str:
    return "".join(text.split())


# --- what is typed comes out ------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("letters", ALPHABETS.values(), ids=ALPHABETS)
def test_what_is_typed_comes_out_of_the_pdf_or_is_refused_by_name(letters):
    """A word that mixes alphabets is refused, or its lookalike letters are mended and that is reported."""
    form = load_form("retraining-certificate")

    @paints
    @given(typed_in(letters))
    def check(typed: str) -> None:
        record, problems = refusal_of(lambda: read_record(form, record_of(form.id, topic=typed)))
        pdf, too_long = refusal_of(lambda: docgen.render(form, record)) if record else (None, [])
        if pdf is None:
            assert {problem.where.key for problem in problems + too_long} == {"topic"}
            return
        topic = record.values["topic"]
        is_mended = any(note.where.key == "topic" for note in record.notes)
        assert is_mended or topic == typed.strip()
        printed = words(pdf)
        assert without_space(topic) in without_space(printed)
        if len(topic) < 60:  # on one line: its spaces are there too
            assert " ".join(topic.split()) in printed

    check()


@pytest.mark.slow
@paints
@given(st.lists(typed_in(KAZAKH) | typed_in(LATIN), min_size=1, max_size=8))
def test_what_is_typed_comes_out_of_a_volume(tmp_path_factory, topics):
    """A batch paints by another way than a single document: every row is on its page, or is refused by name."""
    rows = [record_of("retraining-certificate", topic=topic) for topic in topics]
    out = tmp_path_factory.mktemp("volume")
    result, problems = refusal_of(lambda: docgen.batch("retraining-certificate", rows, out, skip_bad=True))
    refused = {problem.where.row for problem in (result.problems if result else problems)}
    assert {problem.where.key for problem in problems} <= {"topic"}
    printed = without_space(words((out / result.volumes[0].file).read_bytes())) if result else ""
    for number, topic in enumerate(topics, 1):
        assert number in refused or without_space(topic) in printed


@pytest.mark.slow
@paints
@given(st.lists(typed_in(KAZAKH, 40), min_size=1, max_size=4))
def test_what_is_typed_comes_out_of_a_flowing_form(acts):
    form = load_form("work-standard")
    record = record_of(form.id, acts=acts)
    pdf, problems = refusal_of(lambda: docgen.render(form, record))
    if pdf is None:
        assert all(problem.where.key.startswith("acts") for problem in problems)
        return
    printed = without_space(words(pdf))
    for act in acts:
        assert without_space(act) in printed


@quick
@given(st.text(max_size=60))
def test_any_text_at_all_is_printable_or_refused_by_name(typed):
    """Whatever Unicode holds: a text that is taken has a glyph for every sign, and nothing that cannot be seen."""
    reading = Reading()
    value = PlainText(name="topic", label={}).read_or_report(typed, reading)
    if value is None:
        (problem,) = reading.problems
        assert problem.where.key == "topic"
        str(problem).encode()
        return
    assert not fonts.family().lacks(value)
    assert not any(unicodedata.category(letter) in UNPRINTABLE for letter in value)
    assert len(value) <= LETTER_LIMIT
    assert reading.notes or value == unicodedata.normalize("NFC", typed).strip()


@pytest.mark.slow
@quick
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates() | st.datetimes(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
        max_leaves=6,
    ),
    st.sampled_from(["work-standard", "certificate-register", "child-protection-certificate"]),
    st.data(),
)
def test_any_value_in_any_field_is_taken_or_refused_by_name(value, form_id, data):
    form = load_form(form_id)
    name = data.draw(st.sampled_from([field.name for field in form.fields]))
    _record, problems = refusal_of(lambda: read_record(form, record_of(form_id) | {name: value}))
    for problem in problems:
        assert problem.where.key.startswith(name)
        assert problem.message
        str(problem).encode()


# --- lines ------------------------------------------------------------------------------------------------------------

rooms = st.floats(20, 240).map(mm)
fonts_drawn = st.builds(Font, st.floats(6, 40).map(pt), st.booleans())


@quick
@given(typed_in(KAZAKH, 300), rooms, fonts_drawn, st.booleans())
def test_lines_give_the_text_back_and_fit_their_room(text, room, font, balanced):
    family, lines = fonts.family(), lines_of(text, font, room, balanced)
    if isinstance(lines, TooWide):
        assert family.width(lines.word, font) > room
        assert lines.word in text
        return
    position = 0
    for line in lines:
        assert text[position : line.begin].strip(" ") == ""  # spaces alone stand between lines
        assert line.begin <= line.end
        assert line.width.mm == pytest.approx(family.width(text[line.begin : line.end], font).mm, abs=1e-6)
        assert line.width <= room + EPSILON
        position = line.end
    assert text[position:].strip(" ") == ""


@pytest.mark.slow
@quick
@given(typed_in(KAZAKH, 300), rooms, st.booleans())
def test_no_line_begins_where_it_must_not(text, room, balanced):
    """A break stands where Unicode lets it (UAX 14), and never where Kazakh typing holds two words together."""
    lines = lines_of(text, Font(pt(14)), room, balanced)
    if isinstance(lines, TooWide):
        return
    allowed, position = set(), 0
    for unit in line_break_units(text):
        allowed.add(position)
        position += len(unit)
    held = kazakh.holds_together(text)
    for line in lines[1:]:
        assert line.begin in allowed
        assert line.begin not in held
        assert not (text[line.begin - 1].isalpha() and text[line.begin].isalpha())


@pytest.mark.slow
@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.text(st.sampled_from(KAZAKH + "ӘІzZ09" + SIGNS + "   \u00a0…“”$[]"), max_size=24))
def test_a_line_may_end_where_unicode_lets_it_and_nowhere_else(text):
    """Most texts are cut at their spaces without the library; where a line may end is what the library says of the whole."""
    assert list(units(text)) == list(line_break_units(text))


PIECES = ("(", ")", "-", ",", ".", ";", " ", "  ", "аб", "Ә", "z", "5", "20", "№", "«", "»", "–", "/")


@pytest.mark.slow
@settings(derandomize=True, deadline=None, max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_words_in_brackets_and_with_hyphens_are_cut_as_unicode_has_it(text):
    assert list(units(text)) == list(line_break_units(text))


@pytest.mark.slow
@pytest.mark.parametrize("text", ["а ({0}) {0}", "({0}-{0}), а", "{0}-5 (5-{0})", "{0}) ({0}", "№ ({0} -{0}"])
def test_every_letter_is_cut_alike_in_brackets_and_beside_hyphens(text):
    for letter in filter(str.isalpha, map(chr, range(0x41, 0x530))):
        words = text.format(letter)
        assert list(units(words)) == list(line_break_units(words))


@quick
@given(typed_in(KAZAKH, 300), rooms)
def test_balanced_lines_are_no_more_than_filled_ones(text, room):
    filled, balanced = lines_of(text, Font(pt(14)), room), lines_of(text, Font(pt(14)), room, True)
    assert isinstance(filled, TooWide) == isinstance(balanced, TooWide)
    if not isinstance(filled, TooWide):
        assert len(balanced) == len(filled)


HELD = ["№ 5", "Б. Сейітқали", "А. Ж. Нұрғалиев", "12 қаңтар", '"06" ақпан', "144 сағат", "Қарағанды қаласы", "5 – 16 қазан"]


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.lists(st.sampled_from(["бір", "екі", "төртінші", "құқық қорғау"]), max_size=12), st.sampled_from(HELD), rooms)
def test_words_that_belong_together_stay_on_one_line(before, held, room):
    text = " ".join([*before, held, "соңы"])
    lines = break_lines(text, Font(pt(14)), mm(max(room.mm, 50)), fonts.family())
    assert any(held in text[line.begin : line.end] for line in lines)


def test_leading_is_that_of_word():
    assert LEADING == 1.15


# --- capitals and lengths ---------------------------------------------------------------------------------------------


@quick
@given(typed_in(KAZAKH + LATIN))
def test_capitals_keep_every_letter(text):
    capitals = kazakh.upper(text)
    assert len(capitals) == len(text)
    assert capitals.lower() == text.lower() or any(letter in text for letter in "ıİß")
    assert kazakh.upper(capitals) == capitals


lengths = st.floats(-5000, 5000, allow_nan=False)


@quick
@given(lengths)
def test_lengths_come_back_from_every_unit(value):
    assert pt(value).pt == pytest.approx(value, abs=1e-9)
    assert mm(value).mm == value
    assert mm(mm(value).pixels(600) / 600 * 25.4).mm == pytest.approx(value, abs=1e-9)
    assert mm(value).emu / 36_000 == pytest.approx(value, abs=0.5 / 36_000 + 1e-9)  # 914 400 EMU are 25.4 mm
    assert pt(mm(value).twips / 20).mm == pytest.approx(value, abs=0.5 / 20 * 25.4 / 72 + 1e-9)


@quick
@given(st.integers(0, 10**6), st.sampled_from(["mm", "pt"]))
def test_lengths_are_read_as_they_are_written(hundredths, unit):
    read = length(f"{hundredths / 100}{unit}")
    assert getattr(read, unit) == pytest.approx(hundredths / 100)


@quick
@given(lengths, lengths, lengths)
def test_lengths_add_up(first, second, third):
    assert (mm(first) + mm(second) - mm(second)).mm == pytest.approx(first, abs=1e-9)
    assert -mm(first) == mm(-first)
    assert (mm(first) < mm(second)) == (first < second)
    box = Box(mm(first), mm(second), mm(third), mm(third))
    assert box.inset(mm(7)).right.mm == pytest.approx(box.right.mm - 7, abs=1e-9)
    assert box.inset(mm(7)).centre.mm == pytest.approx(box.centre.mm, abs=1e-9)
