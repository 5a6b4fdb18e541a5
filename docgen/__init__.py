"""Official documents, exact to the law: form definitions and records become PDF, DOCX and PNG.

    import docgen

    pdf = docgen.render("retraining-certificate", record, to="pdf")
    problems = docgen.check("retraining-certificate", rows)
    result = docgen.batch("retraining-certificate", rows, "out")
    report = docgen.preflight(pdf, docgen.load_form("retraining-certificate"))

Every name is loaded when it is first used, so that importing docgen costs nothing. Safe from several threads and processes.
"""

from importlib import import_module

from docgen.version import VERSION

__version__ = VERSION

#: Public name → the module that holds it.
_HOMES = {
    "BatchResult": "docgen.batching",
    "DataError": "docgen.errors",
    "DocgenError": "docgen.errors",
    "Form": "docgen.form",
    "FormError": "docgen.errors",
    "MachineError": "docgen.errors",
    "Problem": "docgen.errors",
    "UsageError": "docgen.errors",
    "batch": "docgen.batching",
    "check": "docgen.batching",
    "form_ids": "docgen.form",
    "language": "docgen.messages",
    "load_form": "docgen.form",
    "merge": "docgen.pdf.merge",
    "preflight": "docgen.preflighting",
    "render": "docgen.rendering",
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
