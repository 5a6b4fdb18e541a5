"""PDF of a flowing form: its body.html, filled by Jinja and laid out by WeasyPrint.

A body is Jinja and CSS. It loads templates from the form's own folder and from `shared`, and pictures from the form's
folder (`docgen:form/seal.svg`) and from the artwork (`docgen:artwork/state-emblem`); nothing else can be reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path

from jinja2 import FileSystemLoader, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from docgen.artwork import MEDIA_TYPES, ArtworkFolders
from docgen.errors import DataError, DocgenError, FormError
from docgen.fields import PictureBytes
from docgen.files import is_inside, read_bytes
from docgen.form import Form, body_folders, with_alternatives
from docgen.messages import _
from docgen.paint.flowing import PAGE_NUMBERS, heading_lines, runs, template_values
from docgen.paint.info import DocumentInfo
from docgen.paint.pdf.archived import write_finished
from docgen.paint.pdf.code_foot import code_foot
from docgen.paint.pdf.long_tables import paint_long
from docgen.paint.pdf.plain_rows import NotPlainRows
from docgen.paint.pdf.table_series import table_series
from docgen.paint.pdf.weasy import head, lay_out
from docgen.paint.press.finish import PLAIN, Finish
from docgen.record import Record
from docgen.templating.bounds import spend
from docgen.templating.templates import EXPRESSION_ERRORS, markup_environment, printable
from docgen.timeouts import TimedOut
from docgen.units import Length, mm

BODY = "body.html"
#: The height that artwork must be sharp at: no emblem of a letterhead is larger.
EMBLEM_HEIGHT = mm(30)
PICTURE_LIMIT = 32 << 20
#: A body of more letters would be laid out for many minutes: it has some 16,000 rows of a report.
BODY_LIMIT = 4_000_000

#: A text of more letters is not remembered.
SHORT = 200

#: The margins at the left, for the binding, and at the right.
LEFT, RIGHT = mm(30), mm(15)
#: House style of the forms whose act leaves the layout free, the usual one of Kazakh offices: 30 mm for the binding,
#: Times 14 pt. A table row breaks only when it is higher than a page.
PAGE_STYLE = """
@page{{size:{width:.4f}mm {height:.4f}mm;margin:20mm {right:g}mm 20mm {left:g}mm}}
body{{margin:0;font-size:14pt;line-height:1.15;hyphens:none;overflow-wrap:anywhere}}
.typed{{white-space:pre-wrap}}
.held{{white-space:nowrap}}
.typed .held{{white-space:pre}}
"""

#: A space between two runs that are held together. WeasyPrint draws no text of spaces alone, so it goes into the first.
_SPACE_BETWEEN = re.compile(r'(?<=[^>])</span> (?=<span class="held">)')

#: Spaces that HTML would not print as typed. Preserved spaces do not hang at a line's end, so other values go without.
_EXACT_SPACES = re.compile(r"^\s|\s$|\s\s|[^\S ]")
_ARTWORK_USED = re.compile(r'<img[^<>]*\ssrc="(docgen:artwork/([\w.-]+))"')
#: A link to anywhere but the document itself, within a tag: a value cannot be one, its < and > are escaped.
_OUTSIDE_LINK = re.compile(r"""<[a-z][^<>]*\shref\s*=\s*(?!["']?#)""", re.IGNORECASE)


def paint_body(form: Form, record: Record, info: DocumentInfo, artwork: ArtworkFolders, finish: Finish = PLAIN) -> bytes:
    """Return the PDF of a flowing form; FormError when its body is wrong, DataError for artwork that is missing."""
    path = _body_path(form)
    body = with_alternatives(_fill_body(path, form, record), form)
    resources = _own_pictures(form.folders)
    given = dict(_pictures_in(record.values))
    for url, name in _ARTWORK_USED.findall(body):
        picture = artwork.load(given.get(name, name), EMBLEM_HEIGHT)
        resources[url] = (picture.content, picture.media_type)
    foot, info = code_foot(form, record, info)
    body += foot.markup
    orientation = "landscape" if form.sheet.width > form.sheet.height else "portrait"
    sizes = {"width": form.sheet.width.mm, "height": form.sheet.height.mm, "left": LEFT.mm, "right": RIGHT.mm}
    style = PAGE_NUMBERS + PAGE_STYLE.format(**sizes)
    begin, end = f"{head(info)}<style>{style}</style></head><body class='{orientation}'>", "</body></html>"
    with _layout_errors(path):
        if (series := table_series(body)) is not None:
            with suppress(NotPlainRows):
                return paint_long(
                    lambda part: lay_out(f"{begin}{part}{end}", resources, foot.drawings), series, info, artwork, finish
                )
        return write_finished(f"{begin}{body}{end}", resources, info, finish, foot.drawings)


def _pictures_in(values: object) -> Iterator[tuple[str, PictureBytes]]:
    """Yield the pictures that a record holds as bytes, by the names that a body prints for them."""
    if isinstance(values, PictureBytes):
        yield str(values), values
    elif isinstance(values, list | Mapping):
        for each in values.values() if isinstance(values, Mapping) else values:
            yield from _pictures_in(each)


def _body_path(form: Form) -> Path:
    """Return the path of the body, which every flowing form has, as is checked when it is loaded."""
    path = form.template(BODY)
    assert path is not None, f"{form.id} is no flowing form"
    return path


def _fill_body(path: Path, form: Form, record: Record) -> str:
    with _body_errors(path):
        environment = _environment(form.folders, form.sheet.width - LEFT - RIGHT)
        body = environment.get_template(BODY).render(template_values(form, record))
    if len(body) > BODY_LIMIT:
        message = _("the document is longer than can be laid out: {count:,} letters", count=len(body))
        hint = _("Split it: {limit:,} letters are the most.", limit=BODY_LIMIT)
        raise DataError.because("document-too-long", message, hint, file=str(path))
    if _OUTSIDE_LINK.search(body):
        hint = _("Write the address as text.")
        raise FormError.because("template-link", _("the page links to somewhere outside it"), hint, file=str(path))
    return _SPACE_BETWEEN.sub(" </span>", body)


@lru_cache(maxsize=64)
def _environment(own: tuple[Path, ...], width: Length) -> ImmutableSandboxedEnvironment:
    """Return the sandbox of one form: its own folders first, then what its neighbours share, then what is shipped.

    `width` is that of the page's text.
    """
    environment = markup_environment(loader=FileSystemLoader(body_folders(own)))
    environment.finalize = _typed
    environment.filters["balanced"] = partial(_balanced, width)
    return environment


def _balanced(width: Length, value: object, column: float | None = None) -> object:
    """Return a heading in which no line is broken but where all are even; of markup, such as a macro makes, its words."""
    if not isinstance(value, str):
        return value
    lines = heading_lines(value.striptags() if isinstance(value, Markup) else value, width, column)
    if len(lines) == 1:
        return value
    spend(len(value))
    return Markup(" ").join(Markup('<span class="held">{}</span>').format(line) for line in lines)


def _typed(value: object) -> object:
    """Return a value as markup that prints it as typed: with every space, `№ 5` and `Б. Сейітқали` on one line.

    It may hold elements, so a body uses it in text, never in an attribute.
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return printable(value)
    spend(len(value))
    return _short_markup(value) if len(value) <= SHORT else _markup_of(value)


def _markup_of(text: str) -> Markup:
    held = _held_together(text)
    return Markup('<span class="typed">{}</span>').format(held) if _EXACT_SPACES.search(text) else held


#: Texts that repeat over the rows of a table are remembered: positions, units, results.
_short_markup = lru_cache(maxsize=4096)(_markup_of)


def _held_together(text: str) -> Markup:
    """Return `text` with a nowrap element around words that must not be parted."""
    return Markup("").join(
        Markup('<span class="held">{}</span>').format(run) if is_unbroken else escape(run) for run, is_unbroken in runs(text)
    )


def _own_pictures(folders: tuple[Path, ...]) -> dict[str, tuple[bytes, str]]:
    """Return the pictures in the folder of the body, by the URL that it names them with; the first folder wins."""
    paths = [path for each in reversed(folders) for path in sorted(each.iterdir()) if is_inside(each, path.name)]
    media_types = {path: MEDIA_TYPES.get(path.suffix.lower(), "") for path in paths}
    return {
        f"docgen:form/{path.name}": (read_bytes(path, PICTURE_LIMIT), media_type)
        for path, media_type in media_types.items()
        if media_type.startswith("image/")
    }


@contextmanager
def _layout_errors(path: Path) -> Iterator[None]:
    """Translate what WeasyPrint raises for a picture or style sheet that is none of the form's own, or a page without end."""
    try:
        yield
    except FormError as error:  # what a structure cannot hold is found where nobody knows the file
        raise FormError([each.at(file=each.where.file or str(path)) for each in error.problems]) from None
    except DocgenError:
        raise
    except TimedOut:
        message, hint = _("the page takes too long to be laid out"), _("Look for tables or boxes within each other, or split it.")
        raise FormError.because("layout-endless", message, hint, file=str(path)) from None
    except RecursionError:
        message, hint = _("the page is nested too deeply"), _("Look for tables or boxes within each other, or split it.")
        raise FormError.because("layout-nested", message, hint, file=str(path)) from None
    except _fetching_error() as error:
        hint = _("Put the file into the form's folder, and name it docgen:form/NAME.")
        message = _("the page asks for a file that is none of the form's: {reason}", reason=error)
        raise FormError.because("template-link", message, hint, file=str(path)) from None


def _fetching_error() -> type[BaseException]:
    """Return WeasyPrint's error, which is imported after `weasy` has prepared its fonts and libraries, not before."""
    from weasyprint.urls import FatalURLFetchingError

    found: type[BaseException] = FatalURLFetchingError
    return found


@contextmanager
def _body_errors(path: Path) -> Iterator[None]:
    """Translate what Jinja and the expressions of a body raise."""
    try:
        yield
    except TemplateSyntaxError as error:
        message = _("this is no template: {reason}", reason=error.message)
        file = error.filename or str(path)
        raise FormError.because("template-damaged", message, file=file, row=error.lineno) from None
    except EXPRESSION_ERRORS as error:
        message = _("the template cannot be filled: {reason}", reason=str(error) or type(error).__name__)
        raise FormError.because("template-wrong", message, file=str(path)) from None
