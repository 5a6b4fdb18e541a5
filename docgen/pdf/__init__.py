"""PDF files from outside: their objects as they are written, and what pypdf raises for damaged ones as errors of ours."""

from docgen.pdf.damage import pypdf_errors

__all__ = ["pypdf_errors"]
