"""A job put together answer by answer, apart from any terminal: which question comes next, and what an answer does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from docgen import tables
from docgen.batching import VOLUMES, check_batchable
from docgen.batching.job import NAMING
from docgen.errors import DocgenError, Problem, UsageError, nearest_hint, visible
from docgen.fields import Field, Rejected
from docgen.form import Form, form_ids, load_form
from docgen.inputs import DraftStore, constants_of, table_fields
from docgen.inputs.by_form import FormNames, columns_of_forms
from docgen.jobs.columns import ColumnGuesses, guess_columns
from docgen.jobs.job import ENTRIES, Job
from docgen.jobs.reading import located
from docgen.messages import _, labelled, n_
from docgen.prints import Print


@dataclass(frozen=True, slots=True)
class JobQuestion:
    """One thing that a job is asked for: the key of its answer, what is asked, and what stands in the line to begin with.

    `put` stores an answer and returns it in full, or raises DocgenError with what is wrong with it. `remarks` are what each of
    the options is.
    """

    key: str
    label: str
    put: Callable[[str], str]
    hint: str = ""
    offer: str = ""
    options: Sequence[str] = ()
    remarks: Sequence[str] = ()


@dataclass(slots=True)
class JobDraft:
    """The answers so far. `file` is where the job will be saved: its folder is where paths are read from, its name is offered."""

    file: Path
    forms: Path | None = None
    #: Field of a job → its value.
    values: dict[str, Any] = field(default_factory=dict)
    columns: ColumnGuesses | None = None
    #: The keys of the questions that were answered.
    answered: set[str] = field(default_factory=set)
    #: The answer to each question, as it was typed.
    answers: dict[str, str] = field(default_factory=dict)
    #: The columns that name the forms of the rows, by table and sheet.
    mixed: dict[tuple[Path, str], list[str]] = field(default_factory=dict)
    remembered: Mapping[str, str] = field(default_factory=lambda: DraftStore().remembered())

    def questions(self) -> list[JobQuestion]:
        """Return the questions in their order, as far as they are known; later ones follow from the answers."""
        return [self._recording(each) for each in self._questions()]

    def next(self) -> JobQuestion | None:
        """Return the first question without an answer; None when all have one."""
        return next((each for each in self.questions() if each.key not in self.answered), None)

    def before(self, key: str) -> None:
        """Forget that the question before the one of this key was answered, and whatever came after it."""
        keys = [each.key for each in self.questions()]
        self.answered -= set(keys[max(keys.index(key) - 1, 0) :])

    def job(self) -> Job:
        """Return the job that the answers make."""
        columns = self.columns.said if self.columns else {}
        ignore = self.columns.left_out if self.columns else ()
        values = self.values | ({"form": ""} if self.values.get("form_column") else {})
        return Job(**values, forms=self.forms, columns=columns, ignore=ignore)

    def problems(self) -> list[Problem]:
        """Return what is wrong with the answers together: columns and constants that do not fit the table."""
        try:
            [part.rows() for part in self.job().by_form()]
        except DocgenError as error:
            return error.problems
        return []

    @property
    def form(self) -> Form:
        """The form that was chosen."""
        return load_form(self.values["form"], self.forms)

    def _recording(self, question: JobQuestion) -> JobQuestion:
        """Return a question whose answer is recorded once it is taken; a former answer is offered again."""

        def put(text: str) -> str:
            answer = self.answers[question.key] = question.put(text)
            self.answered.add(question.key)
            return answer

        return replace(question, put=put, offer=self.answers.get(question.key, question.offer))

    def _questions(self) -> Iterator[JobQuestion]:
        offered = self._forms()
        titles = [labelled(load_form(each, self.forms).title) for each in offered]
        hint = _("its name or number, or a word of its title")
        yield JobQuestion("form", _("Which document?"), self._put_form, hint, options=offered, remarks=titles)
        if "form" not in self.answered:
            return
        yield JobQuestion("table.path", _("Which table?"), self._put_table, _("a file: {names}", names=", ".join(tables.FORMATS)))
        if "table.path" not in self.answered:
            return
        if len(titles := self._titles()) > 1:
            hint = _("Enter: the first one")
            yield JobQuestion("table.sheet", _("Which sheet?"), self._put_sheet, hint, options=titles)
        if column := next(iter(self._mixed()), ""):
            hint = _("Enter: yes, each form becomes a batch of its own · -: no, every row is “{form}”", form=self.form.id)
            label = _("The column “{column}” names several documents. Shall it say which one a row is?", column=column)
            yield JobQuestion("table.form-column", label, partial(self._put_form_column, column), hint)
        if not self.form.lacks_for_numbers:
            hint = _("Enter: none, the table has the numbers · a file · postgresql://USER@HOST/DATABASE · default")
            yield JobQuestion("register.book", _("Which register gives the numbers?"), self._put_book, hint)
        yield JobQuestion("columns", _("What do the columns hold?"), self._put_columns)
        if self.columns and "columns" in self.answered:
            yield from map(self._constant, self.columns.missing)
        yield from self._prints()

    def _prints(self) -> Iterator[JobQuestion]:
        """Yield the questions about what is printed, and where."""
        form, stem = self.form, self.file.stem
        if form.is_fixed:
            stock, overprint = _("stock that is printed ahead, or filled in by hand"), _("the data alone, onto that stock")
            words = [_("everything"), stock, overprint]
            yield replace(self._entry("print", _("What is printed?"), Print.FULL.value, list(Print)), remarks=words)
            yield self._entry("split", _("How many records are in a volume?"), str(ENTRIES["split"].default))
        names = [each.name for each in form.fields if each.name in NAMING]
        pattern = "" if form.is_fixed else "-".join(f"{{{name}}}" for name in names)
        hint = _("its name, of fields in braces, such as {example}", example="{number}-{surname}")
        hint = _("Enter: none · {rule}", rule=hint) if form.is_fixed else hint
        yield JobQuestion("each", _("A file a person?"), self._put_each, hint, pattern)
        yield self._entry("output", _("Which folder is filled?"), stem)
        yield self._entry("name", _("What does the register call this job?"), stem)

    def _entry(self, key: str, label: str, offer: str, options: Sequence[str] = ()) -> JobQuestion:
        """Return the question for an entry that is read as in a job's file."""
        return JobQuestion(key, label, partial(self._put, key), "", offer, options)

    def _put(self, key: str, text: str) -> str:
        entry = next(each for each in ENTRIES.values() if each.key == key)
        given: object = (
            int(text) if text.isascii() and text.isdigit() and entry.field == "split" else _meant(text, entry_options(key))
        )
        try:
            value = entry.reader.read(given)
        except Rejected as rejected:
            raise UsageError.because(rejected.code, rejected.message, rejected.hint) from None
        except ValueError:
            hint = _("Expected: {expected}.", expected=entry.reader.expected())
            raise UsageError.because("key-wrong", _("“{value}” is not allowed here", value=visible(text[:60])), hint) from None
        self.values[entry.field] = located(entry, value, self.file.parent)
        return str(value)

    def _forms(self) -> list[str]:
        """Return the forms that make one document a row."""
        return [each for each in form_ids(self.forms) if _is_batchable(load_form(each, self.forms))]

    def _put_form(self, text: str) -> str:
        offered = self._forms()
        meant = _meant(text, offered)
        found = [meant] if meant in offered else [each for each in offered if _mentions(load_form(each, self.forms), text)]
        if len(found) != 1 or not text:
            message = (
                _("several documents are called so") if found and text else _("there is no form “{id}”", id=visible(text[:60]))
            )
            hint = _("Known are: {names}.", names=", ".join(found)) if found and text else nearest_hint(text, offered)
            raise UsageError.because("form-unknown", message, hint)
        check_batchable(load_form(found[0], self.forms))
        self._forget(found[0] != self.values.get("form"))
        self.values["form"] = found[0]
        return found[0]

    def _put_table(self, text: str) -> str:
        path = self.file.parent / text if text else Path()
        tables.read(path)
        self._forget(path != self.values.get("table"))
        self.values["table"] = path
        return text

    def _put_sheet(self, text: str) -> str:
        title = _meant(text, self._titles())
        if title:
            tables.read(self.values["table"], title)
        self._forget(title != self.values.get("sheet", ""))
        self.values["sheet"] = title
        return title

    def _mixed(self) -> list[str]:
        """Return the columns of the table that name the forms of the rows, more than one form each."""
        where = (self.values["table"], self.values.get("sheet", ""))
        if where not in self.mixed:
            self.mixed[where] = columns_of_forms(tables.read(where[0], where[1] or None), FormNames(self.forms))
        return self.mixed[where]

    def _put_form_column(self, column: str, text: str) -> str:
        answer = "" if text == "-" else column
        if text not in ("", "-", column):
            message = _("“{value}” is not allowed here", value=visible(text[:60]))
            raise UsageError.because("key-wrong", message, _("Enter: yes · -: no"))
        self._forget(answer != self.values.get("form_column", ""))
        self.values["form_column"] = answer
        return answer or "-"

    def _put_book(self, text: str) -> str:
        before = bool(self.values.get("register"))
        if text:
            self._put("register.book", text)
        else:
            self.values["register"] = ""
        self._forget(bool(text) != before)
        return text

    def _forget(self, is_other: bool) -> None:
        """Forget the columns and constants where the table is another one, or is to be read in another way."""
        if is_other:
            self.columns = None
            self.values["constants"] = {}
            self.answered -= {each for each in self.answered if each == "columns" or each.startswith("set.")}

    def _titles(self) -> list[str]:
        """Return the titles of the table's sheets that hold anything; none where there is one alone."""
        table = tables.read(self.values["table"])
        return [table.sheet, *table.others] if table.others else []

    def guessed(self) -> ColumnGuesses:
        """Return the columns of the table with the fields that they hold, guessed where nobody has said it."""
        if self.columns is None:
            table = tables.read(self.values["table"], self.values.get("sheet") or None)
            found = guess_columns(table, self._fields(), self.form.lexicon)
            others = tuple(each for each in found.columns if each.heading != self.values.get("form_column"))
            self.columns = replace(found, columns=others)
        return self.columns

    def _fields(self) -> tuple[Field, ...]:
        return table_fields(self.form, bool(self.values.get("register")), self.forms)

    def _put_columns(self, _text: str) -> str:
        missing = {each.name for each in self.guessed().missing}
        constants = self.values.get("constants", {})
        self.values["constants"] = {name: value for name, value in constants.items() if name in missing}
        return self.columns_in_words()

    def change_column(self, place: int, name: str) -> None:
        """Give a column another field, or leave it out for `-`; raise UsageError as `ColumnGuesses.changed`."""
        self.columns = self.guessed().changed(place, "" if name in ("", "-") else name)

    def columns_in_words(self) -> str:
        """Return how many columns are printed, and which are left out."""
        columns = self.guessed().columns
        left_out = [each.heading for each in columns if not each.field]
        count = n_("{count} column", "{count} columns", len(columns) - len(left_out))
        return count + (f", {_('left out')}: {', '.join(left_out)}" if left_out else "")

    def _constant(self, each: Field) -> JobQuestion:
        example = each.sample if isinstance(each.sample, (str, int, date)) else ""
        example = f"{example:%d.%m.%Y}" if isinstance(example, date) else example
        hint = each.rule() + (f" · {_('example: {example}', example=example)}" if example else "")
        label = _("{label}, in every row", label=labelled(each.label))
        offer = self.remembered.get(each.name, "")
        return JobQuestion(f"set.{each.name}", label, partial(self._put_constant, each), hint, offer, each.options)

    def _put_constant(self, each: Field, text: str) -> str:
        value = each.meant_by(text)
        constants_of({each.name: value}, (each,))
        self.values["constants"] = self.values.get("constants", {}) | {each.name: value}
        return value

    def _put_each(self, text: str) -> str:
        job = Job(name="a", form=self.form.id, table=Path(), each=text)
        job.settings().form_of(self.form, VOLUMES)
        if not text and not self.form.is_fixed:
            raise UsageError.because(
                "each-wrong", _("“{id}” is a text over pages: each record is a document of its own", id=self.form.id)
            )
        self.values["each"] = text
        return text


def entry_options(key: str) -> list[str]:
    """Return the words that can be chosen for an entry by their numbers."""
    return [each.value for each in Print] if key == "print" else []


def _meant(text: str, options: Sequence[str]) -> str:
    """Return the option that a number means, or the text itself."""
    is_number = text.isascii() and text.isdigit() and len(text) < 4
    return options[int(text) - 1] if is_number and 0 < int(text) <= len(options) else text


def _is_batchable(form: Form) -> bool:
    return not form.rows


def _mentions(form: Form, text: str) -> bool:
    """Return whether a form is called by a text: in its name or its title in any language."""
    return bool(text.strip()) and any(text.strip().casefold() in each.casefold() for each in (form.id, *form.title.values()))
