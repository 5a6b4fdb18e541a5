"""Templates that come from outside: run in a sandbox, within bounds, with a record's values alone."""

from docgen.templating.templates import TextTemplate

__all__ = ["TextTemplate"]
