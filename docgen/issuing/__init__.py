"""Documents with a number of the register: painted with the number that is expected, issued, stored, noted as printed.

One is issued by `issue`; several at once, each for itself, by `issue_each`, with one transaction for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.issuing.many import IssuedDocument, IssueOrder, issue_each, printed_again
    from docgen.issuing.one import JOB, issue
else:
    __getattr__ = lazy_exports(__name__, {"many": "IssueOrder IssuedDocument issue_each printed_again", "one": "JOB issue"})

__all__ = ["JOB", "IssueOrder", "IssuedDocument", "issue", "issue_each", "printed_again"]
