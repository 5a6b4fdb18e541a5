"""The words a clerk reads: every message is a template with named values, English as the source.

All go through `_`, so that a translation is an entry in a catalogue and never an edit in the code that reports something.
"""


def _(template: str, **values: object) -> str:
    """Return `template` with its `{names}` filled in."""
    return template.format(**values)
