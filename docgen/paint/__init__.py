"""Pages → files: PDF by the press or by WeasyPrint, Word documents; and the metadata that all of them carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.paint.info import DocumentInfo, document_info, template_info, volume_info
    from docgen.paint.papers import Paper, paint_paper
else:
    __getattr__ = lazy_exports(
        __name__, {"info": "DocumentInfo document_info template_info volume_info", "papers": "Paper paint_paper"}
    )

__all__ = ["DocumentInfo", "Paper", "document_info", "paint_paper", "template_info", "volume_info"]
