"""What an imposition reports: numbers that begin anew, standards that end, and the same from Python."""

from __future__ import annotations

import io

import pytest
from support.calling import run
from support.imposing import volume, written
from support.places import ROOT
from support.reading import words

import docgen

A4 = (210, 297)


def job_sheet(folder, labels) -> str:
    (folder / "volume.pdf").write_bytes(volume(labels, A4))
    docgen.impose(folder / "volume.pdf", "sra3-2xa4", job_sheet=folder / "job.pdf")
    return words((folder / "job.pdf").read_bytes())


def test_the_numbers_of_each_organization_are_a_span_of_their_own(tmp_path):
    """Six records in stacks of three; the second organization counts from 1 in the middle of the first stack."""
    text = job_sheet(tmp_path, ["00098", "00099", "00001", "00002", "00003", "00005"])
    assert "1 1 – 3 1 00098 – 00099 2 00001 1 1 1 – 3 2 00002 – 00005 3" in text


def test_numbers_in_no_order_are_said_to_be_in_none(tmp_path):
    text = job_sheet(tmp_path, [f"{number:05d}" for number in range(50, 0, -1)])
    assert "1 1 – 25 1 00050 … 00026, in no order 25" in text


def claiming(metadata: str, info: str = "") -> bytes:
    """Return a PDF of one page A4 whose metadata say something."""
    content = f"<x:xmpmeta>{metadata}</x:xmpmeta>"
    return written(
        [
            "<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R>>",
            "<</Type/Pages/Count 1/Kids[4 0 R]>>",
            f"<<{info}>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]>>",
            f"<</Type/Metadata/Subtype/XML/Length {len(content)}>>stream\n{content}\nendstream",
        ]
    )


CLAIMS = {
    "PDF/A, elements": ("<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>", "", "PDF/A-2"),
    "PDF/A, attributes": ('<rdf:Description pdfaid:part="3" pdfaid:conformance="B"/>', "", "PDF/A-3"),
    "PDF/X-3": ("", "/GTS_PDFXVersion(PDF/X-3:2003)", "PDF/X-3:2003"),
    "PDF/X-4 without an intent": ("<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>\n", "", "PDF/X-4"),
    "PDF/UA": ("<pdfuaid:part>1</pdfuaid:part>", "", "PDF/UA-1"),
}


@pytest.mark.parametrize(("metadata", "info", "claim"), CLAIMS.values(), ids=CLAIMS)
def test_a_claim_that_ends_is_reported(tmp_path, metadata, info, claim):
    (tmp_path / "old.pdf").write_bytes(claiming(metadata, info))
    result = run("impose", tmp_path / "old.pdf", "--scheme", "sra3-2xa4", "-o", tmp_path / "sheets.pdf")
    assert result.exit_code == 0, result.output
    assert f"old.pdf: it claims to be {claim}; the sheets are PDF\n    Sheets stay PDF/X-4 where all files are" in result.output
    sheets = (tmp_path / "sheets.pdf").read_bytes()
    assert b"GTS_PDFX" not in sheets
    assert b"pdfaid" not in sheets


def test_a_file_that_claims_nothing_is_not_reported(tmp_path):
    (tmp_path / "plain.pdf").write_bytes(claiming("<dc:title>PDF/A-2</dc:title>"))
    assert not [note for note in docgen.impose(tmp_path / "plain.pdf", "sra3-2xa4").notes if note.code == "claim-dropped"]


def test_volumes_that_are_for_the_archive_by_default_are_not_reported(tmp_path):
    options = ["--ignore", "*", "--only", "3-4", "-o", tmp_path / "out"]
    assert run("batch", "retraining-certificate", ROOT / "samples" / "people.xlsx", *options).exit_code == 0
    [made] = (tmp_path / "out").glob("*.pdf")
    assert b"<pdfaid:part>2" in made.read_bytes()
    assert not [note for note in docgen.impose(made, "sra3-2xa4").notes if note.code == "claim-dropped"]


def test_python_gets_the_same_bytes_and_what_it_comes_to(tmp_path):
    (tmp_path / "volume.pdf").write_bytes(volume("123", A4))
    stream = io.BytesIO()
    found = docgen.impose([tmp_path / "volume.pdf"], "sra3-2xa4", stream, job="Курс 507")
    counts = (found.records, found.sheets, found.written, found.lifts, found.blanks, found.standard)
    assert counts == (3, 2, 2, 1, 1, "")
    assert found.waste == pytest.approx(100 * (1 - 3 * 210 * 297 / (2 * 450 * 320)))  # three pages on two sheets
    options = ["--scheme", "sra3-2xa4", "--job", "Курс 507", "-o", tmp_path / "sheets.pdf"]
    assert run("impose", tmp_path / "volume.pdf", *options).exit_code == 0
    assert stream.getvalue() == (tmp_path / "sheets.pdf").read_bytes()
    assert docgen.impose(tmp_path / "volume.pdf", "sra3-2xa4", tmp_path / "one.pdf", sheets="2").written == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"output": "volume.pdf"}, "output-is-input"),
        ({"job_sheet": "volume.pdf"}, "output-is-input"),
        ({"output": "one.pdf", "job_sheet": "./one.pdf"}, "output-twice"),
        ({"sheets": "9"}, "sheets-wrong"),
        ({"depth": 0}, "depth-wrong"),
        ({"order": "n-up"}, "order-unknown"),
    ],
)
def test_a_wrong_call_is_refused_and_nothing_is_written(tmp_path, monkeypatch, options, code):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "volume.pdf").write_bytes(volume("123", A4))
    before = (tmp_path / "volume.pdf").read_bytes()
    with pytest.raises(docgen.UsageError) as refused:
        docgen.impose(["volume.pdf"], "sra3-2xa4", **{"output": "sheets.pdf"} | options)
    assert [problem.code for problem in refused.value.problems] == [code]
    assert [path.name for path in tmp_path.iterdir()] == ["volume.pdf"]
    assert (tmp_path / "volume.pdf").read_bytes() == before
