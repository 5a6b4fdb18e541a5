"""Pages for the press (PDF/X-4): inks alone, black overprints, the ground goes beyond the trim, texts stand where they stood."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import StreamObject
from support.places import ROOT
from support.plates import separations
from support.reading import lines
from support.records import record_of

import docgen
from docgen.errors import DataError, UsageError
from docgen.inks import open_profile
from docgen.inks.palette import INK_LIMIT, palette
from docgen.paint.press import PressOptions
from docgen.units import mm

FIXED = ["retraining-certificate", "advanced-training-certificate", "child-protection-certificate", "certificate-register"]
LOGO_FORM = "child-protection-certificate"
PT = 72 / 25.4
DRAWING = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><defs><linearGradient id="g">
<stop offset="0" stop-color="#14296b"/><stop offset="1" stop-color="#ff0000" stop-opacity=".5"/></linearGradient></defs>
<rect width="100" height="50" fill="url(#g)"/><circle cx="50" cy="70" r="20" fill="#0000ff" opacity=".4"/></svg>"""


def press(form: str, bleed: float | None = None, **changes: object) -> bytes:
    options = PressOptions(bleed=None if bleed is None else mm(bleed))
    return docgen.render(form, record_of(form, **changes), purpose="press", press=options)


def png(mode: str, colour: object) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (600, 600), colour).save(buffer, "PNG")
    return buffer.getvalue()


def objects(pdf: bytes) -> list:
    return PdfWriter(clone_from=io.BytesIO(pdf))._objects


@pytest.mark.parametrize("form", FIXED)
def test_a_page_has_three_boxes_of_its_own_and_the_sheet_is_trimmed_to_the_acts_size(form):
    for page in PdfReader(io.BytesIO(press(form))).pages:
        boxes = page.get_object()
        own = {name: [float(side) / PT for side in boxes[f"/{name}"]] for name in ("MediaBox", "BleedBox", "TrimBox")}
        assert own["TrimBox"] == pytest.approx([3, 3, 300, 213], abs=0.001)
        assert own["MediaBox"] == own["BleedBox"] == pytest.approx([0, 0, 303, 216], abs=0.001)


@pytest.mark.parametrize("form", FIXED)
def test_a_file_says_what_it_is_in_its_metadata_and_its_information(form):
    reader = PdfReader(io.BytesIO(press(form)))
    root, info, packet = (
        reader.trailer["/Root"],
        reader.trailer["/Info"],
        reader.trailer["/Root"]["/Metadata"].get_data().decode(),
    )
    assert reader.pdf_header == "%PDF-1.6"
    assert (info["/GTS_PDFXVersion"], info["/Trapped"]) == ("PDF/X-4", "/False")
    assert "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>" in packet
    assert "<pdf:Trapped>False</pdf:Trapped>" in packet
    assert f'<rdf:li xml:lang="x-default">{info["/Title"]}</rdf:li>' in packet
    assert re.search(r"<xmpMM:DocumentID>uuid:[0-9a-f-]{36}</xmpMM:DocumentID>", packet)
    [intent] = root["/OutputIntents"]
    assert (intent["/S"], intent["/OutputConditionIdentifier"]) == ("/GTS_PDFX", "FOGRA39")
    assert intent["/DestOutputProfile"].get_data() == open_profile().content
    assert len(reader.trailer["/ID"]) == 2


@pytest.mark.parametrize("logo", [None, png("RGB", (200, 30, 30)), png("RGBA", (90, 90, 90, 100)), png("L", 70), DRAWING])
def test_no_object_has_a_colour_of_a_screen(logo):
    form = LOGO_FORM if logo else FIXED[0]
    pdf = press(form, **({"logo": logo} if logo else {}))
    for each in objects(pdf):
        assert not re.search(r"/(DeviceRGB|CalRGB|Lab)\b", repr(each))
        if isinstance(each, StreamObject) and "/BBox" in each:
            assert not re.search(rb"\s(rg|RG)\s", each.get_data())
    for page in PdfReader(io.BytesIO(pdf)).pages:
        assert not re.search(rb"\s(rg|RG)\s", page.get_contents().get_data())


@pytest.mark.slow
def test_text_is_black_ink_over_what_is_there_and_no_place_has_more_ink_than_paper_takes(tmp_path):
    """Line 2 of the certificate: the black plate has its letters, the other plates have the ground there and nothing else."""
    plates = separations(press(FIXED[0], topic="Ф"), tmp_path)
    assert sorted(plates) == ["Black", "Cyan", "Magenta", "Yellow"]
    ground = next(recipe for recipe in palette().values() if recipe.name == "light-blue").cmyk
    line = tuple(slice(round(begin * PT), round(end * PT)) for begin, end in ((118 + 3, 127 + 3), (40 + 3, 100 + 3)))
    assert plates["Black"][line].max() <= 100
    text = tuple(slice(round(begin * PT), round(end * PT)) for begin, end in ((150 + 3, 156 + 3), (30 + 3, 90 + 3)))
    for name, dot in zip(("Cyan", "Magenta", "Yellow"), ground, strict=False):
        assert plates[name][text] == pytest.approx(dot, abs=1), name
    assert sum(plates.values()).max() <= INK_LIMIT + 1


@pytest.mark.slow
def test_the_ground_is_printed_to_the_edge_of_the_bleed_and_nothing_else_is(tmp_path):
    plates = separations(press(FIXED[0]), tmp_path)
    recipe = next(recipe for recipe in palette().values() if recipe.name == "light-blue")
    for name, dot in zip(("Cyan", "Magenta", "Yellow", "Black"), recipe.cmyk, strict=True):
        plate = plates[name]
        for edge in (plate[1:8], plate[-8:-1], plate[:, 1:8], plate[:, -8:-1]):
            assert edge == pytest.approx(dot, abs=1)


@pytest.mark.slow
@pytest.mark.parametrize("form", FIXED)
def test_letters_are_where_the_plain_file_has_them(form):
    plain, inked = lines(docgen.render(form, record_of(form))), lines(press(form))
    assert [each.text for each in plain] == [each.text for each in inked]
    apart = [abs(a - b - 3) for one, other in zip(inked, plain, strict=True) for a, b in ((one.left, other.left),)]
    assert max(apart) <= 0.005


@pytest.mark.parametrize("bleed", [0, 3, 5])
def test_the_bleed_is_the_shops_choice(bleed):
    [page] = PdfReader(io.BytesIO(press(FIXED[0], bleed=bleed))).pages
    assert float(page.mediabox.width) / PT == pytest.approx(297 + 2 * bleed, abs=0.001)
    assert float(page.trimbox.left) / PT == pytest.approx(bleed, abs=0.001)


def test_the_same_record_gives_the_same_bytes():
    assert press(FIXED[0]) == press(FIXED[0])


@pytest.mark.slow
def test_a_grey_picture_is_black_ink_and_a_red_one_is_not(tmp_path):
    grey, red = ("grey", png("RGB", (90, 90, 90)), {"Black"}), ("red", png("RGB", (200, 30, 30)), {"Magenta", "Yellow"})
    for name, logo, inks in (grey, red):
        (tmp_path / name).mkdir()
        plates = separations(press(LOGO_FORM, logo=logo), tmp_path / name)
        bare = tmp_path / f"bare-{name}"
        bare.mkdir()
        without = separations(press(LOGO_FORM), bare)
        more = {ink for ink in plates if (plates[ink] - without[ink]).max() > 40}
        assert more >= inks
        assert (name != "grey") or more == inks


def test_an_own_profile_is_the_intent_byte_for_byte(tmp_path):
    own = tmp_path / "own.icc"
    own.write_bytes(open_profile().content)
    pdf = docgen.render(FIXED[0], record_of(FIXED[0]), purpose="press", press=PressOptions(profile=own))
    [intent] = PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/OutputIntents"]
    assert intent["/DestOutputProfile"].get_data() == own.read_bytes()
    assert (intent["/OutputConditionIdentifier"], intent["/Info"]) == ("Custom", "own")


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ({"purpose": "pres"}, "purpose-unknown", "“pres” is not offered"),
        ({"press": PressOptions(bleed=mm(3))}, "press-options", "a profile, bleed and spot colours are for the press"),
        ({"purpose": "press", "press": PressOptions(bleed=mm(-1))}, "bleed-wrong", "a bleed of -1 mm is not possible"),
        ({"purpose": "press", "press": PressOptions(bleed=mm(50))}, "bleed-wrong", "a bleed of 50 mm is not possible"),
        ({"purpose": "press", "to": "docx"}, "purpose-not-offered", "cannot be printed with --for press as docx"),
        ({"purpose": "press", "to": "png"}, "purpose-not-offered", "cannot be printed with --for press as png"),
    ],
)
def test_what_the_press_cannot_have_is_refused(options, code, message):
    with pytest.raises(UsageError) as refused:
        docgen.render(FIXED[0], record_of(FIXED[0]), **options)
    [problem] = refused.value.problems
    assert problem.code == code
    assert message in problem.message
    assert problem.hint


def test_a_form_that_flows_is_refused_for_the_press():
    with pytest.raises(UsageError, match="cannot be printed with --for press"):
        docgen.render("work-standard", ROOT / "samples" / "work-standard.toml", purpose="press")


def test_a_profile_of_a_screen_is_refused(tmp_path):
    from PIL import ImageCms

    screen = tmp_path / "screen.icc"
    screen.write_bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    with pytest.raises(DataError, match="it is not the profile of a printing condition"):
        docgen.render(FIXED[0], record_of(FIXED[0]), purpose="press", press=PressOptions(profile=screen))
