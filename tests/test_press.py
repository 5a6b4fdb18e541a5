"""The press makes the page that WeasyPrint makes: same text, faces and places, the same pixels, in full, blank and overprint."""

from __future__ import annotations

import hashlib
import io
import os
import random
import re
import subprocess
import zlib
from functools import cache

import numpy
import pypdfium2
import pytest
from conftest import record_of
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject
from reading import lines, pixels, words

import docgen
from docgen.artwork import artwork_folders
from docgen.compose import compose
from docgen.compose.page import PRINTS
from docgen.form import load_form
from docgen.paint.info import document_info
from docgen.paint.press import Volume, press_pages
from docgen.paint.weasy import paint_pages
from docgen.pdf.preflight import preflight
from docgen.record import read_record

CERTIFICATES = ("retraining-certificate", "advanced-training-certificate", "child-protection-certificate")
ORGANIZATIONS = ("Полиция академиясы", "Қазақстан Республикасы Ішкі істер министрлігінің Шырақбек Қабылбаев атындағы академиясы")
WORDS = (
    *("құқық", "қорғау", "Жедел-іздестіру", "ақпараттық", "(негіздері)", "№ 5", "«сандық»", "дәлелдемелер;", "2026 жылғы"),
    *("12 ақпан", "Research", "&", "<тест>", "{тәжірибе}", "\\", "/", "Һ", "Ә", "Ғ", "ң", "Ү", "ү", "Ұ", "%", "а;"),
)


def random_record(form_id: str, chance: random.Random) -> dict[str, object]:
    """Return a record of every awkward kind: one- and two-line organizations, long topics, missing patronymics."""
    changes = {
        "organization": chance.choice(ORGANIZATIONS),
        "topic": " ".join(chance.choices(WORDS, k=chance.randint(1, 60))),
        "patronymic": chance.choice([None, "Мұхаммедғалиқызы", "Иванович"]),
        "surname": chance.choice(["Ким", "Құдайбергенова-Нұрмұхамедова", "О'Коннор"]),
        "hours": chance.randint(40, 2000),
        "number": f"{chance.randint(0, 99999):05d}",
        "city": chance.choice(["Ақтөбе", "Нұр-Сұлтан", "Өскемен"]),
        "logo": chance.choice([None, "state-emblem.svg", "ministry-emblem.svg"]),
    }
    known = {field.name for field in load_form(form_id).fields}
    return record_of(form_id, **{name: value for name, value in changes.items() if name in known})


@cache
def both(form_id: str, what: str, count: int) -> tuple[bytes, bytes]:
    """Return `count` random certificates as a press volume and as WeasyPrint's, with a bookmark each."""
    form, chance = load_form(form_id), random.Random(form_id + what)
    records = [read_record(form, random_record(form_id, chance)) for _ in range(count)]
    pages = [page for record in records for page in compose(form, record, PRINTS[what])]
    info = document_info(form, records, tuple((f"№ {n} (а)", n) for n in range(count)))
    return press_pages(pages, info, artwork_folders()), paint_pages(pages, info, artwork_folders())


#: Records of each form and print, and the pages that are compared glyph by glyph; `make torture` compares 500 of each print.
COUNT = 167 if os.environ.get("TORTURE") else 12
PAGES = range(COUNT) if os.environ.get("TORTURE") else (0, 1, COUNT - 1)
ALL = pytest.mark.parametrize("what", PRINTS)
EACH = pytest.mark.parametrize("form_id", CERTIFICATES)


@ALL
@EACH
def test_same_text_in_the_same_places_and_faces(form_id, what):
    press, weasy = both(form_id, what, COUNT)
    assert words(press) == words(weasy)
    for page in PAGES:
        ours, theirs = lines(press, page), lines(weasy, page)
        assert [(line.text, line.font.partition("+")[2]) for line in ours] == [
            (line.text, line.font.partition("+")[2]) for line in theirs
        ]
        for our, their in zip(ours, theirs, strict=True):
            assert (our.left, our.right, our.baseline) == pytest.approx((their.left, their.right, their.baseline), abs=0.02)
            assert our.size == pytest.approx(their.size, abs=0.001)


@ALL
@EACH
def test_same_pixels_in_poppler_and_pdfium(form_id, what):
    """Numbers are written to 1/10,000 pt by one and 1/1,000,000 pt by the other, which may round the coverage of a pixel
    on an edge to the level beside; no more than that."""
    press, weasy = both(form_id, what, COUNT)
    for page in PAGES:
        difference = numpy.abs(pixels(press, 200, page + 1).astype(int) - pixels(weasy, 200, page + 1).astype(int))
        assert difference.max() <= 2
    with pypdfium2.PdfDocument(press) as ours, pypdfium2.PdfDocument(weasy) as theirs:
        for page in range(COUNT):
            drawn = [each[page].render(scale=100 / 72).to_numpy().astype(int) for each in (ours, theirs)]
            assert numpy.abs(drawn[0] - drawn[1]).max() <= 2


@EACH
def test_qpdf_finds_no_fault_and_faces_are_embedded_subsets(form_id, tmp_path):
    press, _weasy = both(form_id, "full", COUNT)
    (tmp_path / "a.pdf").write_bytes(press)
    run = subprocess.run(["qpdf", "--check", tmp_path / "a.pdf"], check=True, capture_output=True, text=True)
    assert "No syntax or stream encoding errors" in run.stdout
    fonts = subprocess.run(["pdffonts", tmp_path / "a.pdf"], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert fonts
    assert all(font.split()[-5:-2] == ["yes", "yes", "yes"] for font in fonts)


def test_preflight_passes_on_a_press_volume():
    press, _weasy = both("retraining-certificate", "full", COUNT)
    report = preflight(press, load_form("retraining-certificate"))
    assert report.passed, report.as_table()


def test_bookmarks_and_metadata_are_those_of_the_volume():
    press, weasy = (PdfReader(io.BytesIO(pdf)) for pdf in both("retraining-certificate", "full", COUNT))
    for reader in (press, weasy):
        assert [mark.title for mark in reader.outline] == [f"№ {n} (а)" for n in range(COUNT)]
        assert [reader.get_destination_page_number(mark) for mark in reader.outline] == list(range(COUNT))
        assert reader.trailer["/Root"]["/Lang"] == "kk"
    for name in ("/Title", "/Creator", "/CreationDate", "/ModDate", "/docgenform"):
        assert press.metadata[name] == weasy.metadata[name]


def test_the_same_pages_give_the_same_bytes():
    form = load_form("retraining-certificate")
    records = [read_record(form, record_of(form.id, number=str(n))) for n in range(3)]
    info = document_info(form, records)
    made = [
        press_pages([page for record in records for page in compose(form, record, PRINTS["full"])], info, artwork_folders())
        for _ in range(2)
    ]
    assert made[0] == made[1]


def test_more_pages_than_a_branch_of_the_page_tree_holds():
    form = load_form("retraining-certificate")
    record = read_record(form, record_of(form.id))
    pages = compose(form, record, PRINTS["overprint"]) * 250
    reader = PdfReader(io.BytesIO(press_pages(pages, document_info(form, [record]), artwork_folders())))
    assert len(reader.pages) == 250
    assert reader.pages[249].extract_text().split() == reader.pages[0].extract_text().split()


def test_letters_that_share_a_glyph_are_copied_as_they_were_typed():
    """A no-break space has the glyph of a space; the code point stands in the file, so either comes out as itself."""
    form = load_form("retraining-certificate")
    record = read_record(form, record_of(form.id, topic="а\u00a0б в"))
    pdf = press_pages(compose(form, record, PRINTS["full"]), document_info(form, [record]), artwork_folders())
    assert "а\u00a0б в" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_the_register_is_the_same_page_too():
    form = load_form("certificate-register")
    rows = [record_of(form.id)["rows"][0] | {"number": f"{n:04d}"} for n in range(40)]
    record = read_record(form, record_of(form.id, rows=rows))
    pages = compose(form, record, PRINTS["full"])
    info = document_info(form, [record])
    press, weasy = press_pages(pages, info, artwork_folders()), paint_pages(pages, info, artwork_folders())
    assert words(press) == words(weasy)
    for page in (1, len(pages)):
        difference = numpy.abs(pixels(press, 150, page).astype(int) - pixels(weasy, 150, page).astype(int))
        assert difference.max() <= 2


def test_the_module_offers_the_press_for_one_certificate_too():
    record = record_of("retraining-certificate")
    press = docgen.render("retraining-certificate", record, engine="press")
    assert words(press) == words(docgen.render("retraining-certificate", record))
    assert press == docgen.render("retraining-certificate", record, engine="press")
    with pytest.raises(docgen.UsageError, match="pres"):
        docgen.render("retraining-certificate", record, engine="pres")


def test_artwork_that_was_changed_is_painted_anew(tmp_path):
    """A long-lived service keeps what was painted, until the file is another one."""
    shipped_emblem = artwork_folders().find("state-emblem").read_text("utf-8")
    (tmp_path / "state-emblem.svg").write_text(shipped_emblem, "utf-8")
    record = record_of("retraining-certificate")
    before = docgen.render("retraining-certificate", record, engine="press", artwork=tmp_path)
    (tmp_path / "state-emblem.svg").write_text(shipped_emblem.replace("#00AFCA", "#0000CA"), "utf-8")
    os.utime(tmp_path / "state-emblem.svg", (1, 1))
    assert docgen.render("retraining-certificate", record, engine="press", artwork=tmp_path) != before


def hash_from_file(page) -> str:
    """Compute a page's hash as `Volume.add` says it, from the finished file."""
    objects = page["/Resources"]["/XObject"]
    content = page.get_contents().get_data()
    content = re.sub(rb"(/X\d+) Do", lambda call: objects[call[1].decode()].get_data(), content)
    content = re.sub(rb"/G\d+ Do", lambda call: ground_digest(objects.raw_get(call[0][:-3].decode())) + b" Do", content)
    return hashlib.sha256(b"%.4f %.4f\n%s" % (*page.mediabox[2:], content)).hexdigest()


def ground_digest(reference) -> bytes:
    """Compute `Ground.digest`: the objects in the order in which they are first referred to, from the form XObject on."""
    order, written = [reference], []

    def content(entry) -> bytes:
        if isinstance(entry, IndirectObject):
            if entry not in order:
                order.append(entry)
                written.append(None)
                written[order.index(entry)] = whole(entry)
            return b"%d 0 R" % order.index(entry)
        if isinstance(entry, DictionaryObject):
            return b"<<%s>>" % entries(entry)
        if isinstance(entry, ArrayObject):
            return b"[%s]" % b"".join(content(each) + b" " for each in list.__iter__(entry))
        buffer = io.BytesIO()
        entry.write_to_stream(buffer)
        return buffer.getvalue()

    def entries(dictionary) -> bytes:
        is_deflated = dictionary.get("/Filter") == "/FlateDecode"
        names = [name for name in dictionary if name != "/Length" and not (name == "/Filter" and is_deflated)]
        return b"".join(name.encode() + b" " + content(dictionary.raw_get(name)) for name in names)

    def whole(reference) -> bytes:
        thing = reference.get_object()
        if not isinstance(thing, StreamObject):
            return content(thing)
        data = zlib.decompress(thing._data) if thing.get("/Filter") == "/FlateDecode" else thing._data
        return b"%s\nstream\n%s\nendstream" % (entries(thing), data)

    written.append(None)
    written[0] = whole(reference)
    numbered = (b"%d 0 obj\n%s\nendobj\n" % each for each in enumerate(written))
    return hashlib.sha256(b"".join(numbered)).hexdigest().encode()


@ALL
def test_the_hash_of_a_page_is_that_of_what_stands_in_the_file(what):
    form, chance, volume_file = load_form("retraining-certificate"), random.Random(what), io.BytesIO()
    records = [read_record(form, random_record(form.id, chance)) for _ in range(8)]
    volume = Volume(volume_file, artwork_folders())
    hashes = [volume.add(page) for record in records * 2 for page in compose(form, record, PRINTS[what])]
    volume.close(document_info(form, records))
    assert [hash_from_file(page) for page in PdfReader(volume_file).pages] == hashes
    assert hashes[:8] == hashes[8:], "a line that has become a form XObject meanwhile is the same line"
    assert len(set(hashes)) == 8


def test_the_hash_of_a_page_is_the_same_in_any_volume():
    form = load_form("retraining-certificate")
    pages = [page for n in range(6) for page in compose(form, read_record(form, record_of(form.id, number=f"{n:05}")))]

    def hashes(order: list[int]) -> dict[int, str]:
        volume = Volume(io.BytesIO(), artwork_folders())
        return {n: volume.add(pages[n], str(n)) for n in order}

    assert hashes([0, 1, 2, 3, 4, 5]) == hashes([5, 3, 1, 0, 2, 4])
    assert hashes([3])[3] == hashes([2, 3])[3]
