"""Preflight: a finished PDF measured against the clauses of its act.

Only the PDF is read, never the pages that docgen composed: text through PDFium's interpreter, artwork on a rendering, fonts
and metadata from the file's objects. What is prescribed comes from the form's places.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

from docgen.errors import UsageError
from docgen.form import Form, given_form, load_named, without_code
from docgen.messages import _
from docgen.preflighting.facts import form_of, read_facts
from docgen.preflighting.findings import Finding, Verdict
from docgen.preflighting.report import Report
from docgen.preflighting.sampling import SampledFile, page_kinds, preflight_sample
from docgen.prints import Print

__all__ = ["Finding", "Report", "SampledFile", "Verdict", "form_of", "page_kinds", "preflight", "preflight_sample"]


def preflight(
    pdf: bytes,
    form: Form | str | None,
    file: str = "",
    print: Print | str = Print.FULL,
    progress: Callable[[int, int], None] = lambda _done, _pages: None,
    workers: int = 0,
    pages: Sequence[int] | None = None,
) -> Report:
    """Measure a PDF against a form or the form of an id; if `form` is None, against the form that the file names.

    Each page of a fixed form without a table is a document of its own, as in a volume; where the file says that backs are
    printed, every second page is measured as a back. What the `print` (full, blank or overprint) leaves out is not measured.
    `progress` is called after each page with the number of pages done and of all, by one thread at a time. Pages are measured in
    `workers` processes, 0 for one a core; the findings do not depend on it. With `pages`, from 1 in their order, these
    alone are measured. A rule of PDF/A or PDF/UA that the file claims to hold and breaks is a remark.

    Raise DataError for a damaged file, UsageError for an unknown print or if the form is not known.
    """
    from docgen.preflighting.checks import file_findings
    from docgen.preflighting.claim_checks import claim_findings
    from docgen.preflighting.measuring import measured_pages

    if print not in list(Print):
        hint = _("Known are: {names}.", names=", ".join(Print))
        raise UsageError.because("print-unknown", _("“{value}” is not offered", value=print[:60]), hint)
    facts = read_facts(pdf, file)
    form = _named(facts.form, file) if form is None else without_code(given_form(form))
    print = Print(print)
    wanted = range(len(facts.pages)) if pages is None else array("I", [page - 1 for page in pages])
    findings = measured_pages(pdf, form, facts, file, print, progress, workers, wanted)
    findings.add_file([*file_findings(form, facts, print), *claim_findings(pdf)])
    return Report(file, form.id, print, len(wanted), findings)


def _named(key: str | None, file: str) -> Form:
    if key:
        return load_named(key)
    message = _("the file does not say which form it is")
    raise UsageError.because("form-unknown", message, _("Name it with --form."), file=file)
