"""Official documents, exact to the law: form definitions and records become PDF, DOCX and PNG.

    import docgen

    pdf = docgen.render("retraining-certificate", record, to="pdf")
    table = docgen.open_table("people.xlsx", "retraining-certificate")
    problems = docgen.check("retraining-certificate", table)
    result = docgen.batch("retraining-certificate", table, "out")
    for document in docgen.render_each("retraining-certificate", table):
        ...
    result = docgen.open_job("course-12.toml").batch()
    with docgen.open_register("book.db", clerk="…") as register:
        document = docgen.issue("retraining-certificate", record, register)
    report = docgen.preflight(pdf, "retraining-certificate")
    [report] = docgen.check_standards(pdf, ["pdfx-4"])
    docgen.impose(["out/retraining-certificate-001.pdf"], "sra3-2xa4", "sheets.pdf")

Every name is loaded when it is first used, so that importing docgen costs nothing. Safe from several threads and processes.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from docgen.version import VERSION

if TYPE_CHECKING:
    from docgen.batching import BatchResult as BatchResult
    from docgen.batching import batch as batch
    from docgen.batching import render_each as render_each
    from docgen.checking import check as check
    from docgen.errors import DataError as DataError
    from docgen.errors import DocgenError as DocgenError
    from docgen.errors import FormError as FormError
    from docgen.errors import MachineError as MachineError
    from docgen.errors import Problem as Problem
    from docgen.errors import UsageError as UsageError
    from docgen.errors import Where as Where
    from docgen.form import Form as Form
    from docgen.form import form_ids as form_ids
    from docgen.form import load_form as load_form
    from docgen.imposing import ImposedSheets as ImposedSheets
    from docgen.imposing import impose as impose
    from docgen.inputs import RowSource as RowSource
    from docgen.inputs import open_table as open_table
    from docgen.issuing import issue as issue
    from docgen.jobs import Job as Job
    from docgen.jobs import open_job as open_job
    from docgen.merging import merge as merge
    from docgen.messages import language as language
    from docgen.preflighting import preflight as preflight
    from docgen.preflighting.standards import check_standards as check_standards
    from docgen.prints import Print as Print
    from docgen.register import Register as Register
    from docgen.register import open_register as open_register
    from docgen.rendering import RenderedDocument as RenderedDocument
    from docgen.rendering import render as render

__version__ = VERSION

#: Public name → the module that holds it.
_HOMES = {
    "BatchResult": "docgen.batching",
    "DataError": "docgen.errors",
    "DocgenError": "docgen.errors",
    "Form": "docgen.form",
    "FormError": "docgen.errors",
    "ImposedSheets": "docgen.imposing",
    "Job": "docgen.jobs",
    "MachineError": "docgen.errors",
    "Print": "docgen.prints",
    "Problem": "docgen.errors",
    "Register": "docgen.register",
    "RenderedDocument": "docgen.rendering",
    "RowSource": "docgen.inputs",
    "UsageError": "docgen.errors",
    "Where": "docgen.errors",
    "batch": "docgen.batching",
    "check": "docgen.checking",
    "check_standards": "docgen.preflighting.standards",
    "form_ids": "docgen.form",
    "impose": "docgen.imposing",
    "issue": "docgen.issuing",
    "language": "docgen.messages",
    "load_form": "docgen.form",
    "merge": "docgen.merging",
    "open_job": "docgen.jobs",
    "open_register": "docgen.register",
    "open_table": "docgen.inputs",
    "preflight": "docgen.preflighting",
    "render": "docgen.rendering",
    "render_each": "docgen.batching",
}
__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> object:
    """Return a public name, imported at its first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'docgen' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
