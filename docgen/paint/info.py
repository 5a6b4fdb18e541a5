"""The metadata of a finished file: title, language, form and date, none of them from a hidden clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, UTC, date, datetime
from typing import TYPE_CHECKING

from docgen.clock import set_time
from docgen.prints import Print

if TYPE_CHECKING:
    from docgen.form import Form
    from docgen.record import Record

PRODUCER = "docgen"
#: Documents without any date of their own carry the first day that a ZIP archive can (APPNOTE 4.4.6).
NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What a file says of its form and act, and a document by itself of its record: the number, and the hash of its fields.

    `edition` is a day on which the form's edition holds, empty where it has no dates; `fields_sha256` is that of `content`, the
    canonical form (`docgen.canonical`), both empty for a volume or a blank.
    """

    form: str
    edition: str
    act: str
    number: str = ""
    fields_sha256: str = ""
    content: str = ""
    #: The canonical form again, of a document whose signed code holds its hash alone: the metadata have to say it.
    fields: str = ""


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """The metadata of one file. `bookmarks` are labels with the index of the page that they lead to.

    `facts` are None for a file that is of no form.
    """

    title: str
    form: str
    dated: datetime
    language: str = "kk"
    bookmarks: tuple[tuple[str, int], ...] = field(default=())
    #: How many pages a document has: 2 where the back of a form is printed.
    sides: int = 1
    facts: DocumentFacts | None = None

    def without_content(self) -> DocumentInfo:
        """Return what is the same without the canonical form, which of a long table is longer than its file."""
        return replace(self, facts=replace(self.facts, content="")) if self.facts and self.facts.content else self


def document_info(
    form: Form, records: Iterable[Record], bookmarks: tuple[tuple[str, int], ...] = (), print: Print = Print.FULL
) -> DocumentInfo:
    """Return the metadata of a file that holds `records`, dated by `SOURCE_DATE_EPOCH` or by the records' own dates.

    A file of one record has its name in the title, and says what it is of; `print` is what of it is printed.
    """
    records = list(records)
    label = record_label(records[0]) if len(records) == 1 else ""
    title = f"{form.title['kk']} – {label}" if label else form.title["kk"]
    days = [day for record in records if (day := own_day(form, record))]
    facts = _facts(form, records[0] if len(records) == 1 else None, print)
    return DocumentInfo(title, form.key, _dated(max(days, default=None)), bookmarks=bookmarks, sides=len(form.sides), facts=facts)


def _facts(form: Form, record: Record | None = None, print: Print = Print.FULL) -> DocumentFacts:
    from docgen.canonical import digest_of, printed_text  # who joins files knows of no forms

    edition = str(form.period.day or "")
    if record is None or not (content := printed_text(form, record, print)):
        return DocumentFacts(form.id, edition, form.act.name)
    number = str(record.values.get("number") or "")
    return DocumentFacts(form.id, edition, form.act.name, number, digest_of(content), content)


def volume_info(form: Form, latest: date | None, bookmarks: tuple[tuple[str, int], ...] = ()) -> DocumentInfo:
    """Return the metadata of a volume of many records, the latest of whose own dates is `latest`."""
    title, sides = form.title["kk"], len(form.sides)
    return DocumentInfo(title, form.key, _dated(latest), bookmarks=bookmarks, sides=sides, facts=_facts(form))


def template_info(title: str) -> DocumentInfo:
    """Return the metadata of a document that is made from a template alone, without a form."""
    return DocumentInfo(title, "", _dated(None))


def record_label(record: Record) -> str:
    """Return what a person calls the record: number and name, for bookmarks and titles."""
    names = ("number", "surname", "given_name", "patronymic")
    label = " ".join([str(value) for name in names if (value := record.values.get(name))])
    return "" if record.is_blank else label


def dating_fields(form: Form) -> tuple[str, ...]:
    """Return the fields that say of which day a document is: the date of its edition, or those of its issue and signing.

    A form without such a date has its only date, or its year. What else it holds, such as a plan's last day, is not its own.
    """
    if form.dated:
        return (form.dated,)
    own = tuple(name for name in OWN_DATES if name in form.dates)
    if own or len(form.dates) == 1:
        return own or tuple(form.dates)
    return tuple(field.name for field in form.fields if field.name == YEAR)


#: The fields of a document's own date, where a form does not name one (`dated`); and that of its year.
OWN_DATES, YEAR = ("issued", "approved", "signed", "as_of"), "year"


def own_day(form: Form, record: Record) -> date | None:
    """Return the day that a document is of, or the first day of its year; None where it has none or is a blank."""
    if record.is_blank:
        return None
    return latest_of(record.values, dating_fields(form), None) or _first_day(record.values.get(YEAR))


def dated(form: Form, record: Record) -> datetime | None:
    """Return the time of a document: that which is set, or its own day; None where there is neither."""
    found = _dated(own_day(form, record))
    return None if found == NO_DATE else found


def latest_of(values: Mapping[str, object], names: Iterable[str], latest: date | None) -> date | None:
    """Return the latest of a day and the values of `names`, each a date, a year or None."""
    for name in names:
        day = values[name]
        day = day if isinstance(day, date) else _first_day(day)
        if day is not None and (latest is None or day > latest):
            latest = day
    return latest


def _first_day(year: object) -> date | None:
    return date(year, 1, 1) if isinstance(year, int) and 0 < year <= MAXYEAR else None


def _dated(latest: date | None) -> datetime:
    if (moment := set_time()) is not None:
        return moment
    return datetime.combine(latest, datetime.min.time(), UTC) if latest else NO_DATE
