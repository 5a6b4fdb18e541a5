"""What a file claims to be and is not: each broken rule of PDF/A and PDF/UA as a remark, beside what its act prescribes."""

from __future__ import annotations

import io
from collections.abc import Iterator

from docgen.errors import DataError
from docgen.messages import _
from docgen.pdf.seals import is_sealed
from docgen.pdf.source import source_of
from docgen.preflighting.findings import Finding, Subject, Verdict
from docgen.preflighting.standards import STANDARDS, check_rules
from docgen.preflighting.standards.metadata import Metadata
from docgen.preflighting.standards.opened import InspectedFile

#: What metadata say of PDF/A, its part and level → our standard. Level U asks for all of B, and for text.
ARCHIVES = {
    ("2", "A"): "pdfa-2a", ("2", "B"): "pdfa-2b", ("2", "U"): "pdfa-2b",
    ("3", "A"): "pdfa-3a", ("3", "B"): "pdfa-3b", ("3", "U"): "pdfa-3b",
}  # fmt: skip


def claim_findings(pdf: bytes) -> Iterator[Finding]:
    """Yield a remark on each rule that a file breaks of a standard that it claims.

    A file that is as docgen wrote it is believed, so that volumes are not gone through.
    """
    try:
        with source_of(pdf) as source:
            claimed = _claimed(InspectedFile(source).metadata)
            if not claimed or is_sealed(source, io.BytesIO(pdf)):
                return
        reports = check_rules(pdf, claimed, "")
    except DataError as error:  # what PDFium reads, and our own reader does not
        message = error.problems[0].message
        yield Subject().found("claims", _("what it claims"), _("it holds"), message, Verdict.REMARK)
        return
    for report in reports:
        title = STANDARDS[report.standard].title.partition(" (")[0]
        for each in report.failures:
            yield Subject(each.clause).found(each.check, each.what, title, each.measured or _("it does not hold"), Verdict.REMARK)


def _claimed(said: Metadata | None) -> list[str]:
    """Return the standards of ours that metadata claim."""
    if said is None:
        return []
    archive = ARCHIVES.get((said.get("pdfaid:part"), said.get("pdfaid:conformance").upper()), "")
    return [*filter(None, [archive]), *(["pdfua-1"] if said.get("pdfuaid:part") == "1" else [])]
