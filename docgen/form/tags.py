"""Which names a template takes: body.html directly, template.docx from the text of its parts."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateSyntaxError, nodes

from docgen.archives import DAMAGE
from docgen.errors import FormError
from docgen.files import read_bytes, shipped
from docgen.messages import _
from docgen.templating.sandbox import BoundedEnvironment
from docgen.templating.templates import line_in, markup_environment, names_in, near_error, refuse_open_tag

if TYPE_CHECKING:
    from docgen.form.definition import Form

#: The text over pages of a flowing form.
BODY = "body.html"
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
    try:
        return names_in(_environment(WORD_FILTERS if is_word else BODY_FILTERS), source)
    except TemplateSyntaxError as error:
        message = _("this is no template: {reason}", reason=error.message)
        hint = near_error(error, line_in(source, error.lineno))
        row = None if is_word else error.lineno or None  # Word shows no numbers of lines
        raise FormError.because("template-damaged", message, hint, file=str(path), row=row) from None


def _environment(filters: tuple[str, ...]) -> BoundedEnvironment:
    """Return the sandbox that knows the names of a painter's filters, and none of what they do."""
    environment = markup_environment()
    environment.filters |= dict.fromkeys(filters, str)
    return environment


@lru_cache(maxsize=64)
def body_names(form: Form) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that the body of a flowing form takes from a record, and those that it takes from rows.

    What it imports is given values, and takes none.
    """
    names, of_rows, environment = frozenset[str](), frozenset[str](), _environment(BODY_FILTERS)
    for _path, source in body_sources(form):
        tree = environment.parse(source)
        names |= names_in(environment, source)
        of_rows |= {node.attr for node in tree.find_all(nodes.Getattr)}
        of_rows |= {node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str)}  # tally("result")
    return names, of_rows


def body_sources(form: Form) -> Iterator[tuple[Path, str]]:
    """Yield the body of a flowing form and each template that it includes, with its text."""
    path = form.template(BODY)
    assert path is not None, f"{form.id} is no flowing form"
    waiting, seen = [path], set[Path]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        source = _text(path)
        yield path, source
        tree = markup_environment().parse(source)
        included: list[Any] = [*tree.find_all(nodes.Include), *tree.find_all(nodes.Extends)]
        for node in included:
            if isinstance(node.template, nodes.Const):
                places = (folder / str(node.template.value) for folder in body_folders(form.folders))
                waiting += [found for found in [next(filter(Path.is_file, places), None)] if found]


def body_folders(own: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the folders of a form's templates: its own first, then what its neighbours share, then what is shipped."""
    return (*own, own[-1].parent / "shared", shipped("forms") / "shared")


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
