"""A file that claims PDF/A or PDF/UA and breaks it: preflight of its act remarks on that, with the clause."""

from __future__ import annotations

import io
import json

import pypdf
import pytest
from support.archive_files import CERTIFICATE, Way, archived, catalogue, element, in_xmp, spoiled
from support.calling import run
from support.records import record_of

import docgen
from docgen.preflighting import Verdict

A2, A3, UA = "ISO 19005-2, ", "ISO 19005-3, ", "ISO 14289-1, "


def remarked(pdf: bytes) -> list[str]:
    """Return the clauses of standards that are remarked on."""
    report = docgen.preflight(pdf, None)
    assert report.passed
    return [each.clause for each in report.findings if each.clause.startswith("ISO") and each.verdict is Verdict.REMARK]


#: What is spoiled → the clauses that are named: of all that is claimed, and of nothing else.
SPOILED: dict[str, tuple[tuple[Way, ...], list[str]]] = {
    "nothing": ((), []),
    "the mark of tags": ((catalogue(MarkInfo=None),), [f"{A2}6.7.2.2", f"{UA}6.2"]),
    "what a figure shows": ((element("Figure", Alt=None),), [f"{UA}7.3"]),
    "the same, and PDF/UA is not claimed": ((element("Figure", Alt=None), in_xmp("pdfuaid:part>1", "pdfuaid:part>0")), []),
    "the intent, and level B": (
        (catalogue(OutputIntents=None), in_xmp("conformance>A", "conformance>B")), [f"{A2}6.2.4.3"],
    ),
    "the part": ((in_xmp("pdfaid:part>2", "pdfaid:part>3"), catalogue(MarkInfo=None)), [f"{A3}6.7.2.2", f"{UA}6.2"]),
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILED)
def test_what_a_file_claims_and_breaks_is_a_remark_with_its_clause(what):
    ways, clauses = SPOILED[what]
    assert sorted(set(remarked(spoiled(CERTIFICATE, *ways)))) == sorted(clauses)


def test_files_as_docgen_wrote_them_have_none():
    plain = docgen.render(CERTIFICATE, record_of(CERTIFICATE), purpose="plain")
    assert [remarked(pdf) for pdf in (archived(CERTIFICATE), plain)] == [[], []]


@pytest.mark.slow
def test_tags_that_another_program_hung_wrongly_are_seen(tmp_path):
    """pypdf appends pages and leaves the tags to the first file: the second one's words would be read as the first one's."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(archived(CERTIFICATE)))
    writer.append(io.BytesIO(archived(CERTIFICATE)))
    buffer = io.BytesIO()
    writer.write(buffer)
    assert {f"{A2}6.7.3.3", f"{UA}7.1"} <= set(remarked(buffer.getvalue()))
    (tmp_path / "joined.pdf").write_bytes(buffer.getvalue())
    result = run("preflight", tmp_path / "joined.pdf", "--standard", "pdfua-1")
    assert result.exit_code == 1
    assert "no two pages lead to the same tags" in result.output


def test_the_command_line_shows_the_remark_and_passes(tmp_path):
    (tmp_path / "x.pdf").write_bytes(spoiled(CERTIFICATE, catalogue(MarkInfo=None)))
    result = run("preflight", tmp_path / "x.pdf")
    assert result.exit_code == 0
    assert "ISO 14289-1, 6.2" in result.output
    found = json.loads(run("preflight", tmp_path / "x.pdf", "--json").output)["findings"]
    [remark] = [each for each in found if each["check"] == "ua-marked"]
    assert (remark["verdict"], remark["prescribed"], remark["page"]) == ("remark", "PDF/UA-1", None)
