"""PDF files as pypdf has them: joined into one, and what pypdf raises for damaged ones as errors of ours."""

from docgen.pdf.damage import pypdf_errors
from docgen.pdf.merging import merge, merge_counted

__all__ = ["merge", "merge_counted", "pypdf_errors"]
