"""Kazakh as FORMS.md (Dates and periods in Kazakh) has it."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen import kazakh
from docgen.kazakh import ALPHABET, MONTHS, TWINS, Mending, MixedScripts, alphabetical, holds_together, initials, mend_lookalikes

NOMINATIVE = ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан"]
NOMINATIVE += ["қараша", "желтоқсан"]
# As FORMS.md lists them.
CASES = (
    "қаңтардан · қаңтарға, ақпаннан · ақпанға, наурыздан · наурызға, сәуірден · сәуірге, мамырдан · мамырға, "
    "маусымнан · маусымға, шілдеден · шілдеге, тамыздан · тамызға, қыркүйектен · қыркүйекке, қазаннан · қазанға, "
    "қарашадан · қарашаға, желтоқсаннан · желтоқсанға"
)
TABLE = [
    (number, nominative, *pair.split(" · "))
    for number, (nominative, pair) in enumerate(zip(NOMINATIVE, CASES.split(", "), strict=True), 1)
]
CYRILLIC = "".join(map(chr, range(0x410, 0x450))) + "ЁёӘәІіҢңҒғҮүҰұҚқӨөҺһ"

days = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(("number", "nominative", "ablative", "dative"), TABLE)
def test_month_in_each_case(number, nominative, ablative, dative):
    """Each of the twelve months has the three cases of FORMS.md."""
    day = date(2026, number, 1)
    assert kazakh.month(day) == nominative
    assert kazakh.month(day, "ablative") == ablative
    assert kazakh.month(day, "dative") == dative


def test_month_in_no_case():
    """A case outside the table is an error, not an attribute that happens to be there."""
    with pytest.raises(ValueError, match="count"):
        kazakh.month(date(2026, 1, 1), "count")


def test_month_names_are_kazakh_letters_only():
    """No name in the table has a lookalike of its own."""
    assert set("".join(form for name in MONTHS for form in name)) <= set(CYRILLIC)


@pytest.mark.parametrize(
    ("day", "line"),
    [(date(2026, 2, 6), '2026 жылғы "06" ақпан'), (date(2025, 12, 31), '2025 жылғы "31" желтоқсан')],
)
@pytest.mark.clause("422", "5, line 6, left")
def test_date_line(day, line):
    """The day has two digits, in straight quotation marks, and the spaces are plain."""
    assert kazakh.date_line(day) == line


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 1, 12), date(2026, 2, 6), "2026 жылғы 12 қаңтардан 6 ақпанға дейін"),
        (date(2026, 10, 5), date(2026, 10, 16), "2026 жылғы 5 – 16 қазан аралығында"),
        (date(2025, 12, 15), date(2026, 1, 16), "2025 жылғы 15 желтоқсаннан 2026 жылғы 16 қаңтарға дейін"),
        (date(2025, 3, 1), date(2026, 3, 31), "2025 жылғы 1 наурыздан 2026 жылғы 31 наурызға дейін"),
        (date(2026, 10, 5), date(2026, 10, 5), "2026 жылғы 5 қазан"),
    ],
)
@pytest.mark.clause("422", "3", "5, line 2")
def test_period(start, end, words):
    """Within a year, within a month, across years, the same month of two years, one day."""
    assert kazakh.period(start, end) == words


def test_period_backwards():
    """An end before its start has no words."""
    with pytest.raises(ValueError, match="2026-01-01"):
        kazakh.period(date(2026, 1, 2), date(2026, 1, 1))


@given(days, days)
def test_period_names_both_days(one, other):
    """Whatever the shape, both days and years can be read from it, in order."""
    start, end = sorted((one, other))
    words = kazakh.period(start, end)
    assert words.startswith(f"{start.year} жылғы {start.day} ")
    assert str(end.year) in words
    assert f" {end.day} " in words
    assert "  " not in words
    assert words == words.strip()


@pytest.mark.parametrize(
    ("text", "capitals"),
    [
        ("әіңғүұқөһ", "ӘІҢҒҮҰҚӨҺ"),
        ("Қайратұлы", "ҚАЙРАТҰЛЫ"),
        ("«Академия» № 5", "«АКАДЕМИЯ» № 5"),
        ("ёйъ i", "ЁЙЪ I"),
        ("Groß ﬁ", "GROß ﬁ"),
    ],
)
def test_upper(text, capitals):
    """Kazakh letters have their capitals; nothing becomes longer."""
    assert kazakh.upper(text) == capitals


@pytest.mark.slow
@given(st.text())
def test_upper_keeps_length(text):
    """Capitals stand letter for letter."""
    assert len(kazakh.upper(text)) == len(text)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Бауыржан", "Маратұлы"), "Б. М."),
        (("Бауыржан",), "Б."),
        (("бауыржан", ""), "Б."),
        (("Анна-Мария", "Сергеевна"), "А.-М. С."),
        (("Марат", "Серік ұлы"), "М. С."),
        (("Айгүл", "Серік-қызы"), "А. С."),
        (("\u0418\u0306осиф", ""), "Й."),
        (("  Әсел  ", " "), "Ә."),
        (("", ""), ""),
        (("–", "123"), ""),
    ],
)
def test_initials(names, expected):
    """One capital and a dot for each name; the ұлы of a patronymic is no name."""
    assert initials(*names) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Қайратұлi", "Қайратұлі"),
        ("Гауhар", "Гауһар"),
        ("Hұрлан", "Нұрлан"),
        ("CЕРТИФИКАТ", "СЕРТИФИКАТ"),
        ("Cepiк", "Серік"),
        ("əсел", "әсел"),
        ("Ɵмірбек", "Өмірбек"),
        ("Ceргеeв-Aманов", "Сергеев-Аманов"),
    ],
)
def test_mended(before, after):
    """A Latin twin in a Cyrillic word becomes Cyrillic, and the mending is told word by word."""
    text, mendings = mend_lookalikes(before)
    assert text == after
    assert mendings == tuple(
        Mending(old, new) for old, new in zip(before.split("-"), after.split("-"), strict=True) if old != new
    )


@pytest.mark.parametrize("latin", TWINS)
def test_each_twin_is_mended_between_cyrillic_letters(latin):
    """Every letter of the table works, and is replaced by a Kazakh or Russian letter."""
    assert mend_lookalikes(f"қ{latin}қ") == (f"қ{TWINS[latin]}қ", (Mending(f"қ{latin}қ", f"қ{TWINS[latin]}қ"),))
    assert latin not in CYRILLIC
    assert TWINS[latin] in CYRILLIC


def test_h_by_its_size():
    """Small h has the shape of һ; capital H that of Н."""
    assert TWINS["h"] == "\u04bb"
    assert TWINS["H"] == "\u041d"
    assert TWINS["i"] == "\u0456"
    assert TWINS["I"] == "\u0406"


@pytest.mark.parametrize(
    "text",
    [
        "COVID-19-ға",
        "IT-мамандар",
        "3D-модель",
        "COP",
        "ТОР",
        "COP ТОР",
        "Microsoft Word бағдарламасы",
        "№ 5, «Қазақстан» 2026 ж.",
        "α-тестостерон",
        "д\u02bcАртаньян",
        "и\u0306ог",
        "",
    ],
)
def test_untouched(text):
    """Words of one script stay as they are, whatever they are joined to by hyphens and digits."""
    assert mend_lookalikes(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Әлем Windоws", "Windоws"),  # the о is Cyrillic
        ("GPSтің", "GPSтің"),
        ("αқпан", "αқпан"),
        ("Yсен", "Yсен"),  # У or Ү?
        ("қазaнb", "қазaнb"),  # ь, б or в?
        ("ＡСТАНА", "ＡСТАНА"),
    ],
)
def test_mixed_scripts(text, word):
    """A word that mixes scripts in any other way is named."""
    with pytest.raises(MixedScripts) as refusal:
        mend_lookalikes(text)
    assert refusal.value.word == word


@given(st.text(CYRILLIC + string.digits + string.punctuation + " \u00a0«»№–"))
def test_pure_cyrillic_is_untouched(text):
    """Cyrillic with anything but letters is never changed."""
    assert mend_lookalikes(text) == (text, ())


@given(st.text(string.printable))
def test_pure_latin_is_untouched(text):
    """So is Latin."""
    assert mend_lookalikes(text) == (text, ())


@given(st.text(CYRILLIC + "".join(TWINS) + " -1"))
def test_mending_is_idempotent(text):
    """Mended text needs no mending, keeps its length, and every change was told."""
    mended, mendings = mend_lookalikes(text)
    assert mend_lookalikes(mended) == (mended, ())
    assert len(mended) == len(text)
    assert (mended != text) == bool(mendings)
    assert all(before in text and after in mended and before != after for before, after in mendings)


@pytest.mark.slow
@given(st.text())
def test_mending_never_fails_otherwise(text):
    """Whatever the text, it is mended, left or refused as mixed."""
    try:
        outcome = mend_lookalikes(text)[0]
    except MixedScripts as refusal:
        outcome = refusal.word
    assert len(outcome) == len(text) or outcome in text


def shown(text: str) -> str:
    """Return `text` with each held space drawn as ~."""
    held = holds_together(text)
    return "".join("~" if index + 1 in held else letter for index, letter in enumerate(text))


@pytest.mark.parametrize(
    "expected",
    [
        "Тіркеу №~5 сертификат",
        "бастығы Б.~М.~Сейітқали келді",
        "бастығы А.-М.~Әлиева",
        "(Б.~Сейітқали)",
        "кітап. Келесі сөйлем",
        "12~қаңтардан 6~АҚПАНҒА дейін",
        '2026~жылғы "06"~ақпан',
        "2026~жылғы 5~–~16~қазан аралығында",
        "2026~ж. мен 2027~жылы",
        "40~сағат, 72~академиялық сағат, 25~%",
        "Алматы~қаласы, Алматы~қаласының, Алматы~қ. Абай",
        "Қарағанды облысы",
        "қаласы",
        "№",
        "№ ",
    ],
)
def test_holds_together(expected):
    """The spaces drawn as ~ are held, all others may break."""
    assert shown(expected.replace("~", " ")) == expected


def test_holds_after_the_last_of_several_spaces():
    """A line could break before the word alone, so that is the index given."""
    assert holds_together("№   5") == {4}


@given(st.text(CYRILLIC + "№ . 5-–қаласы"))
def test_held_places_follow_a_space(text):
    """Every index is a place where a line could otherwise begin."""
    assert all(0 < index < len(text) and text[index - 1] == " " != text[index] for index in holds_together(text))


@pytest.mark.parametrize(("piece", "held"), [("ә", 0), (" ", 0), ("5 ", 0), ("№ ", 9_999)])
def test_a_long_text_is_read_to_its_end(piece, held):
    """Every number sign holds the one after it; the last stands before nothing."""
    assert len(holds_together(piece * 10_000)) == held


def test_the_alphabet_has_its_42_letters():
    assert (len(ALPHABET), len(set(ALPHABET))) == (42, 42)


@pytest.mark.parametrize("names", [
    ["Абай", "Азамат", "Әбіш", "Бақыт"],
    ["Ғабит", "Дана", "Ержан", "Ёлкин", "Жанар"],
    ["Ким", "Қали", "Лесбек"],
    ["Нұр", "Ңұр", "Оспан", "Өтеген"],
    ["Уәли", "Ұлан", "Үміт", "Фариза", "Хасен", "Һамит", "Цой"],
    ["Ысқақ", "Ілияс", "Эрнст"],
    ["Ким", "Ким Анна", "Ким-Ли", "Кима"],
    ["Яна", "Adam", "Zoe"],
    ["О'Коннор", "Оконнорова"],
])  # fmt: skip
def test_names_are_in_the_order_of_the_alphabet(names):
    assert sorted(reversed(names), key=alphabetical) == names
    assert sorted((name.upper() for name in reversed(names)), key=alphabetical) == [name.upper() for name in names]


@given(st.lists(st.text(st.sampled_from(ALPHABET), min_size=1, max_size=6), max_size=8))
def test_words_of_the_alphabet_are_in_the_order_of_its_places(names):
    by_place = sorted(names, key=lambda name: [ALPHABET.index(letter) for letter in name])
    assert sorted(names, key=alphabetical) == by_place
    lower = sorted((name.lower() for name in names), key=alphabetical)
    assert [name.upper() for name in lower] == by_place


@given(st.lists(st.text(max_size=12), max_size=8))
def test_any_texts_have_one_order(names):
    found = sorted(names, key=alphabetical)
    assert sorted(reversed(names), key=alphabetical) == found
    assert sorted(found, key=alphabetical) == found
