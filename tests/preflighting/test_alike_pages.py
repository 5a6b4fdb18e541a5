"""Pages that are like one that PDFium measured have the findings that PDFium would have given, whatever is wrong with them."""

from __future__ import annotations

import io
import re
from array import array
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)
from support.records import record_of

from docgen.artwork import artwork_folders
from docgen.compose import compose
from docgen.confined.limits import operation
from docgen.fonts import ALPHABET
from docgen.form import load_form
from docgen.form.definition import backed
from docgen.paint.info import document_info
from docgen.paint.press import finish_for, press_pages
from docgen.preflighting import measuring, pages, preflight
from docgen.preflighting.alike.masters import Masters
from docgen.preflighting.facts import read_facts
from docgen.preflighting.findings import Finding, Verdict
from docgen.preflighting.measuring import MeasuredFile
from docgen.preflighting.pages import MeasuredTwice, PageMeasurer
from docgen.prints import Print
from docgen.record import read_record

pytestmark = pytest.mark.slow

RETRAINING = "retraining-certificate"
FIXED = [RETRAINING, "advanced-training-certificate", "child-protection-certificate"]
PEOPLE = [
    {"surname": "Сейітқали", "given_name": "Болат", "number": "00412"},
    {"surname": "Құсайынова", "given_name": "Әйгерім", "number": "00413"},
    {"surname": "Ни", "given_name": "Я", "number": "1"},
    {"surname": "Төлебаева-Жұмағалиева", "given_name": "Айгүлім-Мариям-Шолпан", "number": "00415"},
    {"surname": "Fjord", "given_name": "Ғани", "patronymic": None, "number": "АБ № 20-құ"},
    {"surname": "Шәріпов", "given_name": "Назгүл", "number": "00417"},
]


@cache
def volume(form_id: str = RETRAINING, print: str = "full", purpose: str = "plain", count: int = 6) -> bytes:
    form = load_form(form_id)
    rows = [record_of(form_id) | PEOPLE[number % len(PEOPLE)] for number in range(count)]
    records = [read_record(form, {name: value for name, value in row.items() if value is not None}) for row in rows]
    composed = [page.shown(print) for record in records for page in compose(form, record)]
    return press_pages(composed, document_info(form, records), artwork_folders(), finish_for(purpose))


def measured(pdf: bytes, form_id: str = RETRAINING, print: str = "full", *, is_alike: bool) -> list[list[Finding]]:
    """Return the findings of each page."""
    return measured_together([pdf], form_id, print, is_alike=is_alike)


def measured_together(
    pdfs: list[bytes], form_id: str = RETRAINING, print: str = "full", wanted: range | None = None, *, is_alike: bool
) -> list[list[Finding]]:
    """Return the findings of each page of several files, one after the other; of each all pages, or those that are wanted."""
    facts = list(map(read_facts, pdfs))
    files = [MeasuredFile("a.pdf", each, wanted or range(len(each.pages))) for each in facts]
    table, numbers = measuring._measured(pdfs, load_form(form_id), Print(print), files, lambda *_: None, is_alike=is_alike)
    return split(table, numbers)


@cache
def measured_alone(pdf: bytes) -> list[list[Finding]]:
    """Return the findings of each page by PDFium; a file of several tests is measured once."""
    return measured(pdf, is_alike=False)


def split(table: list[Finding], numbers: array[int]) -> list[list[Finding]]:
    found, at = [], 0
    while at < len(numbers):
        found.append([table[number] for number in numbers[at + 1 : at + 1 + numbers[at]]])
        at += 1 + numbers[at]
    return found


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The pages that PDFium had to load for measuring."""
    indices: list[int] = []
    page = PageMeasurer._page
    monkeypatch.setattr(PageMeasurer, "_page", lambda self, index, *rest: (indices.append(index), page(self, index, *rest))[1])
    return indices


@pytest.mark.parametrize("purpose", ["plain", "press"])
@pytest.mark.parametrize("print", ["full", "blank", "overprint"])
@pytest.mark.parametrize("form_id", FIXED)
def test_a_volume_is_measured_as_by_pdfium_alone(form_id, print, purpose, loaded):
    pdf = volume(form_id, print, purpose, count=8)
    alike = measured(pdf, form_id, print, is_alike=True)
    few = len(loaded)
    assert alike == measured(pdf, form_id, print, is_alike=False)
    assert few <= 5
    assert len(loaded) - few == len(alike) == 8


@pytest.mark.parametrize("purpose", ["plain", "press"])
def test_so_are_fronts_and_backs(purpose, loaded):
    form = backed(load_form(RETRAINING))
    records = [read_record(form, record_of(RETRAINING) | PEOPLE[number]) for number in (0, 1, 3, 5, 0)]
    composed = [page.shown("full") for record in records for page in compose(form, record)]
    pdf = press_pages(composed, document_info(form, records), artwork_folders(), finish_for(purpose))
    alike = measured(pdf, is_alike=True)
    few = len(loaded)
    assert alike == measured(pdf, is_alike=False)
    assert few <= 5
    assert len(alike) == len(loaded) - few == 10


@pytest.mark.parametrize("purpose", ["plain", "press"])
@pytest.mark.parametrize("print", ["full", "blank", "overprint"])
def test_so_are_several_files_that_are_measured_together(print, purpose, loaded):
    """Of files with the same fonts PDFium loads those of the first, though their objects have other numbers.

    The first page of each is measured both ways.
    """
    pdfs = [volume(RETRAINING, print, purpose, count=count) for count in (6, 8)]
    alone = [found for pdf in pdfs for found in measured(pdf, print=print, is_alike=False)]
    loaded.clear()
    assert measured_together(pdfs, print=print, is_alike=True) == alone
    assert len(loaded) <= 6
    assert len(alone) == 14


def test_what_is_no_first_page_is_measured_by_those_of_another_file(loaded):
    """The first page of the first file alone is loaded: it draws in its own content what the others share in form XObjects."""
    pdfs = [volume(), volume(count=8)]
    alone = [found for pdf in pdfs for found in measured(pdf, is_alike=False)[3:5]]
    loaded.clear()
    assert measured_together(pdfs, wanted=range(3, 5), is_alike=True) == alone
    assert loaded == [0]


def edited(change: Callable[[PdfWriter], None], pdf: bytes = b"") -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf or volume()))
    change(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def drawn(change: Callable[[bytes], bytes], page: int = 5) -> Callable[[PdfWriter], None]:
    """Change the content of the last page, but for what it shares with others."""

    def edit(writer: PdfWriter) -> None:
        stream = writer.pages[page]["/Contents"].get_object()
        before = stream.get_data()
        stream.set_data(change(before))
        assert stream.get_data() != before

    return edit


#: The name of a person: the only run of 20 pt.
PERSON = re.compile(rb"BT /R 20 Tf (\S+) (\S+) Td (\(.*?[^\\]\)) Tj ET", re.DOTALL)
NAMED = re.compile(rb"/X(\d+) Do")


def person(operators: bytes) -> Callable[[bytes], bytes]:
    """Draw the person by other operators, of which x, y and the name are known."""

    def change(content: bytes) -> bytes:
        found = PERSON.search(content)
        assert found
        values = {b"x": found[1], b"y": found[2], b"name": found[3], b"all": found[0]}
        right, down = (b"%.4f" % (float(found[each]) + 0.85) for each in (1, 2))
        values |= {b"right": right, b"down": down}
        return content.replace(found[0], re.sub(rb"\{(\w+)\}", lambda each: values[each[1]], operators))

    return change


def added(operators: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content + b"\n" + operators


def without_form(number: int) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(NAMED.findall(content)[number].join([b"/X", b" Do"]), b"")


def text(says: str) -> bytes:
    return says.encode("utf-16-be").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _annotated(writer: PdfWriter) -> None:
    writer.pages[5][NameObject("/Annots")] = writer._add_object(DictionaryObject())


def _turned(writer: PdfWriter) -> None:
    writer.pages[5][NameObject("/Rotate")] = NumberObject(90)


def _wider(writer: PdfWriter) -> None:
    box = writer.pages[5].mediabox
    box[2] = FloatObject(float(box[2]) + 0.85)
    writer.pages[5][NameObject("/MediaBox")] = box


def _own_resources(writer: PdfWriter) -> DictionaryObject:
    """Give page 6 resources of its own, which are those that it shares."""
    shared = writer.pages[5]["/Resources"]
    own = DictionaryObject({NameObject(name): DictionaryObject(shared[name]) for name in shared})
    writer.pages[5][NameObject("/Resources")] = writer._add_object(own)
    return own


def _form(writer: PdfWriter, operators: bytes, resources: DictionaryObject, **entries: PdfObject) -> IndirectObject:
    form = DecodedStreamObject()
    form.set_data(operators)
    box = ArrayObject(map(NumberObject, (0, 0, 14400, 14400)))
    form.update({NameObject("/Subtype"): NameObject("/Form"), NameObject("/BBox"): box, NameObject("/Resources"): resources})
    form.update({NameObject(f"/{name}"): value for name, value in entries.items()})
    return writer._add_object(form)


def _shared_text(writer: PdfWriter, **entries: PdfObject) -> None:
    """Change the dictionary of a text that pages share, on page 6 alone."""
    name = NameObject("/X" + NAMED.findall(writer.pages[5]["/Contents"].get_object().get_data())[1].decode())
    drawings = _own_resources(writer)["/XObject"]
    shared = drawings[name].get_object()
    drawings[name] = _form(writer, shared.get_data(), shared["/Resources"], **entries)


def _cut(writer: PdfWriter) -> None:
    _shared_text(writer, BBox=ArrayObject(map(NumberObject, (0, 0, 1, 1))))


def _stepped(writer: PdfWriter) -> None:
    _shared_text(writer, Matrix=ArrayObject(map(NumberObject, (1, 0, 0, 1, 9, 0))))


def _layers(writer: PdfWriter) -> list[IndirectObject]:
    """Add two layers that say the same of themselves; the second is not shown."""
    layer = DictionaryObject({NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject("a")})
    on, off = (writer._add_object(DictionaryObject(layer)) for _each in range(2))
    shown = DictionaryObject({NameObject("/OFF"): ArrayObject([off])})
    found = DictionaryObject({NameObject("/OCGs"): ArrayObject([on, off]), NameObject("/D"): shown})
    writer._root_object[NameObject("/OCProperties")] = found
    return [on, off]


def _switched_off(writer: PdfWriter) -> None:
    _shared_text(writer, OC=_layers(writer)[1])


def _artwork_switched_off(writer: PdfWriter) -> None:
    """Put the artwork of all pages on one layer, and that of page 6 on another, which looks the same."""
    on, off = _layers(writer)
    own, shared = _own_resources(writer), writer.pages[0]["/Resources"]
    artwork = shared["/XObject"]["/G0"].get_object()
    for resources, layer in ((shared, on), (own, off)):
        drawn = _form(writer, artwork.get_data(), artwork["/Resources"], OC=layer)
        resources["/XObject"][NameObject("/G0")] = drawn


def _leads_to_itself(writer: PdfWriter) -> None:
    drawings = DictionaryObject()
    drawings[NameObject("/Self")] = form = _form(writer, b"/Self Do", DictionaryObject({NameObject("/XObject"): drawings}))
    _own_resources(writer)["/XObject"][NameObject("/Self")] = form
    drawn(added(b"/Self Do"))(writer)


def _stored_otherwise(writer: PdfWriter) -> None:
    stream = StreamObject()
    stream._data = b"abc"
    stream[NameObject("/Filter")] = NameObject("/Unknown")
    writer.pages[5][NameObject("/Contents")] = writer._add_object(stream)


def _faces_exchanged(writer: PdfWriter) -> None:
    fonts = _own_resources(writer)["/Font"]
    names = NameObject("/R"), NameObject("/B")
    regular, bold = map(fonts.raw_get, names)
    fonts.update(zip(names, (bold, regular), strict=True))


def _stamped(writer: PdfWriter) -> None:
    """Lay an annotation over the person, which is printed with the page (ISO 32000-1, 12.5.3)."""
    box = ArrayObject(map(NumberObject, (0, 0, 300, 30)))
    look = _form(writer, b"1 1 1 rg 0 0 300 30 re f", DictionaryObject(), BBox=box)
    entries = {"/Subtype": NameObject("/Stamp"), "/F": NumberObject(4), "/AP": DictionaryObject({NameObject("/N"): look})}
    stamp = DictionaryObject({NameObject(name): value for name, value in entries.items()})
    stamp[NameObject("/Rect")] = ArrayObject(map(NumberObject, (280, 275, 580, 305)))
    writer.pages[5][NameObject("/Annots")] = ArrayObject([writer._add_object(stamp)])


#: The colour of the sheet, #e4f1fa, and a picture of one white pixel.
SHEET_COLOUR = b"0.894118 0.945098 0.980392 rg"
PIXEL = b"q 240 0 0 22 300 278 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI Q"

#: What is wrong with page 6 → the change, and whether it fails for it.
SPOILED: dict[str, tuple[Callable[[PdfWriter], None], bool]] = {
    "moved to the right": (drawn(person(b"BT /R 20 Tf {right} {y} Td {name} Tj ET")), True),
    "moved up": (drawn(person(b"BT /R 20 Tf {x} {down} Td {name} Tj ET")), True),
    "larger": (drawn(person(b"BT /R 20.2 Tf {x} {y} Td {name} Tj ET")), True),
    "another face": (drawn(person(b"BT /B 20 Tf {x} {y} Td {name} Tj ET")), True),
    "set twice": (drawn(person(b"{all} {all}")), False),
    "set twice, side by side": (drawn(person(b"{all} BT /R 20 Tf {right} {y} Td {name} Tj ET")), False),
    "set thrice, far apart": (drawn(person(b"{all} BT /R 20 Tf 60 {y} Td {name} Tj ET")), True),
    "invisible": (drawn(person(b"BT 3 Tr /R 20 Tf {x} {y} Td {name} Tj ET")), True),
    "spread": (drawn(person(b"BT 1 Tc /R 20 Tf {x} {y} Td {name} Tj ET")), True),
    "stretched": (drawn(person(b"BT 105 Tz /R 20 Tf {x} {y} Td {name} Tj ET")), True),
    "turned": (drawn(person(b"BT /R 20 Tf 0.9 0.1 -0.1 0.9 {x} {y} Tm {name} Tj ET")), True),
    "with two spaces": (drawn(person(b"BT /R 20 Tf 300 {y} Td (%s) Tj ET" % text("а  б"))), True),
    "with a letter that the font lacks": (drawn(person(b"BT /R 20 Tf 420 {y} Td (%s) Tj ET" % text("Ж☃"))), True),
    "with half a code": (drawn(person(b"BT /R 20 Tf 420 {y} Td (%s\x04) Tj ET" % text("Ж"))), True),
    "with a hyphen at its end": (drawn(person(b"BT /R 20 Tf 415 {y} Td (%s) Tj ET" % text("Ж-"))), True),
    "gone": (drawn(person(b"")), True),
    "a place gone": (drawn(without_form(1)), True),
    "in the margin": (drawn(added(b"BT /R 14 Tf 3 3 Td (%s) Tj ET" % text("Д"))), True),
    "over another text": (drawn(added(b"BT /R 14 Tf 421 242 Td (%s) Tj ET" % text("Д"))), True),
    "a text of no place": (drawn(added(b"BT /R 9 Tf 70 150 Td (%s) Tj ET" % text("Данасы"))), True),
    "a line over the emblem": (drawn(added(b"400 300 60 2 re f")), False),
    "ink on the edge": (drawn(added(b"1 0 0 rg 4 4 9 9 re f")), True),
    "a white box over the text": (drawn(added(b"1 1 1 rg 220 272 390 30 re f")), True),
    "no artwork": (drawn(lambda content: content.replace(b"q /G0 Do Q", b"")), True),
    "the artwork moved": (drawn(lambda content: content.replace(b"q /G0 Do Q", b"q 1 0 0 1 2 0 cm /G0 Do Q")), True),
    "the artwork on top": (drawn(lambda content: content.replace(b"q /G0 Do Q", b"") + b"\nq /G0 Do Q"), True),
    "what is drawn after a step": (drawn(lambda content: b"1 0 0 1 2 0 cm " + content), True),
    "white": (drawn(person(b"1 1 1 rg {all} 0.066667 0.066667 0.066667 rg")), True),
    "of the sheet's colour": (drawn(person(SHEET_COLOUR + b" {all} 0.066667 0.066667 0.066667 rg")), True),
    "under a rectangle": (drawn(added(SHEET_COLOUR + b" 300 278 240 22 re f")), True),
    "over that rectangle": (drawn(person(SHEET_COLOUR + b" 300 278 240 22 re f 0.066667 0.066667 0.066667 rg {all}")), False),
    "under a picture": (drawn(added(PIXEL)), True),
    "under an annotation": (_stamped, True),
    "cut away": (_cut, True),
    "a shared text moved": (_stepped, True),
    "a text that is not shown": (_switched_off, True),
    "artwork that is not shown": (_artwork_switched_off, True),
    "a form XObject in itself": (_leads_to_itself, False),
    "a content that nobody can read": (_stored_otherwise, True),
    "faces exchanged": (_faces_exchanged, True),
    "a step that ends at once": (drawn(lambda content: b"1 0 0 1 9 0 cm Q " + content), True),
    "a control that is no space": (drawn(lambda content: content.replace(b"\nBT /R 20", b"\x0bBT /R 20")), True),
    "letters over each other": (drawn(added(b"BT /R 9 Tf 70 150 Td (%s) Tj ET BT /R 9 Tf 70.4 150 Td (%s) Tj ET" % (
        text("Д"), text("ДД")))), True),
    "an annotation": (_annotated, False),
    "turned as a whole": (_turned, True),
    "wider": (_wider, True),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
def test_what_is_wrong_with_one_page_is_found_as_by_pdfium_alone(name):
    change, is_wrong = SPOILED[name]
    pdf = edited(change)
    alike = measured(pdf, is_alike=True)
    assert alike == measured_alone(pdf)
    assert [Verdict.FAIL in {finding.verdict for finding in found} for found in alike] == [False] * 5 + [is_wrong]


def streams(word: bytes, change: Callable[[bytes], bytes]) -> Callable[[PdfWriter], None]:
    """Change every stream that has a word."""

    def edit(writer: PdfWriter) -> None:
        found = [each.get_object() for each in writer._objects if isinstance(each, StreamObject)]
        chosen = [stream for stream in found if not isinstance(stream, ContentStream) and word in stream.get_data()]
        assert chosen
        for stream in chosen:
            stream.set_data(change(stream.get_data()))

    return edit


def fonts(change: Callable[[DictionaryObject], None]) -> Callable[[PdfWriter], None]:
    """Change every descendant font."""

    def edit(writer: PdfWriter) -> None:
        for each in list(writer._objects):
            if isinstance(each, DictionaryObject) and each.get("/Subtype") == "/CIDFontType2":
                change(each)

    return edit


def _wider_letter(font: DictionaryObject) -> None:
    widths = font["/W"]
    place = list(widths).index(ord("а"))
    widths[place + 1][0] = NumberObject(700)


def _swapped_glyphs(font: DictionaryObject) -> None:
    stream = font["/CIDToGIDMap"].get_object()
    table = bytearray(stream.get_data())
    one, other = 2 * ord("Ш"), 2 * ord("і")
    table[one : one + 2], table[other : other + 2] = table[other : other + 2], table[one : one + 2]
    stream.set_data(bytes(table))


def _one_name(writer: PdfWriter) -> None:
    """Give both fonts one name: which is which can then be told by their objects alone."""
    for each in list(writer._objects):
        if isinstance(each, DictionaryObject) and "/BaseFont" in each:
            each[NameObject("/BaseFont")] = NameObject("/ABCDEF+LiberationSerif")


FONTS: dict[str, Callable[[PdfWriter], None]] = {
    "a letter said to be another": streams(b"begincmap", lambda cmap: cmap.replace(b"<0430><0430>", b"<0430><0431>")),
    "two letters said to be one": streams(b"begincmap", lambda cmap: cmap.replace(b"<0431><0431>", b"<0431><0430>")),
    "a letter said to be nothing": streams(b"begincmap", lambda cmap: cmap.replace(b"<0430><0430>", b"<0430><0000>")),
    "a letter said to be Hebrew": streams(b"begincmap", lambda cmap: cmap.replace(b"<0430><0430>", b"<0430><05D0>")),
    "no word of what letters are": streams(b"begincmap", lambda cmap: cmap.replace(b"beginbfchar", b"beginbfrange")),
    "a letter said to be wider": fonts(_wider_letter),
    "two glyphs swapped": fonts(_swapped_glyphs),
    "one name for two fonts": _one_name,
}


@pytest.mark.parametrize("name", FONTS)
def test_what_is_wrong_with_the_fonts_is_found_as_by_pdfium_alone(name):
    pdf = edited(FONTS[name])
    assert measured(pdf, is_alike=True) == measured_alone(pdf)


@pytest.mark.parametrize("name", [name for name in SPOILED if not name.startswith("wider")])
def test_what_is_wrong_in_another_file_is_found_as_by_pdfium_alone(name):
    """The file before is right, and has all of the fonts and artwork."""
    pdfs = [volume(), edited(SPOILED[name][0])]
    alike = measured_together(pdfs, wanted=range(4, 6), is_alike=True)
    assert alike == [found for pdf in pdfs for found in measured_alone(pdf)[4:6]]


@pytest.mark.parametrize("name", FONTS)
def test_a_file_with_fonts_that_are_wrong_is_not_measured_by_those_of_another(name):
    pdfs = [volume(), edited(FONTS[name])]
    assert measured_together(pdfs, is_alike=True) == [found for pdf in pdfs for found in measured_alone(pdf)]


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("italic", [False, True])
def test_every_letter_stands_where_pdfium_has_it(bold, italic, monkeypatch):
    """Letters whose ink goes beyond their advance are the ones that go wrong."""
    form = load_form(RETRAINING)
    record = read_record(form, record_of(RETRAINING))
    [page] = compose(form, record)
    letters = sorted(ALPHABET - {" "})
    lines = ["".join(letters[at : at + 30]) + "Н" for at in range(0, len(letters), 30)]
    person = next(item for item in page.items if item.place == "person")
    font = replace(person.font.at(person.font.size / 3), bold=bold, italic=italic)
    heights = [person.baseline + font.size * index for index in range(len(lines))]
    items = [person._replace(text=line, font=font, baseline=on) for line, on in zip(lines, heights, strict=True)]
    other = replace_items(page, [*page.items, *items]).shown("overprint")  # without the emblem, which is under some of them
    pdf = press_pages([other] * 3, document_info(form, [record]), artwork_folders())
    proved: list[bool] = []
    prove = Masters._is_proved
    monkeypatch.setattr(Masters, "_is_proved", lambda *given: proved.append(prove(*given)) or proved[-1])
    assert measured(pdf, print="overprint", is_alike=True) == measured(pdf, print="overprint", is_alike=False)
    assert proved
    assert all(proved)


def replace_items(page, items):
    return type(page)(page.width, page.height, tuple(items))


def test_two_ways_that_do_not_agree_end_the_quick_one(monkeypatch):
    """Every second page is then measured both ways."""
    monkeypatch.setattr(pages, "COMPARED", 2)
    findings = Masters.findings
    monkeypatch.setattr(Masters, "findings", lambda self, content: (found := findings(self, content)) and found[:-1])
    with pytest.raises(MeasuredTwice):
        measured(volume(), is_alike=True)


@operation(seconds=60, megabytes=3072)
def disagreeing(pdfs: bytes, lengths: list[int], settings: bytes, is_alike: bool) -> tuple[object, bytes]:
    """Find nothing where pages are not all measured by PDFium."""
    return (None, b"") if is_alike else measuring.page_measures.function(pdfs, lengths, settings, False)


def test_a_file_on_which_they_do_not_agree_is_measured_by_pdfium(monkeypatch):
    pdf, steps = volume(count=3), []
    expected = preflight(pdf, RETRAINING)
    monkeypatch.setattr(measuring, "page_measures", disagreeing)
    assert preflight(pdf, RETRAINING, progress=lambda *step: steps.append(step)) == expected
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_the_findings_do_not_depend_on_the_number_of_processes():
    pdf = volume(count=410)
    one, two = (preflight(pdf, RETRAINING, workers=workers) for workers in (1, 2))
    assert one == two
    assert one.passed
    assert [finding.page for finding in one.findings if finding.check == "letters-inside"] == list(range(1, 411))
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 410
