"""DOCX by docxtpl, behind one adapter: a template is translated once, and each record then fills what was compiled.

docxtpl patches XML as text, before and after Jinja runs. What it does before is used as it is; what it does after would
change some values, and is done here so that a value is printed exactly as it was typed:

- its escapes `{_{ }_} {_% %_}` are taken from the template, never from a value;
- core properties are not run as templates, and no part is run twice (docxtpl runs footnotes once a section);
- what was filled has to be well-formed, where docxtpl mends it and may lose text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Template, TemplateSyntaxError

from docgen.errors import DataError, FormError
from docgen.messages import _
from docgen.paint.info import DocumentInfo
from docgen.paint.package import (
    CORE,
    Parts,
    core_properties,
    normalise,
    pack,
    parse,
    parts_of_type,
    prepare,
    read_parts,
    serialise,
)
from docgen.templates import EXPRESSION_ERRORS, markup_environment, printable

__all__ = ["compile_template", "fill_template", "normalise", "pack"]

#: How a template writes Jinja's own signs (docxtpl, "Escaping"), and the noncharacters that stand for them meanwhile.
ESCAPES = {"{_{": ("\ufdd0", "{{"), "}_}": ("\ufdd1", "}}"), "{_%": ("\ufdd2", "{%"), "%_}": ("\ufdd3", "%}")}
#: What XML 1.0 cannot hold (2.2), and the four above.
UNPRINTABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufdcf\ufdd4-\ufffd\U00010000-\U0010ffff]")
#: Tags that make columns: the table's grid has to follow them.
COLUMN_TAGS = re.compile(r"\{[{%]-?tc |\{%\s*(?:hm|colspan)\b")
#: The ends of the content types of the parts that take tags.
FILLED_TYPES = tuple(f".{part}+xml" for part in ("document.main", "header", "footer", "footnotes", "endnotes"))
MAIN_TYPE = FILLED_TYPES[0]


@dataclass(frozen=True, slots=True)
class FilledPart:
    """A part of a template that holds tags: compiled, and what has to be mended in it once it is filled."""

    template: Template
    is_main: bool
    has_column_tags: bool


@dataclass(frozen=True, slots=True)
class CompiledTemplate:
    """A Word template, translated: the parts that are the same in every document, and those that a record fills."""

    parts: Parts
    filled: Mapping[str, FilledPart]


def fill_template(template: bytes, values: Mapping[str, object], info: DocumentInfo, *, name: str = "") -> bytes:
    """Return the Word document that `values` make of a docxtpl template; `name` is the template's, for messages.

    Same template, values and info give the same bytes. FormError when the template is no Word document, has a wrong tag
    or points outside itself; DataError for a value with a sign that no document can hold.
    """
    compiled = compile_template(template, name)
    filled = {part: _fill(each, values, name) for part, each in compiled.filled.items()}
    return pack(compiled.parts | filled | {CORE: core_properties(info)})


@lru_cache(maxsize=32)
def compile_template(template: bytes, name: str = "") -> CompiledTemplate:
    """Return the template translated to Jinja and compiled; FormError when it is none."""
    parts = prepare(read_parts(template, name), name)
    if len(main := parts_of_type(parts, name, MAIN_TYPE)) != 1:
        raise FormError.because("template-damaged", _("this is no Word document"), file=name)
    names = parts_of_type(parts, name, *FILLED_TYPES)
    filled = {part: _compile(parts[part], part in main, name) for part in names}
    return CompiledTemplate({part: parts[part] for part in parts if part not in filled}, filled)


def _compile(xml: bytes, is_main: bool, name: str) -> FilledPart:
    from docxtpl import DocxTemplate

    patcher = DocxTemplate(None)
    raw = patcher.xml_to_string(parse(xml, name))
    source = re.sub(r"<w:p([ >])", r"\n<w:p\1", patcher.patch_xml(raw))
    for escape, (mark, _sign) in ESCAPES.items():
        source = source.replace(escape, mark)
    environment = markup_environment()
    environment.finalize = _printed
    with _template_errors(name, source):
        return FilledPart(environment.from_string(source), is_main, bool(COLUMN_TAGS.search(raw)))


def _fill(part: FilledPart, values: Mapping[str, object], name: str) -> bytes:
    from docxtpl import DocxTemplate

    patcher = DocxTemplate(None)
    with _template_errors(name):
        xml = part.template.render(values)
    xml = patcher.resolve_listing(re.sub(r"\n<w:p([ >])", r"<w:p\1", xml))
    for mark, sign in ESCAPES.values():
        xml = xml.replace(mark, sign)
    root = parse(xml, name)
    if part.has_column_tags:
        root = patcher.fix_tables(xml)
    if part.is_main:
        patcher.docx_ids_index = 1000
        patcher.fix_docpr_ids(root)
    return serialise(root)


def _printed(value: object) -> object:
    """Return what a tag prints: nothing for a value that is not there; DataError for a sign that would be lost."""
    if isinstance(value, str) and (found := UNPRINTABLE.search(value)):
        message = _("it holds {name}, which cannot be printed", name=f"U+{ord(found[0]):04X}")
        raise DataError.because("character-unprintable", message, _("Type the text anew."))
    return printable(value)


@contextmanager
def _template_errors(name: str, source: str = "") -> Iterator[None]:
    """Translate what Jinja and a template's expressions raise, with the words of the paragraph where it is known."""
    try:
        yield
    except TemplateSyntaxError as error:
        lines = source.splitlines()[error.lineno - 1 : error.lineno] if source else []
        near = re.sub(r"<[^>]+>", "", "".join(lines)).strip()[:100]
        hint = _("It stands near: {text}", text=near) if near else ""
        message = _("this is no template: {reason}", reason=error.message)
        raise FormError.because("template-damaged", message, hint, file=name) from None
    except EXPRESSION_ERRORS as error:
        message = _("the template cannot be filled: {reason}", reason=str(error) or type(error).__name__)
        raise FormError.because("template-wrong", message, file=name) from None
