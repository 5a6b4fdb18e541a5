"""Every fixed word of every form, full and blank, is the act's, letter by letter, or is listed as ours in house-words.toml.

`texts/` has the acts as published. What is compared is a phrase: the fixed words between two data, two lines to write on or the
ends of a paragraph, with white space made one space, since the published texts are wrapped anywhere.
"""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from support.reading import docx_words, lines
from support.records import record_of

import docgen
from docgen import kazakh
from docgen.compose import compose
from docgen.compose.page import Layer, TextItem
from docgen.form import form_ids, load_form
from docgen.record import blank_record, read_record

HERE = Path(__file__).parent
#: What the name of an act has → the text that gives it. Orders No. 977 and 998 are at hand as No. 328 words them.
TEXTS = {
    "No. 422": "422",
    "No. 114": "114",
    "No. 969": "969",
    "No. 977": "328",
    "No. 998": "328",
    "No. 328": "328",
    "Concept": "concept",
}
HOUSE = tomllib.loads((HERE / "house-words.toml").read_text("utf-8"))
#: Where data are, or a line to write them on.
GAP = "\t"


@cache
def act_text(form_id: str) -> str:
    """Return the text of the act that a form belongs to, on one line."""
    (name,) = (name for words, name in TEXTS.items() if words in load_form(form_id).act.name)
    return " ".join((HERE / "texts" / f"{name}.txt").read_text("utf-8").split())


def phrases_in(paragraphs: Iterable[str]) -> set[str]:
    """Return the phrases between the gaps of some paragraphs, those without a letter left out."""
    pieces = (piece for text in paragraphs for piece in re.split(r"\t|_{2,}", text))
    bare = (re.sub(r'^[\s"–;]+|[\s"–;]+$', "", " ".join(piece.split())) for piece in pieces)
    return {piece for piece in bare if any(map(str.isalpha, piece))}


def fixed_phrases(form: docgen.Form) -> Iterator[str]:
    """Yield the paragraphs of a fixed form, full and blank, with a gap for each datum."""
    for record in (read_record(form, record_of(form.id)), blank_record(form)):
        for page in compose(form, record):
            texts = [item for item in page.items if isinstance(item, TextItem)]
            for (_place, layer), group in groupby(texts, key=lambda item: (item.place, item.layer is Layer.GUIDE)):
                runs = ((GAP if item.layer is Layer.DATA else item.text) for item in group)
                yield "\n".join(runs) if layer else " ".join(runs)


def flowing_phrases(form: docgen.Form) -> Iterator[str]:
    """Yield the paragraphs of a flowing form, blank and full, with a gap for each datum; PDF and DOCX have the same words."""
    yield from paragraphs_of(docgen.render(form, to="docx", print="blank"))
    record = record_of(form.id)
    data = sorted(set(printed(record)), key=len, reverse=True)
    for text in paragraphs_of(docgen.render(form, record, to="docx")):
        for datum in data:
            text = text.replace(datum, GAP)
        yield re.sub(r"(?<![\w.])\d+(?:,\d+)?(?![\w.)]|-тармағ)", GAP, text)


def paragraphs_of(content: bytes) -> Iterator[str]:
    body = Document(io.BytesIO(content)).element.body
    for paragraph in body.iter(qn("w:p")):
        parts = (GAP if part.tag == qn("w:tab") else part.text or "" for part in paragraph.iter(qn("w:t"), qn("w:tab")))
        yield "".join(parts).replace("\u00a0", " ")


def printed(value: object) -> Iterator[str]:
    """Yield what a record prints: its texts, its dates and periods in words; numbers are found by themselves."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, date):
        yield from (kazakh.date_line(value), f"{value:%d.%m.%Y}")
    elif isinstance(value, Mapping):
        if "start" in value and "end" in value:
            yield kazakh.period(value["start"], value["end"])
        yield from (each for inner in value.values() for each in printed(inner))
    elif isinstance(value, list):
        yield from (each for inner in value for each in printed(inner))


@cache
def ours(form_id: str) -> frozenset[str]:
    """Return the phrases of a form that its act does not have, letter by letter."""
    form = load_form(form_id)
    found = phrases_in(fixed_phrases(form) if form.is_fixed else flowing_phrases(form))
    assert found
    return frozenset(phrase for phrase in found if phrase not in act_text(form_id))


@pytest.mark.parametrize("form_id", form_ids())
@pytest.mark.clause("422", "form", "Rules, 20", "Rules, 29")
@pytest.mark.clause("114", "11", "13", "annex 1, text", "annex 2, table")
@pytest.mark.clause("969", "annex, title", "annex, section 2, second task")
def test_every_word_is_the_acts_or_listed_as_ours(form_id):
    assert ours(form_id) - set(HOUSE["shared"]) == set(HOUSE.get(form_id, []))


def test_what_is_listed_as_shared_is_on_several_forms():
    lonely = [words for words in HOUSE["shared"] if sum(words in ours(form_id) for form_id in form_ids()) < 2]
    assert lonely == []


def test_a_letter_that_is_not_the_acts_is_found():
    phrase = "(Тегі, аты әкесінің аты (ол болған жағдайда))"
    assert phrase in act_text("child-protection-certificate")
    assert phrase.replace("Тегі", "тегі") not in act_text("child-protection-certificate")


#: A certificate → words of each line of the blank that its annex draws, from top to bottom.
BLANKS = {
    "child-protection-certificate": (
        *("ұйымның ресми атауы", "СЕРТИФИКАТ №", "Осы сертификатпен", "(Тегі, аты әкесінің аты (ол болған жағдайда))"),
        *("академиялық сағат көлемінде", "Берілген күні", "Ұйым басшысы", "Мөр орны"),
    ),
    **dict.fromkeys(
        ("retraining-certificate", "advanced-training-certificate"),
        (
            *("(білім беру ұйымының атауы)", "СЕРТИФИКАТ", "(атағы, тегі, аты, әкесінің аты (ол болған жағдайда))"),
            *("(оқу мерзімі)", "тақырыбы бойынша", "Білім беру ұйымының бастығы", "Тіркеу №"),
        ),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("form_id", BLANKS)
@pytest.mark.clause("422", "form")
@pytest.mark.clause("114", "12", "annex 1, text", "annex 1, head", "annex 1, date", "annex 1, seal")
def test_the_lines_of_a_blank_stand_in_the_order_of_the_annex(form_id):
    wanted = BLANKS[form_id]
    act = act_text(form_id)
    annex = act[act.index(wanted[0]) :]
    assert sorted(wanted, key=annex.index) == list(wanted)
    printed_lines = lines(docgen.render(form_id, print="blank"))
    levels = {words: next(line.baseline for line in printed_lines if words in line.text) for words in wanted}
    assert sorted(wanted, key=levels.__getitem__) == list(wanted)
    assert len(set(levels.values())) == len(wanted)
    word = docx_words(docgen.render(form_id, to="docx", print="blank"))
    assert sorted(wanted, key=word.index) == list(wanted)


#: A document of ours → what its act calls it, or has it weigh, in words that it prints, though with a capital letter.
OWN_NAMES = {
    "competitiveness-sheet": ("бәсекеге қабілеттіліктің интегралдық көрсеткіші",),
    "development-programme": ("келесі аттестаттауға дейінгі кәсіби жетілдірілуінің бағдарламасы",),
    "reserve-list": (
        "бәсекеге қабілеттілігінің көрсеткіші",
        "болжанған қызмет түрі бойынша тиісті кәсіптік даярлығының және жұмыс тәжірибесінің болуы",
        "тиісті басшылар санаттарының қызметін регламенттейтін нормативтік құқықтық актілерді білуі",
        "денсаулық жағдайы",
        "кәсіптік қайта даярлау мен біліктілігін арттыру нәтижелері",
    ),
    "vacancy-notice": ("бос лауазымдар мен оларды ауыстыруға кандидаттарға қойылатын талаптар",),
}


@pytest.mark.parametrize("form_id", OWN_NAMES)
@pytest.mark.clause("977", "5")
@pytest.mark.clause("concept", "2.3, figure", "2.3, vacancies", "2.4")
def test_a_document_of_ours_calls_things_as_its_act_does(form_id):
    word = docx_words(docgen.render(form_id, to="docx", print="blank")).lower()
    act = act_text(form_id).lower()
    assert [words for words in OWN_NAMES[form_id] if words not in act or words not in word] == []
