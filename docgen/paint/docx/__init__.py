"""Word documents: filled templates, and fixed pages as editable Word pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.paint.docx.form_template import fill_docx, word_template
    from docgen.paint.docx.page import paint_docx
    from docgen.paint.docx.pictures import from_folder
    from docgen.paint.docx.templates import fill_template
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "form_template": "fill_docx word_template",
            "page": "paint_docx",
            "pictures": "from_folder",
            "templates": "fill_template",
        },
    )

__all__ = ["fill_docx", "fill_template", "from_folder", "paint_docx", "word_template"]
