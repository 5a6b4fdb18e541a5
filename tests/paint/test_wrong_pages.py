"""A page that is wrong by a little does not pass for the same page: what each comparison of `pairs.py` notices, and what not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from support import chromium, pairs, torture, viewers
from support.pairs import Pair
from support.records import record_of

from docgen import fonts
from docgen.compose.page import Page, TextItem
from docgen.form import load_form
from docgen.record import read_record
from docgen.units import mm, pt

TOPIC = "құқық қорғау, жедел-іздестіру және ақпараттық қызметтің негіздері"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """A sound page by both painters."""
    form = load_form("retraining-certificate")
    record = read_record(form, record_of(form.id, topic=TOPIC))
    return pairs.painted(form, "full", [record], tmp_path_factory.mktemp("right"))


def without_comma(item: TextItem) -> list[TextItem]:
    """A space is as wide as a comma in these faces, so nothing else moves."""
    return [item._replace(text=item.text.replace(",", " ", 1))]


def with_word_moved(item: TextItem) -> list[TextItem]:
    """The second word of a line stands 0.3 mm to the right."""
    first, word, *others = item.text.split(" ")
    face, runs, left = fonts.family().face(item.font), [], item.left
    for text, moved in ((f"{first} ", 0), (word, 0.3), (f" {' '.join(others)}", 0)):
        width = pt(sum(map(face.advance, text)) / face.units_per_em * item.font.size.pt)
        runs.append(item._replace(left=left + mm(moved), width=width, text=text))
        left += width
    return runs


def in_regular(item: TextItem) -> list[TextItem]:
    return [item._replace(font=replace(item.font, bold=False))]


def with_latin_letter(item: TextItem) -> list[TextItem]:
    """Both letters look the same."""
    return [item._replace(text=item.text.replace("і", "i", 1))]


#: What is wrong → which line it befalls, and what becomes of that.
WRONG: dict[str, tuple[Callable, Callable]] = {
    "a comma left out": (lambda item: "қорғау, " in item.text, without_comma),
    "a word 0.3 mm away": (lambda item: "қорғау, " in item.text, with_word_moved),
    "a bold line in regular": (lambda item: item.font.bold, in_regular),
    "a letter of another alphabet": (lambda item: "жедел-іздестіру" in item.text, with_latin_letter),
}
OTHERS = sorted(viewers.QUICK.keys() - {"poppler"})
COMPARISONS: dict[str, Callable] = {
    "letters": pairs.compare_letters,
    "copied text": pairs.compare_texts,
    **{f"pixels in {name}": partial(pairs.compare_pixels, show) for name, show in viewers.QUICK.items()},
    **{f"{name} beside poppler": partial(pairs.compare_viewer, viewers.QUICK[name]) for name in OTHERS},
    "Draw": pairs.compare_draw,
    **({"Chromium": pairs.compare_chromium} if torture.IS_FULL and chromium.PROGRAM else {}),
}
#: Text that is copied does not tell where it stands and in which face; pixels do not tell letters that look the same, but on
#: Chromium's screen, where letters are fitted to the pixels by the alphabet that they are of.
LOOKS = {"a word 0.3 mm away", "a bold line in regular"}


#: A comparison that takes seconds sees one mistake of each kind; `make torture` shows it all of them.
SLOW, ENOUGH = {*(f"{name} beside poppler" for name in OTHERS), "Draw"}, {None, "a word 0.3 mm away"}
SHOWN = [
    pytest.param(name, wrong, marks=pytest.mark.office if name == "Draw" else ())
    for name in COMPARISONS
    for wrong in (None, *WRONG)
    if torture.IS_FULL or name not in SLOW or wrong in ENOUGH
]


def cannot_see(comparison: str) -> set[str]:
    if comparison == "copied text":
        return LOOKS
    return set() if comparison in ("letters", "Draw", "Chromium") else {"a letter of another alphabet"}


def changed(page: Page, befalls: Callable, change: Callable) -> Page:
    """Return the page with its first line of that kind changed."""
    at = next(at for at, item in enumerate(page.items) if isinstance(item, TextItem) and befalls(item))
    return Page(page.width, page.height, (*page.items[:at], *change(page.items[at]), *page.items[at + 1 :]))


@pytest.mark.slow
@pytest.mark.parametrize(("comparison", "wrong"), SHOWN)
def test_a_wrong_page_is_noticed(pair, tmp_path, comparison, wrong):
    page = pair.composed[0][0]
    wronged = changed(page, *WRONG[wrong]) if wrong else page
    press = tmp_path / "wrong.pdf"
    pairs.press_volume(press, [wronged], pair.info, pair.artwork)
    compare = partial(COMPARISONS[comparison], press, pair.weasy, *([page] if comparison == "Draw" else []))
    if wrong is None or wrong in cannot_see(comparison):
        compare()
        return
    with pytest.raises(AssertionError):
        compare()
