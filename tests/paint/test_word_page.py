"""The DOCX of a certificate as LibreOffice lays it out: within 0.5 mm of the PDF, one page, the same words, editable."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy
import pytest
from docx import Document
from docx.oxml.ns import qn
from PIL import Image
from support.calling import convert
from support.paragraphs import parts_of
from support.reading import lines, pixels
from support.records import record_of
from support.word_schema import faults

import docgen
from docgen.compose import compose
from docgen.compose.page import PRINT_LAYERS, FrameItem, PictureItem
from docgen.form import load_form
from docgen.prints import Print
from docgen.record import read_record

SHORT = "Полиция академиясы"
LONG_TOPIC = (
    "Құқық қорғау органдарындағы ақпараттық қауіпсіздік, дербес деректерді қорғау, электрондық құжат айналымы және "
    "сандық дәлелдемелерді жинау, бекіту мен бағалау тәсілдері, сондай-ақ киберқылмысқа қарсы іс-қимылды "
    "ұйымдастырудың отандық және шетелдік озық тәжірибесі"
)
CASES = {
    "two-line": ("retraining-certificate", {}, "full"),
    "three-line topic": ("advanced-training-certificate", {"organization": SHORT, "topic": LONG_TOPIC}, "full"),
    "no patronymic": ("retraining-certificate", {"organization": SHORT, "patronymic": None}, "full"),
    "overprint": ("retraining-certificate", {}, "overprint"),
    "blank": ("retraining-certificate", {}, "blank"),
    "child protection": ("child-protection-certificate", {}, "full"),
}


@pytest.fixture(scope="module")
def converted(tmp_path_factory) -> dict[str, tuple[bytes, bytes, bytes]]:
    """Every case as DOCX, the same through LibreOffice, and as our PDF. LibreOffice is started once for all."""
    folder = tmp_path_factory.mktemp("word")
    painted = {}
    for name, (form, changes, what) in CASES.items():
        record = record_of(form, **changes)
        docx = docgen.render(form, record, to="docx", print=what)
        (folder / f"{name}.docx").write_bytes(docx)
        painted[name] = (docx, docgen.render(form, record, print=what))
    convert(sorted(folder.glob("*.docx")), folder)
    return {name: (docx, (folder / f"{name}.pdf").read_bytes(), pdf) for name, (docx, pdf) in painted.items()}


@pytest.mark.office
@pytest.mark.parametrize("name", CASES)
@pytest.mark.clause("422", "4.2", "4.3", "5")
def test_every_text_is_where_the_pdf_has_it(converted, name):
    _docx, word, pdf = converted[name]
    theirs, ours = lines(word), lines(pdf)
    assert [line.text.strip() for line in theirs] == [line.text.strip() for line in ours]
    for their, our in zip(theirs, ours, strict=True):
        assert (their.left, their.right, their.baseline) == pytest.approx((our.left, our.right, our.baseline), abs=0.5)
        assert their.size == pytest.approx(our.size, abs=0.05)
        assert ("Bold" in their.font) == ("Bold" in our.font)


@pytest.mark.office
@pytest.mark.parametrize("name", CASES)
def test_the_artwork_is_seen_as_in_the_pdf(converted, name):
    """Each picture of the page, the frame side by side: a picture that another one covers has no ink left.

    Viewers draw thin lines a little thicker or thinner, as vectors and as pixels; so a third more or less is the same picture.
    """
    form, changes, what = CASES[name]
    _docx, word, pdf = converted[name]
    boxes = dict(artwork_boxes(form, record_of(form, **changes), what))
    assert bool(boxes) == (what != "overprint")
    ours, theirs = ({place: ink(each, box) for place, box in boxes.items()} for each in (pdf, word))
    assert all(level > 5 for level in ours.values())
    assert theirs == pytest.approx(ours, rel=0.35)


def ink(pdf: bytes, box: tuple[float, ...]) -> float:
    """Return by how many levels of 255 a box differs from the paper's colour, in the mean."""
    paper = pixels(pdf, 100, box=(60, 20, 61, 21))[2, 2].astype(float)
    return float(numpy.abs(pixels(pdf, 100, box=box) - paper).mean())


def artwork_boxes(form_id: str, record: dict[str, object], what: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Yield place and box in mm of each picture of the first page of a print; of a frame, its four sides."""
    form = load_form(form_id)
    page = compose(form, read_record(form, record), PRINT_LAYERS[Print(what)])[0]
    for item in page.items:
        if not isinstance(item, FrameItem | PictureItem):
            continue
        box = item.box
        left, top, right, bottom = (edge.mm for edge in (box.left, box.top, box.right, box.bottom))
        if isinstance(item, PictureItem):
            yield item.place, (left, top, right, bottom)
        else:
            wide = item.width.mm
            yield f"{item.place}: left", (left, top + wide, left + wide, bottom - wide)
            yield f"{item.place}: right", (right - wide, top + wide, right, bottom - wide)
            yield f"{item.place}: top", (left, top, right, top + wide)
            yield f"{item.place}: bottom", (left, bottom - wide, right, bottom)


@pytest.mark.office
@pytest.mark.parametrize("name", CASES)
def test_it_is_one_page_of_the_same_size(converted, name):
    _docx, word, _pdf = converted[name]
    assert b"/Count 1" in word
    assert pixels(word, 50).shape == (413, 585, 3)


EDGES = {"left": (3, 30, 15, 60), "right": (282, 30, 294, 60), "top": (60, 3, 90, 15), "bottom": (60, 195, 90, 207)}
EMBLEM = (120, 14.6, 180, 48)


@pytest.mark.office
@pytest.mark.parametrize("name", ["two-line", "child protection"])
@pytest.mark.parametrize("side", EDGES)
@pytest.mark.clause("422", "3.2")
def test_the_frame_lies_where_the_act_puts_it(converted, name, side):
    left, top, right, bottom = extent(converted[name][1], EDGES[side])
    expected = {"left": (7, 14), "right": (283, 290), "top": (7, 14), "bottom": (196, 203)}[side]
    assert ((left, right) if side in ("left", "right") else (top, bottom)) == pytest.approx(expected, abs=0.5)


@pytest.mark.office
@pytest.mark.clause("422", "4.1")
def test_the_state_emblem_lies_where_the_act_puts_it(converted):
    assert extent(converted["two-line"][1], EMBLEM) == pytest.approx((133.5, 16, 163.5, 46), abs=0.5)


def extent(pdf: bytes, box: tuple[float, ...], dpi: int = 200) -> tuple[float, ...]:
    """Return the edges of the ink in a box: left, top, right, bottom in mm."""
    background = pixels(pdf, dpi, box=(60, 20, 61, 21))[3, 3].astype(int)
    filled = numpy.abs(pixels(pdf, dpi, box=box).astype(int) - background).max(axis=2) > 60
    across, down = (numpy.flatnonzero(filled.any(axis=axis)) / dpi * 25.4 for axis in (0, 1))
    return box[0] + across[0], box[1] + down[0], box[0] + across[-1], box[1] + down[-1]


@pytest.mark.office
def test_the_text_can_be_edited_as_paragraphs_in_times_new_roman(converted):
    document = Document(io.BytesIO(converted["two-line"][0]))
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert texts[1:3] == ["СЕРТИФИКАТ", "полиция майоры Сейітқали Бауыржан Маратұлы"]
    fonts = {run.font.name for paragraph in document.paragraphs for run in paragraph.runs if run.text.strip()}
    assert fonts == {None}  # that of the document, which its styles have
    for paragraph in document.paragraphs:
        if paragraph.text:
            frame = paragraph._p.pPr.find(qn("w:framePr"))
            assert frame.get(qn("w:hAnchor")) == frame.get(qn("w:vAnchor")) == "page"


@pytest.mark.office
def test_the_artwork_lies_behind_the_text(converted):
    document = Document(io.BytesIO(converted["two-line"][0]))
    anchors = document.element.body.findall(".//" + qn("wp:anchor"))
    assert [anchor.find(qn("wp:docPr")).get("name") for anchor in anchors] == [
        "background", "frame top", "frame right", "frame bottom", "frame left", "ministry-emblem", "state-emblem",
        "signature",
    ]  # fmt: skip
    assert all(anchor.get("behindDoc") == "1" for anchor in anchors)


@pytest.mark.parametrize("form", ["retraining-certificate", "advanced-training-certificate", "child-protection-certificate"])
def test_it_is_small_and_has_nothing_that_it_does_not_use(form):
    docx = docgen.render(form, record_of(form), to="docx")
    assert len(docx) <= 250_000
    assert faults(docx) == []
    parts = parts_of(docx)
    assert {name for name in parts if name.startswith("word/") and name.endswith(".xml")} == {
        "word/document.xml", "word/settings.xml", "word/styles.xml",
    }  # fmt: skip
    modes = Document(io.BytesIO(docx)).settings.element.findall(".//" + qn("w:compatSetting"))
    assert [mode.get(qn("w:val")) for mode in modes if mode.get(qn("w:name")) == "compatibilityMode"] == ["15"]
    styles = [style.name for style in Document(io.BytesIO(docx)).styles]
    of_form = {"Heading 1", "Caption", "Signature", *(place.name for place in load_form(form).texts if not place.heading)}
    assert set(styles) == {"Normal", "Default Paragraph Font", "Normal Table", "No List", *of_form}
    assert len(styles) == len(set(styles))


@pytest.mark.slow
@pytest.mark.parametrize("is_photograph", [False, True])
def test_a_palette_is_for_line_work_and_a_photograph_keeps_its_shades(is_photograph, tmp_path):
    """A logo of two colours, or one whose every pixel has a colour of its own."""
    across = numpy.arange(600)
    shades = numpy.stack(numpy.broadcast_arrays(across[:, None] % 256, across[None, :] % 256, 90), axis=2)
    flat = numpy.where((across[:, None, None] + across[None, :, None]) < 600, [208, 16, 16], [20, 41, 107])
    Image.fromarray((shades if is_photograph else flat).astype(numpy.uint8)).save(tmp_path / "logo.png")
    record = record_of("child-protection-certificate", logo="logo.png")
    docx = docgen.render("child-protection-certificate", record, to="docx", pictures=tmp_path)
    images = [Image.open(io.BytesIO(content)) for name, content in parts_of(docx).items() if name.endswith(".png")]
    [logo] = [image for image in images if image.width == image.height > 1]
    assert logo.mode == ("RGBA" if is_photograph else "P")


@pytest.mark.parametrize("value", ["<b>қою</b>", "А & Б", "{{ 7*7 }}", "{% for x in y %}", "{_{ x }_}", "а  б", '"А" \\n'])
def test_awkward_values_are_printed_exactly_as_typed(value):
    docx = docgen.render("retraining-certificate", record_of("retraining-certificate", topic=value), to="docx")
    assert value in [paragraph.text for paragraph in Document(io.BytesIO(docx)).paragraphs]
