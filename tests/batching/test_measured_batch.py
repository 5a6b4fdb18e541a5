"""What a batch has printed is measured with it: all of its pages, or a sample that says how it was drawn."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from support.calling import run
from support.records import record_of

import docgen
from docgen.batching import printers
from docgen.batching import run as batch_run
from docgen.paint.press.file import PdfFile
from docgen.pdf.source import source_file
from docgen.preflighting import page_kinds
from docgen.preflighting.alike.content import DrawnPages

FORM = "retraining-certificate"
#: One in a hundred of 210 pages.
DRAWN = 3


def people(count: int, **changes: object) -> list[dict]:
    names = ["Ерлан", "Айгүл", "Әсет", "Меруерт", "Данияр"]
    return [record_of(FORM, surname=f"Нұрғалиев{'а' * (at // 5)}", given_name=names[at % 5], number=f"{at + 1:05}") | changes
            for at in range(count)]  # fmt: skip


def manifest(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text("utf-8"))


@pytest.mark.slow
def test_all_pages_of_all_volumes_are_measured(tmp_path):
    """As many findings as `docgen preflight` has of the volumes one by one; in the result and in the manifest."""
    result = docgen.batch(FORM, people(5), tmp_path / "out", split=2, preflight="all")
    alone = [docgen.preflight((tmp_path / "out" / volume.file).read_bytes(), FORM) for volume in result.volumes]
    assert result.measured.pages == 5
    assert sum(result.measured.counts.values()) == sum(len(report.findings) for report in alone)
    assert manifest(tmp_path / "out")["preflight"] == result.measured.as_json()
    assert result.measured.failures == []


def test_a_sample_has_the_ends_each_master_and_a_hundredth(tmp_path):
    """Of 210 pages: the first, the last, that of a long topic, and three at random, the same of the same volumes."""
    rows = people(210)
    rows[100]["topic"] = "Заң шығару " * 15
    found = [docgen.batch(FORM, rows, tmp_path / name, split=120, preflight="sample") for name in ("a", "b")]
    pages = [(file, page) for file, report in found[0].measured.reports for page in {each.page for each in report.findings}]
    assert (f"{FORM}-001.pdf", 1) in pages
    assert (f"{FORM}-001.pdf", 101) in pages
    assert (f"{FORM}-002.pdf", 90) in pages
    assert 3 + DRAWN <= len([page for _file, page in pages if page]) < 3 + DRAWN + 4  # other names have other numbers of texts
    assert found[0].measured.as_json() == found[1].measured.as_json()
    assert found[0].measured.seed


@pytest.mark.parametrize("options", [{}, {"purpose": "press"}, {"purpose": "archive"}, {"print": "blank"}, {"back": True}])
def test_the_pages_of_a_sample_have_the_findings_that_each_volume_has(options, tmp_path):
    """Those of `docgen preflight` of the same pages of a volume by itself, and those on the file."""
    result = docgen.batch(FORM, people(24), tmp_path, split=10, preflight="sample", **options)
    assert len(result.measured.reports) > 1
    for file, report in result.measured.reports:
        whole = docgen.preflight((tmp_path / file).read_bytes(), FORM, file, options.get("print", "full"))
        pages = {finding.page for finding in report.findings}
        assert list(report.findings) == [finding for finding in whole.findings if finding.page in pages]


def of_three_kinds(count: int) -> list[dict]:
    """Return people of whom every fifth has a topic of two lines, and every seventh one of three: 165 and 220 letters."""
    rows = people(count)
    for at, row in enumerate(rows):
        row["topic"] = "Заң шығару " * (20 if at % 7 == 6 else 15 if at % 5 == 4 else 1)
    return rows


@pytest.mark.parametrize("options", [{}, {"purpose": "press"}, {"purpose": "archive"}, {"print": "blank"}, {"back": True}])
def test_the_kinds_of_pages_are_noted_as_the_files_have_them(options, tmp_path):
    """Read from a file, a kind may be two: that of a page with rules of its own, and those that share them as one object."""
    result = docgen.batch(FORM, of_three_kinds(20), tmp_path, split=12, preflight="sample", **options)
    for volume, (count, read) in zip(result.volumes, page_kinds(tmp_path / each.file for each in result.volumes), strict=True):
        noted = set(volume.kinds.values())
        assert len(noted) == (3 if "back" not in options else 4)
        assert (volume.pages, noted) == (count, noted & set(read.values()))
        assert noted == set(read.values()) or options in ({"purpose": "press"}, {"print": "blank"})


def test_volumes_of_which_nothing_was_noted_are_read(tmp_path, monkeypatch):
    """As where a batch was begun without a sample, and is resumed with one."""
    noted = docgen.batch(FORM, of_three_kinds(20), tmp_path / "a", split=12, preflight="sample")
    monkeypatch.setattr(printers.PdfPrinter, "kinds", None)
    read = docgen.batch(FORM, of_three_kinds(20), tmp_path / "b", split=12, preflight="sample")
    assert {volume.kinds for volume in read.volumes} == {None}
    assert read.measured.as_json() == noted.measured.as_json()
    assert [list(report.findings) for _file, report in read.measured.reports] == [
        list(report.findings) for _file, report in noted.measured.reports
    ]


def test_a_volume_that_is_no_longer_the_one_that_was_made_is_read(tmp_path, monkeypatch):
    """Its page of another kind is measured, though none was noted."""
    rows = people(20)
    rows[9]["topic"] = "Заң шығару " * 15
    docgen.batch(FORM, rows, tmp_path / "other")
    measure = batch_run.measure_volumes

    def exchanged(form, volumes, *settings):
        shutil.copy(tmp_path / "other" / volumes[0].name, volumes[0])
        return measure(form, volumes, *settings)

    monkeypatch.setattr(batch_run, "measure_volumes", exchanged)
    result = docgen.batch(FORM, people(20), tmp_path / "out", preflight="sample")
    [(_file, report)] = result.measured.reports
    assert 10 in {finding.page for finding in report.findings}


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_what_is_wrong_on_all_pages_of_a_kind_is_found(kind, tmp_path, monkeypatch):
    """The name is printed 3 pt too low on the pages of one kind, after the kind was noted."""
    docgen.batch(FORM, of_three_kinds(40), tmp_path / "whole")
    with source_file(tmp_path / "whole" / f"{FORM}-001.pdf") as source:
        reader = DrawnPages(source)
        kinds = [reader.kind(index) for index in range(source.count)]
    wrong = [at for at, each in enumerate(kinds, 1) if each == list(dict.fromkeys(kinds))[kind]]
    write, pages = PdfFile.add_stream, iter(range(1, 41))

    def lower(file, content, *more):
        if b"/G0 Do" in content and next(pages) in wrong:
            content, count = re.subn(rb"(?<=BT /R 20 Tf )(\S+) (\S+)", lambda at: b"%s %.4f" % (at[1], float(at[2]) - 3), content)
            assert count == 1
        return write(file, content, *more)

    monkeypatch.setattr(PdfFile, "add_stream", lower)
    result = docgen.batch(FORM, of_three_kinds(40), tmp_path / "out", preflight="sample")
    failed = {finding.page for _file, finding in result.measured.failures}
    assert wrong[0] in failed
    assert failed <= set(wrong)


def test_a_volume_that_is_damaged_is_reported_by_its_name(tmp_path, monkeypatch):
    measure = batch_run.measure_volumes

    def cut(form, volumes, *settings):
        volumes[1].write_bytes(volumes[1].read_bytes()[:900])
        return measure(form, volumes, *settings)

    monkeypatch.setattr(batch_run, "measure_volumes", cut)
    with pytest.raises(docgen.DataError) as refused:
        docgen.batch(FORM, people(6), tmp_path / "out", split=3, preflight="sample")
    assert f"{FORM}-002.pdf" in str(refused.value)


def test_what_is_printed_wrong_is_told_with_its_volume_and_page_and_in_the_exit_code(tmp_path, monkeypatch):
    """A volume that is spoiled on its way to the disk: the page lacks what a blank leaves out."""
    table = tmp_path / "t.json"
    table.write_text(json.dumps(people(2), default=str), "utf-8")
    docgen.batch(FORM, people(2), tmp_path / "blank", print="blank")
    measure = batch_run.measure_volumes

    def spoiled(form, volumes, *settings):
        shutil.copy(tmp_path / "blank" / volumes[0].name, volumes[0])
        return measure(form, volumes, *settings)

    monkeypatch.setattr(batch_run, "measure_volumes", spoiled)
    result = run("batch", FORM, table, "-o", tmp_path / "out", "--preflight", "all", "--workers", 1, "--quiet")
    assert result.exit_code == 1
    assert f"{tmp_path / 'out' / FORM}-001.pdf:" in result.output
    failures = manifest(tmp_path / "out")["preflight"]["failures"]
    assert {(each["file"], each["page"]) for each in failures} == {(f"{FORM}-001.pdf", 1), (f"{FORM}-001.pdf", 2)}
    assert {each["verdict"] for each in failures} == {"fail"}


@pytest.mark.parametrize(
    ("options", "code"),
    [({"preflight": "some"}, "preflight-unknown"), ({"preflight": "all", "to": "docx"}, "preflight-not-offered")],
    ids=["another word", "Word files"],
)
def test_what_cannot_be_measured_is_refused_before_anything_is_printed(options, code, tmp_path):
    with pytest.raises(docgen.UsageError) as refused:
        docgen.batch(FORM, people(1), tmp_path / "out", **options)
    assert refused.value.problems[0].code == code
    assert not (tmp_path / "out").exists()
