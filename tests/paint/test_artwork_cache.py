"""Painted artwork on disk: that in the package is what WeasyPrint and PDFium paint, that of a user is taken only where it can be
trusted, and a document is the same with and without it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from support import processes
from support.places import ROOT, TESTS
from support.records import record_of

import docgen
from docgen.artwork import artwork_folders
from docgen.compose import compose
from docgen.compose.page import ARTWORK_ITEMS, PRINT_LAYERS, FillItem, FrameItem, Layer, Page, PictureItem
from docgen.form import form_ids, load_form
from docgen.paint.docx import drawings
from docgen.paint.docx.drawings import picture_page
from docgen.paint.info import document_info
from docgen.paint.press import SeparateFiles, cache, resources, separate
from docgen.paint.press.copying import dumped
from docgen.paint.press.structure import StructureTree
from docgen.record import read_record

CERTIFICATE = "retraining-certificate"


def shipped_backgrounds() -> dict[str, Page]:
    """Return the pages of artwork that each shipped form lays under its texts, and its pictures, by what they show.

    Where emblems are tagged, each is a background by itself, and so is what lies under them.
    """
    backgrounds = {}
    for form in filter(lambda form: form.is_fixed, map(load_form, form_ids())):
        for what in PRINT_LAYERS:
            for page in compose(form, read_record(form, record_of(form.id)), PRINT_LAYERS[what]):
                items = tuple(item for item in page.items if isinstance(item, ARTWORK_ITEMS))
                if items and all(item.layer is Layer.MASTER for item in items):
                    alone = [picture_page(item) for item in items if not isinstance(item, FillItem)]  # as Word has them
                    tagged = [
                        piece for _begin, piece in StructureTree(form).pieces(page, form) if isinstance(piece[0], ARTWORK_ITEMS)
                    ]
                    for drawn in (*(Page(page.width, page.height, each) for each in (items, *tagged)), *alone):
                        backgrounds[resources.shown_by(drawn, artwork_folders())] = drawn
    return backgrounds


def shipped_drawings() -> dict[str, FrameItem | PictureItem]:
    """Return the artwork of the pages of each shipped form as Word has it, by what it shows."""
    found = {}
    for form in filter(lambda form: form.is_fixed, map(load_form, form_ids())):
        for page in compose(form, read_record(form, record_of(form.id))):
            for item in page.items:
                if isinstance(item, FrameItem | PictureItem) and item.layer is Layer.MASTER:
                    found[drawings.shown_by_item(item, artwork_folders())] = item
    return found


def painted_now() -> dict[str, bytes]:
    """Return what the package has to hold, by the names of its files."""
    artwork = artwork_folders()
    backgrounds = {
        f"{name}{cache.BACKGROUND}": dumped(resources.paint(page, artwork)) for name, page in shipped_backgrounds().items()
    }
    drawn = {
        f"{name}{cache.DRAWINGS}": drawings.dumped(drawings.draw(item, artwork)) for name, item in shipped_drawings().items()
    }
    return backgrounds | drawn


@pytest.mark.slow
def test_the_package_holds_the_artwork_of_the_shipped_forms_as_it_is_painted(request):
    """`make golden` paints it anew when artwork or a form has changed."""
    painted = painted_now()
    if request.config.getoption("--refresh-golden"):
        cache.SHIPPED.mkdir(exist_ok=True)
        for file in cache.SHIPPED.glob("*"):
            file.unlink()
        for name, content in painted.items():
            (cache.SHIPPED / name).write_bytes(cache.pack(content, Path(name).stem))
    assert {file.name for file in cache.SHIPPED.glob("*")} == set(painted)
    for name, content in painted.items():
        assert cache.load(Path(name).stem, Path(name).suffix) == content, name


@pytest.fixture
def own_artwork(tmp_path: Path) -> Path:
    """Return a folder with an emblem of one's own: no shipped background shows it."""
    folder = tmp_path / "artwork"
    folder.mkdir()
    drawing = artwork_folders().find("state-emblem").read_text("utf-8")
    (folder / "state-emblem.svg").write_text(drawing.replace("#00AFCA", "#0000CA"), "utf-8")
    return folder


def render_in_a_fresh_process(artwork: Path, output: Path, **settings: str) -> tuple[bytes, bool]:
    """Return the certificate, and whether WeasyPrint was loaded for it."""
    code = (
        "import sys, docgen; from support.records import record_of;"
        f"pdf = docgen.render('{CERTIFICATE}', record_of('{CERTIFICATE}'), artwork={str(artwork)!r});"
        f"open({str(output)!r}, 'wb').write(pdf); print('weasyprint' in sys.modules)"
    )
    environment = os.environ | settings | {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, TESTS)))}
    run = processes.run((sys.executable, "-c", code), env=environment, check=True, capture_output=True, text=True)
    return output.read_bytes(), run.stdout.strip() == "True"


@pytest.mark.slow
def test_a_fresh_process_takes_the_background_that_another_one_painted(own_artwork, tmp_path):
    folder = tmp_path / "cache"
    first, painted = render_in_a_fresh_process(own_artwork, tmp_path / "1.pdf", DOCGEN_CACHE=str(folder))
    assert painted
    [file] = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    second, painted = render_in_a_fresh_process(own_artwork, tmp_path / "2.pdf", DOCGEN_CACHE=str(folder))
    assert not painted
    without, painted = render_in_a_fresh_process(own_artwork, tmp_path / "3.pdf", DOCGEN_CACHE="")
    assert painted
    assert first == second == without


@pytest.mark.slow
def test_with_the_shipped_artwork_weasyprint_is_not_loaded(tmp_path):
    folder = artwork_folders().folders[-1]
    _pdf, painted = render_in_a_fresh_process(folder, tmp_path / "1.pdf", DOCGEN_CACHE="")
    assert not painted


def forget_what_was_painted():
    """Let the next document find its artwork as one of a new process does."""
    resources._background.cache_clear()
    separate._series.clear()


@pytest.mark.slow
def test_a_word_document_takes_the_pictures_that_another_process_drew(own_artwork, tmp_path):
    code = (
        "import sys, docgen; from docgen.paint.docx import drawings; from support.records import record_of\n"
        "draw = drawings.draw; drawn = []; drawings.draw = lambda *given: (drawn.append(1), draw(*given))[1]\n"
        f"docx = docgen.render('{CERTIFICATE}', record_of('{CERTIFICATE}'), to='docx', artwork={str(own_artwork)!r})\n"
        "open(sys.argv[1], 'wb').write(docx); print(len(drawn))"
    )

    def made(name: str, folder: str) -> tuple[bytes, int]:
        environment = os.environ | {"DOCGEN_CACHE": folder, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, TESTS)))}
        command = (sys.executable, "-c", code, str(tmp_path / name))
        run = processes.run(command, env=environment, check=True, capture_output=True, text=True)
        return (tmp_path / name).read_bytes(), int(run.stdout)

    folder = str(tmp_path / "cache")
    (first, drawn), (second, later), (without, again) = made("1.docx", folder), made("2.docx", folder), made("3.docx", "")
    assert first == second == without
    assert later == 0 < drawn == again
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in Path(folder).iterdir())


@pytest.fixture
def cached(own_artwork, tmp_path, monkeypatch) -> tuple[Path, str]:
    """Return a background in the cache of this user, and what it shows."""
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path / "cache"))
    forget_what_was_painted()
    docgen.render(CERTIFICATE, record_of(CERTIFICATE), engine="press", purpose="plain", artwork=own_artwork)
    [file] = (tmp_path / "cache").iterdir()
    [page] = compose(load_form(CERTIFICATE), read_record(load_form(CERTIFICATE), record_of(CERTIFICATE)))
    items = tuple(item for item in page.items if isinstance(item, ARTWORK_ITEMS))
    content = resources.shown_by(Page(page.width, page.height, items), artwork_folders(own_artwork))
    assert cache.load(content, cache.BACKGROUND) is not None
    return file, content


def flip_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def give_it_away(path: Path) -> None:
    os.chown(path, os.geteuid() + 1, -1)


MISUSES = {
    "empty": lambda file: file.write_bytes(b""),
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:-100]),
    "one bit wrong": flip_a_bit,
    "of another kind": lambda file: file.write_bytes(b"%PDF-1.7\n"),
    "of another background": lambda file: file.write_bytes(cache.pack(b"[]", "0" * 64)),
    "writable by the group": lambda file: file.chmod(0o660),
    "in a folder that all may write": lambda file: file.parent.chmod(0o777),
    "a link": lambda file: file.symlink_to(file.rename(file.with_name("elsewhere"))),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
    "a pipe": lambda file: (file.unlink(), os.mkfifo(file, 0o600)),
}


@pytest.mark.slow
@pytest.mark.parametrize("misuse", MISUSES)
def test_a_file_that_cannot_be_trusted_is_passed_over(cached, misuse):
    file, content = cached
    MISUSES[misuse](file)
    assert cache.load(content, cache.BACKGROUND) is None


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("which", ["file", "folder"])
def test_what_another_user_owns_is_passed_over(cached, which):
    file, content = cached
    give_it_away(file if which == "file" else file.parent)
    assert cache.load(content, cache.BACKGROUND) is None


def test_what_other_code_painted_is_passed_over(cached, monkeypatch):
    _file, content = cached
    monkeypatch.setattr(cache, "_painting_code", lambda: "WeasyPrint of tomorrow")
    assert cache.load(content, cache.BACKGROUND) is None


def test_a_damaged_file_is_written_anew(cached, own_artwork):
    file, _content = cached
    whole = file.read_bytes()
    flip_a_bit(file)
    forget_what_was_painted()
    docgen.render(CERTIFICATE, record_of(CERTIFICATE), engine="press", purpose="plain", artwork=own_artwork)
    assert file.read_bytes() == whole


def test_where_the_cache_cannot_be_written_documents_are_still_rendered(own_artwork, tmp_path, monkeypatch):
    (tmp_path / "taken").write_text("a file, not a folder")
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path / "taken"))
    forget_what_was_painted()
    pdf = docgen.render(CERTIFICATE, record_of(CERTIFICATE), engine="press", purpose="plain", artwork=own_artwork)
    assert pdf.startswith(b"%PDF")


def test_the_cache_keeps_the_latest_backgrounds_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "COUNT", 3)
    for number in range(5):
        cache.save(str(number), cache.BACKGROUND, b"[]")
        for age, file in enumerate(sorted((tmp_path / "cache").iterdir(), key=lambda path: path.stat().st_mtime_ns)):
            os.utime(file, ns=(age, age))
    found = [cache.load(str(number), cache.BACKGROUND) for number in range(5)]
    assert found == [None, None, b"[]", b"[]", b"[]"]


def test_the_picture_of_a_record_leaves_nothing_on_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path / "cache"))
    record = record_of("child-protection-certificate", logo="ministry-emblem.svg")
    assert docgen.render("child-protection-certificate", record, engine="press").startswith(b"%PDF")
    assert not (tmp_path / "cache").exists()


def test_pictures_of_records_are_not_remembered_with_what_files_share():
    """They are personal and large: a batch of a thousand files must not hold a thousand of them."""
    form = load_form("child-protection-certificate")
    record = read_record(form, record_of(form.id, logo="ministry-emblem.svg"))
    series = SeparateFiles(artwork_folders())
    series.paint(compose(form, record), document_info(form, [record]))
    assert not [part for part in series._parts.values() if isinstance(part.part[0], PictureItem)]
    assert series._painted == {}
