"""PDF files joined into one, which keeps of their tags and of the standards that they claim what can be proved."""

from docgen.merging.merging import merge, merge_counted

__all__ = ["merge", "merge_counted"]
