"""Volumes with `--tagged`: PDF/A-2a and PDF/UA-1, each record a part of the structure that reads as its document does."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from support import structure, verapdf
from support.calling import run
from support.places import ROOT
from support.records import record_of

import docgen
from docgen.preflighting.standards import check_standards

FORM = "retraining-certificate"
EVERY = ("pdfa-2a", "pdfua-1")
KINDS = {
    "certificates": (FORM, {}),
    "with their backs": (FORM, {"back": True}),
    "overprints": ("advanced-training-certificate", {"print": "overprint"}),
    "with Russian lines": ("child-protection-certificate", {}),
}


def records(form: str, count: int = 5) -> list[dict[str, object]]:
    return [record_of(form, number=f"{number:05}") for number in range(1, count + 1)]


def volume(folder, form: str, **options: object) -> bytes:
    docgen.batch(form, records(form), folder, purpose="archive", tagged=True, allow_doubles=True, **options)
    [path] = folder.glob("*.pdf")
    return path.read_bytes()


def test_lines_that_records_have_alike_are_in_the_file_once(tmp_path):
    """The head of the organization is on each page; what draws that line is called between the marks of each."""
    reader = pypdf.PdfReader(io.BytesIO(volume(tmp_path / "out", FORM)))
    first, *others = [page.get_contents().get_data() for page in reader.pages]
    assert all(re.search(rb"/P<</MCID \d+>>BDC\n/X\d+ Do\nEMC", content) for content in others)
    assert all(len(content) < len(first) / 2 for content in others)


@pytest.mark.slow
@pytest.mark.parametrize(("form", "options"), KINDS.values(), ids=KINDS)
def test_each_record_is_a_part_that_reads_as_its_document(tmp_path, form, options):
    pdf = volume(tmp_path / "out", form, **options)
    assert [each.measured for report in check_standards(pdf, EVERY) for each in report.failures] == []
    structure.assert_led(pdf)
    tags = [tag for tag, _element in structure.elements(pdf)]
    assert (tags[0], tags.count("Part")) == ("Document", 5)
    single = [docgen.render(form, record, purpose="archive", **options) for record in records(form)]
    assert structure.said(pdf, tmp_path).split() == [word for each in single for word in structure.said(each, tmp_path).split()]
    kinds = [tag for tag, _element in structure.elements(single[0])][1:]
    assert tags[1:] == ["Part", *kinds] * 5


@pytest.mark.java
@pytest.mark.slow
@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_verapdf_says_so_too(tmp_path, flavour):
    (tmp_path / "all").mkdir()
    for number, (form, options) in enumerate(KINDS.values()):
        (tmp_path / "all" / f"{number}.pdf").write_bytes(volume(tmp_path / str(number), form, **options))
    assert verapdf.failures(flavour, sorted((tmp_path / "all").iterdir())) == {f"{n}.pdf": [] for n in range(len(KINDS))}


def test_many_records_are_the_same_bytes_by_any_process(tmp_path):
    """Parts that many records have are remembered, and forgotten when they are many."""
    made = []
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        options = {"purpose": "archive", "tagged": True, "allow_doubles": True, "split": 30, "workers": workers}
        docgen.batch(FORM, records(FORM, 60), folder, **options)
        made.append([path.read_bytes() for path in sorted(folder.glob("*.pdf"))])
    assert (len(made[0]), made[0]) == (2, made[1])


@pytest.mark.slow
def test_a_command_and_its_job_tag_the_volumes(tmp_path):
    table, job = ROOT / "samples" / "people.xlsx", tmp_path / "job.toml"
    words = ["batch", FORM, table, "--ignore", "*", "--for", "archive", "--tagged", "--only", "2-6"]
    assert run(*words, "-o", tmp_path / "a", "--save-job", job).exit_code == 0
    assert "tagged = true" in job.read_text("utf-8")
    assert run("batch", job, "-o", tmp_path / "b").exit_code == 0
    [one], [other] = ([*(tmp_path / name).glob("*.pdf")] for name in "ab")
    assert one.read_bytes() == other.read_bytes()
    assert [report.passed for report in check_standards(one, EVERY)] == [True, True]


def test_only_volumes_for_the_archive_are_tagged(tmp_path):
    table = ROOT / "samples" / "people.xlsx"
    result = run("batch", FORM, table, "--ignore", "*", "-o", tmp_path / "out", "--tagged", "--for", "plain")
    assert result.exit_code == 2
    assert "volumes are tagged for the archive alone" in result.output
    assert "--for archive" in result.output
