"""One record → one file: which formats there are, and which painter makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from docgen import clock
from docgen import fonts as faces
from docgen.artwork import ArtworkFolders, artwork_folders, refuse_strange_artwork
from docgen.compose import Page, Pages, lay, refuse_stock
from docgen.compose.page import PRINT_LAYERS
from docgen.errors import DataError, Problem, UsageError, nearest_hint, visible
from docgen.files import read_bytes
from docgen.form import Form, backed, coded, form_for, given_form, silent_pictures, worded
from docgen.messages import _
from docgen.paint.info import DocumentInfo, dated, document_info, template_info
from docgen.paint.press import PLAIN, Finish, PressOptions, finish_for, press_file
from docgen.prints import Print
from docgen.purposes import Purpose
from docgen.record import Record, blank_record, read_record

if TYPE_CHECKING:
    from docgen.codes import Signer
    from docgen.inputs import GivenRecord
    from docgen.inputs.sources import PlacedSource
    from docgen.signatures import PdfSigner
    from docgen.tables import File


@dataclass(frozen=True, slots=True)
class RenderedDocument:
    """A document that was made: its file, its record, and of a batch its row.

    `number` is what the register gave it, or that of the record, empty where it has none. `pages` is how many there are, None
    for a form that flows, whose painter alone knows.
    """

    content: bytes
    record: Record
    pages: int | None = None
    number: str = ""
    row: int = 0
    #: On pictures that a screen reader passes over, and on the signature of the PDF.
    remarks: tuple[Problem, ...] = ()

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What was mended in the record, and remarks."""
        return (*self.record.notes, *self.remarks)


@dataclass(frozen=True)
class Rendering:
    """A document on its way: its form and record, and how it is painted; `to`, `page`, `dpi` and `engine` as for `render`."""

    form: Form
    record: Record
    print: Print
    artwork: ArtworkFolders
    page: int = 1
    dpi: float = 150
    engine: str = "press"
    to: str = "pdf"
    finish: Finish = PLAIN
    #: Where the record comes from, for the places of its problems; None for an object of the caller.
    source: PlacedSource | None = None
    #: What signs the PDF; None leaves it unsigned.
    pdf_signer: PdfSigner | None = None

    @property
    def info(self) -> DocumentInfo:
        """The metadata of the file."""
        info = document_info(self.form, [self.record], print=self.print)
        return info if self.finish.is_attached else info.without_content()

    @cached_property
    def pages(self) -> Pages | list[Page]:
        """The pages of a fixed form, as they are to be printed."""
        if self.print != Print.FULL:
            refuse_stock(self.form, self.record)
        return lay(self.form, self.record, PRINT_LAYERS[self.print])

    def paint(self) -> bytes:
        """Return the file; raise DataError, each problem in its place, for what does not fit or cannot be printed."""
        try:
            if self.pdf_signer:
                refuse_unsignable(self.form, self.record, self.pdf_signer)
            content = FORMATS[self.to](self)
            return self.pdf_signer.signed(content, self.info.dated) if self.pdf_signer else content
        except DataError as error:
            placed = self.source.placed if self.source else list
            raise DataError(placed(error.problems), list(self.record.notes)) from None

    def document(self, row: int = 0) -> RenderedDocument:
        """Return the document with its file; errors as of `paint`."""
        content = self.paint()
        pages = len(self.pages) if self.form.is_fixed else None
        silent = silent_pictures(self.form) if self.finish.is_tagged else ()
        remarks = (*silent, *(self.pdf_signer.remarks if self.pdf_signer else ()))
        return RenderedDocument(content, self.record, pages, str(self.record.values.get("number") or ""), row, remarks)


def _to_pdf(rendering: Rendering) -> bytes:
    if not rendering.form.is_fixed:
        from docgen.paint.pdf.body import paint_body

        return paint_body(rendering.form, rendering.record, rendering.info, rendering.artwork, rendering.finish)
    return ENGINES[rendering.engine](rendering)


def _by_weasyprint(rendering: Rendering) -> bytes:
    from docgen.paint.pdf.weasy import paint_pages

    return paint_pages(list(rendering.pages), rendering.info, rendering.artwork)


def _by_press(rendering: Rendering) -> bytes:
    pages = rendering.pages
    once = pages.taken() if isinstance(pages, Pages) else pages
    return press_file(once, rendering.info, rendering.artwork, rendering.finish, rendering.form)


#: What paints the PDF of a fixed form: the same page, as tests hold; the press is quicker, also for a single one.
ENGINES: dict[str, Callable[[Rendering], bytes]] = {"press": _by_press, "weasyprint": _by_weasyprint}


def _to_docx(rendering: Rendering) -> bytes:
    """Fill the form's own template.docx; without one, the composed page becomes a Word page."""
    if rendering.form.template("template.docx"):
        from docgen.paint.docx.form_template import fill_docx

        return fill_docx(rendering.form, rendering.record, rendering.info, rendering.artwork)
    from docgen.paint.docx.page import paint_docx

    return paint_docx(rendering.form, list(rendering.pages), rendering.info, rendering.artwork)


def _to_png(rendering: Rendering) -> bytes:
    from docgen.confined import page_png

    return page_png(_to_pdf(rendering), rendering.page, rendering.dpi)


#: Format → its painter. A new format is one new entry.
FORMATS: dict[str, Callable[[Rendering], bytes]] = {"pdf": _to_pdf, "docx": _to_docx, "png": _to_png}


class RenderOptions(TypedDict, total=False):
    """What `render` and `issue` take alike, all of it optional."""

    #: Fields given in the call; they win over those of the record.
    values: Mapping[str, object]
    #: The format of a record or table that is given as bytes or as a stream.
    format: str | None
    #: Headings of a table to leave out, and headings with the fields that they hold (`open_table`).
    ignore: Iterable[str]
    columns: Mapping[str, str] | None
    #: Of a person in several lists, keep the first row alone.
    skip_doubles: bool
    #: Folders that are searched first: of forms, of artwork; and the folder of the record's pictures.
    forms: Path | str | None
    artwork: Path | str | None
    pictures: Path | str | None
    #: Which page a PNG shows, and its resolution.
    page: int
    dpi: float
    #: What paints the PDF of a fixed form: `press`, or `weasyprint`, against which tests hold the press.
    engine: str
    #: The day whose edition of the form is taken; without it the record's own date decides.
    on: date | None
    #: What the PDF is for: `archive` (PDF/A-2, PDF/UA-1) where nothing is said, `plain`, or `press` (PDF/X-4), with the print
    #: shop's own profile and bleed.
    purpose: Purpose | str | None
    press: PressOptions | None
    #: Attach the printed fields to a PDF for the archive, in canonical form: it is PDF/A-3a then.
    attach_record: bool
    #: What pictures show, in words, by their names: of those of which the form does not say it.
    alternatives: Mapping[str, str]
    #: Print the back of the form too, as the last page.
    back: bool
    #: The key that signs the document's code; None prints none.
    signer: Signer | None
    #: What signs the PDF itself (`docgen.signatures.open_pdf_signer`); None leaves it unsigned.
    pdf_signer: PdfSigner | None


def render(
    form: Form | str,
    record: GivenRecord | Record | None = None,
    to: str = "pdf",
    print: Print | str = Print.FULL,
    *,
    fonts: Path | str | None = None,
    time: datetime | None = None,
    **options: Unpack[RenderOptions],
) -> bytes:
    """Return one document as the bytes of a file.

    `record` is a mapping of fields to values, a file (a path, bytes or a stream: JSON, TOML, YAML, or a workbook), what
    `open_table` returns, or a list of files for a form that gathers lists. Without a record, `print="blank"` makes a blank to be
    filled by hand. `to` is a format (pdf, docx, png); `print` is full, blank or overprint.

    A form that is named by its id is taken in the edition in force on the day `on`, else on the record's own date. `fonts` is a
    folder with Times New Roman, else `DOCGEN_FONTS`; `time` is the date of the file's metadata, else that of `SOURCE_DATE_EPOCH`
    or the record's. Further options are those of `RenderOptions`.

    Raise DataError with every problem of the record, UsageError for a wrong call, FormError for a wrong definition.
    """
    with settled(fonts, time):
        return prepare(form, record, to, print, **options).paint()


@contextmanager
def settled(fonts: Path | str | None, time: datetime | None) -> Iterator[None]:
    """Use the faces of a folder and a time until the block ends; None leaves either as it is."""
    with clock.fixed(time), faces.settled(fonts):
        yield


def prepare(
    form: Form | str,
    record: GivenRecord | Record | None,
    to: str,
    print: Print | str,
    *,
    values: Mapping[str, object] | None = None,
    format: str | None = None,
    ignore: Iterable[str] = (),
    columns: Mapping[str, str] | None = None,
    skip_doubles: bool = False,
    forms: Path | str | None = None,
    artwork: Path | str | None = None,
    pictures: Path | str | None = None,
    page: int = 1,
    dpi: float = 150,
    engine: str = "press",
    on: date | None = None,
    purpose: Purpose | str | None = None,
    press: PressOptions | None = None,
    attach_record: bool = False,
    alternatives: Mapping[str, str] | None = None,
    back: bool = False,
    signer: Signer | None = None,
    pdf_signer: PdfSigner | None = None,
) -> Rendering:
    """Return what `render` paints, for whoever asks for more than the file; parameters and errors as there."""
    check_choice(to, FORMATS, "format-unknown")
    check_choice(print, PRINT_LAYERS, "print-unknown")
    check_choice(engine, ENGINES, "engine-unknown")
    print, source, finish = Print(print), None, finish_for(purpose_of(purpose, to, engine), press, attach_record)
    (press or PressOptions()).refuse_fields()
    if record is None or isinstance(record, Record):
        loaded = form_for(form, getattr(record, "values", None), forms, on) if isinstance(form, str) else given_form(form)
        if record is None:
            record, print = _blank(loaded, print)
    elif isinstance(record, Mapping) and not skip_doubles:
        raw = {**record, **values} if values else record
        loaded = form_for(form, raw, forms, on) if isinstance(form, str) else given_form(form)
        record = read_record(loaded, raw)
    else:
        from docgen.inputs import open_record, read_given

        loaded, source = open_record(
            form, record, values=values, format=format, ignore=ignore, columns=columns, forms=forms, on=on
        )  # fmt: skip
        record = read_given(loaded, source, skip_doubles=skip_doubles)
        pictures = source.folder if pictures is None else pictures
    if back:
        loaded = backed(loaded)
        check_back(loaded, to)
    if signer:
        loaded = signed_form(loaded, signer, to)
    if alternatives:
        loaded = worded(loaded, alternatives)
    check_print(loaded, to, print)
    check_finish(loaded, to, finish, engine)
    check_attached(attach_record, is_blank=record.is_blank or print == Print.BLANK)
    if pdf_signer:
        check_signable(to, print, finish.purpose)
    folders = artwork_folders(artwork, None if pictures is None else Path(pictures))
    refuse_strange_artwork(loaded.artwork, artwork)
    return Rendering(loaded, record, print, folders, page, dpi, engine, to, finish, source, pdf_signer)


def render_template(template: Path, data: File) -> bytes:
    """Return a Word template that belongs to no form, filled with a record as forms are; pictures are those beside the record.

    Raise DataError for a record or picture that cannot be used, FormError for a wrong template.
    """
    from docgen.inputs.record import folder_of, read_raw
    from docgen.paint.docx.pictures import from_folder
    from docgen.paint.docx.templates import fill_template

    info, pictures = template_info(template.stem), from_folder(folder_of(data))
    return fill_template(read_bytes(template), read_raw(data), info, name=str(template), pictures=pictures)


def _blank(form: Form, print: Print) -> tuple[Record, Print]:
    """Return the record of a blank, and how it is printed; raise UsageError unless a blank is asked for."""
    if print != Print.BLANK:
        hint = _('A blank to fill by hand takes no record: render(form, print="blank").')
        raise UsageError.because("record-missing", _("no record is given"), hint)
    return blank_record(form), Print.BLANK if form.is_fixed else Print.FULL


def check_print(form: Form, to: str, print: Print) -> None:
    """Raise UsageError where blank and overprint cannot be had: a form that flows, or a Word template that prints all."""
    if print != Print.FULL and (not form.is_fixed or (to == "docx" and form.template("template.docx"))):
        message = _("“{id}” is printed full only as {to}", id=form.id, to=to)
        raise UsageError.because("print-not-offered", message, _("Leave --print out."))


def check_finish(form: Form, to: str, finish: Finish, engine: str = "press") -> None:
    """Raise UsageError where a file for its purpose cannot be had: of a flowing form for the press, other than PDF."""
    if finish.purpose == Purpose.PLAIN:
        return
    if to != "pdf" or (form.is_fixed and engine != "press") or (finish.purpose == Purpose.PRESS and not form.is_fixed):
        message = _("“{id}” cannot be printed with --for {purpose} as {to}", id=form.id, purpose=finish.purpose, to=to)
        hint = _("For the archive there are PDF files of all forms, for the press those of certificates and registers.")
        raise UsageError.because("purpose-not-offered", message, hint)
    if finish.purpose == Purpose.ARCHIVE:
        _refuse_licence()


def check_attached(attach_record: bool, *, is_blank: bool) -> None:
    """Raise UsageError where a record is to be attached to a blank, which has none."""
    if attach_record and is_blank:
        message, hint = _("a blank has no record to be attached"), _("Leave --attach-record out, or give it a record.")
        raise UsageError.because("attachment-of-blank", message, hint)


def _refuse_licence() -> None:
    """Raise UsageError for a face whose licence forbids to embed it (ISO 19005-2, 6.2.11.4.1; ISO 14289-1, 7.21.4.1)."""
    if found := _unembeddable(faces.family()):
        message = _("the licence of this face forbids to put it into a file: one for the archive may not have it")
        hint = _("Name a folder with other faces in DOCGEN_FONTS, or print it --for plain.")
        raise UsageError.because("font-not-embeddable", message, hint, file=str(found.path))


@lru_cache(maxsize=4)
def _unembeddable(family: faces.Family) -> faces.Face | None:
    return next((face for face in family.faces if face.file.forbids_embedding), None)


def purpose_of(purpose: Purpose | str | None, to: str, engine: str = "press") -> Purpose | str:
    """Return what a file is for: by default a PDF is for the archive, unless WeasyPrint paints a fixed form."""
    if purpose is not None:
        return purpose
    return Purpose.ARCHIVE if to == "pdf" and engine == "press" else Purpose.PLAIN


def signed_form(form: Form, signer: Signer, to: str) -> Form:
    """Return a form whose documents, files of a format, carry a code signed by a key; errors as of `coded`.

    UsageError where a format has no back, on which the code stands.
    """
    from docgen.codes import DocumentCoder

    if to == "docx" and form.is_coded_on_back:
        message = _("the signed code of “{id}” stands on its back, which is not printed as {to}", id=form.id, to=to)
        raise UsageError.because("code-on-back", message, _("Print it as PDF, with --back: the act prescribes the front."))
    return coded(form, DocumentCoder(signer))


def check_signable(to: str, print: Print, purpose: Purpose) -> None:
    """Raise UsageError for files that nobody signs: other than PDF, for a press, or of a part of what a document prints."""
    if to != "pdf" or purpose == Purpose.PRESS:
        message = _("a file as {to} for {purpose} is not signed", to=to, purpose=purpose)
        raise UsageError.because("pdf-signature-not-offered", message, _("Print it as PDF, --for archive or plain, to sign it."))
    if print != Print.FULL:
        message = _("a document is signed whole, not {print}", print=print)
        raise UsageError.because("pdf-signature-not-offered", message, _("Leave --print out."))


def refuse_unsignable(form: Form, record: Record, pdf_signer: PdfSigner) -> None:
    """Raise DataError for a document without a day of its own, or of a day on which the certificate is not valid."""
    moment = dated(form, record)
    if moment is None:
        message = _("the document has no day of its own, of which it could be signed")
        raise DataError.because("pdf-signature-no-day", message, _("Set {name} to seconds since 1970.", name=clock.SETTING))
    pdf_signer.check_day(moment.date(), form.dated)


def check_back(form: Form, to: str) -> None:
    """Raise UsageError where a back cannot be had: in a Word document."""
    if form.is_backed and to == "docx":
        message = _("“{id}” is printed without its back as {to}", id=form.id, to=to)
        raise UsageError.because("back-not-offered", message, _("Print it as PDF, or leave --back out."))


def check_choice(value: object, choices: Mapping[str, object] | Mapping[Print, object], code: str) -> None:
    """Raise UsageError when `value` is none of the choices."""
    known = [str(name) for name in choices]
    if not value and code == "format-unknown":
        hint = _("Known are: {names}.", names=", ".join(known))
        raise UsageError.because(code, _("the name of the file does not say the format"), hint)
    if not isinstance(value, str) or value not in known:
        message = _("“{value}” is not offered", value=visible(str(value)[:60]))
        raise UsageError.because(code, message, nearest_hint(str(value), known))
