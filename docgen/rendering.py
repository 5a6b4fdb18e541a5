"""One record → one file: which formats there are, and which painter makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from docgen.artwork import ArtworkFolders, artwork_folders, refuse_strange_artwork
from docgen.compose import Page, Pages, lay
from docgen.compose.page import PRINT_LAYERS
from docgen.errors import UsageError, nearest_hint, visible
from docgen.form import Form, form_for, given_form
from docgen.messages import _
from docgen.paint.info import DocumentInfo, document_info
from docgen.prints import Print
from docgen.record import Record, blank_record, read_record


@dataclass(frozen=True)
class Job:
    """What a painter is asked for. `printed` is full, blank or overprint; `to`, `page` and `dpi`: as `render`."""

    form: Form
    record: Record
    print: Print
    artwork: ArtworkFolders
    page: int = 1
    dpi: float = 150
    engine: str = "press"
    to: str = "pdf"

    @property
    def info(self) -> DocumentInfo:
        return document_info(self.form, [self.record])

    @cached_property
    def pages(self) -> Pages | list[Page]:
        """The pages of a fixed form, as they are to be printed."""
        return lay(self.form, self.record, PRINT_LAYERS[self.print])

    def paint(self) -> bytes:
        """Return the file."""
        return FORMATS[self.to](self)


def _to_pdf(job: Job) -> bytes:
    if not job.form.is_fixed:
        from docgen.paint.pdf.body import paint_body

        return paint_body(job.form, job.record, job.info, job.artwork)
    return ENGINES[job.engine](job)


def _by_weasyprint(job: Job) -> bytes:
    from docgen.paint.pdf.weasy import paint_pages

    return paint_pages(list(job.pages), job.info, job.artwork)


def _by_press(job: Job) -> bytes:
    from docgen.paint.press import press_pages

    return press_pages(job.pages, job.info, job.artwork)


#: What paints the PDF of a fixed form: the same page, as tests hold; the press is quicker, also for a single one.
ENGINES: dict[str, Callable[[Job], bytes]] = {"press": _by_press, "weasyprint": _by_weasyprint}


def _to_docx(job: Job) -> bytes:
    """A form's own template.docx comes first; without one, the composed page becomes a Word page."""
    if job.form.template("template.docx"):
        from docgen.paint.docx.form_template import fill_docx

        return fill_docx(job.form, job.record, job.info, job.artwork)
    from docgen.paint.docx.page import paint_docx

    return paint_docx(job.form, list(job.pages), job.info, job.artwork)


def _to_png(job: Job) -> bytes:
    from docgen.confined.raster import page_png

    return page_png(_to_pdf(job), job.page, job.dpi)


#: Format → its painter. A new format is one new entry.
FORMATS: dict[str, Callable[[Job], bytes]] = {"pdf": _to_pdf, "docx": _to_docx, "png": _to_png}


def render(
    form: Form | str,
    record: Mapping[str, object] | Record | None,
    to: str = "pdf",
    print: Print | str = Print.FULL,
    *,
    forms: Path | str | None = None,
    artwork: Path | str | None = None,
    pictures: Path | None = None,
    page: int = 1,
    dpi: float = 150,
    engine: str = "press",
    on: date | None = None,
) -> bytes:
    """Return one document as the bytes of a file.

    `to` is a format (pdf, docx, png); `print` is full, blank or overprint. With `record` None a blank comes out, to be filled
    by hand. `forms` and `artwork` are folders that are searched first, `beside` is the folder of the record's pictures.
    A form that is named by its id is taken in the wording in force on the day `on`, else on the record's own date.
    `engine` paints the PDF of a fixed form: press, or weasyprint, against which the press is held by tests.

    DataError with every problem of the record, UsageError for an unknown form or format, FormError for a wrong definition.
    """
    options = {"forms": forms, "artwork": artwork, "pictures": pictures, "page": page, "dpi": dpi, "engine": engine, "on": on}
    return prepare(form, record, to, print, **options).paint()


def prepare(
    form: Form | str,
    record: Mapping[str, object] | Record | None,
    to: str,
    print: str,
    *,
    forms: Path | str | None = None,
    artwork: Path | str | None = None,
    pictures: Path | None = None,
    on: date | None = None,
    **options: object,
) -> Job:
    """Return what `render` paints, for whoever asks for more than the file; parameters and errors as there.

    `options` are the page, its dpi and the engine.
    """
    if isinstance(form, str):
        form = form_for(form, record.values if isinstance(record, Record) else record, forms, on)
    form = given_form(form)
    check_choice(to, FORMATS, "format-unknown")
    check_choice(print, PRINT_LAYERS, "print-unknown")
    check_choice(options.get("engine", "press"), ENGINES, "engine-unknown")
    if record is None:
        record, print = blank_record(form), Print.BLANK if form.is_fixed else Print.FULL
    elif not isinstance(record, Record):
        record = read_record(form, record)
    check_print(form, to, print)
    folders = artwork_folders(artwork, pictures)
    refuse_strange_artwork(form.artwork, artwork)
    return Job(form, record, print, folders, to=to, **options)


def check_print(form: Form, to: str, print: Print) -> None:
    """UsageError where blank and overprint cannot be had: a form that flows, or a Word template that prints all there is."""
    if print != Print.FULL and (not form.is_fixed or (to == "docx" and form.template("template.docx"))):
        message = _("“{id}” is printed full only as {to}", id=form.id, to=to)
        raise UsageError.because("print-not-offered", message, _("Leave --print out."))


def check_choice(value: str, choices: Mapping[str, object], code: str) -> None:
    """UsageError when `value` is none of the choices."""
    if not value and code == "format-unknown":
        hint = _("Known are: {names}.", names=", ".join(choices))
        raise UsageError.because(code, _("the name of the file does not tell the format"), hint)
    if not isinstance(value, str) or value not in choices:
        message = _("“{value}” is not offered", value=visible(str(value)[:60]))
        raise UsageError.because(code, message, nearest_hint(str(value), list(choices)))
