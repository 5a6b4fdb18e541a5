"""DOCX by docxtpl, behind one adapter: a template is translated once, and each record then fills what was compiled.

docxtpl patches XML as text, before and after Jinja runs. Before, tags are made whole as a tree (`tags`), and then it does its
work; what it does after would change some values, and is done here so that a value is printed exactly as it was typed:

- its escapes `{_{ }_} {_% %_}` are taken from the template, never from a value;
- core properties are not run as templates, and no part is run twice (docxtpl runs footnotes once a section);
- what was filled has to be well-formed, where docxtpl mends it and may lose text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from jinja2 import Template, TemplateRuntimeError, TemplateSyntaxError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from docgen.errors import DataError, FormError
from docgen.messages import _
from docgen.paint.docx.changes import accept_changes
from docgen.paint.docx.closing_rows import tie_closing_rows
from docgen.paint.docx.codes import WordCode, add_code
from docgen.paint.docx.completing import PAGE, PARAGRAPH, complete
from docgen.paint.docx.even_headings import balanced_within
from docgen.paint.docx.insets import InsetPicture, Insets, PictureSource, refuse_unprintable
from docgen.paint.docx.package import (
    CORE,
    Parts,
    attach_images,
    core_properties,
    pack,
    parse,
    parts_of_type,
    prepare,
    read_parts,
    serialise,
)
from docgen.paint.docx.tags import REPLACES, as_compiled, as_typed, join_tags
from docgen.paint.flowing import with_no_break_spaces
from docgen.paint.info import DocumentInfo
from docgen.templating.templates import (
    EXPRESSION_ERRORS,
    line_in,
    line_of,
    markup_environment,
    near,
    near_error,
    printable,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

#: How a template writes Jinja's own signs (docxtpl, "Escaping"), and the noncharacters that replace them meanwhile.
ESCAPES = {"{_{": ("\ufdd0", "{{"), "}_}": ("\ufdd1", "}}"), "{_%": ("\ufdd2", "{%"), "%_}": ("\ufdd3", "%}")}
#: Tags that make columns: the table's grid has to follow them.
COLUMN_TAGS = re.compile(r"\{[{%#]-?tc |\{%\s*(?:hm|colspan)\b")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
#: What docxtpl makes tabs, line breaks, paragraphs and pages of, in a value.
LISTED = re.compile("[\t\n\a\f]")
#: The ends of the content types of the parts that take tags.
FILLED_TYPES = tuple(f".{part}+xml" for part in ("document.main", "header", "footer", "footnotes", "endnotes"))
MAIN_TYPE = FILLED_TYPES[0]
TAG = re.compile(r"\{[{%#]")
#: A field that Word's mail merge fills, with its name.
MERGE_FIELD = re.compile(r'\bMERGEFIELD\s+("[^"]*"|\S+)')
#: What stands for signs while a template is filled: U+FDD0 – U+FDEF in UTF-8.
NONCHARACTERS = re.compile(rb"\xef\xb7[\x90-\xaf]")
#: The name under which a template's tags find their pictures; no name of a template has a space.
INSETS = "docgen insets"


@dataclass(frozen=True, slots=True)
class FilledPart:
    """A part of a template that holds tags: compiled, and what has to be repaired in it once it is filled."""

    template: Template
    #: The template's text with a line for each paragraph, to find where a tag is.
    source: str
    is_main: bool
    has_column_tags: bool


@dataclass(frozen=True, slots=True)
class CompiledTemplate:
    """A Word template, translated: the parts that are the same in every document, and those that a record fills."""

    parts: Parts
    filled: Mapping[str, FilledPart]


def no_pictures(name: str, _height: object, _width: object) -> InsetPicture:
    """Refuse a picture, in a document that has no folder to take it from."""
    message = _("there is no folder to take the picture “{name}” from", name=name[:60])
    raise DataError.because("picture-missing", message, _("Keep the record in a file, and the picture beside it."))


def fill_template(
    template: bytes,
    values: Mapping[str, object],
    info: DocumentInfo,
    *,
    name: str = "",
    pictures: PictureSource = no_pictures,
    flows: bool = False,
    images: Mapping[str, tuple[str, bytes]] | None = None,
    codes: Sequence[WordCode] = (),
) -> bytes:
    """Return the Word document that `values` make of a docxtpl template; `name` is the template's, for messages.

    Where the text `flows`, what must stay on one line (`12 қаңтар`) gets no-break spaces, and what closes the document stays
    with its table (`closing_rows`); else all is as it was typed.

    `images` are pictures that the values show, by their links in the main part: file name and content. `codes` are added to what
    was filled.

    Same template, values and info give the same bytes. FormError when the template is no Word document, has a wrong tag
    or points outside itself; DataError for a value with a sign that no document can hold, or a picture that is none.
    """
    compiled = compile_template(template, name)
    parts = dict(compiled.parts)
    for part, each in compiled.filled.items():
        insets = Insets(pictures, flows)
        if each.is_main:
            insets.images |= {**(images or {}), **{code.link: code.file for code in codes}}
        parts[part] = fill_part(each, values, insets, name, codes if each.is_main else ())
        if insets.images:
            parts = attach_images(parts, part, insets.images, name)
    return pack(parts | {CORE: core_properties(info)})


@lru_cache(maxsize=32)
def compile_template(template: bytes, name: str = "") -> CompiledTemplate:
    """Return the template translated to Jinja and compiled; FormError when it is none."""
    parts = prepare(read_parts(template, name), name)
    if len(main := parts_of_type(parts, name, MAIN_TYPE)) != 1:
        hint = _("Save it anew in Word, as a .docx file.")
        raise FormError.because("template-damaged", _("this is no Word document"), hint, file=name)
    names = parts_of_type(parts, name, *FILLED_TYPES)
    filled = {part: compile_part(parts[part], part in main, name) for part in names}
    _refuse_without_tags(filled, name)
    return CompiledTemplate({part: parts[part] for part in parts if part not in filled}, filled)


def compile_part(xml: bytes, is_main: bool, name: str = "") -> FilledPart:
    """Return a part of a template, `is_main` the document itself, translated to Jinja and compiled; FormError for a wrong one."""
    from docxtpl import DocxTemplate

    if NONCHARACTERS.search(xml):
        raise FormError.because(
            "template-damaged", _("it holds {name}, which cannot be printed", name="U+FDD0 – U+FDEF"), file=name
        )
    root = parse(xml, name)
    accept_changes(root)
    _refuse_mail_merge(root, name)
    join_tags(root, name)
    patcher = DocxTemplate(None)
    raw = patcher.xml_to_string(root)
    patched = re.sub(r"<w:p([ >])", r"\n<w:p\1", patcher.patch_xml(raw))
    for escaped, (stand_in, _sign) in ESCAPES.items():
        patched = patched.replace(escaped, stand_in)
    environment = markup_environment()
    environment.finalize = _printed
    environment.filters |= {
        "picture": _picture,
        "paragraphs": _paragraphs,
        REPLACES: _replaces,
        "balanced": balanced_within(root),
    }
    source = as_typed(patched)
    with _template_errors(name, source):
        return FilledPart(environment.from_string(as_compiled(patched)), source, is_main, bool(COLUMN_TAGS.search(raw)))


def _refuse_mail_merge(root: _Element, name: str) -> None:
    """Raise FormError for a field of Word's mail merge, whose name would be printed in place of a value."""
    codes = [each.get(f"{WORD}instr", "") for each in root.iter(f"{WORD}fldSimple")]
    codes += ["".join([code.text or "" for code in each.iter(f"{WORD}instrText")]) for each in root.iter(f"{WORD}p")]
    if found := next(filter(None, map(MERGE_FIELD.search, codes)), None):
        field = found[1].strip('"')
        message = _("“{field}” is a field of Word's mail merge, which is not filled here", field=field)
        raise FormError.because(
            "template-mail-merge", message, _("Write {{{{ {field} }}}} in its place.", field=field), file=name
        )


def _refuse_without_tags(filled: Mapping[str, FilledPart], name: str) -> None:
    """Raise FormError where nothing of a record would be printed: the template may be another program's."""
    if not any(TAG.search(part.source) for part in filled.values()):
        message = _("there is no tag in it: nothing of the data would be printed")
        hint = _("Write the names of the data where they are to be printed, as {{{{ surname }}}}.")
        raise FormError.because("template-no-tags", message, hint, file=name)


def fill_part(
    part: FilledPart,
    values: Mapping[str, object],
    insets: Insets,
    name: str = "",
    codes: Sequence[WordCode] = (),
    drawn: int = 0,
) -> bytes:
    """Return what `values` make of a part. `drawn` is how many drawings there are before it: no two have the same number.

    Errors as of `fill_template`.
    """
    from docxtpl import DocxTemplate

    patcher = DocxTemplate(None)
    with _template_errors(name, part.source):
        xml = part.template.render({**values, INSETS: insets})
    xml = re.sub(r"\n<w:p([ >])", r"<w:p\1", xml)
    if LISTED.search(xml):
        xml = patcher.resolve_listing(xml)
    for stand_in, sign in ESCAPES.values():
        xml = xml.replace(stand_in, sign)
    root = parse(xml, name)
    if insets.is_rich:
        _refuse_nested_runs(root, name)
    if part.has_column_tags:
        root = patcher.fix_tables(xml)
    complete(root, name)
    for code in codes:
        add_code(root, code)
    if part.is_main and insets.flows:
        tie_closing_rows(root)
    if part.is_main:
        for number, drawing in enumerate(root.iter(DRAWING), 1001 + drawn):  # as docxtpl numbers them
            drawing.set("id", str(number))
    return serialise(root)


def _refuse_nested_runs(root: _Element, name: str) -> None:
    """Raise FormError where a rich text was put into plain text: to Word such a document is damaged."""
    from lxml import etree

    for text in root.iter(f"{WORD}t"):
        if len(text):
            words = etree.tostring(text, method="text", encoding="unicode", with_tail=False)
            message = _("a rich text stands in a plain tag")
            hint = _("Write its tag with an r, as {{{{r note }}}}. {near}", near=near(words))
            raise FormError.because("template-wrong", message, hint, file=name)


@pass_context
def _printed(context: Context, value: object) -> object:
    """Return what a tag prints: nothing for a missing value; DataError for a character that would be lost."""
    if isinstance(value, Mapping):
        return context[INSETS].inset(value)
    if isinstance(value, str) and not isinstance(value, Paragraphs):
        refuse_unprintable(value)
    printed = printable(value)
    if isinstance(printed, str) and not isinstance(printed, Markup) and context[INSETS].flows:
        return with_no_break_spaces(printed)
    return printed


@pass_context
def _picture(context: Context, name: object, height: object = None, width: object = None, alt: object = None) -> object:
    return context[INSETS].picture(name, height, width, alt)


class Paragraphs(Markup):
    """The text of a value whose lines become paragraphs."""


@pass_context
def _paragraphs(context: Context, value: object) -> object:
    """Return a text whose line feeds begin paragraphs of the same look, and whose form feeds (U+000C) begin pages."""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n")
    refuse_unprintable(text.replace("\f", ""))
    text = with_no_break_spaces(text) if context[INSETS].flows else text
    return Paragraphs(escape(text).replace("\n", PARAGRAPH).replace("\f", PAGE))


@pass_context
def _replaces(context: Context, value: object, kind: str) -> object:
    """Return what replaces the run, paragraph, row or cell of a tag: rich text, for a run; an error for anything else."""
    if value in (None, ""):
        return ""
    if kind != "r":
        raise TemplateRuntimeError(_("a tag with {kind} takes no value; write it as {{{{ … }}}}", kind=kind))
    if not isinstance(value, Mapping) or value.keys() != {"rich"}:
        raise TemplateRuntimeError(_("a tag with r takes rich text alone; write it as {{{{ … }}}}"))
    return context[INSETS].inset(value)


@contextmanager
def _template_errors(name: str, source: str) -> Iterator[None]:
    """Translate what Jinja and a template's expressions raise, with the words of the paragraph that it stands in."""
    try:
        yield
    except TemplateSyntaxError as error:
        message = _("this is no template: {reason}", reason=error.message)
        hint = near_error(error, _paragraph(source, error.lineno))
        raise FormError.because("template-damaged", message, hint, file=name) from None
    except EXPRESSION_ERRORS as error:
        message = _("the template cannot be filled: {reason}", reason=str(error) or type(error).__name__)
        hint = near(_paragraph(source, line_of(error)))
        raise FormError.because("template-wrong", message, hint, file=name) from None


def _paragraph(source: str, line: int | None) -> str:
    """Return the words of a line of a template's source, which holds one paragraph."""
    return unescape(re.sub(r"<[^>]+>", "", line_in(source, line)))
