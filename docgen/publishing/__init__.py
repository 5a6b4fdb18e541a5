"""What is published of a register: a signed list of void documents, the public keys, and a page that verifies offline.

with open_register("book.db") as register:
    publish(register, signer, keys, Publication(Path("published"), day, until))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.publishing.folder import FILES, Publication, Published, publish
    from docgen.publishing.page import VerifyingPage, page_html
else:
    __getattr__ = lazy_exports(
        __name__,
        {"folder": "FILES Publication Published publish", "page": "VerifyingPage page_html"},
    )

__all__ = ["FILES", "Publication", "Published", "VerifyingPage", "page_html", "publish"]
