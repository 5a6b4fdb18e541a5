"""Values as clerks type them: what each kind of field takes, what it refuses, and what it says then."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from support.records import record_of

from docgen import fonts
from docgen.errors import DataError, Problem, Where
from docgen.fields import KINDS, Date, Iin, Image, PlainText, Reading, Rows, Texts, WholeNumber, iin_fault
from docgen.form import load_form
from docgen.record import blank_record, read_record

LABEL = {"kk": "а", "ru": "б", "en": "c"}
TEXT = PlainText(name="topic", label=LABEL)
DAY = Date(name="start", label=LABEL)
HOURS = WholeNumber(name="hours", label=LABEL, min=40, max=9999, why="Rules, clause 6")
IIN = Iin(name="iin", label=LABEL)
LOGO = Image(name="logo", label=LABEL)
ACTS = Texts(name="acts", label=LABEL, min=2)
ROWS = Rows(name="rows", label=LABEL, min=1, fields=(TEXT, DAY))


def read(field, raw):
    """Return the value and what was found on the way."""
    reading = Reading()
    return field.read_or_report(raw, reading), reading


def problem_of(field, raw) -> Problem:
    value, reading = read(field, raw)
    assert value is None
    (problem,) = reading.problems
    return problem


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        (TEXT, "Құқық қорғау", "Құқық қорғау"),
        (TEXT, "  сөз\u00a0\n", "сөз"),
        (TEXT, "екі  сөз", "екі  сөз"),
        (TEXT, "и\u0306", "й"),  # one letter, composed
        (TEXT, 417, "417"),
        (TEXT, "00417", "00417"),
        (TEXT, "<b>&{{ 7*7 }}{% for %}{#\\ \"'»", "<b>&{{ 7*7 }}{% for %}{#\\ \"'»"),
        (TEXT, "а\u00a0б", "а\u00a0б"),
        (DAY, date(2026, 2, 6), date(2026, 2, 6)),
        (DAY, datetime(2026, 2, 6), date(2026, 2, 6)),
        (DAY, "2026-02-06", date(2026, 2, 6)),
        (DAY, "2026-2-6", date(2026, 2, 6)),
        (DAY, "06.02.2026", date(2026, 2, 6)),
        (DAY, "06.02.2026 0:00:00", date(2026, 2, 6)),
        (DAY, "06.02.2026 00:00", date(2026, 2, 6)),
        (DAY, "2026-02-06 00:00:00", date(2026, 2, 6)),
        (DAY, "29.02.2028", date(2028, 2, 29)),
        (HOURS, 40, 40),
        (HOURS, "72", 72),
        (HOURS, 72.0, 72),
        (IIN, "850312400128", "850312400128"),
        (IIN, 850312400128, "850312400128"),
        (LOGO, "Лого (1).PNG", "Лого (1).PNG"),
        (ACTS, ["бір", "екі"], ["бір", "екі"]),
    ],
)  # fmt: skip
def test_what_is_taken(field, raw, value):
    read_value, reading = read(field, raw)
    assert (read_value, reading.problems) == (value, [])
    assert type(read_value) is type(value)


@pytest.mark.parametrize(
    ("field", "raw", "code", "words"),
    [
        (TEXT, None, "value-missing", "nothing is given"),
        (TEXT, "", "value-missing", "nothing is given"),
        (TEXT, " \u00a0\u2003\t", "value-missing", "nothing is given"),
        (TEXT, True, "not-text", "“True”"),
        (TEXT, 1.5, "not-text", "“1.5”"),
        (TEXT, date(2026, 1, 2), "not-text", "“2026-01-02”"),
        (TEXT, 10**200, "not-text", "is no text"),
        (TEXT, ["а"], "not-one-value", "one value"),
        (TEXT, {"а": 1}, "not-one-value", "one value"),
        (TEXT, "ы " * 2001, "text-too-long", "4001"),
        (TEXT, "а\x07", "character-unprintable", "U+0007"),
        (TEXT, "а\0", "character-unprintable", "U+0000"),
        (TEXT, "а\nб", "character-unprintable", "a line break"),
        (TEXT, "а\tб", "character-unprintable", "a tab"),
        (TEXT, "а\u200dб", "character-unprintable", "ZERO WIDTH JOINER"),
        (TEXT, "а\u00adб", "character-unprintable", "SOFT HYPHEN"),
        (TEXT, "а\u200bб", "character-unprintable", "ZERO WIDTH SPACE"),
        (TEXT, "а\u202eб", "character-unprintable", "RIGHT-TO-LEFT OVERRIDE"),
        (TEXT, "\ufeffа", "character-unprintable", "ZERO WIDTH NO-BREAK SPACE"),
        (TEXT, "а\u0301б", "character-unprintable", "COMBINING ACUTE ACCENT"),
        (TEXT, "а\ufe0f", "character-unprintable", "VARIATION SELECTOR-16"),
        (TEXT, "а\ue000б\ue001", "character-unprintable", "U+E000"),
        (TEXT, "а\ud800", "character-unprintable", "U+D800"),
        (TEXT, "а\uffff", "character-unprintable", "U+FFFF"),
        (TEXT, "а\u2028б", "character-unprintable", "LINE SEPARATOR"),
        (TEXT, "😀", "glyph-missing", "“😀” (U+1F600)"),
        (TEXT, "王小明", "glyph-missing", "“王” (U+738B), “小” (U+5C0F), “明” (U+660E)"),
        (TEXT, "שלום", "glyph-missing", "“ש”"),
        (TEXT, "مرحبا", "glyph-missing", "“م”"),
        (TEXT, "Հայ", "glyph-missing", "“Հ”"),
        (TEXT, "Поliция", "scripts-mixed", "“Поliция”"),
        (DAY, "2026-02-30", "date-impossible", "2026-02-30"),
        (DAY, "31.04.2026", "date-impossible", "31.04.2026"),
        (DAY, "0000-00-00", "date-impossible", "0000-00-00"),
        (DAY, "01/02/2026", "not-a-date", "“01/02/2026”"),
        (DAY, "٢٠٢٦-٠١-٠١", "not-a-date", "is no date"),
        (DAY, "2026-01-12T10:00:00", "not-a-date", "is no date"),
        (DAY, datetime(2026, 1, 12, 10), "date-with-time", "10:00"),
        (DAY, 46034, "not-a-date", "“46034”"),
        (DAY, True, "not-a-date", "“True”"),
        (DAY, "1999-12-31", "date-out-of-range", "2000-01-01 – 2099-12-31"),
        (DAY, "2100-01-01", "date-out-of-range", "2000-01-01 – 2099-12-31"),
        (DAY, [1], "not-one-value", "one value"),
        (HOURS, 39, "number-out-of-range", "40 – 9999"),
        (HOURS, -72, "number-out-of-range", "40 – 9999"),
        (HOURS, 10**30, "number-out-of-range", "40 – 9999"),
        (HOURS, "72 сағат", "not-a-number", "“72 сағат”"),
        (HOURS, "72.0", "not-a-number", "“72.0”"),
        (HOURS, 72.5, "not-a-number", "“72.5”"),
        (HOURS, True, "not-a-number", "“True”"),
        (HOURS, float("nan"), "not-a-number", "“nan”"),
        (HOURS, float("inf"), "not-a-number", "“inf”"),
        (HOURS, "٧٢", "not-a-number", "is no whole number"),
        (HOURS, "7²", "not-a-number", "is no whole number"),
        (HOURS, "9" * 13, "not-a-number", "is no whole number"),
        (LOGO, "../../etc/passwd.png", "not-an-image", "../../etc/passwd.png"),
        (LOGO, "/etc/passwd.svg", "not-an-image", "/etc/passwd.svg"),
        (LOGO, "http://x/y.png", "not-an-image", "http://x/y.png"),
        (LOGO, "a\\b.png", "not-an-image", "is no name"),
        (LOGO, "logo.jpg", "not-an-image", "PNG, SVG or PDF"),
        (ACTS, ["бір"], "texts-missing", "at least 2"),
        (ACTS, 5, "not-a-list", "no list"),
        (ROWS, "x", "not-rows", "no list of rows"),
        (ROWS, [1], "not-rows", "no list of rows"),
        (ROWS, [], "value-missing", "nothing is given"),
    ],
)  # fmt: skip
def test_what_is_refused(field, raw, code, words):
    problem = problem_of(field, raw)
    assert problem.code == code
    assert words in problem.message
    assert problem.where.key == field.name
    str(problem).encode()  # it can be written


def test_a_number_that_python_itself_does_not_write_is_refused():
    assert problem_of(TEXT, 10**5000).code == "not-text"
    assert problem_of(HOURS, 10**5000).code == "number-out-of-range"
    assert problem_of(IIN, 10**5000).code == "iin-invalid"
    assert problem_of(DAY, 10**5000).code == "not-a-date"


def test_an_unprintable_sign_is_told_with_the_word_before_it():
    assert "after “қорғау”" in problem_of(TEXT, "Құқық қорғау\u200b негіздері").hint
    assert "first" in problem_of(TEXT, "\u200bнегіздері").hint


@pytest.mark.clause("114", "6")
def test_the_clause_behind_a_bound_is_told():
    assert problem_of(HOURS, 39).hint == "Rules, clause 6"


@pytest.mark.clause("422", "3")
def test_lookalikes_are_mended_and_the_mending_is_reported():
    value, reading = read(TEXT, "Қайратұлi")  # a Latin i
    assert value == "Қайратұлі"
    (note,) = reading.notes
    assert (note.code, note.value) == ("lookalikes-mended", "Қайратұлi")


@pytest.mark.parametrize(
    ("city", "word"),
    [("г. Караганда", "г."), ("г.Астана", "г."), ("қ.Орал", "қ."), ("Город Алматы", "Город"), ("Г. АЛМАТЫ", "Г.")],
)
@pytest.mark.parametrize("form", ["retraining-certificate", "training-order", "attendance-note"])
def test_a_word_that_the_form_prints_with_the_city_is_refused_before_it(form, city, word):
    problem = problem_of(load_form(form).field("city"), city)
    assert (problem.code, f"“{word}”" in problem.message, "Қарағанды" in problem.hint) == ("word-doubled", True, True)


@pytest.mark.parametrize(
    ("city", "name"),
    [("Қарағанды қаласы", "Қарағанды"), ("Қарағанды қ.", "Қарағанды"), ("ҚАРАҒАНДЫ ҚАЛАСЫ", "ҚАРАҒАНДЫ"), ("Орал  Қ.", "Орал")],
)
def test_behind_it_that_word_is_left_out_with_a_note(city, name):
    value, reading = read(load_form("retraining-certificate").field("city"), city)
    assert (value, [note.code for note in reading.notes], reading.problems) == (name, ["sign-left-out"], [])


#: The sixth of February 2026 and the twelfth of January, as people write them.
WRITTEN_DAYS = {
    "12.01.26": date(2026, 1, 12), "1.2.26": date(2026, 2, 1), "06.02.2026 г.": date(2026, 2, 6), "06.02.2026г": date(2026, 2, 6),
    "06.02.2026 ж.": date(2026, 2, 6), "06.02.26 ж.": date(2026, 2, 6), "6 ақпан 2026": date(2026, 2, 6),
    "6 ақпан 2026 ж.": date(2026, 2, 6), "06 АҚПАН 2026 Ж.": date(2026, 2, 6), "«06» ақпан 2026 жыл": date(2026, 2, 6),
    "2026 жылғы 6 ақпан": date(2026, 2, 6), '2026 жылғы "06" ақпан': date(2026, 2, 6), "2026 ж. 6 ақпан": date(2026, 2, 6),
    "6 февраля 2026 г.": date(2026, 2, 6), "6 февраля 2026 года": date(2026, 2, 6), "12 қаңтар 2026": date(2026, 1, 12),
    "31 мая 2026": date(2026, 5, 31), "9 мамыр 2026 ж.": date(2026, 5, 9),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "day"), WRITTEN_DAYS.items())
def test_a_day_as_it_is_written_in_this_country(raw, day):
    value, reading = read(DAY, raw)
    assert (value, reading.problems) == (day, [])


@pytest.mark.parametrize(
    ("raw", "proposal"),
    [("06/02/2026", "06.02.2026"), ("06-02-2026", "06.02.2026"), ("6/2/26", "06.02.2026"), ("2026.02.06", "06.02.2026"),
     ("06. 02. 2026", "06.02.2026"), ("06,02,2026", "06.02.2026"), ("46059", "06.02.2026"), ("31/31/2026",
    ""), ("ақпан 2026", ""),
     ("06.02.1826 x", ""), ("12-06", "")],
)  # fmt: skip
def test_a_day_that_may_be_another_is_a_problem_with_a_proposal(raw, proposal):
    problem = problem_of(DAY, raw)
    assert (problem.code, problem.proposal) == ("not-a-date", proposal)
    assert not proposal or (proposal in problem.hint and read(DAY, proposal)[0] == date(2026, 2, 6))


def test_a_year_of_two_digits_is_no_guess_between_centuries():
    day = Date(name="born", label={"kk": "Күні"}, earliest=date(1940, 1, 1), latest=date(2040, 1, 1))
    assert read(day, "12.01.85")[0] == date(1985, 1, 12)
    assert read(day, "12.01.41")[0] == date(1941, 1, 12)
    both = Date(name="born", label={"kk": "Күні"}, earliest=date(1900, 1, 1), latest=date(2099, 1, 1))
    assert problem_of(both, "12.01.85").proposal == "12.01.2085"
    assert read(day, "29.02.96")[0] == date(1996, 2, 29)


@pytest.mark.parametrize(
    "raw", ["144 сағ.", "144 сағат", "144сағ", "144 ч.", "144 часа", "144 академиялық сағат", "144 ак. часа", "144"]
)
def test_hours_with_their_unit(raw):
    value, reading = read(load_form("retraining-certificate").field("hours"), raw)
    assert (value, reading.problems, reading.notes) == (144, [], [])


@pytest.mark.parametrize(
    ("raw", "proposal"),
    [("144 (сто сорок четыре)", "144"), ("около 144", "144"), ("144.0", "144"), ("144,00", "144"),
     ("144 минут", "144"), ("72.5", ""),
     ("72-144", ""), ("72+72", ""), ("-144", ""), ("7²", ""), ("сағат", ""), ("72 / 144", ""), ("14 4", "")],
)  # fmt: skip
def test_another_number_is_a_problem_with_a_proposal(raw, proposal):
    problem = problem_of(load_form("retraining-certificate").field("hours"), raw)
    assert (problem.code, problem.proposal) == ("not-a-number", proposal)
    assert not proposal or proposal in problem.hint


@pytest.mark.parametrize("city", ["Қарағанды", "Қостанай", "Гурьев", "Городовиковск", "Қ", "Ново-Қаласы"])
def test_other_names_of_cities_are_printed_as_they_are(city):
    assert read(load_form("retraining-certificate").field("city"), city)[0] == city


@pytest.mark.parametrize(
    ("raw", "day"), [("46059", "06.02.2026"), (46059, "06.02.2026"), (46059.0, "06.02.2026"), ("36526", "01.01.2000")]
)
def test_the_number_of_a_day_in_a_spreadsheet_is_told_with_its_day(raw, day):
    problem = problem_of(DAY, raw)
    assert (problem.code, f"it would be {day}" in problem.hint) == ("not-a-date", True)


@pytest.mark.parametrize("raw", ["99999", "2026", "1234567", "46059.5", "4605", 0, -46059, "٤٦٠٥٩"])
def test_a_number_that_is_no_day_of_a_document_is_told_how_days_are_written(raw):
    assert "2026-02-06" in problem_of(DAY, raw).hint


@pytest.mark.parametrize("letter", "ӘәҒғҚқҢңӨөҰұҮүҺһІіЁё№«»“”–—…§€")
def test_the_letters_of_kazakh_and_russian_documents_are_taken(letter):
    assert read(TEXT, letter)[0] == letter


# --- IIN: expected values by the arithmetic of FORMS.md, form 4 --------------------------------------------------------


def check_digit(eleven: str) -> int | None:
    """Return the check digit, or None where no such IIN is given out."""
    digits = [int(digit) for digit in eleven]
    for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)):
        rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if rest < 10:
            return rest
    return None


PEOPLE = [f"850312{century}{number:04}" for century in (3, 4) for number in range(400)]


@pytest.mark.clause("114", "annex 2, table")
def test_exactly_one_check_digit_of_ten_is_right():
    for eleven in PEOPLE:
        right = [digit for digit in range(10) if not iin_fault(f"{eleven}{digit}")]
        assert right == ([] if check_digit(eleven) is None else [check_digit(eleven)])


def test_the_second_row_of_weights_counts_where_the_first_gives_ten():
    second = [p for p in PEOPLE if sum(int(d) * w for d, w in zip(p, range(1, 12), strict=True)) % 11 == 10]
    assert any(check_digit(eleven) is not None for eleven in second)
    assert all(iin_fault(f"{e}{check_digit(e)}") == "" for e in second if check_digit(e) is not None)


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("85031240012", "12 digits"),
        ("8503124001288", "12 digits"),
        ("85031240012a", "12 digits"),
        ("850312 400128", "12 digits"),
        ("٨٥٠٣١٢٤٠٠١٢٨", "12 digits"),
        ("850312700128", "seventh digit"),
        ("851312400128", "no date of birth"),
        ("850230400128", "no date of birth"),
        ("850229400128", "no date of birth"),  # 1985 was no leap year
        ("850312400129", "check digit"),
    ],
)
def test_a_wrong_iin_is_told_by_what_is_wrong(digits, words):
    assert words in problem_of(IIN, digits).message


def test_an_iin_that_a_workbook_took_the_zeros_of_is_told_with_them():
    """It is not guessed: the person of the shorter number may be another one."""
    eleven = "01010130012"
    digits = f"{eleven}{check_digit(eleven)}"
    for raw in (int(digits), digits.lstrip("0")):
        problem = problem_of(IIN, raw)
        assert (problem.code, problem.value) == ("iin-zeros-lost", digits[1:])
        assert f"Is it {digits}?" in problem.hint
    assert read(IIN, int(f"85031240012{check_digit('85031240012')}"))[0] == f"85031240012{check_digit('85031240012')}"
    assert problem_of(IIN, 5).code == "iin-invalid"


@pytest.mark.parametrize(("century", "year"), [("1", 1804), ("3", 1900), ("4", 1985), ("4", 1996), ("5", 2000), ("6", 2001)])
def test_the_days_of_birth_are_those_of_the_calendar(century, year):
    taken = set()
    for day in range(10_000):
        eleven = next(e for n in range(10) if check_digit(e := f"{year % 100:02}{day:04}{century}{n:04}") is not None)
        if not iin_fault(f"{eleven}{check_digit(eleven)}"):
            taken.add(f"{day:04}")
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    assert taken == {f"{date.fromordinal(day):%m%d}" for day in range(first, last + 1)}


def test_a_foreigner_may_be_born_in_either_century():
    eleven = "00022900001"  # 29 February: 2000 had one, 1900 had none
    assert iin_fault(f"{eleven}{check_digit(eleven)}") == ""


# --- records ----------------------------------------------------------------------------------------------------------


def problems_of(form_id: str, **changes: object) -> list[Problem]:
    with pytest.raises(DataError) as error:
        read_record(load_form(form_id), record_of(form_id) | changes)
    return error.value.problems


def test_all_problems_of_a_record_come_at_once():
    problems = problems_of("retraining-certificate", hours="x", start="2026-02-30", topic=None, topik="a")
    assert {(p.code, p.where.key) for p in problems} == {
        ("field-unknown", "topik"),
        ("not-a-number", "hours"),
        ("date-impossible", "start"),
        ("value-missing", "topic"),
    }
    assert next(p.hint for p in problems if p.code == "field-unknown") == "Did you mean “topic”?"


def test_an_end_before_the_start_is_refused():
    (problem,) = problems_of("retraining-certificate", start="2026-02-06", end="2026-02-05")
    assert (problem.code, problem.where.key) == ("dates-reversed", "end")


def test_a_course_of_one_day_is_no_mistake():
    record = record_of("retraining-certificate") | {"start": "2026-02-06", "end": "2026-02-06"}
    assert read_record(load_form("retraining-certificate"), record).values["end"] == date(2026, 2, 6)


def test_a_problem_within_rows_tells_which_row():
    rows = record_of("certificate-register")["rows"]
    (problem,) = problems_of("certificate-register", rows=[rows[0], rows[0] | {"iin": "1"}])
    assert problem.where.key == "rows[2].iin"


@pytest.mark.parametrize("raw", [None, [], 5, "x"])
def test_a_record_is_a_set_of_named_values(raw):
    with pytest.raises(DataError) as error:
        read_record(load_form("retraining-certificate"), raw)
    assert error.value.problems[0].code == "not-a-record"


@pytest.mark.parametrize("kind", KINDS.values())
def test_every_kind_leaves_room_on_a_blank(kind):
    assert hasattr(kind, "blank_value")


def test_a_blank_leaves_room_for_every_field():
    values = blank_record(load_form("retraining-certificate")).values
    assert values["hours"] == 9999
    assert values["start"] == date(2028, 9, 28)
    assert set(values["surname"]) == {"_"}


# --- what a message may hold ------------------------------------------------------------------------------------------


def test_a_message_shows_signs_that_could_steer_a_terminal():
    problem = Problem("x", "“\x1b[2J\u202e\ud800”", "a\nb", Where(file="\x07"), "\ud800")
    assert str(problem) == "\\x07: “\\x1b[2J\\u202e\\ud800”\n    a\nb"
    assert problem.as_json()["value"] == "\\ud800"


def test_a_capital_that_the_face_lacks_is_a_problem_of_the_record():
    """`upper` makes Ɂ-like capitals of letters that the face has: found before anything is painted."""
    letter = "\u0250"
    assert not fonts.family().lacks(letter)
    assert fonts.family().lacks(letter.upper())
    form = load_form("retraining-certificate")
    with pytest.raises(DataError) as error:
        form.place("organization").text.fill({"organization": letter})
    assert error.value.problems[0].where.key == "organization"
