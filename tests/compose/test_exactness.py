"""The finished PDF against FORMS.md, measured by pdfplumber and poppler: 0.05 mm, 0.05 pt, for awkward records too.

Expected places come from the act's own chain: frame 7 + 7 mm, emblem 2 mm below it and 30 mm high, then 10, 15 and 15 mm,
each to the cap height of the next text. The cap height of Times is 1341/2048 em (OS/2 table of the face).
"""

from __future__ import annotations

import io

import numpy
import pytest
from pypdf import PdfReader
from support.reading import MM, lines, pixels, words
from support.records import record_of
from support.writing import replace

import docgen
from docgen.artwork import artwork_folders
from docgen.compose import compose
from docgen.paint.info import document_info
from docgen.paint.pdf.weasy import paint_pages
from docgen.record import read_record

CAP_HEIGHT = 1341 / 2048
SHEET = (297, 210)
SHORT = "Полиция академиясы"
LONG_TOPIC = (
    "Құқық қорғау органдарындағы ақпараттық қауіпсіздік, дербес деректерді қорғау, электрондық құжат айналымы және "
    "сандық дәлелдемелерді жинау, бекіту мен бағалау тәсілдері, сондай-ақ киберқылмысқа қарсы іс-қимылды "
    "ұйымдастырудың отандық және шетелдік озық тәжірибесі"
)
RECORDS = {
    "one-line organization": {"organization": SHORT},
    "two-line organization": {},
    "three-line topic": {"organization": SHORT, "topic": LONG_TOPIC},
    "no patronymic": {"patronymic": None},
    "longest names": {
        "rank": "полиция генерал-лейтенанты",
        "surname": "Құдайбергенова-Нұрмұхамедова",
        "given_name": "Жаңылсын-Ақмарал",
        "patronymic": "Мұхаммедғалиқызы",
        "head": "Ғ. Ж. Нұрмұхамедов-Өтеғалиев",
    },
}
COURSES = {
    "retraining-certificate": "қайта даярлау",
    "advanced-training-certificate": "біліктілікті арттыру",
}


@pytest.fixture(scope="module", params=[(form, name) for form in COURSES for name in RECORDS], ids=" / ".join)
def certificate(request):
    form, name = request.param
    record = record_of(form, **RECORDS[name])
    return form, record, docgen.render(form, record)


def cap_top(line) -> float:
    return line.baseline - CAP_HEIGHT * line.size * MM


def parts(pdf: bytes) -> tuple[list, object, list]:
    """Return the lines of the organization, the title, and the lines below it."""
    found = lines(pdf)
    at = next(index for index, line in enumerate(found) if line.text == "СЕРТИФИКАТ")
    return found[:at], found[at], found[at + 1 :]


@pytest.mark.slow
@pytest.mark.clause("422", "3.2", "4.1", "4.2", "4.3", "5")
def test_the_chain_of_gaps_is_the_acts(certificate):
    organization, title, below = parts(certificate[2])
    assert cap_top(organization[0]) == pytest.approx(7 + 7 + 2 + 30 + 10, abs=0.05)
    assert cap_top(title) - organization[-1].baseline == pytest.approx(15, abs=0.05)
    assert cap_top(below[0]) - title.baseline == pytest.approx(15, abs=0.05)


@pytest.mark.slow
@pytest.mark.clause("422", "4.2", "4.3")
def test_prescribed_texts_are_bold_in_their_size_and_in_capitals(certificate):
    organization, title, _below = parts(certificate[2])
    for line in organization:
        assert line.size == pytest.approx(14, abs=0.05)
        assert line.font.endswith("Bold")
        assert line.text == line.text.upper()
    assert title.size == pytest.approx(48, abs=0.05)
    assert title.font.endswith("Bold")


@pytest.mark.slow
@pytest.mark.clause("422", "4.2", "4.3")
def test_centred_texts_stand_in_the_middle_of_the_sheet(certificate):
    organization, title, below = parts(certificate[2])
    centred = [line for line in below if abs(line.left - 32) > 0.1 and abs(line.right - 265) > 0.1]
    assert len(centred) >= 4
    for line in [*organization, title, *centred]:
        assert line.centre == pytest.approx(SHEET[0] / 2, abs=0.05)


@pytest.mark.slow
@pytest.mark.clause("422", "5")
def test_the_six_lines_are_regular_and_between_11_and_14_points_the_person_up_to_20(certificate):
    _organization, _title, below = parts(certificate[2])
    first = min(line.baseline for line in below)
    for line in below:
        assert 11 - 0.05 <= line.size <= (20 if line.baseline == first else 14) + 0.05
        assert "Bold" not in line.font


@pytest.mark.slow
@pytest.mark.clause("422", "2", "3.2")
def test_all_text_is_inside_the_frame_on_one_page(certificate):
    pdf = certificate[2]
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    for line in lines(pdf):
        assert 14 < line.left < line.right < SHEET[0] - 14
        assert 14 < cap_top(line) < line.baseline < SHEET[1] - 14 - 2


@pytest.mark.slow
@pytest.mark.clause(
    "422",
    "3",
    "4.2",
    "4.3",
    "5, line 1",
    "5, line 2",
    "5, line 3",
    "5, line 4",
    "5, line 5",
    "5, line 6, left",
    "5, line 6, right",
)
def test_every_word_of_the_record_and_the_act_is_there_in_reading_order(certificate):
    form, record, pdf = certificate
    day = f'{record["city"]} қаласы 2026 жылғы "06" ақпан'
    person = [record.get(name, "") for name in ("rank", "surname", "given_name", "patronymic")]
    expected = [
        record["organization"].upper(),
        "СЕРТИФИКАТ",
        " ".join(filter(None, person)),
        "2026 жылғы 12 қаңтардан 6 ақпанға дейін",
        record["topic"],
        f"тақырыбы бойынша 144 сағат көлемінде {COURSES[form]} курсынан өтті",
        "Білім беру ұйымының бастығы",
        record["head"],
        day,
        "Тіркеу № 00417",
    ]
    assert words(pdf) == " ".join(expected)


@pytest.mark.slow
@pytest.mark.clause("422", "5")
def test_six_single_lines_have_an_even_pitch_with_the_last_at_the_foot():
    pdf = docgen.render("retraining-certificate", record_of("retraining-certificate"))
    _organization, _title, below = parts(pdf)
    first, *others = sorted({round(line.baseline, 2) for line in below})
    grown = max(line.size for line in below) - 14  # the person's capitals begin where those of 14 pt would
    baselines = [first - grown * 25.4 / 72 * CAP_HEIGHT, *others]
    pitches = numpy.diff(baselines)
    assert len(baselines) == 6
    assert pitches == pytest.approx([pitches.mean()] * 5, abs=0.05)


@pytest.mark.slow
def test_a_three_line_topic_is_set_in_three_lines():
    record = record_of("retraining-certificate", organization=SHORT, topic=LONG_TOPIC)
    _organization, _title, below = parts(docgen.render("retraining-certificate", record))
    topic = [line.text for line in below if line.text.strip() in LONG_TOPIC]
    assert len(topic) == 3


DPI = 600
#: The paper's colour is here: within the frame, away from all text and emblems.
PAPER = (60, 20, 61, 21)


@pytest.fixture(scope="module")
def plain():
    return docgen.render("retraining-certificate", record_of("retraining-certificate"))


def ink(pdf: bytes, box: tuple[float, ...]) -> numpy.ndarray:
    """Return which pixels of a box (mm) are not the paper's light blue."""
    paper = pixels(pdf, DPI, box=PAPER)[5, 5].astype(int)
    return numpy.abs(pixels(pdf, DPI, box=box).astype(int) - paper).max(axis=2) > 24


def extent(filled: numpy.ndarray, begin: float) -> tuple[float, float]:
    """Return where ink begins and ends along an axis, in mm from the sheet's edge."""
    there = numpy.flatnonzero(filled)
    return begin + there[0] / DPI * 25.4, begin + (there[-1] + 1) / DPI * 25.4


SIDES = {
    "left": ((3, 30, 15, 180), 3, (7, 14)),
    "right": ((282, 30, 294, 180), 282, (283, 290)),
    "top": ((60, 3, 130, 15), 3, (7, 14)),
    "bottom": ((60, 195, 240, 207), 195, (196, 203)),
}


@pytest.mark.slow
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.clause("422", "3.2")
def test_the_frame_runs_from_7_to_14_mm_on_every_side(plain, side):
    box, begin, (near, far) = SIDES[side]
    filled = ink(plain, box)
    across = filled.T if side in ("top", "bottom") else filled
    measured = [extent(line, begin) for line in across[::7]]
    assert numpy.array(measured) == pytest.approx(numpy.array([[near, far]] * len(measured)), abs=0.1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("emblem", "box", "expected"),
    [
        ("state-emblem", (120, 10, 180, 49), (133.5, 163.5, 16.0, 46.0)),
        ("ministry-emblem", (85, 45, 215, 170), (93.5, 203.5, 50.0, 160.0)),
    ],
)
@pytest.mark.clause("422", "3.1, emblem", "4.1")
def test_emblems_have_their_diameter_and_place(emblem, box, expected):
    """Each emblem alone on the paper, so that no text covers its edge."""
    form = docgen.load_form("retraining-certificate")
    page = compose(form, read_record(form, record_of(form.id)))[0]
    items = tuple(item for item in page.items if item.place in ("background", emblem))
    filled = ink(paint_pages([replace(page, items=items)], document_info(form, []), artwork_folders()), box)
    left, right = extent(filled.any(axis=0), box[0])
    top, bottom = extent(filled.any(axis=1), box[1])
    assert (left, right, top, bottom) == pytest.approx(expected, abs=0.06)
