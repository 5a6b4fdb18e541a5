"""What a form is, once its definition has been read: fields, act, sheet and places, or fields, act and a body that flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from docgen.errors import UsageError
from docgen.fields import Date, Field, Rows
from docgen.fields.keys import (
    DISTANCE,
    FIELD_NAME,
    LABELS,
    NAME,
    NAMES,
    PLAIN_TEXT,
    SIZE,
    TABLE,
    TABLES,
    TEXT,
    WHOLE,
    Raw,
    choice,
    key,
)
from docgen.form.editions import Period
from docgen.form.lexicon import Lexicon
from docgen.form.numbering import Numbering
from docgen.form.places import Code, Frame, Picture, Place, Table, Text
from docgen.form.rules import Rule
from docgen.messages import _
from docgen.units import ZERO, Box, Length, mm


@dataclass(frozen=True, kw_only=True)
class Act:
    """The act that prescribes a document or asks for it. `force` is what it says of its beginning and end but for dates."""

    name: str = key(TEXT)
    edition: str = key(TEXT, "")
    clause: str = key(TEXT, "")
    deadline: str = key(TEXT, "")
    force: str = key(TEXT, "")


@dataclass(frozen=True, kw_only=True)
class Annex:
    """The heading that an annex opens with, upper right: the rules it belongs to, its number, `Нысан`."""

    to: str = key(PLAIN_TEXT)
    number: int = key(WHOLE, 0)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the heading, without `Нысан`."""
        return (self.to, f"{self.number}-қосымша" if self.number else "қосымша")


@dataclass(frozen=True, kw_only=True)
class Journal:
    """What the register's journal of a form is called; `to` and `number` are the heading of the annex that prescribes it."""

    title: str = key(PLAIN_TEXT)
    to: str = key(PLAIN_TEXT, "")
    number: int = key(WHOLE, 0)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The sheet of paper, and the margins left and right of the column that text is set in."""

    clause: str = key(TEXT, "")
    width: Length = key(SIZE)
    height: Length = key(SIZE)
    margin: Length = key(DISTANCE, mm(20))
    top: Length = key(DISTANCE, mm(15))

    @property
    def box(self) -> Box:
        """The whole sheet."""
        return Box(ZERO, ZERO, self.width, self.height)

    @property
    def column(self) -> Box:
        """The box that text is set in."""
        return Box(self.margin, self.top, self.width - self.margin * 2, self.height - self.top * 2)


@dataclass(frozen=True, kw_only=True)
class Back:
    """The back of a page: its own places, and margins where they are others than the sheet's."""

    margin: Length | None = key(DISTANCE, None)
    top: Length | None = key(DISTANCE, None)
    place: tuple[Raw, ...] = key(TABLES)


@dataclass(frozen=True, kw_only=True)
class Definition:
    """The keys at the top of a form.toml; tables that need more than one reader are read by `load`."""

    id: str = key(NAME)
    extends: str = key(NAME, "")
    title: Mapping[str, str] = key(LABELS)
    layout: str = key(choice("prescribed", "house"))
    act: Raw = key(TABLE)
    annex: Raw | None = key(TABLE, None)
    sheet: Raw = key(TABLE)
    field: tuple[Raw, ...] = key(TABLES)
    place: tuple[Raw, ...] = key(TABLES, ())
    order: tuple[str, ...] = key(NAMES, ())
    dated: str = key(FIELD_NAME, "")
    rule: tuple[Raw, ...] = key(TABLES, ())
    register: Raw | None = key(TABLE, None)
    headings: Raw | None = key(TABLE, None)
    journal: Raw | None = key(TABLE, None)
    back: Raw | None = key(TABLE, None)


class Coder(Protocol):
    """What makes the symbol of a signed code."""

    @property
    def key_id(self) -> str:
        """The key that it signs with, in hexadecimal."""

    def symbol(self, form: Form, record: Any) -> Any:
        """Return the `docgen.compose.page.Symbol` of a `docgen.record.Record`; raise DataError for one that cannot be signed."""

    def says_all(self, form: Form, record: Any) -> bool:
        """Return whether the code of a record holds its fields, not their hash alone; errors as of `symbol`."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Form:
    """A kind of document, in one edition. A fixed form has places; a flowing one has a body.html and a template.docx."""

    id: str
    title: Mapping[str, str]
    layout: str
    act: Act
    annex: Annex | None
    sheet: Sheet
    fields: tuple[Field, ...]
    places: tuple[Place, ...]
    #: Fields whose dates must not run backwards, first to last.
    order: tuple[str, ...]
    #: What its act says of its dates and sense.
    rules: tuple[Rule, ...]
    numbering: Numbering
    #: What offices write above the columns of a table of its fields.
    lexicon: Lexicon
    #: What its journal is called, None where nothing says so.
    journal: Journal | None
    #: The date by which a document's edition is chosen, empty where it has none.
    dated: str
    #: When the edition is in force, and whether somebody asked for it (`--on`) whatever the record's date.
    period: Period
    is_chosen: bool
    #: Where its files lie: the edition's own folder, then the form's.
    folders: tuple[Path, ...]
    digest: str
    #: The back of its page, as a form of the same fields; None where it has none.
    back: Form | None = None
    #: Whether the back is printed too: a document is then two pages, front and back.
    is_backed: bool = False
    #: Its signed code, and texts that come with it: among its places where a document is signed (`coded`).
    code_places: tuple[Place, ...] = ()
    #: What makes the code of a record, None where nobody signs.
    coder: Coder | None = None
    #: What pictures show, in words that a job or a call gives (`worded`): pairs of the picture's name and the words.
    alternatives: tuple[tuple[str, str], ...] = ()
    #: The key of the form whose journal it is, where that has a heading or title of its own (`journal_of`).
    journal_for: str = ""

    @cached_property
    def key(self) -> str:
        """What a finished file says of itself: the id, with a day on which the edition holds where it has dates.

        A journal says after a stroke whose it is: `certificate-register/retraining-certificate`.
        """
        own = f"{self.id}@{self.period.day}" if self.period.day else self.id
        return f"{own}/{self.journal_for}" if self.journal_for else own

    @cached_property
    def lacks_for_numbers(self) -> str | None:
        """The field without which the register cannot number the form; None where it has all."""
        names = {field.name for field in self.fields}
        needed = {"number": "number", "organization": self.numbering.organization, "issued": self.numbering.issued}
        return next((role for role, name in needed.items() if name not in names), None)

    @cached_property
    def sides(self) -> tuple[Form, ...]:
        """What is printed, each with its own places: the front alone, or front and back."""
        return (replace(self, is_backed=False), self.back) if self.is_backed and self.back else (self,)

    @cached_property
    def is_fixed(self) -> bool:
        """Whether the form has places; else it flows."""
        return bool(self.places)

    @cached_property
    def rows(self) -> tuple[Rows, ...]:
        """The fields that hold rows, in order."""
        return tuple(field for field in self.fields if isinstance(field, Rows))

    @cached_property
    def own_fields(self) -> tuple[Field, ...]:
        """The fields that hold one value a record, or a list of texts: all but the rows."""
        return tuple(field for field in self.fields if not isinstance(field, Rows))

    @cached_property
    def dates(self) -> tuple[str, ...]:
        """The names of the fields that are dates."""
        return tuple(field.name for field in self.fields if isinstance(field, Date))

    @cached_property
    def gathering(self) -> Rows | None:
        """The rows that are gathered from documents of another form, where the form has such."""
        return next((rows for rows in self.rows if rows.gathers), None)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """The texts of the pages, in order."""
        return tuple(place for place in self.places if isinstance(place, Text))

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures of the pages, in order: emblems, and those that a record brings."""
        return tuple(place for place in self.places if isinstance(place, Picture))

    @cached_property
    def prints_pictures(self) -> bool:
        """Whether a place, of the front or of a back that is printed, prints a picture that a record brings."""
        return any(place.field for side in self.sides for place in side.pictures)

    def prints(self, name: str) -> bool:
        """Return whether a text of its places prints a field."""
        return any(name in place.text.names for place in self.texts)

    @cached_property
    def code(self) -> Code | None:
        """Where its signed code stands, where the form has one."""
        return next((place for place in self.code_places if isinstance(place, Code)), None)

    @cached_property
    def is_coded_on_back(self) -> bool:
        """Whether its signed code has its place on the back alone."""
        return self.code is None and self.back is not None and self.back.code is not None

    @cached_property
    def forbids_code(self) -> bool:
        """Whether its act prescribes this page, and leaves no room on it for a signed code: that is on its back, or nowhere."""
        return self.layout == "prescribed" or (self.is_coded_on_back and any(place.clause for place in self.places))

    @cached_property
    def is_coded_at_foot(self) -> bool:
        """Whether its signed code stands at the foot of the document: of one that flows, where no act lays it out."""
        return not self.is_fixed and self.layout == "house"

    @cached_property
    def frame(self) -> Frame | None:
        """The ornament frame, where the form has one."""
        return next((place for place in self.places if isinstance(place, Frame)), None)

    @cached_property
    def table(self) -> Table | None:
        """The table that flows over the pages, where the form has one."""
        return next((place for place in self.places if isinstance(place, Table)), None)

    @cached_property
    def inner_box(self) -> Box:
        """The box within the ornament frame; the whole sheet where the form has none."""
        return self.sheet.box.inset(self.frame.edge + self.frame.width) if self.frame else self.sheet.box

    @cached_property
    def artwork(self) -> dict[str, Length]:
        """The artwork that the form draws on either side, by name, with its size: a picture's diameter, a frame's width."""
        own = {name: size for place in self.places for name, size in place.artwork.items()}
        return (self.back.artwork if self.back else {}) | own

    def field(self, name: str) -> Field:
        """Return the field of this name."""
        return next(field for field in self.fields if field.name == name)

    def place(self, name: str) -> Place:
        """Return the place of this name."""
        return next(place for place in self.places if place.name == name)

    def template(self, name: str) -> Path | None:
        """Return the path of `body.html` or `template.docx` where the form has it."""
        return next((folder / name for folder in self.folders if (folder / name).is_file()), None)


def backed(form: Form) -> Form:
    """Return the form with its back printed too; raise UsageError for one without a back."""
    if form.back is None:
        hint = _("Leave --back out. A form gets a back by [back] in its form.toml.")
        raise UsageError.because("back-missing", _("“{id}” has no back", id=form.id), hint)
    return replace(form, is_backed=True)


def without_code(form: Form) -> Form:
    """Return a form whose signed code, and what comes with it, are no places of it: as for documents that nobody signs."""
    found = tuple(place for place in form.places if isinstance(place, Code) or (isinstance(place, Text) and place.with_code))
    if not (found or form.coder):
        return form
    places = tuple(place for place in form.places if place not in found)
    return replace(form, places=places, code_places=found, coder=None, back=form.back and without_code(form.back))


def coded(form: Form, coder: Coder) -> Form:
    """Return the form with its signed code, as `coder` makes it: among its places, or at the foot of one that flows.

    Raise UsageError for a form that has no place for one, and where it stands on a back that is not printed.
    """
    if form.is_coded_at_foot:
        return replace(form, coder=coder)
    sides = [side for side in (form, form.back) if side and side.code]
    if not sides and form.layout == "prescribed":
        message = _("the act prescribes all of “{id}”, and leaves no room for a signed code", id=form.id)
        raise UsageError.because("code-not-possible", message, _("Leave --key out."))
    if not sides:
        hint = _("Leave --key out. A form gets a code by a place with `code` in its form.toml.")
        raise UsageError.because("code-missing", _("“{id}” has no place for a signed code", id=form.id), hint)
    if form.is_coded_on_back and not form.is_backed:
        message = _("the signed code of “{id}” stands on its back, which is not printed", id=form.id)
        raise UsageError.because("code-on-back", message, _("Give --back too: the act prescribes the front."))
    back = form.back and _with_code(form.back)
    return replace(_with_code(form), back=back, coder=coder)


def _with_code(side: Form) -> Form:
    return replace(side, places=(*side.places, *side.code_places))


def check_numbered(form: Form) -> None:
    """Raise UsageError for a form whose documents the register cannot number."""
    if lacking := form.lacks_for_numbers:
        message = _("“{id}” cannot be registered: it has no field “{name}”", id=form.id, name=lacking)
        hint = _("The register takes forms with a number, an organization and a date of issue.")
        raise UsageError.because("form-not-numbered", message, hint)
