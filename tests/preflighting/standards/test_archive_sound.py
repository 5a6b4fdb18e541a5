"""Files of docgen and WeasyPrint against PDF/A-2 and PDF/UA-1; veraPDF beside our rules."""

from __future__ import annotations

import json
import shlex
import stat
import sys
from pathlib import Path

import pytest
import weasyprint
from support import verapdf
from support.archive_files import CERTIFICATE, ORDER, REGISTER, archived
from support.calling import run
from support.places import ROOT
from support.records import record_of

import docgen
from docgen.preflighting import Verdict
from docgen.preflighting.standards import check_standards

FIXED = [CERTIFICATE, REGISTER, "child-protection-certificate"]
FLOWING = [ORDER, "work-standard", "coverage-report"]
EVERY = ["pdfa-2a", "pdfa-2b", "pdfua-1"]


def not_passed(pdf: bytes, *standards: str) -> dict[str, list[str]]:
    reports = check_standards(pdf, standards or EVERY)
    return {each.standard: [found.check for found in each.findings if found.verdict is not Verdict.PASS] for each in reports}


@pytest.mark.parametrize("form", FIXED + FLOWING)
def test_documents_for_the_archive_pass_without_a_remark(form):
    assert not_passed(archived(form)) == {"pdfa-2a": [], "pdfa-2b": [], "pdfua-1": []}


@pytest.mark.parametrize("print", ["blank", "overprint"])
def test_so_do_blanks_and_overprints(print):
    record = None if print == "blank" else record_of(CERTIFICATE)
    pdf = docgen.render(CERTIFICATE, record, print=print, purpose="archive")
    assert not_passed(pdf) == {"pdfa-2a": [], "pdfa-2b": [], "pdfua-1": []}


@pytest.mark.slow
def test_a_volume_is_2b_and_says_so(tmp_path):
    result = run("batch", CERTIFICATE, ROOT / "samples" / "people.xlsx", "-o", tmp_path, "--ignore", "*", "--for", "archive")
    assert result.exit_code == 0, result.output
    volume = next(tmp_path.glob("*-001.pdf")).read_bytes()
    assert not_passed(volume, "pdfa-2b") == {"pdfa-2b": []}
    assert not_passed(volume, "pdfa-2a")["pdfa-2a"][:2] == ["a-level-a", "a-marked"]


def test_what_is_printed_for_a_screen_is_neither():
    found = not_passed(docgen.render(CERTIFICATE, record_of(CERTIFICATE), purpose="plain"))
    assert set(found["pdfa-2b"]) >= {"a-file-id", "a-metadata", "a-rgb"}
    assert set(found["pdfua-1"]) >= {"ua-marked", "ua-structure", "ua-content"}


HTML = """<html lang=en><title>A title</title><style>body { font-family: "Liberation Serif" }</style><h1>A heading</h1>
<p>Text with <a href="https://example.org">a link</a>.</p><ul><li>one<li>two</ul>
<table><thead><tr><th>A<th>B</thead><tr><td>1<td>2</table></html>"""
#: Its variant → our standard, and what is not right. Its metadata are always compressed, which is a remark of ours.
BY_WEASYPRINT = [
    ("pdf/a-2b", "pdfa-2b", ["a-compressed"]),
    ("pdf/a-2a", "pdfa-2a", ["a-compressed"]),
    ("pdf/ua-1", "pdfua-1", []),
    ("pdf/a-2a", "pdfua-1", ["ua-identification"]),
    ("pdf/ua-1", "pdfa-2b", ["a-file-id", "a-rgb", "a-annotation-flags", "a-extension", "a-part", "a-level", "a-compressed"]),
]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # it leaves the file of its profile open
@pytest.mark.parametrize(("variant", "standard", "wrong"), BY_WEASYPRINT)
def test_a_page_by_weasyprint_is_what_it_says_and_nothing_else(variant, standard, wrong):
    pdf = weasyprint.HTML(string=HTML).write_pdf(pdf_variant=variant)
    assert not_passed(pdf, standard) == {standard: wrong}


# --- veraPDF beside our rules -----------------------------------------------------------------------------------------


@pytest.fixture
def document(tmp_path) -> Path:
    path = tmp_path / "order.pdf"
    path.write_bytes(archived(ORDER))
    return path


def says(tmp_path: Path, monkeypatch, lines: str, version: str = "") -> None:
    """Name a command in the place of veraPDF that prints lines."""
    command = tmp_path / "vera pdf"
    command.write_text(f"#!/bin/sh\n[ $1 = --version ] && {{ printf '%s' '{version}'; exit 0; }}\nprintf '%s\\n' {lines}\n")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("DOCGEN_VERAPDF", shlex.quote(str(command)))


def test_its_verdict_and_version_are_in_the_report(tmp_path, monkeypatch, document):
    says(tmp_path, monkeypatch, '"PASS $1 $2 (9 checks)"', "veraPDF 1.28.1")
    result = run("preflight", document, "--standard", "pdfa-2a")
    assert result.exit_code == 0, result.output
    assert result.output.rstrip().endswith("0 failed\nveraPDF 1.28.1: conforms")
    [report] = json.loads(run("preflight", document, "--standard", "pdfa-2a", "--json").output)["standards"]
    assert report["validation"] == {"validator": "veraPDF", "version": "1.28.1", "passed": True, "failures": []}


def test_what_it_refuses_is_refused(tmp_path, monkeypatch, document):
    says(tmp_path, monkeypatch, '"FAIL $1 $2 (9 checks)" "  7.1-9: no title"')
    result = run("preflight", document, "--standard", "pdfua-1")
    assert result.exit_code == 1
    assert result.output.rstrip().endswith("0 failed\nveraPDF: does not conform\n    7.1-9: no title")


def test_it_is_not_asked_of_standards_that_it_does_not_know(tmp_path, monkeypatch, document):
    says(tmp_path, monkeypatch, "nothing")
    assert run("preflight", document, "--standard", "pdfx-4").exit_code == 1
    monkeypatch.delenv("DOCGEN_VERAPDF")
    assert "veraPDF" not in run("preflight", document, "--standard", "pdfa-2a").output


@pytest.mark.parametrize("command", ["/nowhere/verapdf", f"{sys.executable} -c 'print(1/0)'", "true"])
def test_its_failure_is_an_error_that_says_which_command(monkeypatch, document, command):
    monkeypatch.setenv("DOCGEN_VERAPDF", command)
    result = run("preflight", document, "--standard", "pdfa-2b")
    assert result.exit_code == 4
    assert "veraPDF gave no verdict: " in result.output
    assert f"DOCGEN_VERAPDF names the command: {shlex.split(command)[0]}." in result.output


@pytest.mark.java
@pytest.mark.slow
def test_the_real_one_agrees(monkeypatch, document):
    monkeypatch.setenv("DOCGEN_VERAPDF", shlex.join(verapdf.command()))
    [report] = check_standards(document, ["pdfa-2a"])
    assert report.validation is not None
    assert report.validation.passed
    assert report.validation.version.startswith("1.")
