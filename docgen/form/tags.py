"""Which names a template takes: body.html directly, template.docx from the text of its parts."""

from __future__ import annotations

import io
import re
import zipfile
from functools import lru_cache
from pathlib import Path

from jinja2 import TemplateSyntaxError

from docgen.archives import DAMAGE
from docgen.errors import FormError
from docgen.files import read_bytes
from docgen.messages import _
from docgen.templating.templates import line_in, markup_environment, names_in, near_error, refuse_open_tag

SIZE_LIMIT = 32 << 20
#: What Word makes of quotation marks as they are typed; in a tag they are straight ones, as docxtpl takes them.
STRAIGHT = str.maketrans("‘’“”", "''\"\"")


#: Filters of the painters (`docgen.paint`), which fill templates.
BODY_FILTERS = ("balanced",)
WORD_FILTERS = ("balanced", "paragraphs", "picture")


@lru_cache
def tags_of(path: Path) -> frozenset[str]:
    """Return the names that the template at `path` takes; FormError when it cannot be read as one."""
    is_word = path.suffix == ".docx"
    source = _word_text(path) if is_word else _text(path)
    environment = markup_environment()
    environment.filters |= dict.fromkeys(WORD_FILTERS if is_word else BODY_FILTERS, str)
    try:
        return names_in(environment, source)
    except TemplateSyntaxError as error:
        message = _("this is no template: {reason}", reason=error.message)
        hint = near_error(error, line_in(source, error.lineno))
        row = None if is_word else error.lineno or None  # Word shows no numbers of lines
        raise FormError.because("template-damaged", message, hint, file=str(path), row=row) from None


def _text(path: Path) -> str:
    try:
        return read_bytes(path, SIZE_LIMIT).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FormError.because("template-damaged", _("the file is not in UTF-8"), file=str(path)) from None


def _word_text(path: Path) -> str:
    """Return the text of a Word template with docxtpl's paragraph, row, cell and run tags as plain Jinja2 tags."""
    import html

    content = read_bytes(path)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = [name for name in package.namelist() if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name)]
            if sum(package.getinfo(name).file_size for name in parts) > SIZE_LIMIT:
                raise FormError.because("template-damaged", _("it is too large"), file=str(path))
            markup = "\n".join(package.read(name).decode("utf-8") for name in sorted(parts))
    except DAMAGE:
        raise FormError.because("template-damaged", _("this is no Word document"), file=str(path)) from None
    text = html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"</w:p>", "\n", markup)))
    for paragraph in text.split("\n"):
        refuse_open_tag(paragraph, str(path))
    text = re.sub(r"\{[{%].*?[%}]\}", lambda tag: tag[0].translate(STRAIGHT), text)
    return re.sub(r"([{%]{2}|\{%)-?(?:p|tr|tc|r) ", r"\1 ", text)
