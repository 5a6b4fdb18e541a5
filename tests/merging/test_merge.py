"""docgen merge, read back with pypdf and qpdf: order, bookmarks, nothing stored twice."""

from __future__ import annotations

import io
import re
import sys

import pytest
from click.testing import CliRunner
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, NumberObject
from support import processes
from support.records import record_of

import docgen
from docgen.cli import cli

FORM = "retraining-certificate"


@pytest.fixture(scope="module")
def volumes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("merge")
    for name in ("a", "b"):
        docgen.batch(FORM, [record_of(FORM, number=f"{name}{n}", surname="Қайрат") for n in (1, 2)], folder / name)
    return [folder / name / f"{FORM}-001.pdf" for name in ("a", "b")]


@pytest.fixture(scope="module")
def merged(volumes, tmp_path_factory):
    path = tmp_path_factory.mktemp("merged") / "all.pdf"
    assert CliRunner().invoke(cli, ["merge", *map(str, volumes), "-o", str(path)]).exit_code == 0
    return path


def test_pages_and_bookmarks_come_in_order(merged):
    reader = PdfReader(merged)
    assert [bookmark.title.split()[0] for bookmark in reader.outline] == ["a1", "a2", "b1", "b2"]
    assert [reader.get_destination_page_number(bookmark) for bookmark in reader.outline] == [0, 1, 2, 3]
    assert [f"№ {name}" in page.extract_text() for name, page in zip(("a1", "a2", "b1", "b2"), reader.pages, strict=True)]


def test_what_is_the_same_is_stored_once(merged, volumes):
    backgrounds = {page["/Resources"]["/XObject"].raw_get("/G0").idnum for page in PdfReader(merged).pages}
    assert len(backgrounds) == 1
    assert merged.stat().st_size < sum(volume.stat().st_size for volume in volumes) - 10_000


def test_qpdf_finds_no_fault(merged):
    processes.run(["qpdf", "--check", merged], check=True, capture_output=True)


def test_the_same_files_give_the_same_bytes(volumes, merged):
    assert docgen.merge(volumes) == merged.read_bytes()


def test_title_and_language_stay(merged):
    reader = PdfReader(merged)
    assert reader.metadata.title == "Қайта даярлау курсынан өткені туралы сертификат"
    assert reader.trailer["/Root"]["/Lang"] == "kk"


@pytest.mark.parametrize(("content", "message"), [(None, "no such file"), (b"", "no PDF"), (b"%PDF-1.7 half a file", "no PDF")])
def test_a_file_that_cannot_be_merged_is_named_and_nothing_is_written(tmp_path, volumes, content, message):
    bad = tmp_path / "bad.pdf"
    if content is not None:
        bad.write_bytes(content)
    result = CliRunner().invoke(cli, ["merge", str(volumes[0]), str(bad), "-o", str(tmp_path / "all.pdf")])
    assert result.exit_code == 1
    assert "bad.pdf" in result.output
    assert message in result.output
    assert not (tmp_path / "all.pdf").exists()


def test_an_unknown_filter_is_reported(tmp_path, volumes):
    """pypdf says so by an error of Python's own."""
    (tmp_path / "bad.pdf").write_bytes(volumes[0].read_bytes().replace(b"/FlateDecode", b"/FlateDecodX"))
    for command in (["merge", "-o", str(tmp_path / "all.pdf")], ["preflight"]):
        result = CliRunner().invoke(cli, [*command, str(tmp_path / "bad.pdf")])
        assert (result.exit_code, "bad.pdf: this is no PDF that can be read" in result.output) == (1, True)


def test_pages_of_volumes_share_one_dictionary_of_resources(tmp_path):
    """Pages of a volume inherit hundreds of names; a page of the joined file refers to them, and does not hold them."""
    records = [record_of(FORM, number=f"{n:05}", surname="Қайрат", topic=f"Тақырып {n}") for n in range(1, 41)]
    for name in ("a", "b"):
        docgen.batch(FORM, records, tmp_path / name)
    files = [tmp_path / name / f"{FORM}-001.pdf" for name in ("a", "b")]
    (tmp_path / "all.pdf").write_bytes(docgen.merge(files))
    resources = [page.raw_get("/Resources") for page in PdfReader(tmp_path / "all.pdf").pages]
    assert len({each.idnum for each in resources}) == 1  # the two volumes are the same
    assert (tmp_path / "all.pdf").stat().st_size <= 1.1 * sum(file.stat().st_size for file in files)
    processes.run(["qpdf", "--check", tmp_path / "all.pdf"], check=True, capture_output=True)


def test_bookmarks_below_others_stay_open_or_closed(tmp_path):
    def noted(number: int) -> str:
        writer = PdfWriter()
        for _page in range(3):
            writer.add_blank_page(200, 100)
        opened = writer.add_outline_item(title=f"opened {number}", page_number=0, is_open=True)
        closed = writer.add_outline_item(title=f"closed {number}", page_number=1, is_open=False)
        for above in (opened, closed):
            writer.add_outline_item(title=f"below {number}", page_number=2, parent=above)
        writer.write(tmp_path / f"{number}.pdf")
        return tmp_path / f"{number}.pdf"

    joined = PdfReader(io.BytesIO(docgen.merge([noted(1), noted(2)])))
    shown = [[each.title for each in one] if isinstance(one, list) else one.title for one in joined.outline]
    assert shown == ["opened 1", ["below 1"], "closed 1", ["below 1"], "opened 2", ["below 2"], "closed 2", ["below 2"]]
    below = [one[0] for one in joined.outline if isinstance(one, list)]
    assert [joined.get_destination_page_number(each) for each in below] == [2, 2, 5, 5]
    assert joined.trailer["/Root"]["/Outlines"]["/Count"] == 6  # of each file: two, and what is below the opened one
    counts = [one.node["/Count"] for one in joined.outline if not isinstance(one, list)]
    assert [count > 0 for count in counts] == [True, False, True, False]


def test_a_stream_of_a_wrong_length_is_repaired_and_reported(tmp_path, volumes):
    """It shows only in copying, after the file before it was joined: that one is still counted once."""
    damaged, steps, notes = tmp_path / "damaged.pdf", list[None](), list[str]()
    processes.run(["qpdf", "--object-streams=disable", volumes[1], damaged], check=True)
    content = damaged.read_bytes()
    length = next(found for found in re.finditer(rb"/FlateDecode /Length (\d+)", content) if not found[1].endswith(b"9"))
    damaged.write_bytes(content[: length.start(1)] + b"%d" % (int(length[1]) + 1) + content[length.end(1) :])
    joined = docgen.merge([volumes[0], damaged], lambda: steps.append(None), lambda problem: notes.append(str(problem)))
    pages = PdfReader(io.BytesIO(joined)).pages
    assert [f"№ {name}" in page.extract_text() for name, page in zip(("a1", "a2", "b1", "b2"), pages, strict=True)]
    assert len(steps) == 2
    assert len([note for note in notes if "damaged.pdf: it is damaged, and was repaired" in note]) == 1


def test_a_page_that_stands_in_the_page_tree_twice_is_two(tmp_path):
    """Some writers list a page twice, which is none of a tree (ISO 32000-1, 7.7.3.2)."""
    writer, path, joined = PdfWriter(), tmp_path / "twice.pdf", tmp_path / "joined.pdf"
    for wide in (100, 200):
        writer.add_blank_page(wide, 100)
    tree = writer.root_object["/Pages"]
    tree["/Kids"].append(tree["/Kids"][0])
    tree[NameObject("/Count")] = NumberObject(3)
    writer.write(path)
    joined.write_bytes(docgen.merge([path, path]))
    processes.run(["qpdf", "--check", joined], check=True, capture_output=True)
    assert [page.mediabox.width for page in PdfReader(joined).pages] == [100, 200, 100] * 2


def test_nothing_of_forms_and_acts_is_loaded_to_join_plain_files(tmp_path):
    docgen.batch(FORM, [record_of(FORM)], tmp_path, purpose="plain")
    command = ["merge", *[str(tmp_path / f"{FORM}-001.pdf")] * 2, "-o", str(tmp_path / "all.pdf")]
    script = f"import sys; from docgen.cli import cli; cli({command}, standalone_mode=False); print(*sys.modules)"
    loaded = processes.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    for name in ("docgen.compose", "docgen.form", "docgen.preflighting", "jinja2", "pypdf", "weasyprint"):
        assert name not in loaded
