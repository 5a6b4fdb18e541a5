"""What the press writes: bookmarks, metadata, the same bytes each time, hashes of pages. Its page is held in test_same_page."""

from __future__ import annotations

import hashlib
import io
import os
import random
import re
import zlib

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject
from support.reading import words
from support.records import random_record, record_of

import docgen
from docgen.artwork import artwork_folders
from docgen.compose import compose
from docgen.compose.page import PRINT_LAYERS
from docgen.form import form_ids, load_form
from docgen.paint.info import document_info
from docgen.paint.pdf.weasy import paint_pages
from docgen.paint.press import SeparateFiles, Volume, finish_for, press_pages
from docgen.record import read_record

ALL = pytest.mark.parametrize("what", PRINT_LAYERS)


@pytest.mark.slow
def test_bookmarks_and_metadata_are_those_of_the_volume():
    form, count = load_form("retraining-certificate"), 12
    records = [read_record(form, random_record(form, random.Random(n))) for n in range(count)]
    pages = [page for record in records for page in compose(form, record, PRINT_LAYERS["full"])]
    info = document_info(form, records, tuple((f"№ {n} (а)", n) for n in range(count)))
    painted = (paint(pages, info, artwork_folders()) for paint in (press_pages, paint_pages))
    press, weasy = (PdfReader(io.BytesIO(pdf)) for pdf in painted)
    for reader in (press, weasy):
        assert [mark.title for mark in reader.outline] == [f"№ {n} (а)" for n in range(count)]
        assert [reader.get_destination_page_number(mark) for mark in reader.outline] == list(range(count))
        assert reader.trailer["/Root"]["/Lang"] == "kk"
    for name in ("/Title", "/Creator", "/CreationDate", "/ModDate", "/docgenform"):
        assert press.metadata[name] == weasy.metadata[name]


def test_the_same_pages_give_the_same_bytes():
    form = load_form("retraining-certificate")
    records = [read_record(form, record_of(form.id, number=str(n))) for n in range(3)]
    info = document_info(form, records)
    produced = [
        press_pages([page for record in records for page in compose(form, record, PRINT_LAYERS["full"])], info, artwork_folders())
        for _ in range(2)
    ]
    assert produced[0] == produced[1]


@pytest.mark.slow
@pytest.mark.parametrize("purpose", ["plain", "press"])
def test_a_file_of_a_series_has_the_bytes_that_it_has_alone(purpose):
    """Whatever comes before it: other letters than those of the alphabet, lines that look alike, other prints, two pages."""
    form = load_form("retraining-certificate")
    given = [record_of(form.id, number=str(n), surname=f"Сейітқали-{n}") for n in range(4)]
    given += [record_of(form.id, surname="Ђукић"), record_of(form.id, given_name="Ә", patronymic="Ә"), record_of(form.id)]
    records = [read_record(form, each) for each in [*given, *given[::-1]]]
    documents = [(compose(form, record, PRINT_LAYERS[what]), record) for record in records for what in PRINT_LAYERS]
    documents += [(compose(form, records[0]) * 2, records[0]), documents[0]]
    series = SeparateFiles(artwork_folders(), finish_for(purpose))
    for pages, record in documents:
        info = document_info(form, [record])
        assert series.paint(pages, info) == press_pages(pages, info, artwork_folders(), finish_for(purpose))


@pytest.mark.slow
def test_what_one_process_makes_one_after_another_has_the_bytes_that_each_has_alone(tmp_path):
    """Single files are a series too, of each form, print and folder of artwork; a picture that is changed begins another."""
    emblem = artwork_folders().find("state-emblem").read_text("utf-8")
    (tmp_path / "state-emblem.svg").write_text(emblem, "utf-8")
    os.utime(tmp_path / "state-emblem.svg", (1, 1))
    fixed = [form for form in map(load_form, form_ids()) if form.is_fixed]
    own = {form: [None, tmp_path] if "state-emblem" in form.artwork else [None] for form in fixed}
    kinds = [(form, print, folder) for form in fixed for print in PRINT_LAYERS for folder in own[form]]
    for turn in range(2):
        for form, print, folder in kinds:
            record = read_record(form, record_of(form.id))
            pages, info = compose(form, record, PRINT_LAYERS[print]), document_info(form, [record])
            alone = press_pages(pages, info, artwork_folders(folder))
            assert docgen.render(form, record, print=print, artwork=folder, purpose="plain") == alone
        (tmp_path / "state-emblem.svg").write_text(emblem.replace("#00AFCA", "#0000CA"), "utf-8")
        os.utime(tmp_path / "state-emblem.svg", (2 + turn, 2))


def test_more_pages_than_a_branch_of_the_page_tree_holds():
    form = load_form("retraining-certificate")
    record = read_record(form, record_of(form.id))
    pages = compose(form, record, PRINT_LAYERS["overprint"]) * 250
    reader = PdfReader(io.BytesIO(press_pages(pages, document_info(form, [record]), artwork_folders())))
    assert len(reader.pages) == 250
    assert reader.pages[249].extract_text().split() == reader.pages[0].extract_text().split()


def test_letters_that_share_a_glyph_are_copied_as_they_were_typed():
    """A no-break space has the glyph of a space; the code point stands in the file, so either comes out as itself."""
    form = load_form("retraining-certificate")
    record = read_record(form, record_of(form.id, topic="а\u00a0б в"))
    pdf = press_pages(compose(form, record, PRINT_LAYERS["full"]), document_info(form, [record]), artwork_folders())
    assert "а\u00a0б в" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


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
    content = re.sub(rb"/G\d+ Do", lambda call: background_digest(objects.raw_get(call[0][:-3].decode())) + b" Do", content)
    return hashlib.sha256(b"%.4f %.4f\n%s" % (*page.mediabox[2:], content)).hexdigest()


def background_digest(reference) -> bytes:
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
def test_the_hash_of_a_page_is_that_of_its_content_in_the_file(what):
    form, chance, volume_file = load_form("retraining-certificate"), random.Random(what), io.BytesIO()
    records = [read_record(form, random_record(form, chance)) for _ in range(8)]
    volume = Volume(volume_file, artwork_folders())
    hashes = [volume.add(page) for record in records * 2 for page in compose(form, record, PRINT_LAYERS[what])]
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
